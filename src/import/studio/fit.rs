//! Actions that are nodes of a library's kind: whether its type, its fields and its outcomes say all of an action, and how
//! the node does.

use super::draft::{Field, On};
use super::model::Action;
use crate::emit::studio::actions;
use crate::emit::studio::kept;
use crate::emit::studio::script::When;
use crate::flow::{DeclaredKind, FieldType, FieldValue, Kind, LARGEST_INTEGER, ScalarType, is_key};
use crate::import::libraries::LibraryKind;
use crate::spelling::display_duration;

/// The branch without a condition beside others, as an outcome.
const DEFAULT: &str = "default0";

/// How a node of a library's kind says an action.
#[derive(Debug)]
pub struct Fitting {
    /// The word of the kind.
    pub word: String,
    /// What the node sets.
    pub fields: Vec<(String, Field)>,
    /// When each branch is taken, in their order.
    pub ways: Vec<On>,
}

/// What an action is, as a node of any kind says it.
pub struct Wanted<'w> {
    pub action: &'w Action,
    /// The fields, with the properties among them.
    pub fields: &'w [(String, Field)],
    /// The variables that it sets.
    pub sets: &'w [String],
    /// What rules take it for.
    pub taken_for: Option<Kind>,
}

/// How a node of this kind says an action, if it can.
pub fn fit(kind: &LibraryKind, wanted: &Wanted<'_>) -> Option<Fitting> {
    let declared = &kind.declared;
    let is_of_type =
        declared.type_.as_deref().is_some_and(|type_| type_.eq_ignore_ascii_case(&wanted.action.name));
    let discloses = wanted.taken_for == Some(Kind::Disclosure);
    let is_taken_for = !discloses || declared.taken_for == Some(Kind::Disclosure);
    let sets_all = wanted.sets.iter().all(|name| kind.sets.contains(name));
    if !is_of_type || !is_taken_for || !sets_all {
        return None;
    }
    let fields = fields(declared, wanted)?;
    Some(Fitting { word: declared.word.to_string(), fields, ways: ways(declared, wanted.action)? })
}

/// What a node sets so that just the fields of an action are sent, in their order.
fn fields(declared: &DeclaredKind, wanted: &Wanted<'_>) -> Option<Vec<(String, Field)>> {
    let known = actions::ALL.iter().find(|facts| wanted.action.is(facts)).map(|facts| facts.properties);
    let is_usual = |name: &str, value: &Field| {
        let usual = known.unwrap_or_default().iter().find(|(own, _)| *own == name);
        matches!(value, Field::Text(text) if usual.is_some_and(|(_, usual)| usual == text))
    };
    let mut said = Vec::new();
    for (name, value) in wanted.fields {
        let Some(field) = declared.field(name) else {
            // A known action has all its properties.
            if is_usual(name, value) {
                continue;
            }
            return None;
        };
        let written = typed(value, field.type_.as_ref()?)?;
        let is_default = field.default.as_ref().is_some_and(|usual| is_sent_as(usual, value));
        if !is_default {
            said.push((name.clone(), written));
        }
    }
    let given = |name: &str| wanted.fields.iter().any(|(own, _)| own == name);
    if !declared.fields.iter().all(|field| given(&field.name)) {
        return None;
    }
    // The properties of another action come in the order of the declaration.
    let is_property = |name: &&str| !kept::is_reserved(name);
    let sent = declared.fields.iter().map(|field| &*field.name).filter(is_property);
    let own = wanted.fields.iter().map(|(name, _)| name.as_str()).filter(is_property);
    (known.is_some() || sent.eq(own)).then_some(said)
}

/// Whether a script has a default as this value.
fn is_sent_as(default: &FieldValue, value: &Field) -> bool {
    match (default, value) {
        (FieldValue::Text(usual), Field::Text(text)) => **usual == **text,
        (FieldValue::Integer(usual), Field::Text(text)) => usual.to_string() == *text,
        (FieldValue::Bool(usual), Field::Text(text)) => usual.to_string() == *text,
        _ => false,
    }
}

