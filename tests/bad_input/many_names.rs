//! Very many unknown names among very many known ones: suggestions stay cheap.

use cxflowc::diagnostics::Diagnostic;

use super::support::*;

const MANY: usize = 8_000;
/// How often what is broken stands on one line.
const OFTEN: usize = 20_000;

/// A flow with a line for each number.
fn with_lines(of: impl Fn(usize) -> String) -> String {
    (0..MANY).fold(CLEAN.to_owned(), |text, number| text + &of(number) + "\n")
}

/// How many findings of a code say what was meant.
fn suggestions(text: String, code: &str) -> usize {
    let compiled = survives(text);
    let meant = |one: &&Diagnostic| one.help.as_deref().is_some_and(|help| help.starts_with("did you mean"));
    compiled.diagnostics.iter().filter(|one| one.code.id == code).filter(meant).count()
}

#[test]
fn very_many_unknown_names_among_very_many_params() {
    in_time(|| {
        let text = with_lines(|number| {
            format!("param name_{number}_x = \"x\"; let v{number} = \"${{nam_{number}_x}}\"")
        });
        assert_eq!(suggestions(text, "CX109"), MANY);
    });
}

#[test]
fn very_many_unknown_nodes_among_very_many_nodes() {
    in_time(|| {
        let text = with_lines(|number| {
            format!("play node_{number}_x {{ say \"x\" }}; bye -> nod_{number}_x on failed")
        });
        assert_eq!(suggestions(text, "CX103"), MANY);
    });
}

#[test]
fn very_many_unknown_policies_among_very_many_policies() {
    in_time(|| {
        let text = with_lines(|number| {
            format!("policy policy_{number}_x {{ oblige \"x\" }}; apply polcy_{number}_x")
        });
        assert_eq!(suggestions(text, "CX114"), MANY);
    });
}

#[test]
fn very_many_waivers_of_unknown_rules_of_one_policy() {
    in_time(|| {
        let rules: String = (0..MANY).map(|number| format!("  rule_{number}_x: oblige \"x\"\n")).collect();
        let text = with_lines(|number| {
            format!("waive p/rul_{number}_x because \"it is late\" by \"j.lee\" until 2027-03-31")
        });
        assert_eq!(suggestions(format!("{text}policy p {{\n{rules}}}\n"), "CX114"), MANY);
    });
}

#[test]
fn suggestions_do_not_depend_on_earlier_ones() {
    in_time(|| {
        let far = with_lines(|number| format!("bye -> qqq{number}zzz on failed"));
        let text = format!("{far}play campaign_menu {{ say \"x\" }}\nbye -> campagn_mnu on busy\n");
        assert_eq!(suggestions(text, "CX103"), 1);
    });
}

#[test]
fn very_many_misspelt_tags_among_very_many_tags_of_policies() {
    in_time(|| {
        let count = 1_000;
        let tags: String = (0..count).map(|number| format!("  expects @tag_{number}_x \"x\"\n")).collect();
        let nodes: String = (0..count)
            .map(|number| format!("play n{number} {{ say \"x\" @tg_{number}_x; -> bye }}\n"))
            .collect();
        let text = format!("{CLEAN}{nodes}policy p {{\n{tags}  once: limit 1 @tag_0_x\n}}\napply p\n");
        assert_eq!(suggestions(text, "CX407"), count);
    });
}

#[test]
fn very_many_statements_that_each_stand_on_two_lines() {
    in_time(|| {
        let text = with_lines(|_| "bye ->\n  bye".to_owned());
        let compiled = survives(text);
        assert_eq!(compiled.diagnostics.iter().filter(|one| one.code.id == "CX001").count(), MANY);
        survives(format!("{CLEAN}{}", "bye -> ".repeat(OFTEN)));
        survives(format!("{CLEAN}{}", "bye ->;".repeat(OFTEN)));
    });
}
