//! Finds the errors in a refusal in JSON. Platforms and gateways write them as RFC 9457, as JSON:API, as
//! lists with `loc`, as maps from fields to errors, and as errors nested in each other.

use serde_json::{Map, Value};

use super::fields::{
    KNOWN, LONGEST_TEXT, NODES, PLACES, brief, code, complaint, is_list, is_map, message, said,
};
use super::{Complaint, Refusal};
use crate::cxone::place::plain;
use crate::cxone::wording::{QUOTED, clean};

/// How many complaints of one answer are kept.
const MOST_COMPLAINTS: usize = 1000;
/// How many objects and lists of one answer are looked at.
const MOST_LOOKED_AT: usize = 10_000;
/// How deep errors may be nested.
const DEEPEST: usize = 16;

/// Collects what a refusal says.
#[derive(Default)]
pub struct RefusalReader {
    refusal: Refusal,
    /// The members that were not understood.
    rest: Map<String, Value>,
    /// How many objects and lists were looked at.
    looked_at: usize,
}

impl RefusalReader {
    /// Reads a refusal. The fields named in `elsewhere` are left to the caller.
    pub fn read(value: &Value, elsewhere: &[&str]) -> Refusal {
        let mut reader = Self::default();
        match value {
            Value::Object(fields) => reader.whole(fields, elsewhere),
            Value::String(text) => reader.refusal.message = said(text),
            list @ Value::Array(_) => reader.list(list, None),
            _ => {}
        }
        let Self { mut refusal, rest, .. } = reader;
        if !rest.is_empty() {
            refusal.rest = Some(format!("the answer also has: {}", brief(&Value::Object(rest), QUOTED)));
        }
        refusal
    }

    /// Reads the outermost object, and errors nested in it under `error` and the like.
    fn whole(&mut self, fields: &Map<String, Value>, elsewhere: &[&str]) {
        let mut layers = vec![fields];
        let mut depth = 0;
        while let Some(fields) = layers.pop() {
            depth += 1;
            if depth > DEEPEST {
                return;
            }
            let message = message(fields);
            let code = code(fields, message.as_ref().map(|(key, _)| *key));
            // The object itself may be an error with a place, like an entry of a list.
            let placed = complaint(fields, None, false).filter(|one| one.node.is_some() || one.is_placed());
            let is_placed = placed.is_some();
            placed.into_iter().for_each(|one| self.complain(one));
            for (name, value) in fields {
                let key = plain(name);
                let key = key.as_str();
                let is_read = message.as_ref().is_some_and(|(read, _)| *read == name)
                    || code.as_ref().is_some_and(|(read, _)| *read == name)
                    || KNOWN.contains(&key)
                    || (key == "title" && message.is_some())
                    || (is_placed && (NODES.contains(&key) || PLACES.contains(&key)))
                    || elsewhere.contains(&key)
                    || value.is_null();
                if is_read {
                    continue;
                }
                match value {
                    // A single error in an object of its own.
                    Value::Object(inner)
                        if matches!(key, "error" | "fault" | "exception" | "detail" | "problem")
                            && (super::fields::message(inner).is_some()
                                || inner.keys().any(|name| is_list(&plain(name)))) =>
                    {
                        layers.push(inner);
                    }
                    Value::Object(_) | Value::Array(_) if is_list(key) => self.list(value, None),
                    Value::String(text) if is_list(key) => {
                        self.complain(Complaint {
                            message: clean(text, LONGEST_TEXT),
                            ..Complaint::default()
                        });
                    }
                    // Some servers have the map of fields at the top: `{"name": ["is taken"]}`.
                    Value::Array(list)
                        if message.is_none() && !list.is_empty() && list.iter().all(Value::is_string) =>
                    {
                        self.list(value, Some(name.clone()));
                    }
                    _ => drop(self.rest.insert(name.clone(), value.clone())),
                }
            }
            if let Some((_, text)) = message {
                match &self.refusal.message {
                    // The nested message is usually the more exact one, so both are kept.
                    Some(outer) if *outer != text => {
                        self.refusal.message = Some(clean(&format!("{outer}: {text}"), LONGEST_TEXT));
                    }
                    _ => self.refusal.message = Some(text),
                }
            }
            if let Some((_, code)) = code {
                self.refusal.code.get_or_insert(code);
            }
        }
    }

