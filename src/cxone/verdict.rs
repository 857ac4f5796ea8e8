//! What an answer asks for: take it, wait and try again, or give up.

use std::time::{Duration, SystemTime};

use super::address::origin;
use super::answer::{Response, refusal, token_error};
use super::request::{Authorization, Body, Request};
use super::transport::Fault;
use super::wording::{clean, lasting, quoted};
use super::{Problem, codes};
use crate::diagnostics::Code;

/// How long is waited for a platform that was never heard of, and for a job that it does not know yet.
const FIRST_CONTACT: Duration = Duration::from_secs(30);

/// How often one request may have an answer that makes no sense. A gateway in trouble has more than
/// one of them; a wrong address has nothing else.
const ODD: u32 = 5;

/// What an answer asks for.
#[derive(Debug)]
pub enum Verdict<T> {
    /// To be taken.
    Done(T),
    /// To be tried again.
    Again(Reason),
    /// To be tried again with a new token.
    Renew,
    /// To be given up.
    Stop(Problem),
}

/// How long to go on trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Until the time is up.
    Whole,
    /// For this long, or until the time is up.
    For(Duration),
    /// So many times.
    Times(u32),
}

/// Why to try again, and what to say when trying comes to its end.
#[derive(Debug, Clone)]
pub struct Reason {
    /// The code of giving up.
    pub code: &'static Code,
    /// What was seen, to be said after the platform's name: `answered 503`.
    pub seen: String,
    /// What to do about it.
    pub help: String,
    /// What the platform asked to wait.
    pub wait: Option<Duration>,
    /// How long to go on.
    pub patience: Patience,
    /// Whether nothing was seen at all.
    pub is_silence: bool,
}

impl Reason {
    fn new(
        code: &'static Code,
        seen: impl Into<String>,
        help: impl Into<String>,
        patience: Patience,
    ) -> Self {
        Self { code, seen: seen.into(), help: help.into(), wait: None, patience, is_silence: false }
    }

    /// The problem that it becomes after so many `tries` in this time.
    pub fn give_up(&self, request: &Request, tries: u32, time: Duration) -> Problem {
        let host = origin(&request.url);
        let tried = if tries > 1 { format!("; {tries} tries in {}", lasting(time)) } else { String::new() };
        Problem::new(
            self.code,
            format!("{}: {host} {}{tried}", request.purpose, self.seen),
            self.help.clone(),
        )
    }
}

/// What is known when an answer is judged.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// Whether this platform has ever answered.
    pub heard: bool,
    /// The time, for `Retry-After` as a date.
    pub now: SystemTime,
}

/// Judges the outcome of a request.
pub fn judge<T>(
    request: &Request,
    authorization: &Authorization,
    outcome: Result<Response, Fault>,
    read: impl FnOnce(&[u8]) -> Result<T, String>,
    circumstances: Circumstances,
) -> Verdict<T> {
    let response = match outcome {
        Ok(response) => response,
        Err(fault) => return no_answer(request, fault, circumstances.heard),
    };
    let status = response.status;
    let asked = |reason: Reason| Reason { wait: wait(&response, circumstances.now), ..reason };
    match status {
        200..=299 => match read(&response.body) {
            Ok(answer) => Verdict::Done(answer),
            Err(why) => Verdict::Again(Reason::new(
                &codes::UNEXPECTED_ANSWER,
                format!("answered {status}, but {why}{}", beginning(authorization, &response.body)),
                "check that the base URL is that of the API, and that no proxy or sign-in page answers instead",
                Patience::Times(ODD),
            )),
        },
        429 => Verdict::Again(asked(Reason::new(
            &codes::RATE_LIMITED,
            "answered 429, too many requests",
            "run the same command later, nothing is created twice; or give it more time with --timeout",
            Patience::Whole,
        ))),
        408 | 502 | 503 | 504 => Verdict::Again(asked(Reason::new(
            &codes::GATEWAY,
            format!("answered {}", named(status)),
            "look at the platform's status page, then run the same command again: nothing is created twice",
            Patience::Whole,
        ))),
        404 if request.may_lag => Verdict::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not know the job that it named itself",
            "check `paths.jobs` of the environment; run the same command again, nothing is created twice",
            Patience::For(FIRST_CONTACT),
        )),
        409 | 500..=599 => Verdict::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            format!("answered {}, a body {}", named(status), quoted(&response.body)),
            "run the same command again: nothing is created twice; if it stays so, ask the platform's support",
            Patience::Times(ODD),
        )),
        300..=399 => Verdict::Stop(redirected(request, &response)),
        _ => refused(request, authorization, &response),
    }
}

