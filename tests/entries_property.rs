//! What is entered where prompts ask for digits, against an interpreter that reads one character after the other.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::fmt::Write;

use cxflowc::compile;
use cxflowc::simulate::{Call, CallInput, Events, Reaction, Walker};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A prompt for digits: the fewest, the most, the key that ends them, and how often it is played again.
#[derive(Debug, Clone)]
struct Prompt {
    least: usize,
    most: usize,
    end: Option<char>,
    retries: u32,
}

impl Prompt {
    /// Whether an entry is taken, found as a telephone would: key by key.
    fn takes(&self, entry: &str) -> bool {
        let mut digits = 0;
        let mut ended = false;
        for key in entry.chars() {
            match key {
                _ if ended => return false,
                '0'..='9' => digits += 1,
                key if Some(key) == self.end => ended = true,
                _ => return false,
            }
            if digits > self.most {
                return false;
            }
        }
        digits >= self.least
    }
}

/// A flow of prompts, each of which leads to the next one if something is entered, and else to `silent` or `wrong`.
fn text(prompts: &[Prompt]) -> String {
    let mut text = "flow \"Entries\"\nentry n0\ndisclosure notice { say \"Hello.\"; -> done }\n".to_owned();
    for (number, Prompt { least, most, end, retries }) in prompts.iter().enumerate() {
        let end = end.map_or(String::new(), |end| format!(" end \"{end}\""));
        let next = if number + 1 < prompts.len() { format!("n{}", number + 1) } else { "notice".to_owned() };
        writeln!(
            text,
            "collect n{number} media \"https://cdn.example.com/a.wav\" digits {least}..{most}{end} retries {retries} {{\n  \
             on entered -> {next}\n  on timeout -> silent\n  on invalid -> wrong\n}}"
        )
        .unwrap();
    }
    text + "disconnect silent\ndisconnect wrong\ndisconnect done\n"
}

fn prompt() -> impl Strategy<Value = Prompt> {
    let end = select(&[None, Some('#'), Some('*')][..]);
    (1..6usize, 0..4usize, end, 0..4u32).prop_map(|(least, more, end, retries)| Prompt {
        least,
        most: least + more,
        end,
        retries,
    })
}

fn entry() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,9}[#*]?", "[0-9#*]{1,6}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn keys_are_entered_as_by_a_telephone(prompts in vec(prompt(), 1..4), entries in vec(entry(), 0..5)) {
        let compiled = compile("entries.cxflow", text(&prompts));
        prop_assert!(compiled.is_complete(), "{}\n{:?}", text(&prompts), compiled.diagnostics);
        let mut expected = vec!["n0".to_owned()];
        let mut used = 0;
        for (prompt, entry) in prompts.iter().zip(&entries) {
            used += 1;
            if !prompt.takes(entry) {
                expected.push("wrong".to_owned());
                break;
            }
            match used < prompts.len() {
                true => expected.push(format!("n{used}")),
                false => expected.extend(["notice".to_owned(), "done".to_owned()]),
            }
        }
        let events: Events = entries.join(",").parse().unwrap();
        let walk = Walker::new(&compiled.flow).walk(&events.0);
        prop_assert_eq!(compiled.flow.path(&walk.path), expected.join(" -> "));
        prop_assert_eq!(walk.used, used);
    }

    /// At the keyboard a wrong entry is one attempt of several.
    #[test]
    fn wrong_entries_use_up_the_attempts(prompt in prompt(), entries in vec(entry(), 0..7)) {
        let compiled = compile("entries.cxflow", text(std::slice::from_ref(&prompt)));
        let mut call = Call::new(&compiled.flow).unwrap();
        let mut left = u64::from(prompt.retries) + 1;
        for entry in &entries {
            let events: Events = entry.parse().unwrap();
            let reaction = call.give(&CallInput::Event(events.0[0].clone()));
            let here = &*compiled.flow.nodes[call.here()].id;
            if left == 0 {
                prop_assert_eq!(reaction, Reaction::NotTaken);
            } else if prompt.takes(entry) {
                left = 0;
                prop_assert_eq!((reaction, here), (Reaction::Moved, "done"));
            } else {
                left -= 1;
                prop_assert_eq!(matches!(reaction, Reaction::Again { .. }), left > 0, "{:?}", reaction);
                prop_assert_eq!(here, if left > 0 { "n0" } else { "wrong" });
            }
        }
    }
}
