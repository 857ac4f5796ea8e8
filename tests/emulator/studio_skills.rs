//! Skills, what their diallers do, the library of actions, the business unit.

use cxflowc::emulator::{StudioAction, StudioOptions, StudioSkill};
use reqwest::Method;
use serde_json::{Value, json};

use super::studio_support::*;

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn skills_are_listed_and_shown() {
    let tenant = Tenant::quick().await;
    for (query, found) in [
        ("", &["Sales", "Support", "Reminders"][..]),
        ("searchString=s&orderBy=skillName&top=2", &["Reminders", "Sales"]),
        ("searchString=supp&isActive=true&mediaTypeId=4", &["Support"]),
        ("isActive=false", &[]),
    ] {
        let list = tenant.get(&format!("/skills?{query}")).await.is(200).json();
        let names: Vec<_> =
            list["skills"].as_array().unwrap().iter().map(|skill| &skill["skillName"]).collect();
        assert_eq!(names, found, "{query}");
    }
    let skill = tenant.get("/skills/2001").await.is(200).json();
    assert_eq!(skill["isOutbound"], true);
    assert_eq!(skill["callerIdOverride"], "+13125550100");
    let some = tenant.get("/skills/2001?fields=skillName,scriptName").await.is(200).json();
    assert_eq!(some, json!({ "skillName": "Reminders", "scriptName": r"Samples\Library" }));
    tenant.get("/skills/1").await.is(404);
    tenant.get("/skills/x").await.is(400);
    tenant.get("/skills?isActive=perhaps").await.is(400);
}

#[tokio::test]
async fn the_settings_of_a_dialler_are_read_in_all_and_by_group() {
    let tenant = Tenant::quick().await;
    let all = tenant.get("/skills/2001/parameters").await.is(200).json();
    assert_eq!(all["retrySettings"]["restrictedCallingMaxAttempts"], 7);
    assert_eq!(all["generalSettings"]["abandonRateThreshold"], 3.0);
    for (place, name) in [
        ("cpa-management", "cpaSettings"),
        ("delivery-preferences", "deliveryPreferences"),
        ("general-settings", "generalSettings"),
        ("retry-settings", "retrySettings"),
        ("schedule-settings", "scheduleSettings"),
        ("time-zones", "timeZoneSettings"),
        ("xs-settings", "xsSettings"),
    ] {
        let group = tenant.get(&format!("/skills/2001/parameters/{place}")).await.is(200).json();
        assert_eq!(group, json!({ name: all[name] }), "{place}");
    }
    let one = tenant.get("/skills/2001/parameters/retry-settings?fields=minimumRetryMinutes").await.is(200);
    assert_eq!(one.json(), json!({ "retrySettings": { "minimumRetryMinutes": 240 } }));
    let some = tenant.get("/skills/2001/parameters?fields=timeZoneSettings").await.is(200).json();
    assert_eq!(some["timeZoneSettings"][0]["endTime"], "20:00");
    assert_eq!(some.as_object().unwrap().len(), 1);
    tenant.get("/skills/2001/parameters/cadence-settings").await.is(404);
    tenant.get("/skills/2001/parameters/nothing").await.is(404);
    tenant.get("/skills/1/parameters").await.is(404);
    tenant.get("/skills/1/parameters/retry-settings").await.is(404);
    tenant.get("/skills/x/parameters").await.is(400);
    tenant.get("/skills/x/parameters/retry-settings").await.is(400);
}

