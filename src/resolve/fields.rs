//! The fields that nodes and actions set: their values, and whether these fit the declared types.

use super::codes::FIELD;
use super::placeholders::Reader;
use super::values::{KnownValue, ValueSource};
use super::{NameTarget, Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, list_of, quote};
use crate::flow::{
    Action, Directive, Field, FieldType, FieldValue, KindId, LARGEST_INTEGER, ScalarType, Tag,
};
use crate::source::Span;
use crate::speech::{TagFault, check_tag, is_tag};
use crate::spelling::{display_string, has_first_zeros, is_blank, is_name};
use crate::syntax::ast::{self, Scalar, Value};
use thin_vec::ThinVec;

/// What a value is for.
pub(super) struct FieldUse<'t> {
    /// The field's name.
    pub name: &'t str,
    /// Where it is declared, for a value of a node.
    pub declared: Option<Span>,
    /// Its type, if it has one.
    pub type_: Option<&'t FieldType>,
}

/// A value before it is compared with a type.
enum Given {
    /// A text, and whether it contains a contact field.
    Text(Box<str>, bool),
    Integer(Box<str>),
    Duration(u64),
    Bool(bool),
}

impl Given {
    fn what(&self) -> &'static str {
        match self {
            Self::Text(_, true) => "a text that is known only during a call",
            Self::Text(_, false) => "a text",
            Self::Integer(_) => "a number",
            Self::Duration(_) => "a duration",
            Self::Bool(_) => "true or false",
        }
    }
}

