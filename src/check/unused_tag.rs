//! Warns about tags that no policy uses, although policies with tags apply.

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::bundled::{self, lock};
use crate::diagnostics::suggest::{nearest, similar};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, list_of, quote};
use crate::flow::policy::known_tags;
use crate::flow::{Flow, Tag};
use crate::policy::misspelt_tags;
use crate::source::Span;
use crate::syntax::ast::{Declaration, OptionKind};
use crate::table::Id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX436",
    area: Area::Lint,
    name: "unused-tag",
    severity: Severity::Warning,
    what: "Policies that use tags apply, and the flow has tags that none of them uses or expects, that no `except` names, and that no other policy of the flow's files or of the compiler knows. Tags of spoken contact fields are reported if a policy of the flow's own file looks for a tag that nothing has, or if they have the name of such a tag of any policy. Tags in an included file, which other flows may use as well, are only a note.",
    why: "A rule finds a step by its tag. If the step has another tag, the rule does not see it and reports nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Offer"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> offer }
play offer { say "Our panels are half price." @sales-pitch; -> bye }
disconnect bye
policy house "House rules" {
  named: require @identity on every path
  once: limit 1 @sales
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
  named: require @identity on every path
  once: limit 1 @sales
}
apply house
"#,
        ),
    },
};

/// How many tags a message names.
const SHOWN: usize = 4;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // An unreadable line may be the rule that uses the tag.
    if !flow.complete || flow.lacks_policies {
        return;
    }
    // The baseline applies to every flow: that it knows a tag does not mean that tags are looked for.
    let asking = flow.policies.iter().filter(|policy| *policy.name != *bundled::BASELINE);
    let asked: FxHashSet<&str> = asking.flat_map(known_tags).collect();
    if asked.is_empty() {
        return;
    }
    let mut seen: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    seen.extend(flow.tags_known_elsewhere.iter().map(|name| &**name));
    seen.extend(misspelt_tags(flow).into_iter().map(|(tag, _)| &*tag.name));
    let lock = flow.lock.as_deref();
    let is_unused = |tag: &&Tag| lock::expecting(&format!("@{}", tag.name), lock).is_empty();
    let unused: Vec<&Tag> = tags(flow).filter(|tag| seen.insert(&tag.name)).filter(is_unused).collect();
    if unused.is_empty() {
        return;
    }
    let borne: FxHashSet<&str> = tags(flow).map(|tag| &*tag.name).collect();
    let mut missing: Vec<&str> = asked.into_iter().filter(|name| !borne.contains(name)).collect();
    missing.sort_unstable();
    // A tag of a contact field may be just a remark for people, unless a policy of the flow's own file looks
    // for a tag that nothing has, or a rule looks for one with that word.
    let of_file = flow.policies.iter().filter(|policy| policy.span.file.index() == 0);
    let is_lacking = of_file.flat_map(known_tags).any(|name| !borne.contains(name));
    let of_fields = if is_lacking { FxHashSet::default() } else { tags_of_fields(context) };
    let has_word = |tag: &Tag| missing.iter().any(|name| name.chars().count() > 2 && tag.name.contains(name));
    let unused = unused.into_iter().filter(|tag| !of_fields.contains(&tag.span) || has_word(tag));
    let (own, included): (Vec<&Tag>, Vec<&Tag>) = unused.partition(|tag| tag.span.file.index() == 0);
    for (tags, severity) in [(own, Severity::Warning), (included, Severity::Note)] {
        let Some(found) = unused_tags(&tags, &missing) else { continue };
        diagnostics.push(found.severity(severity));
    }
}

fn unused_tags(tags: &[&Tag], missing: &[&str]) -> Option<Diagnostic> {
    let (first, others) = tags.split_first()?;
    let names = shortened(tags.iter().map(|tag| &*tag.name));
    let (noun, it) = if others.is_empty() { ("tag", "it") } else { ("tags", "them") };
    let places: Vec<_> = others.iter().map(|tag| tag.span).collect();
    let found = Diagnostic::new(&CODE, first.span, format!("no policy uses the {noun} {names}"))
        .here("no rule looks for this")
        .label_each(&places, 5, "nor for this");
    let near = tags.iter().take(SHOWN).find_map(|tag| Some((tag, near(&tag.name, missing)?)));
    let found = match near {
        Some((tag, near)) if others.is_empty() => found.help(format!(
            "did you mean {}, which nothing has, instead of `@{}`?",
            quote(&format!("@{near}")),
            tag.name
        )),
        Some((tag, near)) => found.help(format!(
            "for `@{}`, did you mean {}, which nothing has?",
            tag.name,
            quote(&format!("@{near}"))
        )),
        None => found.help(format!("write the tags that the rules look for, or take {it} out")),
    };
    Some(match missing {
        [] => found,
        _ => found
            .note(format!("the policies look for {}, which nothing has", shortened(missing.iter().copied()))),
    })
}

/// The missing tag that is nearest to a tag: by its letters, or because one contains the other's words.
fn near<'a>(tag: &str, missing: &[&'a str]) -> Option<&'a str> {
    let has_word = |name: &&str| {
        let (short, long) = if name.len() < tag.len() { (*name, tag) } else { (tag, *name) };
        short.chars().count() > 2 && long.contains(short)
    };
    let missing = || missing.iter().copied();
    nearest(tag, missing()).or_else(|| missing().find(has_word)).or_else(|| {
        missing().find(|name| !similar(name, [tag]).is_empty() || !similar(tag, [*name]).is_empty())
    })
}

/// The places of contact fields' tags.
fn tags_of_fields(context: &Context<'_>) -> FxHashSet<Span> {
    let items = context.files.iter().flat_map(|(_, ast)| &ast.items);
    let options = items.filter_map(|item| match &item.declaration {
        Declaration::Contact(contact) | Declaration::Var(contact) => Some(&contact.options),
        _ => None,
    });
    let tags = options.flatten().filter_map(|option| match option.kind {
        OptionKind::Tag(span) => Some(span),
        _ => None,
    });
    tags.collect()
}

fn shortened<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.map(|name| quote(&format!("@{name}"))).collect();
    let more = names.len().saturating_sub(SHOWN);
    names.truncate(SHOWN);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    list_of(&names, "and")
}

fn tags(flow: &Flow) -> impl Iterator<Item = &Tag> {
    flow.nodes.rows().iter().flat_map(|node| node.all_tags())
}
