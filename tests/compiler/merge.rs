//! Merging two versions of a flow.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use cxflowc::merge::{Merged, Versions};

const BASE: &str = r#"// About this flow.

flow "Reminder"
entry notice

apply house

let clinic = "Lakeside"

/// Says who calls.
disclosure notice { say "This is ${clinic}." }

collect menu "Press 1 to confirm, 9 to opt out." retries 1 {
  on 1 -> bye
  on timeout | invalid -> bye
}

disconnect bye

notice -> menu

policy house {
  /// A way out.
  out: require any
}
"#;

fn merge(base: &str, ours: &str, theirs: &str) -> Merged {
    Versions { base, ours, theirs }.merge(7)
}

/// Merges two changes of the base, each of them replacements.
fn changed(ours: &[(&str, &str)], theirs: &[(&str, &str)]) -> Merged {
    merge(BASE, &with(ours), &with(theirs))
}

fn with(replacements: &[(&str, &str)]) -> String {
    replacements.iter().fold(BASE.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replacen(old, new, 1)
    })
}

/// Asserts that both changes are in the result, whichever side is ours.
#[track_caller]
fn keeps_both(ours: &[(&str, &str)], theirs: &[(&str, &str)], expected: &[(&str, &str)]) {
    for (one, other) in [(ours, theirs), (theirs, ours)] {
        let merged = changed(one, other);
        assert_eq!(merged.conflicts, [], "{}", merged.text);
    }
    assert_eq!(changed(ours, theirs).text, with(expected));
}

#[track_caller]
fn conflicts(ours: &[(&str, &str)], theirs: &[(&str, &str)], message: &str, text: &str) {
    let merged = changed(ours, theirs);
    let messages: Vec<String> = merged.conflicts.iter().map(|conflict| conflict.message()).collect();
    assert_eq!(messages, [message]);
    assert!(merged.text.contains(text), "{}", merged.text);
}

#[test]
fn both_add_a_branch_to_one_menu() {
    keeps_both(
        &[("  on timeout", "  on 2 -> menu\n  on timeout")],
        &[("  on timeout", "  on 9 -> stopped\n  on timeout")],
        &[("  on timeout", "  on 2 -> menu\n  on 9 -> stopped\n  on timeout")],
    );
}

#[test]
fn both_add_a_node_at_the_same_place() {
    keeps_both(
        &[("disconnect bye\n", "disconnect bye\nplay ours \"a.wav\"\n")],
        &[("disconnect bye\n", "disconnect bye\nplay theirs \"b.wav\"\n")],
        &[("disconnect bye\n", "disconnect bye\nplay ours \"a.wav\"\nplay theirs \"b.wav\"\n")],
    );
}

#[test]
fn one_moves_a_node_and_the_other_changes_it() {
    let menu = &BASE[BASE.find("collect menu").unwrap()..BASE.find("disconnect bye").unwrap()];
    let moved = [(menu, ""), ("notice -> menu\n", &*format!("notice -> menu\n\n{}\n", menu.trim()))];
    let change = [("retries 1", "retries 2")];
    let expected = with(&moved).replace("retries 1", "retries 2");
    for merged in [changed(&moved, &change), changed(&change, &moved)] {
        assert_eq!((merged.text.as_str(), merged.conflicts.len()), (expected.as_str(), 0));
    }
}

#[test]
fn one_changes_the_prompt_and_the_other_a_branch_of_one_node() {
    keeps_both(
        &[("Press 1 to confirm, 9 to opt out.", "Press 1 to confirm.")],
        &[("on 1 -> bye", "on 1 -> notice")],
        &[("Press 1 to confirm, 9 to opt out.", "Press 1 to confirm."), ("on 1 -> bye", "on 1 -> notice")],
    );
}

#[test]
fn both_add_a_rule_to_one_policy() {
    keeps_both(
        &[("out: require any\n", "out: require any\n  near: require any\n")],
        &[("out: require any\n", "out: require any\n  short: limit 30s\n")],
        &[("out: require any\n", "out: require any\n  near: require any\n  short: limit 30s\n")],
    );
}

#[test]
fn one_rewrites_a_comment_and_the_other_the_statement_below_it() {
    keeps_both(
        &[("/// Says who calls.", "/// Says who is calling, and for whom.")],
        &[("\"This is ${clinic}.\"", "\"Hello from ${clinic}.\"")],
        &[
            ("/// Says who calls.", "/// Says who is calling, and for whom."),
            ("\"This is ${clinic}.\"", "\"Hello from ${clinic}.\""),
        ],
    );
}

