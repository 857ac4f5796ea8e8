//! Judges requests that got no answer: what each network fault means, and what to do about it.

use std::time::Duration;

use super::sent_unknown::rerun;
use super::{NextStep, Reason, RetryLimit};
use crate::cxone::address::origin;
use crate::cxone::fault::{TransportFault, Unanswered};
use crate::cxone::request::Request;
use crate::cxone::wording::{clean, lasting};
use crate::cxone::{Problem, codes, way};

/// How long to try to reach a platform that never answered before.
const FIRST_CONTACT: Duration = Duration::from_secs(30);

/// Judges a request that got no answer. `has_answered` is whether this platform has ever answered.
pub fn no_answer<T>(request: &Request, unanswered: Unanswered, has_answered: bool) -> NextStep<T> {
    let Unanswered { fault, was_sent, .. } = unanswered;
    let host = origin(&request.url);
    let unreachable = |reason: String, help: &str| {
        let problem =
            Problem::new(&codes::UNREACHABLE, format!("{}: {host} {reason}", request.purpose), help);
        NextStep::Stop(Problem { is_settled: !was_sent, ..problem })
    };
    let patience = if has_answered { RetryLimit::Whole } else { RetryLimit::For(FIRST_CONTACT) };
    let is_settled = !was_sent;
    let again = |seen: String, help: &str| {
        NextStep::Again(Reason { is_settled, ..Reason::new(&codes::UNREACHABLE, seen, help, patience) })
    };
    let again_how = if was_sent { rerun(request) } else { "run the same command again: nothing was sent" };
    let later = format!("check the network and the platform's status page, then {again_how}");
    match fault {
        TransportFault::NoSuchHost => again(
            "has a name that is not known here".to_owned(),
            "check the base URL for a typo, and that this machine can look up names",
        ),
        TransportFault::Refused => again(
            "refuses connections".to_owned(),
            "check the base URL and its port, the network, and the proxy if there is one",
        ),
        TransportFault::NoRoute(reason) => again(
            format!("cannot be reached ({})", clean(&reason, 200)),
            "check the network, the base URL, and the proxy if there is one",
        ),
        TransportFault::NoConnection(time) => {
            let seen = format!("could not be connected to {}", within(time));
            let help = "check the base URL and its port, the network, and the proxy if there is one";
            let reason = Reason::new(&codes::UNREACHABLE, seen, help, patience);
            NextStep::Again(Reason { is_silence: true, is_settled, ..reason })
        }
        TransportFault::Silent(time) => {
            let seen = format!("did not answer {}", within(time));
            let reason = Reason::new(&codes::UNREACHABLE, seen, later, patience);
            NextStep::Again(Reason { is_silence: true, ..reason })
        }
        TransportFault::Broken(reason) => {
            again(format!("broke the connection off ({})", clean(&reason, 200)), &later)
        }
        TransportFault::Certificate(reason) => unreachable(
            format!("cannot be trusted: {}", clean(&reason, 300)),
            "check the base URL; if the company's own authority signs certificates, name its file in SSL_CERT_FILE",
        ),
        TransportFault::Tls(reason) => unreachable(
            format!("and this machine cannot agree on TLS: {}", clean(&reason, 300)),
            "check the base URL and its port: something other than the platform may listen there",
        ),
        TransportFault::TooLong(size) => NextStep::Stop(Problem::new(
            &codes::UNEXPECTED_ANSWER,
            format!("{}: {host} answered {size}", request.purpose),
            "check that the base URL is that of the API, whose answers are short",
        )),
        TransportFault::ProxySignIn(proxy) => unreachable(
            format!(
                "was not reached: the proxy {} ({}) requires a sign-in (407)",
                proxy.address, proxy.variable
            ),
            "put user and password into that variable, as in http://USER:PASSWORD@HOST:PORT, or put the platform's host into NO_PROXY",
        ),
        TransportFault::ProxyFails(proxy, problem) => {
            let is_silence = problem == way::SILENT || problem == way::SILENT_BEHIND;
            let seen = format!("was not reached: the proxy {} ({}) {problem}", proxy.address, proxy.variable);
            let help = "check that variable and the proxy, or put the platform's host into NO_PROXY";
            let reason = Reason::new(&codes::UNREACHABLE, seen, help, patience);
            NextStep::Again(Reason { is_silence, is_settled, ..reason })
        }
        TransportFault::ProxySetting(reason) => unreachable(
            format!("was not asked: {reason}"),
            "write it as http://HOST:PORT, or put the platform's host into NO_PROXY",
        ),
        TransportFault::Packed(how) => again(
            format!("answered {how}"),
            "ask the platform's support which encodings it sends; a proxy may have compressed the answer",
        ),
        TransportFault::NoHttp => NextStep::Again(Reason::new(
            &codes::UNEXPECTED_ANSWER,
            "does not speak HTTP",
            "check the base URL and its port; if the port uses TLS, the base URL must begin with https",
            RetryLimit::Times(3),
        )),
        TransportFault::Unusable(reason) => unreachable(
            format!("cannot be asked: {}", clean(&reason, 300)),
            "check the base URL and the paths of the environment",
        ),
    }
}

/// How long nothing came. Little of a time limit may be left.
fn within(time: Duration) -> String {
    match time.as_millis() {
        0 => "in the time that was left, less than 1 ms".to_owned(),
        _ => format!("within {}", lasting(time)),
    }
}
