//! Declared kinds: their words before the nodes are known, their types, fields and outcomes after the values are.

use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::codes::KIND_DECLARATION;
use super::{DeclRef, NameTarget, Resolver, ScopeId};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic, Fix, list_of, quote};
use crate::flow::{
    DeclaredField, DeclaredKind, DeclaredName, FieldType, Kind, KindId, Outcome, PARTS_OF_ACTIONS, ScalarType,
};
use crate::source::Span;
use crate::spelling::is_blank;
use crate::syntax::ast::{self, Declaration, FieldTypeName, Name};
use crate::syntax::words::{DECLARATIONS, EXPECTS, FORMS, STATEMENTS};
use crate::table::{Id, Table};

impl Resolver<'_> {
    /// Registers the words of the declared kinds, and the words of their outcomes.
    pub(super) fn declare_kinds(&mut self, decls: &[DeclRef]) {
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Kind(kind) = &item.declaration else { continue };
            let word = self.name(kind.name);
            // The instances of a file share its kinds.
            let known = self.kinds.get(word.as_ref()).copied();
            if known.is_some_and(|known| self.flow.kinds[known].span == kind.name.span) {
                continue;
            }
            let row = DeclaredKind {
                word: word.as_ref().into(),
                type_: None,
                ends_call: kind.ends,
                taken_for: None,
                fields: Vec::new(),
                outcomes: Vec::new(),
                broken: kind.broken,
                span: kind.name.span,
                doc: item.doc,
            };
            self.flow.lacks_kinds |= kind.broken;
            let id = self.flow.kinds.push(row);
            self.record_use(NameTarget::Kind, kind.name.span, kind.name.span);
            match known {
                Some(first) => {
                    // Nodes may be meant for either.
                    self.flow.kinds[first].broken = true;
                    self.flow.kinds[id].broken = true;
                    let first = self.flow.kinds[first].span;
                    self.report_second_kind(kind.name, first);
                }
                None => {
                    self.kinds.insert(word.as_ref().into(), id);
                    if !self.report_hidden(kind.name) && kind.name.span.file.index() == 0 {
                        self.unused_kinds.insert(id);
                    }
                }
            }
            for outcome in &kind.outcomes {
                let outcome = self.name(*outcome);
                self.conditions.declare(&outcome);
            }
        }
    }

    /// Reports a kind that is declared twice. One that a library has, too, is reported where the flow declares it.
    fn report_second_kind(&mut self, second: Name, first: Span) {
        if first.file == second.span.file {
            return self.report_duplicate("kind", second, first);
        }
        let is_foreign = |span: Span| span.file.index() != 0;
        let (own, other) = if is_foreign(second.span) && !is_foreign(first) {
            (first, second.span)
        } else {
            (second.span, first)
        };
        let word = self.name(second);
        let path = self.sources.get(other.file).path();
        let library = path.file_stem().unwrap_or_default().to_string_lossy();
        self.diagnostics.push(
            Diagnostic::new(
                &super::codes::DUPLICATE,
                own,
                format!("the kind {} is declared here and in {}", quote(&word), quote(&library)),
            )
            .here("a second kind of that name")
            .label(other, "declared here, too")
            .help(format!(
                "take yours out, and its nodes are those of `{library}`; or call yours something else, such as `own_{word}`, and its nodes with it"
            )),
        );
    }

    /// Reports a kind whose word is one of the language's. Returns whether it is one.
    fn report_hidden(&mut self, name: Name) -> bool {
        let word = self.name(name);
        let what = match word.as_ref() {
            word if Kind::from_word(word).is_some() => "a kind of the language",
            word if DECLARATIONS.contains(&word) => "how a declaration begins",
            word if STATEMENTS.contains(&word) => "how a statement of a block begins",
            word if FORMS.contains(&word) || word == EXPECTS => "how a rule begins",
            "with" | "outcome" | "sets" => "how a line of a kind begins",
            "any" | "key" | "keys" => "a word of rules",
            _ => return self.report_like_built_in(name),
        };
        // Its nodes, if it has any, need the new word, too.
        let fix = (!self.may_have_nodes(&word)).then(|| Fix::write(name.span, format!("{word}_call")));
        self.diagnostics.push(
            Diagnostic::new(&KIND_DECLARATION, name.span, format!("{} is {what}", quote(&word)))
                .here("no node could be declared with it")
                .help(format!("call the kind something else, such as `{word}_call`, and its nodes with it"))
                .fix(fix),
        );
        true
    }

    /// Reports a kind whose word looks like a kind of the language: `Collect`, `c0llect`. Returns whether it does.
    fn report_like_built_in(&mut self, name: Name) -> bool {
        let word = self.name(name);
        let seen = |letter: char| match letter {
            '0' => 'o',
            '1' => 'l',
            '3' => 'e',
            '5' => 's',
            letter => letter.to_ascii_lowercase(),
        };
        let plain: String = word.chars().map(seen).collect();
        // `agents` and `agent_` differ from `agent` by a letter that nobody reads.
        let stem = plain.trim_matches('_');
        let one = stem.strip_suffix('s').and_then(Kind::from_word);
        let Some(kind) = Kind::from_word(stem).or(one) else { return false };
        let message =
            format!("{} looks like `{}`, which is a kind of the language", quote(&word), kind.word());
        self.diagnostics.push(
            Diagnostic::new(&KIND_DECLARATION, name.span, message).here("read for the other one").help(
                format!(
                    "call the kind something else, such as `{}_call`, and its nodes with it",
                    kind.word()
                ),
            ),
        );
        true
    }

    /// Whether a word of the language may have been meant for a declared kind: at nodes, or in lines that do not parse.
    fn may_have_nodes(&self, word: &str) -> bool {
        let is_of_word = |declaration: &Declaration| match declaration {
            Declaration::Node(node) => {
                matches!(node.kind, Some(ast::NodeKind::Kind(kind)) if kind.word() == word)
            }
            _ => false,
        };
        let mut files = self.files.iter();
        files.any(|(_, ast)| ast.broken || ast.items.iter().any(|item| is_of_word(&item.declaration)))
    }

    /// Fills in what the kinds are, after the values are known.
    pub(super) fn fill_kinds(&mut self, decls: &[DeclRef]) {
        let by_place: FxHashMap<Span, KindId> =
            self.flow.kinds.iter().map(|(id, kind)| (kind.span, id)).collect();
        let mut filled = Table::filled(false, self.flow.kinds.len());
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Kind(kind) = &item.declaration else { continue };
            let Some(&id) = by_place.get(&kind.name.span) else { continue };
            let is_first = !std::mem::replace(&mut filled[id], true);
            if is_first {
                self.fill_kind(decl.scope, id, kind);
            }
            self.fill_kind_sets(decl.scope, id, kind, is_first);
        }
    }

    fn fill_kind(&mut self, scope: ScopeId, id: KindId, kind: &ast::KindDeclaration) {
        let type_ = kind.type_.and_then(|type_| {
            let word = self.built_text(scope, type_, BuiltText::Type)?;
            (!self.report_type(type_.span, &word)).then_some(word)
        });
        let taken_for = kind.taken_for.and_then(|name| self.taken_for(name));
        let fields = self.declared_fields(scope, &kind.fields);
        let outcomes = self.declared_outcomes(&kind.outcomes);
        let row = &mut self.flow.kinds[id];
        // An outcome that is none may have been meant for another.
        let has_all = kind.outcomes.iter().all(|name| {
            let word = crate::syntax::text::name(self.sources.text(name.span));
            outcomes.iter().any(|(known, _)| **known == *word)
        });
        row.broken |= type_.is_none() || !has_all;
        row.type_ = type_;
        row.taken_for = taken_for;
        row.fields = fields;
        row.outcomes = outcomes;
    }

    /// Reports a type that cannot be a declared kind's. Returns whether it is one.
    fn report_type(&mut self, span: Span, word: &str) -> bool {
        let (message, help) = if is_blank(word) {
            ("the type is empty".to_owned(), "write the platform's word for such a node".to_owned())
        } else if Kind::from_word(word).is_some() {
            let message = format!("{} is a type that the language knows", quote(word));
            (message, format!("write `{word} NAME`, or `node NAME type \"{word}\"` for one without checks"))
        } else {
            return false;
        };
        self.diagnostics
            .push(Diagnostic::new(&KIND_DECLARATION, span, message).here("not a type to declare").help(help));
        true
    }

    /// The kind after `as`. Reports a word that is none.
    fn taken_for(&mut self, name: Name) -> Option<Kind> {
        let word = self.name(name);
        if let Some(kind) = Kind::from_word(&word) {
            return Some(kind);
        }
        let words = Kind::ALL.iter().map(|kind| kind.word());
        let near = nearest(&word, words.clone());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the kinds are {}", list_of(&words.collect::<Vec<_>>(), "and")),
        };
        self.diagnostics.push(
            Diagnostic::new(
                &KIND_DECLARATION,
                name.span,
                format!("{} is not a kind of the language", quote(&word)),
            )
            .here("policies cannot take it for this")
            .help(help)
            .fix(near.map(|near| Fix::write(name.span, near))),
        );
        None
    }

    fn declared_outcomes(&mut self, written: &[Name]) -> Vec<(Box<str>, Span)> {
        let mut outcomes: Vec<(Box<str>, Span)> = Vec::with_capacity(written.len());
        for &name in written {
            let word = self.name(name);
            if let Some((_, first)) = outcomes.iter().find(|(outcome, _)| **outcome == *word) {
                let first = *first;
                self.report_listed_twice("outcome", name, first);
            } else if Outcome::is_catch_all_word(&word) || word == "always" {
                self.diagnostics.push(
                    Diagnostic::new(
                        &KIND_DECLARATION,
                        name.span,
                        format!("{} is not an outcome: it would be all others", quote(&word)),
                    )
                    .here("names nothing that happens")
                    .help("take it out: a branch without a condition, `-> NODE`, takes all other outcomes")
                    .fix(
                        (written.len() > 1)
                            .then(|| Fix::take_from_list("Take it out", self.sources, name.span, ',')),
                    ),
                );
            } else {
                outcomes.push((word.as_ref().into(), name.span));
            }
        }
        outcomes
    }

    /// Reports an outcome or a field that a kind has twice.
    fn report_listed_twice(&mut self, what: &str, name: Name, first: Span) {
        let word = self.name(name);
        self.diagnostics.push(
            Diagnostic::new(
                &super::codes::DUPLICATE,
                name.span,
                format!("the {what} {} is declared twice", quote(&word)),
            )
            .here("declared again here")
            .label(first, "first declared here")
            .help("take one of them out"),
        );
    }

    fn declared_fields(&mut self, scope: ScopeId, written: &[ast::FieldDeclaration]) -> Vec<DeclaredField> {
        let mut fields: Vec<DeclaredField> = Vec::with_capacity(written.len());
        for field in written {
            let name = self.name(field.name);
            if let Some(first) = fields.iter().find(|other| *other.name == *name) {
                let first = first.span;
                self.report_listed_twice("field", field.name, first);
                continue;
            }
            let is_part = self.report_part_of_action(&KIND_DECLARATION, field.name, false);
            self.record_use(NameTarget::Field, field.name.span, field.name.span);
            let type_ = self.field_type(scope, &field.type_);
            let default = match (&field.default, &type_) {
                (Some(value), Some(type_)) => {
                    let is_for = super::fields::FieldUse { name: &name, declared: None, type_: Some(type_) };
                    self.field_value(scope, value, &is_for)
                }
                _ => None,
            };
            fields.push(DeclaredField {
                name: name.as_ref().into(),
                type_,
                is_required: field.default.is_none() && !is_part,
                default,
                span: field.name.span,
                doc: field.doc,
            });
        }
        fields
    }

    /// Reports a field with the name of one of an action's own parts; the language and the voice are parts of prompts.
    pub(super) fn report_part_of_action(&mut self, code: &'static Code, name: Name, is_prompt: bool) -> bool {
        let word = self.name(name);
        let is_of_speaker = is_prompt && matches!(word.as_ref(), "language" | "voice");
        if !is_of_speaker && !PARTS_OF_ACTIONS.contains(&word.as_ref()) {
            return false;
        }
        let help = match word.as_ref() {
            "directive" => "the directive is the kind's type, or the text after `action`",
            "media_url" => "write `media \"https://…\"` before `with`",
            "text" => "write `text \"TEXT\"` before `with`",
            word if word.starts_with("retry_") => "write `retry \"TEXT\"` in the block of the `collect`",
            word if word.starts_with("silence_") => "write `silence \"TEXT\"` in the block of the `collect`",
            "language" => "write `language \"es-US\"` before `with`",
            "voice" => "write `voice \"NAME\"` before `with`",
            "prompt_id" => "write `prompt \"ID\"` before `with`",
            "ssml" => "write `ssml \"<speak>TEXT</speak>\"` before `with`",
            "wait_ms" => "write `wait 5s` before `with`",
            "between_ms" => "write `between 3s` before `with`",
            "min_digits" | "max_digits" => "write `digits 6..10` before `with`",
            "end_key" => "write `digits 6..10 end \"#\"` before `with`",
            "into_variable" => "write `digits 6..10 into NAME` before `with`",
            _ => "write `retries 2` before `with`",
        };
        let of = if is_of_speaker { "prompt" } else { "action" };
        let message = format!("{} is a part of every {of}, not a field", quote(&word));
        self.diagnostics
            .push(Diagnostic::new(code, name.span, message).here("would be sent twice").help(help));
        true
    }

    /// The type of a field. Reports a word that is none.
    fn field_type(&mut self, scope: ScopeId, written: &ast::FieldType) -> Option<FieldType> {
        let is_list = written.is_list;
        let name = match &written.name {
            FieldTypeName::Word(name) => *name,
            FieldTypeName::Choice(texts) => {
                let choices = texts.iter().map(|text| self.built_text(scope, *text, BuiltText::Choice));
                let choices: Option<Vec<Box<str>>> = choices.collect();
                return Some(FieldType { is_list, scalar: ScalarType::Choice(choices?) });
            }
        };
        let word = self.name(name);
        if let Some(scalar) = ScalarType::from_word(&word) {
            return Some(FieldType { is_list, scalar });
        }
        let words = ScalarType::NAMED.iter().map(ScalarType::word);
        let near = elsewhere(&word).or_else(|| nearest(&word, words.clone()));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "the types are {}, texts as in `\"a\" | \"b\"`, and `list of` one of these",
                list_of(&words.collect::<Vec<_>>(), "and")
            ),
        };
        self.diagnostics.push(
            Diagnostic::new(
                &KIND_DECLARATION,
                name.span,
                format!("{} is not a type of a field", quote(&word)),
            )
            .here("unknown type")
            .help(help)
            .fix(near.map(|near| Fix::write(name.span, near))),
        );
        None
    }

    /// The root file's kinds that no node has.
    pub(super) fn names_of_unused_kinds(&self) -> Vec<DeclaredName> {
        let mut kinds: Vec<&KindId> = self.unused_kinds.iter().collect();
        kinds.sort_unstable();
        let name =
            |id: &&KindId| DeclaredName { what: "kind", span: self.flow.kinds[**id].span, used: false };
        kinds.iter().map(name).collect()
    }

    /// The label that names a kind's declaration.
    pub(super) fn label_of_kind(&self, id: KindId) -> (Span, String) {
        (self.flow.kinds[id].span, "declared here".to_owned())
    }
}

/// The type of a word that other languages have for it.
fn elsewhere(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "string" | "strings" | "str" | "texts" | "varchar" | "json" => "text",
        "int" | "integers" | "numbers" | "number" | "num" | "uint" | "long" | "count" => "integer",
        "boolean" | "flag" => "bool",
        "uri" | "link" | "address" | "endpoint" => "url",
        "tel" | "telephone" | "e164" | "phone_number" | "number_e164" => "phone",
        "time" | "seconds" | "milliseconds" | "timeout" | "interval" => "duration",
        "skill" | "team" | "group" => "queue",
        "locale" | "lang" => "language",
        _ => return None,
    })
}
