//! Answers of the platform: each ends in a verdict that tells no secret; what was taken is never
//! sent again; and a job is the one that was asked for.
#![no_main]

use cxflowc::cxone::next_step::{NextStep, UnusableAnswer, judge};
use cxflowc::cxone::request::{self, Authorization};
use cxflowc::cxone::response::Response;
use cxflowc::cxone::studio::{self, SaveAnswer};
use cxflowc::cxone::{answer, flows, id};
use cxflowc_fuzz::{hidden, tells_no_secret, tenant};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(response) = cxflowc_fuzz::answer(bytes).map(hidden) else { return };
    let tenant = tenant();
    let bearer = Authorization::Bearer("another token".to_owned().into());

    let create = request::create(&tenant, &b"{}"[..].into(), "key", None);
    let endpoints = &tenant.endpoints;
    let read = |response: &Response| {
        answer::created(response, endpoints)
            .map_err(|no_job| UnusableAnswer::Unnamed(no_job.why, no_job.flow))
    };
    let verdict = judge(&create, &bearer, Ok(response.clone()), read, true);
    tells_no_secret(&verdict);
    if (200..300).contains(&response.status) {
        assert!(!matches!(verdict, NextStep::Again(_) | NextStep::Renew), "what was taken is sent again");
    }
    if let NextStep::Done(job) = verdict {
        assert!(id::check(&job.id).is_ok(), "{:?} is no id", job.id);
    }

    let asked = request::job(&tenant, "job-1");
    let read = |response: &Response| Ok(answer::job_asked(response, "job-1")?);
    let verdict = judge(&asked, &bearer, Ok(response.clone()), read, true);
    tells_no_secret(&verdict);
    if let NextStep::Done(job) = verdict {
        assert_eq!(job.id, "job-1");
        job.state();
    }

    let list = request::subscriptions(&tenant, 0);
    let read = |response: &Response| Ok(answer::subscriptions(&response.body)?);
    tells_no_secret(&judge(&list, &bearer, Ok(response.clone()), read, true));
    let flow = request::flow(&tenant, "flow-1");
    let read = |response: &Response| Ok(flows::flow(&response.body, "flow-1")?);
    tells_no_secret(&judge(&flow, &bearer, Ok(response.clone()), read, true));
    let read = |response: &Response| Ok(flows::listed(&response.body, "flow-1", 0)?);
    tells_no_secret(&judge(&flow, &bearer, Ok(response.clone()), read, true));

    let save = studio::request::save(&tenant.base, b"{}");
    let read = |response: &Response| Ok(studio::answer::saved(response)?);
    let verdict = judge(&save, &bearer, Ok(response.clone()), read, true);
    tells_no_secret(&verdict);
    if let NextStep::Done(SaveAnswer::Saved { id: Some(id), .. }) = verdict {
        assert!(response.status != 409, "what was rejected counts as saved");
        assert!(id::check(&id).is_ok(), "{id:?} is no id");
    }
    let open = studio::request::open(&tenant.base, "a");
    let read = |response: &Response| Ok(studio::answer::lock_holder(&response.body)?);
    tells_no_secret(&judge(&open, &bearer, Ok(response), read, true));
});
