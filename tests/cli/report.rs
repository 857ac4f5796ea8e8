//! `report`: where reports come from, where they go, and what is said meanwhile.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::harness::*;

const CALL: &str = r#"flow "Call"
entry notice
param queue = "sales"
fact consent = "express"
disclosure notice "https://cdn.example.com/notice.wav" @identity
collect menu "Press 1" {
  on 1 -> desk
  on timeout | invalid -> bye
}
agent desk "${queue}"
disconnect bye
notice -> menu
policy house "House rules" {
  expects fact consent "who agreed"
  expects fact contract "which contract"
  expects @identity "who calls"
  /// Source: House book 4; in-force, as of 2026-01.
  /// Evidence: from memory, to be checked.
  identity: require @identity before agent
  signed: require fact contract = "yes" when consent = "express"
  keep: oblige "keep the recordings for two years"
}
waive house/signed because "the contract comes in May" by "k.roe" until 2026-12-31
apply house
test "a desk" on 1 -> menu -> desk
"#;

const DAY: &str = "--as-of 2026-11-29";

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_name_of_the_output_decides_its_format() {
    let folder = Folder::of(CALL);
    for (name, begins) in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.HTM", "<!DOCTYPE html>"),
        ("calls.csv", "\u{FEFF}path,events,node,kind,step,seconds_least,seconds_most,media,text,then,next"),
        ("a.json", "{\n  \"identity\": {"),
    ] {
        folder.run(&format!("report a.cxflow {DAY} -o {name}")).exits(0).out_is("");
        assert!(folder.read(name).starts_with(begins), "{name}: {}", folder.read(name));
    }
    folder.run(&format!("report a.cxflow {DAY}")).exits(0).out_has("<!DOCTYPE html>");
    folder.run(&format!("report a.cxflow {DAY} --format json -o a.html")).exits(0);
    assert!(folder.read("a.html").starts_with('{'));
}

#[test]
fn a_name_that_says_no_format_is_refused() {
    let folder = Folder::of(CALL);
    for name in ["a.pdf", "report"] {
        folder
            .run(&format!("report a.cxflow -o {name}"))
            .exits(2)
            .err_has(&format!("the name {name} does not say which format the report has"))
            .err_has("`html`, `csv` or `json`");
        assert!(!folder.has(name));
    }
    folder
        .run("report a.cxflow -o a.pdf")
        .exits(2)
        .err_has("; a browser prints the `html` page, or saves it as PDF");
    folder.run("report a.cxflow -o a.cxflow --format html").exits(2);
    assert_eq!(folder.read("a.cxflow"), CALL, "a source is not replaced");
}

#[test]
fn the_hashes_are_those_of_the_files_and_of_what_build_writes() {
    let folder = Folder::of(CALL);
    for options in ["", " --set queue=desk"] {
        let report = folder.run(&format!("report a.cxflow {DAY} --format json{options}")).exits(0).json();
        let identity = &report["identity"];
        assert_eq!(identity["files"][0]["sha256"], hash(CALL.as_bytes()));
        folder.run(&format!("build a.cxflow {DAY} -o a.json{options}")).exits(0);
        assert_eq!(identity["payload_sha256"], hash(folder.read("a.json").as_bytes()), "{options}");
    }
    let report = folder.run(&format!("report a.cxflow {DAY} --format json --policy us_tsr")).json();
    let files = report["identity"]["files"].as_array().unwrap();
    let bundled = files.iter().find(|file| file["name"] == "bundled/us_tsr.cxflow").unwrap();
    let shown = folder.run("policy show us_tsr --source").exits(0);
    assert_eq!(bundled["sha256"], hash(shown.out.as_bytes()));
}

