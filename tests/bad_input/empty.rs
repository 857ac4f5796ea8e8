//! Files with nothing in them, and how their lines end.

use super::support::*;

#[test]
fn a_file_without_declarations_says_so() {
    for text in [
        "",
        "\n",
        " ",
        "\t\r\n",
        "\u{FEFF}",
        "// a comment",
        "/// a doc comment\n",
        "\u{FEFF}// a comment\r\n",
        ";",
        ";;;\n",
    ] {
        let compiled = survives(text);
        let one = only(&compiled, "CX101");
        assert_eq!(one.message, "the file declares nothing", "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(codes(&survives(format!("\u{FEFF}{CLEAN}"))).is_empty());
}

#[test]
fn two_byte_order_marks_are_one_too_many() {
    only(&survives(format!("\u{FEFF}\u{FEFF}{CLEAN}")), "CX001");
}

#[test]
fn any_line_break_at_the_end_or_none_is_well() {
    for text in [
        CLEAN.replace('\n', "\r\n"),
        CLEAN.trim_end().to_owned(),
        CLEAN.trim_end().replace('\n', "\r\n"),
        format!("{CLEAN}\n\n"),
        format!("{CLEAN}// end"),
    ] {
        assert!(codes(&survives(text.clone())).is_empty(), "{text:?}");
    }
}

#[test]
fn a_lone_carriage_return_ends_no_line() {
    assert!(survives(CLEAN.replace('\n', "\r")).diagnostics.has_errors());
    survives("flow \"A\r");
    survives("\r");
    survives("flow \"A\"\r\r\n");
}

#[test]
fn every_beginning_of_a_flow_ends_in_a_diagnostic() {
    let text = campaign();
    for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
        survives(&text[..end]);
    }
}

#[test]
fn a_flow_with_any_one_byte_taken_out_ends_in_a_diagnostic() {
    let text = campaign();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes.remove(at);
        survives(bytes);
    }
}
