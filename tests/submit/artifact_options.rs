//! Which options `--artifact` accepts and refuses: none is ignored silently.

use super::support::*;

fn built() -> Folder {
    let folder =
        Folder::of(CLEAN).with("house.cxflow", "policy house \"House\" {\n  short: limit depth 0\n}\n");
    bare(&folder, "build a.cxflow -q").run().exits(0);
    folder
}

#[test]
fn options_for_sources_are_refused_with_an_artifact() {
    let folder = built();
    for option in [
        "--policy us_tsr",
        "--policy us_nope",
        "--policy ./house.cxflow",
        "--as-of 2026-01-01",
        "--allow-outside .",
        "--set queue=x",
    ] {
        for order in [format!("--artifact a.json {option}"), format!("{option} --artifact a.json")] {
            let name = option.split(' ').next().unwrap();
            bare(&folder, &format!("submit --emulate {order}"))
                .run()
                .exits(2)
                .out_is("")
                .err_has("cannot be used with")
                .err_has(name)
                .err_has("--artifact");
        }
    }
}

#[test]
fn a_slip_in_what_is_allowed_is_refused() {
    bare(&built(), "submit --emulate --artifact a.json --allow nonsense")
        .run()
        .exits(2)
        .err_has("--allow nonsense: there is no diagnostic with that name");
}

#[test]
fn warnings_of_the_settings_are_denied_and_allowed_as_for_a_source() {
    let folder = built();
    folder.write("cxflow.toml", "policies = []\n[env.prod]\nbase_url = \"https://tenant.example\"\n");
    let submit =
        |more: &str| bare(&folder, &format!("submit --emulate --env prod --artifact a.json {more}")).run();
    submit("").exits(0).out_has("in place");
    submit("--deny warnings").exits(1).out_is("").err_has("error");
    submit("--deny warnings --allow empty-setting").exits(0).out_has("in place").err_lacks("empty-setting");
}

#[test]
fn a_wrong_webhook_is_refused_before_anything_is_done() {
    let folder = built();
    for source in ["a.cxflow", "--artifact a.json"] {
        for url in ["javascript:x", "ftp://hook.example", "hook.example", "http://hook.example"] {
            bare(&folder, &format!("submit --emulate {source} --webhook-url {url}"))
                .run()
                .exits(2)
                .out_is("")
                .err_has("--webhook-url: the address")
                .err_lacks("interrupted")
                .err_lacks("POST");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_artifact_that_is_no_file_is_refused_at_once() {
    use std::os::unix::fs::symlink;
    let folder = built();
    let pipe = std::process::Command::new("mkfifo").arg(folder.path("pipe.json")).status();
    assert!(pipe.unwrap().success());
    symlink("loop.json", folder.path("loop.json")).unwrap();
    symlink("nowhere", folder.path("dangling.json")).unwrap();
    for (name, said) in [
        ("pipe.json", "it is a named pipe"),
        ("loop.json", "it is a link that leads back to itself"),
        ("dangling.json", "it is a link to a file that does not exist"),
        ("nope.json", "there is no such file"),
        (".", "it is a folder"),
        ("/dev/zero", "it is a device"),
    ] {
        bare(&folder, &format!("submit --emulate --artifact {name}"))
            .run()
            .exits(2)
            .out_is("")
            .err_has(&format!("cannot read {name}: {said}"));
    }
}

#[cfg(unix)]
#[test]
fn an_artifact_on_standard_input_is_sent() {
    let folder = built();
    let payload = folder.read("a.json");
    bare(&folder, "submit --emulate --artifact /dev/stdin").input(payload).run().exits(0).out_has("in place");
}

#[cfg(unix)]
#[test]
fn submit_sends_nothing_if_the_lock_is_not_a_file() {
    use std::os::unix::fs::symlink;
    let platform = Platform::start();
    for (kind, said) in [("pipe", "it is a named pipe"), ("dangling", "a link to a file that does not exist")]
    {
        let folder = built();
        let path = folder.path("cxflow.lock");
        match kind {
            "pipe" => assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success()),
            _ => symlink("nowhere", &path).unwrap(),
        }
        for what in ["a.cxflow", "--artifact a.json"] {
            platform.run(&folder, &format!("submit {what}")).exits(2).out_is("").err_has(said);
        }
        assert!(!folder.has("nowhere"));
    }
    assert!(platform.new_requests().is_empty());
}
