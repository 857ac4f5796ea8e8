//! `docs/openapi.yaml` and the emulator say the same.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::support::*;

pub struct Description(Value);

impl Description {
    pub fn get() -> &'static Self {
        static DESCRIPTION: OnceLock<Description> = OnceLock::new();
        DESCRIPTION
            .get_or_init(|| Self(serde_saphyr::from_str(include_str!("../../docs/openapi.yaml")).unwrap()))
    }

    /// That of the tenant's scripts.
    pub fn studio() -> &'static Self {
        static DESCRIPTION: OnceLock<Description> = OnceLock::new();
        DESCRIPTION.get_or_init(|| {
            Self(serde_saphyr::from_str(include_str!("../../docs/studio-openapi.yaml")).unwrap())
        })
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(place) => self.0.pointer(place.strip_prefix('#').unwrap()).unwrap(),
            None => value,
        }
    }

    fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().unwrap();
        paths.iter().flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods
                .filter(|(method, _)| *method != "parameters")
                .map(|(method, operation)| (path.as_str(), method.as_str(), operation))
        })
    }

    /// Every operation with every status that it is said to answer.
    pub fn promised(&self) -> BTreeSet<(String, u16)> {
        let of = |operation: &Value| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let statuses = operation["responses"].as_object().unwrap().keys();
            let statuses: Vec<u16> = statuses.filter_map(|status| status.parse().ok()).collect();
            statuses.into_iter().map(move |status| (id.clone(), status))
        };
        self.operations().flat_map(|(_, _, operation)| of(operation)).collect()
    }

    /// What a schema has against a value.
    pub fn against(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut root = Map::new();
        root.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        root.insert("components".into(), self.0["components"].clone());
        root.insert("allOf".into(), json!([schema]));
        let validator = jsonschema::draft202012::new(&Value::Object(root)).unwrap();
        validator.iter_errors(value).map(|error| error.to_string()).collect()
    }

    /// Holds an answer against the description; the operation that it is of.
    #[track_caller]
    pub fn holds(&self, method: &Method, path: &str, answer: &Answer, faulty: bool) -> String {
        let what = format!("{method} {path} {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        let is_head = *method == Method::HEAD;
        let wanted = if is_head { "get".to_owned() } else { method.as_str().to_lowercase() };
        let error = json!({"$ref": "#/components/schemas/Error"});
        let at_path: Vec<_> = self.operations().filter(|(template, _, _)| matches(template, path)).collect();
        let Some((_, _, operation)) = at_path.iter().find(|(_, method, _)| *method == wanted) else {
            let status = if at_path.is_empty() { 404 } else { 405 };
            assert_eq!(answer.status, status, "{what}");
            let found = self.against(&error, &answer.json());
            assert!(found.is_empty(), "{what}: {found:?}");
            if status == 405 {
                let allowed: BTreeSet<&str> = answer.header("allow").split(',').map(str::trim).collect();
                for (_, method, _) in at_path {
                    assert!(allowed.contains(&*method.to_uppercase()), "{what}: {allowed:?}");
                }
            }
            return "none".to_owned();
        };
        let id = operation["operationId"].as_str().unwrap().to_owned();
        let responses = &operation["responses"];
        let mut response = &responses[answer.status.to_string()];
        let is_html = answer
            .headers
            .get("content-type")
            .is_some_and(|kind| kind.as_bytes() == b"text/html; charset=utf-8");
        if response.is_null() || (faulty && is_html) || is_fault(answer) {
            assert!(faulty, "{what} is not described");
            response = &responses["default"];
        }
        let response = self.resolved(response);
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = self.resolved(header);
            if header["required"] == true {
                let value = json!(answer.header(name));
                assert!(self.against(&header["schema"], &value).is_empty(), "{what}: {name}: {value}");
            }
        }
        let Some(content) = response["content"].as_object() else {
            assert!(answer.body.is_empty(), "{what}");
            return id;
        };
        let kind = answer.header("content-type").split(';').next().unwrap();
        let schema =
            &content.get(kind).unwrap_or_else(|| panic!("{what}: {kind} is not described"))["schema"];
        if !is_head {
            let value = if kind == "application/json" {
                answer.json()
            } else {
                json!(String::from_utf8(answer.body.clone()).unwrap())
            };
            let found = self.against(schema, &value);
            assert!(found.is_empty(), "{what}: {found:?}");
        }
        id
    }
}

fn is_fault(answer: &Answer) -> bool {
    serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body["error"] == "fault")
}

fn matches(template: &str, path: &str) -> bool {
    let (template, path): (Vec<&str>, Vec<&str>) = (template.split('/').collect(), path.split('/').collect());
    template.len() == path.len()
        && template.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
}

/// What is described, and cannot be had here without waiting: `tests/emulator/bounds.rs` has it
/// with limits of its own.
pub const ELSEWHERE: [(u16, &str); 2] =
    [(408, "a client that is slow takes a minute"), (413, "64 MiB are many to send four times")];

