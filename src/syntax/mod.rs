//! Parses text into a tree.
//!
//! A single pass with pest reads everything, including broken lines. The tree has a hole where a line did not
//! parse, and that line alone is parsed again for the wording of its finding.

pub mod ast;
mod broken_lines;
pub mod codes;

mod conflict;
pub(crate) mod continued;
mod direct;
mod entry_arrows;
pub mod foreign_words;
mod forgotten_arrows;
pub mod format;
pub mod grammar;
mod header_slips;
mod line;
mod lower;
mod near_miss;
pub(crate) mod place;
mod repairs;
pub mod text;
mod text_lines;
pub(crate) mod tokens;
mod torn_blocks;
pub mod words;

pub(crate) use lower::written_times;
pub(crate) use near_miss::{NOT_COMPARED, of_prompt, rule_to_name};

use std::ops::Range;

use pest::Parser;
use rustc_hash::FxHashSet;

use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, counted};
use crate::source::{FileId, MAX_BYTES, Source, Sources, Span};
use ast::Ast;
use broken_lines::{JoinedStatement, MissingLink, UnreadLine};
use conflict::Conflict;
use grammar::{Grammar, Rule, goes_on};
use lower::Lower;
use torn_blocks::TornBlock;

/// The kinds that the files of a flow declare.
#[derive(Debug, Clone, Copy)]
pub enum KnownKinds<'a> {
    /// Unknown yet: any word may be one.
    Any,
    /// These words.
    Only(&'a FxHashSet<Box<str>>),
}

impl<'a> KnownKinds<'a> {
    /// Whether a word may be one.
    fn has(self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Only(words) => words.contains(word),
        }
    }

    /// The words, if they are known and there is one.
    fn declared(self) -> Option<&'a FxHashSet<Box<str>>> {
        match self {
            Self::Any => None,
            Self::Only(words) => Some(words).filter(|words| !words.is_empty()),
        }
    }

    /// The grammar's rule for some lines, or for one.
    fn lines(self, is_one: bool) -> Rule {
        match (self, is_one) {
            (Self::Only(words), false) if words.is_empty() => Rule::built_in_lines,
            (Self::Only(words), true) if words.is_empty() => Rule::one_built_in_line,
            (_, false) => Rule::lines,
            (_, true) => Rule::one_line,
        }
    }
}

/// Whether a word at the beginning of a declaration was probably meant to be one of the language's.
pub fn is_near_miss(word: &str) -> bool {
    near_miss::meant(word, words::LineContext::File).is_some()
}

/// The milliseconds of a text that is exactly a duration, such as `8s`.
pub fn duration(text: &str) -> Option<u64> {
    let mut pairs = Grammar::parse(Rule::duration, text).ok()?;
    (pairs.next()?.as_str() == text).then(|| crate::spelling::milliseconds(text))
}

/// Parses a file whose kinds may be declared in other files. Mistakes go to `diagnostics`, everything else into the
/// tree.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Ast {
    parse_with(sources, file, KnownKinds::Any, diagnostics)
}

/// Parses a file of a flow with these declared kinds.
pub fn parse_with(
    sources: &Sources,
    file: FileId,
    kinds: KnownKinds<'_>,
    diagnostics: &mut Diagnostics,
) -> Ast {
    parse_as(sources, file, Reading { kinds, only_by_grammar: false }, diagnostics)
}

/// Does what [`parse_with`] does, with pest alone. The result is the same; this is public for a test that compares the
/// two.
pub fn parse_by_grammar(
    sources: &Sources,
    file: FileId,
    kinds: KnownKinds<'_>,
    diagnostics: &mut Diagnostics,
) -> Ast {
    parse_as(sources, file, Reading { kinds, only_by_grammar: true }, diagnostics)
}

/// How a text is read.
#[derive(Debug, Clone, Copy)]
struct Reading<'a> {
    kinds: KnownKinds<'a>,
    /// Whether pest reads plain lines, too.
    only_by_grammar: bool,
}

