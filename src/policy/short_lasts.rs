//! A `lasts` that is shorter than any voice takes.

use super::codes::SHORT_LASTS;
use super::step_time::{down, spoken};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::{Action, Directive, Flow};
use crate::source::Span;
use crate::speech::Voice;
use crate::spelling::display_duration;
use rustc_hash::FxHashSet;

/// The shortest time in which anything can be heard, in milliseconds.
const SHORTEST: u64 = 100;

/// Reports each `lasts` in which its text cannot be spoken, or nothing can be heard.
pub fn report(flow: &Flow, voice: Voice, diagnostics: &mut Diagnostics) {
    // Instances of a file share the places of their actions.
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for action in flow.nodes.rows().iter().flat_map(|node| &node.actions) {
        let Some(lasts) = action.lasts.filter(|_| is_heard(action)) else { continue };
        let least = least(flow, action, voice);
        if lasts >= least.max(SHORTEST) || !seen.insert(action.span) {
            continue;
        }
        let diagnostic = if least == 0 {
            let time = if lasts == 0 { "no time" } else { "less than a tenth of a second" };
            let lasts = display_duration(lasts);
            Diagnostic::new(
                &SHORT_LASTS,
                action.span,
                format!("`lasts {lasts}` says that this takes {time}, but something is heard here"),
            )
            .here("this takes some time")
        } else {
            let lasts = display_duration(lasts);
            let subject = if action.is_recorded() { "text beside the recording" } else { "text" };
            let least = down(least);
            let message =
                format!("`lasts {lasts}` is too short: no voice speaks this {subject} in less than {least}");
            Diagnostic::new(&SHORT_LASTS, action.span, message).here(format!("takes {least} at least"))
        };
        diagnostics.push(diagnostic.help("measure the audio and write its length, or take `lasts` out"));
    }
}

fn is_heard(action: &Action) -> bool {
    matches!(action.directive, Directive::Play | Directive::Collect)
}

/// The shortest time in which a voice speaks an action's text, in milliseconds; 0 if unknown.
fn least(flow: &Flow, action: &Action, voice: Voice) -> u64 {
    action.text.as_ref().map_or(0, |text| spoken(flow, action, text, voice).bounds.least)
}
