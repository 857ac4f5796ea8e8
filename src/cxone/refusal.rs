//! Why something was refused, in whatever shape the platform says it: its own, RFC 9457, JSON:API,
//! lists with `loc`, maps of fields, nested errors, plain text, pages.

use serde_json::{Map, Value};

use super::place::{PayloadSpot, plain, spot};
use super::wording::{QUOTED, clean, quoted};

/// The longest sentence of the platform's that is shown, in characters.
pub const LONGEST_TEXT: usize = 500;
/// How many complaints of one answer are kept.
const MOST_COMPLAINTS: usize = 1000;
/// How many objects and lists of one answer are looked at.
const MOST_LOOKED_AT: usize = 10_000;
/// How deep a place may be.
const DEEPEST: usize = 16;

/// What the platform finds wrong with a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// The platform's code for it, if it has one.
    pub code: Option<String>,
    /// The platform's words.
    pub message: String,
    /// The node it speaks of, by its id.
    pub node: Option<String>,
    /// The place in the payload that it speaks of, as the platform writes it.
    pub path: Option<String>,
}

impl Complaint {
    /// Whether its place is one of a payload's own.
    fn is_placed(&self) -> bool {
        let spot = self.path.as_deref().and_then(spot);
        spot.is_some_and(|spot| {
            !matches!(spot, PayloadSpot::NodeId(_) | PayloadSpot::Name | PayloadSpot::Description)
        })
    }

    /// The complaint in the platform's words, with what it is about.
    pub fn with_subject(&self) -> String {
        match self.node.as_ref().or(self.path.as_ref()) {
            Some(place) => format!("{}: {}", clean(place, 200), self.said()),
            None => self.said(),
        }
    }

    /// The complaint in the platform's words, with its code.
    pub fn said(&self) -> String {
        match &self.code {
            Some(code) => format!("{} ({code})", self.message),
            None => self.message.clone(),
        }
    }
}

/// What a refusal says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Its sentence.
    pub message: Option<String>,
    /// Its own code.
    pub code: Option<String>,
    /// What it complains of.
    pub complaints: Vec<Complaint>,
    /// What else is in it, as it came; or how it begins, where none of it was understood.
    pub rest: Option<String>,
}

const MESSAGES: &[&str] = &[
    "message",
    "errormessage",
    "defaultmessage",
    "errordescription",
    "detail",
    "msg",
    "description",
    "reason",
    "faultstring",
    "title",
    "errortext",
    "statusmessage",
    "error",
    "fault",
    "exception",
];
const CODES: &[&str] = &["code", "errorcode", "faultcode", "type", "keyword", "error", "rule"];
const NODES: &[&str] = &["node", "nodeid", "fromnode", "nodename"];
const PLACES: &[&str] = &[
    "path",
    "pointer",
    "loc",
    "location",
    "instancepath",
    "datapath",
    "jsonpath",
    "propertypath",
    "source",
    "field",
    "target",
    "property",
    "attribute",
    "param",
    "parameter",
    "key",
    "name",
];
/// What holds further errors.
const LISTS: &[&str] = &[
    "errors",
    "error",
    "detail",
    "details",
    "invalidparams",
    "violations",
    "fieldviolations",
    "fielderrors",
    "validationerrors",
    "issues",
    "problems",
    "messages",
    "causes",
    "fault",
    "exception",
    "results",
];
/// What says nothing that the status did not say, and what a payload says itself.
const KNOWN: &[&str] = &["status", "statuscode", "httpstatus", "success", "ok", "input", "ctx", "url"];

