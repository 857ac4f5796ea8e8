//! The requests about scripts as plain values: opening one, listing a folder and the versions of one, and saving one.
//! There are no others.

use hyper::body::Bytes;
use url::Url;

use super::facts;
use super::tenant::below;
use crate::cxone::method::Method;
use crate::cxone::request::{Body, Request, get};

/// Opens a script.
pub fn open(api: &Url, path: &str) -> Request {
    let mut url = below(api, facts::SCRIPTS);
    url.set_query(Some(&format!("scriptPath={}", encoded(path))));
    Request { names_something: true, ..get("opening the script", url) }
}

/// Lists a page of a folder.
pub fn folder(api: &Url, path: &str, skip: usize) -> Request {
    let mut url = below(api, facts::FOLDERS);
    url.set_query(Some(&format!("folder={}&skip={skip}&top={}", encoded(path), facts::PAGE)));
    Request { names_something: true, ..get("listing the folder", url) }
}

/// Lists the versions of a script.
pub fn history(api: &Url, path: &str) -> Request {
    let mut url = below(api, facts::HISTORY);
    url.set_query(Some(&format!("scriptPath={}", encoded(path))));
    Request { names_something: true, ..get("listing the versions of the script", url) }
}

/// A value of a query. A blank is no `+`, which not every server reads as one.
fn encoded(value: &str) -> String {
    let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    value.replace('+', "%20")
}

/// Saves a script under the name in its header.
pub fn save(api: &Url, script: &[u8]) -> Request {
    const BEFORE: &[u8] = b"{\"scriptContent\":";
    let body = [BEFORE, script.trim_ascii(), b"}"].concat();
    Request {
        purpose: "saving the script",
        method: Method::Post,
        url: below(api, facts::SCRIPTS),
        idempotency_key: None,
        names_something: false,
        may_lag: false,
        creates: false,
        saves: true,
        body: Body::Json(Bytes::from(body)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_and_no_host_leads_to_a_request_that_places_a_call() {
        let hosts =
            ["https://api.example", "https://api.example/scripts/start", "https://api.example/a/../start/"];
        let paths = [
            "start",
            "/start",
            r"..\start",
            "../scripts/start",
            "?x=/scripts/start",
            "#/start",
            "a%2F..%2Fkick",
            "kick",
        ];
        for host in hosts {
            let api: Url = host.parse().unwrap();
            for path in paths {
                let request = open(&api, path);
                assert_eq!(request.method, Method::Get);
                assert!(request.url.path().ends_with("/services/v34.0/scripts"), "{}", request.url);
                assert_eq!(request.url.fragment(), None);
                let (_, given) = request.url.query_pairs().next().unwrap();
                assert_eq!(given, path);
            }
            for (request, end) in
                [(folder(&api, "start", 0), "/script-folders"), (history(&api, "start"), "/historyByName")]
            {
                assert!(
                    request.method == Method::Get && request.url.path().ends_with(end),
                    "{}",
                    request.url
                );
            }
            let request = save(&api, br#"{"header":{"scriptName":"start"}}"#);
            assert!(request.url.path().ends_with("/services/v34.0/scripts"), "{}", request.url);
            assert_eq!(request.url.query(), None);
        }
    }
}
