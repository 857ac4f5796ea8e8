//! Where nothing was sent, or what was sent was certainly not carried out, the lock notes nothing.

use serde_json::json;

use crate::harness::{Platform, Step, completed, left_queued, on, token};
use crate::support::{CLEAN, Folder, side_by_side};

/// Whether the lock says that something is under way.
fn is_pending(folder: &Folder) -> bool {
    folder.path("cxflow.lock").exists() && folder.read("cxflow.lock").contains("pending")
}

#[test]
fn a_sign_in_that_fails_leaves_nothing_behind() {
    let sign_in = || on("POST /api/oauth2/token");
    let cases: Vec<(Step, &str)> = vec![
        (sign_in().answers(401, json!({ "error": "invalid_client" })), "CX901"),
        (sign_in().answers(400, json!({ "error": "unauthorized_client" })), "CX901"),
        (sign_in().answers(403, ""), "CX901"),
        (sign_in().answers(200, json!({ "error": "invalid_scope" })), "CX901"),
        (sign_in().answers(302, "").header("Location", "/login"), "CX908"),
        (sign_in().answers(307, "").header("Location", "https://sso.example.com/"), "CX908"),
        (sign_in().answers(404, "").times(1), "CX908"),
        (sign_in().answers(500, "").times(5), "CX908"),
        (sign_in().answers(200, "<html>").times(5), "CX908"),
        (sign_in().answers(429, "").header("Retry-After", "3600"), "CX903"),
    ];
    side_by_side(cases, |(step, code)| {
        let platform = Platform::script([step]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails(code);
        assert!(!is_pending(&folder), "{code}: {}", folder.read("cxflow.lock"));
        folder.run("status a.cxflow").exits(1).out_has("never submitted");
    });
}

#[test]
fn a_refusal_or_a_redirect_leaves_nothing_behind() {
    let create = || on("POST /api/flows");
    let cases: Vec<Vec<Step>> = vec![
        vec![create().answers(301, "").header("Location", "/v2/api/flows")],
        vec![create().answers(302, "").header("Location", "https://sso.example.com/login?next=1")],
        vec![create().answers(302, "")],
        vec![create().answers(307, "").header("Location", "/api/jobs/job-1")],
        vec![create().answers(308, "").header("Location", "/api/flows/")],
        vec![create().answers(409, json!({ "message": "the flow is locked" }))],
        vec![create().answers(409, json!({ "message": "a flow of this name already exists" }))],
        vec![create().answers(423, "")],
        vec![create().answers(403, "")],
        vec![create().answers(404, "")],
        vec![create().answers(418, "")],
        vec![create().answers(401, ""), token(), create().answers(401, "")],
        vec![create().answers(401, ""), on("POST /api/oauth2/token").answers(401, "")],
        vec![create().answers(429, "").header("Retry-After", "3600")],
        vec![create().answers(429, ""), create().answers(422, "")],
    ];
    side_by_side(cases, |steps| {
        let platform = Platform::script([token()].into_iter().chain(steps));
        let folder = Folder::for_platform(&platform);
        folder.submit("").exits(3);
        assert!(!is_pending(&folder), "{:?}: {}", platform.requests(), folder.read("cxflow.lock"));
        folder.run("status a.cxflow").exits(1).out_has("never submitted");
    });
    // After an answer that says nothing, nobody can tell.
    let lost = [
        create().resets(),
        create().answers(500, ""),
        create().answers(502, ""),
        create().answers(504, ""),
        create().answers(408, ""),
        create().breaks_off_in_its_head(),
    ];
    let refusals = [400, 401, 403, 404, 409, 413, 422, 423];
    let cases = lost.iter().flat_map(|lost| refusals.map(|refusal| (lost.clone(), refusal)));
    side_by_side(cases, |(lost, refusal)| {
        let refused = create().answers(refusal, json!({ "message": "the name is locked" }));
        let renewed = (refusal == 401).then(|| [token(), create().answers(401, "")]);
        let steps = [token(), lost, refused].into_iter().chain(renewed.into_iter().flatten());
        let platform = Platform::script(steps);
        let folder = Folder::for_platform(&platform);
        folder.submit("").exits(3);
        assert!(is_pending(&folder), "{:?}", platform.requests());
    });
}

/// Servers write 302 where they mean 303, and its target says what was made.
#[test]
fn a_redirect_to_what_was_made_is_no_refusal() {
    let see = |status: u16, to: &str| on("POST /api/flows").answers(status, "").header("Location", to);
    for status in [301, 302] {
        let platform = Platform::script([
            token(),
            see(status, "/api/jobs/job-7"),
            on("GET /api/jobs/job-7").answers(200, completed("job-7", "flow-1")),
        ]);
        Folder::for_platform(&platform).submit("").exits(0).out_has("in place as flow-1 (job job-7)");
        let platform = Platform::script([token(), see(status, "/api/flows/flow-5")]);
        let folder = Folder::for_platform(&platform);
        folder.submit("").fails("CX911").message_has("flow-5");
        folder.submit("").fails("CX911");
        assert_eq!(platform.requests_of("POST /api/flows").len(), 1);
    }
}

#[test]
fn a_refusal_leaves_an_earlier_job_pending() {
    let platform = Platform::script([
        token(),
        left_queued(),
        token(),
        on("POST /api/flows").answers(422, json!({ "message": "no" })),
        token(),
        on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
    ]);
    let folder = Folder::for_platform(&platform);
    folder.submit("--timeout 4s").fails("CX906");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    folder.submit("--give-up-pending").fails("CX902");
    let lock = folder.read("cxflow.lock");
    assert!(lock.contains("job-1"), "{lock}");
    folder.write("a.cxflow", CLEAN);
    folder.submit("").exits(0).out_has("in place as flow-1 (job job-1)");
}