    /// Reads a list of errors, or a map from fields to errors.
    fn list(&mut self, value: &Value, place: Option<String>) {
        let mut open = vec![(value, place, 0)];
        while let Some((value, place, depth)) = open.pop() {
            self.looked_at += 1;
            if self.looked_at > MOST_LOOKED_AT || self.refusal.complaints.len() >= MOST_COMPLAINTS {
                return;
            }
            let before = open.len();
            match value {
                Value::Array(list) => {
                    let inside = list.iter().take(MOST_COMPLAINTS).map(|one| (one, place.clone(), depth + 1));
                    open.extend(inside);
                }
                Value::Object(fields) => {
                    if let Some(complaint) = complaint(fields, place.as_deref(), true) {
                        self.complain(complaint);
                        continue;
                    }
                    let nested = fields.iter().find(|(name, value)| {
                        is_list(&plain(name)) && (value.is_array() || value.is_object())
                    });
                    match nested {
                        Some((_, inner)) if depth < DEEPEST => open.push((inner, place, depth + 1)),
                        _ if depth < DEEPEST && is_map(fields) => {
                            open.extend(fields.iter().take(MOST_COMPLAINTS).map(|(name, value)| {
                                let below = match &place {
                                    Some(place) => format!("{place}/{name}"),
                                    None => name.clone(),
                                };
                                (value, Some(below), depth + 1)
                            }));
                        }
                        _ if fields.is_empty() => {}
                        _ => self.complain(Complaint {
                            message: brief(value, QUOTED),
                            path: place,
                            ..Complaint::default()
                        }),
                    }
                }
                Value::String(text) => {
                    self.complain(Complaint {
                        message: clean(text, LONGEST_TEXT),
                        path: place,
                        ..Complaint::default()
                    });
                }
                Value::Null => {}
                other => {
                    self.complain(Complaint {
                        message: brief(other, QUOTED),
                        path: place,
                        ..Complaint::default()
                    });
                }
            }
            // The last one is taken first, and the errors stay in the order of the answer.
            if let Some(new) = open.get_mut(before..) {
                new.reverse();
            }
        }
    }

