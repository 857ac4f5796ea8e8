//! Names in selectors that nothing in the flow declares: variables, fields and dispositions.

use rustc_hash::FxHashSet;

use super::JudgedRule;
use super::codes::UNKNOWN_IN_RULE;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, Severity, list_of, quote};
use crate::flow::policy::{PickedKind, PickedName};
use crate::flow::{Action, Flow, Script};
use crate::source::Span;
use crate::speech::is_within;

/// How many names an unknown one is compared with.
const MOST_COMPARED: usize = 1000;

/// Reports the unknown names in rules of policies that apply. Returns the rules with a name that is probably a typo, whose
/// violations follow from it.
pub fn report(flow: &Flow, judged: &[JudgedRule], diagnostics: &mut Diagnostics) -> FxHashSet<Span> {
    let mut misspelt = FxHashSet::default();
    // An unreadable line or file may declare the name.
    if flow.picked.is_empty() || !flow.complete || flow.lacks_files {
        return misspelt;
    }
    let known = KnownNames::of(flow);
    for judged_rule in judged {
        let Some(policy) = flow.policies.get(judged_rule.policy) else { continue };
        let Some(rule) = policy.rules.get(judged_rule.rule).filter(|_| !policy.bundled) else { continue };
        // They are sorted by place.
        let first = flow.picked.partition_point(|picked| picked.span < rule.span);
        let within = flow.picked.get(first..).unwrap_or_default().iter();
        let within = within.take_while(|picked| rule.span.contains(picked.span));
        let mut seen: FxHashSet<(PickedKind, &str)> = FxHashSet::default();
        for picked in within.filter(|picked| !known.has(picked)) {
            if !seen.insert((picked.kind, &picked.name)) {
                continue;
            }
            let near = known.near(picked);
            let is_typo = near.is_some() || picked.kind == PickedKind::Kind { is_own: true };
            // What the rule requires is already reported as missing. Dispositions are declared, so that one which is not
            // may be why the rule is broken.
            let is_cause = picked.kind == PickedKind::Disposition
                && !known.dispositions.is_empty()
                && !flow.policy_files.contains(&picked.span.file);
            if !is_typo && !is_cause && judged_rule.left.is_some() {
                continue;
            }
            if is_typo || is_cause {
                misspelt.insert(rule.span);
            }
            // A policy that is checked alone is not about this file.
            if !is_typo && flow.is_library() {
                continue;
            }
            let severity = if is_typo {
                Severity::Error
            } else if flow.policy_files.contains(&picked.span.file) {
                Severity::Note
            } else {
                Severity::Warning
            };
            let is_broken = is_cause && judged_rule.left.is_some();
            let severity = if is_broken { Severity::Error } else { severity };
            let found = finding(picked, near).severity(severity);
            diagnostics.push(match near {
                None if is_cause => found.help(known.other_dispositions(&picked.name)),
                _ => found,
            });
        }
    }
    misspelt
}

fn finding(picked: &PickedName, near: Option<&str>) -> Diagnostic {
    let name = quote(&picked.name);
    let (message, here, help) = match picked.kind {
        PickedKind::Variable { is_value: true } => (
            format!("{name} is no variable, so nothing sets it on a call"),
            "set by nothing",
            "name a variable, which `var` declares".to_owned(),
        ),
        PickedKind::Variable { is_value: false } => (
            format!("the flow has no variable {name}"),
            "declared nowhere",
            format!("declare it, as in `var {}`, or take this out of the rule", picked.name),
        ),
        PickedKind::Kind { is_own: true } => (
            format!("{name} is a kind of the language, and none that a `kind` declares"),
            "not a declared kind",
            format!("write `{}` without `kind`", picked.name),
        ),
        PickedKind::Kind { is_own: false } => (
            format!("the flow has no kind {name}"),
            "declared nowhere",
            format!("declare it, as in `kind {} type \"TYPE\"`, or take this out of the rule", picked.name),
        ),
        PickedKind::Language => (
            format!("nothing in the flow is heard in {name}"),
            "heard nowhere",
            format!(
                "say what is heard in it, as in `language \"{}\"`, or take this out of the rule",
                picked.name
            ),
        ),
        PickedKind::Field => (
            format!("nothing in the flow has a field {name}"),
            "sent by nothing",
            "name a field that a `with` of the flow sends, or take this out of the rule".to_owned(),
        ),
        PickedKind::Disposition => (
            format!("the flow has no disposition {name}"),
            "declared nowhere",
            format!("declare it, as in `dispositions {}`, or take this out of the rule", picked.name),
        ),
    };
    let help = near.map_or(help, |near| format!("did you mean `{near}`?"));
    let fix = near.map(|near| Fix::write(picked.span, near));
    Diagnostic::new(&UNKNOWN_IN_RULE, picked.span, message).here(here).help(help).fix(fix)
}

