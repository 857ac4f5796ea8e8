//! Any payload that fits the schema becomes a flow that builds to the same payload.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use cxflowc::diagnostics::Area;
use cxflowc::import::import;
use cxflowc::{Diagnostics, Source, Sources, compile, format, write_payload};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

#[path = "harness/canonical_payload.rs"]
mod canonical_payload;
use canonical_payload::canonical;

/// Pieces of which texts are made that a careless writer would break.
const HOSTILE: &[&str] = &[
    "",
    " ",
    "\"",
    "\"\"\"",
    "\\",
    "\\n",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u{0}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{200f}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "`",
    "$",
    "${",
    "${x}",
    "{",
    "}",
    "{}",
    "{first_name}",
    "{ first_name }",
    "{{first_name}}",
    "{First-Name}",
    "{first name}",
    "{first_name",
    "first_name}",
    "{näme}",
    "#{first_name}",
    "%first_name%",
    "<first_name>",
    "$first_name",
    "[first_name]",
    "{amount:c}",
    "{a.b}",
    "{$x}",
    "{\"a\": \"{first_name}\"}",
    "[1, {\"b\": \"{odd}\"}]",
    "//",
    "/*",
    ";",
    "->",
    "on 1 -> x",
    "=",
    "|",
    "@tag",
    "é",
    "😀",
    "漢字",
    "مرحبا",
    "https://cdn.example.com/{lang}/a.wav",
    "Press 1.",
    "word",
    "__amount__",
    "*|amount|*",
    "&amount;",
    "{amount}",
    "\\{amount}",
    "<script>alert(1)</script>",
];
const IDS: &[&str] = &[
    "menu",
    "es.menu",
    "a-b",
    "a--b",
    "1st",
    "on",
    "flow",
    "entry",
    "play",
    "node",
    "test",
    "retries",
    "media",
    "text",
    "lasts",
    "type",
    "ends",
    "contact",
    "let",
    "param",
    "every",
    "include",
    "policy",
    "fact",
    "apply",
    "waive",
    "attest",
    "description",
    "->",
    "a`b",
    "a b",
    "é",
    "x\ny",
    "x\\",
    "\u{202e}abc",
    "-",
    ".",
    "a.",
    "_",
    "collect",
    "disconnect",
];
const TYPES: &[&str] = &[
    "play",
    "disclosure",
    "collect",
    "agent",
    "callback",
    "voicemail",
    "disconnect",
    "answer",
    "data_lookup",
    "Play",
    "external transfer",
];
const DIRECTIVES: &[&str] = &[
    "play",
    "collect",
    "route",
    "schedule",
    "record",
    "disconnect",
    "say",
    "action",
    "send_sms",
    "Play",
    "set variable",
];
const CONDITIONS: &[&str] = &[
    "always",
    "Always",
    "input=1",
    "input=1|input=2",
    "input=1|input=2|input=3|timeout",
    "input=01|input=02|input=03",
    "input=08|input=09|input=10",
    "input=98|input=99|input=100|input=101",
    "input=*",
    "input=#|input=1|input=2|input=3|input=4|input=3",
    "input=",
    "input=a",
    "timeout|invalid",
    "human|unknown",
    "busy",
    "failed|timeout",
    "found",
    "found|not_found",
    "always|timeout",
    "input=18446744073709551615|input=18446744073709551616",
    "timeout|",
    "|",
    "${x}",
    "on",
    "a b",
    "input=1|found",
    "input=00|input=01|input=02",
    "input=9|input=10|input=11|input=12",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => vec(select(HOSTILE), 0..6).prop_map(|pieces| pieces.concat()),
        2 => vec(select(&["Press 1.", "Hello {first_name}.", "It is {amount}", "line", "\n"][..]), 1..6).prop_map(|all| all.join("\n")),
        1 => any::<String>(),
        1 => "[a-z \\{\\}\\$<>%#_]{0,20}",
        1 => select(HOSTILE).prop_map(|one| one.chars().cycle().take(1000).collect()),
    ]
}