impl Refusal {
    /// What the body of a refusal says.
    pub fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return Self::of_text(body) };
        let mut refusal = Self::of(&value, &[]);
        if refusal.message.is_none() && refusal.complaints.is_empty() {
            refusal.rest = Some(quoted(body));
        }
        refusal
    }

    /// What plain text says. A page is quoted.
    fn of_text(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let is_page = text.trim_start().starts_with(['<', '{', '[']) || text.contains('\0');
        let message = clean(&text, LONGEST_TEXT);
        match is_page || message.is_empty() {
            true => Self { rest: Some(quoted(body)), ..Self::default() },
            false => Self { message: Some(message), ..Self::default() },
        }
    }

    /// What a value says, without the fields that are read elsewhere.
    pub fn of(value: &Value, elsewhere: &[&str]) -> Self {
        let mut reading = RefusalReader { refusal: Self::default(), rest: Map::new(), looked_at: 0 };
        match value {
            Value::Object(fields) => reading.whole(fields, elsewhere),
            Value::String(text) => reading.refusal.message = said(text),
            list @ Value::Array(_) => reading.list(list, None),
            _ => {}
        }
        let RefusalReader { mut refusal, rest, .. } = reading;
        if !rest.is_empty() {
            refusal.rest = Some(format!("the answer also has: {}", brief(&Value::Object(rest), QUOTED)));
        }
        refusal
    }

    /// Its sentence with its code, to follow what was refused; where it has none, how it begins.
    pub fn why(&self) -> String {
        match (&self.message, &self.code, &self.rest) {
            (Some(message), Some(code), _) if !message.contains(code.as_str()) => {
                format!(": {message} ({code})")
            }
            (Some(message), ..) => format!(": {message}"),
            (None, ..) if !self.complaints.is_empty() => String::new(),
            (None, _, Some(rest)) => format!(", a body {rest}"),
            (None, ..) => String::new(),
        }
    }

    /// What to say beside: members of the answer that were not understood.
    pub fn other_members(&self) -> Option<String> {
        self.rest.clone().filter(|_| self.message.is_some() || !self.complaints.is_empty())
    }

    /// Whether it says that the flow is locked.
    pub fn is_about_lock(&self) -> bool {
        self.has_word(&["locked", "lock held", "is open in", "checked out", "being edited"])
    }

    /// Whether it says that something of this name is there.
    pub fn is_about_name_conflict(&self) -> bool {
        self.has_word(&[
            "already exists",
            "exists already",
            "duplicate",
            "is taken",
            "already in use",
            "must be unique",
        ])
    }

    fn has_word(&self, words: &[&str]) -> bool {
        let complaints = self.complaints.iter().flat_map(|one| [Some(&one.message), one.code.as_ref()]);
        let texts = [self.message.as_ref(), self.code.as_ref()].into_iter().chain(complaints).flatten();
        texts.into_iter().any(|text| {
            let text = words_of(text);
            words.iter().any(|word| format!(" {text} ").contains(&format!(" {word} ")))
        })
    }
}

