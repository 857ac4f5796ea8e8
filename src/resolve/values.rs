//! Lets, params and contact fields, and the texts that insert them.

use rustc_hash::FxHashMap;

use super::provenance::{Segment, TextOrigin, ValueId};
use super::spellings::plain;
use super::{DeclRef, NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Giver, quote};
use crate::flow::{Tag, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Name, OptionKind, Value};
use crate::syntax::text::{Piece, pieces};
use crate::table::Table;
use thin_vec::ThinVec;

/// How long a text may be after its insertions, in bytes: far more than anybody listens to.
pub const MAX_TEXT: usize = 1 << 20;
/// How much insertions may add to all texts of a flow together, in bytes.
pub const MAX_INSERTED: usize = 64 << 20;

/// A declared value.
pub struct ValueDef {
    pub source: ValueSource,
    pub name: Name,
    pub used: bool,
    pub known: Option<KnownValue>,
    /// What sets it, unless its own line does.
    pub giver: Option<Giver>,
    /// The scope in which it is declared.
    pub scope: ScopeId,
}

/// Where a value comes from.
pub enum ValueSource {
    /// The value of a `let` or a param in the source, with its keyword and the scope of its names.
    Written(&'static str, Value, ScopeId),
    /// A param's value from outside, with its place in a settings file.
    Set(String, Option<Span>),
    /// A field of the contact's record, with its tags.
    Contact(ThinVec<Tag>),
    /// A variable, with its tags.
    Variable(ThinVec<Tag>, VariableId),
    /// Opening hours.
    Hours(VariableId),
    /// Broken or unset, which is already reported. It has the keyword of the declaration.
    Hole(&'static str),
}

/// The result of evaluating a value.
#[derive(Clone)]
pub enum KnownValue {
    /// A text.
    Text(Inserted),
    /// Unknown, which is already reported.
    Hole,
    /// More text than a flow can hold. Whatever inserts it is too long as well.
    TooLong,
}

/// Takes the place of an unknown part of a text, so that the parts before and after it are not joined.
pub const GAP: char = '\u{FFFC}';

/// A text after its insertions.
#[derive(Debug, Clone, Default)]
pub struct Inserted {
    pub text: String,
    /// The contact fields and variables that it inserts.
    pub contacts: Vec<ValueId>,
    /// The origins of its pieces.
    pub segments: Vec<Segment>,
    /// Whether parts of it are unknown, which are already reported. Each is a [`GAP`] in the text.
    pub has_gaps: bool,
}

impl Inserted {
    /// A text of one piece.
    fn of(text: String, span: Span, origin: TextOrigin) -> Self {
        let segments = vec![Segment { start: 0, outer: span, origin }];
        Self { text, segments, ..Self::default() }
    }
}

impl KnownValue {
    /// The text, if all of it is known.
    pub fn whole(&self) -> Option<&Inserted> {
        match self {
            Self::Text(known) if !known.has_gaps => Some(known),
            Self::Text(_) | Self::Hole | Self::TooLong => None,
        }
    }
}

impl ValueDef {
    /// The keyword that declares it.
    pub fn word(&self) -> &'static str {
        match &self.source {
            ValueSource::Written(word, ..) | ValueSource::Hole(word) => word,
            ValueSource::Set(..) => "param",
            ValueSource::Contact(_) => "contact",
            ValueSource::Variable(..) => "var",
            ValueSource::Hours(_) => "hours",
        }
    }

    /// Whether other files may name it by its instance: a variable or hours.
    pub fn is_of_instance(&self) -> bool {
        matches!(self.source, ValueSource::Variable(..) | ValueSource::Hours(_))
    }

    /// The tags of a contact field or a variable, which only a call knows. `None` for other values.
    pub fn call_tags(&self) -> Option<&[Tag]> {
        match &self.source {
            ValueSource::Contact(tags) | ValueSource::Variable(tags, _) => Some(tags),
            _ => None,
        }
    }

    /// What it is, in words.
    pub fn noun(&self) -> &'static str {
        match self.word() {
            "contact" => "contact field",
            "var" => "variable",
            word => word,
        }
    }
}

