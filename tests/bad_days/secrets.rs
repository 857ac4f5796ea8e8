//! A platform that repeats what it was told: no secret of it is shown. Each run is searched, with
//! everything that it leaves in the folder.

use serde_json::{Value, json};

use crate::harness::{Platform, Step, TOKEN, all_well, completed, job, on, token, token_of};
use crate::support::{Folder, SECRET, WEBHOOK_SECRET, basic, side_by_side};

const FORMS: [&str; 4] = ["", "-v", "-v --message-format json --format json", "-v --message-format sarif"];

/// All that the client knows that is secret, in the spellings in which it may come back.
fn everything() -> Vec<String> {
    spelt(&[SECRET, TOKEN, WEBHOOK_SECRET, &basic()])
}

/// What is secret before there is a token.
fn credentials() -> Vec<String> {
    spelt(&[SECRET, WEBHOOK_SECRET, &basic()])
}

fn spelt(secrets: &[&str]) -> Vec<String> {
    let form = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let percent = |text: &str| form(text).replace('+', "%20");
    let html = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('+', "&#x2B;");
    let unicode =
        |text: &str| {
            // As programs write it that take no risk with what a browser might make of it.
            text.chars()
                .map(|c| {
                    if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) }
                })
                .collect::<String>()
        };
    let slashes = |text: &str| text.replace('"', "\\\"").replace('/', "\\/");
    let mut all = Vec::new();
    for &secret in secrets {
        let percent_low = percent(secret).replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d");
        let spelt =
            [form(secret), percent(secret), percent_low, html(secret), unicode(secret), slashes(secret)];
        all.push(secret.to_owned());
        all.extend(spelt);
    }
    all
}

/// A page that repeats all of it.
fn page_of(all: &[String]) -> String {
    format!("<pre>{}</pre>", all.join(" "))
}

fn page() -> String {
    page_of(&everything())
}

fn answer() -> Value {
    answer_of(&everything())
}

/// JSON that repeats all of it, in each place where there is text to be shown.
fn answer_of(all: &[String]) -> Value {
    let said = |text: &str| format!("you said {text} to me");
    let errors: Vec<Value> = all
        .iter()
        .flat_map(|text| [json!({ "code": text, "message": said(text), "node": text }), json!(said(text))])
        .collect();
    json!({ "error": SECRET, "message": said(&all.join(", ")), "errors": errors })
}

/// JSON with every letter of its texts spelt as a number.
fn escaped(value: &Value) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in value.to_string().chars() {
        match c {
            '"' => {
                inside = !inside;
                out.push(c);
            }
            '\\' => panic!("a text with escapes"),
            c if inside => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Submits to each of these platforms in each form of output; the code says that it got so far.
fn told<const N: usize>(cases: [(Vec<Step>, &str); N]) {
    let runs = cases.iter().flat_map(|case| FORMS.map(|form| (case, form)));
    side_by_side(runs, |((steps, code), form)| {
        let platform = Platform::script(steps.clone());
        let folder = Folder::for_platform(&platform).with_webhook();
        let run = folder.submit(&format!("{form} --timeout 4s --audit audit.jsonl --metrics metrics.json"));
        assert!(format!("{}{}", run.out, run.err).contains(code), "{run:#?}");
        assert!(folder.read("audit.jsonl").contains("\"action\""));
        folder.read("cxflow.lock");
        folder.read("metrics.json");
    });
}

#[test]
fn in_place_of_a_token() {
    let (answer, page) = (answer_of(&credentials()), page_of(&credentials()));
    let token = || on("POST /api/oauth2/token");
    told([
        (vec![token().answers(401, answer.clone())], "CX901"),
        (vec![token().answers(418, &*page)], "CX908"),
        (vec![token().answers(200, &*page).for_ever()], "CX908"),
        (vec![token().answers(200, answer)], "CX901"),
    ]);
}

#[test]
fn in_place_of_a_job() {
    let create = || on("POST /api/flows");
    told([
        (vec![token(), create().answers(422, answer())], "CX902"),
        (vec![token(), create().answers(403, answer())], "CX901"),
        (vec![token(), create().answers(500, page()).for_ever()], "CX908"),
        (vec![token(), create().answers(200, page())], "CX911"),
        (vec![token(), create().answers(201, answer())], "CX911"),
    ]);
}

#[test]
fn in_numbers_for_letters() {
    let text = format!("you said {TOKEN} and {WEBHOOK_SECRET} and {}", basic());
    let refusal = escaped(&json!({ "message": text, "errors": [{ "message": text, "node": TOKEN }] }));
    told([
        (vec![token(), on("POST /api/flows").answers(422, &*refusal)], "CX902"),
        (vec![token(), on("POST /api/flows").answers(201, &*refusal)], "CX911"),
    ]);
}

#[test]
fn with_what_is_not_shown_between_the_letters() {
    let text: String = TOKEN.chars().flat_map(|c| [c, '\u{200b}', '\u{7}']).collect();
    let refusal = json!({ "message": text, "errors": [{ "message": text, "node": text, "code": text }] });
    told([
        (vec![token(), on("POST /api/flows").answers(422, refusal)], "CX902"),
        (vec![token(), on("POST /api/flows").answers(500, &*text).for_ever()], "CX908"),
    ]);
}

#[test]
fn in_what_a_job_says() {
    let mut failed = answer();
    failed["id"] = "job-1".into();
    failed["status"] = "failed".into();
    let created = json!({ "id": "job-1", "status": TOKEN, "message": SECRET });
    let steps = vec![
        token(),
        on("POST /api/flows").answers(201, created),
        on("GET /api/jobs/job-1").answers(200, failed),
    ];
    told([(steps, "CX905")]);
}

#[test]
fn in_the_names_of_things() {
    // What the platform calls its things comes into the lock and the audit log.
    for secret in [TOKEN, WEBHOOK_SECRET] {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, completed("job-1", "flow-1")),
            on("GET /api/events/subscriptions").answers(200, "[]"),
            on("POST /api/events/subscriptions").answers(201, json!({ "id": secret })),
            on("GET /api/events/subscriptions").answers(200, "[]"),
        ]);
        Folder::for_platform(&platform).with_webhook().submit("-v --audit audit.jsonl").exits(0);
        // Nothing can be asked for by what stands in a secret's place.
        let platform =
            Platform::script([token(), on("POST /api/flows").answers(201, completed("job-1", secret))]);
        let folder = Folder::for_platform(&platform).with_variable("CXONE_WEBHOOK_SECRET", WEBHOOK_SECRET);
        folder.submit("-v --audit audit.jsonl").fails("CX908").message_has("does not name a flow");
    }
}

