//! What an answer asks for: take it, wait and try again, or give up.

use std::time::Duration;

use super::address::origin;
use super::answer::token_error;
use super::fault::{TransportFault, Unanswered};
use super::refusal::Refusal;
use super::request::{Authorization, Body, Request};
use super::response::Response;
use super::wording::{clean, lasting, quoted};
use super::{Problem, codes, way};
use crate::diagnostics::Code;
use crate::settings::TokenAuth;

/// How long is waited for a platform that was never heard of, and for a job that it does not know yet.
const FIRST_CONTACT: Duration = Duration::from_secs(30);

/// How often one request may have an answer that makes no sense. A gateway in trouble has more than
/// one of them; a wrong address has nothing else.
const ODD: u32 = 5;

/// What an answer asks for.
#[derive(Debug)]
pub enum NextStep<T> {
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
pub enum RetryLimit {
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
    pub patience: RetryLimit,
    /// Whether nothing was seen at all.
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

    /// The problem that it becomes after so many `tries` in this time.
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

/// Why an answer of the kind 2xx is not taken.
#[derive(Debug)]
pub enum UnusableAnswer {
    /// It is not understood: why.
    Odd(String),
    /// It says that something was made, and not what: why, and the flow that it names instead.
    Unnamed(String, Option<String>),
    /// It refuses a token, whatever its status is: its `error`, and what it says.
    NoToken(String, Option<String>),
}

impl From<String> for UnusableAnswer {
    fn from(why: String) -> Self {
        Self::Odd(why)
    }
}

/// Judges the outcome of a request. `heard` is whether this platform has ever answered.
pub fn judge<T>(
    request: &Request,
    authorization: &Authorization,
    outcome: Result<Response, Unanswered>,
    read: impl FnOnce(&Response) -> Result<T, UnusableAnswer>,
    heard: bool,
) -> NextStep<T> {
    let mut response = match outcome {
        Ok(response) => response,
        // The status came, and what follows in the head did not.
        Err(Unanswered { fault, was_taken: true, .. }) if request.creates => {
            let why = format!("answered that it did, and the head of its answer {}", fault.of_body());
            return NextStep::Stop(unnamed(request, &why, None));
        }
        // Something answered, and whether it took what it was sent cannot be told.
        Err(Unanswered {
            fault: fault @ (TransportFault::TooLong(_) | TransportFault::NoHttp),
            was_sent: true,
            ..
        }) if request.creates => {
            let why = match &fault {
                TransportFault::TooLong(what) => format!("answered {what}"),
                _ => "answered something that is not HTTP".to_owned(),
            };
            return NextStep::Stop(unnamed(request, &why, None));
        }
        Err(unanswered) => return no_answer(request, unanswered, heard),
    };
    let status = response.status;
    // After a 303 the request was carried out, and what came of it is elsewhere (RFC 9110, section 15.4.4).
    let is_taken = (200..=299).contains(&status) || (status == 303 && request.creates);
    // An answer that broke off is asked for again, unless its head says all: what was made, or where to go.
    if let Some(fault) = response.fault.take_if(|_| !(request.creates && (200..=399).contains(&status))) {
        let was_taken = false;
        return no_answer(
            request,
            Unanswered { fault, was_sent: true, was_taken, nothing_came: false },
            heard,
        );
    }
    let asked = |reason: Reason| Reason { wait: response.wait, ..reason };
    match status {
        // It speaks another protocol from here on, and what it did with the payload is not said.
        ..200 if request.creates => {
            NextStep::Stop(unnamed(request, &format!("answered {}", named(status)), None))
        }
        // Many servers write 302 where they mean 303: one that leads to what was made is the same.
        301 | 302 if request.creates => match read(&Response { body: Vec::new(), ..response.clone() }) {
            Ok(answer) => NextStep::Done(answer),
            Err(UnusableAnswer::Unnamed(why, flow @ Some(_))) => {
                let seen = format!("answered {status}, but {why}");
                NextStep::Stop(unnamed(request, &seen, flow.as_deref()))
            }
            Err(_) => NextStep::Stop(redirected(request, &response)),
        },
        200..=299 | 303 if is_taken => match read(&response) {
            Ok(answer) => NextStep::Done(answer),
            Err(UnusableAnswer::NoToken(error, said)) => {
                NextStep::Stop(no_token(request, authorization, status, &error, said.as_deref()))
            }
            Err(UnusableAnswer::Unnamed(why, flow)) => {
                let seen = format!("answered {status}, but {why}{}", beginning(&response));
                NextStep::Stop(unnamed(request, &seen, flow.as_deref()))
            }
            Err(UnusableAnswer::Odd(why)) => NextStep::Again(Reason::new(
                &codes::UNEXPECTED_ANSWER,
                match authorization.is_client() {
                    true => format!("answered {status}, but {why} ({})", kind(&response)),
                    false => format!("answered {status}, but {why}{}", beginning(&response)),
                },
                "check that the base URL is that of the API, and that no proxy or sign-in page answers instead",
                RetryLimit::Times(ODD),
            )),
        },
        429 => NextStep::Again(Reason {
            is_settled: true,
            ..asked(Reason::new(
                &codes::RATE_LIMITED,
                "answered 429, too many requests",
                "run the same command later, or give it more time with --timeout",
                RetryLimit::Whole,
            ))
        }),
        408 | 502 | 503 | 504 => NextStep::Again(asked(Reason::new(
            &codes::GATEWAY,
            format!("answered {}", named(status)),
            format!("look at the platform's status page, then {}", rerun(request)),
            RetryLimit::Whole,
        ))),
        404 if request.may_lag => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not know the job that it named itself",
            "check `paths.jobs` of the environment, then run the same command again: it asks for the same job",
            RetryLimit::For(FIRST_CONTACT),
        )),
        409 | 423 => conflict(request, authorization, &response),
        // Numbers that HTTP has no class for count as errors of the server (RFC 9110, section 15).
        500 | 503.. => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            format!("answered {}{}", named(status), Refusal::read(&response.body).why()),
            format!("{}; if it stays so, ask the platform's support", rerun(request)),
            RetryLimit::Times(ODD),
        )),
        300..=399 => NextStep::Stop(redirected(request, &response)),
        _ => refused(request, authorization, &response),
    }
}

