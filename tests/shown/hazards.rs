//! Whatever is in a file, its name or an argument, no stream contains anything that a terminal or a CI log
//! would obey.

use cxflowc::spelling::is_invisible;

use super::harness::{Folder, verbs};

/// What may not come out: a colour of the attacker's, a cleared screen, a title, C1 controls, a
/// carriage return, a bell, direction marks, separators, and characters that nobody sees.
const HAZARDS: &str = "\u{1b}[35mM\u{1b}[2J\u{1b}]0;t\u{7}\u{9b}31m\u{85}\r\u{8}\u{202e}R\u{2066}\u{200f}\u{061c}\u{2028}\u{2029}\u{feff}\u{200b}\u{e0041}";

/// A flow whose every part carries the hazards, as far as a file can have them.
fn flow() -> String {
    format!(
        "flow \"F{HAZARDS}\"\nentry a\n// c {HAZARDS}\ncontact day lasts 1s\n\
         disclosure a {{ say \"Hi {HAZARDS} ${{nope{HAZARDS}}}\" }}\n\
         a    ->    b{HAZARDS}\nlet t{HAZARDS} = \"x\"\nagent q \"{HAZARDS}\"\n\
         policy p \"P{HAZARDS}\" {{\n  /// Do {HAZARDS} this.\n  r: require disclosure before agent\n}}\n\
         test \"t{HAZARDS}\" on {HAZARDS} -> b\n::error::{HAZARDS}\n"
    )
}

/// The same without what makes it wrong, so that results have something to show.
fn right_flow() -> String {
    let seen = "\\u{1b}[35m\\u{7}\\u{9b}\\u{202e}\\u{2028}\\u{feff}";
    format!(
        "flow \"F{seen}\"\nentry a\ndisclosure a {{ say \"Hi {seen}\" }}\n\
         node \"n{seen}\" type \"fax\" ends\na -> \"n{seen}\"\n\
         policy p \"P\" {{\n  /// Do this.\n  r: require disclosure before agent\n}}\napply p\n\
         test \"t{seen}\" on any -> \"n{seen}\"\n"
    )
}

/// Runs the command and gives both streams.
fn run(folder: &Folder, arguments: &[&str]) -> String {
    let run = folder.command("").args(arguments).run();
    assert!(matches!(run.status, Some(0..=3)), "{arguments:?}: {run:?}");
    run.all()
}

#[track_caller]
fn assert_is_safe(text: &str, what: &[&str]) {
    // The program's own colours, which no hazard is among.
    let mut plain = text.to_owned();
    for style in
        ["0", "1", "2", "22", "31", "32", "33", "34", "36", "31;1", "33;1", "1;31", "1;33", "1;36", "4", "39"]
    {
        plain = plain.replace(&format!("\u{1b}[{style}m"), "");
    }
    let raw: String = plain.chars().filter(|&one| is_invisible(one) && !"\n\t".contains(one)).collect();
    assert!(raw.is_empty(), "{what:?} prints {raw:?}:\n{plain:?}");
}

#[track_caller]
fn assert_commands_nothing(text: &str, what: &[&str]) {
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::error::"), "{what:?} prints {line:?}");
    }
}

/// What `diff` compares with: a flow that has nothing in common with the others.
const BASE: &str =
    "flow \"Base\"\nentry first\ndisclosure first { say \"Good day.\" }\ndisconnect last\nfirst -> last\n";

const VERBS: &[&[&str]] = &[
    &["check"],
    &["check", "-v", "--message-format", "human"],
    &["check", "-v", "--message-format", "short"],
    &["check", "-v", "--message-format", "short", "--column-unit", "utf16"],
    &["check", "-v", "--message-format", "json"],
    &["check", "-v", "--message-format", "sarif"],
    &["check", "-v", "--message-format", "github"],
    &["build", "--out-dir", "out"],
    &["fmt", "--check"],
    &["fmt", "--diff"],
    // With the last commit, which is not there, and with another file.
    &["diff"],
    &["diff", "base.cxflow"],
    &["diff", "base.cxflow", "--format", "json"],
    &["diff", "base.cxflow", "--format", "markdown"],
    &["graph"],
    &["graph", "--format", "svg"],
    &["graph", "--format", "mermaid"],
    &["graph", "--format", "dot"],
    &["import"],
    &["prompts"],
    &["prompts", "--format", "csv"],
    &["prompts", "--format", "json"],
    &["report"],
    &["report", "--format", "csv"],
    &["report", "--format", "json"],
    &["test"],
    &["test", "--format", "json"],
    &["test", "--format", "junit"],
    &["simulate"],
    &["simulate", "--format", "json"],
    &["simulate", "--paths"],
    &["simulate", "--paths", "--format", "json"],
    &["simulate", "--keys", "1"],
    &["simulate", "--keys", "1", "--format", "json"],
    &["simulate", "--interactive"],
    &["policy", "check"],
    &["policy", "check", "--format", "json"],
    &["policy", "update"],
    &["policy", "update", "--format", "json"],
    &["policy", "show"],
    &["policy", "show", "--format", "json"],
    &["policy", "show", "--source"],
    &["status"],
    &["submit", "--emulate"],
    // The flow is read before the tenant is asked.
    &["studio", "doctor"],
    &["studio", "prompts"],
    &["audit", "verify"],
];

