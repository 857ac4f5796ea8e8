//! The one list of codes, in the order of their numbers.

use crate::diagnostics::Code;
use crate::diagnostics::suggest::{nearest, similar};
use crate::{check, emit, import, policy, resolve, settings, simulate, syntax};

/// Every code that this version can report.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let mut codes: Vec<&Code> = syntax::codes::ALL.iter().chain(resolve::codes::ALL).copied().collect();
    codes.extend(check::RULES.iter().flat_map(|rule| rule.codes).copied());
    codes.extend(policy::codes::ALL);
    codes.extend(simulate::CODES);
    codes.extend(import::codes::ALL);
    codes.extend(emit::flows::CODES);
    codes.extend(emit::studio::codes::ALL);
    codes.extend(settings::codes::ALL);
    #[cfg(feature = "cli")]
    codes.extend(crate::cxone::codes::ALL);
    codes.sort_by_key(|code| code.id);
    codes.into_iter()
}

/// Finds a code by its id (`CX201`, `cx201`, `201`) or name (`dead-end`).
///
/// # Errors
///
/// The name or id of the code that was most probably meant, if any comes close; or a few names that
/// have the same words.
///
/// ```
/// let code = cxflowc::codes::find("dead-end").unwrap();
/// assert_eq!(code.id, "CX201");
/// assert_eq!(cxflowc::codes::find("ded-end").unwrap_err(), ["dead-end"]);
/// ```
pub fn find(wanted: &str) -> Result<&'static Code, Vec<&'static str>> {
    let lower = wanted.to_ascii_lowercase();
    all()
        .find(|code| {
            code.name == lower
                || code.id.eq_ignore_ascii_case(wanted)
                || code.id.strip_prefix("CX") == Some(wanted)
        })
        .ok_or_else(|| {
            // Every number is one digit from others, none of which is more likely.
            let digits = lower.strip_prefix("cx").unwrap_or(&lower);
            if digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Vec::new();
            }
            let names: Vec<&'static str> = all().flat_map(|code| [code.name, code.id]).collect();
            let upper = wanted.to_ascii_uppercase();
            match nearest(&upper, names.iter().copied()).filter(|_| upper.starts_with("CX")) {
                Some(id) => vec![id],
                None => similar(&lower, names.iter().copied()),
            }
        })
}
