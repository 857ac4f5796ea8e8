//! Tokens: as any OAuth2 client asks for them, and what they open.

use std::time::Duration;

use cxflowc::emulator::EmulatorOptions;
use reqwest::Method;

use super::support::*;

const TOKEN: &str = "/api/oauth2/token";

fn grant<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("grant_type", "client_credentials")], more].concat()
}

#[tokio::test]
async fn a_token_is_given_for_basic_authentication() {
    let api = Api::without_token(quick()).await;
    let answer =
        api.send(api.token_request().form(&grant(&[("scope", "flow:read events:write")]))).await.is(200);
    let token = answer.json();
    assert_eq!(token["token_type"], "Bearer");
    assert_eq!(token["expires_in"], 3600);
    assert_eq!(token["scope"], "flow:read events:write");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_credentials_may_come_in_the_form() {
    let api = Api::without_token(quick()).await;
    let secret = api.secret();
    let form = grant(&[("client_id", api.emulator.client_id()), ("client_secret", &secret)]);
    api.send(api.bare(Method::POST, TOKEN).form(&form)).await.is(200);
}

#[tokio::test]
async fn basic_credentials_may_be_encoded_as_in_a_form() {
    let api = Api::without_token(quick()).await;
    let encoded: String = api.secret().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let id = api.emulator.client_id().replace('-', "%2D");
    let request = api.bare(Method::POST, TOKEN).basic_auth(id, Some(encoded));
    api.send(request.form(&grant(&[]))).await.is(200);
}

#[tokio::test]
async fn a_scope_that_is_left_out_or_empty_is_all_of_them() {
    let api = Api::without_token(quick()).await;
    for form in [grant(&[]), grant(&[("scope", "")])] {
        let token = api.send(api.token_request().form(&form)).await.is(200).json();
        assert_eq!(token["scope"], "flow:write flow:read flow:validate campaign:write events:write");
    }
}

#[tokio::test]
async fn each_mistake_has_its_error() {
    let api = Api::without_token(quick()).await;
    let secret = api.secret();
    let id = api.emulator.client_id();
    let basic = || api.token_request();
    let bare = || api.bare(Method::POST, TOKEN);
    let cases = [
        (basic().form(&[("scope", "flow:read")]), 400, "invalid_request"),
        (basic().form(&[("grant_type", "password")]), 400, "unsupported_grant_type"),
        (basic().form(&grant(&[("scope", "flow:read root")])), 400, "invalid_scope"),
        (basic().form(&grant(&[("scope", "flow:read"), ("scope", "flow:write")])), 400, "invalid_request"),
        (basic().form(&grant(&[("client_secret", &secret)])), 400, "invalid_request"),
        (basic().form(&grant(&[("client_id", "other")])), 400, "invalid_request"),
        (basic().header("content-type", "application/json").body("{}"), 400, "invalid_request"),
        (basic(), 400, "invalid_request"),
        (bare().form(&grant(&[])), 401, "invalid_client"),
        (bare().basic_auth(id, Some("wrong")).form(&grant(&[])), 401, "invalid_client"),
        (bare().basic_auth("wrong", Some(&secret)).form(&grant(&[])), 401, "invalid_client"),
        (bare().basic_auth(id, None::<&str>).form(&grant(&[])), 401, "invalid_client"),
        (bare().header("authorization", "Basic ???").form(&grant(&[])), 401, "invalid_client"),
        (bare().header("authorization", "Digest x").form(&grant(&[])), 401, "invalid_client"),
        (bare().form(&grant(&[("client_id", id)])), 401, "invalid_client"),
        (bare().form(&grant(&[("client_id", id), ("client_secret", "")])), 401, "invalid_client"),
    ];
    for (request, status, error) in cases {
        let answer = api.send(request).await.is(status);
        assert_eq!(answer.json()["error"], error);
        assert_eq!(answer.header("cache-control"), "no-store");
        if status == 401 {
            assert!(answer.header("www-authenticate").starts_with("Basic realm="));
        }
        assert!(!String::from_utf8_lossy(&answer.body).contains(&secret));
    }
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_say() {
    let api = Api::quick().await;
    let one = api.placed(&flow()).await;
    for (method, path, scope) in [
        (Method::GET, "/api/flows".to_owned(), "flow:read"),
        (Method::GET, format!("/api/flows/{one}"), "flow:read"),
        (Method::GET, "/api/jobs".to_owned(), "flow:read"),
        (Method::GET, "/api/events/subscriptions".to_owned(), "events:write"),
        (Method::DELETE, "/api/events/subscriptions/none".to_owned(), "events:write"),
        (Method::DELETE, "/api/flows/none".to_owned(), "flow:write"),
        (Method::POST, "/api/flows".to_owned(), "flow:write"),
        (Method::PUT, format!("/api/flows/{one}"), "flow:write"),
    ] {
        for given in ["flow:write", "flow:read", "flow:validate", "campaign:write", "events:write"] {
            let token = api.new_token(given).await;
            let answer = api.send(api.bare(method.clone(), &path).bearer_auth(token)).await;
            if given == scope {
                assert!(![401, 403].contains(&answer.status), "{method} {path} {given}: {answer:?}");
            } else {
                let answer = answer.is(403);
                assert_eq!(answer.json()["error"], "insufficient_scope");
                assert_eq!(
                    answer.header("www-authenticate"),
                    format!(r#"Bearer error="insufficient_scope", scope="{scope}""#)
                );
            }
        }
    }
}

#[tokio::test]
async fn a_token_that_is_none_is_invalid_and_none_at_all_has_no_error_code() {
    let api = Api::quick().await;
    let answer = api.send(api.bare(Method::GET, "/api/flows").bearer_auth("made-up")).await.is(401);
    assert!(answer.header("www-authenticate").starts_with(r#"Bearer error="invalid_token""#));
    let answer = api.send(api.bare(Method::GET, "/api/flows")).await.is(401);
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="cxone""#);
    // The scheme's name is written as one likes (RFC 9110, section 11.1).
    let request =
        api.bare(Method::GET, "/api/flows").header("authorization", format!("bearer {}", api.token));
    api.send(request).await.is(200);
}

#[tokio::test]
async fn a_token_expires() {
    let options = EmulatorOptions { token_life: Duration::from_millis(1200), ..quick() };
    let api = Api::without_token(options).await;
    let token = api.send(api.token_request().form(&grant(&[]))).await.is(200).json();
    assert_eq!(token["expires_in"], 1);
    let request = || api.bare(Method::GET, "/api/flows").bearer_auth(token["access_token"].as_str().unwrap());
    api.send(request()).await.is(200);
    let until = std::time::Instant::now() + PATIENCE;
    while api.send(request()).await.status == 200 {
        assert!(std::time::Instant::now() < until, "the token does not expire");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let answer = api.send(request()).await.is(401);
    assert!(answer.header("www-authenticate").contains("invalid_token"));
    // A new one opens again.
    let fresh = api.new_token("").await;
    api.send(api.bare(Method::GET, "/api/flows").bearer_auth(fresh)).await.is(200);
}
