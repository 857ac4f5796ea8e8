//! A prompt must offer the keys that the menu handles, and no others.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::spoken_keys::SpokenKeys;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, list_of_keys};
use crate::flow::{Action, Digits, Directive, EndKey, EventKind, Kind, Node, NodeId, Origin, Text};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX402",
    area: Area::Lint,
    name: "key-not-offered",
    severity: Severity::Warning,
    what: "A prompt offers a key (\"press 3\", \"3 for …\", star, pound) that no branch takes, or it names some keys and leaves out one that a branch takes. Where `digits` are entered, it names another key than the one that ends them, or does not name that. Or a prompt says that a key ends what is entered (\"end with pound\", \"press pound when you are done\"), and the node takes single keys.",
    why: "The called party presses the key and is told that it is wrong, or never learns that a key exists.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on, 2 for an agent" {
  on 1 | 3 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // For each `every`, the prompts that do not offer its keys: they make one finding, at the `every`.
    let mut unoffered_everys: Vec<UnofferedKeys<'_>> = vec![UnofferedKeys::default(); flow.everys.len()];
    for (id, node) in flow.nodes.iter().filter(|(_, node)| node.is(Kind::Collect) && !node.broken) {
        report_repeats(context, id, node, diagnostics);
        let prompts = node
            .actions
            .iter()
            .filter(|action| matches!(action.directive, Directive::Play | Directive::Collect));
        let spoken = prompts.filter_map(|action| Some((action.text.as_ref()?, action.language())));
        let (texts, languages): (Vec<&Text>, Vec<Option<&str>>) = spoken.unzip();
        // An unknown text may offer anything.
        if texts.iter().any(|text| text.value.is_none()) || flow.out(id).is_empty() {
            continue;
        }
        let Some(prompt) = texts.last() else { continue };
        let spoken = texts.iter().zip(languages);
        let spoken = spoken.filter_map(|(text, language)| Some((text.value.as_deref()?, language)));
        let spoken = SpokenKeys::of(spoken);
        let has_media = node.actions.iter().any(Action::is_recorded);
        if let Some(digits) = node.digits() {
            let end = node.actions.iter().find_map(|action| action.input.as_ref()?.end.as_ref());
            let mut spoken = spoken;
            spoken.offered.extend(core::mem::take(&mut spoken.ends));
            spoken.offered.sort_unstable();
            spoken.offered.dedup();
            // What a variable is filled with may say it, too.
            let has_media = has_media || texts.iter().any(|text| text.placeholders);
            let entry = Entry { name: &display_id(&node.id), prompt: prompt.span, digits, end, has_media };
            // A branch for a key beside digits is another rule's.
            if let Some(found) = entry.fault(&spoken).filter(|_| TakenKeys::by(context, id).keys.is_empty()) {
                diagnostics.push(found);
            }
            continue;
        }
        if spoken.offered.is_empty() && spoken.ends.is_empty() {
            continue;
        }
        let taken = TakenKeys::by(context, id);
        if let Some(key) = spoken.ends.iter().find(|key| !taken.takes(key)) {
            diagnostics.push(ends_nothing(&display_id(&node.id), prompt.span, key));
            continue;
        }
        if spoken.offered.is_empty() {
            continue;
        }
        let not_taken: Vec<&str> =
            spoken.offered.iter().map(CompactString::as_str).filter(|key| !taken.takes(key)).collect();
        // A recording may offer more keys.
        let may_offer_more = spoken.more || has_media;
        let not_offered = || taken.keys.iter().filter(|(key, _)| !may_offer_more && !spoken.mentions(key));
        let own: Vec<&str> =
            not_offered().filter(|(_, origin)| *origin == Origin::Written).map(|(key, _)| &**key).collect();
        for (key, origin) in not_offered() {
            if let Origin::Every(number) = origin
                && let Some(unoffered) = unoffered_everys.get_mut(*number as usize)
            {
                unoffered.keys.insert(key);
                unoffered.prompts.insert(prompt.span);
            }
        }
        if !not_taken.is_empty() || !own.is_empty() {
            diagnostics.push(report(&display_id(&node.id), prompt.span, &not_taken, &own));
        }
    }
    for (every, unoffered) in
        flow.everys.iter().zip(unoffered_everys).filter(|(_, unoffered)| !unoffered.keys.is_empty())
    {
        let keys: Vec<&str> = unoffered.keys.into_iter().collect();
        let spans: Vec<Span> = unoffered.prompts.into_iter().collect();
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                every.condition_span,
                format!("prompts do not offer {}, which this branch takes", list_of_keys(&keys)),
            )
            .here("the called party is never told about it")
            .label_each(&spans, 3, "this prompt does not say it")
            .help("say the key in these prompts"),
        );
    }
}

