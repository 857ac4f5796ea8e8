//! `test`: the tests that stand in flows.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::harness::*;

/// A flow with five nodes and four transitions.
const FLOW: &str = r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 for sales, 9 to stop" {
  on 1 -> sales
  on 9 -> stopped
  on timeout | invalid -> bye
}
agent sales "sales_queue"
disconnect stopped
disconnect bye
notice -> menu
"#;

const SALES: &str = "test \"sales\" on 1 -> notice -> menu -> sales\n";
const OPTING_OUT: &str = "test \"opting out\" on 9 -> stopped\n";
const SILENCE: &str = "test \"silence\" on timeout -> bye\n";
const WRONG: &str = "test \"a wrong one\" on timeout -> sales\n";
const STUCK: &str = "test \"a stuck one\" on 7 -> sales\n";

fn with(tests: &[&str]) -> String {
    tests.iter().fold(FLOW.to_owned(), |text, test| text + test)
}

#[test]
fn a_passing_test_run_prints_only_the_closing_line() {
    let folder = Folder::of(&with(&[SALES, OPTING_OUT, SILENCE]));
    folder
        .run("test a.cxflow")
        .exits(0)
        .out_is("")
        .err_is("a.cxflow: 3 tests pass; 5 of 5 nodes (100%) and 4 of 4 transitions (100%) covered\n");
    folder.run("test -q a.cxflow").exits(0).out_is("").err_is("");
}

#[test]
fn a_test_that_fails_is_a_finding_at_its_declaration_and_a_line() {
    let folder = Folder::of(&with(&[SALES, OPTING_OUT, SILENCE, WRONG, STUCK]));
    let run = folder.run("test a.cxflow --message-format short").exits(1);
    run.out_is("a.cxflow: failed: a wrong one\na.cxflow: failed: a stuck one\n").err_is(
        "a.cxflow:16:34: error[CX501 test-failed]: the test `a wrong one` fails: the call goes notice -> menu -> bye\n\
         a.cxflow:17:23: error[CX502 test-stuck]: the test `a stuck one` is stuck at `menu`, which does not take `7`\n\
         a.cxflow: 2 of 5 tests fail; 5 of 5 nodes (100%) and 4 of 4 transitions (100%) covered\n",
    );
}

/// What a test shows that fails nobody can build on.
#[test]
fn only_what_passes_covers_anything() {
    let folder = Folder::of(&with(&[SALES, WRONG]));
    folder
        .run("test a.cxflow --message-format short")
        .exits(1)
        .out_is(
            "a.cxflow: failed: a wrong one\n\
             a.cxflow: not covered: stopped\n\
             a.cxflow: not covered: bye\n",
        )
        .err_has("a.cxflow: 1 of 2 tests fails; 3 of 5 nodes (60%) and 2 of 4 transitions (50%) covered\n");
}

#[test]
fn uncovered_nodes_are_named_without_an_error() {
    let folder = Folder::of(&with(&[SALES, OPTING_OUT]));
    folder
        .run("test a.cxflow")
        .exits(0)
        .out_is("a.cxflow: not covered: bye\n")
        .err_is("a.cxflow: 2 tests pass; 4 of 5 nodes (80%) and 3 of 4 transitions (75%) covered\n");
}

#[test]
fn an_unreachable_node_is_an_error_and_no_test_runs() {
    let text = "flow \"A\"\nentry a\ndisclosure a { say \"Hello\"; -> b }\ndisconnect b\n\
                play lost { say \"x\"; -> b }\ntest \"it ends\" -> b\n";
    let folder = Folder::of(text);
    // An error, and no test is run.
    folder
        .run("test a.cxflow")
        .exits(1)
        .out_is("")
        .err_has("CX202")
        .err_has("a.cxflow: 1 error; no tests run\n");
}