fn parse_as(sources: &Sources, file: FileId, reading: Reading<'_>, diagnostics: &mut Diagnostics) -> Ast {
    let source = sources.get(file);
    report_unreadable(sources, file, diagnostics);
    let text = source.text();
    if is_json(text) {
        diagnostics.push(
            Diagnostic::new(
                &codes::SYNTAX,
                Span::new(file, 0, 0),
                "this is JSON, not a flow in the language of `.cxflow` files",
            )
            .here("a payload, not its source")
            .help("give the `.cxflow` file that it was built from"),
        );
        return Ast { broken: true, items: vec![unknown(file)], ..Ast::default() };
    }
    if is_lfs_pointer(text) {
        diagnostics.push(
            Diagnostic::new(
                &codes::SYNTAX,
                Span::new(file, 0, 0),
                "this is a Git LFS pointer: the file itself has not been fetched",
            )
            .here("a pointer, not the file")
            .help("fetch the file with `git lfs pull`; in CI, check out with LFS"),
        );
        return Ast { broken: true, items: vec![unknown(file)], ..Ast::default() };
    }
    let conflicts = conflict::conflicts(text);
    report_conflicts(file, &conflicts, diagnostics);
    let without = (!conflicts.is_empty()).then(|| conflict::read_on(text, &conflicts));
    let mut text = without.as_deref().unwrap_or(text);
    let mut found = Diagnostics::default();
    let (mut ast, mut unread) = read(source, file, text, reading, &mut found);
    let is_text = source.not_utf8().is_none() && found.dropped() == 0;
    let with_headers;
    if is_text
        && let Some((read, rest, meant, all)) = read_headers(source, file, reading, text, &unread, &found)
    {
        (ast, unread, with_headers, found) = (read, rest, meant, all);
        text = &with_headers;
    }
    let all_torn = if is_text { torn_blocks::torn(text, &unread) } else { Vec::new() };
    let with_blocks = (!all_torn.is_empty()).then(|| torn_blocks::read_as_blocks(text, &all_torn));
    if let Some(with_blocks) = &with_blocks
        && let Some((torn, read, rest)) = read_torn(source, file, reading, with_blocks, &all_torn, &found)
    {
        (ast, found, text) = (torn, read, with_blocks);
        // The content of such a block differs from the file.
        unread = rest.into_iter().filter(|line| !torn_blocks::is_inside(&all_torn, line.at)).collect();
    }
    let as_one;
    if is_text
        && let Some((joined, read, rest, whole)) = read_joined(source, file, reading, text, &unread, &found)
    {
        (ast, found, unread, as_one) = (joined, read, rest, whole);
        text = &as_one;
    }
    if is_text && let Some((repaired, read)) = read_repaired(source, file, reading, text, &unread, &found) {
        (ast, found) = (repaired, read);
    }
    if is_text {
        forgotten_arrows::explain(source, file, &unread, &mut ast, &mut found);
        entry_arrows::explain(source, file, &mut ast, &mut found);
    }
    if !conflicts.is_empty() {
        // The side that is not read may close the block.
        found.retain(|finding| finding.message != lower::NO_CLOSING_BRACE);
    }
    diagnostics.append(found);
    if let Some(first) = conflicts.first() {
        add_unread(&mut ast, file, source.text(), first, &conflicts);
    }
    if ast.broken && ast.items.is_empty() {
        ast.items.push(unknown(file));
    }
    ast
}

/// The item for a file that cannot be read: it may declare anything, so references to it are not reported.
fn unknown(file: FileId) -> ast::Item {
    ast::Item { span: Span::new(file, 0, 0), doc: None, declaration: ast::Declaration::LostInclude(None) }
}

/// Reads the file with corrected headers of blocks, if that leaves fewer findings.
fn read_headers(
    source: &Source,
    file: FileId,
    reading: Reading<'_>,
    text: &str,
    unread: &[UnreadLine],
    before: &Diagnostics,
) -> Option<(Ast, Vec<UnreadLine>, String, Diagnostics)> {
    if unread.is_empty() {
        return None;
    }
    let slips = header_slips::slips(text);
    if slips.is_empty() {
        return None;
    }
    let mut found = Diagnostics::default();
    let meant = header_slips::read_on(text, &slips);
    let (mut ast, rest) = read(source, file, &meant, reading, &mut found);
    found.retain(|finding| !slips.iter().any(|slip| slip.explains(finding)));
    slips.iter().for_each(|slip| found.push(slip.finding(file, source)));
    ast.broken = true;
    (found.iter().count() < before.iter().count()).then_some((ast, rest, meant, found))
}

