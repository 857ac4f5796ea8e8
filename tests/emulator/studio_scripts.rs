//! Opening, saving, locking and deleting scripts.

use cxflowc::emulator::{EmulatorOptions, StudioOptions, StudioScript};
use reqwest::Method;
use serde_json::{Value, json};

use super::studio_support::*;
use super::support::quick;

/// A script as it comes back: without coordinates of the workspace, and with what the tenant fills in.
fn as_opened(mut script: Value, ids: &Value) -> Value {
    for action in script["actions"].as_object_mut().unwrap().values_mut() {
        let action = action.as_object_mut().unwrap();
        action.shift_remove("xws").unwrap();
        action.shift_remove("yws").unwrap();
    }
    script["header"]["masterId"] = ids["masterID"].clone();
    script["header"]["libraryId"] = ids["libraryId"].clone();
    script
}

#[tokio::test]
async fn a_script_is_saved_and_opened_again() {
    let tenant = Tenant::quick().await;
    let sent = script(r"Team\Reminder");
    let saved = tenant.save(&sent).await.is(200).json()["results"][0].clone();
    assert_eq!(saved["success"], true);
    let opened = tenant.get(r"/scripts?scriptPath=Team\Reminder").await.is(200).json();
    assert_eq!(opened, as_opened(sent, &saved));
    // A slash does as well, and so does the number of the version.
    assert_eq!(tenant.get("/scripts?scriptPath=Team/Reminder").await.is(200).json(), opened);
    let by_id = format!("/scripts?scriptId={}", saved["libraryId"]);
    assert_eq!(tenant.get(&by_id).await.is(200).json(), opened);
}

