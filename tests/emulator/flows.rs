//! Submitting flows: made once, updated in place, removed.

use reqwest::Method;
use serde_json::{Value, json};

use super::support::*;

#[tokio::test]
async fn a_flow_is_handed_over_and_is_in_place() {
    let api = Api::quick().await;
    let answer = api.send(api.post("/api/flows", &flow())).await.is(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json()["status"], "queued");
    assert_eq!(answer.header("location"), format!("/api/jobs/{id}"));
    let job = api.ended(&id).await;
    assert_eq!(job["status"], "completed", "{job}");
    let placed = api.get(&format!("/api/flows/{}", job["flow_id"].as_str().unwrap())).await.is(200).json();
    assert_eq!(placed["payload"], flow());
    assert_eq!(
        (&placed["version"], &placed["nodes"], &placed["transitions"]),
        (&json!(1), &json!(2), &json!(1))
    );
}

#[tokio::test]
async fn a_flow_is_updated_in_place() {
    let api = Api::quick().await;
    let id = api.placed(&flow()).await;
    let path = format!("/api/flows/{id}");
    let before = api.get(&path).await.json();
    let job = api.send(api.with_json(Method::PUT, &path, &named("Second"))).await.is(201).json();
    let job = api.ended(job["id"].as_str().unwrap()).await;
    assert_eq!(job["flow_id"], id.as_str());
    let after = api.get(&path).await.is(200).json();
    assert_eq!((&after["name"], &after["version"]), (&json!("Second"), &json!(2)));
    assert_eq!(after["created_at"], before["created_at"]);
    assert_eq!(api.get("/api/flows").await.json()["total"], 1);
}

#[tokio::test]
async fn a_flow_that_is_deleted_during_its_update_lets_the_update_fail() {
    let api = Api::start(cxflowc::emulator::EmulatorOptions {
        job_time: std::time::Duration::from_millis(400),
        ..quick()
    })
    .await;
    let id = api.placed(&flow()).await;
    let path = format!("/api/flows/{id}");
    let job = api.send(api.with_json(Method::PUT, &path, &flow())).await.is(201).json();
    api.delete(&path).await.is(204);
    let job = api.ended(job["id"].as_str().unwrap()).await;
    assert_eq!(errors(&job), [("unknown_flow".to_owned(), None)]);
}

#[tokio::test]
async fn a_deleted_flow_is_gone() {
    let api = Api::quick().await;
    let path = format!("/api/flows/{}", api.placed(&flow()).await);
    api.delete(&path).await.is(204);
    api.get(&path).await.is(404);
    api.delete(&path).await.is(404);
    assert_eq!(api.get("/api/flows").await.json()["items"], json!([]));
}

#[tokio::test]
async fn the_same_key_and_payload_give_the_same_job() {
    let api = Api::quick().await;
    let keyed = |key: &str, flow: &Value| api.post("/api/flows", flow).header("idempotency-key", key);
    let first = api.send(keyed("k-1", &flow())).await.is(201).json();
    // Bare or as a quoted string, it is one key.
    let again = api.send(keyed("\"k-1\"", &flow())).await.is(200).json();
    assert_eq!(first["id"], again["id"]);
    api.ended(first["id"].as_str().unwrap()).await;
    let later = api.send(keyed("k-1", &flow())).await.is(200).json();
    assert_eq!((&later["id"], &later["status"]), (&first["id"], &json!("completed")));
    assert_eq!(api.get("/api/flows").await.json()["total"], 1);
    // Another key is another flow.
    api.send(keyed("k-2", &flow())).await.is(201);
}

#[tokio::test]
async fn the_same_key_with_another_payload_or_place_is_refused() {
    let api = Api::quick().await;
    let id = api.placed(&flow()).await;
    let post = |flow: &Value| api.post("/api/flows", flow).header("idempotency-key", "k");
    api.send(post(&flow())).await.is(201);
    let answer = api.send(post(&named("Other"))).await.is(422);
    assert_eq!(answer.errors(), [("key_used".to_owned(), None)]);
    let put = api.with_json(Method::PUT, &format!("/api/flows/{id}"), &flow()).header("idempotency-key", "k");
    assert_eq!(api.send(put).await.is(422).errors(), [("key_used".to_owned(), None)]);
}

#[tokio::test]
async fn a_payload_that_was_refused_leaves_its_key_free() {
    let api = Api::quick().await;
    let keyed = |flow: &Value| api.post("/api/flows", flow).header("idempotency-key", "k");
    api.send(keyed(&json!({}))).await.is(422);
    api.send(keyed(&flow())).await.is(201);
}

#[tokio::test]
async fn fifty_requests_with_the_same_key_make_one_job() {
    let api = std::sync::Arc::new(Api::quick().await);
    let all: Vec<_> = (0..50)
        .map(|_| {
            let api = std::sync::Arc::clone(&api);
            tokio::spawn(async move {
                let answer = api.send(api.post("/api/flows", &flow()).header("idempotency-key", "k")).await;
                (answer.status, answer.json()["id"].as_str().unwrap().to_owned())
            })
        })
        .collect();
    let mut statuses = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for one in all {
        let (status, id) = one.await.unwrap();
        statuses.push(status);
        ids.insert(id);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 49, "{statuses:?}");
    assert_eq!(ids.len(), 1);
    api.ended(ids.first().unwrap()).await;
    assert_eq!(api.get("/api/flows").await.json()["total"], 1);
}

#[tokio::test]
async fn a_key_that_is_none_is_a_bad_request() {
    let api = Api::quick().await;
    for key in ["", "\"\"", &"k".repeat(256)] {
        api.send(api.post("/api/flows", &flow()).header("idempotency-key", key)).await.is(400);
    }
    let twice = api.post("/api/flows", &flow()).header("idempotency-key", "a").header("idempotency-key", "b");
    api.send(twice).await.is(400);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let api = Api::quick().await;
    for name in ["a", "b", "c"] {
        api.placed(&named(name)).await;
    }
    let names = |page: &Value| {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let page = api.get("/api/flows?limit=2").await.is(200).json();
    assert_eq!(names(&page), ["a", "b"]);
    assert_eq!((&page["total"], &page["limit"], &page["offset"]), (&json!(3), &json!(2), &json!(0)));
    assert_eq!(names(&api.get("/api/flows?limit=2&offset=2").await.json()), ["c"]);
    assert_eq!(names(&api.get("/api/flows?offset=9").await.json()), [""; 0]);
    for query in ["limit=0", "limit=101", "limit=x", "limit=", "offset=-1", "offset=x", "offset=10001"] {
        api.get(&format!("/api/flows?{query}")).await.is(400);
    }
}
