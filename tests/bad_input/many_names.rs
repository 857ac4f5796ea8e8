//! Very many unknown names among very many known ones: what they may have meant costs a step each.

use cxflowc::diagnostics::Diagnostic;

use super::support::*;

const MANY: usize = 8_000;

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
fn what_is_suggested_does_not_depend_on_what_was_asked_before() {
    in_time(|| {
        let far = with_lines(|number| format!("bye -> qqq{number}zzz on failed"));
        let text = format!("{far}play campaign_menu {{ say \"x\" }}\nbye -> campagn_mnu on busy\n");
        assert_eq!(suggestions(text, "CX103"), 1);
    });
}
