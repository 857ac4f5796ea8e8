//! The calls that a report lists, and what is known on them.

use std::collections::BTreeSet;

use super::*;

#[test]
fn tests_are_run_and_counted() {
    let (report, page) = report(FLOW, DAY);
    assert_eq!(report["tests"]["tests"][0]["passed"], true);
    assert_eq!(report["tests"]["tests"][1]["passed"], false);
    assert!(page.contains("1 test passed, 1 failed. Those that passed cover 3 of 5 nodes"), "{page}");
}

/// The transitions that the paths of a report take, as `from on event -> to`.
fn taken(report: &Value) -> BTreeSet<String> {
    let mut taken = BTreeSet::new();
    for path in report["sheet"]["paths"].as_array().unwrap() {
        for pair in path["steps"].as_array().unwrap().windows(2) {
            taken.insert(format!("{} on {} -> {}", pair[0]["node"], pair[0]["then"], pair[1]["node"]));
        }
    }
    taken
}

#[test]
fn few_paths_are_all_listed() {
    let (report, _) = report(FLOW, DAY);
    let sheet = &report["sheet"];
    assert_eq!((&sheet["is_whole"], sheet["paths"].as_array().unwrap().len()), (&Value::from(true), 3));
    assert_eq!(taken(&report).len(), 5);
}

#[test]
fn of_many_paths_some_take_every_transition() {
    // 3^8 paths through 8 menus.
    let mut flow =
        "flow \"A\"\nentry n0\ndisclosure n0 { say \"Hello.\" }\nn0 -> m0\ndisconnect m8\n".to_owned();
    for number in 0..8 {
        let next = number + 1;
        flow.push_str(&format!(
            "collect m{number} \"Press 1 or 2.\" {{ on 1 -> m{next}; on 2 -> p{number}; on timeout | invalid -> q{number} }}\n\
             play p{number} {{ say \"One.\"; -> m{next} }}\nplay q{number} {{ say \"Two.\"; -> m{next} }}\n"
        ));
    }
    let (report, page) = report(&flow, DAY);
    let sheet = &report["sheet"];
    assert_eq!((&sheet["is_whole"], &sheet["transitions_left_out"]), (&Value::from(false), &Value::from(0)));
    assert_eq!(report["identity"]["paths"], "6561");
    assert_eq!(taken(&report).len(), 1 + 8 * 5);
    assert!(page.contains("that together take every transition"));
}

#[test]
fn calls_in_a_cycle_have_paths_too() {
    let flow = FLOW.replace("stopped -> bye", "stopped -> menu");
    let compiled = compiled(&flow, DAY);
    let report = serde_json::to_value(Report::of(&compiled, &options(DAY))).unwrap();
    assert_eq!(report["sheet"]["is_whole"], false);
    assert_eq!(taken(&report).len(), 5);
}

#[test]
fn a_list_that_would_be_too_long_says_what_is_left_out() {
    let mut flow = "flow \"A\"\nentry m0\ndisconnect bye\n".to_owned();
    for number in 0..1000 {
        let next = if number == 999 { "bye".to_owned() } else { format!("m{}", number + 1) };
        flow.push_str(&format!(
            "collect m{number} \"Press 1.\" {{ on 1 -> {next}; on timeout | invalid -> bye }}\n"
        ));
    }
    let (report, page) = report(&flow, DAY);
    let left_out = report["sheet"]["transitions_left_out"].as_u64().unwrap();
    assert_eq!(taken(&report).len() as u64 + left_out, 2000);
    assert!(left_out > 0 && page.contains(&format!("{left_out} transitions left out")));
}

/// A declared kind whose plain arrow leads back is looked at in the copies that `again` makes, too.
#[test]
fn a_declared_kind_on_a_bounded_cycle_has_a_report() {
    let flow = r#"flow "Retry"
entry notice
disclosure notice { say "This is Lakeside."; -> find }
kind look type "web" {
  outcome found, missing
}
look find { on found -> find again 2 else bye; -> find again 1 else desk }
agent desk "front_desk"
disconnect bye
"#;
    let (json, page) = report(flow, DAY);
    assert!(json.to_string().contains("find"), "{json}");
    assert!(page.contains("find"));
}

