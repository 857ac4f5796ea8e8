//! Bytes that are not text.

use super::support::*;

#[test]
fn latin_1_is_one_finding_with_the_first_bytes_offset() {
    let text = CLEAN.replace("Goodbye", "Au revoir, Ren\u{e9}e, \u{e0} bient\u{f4}t");
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let offset = bytes.iter().position(|&byte| byte == 0xE9).unwrap();
    let compiled = survives(bytes);
    assert_eq!(codes(&compiled), ["CX004"]);
    let one = only(&compiled, "CX004");
    assert_eq!(one.message, format!("byte {offset} of the file is not UTF-8, 3 such bytes in all"));
    assert_eq!(one.span.unwrap().start as usize, offset);
    assert_eq!(compiled.sources.position(one.span.unwrap()).line, 4);
}

#[test]
fn bytes_that_are_not_utf_8_are_shown_as_the_bytes_that_they_are() {
    let line = |said: &[u8]| {
        let flow = [&b"flow \"A\"\nentry n\ndisclosure n { say \""[..], said, b"\" }\n"].concat();
        let compiled = survives(flow);
        human(&compiled, &only(&compiled, "CX004"))
    };
    for (said, excerpt) in [
        (&b"caf\xe9"[..], r"caf\xe9"),
        (b"\xe9t\xe9", r"\xe9t\xe9"),
        (b"\x80\xff", r"\x80\xff"),
        // The beginning of a character that breaks off, and one that is whole.
        (b"\xe2\x82 \xe2\x82\xac", r"\xe2\x82 \u{20ac}"),
        (b"\xc0\xaf", r"\xc0\xaf"),
        (b"a\tb\xe9", r"b\xe9"),
        // The substitute character itself is text.
        (b"\x1a\xe9\x1a", r"\u{1a}\xe9\u{1a}"),
    ] {
        let excerpt = excerpt.replace(r"\u{20ac}", "\u{20ac}");
        let human = line(said);
        assert!(human.contains(&format!("{excerpt}\" }}")), "{excerpt}: {human}");
    }
}

#[test]
fn utf_16_is_one_finding() {
    let little: Vec<u8> = CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = CLEAN.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (mark, bytes) in [(&b"\xFF\xFE"[..], &little), (&b"\xFE\xFF"[..], &big)] {
        let compiled = survives([mark, bytes].concat());
        assert_eq!(codes(&compiled), ["CX004"]);
    }
}

#[test]
fn utf_16_without_a_byte_order_mark_ends_in_an_error() {
    // ASCII in UTF-16 is UTF-8 too: zero bytes between letters.
    for bytes in [
        CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        CLEAN.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        let compiled = survives(bytes);
        assert!(compiled.diagnostics.has_errors());
        assert!(compiled.diagnostics.iter().count() < 20, "{:?}", codes(&compiled));
    }
}

#[test]
fn lone_bytes_at_the_very_end_have_their_offset() {
    for tail in [&b"\xC3"[..], b"\xE2\x82", b"\xF0\x9F\x98", b"\xFF", b"\x80"] {
        let compiled = survives([CLEAN.as_bytes(), tail].concat());
        assert_eq!(codes(&compiled), ["CX004"], "{tail:?}");
        assert_eq!(only(&compiled, "CX004").span.unwrap().start as usize, CLEAN.len(), "{tail:?}");
    }
}

#[test]
fn surrogates_overlong_forms_and_what_is_past_unicode_are_no_text() {
    for bytes in [&b"\xED\xA0\x80"[..], b"\xC0\xAF", b"\xF4\x90\x80\x80", b"\xF8\x88\x80\x80\x80"] {
        let compiled = survives([CLEAN.as_bytes(), b"// ", bytes, b"\n"].concat());
        assert_eq!(codes(&compiled), ["CX004"], "{bytes:?}");
        assert_eq!(only(&compiled, "CX004").span.unwrap().start as usize, CLEAN.len() + 3);
    }
}

#[test]
fn a_binary_file_is_one_finding() {
    let mut bytes = b"\x7FELF\x02\x01\x01\0\0\0\0".to_vec();
    bytes.extend((0..100_000u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()));
    let compiled = survives(bytes);
    assert_eq!(codes(&compiled), ["CX004"]);
    assert!(only(&compiled, "CX004").message.contains("this is not a text file"));
}

#[test]
fn zero_bytes_alone_end_in_an_error() {
    for count in [1, 2, 1000] {
        assert!(survives(vec![0; count]).diagnostics.has_errors());
    }
}
