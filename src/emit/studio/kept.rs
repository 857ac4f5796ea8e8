//! How a node of a declared kind says what its fields and outcomes cannot: the branches of an action that are cases or
//! have a name or an index of their own, its name and its label, and properties whose names are none of the language's.
//!
//! | an outcome | the branch |
//! |---|---|
//! | `case.1` | the case `1` |
//! | `branch2.Timeout` | the branch `Timeout` with the index 2 |
//! | `branch0.No_20agent` | the branch `No agent` with the index 0: `_` and two digits are a byte |
//! | `default0` | the default branch, beside others |

use super::script::When;

/// The field with the label of the action, where that is not the node's name.
pub const LABEL: &str = "studio.label";
/// The field with the name of the action, where that has small letters.
pub const NAME: &str = "studio.action";
/// The field with names and values of all properties, one after another.
pub const PROPERTIES: &str = "studio.properties";

/// The field that says where the default branch of an action leads that ends a call: to the action itself.
pub const DEFAULT: &str = "studio.default";
/// What that field says.
pub const ITSELF: &str = "itself";

/// Whether a field is none of the action's properties.
pub fn is_reserved(field: &str) -> bool {
    [LABEL, NAME, PROPERTIES, DEFAULT].contains(&field)
}

/// The branch that an outcome spells. `None` if it is an outcome like any other.
pub fn branch(outcome: &str) -> Option<When> {
    let (head, label) = match outcome.split_once('.') {
        Some((head, label)) => (head, Some(label)),
        None => (outcome, None),
    };
    let digits = head.trim_start_matches(|one: char| !one.is_ascii_digit());
    let kind = head.strip_suffix(digits)?;
    let index = if digits.is_empty() { None } else { Some(digits.parse().ok()?) };
    match (kind, index, label) {
        ("default", Some(0), None) => Some(When::Default),
        ("case", None, Some(label)) => Some(When::Case(unspelled(label)?)),
        ("branch", Some(index), Some(label)) => Some(When::Named(unspelled(label)?.into(), index)),
        _ => None,
    }
}

/// An outcome that spells a branch.
pub fn outcome(when: &When) -> String {
    match when {
        When::Default => "default0".to_owned(),
        When::Case(label) => format!("case.{}", spelled(label)),
        When::Named(label, index) => format!("branch{index}.{}", spelled(label)),
    }
}

fn spelled(label: &str) -> String {
    if label.is_empty() {
        return "_".to_owned();
    }
    let mut out = String::with_capacity(label.len());
    for byte in label.bytes() {
        match byte.is_ascii_alphanumeric() {
            true => out.push(char::from(byte)),
            false => out.push_str(&format!("_{byte:02x}")),
        }
    }
    out
}

fn unspelled(spelled: &str) -> Option<String> {
    if spelled == "_" {
        return Some(String::new());
    }
    let mut bytes = Vec::with_capacity(spelled.len());
    let mut rest = spelled;
    while let Some((before, after)) = rest.split_once('_') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(after.get(..2)?, 16).ok()?);
        rest = after.get(2..)?;
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_branch_has_an_outcome_that_is_a_name() {
        let named = |label: &str, index| When::Named(label.to_owned().into(), index);
        for when in [
            When::Default,
            When::Case("1".to_owned()),
            When::Case(String::new()),
            When::Case("*".to_owned()),
            When::Case("a_b-c.d \u{e9}|\"".to_owned()),
            named("Timeout", 2),
            named("No agent", 0),
            named("", 17),
        ] {
            let outcome = outcome(&when);
            assert!(crate::spelling::is_name(&outcome), "{outcome}");
            assert_eq!(branch(&outcome), Some(when), "{outcome}");
        }
    }

    #[test]
    fn other_outcomes_are_names_of_branches() {
        for word in
            ["Found", "case", "default", "branch", "branch.a", "branch2", "default1", "case1.a", "case._x"]
        {
            assert_eq!(branch(word), None, "{word}");
        }
    }
}
