//! What a `collect` says at further attempts: `retry` and `silence`.

use super::Resolver;
use super::ScopeId;
use super::placeholders::Reader;
use crate::flow::{Action, Directive, NodeId, Repeat, Tag, Text, Verb};
use crate::syntax::ast::{self, OptionKind};
use thin_vec::ThinVec;

impl Resolver<'_> {
    /// Gives what is said at further attempts to the prompt above it, or else to the next one. The first of two counts.
    pub(super) fn set_repeat(
        &mut self,
        scope: ScopeId,
        node: NodeId,
        actions: &mut [Action],
        above: usize,
        written: &ast::Action,
    ) {
        let repeat = self.repeat(scope, written);
        let is_prompt = |action: &Action| action.directive == Directive::Collect;
        let before = actions.get(..above).and_then(|above| above.iter().rposition(is_prompt));
        let at = before.or_else(|| actions.iter().position(is_prompt));
        self.record_reads(node, at.unwrap_or(above));
        let Some(action) = at.and_then(|at| actions.get_mut(at)) else { return };
        let repeats = action.repeats.get_or_insert_default();
        match written.verb {
            Verb::Silence => repeats.silence.get_or_insert(repeat),
            _ => repeats.retry.get_or_insert(repeat),
        };
    }

    fn repeat(&mut self, scope: ScopeId, written: &ast::Action) -> Repeat {
        let mut repeat = Repeat {
            media: None,
            prompt: None,
            text: None,
            ssml: None,
            fields: ThinVec::new(),
            lasts: None,
            tags: ThinVec::new(),
            span: written.span,
        };
        repeat.text = written.argument.map(|text| self.repeat_text(scope, text, &mut repeat.tags));
        for option in &written.options {
            match option.kind {
                OptionKind::Media(text) => {
                    let text = self.repeat_text(scope, text, &mut repeat.tags);
                    repeat.media.get_or_insert(text);
                }
                OptionKind::Prompt(text) => {
                    let text = self.repeat_text(scope, text, &mut repeat.tags);
                    repeat.prompt.get_or_insert(text);
                }
                OptionKind::Text(text) => {
                    let text = self.repeat_text(scope, text, &mut repeat.tags);
                    repeat.text.get_or_insert(text);
                }
                OptionKind::Ssml(text) => {
                    let ssml = self.ssml(scope, &mut repeat.text, &mut repeat.tags, text, Reader::Voice);
                    repeat.ssml = ssml.or(repeat.ssml.take());
                }
                OptionKind::Lasts(milliseconds) => {
                    repeat.lasts.get_or_insert(milliseconds);
                }
                // Reported by a check.
                OptionKind::Retries(_)
                | OptionKind::Wait(_)
                | OptionKind::Between(_)
                | OptionKind::Digits(..)
                | OptionKind::End(_)
                | OptionKind::Into(_)
                | OptionKind::Language(_)
                | OptionKind::Voice(_)
                | OptionKind::Disposition(_)
                | OptionKind::Tag(_) => {}
            }
        }
        repeat.fields = self.free_fields(scope, &written.fields, true, &mut repeat.tags);
        repeat
    }

    fn repeat_text(&mut self, scope: ScopeId, text: ast::Text, tags: &mut ThinVec<Tag>) -> Text {
        self.text_for(scope, text, Reader::Voice, tags)
    }
}