/// What to do where nobody can tell whether a request was carried out.
fn rerun(request: &Request) -> &'static str {
    match request.idempotency_key.is_some() {
        true => {
            "run the same command again: it sends the payload under the same Idempotency-Key, by which a platform that heeds it creates nothing twice"
        }
        false => "run the same command again: it goes on where this one stopped",
    }
}

/// That the platform took something and did not say what became of it.
fn unnamed(request: &Request, seen: &str, flow: Option<&str>) -> Problem {
    let host = origin(&request.url);
    let names = flow.map(|flow| format!("; it names the flow {}", clean(flow, 200))).unwrap_or_default();
    Problem::new(
        &codes::SENT_UNKNOWN,
        format!("{}: the platform took it and did not say which job: {host} {seen}{names}", request.purpose),
        sent_unknown_help(flow),
    )
}

/// What to do where it is not known what became of a payload that the platform took.
pub fn sent_unknown_help(flow: Option<&str>) -> String {
    let flow = flow.map_or_else(|| "FLOW_ID".to_owned(), |flow| clean(flow, 200));
    format!(
        "nothing is sent again by itself: look for the flow on the platform; if it is there, `cxflowc submit FILE --adopt {flow}` notes it; if it is not, --send-again sends it once more"
    )
}

/// The flow is locked, changed by somebody else, or there already. Where the platform says when to
/// come again, it is asked again; else a lock may last for hours.
fn conflict<T>(request: &Request, authorization: &Authorization, response: &Response) -> NextStep<T> {
    let refusal = Refusal::read(&response.body);
    let locked = response.status == 423 || refusal.is_about_lock();
    let another = refusal.is_about_name_conflict();
    if !request.creates || authorization.is_client() {
        return refused(request, authorization, response);
    }
    let help = match (locked, another) {
        (true, _) => LOCKED,
        (false, true) => ANOTHER,
        (false, false) => CHANGED,
    };
    let seen = format!("answered {}{}", named(response.status), refusal.why());
    let reason = Reason::new(&codes::CONFLICT, seen, help, RetryLimit::Whole);
    let reason = Reason { wait: response.wait, is_settled: true, ..reason };
    if response.wait.is_some() {
        return NextStep::Again(reason);
    }
    if locked || another {
        let problem = reason.into_problem(request, 1, Duration::ZERO).refused(refusal);
        return NextStep::Stop(problem);
    }
    NextStep::Again(Reason { patience: RetryLimit::Times(ODD), ..reason })
}

