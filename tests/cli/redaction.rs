//! Secrets of the process, which a flow's repository may hold too: no finding shows one.

use serde_json::Value;

use super::harness::{Folder, MESSAGE_FORMATS, Run};

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
        for format in MESSAGE_FORMATS {
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
                // That a file holds a secret is said in a finding of its own.
                let rest = run.out.lines().filter(|line| !line.contains("\"CX712\""));
                assert_eq!(rest.count(), open.out.lines().count(), "{how}, {format}");
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
        "graph a.cxflow",
        "diff a.cxflow a.cxflow",
        "prompts a.cxflow",
        "prompts --format csv a.cxflow",
        "report a.cxflow",
        "report --format json a.cxflow",
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
    let spans = |run: Run| {
        let lines = run.lines();
        let others = lines.iter().filter(|one| one["code"] != "CX712");
        others.map(|one| one["span"].clone()).collect::<Vec<Value>>()
    };
    let (open, masked) = (folder.run(arguments), run(&folder, arguments));
    assert!(!open.out.is_empty() && open.out.contains(".env"));
    assert_eq!(spans(open), spans(masked));
    let (open, masked) = (folder.run("check a.cxflow"), run(&folder, "check a.cxflow"));
    for line in open.err.lines().filter(|line| line.contains(HOOK)) {
        assert!(masked.err.contains(&line.replace(HOOK, &"*".repeat(HOOK.len()))), "{line}");
    }
}

#[test]
fn ordinary_texts_are_not_redacted() {
    let folder = folder("nonsense here\n");
    let open = folder.run("check a.cxflow");
    let masked = run(&folder, "check a.cxflow");
    assert_eq!(open.err, masked.err);
    let run = folder.command("check a.cxflow").env("CXONE_CLIENT_SECRET", "non").run();
    assert_eq!(open.err, run.err, "three bytes are no secret");
}

#[test]
fn the_payload_is_what_it_is() {
    let clean = Folder::of(super::harness::CLEAN);
    let open = clean.run("build a.cxflow").exits(0);
    let run = clean.command("build a.cxflow").env("CXONE_CLIENT_SECRET", "sales_queue").run().exits(0);
    assert_eq!(open.out, run.out);
}

const NAME: &str = "tr0ub4dor_and_three";

/// A flow that has a secret in the name of a node, in a text, in a comment.
fn telling() -> Folder {
    let flow = format!(
        "flow \"Reminder\"\nentry notice\n/// Where {NAME} waits.\ndisclosure notice {{ say \"Hello {NAME}.\"; -> {NAME} }}\n\
         disconnect {NAME}\npolicy house \"{NAME}\" {{\n  /// {NAME} is reached.\n  end: require =notice before ={NAME}\n}}\n\
         apply house\ntest \"{NAME}\" -> notice -> {NAME}\n"
    );
    Folder::of(&flow)
        .with("b.cxflow", flow.replace("Hello", "Hi"))
        .with("cxflow.toml", format!("[env.prod.params]\nqueue = \"{NAME}\"\n"))
}

#[test]
fn no_result_shows_a_secret() {
    let folder = telling();
    let arguments = [
        "check --show-settings a.cxflow",
        "fmt --diff a.cxflow",
        "policy show a.cxflow",
        "policy list --format json",
        "policy check a.cxflow",
        "policy check --format json a.cxflow",
        "simulate a.cxflow",
        "graph a.cxflow",
        "graph --format svg a.cxflow",
        "graph --format mermaid a.cxflow",
        "graph --format dot a.cxflow",
        "diff a.cxflow b.cxflow",
        "diff --format markdown a.cxflow b.cxflow",
        "diff --format json a.cxflow b.cxflow",
        "prompts a.cxflow",
        "prompts --format csv a.cxflow",
        "prompts --format json a.cxflow",
        "report a.cxflow",
        "report --format csv a.cxflow",
        "report --format json a.cxflow",
        "simulate --paths a.cxflow",
        "simulate --paths --format json a.cxflow",
        "simulate --keys timeout a.cxflow",
        "test a.cxflow",
        "test --format json a.cxflow",
        "test --format junit a.cxflow",
        "build a.cxflow -o -",
        "submit --emulate a.cxflow",
        "explain CX712",
        "man",
        "man check",
    ];
    let mut shown = 0;
    for arguments in arguments {
        let open = folder.run(arguments);
        shown += usize::from(open.out.contains(NAME));
        let hidden = folder.command(arguments).env("CXONE_CLIENT_SECRET", NAME).run();
        for stream in [&hidden.out, &hidden.err] {
            assert!(!stream.contains("tr0ub4dor"), "{arguments}: {stream}");
        }
        let _ = std::fs::remove_file(folder.path("a.json"));
        let _ = std::fs::remove_file(folder.path("a.flow.lock"));
    }
    assert!(shown >= 7, "{shown} results show it where it is no secret");
}

