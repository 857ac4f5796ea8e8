//! Names of variables and contact fields that a script cannot have, or has for something else.

use rustc_hash::{FxHashMap, FxHashSet};

use super::build::Builder;
use super::codes::NAME;
use super::keys::{CHOICE, OWN};
use super::names::variable;
use crate::diagnostics::{Diagnostic, Severity, quote};
use crate::flow::{Directive, Text};
use crate::source::Span;
use crate::spelling::is_name;

impl Builder<'_> {
    /// Reports the names of variables and contact fields that mean something else in a script.
    pub(super) fn report_names(&mut self) {
        let flow = self.flow;
        let steps = || flow.nodes.rows().iter().flat_map(|node| &node.actions);
        let has_menu = steps().any(|one| one.directive == Directive::Collect && !one.takes_digits());
        let mut used: FxHashMap<String, (&str, Span)> = FxHashMap::default();
        let mut known: FxHashSet<&str> = FxHashSet::default();
        for one in flow.variables.rows().iter().filter(|one| one.hours.is_none()) {
            known.insert(&one.name);
            if one.is_contact && self.report_contact(&one.name, one.span) {
                continue;
            }
            self.report_own(&one.name, one.span, one.is_contact, has_menu);
            let name = variable(&one.name).to_ascii_lowercase();
            if let Some((other, span)) = used.get(&name).filter(|(other, _)| **other != *one.name) {
                let message =
                    format!("{} and {} are the same variable in a script", quote(other), quote(&one.name));
                self.findings.push(
                    Diagnostic::new(&NAME, one.span, message)
                        .here("the other one")
                        .label(*span, "one of them")
                        .help("rename one of the two: a script has `__` for a dot and `_` for a hyphen, and may take capitals and small letters for the same"),
                );
            }
            used.entry(name).or_insert((&one.name, one.span));
        }
        // Contact fields that are only spoken or sent.
        let of_step = |one: &'_ crate::flow::Action| {
            let heard = one.texts().chain(one.recordings()).chain(one.library_recordings());
            heard.filter(|text| text.placeholders).cloned().collect::<Vec<Text>>()
        };
        for text in steps().flat_map(of_step) {
            for name in inserted(text.value.as_deref().unwrap_or_default()) {
                let is_new = !known.contains(name) && !used.contains_key(name);
                if is_new && !self.report_contact(name, text.span) {
                    self.report_own(name, text.span, true, has_menu);
                }
                if is_new {
                    used.insert(name.to_owned(), ("", text.span));
                }
            }
        }
    }

    /// Reports a contact field whose name is no name in a script; whether it is one.
    fn report_contact(&mut self, name: &str, span: Span) -> bool {
        let message = match name.split_once(['.', '-']) {
            None => return false,
            Some((first, rest)) if name.as_bytes().get(first.len()) == Some(&b'.') => format!(
                "a script reads {} as the part {} of {}, and not as a contact field",
                quote(name),
                quote(rest),
                quote(first)
            ),
            Some((first, rest)) => {
                format!("a script reads {} as {} minus {}", quote(name), quote(first), quote(rest))
            }
        };
        self.findings.push(Diagnostic::new(&NAME, span, message).here("the name of a contact field").help(
            "have the tenant give the contact a field whose name has letters, digits and `_` alone, and declare that one",
        ));
        true
    }

    /// Reports a name that the script has for something of its own.
    fn report_own(&mut self, name: &str, span: Span, is_contact: bool, has_menu: bool) {
        let own = variable(name).to_ascii_lowercase();
        let (what, severity) = match own.as_str() {
            // Scripts that somebody wrote in Studio ask for the key in this way.
            one if has_menu && one.eq_ignore_ascii_case(CHOICE) => {
                let severity = if is_contact { Severity::Warning } else { Severity::Error };
                ("every MENU of the script puts the key that was pressed last into this variable", severity)
            }
            one if one.starts_with(OWN) => (
                "the script keeps attempts and entries in variables whose names begin with `cxflow_`",
                Severity::Warning,
            ),
            _ => return,
        };
        let here = if is_contact { "reads what the script put there" } else { "may lose its value" };
        let finding = Diagnostic::new(&NAME, span, what).severity(severity).here(here);
        self.findings.push(finding.help("take another name"));
    }
}

/// The names that a text inserts.
fn inserted(text: &str) -> impl Iterator<Item = &str> {
    let at = |(at, _): (usize, &str)| Some(text.get(at + 1..)?.split_once('}')?.0);
    text.match_indices('{').filter_map(at).filter(|name| is_name(name))
}
