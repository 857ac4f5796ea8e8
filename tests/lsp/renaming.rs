//! Renames of instances and tags, and renames that are refused because a file cannot be read.

use serde_json::{Value, json};

use crate::editor::Editor;

fn rename(editor: &mut Editor, name: &str, marked: &str, new: &str) -> Result<Value, String> {
    let mut at = editor.mark(name, marked);
    at["newName"] = json!(new);
    editor.try_ask("textDocument/rename", at)
}

fn prepare(editor: &mut Editor, name: &str, marked: &str) -> Result<Value, String> {
    let at = editor.mark(name, marked);
    editor.try_ask("textDocument/prepareRename", at)
}

fn on_disk(editor: &Editor, name: &str) -> String {
    std::fs::read_to_string(editor.path(name)).unwrap()
}

/// What a file is now, open or not.
fn now(editor: &Editor, name: &str, open: &[&str]) -> String {
    if open.contains(&name) { editor.text(name).to_owned() } else { on_disk(editor, name) }
}

#[test]
fn the_node_behind_else_is_renamed_with_the_others() {
    let text = "flow \"F\"\nentry notice\ndisclosure notice { say \"Hello.\" }\nnotice -> menu\n\
                collect menu \"Press star.\" {\n  on * -> menu again 2 else bye\n  on timeout | invalid -> bye\n}\n\
                disconnect bye\n";
    for marked in ["else b^ye", "-> b^ye", "disconnect ^bye"] {
        let mut editor = Editor::new(&[("a.cxflow", text)]);
        editor.open("a.cxflow");
        let edit = rename(&mut editor, "a.cxflow", marked, "end").unwrap();
        editor.apply(&edit);
        assert_eq!(editor.text("a.cxflow"), text.replace("bye", "end"), "{marked}");
    }
}

// ── Instances ───────────────────────────────────────────────────────────────────────────────

const MENU: &str = "param queue\ncollect menu \"Press 1.\" {\n  on 1 -> desk\n  on timeout | invalid -> bye\n}\nagent desk \"${queue}\" { on failed -> bye }\nagent `front desk` \"${queue}\" { on failed -> bye }\npolicy house \"House\" {\n  person: require agent\n}\n";

const ROOT: &str = "flow \"F\"\nentry notice\ninclude \"menu.cxflow\" as es with queue = \"q\"\ninclude \"menu.cxflow\" as en with queue = \"e\"\ndisclosure notice { say \"Hello.\" }\nnotice -> es.menu\nes.desk -> `es.front desk` on busy\nes.desk -> en.menu on timeout\nen.desk -> `en.front desk` on busy\nevery collect except =es.menu on failed -> bye\ndisconnect bye\napply es.house\nwaive es.house/person at es.desk because \"tried\" by \"me\" until 2026-12-31\ntest \"es\" on 1 -> es.menu -> es.desk\npolicy own \"Own\" {\n  first: require =es.menu before =es.desk\n}\napply own\n";

#[test]
fn an_instance_is_renamed_in_every_name_that_it_stands_in() {
    for marked in [
        "as e^s with",
        "notice -> e^s.menu",
        "`e^s.front desk`",
        "apply es^.house",
        "waive e^s.house",
        "at e^s.desk",
        "on 1 -> e^s.menu",
        "except =e^s.menu",
        "before =^es.desk",
    ] {
        let mut editor = Editor::new(&[("a.cxflow", ROOT), ("menu.cxflow", MENU)]);
        editor.open("a.cxflow");
        let before = editor.codes("a.cxflow");
        let prepared = prepare(&mut editor, "a.cxflow", marked).unwrap();
        assert_eq!(prepared["placeholder"], "es", "{marked}");
        assert_eq!(editor.piece("a.cxflow", &prepared["range"]), "es", "{marked}");
        let edit = rename(&mut editor, "a.cxflow", marked, "spanish").unwrap();
        editor.apply(&edit);
        let expected = ROOT.replace("es.", "spanish.").replace("as es", "as spanish");
        assert_eq!(editor.text("a.cxflow"), expected, "{marked}");
        assert_eq!(editor.codes("a.cxflow"), before, "{marked}");
        assert_eq!(on_disk(&editor, "menu.cxflow"), MENU);
    }
}

