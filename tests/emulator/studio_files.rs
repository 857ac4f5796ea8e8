//! Prompts.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use reqwest::Method;
use serde_json::{Value, json};

use super::studio_support::*;

fn upload(name: &str, content: &[u8]) -> Value {
    json!({ "fileName": name, "file": BASE64_STANDARD.encode(content) })
}

#[tokio::test]
async fn a_prompt_is_uploaded_shown_moved_and_deleted() {
    let tenant = Tenant::quick().await;
    tenant.with_json(Method::POST, "/files", &upload(r"Prompts\new.wav", b"RIFF")).await.is(200);
    let shown = tenant.get(r"/files?fileName=Prompts\new.wav").await.is(200).json();
    assert_eq!(shown["files"], json!({ "fileName": r"Prompts\new.wav", "file": "UklGRg==" }));
    let again = tenant.with_json(Method::POST, "/files", &upload(r"Prompts\new.wav", b"x")).await.is(400);
    assert_eq!(again.json()["error_description"], "FileExists");
    assert_eq!(again.header("icStatusDescription"), "FileExists");
    let mut over = upload(r"Prompts\new.wav", b"x");
    over["overwrite"] = json!(true);
    tenant.with_json(Method::POST, "/files", &over).await.is(200);
    assert_eq!(tenant.get("/files?fileName=Prompts/new.wav").await.json()["files"]["file"], "eA==");

    let moved = r"/files?oldPath=Prompts\new.wav&newPath=greeting.wav";
    let refused = tenant.send(tenant.request(Method::PUT, moved)).await.is(400);
    assert_eq!(refused.json()["error_description"], "FileExists");
    tenant.send(tenant.request(Method::PUT, &format!("{moved}&overwrite=true"))).await.is(200);
    assert_eq!(tenant.get("/files?fileName=greeting.wav").await.json()["files"]["file"], "eA==");
    let gone = tenant.get(r"/files?fileName=Prompts\new.wav").await.is(400);
    assert_eq!(gone.json()["error_description"], "FileNotFound");
    let name = json!({ "fileName": "greeting.wav" });
    tenant.with_json(Method::DELETE, "/files", &name).await.is(200);
    tenant.with_json(Method::DELETE, "/files", &name).await.is(400);
}

#[tokio::test]
async fn a_script_that_plays_a_prompt_is_clean_once_the_prompt_is_there() {
    let tenant = Tenant::quick().await;
    let mut script = script("Reminder");
    script["properties"]["2"] = play(r#""Prompts\late.wav" "%Bye.""#);
    assert_eq!(tenant.findings(&script).await, (206, vec![], vec!["2 prompt-not-found".to_owned()]));
    tenant.with_json(Method::POST, "/files", &upload(r"Prompts\late.wav", b"RIFF")).await.is(200);
    assert_eq!(tenant.findings(&script).await, (200, vec![], vec![]));
}

#[tokio::test]
async fn what_is_no_file_is_refused() {
    let tenant = Tenant::quick().await;
    for body in [
        json!({}),
        json!({ "fileName": "a.wav" }),
        json!({ "fileName": "a.wav", "file": "not base64!" }),
        json!({ "fileName": "", "file": "" }),
        json!({ "fileName": r"..\a.wav", "file": "" }),
        json!({ "fileName": r"a\\b.wav", "file": "" }),
        json!({ "fileName": "a.wav", "file": "", "overwrite": "yes" }),
    ] {
        tenant.with_json(Method::POST, "/files", &body).await.is(400);
    }
    tenant.with_json(Method::DELETE, "/files", &json!({})).await.is(400);
    for (method, path) in [
        (Method::GET, "/files"),
        (Method::PUT, "/files?oldPath=greeting.wav"),
        (Method::PUT, "/files?oldPath=none.wav&newPath=b.wav"),
        (Method::PUT, "/files?oldPath=greeting.wav&newPath=b.wav&overwrite=x"),
    ] {
        tenant.send(tenant.request(method, path)).await.is(400);
    }
    tenant.send(tenant.request(Method::POST, "/files").body("{}")).await.is(415);
}
