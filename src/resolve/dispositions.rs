//! The words by which calls are reported. The whole flow has one list of them: a library declares what it gives, so that
//! it can be checked alone, and the same word in another file is the same disposition.

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{UNKNOWN_DISPOSITION, UNKNOWN_NAME};
use super::{DeclRef, NameTarget, Resolver};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{DeclaredName, Disposition, DispositionId, GivenDisposition};
use crate::source::{FileId, Span};
use crate::syntax::ast::{self, Declaration, Item, Name, OptionKind};
use crate::syntax::place::declare_below;
use crate::table::Id;

/// How many names a fix declares, and how many declared ones an unknown name is compared with.
const MOST: usize = 1000;

/// The dispositions by name.
#[derive(Default)]
pub(super) struct Dispositions {
    declared: FxHashMap<Box<str>, DispositionId>,
    /// Those that nothing declares, each with the places where it is given.
    unknown: FxHashMap<Box<str>, DispositionId>,
    /// The names that nothing declares, in order, with repetitions.
    given_unknown: Vec<Name>,
    /// Those that a node or a transition gives.
    given: FxHashSet<DispositionId>,
    /// Whether a broken line may declare any.
    are_lost: bool,
}

impl Resolver<'_> {
    /// Registers the names that every `dispositions` declares.
    pub(super) fn declare_dispositions(&mut self, decls: &[DeclRef]) {
        let mut of_file: FxHashMap<(FileId, Box<str>), Span> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Dispositions(names) = &item.declaration else { continue };
            self.dispositions.are_lost |= names.is_empty();
            for &name in names {
                let text: Box<str> = self.name(name).as_ref().into();
                let in_file = *of_file.entry((name.span.file, text.clone())).or_insert(name.span);
                // Another instance of the file declares it at the same place.
                if in_file != name.span {
                    self.report_duplicate("disposition", name, in_file);
                    continue;
                }
                let first = match self.dispositions.declared.get(&text) {
                    Some(&known) => self.flow.dispositions[known].span,
                    None => {
                        let row = Disposition {
                            name: text.clone(),
                            span: name.span,
                            declared: true,
                            doc: item.doc,
                        };
                        let id = self.flow.dispositions.push(row);
                        self.dispositions.declared.insert(text, id);
                        name.span
                    }
                };
                self.record_use(NameTarget::Disposition, name.span, first);
            }
        }
    }

    /// The disposition that a node's header gives. A second one is reported elsewhere.
    pub(super) fn disposition_of(&mut self, options: &[ast::Opt]) -> Option<GivenDisposition> {
        let mut names = options.iter().filter_map(|option| match option.kind {
            OptionKind::Disposition(name) => Some(name),
            _ => None,
        });
        let first = names.next().map(|name| self.given_disposition(name));
        names.for_each(|name| self.mark_disposition(name));
        first
    }

    /// The disposition that a step of a node gives, which is to stand in the node's header and is reported.
    pub(super) fn misplaced_disposition(&self, block: &[ast::Statement]) -> Option<GivenDisposition> {
        let steps = block.iter().filter_map(|statement| match statement {
            ast::Statement::Action(action) => Some(&action.options),
            _ => None,
        });
        let mut names = steps.flatten().filter_map(|option| match option.kind {
            OptionKind::Disposition(name) => Some(name),
            _ => None,
        });
        names.find_map(|name| {
            let id = *self.dispositions.declared.get(self.name(name).as_ref())?;
            Some(GivenDisposition { id, span: name.span })
        })
    }

    /// Reports `set disposition = "PAID"`. Returns whether it is that.
    pub(super) fn report_set_disposition(&mut self, name: Name) -> bool {
        if self.name(name) != "disposition" || self.dispositions.declared.is_empty() {
            return false;
        }
        let behind = self.text_behind(name.span).strip_prefix('=').unwrap_or_default().trim_start();
        let quoted = behind.strip_prefix('"').unwrap_or(behind);
        let end = quoted.find(|one: char| !(one.is_alphanumeric() || matches!(one, '_' | '-' | '.')));
        let value = quoted.get(..end.unwrap_or(quoted.len())).unwrap_or_default();
        let given = self.dispositions.declared.get(value).copied();
        self.dispositions.given.extend(given);
        let shown = if given.is_some() { value } else { "NAME" };
        self.diagnostics.push(
            Diagnostic::new(&UNKNOWN_NAME, name.span, "what a call is reported as is no variable")
                .here("not a variable")
                .help(format!("write `disposition {shown}` in the node's header, before its `{{`")),
        );
        true
    }

    /// Reports `with disposition = PAID`. Returns whether it is that.
    pub(super) fn report_disposition_as_field(&mut self, written: &ast::Field) -> bool {
        let given = match written.value {
            ast::FieldValue::Scalar(ast::Scalar::Name(given)) => given,
            _ => return false,
        };
        let is_it = self.name(written.name) == "disposition"
            && self.dispositions.declared.contains_key(self.name(given).as_ref());
        if is_it {
            self.mark_disposition(given);
            self.diagnostics.push(
                Diagnostic::new(
                    &super::codes::FIELD,
                    written.name.span,
                    "what a call is reported as is no field",
                )
                .here("not a field")
                .help(format!("write `disposition {}` before `with`", self.name(given))),
            );
        }
        is_it
    }

    /// Whether a name stands where `set disposition = PAID` has its value, which is reported.
    pub(super) fn is_set_as_disposition(&self, name: Name) -> bool {
        let text = self.sources.get(name.span.file).text();
        let before = text.get(..name.span.range().start).unwrap_or_default().trim_end();
        let before = before.strip_suffix('=').unwrap_or_default().trim_end();
        let is_set =
            before.strip_suffix("disposition").is_some_and(|before| before.trim_end().ends_with("set"));
        is_set && self.dispositions.declared.contains_key(self.name(name).as_ref())
    }

    /// The disposition that a transition gives. A second one is reported elsewhere.
    pub(super) fn disposition_on(&mut self, written: &[ast::Disposition]) -> Option<DispositionId> {
        let (first, others) = written.split_first()?;
        others.iter().for_each(|other| self.mark_disposition(other.name));
        Some(self.given_disposition(first.name).id)
    }

    /// Marks a disposition as given that stands where it has no effect, which is reported.
    pub(super) fn mark_disposition(&mut self, name: Name) {
        if let Some(&id) = self.dispositions.declared.get(self.name(name).as_ref()) {
            self.dispositions.given.insert(id);
            self.record_use(NameTarget::Disposition, name.span, self.flow.dispositions[id].span);
        }
    }

    fn given_disposition(&mut self, name: Name) -> GivenDisposition {
        let given = self.named_disposition(name);
        self.dispositions.given.insert(given.id);
        given
    }

    /// The disposition of a name. One that nothing declares is reported later, and is one of its own until then.
    pub(super) fn named_disposition(&mut self, name: Name) -> GivenDisposition {
        let text = self.name(name);
        if let Some(&id) = self.dispositions.declared.get(text.as_ref()) {
            self.record_use(NameTarget::Disposition, name.span, self.flow.dispositions[id].span);
            return GivenDisposition { id, span: name.span };
        }
        self.dispositions.given_unknown.push(name);
        let known = self.dispositions.unknown.get(text.as_ref()).copied();
        let id = known.unwrap_or_else(|| {
            let text: Box<str> = text.as_ref().into();
            let row = Disposition { name: text.clone(), span: name.span, declared: false, doc: None };
            let id = self.flow.dispositions.push(row);
            self.dispositions.unknown.insert(text, id);
            id
        });
        GivenDisposition { id, span: name.span }
    }

    /// Records a name in a rule, which may not be declared in this flow.
    pub(super) fn record_disposition_use(&mut self, name: Name) {
        if let Some(&id) = self.dispositions.declared.get(self.name(name).as_ref()) {
            self.record_use(NameTarget::Disposition, name.span, self.flow.dispositions[id].span);
        }
    }

    /// Reports the names that nothing declares.
    pub(super) fn report_unknown_dispositions(&mut self) {
        let unknown = std::mem::take(&mut self.dispositions.given_unknown);
        // Another file, or a line that cannot be read, may declare them.
        if unknown.is_empty() || self.lost_include.may_declare_kinds() || self.dispositions.are_lost {
            return;
        }
        if self.dispositions.declared.is_empty() {
            self.report_undeclared_dispositions(&unknown);
            return;
        }
        let mut declared: Vec<&str> = self.dispositions.declared.keys().map(|name| &**name).collect();
        declared.sort_unstable();
        declared.truncate(MOST);
        let (mut findings, mut meant): (Vec<Diagnostic>, Vec<DispositionId>) = (Vec::new(), Vec::new());
        for name in unknown {
            let text = self.name(name);
            let near = nearest(&text, declared.iter().copied());
            // It was meant, so it is not unused.
            match near {
                Some(near) => meant.extend(self.dispositions.declared.get(near)),
                // Any may be meant.
                None => meant.extend(self.dispositions.declared.values()),
            }
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("declare it, as in `dispositions {text}`, or write one that is declared"),
            };
            findings.push(
                Diagnostic::new(
                    &UNKNOWN_DISPOSITION,
                    name.span,
                    format!("there is no disposition {}", quote(&text)),
                )
                .here("not declared")
                .help(help)
                .fix(near.map(|near| Fix::write(name.span, near))),
            );
        }
        findings.into_iter().for_each(|finding| self.diagnostics.push(finding));
        self.dispositions.given.extend(meant);
    }

    /// Reports that nothing is declared, once for all names.
    fn report_undeclared_dispositions(&mut self, unknown: &[Name]) {
        let Some((first, others)) = unknown.split_first() else { return };
        let mut names: Vec<&str> = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for name in unknown {
            let text = self.sources.text(name.span);
            if names.len() < MOST && seen.insert(text) {
                names.push(text);
            }
        }
        let line = format!("dispositions {}", names.join(", "));
        let fix = self.declared_dispositions(&line, first.span.file);
        // Instances of one file repeat the same places.
        let mut passed: FxHashSet<Span> = [first.span].into_iter().collect();
        let places = others.iter().map(|name| name.span).filter(|span| passed.insert(*span));
        let places: Vec<Span> = places.collect();
        let text = self.sources.text(first.span);
        self.diagnostics.push(
            Diagnostic::new(
                &UNKNOWN_DISPOSITION,
                first.span,
                format!("the flow declares no dispositions, and a call is to be reported as {}", quote(text)),
            )
            .here("not declared")
            .label_each(&places, 5, "nor is this")
            .help(format!("declare what calls are reported as, as in `{line}`"))
            .fix(fix),
        );
    }

    /// A fix that declares dispositions below the last value of a file, or else below its head.
    fn declared_dispositions(&self, line: &str, file: FileId) -> Option<Fix> {
        let (_, ast) = self.files.iter().find(|(id, _)| *id == file)?;
        let is_value = |item: &Item| {
            matches!(
                item.declaration,
                Declaration::Let(_)
                    | Declaration::Param(_)
                    | Declaration::Contact(_)
                    | Declaration::Var(_)
                    | Declaration::Flow(_)
                    | Declaration::Description(_)
                    | Declaration::Entry(_)
                    | Declaration::Exit(_)
                    | Declaration::Include(_)
            )
        };
        let below = ast.items.iter().rposition(is_value)?;
        declare_below(format!("Write `{line}`"), self.sources, ast, below, line)
    }

    /// The declared ones of the root file, for the rule about unused names.
    pub(super) fn declared_disposition_names(&self) -> Vec<DeclaredName> {
        let is_own = |row: &Disposition| row.declared && row.span.file.index() == 0;
        let rows = self.flow.dispositions.iter().filter(|(_, row)| is_own(row));
        rows.map(|(id, row)| DeclaredName {
            what: "disposition",
            span: row.span,
            used: self.dispositions.given.contains(&id),
        })
        .collect()
    }
}
