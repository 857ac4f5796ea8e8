//! Values that a text spells without inserting them: the platform's own placeholders count as the field, and
//! other systems' syntax is reported.

use rustc_hash::{FxHashMap, FxHashSet};

use super::provenance::ValueId;
use super::provenance::{Located, Segment, TextOrigin, at, locate};
use super::spellings::{Form, Spelling, candidates, may_hold_signs, plain, spelled_values};
use super::values::ValueSource;
use super::{Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::Span;
use crate::spelling::is_name;

/// What reads a text during a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The platform, which fills in fields, and usually a voice after it.
    Voice,
    /// A directive that only the platform knows, which may take data.
    Directive,
}

/// Whether a text may spell a value, so that the origin of its pieces matters.
pub fn may_spell(text: &str) -> bool {
    memchr::memchr2(b'{', b'}', text.as_bytes()).is_some() || may_hold_signs(text)
}

impl Resolver<'_> {
    /// The contact fields that a text spells without inserting them. `None` if it spells nothing that the
    /// platform would fill in.
    pub(super) fn spelled_fields(
        &mut self,
        scope: ScopeId,
        literal: Span,
        reader: Reader,
        text: &str,
        segments: &[Segment],
    ) -> Option<Vec<ValueId>> {
        self.report_around_fields(scope, literal, reader, text, segments);
        let spellings = self.value_spellings(scope, text);
        if spellings.is_empty() {
            return None;
        }
        let is_json = reader == Reader::Directive && is_json(text);
        let mut fields: Option<Vec<ValueId>> = None;
        let mut known: FxHashSet<ValueId> = FxHashSet::default();
        for spelling in spellings {
            let segment = at(segments, spelling.brace);
            if matches!(segment, Some(Segment { origin: TextOrigin::Field, .. })) {
                continue;
            }
            let escaped = matches!(segment, Some(Segment { origin: TextOrigin::EscapedBrace(_), .. }));
            let found = self.found(scope, &spelling);
            // In JSON, a `{` with a `"` after it begins an object.
            let is_data = is_json && text.get(spelling.range.clone()).is_some_and(|all| all.contains('"'));
            if is_data || !is_reported(&spelling, found, escaped, reader, is_json) {
                continue;
            }
            if !matches!(spelling.form, Form::Sign | Form::Path) {
                let fields = fields.get_or_insert_default();
                let field = found.filter(|&id| self.values[id].call_tags().is_some());
                fields.extend(field.filter(|&id| known.insert(id)));
            }
            if let Some(id) = found {
                self.values[id].used = true;
            }
            let located = locate(segments, literal, scope, spelling.range.clone());
            // A value from outside may be inserted in many places.
            let place = located.value.map_or(located.span, |value| self.values[value].name.span);
            let shown = text.get(spelling.range.clone()).unwrap_or_default();
            if self.spelled.insert((place, shown.into())) {
                self.report_spelling(scope, text, &spelling, found, escaped, &located);
            }
        }
        fields
    }

    /// Everything in a text that looks like a value but is not an insertion.
    pub(super) fn value_spellings<'t>(&self, scope: ScopeId, text: &'t str) -> Vec<Spelling<'t>> {
        let any_declared = !self.values.is_empty();
        spelled_values(text, any_declared, |name| self.value_spelled(scope, name).is_some())
    }

    /// The value that a spelling refers to.
    pub(super) fn found(&self, scope: ScopeId, spelling: &Spelling<'_>) -> Option<ValueId> {
        candidates(spelling.name).find_map(|name| self.value_spelled(scope, name))
    }

    /// The value of a name: one that can be inserted here, or one of any file, since the platform knows fields
    /// only by their names. The spelling of the name may differ from its declaration.
    fn value_spelled(&self, scope: ScopeId, name: &str) -> Option<ValueId> {
        self.lookup(scope, name).or_else(|| self.plain_names.get(plain(name).as_ref()).copied())
    }

    /// Lists the values by their normalized names.
    pub(super) fn list_plain_names(&mut self) {
        let mut names: FxHashMap<String, ValueId> = FxHashMap::default();
        // Contact fields come first, since the platform only knows these.
        for is_contact in [true, false] {
            for (id, value) in self.values.iter() {
                if value.call_tags().is_some() == is_contact {
                    names.entry(plain(&self.name(value.name)).into_owned()).or_insert(id);
                }
            }
        }
        self.plain_names = names;
    }

    fn report_spelling(
        &mut self,
        scope: ScopeId,
        text: &str,
        spelling: &Spelling<'_>,
        found: Option<ValueId>,
        escaped: bool,
        located: &Located,
    ) {
        if found.is_none() && self.lost_include.may_declare(spelling.name) {
            return;
        }
        if self.diagnostics.is_full() {
            self.diagnostics.count_only();
            return;
        }
        let shown = quote(text.get(spelling.range.clone()).unwrap_or_default());
        // `${name}` inserts nothing if its `$` is escaped or comes from outside.
        let has_dollar = text.get(..spelling.range.start).is_some_and(|before| before.ends_with('$'));
        let diagnostic = match (spelling.form, found) {
            (Form::Placeholder, Some(id)) => self.declared_placeholder(&shown, id, escaped, located),
            (Form::Placeholder, None) if escaped || (has_dollar && located.value.is_none()) => {
                Diagnostic::new(
                    &codes::ESCAPED_PLACEHOLDER,
                    located.span,
                    format!("the platform may fill in {shown} despite the escape"),
                )
                .here("only the compiler knows this escape, not the platform")
                .help("the platform has no escape: write it in other words, or try it on your tenant")
            }
            (Form::Placeholder, None) if has_dollar => self.foreign(&shown, spelling, None, located),
            (Form::Placeholder, None) => self.undeclared_placeholder(scope, &shown, spelling.name, located),
            (_, id) => self.foreign(&shown, spelling, id, located),
        };
        let diagnostic = match (located.value, found) {
            (Some(value), _) => {
                let name = self.values[value].name;
                let place = match self.values[value].source {
                    ValueSource::Set(_, place) => place.unwrap_or(name.span),
                    _ => name.span,
                };
                let label = format!("this comes from the value of {}", quote(&self.name(name)));
                diagnostic.label(place, label).note(
                    "nothing is inserted into a value from outside: write the insertion in the flow's text, or give a value without braces",
                )
            }
            (None, Some(id)) => diagnostic.label(self.values[id].name.span, "declared here"),
            (None, None) => diagnostic,
        };
        self.diagnostics.push(diagnostic);
    }

    /// The finding for `{name}` with a declared name.
    fn declared_placeholder(&self, shown: &str, id: ValueId, escaped: bool, located: &Located) -> Diagnostic {
        let value = &self.values[id];
        let name = self.name(value.name);
        let is_contact = value.call_tags().is_some();
        let (message, here) = match (is_contact, escaped) {
            (true, true) => (
                format!(
                    "the platform has no escape, so it fills in the {} {} here",
                    value.noun(),
                    quote(&name)
                ),
                "filled in despite the escape",
            ),
            (true, false) => (
                format!(
                    "the {} {} is written in the platform's own way: {shown}",
                    value.noun(),
                    quote(&name)
                ),
                "the platform fills this in",
            ),
            (false, _) => (
                format!("{shown} inserts nothing: {} is a {} of this flow", quote(&name), value.word()),
                "the platform looks for a contact field here",
            ),
        };
        let help = match escaped {
            true => format!("write `${{{name}}}` to insert the field, or use other words"),
            false => format!("write `${{{name}}}`"),
        };
        Diagnostic::new(&codes::PLACEHOLDER, located.span, message)
            .here(here)
            .help(help)
            .fix(self.inserted_instead(id, located).filter(|_| !escaped))
    }

    /// The finding for `{name}` with an undeclared name.
    fn undeclared_placeholder(
        &mut self,
        scope: ScopeId,
        shown: &str,
        name: &str,
        located: &Located,
    ) -> Diagnostic {
        let near = self.nearest_value(scope, name);
        let id = near.as_ref().and_then(|near| self.lookup(scope, near));
        if let Some(id) = id {
            // The value that was probably meant counts as used.
            self.values[id].used = true;
        }
        let help = match &near {
            Some(near) => format!("did you mean `${{{near}}}`?"),
            None if is_name(name) => {
                format!("declare it with `contact {name}` and write `${{{name}}}`; for a brace itself write `\\{{`")
            }
            None => "declare it under a name of letters, digits and `_`, as in `contact first_name`, and write `${first_name}`; for a brace itself write `\\{`"
                .to_owned(),
        };
        Diagnostic::new(
            &codes::UNKNOWN_PLACEHOLDER,
            located.span,
            format!("the platform would fill in {shown}, but no contact field {} is declared", quote(name)),
        )
        .here("not declared")
        .help(help)
        .fix(id.and_then(|id| self.inserted_instead(id, located)))
    }

    /// The finding for another system's syntax.
    fn foreign(
        &self,
        shown: &str,
        spelling: &Spelling<'_>,
        id: Option<ValueId>,
        located: &Located,
    ) -> Diagnostic {
        let name = match id {
            Some(id) => self.name(self.values[id].name).into_owned(),
            None => plain(spelling.name).into_owned(),
        };
        let help = match id {
            Some(_) => format!("write `${{{name}}}`"),
            None if is_name(&name) => format!("declare it, as in `contact {name}`, and write `${{{name}}}`"),
            None => "declare it, as in `contact first_name`, and write `${first_name}`".to_owned(),
        };
        let here = match spelling.form {
            Form::Sign | Form::Path => "sent unchanged",
            _ => "sent unchanged, unless the platform fills in what is between the braces",
        };
        Diagnostic::new(&codes::FOREIGN_INSERTION, located.span, format!("{shown} inserts nothing"))
            .here(here)
            .help(help)
            .fix(id.and_then(|id| self.inserted_instead(id, located)))
    }

    /// A fix that inserts a value in place of its spelling, if a single string contains the whole spelling and
    /// can insert the value.
    fn inserted_instead(&self, id: ValueId, located: &Located) -> Option<Fix> {
        let name = self.name(self.values[id].name);
        (self.lookup(located.scope?, &name) == Some(id))
            .then(|| Fix::write(located.span, format!("${{{name}}}")))
    }
}

/// Whether to report a spelling.
fn is_reported(
    spelling: &Spelling<'_>,
    found: Option<ValueId>,
    escaped: bool,
    reader: Reader,
    is_json: bool,
) -> bool {
    match spelling.form {
        // An escaped brace means the brace itself, unless the platform would fill it in.
        _ if escaped => spelling.form == Form::Placeholder,
        // In JSON, only the directive knows what an undeclared name means.
        Form::Placeholder | Form::Wrapped => found.is_some() || !is_json,
        // A directive may know the path.
        Form::Path => found.is_some() || reader != Reader::Directive,
        Form::Loose | Form::Sign => found.is_some(),
    }
}

/// Whether a text is JSON: an object or an array.
pub fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