impl Resolver<'_> {
    /// The fields of a node of a declared kind: what it sets and the defaults, in the order of the declaration.
    pub(super) fn fields_of_kind(
        &mut self,
        scope: ScopeId,
        id: KindId,
        node: &ast::Node,
        tags: &mut ThinVec<Tag>,
    ) -> ThinVec<Field> {
        let kind = self.flow.kinds[id].clone();
        let mut set: Vec<Option<Field>> = kind.fields.iter().map(|_| None).collect();
        // The fields that misspelt ones are meant for, and how many others are unknown.
        let (mut meant, mut unknown): (Vec<usize>, usize) = (Vec::new(), 0);
        for written in &node.fields {
            let name = self.name(written.name);
            let Some(at) = kind.fields.iter().position(|field| *field.name == *name) else {
                if self.report_disposition_as_field(written) {
                    unknown += 1;
                    continue;
                }
                match self.report_unknown_field(id, node, written) {
                    Some(near) => meant.extend(kind.fields.iter().position(|field| *field.name == *near)),
                    None => unknown += 1,
                }
                // What the value reads is used, whatever its field is called.
                self.field_value(
                    scope,
                    &written.value,
                    &FieldUse { name: &name, declared: None, type_: None },
                );
                continue;
            };
            let (Some(place), Some(declared)) = (set.get_mut(at), kind.fields.get(at)) else { continue };
            self.record_use(NameTarget::Field, written.name.span, declared.span);
            if let Some(first) = place {
                let first = first.span;
                self.report_set_twice(&name, written.name.span, first, written.span);
                continue;
            }
            let is_for =
                FieldUse { name: &name, declared: Some(declared.span), type_: declared.type_.as_ref() };
            let value = match is_for.type_ {
                Some(_) => self.field_value_with_tags(scope, &written.value, &is_for, tags),
                // Already reported, but the value counts as used.
                None => {
                    self.field_value(scope, &written.value, &is_for);
                    None
                }
            };
            let name = name.as_ref().into();
            *place = Some(Field { name, value, is_declared: true, span: written.name.span });
        }
        let missing: Vec<usize> = (0..set.len())
            .filter(|&at| {
                let is_set = set.get(at).is_some_and(Option::is_some);
                !is_set
                    && !meant.contains(&at)
                    // What is wrong with a type is reported where it is declared.
                    && kind.fields.get(at).is_some_and(|field| field.is_required && field.type_.is_some())
            })
            .collect();
        if missing.len() > unknown && !kind.broken && !node.broken {
            self.report_missing_fields(id, node, &missing);
        }
        let fields = set.into_iter().zip(&kind.fields);
        let with_defaults = fields.filter_map(|(field, declared)| {
            let default = || Field {
                name: declared.name.clone(),
                value: declared.default.clone(),
                is_declared: true,
                span: node.name.span,
            };
            field.or_else(|| (!declared.is_required).then(default))
        });
        with_defaults.collect()
    }

    /// The fields that no declaration knows.
    pub(super) fn free_fields(
        &mut self,
        scope: ScopeId,
        written: &[ast::Field],
        is_prompt: bool,
        tags: &mut ThinVec<Tag>,
    ) -> ThinVec<Field> {
        let mut fields: ThinVec<Field> = ThinVec::with_capacity(written.len());
        for field in written {
            let name = self.name(field.name);
            if self.report_part_of_action(&FIELD, field.name, is_prompt) {
                continue;
            }
            if let Some(first) = fields.iter().find(|other| *other.name == *name) {
                let first = first.span;
                self.report_set_twice(&name, field.name.span, first, field.span);
                continue;
            }
            let is_for = FieldUse { name: &name, declared: None, type_: None };
            let value = self.field_value_with_tags(scope, &field.value, &is_for, tags);
            let name = name.as_ref().into();
            fields.push(Field { name, value, is_declared: false, span: field.name.span });
        }
        fields
    }

    /// Adds the fields of a node's header to its own action. Without one, a check reports them.
    pub(super) fn set_header_fields(&mut self, scope: ScopeId, action: &mut Action, node: &ast::Node) {
        if !node.fields.is_empty() {
            let fields = self.free_fields(scope, &node.fields, is_prompt(action), &mut action.tags);
            action.fields.extend(fields);
        }
    }

    /// Reports a field that the kind does not have, and returns the one that was probably meant.
    fn report_unknown_field(
        &mut self,
        id: KindId,
        node: &ast::Node,
        written: &ast::Field,
    ) -> Option<Box<str>> {
        if self.flow.kinds[id].broken {
            return None;
        }
        let name = self.name(written.name);
        let kind = &self.flow.kinds[id];
        let names: Vec<&str> = kind.fields.iter().map(|field| &*field.name).collect();
        // A field that the node sets as well is not the one that was meant.
        let is_free = |field: &&str| !node.fields.iter().any(|other| self.name(other.name) == **field);
        let near = nearest(&name, names.iter().copied().filter(is_free)).map(str::to_owned);
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => "take it out, or declare it, as in `with NAME: text`".to_owned(),
            None => {
                let shown: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
                format!("its fields are {}; declare further ones in the kind", list_of(&shown, "and"))
            }
        };
        let message = format!("the kind `{}` has no field {}", kind.word, quote(&name));
        let (place, label) = self.label_of_kind(id);
        self.diagnostics.push(
            Diagnostic::new(&FIELD, written.name.span, message)
                .here("unknown field")
                .label(place, label)
                .help(help)
                .fix(near.clone().map(|near| Fix::write(written.name.span, near))),
        );
        near.map(Into::into)
    }

    /// Reports the required fields that a node does not set.
    fn report_missing_fields(&mut self, id: KindId, node: &ast::Node, missing: &[usize]) {
        let kind = &self.flow.kinds[id];
        let missing = missing.iter().filter_map(|&at| kind.fields.get(at));
        let missing: Vec<&crate::flow::DeclaredField> = missing.collect();
        let names: Vec<String> = missing.iter().map(|field| format!("`{}`", field.name)).collect();
        let example = |field: &&crate::flow::DeclaredField| {
            let value = field.type_.as_ref().map_or_else(|| "\"TEXT\"".to_owned(), FieldType::example);
            format!("{} = {value}", field.name)
        };
        let values = missing.iter().map(example).collect::<Vec<_>>().join(", ");
        let options = node.options.last().map_or(node.name.span, |option| option.span);
        let (at, text) = match node.fields.last() {
            Some(last) => (last.span.after(), format!(", {values}")),
            None => (options.after(), format!(" with {values}")),
        };
        let message = format!(
            "{} does not set the {} {} of the kind `{}`",
            quote(&self.name(node.name)),
            if missing.len() == 1 { "field" } else { "fields" },
            list_of(&names, "and"),
            kind.word
        );
        let labels: Vec<Span> = missing.iter().map(|field| field.span).collect();
        self.diagnostics.push(
            Diagnostic::new(&FIELD, node.name.span, message)
                .here(if labels.len() == 1 { "lacks a field" } else { "lacks fields" })
                .label_each(&labels, 4, "declared here, without a default")
                .help(format!("write `with {values}` with your own values"))
                .fix(Fix::new(format!("Write `with {values}`"), at, text)),
        );
    }

    /// The value of a field, without the tags of the contact fields in it.
    pub(super) fn field_value(
        &mut self,
        scope: ScopeId,
        value: &ast::FieldValue,
        is_for: &FieldUse<'_>,
    ) -> Option<FieldValue> {
        self.field_value_with_tags(scope, value, is_for, &mut ThinVec::new())
    }

    fn field_value_with_tags(
        &mut self,
        scope: ScopeId,
        value: &ast::FieldValue,
        is_for: &FieldUse<'_>,
        tags: &mut ThinVec<Tag>,
    ) -> Option<FieldValue> {
        match (value, is_for.type_) {
            (ast::FieldValue::Scalar(scalar), Some(FieldType { is_list: true, .. })) => {
                let written = self.sources.text(scalar.span());
                let fix = Fix::write(scalar.span(), format!("[{written}]"));
                self.report_value(is_for, scalar.span(), "one value", Some(fix));
                None
            }
            (ast::FieldValue::List(span, _), Some(FieldType { is_list: false, .. })) => {
                self.report_value(is_for, *span, "a list", None);
                None
            }
            (ast::FieldValue::Scalar(scalar), _) => self.scalar(scope, *scalar, is_for, tags),
            (ast::FieldValue::List(_, values), _) => {
                let values = values.iter().map(|&scalar| self.scalar(scope, scalar, is_for, tags));
                let values: Vec<Option<FieldValue>> = values.collect();
                values.into_iter().collect::<Option<Vec<_>>>().map(FieldValue::List)
            }
        }
    }

    fn scalar(
        &mut self,
        scope: ScopeId,
        scalar: Scalar,
        is_for: &FieldUse<'_>,
        tags: &mut ThinVec<Tag>,
    ) -> Option<FieldValue> {
        let given = self.given(scope, scalar, is_for, tags)?;
        let Some(type_) = is_for.type_.map(|type_| &type_.scalar) else {
            return match given {
                Given::Text(text, _) => Some(FieldValue::Text(text)),
                Given::Integer(digits) => self.integer(is_for, scalar.span(), &digits),
                Given::Duration(milliseconds) => Some(FieldValue::Integer(milliseconds)),
                Given::Bool(value) => Some(FieldValue::Bool(value)),
            };
        };
        let span = scalar.span();
        match (type_, given) {
            (ScalarType::Integer, Given::Integer(digits)) => self.integer(is_for, span, &digits),
            (ScalarType::Duration, Given::Duration(milliseconds)) => Some(FieldValue::Integer(milliseconds)),
            (ScalarType::Bool, Given::Bool(value)) => Some(FieldValue::Bool(value)),
            // What is sent is known only on the call.
            (ScalarType::Integer | ScalarType::Duration | ScalarType::Bool, Given::Text(text, true))
                if is_one_insertion(&text) =>
            {
                Some(FieldValue::Text(text))
            }
            (ScalarType::Integer | ScalarType::Duration | ScalarType::Bool, given) => {
                // `"${wait}"` of a param: what it is given from outside would be lost with the value of today.
                let inserted = insertion(self.sources.text(span)).map(str::to_owned);
                let is_inserted = self.sources.text(span).contains("${");
                let plain = plain_value(type_, &given);
                let fix = match inserted {
                    Some(name) if plain.is_some() => Some(name),
                    _ => plain.filter(|_| !is_inserted),
                };
                self.report_value(is_for, span, given.what(), fix.map(|plain| Fix::write(span, plain)));
                None
            }
            (type_, Given::Text(text, is_filled)) => {
                if !is_filled && let Some(what) = unfit(type_, &text) {
                    let fix = meant_text(type_, &text).map(|meant| Fix::write(span, display_string(&meant)));
                    let fix = fix.filter(|_| matches!(scalar, Scalar::Text(ast::Text { plain: true, .. })));
                    self.report_value(is_for, span, what, fix);
                    return None;
                }
                Some(FieldValue::Text(text))
            }
            // A number or a word that lacks its quotes.
            (type_, given) => {
                let written = self.sources.text(span);
                let meant = match unfit(type_, written) {
                    None => Some(written.to_owned()),
                    Some(_) if *type_ == ScalarType::Phone => meant_text(type_, written),
                    Some(_) => None,
                };
                let fix = meant.map(|meant| Fix::write(span, display_string(&meant)));
                self.report_value(is_for, span, given.what(), fix);
                None
            }
        }
    }

    /// A value before it is compared with the field's type. Reports an unknown name.
    fn given(
        &mut self,
        scope: ScopeId,
        scalar: Scalar,
        is_for: &FieldUse<'_>,
        tags: &mut ThinVec<Tag>,
    ) -> Option<Given> {
        let name = match scalar {
            Scalar::Integer(span) => return Some(Given::Integer(self.sources.text(span).into())),
            Scalar::Duration(_, milliseconds) => return Some(Given::Duration(milliseconds)),
            Scalar::Text(text) => {
                let read = self.text_read_by(scope, text, Reader::Directive);
                tags.extend(read.tags);
                let reads = read.variables.into_iter().map(|variable| (variable, text.span));
                self.step_variables.extend(reads);
                return Some(Given::Text(read.text.value?, read.text.placeholders));
            }
            Scalar::Name(name) => name,
        };
        let word = self.name(name);
        let Some(id) = self.lookup(scope, &word) else {
            if let "true" | "false" = word.as_ref() {
                return Some(Given::Bool(word == "true"));
            }
            self.report_word(scope, name, is_for);
            return None;
        };
        self.values[id].used = true;
        self.record_use(NameTarget::Value, name.span, self.values[id].name.span);
        if self.is_of_hours(id, name.span) {
            return None;
        }
        let is_integer = matches!(self.values[id].source, ValueSource::Written(_, Value::Integer(_), _));
        let known = self.values[id].known.as_ref().and_then(KnownValue::whole)?;
        let text: Box<str> = known.text.as_str().into();
        let inserted = known.contacts.clone();
        let is_filled = !inserted.is_empty();
        for one in inserted {
            if let ValueSource::Contact(own) | ValueSource::Variable(own, _) = &self.values[one].source {
                tags.extend(own.iter().cloned());
            }
            if let ValueSource::Variable(_, variable) = self.values[one].source {
                self.step_variables.push((variable, name.span));
            }
        }
        if let Some(FieldType { scalar, .. }) = is_for.type_ {
            // What a param is given from outside is always a text.
            return Some(match scalar {
                _ if is_filled => Given::Text(text, true),
                ScalarType::Integer if is_digits(&text) => Given::Integer(text),
                ScalarType::Duration => duration(&text).map_or(Given::Text(text, false), Given::Duration),
                ScalarType::Bool if matches!(&*text, "true" | "false") => Given::Bool(&*text == "true"),
                _ => Given::Text(text, false),
            });
        }
        Some(if is_integer { Given::Integer(text) } else { Given::Text(text, is_filled) })
    }

    /// Reports a word that is no value: a choice without its quotes, or an unknown name.
    fn report_word(&mut self, scope: ScopeId, name: ast::Name, is_for: &FieldUse<'_>) {
        let word = self.name(name);
        let scalar = is_for.type_.map(|type_| &type_.scalar);
        let meant = match scalar {
            Some(ScalarType::Bool) => {
                truth(&word).or_else(|| nearest(&word, ["true", "false"])).map(str::to_owned)
            }
            Some(ScalarType::Choice(choices)) => {
                let near = nearest(&word, choices.iter().map(|choice| &**choice));
                let same = choices.iter().find(|choice| ***choice == *word).map(|choice| &**choice);
                same.or(near).map(display_string)
            }
            Some(ScalarType::Text | ScalarType::Queue) | None if self.is_unlike_any_value(scope, &word) => {
                Some(format!("\"{word}\""))
            }
            _ => None,
        };
        match meant {
            Some(meant) => {
                let fix = Fix::write(name.span, meant);
                self.report_value(is_for, name.span, "a word", Some(fix));
            }
            None => self.report_unknown_value(scope, &word, name.span),
        }
    }

    /// Whether nothing declares a name, nor one that is like it.
    fn is_unlike_any_value(&mut self, scope: ScopeId, word: &str) -> bool {
        !self.lost_include.may_declare(word)
            && !self.broken_lines.may_declare_value(word)
            && self.nearest_value(scope, word).is_none()
    }

    fn integer(&mut self, is_for: &FieldUse<'_>, span: Span, digits: &str) -> Option<FieldValue> {
        if has_first_zeros(digits) {
            self.report_value(is_for, span, "a number that would lose its first zero", None);
            return None;
        }
        let number = digits.parse().ok().filter(|number| *number <= LARGEST_INTEGER);
        if number.is_none() {
            self.report_value(is_for, span, "a number that is too large to be sent", None);
        }
        number.map(FieldValue::Integer)
    }

    /// Reports a value that does not fit its field.
    fn report_value(&mut self, is_for: &FieldUse<'_>, span: Span, what: &str, fix: Option<Fix>) {
        let about = is_for.type_.map(FieldType::about);
        let message = match &about {
            Some(about) => format!("the field `{}` takes {about}; this is {what}", is_for.name),
            None => format!("the value of `{}` is {what}", is_for.name),
        };
        let help = match (&fix, &about) {
            (Some(fix), _) => {
                let texts: Vec<&str> = fix.edits.iter().map(|edit| &*edit.text).collect();
                format!("write `{}`", texts.concat())
            }
            (None, Some(about)) => format!("write {about}"),
            (None, None) => "write a smaller one, or put it in quotes".to_owned(),
        };
        let diagnostic = Diagnostic::new(&FIELD, span, message).here("does not fit").help(help).fix(fix);
        let diagnostic = match is_for.declared {
            Some(place) => diagnostic.label(place, "declared here"),
            None => diagnostic,
        };
        self.diagnostics.push(diagnostic);
    }
}

