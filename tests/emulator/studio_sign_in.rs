//! Signing in to a tenant, and finding its hosts.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use cxflowc::emulator::EmulatorOptions;
use reqwest::{Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::studio_support::*;
use super::support::{PATIENCE, quick};

const KEY: &str = "/authentication/v1/token/access-key";
const TOKEN: &str = "/auth/token";

fn form(tenant: &Tenant, fields: &[(&str, &str)]) -> RequestBuilder {
    let secret = tenant.emulator.client_secret().expose_secret();
    tenant.bare(Method::POST, TOKEN).basic_auth(tenant.emulator.client_id(), Some(secret)).form(fields)
}

fn password(tenant: &Tenant) -> RequestBuilder {
    let secret = tenant.emulator.client_secret().expose_secret();
    let fields =
        [("grant_type", "password"), ("username", tenant.emulator.client_id()), ("password", secret)];
    form(tenant, &fields)
}

fn claims(session: &Value) -> Value {
    let token = session["id_token"].as_str().unwrap();
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn an_access_key_opens_and_leads_to_the_tenant() {
    let tenant = Tenant::without_token(quick()).await;
    let session = tenant.signed_in(&tenant.key()).await;
    assert_eq!(session["expires_in"], 3600);
    let claims = claims(&session);
    let id = claims["tenantId"].as_str().unwrap();
    let place = format!("/.well-known/cxone-configuration?tenantId={id}");
    let found = tenant.send(tenant.bare(Method::GET, &place)).await.is(200).json();
    let url = format!("{}{API}/business-unit", found["api_endpoint"].as_str().unwrap());
    let request = tenant.client.get(url).header("accept", "application/json");
    let unit =
        tenant.send(request.bearer_auth(session["access_token"].as_str().unwrap())).await.is(200).json();
    assert_eq!(unit["businessUnits"][0]["businessUnitId"], claims["icBUId"]);
    assert_eq!(unit["businessUnits"][0]["tenantId"], claims["tenantId"]);
}

#[tokio::test]
async fn the_token_endpoint_is_found_and_gives_a_token_that_a_refresh_token_renews_once() {
    let tenant = Tenant::without_token(quick()).await;
    let place = "/.well-known/openid-configuration";
    let found = tenant.send(tenant.bare(Method::GET, place)).await.is(200).json();
    assert_eq!(found["token_endpoint"], format!("{}{TOKEN}", tenant.emulator.base_url()));
    let first = tenant.send(password(&tenant)).await.is(200).json();
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    let second = tenant.send(form(&tenant, &refresh)).await.is(200).json();
    assert_ne!(first["access_token"], second["access_token"]);
    let again = tenant.send(form(&tenant, &refresh)).await.is(400).json();
    assert_eq!(again["error"], "invalid_grant");
    for session in [first, second] {
        let request = tenant.bare(Method::GET, &format!("{API}/business-unit"));
        tenant.send(request.bearer_auth(session["access_token"].as_str().unwrap())).await.is(200);
    }
}

#[tokio::test]
async fn each_mistake_at_signing_in_has_its_error() {
    let tenant = Tenant::without_token(quick()).await;
    let id = tenant.emulator.client_id();
    let secret = tenant.emulator.client_secret().expose_secret();
    let key = |body: &str| {
        let request = tenant.bare(Method::POST, KEY).header("content-type", "application/json");
        request.body(body.to_owned())
    };
    let wrong = json!({ "accessKeyId": id, "accessKeySecret": "wrong" }).to_string();
    let unknown = json!({ "accessKeyId": "nobody", "accessKeySecret": secret }).to_string();
    let cases = [
        (key(&wrong), 401, "invalid_credentials"),
        (key(&unknown), 401, "invalid_credentials"),
        (key("{}"), 400, "invalid_request"),
        (key("{"), 400, "invalid_request"),
        (tenant.bare(Method::POST, KEY).body("{}"), 415, "unsupported_media_type"),
        (form(&tenant, &[("grant_type", "client_credentials")]), 400, "unsupported_grant_type"),
        (form(&tenant, &[("username", id)]), 400, "invalid_request"),
        (form(&tenant, &[("grant_type", "password"), ("username", id)]), 400, "invalid_request"),
        (form(&tenant, &[("grant_type", "password"), ("grant_type", "password")]), 400, "invalid_request"),
        (
            form(&tenant, &[("grant_type", "password"), ("username", id), ("password", "wrong")]),
            400,
            "invalid_grant",
        ),
        (form(&tenant, &[("grant_type", "refresh_token"), ("refresh_token", "x")]), 400, "invalid_grant"),
        (tenant.bare(Method::POST, TOKEN).form(&[("grant_type", "password")]), 401, "invalid_client"),
        (
            tenant
                .bare(Method::POST, TOKEN)
                .basic_auth(id, Some("wrong"))
                .form(&[("grant_type", "password")]),
            401,
            "invalid_client",
        ),
    ];
    for (request, status, error) in cases {
        let answer = tenant.send(request).await.is(status);
        assert_eq!(answer.json()["error"], error);
        assert!(!String::from_utf8_lossy(&answer.body).contains(secret));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let elsewhere = "/.well-known/cxone-configuration?tenantId=other";
    tenant.send(tenant.bare(Method::GET, elsewhere)).await.is(404);
    tenant.send(tenant.bare(Method::GET, "/.well-known/cxone-configuration")).await.is(400);
}

#[tokio::test]
async fn json_has_to_be_asked_for_by_name() {
    let tenant = Tenant::quick().await;
    for (path, accept, status) in [
        ("/business-unit", Some("*/*"), 406),
        ("/business-unit", None, 406),
        ("/business-unit", Some("text/html, application/json;q=0.9"), 200),
    ] {
        let url = format!("{}{API}{path}", tenant.emulator.base_url());
        let mut request = tenant.client.get(url).bearer_auth(&tenant.token);
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        tenant.send(request).await.is(status);
    }
}

#[tokio::test]
async fn only_a_token_of_the_tenant_opens_the_admin_api() {
    let tenant = Tenant::quick().await;
    let unit = format!("{API}/business-unit");
    let answer = tenant.send(tenant.bare(Method::GET, &unit)).await.is(401);
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="cxone""#);
    assert!(answer.header("icStatusDescription").contains("no token"));
    tenant.send(tenant.bare(Method::GET, &unit).bearer_auth("made-up")).await.is(401);
    // A token of the flow API is none here.
    let secret = tenant.emulator.client_secret().expose_secret();
    let url = format!("{}/api/oauth2/token", tenant.emulator.base_url());
    let request = tenant.client.post(url).basic_auth(tenant.emulator.client_id(), Some(secret));
    let answer = request.form(&[("grant_type", "client_credentials")]).send().await.unwrap();
    let token: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let flows_token = token["access_token"].as_str().unwrap();
    tenant.send(tenant.bare(Method::GET, &unit).bearer_auth(flows_token)).await.is(401);
}

#[tokio::test]
async fn versions_20_to_34_are_there() {
    let tenant = Tenant::quick().await;
    for (version, status) in [
        ("v20.0", 200),
        ("v34.0", 200),
        ("v27.1", 200),
        ("v19.0", 404),
        ("v35.0", 404),
        ("v34.2", 404),
        ("34.0", 404),
        ("v34", 404),
    ] {
        let path = format!("/inContactAPI/services/{version}/business-unit");
        let request = tenant.bare(Method::GET, &path).bearer_auth(&tenant.token);
        assert_eq!(tenant.send(request).await.status, status, "{version}");
    }
}

#[tokio::test]
async fn a_token_expires() {
    let options = EmulatorOptions { token_life: Duration::from_millis(1200), ..quick() };
    let tenant = Tenant::start(options).await;
    tenant.get("/business-unit").await.is(200);
    let until = std::time::Instant::now() + PATIENCE;
    while tenant.get("/business-unit").await.status == 200 {
        assert!(std::time::Instant::now() < until, "the token does not expire");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = tenant.get("/business-unit").await.is(401);
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}
