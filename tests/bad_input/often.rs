//! One thing, repeated very often.

use cxflowc::compile;
use cxflowc::diagnostics::MAX_KEPT;

use super::support::*;

const OFTEN: usize = 25_000;

fn often(piece: &str) {
    let piece = piece.to_owned();
    in_time(move || {
        for text in [piece.repeat(OFTEN), format!("{piece}\n").repeat(OFTEN)] {
            let compiled = survives(text);
            assert!(compiled.diagnostics.has_errors());
            assert!(compiled.diagnostics.iter().count() <= MAX_KEPT);
        }
    });
}

macro_rules! often {
    ($($name:ident $piece:literal)*) => {$(
        #[test]
        fn $name() {
            often($piece);
        }
    )*};
}

often! {
    very_many_opening_braces "{"
    very_many_closing_braces "}"
    very_many_brackets "["
    very_many_quotes "\""
    very_many_long_quotes "\"\"\""
    very_many_escaped_quotes "\\\""
    very_many_backticks "`"
    very_many_backslashes "\\"
    very_many_arrows "-> "
    very_many_transitions "a -> b;"
    very_many_branches_without_a_node "on 1 -> a;"
    very_many_blocks "play a {"
    very_many_names "a "
    very_many_policies "policy p {"
    very_many_broken_rules "policy p { require };"
    very_many_facts_without_a_value "fact a ="
}

/// What a policy of such rules brings.
fn policy(rules: &str) -> Vec<&'static str> {
    codes(&survives(format!("{CLEAN}policy p {{\n{rules}\n}}\n")))
        .into_iter()
        .filter(|code| *code < "CX100")
        .collect()
}

#[test]
fn very_many_signs_in_a_selector() {
    in_time(|| {
        for piece in
            ["(", "not ", "not(", "(not ", "@a|", "@a&", "@a | ", "=a on 1|", "=a on 1 | ", "((@a) | "]
        {
            let piece = piece.repeat(OFTEN);
            assert_eq!(policy(&format!("require {piece}")).len(), 1);
            policy(&format!("require {piece}@a"));
            policy(&format!("forbid agent before {piece}@a before @b"));
            policy(&format!("limit 2s from {piece}@a to {piece}@b"));
        }
        let (open, close) = ("(".repeat(OFTEN), ")".repeat(OFTEN));
        assert_eq!(policy(&format!("require {open}@a{close}")), ["CX005"]);
        assert_eq!(policy(&format!("require @a{close}")), ["CX001"]);
        assert_eq!(policy(&format!("require {close}")), ["CX001"]);
        assert!(policy(&format!("require {}@a", "not ".repeat(OFTEN))).is_empty());
        assert!(policy(&format!("require {}@a", "@a & not @b | ".repeat(OFTEN))).is_empty());
        // Applied and broken, so that the rule is written out.
        let rule = format!("  r: require {}@absent\n", "not ".repeat(4 * OFTEN));
        let broken = survives(format!("{CLEAN}apply p\npolicy p {{\n{rule}}}\n"));
        assert!(codes(&broken).contains(&"CX301"));
    });
}

#[test]
fn very_many_rules() {
    in_time(|| {
        let rules =
            "  require disclosure before (agent | callback) & not @vip from 2026-01-01\n".repeat(15_000);
        assert!(rules.len() > 1 << 20);
        assert!(policy(&rules).is_empty());
        assert_eq!(policy("  require disclosure before\n".repeat(500).trim_end()).len(), 500);
        policy(&"  reqire disclosure before\n".repeat(OFTEN));
        policy(&"  /// why\n".repeat(OFTEN));
        policy(&"  agent a {\n".repeat(OFTEN));
        policy(&"  play a { say \"x\" }\n".repeat(OFTEN));
        policy(&"{".repeat(OFTEN));
        policy(&"@a { ".repeat(OFTEN));
    });
}

#[test]
fn very_many_bad_escapes_and_insertions_in_one_string() {
    for piece in ["${", "${ ", "\\u{", "\\q", "${}", "${x}", "$", "${$"] {
        in_time(move || {
            let text = piece.repeat(OFTEN);
            assert!(survives(format!("{CLEAN}let x = \"{text}\"\n")).diagnostics.iter().count() > 0);
        });
    }
}

#[test]
fn after_so_many_findings_nothing_more_is_read() {
    let compiled = compile("a.cxflow", format!("{CLEAN}{}", "?\n".repeat(MAX_KEPT + 5)));
    assert_eq!(compiled.diagnostics.iter().count(), MAX_KEPT);
    assert!(compiled.diagnostics.has_errors());
}

#[test]
fn a_file_whose_first_thousand_lines_are_all_broken_is_read_no_further() {
    let compiled = compile("a.cxflow", format!("{}{CLEAN}", "?\n".repeat(1_000)));
    assert_eq!(codes(&compiled), ["CX001"; 1_000]);
    let compiled = compile("a.cxflow", format!("{}{CLEAN}{}", "?\n".repeat(999), "?\n".repeat(999)));
    assert_eq!(codes(&compiled), ["CX001"; 1_998]);
}

#[test]
fn very_many_findings_on_one_line_of_characters() {
    in_time(|| {
        let compiled = survives("let x = \"😀\\q\";".repeat(20_000));
        let last = compiled.diagnostics.iter().last().unwrap();
        assert!(compiled.sources.position(last.span.unwrap()).column > 200_000);
    });
}

/// Nodes `n0` to `nN`, each leading to what `next` says.
fn nodes(count: usize, next: impl Fn(usize) -> String) -> String {
    let mut text = String::from("flow \"A\"\nentry n0\ndisclosure n0 \"https://cdn.example.com/n.wav\"\n");
    for number in 1..count {
        text.push_str(&format!("play n{number} \"https://cdn.example.com/n.wav\"\n"));
    }
    for number in 0..count {
        text.push_str(&format!("n{number} -> {}\n", next(number)));
    }
    text
}

#[test]
fn a_chain_of_very_many_nodes_is_too_deep_and_nothing_else() {
    in_time(|| {
        let last = 20_000 - 1;
        let text = nodes(
            20_000,
            |number| if number == last { "bye".to_owned() } else { format!("n{}", number + 1) },
        );
        assert_eq!(codes(&survives(format!("{text}disconnect bye\n"))), ["CX304"]);
    });
}

#[test]
fn a_cycle_of_very_many_nodes_is_one_finding() {
    in_time(|| {
        let text = nodes(20_000, |number| format!("n{}", (number + 1) % 20_000));
        assert_eq!(codes(&survives(text)), ["CX203"]);
    });
}

#[test]
fn a_node_with_very_many_branches() {
    in_time(|| {
        let branches: String = (10_000..40_000).map(|key| format!("  on {key} -> bye\n")).collect();
        let text =
            format!("{CLEAN}collect menu \"Choose\" {{\n{branches}  on timeout | invalid -> bye\n}}\n");
        assert_eq!(codes(&survives(text.replace("notice -> bye", "notice -> menu"))), Vec::<&str>::new());
    });
}

#[test]
fn very_many_unknown_names_with_long_near_neighbours() {
    in_time(|| {
        let long = "a".repeat(90);
        let mut text = CLEAN.to_owned();
        for number in 0..3000 {
            text.push_str(&format!(
                "play {long}{number} \"https://cdn.example.com/n.wav\"; bye -> {long}b{number}\n"
            ));
        }
        assert!(survives(text).diagnostics.has_errors());
    });
}