/// What to do about a lock, wherever it is told.
pub const LOCKED: &str = "somebody has the flow open in the platform's editor, or another pipeline submits it: have it closed or unlocked there, then submit again";
const ANOTHER: &str = "a flow of this name is there: `cxflowc submit FILE --adopt FLOW_ID` notes it, and `update` of the environment changes it in place; or give this one another name";
const CHANGED: &str = "something else changes the flow at the same time, such as a second pipeline: let it end, then submit again";

fn refused<T>(request: &Request, authorization: &Authorization, response: &Response) -> NextStep<T> {
    let status = response.status;
    let host = origin(&request.url);
    let refusal = Refusal::read(&response.body);
    let said = refusal.why();
    let purpose = request.purpose;
    let is_token = authorization.is_client();
    let problem = match status {
        400 | 401 | 403 if is_token => {
            let (error, description) = token_error(&response.body).unwrap_or_default();
            let said = description.or(refusal.message.clone()).filter(|said| *said != error);
            no_token(request, authorization, status, &error, said.as_deref())
        }
        401 => return NextStep::Renew,
        _ if request.creates && refusal.is_about_lock() => Problem::new(
            &codes::CONFLICT,
            format!("{purpose}: {host} answered {}{said}", named(status)),
            LOCKED,
        ),
        403 => Problem::new(
            &codes::NOT_AUTHORIZED,
            format!("{purpose}: {host} does not allow it (403){said}"),
            "grant the client the missing scope, or ask for it with `scopes` of the environment",
        ),
        400 | 413 | 422 if matches!(request.body, Body::Json(_)) => Problem::new(
            &codes::PAYLOAD_REFUSED,
            format!("{host} refuses the payload ({status}){said}"),
            "correct what the platform names, and submit again",
        ),
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
            format!("{purpose}: {host} answered {}{said}", named(status)),
            "check the base URL; if it is right, ask the platform's support what this answer means",
        ),
    };
    let is_absent = matches!(status, 404 | 405 | 410 | 501);
    NextStep::Stop(Problem { is_absent, is_settled: request.creates, ..problem.refused(refusal) })
}

/// What a refused token means.
fn no_token(
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
            "check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or those of the environment; they hold characters that are sent encoded (RFC 6749, section 2.3.1) or as they are, and servers differ in what they take: try `token_auth = \"{other}\"` or `\"post\"` under `[env.NAME]`"
        ),
        _ => "check CXONE_CLIENT_ID and CXONE_CLIENT_SECRET, or those of the environment, and that the client may use client credentials".to_owned(),
    };
    Problem::new(&codes::NOT_AUTHORIZED, format!("{host} refuses a token ({status}){words}"), help)
}

/// What to say when a call is refused with a new token as well.
pub fn still_unauthorized(request: &Request) -> Problem {
    let (purpose, host) = (request.purpose, origin(&request.url));
    let message = format!("{purpose}: {host} answered 401 to a new token as well");
    let help =
        "check that the token's issuer and this API belong to the same tenant, and what the client may do";
    Problem { is_settled: true, ..Problem::new(&codes::NOT_AUTHORIZED, message, help) }
}

fn redirected(request: &Request, response: &Response) -> Problem {
    let host = origin(&request.url);
    // What follows `?` or `#` may hold a token or a session.
    let location = response.location.as_deref().map(|to| to.split(['?', '#']).next().unwrap_or_default());
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
    let message = format!("{}: {host} redirects{target} ({})", request.purpose, response.status);
    Problem { is_settled: true, ..Problem::new(&codes::UNEXPECTED_ANSWER, message, help) }
}