fn refused<T>(request: &Request, authorization: &Authorization, response: &Response) -> Verdict<T> {
    let status = response.status;
    let host = origin(&request.url);
    let (said, complaints) = refusal(&response.body);
    let words = said
        .as_ref()
        .map_or_else(|| format!(", a body {}", quoted(&response.body)), |said| format!(": {said}"));
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    let purpose = request.purpose;
    let is_token = matches!(authorization, Authorization::Basic(_));
    let problem = match status {
        400 | 401 | 403 if is_token => {
            let error = token_error(&response.body);
            let help = match error.as_deref() {
                Some("invalid_scope") => {
                    "the client may lack some of the requested scopes: grant them, or list those it has as `scopes` of the environment"
                }
                _ => {
                    "check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or those of the environment, and that the client may use client credentials"
                }
            };
            Problem::new(&codes::NOT_AUTHORIZED, format!("{host} refuses a token ({status}){said}"), help)
        }
        401 => return Verdict::Renew,
        403 => Problem::new(
            &codes::NOT_AUTHORIZED,
            format!("{purpose}: {host} does not allow it (403){said}"),
            "grant the client the missing scope, or ask for it with `scopes` of the environment",
        ),
        400 | 413 | 422 if matches!(request.body, Body::Json(_)) => Problem::new(
            &codes::PAYLOAD_REFUSED,
            format!("{host} refuses the payload ({status}){said}"),
            "correct what the platform names, and submit again",
        )
        .with(complaints),
        404 | 405 | 410 => Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!(
                "{purpose}: {host} answered {} for {}{said}",
                named(status),
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
            format!("{purpose}: {host} answered {}{words}", named(status)),
            "check the base URL; if it is right, ask the platform's support what this answer means",
        ),
    };
    Verdict::Stop(problem)
}

/// What to say when a call is refused with a new token as well.
pub fn still_unauthorized(request: &Request) -> Problem {
    let (purpose, host) = (request.purpose, origin(&request.url));
    Problem::new(
        &codes::NOT_AUTHORIZED,
        format!("{purpose}: {host} answered 401 to a new token as well"),
        "check that the token's issuer and this API belong to the same tenant, and what the client may do",
    )
}

fn redirected(request: &Request, response: &Response) -> Problem {
    let host = origin(&request.url);
    let location = response.location.as_deref();
    let target = location.map(|to| format!(" to {}", clean(to, 200))).unwrap_or_default();
    let stays =
        location.is_some_and(|to| request.url.join(to).is_ok_and(|to| to.origin() == request.url.origin()));
    let help = match stays {
        true => {
            "redirects are not followed: check the base URL, and `paths` of the environment if the tenant's paths differ"
        }
        false => {
            "credentials are not sent to another host: if that host is the platform, make it the base URL"
        }
    };
    Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("{}: {host} redirects{target} ({})", request.purpose, response.status),
        help,
    )
}