/// Whether an action speaks or plays, so that its language and its voice are parts of it.
pub(super) fn is_prompt(action: &Action) -> bool {
    matches!(action.directive, Directive::Play | Directive::Collect)
}

/// Why a text does not fit a type that takes texts.
fn unfit(type_: &ScalarType, text: &str) -> Option<&'static str> {
    let fits = match type_ {
        ScalarType::Url => is_url(text),
        ScalarType::Phone => is_phone(text),
        ScalarType::Language => is_tag(text),
        ScalarType::Queue => !is_blank(text),
        ScalarType::Choice(choices) => choices.iter().any(|choice| **choice == *text),
        ScalarType::Text | ScalarType::Integer | ScalarType::Duration | ScalarType::Bool => true,
    };
    let what = match type_ {
        _ if is_blank(text) => "an empty text",
        ScalarType::Choice(_) => "another text",
        _ => "a text that is none",
    };
    (!fits).then_some(what)
}

/// What a text was probably meant to be.
fn meant_text(type_: &ScalarType, text: &str) -> Option<String> {
    let meant = match type_ {
        ScalarType::Choice(choices) => nearest(text, choices.iter().map(|choice| &**choice))?.to_owned(),
        ScalarType::Phone => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let is_written = text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
            // Without a sign for it, the country is not known: `13812345678` may be one of several.
            match digits.strip_prefix("00") {
                _ if !is_written => return None,
                Some(digits) if !text.contains('+') => format!("+{digits}"),
                _ if text.trim().starts_with('+') => format!("+{digits}"),
                _ => return None,
            }
        }
        ScalarType::Language => match check_tag(text) {
            Ok(()) => text.to_owned(),
            Err(TagFault::Spelling(meant)) => meant,
            Err(TagFault::NoTag(meant) | TagFault::NoLanguage(meant)) => meant?,
        },
        ScalarType::Url => text.trim().to_owned(),
        _ => return None,
    };
    unfit(type_, &meant).is_none().then_some(meant)
}