#[test]
fn the_other_pieces_of_a_name_are_renamed_by_themselves() {
    let mut editor = Editor::new(&[("a.cxflow", ROOT), ("menu.cxflow", MENU)]);
    editor.open("a.cxflow");
    let before = editor.codes("a.cxflow");
    let edit = rename(&mut editor, "a.cxflow", "notice -> es.me^nu", "choice").unwrap();
    editor.apply(&edit);
    assert!(editor.text("a.cxflow").contains("notice -> es.choice\n"));
    assert!(on_disk(&editor, "menu.cxflow").starts_with("param queue\ncollect choice "));
    let edit = rename(&mut editor, "a.cxflow", "`en.front d^esk`", "back").unwrap();
    editor.apply(&edit);
    assert!(editor.text("a.cxflow").contains("es.desk -> es.back on busy\n"));
    assert_eq!(editor.codes("a.cxflow"), before);
}

#[test]
fn an_instance_inside_of_an_instance_is_renamed_in_all_flows() {
    let inner = "agent desk \"q\" { on failed -> bye }\n";
    let middle = "include \"inner.cxflow\" as team\ncollect menu \"Press 1.\" {\n  on 1 -> team.desk\n  on timeout | invalid -> bye\n}\n";
    let flow = "flow \"F\"\nentry notice\ninclude \"middle.cxflow\" as es\ninclude \"middle.cxflow\" as en\ndisclosure notice { say \"Hello.\"; -> es.menu }\nes.team.desk -> en.menu on busy\nen.team.desk -> bye on busy\ndisconnect bye\n";
    let files = [
        ("a.cxflow", flow),
        ("b.cxflow", &flow.replace("\"F\"", "\"G\"")),
        ("middle.cxflow", middle),
        ("inner.cxflow", inner),
    ];
    for (open, marked) in [
        ("middle.cxflow", "as te^am"),
        ("middle.cxflow", "-> te^am.desk"),
        ("a.cxflow", "es.te^am.desk"),
        ("a.cxflow", "en.^team.desk"),
        ("b.cxflow", "en.team^.desk"),
    ] {
        let mut editor = Editor::new(&files);
        editor.open(open);
        let edit = rename(&mut editor, open, marked, "staff").unwrap();
        editor.apply(&edit);
        for (name, text) in files {
            let expected = text.replace("team.", "staff.").replace("as team", "as staff");
            assert_eq!(now(&editor, name, &[open]), expected, "{name} from {open} at {marked}");
        }
    }
    // The outer one, and no other flow's.
    let mut editor = Editor::new(&files);
    editor.open("a.cxflow");
    let edit = rename(&mut editor, "a.cxflow", "e^s.team.desk", "spanish").unwrap();
    editor.apply(&edit);
    assert!(editor.text("a.cxflow").contains("\nspanish.team.desk -> en.menu on busy\n"));
    assert_eq!(on_disk(&editor, "b.cxflow"), files[1].1);
}

#[test]
fn a_new_name_for_an_instance_that_is_taken_or_is_none_is_refused() {
    for (new, why) in [
        ("en", "the instance `en` is declared twice"),
        ("two words", "is not a name"),
        ("", "is not a name"),
        ("9", "is not a name"),
        ("es-", "is not a name"),
        ("`es`s", "is not a name"),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", ROOT), ("menu.cxflow", MENU)]);
        editor.open("a.cxflow");
        let refused = rename(&mut editor, "a.cxflow", "as e^s with", new).unwrap_err();
        assert!(refused.contains(why), "{new}: {refused}");
    }
}

#[test]
fn an_instance_is_found_and_gone_to_by_its_name_in_others() {
    let mut editor = Editor::new(&[("a.cxflow", ROOT), ("menu.cxflow", MENU)]);
    editor.open("a.cxflow");
    let mut at = editor.mark("a.cxflow", "at e^s.desk");
    let found = editor.ask("textDocument/definition", at.clone());
    assert_eq!(editor.shown_place(&found[0]), "a.cxflow:3 es");
    at["context"] = json!({ "includeDeclaration": true });
    let places = editor.ask("textDocument/references", at.clone());
    assert_eq!(places.as_array().unwrap().len(), ROOT.matches("es.").count() + 1, "{places}");
    let hover = editor.ask("textDocument/hover", at);
    assert!(
        hover["contents"]["value"].as_str().unwrap().contains("include \"menu.cxflow\" as es"),
        "{hover}"
    );
}

