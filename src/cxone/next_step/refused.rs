//! Answers that refuse a request: what each status means, and what to do about it.

use std::time::Duration;

use super::{MAX_ODD_ANSWERS, NextStep, Reason, RetryLimit};
use crate::cxone::address::origin;
use crate::cxone::answer::token_error;
use crate::cxone::refusal::Refusal;
use crate::cxone::request::{Authorization, Body, Request};
use crate::cxone::response::Response;
use crate::cxone::wording::{clean, status as status_name};
use crate::cxone::{Problem, codes};
use crate::settings::TokenAuth;

/// What to do about a locked flow, whether an answer or a failed job says so.
pub const LOCKED: &str = "somebody has the flow open in the platform's editor, or another pipeline submits it: have it closed or unlocked there, then submit again";
/// What to do about an existing flow with the same name.
const SAME_NAME: &str = "a flow with this name exists: `cxflowc submit FILE --adopt FLOW_ID` records it, and `update` of the environment changes it in place; or rename this flow";
/// What to do about a change at the same time.
const CHANGED: &str = "something else is changing the flow at the same time, such as a second pipeline: wait until it ends, then submit again";

/// The flow is locked, somebody else is changing it, or its name is taken. A lock may last for hours, so the
/// request is repeated only if the answer says when.
pub fn conflict<T>(request: &Request, authorization: &Authorization, response: &Response) -> NextStep<T> {
    let refusal = Refusal::of_answer(response);
    let is_locked = response.status == 423 || refusal.is_about_lock();
    let is_name_taken = refusal.is_about_name_conflict();
    if !request.creates || authorization.is_client() {
        return refused(request, authorization, response);
    }
    let help = match (is_locked, is_name_taken) {
        (true, _) => LOCKED,
        (false, true) => SAME_NAME,
        (false, false) => CHANGED,
    };
    let seen = format!("answered {}{}", status_name(response.status), refusal.why());
    let reason = Reason::new(&codes::CONFLICT, seen, help, RetryLimit::Whole);
    let reason = Reason { wait: response.wait, is_settled: true, ..reason };
    if response.wait.is_some() {
        return NextStep::Again(reason);
    }
    if is_locked || is_name_taken {
        let problem = reason.into_problem(request, 1, Duration::ZERO).refused(refusal);
        return NextStep::Stop(problem);
    }
    NextStep::Again(Reason { patience: RetryLimit::Times(MAX_ODD_ANSWERS), ..reason })
}

/// A refusal that another try would not change, except that 401 asks for a new token.
pub fn refused<T>(request: &Request, authorization: &Authorization, response: &Response) -> NextStep<T> {
    let status = response.status;
    let host = origin(&request.url);
    let refusal = Refusal::of_answer(response);
    let reason = refusal.why();
    let purpose = request.purpose;
    let is_token = authorization.is_client();
    let problem = match status {
        400 | 401 | 403 if is_token => {
            let (error, description) = token_error(&response.body).unwrap_or_default();
            let reason = description.or(refusal.message.clone()).filter(|reason| *reason != error);
            no_token(request, authorization, status, &error, reason.as_deref())
        }
        401 => return NextStep::Renew,
        _ if request.creates && refusal.is_about_lock() => Problem::new(
            &codes::CONFLICT,
            format!("{purpose}: {host} answered {}{reason}", status_name(status)),
            LOCKED,
        ),
        403 => Problem::new(
            &codes::NOT_AUTHORIZED,
            format!("{purpose}: {host} does not allow it (403){reason}"),
            "grant the client the missing scope, or ask for it with `scopes` of the environment",
        ),
        400 | 413 | 422 if matches!(request.body, Body::Json(_)) => Problem::new(
            &codes::PAYLOAD_REFUSED,
            format!("{host} refuses the payload ({status}){reason}"),
            "correct what the platform names, and submit again",
        ),
        404 | 405 | 410 => Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!(
                "{purpose}: {host} answered {} for {}{reason}",
                status_name(status),
                clean(request.url.path(), 200)
            ),
            match request.names_something {
                true => {
                    "check the id, the base URL, and `paths` of the environment if the tenant's paths differ"
                }
                false => "check the base URL, and `paths` of the environment if the tenant's paths differ",
            },
        ),
        _ => Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!("{purpose}: {host} answered {}{reason}", status_name(status)),
            "check the base URL; if it is right, ask the platform's support what this answer means",
        ),
    };
    let is_absent = matches!(status, 404 | 405 | 410 | 501);
    let is_settled = request.changes();
    NextStep::Stop(Problem { is_absent, status: Some(status), is_settled, ..problem.refused(refusal) })
}