/// Reports keys that are offered at a further attempt only, and that no branch takes.
fn report_repeats(context: &Context<'_>, id: NodeId, node: &Node, diagnostics: &mut Diagnostics) {
    if node.actions.iter().all(|action| action.repeats.is_none()) {
        return;
    }
    let texts = node.actions.iter().flat_map(|action| {
        let repeats = action.repeats().filter_map(|(_, repeat)| repeat.text.as_ref());
        repeats.map(|text| (text, action.language()))
    });
    // What the prompt offers in vain is reported there.
    let takes_digits = node.takes_digits();
    let prompts = node
        .actions
        .iter()
        .filter(|action| matches!(action.directive, Directive::Play | Directive::Collect) && !takes_digits);
    let spoken =
        prompts.filter_map(|action| Some((action.text.as_ref()?.value.as_deref()?, action.language())));
    let mut reported: BTreeSet<CompactString> = SpokenKeys::of(spoken).offered.into_iter().collect();
    for (text, language) in texts {
        let Some(value) = text.value.as_deref().filter(|_| !context.flow.out(id).is_empty()) else {
            continue;
        };
        let spoken = SpokenKeys::of(std::iter::once((value, language)));
        if spoken.offered.is_empty() {
            continue;
        }
        let taken = TakenKeys::by(context, id);
        let end = node.actions.iter().find_map(|action| action.input.as_ref()?.end.as_ref()?.valid());
        let takes = |key: &str| match takes_digits {
            true => end == Some(key) || !taken.keys.is_empty(),
            false => taken.takes(key),
        };
        let is_new = |key: &&CompactString| !takes(key) && !reported.contains(*key);
        let not_taken: Vec<&str> = spoken.offered.iter().filter(is_new).map(CompactString::as_str).collect();
        if !not_taken.is_empty() {
            diagnostics.push(report(&display_id(&node.id), text.span, &not_taken, &[]));
        }
        reported.extend(spoken.offered);
    }
}

/// A prompt that asks for digits.
struct Entry<'a> {
    name: &'a str,
    prompt: Span,
    digits: Digits,
    end: Option<&'a EndKey>,
    has_media: bool,
}

impl Entry<'_> {
    /// What is wrong with the keys that it names: only the one that ends the digits has a meaning.
    fn fault(&self, spoken: &SpokenKeys) -> Option<Diagnostic> {
        let Self { name, .. } = self;
        let end = match self.end {
            Some(end) => Some(end.valid()?),
            None => None,
        };
        let others: Vec<&str> =
            spoken.offered.iter().map(CompactString::as_str).filter(|key| Some(*key) != end).collect();
        let can_end = |key: &&&str| EndKey::KEYS.contains(*key);
        match (others.as_slice(), end) {
            ([], Some(key)) if !spoken.more && !self.has_media && !spoken.mentions(key) => {
                let message = format!(
                    "the prompt of `{name}` does not say that {} ends the digits",
                    list_of_keys(&[key])
                );
                let found = Diagnostic::new(&CODE, self.prompt, message).here("what the called party hears");
                let found =
                    self.end.into_iter().fold(found, |found, end| found.label(end.span, "ends the digits"));
                let spoken = if key == "*" { "star" } else { "pound" };
                Some(found.help(format!(
                    "say the key in the prompt, as in \"then press {spoken}\", or take `end` out"
                )))
            }
            ([], _) => None,
            (keys, None) if keys.iter().filter(can_end).count() == keys.len() && keys.len() == 1 => {
                let key = keys.first()?;
                let message = format!(
                    "the prompt of `{name}` says {}, and nothing says that it ends the digits",
                    list_of_keys(keys)
                );
                let after = Span { start: self.digits.span.end, ..self.digits.span };
                let option = format!("end \"{key}\"");
                Some(
                    Diagnostic::new(&CODE, self.prompt, message)
                        .here("what the called party hears")
                        .label(self.digits.span, "only digits are taken")
                        .help(format!("write `{option}` after the digits"))
                        .fix(Fix::new(format!("Write `{option}`"), after, format!(" {option}"))),
                )
            }
            (&[key], Some(end)) if EndKey::KEYS.contains(&key) => {
                let (said, ends) = (list_of_keys(&[key]), list_of_keys(&[end]));
                let spoken = if end == "*" { "star" } else { "pound" };
                let found = Diagnostic::new(
                    &CODE,
                    self.prompt,
                    format!("the prompt of `{name}` says {said}, and {ends} ends the digits"),
                );
                let found = found.here("what the called party hears");
                let found =
                    self.end.into_iter().fold(found, |found, end| found.label(end.span, "ends the digits"));
                Some(found.help(format!("write `end \"{key}\"`, or say {spoken} in the prompt")))
            }
            (keys, _) => {
                let message = format!(
                    "the prompt of `{name}` offers {}, but the node takes digits",
                    list_of_keys(keys)
                );
                Some(
                    Diagnostic::new(&CODE, self.prompt, message)
                        .here("what the called party hears")
                        .label(self.digits.span, "what is pressed belongs to the entry")
                        .help("ask for the digits alone; a menu is a `collect` of its own, without `digits`"),
                )
            }
        }
    }
}