// ── Tags ────────────────────────────────────────────────────────────────────────────────────

const HOUSE: &str = "policy house \"House\" {\n  expects @greeting-line \"says hello\"\n  hello: require @greeting-line before agent\n  once: limit 1 @greeting-line | @other\n  wait: limit 30s from @greeting-line to agent when lead = 1\n}\nfact lead = 1\n";

fn tagged(number: usize) -> String {
    format!(
        "flow \"Flow {number}\"\nentry notice\ncontact name @greeting-line\ncontact kind @house-kind\ndisclosure notice @greeting-line {{\n  say \"Hello.\" @greeting-line lasts 2s\n  -> desk\n}}\nagent desk \"q\" {{ on failed -> bye }}\nevery agent except @greeting-line | =desk on busy -> bye\ndisconnect bye\n// @greeting-line stays in a comment.\n"
    )
}

fn folder() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        (0..12).map(|number| (format!("flow_{number}.cxflow"), tagged(number))).collect();
    files.push(("house.cxflow".to_owned(), HOUSE.to_owned()));
    files.push(("cxflow.toml".to_owned(), "policies = [\"house.cxflow\"]\n".to_owned()));
    files
}

fn editor(files: &[(String, String)]) -> Editor {
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Editor::new(&files)
}

fn with_tag(text: &str, new: &str) -> String {
    text.lines()
        .map(|line| match line.starts_with("//") {
            true => format!("{line}\n"),
            false => format!("{}\n", line.replace("@greeting-line", new)),
        })
        .collect()
}

#[test]
fn a_tag_is_renamed_in_all_flows_and_in_all_policies_that_speak_of_it() {
    for (open, marked) in [
        ("flow_3.cxflow", "notice @greet^ing-line"),
        ("flow_3.cxflow", "notice ^@greeting-line"),
        ("flow_3.cxflow", "\"Hello.\" @greeting-line^"),
        ("flow_3.cxflow", "contact name @^greeting-line"),
        ("flow_3.cxflow", "except @greeting-^line"),
        ("house.cxflow", "expects @greet^ing-line"),
        ("house.cxflow", "require @greet^ing-line"),
        ("house.cxflow", "limit 1 @gr^eeting-line"),
        ("house.cxflow", "from @gr^eeting-line"),
    ] {
        for new in ["hello", "@hello"] {
            let files = folder();
            let mut editor = editor(&files);
            editor.open(open);
            let before = editor.codes(open);
            let prepared = prepare(&mut editor, open, marked).unwrap();
            assert_eq!(prepared["placeholder"], "greeting-line", "{marked}");
            assert_eq!(editor.piece(open, &prepared["range"]), "greeting-line", "{marked}");
            let edit = rename(&mut editor, open, marked, new).unwrap();
            editor.apply(&edit);
            for (name, text) in files.iter().filter(|(name, _)| name.ends_with(".cxflow")) {
                assert_eq!(
                    now(&editor, name, &[open]),
                    with_tag(text, "@hello"),
                    "{name} from {open} at {marked}"
                );
            }
            assert_eq!(editor.codes(open), before, "{open} at {marked}");
        }
    }
}

#[test]
fn a_tag_that_is_taken_or_is_none_is_refused() {
    for (new, why) in [
        ("house-kind", "another name would change its meaning"),
        ("other", "another name would change its meaning"),
        ("two words", "is not a name"),
        ("9", "is not a name"),
        ("grüße", "is not a name"),
        ("", "is not a name"),
        ("@", "is not a name"),
        ("optout", "of the compiler look for it"),
        ("debt", "of the compiler look"),
    ] {
        let mut editor = editor(&folder());
        let (name, marked) = match new {
            "other" => ("house.cxflow", "require @gr^eeting-line"),
            _ => ("flow_0.cxflow", "notice @gr^eeting-line"),
        };
        editor.open(name);
        let refused = rename(&mut editor, name, marked, new).unwrap_err();
        assert!(refused.contains(why), "{new}: {refused}");
    }
}