/// A value as a field of this type has it.
fn typed(value: &Field, type_: &FieldType) -> Option<Field> {
    match value {
        Field::Text(text) if type_.is_list => {
            let all: Vec<serde_json::Value> = serde_json::from_str(text).ok()?;
            let all: Option<Vec<String>> = all.iter().map(|one| literal_of(one, &type_.scalar)).collect();
            Some(Field::Plain(format!("[{}]", all?.join(", "))))
        }
        Field::Text(text) => match literal(text, &type_.scalar) {
            Some(literal) => Some(Field::Plain(literal)),
            // A text, or one that only a call knows.
            None if takes_texts(&type_.scalar) || text.starts_with('{') => Some(Field::Text(text.clone())),
            None => None,
        },
        Field::List(all) if type_.is_list && type_.scalar == ScalarType::Text => {
            Some(Field::List(all.clone()))
        }
        Field::List(_) | Field::Plain(_) => None,
    }
}

fn takes_texts(type_: &ScalarType) -> bool {
    !matches!(type_, ScalarType::Integer | ScalarType::Duration | ScalarType::Bool)
}

/// The literal that is sent as this text.
fn literal(text: &str, type_: &ScalarType) -> Option<String> {
    let number = || {
        let number = text.parse::<u64>().ok().filter(|number| *number <= LARGEST_INTEGER)?;
        (number.to_string() == text).then_some(number)
    };
    match type_ {
        ScalarType::Integer => Some(number()?.to_string()),
        ScalarType::Duration => Some(display_duration(number()?)),
        ScalarType::Bool => ["true", "false"].contains(&text).then(|| text.to_owned()),
        _ => None,
    }
}

/// An element of a list as the language writes it. Texts with something in braces are no matter for lists of libraries.
fn literal_of(value: &serde_json::Value, type_: &ScalarType) -> Option<String> {
    match value {
        serde_json::Value::String(text) if takes_texts(type_) && !text.contains('{') => {
            Some(crate::spelling::display_string(text))
        }
        serde_json::Value::Number(number) => literal(&number.to_string(), type_),
        serde_json::Value::Bool(value) => literal(&value.to_string(), type_),
        _ => None,
    }
}

/// When the branches of an action are taken, as nodes of a kind say it.
fn ways(declared: &DeclaredKind, action: &Action) -> Option<Vec<On>> {
    let plain = |label: &str, index: u32| {
        let own = declared.outcomes.get(index as usize);
        own.is_some_and(|(outcome, _)| **outcome == *label) && kept::branch(label).is_none()
    };
    let way = |when: &When| match when {
        When::Default if action.branches.len() == 1 => Some(On::Always),
        When::Default if !declared.has_outcome(DEFAULT) => Some(On::Always),
        When::Named(label, index) if plain(label, *index) => Some(On::Events(vec![label.to_string()])),
        When::Case(key)
            if action.takes_keys() && is_key(key) && declared.taken_for == Some(Kind::Collect) =>
        {
            Some(On::Events(vec![key.clone()]))
        }
        other => {
            let outcome = kept::outcome(other);
            declared.has_outcome(&outcome).then(|| On::Events(vec![outcome]))
        }
    };
    let ways: Vec<On> = action.branches.iter().map(|branch| way(&branch.when)).collect::<Option<_>>()?;
    let leads_always = ways.contains(&On::Always);
    let is_taken = |outcome: &str| {
        ways.iter().any(|way| matches!(way, On::Events(events) if events.iter().any(|one| one == outcome)))
    };
    let is_whole = match declared.ends_call {
        true => !leads_always,
        false => {
            leads_always || !ways.is_empty() && declared.outcomes.iter().all(|(outcome, _)| is_taken(outcome))
        }
    };
    is_whole.then_some(ways)
}
