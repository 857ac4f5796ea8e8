//! Lets, params and contact fields, and the texts that insert them.

use super::{Placed, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Severity, quote};
use crate::flow::{self, Tag};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Name, Number, OptionKind, Value};
use crate::syntax::codes::TOO_LARGE;
use crate::syntax::text::{Bad, Piece, pieces};
use crate::table::{Table, id};

/// The longest text after its insertions, in bytes: far more than anybody listens to.
pub const MAX_TEXT: usize = 1 << 20;
/// How much insertions may add to all texts of a flow together, in bytes.
pub const MAX_INSERTED: usize = 64 << 20;

id! {
    /// A let, a param or a contact field.
    ValueId
}

/// A declared value.
pub struct ValueDef {
    pub what: What,
    pub name: Name,
    pub used: bool,
    pub known: Option<Known>,
}

/// What kind of value.
pub enum What {
    /// A constant, or a param's value as the source has it: the expression, and whose names it means.
    Written(&'static str, Value, ScopeId),
    /// A param's value from outside: as it is.
    Set(String),
    /// A field of the contact's record, with its tags.
    Contact(Vec<Tag>),
    /// Broken or unset: a hole, which has its own finding.
    Hole(&'static str),
}

/// What a value turned out to be.
#[derive(Clone)]
pub enum Known {
    /// A text, and the contact fields in it.
    Text(String, Vec<ValueId>),
    /// Not known, which has its own finding.
    Hole,
}

impl ValueDef {
    /// The keyword that declares it.
    pub fn word(&self) -> &'static str {
        match &self.what {
            What::Written(word, ..) | What::Hole(word) => word,
            What::Set(_) => "param",
            What::Contact(_) => "contact",
        }
    }
}

/// A text, evaluated.
pub struct Evaluated {
    pub text: flow::Text,
    /// The tags of the contact fields that it speaks.
    pub tags: Vec<Tag>,
}

impl<'a> Resolver<'a> {
    /// Declares a `let`, `param` or `contact`.
    pub(super) fn declare_value(&mut self, placed: Placed, declaration: &'a Declaration) {
        let scope = placed.scope;
        let (name, what) = match declaration {
            Declaration::Let(binding) => {
                (binding.name, binding.value.map_or(What::Hole("let"), |value| What::Written("let", value, scope)))
            }
            Declaration::Param(param) => (param.name, self.param(scope, param)),
            Declaration::Contact(contact) => (contact.name, What::Contact(self.contact_tags(contact))),
            _ => return,
        };
        let known = self.scopes[scope].values.get(self.name(name).as_ref()).copied();
        // Of two of one name the first counts; the second is no unused one as well.
        let id = self.values.push(ValueDef { what, name, used: known.is_some(), known: None });
        match known {
            Some(first) => self.report_duplicate(self.values[id].word(), name, self.values[first].name.span),
            None => {
                let text = self.name(name);
                self.scopes[scope].values.insert(text.as_ref().into(), id);
            }
        }
    }

    fn param(&mut self, scope: ScopeId, param: &ast::Param) -> What {
        if let Some((value, outer)) = self.with_value(scope, param.name) {
            return What::Written("param", value, outer);
        }
        let name = format!("{}{}", self.scopes[scope].prefix, self.name(param.name));
        if let Some(value) = self.settings.params.get(&name) {
            return What::Set(value.clone());
        }
        match param.default {
            Some(default) => What::Written("param", default, scope),
            None => {
                if !param.broken {
                    self.report_unset(scope, param.name, &name);
                }
                What::Hole("param")
            }
        }
    }

    fn report_unset(&mut self, scope: ScopeId, written: Name, name: &str) {
        let instance = self.scopes[scope].include.and_then(|include| self.item(include));
        let severity = if self.settings.params_required { Severity::Error } else { Severity::Warning };
        let help = match instance {
            Some(_) => format!("set it where the file is included, `with {} = \"VALUE\"`, or from outside as `{name}`, with `--set` or in `cxflow.toml`", self.name(written)),
            None => format!("give `--set {name}=VALUE`, `--env NAME` with a `params` entry in `cxflow.toml`, or a default: `param {name} = \"VALUE\"`"),
        };
        let mut diagnostic = Diagnostic::new(&codes::UNSET_PARAM, written.span, format!("the param {} is not set", quote(name)))
            .here("no default, and no value from outside")
            .severity(severity)
            .help(help);
        if let Some(include) = instance {
            diagnostic = diagnostic.label(include.span, "in this instance");
        }
        self.diagnostics.push(diagnostic);
    }