#[test]
fn a_tag_that_a_policy_of_the_compiler_expects_keeps_its_name() {
    for tag in ["optout", "debt", "identity", "purpose", "disclosure", "greeting"] {
        let flow = format!("flow \"F\"\nentry a\ndisclosure a {{ say \"Hi.\" @{tag} }}\n");
        let mut editor = Editor::of(&flow);
        let marked = format!("@{}^{}", &tag[..2], &tag[2..]);
        let expected = cxflowc::bundled::expecting(&format!("@{tag}"));
        match rename(&mut editor, "a.cxflow", &marked, "new_tag") {
            Err(why) => {
                assert!(!expected.is_empty(), "{tag}: {why}");
                assert!(why.contains(&format!("`@{tag}` keeps its name")), "{why}");
                assert!(why.contains(expected[0]), "{why}");
                assert_eq!(prepare(&mut editor, "a.cxflow", &marked).unwrap_err(), why);
            }
            Ok(_) => assert!(expected.is_empty(), "{tag}"),
        }
    }
}

#[test]
fn a_tag_is_found_everywhere_and_gone_to_where_a_policy_expects_it() {
    let mut editor = editor(&folder());
    editor.open("flow_0.cxflow");
    let mut at = editor.mark("flow_0.cxflow", "notice @greet^ing-line");
    let found = editor.ask("textDocument/definition", at.clone());
    assert_eq!(editor.shown_place(&found[0]), "house.cxflow:2");
    at["context"] = json!({ "includeDeclaration": true });
    let places = editor.ask("textDocument/references", at);
    assert_eq!(places.as_array().unwrap().len(), 12 * 4 + 4, "{places}");
}

// ── What cannot be seen ─────────────────────────────────────────────────────────────────────

const LIB: &str = "agent desk \"q\" { on failed -> bye }\nagent größe \"q\" { on failed -> bye }\n";

fn flow(rest: &str) -> String {
    format!(
        "flow \"F\"\nentry notice\ninclude \"lib.cxflow\"\ndisclosure notice {{ say \"Hello.\"; -> desk }}\ndisconnect bye\n{rest}"
    )
}

fn utf_16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// A folder with a flow, a library, and another flow of these bytes.
fn beside(name: &str, bytes: &[u8]) -> Editor {
    let mut editor =
        Editor::new(&[("a.cxflow", &flow("")), ("lib.cxflow", &LIB.replace("größe", "`größe`"))]);
    std::fs::write(editor.path(name), bytes).unwrap();
    editor.saved(name);
    editor.open("a.cxflow");
    editor.open("lib.cxflow");
    editor
}

