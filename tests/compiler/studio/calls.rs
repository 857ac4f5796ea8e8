//! Scripts take calls where their flows take them.

use std::path::Path;
use std::sync::Arc;

use cxflowc::flow::{Constant, Flow};
use cxflowc::simulate::{CallState, Events, Walker};
use cxflowc::source::Source;
use cxflowc::{Options, compile_with};

use crate::cases::{ROOT, tenant};
use crate::of_tenant::{Chance, NoFiles, flows_for_tenant};
use crate::script;
use crate::script_call::ScriptCall;

#[test]
fn a_script_takes_calls_where_the_flow_takes_them() {
    let (mut calls, mut scripts) = (0, 0);
    for (title, compiled) in flows_for_tenant(|case| case.files[Path::new(ROOT)].contains("test \"")) {
        let Some(run) = compiled.run_tests().filter(|_| compiled.is_complete()) else { continue };
        let flow = &compiled.flow;
        let script = script(&compiled);
        scripts += 1;
        for ran in run.tests.iter().filter(|ran| ran.passed()) {
            let events: Vec<String> = ran.test.events.iter().map(|one| one.event.word().to_owned()).collect();
            // What no action tells is a finding of its own.
            let is_told = |event: &String| {
                let keys = event.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*' || byte == b'#');
                keys || ["timeout", "invalid", "human", "machine", "unknown"].contains(&event.as_str())
            };
            if !events.iter().all(is_told) {
                continue;
            }
            let mut call = ScriptCall::new(&script, flow, events);
            for (variable, value) in ran.call.given() {
                let value = match value {
                    Constant::Text(text) => text.to_string(),
                    Constant::Number(number) => number.to_string(),
                };
                let name = cxflowc::emit::studio::names::variable(&flow.variables[*variable].name);
                call.variables.insert(name, value);
            }
            let ended = call.run();
            if ended.as_ref().is_err_and(|why| why.contains("none of the described actions")) {
                continue;
            }
            let mut wanted: Vec<String> =
                ran.call.path.iter().map(|&node| flow.nodes[node].id.to_string()).collect();
            wanted.dedup();
            // A node that does nothing has no action.
            wanted.retain(|name| call.path.contains(name) || !is_empty(flow, name));
            assert_eq!(ended, Ok(()), "{title}: {}: {:?}, wanted {wanted:?}", ran.test.name, call.path);
            assert_eq!(call.path, wanted, "{title}: {}", ran.test.name);
            calls += 1;
        }
    }
    // Most fixtures with tests have a finding of another kind, or use what a script cannot say.
    assert!(calls > 60 && scripts > 30, "{calls} calls of {scripts} scripts");
}

/// A flow of prompts, decisions and sums, in which calls may come back.
fn random_flow(chance: &mut Chance) -> String {
    let nodes = 3 + chance.below(6);
    let mut text = "flow \"Random\"\nentry n0\nvar v lasts 1s\nvar typed lasts 2s\n\
                    disclosure n0 { say \"This is Lakeside.\"; set v = 0; set typed = \"0000\" }\nn0 -> n1\n"
        .to_owned();
    for node in 1..=nodes {
        let mut way = |may_come_back: bool| {
            let on = node + 1 + chance.below(nodes + 2 - node);
            if may_come_back && chance.below(3) == 0 {
                format!("n{} again {} else n{on}", 1 + chance.below(node), 1 + chance.below(3))
            } else {
                format!("n{on}")
            }
        };
        let ways: Vec<String> = (0..4).map(|number| way(number < 3)).collect();
        let retries = chance.below(3);
        let more = match chance.below(4) {
            0 if retries > 0 => "retry \"Again.\"; ",
            1 if retries > 0 => "silence \"Hello?\"; ",
            2 if retries > 0 => "retry \"Again.\"; silence \"Hello?\"; ",
            _ => "",
        };
        let [a, b, c, d] = ways.as_slice() else { panic!() };
        text += &match chance.below(5) {
            0 => format!("play n{node} {{ say \"Now.\"; set v = v + 1 }}\nn{node} -> {a}\n"),
            1 | 2 => format!(
                "collect n{node} \"Press 1 or 2.\" retries {retries} {{ {more}on 1 -> {a}; on 2 -> {b}; on timeout -> {c}; on invalid -> {d} }}\n"
            ),
            3 => format!(
                "collect n{node} \"Four digits.\" retries {retries} digits 4 into typed {{ {more}on entered -> {a}; on timeout -> {b}; on invalid -> {d} }}\n"
            ),
            _ => match chance.below(3) {
                0 => format!("decide n{node} {{ when v >= 2 -> {a}; when v = 1 -> {b}; else -> {d} }}\n"),
                1 => format!(
                    "decide n{node} {{ when typed = \"1111\" | \"2222\" -> {a}; when typed = \"3333\" -> {b}; else -> {d} }}\n"
                ),
                _ => format!("decide n{node} {{ when v != 3 -> {a}; else -> {d} }}\n"),
            },
        };
    }
    text + &format!("agent n{} \"Sales\"\ndisconnect n{}\n", nodes + 1, nodes + 2)
}

#[test]
fn scripts_of_random_flows_take_random_calls_where_the_flows_take_them() {
    let mut chance = Chance(0x5eed_2026_1130);
    let (mut calls, mut with_again) = (0, 0);
    for _ in 0..400 {
        let text = random_flow(&mut chance);
        let mut options = Options::default();
        options.target = Arc::new(tenant());
        options.as_is = true;
        let compiled =
            compile_with(Source::new("a.cxflow", "a.cxflow", text.as_str().into()), &NoFiles, &options);
        // A circle without a bound, or a bound that multiplies too often.
        if !compiled.is_complete() {
            let errors = compiled.diagnostics.iter().filter(|one| one.severity == cxflowc::Severity::Error);
            let codes: Vec<&str> = errors.map(|one| one.code.id).collect();
            assert!(codes.iter().all(|code| *code == "CX005"), "{codes:?}\n{text}");
            continue;
        }
        let flow = &compiled.flow;
        with_again += usize::from(!flow.agains.is_empty());
        let script = script(&compiled);
        let mut walker = Walker::new(flow);
        for _ in 0..20 {
            let mut walk = walker.begin();
            let mut events: Vec<String> = Vec::new();
            for _ in 0..200 {
                if !walk.state.is_open() || walk.state == CallState::MayEnd {
                    break;
                }
                let words = ["1", "2", "timeout", "invalid", "1111", "2222", "3333", "123"];
                let word = words[chance.below(words.len())];
                let event = &word.parse::<Events>().unwrap().0[0];
                if walker.step(&mut walk, event) {
                    events.push(word.to_owned());
                }
            }
            if walk.stuck(walk.used).is_some() {
                continue;
            }
            let mut wanted: Vec<String> =
                walk.path.iter().map(|&node| flow.nodes[node].id.to_string()).collect();
            wanted.dedup();
            let mut call = ScriptCall::new(&script, flow, events.clone());
            let ended = call.run();
            assert_eq!((ended, &call.path), (Ok(()), &wanted), "{events:?}\n{text}");
            calls += 1;
        }
    }
    assert!(calls > 2000 && with_again > 150, "{calls} calls, {with_again} flows with `again`");
}

fn is_empty(flow: &Flow, name: &str) -> bool {
    flow.nodes.rows().iter().any(|node| node.id == name && node.actions.is_empty())
}