    fn complain(&mut self, complaint: Complaint) {
        if !complaint.message.is_empty() && self.refusal.complaints.len() < MOST_COMPLAINTS {
            self.refusal.complaints.push(complaint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(body: &str) -> Refusal {
        Refusal::read(body.as_bytes())
    }

    /// Each complaint as `place|node|code|message`.
    fn told(refusal: &Refusal) -> Vec<String> {
        let or = |text: &Option<String>| text.clone().unwrap_or_default();
        let one = |one: &Complaint| {
            format!("{}|{}|{}|{}", or(&one.path), or(&one.node), or(&one.code), one.message)
        };
        refusal.complaints.iter().map(one).collect()
    }

    #[test]
    fn complaints_in_the_shapes_of_many_servers() {
        for (body, complaints) in [
            // Lists of texts and objects.
            (r#"{"errors":["a","b"]}"#, vec!["|||a", "|||b"]),
            (
                r#"{"errors":[{"code":"E1","message":"m","node":"menu"},{"detail":"d","nodeId":"x"},7,null]}"#,
                vec!["|menu|E1|m", "|x||d", "|||7"],
            ),
            // FastAPI and pydantic.
            (
                r#"{"detail":[{"loc":["body","nodes",3,"actions",0,"text"],"msg":"too long","type":"value_error"}]}"#,
                vec!["body.nodes[3].actions[0].text||value_error|too long"],
            ),
            // JSON:API.
            (
                r#"{"errors":[{"status":"422","title":"Invalid","detail":"no such queue","source":{"pointer":"/nodes/1"}}]}"#,
                vec!["/nodes/1|||Invalid: no such queue"],
            ),
            // RFC 9457 with the usual extensions.
            (
                r#"{"type":"about:blank","title":"Bad","status":422,"invalid-params":[{"name":"nodes[0].id","reason":"taken"}]}"#,
                vec!["nodes[0].id|||taken"],
            ),
            (
                r##"{"title":"Bad","errors":[{"detail":"must not be empty","pointer":"#/entry_node"}]}"##,
                vec!["#/entry_node|||must not be empty"],
            ),
            // Maps of fields, as ASP.NET, Rails and Laravel have them, flat and nested.
            (
                r#"{"errors":{"nodes[1].text":["too long","not plain"],"name":"is taken"}}"#,
                vec!["nodes[1].text|||too long", "nodes[1].text|||not plain", "name|||is taken"],
            ),
            (r#"{"errors":{"nodes":{"2":{"text":["too long"]}}}}"#, vec!["nodes/2/text|||too long"]),
            (r#"{"name":["This flow exists already."]}"#, vec!["name|||This flow exists already."]),
            // Google.
            (
                r#"{"error":{"code":400,"message":"bad","status":"INVALID","details":[{"@type":"x","fieldViolations":[{"field":"nodes[2]","description":"no"}]}]}}"#,
                vec!["nodes[2]|||no"],
            ),
            // Azure and OData.
            (
                r#"{"error":{"code":"Bad","message":"bad","details":[{"code":"Taken","target":"name","message":"is taken"}]}}"#,
                vec!["name||Taken|is taken"],
            ),
            // GraphQL, ajv, Bean Validation, Spring.
            (r#"{"errors":[{"message":"no","path":["nodes",4,"type"]}]}"#, vec!["nodes[4].type|||no"]),
            (
                r#"{"errors":[{"instancePath":"/nodes/0","keyword":"required","message":"must have id"}]}"#,
                vec!["/nodes/0||required|must have id"],
            ),
            (
                r#"{"violations":[{"propertyPath":"nodes[0].actions","message":"is empty"}]}"#,
                vec!["nodes[0].actions|||is empty"],
            ),
            // One object with everything at the top.
            (
                r#"{"errorCode":"Q-1","errorMessage":"no queue","nodeId":"sales"}"#,
                vec!["|sales|Q-1|no queue"],
            ),
            (r#"{"message":"no queue","path":"/nodes/1"}"#, vec!["/nodes/1|||no queue"]),
            (r#"[{"errorCode":"Q-1","errorMessage":"no queue"}]"#, vec!["||Q-1|no queue"]),
            (r#"{"errors":"no more room"}"#, vec!["|||no more room"]),
            (r#"{"errors":{"detail":"no more room"}}"#, vec!["|||no more room"]),
            (
                r#"{"errors":[{"message":"m","node":{"id":"menu"}},{"message":"m","node":2}]}"#,
                vec!["|menu||m", "|nodes[2]||m"],
            ),
        ] {
            let refusal = read(body);
            assert_eq!(told(&refusal), complaints, "{body}: {refusal:?}");
        }
    }

    #[test]
    fn sentences_in_the_shapes_of_many_servers() {
        for (body, why) in [
            (r#"{"message":"no"}"#, ": no"),
            (r#"{"error":"no"}"#, ": no"),
            (r#"{"error":{"message":"no"}}"#, ": no"),
            (r#"{"error":{"code":"E7","message":"no"}}"#, ": no (E7)"),
            (r#"{"message":"failed","error":{"message":"no queue"}}"#, ": failed: no queue"),
            (r#"{"errorCode":"E7","errorMessage":"no"}"#, ": no (E7)"),
            (r#"{"error_code":7,"error_message":"no"}"#, ": no (7)"),
            (r#"{"title":"Out of credit","detail":"It is 30"}"#, ": Out of credit: It is 30"),
            (r#"{"type":"https://example.com/credit","title":"no"}"#, ": no (https://example.com/credit)"),
            (r#"{"fault":{"faultstring":"no"}}"#, ": no"),
            (r#"{"detail":{"msg":"no"}}"#, ": no"),
            (r#"{"Message":"no"}"#, ": no"),
            (r#""no""#, ": no"),
            ("no such\r\n  tenant", ": no such tenant"),
            ("<html><h1>No</h1>", ", a body which begins with: <html><h1>No</h1>"),
            ("", ", a body with nothing in it"),
            ("[]", ", a body which begins with: []"),
            (r#"{"foo":{"bar":1}}"#, r#", a body which begins with: {"foo":{"bar":1}}"#),
            (r#"{"errors":["a"]}"#, ""),
        ] {
            assert_eq!(read(body).why(), why, "{body}");
        }
    }

    #[test]
    fn what_is_not_understood_is_quoted_beside() {
        let refusal =
            read(r#"{"title":"Out of credit","balance":30,"accounts":["/a"],"instance":"/x","status":403}"#);
        assert_eq!(
            refusal.other_members().unwrap(),
            r#"the answer also has: {"balance":30,"accounts":["/a"],"instance":"/x"}"#
        );
        let long = format!(r#"{{"message":"no","more":"{}"}}"#, "x".repeat(100_000));
        assert!(read(&long).other_members().unwrap().chars().count() < QUOTED + 60);
        assert_eq!(read(r#"{"message":"no"}"#).other_members(), None);
        let refusal = read(r#"{"errors":[{"message":"too many","limit":3}]}"#);
        assert_eq!(refusal.complaints[0].message, r#"too many {"limit":3}"#);
    }

    #[test]
    fn nothing_is_too_deep_or_too_much() {
        let deep = format!("{}1{}", r#"{"error":"#.repeat(100), "}".repeat(100));
        drop(read(&deep));
        let nested = format!("{}{}", r#"{"errors":["#.repeat(60), "]}".repeat(60));
        drop(read(&nested));
        let many = format!(r#"{{"errors":[{}]}}"#, vec![r#""wrong""#; 100_000].join(","));
        assert_eq!(read(&many).complaints.len(), MOST_COMPLAINTS);
    }
}