#[test]
fn a_file_that_is_no_utf_8_and_may_hold_the_name_refuses_a_renaming_and_is_named() {
    let text = flow("// café\ndesk -> bye on busy\n");
    let late = flow(&format!("{}\n// caf\u{e9} desk\n", "// x\n".repeat(100)));
    for (name, bytes) in [
        ("b.cxflow", utf_16(&text, true)),
        ("b.cxflow", utf_16(&text, false)),
        ("B.CXFLOW", utf_16(&text, true)),
        ("deep.cxflow", text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("b.cxflow", latin_1(&text)),
        ("b.cxflow", latin_1(&late)),
        ("b.cxflow", [text.as_bytes(), b"\xff"].concat()),
        ("b.cxflow", [b"\xc3\x28 ", text.as_bytes()].concat()),
        ("b.cxflow", [text.as_bytes(), b"\0\xff"].concat()),
        ("b.cxflow", [text.as_bytes(), b"// \xed\xa0\x80\n"].concat()),
    ] {
        let mut editor = beside(name, &bytes);
        let refused = rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap_err();
        assert!(refused.contains(&format!("`{name}`")) || refused.contains(name), "{refused}");
        assert!(refused.contains("UTF-8"), "{refused}");
        // The same once it is corrected.
        std::fs::write(editor.path(name), &text).unwrap();
        let edit = rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap();
        assert!(edit.to_string().contains(name), "{edit}");
    }
}

#[test]
fn a_file_that_is_no_utf_8_is_in_nobodys_way_if_it_cannot_hold_the_name() {
    // The name is in it nowhere, as each of its letters would be seen.
    let text = flow("// caf\u{e9}\n").replace("-> desk", "-> bye");
    let mut editor = beside("b.cxflow", &latin_1(&text));
    assert!(rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").is_ok());
    // A name with other letters may be there in other bytes.
    let refused = rename(&mut editor, "lib.cxflow", "agent `grö^ße`", "size").unwrap_err();
    assert!(refused.contains("`b.cxflow`"), "{refused}");
}

#[cfg(unix)]
#[test]
fn an_included_file_that_is_there_and_cannot_be_read_refuses_a_renaming() {
    use std::os::unix::fs::symlink;
    let text = flow("include \"part.inc\"\n");
    for kind in ["folder", "pipe", "device", "kernel", "loop"] {
        let mut editor = beside("b.cxflow", text.as_bytes());
        let path = editor.path("part.inc");
        match kind {
            "folder" => std::fs::create_dir(&path).unwrap(),
            "pipe" => {
                let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
                assert!(made.success());
            }
            "device" => symlink("/dev/zero", &path).unwrap(),
            "loop" => symlink("part.inc", &path).unwrap(),
            _ => symlink("/proc/self/environ", &path).unwrap(),
        }
        let refused = rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap_err();
        assert!(
            refused.contains("`part.inc`") || refused.contains("/proc/") || refused.contains("/dev/"),
            "{kind}: {refused}"
        );
        assert!(refused.contains("cannot be read"), "{kind}: {refused}");
    }
    // What is not there holds nothing.
    let mut editor = beside("b.cxflow", text.as_bytes());
    assert!(rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").is_ok());
}

#[cfg(unix)]
#[test]
fn an_unreadable_flow_refuses_a_renaming() {
    use std::os::unix::fs::symlink;
    for (kind, says) in [
        ("pipe", "it is a named pipe"),
        ("device", "it is a device"),
        ("dangling", "a link to a file that does not exist"),
        ("loop", "leads back to itself"),
        ("kernel", "made up by the kernel"),
    ] {
        let mut editor = beside("b.cxflow", flow("").as_bytes());
        let path = editor.path("x.cxflow");
        match kind {
            "pipe" => {
                let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
                assert!(made.success());
            }
            "device" => symlink("/dev/zero", &path).unwrap(),
            "dangling" => symlink("nowhere", &path).unwrap(),
            "loop" => symlink("x.cxflow", &path).unwrap(),
            _ => symlink("/proc/self/environ", &path).unwrap(),
        }
        let refused = rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa");
        // A link out of the repository is no flow of it.
        if ["device", "kernel"].contains(&kind) {
            assert!(refused.is_ok(), "{kind}: {refused:?}");
            continue;
        }
        let refused = refused.unwrap_err();
        assert!(refused.contains("x.cxflow") && refused.contains(says), "{kind}: {refused}");
        std::fs::remove_file(&path).unwrap();
        assert!(rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").is_ok(), "{kind}");
        std::fs::create_dir(&path).unwrap();
        assert!(rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").is_ok(), "a folder");
    }
}

#[test]
fn settings_that_may_hold_a_flow_to_more_refuse_a_renaming() {
    for settings in [
        "policies = [\"house.cxflow\"",
        "policys = [\"house.cxflow\"]\n",
        "[env.prod]\nqueue = \"q\"\n",
        "policies = [\"house.cxflow\"]\npolicies = []\n",
    ] {
        let house = "policy house \"House\" {\n  person: require =desk\n}\n";
        let mut editor = Editor::new(&[
            ("a.cxflow", &flow("")),
            ("lib.cxflow", LIB),
            ("house.cxflow", house),
            ("cxflow.toml", settings),
        ]);
        editor.open("lib.cxflow");
        let refused = rename(&mut editor, "lib.cxflow", "agent de^sk", "mesa").unwrap_err();
        assert!(refused.contains("settings"), "{settings}: {refused}");
    }
}

#[test]
fn a_param_that_settings_set_keeps_its_name_until_it_is_taken_out_of_them() {
    let lib =
        "param queue = \"x\"\nparam other = \"y\"\nagent desk \"${queue}${other}\" { on failed -> bye }\n";
    let root = "flow \"F\"\nentry notice\nparam brand = \"b\"\ninclude \"lib.cxflow\" as es\ndisclosure notice { say \"${brand}\"; -> es.desk }\ndisconnect bye\n";
    for (settings, name, marked, is_refused) in [
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "lib.cxflow", "param que^ue", true),
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "lib.cxflow", "${que^ue}", true),
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "a.cxflow", "as e^s", true),
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "a.cxflow", "e^s.desk", true),
        ("env.prod.params = { 'es.queue' = 3 }\n", "lib.cxflow", "param que^ue", true),
        ("[env.prod.params]\nbrand = \"q\"\n", "a.cxflow", "param br^and", true),
        ("[env.test.params]\nbrand = \"q\"\n", "a.cxflow", "${br^and}", true),
        ("[env.prod.params]\nbrand = \"q\"\n", "a.cxflow", "as e^s", false),
        ("[env.prod.params]\nbrand = \"q\"\n", "lib.cxflow", "param que^ue", false),
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "lib.cxflow", "param oth^er", false),
        ("[env.prod.params]\n\"es.queue\" = \"q\"\n", "lib.cxflow", "agent de^sk", false),
        ("", "lib.cxflow", "param que^ue", false),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", root), ("lib.cxflow", lib), ("cxflow.toml", settings)]);
        editor.open(name);
        let answer = rename(&mut editor, name, marked, "fresh");
        assert_eq!(answer.is_err(), is_refused, "{settings} {marked}: {answer:?}");
        if let Err(why) = answer {
            assert!(why.contains("the settings of `a.cxflow` set the param `"), "{why}");
        }
    }
}