/// Reads the file with corrected torn blocks, if that does not leave more findings.
fn read_torn(
    source: &Source,
    file: FileId,
    reading: Reading<'_>,
    text: &str,
    torn: &[TornBlock],
    before: &Diagnostics,
) -> Option<(Ast, Diagnostics, Vec<UnreadLine>)> {
    let mut found = Diagnostics::default();
    let (mut ast, unread) = read(source, file, text, reading, &mut found);
    found.retain(|finding| !torn_blocks::is_of_brace(torn, finding));
    for block in torn {
        if !block.is_behind_url(source.text()) {
            found.push(block.finding(file, source.text()));
        }
        for item in block.lost(file, source.text()) {
            // The declarations are in the order of their places.
            let at = ast.items.partition_point(|other| other.span.start < item.span.start);
            ast.items.insert(at, item);
        }
    }
    ast.broken = true;
    (found.iter().count() <= before.iter().count()).then_some((ast, found, unread))
}

/// Reads the file with the lines of broken statements joined, if there are any and that does not leave more
/// findings.
fn read_joined(
    source: &Source,
    file: FileId,
    reading: Reading<'_>,
    text: &str,
    unread: &[UnreadLine],
    before: &Diagnostics,
) -> Option<(Ast, Diagnostics, Vec<UnreadLine>, String)> {
    let joined = broken_lines::joined(text, unread, reading.kinds);
    if joined.is_empty() {
        return None;
    }
    let mut found = Diagnostics::default();
    joined.iter().for_each(|statement| found.push(over_lines(file, text, statement)));
    let whole = broken_lines::read_as_one(text, &joined);
    let (mut ast, rest) = read(source, file, &whole, reading, &mut found);
    ast.broken = true;
    (found.iter().count() <= before.iter().count()).then_some((ast, found, rest, whole))
}

/// Reads the file with repaired lines, if there are any and that does not leave more findings. The repaired lines
/// keep their findings.
fn read_repaired(
    source: &Source,
    file: FileId,
    reading: Reading<'_>,
    text: &str,
    unread: &[UnreadLine],
    before: &Diagnostics,
) -> Option<(Ast, Diagnostics)> {
    let repaired = repairs::repaired(text, unread)?;
    let mut found = Diagnostics::default();
    let is_repaired =
        |finding: &Diagnostic| finding.span.is_some_and(|span| repaired.has(span.range().start));
    let (mut ast, _) = read(source, file, &repaired.text, reading, &mut found);
    found.retain(|finding| !is_repaired(finding));
    before.iter().filter(|finding| is_repaired(finding)).for_each(|finding| found.push(finding.clone()));
    for item in &mut ast.items {
        if repaired.has(item.span.range().start) {
            let declaration = std::mem::replace(&mut item.declaration, ast::Declaration::Entry(None));
            item.declaration = repairs::only_names(declaration);
        }
    }
    ast.broken = true;
    (found.iter().count() <= before.iter().count()).then_some((ast, found))
}

/// The finding for a statement that is written on several lines.
fn over_lines(file: FileId, text: &str, statement: &JoinedStatement) -> Diagnostic {
    let span = |range: &Range<usize>| Span::new(file, range.start, range.end);
    if let Some(first) = statement.shallow.first() {
        let margin = text_lines::indentation(text, statement.whole.start);
        let at = text_lines::code(text, first.clone()).start;
        return lower::not_indented(text, margin, at, &statement.shallow, |range| span(&range));
    }
    if let Some(finding) = lacks_links(file, statement) {
        return finding;
    }
    let edits =
        statement.breaks.iter().map(|(range, text)| Edit { span: span(range), text: (*text).to_owned() });
    let lines = counted(statement.breaks.len() + 1, "line");
    let fix =
        Fix { title: "Put it on one line".to_owned(), edits: edits.collect(), when: Default::default() };
    Diagnostic::new(&codes::SYNTAX, span(&statement.second), format!("a statement is written on {lines}"))
        .here("this continues the line above")
        .help("put it on one line: a statement goes on in the next line only behind `,`, `|`, `&`, `and`, `or` and `with`")
        // A fix must not remove a comment.
        .fix((!statement.has_comments).then_some(fix))
}