impl<'a> Resolver<'a> {
    /// Declares a `let`, `param`, `contact`, `var` or `hours`.
    pub(super) fn declare_value(&mut self, decl: DeclRef, declaration: &'a Declaration) {
        let scope = decl.scope;
        let (name, source) = match declaration {
            Declaration::Let(binding) => (
                binding.name,
                binding
                    .value
                    .map_or(ValueSource::Hole("let"), |value| ValueSource::Written("let", value, scope)),
            ),
            Declaration::Param(param) => (param.name, self.param(scope, param)),
            Declaration::Contact(contact) => {
                (contact.name, ValueSource::Contact(self.contact_options(scope, contact, false)))
            }
            Declaration::Var(variable) => {
                let tags = self.contact_options(scope, variable, true);
                let id = self.add_variable(scope, variable.name);
                (variable.name, ValueSource::Variable(tags, id))
            }
            Declaration::Hours(hours) => (hours.name, ValueSource::Hours(self.add_hours(scope, hours.name))),
            _ => return,
        };
        let known = self.scopes[scope].values.get(self.name(name).as_ref()).copied();
        self.record_use(NameTarget::Value, name.span, name.span);
        // Keep the first duplicate; do not also report the second as unused.
        let giver = self.giver(scope, &source, name);
        let id =
            self.values.push(ValueDef { source, name, used: known.is_some(), known: None, giver, scope });
        match known {
            Some(first) => {
                self.kept_lets.declared_twice.insert(first);
                let (first, own) = (&self.values[first], self.values[id].word());
                let (word, place) = (first.word(), first.name.span);
                match word == own {
                    true => self.report_duplicate(own, name, place),
                    false => {
                        let text = crate::diagnostics::quote(&self.name(name));
                        let message = format!("{text} is declared twice: as `{word}` and as `{own}`");
                        self.report_second_name(name, message, place);
                    }
                }
            }
            None => {
                let text = self.name(name);
                self.scopes[scope].values.insert(text.as_ref().into(), id);
            }
        }
    }

    /// Gives all contact fields of the same name the tags of all of them, since they are one field to the
    /// platform. It may also treat names as equal that only differ in capitals, `-` or `_`.
    fn share_tags_of_fields(&mut self) {
        let mut shared: FxHashMap<Box<str>, (usize, ThinVec<Tag>)> = FxHashMap::default();
        for value in self.values.rows() {
            let ValueSource::Contact(tags) = &value.source else { continue };
            let (count, all) = shared.entry(plain(&self.name(value.name)).as_ref().into()).or_default();
            *count += 1;
            for tag in tags {
                if !all.iter().any(|known| known.name == tag.name) {
                    all.push(tag.clone());
                }
            }
        }
        shared.retain(|_, (count, tags)| *count > 1 && !tags.is_empty());
        if shared.is_empty() {
            return;
        }
        for id in self.values.ids() {
            let Some((_, tags)) = shared.get(plain(&self.name(self.values[id].name)).as_ref()) else {
                continue;
            };
            if let ValueSource::Contact(own) = &mut self.values[id].source {
                own.clone_from(tags);
            }
        }
    }

    /// The tags of a contact field or a variable. Its duration is recorded in the flow under the name by which the
    /// platform knows it.
    fn contact_options(&mut self, scope: ScopeId, contact: &ast::Contact, is_variable: bool) -> ThinVec<Tag> {
        let mut lasts: Option<Span> = None;
        let mut tags = ThinVec::new();
        for option in &contact.options {
            match option.kind {
                OptionKind::Lasts(milliseconds) => match lasts {
                    Some(first) => self.report_set_twice("lasts", option.span, first, option.span),
                    None => {
                        lasts = Some(option.span);
                        let prefix = if is_variable { self.scopes[scope].prefix.as_str() } else { "" };
                        let name = format!("{prefix}{}", self.name(contact.name));
                        let longest = self.flow.contact_times.entry(name.into()).or_default();
                        *longest = milliseconds.max(*longest);
                    }
                },
                OptionKind::Tag(span) => tags.push(self.tag(span)),
                _ => {}
            }
        }
        tags
    }

    pub(super) fn tag(&self, span: Span) -> Tag {
        Tag { name: self.sources.text(span).into(), span }
    }

    /// The value of a name in a scope, or else in one of the including scopes; or a variable of an instance.
    pub(super) fn lookup(&self, from: ScopeId, name: &str) -> Option<ValueId> {
        let mut scope = Some(from);
        while let Some(id) = scope {
            if let Some(&value) = self.scopes[id].values.get(name) {
                return Some(value);
            }
            scope = self.scopes[id].parent;
        }
        self.instance_variable(from, name)
    }

