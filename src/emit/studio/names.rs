//! The names of variables in scripts.

use rustc_hash::FxHashSet;

use crate::flow::{Flow, Text};
use crate::spelling::is_name;

/// The property that has what is heard as the language writes it, with the names of the flow.
pub const PHRASE: &str = "Phrase";
/// The variable that holds the markup that is played next.
pub const MARKUP: &str = "cxflow_markup";
/// The same for what is played after a wrong key.
pub const OF_RETRY: &str = "cxflow_markup_retry";
/// The same for what is played after no key.
pub const OF_SILENCE: &str = "cxflow_markup_silence";

/// A variable's name in a script: a dot would ask for a part of an object, and a hyphen would subtract.
pub fn variable(name: &str) -> String {
    name.replace('.', "__").replace('-', "_")
}

/// A text in which `{name}` stands for the value of a variable.
pub fn with_variables(text: &str) -> String {
    renamed(text, |name| is_name(name).then(|| variable(name)))
}

/// A text in which each `{name}` has the name that a function gives for it, if it gives one.
pub fn renamed(text: &str, name_of: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('{');
        rest = after;
        let Some((name, after)) = after.split_once('}') else { continue };
        if let Some(new) = name_of(name) {
            out.push_str(&new);
            out.push('}');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// A text of a flow, with the variables that it inserts as a script calls them.
pub fn value_of(text: Option<&Text>) -> String {
    let value = text.and_then(|text| text.value.as_deref()).unwrap_or_default();
    if text.is_some_and(|text| text.placeholders) { with_variables(value) } else { value.to_owned() }
}

/// The names of a flow's variables that a script calls otherwise. A contact field has the tenant's name.
pub fn renamed_variables(flow: &Flow) -> FxHashSet<&str> {
    let own = flow.variables.rows().iter().filter(|one| !one.is_contact && one.hours.is_none());
    own.map(|one| &*one.name).filter(|name| variable(name) != *name).collect()
}