#[test]
fn what_is_set_from_outside_is_in_the_report() {
    let folder = Folder::of(CALL).with("cxflow.toml", "[env.prod.params]\nqueue = \"night_desk\"\n");
    let report = folder.run(&format!("report a.cxflow {DAY} --format json --env prod")).exits(0).json();
    assert_eq!(report["identity"]["environment"], "prod");
    assert_eq!(report["identity"]["as_of"], "2026-11-29");
    assert_eq!(report["identity"]["params"]["queue"], "night_desk");
    folder.run(&format!("report a.cxflow {DAY} --env prod")).exits(0).out_has("night_desk");
    folder.run(&format!("report a.cxflow {DAY}")).exits(0).lacks("night_desk");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = Folder::of(CALL);
    for name in ["a.html", "a.csv", "a.json"] {
        folder.run(&format!("report a.cxflow {DAY} -o {name}")).exits(0);
        let first = folder.read(name);
        folder.run(&format!("report a.cxflow {DAY} -o {name}")).exits(0);
        assert!(first == folder.read(name), "{name}");
    }
}

#[test]
fn a_flow_that_cannot_be_built_is_reported_on_and_cannot_be_signed() {
    for (flow, said) in [
        (CALL.replace("-> desk\n  on", "-> dsk\n  on"), "CX103"),
        // A payload needs every param.
        (CALL.replace("param queue = \"sales\"", "param queue"), "queue"),
        (String::new(), "CX"),
    ] {
        let folder = Folder::of(&flow);
        folder.run(&format!("report a.cxflow {DAY} -o a.html")).exits(1).err_has(said);
        let page = folder.read("a.html");
        assert!(page.contains("This cannot be signed"), "{flow}");
        let report = folder.run(&format!("report a.cxflow {DAY} --format json")).exits(1);
        let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
        assert_eq!(report["identity"]["complete"], false);
        assert!(report["identity"]["payload_sha256"].is_null(), "{flow}");
    }
}

#[test]
fn errors_that_count_as_warnings_and_warnings_that_are_silenced_are_named() {
    let broken = CALL.replace(" @identity\n", "\n");
    let folder = Folder::of(&broken);
    let run = folder.run(&format!("report a.cxflow {DAY} --as-is")).exits(0);
    run.out_has("1 rule is broken, and only --as-is lets that pass.");
    let folder = Folder::of(&format!("{CALL}let unused_one = \"x\"\n"));
    let report = folder.run(&format!("report a.cxflow {DAY} --format json --allow unused")).exits(0).json();
    let silenced = report["silenced"].as_array().unwrap();
    assert!(
        silenced.iter().any(|one| one["message"].as_str().unwrap().contains("unused_one")),
        "{silenced:?}"
    );
    folder.run(&format!("report a.cxflow {DAY} --allow unused")).exits(0).out_has("unused_one");
}

#[test]
fn a_library_has_no_calls_to_report_on() {
    let folder = Folder::of("disconnect bye\n");
    let page = folder.run(&format!("report a.cxflow {DAY}"));
    page.out_has("This cannot be signed");
}

#[test]
fn the_table_has_every_path_and_no_formula() {
    let flow = CALL.replace("\"Press 1\"", "\"=HYPERLINK(1)\"").replace(
        "notice -> menu",
        "play extra {\n  say \"@one, two\"\n  say \"three\" lasts 2s\n}\nnotice -> extra\nextra -> menu",
    );
    let run = Folder::of(&flow).run(&format!("report a.cxflow {DAY} --format csv"));
    let table: Vec<&str> = run.out.lines().collect();
    assert_eq!(table.len(), 1 + 5 + 5, "{}", run.out);
    assert_eq!(table[1], "1,1,notice,disclosure,1,,,https://cdn.example.com/notice.wav,,,extra");
    assert!(
        table[2].starts_with("1,,extra,play,1,") && table[2].ends_with(",,\"'@one, two\",,"),
        "{}",
        table[2]
    );
    assert_eq!(table[3], "1,,extra,play,2,2.0,2.0,,three,,menu");
    assert!(table[4].ends_with(",,'=HYPERLINK(1),1,desk"), "{}", table[4]);
    assert_eq!(table[5], "1,,desk,agent,,,,,,,");
    assert!(table[6].starts_with("2,timeout | invalid,notice,"), "{}", table[6]);
    assert_eq!(table[10], "2,,bye,disconnect,,,,,,,");
}

