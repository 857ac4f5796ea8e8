//! Changes as comments of a review.

use cxflowc::diff::{FlowComment, FlowDiff, comment, markdown, text};

use super::{FLOW, diff};

#[test]
fn texts_of_a_flow_are_escaped_in_markdown() {
    for hostile in [
        "<script>alert(1)</script>",
        "@everyone #1 https://example.com www.example.com a@example.com",
        "**bold** _it_ ~~gone~~ `code` [a](b) ![a](b)",
        "```\n# head\n- list\n1. one\n| a | b |",
        "</code></details>",
        "&amp; &#60; \\",
        "\u{202E}gnirts \u{200B}\u{0}\u{7}",
    ] {
        let said = hostile.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let said: String = said.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
        let new = FLOW
            .replace("See you then.", &said)
            .replace("\"confirms\"", &format!("\"{said}\""))
            .replace("front-desk", &said);
        let diff = diff(FLOW, &new);
        let markdown = markdown(&diff);
        let mut rest = markdown.as_str();
        // Between the tags of our own there is neither markup nor anything that becomes a link.
        while let Some(at) = rest.find("<code>") {
            let (inside, after) = rest[at + 6..].split_once("</code>").unwrap();
            let inside = ["<del>", "</del>", "<ins>", "</ins>"]
                .iter()
                .fold(inside.to_owned(), |text, tag| text.replace(tag, ""));
            for sign in ["<", ">", "`", "*", "[", "]", "\\", "~", "|", "$", "@", "://", "www.", " _", "_ "] {
                assert!(!inside.contains(sign), "{sign}: {inside}");
            }
            let is_reference = |after: &str| after.split(';').next().is_some_and(|it| it.len() < 5);
            assert!(inside.split("&#").skip(1).all(is_reference), "{inside}");
            assert_eq!(inside.matches('&').count(), inside.matches("&#").count(), "{inside}");
            assert_eq!(inside.matches('#').count(), inside.matches("&#").count(), "{inside}");
            assert!(
                !inside.contains(|c: char| c.is_control() || ('\u{200B}'..='\u{202E}').contains(&c)),
                "{inside:?}"
            );
            rest = after;
        }
        let text = text(&diff);
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n' || ('\u{200B}'..='\u{202E}').contains(&c)),
            "{text:?}"
        );
    }
}

#[test]
fn words_of_scripts_without_blanks_are_compared_sign_by_sign() {
    let old = FLOW.replace("See you then.", "感谢您的来电。");
    let new = FLOW.replace("See you then.", "感谢你的来电。");
    assert!(text(&diff(&old, &new)).contains("感谢[-您-]{+你+}的来电。"));
    let (old, new) = (FLOW.replace("See you then.", "مرحبا بكم"), FLOW.replace("See you then.", "أهلا بكم"));
    assert!(text(&diff(&old, &new)).contains("[-مرحبا-]{+أهلا+} بكم"));
}

#[test]
fn signs_that_are_no_markup_stay_as_they_are() {
    let new = FLOW
        .replace("desk", "check_up-desk")
        .replace("See you then.", "At 9.30 (or 10:15) on 2027-01-31: 100% sure! {yes} a+b=c")
        .replace("disconnect bye", "disconnect bye; fact host = \"a.example.com\"");
    let markdown = markdown(&diff(FLOW, &new));
    for kept in ["check_up-desk", "9.30 (or 10:15) on 2027-01-31: 100% sure! {yes} a+b=c", "a.example.com"] {
        let plain = ["<del>", "</del>", "<ins>", "</ins>"]
            .iter()
            .fold(markdown.clone(), |text, tag| text.replace(tag, ""));
        assert!(plain.contains(kept), "{kept}: {markdown}");
    }
}

#[test]
fn a_changed_prompt_with_a_tag_is_shown_once() {
    let old = FLOW.replace("retries 1 {", "retries 1 @menu {");
    let changes = text(&diff(
        &old,
        &old.replace("Press 1 to confirm", "Press 1 to agree").replace("retries 1", "retries 2"),
    ));
    assert_eq!(changes.matches("[-confirm-]{+agree+}").count(), 1, "{changes}");
    assert_eq!(changes.matches("[-1-]{+2+}").count(), 1, "{changes}");
}

#[test]
fn many_changes_fit_into_a_comment() {
    let nodes = |word: &str| -> String {
        (0..3000).map(|n| format!("play n{n} {{ say \"{word} {n}\" }}\nn{n} -> bye\n")).collect()
    };
    let (old, new) = (FLOW.to_owned() + &nodes("old"), FLOW.to_owned() + &nodes("new"));
    let markdown = markdown(&diff(&old, &new));
    assert!(markdown.len() < 60_000, "{}", markdown.len());
    assert!(markdown.contains("- and 2940 more\n"));
    assert!(markdown.ends_with(
        "**Left out here**: 2940 changes. `cxflowc diff` without `--format markdown` shows them all.\n"
    ));
}

#[test]
fn one_bound_holds_for_a_comment_on_many_flows_and_compliance_comes_first() {
    let many = |word: &str| -> String {
        (0..100)
            .map(|n| format!("play n{n} {{ say \"{word} {n} {}\" }}\nn{n} -> bye\n", word.repeat(80)))
            .collect()
    };
    let (old, new) = (FLOW.to_owned() + &many("old"), FLOW.to_owned() + &many("new"));
    let plain = diff(&old, &new);
    let weaker = diff(&old, &new.replace("apply house\n", ""));
    let mut flows: Vec<FlowComment<'_>> = Vec::new();
    for number in 0..50 {
        let diff = if number % 10 == 9 { &weaker } else { &plain };
        flows.push(FlowComment { heading: format!("### `f{number}`\n"), remark: None, diff: Some(diff) });
    }
    let comment = comment(&flows);
    assert!(comment.chars().count() < 60_000, "{}", comment.len());
    assert_eq!(comment.matches("gone: policy <code>house</code>").count(), 5, "{comment}");
    let left: usize =
        comment.split("**Left out here**: ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let changes = |diff: &FlowDiff| {
        let of_flow = diff.flow.len() + diff.nodes.len() + diff.transitions.len() + diff.findings.len();
        of_flow + diff.compliance.len() + diff.verdicts.len() + usize::from(diff.paths.is_some())
    };
    let is_change = |line: &&str| line.starts_with("- ") && !line.starts_with("- and ");
    let shown = comment.lines().filter(is_change).count();
    assert_eq!(left + shown, 45 * changes(&plain) + 5 * changes(&weaker));
    assert!(!comment.contains("weaken compliance."));
}

#[test]
fn what_has_changed_of_compliance_is_shown_whole() {
    let long = |word: &str| format!("{} {word} {}", "before ".repeat(300), "after ".repeat(300));
    let old = FLOW.replace("one try is enough", &long("enough"));
    let markdown = markdown(&diff(&old, &FLOW.replace("one try is enough", &long("plenty"))));
    assert!(markdown.contains("<del>enough</del><ins>plenty</ins>"), "{markdown}");
    let gone = diff(&old, &old.replace("waive baseline", "// waive baseline"));
    let (was, shown) = (long("enough"), self::markdown(&gone));
    assert!(shown.contains(&was), "{shown}");
}
