//! Decides what to do after an answer: accept it, wait and try again, or give up. [`judge`] decides by the
//! status.

mod refused;
mod sent_unknown;
mod unanswered;

use std::time::Duration;

use self::refused::{conflict, no_token, redirected, refused};
use self::sent_unknown::{rerun, unnamed};
use self::unanswered::no_answer;
use super::address::origin;
use super::fault::{TransportFault, Unanswered};
use super::refusal::Refusal;
use super::request::{Authorization, Request};
use super::response::Response;
use super::wording::{clean, lasting, quoted, status as status_name};
use super::{Problem, codes};
use crate::diagnostics::Code;

pub use self::refused::{LOCKED, still_unauthorized};
pub use self::sent_unknown::sent_unknown_help;

/// How long to keep requesting a job that the platform has just named but does not know yet.
const NEW_JOB_LAG: Duration = Duration::from_secs(30);

/// How many unintelligible answers to one request to accept. A gateway in trouble gives a few of them, a
/// wrong address gives no others.
const MAX_ODD_ANSWERS: u32 = 5;

/// What to do after an answer.
#[derive(Debug)]
pub enum NextStep<T> {
    /// Accept it.
    Done(T),
    /// Try again.
    Again(Reason),
    /// Try again with a new token.
    Renew,
    /// Give up.
    Stop(Problem),
}

/// How long to keep trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryLimit {
    /// Until the deadline.
    Whole,
    /// For this long, or until the deadline.
    For(Duration),
    /// This many times.
    Times(u32),
}

/// Why to try again, and what to say if no try succeeds.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The code of the problem if no try succeeds.
    pub code: &'static Code,
    /// What happened, phrased to follow the platform's name: `answered 503`.
    pub seen: String,
    /// What to do about it.
    pub help: String,
    /// How long the platform asks to wait.
    pub wait: Option<Duration>,
    /// How long to keep trying.
    pub patience: RetryLimit,
    /// Whether the platform was silent.
    pub is_silence: bool,
    /// Whether it is certain that this try was not carried out.
    pub is_settled: bool,
}

impl Reason {
    fn new(
        code: &'static Code,
        seen: impl Into<String>,
        help: impl Into<String>,
        patience: RetryLimit,
    ) -> Self {
        let (seen, help) = (seen.into(), help.into());
        Self { code, seen, help, wait: None, patience, is_silence: false, is_settled: false }
    }

    /// The problem if none of `tries` tries in this time succeeded.
    pub fn into_problem(&self, request: &Request, tries: u32, time: Duration) -> Problem {
        let host = origin(&request.url);
        let tried = if tries > 1 { format!("; {tries} tries in {}", lasting(time)) } else { String::new() };
        Problem::new(
            self.code,
            format!("{}: {host} {}{tried}", request.purpose, self.seen),
            self.help.clone(),
        )
    }
}

/// Why an answer with a status of success is not accepted.
#[derive(Debug)]
pub enum UnusableAnswer {
    /// It could not be understood: why.
    Odd(String),
    /// It does not name what was created: why, and the flow that it names instead.
    Unnamed(String, Option<String>),
    /// It refuses a token despite its status: its `error`, and its description.
    NoToken(String, Option<String>),
}

impl From<String> for UnusableAnswer {
    fn from(reason: String) -> Self {
        Self::Odd(reason)
    }
}