fn no_answer<T>(request: &Request, fault: Fault, heard: bool) -> Verdict<T> {
    let host = origin(&request.url);
    let unreachable = |why: String, help: &str| {
        let why = Problem::new(&codes::UNREACHABLE, format!("{}: {host} {why}", request.purpose), help);
        Verdict::Stop(why)
    };
    let patience = if heard { Patience::Whole } else { Patience::For(FIRST_CONTACT) };
    let again =
        |seen: String, help: &str| Verdict::Again(Reason::new(&codes::UNREACHABLE, seen, help, patience));
    const RERUN: &str = "check the network and the platform's status page, then run the same command again: nothing is created twice";
    match fault {
        Fault::NoSuchHost => again(
            "has a name that is not known here".to_owned(),
            "check the base URL for a slip, and that this machine can look names up",
        ),
        Fault::Refused => again(
            "refuses connections".to_owned(),
            "check the base URL and its port, the network, and the proxy if there is one",
        ),
        Fault::Silent(time) => {
            let seen = format!("did not answer within {}", lasting(time));
            let reason = Reason::new(&codes::UNREACHABLE, seen, RERUN, patience);
            Verdict::Again(Reason { is_silence: true, ..reason })
        }
        Fault::Broken(why) => again(format!("broke the connection off ({})", clean(&why, 200)), RERUN),
        Fault::Certificate(why) => unreachable(
            format!("cannot be trusted: {}", clean(&why, 300)),
            "check the base URL; if the company's own authority signs certificates, name its file in SSL_CERT_FILE",
        ),
        Fault::Tls(why) => unreachable(
            format!("and this machine cannot agree on TLS: {}", clean(&why, 300)),
            "check the base URL and its port: something other than the platform may listen there",
        ),
        Fault::TooLong(what) => Verdict::Stop(Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!("{}: {host} answered {what}", request.purpose),
            "check that the base URL is that of the API, whose answers are short",
        )),
        Fault::NoHttp => Verdict::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not speak HTTP",
            "check the base URL and its port; if the port uses TLS, the base URL has to begin with https",
            Patience::Times(3),
        )),
        Fault::Unusable(why) => unreachable(
            format!("cannot be asked: {}", clean(&why, 300)),
            "check the base URL and the paths of the environment",
        ),
    }
}

/// How a body begins that was not understood. What should have been a token may hold one.
fn beginning(authorization: &Authorization, body: &[u8]) -> String {
    let is_token = matches!(authorization, Authorization::Basic(_));
    let is_json = body.trim_ascii_start().first().is_some_and(|first| b"{[\"".contains(first));
    if is_token && is_json { String::new() } else { format!(": a body {}", quoted(body)) }
}

/// What `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3).
fn wait(response: &Response, now: SystemTime) -> Option<Duration> {
    let text = response.retry_after.as_deref()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

fn named(status: u16) -> String {
    let name = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match name {
        Some(name) => format!("{status} ({})", name.to_lowercase()),
        None => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cxone::answer;

    fn verdict(status: u16, retry_after: Option<&str>, body: &str) -> Verdict<answer::Job> {
        let tenant = crate::cxone::Tenant::at(
            "https://api.example.com".parse().unwrap(),
            crate::cxone::Credentials { id: "me".to_owned(), secret: "s".into() },
        )
        .unwrap();
        let request = crate::cxone::request::create(&tenant, &b"{}".to_vec().into(), "key", None);
        let response = Response {
            status,
            retry_after: retry_after.map(str::to_owned),
            location: Some("https://elsewhere.example".to_owned()),
            body: body.as_bytes().to_vec(),
        };
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        let circumstances = Circumstances { heard: true, now };
        judge(&request, &Authorization::Bearer("t".into()), Ok(response), answer::job, circumstances)
    }

    fn again(verdict: Verdict<answer::Job>) -> Reason {
        match verdict {
            Verdict::Again(reason) => reason,
            other => panic!("{other:?}"),
        }
    }

    fn stop(verdict: Verdict<answer::Job>) -> Problem {
        match verdict {
            Verdict::Stop(problem) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn retry_after_is_seconds_or_any_of_the_three_dates() {
        for (text, seconds) in [
            ("7", Some(7)),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
            ("Sun Nov  6 08:49:47 1994", Some(10)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
        ] {
            let reason = again(verdict(429, Some(text), ""));
            assert_eq!(reason.wait.map(|wait| wait.as_secs()), seconds, "{text}");
        }
    }

    #[test]
    fn each_status_has_its_code() {
        for (status, code) in [(429, "CX903"), (502, "CX904"), (503, "CX904"), (504, "CX904"), (500, "CX908")]
        {
            assert_eq!(again(verdict(status, None, "")).code.id, code, "{status}");
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
            assert_eq!(stop(verdict(status, None, "")).code.id, code, "{status}");
        }
        assert!(matches!(verdict(401, None, ""), Verdict::Renew));
        assert!(matches!(verdict(201, None, r#"{"id":"j","status":"queued"}"#), Verdict::Done(_)));
    }

    #[test]
    fn html_is_tried_again_and_quoted_without_control_characters() {
        let reason = again(verdict(200, None, "<html>\u{1b}[31mSign in"));
        assert_eq!((reason.code.id, reason.patience), ("CX908", Patience::Times(ODD)));
        assert!(reason.seen.ends_with("<html>[31mSign in"), "{}", reason.seen);
    }
}
