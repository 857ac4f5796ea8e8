//! What agents say: `script "TEXT"`.

use super::{Resolver, ScopeId};
use crate::flow::{Action, Directive, NodeId, Script, Text};
use crate::syntax::ast;
use thin_vec::ThinVec;

impl Resolver<'_> {
    /// The lines of a node's agent. They are said after its actions, of which there are so many.
    pub(super) fn scripts(
        &mut self,
        scope: ScopeId,
        (node, actions): (NodeId, usize),
        written: &[&ast::Action],
    ) -> ThinVec<Script> {
        let mut scripts = ThinVec::with_capacity(written.len());
        for line in written {
            let script = self.script(scope, line);
            self.record_reads(node, actions + scripts.len());
            scripts.push(script);
        }
        scripts
    }

    /// Reads it like a `say`, so that what does not belong there is read as well; a check reports that.
    fn script(&mut self, scope: ScopeId, written: &ast::Action) -> Script {
        let mut said = Action::new(Directive::Play, written.span);
        said.text = written.argument.map(|text| self.text_with_tags(scope, text, &mut said.tags));
        self.set_options(scope, &mut said, &written.options, false);
        self.free_fields(scope, &written.fields, false, &mut said.tags);
        self.set_speaker(&mut said);
        // A script without a text is a finding of its own: nothing is known of its words.
        let unknown = Text { value: None, span: written.span, placeholders: false };
        let Action { text, speaker, tags, .. } = said;
        Script { text: text.unwrap_or(unknown), speaker, tags, span: written.span }
    }
}
