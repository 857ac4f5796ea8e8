//! What can be written at a place, and a campaign from nothing but that.

use serde_json::{Value, json};

use crate::editor::{Editor, Start, usual};

/// The completions at the mark `^` of a flow.
fn items(marked: &str) -> Vec<Value> {
    let mut editor = Editor::of(&marked.replacen('^', "", 1));
    let at = editor.at("a.cxflow", marked.find('^').unwrap());
    complete(&mut editor, at)
}

fn complete(editor: &mut Editor, at: Value) -> Vec<Value> {
    let answer = editor.ask("textDocument/completion", at);
    let mut items = answer["items"].as_array().cloned().unwrap_or_default();
    items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
    items
}

fn labels(marked: &str) -> Vec<String> {
    items(marked).iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

const NODES: &str = "flow \"F\"\nentry notice\ndisclosure notice { say \"Hi\" @identity }\nagent desk \"front\"\ndisconnect bye\nnotice -> menu\n";

/// The completions of a line at a flow's end.
fn after(line: &str) -> Vec<String> {
    labels(&format!("{NODES}{line}"))
}

#[test]
fn a_line_begins_with_a_declaration() {
    let labels = labels("^");
    for word in ["flow", "entry", "collect", "disclosure", "every", "test", "policy", "waive", "node"] {
        assert!(labels.contains(&word.to_owned()), "{word}: {labels:?}");
    }
    assert!(!labels.contains(&"say".to_owned()));
}

#[test]
fn behind_an_arrow_stand_nodes_those_first_that_nothing_leads_to() {
    assert_eq!(after("notice -> ^"), ["desk", "bye", "notice"]);
    let in_block = |word: &str| after(&format!("collect menu \"Press 1\" {{\n  on 1 -> {word}^\n}}\n"));
    assert_eq!(in_block(""), ["desk", "bye", "notice", "menu"]);
    assert_eq!(in_block("e"), ["desk", "bye", "notice", "menu"], "what has an e, as editors look for it");
    assert_eq!(in_block("d"), ["desk"]);
    assert_eq!(in_block("B"), ["bye"]);
    assert_eq!(in_block("nt"), ["notice"]);
    assert_eq!(in_block("tn"), [""; 0]);
    assert!(after("notice -> desk ^").starts_with(&["on".to_owned()]));
}

#[test]
fn behind_a_target_stands_again_with_its_number_and_its_else() {
    assert!(after("notice -> desk ^").contains(&"again".to_owned()));
    assert!(after("collect menu \"Press 1\" {\n  on 1 -> notice a^\n}\n").contains(&"again".to_owned()));
    assert!(after("every collect on 1 -> notice ^").contains(&"again".to_owned()));
    assert_eq!(labels("let often = 2\ncontact nick\nnotice -> notice again ^"), ["often", "nick"]);
    assert_eq!(after("notice -> notice again 2 ^"), ["else"]);
    assert_eq!(after("notice -> notice again 2 else ^"), ["desk", "bye", "notice"]);
}

#[test]
fn dispositions_are_offered_those_first_that_nothing_gives() {
    let reported = |line: &str| {
        labels(&format!(
            "{}{line}",
            NODES
                .replace("entry notice\n", "entry notice\ndispositions HEARD, REFUSED\n")
                .replace("disconnect bye", "disconnect bye disposition HEARD")
        ))
    };
    assert_eq!(reported("notice -> desk disposition ^"), ["REFUSED", "HEARD"]);
    assert_eq!(reported("disconnect other disposition ^"), ["REFUSED", "HEARD"]);
    assert_eq!(
        reported("collect menu \"Press 1\" {\n  on 1 -> bye disposition ^\n}\n"),
        ["REFUSED", "HEARD"]
    );
    assert_eq!(
        reported("collect menu \"Press 1\" {\n  on 1 -> bye again 2 else bye disposition ^\n}\n"),
        ["REFUSED", "HEARD"]
    );
    assert_eq!(reported("test \"x\" on 1 -> bye = ^"), ["REFUSED", "HEARD"]);
    assert_eq!(reported("policy p {\n  require disposition ^\n}\n"), ["REFUSED", "HEARD"]);
    assert!(reported("notice -> desk ^").contains(&"disposition".to_owned()));
    assert!(reported("policy p {\n  require ^\n}\n").contains(&"disposition".to_owned()));
    assert_eq!(labels("notice -> desk disposition LATER\ndispositions ^"), ["LATER"]);
    let fields = "kind lookup type \"web\" { with url: url }\nvar card\npolicy p {\n  forbid";
    assert_eq!(labels(&format!("{fields} with ^\n}}\n")), ["url"]);
    assert_eq!(labels(&format!("{fields} set ^\n}}\n")), ["card"]);
}

#[test]
fn behind_a_kind_stand_the_names_that_have_no_node_yet() {
    assert_eq!(after("collect ^"), ["menu"]);
    assert_eq!(after("entry ^"), ["desk", "bye", "menu", "notice"]);
}

#[test]
fn a_block_takes_what_its_kind_can_do() {
    let of_collect = ["on", "->", "play", "say", "collect", "retry", "silence", "set"];
    assert_eq!(after("collect menu {\n  ^\n}\n"), of_collect);
    // A statement that goes on in the next line is one.
    assert!(after("collect menu {\n  on 1 |\n      ^\n}\n").contains(&"timeout".to_owned()));
    assert_eq!(after("agent x {\n  ^\n}\n"), ["on", "->", "play", "say", "script", "route", "set"]);
    assert_eq!(after("agent x {\n  r^\n}\n"), ["route", "script"]);
    assert!(!after("agent x {\n  script \"^\"\n}\n").contains(&"desk_queue".to_owned()), "no queue is said");
    let behind = after("agent x {\n  script \"Hello.\" ^\n}\n");
    assert!(behind.contains(&"language".to_owned()), "{behind:?}");
    assert!(
        !behind.iter().any(|word| ["voice", "lasts", "media", "retries"].contains(&&**word)),
        "{behind:?}"
    );
    assert_eq!(after("answer x { ^ }\n"), ["on", "->", "set"]);
    assert!(after("node x type \"y\" {\n  ^\n}\n").contains(&"action".to_owned()));
}

#[test]
fn behind_on_stands_what_can_happen_there_and_is_not_handled() {
    let collect = after("collect menu \"Press 1\" {\n  on 1 -> desk\n  on ^\n}\n");
    assert_eq!(collect[..3], ["timeout | invalid", "2", "3"]);
    assert!(collect.contains(&"timeout".to_owned()) && !collect.contains(&"busy".to_owned()), "{collect:?}");
    let half = after("collect menu \"Press 1\" {\n  on timeout -> desk\n  on ^\n}\n");
    assert!(!half.contains(&"timeout | invalid".to_owned()));
    assert_eq!(half.last().unwrap(), "timeout", "handled already: {half:?}");
    assert_eq!(after("answer line {\n  on ^\n}\n"), ["human", "machine", "unknown", "failed"]);
    assert_eq!(after("agent x \"q\" {\n  on ^\n}\n"), ["busy", "no_answer", "timeout", "failed"]);
    assert_eq!(after("desk -> bye on ^"), ["busy", "no_answer", "timeout", "failed"]);
    assert!(after("every collect on ^").contains(&"timeout | invalid".to_owned()));
}

#[test]
fn options_and_what_follows_them() {
    let options = after("collect menu \"Press 1\" ^");
    for word in ["retries", "lasts", "media", "text", "{"] {
        assert!(options.contains(&word.to_owned()), "{word}: {options:?}");
    }
    let lets = labels("let often = 2\ncontact nick\ncollect m \"x\" retries ^");
    assert_eq!(lets, ["often", "nick"]);
    assert_eq!(after("every ^").len(), 9, "the kinds");
    assert_eq!(after("every collect ^"), ["except", "on"]);
    assert_eq!(after("include \"x\" ^"), ["as"]);
    assert_eq!(after("node x ^"), ["type"]);
    assert_eq!(after("flow ^"), ["\"…\""]);
}

#[test]
fn languages_and_voices_are_those_of_the_flow_first() {
    let flow = "flow \"F\"\nlanguage \"es-MX\" voice \"Mia\"\nentry a\nplay a { say \"Hola\" }\n";
    let of_language = labels(&format!("{flow}play b language \"^\" {{ say \"Hi\" }}\n"));
    assert_eq!(of_language.first().map(String::as_str), Some("es-MX"));
    assert!(of_language.contains(&"en-US".to_owned()), "{of_language:?}");
    assert_eq!(of_language.iter().filter(|label| *label == "es-MX").count(), 1);
    assert_eq!(labels(&format!("{flow}play b {{ say \"Hi\" voice \"^\" }}\n")), ["Mia"]);
    let of_include = after("include \"menu.cxflow\" as es ^");
    assert!(["language", "voice", "with"].iter().all(|word| of_include.contains(&(*word).to_owned())));
    assert!(after("play more \"https://x\" ^").contains(&"ssml".to_owned()));
    assert!(after("^").contains(&"language".to_owned()));
}

#[test]
fn in_a_text_a_value_can_be_inserted() {
    let text = "let cdn = \"x\"\nparam queue\ncontact name\nplay a \"${^";
    assert_eq!(labels(text), ["cdn", "queue", "name"]);
    assert_eq!(labels(&text.replace("${^", "${c^}/a.wav\"")), ["cdn"]);
    assert_eq!(labels(&text.replace("${^", "^")), [""; 0]);
    assert_eq!(after("callback x \"^\""), ["front"], "queues that others name");
}

#[test]
fn options_of_a_prompt_are_offered_for_prompts_alone() {
    let of_collect = ["digits", "end", "into", "retries", "wait", "between"];
    for line in ["play z ^", "disclosure z \"https://x.example/a.wav\" ^", "play z { say \"Hello.\" ^ }"] {
        let offered = labels(&format!("{NODES}{line}\n"));
        assert!(offered.contains(&"lasts".to_owned()), "{line}: {offered:?}");
        for word in of_collect {
            assert!(!offered.contains(&word.to_owned()), "{line}: {offered:?}");
        }
    }
    let offered = labels(&format!("{NODES}collect z \"Press 1.\" ^\n"));
    for word in ["digits", "retries", "wait"] {
        assert!(offered.contains(&word.to_owned()), "{offered:?}");
    }
}

#[test]
fn a_waiver_offers_the_codes_that_the_flow_has_findings_of() {
    let flow = "flow \"A\"\nentry notice\ndisclosure notice \"https://x.example/a.wav\"\nplay end { say \"Bye.\" }\n\
                collect menu \"Press 1.\" { on 1 -> end }\nnotice -> menu\n";
    let offered = labels(&format!("{flow}waive ^\n"));
    for code in ["CX201", "CX205"] {
        assert!(offered.contains(&code.to_owned()), "{offered:?}");
    }
    assert!(!offered.contains(&"CX203".to_owned()), "{offered:?}");
}

#[test]
fn policies_rules_facts_and_tags() {
    let policy = "policy house \"House rules\" {\n  named: require @identity before @pan\n  fast: require fact ring <= 20s\n}\n";
    let with = |line: &str| labels(&format!("{policy}{NODES}{line}"));
    let policies = with("apply ^");
    assert_eq!(policies[0], "house");
    assert!(policies.contains(&"us_tcpa".to_owned()) || policies.len() > 10, "{policies:?}");
    assert_eq!(
        with("apply house\nwaive house/^"),
        ["fast", "named"].map(str::to_owned).to_vec().into_iter().rev().collect::<Vec<_>>()
    );
    let duties = "policy ours \"Ours\" {\n  rate: oblige \"At most 3%\"\n  list: oblige \"The list\"\n  named: require agent\n}\napply ours\n";
    let attested = "attest ours/rate because \"report 7\" by \"k.roe\" until 2027-03-31\n";
    assert_eq!(with(&format!("apply house\n{duties}attest ^")), ["ours"]);
    assert_eq!(with(&format!("{duties}attest ours/^")), ["rate", "list"]);
    assert_eq!(with(&format!("{duties}{attested}attest ours/^")), ["list"]);
    let state = |rule: &str, line: &str| {
        let items = items(&format!("{policy}{NODES}{duties}{line}waive ours/^"));
        items.iter().find(|item| item["label"] == rule).unwrap()["detail"].clone()
    };
    assert_eq!((state("rate", ""), state("rate", attested)), ("obligation".into(), "attested".into()));
    assert_eq!(state("list", attested), "obligation");
    assert_eq!(with("apply house\nfact ^"), ["ring"]);
    // Behind a value: who vouches for it.
    for (line, word) in [
        ("fact ring = 20s ^", "because"),
        ("fact ring = \"x\" ^", "because"),
        ("fact ring = 2026-11-02 ^", "because"),
        ("fact ring = mon..fri 9:00..12:00 ^", "because"),
        ("fact ring = 20s because \"plan 7\" ^", "by"),
        ("fact ring = 20s because \"plan 7\" by \"k.roe\" ^", "until"),
    ] {
        let offered = with(line);
        assert!(offered.contains(&word.to_owned()), "{line}: {offered:?}");
    }
    let tags = with("apply house\nplay p { say \"x\" @^ }\n");
    assert_eq!(tags, ["@pan", "@identity"], "what a policy misses comes first");
    let rule = |line: &str| labels(&format!("{NODES}policy p {{\n  {line}\n}}\n"));
    assert_eq!(
        rule("^"),
        [
            "require",
            "forbid",
            "limit",
            "oblige",
            "expects",
            "warn",
            "version",
            "covers",
            "reviewed",
            "conflicts"
        ]
    );
    let selector = rule("require ^");
    for pick in ["@identity", "disclosure", "any", "not", "=desk", "fact"] {
        assert!(selector.contains(&pick.to_owned()), "{pick}: {selector:?}");
    }
    let clauses = rule("require disclosure ^");
    for clause in ["before", "after", "reachable", "on", "when", "until", "|", "&"] {
        assert!(clauses.contains(&clause.to_owned()), "{clause}: {clauses:?}");
    }
    assert_eq!(rule("require fact x ^")[..2], ["=", "!="]);
}

#[test]
fn an_instance_takes_the_params_of_its_file() {
    let mut editor = Editor::new(&[
        ("a.cxflow", "include \"b.cxflow\" as b with \n"),
        ("b.cxflow", "param queue\nparam brand = \"x\"\n"),
    ]);
    editor.open("a.cxflow");
    let at = editor.mark("a.cxflow", "with ^");
    let items = complete(&mut editor, at);
    assert_eq!(
        items.iter().map(|item| item["label"].as_str().unwrap()).collect::<Vec<_>>(),
        ["queue", "brand"]
    );
    assert_eq!(items[0]["textEdit"]["newText"], "queue = \"${1:VALUE}\"");
}

#[test]
fn a_value_is_inserted_in_every_text() {
    for line in [
        "let q = \"${^}\"",
        "let q = \"x ${ p^\"",
        "param q = \"${^\"",
        "include \"b.cxflow\" as b with queue = \"${^}\"",
        "include \"b.cxflow\" as b with queue = \"a\", brand = \"${p^}\"",
        "fact purpose = \"${^}\"",
        "agent x \"${^}\"",
        "description \"${^}\"",
        "play x { say \"\"\"\nHi ${^}\n\"\"\" }",
    ] {
        let text = line.replace('^', "");
        let files = [
            ("a.cxflow", format!("param pp\n{text}\n")),
            ("b.cxflow", "param queue\nparam brand = \"x\"\n".to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let mut editor = Editor::new(&files);
        editor.open("a.cxflow");
        let at = editor.mark("a.cxflow", line);
        let items = complete(&mut editor, at);
        assert!(items.iter().any(|item| item["label"] == "pp"), "{line}: {items:?}");
    }
    // A text that is none of a fact offers no value of one.
    for line in ["let purpose = \"^\"", "param purpose = \"^\""] {
        let mut editor = Editor::new(&[("a.cxflow", &format!("apply us_tsr\n{}\n", line.replace('^', "")))]);
        editor.open("a.cxflow");
        let at = editor.mark("a.cxflow", line);
        assert_eq!(complete(&mut editor, at), Vec::<Value>::new(), "{line}");
    }
}

#[test]
fn an_instance_is_offered_each_param_once() {
    let line = "include \"b.cxflow\" as b with queue = \"x\", ^";
    let mut editor = Editor::new(&[
        ("a.cxflow", &format!("{}\n", line.replace('^', ""))),
        ("b.cxflow", "param queue\nparam brand = \"x\"\n"),
    ]);
    editor.open("a.cxflow");
    let at = editor.mark("a.cxflow", line);
    let labels: Vec<Value> = complete(&mut editor, at).iter().map(|item| item["label"].clone()).collect();
    assert_eq!(labels, ["brand"]);
}

#[test]
fn an_include_takes_the_path_of_a_file_beside() {
    let mut editor = Editor::new(&[
        ("a.cxflow", "include \"lib/x.cxflow\"\ninclude \"li\n"),
        ("lib/x.cxflow", ""),
        ("z.cxflow", ""),
    ]);
    editor.open("a.cxflow");
    let at = editor.mark("a.cxflow", "include \"li^\n");
    let items = complete(&mut editor, at);
    assert_eq!(
        items.iter().map(|item| item["label"].as_str().unwrap()).collect::<Vec<_>>(),
        ["lib/x.cxflow"]
    );
    editor.edit("a.cxflow", "include \"li\n", "include \"\n");
    let at = editor.mark("a.cxflow", "include \"^\n");
    let items = complete(&mut editor, at);
    assert_eq!(
        items.iter().map(|item| item["label"].as_str().unwrap()).collect::<Vec<_>>(),
        ["z.cxflow", "lib/x.cxflow"]
    );
}

#[test]
fn a_long_list_is_cut_and_goes_on_with_the_next_letters() {
    let nodes: String =
        (0..3000).map(|node| format!("agent n{node} \"q\" {{ on failed -> n{} }}\n", node + 1)).collect();
    let mut editor = Editor::of(&format!("{NODES}{nodes}disconnect n3000\nnotice -> \n"));
    let mut list = |word: &str| {
        let end = editor.text("a.cxflow").len() - 1;
        editor.replace("a.cxflow", end..end, word);
        let at = editor.at("a.cxflow", end + word.len());
        let answer = editor.ask("textDocument/completion", at);
        editor.replace("a.cxflow", end..end + word.len(), "");
        let labels = answer["items"].as_array().unwrap().iter().map(|item| item["label"].clone());
        assert!(answer.to_string().len() < 50_000, "{word}");
        (labels.collect::<Vec<Value>>(), answer["isIncomplete"] == true)
    };
    let (all, is_cut) = list("");
    assert_eq!((all.len(), is_cut), (200, true));
    assert_eq!(all[..3], ["desk", "bye", "n0"], "those first that nothing leads to");
    let (some, is_cut) = list("n2");
    assert_eq!((some.len(), is_cut), (200, true));
    assert_eq!(some[..3], ["n2", "n20", "n21"]);
    let (few, is_cut) = list("n2999");
    assert_eq!((few, is_cut), (vec![json!("n2999")], false), "also one that the bound had left out");
}

#[test]
fn comments_and_broken_lines_have_no_completions() {
    assert_eq!(after("// -> ^"), [""; 0]);
    assert_eq!(after("notice => ^"), [""; 0]);
    assert_eq!(after("let ^"), [""; 0], "a new name is the writer's");
}

#[test]
fn names_that_are_none_of_the_language_come_in_backticks() {
    let items = items("disconnect `menu 1`\na -> `me^");
    assert_eq!(items[0]["label"], "`menu 1`");
    let range = &items[0]["textEdit"]["range"];
    assert_eq!((&range["start"]["character"], &range["end"]["character"]), (&json!(5), &json!(8)));
}

#[test]
fn an_editor_without_snippets_gets_plain_text() {
    let files = [("a.cxflow", "")];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &[], capabilities: json!({}), variables: &[] });
    editor.open("a.cxflow");
    let at = editor.at("a.cxflow", 0);
    let items = complete(&mut editor, at);
    for item in items {
        let text = item["textEdit"]["newText"].as_str().unwrap();
        assert!(!text.contains('$') || text.contains("${name}"), "{text}");
        assert!(item.get("insertTextFormat").is_none());
    }
}

/// Somebody who writes by completion alone: types the first letters of a word, takes what is
/// offered, and fills in the places.
struct Writer {
    editor: Editor,
    at: usize,
}

impl Writer {
    fn new() -> Self {
        let files = [("a.cxflow", "")];
        let mut editor =
            Editor::start(Start { files: &files, arguments: &[], capabilities: usual(), variables: &[] });
        editor.open("a.cxflow");
        Self { editor, at: 0 }
    }

    fn typed(&mut self, text: &str) {
        self.editor.replace("a.cxflow", self.at..self.at, text);
        self.at += text.len();
    }

    /// Takes what is offered under this label, and fills in its places; a place whose value begins
    /// with `?` is completed in turn.
    fn take(&mut self, label: &str, places: &[&str]) {
        let at = self.editor.at("a.cxflow", self.at);
        let items = complete(&mut self.editor, at);
        let offered: Vec<&str> = items.iter().map(|item| item["label"].as_str().unwrap()).collect();
        let at = offered.iter().position(|one| *one == label);
        let at =
            at.unwrap_or_else(|| panic!("no {label} among {offered:?} in\n{}", self.editor.text("a.cxflow")));
        let edit = &items[at]["textEdit"];
        let start = self.editor.offset("a.cxflow", &edit["range"]["start"]);
        let end = self.editor.offset("a.cxflow", &edit["range"]["end"]);
        self.editor.replace("a.cxflow", start..end, "");
        self.at = start;
        let mut rest = edit["newText"].as_str().unwrap();
        let mut places = places.iter();
        while let Some((before, place)) = rest.split_once("${") {
            self.typed(before);
            let (_, behind) = place.split_once('}').unwrap();
            let value = places.next().unwrap_or_else(|| panic!("no value for {place:?} of {label}"));
            match value.strip_prefix('?') {
                Some(label) => self.take(label, &[]),
                None => self.typed(value),
            }
            rest = behind;
        }
        self.typed(&rest.replace("$0", ""));
        assert_eq!(places.next(), None, "{label} has fewer places");
    }

    fn line(&mut self, label: &str, places: &[&str]) {
        self.take(label, places);
        self.typed("\n");
    }
}

#[test]
fn a_campaign_is_written_from_nothing_by_completion_alone() {
    let mut writer = Writer::new();
    writer.line("flow", &["Recall notice"]);
    writer.line("description", &["Tells of a recall"]);
    writer.line("entry", &["notice"]);
    writer.line("let", &["cdn", "https://cdn.example.com"]);
    writer.line("param", &["queue", "recall_desk"]);
    // The name comes from the entry, which has no node yet; the URL takes the let.
    writer.take("disclosure", &["?notice", "${"]);
    writer.at = writer.editor.text("a.cxflow").rfind("${").unwrap() + 2;
    writer.take("cdn", &[]);
    writer.typed("}/notice.wav");
    writer.at = writer.editor.text("a.cxflow").len();
    writer.typed("\n");
    writer.line("agent", &["desk", "recall_desk"]);
    writer.line("disconnect", &["goodbye"]);
    writer.line("collect", &["menu", "Press 1 for an agent, 9 to opt out.", "2", "?1", "?desk", "?goodbye"]);
    writer.at = writer.editor.text("a.cxflow").find("  on timeout").unwrap();
    writer.typed("  ");
    writer.line("on", &["?9", "?goodbye"]);
    writer.at = writer.editor.text("a.cxflow").len();
    writer.take("notice", &[]);
    writer.typed(" ");
    writer.take("->", &[]);
    writer.typed(" ");
    writer.take("menu", &[]);
    writer.typed("\n");
    writer.line("test", &["an agent", "?1", "?desk"]);
    writer.take("apply", &["?baseline"]);
    writer.typed("\n");
    // The layout is the formatter's.
    let params = json!({
        "textDocument": { "uri": writer.editor.uri("a.cxflow") },
        "options": { "tabSize": 2, "insertSpaces": true },
    });
    let edits = writer.editor.ask("textDocument/formatting", params).as_array().unwrap().clone();
    writer.editor.apply_to("a.cxflow", &edits);
    assert_eq!(writer.editor.text("a.cxflow"), CAMPAIGN);
    assert_eq!(writer.editor.findings("a.cxflow"), ["CX403 [queue] the param `queue` is never used"]);
    // What is left over goes with a click.
    let at = CAMPAIGN.find("queue").unwrap();
    let params = json!({
        "textDocument": { "uri": writer.editor.uri("a.cxflow") },
        "range": writer.editor.range("a.cxflow", at..at),
        "context": { "diagnostics": [] },
    });
    let actions = writer.editor.ask("textDocument/codeAction", params);
    writer.editor.apply(&actions[0]["edit"]);
    assert_eq!(writer.editor.findings("a.cxflow"), [""; 0]);
}

const CAMPAIGN: &str = r#"flow "Recall notice"
description "Tells of a recall"
entry notice

let cdn = "https://cdn.example.com"
param queue = "recall_desk"

disclosure notice "${cdn}/notice.wav"
agent desk "recall_desk"
disconnect goodbye

collect menu "Press 1 for an agent, 9 to opt out." retries 2 {
  on 1 -> desk
  on 9 -> goodbye
  on timeout | invalid -> goodbye
}

notice -> menu

test "an agent" on 1 -> desk

apply baseline
"#;

#[test]
fn variables_are_offered_where_they_are_set_compared_and_given() {
    let values = "var tries\ncontact lang\nlet brand = \"B\"\n";
    let offered = |line: &str| labels(&format!("{values}{NODES}{line}"));
    assert_eq!(offered("play p {\n  set ^\n}\n"), ["tries"]);
    let copied = offered("play p {\n  set tries = ^\n}\n");
    assert!(["tries", "lang", "brand"].iter().all(|name| copied.contains(&(*name).to_owned())), "{copied:?}");
    assert_eq!(offered("decide d {\n  when ^\n}\n"), ["tries", "lang"]);
    let comparators = offered("decide d {\n  when lang ^\n}\n");
    assert_eq!(comparators, ["=", "!=", "<", "<=", ">", ">=", "starts", "contains"]);
    assert_eq!(offered("decide d {\n  ^\n}\n"), ["when", "when open", "else"]);
    assert!(offered("play p {\n  ^\n}\n").contains(&"set".to_owned()));
    assert_eq!(offered("test \"a\" with ^"), ["tries", "lang"]);
    assert!(offered("play p { say \"${^\" }\n").contains(&"tries".to_owned()));
}

#[test]
fn hours_are_offered_where_a_decide_asks_and_days_in_their_block() {
    let values = "hours office in \"UTC\" { mon 9:00..17:00 }\ncontact lang\n";
    let offered = |line: &str| labels(&format!("{values}{NODES}{line}"));
    assert_eq!(offered("decide d {\n  when open ^\n}\n"), ["office"]);
    assert_eq!(offered("decide d {\n  when closed ^\n}\n"), ["office"]);
    let asked = offered("decide d {\n  when ^\n}\n");
    assert_eq!(asked, ["open", "closed", "lang"]);
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    assert_eq!(
        offered("hours night in \"UTC\" {\n  ^\n}\n"),
        [&days[..], &["open", "closed", "closed every"]].concat()
    );
    assert_eq!(offered("hours night in \"UTC\" {\n  mon, ^\n}\n"), days);
    assert!(offered("hours night in \"UTC\" {\n  mon 9:00..^\n}\n").is_empty());
    assert!(offered("test \"a\" ^").contains(&"at".to_owned()));
    assert!(!offered("play p { say \"${^\" }\n").contains(&"office".to_owned()));
}
