//! What to say where nobody can tell whether the platform carried a request out.

use crate::cxone::address::origin;
use crate::cxone::request::Request;
use crate::cxone::wording::clean;
use crate::cxone::{Problem, codes};

/// What to do if the request may have been carried out and no answer came.
pub fn rerun(request: &Request) -> &'static str {
    match request.idempotency_key.is_some() {
        true => {
            "run the same command again: it sends the payload under the same Idempotency-Key, by which a platform that heeds it creates nothing twice"
        }
        false => "run the same command again: it goes on where this one stopped",
    }
}

/// The problem that the platform took something and did not say which job it became. `flow` is the flow
/// that the answer names.
pub fn unnamed(request: &Request, seen: &str, flow: Option<&str>) -> Problem {
    let host = origin(&request.url);
    let names = flow.map(|flow| format!("; it names the flow {}", clean(flow, 200))).unwrap_or_default();
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!("{}: the platform took it and did not say which job: {host} {seen}{names}", request.purpose),
        sent_unknown_help(flow),
    )
}

/// What to do about a payload that the platform took without naming a job.
pub fn sent_unknown_help(flow: Option<&str>) -> String {
    let flow = flow.map_or_else(|| "FLOW_ID".to_owned(), |flow| clean(flow, 200));
    format!(
        "nothing is sent again by itself: look for the flow on the platform; if it is there, `cxflowc submit FILE --adopt {flow}` notes it; if it is not, --send-again sends it once more"
    )
}