#[tokio::test]
async fn the_settings_of_a_dialler_can_be_changed() {
    let tenant = Tenant::quick().await;
    let put = async |place: &str, body: Value| {
        tenant.with_json(Method::PUT, &format!("/skills/2001/parameters/{place}"), &body).await
    };
    put("retry-settings", json!({ "retrySettings": { "maximumAttempts": 2 } })).await.is(200);
    put("cadence-settings", json!({ "destinationRetryRestMinutes": 30 })).await.is(200);
    put("time-zones", json!({ "timeZoneSettings": [] })).await.is(200);
    let all = tenant.get("/skills/2001/parameters").await.is(200).json();
    assert_eq!(all["retrySettings"]["maximumAttempts"], 2);
    assert_eq!(all["retrySettings"]["minimumRetryMinutes"], 240);
    assert_eq!(all["cadenceSettings"]["destinationRetryRestMinutes"], 30);
    assert_eq!(all["timeZoneSettings"], json!([]));
    put("retry-settings", json!({ "retrySettings": { "maximumAttempts": "two" } })).await.is(400);
    put("retry-settings", json!({ "maximumAttempts": 2 })).await.is(400);
    put("time-zones", json!({ "timeZoneSettings": {} })).await.is(400);
    put("nothing", json!({})).await.is(404);
    tenant.with_json(Method::PUT, "/skills/1/parameters/time-zones", &json!({})).await.is(404);

    let skill = async |body: Value| tenant.with_json(Method::PUT, "/skills/2001", &body).await;
    skill(json!({ "skill": { "skillName": "Recalls", "isActive": false } })).await.is(200);
    let shown = tenant.get("/skills/2001").await.is(200).json();
    assert_eq!((&shown["skillName"], &shown["isActive"]), (&json!("Recalls"), &json!(false)));
    assert_eq!(tenant.get("/skills/2001/parameters").await.json()["skillName"], "Recalls");
    skill(json!({ "skill": { "isActive": "no" } })).await.is(400);
    skill(json!({ "skill": { "skillId": 1 } })).await.is(400);
    skill(json!({ "skillName": "x" })).await.is(400);
    tenant.with_json(Method::PUT, "/skills/1", &json!({ "skill": {} })).await.is(404);
}

#[tokio::test]
async fn skills_can_be_given_at_the_start() {
    let skill = StudioSkill {
        fields: object(json!({ "isOutbound": true })),
        parameters: object(json!({ "generalSettings": { "maximumAttempts": 4 } })),
        ..StudioSkill::new(7, "Collections")
    };
    let tenant = Tenant::with(StudioOptions { skills: vec![skill], ..StudioOptions::empty() }).await;
    assert_eq!(tenant.get("/skills").await.json()["totalRecords"], 1);
    assert_eq!(tenant.get("/skills/7").await.json()["isOutbound"], true);
    let group = tenant.get("/skills/7/parameters/general-settings").await.is(200).json();
    assert_eq!(group["generalSettings"]["maximumAttempts"], 4);
    assert_eq!(group["generalSettings"]["minimumRetryMinutes"], 60);
    let mut script = script("Collections");
    for (name, found) in [("Collections", true), ("7", true), ("{queue}", true), ("Sales", false)] {
        script["properties"]["4"] = reqagent(name);
        let warnings = tenant.findings(&script).await.2;
        assert_eq!(!warnings.contains(&"4 skill-not-found".to_owned()), found, "{name}");
    }
}

#[tokio::test]
async fn an_action_shows_its_properties_and_branches() {
    let tenant = Tenant::quick().await;
    let menu = tenant.get(&format!("/actions/{}", library_id("MENU"))).await.is(200).json();
    assert_eq!(menu["properties"]["7"]["name"], "Variable");
    assert_eq!(menu["branches"][1], json!({ "label": "Timeout", "type": "branch", "index": 2 }));
    assert_eq!(menu["branchTypes"], json!(["default", "branch", "case"]));
    // Library ids are compared without case.
    let lower = library_id("BEGIN").to_lowercase();
    assert_eq!(tenant.get(&format!("/actions/{lower}")).await.is(200).json()["name"], "BEGIN");
    tenant.get("/actions/none").await.is(404);
}

#[tokio::test]
async fn an_action_can_be_added_and_another_be_without_a_licence() {
    let own = StudioAction {
        name: "PLAYWITHCPA".to_owned(),
        library_id: "ABC".to_owned(),
        properties: Some(vec!["Sequence".to_owned()]),
        branches: Some(vec!["Machine".to_owned()]),
        takes_cases: false,
        begins: false,
    };
    let studio = StudioOptions {
        actions: vec![own],
        unlicensed: vec![library_id("REQAGENT").to_uppercase()],
        ..StudioOptions::default()
    };
    let tenant = Tenant::with(studio).await;
    let mut script = script("Reminder");
    script["actions"]["2"]["name"] = json!("PLAYWITHCPA");
    script["actions"]["2"]["libraryId"] = json!("abc");
    script["properties"]["2"] = properties(&[("Sequence", r#""%Hello.""#)]);
    script["branches"]["2"] = json!([to(3, "", "default", 0), to(6, "Machine", "branch", 0)]);
    assert_eq!(tenant.findings(&script).await.1, ["4 action-not-available"]);
    let shown = tenant.get(&format!("/actions/{}", library_id("REQAGENT"))).await.is(200).json();
    assert_eq!(shown["isAvailable"], false);
    script["branches"]["2"][1]["label"] = json!("Human");
    assert_eq!(tenant.findings(&script).await.1, ["2 branch-unknown", "4 action-not-available"]);
}
