//! Variables: what a `set` gives them, and what a `decide` and a test say about them and about contact fields.

use super::carried_tags::CarriedTags;
use super::placeholders::Reader;
use super::provenance::ValueId;
use super::values::{KnownValue, ValueSource};
use super::{NameTarget, Resolver, ScopeId, codes};
use crate::condition::is_comparable;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{Action, Assignment, Constant, Directive, NewValue, Tag, Variable, VariableId};
use crate::source::Span;
use crate::spelling::{display_string, has_first_zeros};
use crate::syntax::ast::{self, Name, SetValue, Value};
use crate::syntax::text::{Piece, pieces};
use thin_vec::ThinVec;

/// What a line does with a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueUser {
    Set,
    Copy,
    When,
    Hours,
    Test,
}

impl Resolver<'_> {
    /// Adds a variable under the name by which the platform knows it.
    pub(super) fn add_variable(&mut self, scope: ScopeId, name: Name) -> VariableId {
        let full: Box<str> = format!("{}{}", self.scopes[scope].prefix, self.name(name)).into();
        self.flow.variables.push(Variable { name: full, is_contact: false, hours: None, span: name.span })
    }

    /// The variable or the hours of an instance by the full name, as seen from a scope: `es.balance`.
    pub(super) fn instance_variable(&self, scope: ScopeId, name: &str) -> Option<ValueId> {
        let (prefix, own) = name.rsplit_once('.')?;
        let mut scope = Some(scope);
        while let Some(id) = scope {
            let wanted = format!("{}{prefix}.", self.scopes[id].prefix);
            let instance = self.scopes.iter().find(|(_, instance)| instance.prefix == wanted);
            let value = instance.and_then(|(_, instance)| instance.values.get(own).copied());
            if let Some(value) = value.filter(|&value| self.values[value].is_of_instance()) {
                return Some(value);
            }
            scope = self.scopes[id].parent;
        }
        None
    }

    /// The variable, or the contact field as one. `None` for a let or a param.
    pub(super) fn variable_of(&mut self, value: ValueId) -> Option<VariableId> {
        match &self.values[value].source {
            ValueSource::Variable(_, id) => Some(*id),
            ValueSource::Contact(_) => {
                let declared = self.values[value].name;
                let name: Box<str> = self.name(declared).as_ref().into();
                if let Some(&known) = self.contact_variables.get(&name) {
                    return Some(known);
                }
                let variable =
                    Variable { name: name.clone(), is_contact: true, hours: None, span: declared.span };
                let id = self.flow.variables.push(variable);
                self.contact_variables.insert(name, id);
                Some(id)
            }
            _ => None,
        }
    }

    /// The value of a name. Reports an unknown one.
    pub(super) fn named_value(&mut self, scope: ScopeId, name: Name, user: ValueUser) -> Option<ValueId> {
        let text = self.name(name);
        let found = self.lookup(scope, &text);
        let of_contact = || (user == ValueUser::Test).then(|| self.contact_field(&text)).flatten();
        let Some(id) = found.or_else(of_contact) else {
            self.report_no_variable(scope, name, user);
            return None;
        };
        self.record_value_use(name.span, id);
        Some(id)
    }

    /// A contact field that some file declares: the field belongs to the call, whichever file reads it.
    fn contact_field(&self, name: &str) -> Option<ValueId> {
        let values = self.scopes.iter().filter_map(|(_, scope)| scope.values.get(name).copied());
        values.filter(|&value| matches!(self.values[value].source, ValueSource::Contact(_))).min()
    }

    /// Records the use of a value. Of `es.balance`, the part after the instance is its name.
    pub(super) fn record_value_use(&mut self, span: Span, value: ValueId) {
        let declared = self.values[value].name.span;
        let own = (declared.end - declared.start).min(span.end - span.start);
        self.record_use(NameTarget::Value, Span { start: span.end - own, ..span }, declared);
        if own < span.end - span.start {
            let scope = self.values[value].scope;
            self.record_instance_uses(Name { span, quoted: false }, scope, self.sources.text(declared));
        }
    }

    /// Reports a param, a let or a contact field that is named with its instance. Returns whether it is one.
    fn report_value_of_instance(&mut self, scope: ScopeId, name: Name, user: ValueUser) -> bool {
        let text = self.name(name);
        let Some((instance, own)) = text.rsplit_once('.') else { return false };
        let mut next = Some(scope);
        let inner = loop {
            let Some(id) = next else { return false };
            let wanted = format!("{}{instance}.", self.scopes[id].prefix);
            match self.scope_by_prefix.get(wanted.as_str()) {
                Some(&inner) => break inner,
                None => next = self.scopes[id].parent,
            }
        };
        let Some(&value) = self.scopes[inner].values.get(own) else { return false };
        self.values[value].used = true;
        let (noun, declared) = (self.values[value].noun(), self.values[value].name.span);
        let (here, help) = match self.values[value].word() {
            "contact" => (
                "the contact's record has it, and not the instance",
                format!("declare it in this file, too, as in `contact {own}`, and write `{own}`"),
            ),
            _ => (
                "its value is known when the flow is built",
                match user {
                    ValueUser::Copy => "write the value itself, or a `let` of this file that both are given",
                    ValueUser::Test => "take it out: the test runs with the value that the build has",
                    ValueUser::Hours => "name hours here",
                    ValueUser::Set | ValueUser::When => {
                        "only variables are set and compared: declare one in this file, as in `var NAME`"
                    }
                }
                .to_owned(),
            ),
        };
        let message = format!("{} is a {noun} of the instance {}", quote(own), quote(instance));
        self.diagnostics.push(
            Diagnostic::new(&codes::MISUSED_VALUE, name.span, message)
                .here(here)
                .label(declared, "declared here")
                .help(help),
        );
        true
    }

    fn report_no_variable(&mut self, scope: ScopeId, name: Name, user: ValueUser) {
        let text = self.name(name);
        if self.lost_include.may_declare(&text) || self.broken_lines.may_declare_value(&text) {
            return;
        }
        // A name that is set and is no variable is one mistake, also where it is read: `set x = x + 1`.
        let user = match user {
            ValueUser::Copy if self.unknown_variables.contains(&*text) => ValueUser::Set,
            user => user,
        };
        if user == ValueUser::Set {
            self.unknown_variables.insert(text.as_ref().into());
        }
        if self.report_value_of_instance(scope, name, user) {
            return;
        }
        match user {
            ValueUser::Set if self.report_set_disposition(name) => return,
            ValueUser::Copy if self.is_set_as_disposition(name) => return,
            _ => {}
        }
        // `tries-1` is one name.
        if let Some((own, number)) = text.rsplit_once('-')
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && let (ValueUser::Copy, Some(value)) = (user, self.lookup(scope, own))
        {
            self.values[value].used = true;
            let meant = format!("{own} - {number}");
            self.diagnostics.push(
                Diagnostic::new(&codes::UNKNOWN_NAME, name.span, format!("{} is a name", quote(&text)))
                    .here("not declared")
                    .help(format!("write `{meant}`, with blanks around the `-`"))
                    .fix(Fix::write(name.span, meant)),
            );
            return;
        }
        let near = self.nearest_value_for(scope, &text, |source| match user {
            ValueUser::Set => matches!(source, ValueSource::Variable(..)),
            ValueUser::When | ValueUser::Test => {
                matches!(source, ValueSource::Variable(..) | ValueSource::Contact(_))
            }
            ValueUser::Hours => matches!(source, ValueSource::Hours(_)),
            ValueUser::Copy => !matches!(source, ValueSource::Hours(_)),
        });
        if let Some(id) = near.as_ref().and_then(|near| self.lookup(scope, near)) {
            self.values[id].used = true;
        }
        // Something is added to it, so that no text is meant.
        let is_added_to = self.text_behind(name.span).starts_with(['+', '-']);
        let declared = match user {
            ValueUser::Set => format!("declare it, as in `var {text}`"),
            ValueUser::Copy if is_added_to => format!("declare it, as in `var {text}`"),
            ValueUser::Copy => {
                format!("declare it, as in `var {text}`, or write `\"{text}\"` for the text itself")
            }
            ValueUser::When | ValueUser::Test => {
                format!("declare it, as in `var {text}` or `contact {text}`")
            }
            ValueUser::Hours => {
                format!(
                    "declare them, as in `hours {text} in \"America/New_York\" {{ mon..fri 9:00..17:00 }}`"
                )
            }
        };
        let what = match user {
            ValueUser::Set => "variable",
            ValueUser::Copy => "let, param, contact field or variable",
            ValueUser::When | ValueUser::Test => "variable or contact field",
            ValueUser::Hours => "hours",
        };
        let verb = if user == ValueUser::Hours { "are" } else { "is" };
        let help = near.as_ref().map_or(declared, |near| format!("did you mean `{near}`?"));
        let fix = match &near {
            Some(near) => Some(Fix::write(name.span, near)),
            None if user == ValueUser::Copy && !is_added_to => {
                Some(Fix::write(name.span, format!("\"{text}\"")))
            }
            None => None,
        };
        self.diagnostics.push(
            Diagnostic::new(
                &codes::UNKNOWN_NAME,
                name.span,
                format!("there {verb} no {what} {}", quote(&text)),
            )
            .here("not declared")
            .help(help)
            .fix(fix),
        );
    }

    /// The action of a `set`.
    pub(super) fn assignment(&mut self, scope: ScopeId, set: &ast::Set) -> Option<Action> {
        let variable = self.set_variable(scope, set.name);
        // A text that is kept is not heard yet: its tags come with the variable.
        let mut tags = ThinVec::new();
        let value = match set.value {
            SetValue::Constant(Value::Integer(span)) => {
                self.whole_number(span).map_or(NewValue::Unknown, NewValue::Number)
            }
            SetValue::Constant(Value::Text(text)) => {
                NewValue::Text(self.text_for(scope, text, Reader::Voice, &mut tags))
            }
            SetValue::Copy(name) => self.copied(scope, name, None, &mut tags),
            SetValue::Sum(name, number) | SetValue::Difference(name, number) => {
                let is_sum = matches!(set.value, SetValue::Sum(..));
                let number = self.whole_number(number).map(|number| if is_sum { number } else { -number });
                let copied = self.copied(scope, name, number, &mut tags);
                if number.is_some() { copied } else { NewValue::Unknown }
            }
        };
        let mut action = Action::new(Directive::Set, set.span);
        let variable = variable?;
        let sources = self.step_variables.iter().map(|(source, _)| *source).collect();
        self.carried_tags.push(CarriedTags { variable, tags, sources });
        let words = self.assignment_words(variable, &value);
        action.set = Some(Box::new(Assignment { variable, value, words, span: set.span }));
        Some(action)
    }

    /// A variable and its new value as the language writes them.
    fn assignment_words(&self, variable: VariableId, value: &NewValue) -> Box<str> {
        let name = |variable: VariableId| &self.flow.variables[variable].name;
        let value = match value {
            NewValue::Number(number) => number.to_string(),
            NewValue::Text(text) => text.value.as_deref().map_or("…".to_owned(), display_string),
            NewValue::Copy { of, add: None } => name(*of).to_string(),
            NewValue::Copy { of, add: Some(add) } if *add < 0 => {
                format!("{} - {}", name(*of), add.unsigned_abs())
            }
            NewValue::Copy { of, add: Some(add) } => format!("{} + {add}", name(*of)),
            NewValue::Unknown => "…".to_owned(),
        };
        format!("{} = {value}", name(variable)).into()
    }

    /// The variable that a line sets. Reports what cannot be set.
    pub(super) fn set_variable(&mut self, scope: ScopeId, name: Name) -> Option<VariableId> {
        let value = self.named_value(scope, name, ValueUser::Set)?;
        if let ValueSource::Variable(_, id) = self.values[value].source {
            // Whether it is read is another rule's question.
            self.values[value].used = true;
            return Some(id);
        }
        self.values[value].used = true;
        let (declared, text) = (self.values[value].name.span, self.name(name));
        if self.values[value].word() != "hours" {
            self.set_let(value, name.span);
            return None;
        }
        self.diagnostics.push(
            Diagnostic::new(
                &codes::MISUSED_VALUE,
                name.span,
                format!("the hours {} cannot be set on a call", quote(&text)),
            )
            .here("they are open at their times")
            .label(declared, "declared here")
            .help("declare a variable under a name of its own, as in `var NAME`, and set that"),
        );
        None
    }

    /// The value of a name in a `set`, with a number added to it.
    fn copied(&mut self, scope: ScopeId, name: Name, add: Option<i64>, tags: &mut ThinVec<Tag>) -> NewValue {
        let Some(value) = self.named_value(scope, name, ValueUser::Copy) else { return NewValue::Unknown };
        if self.is_of_hours(value, name.span) {
            return NewValue::Unknown;
        }
        self.values[value].used = true;
        if let Some(of) = self.variable_of(value) {
            self.step_variables.push((of, name.span));
            if let ValueSource::Contact(own) = &self.values[value].source {
                tags.extend(own.iter().cloned());
            }
            return NewValue::Copy { of, add };
        }
        let Some(known) = self.values[value].known.as_ref().and_then(KnownValue::whole) else {
            return NewValue::Unknown;
        };
        let (text, inserted) = (known.text.clone(), known.contacts.clone());
        for &one in &inserted {
            if let ValueSource::Contact(own) = &self.values[one].source {
                tags.extend(own.iter().cloned());
            }
        }
        match (text.parse::<i64>(), add) {
            (Ok(number), add) => NewValue::Number(number.saturating_add(add.unwrap_or_default())),
            (Err(_), None) => {
                let variables: Vec<VariableId> =
                    inserted.iter().filter_map(|&value| self.variable_of(value)).collect();
                self.step_variables.extend(variables.into_iter().map(|variable| (variable, name.span)));
                let placeholders = !inserted.is_empty();
                NewValue::Text(crate::flow::Text { value: Some(text.into()), span: name.span, placeholders })
            }
            (Err(_), Some(_)) => {
                let given = self.given_by(value);
                let declared = self.values[value].name.span;
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::VALUE_TYPE,
                        name.span,
                        format!("{} is the text {}, not a number", quote(&self.name(name)), quote(&text)),
                    )
                    .here("nothing can be added to a text")
                    .label(declared, "declared here")
                    .help("give it a whole number, such as 2, or write the number itself")
                    .given(given),
                );
                NewValue::Unknown
            }
        }
    }

    /// A whole number with its sign. Reports one that is too large, and one whose first zeros would be lost.
    pub(super) fn whole_number(&mut self, span: Span) -> Option<i64> {
        let written = self.sources.text(span);
        if has_first_zeros(written) {
            let quoted = display_string(written);
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::VALUE_TYPE,
                    span,
                    format!("{} would lose its first zero: numbers have none", quote(written)),
                )
                .here("a number here")
                .help(format!(
                    "write `{quoted}` if the zero belongs to it, as in a postcode; otherwise leave the zero out"
                ))
                .fix(Fix::write(span, quoted)),
            );
            return None;
        }
        let number = written.parse().ok();
        if number.is_none() {
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::VALUE_TYPE,
                    span,
                    format!("{} is too large a number", quote(written)),
                )
                .here("no platform can count so far")
                .help("write a smaller number, or a text in quotes if it is an account number or the like"),
            );
        }
        number
    }

    /// Marks the value of a name as used, if there is one.
    pub(super) fn mark_used(&mut self, scope: ScopeId, name: Name) {
        if let Some(value) = self.lookup(scope, &self.name(name)) {
            self.values[value].used = true;
        }
    }

    /// The variable or contact field that a line compares or gives. Reports anything else.
    pub(super) fn compared_variable(
        &mut self,
        scope: ScopeId,
        name: Name,
        user: ValueUser,
    ) -> Option<VariableId> {
        let value = self.named_value(scope, name, user)?;
        if user == ValueUser::When {
            self.values[value].used = true;
        }
        if let Some(variable) = self.variable_of(value) {
            return Some(variable);
        }
        self.values[value].used = true;
        let (declared, word) = (self.values[value].name.span, self.values[value].word());
        let text = self.name(name);
        if word == "hours" {
            self.report_compared_hours(name, declared, user);
            return None;
        }
        let help = match user {
            ValueUser::Test => "take it out: the test runs with the value that the build has".to_owned(),
            _ => format!(
                "give it to a variable first, as in `set NAME = {text}` in a node before, and compare that"
            ),
        };
        let message = match user {
            ValueUser::Test => format!("a test cannot give the {word} {} a value", quote(&text)),
            _ => format!("a `decide` cannot compare the {word} {}", quote(&text)),
        };
        let found = Diagnostic::new(&codes::MISUSED_VALUE, name.span, message)
            .here("its value is known when the flow is built")
            .label(declared, "declared here")
            .help(help);
        match user {
            ValueUser::Test => self.diagnostics.push(found),
            _ => self.compare_let(value, found),
        }
        None
    }

    /// A text or a whole number without insertions.
    pub(super) fn constant(&mut self, value: Value) -> Option<Constant> {
        let text = match value {
            Value::Integer(span) => return self.whole_number(span).map(Constant::Number),
            Value::Text(text) => text,
        };
        let written = self.sources.text(text.span);
        let mut out = String::new();
        let mut inserted = None;
        let mut broken = false;
        pieces(written, |piece| match piece {
            Piece::Plain(text, _) => out.push_str(text),
            Piece::Escaped(character, _) => out.push(character),
            Piece::Insert(name, _) => inserted = inserted.or(Some(name)),
            Piece::Bad(..) => broken = true,
        });
        let Some(name) = inserted else { return (!broken).then(|| Constant::Text(out.into())) };
        for scope in self.scopes.ids() {
            if let Some(id) = self.lookup(scope, name) {
                self.values[id].used = true;
            }
        }
        self.diagnostics.push(
            Diagnostic::new(
                &codes::VALUE_TYPE,
                text.span,
                format!("nothing can be inserted here: {}", quote(&format!("${{{name}}}"))),
            )
            .here("a comparison is with a text or a number as it is written")
            .help("write the text itself"),
        );
        None
    }

    /// Whether a condition of the platform can hold a value. Reports a text that it cannot.
    pub(super) fn comparable(&mut self, constant: &Constant, span: Span) -> bool {
        let Constant::Text(text) = constant else { return true };
        let bad = text.chars().find(|&character| !is_comparable(character));
        if let Some(bad) = bad {
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::VALUE_TYPE,
                    span,
                    format!("a condition of the platform cannot hold {}", quote(&bad.to_string())),
                )
                .here("`|` stands between its parts there, and `\"` around its texts")
                .help("compare with a part of the text, as in `starts \"…\"` or `contains \"…\"`"),
            );
        }
        bad.is_none()
    }

    /// What a test says is known on its call.
    pub(super) fn known_in_test(
        &mut self,
        scope: ScopeId,
        bindings: &[ast::Binding],
    ) -> (Vec<(VariableId, Constant)>, Vec<Span>) {
        let mut known: Vec<(VariableId, Constant, Span)> = Vec::with_capacity(bindings.len());
        let mut spans = Vec::with_capacity(bindings.len());
        for binding in bindings {
            let variable = self.compared_variable(scope, binding.name, ValueUser::Test);
            let constant = binding.value.and_then(|value| self.constant(value));
            let (Some(variable), Some(constant)) = (variable, constant) else { continue };
            self.test_values.push((variable, binding.name.span));
            match known.iter().find(|(earlier, ..)| *earlier == variable) {
                Some(&(_, _, first)) => {
                    let whole =
                        binding.value.map_or(binding.name.span, |value| binding.name.span.to(value.span()));
                    let name = self.name(binding.name).into_owned();
                    self.report_set_twice(&name, binding.name.span, first, whole);
                }
                None => {
                    known.push((variable, constant, binding.name.span));
                    spans.push(binding.value.map_or(binding.name.span, |value| value.span()));
                }
            }
        }
        (known.into_iter().map(|(variable, constant, _)| (variable, constant)).collect(), spans)
    }

    /// Puts what a node reads in the order of its actions: those of its header are read last.
    pub(super) fn sort_reads(&mut self, node: crate::flow::NodeId) {
        let first = self.flow.variable_uses.partition_point(|one| one.node < node);
        if let Some(own) = self.flow.variable_uses.get_mut(first..) {
            own.sort_by_key(|one| one.action);
        }
    }

    /// Records where the action that comes next in a node reads variables.
    pub(super) fn record_reads(&mut self, node: crate::flow::NodeId, action: usize) {
        let action = u32::try_from(action).unwrap_or(u32::MAX);
        let reads = self.step_variables.drain(..);
        let uses = reads.map(|(variable, span)| crate::flow::VariableUse { node, action, variable, span });
        self.flow.variable_uses.extend(uses);
    }
}
