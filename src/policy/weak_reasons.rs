//! What a policy says of itself and of exemptions in words that say nothing.

use jiff::civil::Date;

use super::decisions::{names_nobody, says_nothing};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::flow::policy::Policy;
use crate::resolve::codes::WEAK_WAIVER;
use crate::source::Span;
use crate::spelling::is_blank;

/// The first year in which somebody can have read a policy.
const FIRST_YEAR: i16 = 2000;

/// Reports reasons that say nothing, reviews by nobody, and reviews on days that cannot be. `on` is the day of the run.
pub fn report(policy: &Policy, on: Option<Date>, diagnostics: &mut Diagnostics) {
    let mut push = |span: Span, message: String, here: String, help: &str| {
        diagnostics.push(Diagnostic::new(&WEAK_WAIVER, span, message).here(here).help(help));
    };
    // A blank one is an error of its own.
    let is_weak = |reason: &str| !is_blank(reason) && says_nothing(reason);
    for rule in &policy.rules {
        for exempt in rule.exempt.iter().filter(|exempt| is_weak(&exempt.because)) {
            push(
                exempt.because_span,
                format!("no reason is given for an exemption from `{}/{}`", policy.name, rule.name),
                format!("{} says nothing", quote(&exempt.because)),
                "name the law or the agreement that excepts these flows: reports show it",
            );
        }
    }
    for conflict in policy.conflicts.iter().filter(|conflict| is_weak(&conflict.because)) {
        push(
            conflict.because_span,
            format!("`{}` does not say what to do about its conflict with `{}`", policy.name, conflict.with),
            format!("{} says nothing", quote(&conflict.because)),
            "say how a flow can keep both, or which of the two gives way",
        );
    }
    for review in &policy.reviews {
        if !is_blank(&review.by) && names_nobody(&review.by) {
            push(
                review.span,
                format!("nobody is named who has read `{}`", policy.name),
                format!("by {}", quote(&review.by)),
                "write the name of whoever read it, or take the line out until somebody has",
            );
        }
        let is_to_come = on.is_some_and(|day| review.on > day);
        if is_to_come || review.on.year() < FIRST_YEAR {
            let (here, help) = match is_to_come {
                true => {
                    ("a day to come", "write the day on which it was read, or take the line out until then")
                }
                false => ("long ago", "check the year"),
            };
            push(
                review.span,
                format!("`{}` was not reviewed on {}", policy.name, review.on),
                here.to_owned(),
                help,
            );
        }
    }
}
