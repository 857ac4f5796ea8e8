//! The requests that change a tenant, and the one before them, as plain values: opening a script, saving one, and uploading
//! a recording. There are no others.

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
    // A blank is no `+`, which not every server reads as one.
    let path: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    url.set_query(Some(&format!("scriptPath={}", path.replace('+', "%20"))));
    Request { names_something: true, ..get("opening the script", url) }
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
