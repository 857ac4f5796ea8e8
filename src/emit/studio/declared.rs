//! Actions of the tenant that declared kinds stand for.
//!
//! Fields are properties, and outcomes named branches. For what neither can say, such as a case or a property whose name
//! is none of the language's, there are three fields and a spelling of outcomes: [`kept`](super::kept).

use std::borrow::Cow;

use super::actions;
use super::build::{Builder, Chain, To};
use super::codes::SAID_IN_PART;
use super::kept;
use super::names::{PHRASE, renamed, variable};
use super::script::{Action, When};
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{self, EventKind, FieldValue};

impl Builder<'_> {
    /// An action that a declared kind stands for, by its name on the tenant.
    pub(super) fn declared(&mut self, chain: &mut Chain<'_>, action: &flow::Action, word: &str) {
        let node = &self.flow.nodes[chain.node];
        let reserved = |name: &str| action.fields.iter().find(|field| *field.name == *name)?.value.as_ref();
        let name = reserved(kept::NAME).and_then(as_text).map_or_else(|| word.to_uppercase(), str::to_owned);
        let known = actions::ALL.iter().find(|facts| facts.name == name).copied();
        let library_id = self.settings.own_library_id(&name).or(known.and_then(|facts| facts.library_id));
        let library_id = library_id.map(str::to_owned);
        if library_id.is_none() {
            self.lacks(
                format!("the library id of the action {} is in no public source", quote(&name)),
                format!("if the tenant has such an action, add \"{name}=ID\" to `library_ids` under `[studio]` in `cxflow.toml`; `cxflowc studio doctor --settings -` with this file reads it from a script of the tenant that has the action"),
                action.span,
            );
        }
        let label = reserved(kept::LABEL).and_then(as_text).unwrap_or(&chain.label).to_owned();
        let given =
            action.fields.iter().filter(|field| !kept::is_reserved(&field.name)).filter_map(|field| {
                let value = field.value.as_ref()?;
                let value = match &*field.name {
                    PHRASE => serde_json::to_value(value).ok()?,
                    _ => serde_json::to_value(self.named(value)).ok()?,
                };
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                Some((Cow::Owned(field.name.to_string()), value))
            });
        let mut given: Vec<(Cow<'static, str>, String)> = given.collect();
        // A property counts by its position, so that all of a known action are sent.
        let known = known.map(|facts| facts.properties).unwrap_or_default().iter().map(|&(name, usual)| {
            let own = given.iter().position(|(own, _)| own == name).map(|at| given.remove(at).1);
            (Cow::Borrowed(name), own.unwrap_or_else(|| usual.to_owned()))
        });
        let mut properties: Vec<(Cow<'static, str>, String)> = known.collect();
        properties.append(&mut given);
        if let Some(FieldValue::List(all)) = reserved(kept::PROPERTIES) {
            let mut texts = all.iter().map(|one| as_text(one).unwrap_or_default());
            properties.clear();
            while let Some(name) = texts.next() {
                let value = texts.next().unwrap_or_default();
                let value = if name == PHRASE { value.to_owned() } else { self.named_text(value) };
                properties.push((name.to_owned().into(), value));
            }
        }
        let own = Action {
            name: name.into(),
            library_id: library_id.unwrap_or_default(),
            label,
            node: Some(chain.node),
            properties,
            branches: Vec::new(),
            place: (0, 0),
        };
        self.report_texts(action, &own.name);
        let index = self.push(own);
        self.follow(chain, index);
        if reserved(kept::DEFAULT).and_then(as_text) == Some(kept::ITSELF) {
            self.lead(index, To::Action(index), When::Default);
        }
        // The node's own action is its last. One before it is a step, which only leads on.
        if node.declared.is_none() || node.actions.last().is_none_or(|last| !std::ptr::eq(last, action)) {
            return;
        }
        let flow = self.flow;
        let outcomes: Vec<String> = flow.outcomes_of(chain.node).into_iter().map(str::to_owned).collect();
        for transition in flow.branches(chain.node) {
            let Some(to) = self.target(transition) else { continue };
            if transition.is_unconditional() {
                self.lead(index, to, When::Default);
            }
            for alternative in flow.alternatives(transition) {
                let event = &flow.events[alternative.event];
                if event.kind() == EventKind::Key {
                    self.lead(index, to, When::Case(event.word().to_owned()));
                    continue;
                }
                let word = event.raw().to_owned();
                let when = kept::branch(&word).unwrap_or_else(|| {
                    let number = outcomes.iter().position(|one| *one == word).unwrap_or(0);
                    When::Named(word.into(), u32::try_from(number).unwrap_or(0))
                });
                self.lead(index, to, when);
            }
        }
    }
}

impl Builder<'_> {
    /// A value of a field, with the flow's variables as a script calls them.
    fn named(&self, value: &FieldValue) -> FieldValue {
        let of_text = |value: &FieldValue| match value {
            FieldValue::Text(text) => FieldValue::Text(self.named_text(text).into()),
            other => other.clone(),
        };
        match value {
            FieldValue::List(all) => FieldValue::List(all.iter().map(of_text).collect()),
            other => of_text(other),
        }
    }

    /// What else stands in braces is the action's own affair: a SNIPPET has blocks.
    fn named_text(&self, text: &str) -> String {
        renamed(text, |name| self.own_names.contains(name).then(|| variable(name)))
    }

    /// Reports what an action speaks or plays, for which no property is known.
    fn report_texts(&mut self, action: &flow::Action, name: &str) {
        let texts = [&action.media, &action.prompt, &action.text].into_iter().flatten();
        let Some(first) = texts.map(|text| text.span).min() else { return };
        self.findings.push(
            Diagnostic::new(
                &SAID_IN_PART,
                first,
                format!("no property of the action {} is known for a text or a recording", quote(name)),
            )
            .here("left out")
            .help("send it in a field, as in `with NAME = \"TEXT\"`"),
        );
    }
}

fn as_text(value: &FieldValue) -> Option<&str> {
    match value {
        FieldValue::Text(text) => Some(text),
        _ => None,
    }
}
