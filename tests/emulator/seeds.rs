//! The same seed gives the same run.

use cxflowc::emulator::EmulatorOptions;

use super::support::*;

fn seeded(seed: Option<u64>) -> EmulatorOptions {
    EmulatorOptions { faults: "502:0.3,429:0.3".parse().unwrap(), seed, ..quick() }
}

async fn statuses(api: &Api, path: &str, number: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..number {
        statuses.push(api.get(path).await.status);
    }
    statuses
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults_whatever_happens_on_other_routes() {
    let one = Api::without_token(seeded(Some(7))).await;
    let other = Api::without_token(seeded(Some(7))).await;
    let flows = statuses(&one, "/api/flows", 60).await;
    let jobs = statuses(&one, "/api/jobs", 60).await;
    assert_ne!(flows, jobs);
    assert!(flows.contains(&502) && flows.contains(&429) && flows.contains(&401), "{flows:?}");
    let (mut other_flows, mut other_jobs) = (Vec::new(), Vec::new());
    for _ in 0..30 {
        other_jobs.extend(statuses(&other, "/api/jobs", 2).await);
        other_flows.extend(statuses(&other, "/api/flows", 2).await);
    }
    assert_eq!((flows, jobs), (other_flows, other_jobs));
    let third = Api::without_token(seeded(Some(8))).await;
    assert_ne!(statuses(&third, "/api/jobs", 60).await, statuses(&one, "/api/flows", 60).await);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_credentials_and_ids() {
    async fn ids(seed: Option<u64>) -> [String; 4] {
        let api = Api::start(EmulatorOptions { seed, ..quick() }).await;
        let flow = api.placed(&flow()).await;
        [api.emulator.client_id().to_owned(), api.secret(), api.token.clone(), flow]
    }
    assert_eq!(ids(Some(7)).await, ids(Some(7)).await);
    for (seed, other) in [(Some(7), Some(8)), (None, None)] {
        let (one, other) = (ids(seed).await, ids(other).await);
        assert!(one.iter().zip(&other).all(|(one, other)| one != other), "{one:?} {other:?}");
    }
}
