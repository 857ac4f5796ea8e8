//! `prompts`: what is heard as text, tables and JSON, and new words back into the source.

use crate::harness::Folder;

const FLOW: &str = r#"flow "Reminder"
let clinic = "Lakeside"
contact day lasts 1s
entry notice
disclosure notice @greeting { say "This is ${clinic} Dental." }
collect menu "Press 1 to confirm, for ${day}." {
  on 1 -> thanks
  on timeout | invalid -> bye
}
play thanks {
  play "https://cdn.example.com/thanks.wav" lasts 2.5s
  say "See you, \"soon\"." @closing
}
agent desk "front-desk"
disconnect bye
notice -> menu
thanks -> bye
menu -> desk on 2
"#;

fn folder() -> Folder {
    Folder::of(FLOW)
}

/// The table with new words in one of its rows.
fn with_new(table: &str, node: &str, step: &str, column: usize, words: &str) -> String {
    let mut rows: Vec<Vec<String>> = records(table);
    let row = rows.iter_mut().find(|row| row[2] == node && row[3] == step).unwrap();
    row[column] = words.to_owned();
    let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n").collect()
}

/// The cells of a table without line breaks in cells.
fn records(table: &str) -> Vec<Vec<String>> {
    let row = |line: &str| {
        let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    characters.next();
                    cell.push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(std::mem::take(&mut cell)),
                c => cell.push(c),
            }
        }
        cells.push(cell);
        cells
    };
    table.trim_start_matches('\u{FEFF}').lines().map(row).collect()
}

const NEW_MEDIA: usize = 9;
const NEW_TEXT: usize = 11;

#[test]
fn the_text_format_lists_the_prompts() {
    let run = folder().run("prompts a.cxflow").exits(0);
    run.out_has("notice  a.cxflow:5\n  say  ")
        .out_has("  @greeting\n    \"This is Lakeside Dental.\"\n")
        .out_has("menu  a.cxflow:6\n  collect  ")
        .out_has("  play  2.5 s\n    \"https://cdn.example.com/thanks.wav\"\n")
        .out_has("  @closing\n    \"See you, \\\"soon\\\".\"\n")
        .lacks("front-desk");
}

#[test]
fn the_same_as_a_table_and_as_json() {
    let folder = folder();
    let run = folder.run("prompts a.cxflow --format csv").exits(0);
    let rows = records(&run.out);
    assert_eq!(rows[0][..4], ["file", "line", "node", "step"]);
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert_eq!(rows[1][2..6], ["notice", "1", "say", "'@greeting"]);
    assert_eq!(rows[3][6..9], ["2.5", "2.5", "https://cdn.example.com/thanks.wav"]);
    let json = folder.run("prompts a.cxflow --format json").exits(0).json();
    assert_eq!(json["flow"], "Reminder");
    assert_eq!(json["prompts"][1]["text"], "Press 1 to confirm, for {day}.");
    assert_eq!(json["prompts"][2]["least"], 2500);
    folder.run("prompts a.cxflow --format csv -o p.csv").exits(0).out_is("").err_has("p.csv: 4 prompts");
    assert_eq!(folder.read("p.csv"), format!("\u{FEFF}{}", run.out));
}

#[test]
fn a_workbook_is_a_file() {
    let folder = folder();
    folder.run("prompts a.cxflow --format xlsx").exits(2).message_has("a workbook is not printed");
    folder.run("prompts a.cxflow --format xlsx -o p.xlsx").exits(0);
    let bytes = std::fs::read(folder.path("p.xlsx")).unwrap();
    assert!(bytes.starts_with(b"PK"));
}