#[test]
fn the_first_things_not_covered_are_named_and_the_rest_counted() {
    let mut text = String::from(
        "flow \"A\"\nentry a\ndisclosure a { say \"Hello\"; -> menu }\ncollect menu \"Choose\" {\n",
    );
    let mut nodes = String::new();
    for number in 100..130 {
        text.push_str(&format!("  on {number} -> n{number}\n  on {} -> bye\n", number + 100));
        nodes.push_str(&format!("disconnect n{number}\n"));
    }
    text.push_str("  on timeout | invalid -> bye\n}\ndisconnect bye\ntest \"silence\" on timeout -> bye\n");
    let folder = Folder::of(&(text + &nodes));
    let run = folder.run("test a.cxflow").exits(0);
    assert_eq!(run.out.lines().count(), 42, "{}", run.out);
    run.out_has("not covered: n119\na.cxflow: not covered: 10 more nodes\n")
        // What leads to a node that is not covered is not named beside the node.
        .out_has("not covered: menu on 219 -> bye\na.cxflow: not covered: 10 more transitions\n");
}

#[test]
fn too_little_coverage_fails_and_says_of_what() {
    let folder = Folder::of(&with(&[SALES, OPTING_OUT]));
    for enough in ["75", "75%", "0"] {
        folder.run(&format!("test a.cxflow --min-coverage {enough}")).exits(0);
    }
    folder
        .run("test a.cxflow --min-coverage 76")
        .exits(1)
        .out_has("a.cxflow: the coverage is too low: 76% of the transitions are required\n");
    folder
        .run("test a.cxflow --min-coverage 90")
        .exits(1)
        .out_has("a.cxflow: the coverage is too low: 90% of the nodes and transitions are required\n");
    let folder = Folder::of(&with(&[SALES, OPTING_OUT, SILENCE]));
    folder.run("test a.cxflow --min-coverage 100").exits(0).out_is("");
    for odd in ["101", "-1", "most", "99.5"] {
        folder
            .run(&format!("test a.cxflow --min-coverage={odd}"))
            .exits(2)
            .err_has("a whole number from 0 to 100");
    }
}

#[test]
fn a_flow_without_tests_says_so() {
    let folder = Folder::of(FLOW);
    folder.run("test a.cxflow").exits(0).out_is("").err_is("a.cxflow: no tests\n");
    folder.run("test a.cxflow --min-coverage 0").exits(0).out_is("");
    folder
        .run("test a.cxflow --min-coverage 1")
        .exits(1)
        .out_is("a.cxflow: there are no tests: 1% of the nodes and transitions are required\n");
}

#[test]
fn a_library_has_nothing_to_test() {
    let folder = Folder::of("let a = \"x\"\n");
    folder
        .run("test a.cxflow --allow unused")
        .exits(0)
        .out_is("")
        .err_is("a.cxflow: a library, nothing to test\n");
    let run = folder.run("test a.cxflow --min-coverage 90 --allow unused").exits(2);
    run.err_has("a.cxflow declares no flow, so there is nothing to cover");
}

#[test]
fn several_sources_come_in_the_order_given_and_the_worst_status_counts() {
    let folder = Folder::of(&with(&[SALES, OPTING_OUT, SILENCE]))
        .with("b.cxflow", with(&[WRONG]))
        .with("c.cxflow", FLOW);
    let run = folder.run("test c.cxflow b.cxflow a.cxflow --message-format short").exits(1);
    let closing: Vec<&str> = run.err.lines().filter(|line| !line.contains("CX")).collect();
    assert!(closing[0].starts_with("c.cxflow: no tests"), "{closing:?}");
    assert!(closing[1].starts_with("b.cxflow: 1 of 1 test fails; "), "{closing:?}");
    assert!(closing[2].starts_with("a.cxflow: 3 tests pass; "), "{closing:?}");
    folder
        .run("test a.cxflow nowhere.cxflow")
        .exits(2)
        .err_has("a.cxflow: 3 tests pass")
        .err_has("nowhere.cxflow");
}

