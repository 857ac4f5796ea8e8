//! A field of a node or an action may be set only once.

use super::{Context, Rule};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::flow::{Kind, Verb};
use crate::resolve::codes::DUPLICATE;
use crate::source::{Sources, Span};
use crate::syntax::ast::{Action, Declaration, Item, Node, NodeKind, Opt, OptionKind, Statement, Text};
use crate::syntax::place::take_out;

/// Reports under the resolver's code for duplicates.
pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (_, ast) in context.files {
        check_speakers(context.sources, &ast.items, diagnostics);
        for item in &ast.items {
            if let Declaration::Include(include) = &item.declaration {
                check_options(context.sources, include.speaker.iter(), Vec::new(), diagnostics);
            }
            let Declaration::Node(node) = &item.declaration else { continue };
            let plays = matches!(node.kind, Some(NodeKind::Kind(Kind::Play | Kind::Disclosure)));
            check_fields(context.sources, node.argument, plays, &node.options, diagnostics);
            for statement in node.block.iter().flatten() {
                let Statement::Action(action) = statement else { continue };
                let argument = action.argument.filter(|_| action.verb != Verb::Any);
                check_fields(
                    context.sources,
                    argument,
                    action.verb == Verb::Play,
                    &action.options,
                    diagnostics,
                );
            }
            check_header(context.sources, node, diagnostics);
        }
    }
}

/// The language and the voice of a file, which may stand on two lines.
fn check_speakers(sources: &Sources, items: &[Item], diagnostics: &mut Diagnostics) {
    let mut set: Vec<(&'static str, Span)> = Vec::new();
    for item in items {
        let Declaration::Speaker(options) = &item.declaration else { continue };
        for option in options {
            let Some(field) = field_of(option) else { continue };
            let Some(&(_, first)) = set.iter().find(|(name, _)| *name == field) else {
                set.push((field, option.span));
                continue;
            };
            let mut found = twice(sources, field, option.span, first);
            if options.len() == 1 {
                found.fixes.clear();
                found = found.fix(take_out("Take the second one out", sources, item));
            }
            diagnostics.push(found);
        }
    }
}

/// What a header says about a prompt for keys applies to the prompt in the block.
fn check_header(sources: &Sources, node: &Node, diagnostics: &mut Diagnostics) {
    if !matches!(node.kind, Some(NodeKind::Kind(Kind::Collect))) {
        return;
    }
    let of_prompt = |options: &[Opt]| -> Vec<(&'static str, Span)> {
        let words = ["retries", "wait", "between", "digits", "end", "into"];
        let fields = options.iter().filter_map(|option| Some((field_of(option)?, option.span)));
        fields.filter(|(field, _)| words.contains(field)).collect()
    };
    let header = of_prompt(&node.options);
    for statement in node.block.iter().flatten() {
        let Statement::Action(Action { verb: Verb::Collect, options, .. }) = statement else { continue };
        for (field, span) in of_prompt(options) {
            if let Some(&(_, first)) = header.iter().find(|(other, _)| *other == field) {
                diagnostics.push(twice(sources, field, span, first));
            }
        }
    }
}

/// The word of an option that may stand once.
fn field_of(option: &Opt) -> Option<&'static str> {
    Some(match option.kind {
        OptionKind::Media(_) => "media",
        OptionKind::Text(_) => "text",
        OptionKind::Retries(_) => "retries",
        OptionKind::Lasts(_) => "lasts",
        OptionKind::Wait(_) => "wait",
        OptionKind::Between(_) => "between",
        OptionKind::Digits(..) => "digits",
        OptionKind::End(_) => "end",
        OptionKind::Into(_) => "into",
        OptionKind::Language(_) => "language",
        OptionKind::Voice(_) => "voice",
        OptionKind::Prompt(_) => "prompt",
        OptionKind::Ssml(_) => "ssml",
        OptionKind::Disposition(_) => "disposition",
        OptionKind::Tag(_) => return None,
    })
}

pub(super) fn twice(sources: &Sources, field: &str, span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(&DUPLICATE, span, format!("`{field}` is set twice"))
        .here("and here again")
        .label(first, "set here")
        .help("keep one of them")
        .fix(Fix::take_from_list("Take the second one out", sources, span, ','))
}

fn check_fields(
    sources: &Sources,
    argument: Option<Text>,
    plays: bool,
    options: &[Opt],
    diagnostics: &mut Diagnostics,
) {
    let mut set: Vec<(&'static str, Span)> = Vec::new();
    if let Some(argument) = argument {
        set.push((if plays { "media" } else { "text" }, argument.span));
    }
    check_options(sources, options.iter(), set, diagnostics);
}

/// Reports options that are set already, or twice.
fn check_options<'o>(
    sources: &Sources,
    options: impl Iterator<Item = &'o Opt>,
    mut set: Vec<(&'static str, Span)>,
    diagnostics: &mut Diagnostics,
) {
    for option in options {
        let Some(field) = field_of(option) else { continue };
        match set.iter().find(|&&(name, _)| name == field) {
            Some(&(_, first)) => diagnostics.push(twice(sources, field, option.span, first)),
            None => set.push((field, option.span)),
        }
    }
}
