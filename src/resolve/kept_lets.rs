//! Lets, params and contact fields that a call is to set: one finding for each, however often it is set and compared.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::Resolver;
use super::codes::MISUSED_VALUE;
use super::provenance::ValueId;
use super::values::ValueSource;
use crate::diagnostics::{Diagnostic, quote};
use crate::source::Span;

/// How many places are labelled.
const SHOWN: usize = 4;

/// What lines do with other values that only variables take.
#[derive(Default)]
pub(super) struct KeptLets {
    /// Where they are set.
    set: BTreeMap<usize, (ValueId, Vec<Span>)>,
    /// Comparisons, each with its finding.
    compared: Vec<(ValueId, Diagnostic)>,
    /// The values whose name is declared once more, which is reported.
    pub declared_twice: FxHashSet<ValueId>,
}

impl Resolver<'_> {
    /// Remembers that a line sets a value.
    pub(super) fn set_let(&mut self, value: ValueId, span: Span) {
        use crate::table::Id;
        self.kept_lets.set.entry(value.index()).or_insert((value, Vec::new())).1.push(span);
    }

    /// Remembers that a line compares a value.
    pub(super) fn compare_let(&mut self, value: ValueId, found: Diagnostic) {
        self.kept_lets.compared.push((value, found));
    }

    /// Reports them, after all lines are read.
    pub(super) fn report_kept_lets(&mut self) {
        let kept = std::mem::take(&mut self.kept_lets);
        let is_reported = |value: &ValueId| kept.declared_twice.contains(value);
        let mut set: FxHashSet<ValueId> = FxHashSet::default();
        for (value, places) in kept.set.values() {
            set.insert(*value);
            // A broken line is reported, and so is a second declaration.
            let is_let = self.values[*value].word() == "let";
            if is_let && (is_reported(value) || matches!(self.values[*value].source, ValueSource::Hole(_))) {
                continue;
            }
            let found = match self.values[*value].word() {
                "let" => Some(self.set_let_finding(*value, places)),
                _ => self.set_given_finding(*value, places),
            };
            found.into_iter().for_each(|found| self.diagnostics.push(found));
        }
        // One finding for each value, however often it is compared.
        let mut others: Vec<(ValueId, Diagnostic, Vec<Span>)> = Vec::new();
        for (value, found) in kept.compared.into_iter().filter(|(value, _)| !set.contains(value)) {
            match others.iter_mut().find(|(other, ..)| *other == value) {
                Some((.., more)) => more.extend(found.span),
                None => others.push((value, found, Vec::new())),
            }
        }
        for (_, found, more) in others {
            self.diagnostics.push(found.label_each(&more, SHOWN, "and here"));
        }
    }

    /// The finding for a param or a contact field that is set, at the first place.
    fn set_given_finding(&self, value: ValueId, places: &[Span]) -> Option<Diagnostic> {
        let (first, others) = places.split_first()?;
        let (noun, why) = match self.values[value].word() {
            "contact" => ("contact field", "it is what the contact's record says"),
            word => (word, "its value is known when the flow is built"),
        };
        let declared = self.values[value].name.span;
        let message = format!("the {noun} {} cannot be set on a call", quote(self.sources.text(*first)));
        Some(
            Diagnostic::new(&MISUSED_VALUE, *first, message)
                .here(why)
                .label(declared, "declared here")
                .label_each(others, SHOWN, "also set here")
                .help("declare a variable under a name of its own, as in `var NAME`, and set that"),
        )
    }

    fn set_let_finding(&self, value: ValueId, places: &[Span]) -> Diagnostic {
        let row = &self.values[value];
        let name = self.name(row.name);
        let first = match row.source {
            ValueSource::Written(_, value, _) => self.sources.text(value.span()),
            _ => "VALUE",
        };
        Diagnostic::new(
            &MISUSED_VALUE,
            row.name.span,
            format!("{} is a `let`, and is set on calls", quote(&name)),
        )
        .here("its value is known when the flow is built")
        .label_each(places, SHOWN, "set here")
        .help(format!(
            "write `var {name}`, and `set {name} = {first}` in the first node that should know it; or set a variable of another name"
        ))
    }
}