#[test]
fn hours_and_values_are_in_the_report() {
    let flow = r##"flow "Payments"
entry now
var account
var balance
hours desk_hours in "America/New_York" { mon..fri 9:00..12:00, 13:00..17:00; sat 10:00..13:00; closed 2026-12-25; open 2026-12-24 9:00..12:00 }
kind lookup type "web_service" {
  with url: url
  sets balance on found
  outcome found, failed
}
decide now { when open desk_hours -> ask; else -> bye }
collect ask "Your account number, then pound." digits 6..10 end "#" into account { on entered -> find; on timeout | invalid -> bye }
lookup find with url = "https://crm.example.com/a" { on found -> owed; on failed -> bye }
play owed { say "Account ${account}: you owe ${balance}."; -> bye }
disconnect bye
"##;
    let (json, page) = report(flow, DAY);
    assert_eq!(
        json["hours"],
        serde_json::json!([{
            "name": "desk_hours",
            "zone": "America/New_York",
            "week": ["mon..fri 9:00..12:00, 13:00..17:00", "sat 10:00..13:00", "sun closed"],
            "days": ["2026-12-24 9:00..12:00", "2026-12-25 closed"],
            "place": { "file": "a.cxflow", "line": 5 },
        }])
    );
    let does = |node: &str| {
        let values = json["values"].as_array().unwrap();
        values.iter().find(|value| value["node"] == node).map(|value| value["does"].clone())
    };
    assert_eq!(does("ask"), Some(serde_json::json!(["digits 6..10 end \"#\" into account"])));
    assert_eq!(
        does("find"),
        Some(serde_json::json!([
            "action \"web_service\" with url = \"https://crm.example.com/a\"",
            "sets balance on found"
        ]))
    );
    assert_eq!(does("owed"), None);
    for (id, words) in [("hours", "sat 10:00..13:00"), ("values", "sets balance on found")] {
        assert!(section(&page, id).contains(words), "{words} is not in {}", section(&page, id));
    }
    let (json, page) = report(FLOW, DAY);
    assert_eq!((&json["hours"], &json["values"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert!(section(&page, "hours").contains("The flow asks for none."));
}

#[test]
fn paths_are_counted_by_what_calls_are_reported_as() {
    let flow = r#"flow "Stop"
entry notice
/// The party asked for it.
dispositions OPT_OUT, HEARD
disclosure notice { say "This is Lakeside." }
collect menu "To stop, press 9." {
  on 9 -> stopped
  on timeout | invalid -> bye
}
disconnect stopped disposition OPT_OUT
disconnect bye
notice -> menu
notice -> bye on failed disposition HEARD
"#;
    let (report, page) = report(flow, date(2026, 11, 29));
    assert_eq!(
        report["dispositions"],
        serde_json::json!([
            {"disposition": "OPT_OUT", "meaning": ["The party asked for it."], "paths": "1", "given": ["stopped"]},
            {"disposition": "HEARD", "meaning": ["The party asked for it."], "paths": "1", "given": ["notice on failed -> bye"]},
            {"disposition": null, "meaning": [], "paths": "1", "given": []},
        ])
    );
    let reported = |at: usize| report["sheet"]["paths"][at]["disposition"].clone();
    let all: Vec<Value> = (0..3).map(reported).collect();
    assert!(all.contains(&"OPT_OUT".into()) && all.contains(&"HEARD".into()) && all.contains(&Value::Null));
    let section = section(&page, "dispositions");
    for word in ["OPT_OUT", "HEARD", "none", "stopped", "The party asked for it."] {
        assert!(section.contains(word), "{word}: {section}");
    }
    assert!(page.contains(", reported as OPT_OUT"), "{page}");
}
