//! What a test says of its call must matter to the flow: the time of the call, or a value.

use super::{Context, Rule};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::flow::IdleGiven;
use crate::resolve::codes::UNUSED;
use crate::source::{Sources, Span};

/// The code of a variable that is used before it is set.
const READ_UNSET: &str = "CX209";

pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    // An unreadable line or file may ask for it.
    if !context.flow.complete || context.flow.lacks_files {
        return;
    }
    // What is read before it is set may begin with the test's value.
    let is_read_unset = diagnostics.iter().any(|one| one.code.id == READ_UNSET)
        || context.flow.waivers.iter().any(|waiver| waiver.subject.finding() == Some(READ_UNSET));
    for given in &context.flow.idle_given {
        diagnostics.push(match *given {
            IdleGiven::Time { test, at } => Diagnostic::new(
                &UNUSED,
                at,
                format!(
                    "the time of the test {} has no effect: the flow has no `hours`",
                    quote(context.sources.text(test).trim_matches('"'))
                ),
            )
            .here("nothing asks for the time of the call")
            .help("take it out, or declare `hours` and ask for them with `when open NAME` in a `decide`")
            .fix(without_time(context.sources, at)),
            IdleGiven::Value { span, declared } => Diagnostic::new(
                &UNUSED,
                span,
                format!("the value of {} has no effect: nothing uses it", quote(context.sources.text(span))),
            )
            .here("the call is the same without it")
            .label(declared, "declared here, and never used")
            .help("take it out, or compare or speak it where it should count"),
            IdleGiven::SetBefore { .. } if is_read_unset => continue,
            IdleGiven::SetBefore { span, set } => Diagnostic::new(
                &UNUSED,
                span,
                format!(
                    "the value of {} has no effect: each call sets it before anything asks for it",
                    quote(context.sources.text(span))
                ),
            )
            .here("the call is the same without it")
            .label(set, "set here")
            .help("take it out"),
        });
    }
}

/// Takes `at TIME` out of a test, with the blanks before it.
fn without_time(sources: &Sources, at: Span) -> Option<Fix> {
    let before = sources.get(at.file).text().get(..at.range().start)?;
    let kept = before.trim_end().strip_suffix("at")?.trim_end().len();
    Some(Fix::new("Take the time out", Span::new(at.file, kept, at.range().end), ""))
}