/// The finding for a prompt that says which key ends what is entered, though single keys are taken.
fn ends_nothing(name: &str, prompt: Span, key: &str) -> Diagnostic {
    let listed = list_of_keys(&[key]);
    let message = format!(
        "the prompt of `{name}` says that {listed} ends what is entered, and the node takes single keys"
    );
    Diagnostic::new(&CODE, prompt, message)
        .here("what the called party hears")
        .help(format!("to take a number, write `digits 1..10 end \"{key}\"` with your own limits, and `on entered -> NODE`; a menu's prompt says nothing of an end"))
}

fn report(name: &str, prompt: Span, not_taken: &[&str], not_offered: &[&str]) -> Diagnostic {
    let (takes, offers) = (list_of_keys(not_offered), list_of_keys(not_taken));
    let one_or_more =
        |keys: &[&str], one: &'static str, more: &'static str| if keys.len() == 1 { one } else { more };
    let message = if not_offered.is_empty() {
        format!(
            "the prompt of `{name}` offers {offers}, and no branch takes {}",
            one_or_more(not_taken, "it", "them")
        )
    } else if not_taken.is_empty() {
        format!(
            "the prompt of `{name}` does not offer {takes}, which {}",
            one_or_more(not_offered, "a branch takes", "branches take")
        )
    } else {
        format!(
            "the prompt of `{name}` offers {offers}, which no branch takes, but not {takes}, which {}",
            one_or_more(not_offered, "one does", "branches do")
        )
    };
    let help = if not_taken.is_empty() {
        "say the key in the prompt, or take the branch out"
    } else {
        "add a branch for the key, or correct the prompt"
    };
    Diagnostic::new(&CODE, prompt, message).here("what the called party hears").help(help)
}

/// The keys that an `every` takes, and the prompts that do not offer them.
#[derive(Clone, Default)]
struct UnofferedKeys<'a> {
    keys: BTreeSet<&'a str>,
    prompts: BTreeSet<Span>,
}

/// The keys that the branches of a node take.
struct TakenKeys<'a> {
    keys: Vec<(&'a str, Origin)>,
    /// Whether some branch may take any key: it is unconditional, or its condition is a quoted text or a word
    /// that is already reported.
    may_take_all: bool,
}

impl<'a> TakenKeys<'a> {
    fn by(context: &Context<'a>, node: NodeId) -> Self {
        let flow = context.flow;
        let mut taken = Self { keys: Vec::new(), may_take_all: false };
        for transition in flow.branches(node) {
            taken.may_take_all |= transition.is_unconditional();
            for alternative in flow.alternatives(transition) {
                let event = &flow.events[alternative.event];
                match event.kind() {
                    EventKind::Key => taken.keys.push((event.word(), transition.origin)),
                    EventKind::Declared | EventKind::Raw => taken.may_take_all = true,
                    EventKind::Outcome(_) | EventKind::Comparison(_) => {}
                }
            }
        }
        taken
    }

    fn takes(&self, key: &str) -> bool {
        // "42, then press pound": the key that ends an entry of several digits needs no branch.
        let ends_entry = key == "#" && self.keys.iter().any(|(key, _)| key.len() > 1);
        self.may_take_all || ends_entry || self.keys.iter().any(|&(taken, _)| taken == key)
    }
}