    /// The value that an instance's `with` gives a param, and whose names it means.
    fn with_value(&self, scope: ScopeId, param: Name) -> Option<(Value, ScopeId)> {
        let scope = &self.scopes[scope];
        let Declaration::Include(include) = &self.item(scope.include?)?.declaration else { return None };
        let wanted = self.name(param);
        let binding = include.with.iter().find(|binding| self.name(binding.name) == wanted)?;
        Some((binding.value?, scope.parent?))
    }

    /// Reports what an instance's `with` sets that is no param of the file, or sets twice.
    pub(super) fn check_with(&mut self) {
        for scope in self.scopes.ids() {
            let Some(include) = self.scopes[scope].include.and_then(|placed| self.item(placed)) else { continue };
            let Declaration::Include(include) = &include.declaration else { continue };
            for (index, binding) in include.with.iter().enumerate() {
                let name = self.name(binding.name);
                let earlier = include.with.iter().take(index).find(|earlier| self.name(earlier.name) == name);
                if let Some(earlier) = earlier {
                    self.report_set_twice(&name, binding.name.span, earlier.name.span);
                }
                let known = self.scopes[scope].values.get(name.as_ref()).map(|&id| self.values[id].word());
                if known == Some("param") {
                    continue;
                }
                let params: Vec<String> = self.scopes[scope].values.iter().filter(|&(_, &id)| self.values[id].word() == "param").map(|(name, _)| name.to_string()).collect();
                let mut params: Vec<&str> = params.iter().map(String::as_str).collect();
                params.sort_unstable();
                let near = self.nearest(&name, &params);
                let help = match (near, params.is_empty()) {
                    (Some(near), _) => format!("did you mean `{near}`?"),
                    (None, true) => "the file declares no param".to_owned(),
                    (None, false) => format!("its params are {}", params.join(", ")),
                };
                self.diagnostics.push(
                    Diagnostic::new(&codes::UNKNOWN_NAME, binding.name.span, format!("the included file has no param {}", quote(&name)))
                        .here("no such param")
                        .help(help),
                );
            }
        }
    }