#[tokio::test]
async fn every_answer_that_is_described_is_given() {
    let api = Api::quick().await;
    let receiver = json!({"url": "http://127.0.0.1:9/", "event_types": ["flow.deleted"], "secret": SECRET});
    let flow_id = api.placed(&flow()).await;
    let job_id = api.get("/api/jobs").await.is(200).json()["items"][0]["id"].as_str().unwrap().to_owned();
    let subscription = api.send(api.post("/api/events/subscriptions", &receiver)).await.is(201);
    let subscription = subscription.json()["id"].as_str().unwrap().to_owned();
    let of = |path: &str, id: &str| format!("{path}/{id}");
    let flow_path = of("/api/flows", &flow_id);

    // Tokens.
    let form = |grant: &str| [("grant_type", grant.to_owned())];
    api.send(api.token_request().form(&form("password"))).await.is(400);
    api.send(api.bare(Method::POST, "/api/oauth2/token").form(&form("client_credentials"))).await.is(401);

    // Each operation with a token that does not reach, without one, and with what it does not take.
    let poor = api.new_token("flow:validate").await;
    let operations = [
        (Method::GET, "/api/flows".to_owned()),
        (Method::POST, "/api/flows".to_owned()),
        (Method::GET, flow_path.clone()),
        (Method::PUT, flow_path.clone()),
        (Method::DELETE, flow_path.clone()),
        (Method::GET, "/api/jobs".to_owned()),
        (Method::GET, of("/api/jobs", &job_id)),
        (Method::GET, "/api/events/subscriptions".to_owned()),
        (Method::GET, "/api/events/deliveries".to_owned()),
        (Method::POST, "/api/events/subscriptions".to_owned()),
        (Method::GET, of("/api/events/subscriptions", &subscription)),
        (Method::DELETE, of("/api/events/subscriptions", &subscription)),
    ];
    for (method, path) in &operations {
        api.send(api.bare(method.clone(), path)).await.is(401);
        api.send(api.bare(method.clone(), path).bearer_auth(&poor)).await.is(403);
        if *method == Method::GET {
            api.send(api.request(Method::HEAD, path)).await.is(200);
            api.get(path).await.is(200);
        }
        if path.ends_with('s') && *method == Method::GET {
            api.get(&format!("{path}?limit=none")).await.is(400);
        }
        if matches!(*method, Method::POST | Method::PUT) {
            let with = |kind: &str, body: &'static str| {
                api.request(method.clone(), path).header("content-type", kind).body(body)
            };
            api.send(with("application/json", "{")).await.is(400);
            api.send(with("text/plain", "{}")).await.is(415);
            api.send(with("application/json", "{}")).await.is(422);
        }
    }

    // What is not there.
    for (method, path) in [
        (Method::GET, "/api/flows/none"),
        (Method::DELETE, "/api/flows/none"),
        (Method::GET, "/api/jobs/none"),
        (Method::GET, "/api/events/subscriptions/none"),
        (Method::DELETE, "/api/events/subscriptions/none"),
    ] {
        api.send(api.request(method, path)).await.is(404);
    }
    api.send(api.with_json(Method::PUT, "/api/flows/none", &flow())).await.is(404);

    // Twice with a key.
    for status in [201, 200] {
        api.send(api.with_json(Method::PUT, &flow_path, &flow()).header("idempotency-key", "a"))
            .await
            .is(status);
        api.send(api.post("/api/flows", &flow()).header("idempotency-key", "b")).await.is(status);
    }

    api.delete(&flow_path).await.is(204);
    api.delete(&of("/api/events/subscriptions", &subscription)).await.is(204);
    let described = api.send(api.bare(Method::GET, "/api/openapi.yaml")).await.is(200);
    assert_eq!(described.body, include_bytes!("../../docs/openapi.yaml"));

    let mut promised = Description::get().promised();
    promised.retain(|(_, status)| !ELSEWHERE.iter().any(|(elsewhere, _)| elsewhere == status));
    let seen = api.seen.lock().unwrap().clone();
    let missing: Vec<_> = promised.difference(&seen).collect();
    assert!(missing.is_empty(), "described, and never seen: {missing:?}");
    api.emulator.stop().await;
}

#[tokio::test]
async fn a_path_that_there_is_not_is_404_and_a_method_405_with_what_is_allowed() {
    let api = Api::quick().await;
    api.get("/").await.is(404);
    api.get("/api/nope").await.is(404);
    api.get("/api/flows/a/b").await.is(404);
    api.send(api.bare(Method::GET, "/api/oauth2/token")).await.is(405);
    api.send(api.bare(Method::PATCH, "/api/flows/x")).await.is(405);
    api.send(api.bare(Method::DELETE, "/api/jobs")).await.is(405);
    api.send(api.bare(Method::OPTIONS, "/api/openapi.yaml")).await.is(405);
}

#[test]
fn every_reference_of_the_description_leads_somewhere() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    for description in [Description::get(), Description::studio()] {
        let mut found = Vec::new();
        references(&description.0, &mut found);
        assert!(found.len() > 50, "{}", found.len());
        for place in found {
            assert!(description.0.pointer(place.strip_prefix('#').unwrap()).is_some(), "{place}");
        }
    }
}
