//! Versions, folders and the search.

use reqwest::Method;
use serde_json::{Value, json};

use super::studio_support::*;

#[tokio::test]
async fn each_save_is_a_version_and_an_old_one_can_be_saved_again() {
    let tenant = Tenant::quick().await;
    let mut first = script("Reminder");
    first["properties"]["2"] = play(r#""%First.""#);
    let one = tenant.save(&first).await.is(200).json()["results"][0].clone();
    let two = tenant.save(&script("Reminder")).await.is(200).json()["results"][0].clone();
    assert_eq!(one["masterID"], two["masterID"]);
    assert_ne!(one["libraryId"], two["libraryId"]);
    let history = tenant.get("/scripts/historyByName?scriptPath=Reminder").await.is(200).json();
    let ids: Vec<_> = history["versions"].as_array().unwrap().iter().map(|one| &one["scriptId"]).collect();
    assert_eq!(ids, [&two["libraryId"], &one["libraryId"]]);
    assert_eq!(history["versions"][0]["modifyUser"], "studio.user");

    let shown = tenant.get(&format!("/scripts/{}", one["libraryId"])).await.is(200).json();
    let mut old: Value = serde_json::from_str(shown["scriptContent"].as_str().unwrap()).unwrap();
    assert_eq!(old["properties"]["2"]["0"]["value"], r#""%First.""#);
    // What is opened has no coordinates of the workspace, and a save asks for them.
    let (status, errors, _) = tenant.findings(&old).await;
    assert_eq!((status, errors.len()), (409, 12));
    for action in old["actions"].as_object_mut().unwrap().values_mut() {
        action["xws"] = action["x"].clone();
        action["yws"] = action["y"].clone();
    }
    tenant.save(&old).await.is(200);
    let history = tenant.get("/scripts/historyByName?scriptPath=Reminder").await.is(200).json();
    assert_eq!(history["versions"].as_array().unwrap().len(), 3);
    tenant.get("/scripts/historyByName?scriptPath=none").await.is(404);
    tenant.get("/scripts/historyByName").await.is(400);
    tenant.get("/scripts/1").await.is(404);
    tenant.get("/scripts/x").await.is(400);
}

#[tokio::test]
async fn at_most_100_versions_are_kept() {
    let tenant = Tenant::quick().await;
    let first = tenant.save(&script("Reminder")).await.json()["results"][0]["libraryId"].clone();
    for _ in 0..100 {
        tenant.save(&script("Reminder")).await.is(200);
    }
    let history = tenant.get("/scripts/historyByName?scriptPath=Reminder").await.is(200).json();
    assert_eq!(history["versions"].as_array().unwrap().len(), 100);
    tenant.get(&format!("/scripts/{first}")).await.is(404);
}

fn names(list: &Value, field: &str) -> Vec<String> {
    list[field].as_array().unwrap().iter().map(|one| one["scriptName"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn folders_are_listed() {
    let tenant = Tenant::quick().await;
    for name in ["Top", r"Team\One", r"Team\Two", r"Team\Old\Three", r"Teams\Four"] {
        tenant.save(&script(name)).await.is(200);
    }
    let root = tenant.get("/script-folders").await.is(200).json();
    assert_eq!(names(&root, "scriptList"), ["Samples", "Team", "Teams", "Top"]);
    assert_eq!(root["scriptList"][1]["isFolder"], true);
    assert_eq!(root["scriptList"][3]["isFolder"], false);
    let team = tenant.get(r"/script-folders?folder=\Team\&orderBy=scriptName desc").await.is(200).json();
    assert_eq!(names(&team, "scriptList"), ["Two", "One", "Old"]);
    let inactive = tenant.get("/script-folders?folder=Team&status=Inactive").await.is(200).json();
    assert_eq!(names(&inactive, "scriptList"), ["Old"]);
    tenant.get("/script-folders?folder=None").await.is(404);
}

#[tokio::test]
async fn scripts_are_found_by_name_medium_state_and_date() {
    let tenant = Tenant::quick().await;
    for name in [r"Team\One", r"Team\Two"] {
        tenant.save(&script(name)).await.is(200);
    }
    let mut inactive = script(r"Team\Off");
    inactive["header"]["status"] = json!("Inactive");
    inactive["header"]["mediaType"] = json!(9);
    tenant.save(&inactive).await.is(200);
    for (query, found) in [
        ("", &[r"Samples\Library", r"Team\One", r"Team\Two"][..]),
        ("scriptName=team", &[r"Team\One", r"Team\Two"]),
        ("scriptName=team&includeInactive=true&orderBy=scriptName", &[r"Team\Off", r"Team\One", r"Team\Two"]),
        ("mediaType=9&includeInactive=true", &[r"Team\Off"]),
        ("mediaType=9", &[]),
        ("modStartDate=2999-01-01", &[]),
        ("modStartDate=2020-01-01T00:00:00Z&modEndDate=2999-01-01&scriptName=one", &[r"Team\One"]),
        ("toolName=menu", &[r"Team\One", r"Team\Two"]),
        ("toolName=VOICEMAIL", &[r"Samples\Library"]),
        ("toolName=PLAY&parameters=hello&scriptName=Two", &[r"Team\Two"]),
        ("toolName=MENU&parameters=hello", &[]),
        ("caption=hangup", &[r"Team\One", r"Team\Two"]),
        ("toolName=NONE", &[]),
    ] {
        let answer = tenant.get(&format!("/scripts/search?{query}")).await.is(200).json();
        assert_eq!(names(&answer, "scriptSearchDetails"), found, "{query}");
        assert_eq!(answer["totalRecords"], found.len());
    }
    for query in
        ["mediaType=x", "includeInactive=perhaps", "modStartDate=soon", "top=0", "top=101", "skip=-1"]
    {
        tenant.get(&format!("/scripts/search?{query}")).await.is(400);
    }
}

#[tokio::test]
async fn a_search_for_an_action_shows_its_library_id() {
    let tenant = Tenant::quick().await;
    let answer = tenant.get("/scripts/search?toolName=VOICEMAIL").await.is(200).json();
    let action = &answer["scriptSearchDetails"][0]["actions"][0];
    assert_eq!(action["name"], "VOICEMAIL");
    let shown =
        tenant.get(&format!("/actions/{}", action["libraryId"].as_str().unwrap())).await.is(200).json();
    assert_eq!(shown["name"], "VOICEMAIL");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let tenant = Tenant::quick().await;
    for number in 0..5 {
        tenant.save(&script(&format!("S{number}"))).await.is(200);
    }
    let mut path =
        "/scripts/search?scriptName=S&orderBy=scriptName&skip=0&top=2&fields=scriptName".to_owned();
    let mut found = Vec::new();
    loop {
        let page = tenant.get(&path).await.is(200).json();
        assert_eq!(page["totalRecords"], 6);
        assert_eq!(page["scriptSearchDetails"][0].as_object().unwrap().len(), 1);
        found.extend(names(&page, "scriptSearchDetails"));
        match page["_links"]["next"].as_str().unwrap() {
            "" => break,
            next => path = next.strip_prefix(API).unwrap().to_owned(),
        }
    }
    assert_eq!(found, ["S0", "S1", "S2", "S3", "S4", r"Samples\Library"]);
    tenant.send(tenant.request(Method::HEAD, "/scripts/search")).await.is(200);
}