#[test]
fn tests_run_with_the_settings_of_the_command() {
    let folder = Folder::of(
        "flow \"A\"\nentry a\nparam kind\ndisclosure a { say \"Hello\"; -> b }\n\
         node b type \"${kind}\" { action \"${kind}\" }\ntest \"it ends\" -> b\n",
    );
    folder.run("test a.cxflow --set kind=agent").exits(0).err_has("1 test passes; ");
    folder.run("test a.cxflow --set kind=play").exits(1).err_has("CX201");
    folder.run("test a.cxflow --set kind=agent --deny warnings").exits(0);
    folder.run("test a.cxflow --deny warnings").exits(1).err_has("CX110").err_has("no tests run");
}

#[test]
fn standard_input_and_revisions_are_sources_as_well() {
    let folder = Folder::of(&with(&[WRONG])).committed();
    folder.write("a.cxflow", with(&[SALES]));
    folder.run("test v1:a.cxflow").exits(1).out_has("v1:a.cxflow: failed: a wrong one\n");
    folder.command("test -").input(with(&[WRONG])).run().exits(1).out_has("<stdin>: failed: a wrong one\n");
}

#[test]
fn json_is_one_object_for_each_source() {
    let folder =
        Folder::of(&with(&[SALES, STUCK])).with("b.cxflow", BROKEN).with("c.cxflow", "let a = \"x\"\n");
    let run = folder.run("test --format json --min-coverage 90 a.cxflow b.cxflow c.cxflow").exits(1);
    let [a, b, c] = run.lines().try_into().unwrap();
    assert_eq!(a["file"], "a.cxflow");
    assert_eq!(a["flow"], "Reminder");
    assert_eq!((&a["status"], &a["passed"], &a["failed"]), (&"failed".into(), &1.into(), &1.into()));
    assert_eq!(
        a["tests"][0],
        serde_json::json!({"name": "sales", "file": "a.cxflow", "line": 13, "passed": true,
            "path": ["notice", "menu", "sales"], "code": null, "message": null, "help": null})
    );
    assert_eq!(a["tests"][1]["code"], "CX502");
    assert_eq!(a["tests"][1]["path"], serde_json::json!(["notice", "menu"]));
    assert_eq!(
        a["coverage"]["transitions"],
        serde_json::json!({"covered": 2, "reachable": 4, "percent": 50, "uncovered_left_out": 0,
            "uncovered": ["menu on 9 -> stopped", "menu on timeout | invalid -> bye"]})
    );
    assert_eq!(a["coverage"]["nodes"]["uncovered"], serde_json::json!(["stopped", "bye"]));
    assert_eq!(a["below_min_coverage"], serde_json::json!(["nodes", "transitions"]));
    assert_eq!(
        (&b["status"], &b["coverage"], &b["tests"]),
        (&"errors".into(), &().into(), &serde_json::json!([]))
    );
    assert_eq!(c["status"], "library");
    // The findings are not among the results.
    folder.run("test --format json --message-format json a.cxflow").exits(1).err_has("{\"code\":\"CX502\"");
    folder.run("test -q --format json a.cxflow --message-format sarif").err_has("\"CX502\"").lines();
    let folder = Folder::of(FLOW);
    assert_eq!(folder.run("test --format json a.cxflow").exits(0).json()["status"], "no_tests");
}

/// An element: its name, its attributes in order and the text in it.
type Element = (String, Vec<(String, String)>, String);

/// The document's elements.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let mut elements: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().unwrap();
        let closed = matches!(event, Event::Empty(_));
        match event {
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name().as_ref().to_owned();
                let attribute = |one: quick_xml::events::attributes::Attribute<'_>| {
                    let key = one.key.as_ref().to_owned();
                    (key, quick_xml::escape::unescape(&one.value).unwrap().into_owned())
                };
                let attributes = start.attributes().map(|one| attribute(one.unwrap())).collect();
                elements.push((name, attributes, String::new()));
                if !closed {
                    open.push(elements.len() - 1);
                }
            }
            Event::Text(text) => {
                if let Some(&at) = open.last() {
                    elements[at].2.push_str(&text);
                }
            }
            Event::GeneralRef(entity) => {
                let written = format!("&{};", &*entity);
                elements[*open.last().unwrap()].2.push_str(&quick_xml::escape::unescape(&written).unwrap());
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    elements
}

