//! A contact field has the same declaration and spelling everywhere, and takes time to speak.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{Context, Rule};
use crate::diagnostics::{Area, Cause, Code, Diagnostic, Diagnostics, Page, Severity, list_of, quote};
use crate::policy::codes::SHORT_LASTS;
use crate::resolve::plain;
use crate::source::Span;
use crate::syntax::ast::{Contact, Declaration, OptionKind};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub static CODE: Code = Code {
    id: "CX120",
    area: Area::Declaration,
    name: "field-differs",
    severity: Severity::Warning,
    what: "Two files of a flow declare the same contact field with different tags or a different `lasts`, or two fields have names that differ only in capitals, `-` and `_`; or a `var` has the name of a contact field, or one that differs from it only so. The platform has only one field of each name: it gets the tags of all its declarations, and the longest time.",
    why: "Someone who reads only one of the files believes that the field has no such tag, but policies see the tag.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "An included file declares the field itself, without the tag",
                remedy: "Take that line out if the file is always included beside the other declaration, or write the same tags in both.",
            },
            Cause {
                sign: "Two different fields have the same name by chance",
                remedy: "To the platform they are one field: have one of them renamed there.",
            },
            Cause {
                sign: "The message says that two names differ only in capitals, `-` or `_`",
                remedy: "The platform may take them for one field, and policies do: declare the one that the contact list has, and insert that.",
            },
        ],
    },
};

/// What a declaration says about a field.
struct DeclaredField<'a> {
    name: Span,
    tags: Vec<&'a str>,
    lasts: Option<u64>,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut first: FxHashMap<Cow<'_, str>, (&str, DeclaredField<'_>)> = FxHashMap::default();
    for item in context.files.iter().flat_map(|(_, ast)| &ast.items) {
        let Declaration::Contact(contact) = &item.declaration else { continue };
        let declared = declared(context, contact);
        let name = context.sources.text(declared.name).trim_matches('`');
        if let Some((0, span)) = lasts(contact).next() {
            diagnostics.push(
                Diagnostic::new(
                    &SHORT_LASTS,
                    span,
                    "`lasts 0s` says that the field takes no time, but its value is spoken",
                )
                .here("this takes some time")
                .help("write how long its longest value takes, or take `lasts` out"),
            );
        }
        let Some((other_name, other)) = first.get(plain(name).as_ref()) else {
            first.insert(plain(name), (name, declared));
            continue;
        };
        if *other_name != name {
            let message = format!(
                "the contact fields {} and {} differ only in capitals, `-` or `_`",
                quote(other_name),
                quote(name)
            );
            diagnostics.push(
                Diagnostic::new(&CODE, declared.name, message)
                    .here("perhaps the same field")
                    .label(other.name, "the other one is declared here")
                    .help(format!(
                        "insert {} everywhere, or give the fields names that nobody confuses",
                        quote(&format!("${{{other_name}}}"))
                    )),
            );
            continue;
        }
        // Two declarations in one file are reported as a duplicate.
        if other.name.file == declared.name.file {
            continue;
        }
        let mut differs = Vec::new();
        if other.tags != declared.tags {
            differs.push(format!("{} here, {} there", shown(&declared.tags), shown(&other.tags)));
        }
        if let (Some(own), Some(other)) = (declared.lasts, other.lasts)
            && own != other
        {
            differs.push("a different `lasts`".to_owned());
        }
        if differs.is_empty() {
            continue;
        }
        let message = format!(
            "the contact field {} is declared differently elsewhere: {}",
            quote(name),
            differs.join(", and ")
        );
        diagnostics.push(
            Diagnostic::new(&CODE, declared.name, message)
                .here("the platform has one field of this name")
                .label(other.name, "also declared here")
                .help("declare it once, in a file that all of them include, or write both alike"),
        );
    }
    for item in context.files.iter().flat_map(|(_, ast)| &ast.items) {
        let Declaration::Var(variable) = &item.declaration else { continue };
        let span = variable.name.span;
        let name = context.sources.text(span).trim_matches('`');
        let Some((field, other)) = first.get(plain(name).as_ref()) else { continue };
        // Two declarations of one name in a file are reported as a duplicate.
        if *field != name || other.name.file != span.file {
            diagnostics.push(beside_variable(name, span, field, other.name));
        }
    }
}

/// The finding for a variable that is confused with a contact field.
fn beside_variable(name: &str, variable: Span, field: &str, declared: Span) -> Diagnostic {
    let (message, help) = if name == field {
        (
            format!("the variable {} hides the contact field of its name", quote(name)),
            "give the variable another name: where it is known, nobody can insert the field",
        )
    } else {
        (
            format!(
                "the variable {} and the contact field {} differ only in capitals, `-` or `_`",
                quote(name),
                quote(field)
            ),
            "give the variable a name that nobody confuses with the field's",
        )
    };
    Diagnostic::new(&CODE, variable, message)
        .here("perhaps the same value")
        .label(declared, "the field is declared here")
        .help(help)
}

fn declared<'a>(context: &Context<'a>, contact: &Contact) -> DeclaredField<'a> {
    let mut tags = Vec::new();
    for option in &contact.options {
        if let OptionKind::Tag(span) = option.kind {
            tags.push(context.sources.text(span));
        }
    }
    tags.sort_unstable();
    tags.dedup();
    DeclaredField {
        name: contact.name.span,
        tags,
        lasts: lasts(contact).next().map(|(milliseconds, _)| milliseconds),
    }
}

/// Each `lasts` of a field, in milliseconds, and where it is written.
fn lasts(contact: &Contact) -> impl Iterator<Item = (u64, Span)> {
    contact.options.iter().filter_map(|option| match option.kind {
        OptionKind::Lasts(milliseconds) => Some((milliseconds, option.span)),
        _ => None,
    })
}

fn shown(tags: &[&str]) -> String {
    match tags {
        [] => "no tag".to_owned(),
        _ => list_of(&tags.iter().map(|tag| format!("`@{tag}`")).collect::<Vec<_>>(), "and"),
    }
}
