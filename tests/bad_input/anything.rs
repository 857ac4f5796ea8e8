//! Random input.

use proptest::prelude::*;

use super::support::*;

/// Tokens of the language and of what resembles it.
const TOKENS: &[&str] = &[
    "flow",
    "description",
    "entry",
    "exit",
    "let",
    "param",
    "contact",
    "include",
    "every",
    "node",
    "type",
    "ends",
    "as",
    "with",
    "except",
    "on",
    "fact",
    "policy",
    "apply",
    "waive",
    "attest",
    "policy p {",
    "warn",
    "require",
    "forbid",
    "limit",
    "oblige",
    "before",
    "after",
    "since",
    "reachable",
    "from",
    "within",
    "keys",
    "to",
    "when",
    "until",
    "every path",
    "depth",
    "any",
    "not",
    "house/near",
    "because",
    "by",
    "at",
    "2026-01-01",
    "2026-13-40",
    "near:",
    "=menu",
    "&",
    "!=",
    "<=",
    "play",
    "disclosure",
    "collect",
    "agent",
    "callback",
    "voicemail",
    "disconnect",
    "answer",
    "say",
    "route",
    "schedule",
    "record",
    "action",
    "media",
    "text",
    "retries",
    "lasts",
    "timeout",
    "invalid",
    "human",
    "machine",
    "unknown",
    "busy",
    "failed",
    "a",
    "b",
    "menu",
    "es.menu",
    "route-agent",
    "`menu 1`",
    "`",
    "``",
    "`\\``",
    "\"",
    "\"\"",
    "\"x\"",
    "\"https://a.example/b.wav\"",
    "\"${a}\"",
    "\"${\"",
    "\"\\u{1F600}\"",
    "\"\\u{D800}\"",
    "\"\\q\"",
    "\"press 1 for a, 2 for b\"",
    "\"\"\"",
    "\"\"\"\n  long\n  \"\"\"",
    "->",
    "=>",
    "-",
    "=",
    "|",
    ",",
    "..",
    ".",
    ":",
    "@tag",
    "@",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    "0",
    "1",
    "42",
    "007",
    "1..5",
    "9..1",
    "1..99999",
    "*",
    "#",
    "1.5s",
    "20s",
    "2x",
    "-1",
    "99999999999999999999",
    "//",
    "/// doc",
    "// comment",
    "/*",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "é",
    "😀",
    "e\u{301}",
    "\u{202E}",
    "\u{FEFF}",
    "\u{0}",
    "\u{1A}",
    "\u{1b}",
    "“",
    "”",
    "→",
    "always",
    "\"always\"",
    "\"input=1|timeout\"",
    "$",
    "\\",
    "'",
];

fn soup() -> impl Strategy<Value = String> {
    let token = proptest::sample::select(TOKENS);
    let separated = (token, proptest::sample::select(&["", " ", " ", " "][..]));
    proptest::collection::vec(separated, 0..80)
        .prop_map(|tokens| tokens.into_iter().flat_map(|(token, space)| [token, space]).collect())
}

/// What happens to a flow by accident.
#[derive(Debug, Clone)]
enum Slip {
    DeleteByte(usize),
    DoubleByte(usize),
    SwapBytes(usize, usize),
    SetByte(usize, u8),
    DeleteLine(usize),
    DoubleLine(usize),
    SwapLines(usize, usize),
    Insert(usize, &'static str),
    Cut(usize),
}

impl Slip {
    fn apply(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        let length = bytes.len();
        let mut lines: Vec<Vec<u8>> =
            bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        let count = lines.len();
        match *self {
            Self::DeleteByte(at) => drop(bytes.remove(at % length)),
            Self::DoubleByte(at) => bytes.insert(at % length, bytes[at % length]),
            Self::SwapBytes(a, b) => bytes.swap(a % length, b % length),
            Self::SetByte(at, byte) => bytes[at % length] = byte,
            Self::Insert(at, text) => drop(bytes.splice(at % length..at % length, text.bytes())),
            Self::Cut(at) => bytes.truncate(at % length),
            Self::DeleteLine(at) => {
                lines.remove(at % count);
                *bytes = lines.concat();
            }
            Self::DoubleLine(at) => {
                lines.insert(at % count, lines[at % count].clone());
                *bytes = lines.concat();
            }
            Self::SwapLines(a, b) => {
                lines.swap(a % count, b % count);
                *bytes = lines.concat();
            }
        }
    }
}

fn slip() -> impl Strategy<Value = Slip> {
    let at = any::<usize>;
    prop_oneof![
        at().prop_map(Slip::DeleteByte),
        at().prop_map(Slip::DoubleByte),
        (at(), at()).prop_map(|(a, b)| Slip::SwapBytes(a, b)),
        (at(), any::<u8>()).prop_map(|(at, byte)| Slip::SetByte(at, byte)),
        at().prop_map(Slip::DeleteLine),
        at().prop_map(Slip::DoubleLine),
        (at(), at()).prop_map(|(a, b)| Slip::SwapLines(a, b)),
        (at(), proptest::sample::select(TOKENS)).prop_map(|(at, text)| Slip::Insert(at, text)),
        at().prop_map(Slip::Cut),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(bytes);
    }

    #[test]
    fn random_characters(text in "\\PC{0,200}") {
        survives(text);
    }

    #[test]
    fn random_soups_of_tokens(text in soup()) {
        survives(text);
    }

    #[test]
    fn random_soups_after_a_flow(text in soup()) {
        survives(format!("{CLEAN}{text}"));
    }

    #[test]
    fn a_flow_with_random_slips(slips in proptest::collection::vec(slip(), 1..8)) {
        let mut bytes = campaign().into_bytes();
        slips.iter().for_each(|slip| slip.apply(&mut bytes));
        survives(bytes);
    }
}
