//! The names of variables in scripts.

/// The variable that holds the markup that is played next.
pub const MARKUP: &str = "cxflow_markup";
/// The same for what is played after a wrong key.
pub const OF_RETRY: &str = "cxflow_markup_retry";
/// The same for what is played after no key.
pub const OF_SILENCE: &str = "cxflow_markup_silence";

/// A variable's name in a script: a dot would ask for a part of an object.
pub fn variable(name: &str) -> String {
    name.replace('.', "__")
}

/// A text in which `{name}` stands for the value of a variable.
pub fn with_variables(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(&format!("{before}{{{}}}", variable(name)));
        rest = after;
    }
    out.push_str(rest);
    out
}
