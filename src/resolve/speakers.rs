//! In which language and voice steps are heard: what the flow, an included file, an instance, a node and a step say,
//! from the outside to the inside.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::built_texts::BuiltText;
use super::placeholders::Reader;
use super::provenance::locate;
use super::values::KnownValue;
use super::{DeclRef, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::policy::{PickedKind, PickedName};
use crate::flow::{self, Action, Directive, Speaker, Ssml, Tag};
use crate::source::Span;
use crate::speech::{self, TagFault, check_tag};
use crate::spelling::{display_string, is_blank};
use crate::syntax::ast::{self, Declaration, Opt, OptionKind};
use thin_vec::ThinVec;

/// The languages and voices that files and instances declare.
#[derive(Default)]
pub(super) struct Speakers {
    /// What a file says, in each scope.
    files: FxHashMap<(ScopeId, u32), Said>,
    /// What the include of an instance says.
    instances: FxHashMap<ScopeId, Said>,
    /// What holds around the nodes of a file, computed on first use.
    around: FxHashMap<(ScopeId, u32), Option<Arc<Speaker>>>,
    known: FxHashSet<Arc<Speaker>>,
    /// What is reported: the instances of a file share their texts.
    reported: FxHashSet<(Span, Box<str>)>,
}

/// What options say. The inner value is `None` if it is not known.
#[derive(Default, Clone)]
struct Said {
    language: Option<Option<Box<str>>>,
    voice: Option<Option<Box<str>>>,
}

impl Said {
    /// This over what holds further out. A voice belongs to its language: another language has another one.
    fn over(self, outer: Option<&Speaker>) -> Speaker {
        let outer = outer.cloned().unwrap_or_default();
        let Self { language, voice } = self;
        let outer_voice = match &language {
            Some(language) if *language != outer.language => None,
            _ => outer.voice,
        };
        Speaker { language: language.unwrap_or(outer.language), voice: voice.unwrap_or(outer_voice) }
    }
}

impl Resolver<'_> {
    /// Evaluates what files and instances declare, after the values are known.
    pub(super) fn fill_speakers(&mut self, decls: &[DeclRef]) {
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Speaker(options) = &item.declaration else { continue };
            let said = self.said(decl.scope, options);
            if decl.file == 0 && self.scopes[decl.scope].include.is_none() {
                self.flow.speaker_spans.extend(options.iter().map(|option| option.span));
            }
            let of_file = self.speakers.files.entry((decl.scope, decl.file)).or_default();
            of_file.language = of_file.language.take().or(said.language);
            of_file.voice = of_file.voice.take().or(said.voice);
        }
        for scope in self.scopes.ids().collect::<Vec<_>>() {
            let Some(decl) = self.scopes[scope].include else { continue };
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Include(include) = &item.declaration else { continue };
            if !include.speaker.is_empty() {
                let said = self.said(decl.scope, &include.speaker);
                self.speakers.instances.insert(scope, said);
            }
        }
        let root = self.scopes.ids().next();
        if let Some(said) = root.and_then(|root| self.speakers.files.get(&(root, 0)).cloned()) {
            self.flow.speaker = Some(self.speaker(said.over(None)));
        }
    }

    /// The one copy of a language and a voice.
    fn speaker(&mut self, speaker: Speaker) -> Arc<Speaker> {
        if let Some(known) = self.speakers.known.get(&speaker) {
            return Arc::clone(known);
        }
        let speaker = Arc::new(speaker);
        self.speakers.known.insert(Arc::clone(&speaker));
        speaker
    }

    fn over(&mut self, outer: Option<Arc<Speaker>>, said: Said) -> Option<Arc<Speaker>> {
        if said.language.is_none() && said.voice.is_none() {
            return outer;
        }
        let speaker = said.over(outer.as_deref());
        Some(self.speaker(speaker))
    }

    /// What holds around a node: what its instances say, or else its file, or else the flow.
    pub(super) fn speaker_around(&mut self, decl: DeclRef) -> Option<Arc<Speaker>> {
        if self.speakers.files.is_empty() && self.speakers.instances.is_empty() {
            return None;
        }
        let key = (decl.scope, decl.file);
        if let Some(known) = self.speakers.around.get(&key) {
            return known.clone();
        }
        let of_file = self.speakers.files.get(&key).cloned().unwrap_or_default();
        let mut instances: Vec<Said> = Vec::new();
        let mut scope = Some(decl.scope);
        while let Some(id) = scope {
            instances.extend(self.speakers.instances.get(&id).cloned());
            scope = self.scopes[id].parent;
        }
        let mut speaker = self.over(self.flow.speaker.clone(), of_file);
        for said in instances.into_iter().rev() {
            speaker = self.over(speaker, said);
        }
        self.speakers.around.insert(key, speaker.clone());
        speaker
    }

    /// What holds with the options of a node or a step.
    pub(super) fn speaker_with(
        &mut self,
        scope: ScopeId,
        outer: Option<Arc<Speaker>>,
        options: &[Opt],
    ) -> Option<Arc<Speaker>> {
        if !options.iter().any(|option| option.kind.is_of_speaker()) {
            return outer;
        }
        let said = self.said(scope, options);
        self.over(outer, said)
    }

    /// Sets the language and the voice of a step that nothing of its own says. What is not heard has none.
    pub(super) fn set_speaker(&self, action: &mut Action) {
        let is_heard = matches!(action.directive, Directive::Play | Directive::Collect);
        let own = action.speaker.take().or_else(|| self.node_speaker.clone());
        action.speaker = own.filter(|_| is_heard);
    }

    /// What options say. Reports what is no language and no voice.
    fn said(&mut self, scope: ScopeId, options: &[Opt]) -> Said {
        let mut said = Said::default();
        for option in options {
            match option.kind {
                OptionKind::Language(text) if said.language.is_none() => {
                    let language = self.built_text(scope, text, BuiltText::Language);
                    let is_known =
                        language.as_deref().is_some_and(|language| self.is_language(text, language));
                    said.language = Some(language.filter(|_| is_known));
                }
                OptionKind::Voice(text) if said.voice.is_none() => {
                    let voice = self.built_text(scope, text, BuiltText::Voice);
                    if voice.as_deref().is_some_and(is_blank) {
                        self.report_speaker(
                            text.span,
                            "",
                            Diagnostic::new(&codes::LANGUAGE, text.span, "the voice has no name")
                                .here("empty")
                                .help("write the platform's name for the voice, as in `voice \"Joanna\"`, or take it out"),
                        );
                    }
                    said.voice = Some(voice.filter(|voice| !is_blank(voice)));
                }
                _ => {}
            }
        }
        said
    }

    /// The language that a rule asks for. Reports what is none.
    pub(super) fn asked_language(&mut self, scope: ScopeId, text: ast::Text) -> Option<Box<str>> {
        let language = self.built_text(scope, text, BuiltText::Language)?;
        if !self.is_language(text, &language) {
            return None;
        }
        // Nothing is heard in a spelling that the standard does not have.
        let language: Box<str> = match check_tag(&language) {
            Err(TagFault::Spelling(meant)) => meant.into(),
            _ => language,
        };
        let kind = PickedKind::Language;
        self.flow.picked.push(PickedName { kind, name: language.clone(), variable: None, span: text.span });
        Some(language)
    }

    fn report_speaker(&mut self, span: Span, value: &str, found: Diagnostic) {
        if self.speakers.reported.insert((span, value.into())) {
            self.diagnostics.push(found);
        }
    }

    /// Whether a text is a language tag. Reports one that is none, or that is spelt in another way.
    fn is_language(&mut self, text: ast::Text, language: &str) -> bool {
        let Err(fault) = check_tag(language) else { return true };
        let is_unknown = matches!(fault, TagFault::NoLanguage(_));
        let (is_tag, meant) = match fault {
            TagFault::NoTag(meant) | TagFault::NoLanguage(meant) => (false, meant),
            TagFault::Spelling(meant) => (true, Some(meant)),
        };
        let written = quote(language);
        let found = match is_tag {
            true => Diagnostic::new(
                &codes::LANGUAGE_SPELLING,
                text.span,
                format!("the language {written} is spelt in another way in the standard"),
            )
            .here("platforms compare it letter by letter"),
            false if is_blank(language) => {
                Diagnostic::new(&codes::LANGUAGE, text.span, "the language is empty").here("which language?")
            }
            false if is_unknown => {
                Diagnostic::new(&codes::LANGUAGE, text.span, format!("there is no language {written}"))
                    .here("no platform knows this language")
            }
            false => Diagnostic::new(&codes::LANGUAGE, text.span, format!("{written} is not a language tag"))
                .here("no platform knows this language"),
        };
        let help = match &meant {
            Some(meant) if is_tag => format!("write `{}`", display_string(meant)),
            Some(meant) => format!("did you mean `{}`?", display_string(meant)),
            None => "write the language's code of two or three letters, and the country's if it matters, as in `\"es\"` or `\"es-US\"`".to_owned(),
        };
        let meant = meant.filter(|_| text.plain).map(|meant| Fix::write(text.span, display_string(&meant)));
        self.report_speaker(text.span, language, found.help(help).fix(meant));
        is_tag
    }

    /// A text with markup, which also sets what is spoken of it; `None` where something else is spoken. Reports markup
    /// that is not well-formed.
    pub(super) fn ssml(
        &mut self,
        scope: ScopeId,
        spoken: &mut Option<flow::Text>,
        tags: &mut ThinVec<Tag>,
        text: ast::Text,
        reader: Reader,
    ) -> Option<Box<Ssml>> {
        let markup = self.text_for(scope, text, reader, tags);
        let content = markup.value.as_deref().map(speech::ssml);
        if let Some(Err(fault)) = &content {
            let span = self.place_in(scope, text, fault.range.clone());
            let found = Diagnostic::new(&codes::BAD_SSML, span, fault.message.clone());
            self.report_speaker(span, &fault.message, found.here("not well-formed").help(fault.help.clone()));
        }
        if spoken.is_some() {
            // Reported as set twice.
            return None;
        }
        let content = content.and_then(Result::ok);
        let value = content.as_ref().map(|content| content.spoken.as_str().into());
        *spoken = Some(flow::Text { value, span: text.span, placeholders: markup.placeholders });
        let content = content.unwrap_or_default();
        Some(Box::new(Ssml {
            markup,
            pauses: content.pauses,
            untimed: content.untimed.map(Into::into),
            plays: content.plays,
        }))
    }

    /// Where some bytes of a text come from. Without bytes it is the whole string.
    fn place_in(&mut self, scope: ScopeId, text: ast::Text, range: std::ops::Range<usize>) -> Span {
        if range.is_empty() {
            return text.span;
        }
        if text.plain {
            return locate(&[], text.span, scope, range).span;
        }
        match self.evaluate(scope, text) {
            KnownValue::Text(known) => locate(&known.segments, text.span, scope, range).span,
            KnownValue::Hole | KnownValue::TooLong => text.span,
        }
    }
}