/// The problem of a token endpoint that grants no token. `error` and `said` are its words.
pub fn no_token(
    request: &Request,
    authorization: &Authorization,
    status: u16,
    error: &str,
    said: Option<&str>,
) -> Problem {
    let host = origin(&request.url);
    let words = match (said, error) {
        (Some(said), "") => format!(": {said}"),
        (Some(said), error) => format!(": {said} ({error})"),
        (None, "") => String::new(),
        (None, error) => format!(": {error}"),
    };
    let encoded = match authorization {
        Authorization::Client(credentials, how) if credentials.needs_encoding() => match how {
            TokenAuth::Basic => Some("basic-raw"),
            TokenAuth::BasicRaw => Some("basic"),
            TokenAuth::Post => None,
        },
        _ => None,
    };
    let help = match (error, encoded) {
        ("invalid_scope", _) => {
            "the client may lack some of the requested scopes: grant them, or list those it has as `scopes` of the environment".to_owned()
        }
        ("invalid_client", Some(other)) => format!(
            "check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or those of the environment; they contain characters that are sent encoded (RFC 6749, section 2.3.1) or verbatim, and servers differ in what they accept: try `token_auth = \"{other}\"` or `\"post\"` under `[env.NAME]`"
        ),
        _ => match authorization {
            Authorization::AccessKey(from) => format!(
                "check {}, and that the base URL is the sign-in address of the tenant's area",
                from.key
            ),
            Authorization::ClientWithKey(_, from) => {
                format!("check {}, which are those of a back-end app, and {}", from.app, from.key)
            }
            _ => "check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or those of the environment, and that the client may use client credentials".to_owned(),
        },
    };
    Problem::new(&codes::NOT_AUTHORIZED, format!("{host} refuses a token ({status}){words}"), help)
}

/// The problem of a request that is refused even with a new token.
pub fn still_unauthorized(request: &Request) -> Problem {
    let (purpose, host) = (request.purpose, origin(&request.url));
    let message = format!("{purpose}: {host} answered 401 to a new token as well");
    let help =
        "check that the token's issuer and this API belong to the same tenant, and what the client may do";
    let problem = Problem::new(&codes::NOT_AUTHORIZED, message, help);
    Problem { is_settled: true, status: Some(401), ..problem }
}

/// The problem of an answer that is a redirect.
pub fn redirected(request: &Request, response: &Response) -> Problem {
    let host = origin(&request.url);
    // The query and the fragment may hold a token or a session.
    let location = response.location.as_deref().map(|to| to.split(['?', '#']).next().unwrap_or_default());
    let target = location.map(|to| format!(" to {}", clean(to, 200))).unwrap_or_default();
    let is_same_host =
        location.is_some_and(|to| request.url.join(to).is_ok_and(|to| to.origin() == request.url.origin()));
    let help = match is_same_host {
        true => {
            "redirects are not followed: check the base URL, and `paths` of the environment if the tenant's paths differ"
        }
        false => {
            "credentials are not sent to another host: if that host is the platform, make it the base URL"
        }
    };
    let message = format!("{}: {host} redirects{target} ({})", request.purpose, response.status);
    Problem { is_settled: true, ..Problem::new(&codes::UNEXPECTED_ANSWER, message, help) }
}