fn no_answer<T>(request: &Request, unanswered: Unanswered, heard: bool) -> NextStep<T> {
    let Unanswered { fault, was_sent, .. } = unanswered;
    let host = origin(&request.url);
    let unreachable = |why: String, help: &str| {
        let why = Problem::new(&codes::UNREACHABLE, format!("{}: {host} {why}", request.purpose), help);
        NextStep::Stop(Problem { is_settled: !was_sent, ..why })
    };
    let patience = if heard { RetryLimit::Whole } else { RetryLimit::For(FIRST_CONTACT) };
    let is_settled = !was_sent;
    let again = |seen: String, help: &str| {
        NextStep::Again(Reason { is_settled, ..Reason::new(&codes::UNREACHABLE, seen, help, patience) })
    };
    let again_how = if was_sent { rerun(request) } else { "run the same command again: nothing was sent" };
    let later = format!("check the network and the platform's status page, then {again_how}");
    match fault {
        TransportFault::NoSuchHost => again(
            "has a name that is not known here".to_owned(),
            "check the base URL for a slip, and that this machine can look names up",
        ),
        TransportFault::Refused => again(
            "refuses connections".to_owned(),
            "check the base URL and its port, the network, and the proxy if there is one",
        ),
        TransportFault::NoRoute(why) => again(
            format!("cannot be reached ({})", clean(&why, 200)),
            "check the network, the base URL, and the proxy if there is one",
        ),
        TransportFault::NoConnection(time) => {
            let seen = format!("could not be connected to within {}", lasting(time));
            let help = "check the base URL and its port, the network, and the proxy if there is one";
            let reason = Reason::new(&codes::UNREACHABLE, seen, help, patience);
            NextStep::Again(Reason { is_silence: true, is_settled, ..reason })
        }
        TransportFault::Silent(time) => {
            let seen = format!("did not answer within {}", lasting(time));
            let reason = Reason::new(&codes::UNREACHABLE, seen, later, patience);
            NextStep::Again(Reason { is_silence: true, ..reason })
        }
        TransportFault::Broken(why) => {
            again(format!("broke the connection off ({})", clean(&why, 200)), &later)
        }
        TransportFault::Certificate(why) => unreachable(
            format!("cannot be trusted: {}", clean(&why, 300)),
            "check the base URL; if the company's own authority signs certificates, name its file in SSL_CERT_FILE",
        ),
        TransportFault::Tls(why) => unreachable(
            format!("and this machine cannot agree on TLS: {}", clean(&why, 300)),
            "check the base URL and its port: something other than the platform may listen there",
        ),
        TransportFault::TooLong(what) => NextStep::Stop(Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!("{}: {host} answered {what}", request.purpose),
            "check that the base URL is that of the API, whose answers are short",
        )),
        TransportFault::ProxySignIn(proxy) => unreachable(
            format!(
                "was not reached: the proxy {} ({}) wants a sign-in (407)",
                proxy.address, proxy.variable
            ),
            "write user and password into that variable, as in http://USER:PASSWORD@HOST:PORT, or put the platform's host into NO_PROXY",
        ),
        TransportFault::ProxyFails(proxy, does) => {
            let is_silence = does == way::SILENT || does == way::SILENT_BEHIND;
            let seen = format!("was not reached: the proxy {} ({}) {does}", proxy.address, proxy.variable);
            let help = "check that variable and the proxy, or put the platform's host into NO_PROXY";
            let reason = Reason::new(&codes::UNREACHABLE, seen, help, patience);
            NextStep::Again(Reason { is_silence, is_settled, ..reason })
        }
        TransportFault::ProxySetting(why) => unreachable(
            format!("was not asked: {why}"),
            "write it as http://HOST:PORT, or put the platform's host into NO_PROXY",
        ),
        TransportFault::Packed(how) => again(
            format!("answered {how}"),
            "ask the platform's support which encodings it sends; a proxy may have packed the answer",
        ),
        TransportFault::NoHttp => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not speak HTTP",
            "check the base URL and its port; if the port uses TLS, the base URL has to begin with https",
            RetryLimit::Times(3),
        )),
        TransportFault::Unusable(why) => unreachable(
            format!("cannot be asked: {}", clean(&why, 300)),
            "check the base URL and the paths of the environment",
        ),
    }
}

/// How a body begins that was not understood.
fn beginning(response: &Response) -> String {
    match response.fault {
        Some(_) => String::new(),
        None => format!(": a body {}", quoted(&response.body)),
    }
}

/// What a body is, for one that is never quoted: what should have been a token may hold one.
fn kind(response: &Response) -> String {
    let kind = response.kind.as_deref().and_then(|kind| kind.split(';').next()).map(|kind| clean(kind, 60));
    let kind = kind.filter(|kind| !kind.is_empty()).unwrap_or_else(|| "a body of no kind".to_owned());
    format!("{kind}, {} bytes, not shown since a token may be in it", response.body.len())
}

fn named(status: u16) -> String {
    let name = hyper::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    match name {
        Some(name) => format!("{status} ({})", name.to_lowercase()),
        None => status.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cxone::answer;

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
        assert_eq!((reason.code.id, reason.patience), ("CX908", RetryLimit::Times(ODD)));
        assert!(reason.seen.ends_with("<html>[31mSign in"), "{}", reason.seen);
    }
}