// ── Policies ────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_policy_and_its_rule_are_renamed_where_somebody_attests_or_waives_them() {
    let flow = "flow \"F\"\nentry notice\ninclude \"rules.cxflow\"\ndisclosure notice { say \"Hello.\"; -> bye }\ndisconnect bye\napply house\nattest house/rate because \"report 7\" by \"k.roe\" until 2027-01-01\nwaive house/person because \"tried\" by \"me\" until 2026-12-31\n";
    let rules = "policy house \"House\" {\n  rate: oblige \"At most 3%\"\n  person: require agent\n}\n";
    for (name, marked, new) in [
        ("a.cxflow", "attest ho^use/rate", ("house", "home")),
        ("a.cxflow", "apply ho^use", ("house", "home")),
        ("rules.cxflow", "policy ho^use", ("house", "home")),
        ("a.cxflow", "attest house/ra^te", ("rate", "abandoned")),
        ("rules.cxflow", "ra^te: oblige", ("rate", "abandoned")),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", flow), ("rules.cxflow", rules)]);
        editor.open("a.cxflow");
        editor.open("rules.cxflow");
        let before = editor.codes("a.cxflow");
        let edit = rename(&mut editor, name, marked, new.1).unwrap();
        editor.apply(&edit);
        assert_eq!(editor.text("a.cxflow"), flow.replace(new.0, new.1), "{marked}");
        assert_eq!(editor.text("rules.cxflow"), rules.replace(new.0, new.1), "{marked}");
        assert_eq!(editor.codes("a.cxflow"), before, "{marked}");
    }
}

// ── Variables ───────────────────────────────────────────────────────────────────────────────

const ASK: &str = "param lang\nvar answer lasts 1s\nplay ask { say \"Hello.\"; set answer = lang }\nask -> done\nplay done { say \"You said ${answer}.\" }\n";

const ASKED: &str = "flow \"F\"\nentry notice\ninclude \"ask.cxflow\" as es with lang = \"es\"\ncontact who lasts 1s\ndisclosure notice { say \"Hello ${who}.\" }\nnotice -> es.ask\nes.done -> d\ndecide d { when es.answer = \"es\" -> bye; when who = \"x\" -> bye; else -> bye }\ndisconnect bye { say \"${es.answer}\" }\ntest \"t\" with who = \"x\" -> bye\n";

