//! Parses the body of a message (JSON-RPC 2.0, as used by LSP 3.17), and builds the answer to an invalid one.

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use serde_json::{Map, Value, json};

/// The answer to an invalid message.
#[derive(Debug, PartialEq)]
pub struct BadMessage {
    /// The request's id, or null.
    id: Value,
    code: i32,
    message: String,
}

impl BadMessage {
    fn new(id: Value, code: ErrorCode, message: impl Into<String>) -> Self {
        Self { id, code: code as i32, message: message.into() }
    }

    fn invalid(id: Value, message: impl Into<String>) -> Self {
        Self::new(id, ErrorCode::InvalidRequest, message)
    }

    /// The answer to a message that is not JSON.
    pub fn unreadable(reason: String) -> Self {
        Self::new(Value::Null, ErrorCode::ParseError, reason)
    }

    /// The body of the answer, without a head.
    pub fn body(&self) -> String {
        let error = json!({ "code": self.code, "message": self.message });
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error }).to_string()
    }
}

/// Parses a request or a notification; `None` for a response of the editor.
///
/// # Errors
///
/// Fails with the answer to an invalid message.
pub fn message(body: &[u8]) -> Result<Option<Message>, BadMessage> {
    let message = match serde_json::from_slice(body) {
        Ok(Value::Object(message)) => message,
        Ok(Value::Array(_)) => {
            let reason = "the language server protocol has no batches; send each message by itself";
            return Err(BadMessage::invalid(Value::Null, reason));
        }
        Ok(_) => return Err(BadMessage::invalid(Value::Null, "a message is a JSON object")),
        Err(error) => {
            return Err(BadMessage::unreadable(format!("the message is not JSON: {error}")));
        }
    };
    // Responses are never answered, even invalid ones: two programs could answer each other forever.
    let is_response = message.contains_key("result") || message.contains_key("error");
    if is_response && !message.contains_key("method") {
        return Ok(None);
    }
    request(message).map(Some)
}

fn request(mut message: Map<String, Value>) -> Result<Message, BadMessage> {
    let id = message.remove("id");
    // An unsupported id is repeated in the answer, since it helps to find the request.
    let answered_id = id.clone().filter(|id| id.is_string() || id.is_number()).unwrap_or_default();
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(BadMessage::invalid(answered_id, "a message has `\"jsonrpc\": \"2.0\"`"));
    }
    let Some(Value::String(method)) = message.remove("method") else {
        return Err(BadMessage::invalid(answered_id, "a request has a `method`, which is a string"));
    };
    let params = message.remove("params").unwrap_or_default();
    let Some(id) = id else { return Ok(Notification { method, params }.into()) };
    let id = request_id(&id).ok_or_else(|| {
        BadMessage::invalid(
            answered_id,
            "the `id` of a request is a string or a whole number of 32 bits, and not null",
        )
    })?;
    Ok(Request { id, method, params }.into())
}

fn request_id(id: &Value) -> Option<RequestId> {
    match id {
        Value::String(id) => Some(id.clone().into()),
        Value::Number(id) => id.as_i64().and_then(|id| i32::try_from(id).ok()).map(RequestId::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> (i32, Value) {
        let refused = message(body.as_bytes()).unwrap_err();
        (refused.code, refused.id)
    }

    #[test]
    fn invalid_json_is_a_parse_error() {
        let deep = "[".repeat(100_000);
        for body in
            ["", " ", "{", "abc", "{\"a\":}", "{} {}", "\u{feff}{}", "NaN", "'x'", "{\"a\":1,}", &deep]
        {
            assert_eq!(refused(body), (-32700, Value::Null), "{body:.20}");
        }
        assert_eq!(message(b"\"\xff\xfe\"").unwrap_err().code, -32700);
    }

    #[test]
    fn json_that_is_not_a_message_is_an_invalid_request() {
        for body in ["null", "1", "\"x\"", "true", "[]", "[1]", "{}"] {
            assert_eq!(refused(body), (-32600, Value::Null), "{body}");
        }
        let in_batch = r#"[{"jsonrpc":"2.0","id":5,"method":"shutdown"}]"#;
        assert_eq!(refused(in_batch), (-32600, Value::Null));
        for version in ["", r#""jsonrpc":"1.0","#, r#""jsonrpc":2.0,"#, r#""jsonrpc":null,"#] {
            assert_eq!(
                refused(&format!(r#"{{{version}"id":5,"method":"x"}}"#)),
                (-32600, json!(5)),
                "{version}"
            );
            assert_eq!(refused(&format!(r#"{{{version}"method":"x"}}"#)), (-32600, Value::Null), "{version}");
        }
        for method in ["", r#","method":null"#, r#","method":1"#, r#","method":["x"]"#] {
            assert_eq!(
                refused(&format!(r#"{{"jsonrpc":"2.0","id":"a"{method}}}"#)),
                (-32600, json!("a")),
                "{method}"
            );
        }
    }

    #[test]
    fn an_id_outside_the_protocol_is_an_invalid_request() {
        for (id, answered_id) in [
            ("null", Value::Null),
            ("true", Value::Null),
            ("[1]", Value::Null),
            ("{}", Value::Null),
            ("1.5", json!(1.5)),
            ("-0.25", json!(-0.25)),
            ("3000000000", json!(3_000_000_000_u32)),
            ("-2147483649", json!(-2_147_483_649_i64)),
        ] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"shutdown"}}"#);
            assert_eq!(refused(&body), (-32600, answered_id), "{id}");
        }
        for id in ["0", "-1", "2147483647", "\"\"", "\"1.5\""] {
            let body = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"shutdown"}}"#);
            assert!(matches!(message(body.as_bytes()), Ok(Some(Message::Request(_)))), "{id}");
        }
    }

    #[test]
    fn a_response_is_never_answered() {
        for body in [
            r#"{"jsonrpc":"2.0","id":1,"result":null}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no JSON"}}"#,
            r#"{"id":1.5,"result":3}"#,
            r#"{"error":3}"#,
        ] {
            assert!(matches!(message(body.as_bytes()), Ok(None)), "{body}");
        }
    }
}