#[test]
fn in_a_redirect() {
    let redirect = |line: &str, text: &str| {
        on(line).answers(302, "").header("Location", format!("https://elsewhere.example.com/?back={text}"))
    };
    let secret: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    told([&*basic(), &secret].map(|text| (vec![redirect("POST /api/oauth2/token", text)], "CX908")));
    told([TOKEN, &basic(), &secret].map(|text| (vec![token(), redirect("POST /api/flows", text)], "CX908")));
}

#[test]
fn in_what_is_said_of_a_webhook() {
    let list = || on("GET /api/events/subscriptions").answers(200, "[]");
    let subscribe = || on("POST /api/events/subscriptions");
    told([
        (vec![token(), all_well(), list(), subscribe().answers(418, page())], "CX910"),
        (vec![token(), all_well(), list(), subscribe().answers(422, answer())], "CX910"),
    ]);
}

#[test]
fn in_an_older_token_that_is_not_used_any_more() {
    let refusal = json!({ "message": format!("{TOKEN} has run out, and tok-hush-second is no better") });
    let steps = vec![
        token(),
        on("POST /api/flows").answers(401, ""),
        token_of("tok-hush-second"),
        on("POST /api/flows").answers(403, refusal),
    ];
    told([(steps, "CX901")]);
}

#[test]
fn in_what_other_verbs_say() {
    let job_of = |id: &str| json!({ "id": id, "status": "running", "message": SECRET, "flow_id": TOKEN });
    let platform = Platform::script([
        token(),
        on("GET /api/jobs/job-1").answers(200, job_of("job-1")),
        token(),
        on("GET /api/jobs/job-1").answers(404, answer()),
        token(),
        on("GET /api/events/subscriptions")
            .answers(200, json!([{ "id": "sub-1", "url": SECRET }, { "id": TOKEN }])),
        token(),
        on("GET /api/events/subscriptions").answers(404, ""),
        on("POST /api/events/subscriptions").answers(422, answer()),
        token(),
        on("DELETE /api/events/subscriptions/sub-1").answers(500, page()).for_ever(),
    ]);
    let folder = Folder::for_platform(&platform).with_webhook();
    folder.run("job job-1 -v").exits(0);
    folder.run("job job-1 -v --message-format json").exits(3);
    folder.run("webhook list").exits(0);
    folder.run("webhook register https://hooks.example.com/cxone").exits(3);
    folder.run("webhook delete sub-1 --timeout 4s").exits(3);
}

#[test]
fn a_secret_that_is_a_common_word_breaks_nothing() {
    side_by_side(["flow", "completed", "status", "job-1"], |word| {
        let platform = Platform::script([
            token(),
            on("POST /api/flows").answers(201, job("job-1", "queued")),
            on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
        ]);
        Folder::for_platform(&platform).with_variable("CXONE_CLIENT_SECRET", word).submit("").exits(0);
    });
}
