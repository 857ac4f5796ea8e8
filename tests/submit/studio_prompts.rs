//! `studio prompts`: the recordings of a flow, in a folder and on a tenant.

use serde_json::{Value, json};

use super::studio_tenant::*;
use super::support::*;

const PROMPTS: &str = "studio prompts a.cxflow --set queue=Sales";
/// `[studio] music`, which is there from the start.
const MUSIC: &str = "greeting.wav";

fn folder() -> Folder {
    let settings = format!("[studio]\nbusiness_unit = {UNIT}\nprompts = \"Own\"\nmusic = \"{MUSIC}\"\n");
    let flow = CLEAN.replace("cdn.example.com/notice.wav", "cdn.example.com/en/notice.wav");
    Folder::of(&flow).with("cxflow.toml", settings).with("wav/en/notice.wav", mu_law(1000))
}

/// What a run says of a recording.
#[track_caller]
fn line(run: &Run, name: &str) -> String {
    let found = run.out.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    found.unwrap_or_else(|| panic!("no {name} in:\n{}", run.out)).to_owned()
}

#[test]
fn nothing_is_uploaded_unless_that_is_asked_for() {
    let tenant = Tenant::start(usual());
    let folder = folder();
    let run = tenant.run(&folder, PROMPTS).exits(1);
    assert_eq!(line(&run, MUSIC), "there, the tenant has it");
    assert_eq!(line(&run, "Own\\en\\notice.wav"), "missing, the tenant does not have it");
    let run = tenant.run(&folder, &format!("{PROMPTS} --from wav")).exits(1);
    assert_eq!(line(&run, "Own\\en\\notice.wav"), "missing, the tenant does not have it: --upload sends it");
    assert!(tenant.calls().iter().all(|line| line.starts_with("GET ")), "{:?}", tenant.calls());
    assert!(!folder.has("cxflow.lock"));
    tenant.run(&folder, &format!("{PROMPTS} --upload")).exits(2);
}

#[test]
fn what_is_new_or_changed_is_uploaded_once() {
    let tenant = Tenant::start(usual());
    let folder = folder();
    let upload = format!("{PROMPTS} --from wav --upload --audit log.jsonl");
    let run = tenant.run(&folder, &upload).exits(0);
    assert_eq!(line(&run, "Own\\en\\notice.wav"), "uploaded, the tenant did not have it");
    let lock = folder.lock("cxflow.lock");
    let noted = &lock["recording"].as_array().unwrap()[0];
    assert_eq!(noted["name"].as_str(), Some("Own\\en\\notice.wav"));
    assert_eq!(noted["platform"].as_str().unwrap(), format!("{} business unit {UNIT}", tenant.url()));
    let posts = || tenant.calls().iter().filter(|line| line.starts_with("POST ")).count();
    assert_eq!(posts(), 1);
    let run = tenant.run(&folder, &upload).exits(0);
    assert_eq!(line(&run, "Own\\en\\notice.wav"), "same, the tenant has this version");
    assert_eq!(posts(), 1);
    // A version that was uploaded from here may be replaced from here.
    folder.write("wav/en/notice.wav", mu_law(1500));
    let run = tenant.run(&folder, &format!("{PROMPTS} --from wav --format json")).exits(1);
    let rows = run.lines();
    let row = rows.iter().find(|row| row["recording"] == "Own\\en\\notice.wav").unwrap();
    assert_eq!(row["status"], "differs");
    let run = tenant.run(&folder, &upload).exits(0);
    assert_eq!(line(&run, "Own\\en\\notice.wav"), "uploaded, in place of another version");
    let log = folder.log("log.jsonl");
    assert_eq!((column(&log, "action"), column(&log, "status")), (vec!["create"; 2], vec!["ok"; 2]));
    assert_eq!((&log[1]["flow"], &log[1]["detail"]), (&json!("Own\\en\\notice.wav"), &json!("a recording")));
    // Scripts and recordings have their entries in one lock.
    tenant.run(&folder, "submit --target studio a.cxflow --set queue=Sales").exits(0);
    let lock = folder.lock("cxflow.lock");
    assert!(lock["recording"].is_array() && lock["flow"].is_array(), "{lock}");
    assert!(tenant.calls().iter().all(|line| !line.contains("/start") && !line.contains("/kick")));
}

#[test]
fn what_somebody_else_recorded_is_not_replaced() {
    let tenant = Tenant::start(usual());
    let folder = folder().with("wav/greeting.wav", mu_law(700));
    let upload = format!("{PROMPTS} --from wav --upload");
    let run = tenant.run(&folder, &upload).exits(1);
    let says = line(&run, MUSIC);
    assert!(
        says.starts_with("differs, ") && says.contains("not uploaded from here: --upload --force"),
        "{says}"
    );
    let run = tenant.run(&folder, &format!("{upload} --force")).exits(0);
    assert_eq!(line(&run, MUSIC), "uploaded, in place of another version");
    // What is no recording of the platform's is not sent.
    folder.write("wav/en/notice.wav", "ID3 no recording");
    let run = tenant.run(&folder, &upload).exits(1);
    assert!(line(&run, "Own\\en\\notice.wav").contains("not a WAV file"), "{}", run.out);
    // Another tenant than that of the settings gets nothing.
    let settings = folder.read("cxflow.toml").replace(&UNIT.to_string(), "4608");
    folder.write("cxflow.toml", settings);
    tenant.run(&folder, &upload).exits(3).err_has("CX923");
}

#[test]
fn a_refused_upload_is_a_problem_and_not_in_the_lock() {
    let platform = super::studio::tenant_with(|line| {
        line.starts_with("POST ").then(|| (400, json!({ "error_description": "FileExists" })))
    });
    let folder = folder();
    folder.write("cxflow.toml", "[studio]\nprompts = \"Own\"\nmusic = \"greeting.wav\"\n");
    let upload = format!("{PROMPTS} --from wav --upload --audit log.jsonl");
    let run = super::studio::command(platform.url(), &folder, &upload).run().exits(3);
    run.err_has("CX902").err_has("FileExists");
    assert!(!folder.has("cxflow.lock") || !folder.read("cxflow.lock").contains("[[recording]]"));
    let log = folder.log("log.jsonl");
    assert_eq!((&log[0]["status"], &log[0]["code"]), (&json!("failed"), &json!("CX902")));
    let sent: Vec<Value> = platform
        .requests()
        .iter()
        .filter(|request| request.line == "POST /inContactAPI/services/v34.0/files")
        .map(|request| request.json())
        .collect();
    assert_eq!(
        (sent.len(), &sent[0]["overwrite"], &sent[0]["fileName"]),
        (1, &json!(false), &json!("Own\\en\\notice.wav"))
    );
}
