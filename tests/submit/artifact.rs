//! `--artifact`: bytes that were approved.

use super::support::*;

fn sha256(text: &str) -> String {
    cxflowc::audit::Hash::of(text.as_bytes()).to_string()
}

fn built() -> (Folder, String) {
    let folder = Folder::of(CLEAN);
    bare(&folder, "build a.cxflow -q").run().exits(0);
    let hash = sha256(&folder.read("a.json"));
    (folder, hash)
}

#[test]
fn approved_bytes_are_sent_as_they_are() {
    let (platform, (folder, hash)) = (Platform::start(), built());
    // White space that no compiler writes shows that nothing is built again.
    let text = format!("{}\n\n", folder.read("a.json"));
    folder.write("approved.json", &text);
    let other = sha256(&text);
    platform
        .run(&folder, &format!("submit --artifact approved.json --sha256 {other}"))
        .exits(0)
        .out_is("approved.json: in place as flow-1 (job job-1)\n");
    assert_eq!(platform.new_calls()[0].body, text);
    assert_ne!(hash, other);
    let lock = folder.lock("cxflow.lock");
    assert_eq!(lock["flow"][0]["in_place"]["payload_sha256"].as_str(), Some(&*other));
    assert_eq!(lock["flow"][0]["source"].as_str(), Some("approved.json"));
}

#[test]
fn a_hash_counts_in_either_case() {
    let (platform, (folder, hash)) = (Platform::start(), built());
    platform.run(&folder, &format!("submit --artifact a.json --sha256 {}", hash.to_uppercase())).exits(0);
    // The source that it was built from has the same payload.
    platform.run(&folder, "submit a.cxflow").exits(0).out_has("unchanged");
    platform.run(&folder, "submit --artifact a.json").exits(0).out_has("unchanged");
}

#[test]
fn other_bytes_than_the_approved_ones_are_not_sent() {
    let (platform, (folder, hash)) = (Platform::start(), built());
    let wanted = sha256("something else");
    platform.run(&folder, &format!("submit --artifact a.json --sha256 {wanted}")).exits(2).out_is("").err_is(
        &format!(
            "cxflowc: a.json has the SHA-256 {hash}, but {wanted} was approved\n  help: nothing was sent: submit the approved file, or have this one approved\n"
        ),
    );
    for odd in ["12", &hash[1..], &format!("{}g", &hash[1..]), &format!("sha256:{hash}")] {
        platform
            .run(&folder, &format!("submit --artifact a.json --sha256 {odd}"))
            .exits(2)
            .err_has("a SHA-256 has 64 hexadecimal digits");
    }
    assert!(platform.new_requests().is_empty());
}

#[test]
fn a_hash_for_a_source_is_refused_and_not_overlooked() {
    let (platform, (folder, hash)) = (Platform::start(), built());
    platform.run(&folder, &format!("submit a.cxflow --sha256 {hash}")).exits(2).err_has("--sha256");
    platform.run(&folder, &format!("submit --sha256 {hash}")).exits(2).err_has("--artifact");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn an_invalid_payload_is_not_sent() {
    let platform = Platform::start();
    let folder = Folder::of(CLEAN)
        .with("half.json", "{\"name\": \"Reminder\",\n \"nodes\": [")
        .with("list.json", "[]")
        .with("other.json", "{\"a\": 1}")
        .with("number.json", "{\"name\": 1}")
        .with("nameless.json", "{\"name\": \" \"}")
        .with("empty.json", "")
        .with("folder/x", "");
    let help = "\n  help: an artifact is a file that `cxflowc build` wrote; to submit a source, leave out --artifact\n";
    for (file, said) in [
        ("a.cxflow", "a.cxflow is not a payload: it is not JSON from line 1, column 2 on"),
        ("half.json", "half.json is not a payload: it is not JSON from line 2, column 11 on"),
        ("empty.json", "empty.json is not a payload: it is empty"),
        ("list.json", "list.json is not a payload: it has no `name`"),
        ("other.json", "other.json is not a payload: it has no `name`"),
        ("number.json", "number.json is not a payload: it has no `name`"),
        ("nameless.json", "nameless.json is not a payload: it has no `name`"),
    ] {
        let run = platform.run(&folder, &format!("submit --artifact {file}")).exits(2).out_is("");
        run.err_is(&format!("cxflowc: {said}{help}"));
    }
    for (file, said) in [
        ("nope.json", "cannot read nope.json: there is no such file"),
        ("folder", "cannot read folder: it is a folder"),
    ] {
        let run = platform.run(&folder, &format!("submit --artifact {file}")).exits(2).out_is("");
        run.err_is(&format!("cxflowc: {said}\n"));
    }
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.lock"));
}

#[test]
fn an_artifact_is_no_source() {
    let (folder, _) = built();
    for arguments in ["submit a.cxflow --artifact a.json", "submit --artifact a.json --set queue=x"] {
        bare(&folder, arguments).run().exits(2).err_has("cannot be used with");
    }
}

#[test]
fn an_artifact_has_the_environment_that_lies_above_it() {
    let (platform, (folder, _)) = (Platform::start(), built());
    folder.write("cxflow.toml", format!("[env.prod]\nbase_url = \"{}\"\n", platform.base_url()));
    platform.credentials_only(&folder, "submit --artifact a.json --env prod").run().exits(0);
    assert!(folder.has("cxflow.prod.lock"));
    let run = platform.run(&folder, "submit --artifact a.json --env test").exits(2);
    run.err_has("cxflow.toml has no environment `test`");
}

#[test]
fn a_message_about_a_node_of_an_artifact_names_the_node() {
    let (platform, (folder, _)) = (Platform::start(), built());
    let errors = serde_json::json!([{"message": "there is no such queue", "node": "sales"}]);
    platform.answer_to("POST /api/flows", 422, serde_json::json!({"message": "1 error", "errors": errors}));
    platform.run(&folder, "submit --artifact a.json").exits(3).err_has("note: sales: there is no such queue");
}

#[test]
fn an_artifact_has_no_compile_step_in_log_and_metrics() {
    let (platform, (folder, hash)) = (Platform::start(), built());
    let run = platform.run(&folder, "submit --artifact a.json --audit log.jsonl --metrics m.json").exits(0);
    let log = folder.log("log.jsonl");
    assert_eq!(column(&log, "action"), ["create", "persist"]);
    assert_eq!(column(&log, "payload_sha256"), [&*hash, &*hash]);
    let metrics: serde_json::Value = serde_json::from_str(&folder.read("m.json")).unwrap();
    assert_eq!((&metrics["total_builds"], &metrics["stages"]["compile"]["count"]), (&0.into(), &0.into()));
    run.err_lacks("build");
}
