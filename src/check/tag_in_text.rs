//! A tag inside quotes would be spoken, and a tag in a comment would have no effect.

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote};
use crate::flow::Text;
use crate::policy::KnownTags;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Ast, Declaration};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX437",
    area: Area::Lint,
    name: "tag-in-text",
    severity: Severity::Warning,
    what: "A text has a word such as `@sales` in it, or a comment after a step or node consists of such words or begins with one and a comma, and a policy that applies uses or expects a tag of that name.",
    why: "Inside quotes it is part of the text, and the called party hears \"at sales\". In a comment it is ignored. No rule sees a tag in either place.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Offer"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> offer }
play offer { say "Our panels are half price. @sales"; -> bye }
disconnect bye
policy house "House rules" {
  named: require @identity before @sales
  twice: limit 2 @identity
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Offer"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> offer }
play offer { say "Our panels are half price." @sales; -> bye }
disconnect bye
policy house "House rules" {
  named: require @identity before @sales
  twice: limit 2 @identity
}
apply house
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let known = KnownTags::of(flow);
    if known.is_empty() {
        return;
    }
    let borne: FxHashSet<&str> =
        flow.nodes.rows().iter().flat_map(|node| node.all_tags()).map(|tag| &*tag.name).collect();
    // `@sales-pitch` if rules look for `@sales` and nothing has that tag.
    let longer = |word: &str| {
        let short = word.match_indices('-').filter_map(|(at, _)| word.get(..at));
        short.filter_map(|short| known.get(short)).find(|tag| !borne.contains(tag))
    };
    for node in flow.nodes.rows() {
        for action in &node.actions {
            let has = |tag: &str| node.tags.iter().chain(&action.tags).any(|own| *own.name == *tag);
            let meant = |word: &str| known.meant(word).or_else(|| longer(word));
            for text in action.texts() {
                report_text(context.sources, &known, meant, has, text, diagnostics);
            }
        }
        for script in &node.scripts {
            let has = |tag: &str| node.tags.iter().chain(&script.tags).any(|own| *own.name == *tag);
            let meant = |word: &str| known.meant(word).or_else(|| longer(word));
            report_text(context.sources, &known, meant, has, &script.text, diagnostics);
        }
    }
    for (file, ast) in context.files.iter().filter(|(file, _)| !context.sources.get(*file).is_bundled()) {
        report_comments(context.sources, &known, *file, ast, diagnostics);
    }
}

/// The words that begin with `@`: the place of the `@`, and the name after it.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('@').filter_map(|(at, _)| {
        // Inside a word, the `@` belongs to an address (RFC 5322, section 3.2.3: no local part ends with a
        // full stop).
        if text
            .get(..at)?
            .chars()
            .next_back()
            .is_some_and(|before| before.is_alphanumeric() || "_-+".contains(before))
        {
            return None;
        }
        let rest = text.get(at + 1..)?;
        let end = rest
            .find(|letter: char| !(letter.is_alphanumeric() || "_-.".contains(letter)))
            .unwrap_or(rest.len());
        let name = rest.get(..end)?.trim_end_matches(['-', '.']);
        (!name.is_empty()).then_some((at, name))
    })
}

fn report_text<'k>(
    sources: &Sources,
    known: &KnownTags<'k>,
    meant: impl Fn(&str) -> Option<&'k str>,
    has: impl Fn(&str) -> bool,
    text: &Text,
    diagnostics: &mut Diagnostics,
) {
    let Some(value) = text.value.as_deref().filter(|value| value.contains('@')) else { return };
    // Policies see the tag if the step itself has it.
    let unseen = |(_, word)| Some((word, meant(word).filter(|tag| !has(tag))?));
    let Some((word, tag)) = words(value).find_map(unseen) else { return };
    let fix = fix(sources.text(text.span), known)
        .map(|instead| Fix::new("Write the tag after the text", text.span, instead));
    let message = format!("{} is inside the quotes, so no policy sees it", quote(&format!("@{word}")));
    diagnostics.push(
        Diagnostic::new(&CODE, text.span, message)
            .here("part of the text")
            .help(format!("write `@{tag}` after the closing quote, as in `say \"…\" @{tag}`"))
            .fix(fix),
    );
}

