//! Every declaration must be used.

use std::cell::OnceCell;

use super::{Context, Rule, fixes};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote, with_article};
use crate::flow::{DeclaredName, Every, IdleBecause, IdleEvery};
use crate::resolve::codes::UNUSED;
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Demand, Item, Selector, SelectorOp};
use crate::syntax::place::{declare_below, item_at, take_out};

pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    // An unreadable line may use the name.
    if context.flow.is_library() || !context.flow.complete {
        return;
    }
    // Computed once at most for the whole file.
    let decides = OnceCell::new();
    for declared in context.flow.declared.iter().filter(|declared| !declared.used) {
        // A field that is also declared in another file may be inserted there.
        let is_reported = |finding: &Diagnostic| {
            finding.code.id == super::contact_fields::CODE.id
                && (finding.span == Some(declared.span)
                    || finding.labels.iter().any(|label| label.span == declared.span))
        };
        if declared.what == "contact" && diagnostics.iter().any(is_reported) {
            continue;
        }
        let name = context.sources.text(declared.span);
        let verb = if declared.what == "hours" { "are" } else { "is" };
        let named = if declared.what == "disposition" { named_in(context, name) } else { None };
        let (consequence, help) = match declared.what {
            "policy" => ("and nothing applies it", format!("add `apply {name}`, or take it out")),
            "disposition" => (
                "and no call is reported as it",
                match named {
                    Some(named) => {
                        format!(
                            "give it where such a call ends, as in `disposition {name}`: {named} names it"
                        )
                    }
                    None => {
                        format!("give it where such a call ends, as in `disposition {name}`, or take it out")
                    }
                },
            ),
            "kind" => ("and no node is of it", format!("write `{name} NODE`, or take it out")),
            "hours" => (
                "and nothing asks for them",
                format!("ask with `when open {name} -> NODE` in a `decide`, or take them out"),
            ),
            _ => ("and nothing inserts it", format!("insert it with `${{{name}}}`, or take it out")),
        };
        diagnostics.push(
            Diagnostic::new(
                &UNUSED,
                declared.span,
                format!("the {} {} {verb} never used", declared.what, quote(name)),
            )
            .here(format!("declared here, {consequence}"))
            .help(help)
            .fix(applied(context, declared))
            .fix(taken_out(context, declared, &decides).filter(|_| named.is_none())),
        );
    }
    for every in &context.flow.everys {
        report_every(context, every, diagnostics);
    }
}

/// Reports an `every` that gives no node a branch, or whose exceptions leave nothing out.
fn report_every(context: &Context<'_>, every: &Every, diagnostics: &mut Diagnostics) {
    let kind = every.kind.word(context.flow);
    match &every.idle {
        None => {}
        Some(IdleEvery::Whole(because)) => {
            let why = match because {
                IdleBecause::NoNode => format!("the flow has no `{kind}`"),
                IdleBecause::AllLeftOut => format!("each `{kind}` is left out"),
                IdleBecause::AllHaveIt => format!("each `{kind}` has such a branch of its own"),
                IdleBecause::NoneTakesIt => format!("no `{kind}` can take it"),
            };
            let note = (*because == IdleBecause::NoneTakesIt).then(|| {
                format!(
                    "a `{kind}` is passed over that has such a branch, leads on without a condition, does not have this event, or comes after the node to which the `every` leads"
                )
            });
            let item = fixes::tree(context, every.condition_span.file)
                .and_then(|ast| item_at(ast, every.condition_span));
            let fix = item.map(|(_, item)| take_out("Take the `every` out", context.sources, item));
            let help = match because {
                IdleBecause::AllHaveIt => {
                    "take it out, or take those branches out that lead to the same node"
                }
                _ => "take it out, or name the kind of node that should have the branch",
            };
            let mut finding = Diagnostic::new(
                &UNUSED,
                every.condition_span,
                format!("the `every` gives no node a branch: {why}"),
            )
            .here("given to no node")
            .help(help)
            .fix(fix);
            if let Some(note) = note {
                finding = finding.note(note);
            }
            diagnostics.push(finding);
        }
        Some(IdleEvery::Exceptions(exceptions)) => {
            for (span, near) in exceptions {
                let written = context.sources.text(*span);
                let is_tag = context
                    .sources
                    .get(span.file)
                    .text()
                    .get(..span.range().start)
                    .is_some_and(|text| text.ends_with('@'));
                let message = if is_tag {
                    format!("the exception leaves nothing out: no `{kind}` has the tag `@{written}`")
                } else {
                    format!(
                        "the exception leaves nothing out: {} is not {} node",
                        quote(written),
                        with_article(kind)
                    )
                };
                let help = match near {
                    Some(near) => format!("did you mean `@{near}`?"),
                    None => "take it out of the `except`".to_owned(),
                };
                diagnostics
                    .push(Diagnostic::new(&UNUSED, *span, message).here("leaves nothing out").help(help));
            }
        }
    }
}

/// What names a disposition that no call is reported as: a test or a rule, which would be left without it.
fn named_in(context: &Context<'_>, name: &str) -> Option<&'static str> {
    let is_it = |other: Span| context.sources.text(other) == name;
    let is_picked = |selector: &Selector| {
        selector.ops.iter().any(|op| matches!(op, SelectorOp::Disposition(other) if is_it(other.span)))
    };
    let in_rule = |rule: &ast::Rule| match &rule.demand {
        Demand::Paths(form) => form.selectors().any(is_picked),
        Demand::Fact(_) | Demand::Oblige(_) => false,
    };
    let items = || context.files.iter().flat_map(|(_, ast)| &ast.items);
    items().find_map(|item| match &item.declaration {
        Declaration::Test(test) => test.reported.filter(|other| is_it(other.span)).map(|_| "a test"),
        Declaration::Policy(policy) => policy.rules.iter().any(in_rule).then_some("a rule"),
        _ => None,
    })
}

/// Adds the line that applies a policy, below it.
fn applied(context: &Context<'_>, declared: &DeclaredName) -> Option<Fix> {
    let (_, ast) = context.files.first().filter(|_| declared.what == "policy")?;
    let (index, _) = item_at(ast, declared.span)?;
    let line = format!("apply {}", context.sources.text(declared.span));
    declare_below(Fix::title(&line), context.sources, ast, index, &line)
}

/// Takes a declaration out of the file.
fn taken_out(context: &Context<'_>, declared: &DeclaredName, decides: &OnceCell<bool>) -> Option<Fix> {
    let (_, ast) = context.files.first()?;
    let (_, item) = item_at(ast, declared.span)?;
    // The policy's waivers and attestations would be left without it.
    let is_decision =
        |item: &Item| matches!(item.declaration, Declaration::Waive(_) | Declaration::Attest(_));
    if declared.what == "policy" && *decides.get_or_init(|| ast.items.iter().any(is_decision)) {
        return None;
    }
    // A test that gives it a value would be left without it.
    let name = context.sources.text(declared.span);
    let gives = |item: &Item| match &item.declaration {
        Declaration::Test(test) => test.with.iter().any(|one| context.sources.text(one.name.span) == name),
        _ => false,
    };
    if matches!(declared.what, "contact" | "var") && ast.items.iter().any(gives) {
        return None;
    }
    let title = format!("Take the {} out", declared.what);
    if let Declaration::Dispositions(names) = &item.declaration
        && names.len() > 1
    {
        return Some(Fix::take_from_list(title, context.sources, declared.span, ','));
    }
    Some(take_out(title, context.sources, item))
}