    fn contact_tags(&mut self, contact: &ast::Contact) -> Vec<Tag> {
        let mut lasts: Option<Span> = None;
        let mut tags = Vec::new();
        for option in &contact.options {
            match option.kind {
                OptionKind::Lasts(_) => match lasts {
                    Some(first) => self.report_set_twice("lasts", option.span, first),
                    None => lasts = Some(option.span),
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

    fn lookup(&self, scope: ScopeId, name: &str) -> Option<ValueId> {
        let mut scope = Some(scope);
        while let Some(id) = scope {
            if let Some(&value) = self.scopes[id].values.get(name) {
                return Some(value);
            }
            scope = self.scopes[id].parent;
        }
        None
    }

    /// Evaluates every declared value, each after those that it inserts, without recursion.
    pub(super) fn evaluate_values(&mut self) {
        self.check_with();
        let mut open: Table<ValueId, bool> = Table::filled(false, self.values.len());
        // The values being evaluated, each inserted by the one before it.
        let mut path: Vec<ValueId> = Vec::new();
        for first in self.values.ids() {
            let mut stack = vec![first];
            while let Some(&id) = stack.last() {
                if self.values[id].known.is_none() {
                    let missing: Vec<ValueId> =
                        self.inserted(id).into_iter().filter(|&one| self.values[one].known.is_none()).collect();
                    if !missing.is_empty() {
                        if !open[id] {
                            open[id] = true;
                            path.push(id);
                        }
                        match missing.iter().find(|&&one| open[one]).and_then(|one| path.iter().position(|inserting| inserting == one)) {
                            Some(start) => self.report_value_circle(path.get(start..).unwrap_or_default()),
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
        let What::Written(_, Value::Text(text), scope) = self.values[id].what else { return Vec::new() };
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

    fn report_value_circle(&mut self, circle: &[ValueId]) {
        for &id in circle {
            self.values[id].known = Some(Known::Hole);
            self.values[id].used = true;
        }
        let Some(&first) = circle.iter().min_by_key(|&&id| self.values[id].name.span) else { return };
        let at = circle.iter().position(|&id| id == first).unwrap_or_default();
        let in_order: Vec<ValueId> = circle.iter().cycle().skip(at).take(circle.len()).copied().collect();
        let shown = |id: &ValueId| self.name(self.values[*id].name).into_owned();
        let mut path: Vec<String> = in_order.iter().take(20).map(shown).collect();
        if in_order.len() > 20 {
            path.push("…".to_owned());
        }
        path.push(shown(&first));
        let others: Vec<Span> = in_order.iter().skip(1).map(|&id| self.values[id].name.span).collect();
        let diagnostic = Diagnostic::new(&codes::CIRCULAR_DEFINITION, self.values[first].name.span, format!("{} is made of itself: {}", quote(&shown(&first)), path.join(" -> ")))
            .here("defined by what it defines")
            .label_each(&others, 5, "also in the circle")
            .help(if others.is_empty() { "give it a text that does not insert it" } else { "give one of them a text that does not insert another" });
        self.diagnostics.push(diagnostic);
    }

    fn evaluate_value(&mut self, id: ValueId) -> Known {
        match &self.values[id].what {
            What::Hole(_) => Known::Hole,
            What::Set(text) => Known::Text(text.clone(), Vec::new()),
            What::Contact(_) => {
                let name = self.name(self.values[id].name);
                Known::Text(format!("{{{name}}}"), vec![id])
            }
            What::Written(_, Value::Integer(span), _) => Known::Text(self.sources.text(*span).to_owned(), Vec::new()),
            What::Written(_, Value::Text(text), scope) => self.evaluate(*scope, *text),
        }
    }

    /// The text of a string after its insertions.
    pub(super) fn text(&mut self, scope: ScopeId, text: ast::Text) -> Evaluated {
        let span = text.span;
        if text.plain {
            let written = self.sources.text(span);
            let value = written.get(1..written.len().saturating_sub(1)).map(Into::into);
            return Evaluated { text: flow::Text { value, span, placeholders: false }, tags: Vec::new() };
        }
        match self.evaluate(scope, text) {
            Known::Hole => Evaluated { text: flow::Text { value: None, span, placeholders: false }, tags: Vec::new() },
            Known::Text(value, contacts) => {
                let mut tags: Vec<Tag> = Vec::new();
                for &contact in &contacts {
                    if let What::Contact(of_contact) = &self.values[contact].what {
                        tags.extend(of_contact.iter().cloned());
                    }
                }
                let text = flow::Text { value: Some(value.into()), span, placeholders: !contacts.is_empty() };
                Evaluated { text, tags }
            }
        }
    }

    fn evaluate(&mut self, scope: ScopeId, text: ast::Text) -> Known {
        let literal = self.sources.text(text.span);
        let start = text.span.range().start;
        let mut out = String::new();
        let mut contacts: Vec<ValueId> = Vec::new();
        let mut hole = false;
        let mut open: Vec<usize> = Vec::new();
        let mut inserts: Vec<(usize, &str, std::ops::Range<usize>)> = Vec::new();
        pieces(literal, |piece| match piece {
            Piece::Plain(text) => out.push_str(text),
            Piece::Escaped(character) => out.push(character),
            Piece::Insert(name, range) => inserts.push((out.len(), name, range)),
            Piece::Bad(bad, range) => {
                hole = true;
                open.extend((bad == Bad::OpenInsert).then_some(range.end));
            }
        });
        // `${brand, and so on`: what it begins with was to be used.
        for at in open {
            let rest = literal.get(at..).unwrap_or_default();
            let name = rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
            if let Some(id) = self.lookup(scope, name) {
                self.values[id].used = true;
            }
        }
        let plain = std::mem::take(&mut out);
        let mut done = 0;
        for (at, name, range) in inserts {
            out.push_str(plain.get(done..at).unwrap_or_default());
            done = at;
            let Some(id) = self.lookup(scope, name) else {
                let span = Span::new(text.span.file, start + range.start, start + range.end);
                self.report_unknown_value(scope, name, span);
                hole = true;
                continue;
            };
            self.values[id].used = true;
            match &self.values[id].known {
                Some(Known::Text(value, inner)) => {
                    let left = self.text_budget.checked_sub(value.len());
                    if left.is_none() || out.len() + value.len() > MAX_TEXT {
                        self.report_too_long(text.span);
                        return Known::Hole;
                    }
                    self.text_budget = left.unwrap_or_default();
                    out.push_str(value);
                    contacts.extend(inner.iter().filter(|id| !contacts.contains(id)).copied().collect::<Vec<_>>());
                }
                _ => hole = true,
            }
        }
        out.push_str(plain.get(done..).unwrap_or_default());
        if hole { Known::Hole } else { Known::Text(out, contacts) }
    }

    fn report_too_long(&mut self, span: Span) {
        let diagnostic = Diagnostic::new(&TOO_LARGE, span, "the insertions make more text than a flow can hold")
            .here(format!("over {} MiB after its insertions, or {} MiB with all the others", MAX_TEXT >> 20, MAX_INSERTED >> 20))
            .help("insert fewer or shorter texts");
        self.diagnostics.push(diagnostic);
    }

    fn report_unknown_value(&mut self, scope: ScopeId, name: &str, span: Span) {
        if self.lost_include.plain {
            return;
        }
        let mut names: Vec<String> = Vec::new();
        let mut next = Some(scope);
        while let Some(id) = next {
            names.extend(self.scopes[id].values.keys().map(|name| name.to_string()));
            next = self.scopes[id].parent;
        }
        names.sort_unstable();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let help = match self.nearest(name, &names) {
            Some(near) => {
                // Which is then no unused one.
                if let Some(id) = self.lookup(scope, &near) {
                    self.values[id].used = true;
                }
                format!("did you mean `{near}`?")
            }
            None => format!("declare it, as in `let {name} = \"…\"`, `param {name}` or `contact {name}`"),
        };
        self.diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_NAME, span, format!("there is no let, param or contact {}", quote(name)))
                .here("not declared")
                .help(help),
        );
    }

    /// A number, or a name that stands for one.
    pub(super) fn number(&mut self, scope: ScopeId, number: Number) -> Option<u32> {
        let (span, text, declared) = match number {
            Number::Integer(span) => (span, self.sources.text(span).to_owned(), None),
            Number::Other(span) => {
                let written = self.sources.text(span);
                let digits = written.trim_matches('"');
                let help = if digits.len() < 10 && digits.parse::<u32>().is_ok() { format!("write {digits} without quotes") } else { "write a whole number, such as 2".to_owned() };
                self.diagnostics.push(
                    Diagnostic::new(&codes::NOT_AN_INTEGER, span, format!("{} is no whole number", quote(written)))
                        .here("a number is due here")
                        .help(help),
                );
                return None;
            }
            Number::Name(name) => {
                let written = self.name(name);
                let Some(id) = self.lookup(scope, &written) else {
                    self.report_unknown_value(scope, &written, name.span);
                    return None;
                };
                self.values[id].used = true;
                let Some(Known::Text(text, _)) = self.values[id].known.clone() else { return None };
                (name.span, text, Some(id))
            }
        };
        if let Ok(number) = text.trim().parse() {
            return Some(number);
        }
        let too_large = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
        let mut diagnostic = match declared {
            _ if too_large => Diagnostic::new(&codes::NOT_AN_INTEGER, span, format!("{} is larger than any number of retries", quote(&text))).help(format!("write a number up to {}", u32::MAX)),
            Some(id) if matches!(self.values[id].what, What::Contact(_)) => {
                Diagnostic::new(&codes::NOT_AN_INTEGER, span, "a contact field is known during the call only")
                    .help("use a number, a let or a param")
            }
            _ => Diagnostic::new(&codes::NOT_AN_INTEGER, span, format!("{} is {}, no whole number", quote(self.sources.text(span)), quote(&text)))
                .help("give it a whole number, such as 2"),
        };
        diagnostic = diagnostic.here("a number is due here");
        if let Some(id) = declared {
            diagnostic = diagnostic.label(self.values[id].name.span, "declared here");
        }
        self.diagnostics.push(diagnostic);
        None
    }
}