/// What the flow declares.
struct KnownNames<'f> {
    flow: &'f Flow,
    variables: Vec<&'f str>,
    fields: FxHashSet<&'f str>,
    dispositions: FxHashSet<&'f str>,
    languages: FxHashSet<&'f str>,
}

impl<'f> KnownNames<'f> {
    fn of(flow: &'f Flow) -> Self {
        let declared = flow.kinds.rows().iter().flat_map(|kind| &kind.fields).map(|field| &*field.name);
        let actions = || flow.nodes.rows().iter().flat_map(|node| &node.actions);
        let heard = actions().filter(|action| action.is_heard());
        let sent = actions().flat_map(Action::all_fields).map(|field| &*field.name);
        let variables = flow.variables.rows().iter().filter(|variable| variable.is_set_on_calls());
        let dispositions = flow.dispositions.rows().iter().filter(|row| row.declared);
        Self {
            flow,
            variables: variables.map(|variable| &*variable.name).collect(),
            fields: declared.chain(sent).collect(),
            dispositions: dispositions.map(|row| &*row.name).collect(),
            languages: heard
                .filter_map(Action::language)
                .chain(flow.nodes.rows().iter().flat_map(|node| &node.scripts).filter_map(Script::language))
                .collect(),
        }
    }

    fn has(&self, picked: &PickedName) -> bool {
        match picked.kind {
            PickedKind::Variable { .. } => picked.variable.is_some(),
            PickedKind::Language => self.languages.iter().any(|own| is_within(own, &picked.name)),
            PickedKind::Field => self.fields.contains(&*picked.name),
            // Only those that nothing declares are noted.
            PickedKind::Kind { .. } => false,
            // One that is given and not declared is already reported.
            PickedKind::Disposition => {
                self.flow.dispositions.rows().iter().any(|row| row.name == picked.name)
            }
        }
    }

    /// What to write for a disposition that is near to none.
    fn other_dispositions(&self, name: &str) -> String {
        const SHOWN: usize = 8;
        let mut names: Vec<&str> = self.dispositions.iter().copied().collect();
        names.sort_unstable();
        let more = names.len().checked_sub(SHOWN).filter(|&more| more > 0);
        let named = names.iter().take(SHOWN).map(|name| quote(name));
        let named: Vec<String> = named.chain(more.map(|more| format!("{more} more"))).collect();
        format!(
            "the flow has {}; name one of these, or declare it, as in `dispositions {name}`",
            list_of(&named, "and")
        )
    }

    /// The name that was probably meant.
    fn near(&self, picked: &PickedName) -> Option<&'f str> {
        let sorted = |names: &FxHashSet<&'f str>| {
            let mut names: Vec<&str> = names.iter().copied().collect();
            names.sort_unstable();
            names
        };
        let names = match picked.kind {
            PickedKind::Variable { is_value: true } => Vec::new(),
            PickedKind::Variable { is_value: false } => self.variables.clone(),
            PickedKind::Kind { is_own: true } | PickedKind::Language => Vec::new(),
            PickedKind::Kind { is_own: false } => {
                self.flow.kinds.rows().iter().map(|kind| &*kind.word).collect()
            }
            PickedKind::Field => sorted(&self.fields),
            PickedKind::Disposition => {
                let names = sorted(&self.dispositions);
                return nearest(&picked.name, names.iter().copied().take(MOST_COMPARED))
                    .or_else(|| same_stem(&picked.name, &names));
            }
        };
        nearest(&picked.name, names.into_iter().take(MOST_COMPARED))
    }
}

/// The only name that begins as this one does and differs in two letters at most: `PAYED` and `PAID`.
fn same_stem<'f>(name: &str, names: &[&'f str]) -> Option<&'f str> {
    const STEM: usize = 2;
    let stem = name.get(..STEM).filter(|_| name.len() > STEM + 1)?.to_ascii_uppercase();
    let is_near = |other: &&&str| {
        other.get(..STEM).is_some_and(|own| own.eq_ignore_ascii_case(&stem))
            && strsim::damerau_levenshtein(&name.to_ascii_uppercase(), &other.to_ascii_uppercase()) <= 2
    };
    match names.iter().take(MOST_COMPARED).filter(is_near).collect::<Vec<_>>().as_slice() {
        [only] => Some(only),
        _ => None,
    }
}
