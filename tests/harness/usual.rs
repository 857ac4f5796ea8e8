//! What a platform answers that works.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::platform::Request;

/// Everything is done at once, and what is made is numbered from 1 on.
pub(super) fn usual(request: &Request, made: &AtomicUsize) -> (u16, Value) {
    let (method, path) = request.line.split_once(' ').unwrap();
    let last = path.rsplit('/').next().unwrap();
    let number = || made.fetch_add(1, Ordering::Relaxed);
    let job = |job: &str, flow: &str| json!({"id": job, "status": "completed", "flow_id": flow});
    match (method, path) {
        (_, path) if path.ends_with("/token") => (
            200,
            json!({"access_token": "the-token-of-the-tests", "token_type": "Bearer", "expires_in": 3600}),
        ),
        ("POST", path) if path.ends_with("/subscriptions") => {
            (201, json!({"id": format!("hook-{}", number())}))
        }
        ("GET", path) if path.ends_with("/subscriptions") || path.ends_with("/hooks") => (200, json!([])),
        ("POST", _) => {
            let number = number();
            (201, job(&format!("job-{number}"), &format!("flow-{number}")))
        }
        ("PUT", _) => (200, job(&format!("job-{}", number()), last)),
        ("GET", _) => (200, job(last, &format!("flow-of-{last}"))),
        ("DELETE", _) => (204, Value::Null),
        _ => (404, json!({"error": "not_found", "message": "there is nothing here"})),
    }
}
