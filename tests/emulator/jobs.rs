//! The states of a job.

use std::time::{Duration, Instant};

use cxflowc::emulator::EmulatorOptions;

use super::support::*;

#[tokio::test]
async fn a_job_is_queued_then_processing_then_completed() {
    let time = Duration::from_millis(1500);
    let api = Api::start(EmulatorOptions { job_time: time, ..quick() }).await;
    let started = Instant::now();
    let job = api.send(api.post("/api/flows", &flow())).await.is(201).json();
    let path = format!("/api/jobs/{}", job["id"].as_str().unwrap());
    let mut states = vec![job["status"].as_str().unwrap().to_owned()];
    while states.last().unwrap() != "completed" {
        assert!(started.elapsed() < PATIENCE, "{states:?}");
        let status = api.get(&path).await.is(200).json()["status"].as_str().unwrap().to_owned();
        if states.last() != Some(&status) {
            states.push(status);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(states, ["queued", "processing", "completed"]);
    assert!(started.elapsed() >= time, "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_job_may_take_no_time_at_all() {
    let api = Api::start(EmulatorOptions { job_time: Duration::ZERO, ..quick() }).await;
    assert_eq!(api.hand_over(&flow()).await["status"], "completed");
}

#[tokio::test]
async fn jobs_are_listed() {
    let api = Api::quick().await;
    api.placed(&flow()).await;
    let page = api.get("/api/jobs").await.is(200).json();
    assert_eq!(page["total"], 1);
    assert_eq!(page["items"][0]["status"], "completed");
}
