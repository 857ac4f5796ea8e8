//! What a script is for: to take calls, or to decide before a call whether it is placed.

use super::actions::{self, ActionFacts};
use crate::flow::{self, Directive, Flow, NodeId};

/// The actions that make a script one for suppression.
const DECIDE: [&ActionFacts; 3] = [&actions::CHECKCALLSUP, &actions::PERMITCALL, &actions::SUPPRESSCALL];

/// Actions of Studio that do something to somebody who is on the line.
const WITH_A_CALL: [&ActionFacts; 10] = [
    &actions::PLAY,
    &actions::MENU,
    &actions::CAPTURE,
    &actions::REQAGENT,
    &actions::MUSIC,
    &actions::HANGUP,
    &actions::TTSVOICE,
    &actions::ONANSWER,
    &actions::ONMACHINE,
    &actions::PLAYWITHCPA,
];

/// The first node that decides whether a call is placed, which makes the script one for suppression.
pub fn decides(flow: &Flow) -> Option<NodeId> {
    flow.nodes.ids().find(|&id| flow.nodes[id].actions.iter().any(|action| is_one_of(action, &DECIDE)))
}

fn is_one_of(action: &flow::Action, all: &[&ActionFacts]) -> bool {
    match &action.directive {
        Directive::Other(word) => all.iter().any(|facts| facts.name.eq_ignore_ascii_case(word)),
        _ => false,
    }
}

/// Whether an action needs somebody on the line.
pub fn needs_call(action: &flow::Action) -> bool {
    match action.directive {
        Directive::Play
        | Directive::Collect
        | Directive::Route
        | Directive::Schedule
        | Directive::Record
        | Directive::Disconnect => true,
        Directive::Set => false,
        Directive::Other(_) => is_one_of(action, &WITH_A_CALL),
    }
}

/// Whether an action looks up whom not to call.
pub fn looks_up(action: &flow::Action) -> bool {
    is_one_of(action, &[&actions::CHECKCALLSUP])
}