#[test]
fn one_removes_what_the_other_leaves_alone() {
    keeps_both(
        &[("apply house\n\n", "")],
        &[("retries 1", "retries 2")],
        &[("apply house\n\n", ""), ("retries 1", "retries 2")],
    );
}

#[test]
fn both_make_the_same_change() {
    let change =
        [("on 1 -> bye", "on 1 -> notice"), ("disconnect bye\n", "disconnect bye\nplay new \"a.wav\"\n")];
    keeps_both(&change, &change, &change);
}

#[test]
fn a_key_with_its_alternatives_in_another_order_is_the_same_branch() {
    keeps_both(
        &[("timeout | invalid -> bye", "invalid | timeout -> bye")],
        &[("  on 1 -> bye", "  on 2 -> notice\n  on 1 -> bye")],
        &[
            ("timeout | invalid -> bye", "invalid | timeout -> bye"),
            ("  on 1 -> bye", "  on 2 -> notice\n  on 1 -> bye"),
        ],
    );
}

#[test]
fn both_change_where_one_key_leads() {
    conflicts(
        &[("on 1 -> bye", "on 1 -> menu")],
        &[("on 1 -> bye", "on 1 -> notice")],
        "the branch on 1 in the node `menu` is changed on both sides",
        "<<<<<<< ours\n  on 1 -> menu\n=======\n  on 1 -> notice\n>>>>>>> theirs\n  on timeout | invalid -> bye\n",
    );
}

#[test]
fn both_change_one_value() {
    conflicts(
        &[("\"Lakeside\"", "\"Lakeside Dental\"")],
        &[("\"Lakeside\"", "\"Hillside\"")],
        "the value `clinic` is changed on both sides",
        "<<<<<<< ours\nlet clinic = \"Lakeside Dental\"\n=======\nlet clinic = \"Hillside\"\n>>>>>>> theirs\n",
    );
}

#[test]
fn one_changes_what_the_other_removes() {
    let menu = &BASE[BASE.find("collect menu").unwrap()..BASE.find("disconnect bye").unwrap()];
    let (change, removal) = ([("retries 1", "retries 3")], [(menu, "")]);
    conflicts(
        &change,
        &removal,
        "the node `menu` is changed on our side and removed on theirs",
        "  on timeout | invalid -> bye\n}\n=======\n>>>>>>> theirs\n",
    );
    conflicts(
        &removal,
        &change,
        "the node `menu` is changed on their side and removed on ours",
        "<<<<<<< ours\n=======\n",
    );
}

#[test]
fn both_add_one_node_with_different_texts() {
    conflicts(
        &[("disconnect bye\n", "disconnect bye\nplay new \"a.wav\"\n")],
        &[("disconnect bye\n", "disconnect bye\nplay new \"b.wav\"\n")],
        "the node `new` is added on both sides, each time with another text",
        "<<<<<<< ours\nplay new \"a.wav\"\n=======\nplay new \"b.wav\"\n>>>>>>> theirs\n",
    );
}

#[test]
fn both_change_what_a_block_on_one_line_says() {
    conflicts(
        &[("\"This is", "\"Here is")],
        &[("\"This is", "\"Hello from")],
        "the node `notice` is changed on both sides",
        "<<<<<<< ours\ndisclosure notice { say \"Here is ${clinic}.\" }\n=======\n",
    );
}

#[test]
fn both_change_the_actions_of_one_node() {
    let base = "play a {\n  say \"1\"\n  say \"2\"\n  -> b\n}\n";
    let merged = merge(base, &base.replace('1', "one"), &base.replace('1', "eins").replace("-> b", "-> c"));
    assert_eq!(
        merged.conflicts[0].message(),
        "the block of actions in the node `a` is changed on both sides"
    );
    assert!(merged.text.contains("  -> c\n"), "{}", merged.text);
}

#[test]
fn blocks_on_one_line_merge_as_well() {
    let base = "collect a \"x\" { on 1 -> b; on 2 -> c }\n";
    let ours = "collect a \"x\" { on 1 -> b; on 2 -> c; on 3 -> d }\n";
    let theirs = "collect a \"x\" { on 0 -> e; on 1 -> b; on 2 -> c }\n";
    let merged = merge(base, ours, theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.text, "collect a \"x\" { on 0 -> e; on 1 -> b; on 2 -> c; on 3 -> d }\n");
}