#[test]
fn the_ending_of_the_output_says_the_format() {
    let folder = folder();
    for (name, begins) in [
        ("p.xlsx", "PK"),
        ("p.XLSX", "PK"),
        ("p.csv", "\u{FEFF}file,line,node"),
        ("p.json", "{\"file\":\"a.cxflow\""),
        ("p.txt", "notice  a.cxflow:5\n"),
    ] {
        folder.run(&format!("prompts a.cxflow -o {name}")).exits(0).out_is("");
        let bytes = std::fs::read(folder.path(name)).unwrap();
        assert!(bytes.starts_with(begins.as_bytes()), "{name}");
    }
    for name in ["p.pdf", "p", "p.xls"] {
        folder
            .run(&format!("prompts a.cxflow -o {name}"))
            .exits(2)
            .message_has(&format!("the name {name} does not say which format the prompts have"))
            .err_has("`text`, `csv`, `xlsx` or `json`");
        folder.run(&format!("prompts a.cxflow --format csv -o {name}")).exits(0);
    }
    folder
        .run("prompts a.cxflow --format json -o new.csv")
        .exits(2)
        .message_has("the name new.csv is that of `csv`, but --format asks for `json`");
    assert!(!folder.has("new.csv"));
}

#[test]
fn new_words_go_into_the_source() {
    let folder = folder();
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    folder.write("p.csv", &table);
    folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("has no new words");
    assert_eq!(folder.read("a.cxflow"), FLOW);
    let new = with_new(&table, "menu", "1", NEW_TEXT, "Drücken Sie 1 für {day}: \"ja\" oder ${nein} \\.");
    let new = with_new(&new, "thanks", "1", NEW_MEDIA, "https://cdn.example.com/danke.wav");
    let new = with_new(&new, "thanks", "2", NEW_TEXT, "Bis bald.");
    folder.write("p.csv", &new);
    folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("a.cxflow: 3 prompts changed");
    let changed = folder.read("a.cxflow");
    let expected = FLOW
        .replace(
            "\"Press 1 to confirm, for ${day}.\"",
            "\"Drücken Sie 1 für ${day}: \\\"ja\\\" oder \\${nein} \\\\.\"",
        )
        .replace("thanks.wav", "danke.wav")
        .replace("\"See you, \\\"soon\\\".\"", "\"Bis bald.\"");
    assert_eq!(changed, expected);
    // What is there already is no change.
    folder.run("prompts a.cxflow --apply p.csv").exits(0);
    assert_eq!(folder.read("a.cxflow"), expected);
}

#[test]
fn tables_of_spreadsheets_are_read() {
    for delimiter in [";", "\t", ","] {
        let folder = folder();
        let row = ["New_Text", "NODE", "note", "step", "text"].join(delimiter);
        let words = ["Bye.", "thanks", "x", "2", "\"See you, \"\"soon\"\".\""].join(delimiter);
        folder.write("p.csv", format!("\u{FEFF}{row}\n{words}\n"));
        folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("1 prompt changed");
        assert!(folder.read("a.cxflow").contains("say \"Bye.\" @closing"), "{delimiter:?}");
    }
}

#[test]
fn words_that_cannot_be_placed_change_nothing() {
    let folder = folder();
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    for (change, what) in [
        (
            with_new(&table, "notice", "1", NEW_TEXT, "Hi."),
            "the text of `notice` inserts `${clinic}`, which is no contact field",
        ),
        (
            with_new(&table, "thanks", "2", NEW_MEDIA, "https://a.example/b.wav"),
            "has no recording to replace",
        ),
        (
            with_new(&table, "menu", "1", NEW_TEXT, "Hi.").replace("\"menu\"", "\"mneu\""),
            "there is no node `mneu`",
        ),
        (
            with_new(&table, "menu", "1", NEW_TEXT, "Hi.").replace("\"menu\",\"1\"", "\"menu\",\"9\""),
            "has no step 9",
        ),
        (
            with_new(&table, "menu", "1", NEW_TEXT, "Hi.").replace("Press 1 to", "Press 2 to"),
            "has changed since",
        ),
    ] {
        let good = with_new(&change, "thanks", "1", NEW_MEDIA, "https://cdn.example.com/other.wav");
        folder.write("p.csv", good);
        let run = folder.run("prompts a.cxflow --apply p.csv").exits(1);
        run.err_has(what).err_has("a.cxflow: nothing is changed");
        assert_eq!(folder.read("a.cxflow"), FLOW);
    }
}