#[test]
fn build_refuses_a_file_that_holds_a_secret() {
    let folder = telling();
    let run =
        folder.command("build --format short a.cxflow").env("CXONE_PROD_CLIENT_SECRET", NAME).run().exits(1);
    run.err_has(
        "error[CX712 secret-in-source]: `a.cxflow` contains a secret from this process's environment",
    );
    assert!(!folder.has("a.json"));
    // An include, a settings file, and what the secret is in Base64.
    use base64::Engine;
    let encoded = base64::prelude::BASE64_STANDARD.encode(format!("id:{NAME}"));
    for (file, text) in [
        ("b.cxflow", format!("let x = \"{NAME}\"\n")),
        ("b.cxflow", format!("// {NAME}\n")),
        ("b.cxflow", format!("let x = \"{encoded}\"\n")),
        ("cxflow.toml", format!("[env.prod.params]\nqueue = \"{NAME}\"\n")),
    ] {
        let folder =
            Folder::of(&format!("{}include \"b.cxflow\"\n", super::harness::CLEAN)).with("b.cxflow", "");
        folder.write(file, text);
        let run = folder.command("build --env prod a.cxflow").env("CXONE_CLIENT_SECRET", NAME);
        let run = if file == "cxflow.toml" {
            run
        } else {
            folder.command("build a.cxflow").env("CXONE_CLIENT_SECRET", NAME)
        };
        run.run().exits(1).err_has("CX712").err_lacks("tr0ub4dor");
        assert!(!folder.has("a.json"), "{file}");
    }
    let clean = Folder::of(super::harness::CLEAN);
    let set = clean.command("build a.cxflow --set").arg(format!("queue={NAME}"));
    let run = set.env("CXONE_CLIENT_SECRET", NAME).run().exits(2);
    run.err_has("--set queue: the value contains a secret").err_lacks("tr0ub4dor");
}

#[test]
fn build_refuses_a_payload_that_holds_a_secret() {
    let flow = |lines: &str, text: &str| {
        format!(
            "flow \"A\"\nentry hello\n{lines}\ndisclosure hello {{ say \"{text}\"; -> bye }}\ndisconnect bye\n"
        )
    };
    let (head, tail) = NAME.split_at(NAME.len() / 2);
    let cases = [
        (flow(&format!("let a = \"{head}\"\nlet b = \"{tail}\""), "${a}${b}. Goodbye."), ""),
        (flow(&format!("let a = \"{head}\"\nlet b = \"${{a}}{tail}\""), "${b}"), ""),
        (flow(&format!("param a\nlet b = \"{tail}\""), "${a}${b}"), head),
        (flow("param a\nparam b", "Hello ${a}${b}"), NAME),
    ];
    for (text, set) in cases {
        let folder = Folder::of(&text);
        let mut command = folder.command("build -o - a.cxflow").env("CXONE_CLIENT_SECRET", NAME);
        if set == NAME {
            command = command.arg("--set").arg(format!("a={head}")).arg("--set").arg(format!("b={tail}"));
        } else if !set.is_empty() {
            command = command.arg("--set").arg(format!("a={set}"));
        }
        command
            .run()
            .exits(1)
            .out_is("")
            .err_has("CX712")
            .err_has("the payload of this flow contains a secret");
    }
    // Its own sentence stays readable.
    let folder = Folder::of(&flow("", "sup3rSecretValue42"));
    let run = folder.command("check a.cxflow").env("CXONE_CLIENT_SECRET", "sup3rSecretValue42").run();
    run.exits(1).err_has("`a.cxflow` contains a secret from this process's environment").err_lacks("sup3rS");
}

#[test]
fn formatting_does_not_redact() {
    let folder = telling();
    let before = folder.read("a.cxflow");
    folder.command("fmt a.cxflow").env("CXONE_CLIENT_SECRET", NAME).run().exits(0);
    assert_eq!(folder.read("a.cxflow").matches(NAME).count(), before.matches(NAME).count());
    let run = folder.command("fmt -").input(&before).env("CXONE_CLIENT_SECRET", NAME).run().exits(0);
    assert_eq!(run.out, folder.read("a.cxflow"));
}

#[test]
fn short_secrets_stay_out_of_closing_lines_and_failures() {
    for secret in ["qx7z", "qx7zkk41", "qx7zkk41vv9"] {
        let folder = Folder::new().with(&format!("{secret}.cxflow"), super::harness::CLEAN);
        let name = format!("{secret}.cxflow");
        for arguments in ["check", "build", "test", "simulate --keys busy", "policy check"] {
            let run = folder.command(arguments).arg(&name).env("CXONE_CLIENT_SECRET", secret).run();
            assert!(!run.err.contains(secret), "{arguments}: {run:#?}");
        }
        for usage in ["--as-of", "--env", "--allow", "--set", "--deny", "--message-format"] {
            let run = folder.command("check").arg(&name).arg(usage).arg(secret);
            let run = run.env("CXONE_CLIENT_SECRET", secret).run();
            assert!(!run.err.contains(secret), "{usage}: {run:#?}");
        }
    }
}
