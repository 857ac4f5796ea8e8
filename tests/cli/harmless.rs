//! A flow and its settings make no verb run a program or open a connection, unless the verb speaks to the
//! platform.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use super::harness::*;

/// Programs that a compiler might be tempted to run.
const PROGRAMS: [&str; 12] =
    ["sh", "bash", "git", "cxflowc", "touch", "env", "curl", "less", "more", "vi", "xdg-open", "true"];

/// The verbs that read flows and settings and do not speak to the platform.
const VERBS: [&str; 10] = [
    "check .",
    "check . --env prod",
    "check . --env prod --show-settings",
    "build . --env prod --out-dir out",
    "fmt --check .",
    "test .",
    "simulate a.cxflow",
    "policy check . --env prod",
    "status . --env prod",
    "submit a.cxflow --env prod --emulate",
];

#[test]
fn a_flow_and_its_settings_make_no_verb_run_a_program_or_open_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let flow = format!(
        "flow \"$(touch tripped)\"\nentry notice\ninclude \"lib.cxflow\" as lib\n\
         disclosure notice \"{address}/`touch tripped`.wav\"\nagent sales \"| touch tripped\"\n\
         notice -> sales\napply house\ntest \"; touch tripped\" on any -> sales\n"
    );
    let settings = format!(
        "policies = [\"house.cxflow\"]\n\n[env.prod]\nbase_url = \"{address}\"\nwebhook_url = \"{address}/hook\"\n\
         audit = \"$(touch tripped).jsonl\"\npaths = {{ token = \"{address}/token\" }}\n"
    );
    let folder = Folder::of(&flow)
        .with("lib.cxflow", "let unused = \"$(touch tripped)\"\n")
        .with("house.cxflow", "policy house \"`touch tripped`\" {\n  r: require disclosure before agent\n}\n")
        .with("cxflow.toml", settings);
    let programs = Folder::new();
    let tripped = programs.path("tripped");
    for name in PROGRAMS {
        programs.write(name, format!("#!/bin/sh\necho {name} \"$@\" >> {}\n", tripped.display()));
        fs::set_permissions(programs.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    for verb in VERBS {
        let mut command = folder.command(verb).env("PATH", programs.root().to_str().unwrap());
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "CXONE_BASE_URL", "CXONE_WEBHOOK_URL"] {
            command = command.env(name, &address);
        }
        let command = command.env("CXONE_CLIENT_ID", "me").env("CXONE_CLIENT_SECRET", "a secret of mine");
        let run = command.env("CXONE_WEBHOOK_SECRET", "another one of mine").env("PAGER", "less").run();
        assert!(matches!(run.status, Some(0 | 1)), "{verb}: {}", run.err);
        assert!(listener.accept().is_err(), "{verb} opens a connection");
        assert!(!tripped.exists(), "{verb} runs {}", fs::read_to_string(&tripped).unwrap());
        assert!(!folder.has("tripped"), "{verb}");
    }
    // The listener would notice a connection.
    let command = folder.command("job job-1 --timeout 1s --base-url").arg(&address);
    command.env("CXONE_CLIENT_ID", "me").env("CXONE_CLIENT_SECRET", "a secret of mine").run().exits(3);
    assert!(listener.accept().is_ok());
}
