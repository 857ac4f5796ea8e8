//! Lists, a page at a time.

use axum::Json;
use axum::response::{IntoResponse, Response};
use hyper::Uri;
use serde::Serialize;
use url::form_urlencoded;

use super::problem::ErrorResponse;

/// The default number of items on a page.
const USUAL: usize = 20;
/// The most items on a page.
const MOST: usize = 100;
/// The highest offset: the number of flows and jobs that are kept.
const MOST_OFFSET: usize = 10_000;

/// The requested part of a list.
pub struct PageRequest {
    limit: usize,
    offset: usize,
}

#[derive(Serialize)]
struct List<T> {
    items: Vec<T>,
    total: usize,
    limit: usize,
    offset: usize,
}

impl PageRequest {
    /// Reads `limit` and `offset` from a query, and ignores other names.
    ///
    /// # Errors
    ///
    /// `400` for a limit that is not 1 to 100, and an offset that is not 0 to 10,000.
    pub fn of(uri: &Uri) -> Result<Self, ErrorResponse> {
        let mut page = Self { limit: USUAL, offset: 0 };
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            let number = value.parse::<usize>().ok();
            match (&*name, number) {
                ("limit", Some(limit)) if (1..=MOST).contains(&limit) => page.limit = limit,
                ("limit", _) => {
                    return Err(ErrorResponse::bad_request(format!(
                        "limit must be a number from 1 to {MOST}"
                    )));
                }
                ("offset", Some(offset)) if offset <= MOST_OFFSET => page.offset = offset,
                ("offset", _) => {
                    return Err(ErrorResponse::bad_request(format!(
                        "offset must be a number from 0 to {MOST_OFFSET}"
                    )));
                }
                _ => {}
            }
        }
        Ok(page)
    }

    /// The response with the requested page of a list.
    pub fn answer<T: Serialize>(&self, total: usize, all: impl Iterator<Item = T>) -> Response {
        let items = all.skip(self.offset).take(self.limit).collect();
        Json(List { items, total, limit: self.limit, offset: self.offset }).into_response()
    }
}