#[test]
fn a_variable_is_renamed_wherever_it_is_set_compared_and_given() {
    for (file, marked, old, new) in [
        ("a.cxflow", "when es.an^swer", "answer", "said"),
        ("ask.cxflow", "var ans^wer", "answer", "said"),
        ("ask.cxflow", "set ^answer", "answer", "said"),
        ("a.cxflow", "${es.ans^wer}", "answer", "said"),
        ("a.cxflow", "with w^ho =", "who", "contact_name"),
        ("a.cxflow", "when ^who", "who", "contact_name"),
        ("a.cxflow", "when e^s.answer", "es", "spanish"),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", ASKED), ("ask.cxflow", ASK)]);
        editor.open("a.cxflow");
        editor.open("ask.cxflow");
        let edit = rename(&mut editor, file, marked, new).unwrap();
        editor.apply(&edit);
        let expected = |text: &str| match old {
            "es" => text.replace("es.", &format!("{new}.")).replace("as es ", &format!("as {new} ")),
            _ => text.replace(old, new),
        };
        assert_eq!(editor.text("a.cxflow"), expected(ASKED), "{marked}");
        let ask = if old == "es" { ASK.to_owned() } else { expected(ASK) };
        assert_eq!(editor.text("ask.cxflow"), ask, "{marked}");
    }
}

const BRANCH: &str = "/// When somebody is there.\nhours office in \"UTC\" { mon..fri 9:00..17:00 }\ndecide now { when open office -> desk; else -> done }\nagent desk \"d\"\nplay done { say \"Bye.\" }\n";

const BRANCHES: &str = "flow \"F\"\nentry notice\ninclude \"branch.cxflow\" as es\ndisclosure notice { say \"Hello.\" }\nnotice -> es.now\nes.done -> d\ndecide d { when closed es.office -> bye; else -> bye }\ndisconnect bye\n";

#[test]
fn hours_are_renamed_wherever_they_are_asked_for() {
    for (file, marked) in [
        ("a.cxflow", "closed es.off^ice"),
        ("branch.cxflow", "hours ^office"),
        ("branch.cxflow", "open off^ice"),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", BRANCHES), ("branch.cxflow", BRANCH)]);
        editor.open("a.cxflow");
        editor.open("branch.cxflow");
        let edit = rename(&mut editor, file, marked, "house").unwrap();
        editor.apply(&edit);
        assert_eq!(editor.text("a.cxflow"), BRANCHES.replace("office", "house"), "{marked}");
        assert_eq!(editor.text("branch.cxflow"), BRANCH.replace("office", "house"), "{marked}");
    }
}

const VERIFY: &str = "entry ask\ndispositions KNOWN\nexit done\ncollect ask \"Press 1.\" { on 1 -> done disposition KNOWN; on timeout | invalid -> done }\n";

const VERIFIED: &str = "flow \"F\"\nentry notice\ndispositions LATER, KNOWN\ninclude \"ask.cxflow\" as es with done -> bye\ndisclosure notice { say \"Hello.\" }\nnotice -> es on failed disposition LATER\nnotice -> es\ndisconnect bye disposition KNOWN\npolicy p { require notice: require =notice before disposition KNOWN }\napply p\ntest \"x\" on 1 -> bye = KNOWN\n";

#[test]
fn a_disposition_is_renamed_in_every_file_that_declares_or_gives_it() {
    let verified = VERIFIED.replace("require notice: require", "first: require");
    for (file, marked) in [
        ("a.cxflow", "LATER, KN^OWN"),
        ("a.cxflow", "bye disposition KN^OWN"),
        ("a.cxflow", "before disposition KN^OWN"),
        ("a.cxflow", "bye = KN^OWN"),
        ("ask.cxflow", "dispositions KN^OWN"),
        ("ask.cxflow", "done disposition KN^OWN"),
    ] {
        let mut editor = Editor::new(&[("a.cxflow", &verified), ("ask.cxflow", VERIFY)]);
        editor.open("a.cxflow");
        editor.open("ask.cxflow");
        let edit = rename(&mut editor, file, marked, "SURE").unwrap();
        editor.apply(&edit);
        assert_eq!(editor.text("a.cxflow"), verified.replace("KNOWN", "SURE"), "{marked}");
        assert_eq!(editor.text("ask.cxflow"), VERIFY.replace("KNOWN", "SURE"), "{marked}");
    }
    let mut editor = Editor::new(&[("a.cxflow", &verified), ("ask.cxflow", VERIFY)]);
    editor.open("a.cxflow");
    assert!(rename(&mut editor, "a.cxflow", "LATER, KN^OWN", "LATER").is_err());
}