/// The verbs that read no file of a flow, that write a flow as it is, or that serve somebody until that ends.
const OTHER_VERBS: [&str; 10] =
    ["merge", "preview", "webhook", "job", "emulate", "explain", "new", "lsp", "completions", "man"];

#[test]
fn every_verb_that_reads_a_flow_is_tried() {
    for verb in verbs().iter().filter(|verb| !OTHER_VERBS.contains(&verb.as_str())) {
        assert!(VERBS.iter().any(|one| one[0] == verb), "no hazard is given to `{verb}`");
    }
}

#[test]
#[cfg(unix)]
fn no_verb_prints_what_a_file_or_its_name_hides() {
    let folder = Folder::new().with("base.cxflow", BASE);
    let name = format!("x\n::error::y {HAZARDS}.cxflow");
    let begins = "::error::z.cxflow".to_owned();
    let escaped = "right\u{202e}\u{1b}[35m.cxflow".to_owned();
    for (name, text) in [(&name, flow()), (&begins, flow()), (&escaped, right_flow())] {
        folder.write(name, text);
    }
    // What `fmt` would change, so that its difference shows the comment.
    let laid_out = "flow \"F\"\nentry a\n// \u{1b}[35m\u{9b}2J\u{7}\u{feff}\u{2028} comment\ndisclosure    a { say \"Hi\" }\n\
                    disconnect   b\na -> b\r\n"
        .to_owned();
    let layout = "layout\n::error::.cxflow".to_owned();
    folder.write(&layout, laid_out);
    let difference = run(&folder, &["fmt", "--diff", "--color", "always", "--", &layout]);
    assert!(difference.contains("\\u{1b}[35m\\u{9b}2J"), "{difference}");
    for name in [&name, &begins, &escaped, &layout] {
        for verb in VERBS {
            for color in ["always", "never"] {
                let arguments = [*verb, &["--color", color, "--", name]].concat();
                let text = run(&folder, &arguments);
                assert_is_safe(&text, &arguments);
                assert_commands_nothing(&text, &arguments);
            }
        }
    }
}

/// Characters that take room and show nothing, or take none: the Hangul fillers, the empty Braille pattern, a
/// variation selector, and a mark of musical notation.
const FILLERS: [&str; 7] =
    ["\u{3164}", "\u{115f}", "\u{1160}", "\u{ffa0}", "\u{2800}", "\u{fe0f}", "\u{1d173}"];

#[test]
fn fillers_and_blanks_in_names_and_texts_are_never_raw() {
    let folder = Folder::new().with("base.cxflow", BASE);
    let shows_none = |arguments: &[&str]| {
        let text = run(&folder, arguments);
        let raw: Vec<_> = FILLERS.iter().filter(|&&one| text.contains(one)).collect();
        assert!(raw.is_empty(), "{arguments:?} prints {raw:?}: {text:?}");
    };
    // All of them in every part of a flow: two that have findings and one that has nearly none.
    let all = FILLERS.concat();
    let bad = format!(
        "flow \"F{all}\"\nentry a{all}\n// c {all}\ndisclosure a {{ say \"{all} ${{nope{all}}}\" }}\n\
         a -> b{all}\nplay \"q{all}\" \"{all}\"\ntest \"t{all}\" on {all} -> b\n"
    );
    let escaped: String = all.chars().map(|one| one.escape_unicode().to_string()).collect();
    let texts = |all: &str| {
        format!(
            "flow \"F{all}\"\nentry a\nlet t = \"x{all}\"\ndisclosure a {{ say \"Hi{all} ${{t}}\" }}\n\
             agent n \"q{all}\"\na -> n\n\
             policy p \"P{all}\" {{\n  /// Do{all} this.\n  r: require disclosure before agent\n}}\napply p\n\
             test \"t{all}\" -> a -> n\n"
        )
    };
    let name = format!("x{all}.cxflow");
    for (name, text) in [(&*name, bad), ("texts.cxflow", texts(&all)), ("escaped.cxflow", texts(&escaped))] {
        folder.write(name, text);
        for verb in VERBS {
            let arguments = [*verb, &["--color", "never", "--", name]].concat();
            shows_none(&arguments);
        }
    }
    // The flow of texts is right, so that its results are shown.
    let results = run(&folder, &["test", "--format", "json", "texts.cxflow"]);
    assert!(results.contains(r"\u3164\u115f\u1160\uffa0\u2800\ufe0f"), "{results}");
    // Each is shown as its number.
    for filler in FILLERS {
        let flow = format!(
            "flow \"F\"\nentry n\ndisclosure n {{ say \"a{filler}b${{nope}}\" }}\ndisconnect b\nn -> b\n"
        );
        folder.write("one.cxflow", flow);
        let shown = format!("a{}b", filler.chars().next().unwrap().escape_unicode());
        let human = run(&folder, &["check", "one.cxflow"]);
        assert!(human.contains(&shown), "{shown}: {human}");
        for verb in [&["policy", "show"][..], &["explain"], &["job"], &["check"], &["check", "--env"]] {
            let given = format!("us{filler}tsr");
            let arguments = [verb, &[&given]].concat();
            shows_none(&arguments);
        }
    }
}

