//! Which params set from outside their file contribute to a text or a number.

use super::provenance::ValueId;
use super::provenance::{Segment, TextOrigin};
use super::values::{KnownValue, ValueSource};
use super::{Resolver, ScopeId};
use crate::diagnostics::{GivenParam, Giver};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name, Number};

/// How many values are visited for one text. Further ones are not named.
const MAX_VISITED: usize = 64;

impl Resolver<'_> {
    /// What sets a declared value, unless its own line does.
    pub(super) fn giver(&self, scope: ScopeId, source: &ValueSource, name: Name) -> Option<Giver> {
        match source {
            ValueSource::Set(_, Some(place)) => Some(Giver::Settings(*place)),
            ValueSource::Set(_, None) => Some(Giver::CommandLine),
            ValueSource::Written("param", _, outer) if *outer != scope => {
                let scope = &self.scopes[scope];
                let Declaration::Include(include) = &self.item(scope.include?)?.declaration else {
                    return None;
                };
                let binding = include.with.get(*scope.with.get(self.name(name).as_ref())?)?;
                Some(Giver::With(binding.name.span))
            }
            _ => None,
        }
    }

    /// Records the params from outside that contribute to a text.
    pub(super) fn record_givers(&mut self, scope: ScopeId, place: Span, segments: &[Segment]) {
        if !segments.is_empty() {
            let given = self.givers(segments.iter().map(|segment| &segment.origin), segments.len() == 1);
            self.flow.given.add(&self.scopes[scope].prefix, place, given);
        }
    }

    /// Records the params from outside that set the number of an option.
    pub(super) fn record_number_givers(&mut self, scope: ScopeId, option: Span, number: Number) {
        let Number::Name(name) = number else { return };
        let Some(id) = self.lookup(scope, &self.name(name)) else { return };
        let given = self.given_by(id);
        self.flow.given.add(&self.scopes[scope].prefix, option, given);
    }

    /// The params from outside behind one value.
    pub(super) fn given_by(&self, id: ValueId) -> Vec<GivenParam> {
        self.givers(std::iter::once(&TextOrigin::Value(id)), true)
    }

    fn givers<'o>(
        &self,
        origins: impl Iterator<Item = &'o TextOrigin>,
        mut is_whole: bool,
    ) -> Vec<GivenParam> {
        let value_of = |origin: &TextOrigin| match origin {
            TextOrigin::Value(id) => Some(*id),
            _ => None,
        };
        let mut found: Vec<GivenParam> = Vec::new();
        let mut stack: Vec<ValueId> = origins.filter_map(value_of).take(MAX_VISITED).collect();
        let mut visited = 0;
        while let Some(id) = stack.pop() {
            visited += 1;
            let value = &self.values[id];
            if let Some(giver) = value.giver {
                let name = self.name_outside(id);
                let given = GivenParam { name, giver, is_whole };
                if !found.contains(&given) {
                    found.push(given);
                }
            }
            // A param that an include sets may insert another one that is set from outside.
            if let (Some(KnownValue::Text(known)), true) = (&value.known, visited < MAX_VISITED) {
                is_whole &= known.segments.len() == 1;
                let inner = known.segments.iter().filter_map(|segment| value_of(&segment.origin));
                stack.extend(inner.filter(|&inner| inner != id).take(MAX_VISITED));
            }
        }
        let is_with = |param: &GivenParam| matches!(param.giver, Giver::With(_));
        if !found.iter().all(is_with) {
            found.retain(|param| !is_with(param));
        }
        found.reverse();
        found
    }

    /// The name of a param outside its file: with its instance's prefix.
    fn name_outside(&self, id: ValueId) -> Box<str> {
        let value = &self.values[id];
        format!("{}{}", self.scopes[value.scope].prefix, self.name(value.name)).into()
    }
}
