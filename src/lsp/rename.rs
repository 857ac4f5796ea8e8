//! Renames something wherever it is mentioned, across includes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameParams, WorkspaceEdit,
};
use rustc_hash::{FxHashMap, FxHashSet};

use super::analysis::Analysis;
use super::edits::Edits;
use super::mentions::{DeclarationSite, MentionExtent, MentionSearch};
use super::request_error::RequestError;
use super::session::Session;
use crate::bundled;
use crate::diagnostics::{list_of, quote};
use crate::resolve::{NameTarget, Use};
use crate::source::Span;
use crate::spelling::display_id;
use crate::spelling::is_name;
use crate::syntax::text::name;

/// The place and the current name of what would be renamed.
pub fn prepare(
    session: &mut Session<'_>,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, RequestError> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(named) = flow.uses_at(file, offset).first() else { return Ok(None) };
    let declared = match named.named {
        NameTarget::Tag => flow.written(named.span).to_owned(),
        _ => own_name(flow, named)?,
    };
    if named.named == NameTarget::Tag {
        check_is_free(&declared)?;
    }
    // In `es.menu`, only the name that the included file declares.
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

/// The edits that rename what is mentioned at a place, in every flow that knows it. If it is not certain
/// that all mentions are found, nothing is changed.
pub fn rename(
    session: &mut Session<'_>,
    params: RenameParams,
) -> Result<Option<WorkspaceEdit>, RequestError> {
    let at = params.text_document_position_params;
    // New files that the editor did not report may mention it, too.
    session.workspace.rescan_folders();
    let Some(search) =
        MentionSearch::at(session, &at.text_document.uri, at.position, MentionExtent::Together)
    else {
        return Ok(None);
    };
    if let Some(unseen) = session.workspace.why_not_all_are_known() {
        return Err(format!("not renamed, because not all flows can be seen: {unseen}"));
    }
    if let Some((path, why)) = search.file_hiding_the_name() {
        let name = quote(&session.workspace.name(path));
        return Err(format!(
            "not renamed, because not all flows can be seen: {name} may hold the name, and {why}; save it as UTF-8 first"
        ));
    }
    if let Some((path, why)) = session.workspace.unreadable_include(search.flows.keys()) {
        let name = quote(&session.workspace.name(&path));
        return Err(format!("not renamed, because not all flows can be seen: {name} cannot be read: {why}"));
    }
    if let Some(path) = search.flow_with_unknown_policies() {
        let name = quote(&session.workspace.name(path));
        return Err(format!(
            "not renamed: the settings of {name} have errors, and may apply policies that use the name; correct them first"
        ));
    }
    if let Some((path, param)) = search.set_in_settings() {
        let (name, param) = (quote(&session.workspace.name(path)), quote(param));
        return Err(format!(
            "not renamed: the settings of {name} set the param {param}, which would no longer have any effect; take it out of cxflow.toml first, and write it there again under the new name"
        ));
    }
    if let Some(path) = search.file_with_unreadable_mention() {
        let name = quote(&session.workspace.name(path));
        return Err(format!(
            "not renamed: {name} has errors, and the name appears in a line that cannot be read; correct that first"
        ));
    }
    let renaming = Renaming::of(&search, &params.new_name)?;
    renaming.check(session, &search)?;
    Ok((!renaming.edits.is_empty()).then(|| renaming.edits.for_client(session)))
}

/// The edits of a rename.
#[derive(Default)]
struct Renaming {
    edits: Edits,
    /// The replaced byte ranges of each file, and their new texts.
    pieces: BTreeMap<PathBuf, BTreeMap<(u32, u32), String>>,
}

impl Renaming {
    fn of(search: &MentionSearch, new: &str) -> Result<Self, RequestError> {
        let new = name(new);
        let is_tag = search.declared.iter().any(|(_, named)| *named == NameTarget::Tag);
        let new = if is_tag { new.trim_start_matches('@').into() } else { new };
        if is_tag {
            check_is_free(&search.name)?;
            check_is_free(&new)?;
        }
        let mut old: BTreeMap<&DeclarationSite, String> = BTreeMap::new();
        for mention in search.mentions() {
            let is_declaration = match mention.declared.1 {
                // A rule is identified by its whole line, which contains its name.
                NameTarget::Rule => mention.declared.0.holds(&mention.at),
                NameTarget::Tag => true,
                _ => mention.declared.0 == mention.at,
            };
            if is_declaration && mention.at.path.is_some() {
                old.entry(&mention.declared).or_insert_with(|| name(&mention.written).into_owned());
            }
        }
        for declared in &search.declared {
            if !old.contains_key(declared) {
                return Err(OF_THE_COMPILER.to_owned());
            }
            if new.is_empty() || (declared.1 != NameTarget::Node && !is_name(&new)) {
                let rule = "a name has letters, digits and `_`, with single `-` or `.` between them";
                return Err(format!("{} is not a name: {rule}", quote(&new)));
            }
        }
        let mut renaming = Self::default();
        for mention in search.mentions() {
            let written = name(&mention.written).into_owned();
            let prefix = old.get(&mention.declared).and_then(|old| written.strip_suffix(old.as_str()));
            let (Some(prefix), Some(path)) = (prefix, &mention.at.path) else { continue };
            let text = display_id(&format!("{prefix}{new}"));
            let pieces = renaming.pieces.entry(path.clone()).or_default();
            if pieces.contains_key(&(mention.at.start, mention.at.end)) {
                continue;
            }
            let Some(location) = &mention.location else { continue };
            renaming.edits.add_at(location, &text);
            pieces.insert((mention.at.start, mention.at.end), text);
        }
        Ok(renaming)
    }

    /// Checks that every flow stays the same except for the name: the same names mean the same things, and
    /// there is no new error.
    fn check(&self, session: &Session<'_>, search: &MentionSearch) -> Result<(), RequestError> {
        let workspace = &session.workspace;
        let mut replacements = FxHashMap::default();
        for (path, pieces) in &self.pieces {
            let text = search.texts.get(path).map(String::as_str).unwrap_or_default();
            replacements.insert(path.clone(), replaced(text, pieces));
        }
        for (root, before) in &search.flows {
            let flow = workspace.with_replacements(root, &replacements);
            let has_more = |code: &str| {
                let count_before = before.errors.iter().filter(|(known, _)| known == code).count();
                flow.errors().filter(|(known, _)| *known == code).count() > count_before
            };
            let codes: BTreeSet<&str> = flow.errors().map(|(code, _)| code).collect();
            // The error with the lowest code is nearest to the cause.
            if let Some(code) = codes.into_iter().find(|code| has_more(code)) {
                let known: FxHashSet<&str> =
                    before.errors.iter().map(|(_, message)| message.as_str()).collect();
                let is_new = |error: &(&str, &str)| error.0 == code && !known.contains(error.1);
                let new = flow.errors().find(is_new).map(|(_, message)| message);
                let of = quote(&workspace.name(root));
                let new = new.unwrap_or("the flow would have more errors");
                return Err(format!("not renamed: {new}, in the flow {of}"));
            }
            if flow.meanings() != before.meanings {
                let of = quote(&workspace.name(root));
                return Err(format!("not renamed: another name would change its meaning, in the flow {of}"));
            }
        }
        // Does not overwrite files that were saved meanwhile.
        match self.pieces.keys().find(|path| workspace.text(path) != search.texts.get(*path).cloned()) {
            Some(path) => {
                Err(format!("not renamed: {} has changed meanwhile; try again", quote(&workspace.name(path))))
            }
            None => Ok(()),
        }
    }
}

/// A text with pieces replaced, written once from beginning to end: replacing them in place would move the rest
/// of the text for each.
fn replaced(text: &str, pieces: &BTreeMap<(u32, u32), String>) -> String {
    let mut new = String::with_capacity(text.len());
    let mut done = 0;
    for (&(start, end), piece) in pieces {
        new.push_str(text.get(done..start as usize).unwrap_or_default());
        new.push_str(piece);
        done = end as usize;
    }
    new.push_str(text.get(done..).unwrap_or_default());
    new
}

/// Refuses tags that bundled policies expect: their meaning is fixed.
fn check_is_free(tag: &str) -> Result<(), RequestError> {
    match bundled::expecting(&format!("@{tag}")) {
        [] => Ok(()),
        policies => {
            let policies: Vec<String> = policies.iter().map(|name| quote(name)).collect();
            let them = if policies.len() == 1 { "policy" } else { "policies" };
            Err(format!(
                "`@{tag}` keeps its name and its meaning: the {them} {} of the compiler look for it",
                list_of(&policies, "and")
            ))
        }
    }
}

const OF_THE_COMPILER: &str = "this comes with the compiler and keeps its name";

/// The name as its declaration writes it, if that file can be changed.
fn own_name(flow: &Analysis, of: &Use) -> Result<String, RequestError> {
    let declaration = flow.uses_of(of.declared).find(|usage| match of.named {
        // A rule is identified by its whole line, which contains its name.
        NameTarget::Rule => {
            usage.span.file == of.declared.file
                && usage.span.start >= of.declared.start
                && usage.span.end <= of.declared.end
        }
        _ => usage.span == usage.declared,
    });
    let Some(declaration) = declaration.filter(|usage| flow.path(usage.span.file).is_some()) else {
        return Err(OF_THE_COMPILER.to_owned());
    };
    Ok(flow.written(declaration.span).to_owned())
}