/// Judges the outcome of a request. `has_answered` is whether this platform has ever answered.
pub fn judge<T>(
    request: &Request,
    authorization: &Authorization,
    outcome: Result<Response, Unanswered>,
    read: impl FnOnce(&Response) -> Result<T, UnusableAnswer>,
    has_answered: bool,
) -> NextStep<T> {
    let mut response = match outcome {
        Ok(response) => response,
        // The status arrived, but the rest of the head did not.
        Err(Unanswered { fault, was_taken: true, .. }) if request.creates => {
            let reason = format!("answered that it did, and the head of its answer {}", fault.of_body());
            return NextStep::Stop(unnamed(request, &reason, None));
        }
        // Something answered, but it is unclear whether it accepted the payload.
        Err(Unanswered {
            fault: fault @ (TransportFault::TooLong(_) | TransportFault::NoHttp),
            was_sent: true,
            ..
        }) if request.creates => {
            let reason = match &fault {
                TransportFault::TooLong(what) => format!("answered {what}"),
                _ => "answered something that is not HTTP".to_owned(),
            };
            return NextStep::Stop(unnamed(request, &reason, None));
        }
        Err(unanswered) => return no_answer(request, unanswered, has_answered),
    };
    let status = response.status;
    // A 303 says that the request was carried out and where its result is (RFC 9110, section 15.4.4).
    let is_taken = (200..=299).contains(&status)
        || (status == 303 && request.creates)
        || (status == 409 && request.saves);
    // If the body broke off, the request is repeated, unless the head alone says what was created or where
    // to go.
    if let Some(fault) = response.fault.take_if(|_| !(request.creates && (200..=399).contains(&status))) {
        let was_taken = false;
        return no_answer(
            request,
            Unanswered { fault, was_sent: true, was_taken, nothing_came: false },
            has_answered,
        );
    }
    let with_wait = |reason: Reason| Reason { wait: response.wait, ..reason };
    match status {
        // The server switches protocols and does not say what it did with the payload.
        ..200 if request.creates => {
            NextStep::Stop(unnamed(request, &format!("answered {}", status_name(status)), None))
        }
        // Many servers send 302 instead of 303. If it leads to what was created, it is treated like 303.
        301 | 302 if request.creates => match read(&Response { body: Vec::new(), ..response.clone() }) {
            Ok(answer) => NextStep::Done(answer),
            Err(UnusableAnswer::Unnamed(reason, flow @ Some(_))) => {
                let seen = format!("answered {status}, but {reason}");
                NextStep::Stop(unnamed(request, &seen, flow.as_deref()))
            }
            Err(_) => NextStep::Stop(redirected(request, &response)),
        },
        200..=299 | 303 | 409 if is_taken => match read(&response) {
            Ok(answer) => NextStep::Done(answer),
            Err(UnusableAnswer::NoToken(error, description)) => {
                NextStep::Stop(no_token(request, authorization, status, &error, description.as_deref()))
            }
            Err(UnusableAnswer::Unnamed(reason, flow)) => {
                let seen = format!("answered {status}, but {reason}{}", beginning(&response));
                NextStep::Stop(unnamed(request, &seen, flow.as_deref()))
            }
            Err(UnusableAnswer::Odd(reason)) => NextStep::Again(Reason::new(
                &codes::UNEXPECTED_ANSWER,
                match authorization.is_client() {
                    true => format!("answered {status}, but {reason} ({})", kind(&response)),
                    false => format!("answered {status}, but {reason}{}", beginning(&response)),
                },
                "check that the base URL is that of the API, and that no proxy or sign-in page answers instead",
                RetryLimit::Times(MAX_ODD_ANSWERS),
            )),
        },
        429 => NextStep::Again(Reason {
            is_settled: true,
            ..with_wait(Reason::new(
                &codes::RATE_LIMITED,
                "answered 429, too many requests",
                "run the same command later, or give it more time with --timeout",
                RetryLimit::Whole,
            ))
        }),
        408 | 502 | 503 | 504 => NextStep::Again(with_wait(Reason::new(
            &codes::GATEWAY,
            format!("answered {}", status_name(status)),
            format!("look at the platform's status page, then {}", rerun(request)),
            RetryLimit::Whole,
        ))),
        404 if request.may_lag => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not know the job that it named itself",
            "check `paths.jobs` of the environment, then run the same command again: it requests the same job",
            RetryLimit::For(NEW_JOB_LAG),
        )),
        409 | 423 => conflict(request, authorization, &response),
        // Statuses outside of HTTP's classes count as errors of the server (RFC 9110, section 15).
        500 | 503.. => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            format!("answered {}{}", status_name(status), Refusal::of_answer(&response).why()),
            format!("{}; if the problem persists, ask the platform's support", rerun(request)),
            RetryLimit::Times(MAX_ODD_ANSWERS),
        )),
        300..=399 => NextStep::Stop(redirected(request, &response)),
        _ => refused(request, authorization, &response),
    }
}

/// The beginning of a body that was not understood.
fn beginning(response: &Response) -> String {
    match response.fault {
        Some(_) => String::new(),
        None => format!(": a body {}", quoted(&response.body)),
    }
}

/// The type and length of a token endpoint's body. The body itself may hold a token and is never quoted.
fn kind(response: &Response) -> String {
    let kind = response.kind.as_deref().and_then(|kind| kind.split(';').next()).map(|kind| clean(kind, 60));
    let kind = kind.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "a body without a type".to_owned());
    format!("{kind}, {} bytes, not shown since a token may be in it", response.body.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cxone::answer;
    use crate::cxone::request::Body;

    fn verdict(status: u16, body: &str) -> NextStep<answer::Job> {
        let tenant = crate::cxone::Tenant::at(
            "https://api.example.com".parse().unwrap(),
            crate::cxone::Credentials { id: "me".to_owned(), secret: "s".into() },
        )
        .unwrap();
        let request = crate::cxone::request::job(&tenant, "j");
        let request = Request { body: Body::Json(b"{}".to_vec().into()), ..request };
        let response = Response {
            status,
            location: Some("https://elsewhere.example".to_owned()),
            body: body.as_bytes().to_vec(),
            ..Response::default()
        };
        let read = |response: &Response| answer::job(&response.body).map_err(UnusableAnswer::Odd);
        judge(&request, &Authorization::Bearer("t".into()), Ok(response), read, true)
    }

    fn again(verdict: NextStep<answer::Job>) -> Reason {
        match verdict {
            NextStep::Again(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    fn stop(verdict: NextStep<answer::Job>) -> Problem {
        match verdict {
            NextStep::Stop(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_status_has_its_code() {
        for (status, code) in [(429, "CX903"), (502, "CX904"), (503, "CX904"), (504, "CX904"), (500, "CX908")]
        {
            assert_eq!(again(verdict(status, "")).code.id, code, "{status}");
        }
        for (status, code) in [
            (403, "CX901"),
            (422, "CX902"),
            (400, "CX902"),
            (413, "CX902"),
            (404, "CX908"),
            (302, "CX908"),
            (418, "CX908"),
        ] {
            assert_eq!(stop(verdict(status, "")).code.id, code, "{status}");
        }
        assert!(matches!(verdict(401, ""), NextStep::Renew));
        assert!(matches!(verdict(201, r#"{"id":"j","status":"queued"}"#), NextStep::Done(_)));
    }

    #[test]
    fn html_is_tried_again_and_quoted_without_control_characters() {
        let reason = again(verdict(200, "<html>\u{1b}[31mSign in"));
        assert_eq!((reason.code.id, reason.patience), ("CX908", RetryLimit::Times(MAX_ODD_ANSWERS)));
        assert!(reason.seen.ends_with("<html>[31mSign in"), "{}", reason.seen);
    }
}
