//! The block of a `decide` holds `when` branches and, last, one `else`; no other node has these.

use super::{Context, Rule, fixes};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, with_article};
use crate::flow::{EveryKind, Kind, NodeId, Origin, Outcome};
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{
    Alternative, Arm, AskedHours, Branch, Declaration, Node, NodeKind, Statement, When,
};
use crate::syntax::place::item_at;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX127",
    area: Area::Declaration,
    name: "decide-branches",
    severity: Severity::Error,
    what: "A `decide` has no `else`, or two, or one that is not last; it has a branch with `on` or without any condition, or an action; or `when` or `else` stands in another node.",
    why: "A `decide` asks its `when` lines one after the other, and takes the first that is so. `else` says where the call goes if none is: without it the call would hang. Nothing is played and no key is pressed there, so that nothing else can happen.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact lang lasts 1s
disclosure notice "https://cdn.example.com/notice.wav"
decide language {
  when lang = "es" -> spanish
}
disconnect spanish { say "Adiós." }
notice -> language
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact lang lasts 1s
disclosure notice "https://cdn.example.com/notice.wav"
decide language {
  when lang = "es" -> spanish
  else -> bye
}
disconnect spanish { say "Adiós." }
disconnect bye { say "Goodbye." }
notice -> language
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (_, ast) in context.files {
        for item in &ast.items {
            let Declaration::Node(node) = &item.declaration else { continue };
            match node.kind {
                Some(NodeKind::Kind(Kind::Decide)) => check_decide(context, node, diagnostics),
                Some(kind) => check_other(context, node, kind, diagnostics),
                None => {}
            }
        }
    }
    for every in context.flow.everys.iter().filter(|every| every.kind == EveryKind::Kind(Kind::Decide)) {
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                every.condition_span,
                "nothing happens at a `decide`, so that it has no `on`",
            )
            .here("no key is pressed and nobody answers here")
            .help("write `when` and `else` into the block of each `decide`"),
        );
    }
    for (id, _) in context.flow.nodes.iter().filter(|(_, node)| node.is(Kind::Decide) && !node.generic) {
        check_outside(context, id, diagnostics);
    }
}

fn branches(node: &Node) -> impl Iterator<Item = &Branch> {
    node.block.iter().flatten().filter_map(|statement| match statement {
        Statement::Branch(branch) => Some(branch),
        Statement::Action(_) | Statement::Set(_) => None,
    })
}

fn check_decide(context: &Context<'_>, node: &Node, diagnostics: &mut Diagnostics) {
    let name = context.sources.text(node.name.span);
    let mut otherwise: Option<Span> = None;
    let mut odd: Vec<(Span, &str)> = Vec::new();
    for branch in branches(node) {
        let (place, first) = (branch.span, otherwise);
        match (branch.arm.as_deref(), &branch.condition) {
            (Some(Arm::Else(span)), _) => match first {
                Some(first) => diagnostics.push(
                    Diagnostic::new(&CODE, *span, format!("the `decide` `{name}` has two `else`"))
                        .here("and here again")
                        .label(first, "first here")
                        .help("a call that no `when` takes goes one way: take one of them out"),
                ),
                None => otherwise = Some(*span),
            },
            (Some(Arm::When(When { span: asked, .. }) | Arm::Hours(AskedHours { span: asked, .. })), _) => {
                if let Some(first) = first {
                    let fix = Fix::move_before("Move it above the `else`", context.sources, place, first);
                    diagnostics.push(
                        Diagnostic::new(&CODE, *asked, "this `when` comes after the `else`")
                            .here("never asked: `else` takes every call")
                            .label(first, "takes every call")
                            .help("move it above the `else`, which comes last")
                            .fix(fix),
                    );
                }
            }
            (None, Some(condition)) => {
                let words = Span { end: condition.span.end, ..place };
                if Outcome::is_catch_all_word(context.sources.text(condition.span)) {
                    diagnostics.push(
                        Diagnostic::new(&CODE, words, "what no `when` takes begins with `else ->`")
                            .here("not in this form")
                            .help("write `else -> NODE`")
                            .fix(Fix::write(words, "else")),
                    );
                    otherwise = otherwise.or(Some(place));
                    continue;
                }
                odd.push((words, context.sources.text(condition.span)));
            }
            (None, None) => {
                // It is an `else` without the word.
                otherwise = otherwise.or(Some(place));
                let start = Span { end: place.start, ..place };
                diagnostics.push(
                    Diagnostic::new(&CODE, place, "a branch of a `decide` begins with `when` or `else`")
                        .here("when is this taken?")
                        .help("write `else -> NODE` for every call that no `when` takes")
                        .fix(first.is_none().then(|| Fix::new("Write `else` before it", start, "else "))),
                );
            }
        }
    }
    let is_odd = !odd.is_empty();
    no_events(&odd).into_iter().for_each(|found| diagnostics.push(found));
    if otherwise.is_none() && !is_odd && !node.broken && branches(node).next().is_some() {
        diagnostics.push(
            Diagnostic::new(&CODE, node.name.span, format!("the `decide` `{name}` has no `else`"))
                .here("where does a call go that no `when` takes?")
                .help("write `else -> NODE` as its last line"),
        );
    }
    for statement in node.block.iter().flatten() {
        if let Statement::Action(_) | Statement::Set(_) = statement {
            diagnostics.push(no_actions(statement.span()));
        }
    }
    let header = node.argument.map(|argument| argument.span);
    let options = node.options.iter().filter(|option| !option.is_tag()).map(|option| option.span);
    for span in header.into_iter().chain(options) {
        diagnostics.push(no_actions(span));
    }
}

