//! What would fix findings, very many of them.

use super::support::*;

const OFTEN: usize = 25_000;
const HEAD: &str = "flow \"A\"\nentry a\n";

/// One thing very often, on lines of its own and on one line, and something at the end.
fn often(piece: impl Fn(usize) -> String, end: &str) {
    for separator in ["\n", "; "] {
        let pieces: Vec<String> = (0..OFTEN).map(&piece).collect();
        let compiled = survives(format!("{HEAD}{}\n{end}\n", pieces.join(separator)));
        assert!(compiled.diagnostics.iter().any(|one| !one.fixes.is_empty()), "{}", piece(0));
    }
}

#[test]
fn very_many_branches_that_are_missing() {
    in_time(|| {
        often(|n| format!("collect c{n} \"Press 1\" {{ on 1 -> bye }}"), "disconnect bye");
        often(|n| format!("collect c{n} \"Press 1\"; c{n} -> c1 on 1"), "");
        often(|n| format!("play c{n} {{ say \"a\" }}"), "");
        let long = "x".repeat(1 << 20);
        often(|n| format!("play c{n} {{ say \"a\" }}"), &format!("disconnect `{long}`"));
    });
}

#[test]
fn very_many_declarations_to_be_taken_out_or_made() {
    in_time(|| {
        often(|n| format!("let x{n} = \"y\""), "disconnect a");
        often(|n| format!("policy p{n} {{ require agent }}"), "disconnect a");
        often(|_| "flow \"B\"".to_owned(), "disconnect a");
        often(
            |_| "waive baseline/retries because \"x\" by \"y\" until 2099-01-01".to_owned(),
            "disconnect a",
        );
        often(|n| format!("a -> n{n}"), "disconnect bye");
    });
}

#[test]
fn very_many_words_to_be_written_otherwise() {
    in_time(|| {
        often(|n| format!("a => n{n}"), "disconnect bye");
        often(|n| format!("disconnect d{n} \"Bye\""), "disconnect bye");
        often(|n| format!("play c{n} \"http://cdn.example.com/a.wav\""), "disconnect a");
        often(|n| format!("play c{n} {{ say \"\\q\" }}"), "disconnect a");
        often(|n| format!("play c{n} {{ say \"a\" text \"b\" }}"), "disconnect a");
    });
}

#[test]
fn very_many_misspelt_tags() {
    in_time(|| {
        let house = "policy p { limit 9 @optout }; apply p; disconnect a";
        for tag in [|_| "@optot".to_owned(), |n: usize| format!("@optout{}", n % 10)] {
            let pieces: String =
                (0..OFTEN).map(|n| format!("play c{n} {{ say \"a\" {}; -> a }}\n", tag(n))).collect();
            survives(format!("{HEAD}{pieces}{house}\n"));
        }
    });
}

#[test]
fn very_many_findings_of_one_statement() {
    in_time(|| {
        for piece in ["  say \"b\"\n", "say \"b\"; ", "on 1 -> a; say \"b\"; "] {
            let pieces = piece.repeat(OFTEN);
            let block = format!("collect a {{\n  collect \"a\"\n  on 1 -> b\n{pieces}\n}}\n");
            survives(format!("{HEAD}{block}disconnect b\n"));
        }
        let branches: String = (0..OFTEN).map(|n| format!("  on 1 -> d{n}\n")).collect();
        let nodes: String = (0..OFTEN).map(|n| format!("disconnect d{n}\nd{n} -> d0 on busy\n")).collect();
        survives(format!("{HEAD}collect a \"Press 1\" {{\n{branches}}}\n{nodes}"));
    });
}

#[test]
fn very_many_findings_of_one_token() {
    in_time(|| {
        for statement in [
            format!("disclosure a {{ say \"{}\" }}", "\u{202E}".repeat(OFTEN)),
            format!("disclosure a {{ say \"{}\" }}", "\\u00e9".repeat(OFTEN)),
            format!("a {}", "=> a ".repeat(OFTEN)),
            format!("a {}", "\u{200B}".repeat(OFTEN)),
            format!("test \"x\" on {}1 -> a", "\"always\", ".repeat(OFTEN)),
            format!("contact c {}", "lasts 2s ".repeat(OFTEN)),
            format!("include \"b\" as b with {}a = 1", "a = 1, ".repeat(OFTEN / 10)),
        ] {
            survives(format!("{HEAD}{statement}\ndisconnect a\n"));
        }
    });
}