fn word(usual: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop_oneof![8 => select(usual).prop_map(str::to_owned), 1 => text()]
}

/// A field that may be left out: absent, null, empty or there.
fn optional(value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Option<Value>> {
    option::weighted(0.6, prop_oneof![1 => Just(Value::Null), 6 => value]).boxed()
}

fn action() -> impl Strategy<Value = Value> {
    let said = || optional(text().prop_map(Value::from));
    let retries = optional(prop_oneof![Just(0u32), 1..4u32, any::<u32>()].prop_map(Value::from));
    let wait = || optional((500..=180_000u64).prop_map(Value::from));
    let prompt = || optional(select(&["greeting_7", "Büro {first_name}"][..]).prop_map(Value::from));
    let markup =
        select(&["<speak>Hi, {first_name}.</speak>", "<speak>\n<s>A</s>\n</speak>", "no markup"][..]);
    let ssml = optional(markup.prop_map(Value::from));
    let heard = (said(), said(), prompt(), ssml);
    (word(DIRECTIVES), heard, retries, (wait(), wait()), entry(), any::<bool>()).prop_map(
        |(directive, (media, text, prompt, ssml), retries, (wait, between), entry, turned)| {
            // A text with markup stands in place of another one.
            let ssml = ssml.filter(|_| text.is_none());
            let mut fields = vec![
                ("directive", Some(Value::from(directive))),
                ("media_url", media),
                ("prompt_id", prompt),
                ("text", text),
                ("ssml", ssml),
                ("max_retries", retries),
                ("wait_ms", wait),
                ("between_ms", between),
            ];
            fields.extend(entry);
            if turned {
                fields.reverse();
            }
            object(fields)
        },
    )
}

/// How many digits an entry has, and what ends it.
fn entry() -> impl Strategy<Value = Vec<(&'static str, Option<Value>)>> {
    let end = optional(select(&["#", "*"][..]).prop_map(Value::from));
    let into = optional(select(&["pin", "es.account"][..]).prop_map(Value::from));
    option::weighted(0.3, (1..=32u32, 0..=32u32, end, into)).prop_map(|digits| {
        let fields = digits.map(|(least, more, end, into)| {
            let most = (least + more).min(32);
            vec![
                ("min_digits", Some(least.into())),
                ("max_digits", Some(most.into())),
                ("end_key", end),
                ("into_variable", into),
            ]
        });
        fields.unwrap_or_default()
    })
}

fn object(fields: Vec<(&str, Option<Value>)>) -> Value {
    Value::Object(
        fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>(),
    )
}

/// Actions as a kind has them, or any.
fn actions(type_: String) -> BoxedStrategy<Vec<Value>> {
    let any = vec(action(), 0..4);
    let own = match type_.as_str() {
        "collect" => json!([{"directive": "collect", "text": "Press 1.\nOr 2.", "max_retries": 2,
            "retry_text": "Once more, {first_name}.\nPress 1.", "silence_media_url": "https://x/y.wav", "silence_text": "1"},
            {"directive": "collect", "text": "Press 1.", "max_retries": 1, "retry_prompt_id": "again_{first_name}",
            "retry_ssml": "<speak>Once <break/>more, {first_name}.</speak>", "silence_prompt_id": "hello",
            "retry_own": 1, "volume": 2, "retry_volume": 3, "retry_pace": "slow {first_name}", "silence_volume": [4]}]),
        "agent" => {
            json!([{"directive": "play", "text": "One moment, {first_name}."}, {"directive": "route", "text": "sales"}])
        }
        "callback" => json!([{"directive": "schedule", "text": "later"}]),
        "voicemail" => json!([{"directive": "record", "text": "box"}]),
        "disconnect" => json!([{"directive": "play", "text": "Goodbye."}, {"directive": "disconnect"}]),
        "play" | "disclosure" => {
            json!([{"directive": "play", "media_url": "https://cdn.example.com/a.wav", "text": "A\nB"}])
        }
        _ => return any.boxed(),
    };
    let own = own.as_array().unwrap().clone();
    prop_oneof![1 => any, 1 => Just(own)].boxed()
}

/// What a call is reported as.
fn disposition() -> BoxedStrategy<Option<Value>> {
    let word =
        optional(select(&["DONE", "OPT_OUT", "a.b", "x-y", "on", "with", ""][..]).prop_map(Value::from));
    prop_oneof![2 => Just(None), 1 => word].boxed()
}

fn payload() -> impl Strategy<Value = Value> {
    let node = (word(IDS), word(TYPES))
        .prop_flat_map(|(id, type_)| (Just(id), Just(type_.clone()), actions(type_), disposition()));
    let nodes = vec(node, 1..7).prop_map(|nodes| {
        let mut seen = std::collections::BTreeSet::new();
        nodes.into_iter().filter(|(id, ..)| !id.is_empty() && seen.insert(id.clone())).collect::<Vec<_>>()
    });
    let nodes = nodes.prop_filter("no nodes", |nodes| !nodes.is_empty());
    let step = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        prop_oneof![1 => Just("always".to_owned()), 2 => word(CONDITIONS)],
        disposition(),
    );
    let description = optional(text().prop_map(Value::from));
    (text(), description, nodes, vec(step, 0..12), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(name, description, nodes, steps, entry, turned)| {
            let id = |index: prop::sample::Index| nodes.get(index.index(nodes.len())).unwrap().0.clone();
            let mut seen = std::collections::BTreeSet::new();
            let transitions = steps
                .into_iter()
                .map(|(from, to, condition, disposition)| (id(from), id(to), condition, disposition));
            let transitions: Vec<Value> = transitions
                .filter(|(from, to, condition, disposition)| {
                    let word = disposition.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
                    seen.insert((from.clone(), to.clone(), condition.clone(), word))
                })
                .map(|(from, to, condition, disposition)| {
                    object(vec![
                        ("from_node", Some(from.into())),
                        ("to_node", Some(to.into())),
                        ("condition", Some(condition.into())),
                        ("disposition", disposition),
                    ])
                })
                .collect();
            let entry = id(entry);
            let nodes: Vec<Value> = nodes
                .iter()
                .map(|(id, type_, actions, disposition)| {
                    object(vec![
                        ("id", Some(id.clone().into())),
                        ("type", Some(type_.clone().into())),
                        ("disposition", disposition.clone()),
                        ("actions", Some(actions.clone().into())),
                    ])
                })
                .collect();
            let mut fields = vec![
                ("name", Some(Value::from(name))),
                ("description", description),
                ("nodes", Some(nodes.into())),
                ("transitions", Some(transitions.into())),
                ("entry_node", Some(entry.into())),
            ];
            if turned {
                fields.reverse();
            }
            object(fields)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_payload_comes_back_from_its_flow(payload in payload(), pretty in any::<bool>()) {
        let written = if pretty { serde_json::to_string_pretty(&payload) } else { serde_json::to_string(&payload) };
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a.json", "a.json", written.unwrap().into()));
        let mut found = Diagnostics::default();
        let text = import(&sources, file, &mut found);
        prop_assert!(found.iter().next().is_none(), "{:?}", found);
        let text = text.unwrap();

        let mut flow = Sources::default();
        let file = flow.add(Source::new("a.cxflow", "a.cxflow", text.clone().into()));
        prop_assert_eq!(format(&flow, file).unwrap(), text.clone());

        let compiled = compile("a.cxflow", text.clone());
        let broken: Vec<_> = compiled.diagnostics.iter().filter(|one| one.code.area == Area::Syntax).collect();
        prop_assert!(broken.is_empty(), "{:?}\n{}", broken, text);
        let mut out = Vec::new();
        write_payload(&compiled.flow, true, &mut out).unwrap();
        prop_assert_eq!(String::from_utf8(out).unwrap(), canonical(&payload), "{}", text);
    }
}