/// The finding for the branches of a `decide` that begin with `on`.
fn no_events(odd: &[(Span, &str)]) -> Option<Diagnostic> {
    let ((first, condition), others) = odd.split_first()?;
    let others: Vec<Span> = others.iter().map(|(span, _)| *span).collect();
    let help = match *condition {
        "open" | "closed" => format!("name the hours, as in `when {condition} HOURS -> NODE`"),
        _ => "write `when NAME = VALUE -> NODE`; keys belong to `collect`, and who answered to `answer`"
            .to_owned(),
    };
    Some(
        Diagnostic::new(&CODE, *first, "nothing happens at a `decide`, so that it has no `on`")
            .here("no key is pressed and nobody answers here")
            .label_each(&others, 5, "nor here")
            .help(help),
    )
}

fn no_actions(span: Span) -> Diagnostic {
    Diagnostic::new(&CODE, span, "a `decide` only asks, and does nothing")
        .here("no action belongs here")
        .help("put it into the node before, or into the nodes that its branches go to")
}

/// Any other node has no `when` and no `else`.
fn check_other(context: &Context<'_>, node: &Node, kind: NodeKind, diagnostics: &mut Diagnostics) {
    let word = match kind {
        NodeKind::Kind(kind) => kind.word(),
        NodeKind::Generic { .. } => "node",
        NodeKind::Declared(span) => context.sources.text(span),
    };
    for branch in branches(node) {
        let name = context.sources.text(node.name.span);
        let (span, help) = match branch.arm.as_deref() {
            Some(Arm::When(When { span, .. }) | Arm::Hours(AskedHours { span, .. })) => {
                let targets = context.sources.text(branch.span);
                (
                    *span,
                    format!(
                        "write `decide NAME {{ {targets}; else -> NODE }}`, and lead from `{name}` to it"
                    ),
                )
            }
            Some(Arm::Else(span)) => {
                diagnostics.push(else_elsewhere(context, node, kind, *span));
                continue;
            }
            None => continue,
        };
        let written = context.sources.text(Span { end: span.start + 4, ..span });
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("{} node has no `{written}`", with_article(word)))
                .here("only a `decide` has this")
                .help(help),
        );
    }
}

/// `else` in a node that is no `decide`: what is left has names there.
fn else_elsewhere(context: &Context<'_>, node: &Node, kind: NodeKind, span: Span) -> Diagnostic {
    let usual = match kind {
        NodeKind::Kind(kind) => kind.usual_outcomes(),
        NodeKind::Generic { .. } | NodeKind::Declared(_) => &[],
    };
    let alternatives =
        || branches(node).filter_map(|branch| branch.condition.as_ref()).flat_map(|one| &one.alternatives);
    let is_taken = |outcome: &Outcome| {
        alternatives().any(
            |one| matches!(one, Alternative::Outcome(span) if context.sources.text(*span) == outcome.word()),
        )
    };
    let left: Vec<&str> =
        usual.iter().filter(|outcome| !is_taken(outcome)).map(|outcome| outcome.word()).collect();
    // Beside keys the other outcomes have names, elsewhere a branch without a condition takes them.
    let has_keys = matches!(kind, NodeKind::Kind(Kind::Collect))
        || alternatives().any(|one| matches!(one, Alternative::Key(_) | Alternative::Range(..)));
    let has_others = has_keys && alternatives().next().is_some();
    let diagnostic = Diagnostic::new(
        &CODE,
        span,
        "there is no `else` here: each branch names the keys and outcomes that take it",
    )
    .here("only a `decide` has this");
    match (has_others, left.as_slice()) {
        (false, _) => diagnostic
            .help("write `-> NODE`: a branch without a condition takes whatever no other branch takes")
            .fix(Fix::take_from_list("Take `else` out", context.sources, span, ',')),
        (true, []) => diagnostic.help("every outcome of this node has a branch: take this one out"),
        (true, left) => {
            let on = format!("on {}", left.join(" | "));
            diagnostic.help(format!("name what is left: `{on}`")).fix(Fix::write(span, on))
        }
    }
}

/// A line outside its block that leads on from a `decide`.
fn check_outside(context: &Context<'_>, id: NodeId, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let node = &flow.nodes[id];
    // A broken header is reported, and may be that of another node.
    if node.broken {
        return;
    }
    let Some((_, item)) =
        fixes::tree(context, node.name_span.file).and_then(|ast| item_at(ast, node.name_span))
    else {
        return;
    };
    let is_outside = |span: Span| !item.span.contains(span);
    let outside = flow.out(id).iter().find(|transition| {
        is_outside(transition.span) && transition.origin == Origin::Written && !transition.is_else()
    });
    if let Some(outside) = outside {
        let to = outside.to.map_or_else(|| "NODE".to_owned(), |to| display_id(&flow.nodes[to].id));
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                outside.span,
                format!("`{}` is a `decide`, whose branches stand in its block", display_id(&node.id)),
            )
            .here("when is this taken?")
            .label(node.name_span, "this is a `decide`")
            .help(format!("write `else -> {to}` or `when NAME = VALUE -> {to}` in its block")),
        );
    }
}