#[test]
fn new_words_with_errors_change_nothing() {
    let folder = folder();
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    for (node, step, column, words, what) in [
        ("menu", "1", NEW_TEXT, "Hello {unknown_field}", "p.csv:3: with the new words, "),
        ("menu", "1", NEW_TEXT, "Hello {unknown_field}", "[CX117]"),
        ("thanks", "1", NEW_MEDIA, "ftp://example.com/x.wav", "[CX108]"),
        ("thanks", "1", NEW_MEDIA, "ftp://example.com/x.wav", "p.csv:4: with the new words, "),
        ("thanks", "1", NEW_MEDIA, "thanks2.wav", "[CX108]"),
    ] {
        let good = with_new(&table, "thanks", "2", NEW_TEXT, "Good words.");
        folder.write("p.csv", with_new(&good, node, step, column, words));
        let run = folder.run("prompts a.cxflow --apply p.csv").exits(1);
        run.err_has(what).err_has("a.cxflow: nothing is changed");
        assert_eq!(folder.read("a.cxflow"), FLOW);
    }
}

#[test]
fn errors_that_were_there_before_do_not_stop_new_words() {
    let flow = FLOW
        .replace("menu -> desk on 2", "menu -> desk on 2\ntimes -> bye")
        .replace("disconnect bye", "play times { say \"{nobody}\" }\ndisconnect bye");
    let folder = Folder::of(&flow);
    let table = folder.run("prompts a.cxflow --format csv").exits(1).err_has("CX117").out.clone();
    folder.write("p.csv", with_new(&table, "thanks", "2", NEW_TEXT, "Bye now."));
    folder.run("prompts a.cxflow --apply p.csv").exits(1).err_has("a.cxflow: 1 prompt changed");
    assert!(folder.read("a.cxflow").contains("Bye now."));
}

#[test]
fn new_words_are_compiled_where_they_are_included() {
    let lib = "play hello { say \"Hello.\" }\n";
    let flow = "flow \"A\"\ninclude \"lib.cxflow\"\nentry start\n\
                disclosure start { say \"This is Lakeside.\" }\nstart -> hello\nhello -> bye\ndisconnect bye\n";
    let folder = Folder::of(flow).with("lib.cxflow", lib);
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    folder.write("p.csv", with_new(&table, "hello", "1", NEW_TEXT, "Hello {you}."));
    let run = folder.run("prompts a.cxflow --apply p.csv").exits(1);
    run.err_has("p.csv:2: with the new words, ").err_has("[CX117]");
    assert_eq!(folder.read("lib.cxflow"), lib);
}

#[test]
fn what_new_words_change_besides_is_said() {
    let flow = FLOW.replace("contact day lasts 1s", "contact day lasts 1s @date");
    let folder = Folder::of(&flow);
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    let new = with_new(&table, "thanks", "1", NEW_MEDIA, "https://cdn.example.com/danke.wav");
    folder.write("p.csv", with_new(&new, "menu", "1", NEW_TEXT, "Press 1 to confirm."));
    let run = folder.run("prompts a.cxflow --apply p.csv").exits(0);
    run.err_has("p.csv:4: `thanks` has a new recording and keeps `lasts 2.5s`")
        .err_has("p.csv:3: `menu` loses @date")
        .err_has("a.cxflow: 2 prompts changed");
}

