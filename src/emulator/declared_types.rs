//! Types of nodes that a library declares: which fields their actions have, and of which JSON types.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::heard::is_language;
use super::payload::{Action, Errors, Node, Payload};
use super::problem::{Finding, bounded};

/// A type of nodes. Each has an action of its own, whose directive is called like the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredType {
    /// The type.
    pub name: String,
    /// The fields of its action.
    pub fields: Vec<TypedField>,
    /// What can come of it. Empty if the library does not say.
    pub outcomes: Vec<String>,
}

/// A field of such an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedField {
    /// Its name.
    pub name: String,
    /// The type of its value, or of each value of a list.
    pub value: ValueType,
    /// Whether it is a list of such values.
    pub is_list: bool,
    /// Whether an action may lack it.
    pub is_optional: bool,
}

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValueType {
    /// A text.
    Text,
    /// A web address.
    Url,
    /// A phone number in E.164.
    Phone,
    /// A language tag.
    Language,
    /// A whole number from 0.
    Integer,
    /// `true` or `false`.
    Bool,
    /// One of these texts.
    OneOf(Vec<String>),
}

impl ValueType {
    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Url => value.as_str().is_some_and(is_url),
            Self::Phone => value.as_str().is_some_and(is_phone),
            Self::Language => value.as_str().is_some_and(is_language),
            Self::Integer => value.is_u64(),
            Self::Bool => value.is_boolean(),
            Self::OneOf(texts) => value.as_str().is_some_and(|value| texts.iter().any(|text| text == value)),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Url => "a web address".to_owned(),
            Self::Phone => "a phone number such as +12025550143".to_owned(),
            Self::Language => "a language such as en-US".to_owned(),
            Self::Integer => "a whole number".to_owned(),
            Self::Bool => "true or false".to_owned(),
            Self::OneOf(texts) => format!("one of {}", texts.join(", ")),
        }
    }
}

impl TypedField {
    fn takes(&self, value: &Value) -> bool {
        match value {
            Value::Array(values) if self.is_list => {
                values.iter().all(|value| is_placeholder(value) || self.value.takes(value))
            }
            value if is_placeholder(value) => !self.is_list,
            value => !self.is_list && self.value.takes(value),
        }
    }
}

/// Whether a value is a text that the platform fills in on the call, such as `{balance}`, so that its type is not
/// known.
fn is_placeholder(value: &Value) -> bool {
    let inside = value.as_str().and_then(|text| text.strip_prefix('{')?.strip_suffix('}'));
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    inside.is_some_and(|name| !name.is_empty() && name.bytes().all(is_part))
}

/// Whether a text is an address of the web, in which the platform may fill in something on the call.
fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/')) && !text.contains(char::is_whitespace)
}

/// Whether a text is `+` and up to 15 digits.
fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Reports fields that an action of a declared kind does not have, lacks, or has with a value of another type. Those
/// of other actions beside the ones of the platform's description are the tenant's.
pub fn check_fields(payload: &Payload<'_>, types: &[DeclaredType], errors: &mut Errors) {
    // Several kinds of a library may be of one type.
    let mut by_name: FxHashMap<&str, Vec<&DeclaredType>> = FxHashMap::default();
    for one in types {
        by_name.entry(one.name.as_str()).or_default().push(one);
    }
    for node in &payload.nodes {
        for action in &node.actions {
            if let Some(declared) = by_name.get(&*action.directive) {
                check_against(node, action, declared, errors);
            }
        }
        let Some([declared, ..]) = by_name.get(&*node.r#type).map(Vec::as_slice) else { continue };
        let is_own = |action: &Action<'_>| *action.directive == *declared.name;
        if !node.actions.iter().any(is_own) {
            errors.add(|| {
                let message = format!("a node of the type {0} has no action {0}", bounded(&declared.name));
                Finding::new("missing_action", message).at(&node.id)
            });
        }
    }
    check_outcomes(payload, &by_name, errors);
}

/// Reports an action that fits none of the kinds of its type, by what is wrong with it as the first of them.
fn check_against(node: &Node<'_>, action: &Action<'_>, declared: &[&DeclaredType], errors: &mut Errors) {
    let fits = |one: &&DeclaredType| {
        let is_known = |(name, value): &(Cow<'_, str>, Value)| {
            one.fields.iter().any(|field| *field.name == **name && field.takes(value))
        };
        let is_set = |field: &TypedField| action.fields.iter().any(|(name, _)| **name == *field.name);
        action.fields.iter().all(is_known)
            && one.fields.iter().all(|field| field.is_optional || is_set(field))
    };
    if let (Some(first), false) = (declared.first(), declared.iter().any(fits)) {
        check_action(node, action, first, errors);
    }
}

/// Reports conditions that are no outcome of their node's type. Keys are for the platform to judge.
fn check_outcomes(payload: &Payload<'_>, by_name: &FxHashMap<&str, Vec<&DeclaredType>>, errors: &mut Errors) {
    if by_name.values().flatten().all(|one| one.outcomes.is_empty()) {
        return;
    }
    let types: FxHashMap<&str, &str> = payload.nodes.iter().map(|node| (&*node.id, &*node.r#type)).collect();
    for transition in &payload.transitions {
        let from = &*transition.from_node;
        let Some(declared) = types.get(from).and_then(|type_| by_name.get(type_)) else { continue };
        if transition.condition == "always" || declared.iter().any(|one| one.outcomes.is_empty()) {
            continue;
        }
        let is_known = |part: &str| {
            part.starts_with("input=")
                || declared.iter().flat_map(|one| &one.outcomes).any(|outcome| outcome == part)
        };
        if let Some(other) = transition.condition.split('|').find(|part| !is_known(part)) {
            errors.add(|| {
                let message = format!("{} has no outcome {}", bounded(from), bounded(other));
                Finding::new("unknown_outcome", message).at(from)
            });
        }
    }
}

fn check_action(node: &Node<'_>, action: &Action<'_>, declared: &DeclaredType, errors: &mut Errors) {
    for (name, value) in &action.fields {
        let Some(field) = declared.fields.iter().find(|field| *field.name == **name) else {
            report_unknown(node, action, name, errors);
            continue;
        };
        if !field.takes(value) {
            errors.add(|| {
                let list = if field.is_list { "a list, each " } else { "" };
                let message = format!(
                    "{}.{} has to be {list}{}, and is {}",
                    bounded(&action.directive),
                    bounded(name),
                    field.value.in_words(),
                    bounded(&value.to_string())
                );
                Finding::new("wrong_type", message).at(&node.id)
            });
        }
    }
    let is_set = |name: &str| action.fields.iter().any(|(set, _)| set == name);
    for field in declared.fields.iter().filter(|field| !field.is_optional && !is_set(&field.name)) {
        errors.add(|| {
            let message = format!("{} lacks the field {}", bounded(&action.directive), bounded(&field.name));
            Finding::new("missing_field", message).at(&node.id)
        });
    }
}

fn report_unknown(node: &Node<'_>, action: &Action<'_>, field: &str, errors: &mut Errors) {
    errors.add(|| {
        let message = format!("{} has no field {}", bounded(&action.directive), bounded(field));
        Finding::new("unknown_field", message).at(&node.id)
    });
}
