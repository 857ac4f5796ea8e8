//! Words beyond the platform's description are sent as written, with a note. A typo of a word that the
//! platform takes is a warning.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Platform, Rule};
use crate::condition::KEY;
use crate::diagnostics::suggest::{Index, is_one_typo};
use crate::diagnostics::{
    Area, Cause, Code, Diagnostic, Diagnostics, Edit, Example, Fix, Page, Severity, counted, quote,
};
use crate::flow::{Action, Directive, EventKind, Flow, Input, Kind, NodeType, Origin, Outcome, is_key};
use crate::source::{Sources, Span};

pub static RULE: Rule = Rule { codes: &[&CODE, &MISSPELT], check };

static CODE: Code = Code {
    id: "CX406",
    area: Area::Lint,
    name: "beyond-platform",
    severity: Severity::Note,
    what: "The flow uses a node type, a directive, a condition, a field of an action or the field `disposition`, which the platform's description does not list. It is sent as written. If your tenant takes it, list it in `cxflow.toml` under `[platform]`: `types`, `directives`, `conditions`, `fields`.",
    why: "The description lists the types `play`, `disclosure`, `collect`, `agent`, `callback`, `voicemail` and `disconnect`, \
          the directives `play`, `collect`, `route`, `schedule` and `disconnect`, the conditions `always`, `input=KEY`, `timeout` and `invalid`, \
          and the fields `directive`, `media_url`, `text` and `max_retries` of an action. \
          A tenant may know more, or refuse it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales
sales -> bye on busy
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
notice -> sales
"#,
        ),
    },
};

/// A word that the platform does not know and that is a typo of one that it takes.
static MISSPELT: Code = Code {
    id: "CX427",
    area: Area::Lint,
    name: "misspelt-platform-word",
    severity: Severity::Warning,
    what: "A quoted condition is a key, such as `\"2\"` or `\"press 2\"`, or a node type, a directive or a quoted condition is one typo away from a word that the platform takes: one of its description, one of the language, or one that `cxflow.toml` lists under `[platform]`.",
    why: "The word is sent unchanged. The platform would never take such a branch, or would not carry out the directive, and no rule of a policy would notice.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The word is a typo",
                remedy: "Write the word that the help suggests, in every place.",
            },
            Cause {
                sign: "The platform takes both words",
                remedy: "Add this one to `types`, `directives` or `conditions` under `[platform]` in `cxflow.toml`.",
            },
        ],
    },
};

/// Each word beyond the description, with all its places.
#[derive(Default)]
struct BeyondDescription<'a> {
    found: FxHashMap<(&'static str, &'a str), Vec<Span>>,
}

impl<'a> BeyondDescription<'a> {
    fn add(&mut self, what: &'static str, word: &'a str, span: Span, known: &[String]) {
        // An empty word is unknown or already reported.
        if !word.trim().is_empty() && !known.iter().any(|known| known == word) {
            self.found.entry((what, word)).or_default().push(span);
        }
    }
}

/// The payload's fields for what a prompt says at further attempts, each with its place.
pub fn repeat_fields(action: &Action) -> Vec<(&'static str, Span)> {
    let mut fields = Vec::new();
    for (verb, repeat) in action.repeats() {
        let sent = repeat.sent_as(verb).into_iter();
        fields.extend(sent.filter_map(|(name, part)| Some((name, part?.span))));
    }
    fields
}

/// The payload's fields for what a prompt says about keys, each with its place if the flow says it itself.
pub fn input_fields(input: &Input) -> Vec<(&'static str, Option<Span>)> {
    let wait = input.wait.map(|wait| ("wait_ms", wait.span));
    let between = input.between.map(|between| ("between_ms", between.span));
    let digits =
        input.digits.map(|digits| ["min_digits", "max_digits"].map(|field| (field, Some(digits.span))));
    let end = input.end.as_ref().map(|end| ("end_key", Some(end.span)));
    let into = input.into.as_ref().map(|into| ("into_variable", Some(into.span)));
    wait.into_iter().chain(between).chain(digits.into_iter().flatten()).chain(end).chain(into).collect()
}