/// A text that ends with tags, with the tags moved after the closing quote.
fn fix(written: &str, known: &KnownTags<'_>) -> Option<String> {
    let mut text = written.strip_prefix('"')?.strip_suffix('"')?;
    if text.starts_with('"') || text.contains(['\\', '\n']) {
        return None;
    }
    let mut tags: Vec<&str> = Vec::new();
    while let Some((before, last)) = text.trim_end().rsplit_once(char::is_whitespace) {
        let Some(tag) = last.strip_prefix('@').and_then(|word| known.meant(word)) else { break };
        tags.push(tag);
        text = before.trim_end();
    }
    if tags.is_empty() || words(text).any(|(_, word)| known.meant(word).is_some()) {
        return None;
    }
    let tags: String = tags.iter().rev().map(|tag| format!(" @{tag}")).collect();
    Some(format!("\"{text}\"{tags}"))
}

fn report_comments(
    sources: &Sources,
    known: &KnownTags<'_>,
    file: FileId,
    ast: &Ast,
    diagnostics: &mut Diagnostics,
) {
    let source = sources.get(file);
    for &comment in &ast.comments {
        let text = sources.text(comment);
        // A third slash makes it a doc comment of the next line; nobody writes one after a step.
        let content = without_marker(text.trim_start_matches('/').trim());
        let Some(tags) = tags_of(content).filter(|_| content.starts_with('@')) else { continue };
        let Some(line) = source.line_range(source.line_of(comment.range().start)) else { continue };
        let before = source.slice(line.start..comment.range().start).trim();
        // A comment after a branch says where it leads.
        let is_statement = before.contains(|character: char| character.is_alphanumeric() || character == '"')
            && !before.starts_with("on ")
            && !before.starts_with("->");
        if !is_statement || !follows_node(ast, comment) {
            continue;
        }
        let has = |tag: &str| words(before).any(|(_, word)| word == tag);
        let Some(tag) = tags.iter().copied().find(|tag| known.has(tag) && !has(tag)) else { continue };
        let is_all = tags.iter().all(|tag| known.has(tag) && !has(tag))
            && content.split_whitespace().all(|word| word.starts_with('@'));
        let takes_options = before.ends_with(|last: char| last == '"' || last.is_alphanumeric());
        let fix = (is_all && takes_options).then(|| {
            // The comment includes the `\r` of the line break.
            let start = comment.range().start;
            let comment = Span::new(comment.file, start, start + text.trim_end().len());
            let tags: Vec<String> = tags.iter().map(|tag| format!("@{tag}")).collect();
            Fix::new("Take the tag out of the comment", comment, tags.join(" "))
        });
        diagnostics.push(
            Diagnostic::new(&CODE, comment, format!("`@{tag}` is in a comment, so no policy sees it"))
                .here("ignored")
                .help(format!(
                    "write `@{tag}` after the step without `//`, or put the comment into other words"
                ))
                .fix(fix),
        );
    }
}

/// A comment without its marker, as in `TODO @sales` and `tag: @sales`.
fn without_marker(comment: &str) -> &str {
    let (first, rest) = comment.split_once(char::is_whitespace).unwrap_or((comment, ""));
    let first = first.trim_end_matches(':').to_lowercase();
    match &*first {
        "todo" | "fixme" | "xxx" | "tag" | "tags" | "tagged" => rest.trim_start(),
        _ => comment,
    }
}

/// The tags that a comment consists of, or that it begins with before punctuation.
fn tags_of(comment: &str) -> Option<Vec<&str>> {
    let mut rest = comment;
    let mut tags = Vec::new();
    let mut has_comma = false;
    while let Some((0, tag)) = words(rest).next() {
        tags.push(tag);
        let after = rest.get(1 + tag.len()..)?.trim_start();
        has_comma = after.starts_with(',');
        rest = after.trim_start_matches(',').trim_start();
    }
    (!tags.is_empty() && (has_comma || !rest.starts_with(char::is_alphanumeric))).then_some(tags)
}

/// Whether the declaration before a comment is a node or a contact field.
fn follows_node(ast: &Ast, comment: Span) -> bool {
    let next = ast.items.partition_point(|item| item.span.range().start <= comment.range().start);
    let last = next.checked_sub(1).and_then(|last| ast.items.get(last));
    last.is_some_and(|item| {
        matches!(item.declaration, Declaration::Node(_) | Declaration::Contact(_) | Declaration::Var(_))
    })
}
