//! Limits on the head of a request: its size, and a single length for its body.

use hyper::StatusCode;
use hyper::header::{self, HeaderValue};

use super::problem::ErrorResponse;

/// The most bytes of a request's line and headers together.
pub const BYTES: usize = 64 << 10;
/// The most bytes of one header.
pub const LINE: usize = 16 << 10;
/// The most headers of a request.
pub const COUNT: usize = 100;
/// The most bytes of a request's target.
const TARGET: usize = 8 << 10;

/// Checks the raw lines of a head, up to the empty one.
///
/// A head that was read together with the previous request is not known, and passes.
///
/// # Errors
///
/// `414` and `431` if it is too large, `400` if it gives two lengths for one body.
pub fn check(head: &[u8]) -> Result<(), ErrorResponse> {
    let mut lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let target = lines.next().and_then(|first| first.split(|&byte| byte == b' ').nth(1)).unwrap_or_default();
    if target.len() > TARGET {
        let message = format!("a target has at most {TARGET} bytes here");
        return Err(closing(ErrorResponse::new(StatusCode::URI_TOO_LONG, "uri_too_long", message)));
    }
    let (mut count, mut bytes, mut lengths, mut codings) = (0, target.len(), 0, 0);
    for line in lines.take_while(|line| !line.is_empty()) {
        count += 1;
        bytes += line.len() + 2;
        if count > COUNT || line.len() > LINE || bytes > BYTES {
            return Err(too_large());
        }
        let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
        lengths += usize::from(name.eq_ignore_ascii_case(b"content-length"));
        codings += usize::from(name.eq_ignore_ascii_case(b"transfer-encoding"));
    }
    if lengths > 1 || codings > 1 || (lengths > 0 && codings > 0) {
        let message = "a body has one Content-Length or one Transfer-Encoding, and not both";
        return Err(closing(ErrorResponse::bad_request(message)));
    }
    Ok(())
}

/// `431`
pub fn too_large() -> ErrorResponse {
    let message = format!(
        "a request has at most {COUNT} headers here, of {LINE} bytes each and {BYTES} bytes together"
    );
    closing(ErrorResponse::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", message))
}

fn closing(problem: ErrorResponse) -> ErrorResponse {
    problem.header(header::CONNECTION, HeaderValue::from_static("close"))
}

/// The response that replaces one of the HTTP library's own, which has no body.
///
/// `None` for other responses: the emulator's own responses name their server.
pub fn with_a_body(answer: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(answer).ok()?;
    let (head, "") = text.split_once("\r\n\r\n")? else { return None };
    let status = head.strip_prefix("HTTP/1.")?.get(2..5)?;
    let is_bare = head.contains("content-length: 0") && !head.contains("\r\nserver:");
    let (phrase, error, message) = match status {
        _ if !is_bare => return None,
        "400" => ("400 Bad Request", "bad_request", "this is not a request in HTTP/1.1".to_owned()),
        "414" => ("414 URI Too Long", "uri_too_long", format!("a target has at most {TARGET} bytes here")),
        "431" => {
            ("431 Request Header Fields Too Large", "headers_too_large", too_large().message().to_owned())
        }
        "505" => ("505 HTTP Version Not Supported", "version", "write HTTP/1.1".to_owned()),
        _ => return None,
    };
    let body = serde_json::json!({ "error": error, "message": message }).to_string();
    let server = concat!("cxflowc-emulator/", env!("CARGO_PKG_VERSION"));
    let length = body.len();
    Some(
        format!(
            "HTTP/1.1 {phrase}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {length}\r\nserver: {server}\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}