#[test]
fn a_table_of_another_flow_is_refused() {
    let folder = folder();
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    let new = with_new(&table, "thanks", "2", NEW_TEXT, "Bye.");
    folder.write("p.csv", new.replace("a.cxflow", "flows/b.cxflow"));
    folder
        .run("prompts a.cxflow --apply p.csv")
        .exits(2)
        .message_has("p.csv:2: the table is about flows/b.cxflow, which is no file of a.cxflow");
    assert_eq!(folder.read("a.cxflow"), FLOW);
    // The same file from a folder above, or at a revision.
    for name in ["flows/a.cxflow", "HEAD:flows/a.cxflow"] {
        folder.write("a.cxflow", FLOW);
        folder.write("p.csv", new.replace("a.cxflow", name));
        folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("1 prompt changed");
    }
}

#[test]
fn rows_are_named_by_their_lines() {
    let folder = folder();
    let cells = [
        "node,step,text,new_text,note",
        "thanks,2,\"See you, \"\"soon\"\".\",,\"two",
        "lines\"",
        "mneu,1,a,b,",
        "",
        "nmeu,1,a,b,",
    ];
    for line_break in ["\n", "\r\n"] {
        folder.write("p.csv", cells.join(line_break));
        let run = folder.run("prompts a.cxflow --apply p.csv").exits(1);
        run.err_has("p.csv:4: row 3: there is no node `mneu`")
            .err_has("p.csv:6: row 5: there is no node `nmeu`");
    }
    let cells = ["node,step,text,new_text", "mneu,1,a,b", "nmeu,1,a,b"];
    for line_break in ["\n", "\r\n", "\r"] {
        folder.write("p.csv", cells.join(line_break));
        let run = folder.run("prompts a.cxflow --apply p.csv").exits(1);
        run.err_has("p.csv:2: there is no node `mneu`").err_has("p.csv:3: there is no node `nmeu`");
    }
}

#[test]
fn a_malformed_table_is_refused() {
    let folder = folder();
    for (table, what) in [
        ("", "the first row has to name the columns"),
        ("node,step\nmenu,1\n", "the first row has to name the columns"),
        ("node,step,text,new_text\nmenu,one,a,b\n", "p.csv:2: the step is not a number"),
        ("PK\u{3}\u{4}", "it is a workbook"),
    ] {
        folder.write("p.csv", table);
        folder.run("prompts a.cxflow --apply p.csv").exits(2).message_has(what);
    }
    std::fs::write(folder.path("p.csv"), b"node,step,text,new_text\nmenu,1,a,\xFC\n").unwrap();
    folder.run("prompts a.cxflow --apply p.csv").exits(2).message_has("it is not UTF-8");
    folder
        .run("prompts a.cxflow --apply nowhere.csv")
        .exits(2)
        .message_has("cannot read nowhere.csv: there is no such file");
    folder.write("tables/x", "");
    folder.run("prompts a.cxflow --apply tables").exits(2).message_has("cannot read tables: it is a folder");
    folder.command("prompts - --apply p.csv").input(FLOW).run().exits(2).message_has("cannot be changed");
}

#[test]
fn cells_never_hold_formulas() {
    for words in ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "''a", "\\t=1"] {
        let folder = Folder::of(&FLOW.replace("See you, \\\"soon\\\".", words));
        let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
        let cell = &records(&table).pop().unwrap()[10];
        assert!(cell.starts_with('\''), "{cell:?}");
        // The cell comes back as the text that it is.
        folder.write("p.csv", with_new(&table, "thanks", "2", NEW_TEXT, cell));
        folder.run("prompts a.cxflow --apply p.csv").exits(0);
        assert_eq!(folder.read("a.cxflow"), FLOW.replace("See you, \\\"soon\\\".", words));
    }
}

