//! The codes for what can be wrong with a file's text.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// CX001–CX007.
pub const ALL: &[&Code] =
    &[&SYNTAX, &UNTERMINATED_STRING, &BAD_ESCAPE, &NOT_UTF8, &TOO_LARGE, &MERGE_CONFLICT, &CONTINUATION];

/// A line does not parse.
pub static SYNTAX: Code = Code {
    id: "CX001",
    area: Area::Syntax,
    name: "syntax",
    severity: Severity::Error,
    what: "A line does not parse. The message says what was expected and where, in the language's words.",
    why: "A statement is one line, so a broken line is one finding, and the compiler goes on with the next line. Checks of the whole graph (reachability, disclosure, depth) wait until every line parses.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"
entry hello
play hello \"https://cdn.example.com/hello.wav\"
disclosure notice \"https://cdn.example.com/notice.wav\"
disconnect bye
hello => notice
notice -> bye
",
        ),
        right: Example::Text(
            "flow \"Reminder\"
entry hello
play hello \"https://cdn.example.com/hello.wav\"
disclosure notice \"https://cdn.example.com/notice.wav\"
disconnect bye
hello -> notice
notice -> bye
",
        ),
    },
};

/// A string has no closing quote.
pub static UNTERMINATED_STRING: Code = Code {
    id: "CX002",
    area: Area::Syntax,
    name: "unterminated-string",
    severity: Severity::Error,
    what: "A string begins with `\"` and the line ends before the closing `\"`, or a `\"\"\"` string is never closed.",
    why: "Only a `\"\"\"` string may span several lines. The rest of the line may have been meant as text or as code; the compiler does not guess.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"This call is recorded. }
disconnect bye
notice -> bye
",
        ),
        right: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"This call is recorded.\" }
disconnect bye
notice -> bye
",
        ),
    },
};

/// An invalid escape or insertion.
pub static BAD_ESCAPE: Code = Code {
    id: "CX003",
    area: Area::Syntax,
    name: "bad-escape",
    severity: Severity::Error,
    what: "A string holds a backslash before a character that needs none, a `\\u{…}` that does not stand for a character, or a `${` that inserts nothing. The escapes are `\\\"`, `\\\\`, `\\n`, `\\t`, `\\$`, `\\{` and `\\u{1F600}`.",
    why: "Text to speech would read the characters aloud, and a broken insertion would reach the called party as `${`.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"Recorded for quality \\& training.\" }
disconnect bye
notice -> bye
",
        ),
        right: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"Recorded for quality & training.\" }
disconnect bye
notice -> bye
",
        ),
    },
};

/// Bytes that are not UTF-8.
pub static NOT_UTF8: Code = Code {
    id: "CX004",
    area: Area::Syntax,
    name: "not-utf8",
    severity: Severity::Error,
    what: "The file holds bytes that are not UTF-8. The message gives the offset of the first such byte from the file's start.",
    why: "If an editor saved the file in another encoding (Latin-1, Windows-1252, UTF-16), accented letters in prompts would become other characters on the call.",
    page: Page::Flows {
        wrong: Example::Bytes(b"flow \"Caf\xe9\"\nentry notice\ndisclosure notice { say \"This call is recorded.\" }\ndisconnect bye\nnotice -> bye\n"),
        right: Example::Text("flow \"Café\"\nentry notice\ndisclosure notice { say \"This call is recorded.\" }\ndisconnect bye\nnotice -> bye\n"),
    },
};

/// Something that exceeds a limit of the compiler.
pub static TOO_LARGE: Code = Code {
    id: "CX005",
    area: Area::Syntax,
    name: "too-large",
    severity: Severity::Error,
    what: "Something is larger than any flow needs: a file over 256 MiB, a text over 1 MiB after its insertions, a duration over a hundred days, \
           instances nested deeper than 64, more than 10,000 instances, ranges of more than 1,000,000 keys in total, `every` declarations that add more than two million branches, or parentheses nested deeper than \
           128 in a policy's selector.",
    why: "A few lines that multiply each other can ask for more memory than any machine has. Real flows stay far below these limits.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Echo\"
entry notice
let a = \"0123456789abcdef0123456789abcdef\"
let b = \"${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}${a}\"
let c = \"${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}${b}\"
let d = \"${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}${c}\"
let e = \"${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}${d}\"
disclosure notice { say \"${e}\" }
disconnect bye
notice -> bye
",
        ),
        right: Example::Text(
            "flow \"Echo\"
entry notice
let a = \"0123456789abcdef0123456789abcdef\"
disclosure notice { say \"${a}\" }
disconnect bye
notice -> bye
",
        ),
    },
};

/// Markers of an unfinished merge.
pub static MERGE_CONFLICT: Code = Code {
    id: "CX006",
    area: Area::Syntax,
    name: "merge-conflict",
    severity: Severity::Error,
    what: "The file holds the marker lines of a merge that was not finished: `<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`. \
           Each conflict is one finding. The compiler reads the first version. It does not know what the other one declares, so it reports nothing that depends on that.",
    why: "Only a person can say which version is right. `fmt` does not change such a file.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"
entry notice
<<<<<<< HEAD
disclosure notice { say \"This call is recorded.\" }
=======
disclosure notice { say \"This call may be recorded.\" }
>>>>>>> new-wording
disconnect bye
notice -> bye
",
        ),
        right: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"This call may be recorded.\" }
disconnect bye
notice -> bye
",
        ),
    },
};

/// A continued line that is not indented.
pub static CONTINUATION: Code = Code {
    id: "CX007",
    area: Area::Syntax,
    name: "continuation",
    severity: Severity::Error,
    what: "A line ends in `,`, `|`, `&` or `with`, or in a policy in `and` or `or`, and the next one, which continues the statement, is not indented deeper than the line that the statement begins on.",
    why: "The indentation shows that the line is no statement of its own. A line that ends in such a sign by mistake does not take the statement below with it.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"This call is recorded.\"; -> menu }
collect menu \"To pay, press 1.\" {
  on 1 |
  timeout | invalid -> bye
}
disconnect bye
",
        ),
        right: Example::Text(
            "flow \"Reminder\"
entry notice
disclosure notice { say \"This call is recorded.\"; -> menu }
collect menu \"To pay, press 1.\" {
  on 1 |
      timeout | invalid -> bye
}
disconnect bye
",
        ),
    },
};