/// The payload's fields for what is heard that the platform's description does not list, as they are sent.
pub fn heard_fields(flow: &Flow, action: &Action) -> Vec<(&'static str, Span)> {
    let (language, voice) = flow.own_speaker(action);
    let prompt = action.prompt.as_ref().map(|prompt| ("prompt_id", prompt.span));
    let ssml = action.ssml.as_ref().map(|ssml| ("ssml", ssml.markup.span));
    let speaker = [("language", language), ("voice", voice)].into_iter();
    let speaker = speaker.filter_map(|(field, value)| value.map(|_| (field, action.span)));
    prompt.into_iter().chain(ssml).chain(speaker).collect()
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let (flow, Some(platform)) = (context.flow, context.platform) else { return };
    let mut beyond = BeyondDescription::default();
    for span in &flow.speaker_spans {
        let is_voice = context.sources.text(*span).starts_with("voice");
        beyond.add("fields", if is_voice { "voice" } else { "language" }, *span, &platform.fields);
    }
    for node in flow.nodes.rows() {
        let described = node.kind().is_some_and(|kind| !matches!(kind, Kind::Answer | Kind::Decide));
        // An exit is sent as the node that it is bound to.
        let is_exit = node.type_ == NodeType::Exit;
        // Whoever declares a kind says that the platform takes it.
        if !described && !is_exit && node.declared.is_none() {
            beyond.add("types", node.type_.word(), node.kind_span, &platform.types);
        }
        if let Some(given) = node.disposition {
            beyond.add("fields", "disposition", given.span, &platform.fields);
        }
        for action in &node.actions {
            report_fields(action, &platform.fields, diagnostics);
            if node.declared.is_some() && action.directive.word() == node.type_.word() {
                continue;
            }
            if !matches!(action.directive.word(), "play" | "collect" | "route" | "schedule" | "disconnect") {
                beyond.add("directives", action.directive.word(), action.span, &platform.directives);
            }
            for (field, span) in repeat_fields(action).into_iter().chain(heard_fields(flow, action)) {
                beyond.add("fields", field, span, &platform.fields);
            }
            for (field, span) in action.input.as_deref().map(input_fields).unwrap_or_default() {
                beyond.add("fields", field, span.unwrap_or(action.span), &platform.fields);
            }
        }
    }
    let is_other = |one: &&crate::flow::Transition| !one.is_else() && flow.nodes[one.from].declared.is_none();
    for transition in flow.transitions.rows().iter().filter(is_other) {
        // A word that is not an outcome is an error and never sent.
        let checked =
            !transition.raw && (!flow.nodes[transition.from].generic || transition.origin != Origin::Written);
        for alternative in flow.alternatives(transition) {
            let event = &flow.events[alternative.event];
            if checked && event.kind() == EventKind::Raw {
                continue;
            }
            // What a `decide` compares goes with its type.
            let described = matches!(
                event.kind(),
                EventKind::Key
                    | EventKind::Comparison(_)
                    | EventKind::Outcome(Outcome::Timeout | Outcome::Invalid)
            );
            if !described {
                beyond.add("conditions", event.raw(), alternative.span, &platform.conditions);
            }
        }
    }
    for transition in flow.transitions.rows().iter().filter(|one| one.disposition.is_some()) {
        beyond.add("fields", "disposition", transition.span, &platform.fields);
    }
    let known = KnownWords::of(platform);
    let asked = asked_conditions(context);
    // One option sends both.
    let (least, most) = (("fields", "min_digits"), ("fields", "max_digits"));
    let sends_both = beyond.found.get(&least) == beyond.found.get(&most);
    if sends_both {
        beyond.found.remove(&most);
    }
    let mut found: Vec<_> = beyond.found.into_iter().collect();
    found.sort_unstable_by_key(|(key, places)| (places.first().copied(), *key));
    for ((what, word), places) in found {
        let Some(&span) = places.first() else { continue };
        if sends_both && (what, word) == least {
            report_digits(&places, span, diagnostics);
            continue;
        }
        let singular = what.trim_end_matches('s');
        let more = more_places(&places);
        let message =
            format!("the platform's description does not list the {singular} {}{more}", quote(word));
        if let Some(meant) = known.meant(what, word) {
            let rules =
                asked.get(word).filter(|_| what == "conditions").map(Vec::as_slice).unwrap_or_default();
            // With another kind, the node's branches may no longer fit.
            let is_kind = what == "types" && !platform.types.contains(&meant);
            let fix =
                replacement(context.sources, word, &meant, places.iter().chain(rules)).filter(|_| !is_kind);
            diagnostics.push(
                Diagnostic::new(&MISSPELT, span, message)
                    .here("perhaps a typo")
                    .help(format!("did you mean {}? If your tenant takes this too, add it to `{what}` under `[platform]` in `cxflow.toml`", shown(&meant)))
                    .fix(fix),
            );
            continue;
        }
        diagnostics.push(Diagnostic::new(&CODE, span, message).here("sent as written").help(format!(
            "if your tenant takes it, add {word:?} to `{what}` under `[platform]` in `cxflow.toml`"
        )));
    }
}

/// The other places of a word, for a message.
fn more_places(places: &[Span]) -> String {
    match places.len() {
        0 | 1 => String::new(),
        count => format!(", here and in {}", counted(count - 1, "other place")),
    }
}

/// Notes the two fields that say how many digits an entry has.
fn report_digits(places: &[Span], first: Span, diagnostics: &mut Diagnostics) {
    let more = more_places(places);
    let message =
        format!("the platform's description does not list the fields `min_digits` and `max_digits`{more}");
    diagnostics.push(Diagnostic::new(&CODE, first, message).here("sent as written").help(
        "if your tenant takes them, add \"min_digits\", \"max_digits\" to `fields` under `[platform]` in `cxflow.toml`",
    ));
}

