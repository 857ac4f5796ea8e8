//! Too many requests.

use std::time::{Duration, SystemTime};

use crate::harness::{Platform, all_well, completed, job, on, token};
use crate::support::Folder;

#[test]
fn seconds_are_waited_for() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(429, "").header("Retry-After", "2"),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let creations = platform.requests_of("POST /api/flows");
    let wait = creations[1].at - creations[0].at;
    assert!((2.0..5.0).contains(&wait.as_secs_f64()), "{wait:?}");
    assert_eq!(creations[0].header("idempotency-key"), creations[1].header("idempotency-key"));
}

#[test]
fn a_date_is_waited_for() {
    // Dates have whole seconds.
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3));
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(429, "").header("Retry-After", date),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let creations = platform.requests_of("POST /api/flows");
    let wait = creations[1].at - creations[0].at;
    assert!((1.0..7.0).contains(&wait.as_secs_f64()), "{wait:?}");
}

#[test]
fn without_a_time_and_with_one_that_says_nothing_it_is_tried_again_soon() {
    let ago = "Sun, 06 Nov 1994 08:49:37 GMT";
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(429, ""),
        on("POST /api/flows").answers(429, "").header("Retry-After", "soon"),
        on("POST /api/flows").answers(429, "").header("Retry-After", ago),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(429, ""),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform)
        .submit("-v")
        .exits(0)
        .message_has("a.cxflow: the platform answered 429, too many requests; next try in");
}

#[test]
fn for_ever_ends_with_the_timeout() {
    let platform = Platform::script([token(), on("POST /api/flows").answers(429, "").for_ever()]);
    let run = Folder::for_platform(&platform).submit("--timeout 4s").fails("CX903");
    assert!(run.took >= Duration::from_secs(2) && run.took < Duration::from_secs(10), "{run:#?}");
    let tries = platform.requests_of("POST /api/flows").len();
    assert!((2..40).contains(&tries), "{tries}");
    run.message_has(&format!("answered 429, too many requests; {tries} tries in ")).message_has("--timeout");
}

#[test]
fn for_ever_on_the_job_leaves_the_command_that_picks_it_up() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(429, "").for_ever(),
    ]);
    Folder::for_platform(&platform)
        .submit("--timeout 4s")
        .fails("CX903")
        .message_has("`cxflowc job job-1 --wait`");
}

#[test]
fn a_wait_longer_than_the_timeout_is_not_begun() {
    for (asked, said) in [("3600", "60 min"), ("31622400", "8784 h, which")] {
        let platform =
            Platform::script([token(), on("POST /api/flows").answers(429, "").header("Retry-After", asked)]);
        Folder::for_platform(&platform)
            .submit("--timeout 20s")
            .fails("CX903")
            .message_has("asks to wait")
            .message_has(said)
            .message_has("more than the rest of 20 s")
            .took_less_than(Duration::from_secs(10));
    }
}

#[test]
fn a_token_can_be_had_too_often_as_well() {
    let platform = Platform::script([
        on("POST /api/oauth2/token").answers(429, "").header("Retry-After", "1"),
        token(),
        all_well(),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
}

#[test]
fn a_wait_of_the_jobs_endpoint_is_kept() {
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(201, job("job-1", "queued")),
        on("GET /api/jobs/job-1").answers(429, "").header("Retry-After", "1"),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    Folder::for_platform(&platform).submit("").exits(0);
    let polls = platform.requests_of("GET /api/jobs/job-1");
    assert!(polls[1].at - polls[0].at >= Duration::from_secs(1));
}

#[test]
fn a_date_is_counted_from_the_answers_own_clock() {
    // The platform's clock is an hour ahead, and an hour behind.
    let clocks =
        [SystemTime::now() + Duration::from_secs(3600), SystemTime::now() - Duration::from_secs(3600)];
    for clock in clocks {
        let date = |time: SystemTime| httpdate::fmt_http_date(time);
        let platform = Platform::script([
            token(),
            on("POST /api/flows")
                .answers(429, "")
                .header("Date", date(clock))
                .header("Retry-After", date(clock + Duration::from_secs(2))),
            all_well(),
        ]);
        Folder::for_platform(&platform).submit("--timeout 30s").exits(0);
        let creations = platform.requests_of("POST /api/flows");
        let wait = creations[1].at - creations[0].at;
        assert!((2.0..8.0).contains(&wait.as_secs_f64()), "{wait:?}");
    }
}

#[test]
fn a_part_of_a_second_is_a_whole_one_and_nonsense_is_nothing() {
    for (asked, least, most) in [("1.2", 2.0, 6.0), ("-5", 0.0, 4.0), ("1e9", 0.0, 4.0), ("9 s", 0.0, 4.0)] {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(429, "").header("Retry-After", asked),
            all_well(),
        ]);
        Folder::for_platform(&platform).submit("--timeout 30s").exits(0);
        let creations = platform.requests_of("POST /api/flows");
        let wait = creations[1].at - creations[0].at;
        assert!((least..most).contains(&wait.as_secs_f64()), "{asked}: {wait:?}");
    }
}

#[test]
fn a_job_that_goes_on_is_asked_for_when_its_answer_says() {
    for status in [200, 202] {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(202, job("job-1", "queued")).header("Retry-After", "3"),
            on("GET /api/jobs/job-1")
                .answers(status, job("job-1", "processing"))
                .header("Retry-After", "2.5"),
            on("GET /api/jobs/job-1").answers(status, job("job-1", "processing")).header("Retry-After", "0"),
            on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0);
        let (made, polls) =
            (&platform.requests_of("POST /api/flows")[0], platform.requests_of("GET /api/jobs/job-1"));
        assert!(polls[0].at - made.at >= Duration::from_secs(3));
        assert!(polls[1].at - polls[0].at >= Duration::from_secs(3));
        assert!(polls[2].at - polls[1].at >= Duration::from_millis(500), "nobody is asked without end");
    }
    let platform = Platform::script([
        token(),
        on("POST /api/flows").answers(202, job("job-1", "queued")).header("Retry-After", "3600"),
    ]);
    Folder::for_platform(&platform)
        .submit("--timeout 20s")
        .fails("CX906")
        .message_has("the platform asks to wait 60 min")
        .message_has("`cxflowc job job-1 --wait`")
        .took_less_than(Duration::from_secs(15));
}