/// Whether a text with placeholders is one of them and nothing else: `{balance}`.
fn is_one_insertion(text: &str) -> bool {
    text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(is_name)
}

/// The name in a text that is one insertion as the source writes it: `"${wait}"`.
fn insertion(written: &str) -> Option<&str> {
    let inside = written.strip_prefix("\"${")?.strip_suffix("}\"")?;
    is_name(inside).then_some(inside)
}

/// The value that a number, a text or a duration was probably meant to be.
fn plain_value(type_: &ScalarType, given: &Given) -> Option<String> {
    let Given::Text(text, false) = given else { return None };
    let text = text.trim();
    if let (ScalarType::Bool, Some(meant)) = (type_, truth(text)) {
        return Some(meant.to_owned());
    }
    let is_right = match type_ {
        ScalarType::Integer => is_digits(text),
        ScalarType::Duration => duration(text).is_some(),
        _ => false,
    };
    is_right.then(|| text.to_owned())
}

/// The language's word for what others call true and false.
fn truth(word: &str) -> Option<&'static str> {
    match word.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" => Some("true"),
        "no" | "off" | "false" => Some("false"),
        _ => None,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The milliseconds of a duration in a text.
fn duration(text: &str) -> Option<u64> {
    crate::syntax::duration(text)
}