#[test]
fn no_argument_comes_back_as_it_was() {
    let folder = Folder::of(&right_flow());
    let odd = format!("x\n::error::y{HAZARDS}");
    let policy = format!("us_{odd}");
    let option = format!("--{odd}");
    let set = format!("{odd}=1");
    for arguments in [
        &["check", &option, "a.cxflow"][..],
        &[&odd],
        &["check", &odd],
        &["check", "--allow", &odd, "a.cxflow"],
        &["check", "--env", &odd, "a.cxflow"],
        &["check", "--set", &set, "a.cxflow"],
        &["check", "--set", &odd, "a.cxflow"],
        &["check", "--as-of", &odd, "a.cxflow"],
        &["check", "--policy", &policy, "a.cxflow"],
        &["check", "--message-format", &odd, "a.cxflow"],
        &["check", &format!("HEAD{odd}:a.cxflow")],
        &["build", "-o", &format!("{odd}/x"), "a.cxflow"],
        &["policy", "show", &odd],
        &["explain", &odd],
        &["man", &odd],
        &["completions", &odd],
        &["new", &format!("{odd}/x.cxflow")],
        &["simulate", "--keys", &odd, "a.cxflow"],
        &["job", &odd],
        &["audit", "verify", &odd],
        &["audit", "verify", "a.cxflow", "--head", &odd],
    ] {
        for color in ["always", "never"] {
            let arguments = [arguments, &["--color", color]].concat();
            let text = run(&folder, &arguments);
            assert_is_safe(&text, &arguments);
            assert_commands_nothing(&text, &arguments);
        }
    }
}

#[test]
fn frames_are_ascii_where_the_locale_is() {
    let greeting = "flow \"F\"\nentry a\ndisclosure a { say \"Grüße\" }\n";
    let folder = Folder::of(greeting);
    let shown = |variables: &[(&str, &str)]| {
        let mut check = folder.command("check a.cxflow");
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            check.command.env_remove(name);
        }
        check.command.envs(variables.iter().copied());
        check.run().err
    };
    let ascii = shown(&[("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]);
    // The text itself stays as it is.
    assert!(ascii.replace("Grüße", "").is_ascii() && ascii.contains("Grüße"), "{ascii}");
    assert!(ascii.contains("x the call goes nowhere after `a`"), "{ascii}");
    // Neither have our own words another sign: this help shows a text to be filled in.
    let unset = "flow \"F\"\nentry a\ndisclosure a { say \"${nobody}\" }\ndisconnect b\na -> b\n";
    folder.write("a.cxflow", unset);
    let help = shown(&[("LC_ALL", "C")]);
    assert!(help.is_ascii() && help.contains("`let nobody = \"...\"`"), "{help}");
    folder.write("a.cxflow", greeting);
    for unicode in [&[][..], &[("LC_ALL", "C.UTF-8")], &[("LC_ALL", ""), ("LANG", "de_DE.utf8")]] {
        assert!(shown(unicode).contains("  × the call"), "{unicode:?}");
    }
}

#[test]
fn the_page_of_a_code_is_drawn_as_the_locale_asks() {
    let folder = Folder::new();
    let page = |locale: &str| folder.command("explain CX101").env("LC_ALL", locale).run().out;
    assert!(page("C").is_ascii() && page("C").contains(",-[example.cxflow:1:1]"), "{}", page("C"));
    assert!(page("C.UTF-8").contains("╭─[example.cxflow:1:1]"));
}
