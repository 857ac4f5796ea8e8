//! Types of nodes that a library declares: which fields their actions have, and of which JSON types.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::payload::{Action, Errors, Node, Payload};
use super::problem::{Finding, bounded};

/// The directives of the platform's description, which have no further fields.
const DESCRIBED: [&str; 6] = ["play", "collect", "route", "schedule", "record", "disconnect"];

/// A type of nodes. Each has an action of its own, whose directive is called like the type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredType {
    /// The type.
    pub name: String,
    /// The fields of its action.
    pub fields: Vec<TypedField>,
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
            Self::Integer => value.is_u64(),
            Self::Bool => value.is_boolean(),
            Self::OneOf(texts) => value.as_str().is_some_and(|value| texts.iter().any(|text| text == value)),
        }
    }

    fn in_words(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
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

/// Reports fields that an action does not have, lacks, or has with a value of another type. The fields of
/// directives that nobody has described are the tenant's.
pub fn check_fields(payload: &Payload<'_>, types: &[DeclaredType], errors: &mut Errors) {
    let types: FxHashMap<&str, &DeclaredType> = types.iter().map(|one| (one.name.as_str(), one)).collect();
    for node in &payload.nodes {
        for action in &node.actions {
            match types.get(&*action.directive) {
                Some(declared) => check_action(node, action, declared, errors),
                None if DESCRIBED.contains(&&*action.directive) => {
                    action.fields.iter().for_each(|(field, _)| report_unknown(node, action, field, errors));
                }
                None => {}
            }
        }
        let Some(declared) = types.get(&*node.r#type) else { continue };
        let is_own = |action: &Action<'_>| *action.directive == *declared.name;
        if !node.actions.iter().any(is_own) {
            errors.add(|| {
                let message = format!("a node of the type {0} has no action {0}", bounded(&declared.name));
                Finding::new("missing_action", message).at(&node.id)
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