/// Whether a text is a web address, which may have a placeholder for a contact field after its host.
fn is_url(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && !text.contains(char::is_whitespace)
}

/// Whether a text is a phone number in E.164: `+` and up to 15 digits, the country's first.
fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').filter(|digits| is_digits(digits) && !digits.starts_with('0'));
    digits.is_some_and(|digits| (7..=15).contains(&digits.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_web_addresses_from_other_texts() {
        for text in ["https://a.example", "http://a.example/x?y={z}", "https://a.example:8080/#b"] {
            assert!(is_url(text), "{text}");
        }
        for text in ["", "a.example", "ftp://a.example", "https://", "https:///x", "https://a b.example"] {
            assert!(!is_url(text), "{text}");
        }
    }

    #[test]
    fn tells_phone_numbers_from_other_texts() {
        for text in ["+12025550100", "+442079460000", "+4930123456"] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["", "12025550100", "+1 202 555 0100", "+0123456789", "+1234567890123456", "+1-202"] {
            assert!(!is_phone(text), "{text}");
        }
        let meant = meant_text(&ScalarType::Phone, "+1 (202) 555-0100");
        assert_eq!(meant.as_deref(), Some("+12025550100"));
        assert_eq!(meant_text(&ScalarType::Phone, "202 555 0100"), None);
        assert_eq!(meant_text(&ScalarType::Phone, "0044 20 7946 0000").as_deref(), Some("+442079460000"));
        assert_eq!(meant_text(&ScalarType::Phone, "1 202 555 0100"), None);
    }

    #[test]
    fn knows_the_language_that_was_meant() {
        assert_eq!(meant_text(&ScalarType::Language, "en_US").as_deref(), Some("en-US"));
        assert_eq!(meant_text(&ScalarType::Language, "Spanish").as_deref(), Some("es"));
        assert_eq!(meant_text(&ScalarType::Language, "en US"), None);
    }
}
