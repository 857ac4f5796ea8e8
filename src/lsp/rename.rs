//! A new name for something, wherever it is named, across includes.

use std::path::PathBuf;

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameParams,
    TextDocumentPositionParams, WorkspaceEdit,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::Analysis;
use super::edits::Edits;
use super::server::Refusal;
use super::session::Session;
use crate::diagnostics::{Severity, quote};
use crate::flow::display_id;
use crate::resolve::{Named, Use};
use crate::source::Span;
use crate::syntax::text::{is_name, name};

/// What would be renamed, and what it is called now.
pub fn prepare(
    session: &mut Session<'_>,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Refusal> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(named) = flow.uses_at(file, offset).first() else { return Ok(None) };
    let declared = own_name(flow, named)?;
    // Of `es.menu` what is declared in the included file.
    let written = flow.written(named.span);
    let span = match written.len().checked_sub(declared.len()) {
        Some(prefix) if written.ends_with(&declared) => {
            Span::new(file, named.span.range().start + prefix, named.span.range().end)
        }
        _ => named.span,
    };
    let placeholder = PrepareRenamePlaceholder { range: flow.range(span), placeholder: declared };
    Ok(Some(PrepareRenameResult::PrepareRenamePlaceholder(placeholder)))
}

/// The edits that give what is named at a place a new name.
pub fn rename(session: &mut Session<'_>, params: RenameParams) -> Result<Option<WorkspaceEdit>, Refusal> {
    let at = params.text_document_position_params;
    let Some(renaming) = Renaming::of(session, &at, &params.new_name)? else { return Ok(None) };
    renaming.check(session)?;
    Ok(Some(renaming.edits.for_client(session)))
}

/// A renaming in every flow that the file belongs to.
#[derive(Default)]
struct Renaming {
    edits: Edits,
    /// The pieces of each file that are replaced, and with what.
    pieces: FxHashMap<PathBuf, Vec<(Span, String)>>,
    /// The files' texts before.
    texts: FxHashMap<PathBuf, String>,
    /// The flows before.
    before: Vec<Before>,
}

/// What a flow was like before.
struct Before {
    root: PathBuf,
    errors: Vec<String>,
    meanings: Vec<usize>,
}

impl Renaming {
    fn of(
        session: &mut Session<'_>,
        at: &TextDocumentPositionParams,
        new: &str,
    ) -> Result<Option<Self>, Refusal> {
        let mut renaming = Self::default();
        for (flow, file, offset) in session.places(&at.text_document.uri, at.position) {
            let declared: FxHashSet<(Span, Named)> =
                flow.uses_at(file, offset).iter().map(|one| (one.declared, one.named)).collect();
            for (declared, named) in declared {
                renaming.add(flow, &Use { span: declared, declared, named }, new)?;
            }
            let errors = errors(flow).map(|(_, message)| message.to_owned()).collect();
            renaming.before.push(Before { root: flow.root.clone(), errors, meanings: meanings(flow) });
        }
        Ok((!renaming.edits.is_empty()).then_some(renaming))
    }

    fn add(&mut self, flow: &Analysis, declared: &Use, new: &str) -> Result<(), Refusal> {
        let old = own_name(flow, declared)?;
        let old = name(&old).into_owned();
        let new = name(new);
        if new.is_empty() || (declared.named != Named::Node && !is_name(&new)) {
            let rule = "a name has letters, digits and `_`, with single `-` or `.` between them";
            return Err(format!("{} is not a name: {rule}", quote(&new)));
        }
        for one in flow.uses_of(declared.declared) {
            let written = name(flow.written(one.span)).into_owned();
            let Some(prefix) = written.strip_suffix(&old) else { continue };
            let text = display_id(&format!("{prefix}{new}"));
            self.edits.add(flow, one.span, &text);
            if let Some(path) = flow.path(one.span.file) {
                self.texts.entry(path.clone()).or_insert_with(|| flow.text(one.span.file).to_owned());
                self.pieces.entry(path.clone()).or_default().push((one.span, text));
            }
        }
        Ok(())
    }

    /// Whether every flow is as it was but for the name: the same names mean the same things, and
    /// no error has come.
    fn check(&self, session: &Session<'_>) -> Result<(), Refusal> {
        let mut instead = FxHashMap::default();
        for (path, pieces) in &self.pieces {
            let mut text = self.texts.get(path).cloned().unwrap_or_default();
            let mut pieces: Vec<_> = pieces.iter().map(|(span, text)| (span.start, span.end, text)).collect();
            pieces.sort();
            pieces.dedup();
            for (start, end, new) in pieces.into_iter().rev() {
                text.replace_range(start as usize..end as usize, new);
            }
            instead.insert(path.clone(), text);
        }
        let roots: Vec<PathBuf> = self.before.iter().map(|before| before.root.clone()).collect();
        let after = session.workspace.with_instead(&roots, &instead);
        for (before, flow) in self.before.iter().zip(&after) {
            if errors(flow).count() > before.errors.len() {
                // What the code with the lowest number says is nearest to the cause.
                let is_new = |one: &(&str, &str)| before.errors.iter().all(|known| known != one.1);
                let new =
                    errors(flow).filter(is_new).min_by_key(|(code, _)| *code).map(|(_, message)| message);
                return Err(format!("not renamed: {}", new.unwrap_or("the flow would have more errors")));
            }
            if meanings(flow) != before.meanings {
                return Err("not renamed: another name would change its meaning".to_owned());
            }
        }
        Ok(())
    }
}

/// The name as its declaration writes it, if that is in a file that can be changed.
fn own_name(flow: &Analysis, of: &Use) -> Result<String, Refusal> {
    let declaration = flow.uses_of(of.declared).find(|one| match of.named {
        // A rule is known by its whole line; its name stands in it.
        Named::Rule => {
            one.span.file == of.declared.file
                && one.span.start >= of.declared.start
                && one.span.end <= of.declared.end
        }
        _ => one.span == one.declared,
    });
    let Some(declaration) = declaration.filter(|one| flow.path(one.span.file).is_some()) else {
        return Err("this comes with the compiler and keeps its name".to_owned());
    };
    Ok(flow.written(declaration.span).to_owned())
}

/// The errors: code and message.
fn errors(flow: &Analysis) -> impl Iterator<Item = (&str, &str)> {
    let errors = flow.findings().filter(|one| one.severity == Severity::Error);
    errors.map(|one| (one.code.id, one.message.as_str()))
}

/// Which names mean the same, whatever they are called: for each name in order the number of the
/// first that means what it means.
fn meanings(flow: &Analysis) -> Vec<usize> {
    let mut first: FxHashMap<Span, usize> = FxHashMap::default();
    // What is declared at a place is at another once names before it are longer; its rank stays.
    let numbered = flow.compiled.uses.iter().enumerate();
    numbered.map(|(number, one)| *first.entry(one.declared).or_insert(number)).collect()
}