fn attribute<'a>(element: &'a Element, name: &str) -> &'a str {
    element.1.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

#[test]
fn junit_is_one_document_with_a_suite_for_each_source() {
    let odd = "test \"<&> \\\" ' ]]> \\u{7} \\u{1F600} Grüße\" on timeout -> sales\n";
    let folder =
        Folder::of(&with(&[SALES, odd])).with("b.cxflow", BROKEN).with("c.cxflow", "let a = \"x\"\n");
    let run = folder.run("test --format junit --min-coverage 90 a.cxflow b.cxflow c.cxflow").exits(1);
    assert!(run.out.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "), "{}", run.out);
    assert!(!run.out.contains('\u{7}'));
    let elements = elements(&run.out);
    let names: Vec<&str> = elements.iter().map(|one| one.0.as_str()).collect();
    assert_eq!(
        names,
        [
            "testsuites",
            "testsuite",
            "properties",
            "property",
            "property",
            "testcase",
            "testcase",
            "failure",
            "testcase",
            "failure",
            "testsuite",
            "testcase",
            "error",
            "testsuite"
        ]
    );
    let counts = |at: usize| ["tests", "failures", "errors"].map(|name| attribute(&elements[at], name));
    assert_eq!(counts(0), ["4", "2", "1"]);
    assert_eq!((attribute(&elements[1], "name"), counts(1)), ("a.cxflow", ["3", "2", "0"]));
    assert_eq!((attribute(&elements[3], "name"), attribute(&elements[3], "value")), ("coverage.nodes", "60"));
    let case = |at: usize| ["name", "classname", "file", "line"].map(|name| attribute(&elements[at], name));
    assert_eq!(case(5), ["sales", "Reminder", "a.cxflow", "13"]);
    assert_eq!(case(6)[0], "<&> \" ' ]]> \\u{7} 😀 Grüße");
    assert_eq!(attribute(&elements[7], "type"), "CX501 test-failed");
    assert!(attribute(&elements[7], "message").ends_with("fails: the call goes notice -> menu -> bye"));
    assert!(elements[7].2.contains("help: if the call should go that way"), "{}", elements[7].2);
    assert!(attribute(&elements[9], "message").contains("less than 90% of the nodes and transitions"));
    assert_eq!((attribute(&elements[10], "name"), counts(10)), ("b.cxflow", ["1", "0", "1"]));
    assert!(elements[12].2.starts_with("b.cxflow:6:11: error[CX103 unknown-node]"), "{}", elements[12].2);
    assert_eq!(counts(13), ["0", "0", "0"]);
}

#[test]
fn a_name_with_control_characters_moves_no_cursor() {
    let folder = Folder::of(&with(&["test \"a\\n\\u{1b}[2Jb\" on timeout -> sales\n"]));
    let run = folder.run("test a.cxflow").exits(1);
    assert!(!run.out.contains('\u{1b}') && !run.err.contains("\u{1b}[2J"), "{run:?}");
    assert_eq!(run.out.lines().next(), Some("a.cxflow: failed: a\\n\\u{1b}[2Jb"));
    // Without them two names could be the same.
    let run = folder.run("test --format junit a.cxflow").exits(1);
    assert!(run.out.contains("\\u{1b}[2Jb") && !run.out.contains('\u{1b}'), "{run:?}");
}

#[test]
fn invalid_names_and_times_are_refused() {
    let folder = Folder::new();
    folder.run("new -").exits(2).err_has("- is not a name for a flow");
    assert!(!folder.has("-.cxflow"));
    folder.run("emulate --token-life 0s").exits(2).err_has("the time must be more than zero");
}