#[test]
fn the_table_says_what_the_calls_of_a_path_are_reported_as() {
    let flow = CALL.replace(
        "agent desk \"${queue}\"",
        "dispositions TALKED\nagent desk \"${queue}\" disposition TALKED",
    );
    let run = Folder::of(&flow).run(&format!("report a.cxflow {DAY} --format csv"));
    let table: Vec<&str> = run.out.lines().collect();
    assert_eq!(
        table[0],
        "path,events,disposition,node,kind,step,seconds_least,seconds_most,media,text,then,next"
    );
    assert!(table[1].starts_with("1,1,TALKED,notice,disclosure,1,"), "{}", table[1]);
    assert!(table[2].starts_with("1,,,menu,collect,"), "{}", table[2]);
    // An end that nothing reports.
    let second = table.iter().find(|row| row.starts_with("2,timeout")).unwrap();
    assert!(second.starts_with("2,timeout | invalid,,notice,"), "{second}");
}

#[test]
fn hostile_texts_are_text() {
    let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\\\"'";
    let flow = CALL
        .replace("flow \"Call\"", &format!("flow \"{hostile}\""))
        .replace("Press 1", hostile)
        .replace("House book 4", "</td><script>alert(3)</script>")
        .replace("House rules", hostile)
        .replace("k.roe", hostile)
        .replace("comes in May", hostile)
        .replace("keep the", hostile);
    let run = Folder::of(&flow).run(&format!("report a.cxflow {DAY}"));
    for markup in ["<script>alert", "<img", "</td><script"] {
        assert!(!run.out.contains(markup), "{markup}");
    }
    run.exits(0).out_has("&lt;img src=x onerror=alert(2)&gt;");
}

#[test]
fn a_report_takes_in_every_example() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    for name in ["campaign", "card_payment", "checkup", "clinic_two_languages", "debt_collection", "survey"] {
        let file = examples.join(format!("{name}.cxflow"));
        let run = Folder::new().command("report --as-of 2026-11-29 --format json").arg(&file).run().exits(0);
        let report = run.json();
        assert_eq!(report["identity"]["complete"], true, "{name}");
        assert!(!report["sheet"]["paths"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn names_in_messages_are_marked_and_what_is_heard_stays_as_it_is() {
    let flow = CALL.replace("Press 1", "Press `1`").replace("on 1 -> desk", "on 1 -> dsk");
    let run = Folder::of(&flow).run(&format!("report a.cxflow {DAY}")).exits(1);
    let findings =
        run.out.split_once("<section id=\"findings\"").unwrap().1.split_once("</section>").unwrap().0;
    assert!(findings.contains("<code dir=\"auto\">dsk</code>") && !findings.contains('`'), "{findings}");
    run.out_has("<p dir=\"auto\">Press `1`</p>");
}

#[test]
fn a_secret_that_is_a_word_of_the_page_changes_neither_its_script_nor_its_style() {
    let part = |page: &str, name: &str| {
        let (begins, ends) = (format!("<{name}>"), format!("</{name}>"));
        let whole = page.split_once(&begins).unwrap().1.split_once(&ends).unwrap().0;
        // The foot of each printed page says what the report is about.
        whole.split("@page{@bottom-left").next().unwrap().to_owned()
    };
    for secret in ["getBoundingClientRect", "replaceChildren", "prefers-color-scheme", "text-size-adjust"] {
        let folder = Folder::of(&CALL.replace("Press 1", &format!("Press {secret} 1")));
        let report = format!("report a.cxflow {DAY}");
        let open = folder.run(&report).exits(0);
        assert!(open.out.contains(&format!("Press {secret} 1")));
        let hidden = folder.command(&report).env("CXONE_CLIENT_SECRET", secret).run().exits(1);
        let to_file = folder.command(&format!("{report} -o a.html")).env("CXONE_CLIENT_SECRET", secret);
        to_file.run().exits(1);
        assert_eq!(folder.read("a.html"), hidden.out);
        assert!(
            hidden.out.contains("Press *") && !hidden.out.contains(&format!("Press {secret}")),
            "{secret}"
        );
        for name in ["script", "style"] {
            assert_eq!(part(&hidden.out, name), part(&open.out, name), "{secret}");
        }
        for format in ["csv", "json"] {
            let table = format!("{report} --format {format}");
            let hidden = folder.command(&table).env("CXONE_CLIENT_SECRET", secret).run();
            assert!(hidden.out.contains("Press *") && !hidden.out.contains(&format!("Press {secret}")));
        }
    }
}
