//! Many topics that each lead back to a menu: rules are decided though calls can come back in more ways than are
//! counted, and the target says whether it can write them.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::disallowed_methods, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use cxflowc::emit::studio::Studio;
use cxflowc::source::Source;
use cxflowc::{Compiled, Options, compile_with};

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// A menu of so many topics, each of which leads back so often.
fn topics(topics: usize, most: usize, rules: &str) -> String {
    let mut text =
        "flow \"Topics\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\" }\nnotice -> menu\n\
                    collect menu \"Choose a topic.\" between 1s {\n"
            .to_owned();
    for topic in 10..10 + topics {
        text += &format!("  on {topic} -> t{topic}\n");
    }
    text += "  on 9 -> out\n  on timeout | invalid -> bye\n}\n";
    for topic in 10..10 + topics {
        text += &format!("play t{topic} {{ say \"Topic {topic}.\"; -> menu again {most} else bye }}\n");
    }
    text += "play out { say \"We will not call again.\" @opt_out; -> bye }\ndisconnect bye { say \"Goodbye.\" @closing }\n";
    text + &format!("policy house \"House rules\" {{\n{rules}\n}}\napply house\n")
}

fn compiled(text: &str, studio: bool) -> Compiled {
    let mut options = Options::default();
    if studio {
        options.target = Arc::new(Studio::default());
    }
    compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
}

/// The verdicts on the rules of the house.
fn verdicts(text: &str) -> Vec<&'static str> {
    let compiled = compiled(text, true);
    let house = compiled.flow.policies.iter().position(|policy| &*policy.name == "house").unwrap();
    compiled.judged.iter().filter(|one| one.policy == house).map(|one| one.verdict.word()).collect()
}

const RULES: &str = "  first: require disclosure before =menu
  out: require @opt_out reachable from disclosure within 1 keys
  closes: require @closing on every path
  never: forbid =t11 after =t12
  once: forbid =t10
  few: limit 3 =t10
  fewer: limit 2 =t10
  deep: limit depth 30";

#[test]
fn rules_are_decided_where_each_way_is_counted() {
    let expected = ["holds", "holds", "holds", "violated", "violated", "holds", "holds", "holds"];
    assert_eq!(verdicts(&topics(7, 1, RULES)), expected);
    let expected = ["holds", "holds", "holds", "violated", "violated", "holds", "violated", "holds"];
    assert_eq!(verdicts(&topics(5, 2, RULES)), expected, "the third call to a topic goes to the end");
}

#[test]
fn rules_are_decided_where_the_ways_are_too_many_to_count() {
    for (count, most) in [(12, 2), (30, 2), (60, 9)] {
        let text = topics(count, most, RULES);
        let found = verdicts(&text);
        // How often one topic is heard needs its own count beside that of the others together.
        assert_eq!(found[..5], ["holds", "holds", "holds", "violated", "violated"], "{count} again {most}");
        assert_eq!(found[7], "violated", "{count} again {most}: one topic after the other is longer");
        assert!(["holds", "violated", "unknown"].contains(&found[5]), "{count} again {most}: {found:?}");
    }
}

#[test]
fn what_is_not_counted_is_said() {
    let compiled = compiled(&topics(60, 9, "  few: limit 10 =t10"), true);
    let found: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|one| one.code.id == "CX306" && one.message.contains("house/few"))
        .map(|one| one.message.clone())
        .collect();
    assert_eq!(
        found,
        [
            "`house/few` cannot be decided: calls can come back in so many ways that not all of them are counted, and it may be broken on one of those"
        ]
    );
}

#[test]
fn a_payload_has_no_room_for_the_copies() {
    let text = topics(7, 1, RULES);
    let codes = |studio: bool| -> Vec<&str> {
        let compiled = compiled(&text, studio);
        compiled.diagnostics.iter().map(|one| one.code.id).filter(|code| code.starts_with("CX6")).collect()
    };
    assert_eq!(codes(false), ["CX618"]);
    assert!(codes(true).is_empty());
}

#[test]
fn limits_hold_by_what_all_ways_back_allow() {
    let topic = |n: usize| {
        format!(
            "play a{n} {{ say \"One.\" @c lasts 1s; -> m again 99 else b{n} }}\n\
             collect b{n} \"Hm.\" lasts 1s wait 1s {{ on 1 -> m again 50 else bye; on timeout | invalid -> bye }}\n"
        )
    };
    let branches: String = (1..=9).map(|n| format!("  on {n} -> a{n}\n")).collect();
    let topics: String = (1..=9).map(topic).collect();
    let text = format!(
        "flow \"Topics\"\nentry notice\ndisclosure notice {{ say \"This is Lakeside.\" lasts 2s; -> m }}\n\
         collect m \"Hi.\" lasts 1s wait 1s {{\n{branches}  on timeout | invalid -> bye\n}}\n{topics}disconnect bye\n\
         policy house \"House rules\" {{\n  some: limit 1342 @c\n  deep: limit depth 5400\n  long: limit 200min\n  \
         none: limit 2 @c\n}}\napply house\n"
    );
    assert_eq!(
        verdicts(&text),
        ["holds", "holds", "holds", "violated"],
        "9 × (99 + 50) ways back, and the first"
    );
}

#[test]
fn a_broken_rule_names_no_node_that_only_a_path_beyond_the_bounds_breaks() {
    for most in [2, 30] {
        let topic = |n: usize| format!("play a{n} {{ say \"One.\"; -> s again {most} else r }}\n");
        let topics: String = (1..=3).map(topic).collect();
        let text = format!(
            "flow \"Topics\"\nentry notice\ndisclosure notice {{ say \"This is Lakeside.\"; -> m }}\n\
             collect m \"Hi.\" {{ on 1 -> a1; on 2 -> a2; on 3 -> a3; on 4 -> x; on 5 | timeout | invalid -> y }}\n{topics}\
             play s {{ say \"S.\" @c; -> m }}\ndisconnect r {{ say \"R.\" @b }}\ndisconnect x {{ say \"X.\" @b }}\n\
             disconnect y {{ say \"Y.\" @b }}\n\
             policy house \"House rules\" {{ one: require @c before @b }}\napply house\n"
        );
        let compiled = compiled(&text, true);
        assert_eq!(compiled.flow.has_open_bounds(), most == 30);
        let broken = compiled.diagnostics.iter().find(|one| one.message.contains("house/one")).unwrap();
        assert_eq!(broken.message, "house/one: `x` is reached without `@c` before it: notice -> m -> x");
        let others: Vec<String> = broken.labels.iter().map(|label| label.text.to_string()).collect();
        assert_eq!(
            others.iter().filter(|text| *text == "and here").count(),
            1,
            "{most}: `y`, not `r`: {others:?}"
        );
    }
}
