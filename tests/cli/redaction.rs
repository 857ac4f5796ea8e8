//! Secrets of the process, which a flow's repository may hold too: no finding shows one.

use serde_json::Value;

use super::support::{Folder, Run};

const CLIENT: &str = "kQ7/vz+93Xw\"81pL&r4tY";
const PROD: &str = "Zt5%mmB2=0hJ9wq#Uc";
const HOOK: &str = "whk-6f1d8a20c9eb4735";
const TOKEN: &str = "tok_Pn3vGd8sXq1r";

/// Pieces that tell a secret, also where it is broken up or spelt in another way.
const TELLING: [&str; 14] = [
    "kQ7",
    "vz+93",
    "93Xw",
    "81pL",
    "r4tY",
    "Zt5",
    "mmB2",
    "0hJ9wq",
    "6f1d8a20",
    "c9eb4735",
    "Pn3vGd8sXq1r",
    "kQ7%2Fvz",
    "a1E3L3Z6KzkzWH",
    "WnQ1JW1tQjI9MG",
];

/// Every way in which the included file may hold them.
fn spellings() -> Vec<(&'static str, String)> {
    let percent = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        text.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
    };
    let in_base64 = |text: &str| {
        use base64::Engine;
        base64::prelude::BASE64_STANDARD.encode(text)
    };
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\\\""));
    let all = [CLIENT, PROD, HOOK, TOKEN];
    let lines = |spell: &dyn Fn(&str) -> String| all.map(spell).join("\n") + "\n";
    vec![
        ("bare", lines(&str::to_owned)),
        ("after a name", lines(&|text| format!("CXONE_CLIENT_SECRET={text}"))),
        ("after export", lines(&|text| format!("export SECRET='{text}'"))),
        ("in quotes", lines(&quoted)),
        ("as a let", lines(&|text| format!("let x = {}", quoted(text)))),
        ("as the name of a node", lines(&|text| format!("agent {text} {text}"))),
        ("as a target", lines(&|text| format!("notice -> {text}"))),
        ("as an include", lines(&|text| format!("include {}", quoted(text)))),
        ("as a tag", lines(&|text| format!("disclosure a \"b\" @{text}"))),
        ("percent-encoded", lines(&percent)),
        ("in an address", lines(&|text| format!("disclosure a \"ftp://u:{}@example.com/x\"", percent(text)))),
        ("in Base64", lines(&in_base64)),
        ("in Base64 with an id", lines(&|text| in_base64(&format!("client-7:{text}")))),
        ("with HTML's escapes", lines(&|text| text.replace('&', "&amp;").replace('"', "&quot;"))),
        ("in a long line", lines(&|text| format!("{} {text} {}", "x ".repeat(300), "y ".repeat(300)))),
        ("in a comment at an error", lines(&|text| format!("nonsense here # {text}"))),
    ]
}

fn run(folder: &Folder, arguments: &str) -> Run {
    folder
        .command(arguments)
        .env("CXONE_CLIENT_SECRET", CLIENT)
        .env("CXONE_PROD_CLIENT_SECRET", &format!(" {PROD}\n"))
        .env("CXONE_WEBHOOK_SECRET", HOOK)
        .env("CXONE_STAGE_ACCESS_TOKEN", TOKEN)
        .run()
}

/// The secret's pieces that a text tells.
fn told(text: &str) -> Vec<&'static str> {
    TELLING.iter().copied().filter(|piece| text.contains(piece)).collect()
}

fn folder(included: &str) -> Folder {
    let root = "flow \"Reminder\"\ninclude \".env\"\nentry notice\n\
                disclosure notice \"https://cdn.example.com/notice.wav\"\ndisconnect bye\nnotice -> bye\n";
    Folder::of(root).with(".env", included)
}

#[test]
fn no_format_shows_a_secret_of_the_process() {
    for (how, text) in spellings() {
        let folder = folder(&text);
        let mut shown_without = 0;
        for format in ["human", "short", "json", "sarif", "github"] {
            let arguments = format!("check --message-format {format} a.cxflow");
            // The test is worth something only if the secrets would be shown.
            let open = folder.run(&arguments);
            shown_without += told(&format!("{}{}", open.out, open.err)).len();
            let run = run(&folder, &arguments);
            assert_eq!(run.status, open.status, "{how}, {format}");
            for stream in [&run.out, &run.err] {
                assert!(told(stream).is_empty(), "{how}, {format}: {:?} in\n{stream}", told(stream));
            }
            // SARIF has fewer fixes: what would write a covered text is not offered.
            if format != "sarif" {
                assert_eq!(run.out.lines().count(), open.out.lines().count(), "{how}, {format}");
            }
            match format {
                "json" => drop(run.lines()),
                "sarif" => drop(run.json()),
                _ => {}
            }
        }
        assert!(shown_without > 0, "{how}: nothing to hide");
    }
}

#[test]
fn no_verb_shows_a_secret_of_the_process() {
    let folder = folder(&format!("{CLIENT}\nlet x = \"{PROD}\n"));
    let verbs = [
        "build a.cxflow",
        "check --env prod a.cxflow",
        "check --color always a.cxflow",
        "test a.cxflow",
        "test --format junit a.cxflow",
        "simulate a.cxflow",
        "policy check --policy us_tsr a.cxflow",
        "submit a.cxflow",
        "submit --emulate a.cxflow",
        "check --message-format json --message-file out.json a.cxflow",
        "fmt --check .env",
    ];
    for arguments in verbs {
        let run = run(&folder, arguments);
        let file = if folder.has("out.json") { folder.read("out.json") } else { String::new() };
        for text in [&run.out, &run.err, &file] {
            assert!(told(text).is_empty(), "{arguments}: {:?} in\n{text}", told(text));
        }
    }
}

#[test]
fn labels_point_where_they_did() {
    let folder = folder(&format!("let name = \"ä\" {HOOK} agent\n"));
    let arguments = "check --message-format json a.cxflow";
    let spans = |run: Run| run.lines().iter().map(|one| one["spans"].clone()).collect::<Vec<Value>>();
    let (open, masked) = (folder.run(arguments), run(&folder, arguments));
    assert!(!open.out.is_empty() && open.out.contains(".env"));
    assert_eq!(spans(open), spans(masked));
    let (open, masked) = (folder.run("check a.cxflow"), run(&folder, "check a.cxflow"));
    assert_eq!(open.err.replace(HOOK, &"*".repeat(HOOK.len())), masked.err);
}

#[test]
fn what_is_no_secret_stays() {
    let folder = folder("nonsense here\n");
    let open = folder.run("check a.cxflow");
    let masked = run(&folder, "check a.cxflow");
    assert_eq!(open.err, masked.err);
    let run = folder.command("check a.cxflow").env("CXONE_CLIENT_SECRET", "non").run();
    assert_eq!(open.err, run.err, "three bytes are no secret");
}

#[test]
fn the_payload_is_what_it_is() {
    let clean = Folder::of(super::support::CLEAN);
    let open = clean.run("build a.cxflow").exits(0);
    let run = clean.command("build a.cxflow").env("CXONE_CLIENT_SECRET", "sales_queue").run().exits(0);
    assert_eq!(open.out, run.out);
}
