//! `docs/studio-openapi.yaml` and the emulator say the same.

use reqwest::Method;
use serde_json::json;

use super::description::{Description, ELSEWHERE};
use super::studio_support::*;

#[tokio::test]
async fn every_answer_that_is_described_is_given() {
    let tenant = Tenant::quick().await;
    let id = tenant.save(&script("Reminder")).await.is(200).json()["results"][0]["libraryId"].clone();
    let mut warned = script("Reminder");
    warned["properties"]["4"] = reqagent("Nobody");
    tenant.save(&warned).await.is(206);
    let mut wrong = script("Reminder");
    wrong["branches"] = json!({});
    tenant.save(&wrong).await.is(409);
    tenant.send(tenant.request(Method::PUT, "/scripts?scriptPath=Reminder&lockScript=true")).await.is(200);
    let version = format!("/scripts/{id}");

    // Each operation with what is right, what is wrong, and what is not there.
    let operations: [(Method, &str, Option<serde_json::Value>, u16); 48] = [
        (Method::GET, "/scripts?scriptPath=Reminder", None, 200),
        (Method::GET, "/scripts", None, 400),
        (Method::GET, "/scripts?scriptPath=none", None, 404),
        (Method::POST, "/scripts", Some(json!({})), 400),
        (Method::PUT, "/scripts", None, 400),
        (Method::PUT, "/scripts?scriptPath=none&lockScript=true", None, 404),
        (Method::DELETE, "/scripts", None, 400),
        (Method::DELETE, "/scripts?scriptPath=none", None, 404),
        (Method::GET, "/scripts/search", None, 200),
        (Method::GET, "/scripts/search?top=0", None, 400),
        (Method::GET, "/scripts/historyByName?scriptPath=Reminder", None, 200),
        (Method::GET, "/scripts/historyByName", None, 400),
        (Method::GET, "/scripts/historyByName?scriptPath=none", None, 404),
        (Method::POST, "/scripts/start", None, 403),
        (Method::POST, "/scripts/kick", None, 403),
        (Method::GET, &version, None, 200),
        (Method::GET, "/scripts/x", None, 400),
        (Method::GET, "/scripts/1", None, 404),
        (Method::GET, "/script-folders", None, 200),
        (Method::GET, "/script-folders?folder=none", None, 404),
        (Method::GET, "/script-folders?skip=x", None, 400),
        (Method::GET, "/files?fileName=greeting.wav", None, 200),
        (Method::GET, "/files", None, 400),
        (Method::POST, "/files", Some(json!({ "fileName": "a.wav", "file": "" })), 200),
        (Method::POST, "/files", Some(json!({})), 400),
        (Method::PUT, "/files?oldPath=a.wav&newPath=b.wav", None, 200),
        (Method::PUT, "/files", None, 400),
        (Method::DELETE, "/files", Some(json!({ "fileName": "b.wav" })), 200),
        (Method::DELETE, "/files", Some(json!({})), 400),
        (Method::GET, "/skills", None, 200),
        (Method::GET, "/skills?skip=x", None, 400),
        (Method::GET, "/skills/2001", None, 200),
        (Method::GET, "/skills/x", None, 400),
        (Method::GET, "/skills/1", None, 404),
        (Method::PUT, "/skills/2001", Some(json!({ "skill": {} })), 200),
        (Method::PUT, "/skills/2001", Some(json!({})), 400),
        (Method::PUT, "/skills/1", Some(json!({ "skill": {} })), 404),
        (Method::GET, "/skills/2001/parameters", None, 200),
        (Method::GET, "/skills/x/parameters", None, 400),
        (Method::GET, "/skills/1/parameters", None, 404),
        (Method::GET, "/skills/2001/parameters/retry-settings", None, 200),
        (Method::GET, "/skills/x/parameters/retry-settings", None, 400),
        (Method::GET, "/skills/1/parameters/retry-settings", None, 404),
        (Method::PUT, "/skills/2001/parameters/retry-settings", Some(json!({ "retrySettings": {} })), 200),
        (Method::PUT, "/skills/2001/parameters/retry-settings", Some(json!({})), 400),
        (Method::PUT, "/skills/1/parameters/retry-settings", Some(json!({})), 404),
        (Method::GET, "/actions/none", None, 404),
        (Method::GET, "/business-unit", None, 200),
    ];
    let unknown = "/inContactAPI/services/v19.0";
    for (method, path, body, status) in &operations {
        let sent = |request: reqwest::RequestBuilder| match body {
            Some(body) => request.json_body(body),
            None => request,
        };
        let answer = tenant.send(sent(tenant.request(method.clone(), path))).await;
        assert_eq!(answer.status, *status, "{method} {path}");
        // Without a token, without `Accept`, with another version.
        let bare = tenant.bare(method.clone(), &format!("{API}{path}"));
        tenant.send(sent(bare)).await.is(401);
        let url = format!("{}{API}{path}", tenant.emulator.base_url());
        tenant
            .send(sent(tenant.client.request(method.clone(), url).bearer_auth(&tenant.token)))
            .await
            .is(406);
        let other = tenant.bare(method.clone(), &format!("{unknown}{path}")).bearer_auth(&tenant.token);
        tenant.send(sent(other)).await.is(404);
        if body.is_some() {
            tenant.send(tenant.request(method.clone(), path).body("{}")).await.is(415);
        }
    }
    tenant.get(&format!("/actions/{}", library_id("PLAY"))).await.is(200);
    tenant.send(tenant.request(Method::DELETE, "/scripts?scriptPath=Reminder")).await.is(200);

    signing_in(&tenant).await;
    let description = tenant.send(tenant.bare(Method::GET, "/api/studio-openapi.yaml")).await.is(200);
    assert_eq!(description.body, include_bytes!("../../docs/studio-openapi.yaml"));
    locked().await.into_iter().for_each(|seen| {
        tenant.seen.lock().unwrap().insert(seen);
    });

    let mut promised = Description::studio().promised();
    promised.retain(|(_, status)| !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == status));
    let seen = tenant.seen.lock().unwrap().clone();
    let missing: Vec<_> = promised.difference(&seen).collect();
    assert!(missing.is_empty(), "described, and never seen: {missing:?}");
}

