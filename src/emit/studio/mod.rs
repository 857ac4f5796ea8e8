//! Scripts of CXone Studio, as the Admin API takes them.
//!
//! `build.rs` makes the actions of each node and says what it cannot; `answer.rs`, `keys.rs`, `decide.rs`, `hand_over.rs`,
//! `declared.rs`, `suppression.rs`, `markup.rs` and `voices.rs` have the constructs that need more than one action, `places.rs` puts them on the canvas, and `script.rs` writes them.
//! Everything that is known of Studio's own words stands in [`actions`], with its evidence.

pub mod actions;
mod answer;
mod build;
pub mod codes;
mod decide;
mod declared;
mod hand_over;
pub mod kept;
pub mod keys;
mod left_out;
pub mod markup;
pub mod names;
mod own_variables;
pub mod phrase;
mod places;
mod purpose;
mod reads;
mod recordings;
pub mod script;
pub mod sequence;
mod settings;
pub mod suppression;
mod voices;

use std::io::{self, Write};

pub(crate) use purpose::decides;
pub use settings::{AnswerBy, StudioSettings, StudioVoice};
pub(crate) use voices::voice_of;

use super::{Target, TargetFacts};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::{Action, Directive, Flow, NodeId, VariableId};

/// What is known of the target.
pub static FACTS: TargetFacts = TargetFacts {
    name: "studio",
    about: "a script of CXone Studio, as the Admin API takes it; nothing of it was tried on a tenant",
    has_platform_words: false,
    detection: actions::DETECTION,
};

/// Scripts of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Studio(pub StudioSettings);

impl Target for Studio {
    fn facts(&self) -> &'static TargetFacts {
        &FACTS
    }

    fn check(&self, flow: &Flow, diagnostics: &mut Diagnostics) {
        check(flow, &self.0, diagnostics);
    }

    fn write(&self, flow: &Flow, compact: bool, out: &mut dyn Write) -> io::Result<()> {
        write_script(flow, &self.0, compact, out)
    }

    fn takes_calls(&self, flow: &Flow) -> bool {
        purpose::decides(flow).is_none()
    }

    fn begins(&self, flow: &Flow) -> Vec<NodeId> {
        flow.nodes.ids().filter(|&id| flow.nodes[id].actions.last().is_some_and(begins)).collect()
    }

    fn reads(&self, flow: &Flow) -> Vec<VariableId> {
        reads::of_actions(flow)
    }

    fn node_ids(&self, flow: &Flow) -> Vec<(String, NodeId)> {
        let (script, _) = build::build(flow, &self.0);
        let actions = script.actions.iter().enumerate();
        actions.filter_map(|(index, action)| Some((script::id(index).to_string(), action.node?))).collect()
    }
}

/// Whether an action begins by itself: those of events do, and their names say so (ONANSWER, ONRELEASE).
fn begins(action: &Action) -> bool {
    let is_event = |word: &str| word.get(..2).is_some_and(|on| on.eq_ignore_ascii_case("on"));
    matches!(&action.directive, Directive::Other(word) if is_event(word))
}

/// Reports what a script cannot say of a flow.
pub fn check(flow: &Flow, settings: &StudioSettings, diagnostics: &mut Diagnostics) {
    let (_, findings) = build::build(flow, settings);
    diagnostics.append(findings);
    let changes = voices::VoiceChanges::of(flow, settings);
    for (language, span) in &changes.without_voice {
        diagnostics.push(
            Diagnostic::new(&codes::TENANT_VALUE, *span, format!("no voice is known for the language `{language}`"))
                .here("spoken in it")
                .help(format!("add it to `voices` under `[studio]` in `cxflow.toml`, as in `voices = [\"{language}=polly:NAME\"]`")),
        );
    }
    if let Some(span) = changes.unnamed {
        diagnostics.push(
            Diagnostic::new(&codes::TENANT_VALUE, span, "this text has no voice, and other texts of the flow choose one")
                .here("heard in the voice that was chosen last")
                .help("declare the `language` of the flow, or add `\"default=VENDOR:NAME\"` to `voices` under `[studio]` in `cxflow.toml`"),
        );
    }
}

/// The script of a flow, without places on the canvas. What it cannot say is left out.
pub fn script(flow: &Flow, settings: &StudioSettings) -> script::Script {
    build::build(flow, settings).0
}

/// Writes a flow as a script, with two spaces of indentation, or on one line if `compact`; in both cases with a
/// final newline.
///
/// # Errors
///
/// Those of `out`.
///
/// ```
/// use cxflowc::emit::studio::{StudioSettings, write_script};
///
/// let compiled = cxflowc::compile("hi.cxflow", "flow \"Hi\"\nentry bye\ndisconnect bye { say \"Goodbye.\" }\n");
/// let mut out = Vec::new();
/// write_script(&compiled.flow, &StudioSettings::default(), true, &mut out).unwrap();
/// let script: serde_json::Value = serde_json::from_slice(&out).unwrap();
/// let names: Vec<&str> = ["1", "2", "3"].map(|id| script["actions"][id]["name"].as_str().unwrap()).into();
/// assert_eq!(names, ["BEGIN", "PLAY", "HANGUP"]);
/// assert_eq!(script["properties"]["2"]["0"]["value"], "\"%Goodbye.\"");
/// ```
pub fn write_script(
    flow: &Flow,
    settings: &StudioSettings,
    compact: bool,
    out: impl Write,
) -> io::Result<()> {
    let (mut script, _) = build::build(flow, settings);
    places::place(&mut script);
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    if compact {
        serde_json::to_writer(&mut out, &script)?;
    } else {
        serde_json::to_writer_pretty(&mut out, &script)?;
    }
    out.write_all(b"\n")?;
    out.flush()
}
