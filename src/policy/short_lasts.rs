//! A `lasts` that is shorter than any voice takes.

use super::codes::SHORT_LASTS;
use super::step_time::{down, spoken_text};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::{Action, Directive, Flow, Ssml, Text};
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
    let heard = flow.nodes.rows().iter().flat_map(|node| &node.actions).filter(|action| is_heard(action));
    let parts = heard.flat_map(|action| {
        let voice = action.spoken_by(voice);
        let repeats = action.repeats().map(move |(_, one)| {
            (one.span, one.lasts, one.is_recorded(), one.ssml.as_deref(), one.text.as_ref(), voice)
        });
        let (ssml, text) = (action.ssml.as_deref(), action.text.as_ref());
        let own = (action.span, action.lasts, action.is_recorded(), ssml, text, voice);
        std::iter::once(own).chain(repeats)
    });
    report_waits(flow, diagnostics);
    for (span, lasts, is_recorded, ssml, text, voice) in parts {
        let Some(lasts) = lasts else { continue };
        let least = least(flow, ssml, text, voice);
        if lasts >= least.max(SHORTEST) || !seen.insert(span) {
            continue;
        }
        let diagnostic = if least == 0 {
            let time = if lasts == 0 { "no time" } else { "less than a tenth of a second" };
            let lasts = display_duration(lasts);
            Diagnostic::new(
                &SHORT_LASTS,
                span,
                format!("`lasts {lasts}` says that this takes {time}, but something is heard here"),
            )
            .here("this takes some time")
        } else {
            let lasts = display_duration(lasts);
            let subject = if is_recorded { "text beside the recording" } else { "text" };
            let least = down(least);
            let message =
                format!("`lasts {lasts}` is too short: no voice speaks this {subject} in less than {least}");
            Diagnostic::new(&SHORT_LASTS, span, message).here(format!("takes {least} at least"))
        };
        diagnostics.push(diagnostic.help("measure the audio and write its length, or take `lasts` out"));
    }
}

/// Reports each `lasts` of a prompt for keys that is shorter than the prompt's own `wait`, which is a part of it.
fn report_waits(flow: &Flow, diagnostics: &mut Diagnostics) {
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    let prompts = flow.nodes.rows().iter().flat_map(|node| &node.actions);
    for action in prompts.filter(|action| action.directive == Directive::Collect) {
        let wait = action.input.as_deref().and_then(|input| input.wait);
        let (Some(lasts), Some(wait)) = (action.lasts, wait) else { continue };
        let Some(span) = wait.span.filter(|&span| wait.milliseconds > lasts && seen.insert(span)) else {
            continue;
        };
        let (lasts, wait) = (display_duration(lasts), display_duration(wait.milliseconds));
        diagnostics.push(
            Diagnostic::new(
                &SHORT_LASTS,
                span,
                format!("`lasts {lasts}` is too short: the prompt alone waits {wait} for a key"),
            )
            .here("the wait is a part of that time")
            .help("write how long the prompt and the wait take together, or take `lasts` out"),
        );
    }
}

fn is_heard(action: &Action) -> bool {
    matches!(action.directive, Directive::Play | Directive::Collect)
}

/// The shortest time in which a voice speaks a text, in milliseconds; 0 if unknown.
fn least(flow: &Flow, ssml: Option<&Ssml>, text: Option<&Text>, voice: Voice) -> u64 {
    text.map_or(0, |text| spoken_text(flow, ssml, text, voice).bounds.least)
}