/// A text as words with single blanks between them: `FLOW_LOCKED` and `flowLocked` are `flow locked`.
fn words_of(text: &str) -> String {
    let mut out = String::new();
    let mut was_small = false;
    for c in text.chars() {
        let begins = !c.is_alphanumeric() || (was_small && c.is_uppercase());
        if begins && !out.ends_with(' ') {
            out.push(' ');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    out.trim().to_owned()
}

struct RefusalReader {
    refusal: Refusal,
    /// What was not understood.
    rest: Map<String, Value>,
    looked_at: usize,
}

impl RefusalReader {
    /// The outermost object, and what is nested in it under `error` and the like.
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
            // The object may speak of one place, as an entry of a list does.
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
                    // One error that is told in its own object.
                    Value::Object(inner)
                        if matches!(key, "error" | "fault" | "exception" | "detail" | "problem")
                            && (self::message(inner).is_some()
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
                    // Some name the fields at the top: `{"name": ["is taken"]}`.
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
                    // Nested ones say more than the words around them.
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

    /// A list of errors, or a map of fields to them.
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
            // In the order in which they came.
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

fn is_list(key: &str) -> bool {
    LISTS.contains(&key)
}

/// Whether an object maps fields to what is wrong with them.
fn is_map(fields: &Map<String, Value>) -> bool {
    !fields.is_empty()
        && fields.values().all(|value| value.is_string() || value.is_array() || value.is_object())
}

/// The sentence of an object, with the field that it stands in.
fn message(fields: &Map<String, Value>) -> Option<(&String, String)> {
    MESSAGES.iter().find_map(|wanted| {
        fields.iter().find_map(|(name, value)| {
            let text = said(value.as_str().filter(|_| plain(name) == *wanted)?)?;
            // RFC 9457 and JSON:API have a short title beside the sentence.
            let title = field(fields, "title").and_then(|(_, title)| said(title.as_str()?));
            Some((
                name,
                match title.filter(|title| *wanted != "title" && *title != text) {
                    Some(title) => clean(&format!("{title}: {text}"), LONGEST_TEXT),
                    None => text,
                },
            ))
        })
    })
}

/// The code of an object, with its field: a word or a number.
fn code<'f>(fields: &'f Map<String, Value>, message: Option<&String>) -> Option<(&'f String, String)> {
    CODES.iter().find_map(|wanted| {
        fields.iter().find_map(|(name, value)| {
            if plain(name) != *wanted || message == Some(name) {
                return None;
            }
            let text = match value {
                Value::String(text) => clean(text, 100),
                Value::Number(number) => number.to_string(),
                _ => return None,
            };
            (!text.is_empty() && text != "about:blank").then_some((name, text))
        })
    })
}

fn said(text: &str) -> Option<String> {
    let text = clean(text, LONGEST_TEXT);
    (!text.is_empty()).then_some(text)
}

/// One error, quoting what is not understood of it or not. Without a sentence it is none.
fn complaint(fields: &Map<String, Value>, around: Option<&str>, quoting: bool) -> Option<Complaint> {
    let (read, mut text) = message(fields)?;
    let code = code(fields, Some(read));
    let node = first(fields, NODES).and_then(node_id);
    let place = PLACES.iter().find_map(|key| {
        let (name, value) = field(fields, key).filter(|(name, _)| *name != read)?;
        Some((name, place(value)?))
    });
    let is_read = |name: &String| {
        let key = plain(name);
        name == read
            || code.as_ref().is_some_and(|(read, _)| *read == name)
            || place.as_ref().is_some_and(|(read, _)| *read == name)
            || key == "title"
            || KNOWN.contains(&key.as_str())
            || NODES.contains(&key.as_str())
    };
    let rest: Map<String, Value> = fields
        .iter()
        .filter(|(name, value)| quoting && !value.is_null() && !is_read(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if !rest.is_empty() {
        text = format!("{text} {}", brief(&Value::Object(rest), 100));
    }
    let path = place.map(|(_, place)| place).or_else(|| around.map(|place| clean(place, QUOTED)));
    Some(Complaint { code: code.map(|(_, code)| code), message: text, node, path })
}

fn field<'f>(fields: &'f Map<String, Value>, key: &str) -> Option<(&'f String, &'f Value)> {
    fields.iter().find(|(name, _)| plain(name) == key)
}

fn first<'f>(fields: &'f Map<String, Value>, keys: &[&str]) -> Option<&'f Value> {
    keys.iter().find_map(|key| Some(field(fields, key)?.1))
}

/// A node's id: itself, or in an object.
fn node_id(value: &Value) -> Option<String> {
    let id = match value {
        Value::Object(node) => first(node, &["id", "nodeid", "name"])?,
        id => id,
    };
    match id {
        Value::String(id) => Some(id.clone()),
        Value::Number(number) => Some(format!("nodes[{number}]")),
        _ => None,
    }
}

/// A place: a text, a list of steps, or an object that has it.
fn place(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(steps) => {
            let mut out = String::new();
            for step in steps.iter().take(2 * DEEPEST) {
                match step {
                    Value::Number(number) => out.push_str(&format!("[{number}]")),
                    Value::String(step) => {
                        let is_plain = step.chars().all(|c| c.is_alphanumeric() || c == '_');
                        match (is_plain, out.is_empty()) {
                            (true, true) => out.push_str(step),
                            (true, false) => out.push_str(&format!(".{step}")),
                            (false, _) => out.push_str(&format!("['{step}']")),
                        }
                    }
                    _ => {}
                }
            }
            out
        }
        Value::Object(fields) => {
            first(fields, &["pointer", "path", "parameter", "field"])?.as_str()?.to_owned()
        }
        _ => return None,
    };
    let text = clean(&text, QUOTED);
    (!text.is_empty()).then_some(text)
}

/// A value as it came, on one line.
fn brief(value: &Value, longest: usize) -> String {
    clean(&value.to_string(), longest)
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
    fn locks_are_told_from_blocks() {
        for text in
            ["the flow is locked", "FLOW_LOCKED", "flowLocked", "Locked by dana", "it is being edited"]
        {
            assert!(read(&format!(r#"{{"message":"{text}"}}"#)).is_about_lock(), "{text}");
            assert!(
                read(&format!(r#"{{"errors":[{{"code":"{text}","message":"m"}}]}}"#)).is_about_lock(),
                "{text}"
            );
        }
        for text in ["the number is blocked", "unlocked", "the clock is wrong", "interlocked"] {
            assert!(!read(&format!(r#"{{"message":"{text}"}}"#)).is_about_lock(), "{text}");
        }
        assert!(read(r#"{"message":"a flow of this name already exists"}"#).is_about_name_conflict());
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