#[test]
fn a_brace_in_a_text_is_no_block() {
    let base = "collect a \"{ x\" retries 1 {\n  on 1 -> b\n}\n";
    let ours = base.replace("on 1 -> b", "on 1 -> c");
    let theirs = base.replace("{ x", "{ } y");
    let merged = merge(base, &ours, &theirs);
    assert_eq!(merged.text, "collect a \"{ } y\" retries 1 {\n  on 1 -> c\n}\n");
}

#[test]
fn a_file_with_a_syntax_error_is_merged_by_lines() {
    let base = "entry a\n\nplay a\n\n\nplay b\n";
    let merged =
        merge(base, &base.replace("play a", "play a a"), &base.replace("play b", "play b \"b.wav\""));
    assert_eq!(
        (merged.text.as_str(), merged.conflicts.len()),
        ("entry a\n\nplay a a\n\n\nplay b \"b.wav\"\n", 0)
    );
    let merged = merge(base, &base.replace("play b", "plai b c"), &base.replace("play b", "plai b d"));
    assert_eq!(merged.conflicts[0].message(), "the same lines are changed on both sides");
}

#[test]
fn the_layout_of_ours_is_kept_unless_it_is_canonical() {
    let base = "entry   a\nplay a\n";
    let merged = merge(base, base, "entry   a\nplay a\nplay   b\n");
    assert_eq!(merged.text, "entry   a\nplay a\nplay   b\n");
}

#[test]
fn line_breaks_of_windows_stay() {
    let [base, ours, theirs] = [
        BASE.to_owned(),
        with(&[("retries 1", "retries 2")]),
        with(&[("disconnect bye\n", "disconnect bye\nplay new \"a.wav\"\n")]),
    ]
    .map(|text| text.replace('\n', "\r\n"));
    let merged = merge(&base, &ours, &theirs);
    assert_eq!(merged.conflicts, []);
    assert_eq!(merged.text.matches('\n').count(), merged.text.matches("\r\n").count());
}

#[test]
fn markers_are_as_long_as_git_wants_them() {
    let versions = Versions { base: "let a = 1\n", ours: "let a = 2\n", theirs: "let a = 3\n" };
    let text = versions.merge(11).text;
    assert!(text.starts_with("<<<<<<<<<<< ours\n") && text.contains("\n===========\n"), "{text}");
}

#[test]
fn each_takes_out_the_decision_of_another_person() {
    let lines = |names: &[&str]| -> String {
        let line = |name: &&str| {
            format!("waive house/out at bye because \"it is known\" by \"{name}\" until 2027-03-31\n")
        };
        BASE.to_owned() + &names.iter().map(line).collect::<String>()
    };
    let merged = merge(&lines(&["j.lee", "k.roe"]), &lines(&["k.roe"]), &lines(&["j.lee"]));
    assert_eq!(merged.text, BASE, "neither is left");
}

const BY_AGE: &str = r#"contact age
decide group {
  when age < 18 -> young
  when age < 40 -> adult
  when age < 65 -> older
  else -> retired
}
"#;

#[test]
fn the_order_of_comparisons_is_kept() {
    let moved = BY_AGE
        .replace("  when age < 18 -> young\n", "")
        .replace("  else", "  when age < 18 -> young\n  else");
    let other = BY_AGE
        .replace("  when age < 65 -> older\n", "")
        .replace("  when age < 18", "  when age < 65 -> older\n  when age < 18");
    let merged = merge(BY_AGE, &moved, &other);
    let messages: Vec<String> = merged.conflicts.iter().map(|conflict| conflict.message()).collect();
    assert_eq!(
        messages,
        ["the list of comparisons in the node `group` is changed on both sides"],
        "{}",
        merged.text
    );
    assert_eq!(merge(BY_AGE, &moved, BY_AGE).text, moved);
    assert_eq!(merge(BY_AGE, BY_AGE, &moved).text, moved);
}

#[test]
fn two_comparisons_that_are_apart_change() {
    let first = BY_AGE.replace("age < 18", "age < 16");
    let last = BY_AGE.replace("-> retired", "-> pensioner");
    let both = first.replace("-> retired", "-> pensioner");
    assert_eq!(merge(BY_AGE, &first, &last).text, both);
    assert_eq!(merge(BY_AGE, &last, &first).text, both);
}