/// The finding for a statement whose lines lack only the `,`, `and` or `or` behind which they go on.
fn lacks_links(file: FileId, statement: &JoinedStatement) -> Option<Diagnostic> {
    let first = statement.links.first()?;
    let span = |range: Range<usize>| Span::new(file, range.start, range.end);
    let write = |one: &MissingLink| {
        let blank = if one.link == "," { "" } else { " " };
        Edit { span: span(one.end..one.end), text: format!("{blank}{}", one.link) }
    };
    let take = |one: &MissingLink| Edit { span: span(one.moved.clone()), text: String::new() };
    let is_moved = !first.moved.is_empty();
    let taken = statement.links.iter().filter(|one| !one.moved.is_empty());
    let edits = statement.links.iter().map(write).chain(taken.map(take)).collect();
    let link = first.link;
    let title = match is_moved {
        true => format!("Put the `{link}` at the end of the line above"),
        false => format!("Write `{link}` at the end of the line above"),
    };
    let fix = Fix { title, edits, when: Default::default() };
    let finding = match is_moved {
        true => Diagnostic::new(
            &codes::SYNTAX,
            span(first.moved.start..first.moved.start + link.len()),
            match link {
                "," => "a statement goes on in the next line behind a `,`, not before it".to_owned(),
                _ => format!("a statement goes on in the next line behind `{link}`, not before it"),
            },
        )
        .here("begins a line"),
        false => Diagnostic::new(
            &codes::SYNTAX,
            span(statement.second.clone()),
            format!("a `{link}` is missing between this and the line above"),
        )
        .here("this continues the line above"),
    };
    Some(finding.help(format!("write the `{link}` at the end of the line above")).fix(Some(fix)))
}

/// Reads a text once, and returns the tree and the lines that do not parse.
fn read(
    source: &Source,
    file: FileId,
    text: &str,
    reading: Reading<'_>,
    diagnostics: &mut Diagnostics,
) -> (Ast, Vec<UnreadLine>) {
    let mut lower = Lower::new(source, file, reading.kinds, diagnostics);
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    // In a text that is read as it was meant, places in the file say more than the text does.
    let is_written = std::ptr::eq(text, source.text());
    let is_readable = is_written && !reading.only_by_grammar && direct::is_readable(text);
    // How many lines in a row were for pest.
    let mut unusual = 0_usize;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let lines = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - lines.len();
        // Stop after too many findings.
        if lines.is_empty() || lower.is_done() {
            break;
        }
        if is_readable && let Some(end) = lower.read_directly(text, at) {
            at = end;
            unusual = 0;
            continue;
        }
        unusual += 1;
        // Pest reads a few lines at a time, so that its tokens stay in the cache and memory does not grow with the file:
        // one, if lines before it were plain.
        let rule = reading.kinds.lines(is_readable && unusual < 3);
        let Some(pair) = Grammar::parse(rule, lines).ok().and_then(|mut pairs| pairs.next()) else {
            // Rule `broken` matches any line. If one does not match nevertheless, continue with the next.
            at = lower.skip_line(at);
            continue;
        };
        let length = pair.as_span().end();
        lower.lines(at, pair);
        at += length.max(1);
    }
    lower.finish()
}

/// Reports the conflicts of an unfinished merge, and returns the text with one side of each, if there are any.
pub(crate) fn without_conflicts(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let conflicts = conflict::conflicts(text);
    report_conflicts(file, &conflicts, diagnostics);
    (!conflicts.is_empty()).then(|| conflict::read_on(text, &conflicts))
}

/// Reports each conflict of an unfinished merge.
fn report_conflicts(file: FileId, conflicts: &[Conflict], diagnostics: &mut Diagnostics) {
    for conflict in conflicts {
        let mut markers = conflict.markers.iter().map(|line| Span::new(file, line.start, line.end));
        let Some(first) = markers.next() else { continue };
        let (message, here) = if conflict.whole {
            ("a merge was not finished: two versions are in conflict here", "the conflict begins here")
        } else {
            ("a merge was not finished: this line is a conflict marker", "left over from a conflict")
        };
        let rest: Vec<Span> = markers.collect();
        let mut diagnostic = Diagnostic::new(&codes::MERGE_CONFLICT, first, message).here(here);
        for (index, &line) in rest.iter().enumerate().take(MARKERS_SHOWN) {
            let is_last = index + 1 == rest.len() && conflict.whole;
            diagnostic =
                diagnostic.label(line, if is_last { "the conflict ends here" } else { "one of its markers" });
        }
        diagnostics.push(diagnostic.help(if conflict.whole {
            "keep the right lines and take the marker lines out"
        } else {
            "check the lines around it and take the marker line out"
        }));
    }
}

