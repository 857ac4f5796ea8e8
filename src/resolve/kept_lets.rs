//! Lets that a call is to set: one finding where they are declared, however often they are set and compared.

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

/// What lines do with lets that only variables take.
#[derive(Default)]
pub(super) struct KeptLets {
    /// Where lets are set.
    set: BTreeMap<usize, (ValueId, Vec<Span>)>,
    /// Comparisons of lets, each with its finding.
    compared: Vec<(ValueId, Diagnostic)>,
    /// The values whose name is declared once more, which is reported.
    pub declared_twice: FxHashSet<ValueId>,
}

impl Resolver<'_> {
    /// Remembers that a line sets a let.
    pub(super) fn set_let(&mut self, value: ValueId, span: Span) {
        use crate::table::Id;
        self.kept_lets.set.entry(value.index()).or_insert((value, Vec::new())).1.push(span);
    }

    /// Remembers that a line compares a let.
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
            if is_reported(value) || matches!(self.values[*value].source, ValueSource::Hole(_)) {
                continue;
            }
            let found = self.set_let_finding(*value, places);
            self.diagnostics.push(found);
        }
        let others = kept.compared.into_iter().filter(|(value, _)| !set.contains(value));
        others.for_each(|(_, found)| self.diagnostics.push(found));
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
