//! Queries, and lists of which a query asks for a part.

use std::cmp::Ordering;

use hyper::Uri;
use serde_json::{Map, Value, json};
use url::form_urlencoded;

use super::problem::AdminError;

/// The most items of one answer, and how many there are if the query does not say.
const MOST: usize = 100;

/// The parameters of a request; their names are read without regard to case.
pub struct Query {
    path: String,
    parameters: Vec<(String, String)>,
}

impl Query {
    pub fn of(uri: &Uri) -> Self {
        let parameters = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self { path: uri.path().to_owned(), parameters: parameters.into_owned().collect() }
    }

    /// The value of a parameter; an empty one counts as left out.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// # Errors
    ///
    /// `400` if the parameter is missing.
    pub fn required(&self, name: &str) -> Result<&str, AdminError> {
        self.get(name).ok_or_else(|| AdminError::bad_request(format!("the query has no {name}")))
    }

    /// # Errors
    ///
    /// `400` if the parameter is not a number from 0.
    pub fn number(&self, name: &str) -> Result<Option<usize>, AdminError> {
        let parse = |text: &str| {
            text.parse().map_err(|_| AdminError::bad_request(format!("{name} must be a number from 0")))
        };
        self.get(name).map(parse).transpose()
    }

    /// # Errors
    ///
    /// `400` if the parameter is neither `true` nor `false`.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, AdminError> {
        match self.get(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(_) => Err(AdminError::bad_request(format!("{name} must be true or false"))),
        }
    }

    /// An object with only those of its fields that `fields` names, if it names any.
    pub fn select(&self, mut object: Map<String, Value>) -> Map<String, Value> {
        if let Some(wanted) = self.get("fields") {
            let wanted: Vec<&str> = wanted.split(',').map(str::trim).collect();
            object.retain(|name, _| wanted.iter().any(|wanted| name.eq_ignore_ascii_case(wanted)));
        }
        object
    }

    /// The part of a list that `skip`, `top`, `orderBy` and `fields` ask for.
    ///
    /// # Errors
    ///
    /// `400` for a `top` that is not 1 to 100 and a `skip` that is no number.
    pub fn page(&self, mut items: Vec<Map<String, Value>>) -> Result<Page, AdminError> {
        let skip = self.number("skip")?.unwrap_or(0);
        let top = self.number("top")?.unwrap_or(MOST);
        if !(1..=MOST).contains(&top) {
            return Err(AdminError::bad_request(format!("top must be a number from 1 to {MOST}")));
        }
        if let Some(order) = self.get("orderBy") {
            let mut words = order.split_whitespace();
            let field = words.next().unwrap_or_default();
            let descends = words.next().is_some_and(|word| word.eq_ignore_ascii_case("desc"));
            items.sort_by(|one, other| {
                let order = compare(one.get(field), other.get(field));
                if descends { order.reverse() } else { order }
            });
        }
        let total = items.len();
        let next = skip.saturating_add(top);
        let links = json!({
            "self": self.link(skip, top),
            "next": if next < total { self.link(next, top) } else { String::new() },
            "previous": if skip > 0 { self.link(skip.saturating_sub(top), top) } else { String::new() },
        });
        let items = items.into_iter().skip(skip).take(top).map(|item| Value::Object(self.select(item)));
        Ok(Page { items: items.collect(), total, links })
    }

    fn link(&self, skip: usize, top: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.parameters {
            if !name.eq_ignore_ascii_case("skip") && !name.eq_ignore_ascii_case("top") {
                query.append_pair(name, value);
            }
        }
        query.append_pair("skip", &skip.to_string()).append_pair("top", &top.to_string());
        format!("{}?{}", self.path, query.finish())
    }
}

/// A part of a list.
pub struct Page {
    pub items: Vec<Value>,
    /// How many there are in all.
    pub total: usize,
    pub links: Value,
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> Ordering {
    match (one, other) {
        (Some(Value::String(one)), Some(Value::String(other))) => one.cmp(other),
        (Some(Value::Bool(one)), Some(Value::Bool(other))) => one.cmp(other),
        (Some(Value::Number(one)), Some(Value::Number(other))) => one.as_u64().cmp(&other.as_u64()),
        _ => one.is_some().cmp(&other.is_some()),
    }
}
