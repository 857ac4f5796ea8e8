//! What is known on a call: the values of contact fields and variables.

use core::str::FromStr;

use rustc_hash::FxHashMap;

use super::several;
use crate::diagnostics::quote;
use crate::flow::{
    Assignment, Comparison, Constant, Entry, Event, Flow, NewValue, Node, NodeSet, TransitionId, VariableId,
};
use crate::spelling::is_name;

/// What is known on a call so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallValues {
    /// What was given at the beginning, in order.
    given: Vec<(VariableId, Constant)>,
    known: FxHashMap<VariableId, CallValue>,
}

/// A value, or what it depends on that is not given.
#[derive(Debug, Clone, PartialEq, Eq)]
enum CallValue {
    Known(Constant),
    DependsOn(VariableId),
}

impl CallValues {
    /// The values that a call begins with.
    pub(super) fn new(given: &[(VariableId, Constant)]) -> Self {
        let known = given.iter().map(|(variable, value)| (*variable, CallValue::Known(value.clone())));
        Self { given: given.to_vec(), known: known.collect() }
    }

    /// What was given at the beginning.
    pub fn given(&self) -> &[(VariableId, Constant)] {
        &self.given
    }

    /// Does what a node sets.
    pub(super) fn enter(&mut self, flow: &Flow, node: &Node) {
        for (_, set) in node.assignments() {
            let value = self.new_value(flow, set);
            self.known.insert(set.variable, value);
        }
    }

    /// Does what a node sets behind its outcomes. Digits that are entered are known; another value is the given one,
    /// or else unknown.
    pub(super) fn leave(&mut self, flow: &Flow, transition: TransitionId, event: Option<&Event>) {
        let from = flow.transitions[transition].from;
        if flow.sets_of(from).is_empty() {
            return;
        }
        let entry = event.and_then(|event| flow.nodes[from].entry(event));
        let sets: Vec<&NodeSet> = match (entry, event) {
            (Some(entry), _) => {
                flow.sets_of(from).iter().filter(|set| set.is_on(entry.outcome().word())).collect()
            }
            (None, Some(event)) => {
                let is_set = |set: &&NodeSet| event.raw().split('|').all(|outcome| set.is_on(outcome));
                flow.sets_of(from).iter().filter(is_set).collect()
            }
            (None, None) => flow.set_behind(transition),
        };
        for set in sets {
            let given = || self.given.iter().find(|(variable, _)| *variable == set.variable);
            let value = match entry {
                Some(Entry::Digits(digits)) => Some(Constant::Text(digits.into())),
                _ => given().map(|(_, value)| value.clone()),
            };
            match value {
                Some(value) => self.known.insert(set.variable, CallValue::Known(value)),
                None => self.known.remove(&set.variable),
            };
        }
    }

    fn value(&self, variable: VariableId) -> CallValue {
        self.known.get(&variable).cloned().unwrap_or(CallValue::DependsOn(variable))
    }

    fn new_value(&self, flow: &Flow, set: &Assignment) -> CallValue {
        match &set.value {
            NewValue::Number(number) => CallValue::Known(Constant::Number(*number)),
            NewValue::Text(text) => self.filled_in(flow, text.value.as_deref().unwrap_or_default()),
            NewValue::Copy { of, add } => match (self.value(*of), add) {
                // What spells no number counts as 0.
                (CallValue::Known(value), Some(add)) => {
                    let number = value.number().unwrap_or_default().saturating_add(*add);
                    CallValue::Known(Constant::Number(number))
                }
                (value, _) => value,
            },
            // A flow with such a value has an error.
            NewValue::Unknown => CallValue::DependsOn(set.variable),
        }
    }

    /// A text with its placeholders filled in.
    fn filled_in(&self, flow: &Flow, text: &str) -> CallValue {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, name, after)) = placeholder(rest) {
            out.push_str(before);
            match flow.variables.iter().find(|(_, variable)| *variable.name == *name) {
                Some((variable, _)) => match self.value(variable) {
                    CallValue::Known(Constant::Number(number)) => out.push_str(&number.to_string()),
                    CallValue::Known(Constant::Text(text)) => out.push_str(&text),
                    unknown @ CallValue::DependsOn(_) => return unknown,
                },
                // A field that nothing compares may stay as it is.
                None => out.extend(["{", name, "}"]),
            }
            rest = after;
        }
        out.push_str(rest);
        CallValue::Known(Constant::Text(out.into()))
    }

    /// Whether a comparison is so.
    ///
    /// # Errors
    ///
    /// What has to be given to know it.
    pub(super) fn decide(&self, flow: &Flow, compared: &Comparison) -> Result<bool, VariableId> {
        match self.value(compared.variable) {
            CallValue::Known(value) => Ok(flow.holds(compared, &value)),
            CallValue::DependsOn(variable) => Err(variable),
        }
    }
}

/// The text before the first placeholder, its name, and the text behind it.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('{')?;
        let inside = text.get(open + 1..)?;
        if let Some(close) = inside.find('}')
            && let (Some(name), Some(after)) = (inside.get(..close), inside.get(close + 1..))
            && is_name(name)
        {
            return Some((text.get(..open)?, name, after));
        }
        from = open + 1;
    }
}

/// `NAME=VALUE`, as `--with` takes it: a whole number, or else a text.
///
/// ```
/// let given: cxflowc::simulate::GivenValue = "balance=120".parse().unwrap();
/// assert_eq!(&*given.name, "balance");
/// assert_eq!(given.value, cxflowc::flow::Constant::Number(120));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenValue {
    /// The name of a variable or a contact field.
    pub name: Box<str>,
    /// Its value at the beginning of the call.
    pub value: Constant,
}

impl FromStr for GivenValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()))
            .filter(|(name, _)| is_name(name))
            .ok_or_else(|| format!("{} is no value; write it as in `balance=120`", quote(text)))?;
        match several::fault(name, value) {
            Some(fault) => Err(fault),
            None => Ok(Self { name: name.into(), value: typed_value(value) }),
        }
    }
}

/// A whole number, or else a text, with or without quotes around it.
pub fn typed_value(written: &str) -> Constant {
    match written.parse() {
        Ok(number) => Constant::Number(number),
        Err(_) => {
            let inside = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            Constant::Text(inside.unwrap_or(written).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_placeholders() {
        assert_eq!(placeholder("You owe {es.due}."), Some(("You owe ", "es.due", ".")));
        assert_eq!(placeholder("{ {a b} {c}"), Some(("{ {a b} ", "c", "")));
        assert_eq!(placeholder("none {"), None);
    }

    #[test]
    fn reads_given_values() {
        let value = |text: &str| text.parse::<GivenValue>().map(|given| given.value);
        assert_eq!(value("a=-3"), Ok(Constant::Number(-3)));
        assert_eq!(value("a=\"3\""), Ok(Constant::Text("3".into())));
        assert_eq!(value("a = b=c"), Ok(Constant::Text("b=c".into())));
        assert_eq!(value("a="), Ok(Constant::Text("".into())));
        assert!(value("balance").unwrap_err().contains("balance=120"));
        assert!(value("1a=2").is_err());
    }
}