async fn signing_in(tenant: &Tenant) {
    let key = "/authentication/v1/token/access-key";
    let session = tenant.signed_in(&tenant.key()).await;
    let claims = session["id_token"].as_str().unwrap().split('.').nth(1).unwrap().to_owned();
    let claims = {
        use base64::Engine;
        base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap()
    };
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    let place = format!("/.well-known/cxone-configuration?tenantId={}", claims["tenantId"].as_str().unwrap());
    tenant.send(tenant.bare(Method::GET, &place)).await.is(200);
    tenant.send(tenant.bare(Method::GET, "/.well-known/cxone-configuration")).await.is(400);
    tenant.send(tenant.bare(Method::GET, "/.well-known/cxone-configuration?tenantId=x")).await.is(404);
    tenant.send(tenant.bare(Method::GET, "/.well-known/openid-configuration")).await.is(200);
    let wrong = json!({ "accessKeyId": "x", "accessKeySecret": "x" });
    tenant.send(tenant.bare(Method::POST, key).json_body(&wrong)).await.is(401);
    tenant.send(tenant.bare(Method::POST, key).json_body(&json!({}))).await.is(400);
    tenant.send(tenant.bare(Method::POST, key).body("{}")).await.is(415);
    let secret = tenant.key()["accessKeySecret"].as_str().unwrap().to_owned();
    let id = tenant.emulator.client_id();
    let token = || tenant.bare(Method::POST, "/auth/token");
    let right = [("grant_type", "password"), ("username", id), ("password", &secret)];
    tenant.send(token().basic_auth(id, Some(&secret)).form(&right)).await.is(200);
    tenant.send(token().basic_auth(id, Some(&secret)).form(&[("grant_type", "x")])).await.is(400);
    tenant.send(token().form(&right)).await.is(401);
    for path in [key, "/auth/token"] {
        let url = format!("{}{path}", tenant.emulator.base_url());
        tenant.send(tenant.client.post(url)).await.is(406);
    }
}

/// What is answered for a script that another user has locked.
async fn locked() -> std::collections::BTreeSet<(String, u16)> {
    use cxflowc::emulator::{StudioOptions, StudioScript};
    let scripts = vec![StudioScript { content: script("Old"), locked_by: Some("somebody.else".to_owned()) }];
    let tenant = Tenant::with(StudioOptions { scripts, ..StudioOptions::empty() }).await;
    tenant.send(tenant.request(Method::PUT, "/scripts?scriptPath=Old&lockScript=true")).await.is(409);
    tenant.send(tenant.request(Method::DELETE, "/scripts?scriptPath=Old")).await.is(409);
    tenant.seen.lock().unwrap().clone()
}

#[tokio::test]
async fn a_path_that_there_is_not_is_404_and_a_method_405_in_the_form_of_the_admin_api() {
    let tenant = Tenant::quick().await;
    for path in ["/nope", "/scripts/1/2", "/skills/1/nope"] {
        let answer = tenant.get(path).await.is(404);
        assert!(answer.header("icStatusDescription").contains("/api/studio-openapi.yaml"));
    }
    tenant.send(tenant.request(Method::PATCH, "/scripts")).await.is(405);
    tenant.send(tenant.request(Method::DELETE, "/skills/2001")).await.is(405);
    tenant.send(tenant.bare(Method::GET, "/auth/token")).await.is(405);
}