#[tokio::test]
async fn a_script_with_warnings_is_saved_and_one_with_errors_is_not() {
    let tenant = Tenant::quick().await;
    let mut sent = script("Reminder");
    sent["properties"]["4"] = reqagent("Nobody");
    let answer = tenant.save(&sent).await.is(206);
    assert_eq!(findings(&answer).2, ["4 skill-not-found"]);
    sent["properties"]["2"] = play("no quotes");
    let answer = tenant.save(&sent).await.is(409);
    assert_eq!(findings(&answer).1, ["2 sequence-malformed"]);
    assert!(answer.header("icStatusDescription").contains("1 errors"));
    let opened = tenant.get("/scripts?scriptPath=Reminder").await.is(200).json();
    assert_eq!(opened["properties"]["2"]["0"]["value"], r#""%Hello." "greeting.wav""#);
    assert_eq!(
        tenant.get("/scripts/historyByName?scriptPath=Reminder").await.json()["versions"][1],
        Value::Null
    );
}

#[tokio::test]
async fn what_is_not_a_script_of_this_tenant_is_refused() {
    let tenant = Tenant::quick().await;
    let with = |change: fn(&mut Value)| {
        let mut script = script("Reminder");
        change(&mut script);
        json!({ "scriptContent": script })
    };
    for (body, wrong) in [
        (json!([]), "scriptContent"),
        (json!({}), "scriptContent"),
        (script("Reminder"), "scriptContent"),
        (with(|script| script["actions"] = json!([])), "actions"),
        (with(|script| script["branches"] = Value::Null), "branches"),
        (with(|script| script["header"] = json!("x")), "header"),
        (with(|script| script["header"]["scriptName"] = json!("")), "scriptName"),
        (with(|script| script["header"]["scriptName"] = json!(r"a\\b")), "scriptName"),
        (with(|script| script["header"]["mediaType"] = json!("4")), "mediaType"),
        (with(|script| script["header"]["nextActionId"] = Value::Null), "nextActionId"),
        (with(|script| script["header"]["busNo"] = json!(1)), "busNo"),
        (with(|script| script["header"]["status"] = json!("Draft")), "status"),
        (with(|script| script["header"]["lockInfo"] = json!("")), "lockInfo"),
    ] {
        let answer = tenant.with_json(Method::POST, "/scripts", &body).await.is(400);
        let text = answer.json()["error_description"].as_str().unwrap().to_owned();
        assert!(text.contains(wrong), "{wrong}: {text}");
        assert_eq!(answer.header("icStatusDescription"), text);
    }
    let request = tenant.request(Method::POST, "/scripts").header("content-type", "application/json");
    tenant.send(request.body("{")).await.is(400);
}

#[tokio::test]
async fn a_script_that_another_user_has_locked_stays_as_it_is() {
    let studio = StudioOptions { users: vec![other_user()], ..StudioOptions::default() };
    let mut tenant = Tenant::with(studio).await;
    tenant.save(&script("Reminder")).await.is(200);
    let lock = |locks: bool| format!("/scripts?scriptPath=Reminder&lockScript={locks}");
    let locked = tenant.send(tenant.request(Method::PUT, &lock(true))).await.is(200).json();
    assert_eq!(locked["lockInfo"]["lockedName"], "studio.user");
    // Who has locked it, saves and locks it again.
    tenant.save(&script("Reminder")).await.is(200);
    tenant.send(tenant.request(Method::PUT, &lock(true))).await.is(200);

    let own = tenant.token.clone();
    tenant.token = tenant.signed_in(&other_key()).await["access_token"].as_str().unwrap().to_owned();
    let refused = tenant.save(&script("Reminder")).await.is(409);
    assert!(refused.header("icStatusDescription").contains("locked by studio.user"));
    let result = refused.json()["results"][0].clone();
    assert_eq!(result["lockInfo"], locked["lockInfo"]);
    assert_eq!(result["error_code"]["key"], "script-locked");
    for (method, path) in [
        (Method::PUT, lock(true)),
        (Method::PUT, lock(false)),
        (Method::DELETE, "/scripts?scriptPath=Reminder".to_owned()),
    ] {
        tenant.send(tenant.request(method, &path)).await.is(409);
    }
    let opened = tenant.get("/scripts?scriptPath=Reminder").await.is(200).json();
    assert_eq!(opened["header"]["lockInfo"], locked["lockInfo"]);

    let other = std::mem::replace(&mut tenant.token, own);
    tenant.send(tenant.request(Method::PUT, &lock(false))).await.is(200);
    tenant.token = other;
    tenant.save(&script("Reminder")).await.is(200);
    tenant.send(tenant.request(Method::DELETE, "/scripts?scriptPath=Reminder")).await.is(200);
    tenant.get("/scripts?scriptPath=Reminder").await.is(404);
}

#[tokio::test]
async fn a_script_can_be_locked_from_the_start() {
    let scripts =
        vec![StudioScript { content: script(r"Team\Old"), locked_by: Some("somebody.else".to_owned()) }];
    let tenant = Tenant::with(StudioOptions { scripts, ..StudioOptions::empty() }).await;
    let refused = tenant.save(&script(r"Team\Old")).await.is(409).json();
    assert_eq!(refused["results"][0]["lockInfo"]["lockedName"], "somebody.else");
    let listed = tenant.get("/script-folders?folder=Team").await.is(200).json();
    assert_eq!(listed["scriptList"][0]["lockedBy"], "somebody.else");
}

#[tokio::test]
async fn a_script_of_the_options_without_a_name_is_an_error_of_the_start() {
    let scripts = vec![StudioScript { content: json!({}), locked_by: None }];
    let studio = StudioOptions { scripts, ..StudioOptions::empty() };
    let error = cxflowc::emulator::Emulator::start(EmulatorOptions { studio, ..quick() }).await.unwrap_err();
    assert!(error.to_string().contains("scriptName"), "{error}");
}

#[tokio::test]
async fn nothing_is_ever_started() {
    let tenant = Tenant::quick().await;
    for path in ["/scripts/start?skillId=2001&scriptPath=x", "/scripts/kick?scriptPath=x"] {
        let answer = tenant.send(tenant.request(Method::POST, path)).await.is(403);
        assert!(answer.header("icStatusDescription").contains("never"));
    }
}

#[tokio::test]
async fn a_query_says_which_script() {
    let tenant = Tenant::quick().await;
    for (method, path, status) in [
        (Method::GET, "/scripts", 400),
        (Method::GET, "/scripts?scriptPath=a&scriptId=1", 400),
        (Method::GET, "/scripts?scriptId=x", 400),
        (Method::GET, "/scripts?scriptId=1", 404),
        (Method::GET, "/scripts?scriptPath=none", 404),
        (Method::PUT, "/scripts?lockScript=true", 400),
        (Method::PUT, r"/scripts?scriptPath=Samples\Library", 400),
        (Method::PUT, r"/scripts?scriptPath=Samples\Library&lockScript=yes", 400),
        (Method::PUT, "/scripts?scriptPath=none&lockScript=true", 404),
        (Method::DELETE, "/scripts", 400),
        (Method::DELETE, "/scripts?scriptPath=none", 404),
    ] {
        let answer = tenant.send(tenant.request(method.clone(), path)).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}
