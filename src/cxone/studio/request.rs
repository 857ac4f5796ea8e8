//! The requests about scripts and recordings as plain values: opening a script, listing a folder and the versions of one,
//! saving one, and uploading a recording. There are no others.

use base64::prelude::{BASE64_STANDARD, Engine};
use hyper::body::Bytes;
use serde_json::json;
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
    url.set_query(Some(&format!("folder={}&skip={skip}&top={}", encoded(path), facts::MOST)));
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

/// Uploads a recording under its name. Without `replaces` one that is there stays as it is.
pub fn upload(api: &Url, name: &str, bytes: &[u8], replaces: bool) -> Request {
    let body = json!({ "fileName": name, "file": BASE64_STANDARD.encode(bytes), "overwrite": replaces });
    Request {
        purpose: "uploading the recording",
        url: below(api, facts::FILES),
        body: Body::Json(Bytes::from(body.to_string())),
        ..save(api, b"")
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
                assert!(request.url.path().ends_with("/scripts"), "{}", request.url);
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
            assert!(request.url.path().ends_with("/scripts"), "{}", request.url);
            assert_eq!(request.url.query(), None);
            for path in paths {
                let request = upload(&api, path, b"RIFF", false);
                assert!(request.url.path().ends_with("/files"), "{}", request.url);
                assert_eq!(request.url.query(), None);
            }
        }
    }
}