    /// Evaluates every declared value after those that it inserts, without recursion.
    pub(super) fn evaluate_values(&mut self) {
        self.share_tags_of_fields();
        self.check_with();
        self.list_plain_names();
        let mut open: Table<ValueId, bool> = Table::filled(false, self.values.len());
        // The values that are being evaluated, each inserted by the one before it.
        let mut path: Vec<ValueId> = Vec::new();
        for first in self.values.ids() {
            let mut stack = vec![first];
            while let Some(&id) = stack.last() {
                if self.values[id].known.is_none() {
                    let missing: Vec<ValueId> = self
                        .inserted(id)
                        .into_iter()
                        .filter(|&inserted| self.values[inserted].known.is_none())
                        .collect();
                    if !missing.is_empty() {
                        if !open[id] {
                            open[id] = true;
                            path.push(id);
                        }
                        match missing
                            .iter()
                            .find(|&&inserted| open[inserted])
                            .and_then(|inserted| path.iter().position(|inserting| inserting == inserted))
                        {
                            Some(start) => self.report_value_cycle(path.get(start..).unwrap_or_default()),
                            None => stack.extend(missing),
                        }
                        continue;
                    }
                    self.values[id].known = Some(self.evaluate_value(id));
                }
                if open[id] {
                    open[id] = false;
                    path.pop();
                }
                stack.pop();
            }
        }
    }

    /// The values that a value's text inserts.
    fn inserted(&self, id: ValueId) -> Vec<ValueId> {
        let ValueSource::Written(_, Value::Text(text), scope) = self.values[id].source else {
            return Vec::new();
        };
        self.inserted_by(scope, text)
    }

    /// The values that a text inserts.
    pub(super) fn inserted_by(&self, scope: ScopeId, text: ast::Text) -> Vec<ValueId> {
        let mut inserted = Vec::new();
        if !text.plain {
            pieces(self.sources.text(text.span), |piece| {
                if let Piece::Insert(name, _) = piece {
                    inserted.extend(self.lookup(scope, name));
                }
            });
        }
        inserted
    }

    fn report_value_cycle(&mut self, cycle: &[ValueId]) {
        for &id in cycle {
            self.values[id].known = Some(KnownValue::Hole);
            self.values[id].used = true;
        }
        let Some(&first) = cycle.iter().min_by_key(|&&id| self.values[id].name.span) else { return };
        let at = cycle.iter().position(|&id| id == first).unwrap_or_default();
        let in_order: Vec<ValueId> = cycle.iter().cycle().skip(at).take(cycle.len()).copied().collect();
        let shown = |id: &ValueId| self.name(self.values[*id].name).into_owned();
        let mut path: Vec<String> = in_order.iter().take(20).map(shown).collect();
        if in_order.len() > 20 {
            path.push("…".to_owned());
        }
        path.push(shown(&first));
        let others: Vec<Span> = in_order.iter().skip(1).map(|&id| self.values[id].name.span).collect();
        let diagnostic = Diagnostic::new(
            &codes::CIRCULAR_DEFINITION,
            self.values[first].name.span,
            format!("{} inserts itself: {}", quote(&shown(&first)), path.join(" -> ")),
        )
        .here("this leads back to itself")
        .label_each(&others, 5, "this is part of the cycle")
        .help(if others.is_empty() {
            "give it a text that does not insert it"
        } else {
            "give one of them a text that does not insert another"
        });
        self.diagnostics.push(diagnostic);
    }

    fn evaluate_value(&mut self, id: ValueId) -> KnownValue {
        let place = self.values[id].name.span;
        match &self.values[id].source {
            // What inserts hours is reported where it does.
            ValueSource::Hole(_) | ValueSource::Hours(_) => KnownValue::Hole,
            ValueSource::Set(text, _) => {
                KnownValue::Text(Inserted::of(text.clone(), place, TextOrigin::Value(id)))
            }
            ValueSource::Variable(_, variable) => {
                let text = format!("{{{}}}", self.flow.variables[*variable].name);
                KnownValue::Text(Inserted {
                    contacts: vec![id],
                    ..Inserted::of(text, place, TextOrigin::Field)
                })
            }
            ValueSource::Contact(_) => {
                let text = format!("{{{}}}", self.name(self.values[id].name));
                KnownValue::Text(Inserted {
                    contacts: vec![id],
                    ..Inserted::of(text, place, TextOrigin::Field)
                })
            }
            ValueSource::Written(_, Value::Integer(span), _) => {
                let text = self.sources.text(*span).to_owned();
                KnownValue::Text(Inserted::of(text, *span, TextOrigin::Value(id)))
            }
            ValueSource::Written(_, Value::Text(text), scope) => self.evaluate(*scope, *text),
        }
    }
}
