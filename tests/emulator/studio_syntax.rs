//! The syntax check: each mistake in a script that is otherwise right.

use serde_json::{Value, json};

use super::studio_support::*;

type Case = (fn(&mut Value), &'static [&'static str], &'static [&'static str]);

fn remove(value: &mut Value, name: &str) {
    value.as_object_mut().unwrap().shift_remove(name).unwrap();
}

async fn judged(cases: &[Case]) {
    let tenant = Tenant::quick().await;
    assert_eq!(tenant.findings(&script("Reminder")).await, (200, vec![], vec![]));
    for (number, (change, errors, warnings)) in cases.iter().enumerate() {
        let mut changed = script("Reminder");
        change(&mut changed);
        let status = match (errors.is_empty(), warnings.is_empty()) {
            (false, _) => 409,
            (true, false) => 206,
            (true, true) => 200,
        };
        let (found, found_errors, found_warnings) = tenant.findings(&changed).await;
        assert_eq!(found_errors, *errors, "case {number}");
        assert_eq!(found_warnings, *warnings, "case {number}");
        assert_eq!(found, status, "case {number}");
    }
}

#[tokio::test]
async fn fields_of_actions() {
    judged(&[
        (|script| script["actions"]["2"]["actionId"] = json!(9), &["2 action-id-mismatch"], &[]),
        (|script| remove(&mut script["actions"]["2"], "xws"), &["2 action-xws-invalid"], &[]),
        (|script| script["actions"]["2"]["yws"] = json!(1.5), &["2 action-yws-invalid"], &[]),
        (|script| remove(&mut script["actions"]["2"], "label"), &["2 action-label-invalid"], &[]),
        (|script| script["actions"]["2"]["version"] = json!("1"), &["2 action-version-invalid"], &[]),
        (|script| script["actions"]["2"]["implType"] = json!(0), &[], &[]),
        (|script| script["actions"]["2"]["name"] = json!("SAY"), &["2 action-name-mismatch"], &[]),
        (
            |script| script["actions"]["6"]["libraryId"] = json!("00000000-0000-0000-0000-000000000000"),
            &["6 action-unknown"],
            &[],
        ),
        (
            |script| script["actions"]["5"] = json!("MUSIC"),
            &[
                "5 action-id-mismatch",
                "5 action-libraryId-invalid",
                "5 action-name-invalid",
                "5 action-version-invalid",
                "5 action-label-invalid",
                "5 action-dependencyOrder-invalid",
                "5 action-implType-invalid",
                "5 action-x-invalid",
                "5 action-y-invalid",
                "5 action-xws-invalid",
                "5 action-yws-invalid",
            ],
            &[],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_script_has_one_begin() {
    judged(&[
        (
            |script| {
                script["actions"]["7"] = action(7, "BEGIN");
                script["properties"]["7"] = script["properties"]["1"].clone();
                script["branches"]["7"] = json!([to(6, "", "default", 0)]);
            },
            &["7 begin-duplicate"],
            &[],
        ),
        (
            |script| {
                remove(&mut script["actions"], "1");
                remove(&mut script["properties"], "1");
                remove(&mut script["branches"], "1");
            },
            &["0 begin-missing"],
            &[],
        ),
    ])
    .await;
}

#[tokio::test]
async fn properties_of_actions() {
    judged(&[
        (|script| remove(&mut script["properties"]["1"], "3"), &[], &[]),
        (|script| remove(&mut script["properties"], "6"), &[], &[]),
        (|script| remove(&mut script["properties"], "2"), &["2 properties-missing"], &[]),
        (|script| remove(&mut script["properties"]["3"], "7"), &["3 properties-number"], &[]),
        (|script| script["properties"]["6"] = properties(&[("Reason", "")]), &["6 properties-number"], &[]),
        (|script| script["properties"]["2"]["1"]["name"] = json!("Text"), &["2 properties-order"], &[]),
        (
            |script| {
                let both = &mut script["properties"]["2"];
                let first = both["1"].take();
                both["1"] = both["2"].take();
                both["2"] = first;
            },
            &["2 properties-order"],
            &[],
        ),
        (|script| remove(&mut script["properties"]["2"], "0"), &["2 properties-position"], &[]),
        (|script| remove(&mut script["properties"]["2"]["1"], "value"), &["2 property-malformed"], &[]),
        (|script| script["properties"]["2"]["1"]["value"] = json!({}), &["2 property-Phrase-invalid"], &[]),
        (|script| script["properties"]["2"] = json!([]), &["2 properties-malformed"], &[]),
        (|script| script["properties"]["9"] = json!({}), &["9 properties-of-no-action"], &[]),
        (|script| script["properties"]["4"] = reqagent(""), &["4 property-Skill-invalid"], &[]),
        (|script| script["properties"]["4"] = reqagent("Nobody"), &[], &["4 skill-not-found"]),
        (
            |script| {
                let more = ["SuppressSilence", "TTSVolume", "TTSRate", "TTSVoice"];
                for (name, position) in more.iter().zip(4..) {
                    script["properties"]["2"][position.to_string()] = json!({ "name": name, "value": "" });
                }
            },
            &[],
            &[],
        ),
    ])
    .await;
}

#[tokio::test]
async fn sequences() {
    judged(&[
        (|script| script["properties"]["2"] = play(""), &[], &[]),
        (|script| script["properties"]["2"] = play("{welcome}"), &[], &[]),
        (|script| script["properties"]["2"] = play(r#""${welcome}""#), &[], &[]),
        (|script| script["properties"]["2"] = play(r#""$12.50""#), &[], &[]),
        (|script| script["properties"]["2"] = play(r#""%Hello.""greeting.wav""#), &[], &[]),
        (|script| script["properties"]["2"] = play(r#""Prompts\menu.wav""#), &[], &[]),
        (|script| script["properties"]["2"] = play(r#""none.wav""#), &[], &["2 prompt-not-found"]),
        (|script| script["properties"]["2"] = play("%Hello."), &["2 sequence-malformed"], &[]),
        (|script| script["properties"]["2"] = play(r#""%Hello."#), &["2 sequence-malformed"], &[]),
        (|script| script["properties"]["2"] = play(r#""%Hello." and"#), &["2 sequence-malformed"], &[]),
        (|script| script["properties"]["2"] = play(r#""%""#), &["2 sequence-segment-empty"], &[]),
        (|script| script["properties"]["2"] = play(r#""""#), &["2 sequence-segment-empty"], &[]),
        (|script| script["properties"]["2"] = play(&format!("\"%{}\"", "ä".repeat(300))), &[], &[]),
        (
            |script| script["properties"]["2"] = play(&format!("\"%{}\"", "a".repeat(301))),
            &["2 sequence-segment-too-long"],
            &[],
        ),
        (|script| script["properties"]["2"]["0"]["value"] = json!(7), &["2 sequence-malformed"], &[]),
    ])
    .await;
}

#[tokio::test]
async fn branches_of_actions() {
    judged(&[
        (|script| script["branches"]["3"][0]["to"] = json!(9), &["3 branch-target-missing"], &[]),
        (|script| script["branches"]["3"][0]["to"] = json!("3"), &["3 branch-target-missing"], &[]),
        (|script| script["branches"]["3"][0]["label"] = json!("x"), &["3 branch-default-labelled"], &[]),
        (
            |script| script["branches"]["3"].as_array_mut().unwrap().push(to(6, "", "default", 3)),
            &["3 branch-default-duplicate"],
            &[],
        ),
        (
            |script| script["branches"]["3"].as_array_mut().unwrap().push(to(6, "1", "case", 3)),
            &["3 branch-case-duplicate"],
            &[],
        ),
        (|script| script["branches"]["3"][1]["label"] = json!(""), &["3 branch-case-unlabelled"], &[]),
        (|script| script["branches"]["3"][2]["label"] = json!("Busy"), &["3 branch-unknown"], &[]),
        (|script| script["branches"]["3"][2]["index"] = json!(1), &["3 branch-index"], &[]),
        (|script| script["branches"]["3"][2]["type"] = json!("named"), &["3 branch-type-unknown"], &[]),
        (|script| remove(&mut script["branches"]["3"][2], "index"), &["3 branch-malformed"], &[]),
        (
            |script| script["branches"]["3"] = json!({}),
            &["3 branches-malformed"],
            &["4 action-unreachable", "5 action-unreachable", "6 action-unreachable"],
        ),
        (|script| script["branches"]["9"] = json!([]), &["9 branches-of-no-action"], &[]),
        (
            |script| script["branches"]["2"].as_array_mut().unwrap().push(to(6, "1", "case", 0)),
            &["2 branch-case-not-allowed"],
            &[],
        ),
        (
            |script| script["branches"]["2"].as_array_mut().unwrap().push(to(6, "Digit", "branch", 0)),
            &[],
            &[],
        ),
        (
            |script| {
                script["actions"]["2"] = action(2, "IF");
                script["properties"]["2"] = properties(&[("Expression", "x = 1")]);
                script["branches"]["2"] = json!([to(3, "True", "branch", 0), to(6, "False", "branch", 1)]);
            },
            &[],
            &[],
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_follows_and_what_is_reached() {
    judged(&[
        (
            |script| remove(&mut script["branches"], "2"),
            &["2 branch-missing"],
            &["3 action-unreachable", "4 action-unreachable", "5 action-unreachable", "6 action-unreachable"],
        ),
        (
            |script| script["branches"]["2"] = json!([to(6, "", "default", 0)]),
            &[],
            &["3 action-unreachable", "4 action-unreachable", "5 action-unreachable"],
        ),
        (
            |script| remove(&mut script["branches"], "4"),
            &[],
            &["4 branch-default-not-wired", "5 action-unreachable"],
        ),
        // A call also begins where somebody answers.
        (
            |script| {
                script["actions"]["7"] = action(7, "ONANSWER");
                script["branches"]["7"] = json!([to(6, "", "default", 0)]);
            },
            &[],
            &[],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_script_of_many_actions_is_checked_soon() {
    let tenant = Tenant::quick().await;
    let mut large = script("Large");
    let most = 20_000;
    for id in 7..most {
        large["actions"][id.to_string()] = action(id, "PLAY");
        large["properties"][id.to_string()] = play(r#""%Hello.""#);
        large["branches"][id.to_string()] =
            json!([to(if id + 1 < most { id + 1 } else { 6 }, "", "default", 0)]);
    }
    large["branches"]["2"] = json!([to(7, "", "default", 0)]);
    let (status, errors, warnings) = tenant.findings(&large).await;
    assert_eq!((status, errors.len(), warnings.len()), (206, 0, 3));
}

#[tokio::test]
async fn a_script_for_suppression_has_no_call() {
    judged(&[
        (
            |script| script["header"]["purposeType"] = json!("Suppression"),
            &[
                "2 action-needs-call",
                "3 action-needs-call",
                "4 action-needs-call",
                "5 action-needs-call",
                "6 action-needs-call",
            ],
            &[],
        ),
        (
            |script| {
                script["actions"]["6"]["name"] = json!("PERMITCALL");
                script["actions"]["6"]["libraryId"] = json!("e0e40c78-ff4b-4554-b403-34998a7039cf");
            },
            &["6 action-needs-suppression"],
            &[],
        ),
    ])
    .await;
}
