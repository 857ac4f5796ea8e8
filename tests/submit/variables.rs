//! Which platform, and as whom: variables, flags, the environment's section.

use super::support::*;

#[test]
fn all_that_is_missing_is_named_at_once() {
    let folder = Folder::of(CLEAN);
    bare(&folder, "submit a.cxflow").run().exits(2).out_is("").err_is(
        "cxflowc: CXONE_BASE_URL, CXONE_CLIENT_ID and CXONE_CLIENT_SECRET are not set\n  \
         help: set them, or name an environment with --env; `cxflowc submit --emulate FILE` tries a flow without a platform\n",
    );
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn each_one_that_is_missing_is_named() {
    let all = [
        ("CXONE_BASE_URL", "https://api.example.com"),
        ("CXONE_CLIENT_ID", "me"),
        ("CXONE_CLIENT_SECRET", "hunter2hunter2"),
    ];
    let folder = Folder::of(CLEAN);
    for verb in ["submit a.cxflow", "job job-1", "webhook list", "webhook delete x"] {
        for (missing, _) in all {
            let mut command = bare(&folder, verb);
            for (name, value) in all.iter().filter(|(name, _)| *name != missing) {
                command = command.env(name, value);
            }
            let said = format!("cxflowc: {missing} is not set\n");
            command.run().exits(2).out_is("").err_has(&said).err_lacks("hunter2");
        }
    }
}

#[test]
fn in_an_environment_its_own_names_are_asked_for_first() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[env.prod-eu]\n");
    let run = bare(&folder, "submit a.cxflow --env prod-eu").run().exits(2);
    run.err_is(
        "cxflowc: CXONE_PROD_EU_BASE_URL, CXONE_PROD_EU_CLIENT_ID and CXONE_PROD_EU_CLIENT_SECRET are not set, \
         nor are CXONE_BASE_URL, CXONE_CLIENT_ID and CXONE_CLIENT_SECRET\n  \
         help: set them in this shell or in the pipeline's secrets; the address may be `base_url` of `[env.prod-eu]` in cxflow.toml\n",
    );
    folder.write("cxflow.toml", "[env.prod-eu]\nbase_url = \"https://api.example.com\"\n");
    bare(&folder, "submit a.cxflow --env prod-eu --client-id me").run().exits(2).err_is(
        "cxflowc: CXONE_PROD_EU_CLIENT_SECRET is not set, nor is CXONE_CLIENT_SECRET\n  \
         help: set it in this shell or in the pipeline's secrets\n",
    );
}

#[test]
fn the_environments_own_names_come_before_the_plain_ones() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("cxflow.toml", "[env.prod]\n"));
    let basic = |asked: &[super::support::Request]| asked[0].headers["authorization"].clone();
    platform.run(&folder, "submit a.cxflow --env prod").exits(0);
    let plain = basic(&platform.new_requests());
    platform
        .command(&folder, "submit a.cxflow --env prod --force")
        .env("CXONE_PROD_CLIENT_ID", "another")
        .env("CXONE_PROD_CLIENT_SECRET", "")
        .run()
        .exits(0);
    let own = basic(&platform.new_requests());
    assert!(plain.starts_with("Basic ") && own.starts_with("Basic ") && plain != own);
    // An environment's names are nothing without `--env`.
    platform
        .command(&folder, "submit a.cxflow")
        .env("CXONE_PROD_CLIENT_ID", "another")
        .env("CXONE_PROD_BASE_URL", "https://api.example.com")
        .run()
        .exits(0);
    assert_eq!(basic(&platform.new_requests()), plain);
}

#[test]
fn a_client_id_on_the_command_line_comes_first() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    let tokens = |arguments: &str| {
        platform.run(&folder, &format!("submit a.cxflow --force {arguments}")).exits(0);
        platform.new_requests()[0].headers["authorization"].clone()
    };
    assert_ne!(tokens(""), tokens("--client-id another"));
    let padded = platform.command(&folder, "submit a.cxflow --force --client-id").arg(" another\n");
    padded.run().exits(0);
    assert_eq!(platform.new_requests()[0].headers["authorization"], tokens("--client-id another"));
    for empty in ["", "  "] {
        let run = platform.command(&folder, "submit a.cxflow --client-id").arg(empty).run();
        run.exits(2).err_has("the client's id is empty");
    }
    assert!(platform.new_requests().is_empty());
}

#[test]
fn an_empty_variable_is_none() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    for (name, value) in [("CXONE_CLIENT_SECRET", ""), ("CXONE_CLIENT_ID", "  "), ("CXONE_BASE_URL", "\t")] {
        let run = platform.command(&folder, "submit a.cxflow").env(name, value).run().exits(2);
        run.err_has(&format!("{name} is not set"));
    }
    // A line break at the end, as of a file that was read into a variable, is no part of it.
    let base = format!("{}/\n", platform.base_url());
    platform.command(&folder, "submit a.cxflow").env("CXONE_BASE_URL", &base).run().exits(0);
    assert_eq!(folder.lock("cxflow.lock")["flow"][0]["platform"].as_str(), Some(platform.base_url()));
}

#[test]
fn an_environment_that_is_not_there_says_which_are() {
    let folder = Folder::of(CLEAN);
    for verb in ["submit a.cxflow", "status a.cxflow", "job job-1", "webhook list"] {
        bare(&folder, &format!("{verb} --env prod")).run().exits(2).err_has("there is no cxflow.toml");
    }
    folder.write("cxflow.toml", "[env.test]\n[env.production]\n");
    for verb in ["submit a.cxflow", "status a.cxflow", "job job-1", "webhook list"] {
        let run = bare(&folder, &format!("{verb} --env prod")).run().exits(2);
        run.err_has("cxflow.toml has no environment `prod`");
    }
}

