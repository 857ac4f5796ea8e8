//! Which params from outside their file make a text or a number.

use super::provenance::ValueId;
use super::provenance::{Segment, TextOrigin};
use super::values::{KnownValue, ValueSource};
use super::{Resolver, ScopeId};
use crate::diagnostics::{GivenParam, Giver};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name, Number};

/// How many values are looked at for one text: what more it inserts is not named.
const LOOKED_AT: usize = 64;

impl Resolver<'_> {
    /// What gives a declared value what it is, unless its own line does.
    pub(super) fn giver(&self, scope: ScopeId, what: &ValueSource, name: Name) -> Option<Giver> {
        match what {
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

    /// Notes which params from outside make a text.
    pub(super) fn note_given(&mut self, scope: ScopeId, place: Span, segments: &[Segment]) {
        if !segments.is_empty() {
            let given = self.givers(segments.iter().map(|one| &one.origin), segments.len() == 1);
            self.flow.given.note(&self.scopes[scope].prefix, place, given);
        }
    }

    /// Notes which params from outside make the number of an option.
    pub(super) fn note_given_number(&mut self, scope: ScopeId, option: Span, number: Number) {
        let Number::Name(name) = number else { return };
        let Some(id) = self.lookup(scope, &self.name(name)) else { return };
        let given = self.given_by(id);
        self.flow.given.note(&self.scopes[scope].prefix, option, given);
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
        let of = |origin: &TextOrigin| match origin {
            TextOrigin::Value(id) => Some(*id),
            _ => None,
        };
        let mut found: Vec<GivenParam> = Vec::new();
        let mut left: Vec<ValueId> = origins.filter_map(of).take(LOOKED_AT).collect();
        let mut looked_at = 0;
        while let Some(id) = left.pop() {
            looked_at += 1;
            let value = &self.values[id];
            if let Some(giver) = value.giver {
                let name = self.name_outside(id);
                let given = GivenParam { name, giver, is_whole };
                if !found.contains(&given) {
                    found.push(given);
                }
            }
            // A param that an include sets may insert one that is set from outside itself.
            if let (Some(KnownValue::Text(known)), true) = (&value.known, looked_at < LOOKED_AT) {
                is_whole &= known.segments.len() == 1;
                let inner = known.segments.iter().filter_map(|one| of(&one.origin));
                left.extend(inner.filter(|&one| one != id).take(LOOKED_AT));
            }
        }
        if found.iter().any(|one| !matches!(one.giver, Giver::With(_))) {
            found.retain(|one| !matches!(one.giver, Giver::With(_)));
        }
        found.reverse();
        found
    }

    /// What a param is called by outside: with its instance's prefix.
    fn name_outside(&self, id: ValueId) -> Box<str> {
        let value = &self.values[id];
        format!("{}{}", self.scopes[value.scope].prefix, self.name(value.name)).into()
    }
}