/// Notes the fields of an action that no declaration knows, nor the settings.
fn report_fields(action: &Action, known: &[String], diagnostics: &mut Diagnostics) {
    let of_repeats = action.repeats().flat_map(|(_, repeat)| &repeat.fields);
    let is_known = |name: &str| known.iter().any(|known| known == name);
    let fields = action.fields.iter().chain(of_repeats);
    for field in fields.filter(|field| !field.is_declared && !is_known(&field.name)) {
        let message = format!("no declaration knows the field {}", quote(&field.name));
        diagnostics.push(
            Diagnostic::new(&CODE, field.span, message)
                .here("sent as written")
                .help(format!(
                    "declare a kind that has this field, so that its values are checked; or add \"{}\" to `fields` under `[platform]` in `cxflow.toml`, if your tenant takes it",
                    field.name
                )),
        );
    }
}

/// The words that the platform takes, by kind, with an index to find the nearest one.
struct KnownWords<'a> {
    lists: [(&'static str, Vec<&'a str>, Index); 3],
}

impl<'a> KnownWords<'a> {
    fn of(platform: &'a Platform) -> Self {
        let list = |what, built_in: Vec<&'a str>, configured: &'a [String]| {
            let words: Vec<&str> =
                built_in.into_iter().chain(configured.iter().map(String::as_str)).collect();
            let index = Index::new(words.iter().copied());
            (what, words, index)
        };
        let outcomes = Outcome::ALL.iter().map(|outcome| outcome.word()).chain(["always"]).collect();
        Self {
            lists: [
                list("types", Kind::ALL.iter().map(|kind| kind.word()).collect(), &platform.types),
                list("directives", Directive::named().map(Directive::word).collect(), &platform.directives),
                list("conditions", outcomes, &platform.conditions),
            ],
        }
    }

    /// The known word that another one is a typo of.
    fn meant(&self, what: &str, word: &str) -> Option<String> {
        let (_, words, index) = self.lists.iter().find(|(of, ..)| *of == what)?;
        if words.contains(&word) {
            return None;
        }
        if what == "conditions"
            && let Some(key) = key_in_words(word)
        {
            return Some(format!("{KEY}{key}"));
        }
        if what == "conditions"
            && let Some((input, key)) = word.split_once('=')
        {
            let is_input = input.trim() == "input" || is_one_typo(input, "input");
            return (is_input && is_key(key.trim())).then(|| format!("{KEY}{}", key.trim()));
        }
        let (number, _) = index.nearest(word.trim())?;
        let near = *words.get(number)?;
        is_one_typo(word, near).then(|| near.to_owned())
    }
}

/// The key of `2`, `press 2`, `key=2` or `DTMF 2`, as other systems and prompts write it.
fn key_in_words(condition: &str) -> Option<&str> {
    let (words, key) = match condition.trim().rsplit_once([' ', '=', ':', '_']) {
        Some((words, key)) => (words.trim_end_matches(['=', ':', ' ']), key),
        None => ("", condition.trim()),
    };
    let names_key = ["", "press", "pressed", "presses", "key", "digit", "digits", "dtmf", "option", "choice"]
        .iter()
        .any(|name| words.trim().eq_ignore_ascii_case(name));
    (names_key && is_key(key)).then_some(key)
}

/// The quoted conditions in rules, with their places.
fn asked_conditions<'a>(context: &Context<'a>) -> FxHashMap<&'a str, Vec<Span>> {
    let mut asked: FxHashMap<&str, Vec<Span>> = FxHashMap::default();
    for condition in context.flow.asked.iter().filter(|condition| condition.raw) {
        for alternative in &condition.alternatives {
            asked.entry(context.flow.events[alternative.event].raw()).or_default().push(alternative.span);
        }
    }
    asked
}

/// A fix that replaces the word by the intended one at every place. `None` if some place does not spell the
/// word exactly once.
fn replacement<'p>(
    sources: &Sources,
    word: &str,
    meant: &str,
    places: impl Iterator<Item = &'p Span>,
) -> Option<Fix> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for place in places {
        let text = sources.text(*place);
        // A key alone needs no quotes.
        if let Some(key) = meant.strip_prefix(KEY).filter(|_| text == format!("\"{word}\"")) {
            if seen.insert(*place) {
                edits.push(Edit { span: *place, text: key.to_owned() });
            }
            continue;
        }
        let mut found = text.match_indices(word).filter(|(at, _)| {
            let is_edge =
                |character: Option<char>| character.is_none_or(|character| matches!(character, '"' | '|'));
            let after = text.get(at + word.len()..).unwrap_or_default();
            is_edge(text.get(..*at).unwrap_or_default().chars().next_back()) && is_edge(after.chars().next())
        });
        // A word that is inserted or has escapes is not in the text as such.
        let (Some((at, _)), None) = (found.next(), found.next()) else { return None };
        let start = place.range().start + at;
        let span = Span::new(place.file, start, start + word.len());
        if seen.insert(span) {
            edits.push(Edit { span, text: meant.to_owned() });
        }
    }
    let title = Fix::title(&edits.first()?.text);
    Some(Fix { title, edits, when: Default::default() })
}

fn shown(word: &str) -> String {
    match word.strip_prefix(KEY) {
        Some(key) => format!("the key `{key}`, as in `on {key} -> NODE`"),
        None => format!("`{}`", crate::spelling::display_string(word)),
    }
}