#[test]
fn two_addresses_that_disagree_are_an_error() {
    let platform = Platform::start();
    let folder =
        Folder::of(CLEAN).with("cxflow.toml", "[env.prod]\nbase_url = \"https://api.example.com/\"\n");
    platform.run(&folder, "submit a.cxflow --env prod").exits(2).out_is("").err_is(&format!(
        "cxflowc: `[env.prod]` says https://api.example.com, but CXONE_BASE_URL says {}\n  \
         help: nothing was sent: remove the wrong one\n",
        platform.base_url()
    ));
    platform
        .command(&folder, "submit a.cxflow --env prod")
        .env("CXONE_PROD_BASE_URL", "https://other.example.com")
        .run()
        .exits(2)
        .err_has("`[env.prod]` says https://api.example.com, but CXONE_PROD_BASE_URL says https://other");
    platform
        .credentials_only(&folder, "submit a.cxflow --env prod --base-url http://127.0.0.1:9")
        .run()
        .exits(2)
        .err_has("--base-url says http://127.0.0.1:9, but `[env.prod]` says https://api.example.com");
    for verb in ["status a.cxflow", "job job-1", "webhook list"] {
        platform.run(&folder, &format!("{verb} --env prod")).exits(2).err_has("says https://api.example.com");
    }
    assert!(platform.new_requests().is_empty());
    assert!(!folder.has("cxflow.prod.lock"));
}

#[test]
fn the_same_address_twice_is_no_disagreement() {
    let platform = Platform::start();
    let section = format!("[env.prod]\nbase_url = \"{}/\"\n", platform.base_url());
    let folder = Folder::of(CLEAN).with("cxflow.toml", section);
    platform.run(&folder, "submit a.cxflow --env prod").exits(0);
}

#[test]
fn without_an_environment_the_flag_comes_before_the_variable() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN));
    platform
        .credentials_only(&folder, "submit a.cxflow --base-url")
        .arg(platform.base_url())
        .env("CXONE_BASE_URL", "https://api.example.com")
        .run()
        .exits(0);
}

#[test]
fn an_address_that_a_secret_cannot_be_sent_to_is_refused() {
    let folder = Folder::of(CLEAN);
    for (address, why) in [
        ("http://api.example.com", "is not encrypted: write https"),
        ("api.example.com", "has no scheme: write it in full, as in https://api.example.com"),
        ("ftp://api.example.com", "is neither https nor http"),
        ("https://me:hunter2@api.example.com", "holds a user or a password"),
        ("https://hunter2@api.example.com", "holds a user or a password"),
        ("https://api.example.com/?token=hunter2", "has a query or a fragment"),
        ("https://", "names no host: write it in full"),
    ] {
        let with = |arguments: &str| {
            bare(&folder, arguments).env("CXONE_CLIENT_ID", "me").env("CXONE_CLIENT_SECRET", "12345678")
        };
        let run = with("submit a.cxflow").env("CXONE_BASE_URL", address).run().exits(2);
        run.err_has(&format!("cxflowc: CXONE_BASE_URL: the address {why}")).err_lacks("hunter2");
        let run = with("submit a.cxflow --base-url").arg(address).run().exits(2);
        run.err_has(&format!("cxflowc: --base-url: the address {why}")).err_lacks("hunter2");
        let run = with("submit a.cxflow --webhook-url").arg(address);
        let run = run
            .env("CXONE_BASE_URL", "https://api.example.com")
            .env("CXONE_WEBHOOK_SECRET", "87654321")
            .run()
            .exits(2);
        run.err_has(&format!("cxflowc: --webhook-url: the address {why}")).err_lacks("hunter2");
    }
    assert_eq!(folder.names(), ["a.cxflow"]);
}

#[test]
fn a_webhook_needs_its_secret() {
    let (platform, folder) = (Platform::start(), Folder::of(CLEAN).with("cxflow.toml", "[env.prod]\n"));
    platform.run(&folder, "submit a.cxflow --webhook-url https://hook.example.com").exits(2).err_is(
        "cxflowc: CXONE_WEBHOOK_SECRET is not set\n  help: the platform signs its deliveries with it, so that the receiver knows who sent them\n",
    );
    platform
        .command(&folder, "submit a.cxflow --env prod")
        .env("CXONE_PROD_WEBHOOK_URL", "https://hook.example.com")
        .run()
        .exits(2)
        .err_has("CXONE_PROD_WEBHOOK_SECRET is not set, nor is CXONE_WEBHOOK_SECRET\n");
    assert!(platform.new_requests().is_empty());
}

#[test]
fn a_secret_in_the_settings_is_refused_by_every_verb() {
    let folder = Folder::of(CLEAN).with("cxflow.toml", "[env.prod]\nclient_secret = \"hunter2\"\n");
    for verb in
        ["submit a.cxflow", "submit --emulate a.cxflow", "status a.cxflow", "job job-1", "webhook list"]
    {
        let run = bare(&folder, &format!("{verb} --env prod")).run().exits(1).out_is("");
        run.err_has("`env.prod.client_secret` looks like a secret").err_lacks("hunter2");
    }
}