/// How many markers of a conflict are shown after the first.
const MARKERS_SHOWN: usize = 4;

/// Adds what the unread sides of conflicts may declare, so that it is not reported as missing.
fn add_unread(ast: &mut Ast, file: FileId, text: &str, first: &Conflict, conflicts: &[Conflict]) {
    ast.broken = true;
    let Some(line) = first.markers.first() else { return };
    let span = Span::new(file, line.start, line.end);
    let item = |declaration| ast::Item { span, doc: None, declaration };
    let mut unread = Vec::new();
    if conflict::skips_word(text, conflicts, "flow") {
        unread.push(item(ast::Declaration::Flow(None)));
    }
    if conflict::skips_word(text, conflicts, "entry") {
        unread.push(item(ast::Declaration::Entry(None)));
    }
    unread.push(item(ast::Declaration::LostInclude(None)));
    // The declarations are in the order of their places.
    let at = ast.items.partition_point(|item| item.span.start < span.start);
    ast.items.splice(at..at, unread);
}

/// Visits everything that the grammar has a rule for, in order, with its range: a statement before its parts. Lines
/// that do not parse only have their strings.
pub fn each_token(text: &str, mut visit: impl FnMut(Rule, std::ops::Range<usize>)) {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let lines = rest.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
        at += rest.len() - lines.len();
        let Some(pair) = Grammar::parse(Rule::lines, lines).ok().and_then(|mut pairs| pairs.next()) else {
            return;
        };
        let length = pair.as_span().end();
        for pair in pair.into_inner().flatten() {
            // Without the line break behind a token with which a line goes on.
            let written = match pair.as_rule() {
                rule if goes_on(rule) => {
                    pair.as_str().split([' ', '\t', '\r', '\n', '/']).next().unwrap_or_default()
                }
                _ => pair.as_str(),
            };
            let start = at + pair.as_span().start();
            visit(pair.as_rule(), start..start + written.len());
        }
        at += length.max(1);
    }
}

/// Whether a file is a payload instead of a flow, which is one finding instead of one per line.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let begins = |open: char, inner: char| {
        text.strip_prefix(open).is_some_and(|rest| rest.trim_start().starts_with(inner))
    };
    begins('{', '"') || begins('[', '{')
}

/// Whether a file is a Git LFS pointer.
pub(crate) fn is_lfs_pointer(text: &str) -> bool {
    let mut lines = text.trim_start_matches('\u{FEFF}').trim_start().lines();
    let is_first = |line: &str| {
        let address = line.strip_prefix("version ").unwrap_or_default().trim();
        // Old pointers have the address of Hawser, the earlier name of Git LFS.
        ["https://git-lfs.github.com/", "https://hawser.github.com/"]
            .iter()
            .any(|start| address.starts_with(start))
    };
    lines.next().is_some_and(is_first)
        && lines.any(|line| line.strip_prefix("oid ").is_some_and(|oid| oid.contains(':')))
}

fn report_unreadable(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) {
    let source = sources.get(file);
    let start = Span::new(file, 0, 0);
    if source.too_large() {
        let limit = MAX_BYTES >> 20;
        diagnostics.push(
            Diagnostic::new(&codes::TOO_LARGE, start, format!("the file holds more than {limit} MiB"))
                .help("split the flow into files and join them with `include`"),
        );
    }
    report_not_utf8(sources, file, diagnostics);
}

/// Reports the bytes of a file that are no text.
pub(crate) fn report_not_utf8(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) {
    let start = Span::new(file, 0, 0);
    if let Some(bad) = sources.get(file).not_utf8() {
        let (span, message) = if bad.binary {
            (
                start,
                format!(
                    "this is not a text file: it holds zero bytes, and from byte {} on it is not UTF-8",
                    bad.offset
                ),
            )
        } else {
            let span = Span::new(file, bad.offset, bad.offset + 1);
            let others = if bad.count > 1 {
                format!(", {} in all", counted(bad.count, "such byte"))
            } else {
                String::new()
            };
            (span, format!("byte {} of the file is not UTF-8{others}", bad.offset))
        };
        diagnostics.push(
            Diagnostic::new(&codes::NOT_UTF8, span, message)
                .here("not UTF-8 from here")
                .help("save the file as UTF-8; editors call it “UTF-8” or “Unicode (UTF-8)”"),
        );
    }
}