#[test]
fn words_of_an_included_file_are_changed_there_once() {
    let lib =
        "param who\nplay hello { say \"Hello.\" }\nplay named { say \"I am ${who}.\" }\nhello -> named\n";
    let flow = "flow \"A\"\ninclude \"lib.cxflow\" as a with who = \"Ann\"\ninclude \"lib.cxflow\" as b with who = \"Bob\"\n\
                entry start\ndisclosure start { say \"This is Lakeside.\" }\nstart -> a.hello\na.named -> b.hello\n\
                b.named -> bye\ndisconnect bye\n";
    let folder = Folder::of(flow).with("lib.cxflow", lib);
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    let new = with_new(&table, "a.hello", "1", NEW_TEXT, "Hi.");
    folder.write("p.csv", with_new(&new, "b.hello", "1", NEW_TEXT, "Hey."));
    folder.run("prompts a.cxflow --apply p.csv").exits(1).err_has("shares its text with another prompt");
    folder.write("p.csv", with_new(&new, "b.hello", "1", NEW_TEXT, "Hi."));
    folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("lib.cxflow: 1 prompt changed");
    assert_eq!(folder.read("lib.cxflow"), lib.replace("Hello.", "Hi."));
}

#[test]
fn sources_are_never_replaced_by_a_table() {
    let folder = folder();
    folder.run("prompts a.cxflow --format csv -o a.cxflow").exits(2);
    assert_eq!(folder.read("a.cxflow"), FLOW);
    folder.write("b.cxflow", FLOW.replace("agent desk", "agnt desk"));
    folder.run("prompts b.cxflow --format csv -o p.csv").exits(1).err_has("nothing is written");
    assert!(!folder.has("p.csv"));
}

#[test]
fn new_words_go_into_what_is_said_again() {
    let flow = FLOW.replace(
        "collect menu \"Press 1 to confirm, for ${day}.\" {",
        "collect menu \"Press 1 to confirm, for ${day}.\" retries 2 {\n  retry \"Sorry, press 1.\" media \"https://cdn.example.com/sorry.wav\"\n  silence ssml \"<speak>Press 1.</speak>\" prompt \"hello_1\"",
    );
    let folder = Folder::of(&flow);
    let table = folder.run("prompts a.cxflow --format csv").exits(0).out.clone();
    let of = |kind: &str| records(&table).into_iter().find(|row| row[4] == kind).unwrap();
    assert_eq!(of("retry")[8], "https://cdn.example.com/sorry.wav");
    assert_eq!((&*of("silence")[10], &*of("silence")[13]), ("Press 1.", "hello_1"));
    let with = |kind: &str, column: usize, words: &str| {
        let mut row = of(kind);
        row[column] = words.to_owned();
        let cell = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
        let rows = [records(&table)[0].clone(), row];
        rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n").collect::<String>()
    };
    folder.write("p.csv", with("retry", NEW_TEXT, "Leider falsch, für {day}: drücken Sie 1."));
    folder.run("prompts a.cxflow --apply p.csv").exits(0).err_has("a.cxflow: 1 prompt changed");
    assert_eq!(
        folder.read("a.cxflow"),
        flow.replace("Sorry, press 1.", "Leider falsch, für ${day}: drücken Sie 1.")
    );
    folder.write("a.cxflow", &flow);
    folder.write("p.csv", with("retry", NEW_MEDIA, "https://cdn.example.com/leider.wav"));
    folder.run("prompts a.cxflow --apply p.csv").exits(0);
    assert_eq!(folder.read("a.cxflow"), flow.replace("sorry.wav", "leider.wav"));
    folder.write("a.cxflow", &flow);
    folder.write("p.csv", with("silence", NEW_TEXT, "Hallo?"));
    folder.run("prompts a.cxflow --apply p.csv").exits(1).err_has("the text of `menu` has markup");
    folder.write("p.csv", with("silence", NEW_MEDIA, "https://cdn.example.com/hallo.wav"));
    folder
        .run("prompts a.cxflow --apply p.csv")
        .exits(1)
        .err_has("`silence` of step 1 of `menu` has no recording to replace");
    assert_eq!(folder.read("a.cxflow"), flow);
}
