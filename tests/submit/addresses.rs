//! A flag, a variable and `cxflow.toml` accept the same addresses, and refuse the others for the same reason.

use crate::harness::{CLEAN, Folder, Run};
use crate::support::bare;

const GOOD: [&str; 18] = [
    "https://api.example.com",
    "https://api.example.com/",
    " https://api.example.com\n",
    "HTTPS://API.EXAMPLE.COM",
    "https://api.example.com.",
    "https://api.example.com:8443/t",
    "https://api.example.com:/t",
    "https://api.example.com/a b",
    "https://api.example.com/@me",
    "https://a_b.example.com",
    "https://b\u{fc}cher.example",
    "https://192.0.2.1",
    "https://[2001:db8::1]:8443",
    "http://localhost:8700",
    "http://LOCALHOST.",
    "http://127.0.0.1",
    "http://127.0.0.1.",
    "http://[::1]:8700",
];

const BAD: [(&str, &str); 38] = [
    ("http://api.example.com", "is not encrypted"),
    ("http://127.0.0.1.example.com", "is not encrypted"),
    ("http://localhost.example.com", "is not encrypted"),
    ("http://[::ffff:127.0.0.1]", "is not encrypted"),
    ("http://0.0.0.0", "is not encrypted"),
    ("http://127.1", "names a host that cannot exist"),
    ("http://0x7f.0.0.1", "names a host that cannot exist"),
    ("http://2130706433", "names a host that cannot exist"),
    ("https://1.2.3.999", "names a host that cannot exist"),
    ("https://[::1", "names a host that cannot exist"),
    ("https://[::1]x", "names a host that cannot exist"),
    ("https://exa mple.com", "names a host that cannot exist"),
    ("https://%61pi.example.com", "names a host that cannot exist"),
    ("https://.", "names a host that cannot exist"),
    ("api.example.com", "has no scheme"),
    ("https:api.example.com", "has no scheme"),
    ("https:/api.example.com", "has no scheme"),
    ("//api.example.com", "has no scheme"),
    ("/api", "has no scheme"),
    ("ftp://api.example.com", "is neither https nor http"),
    ("://api.example.com", "is neither https nor http"),
    ("https://", "names no host"),
    ("https:///api", "names no host"),
    ("https://:443", "names no host"),
    ("https://api.example.com:99999", "has a port that is not a number"),
    ("https://api.example.com:x", "has a port that is not a number"),
    ("https://me:hunter2@api.example.com", "holds a user or a password"),
    ("https:me:hunter2@api.example.com", "holds a user or a password"),
    ("https://@api.example.com", "holds a user or a password"),
    ("https://api.example.com?x=1", "has a query or a fragment"),
    ("https://api.example.com?", "has a query or a fragment"),
    ("https://api.example.com/#x", "has a query or a fragment"),
    ("https:\\\\api.example.com", "holds a character that no address has"),
    ("https://api.example.com\\x", "holds a character that no address has"),
    ("https://api.exa\tmple.com", "holds a character that no address has"),
    ("https://api.example.com/\u{200b}x", "holds a character that no address has"),
    ("https://api.example.com/\u{202e}x", "holds a character that no address has"),
    ("https://api.example.com/\u{7f}", "holds a character that no address has"),
];

/// Looks at a flow that was never submitted, where the platform's address comes from each of the ways.
fn by_each_way(address: &str) -> [(&'static str, Run); 3] {
    let folder = Folder::of(CLEAN);
    let settings = format!("[env.prod]\nbase_url = {}\n", toml::Value::from(address));
    let with_settings = Folder::of(CLEAN).with("cxflow.toml", settings);
    [
        ("--base-url: the address", bare(&folder, "status a.cxflow --base-url").arg(address).run()),
        (
            "CXONE_BASE_URL: the address",
            bare(&folder, "status a.cxflow").env("CXONE_BASE_URL", address).run(),
        ),
        ("`env.prod.base_url`", bare(&with_settings, "status a.cxflow --env prod").run()),
    ]
}

#[test]
fn an_address_is_valid_wherever_it_comes_from() {
    for address in GOOD {
        for (way, run) in by_each_way(address) {
            assert!(run.out.contains("never submitted"), "{way} {address:?}: {}", run.err);
        }
    }
}

#[test]
fn an_address_is_refused_for_the_same_reason_wherever_it_comes_from() {
    for (address, why) in BAD {
        for (way, run) in by_each_way(address) {
            run.out_is("").err_has(&format!("{way} {why}")).err_lacks("hunter2");
        }
    }
}

#[test]
fn a_webhooks_address_is_refused_for_the_same_reason_wherever_it_comes_from() {
    for (address, why) in BAD {
        let folder = Folder::of(CLEAN);
        let submit = |folder: &Folder, arguments: &str| {
            bare(folder, &format!("submit a.cxflow --base-url http://127.0.0.1:9 {arguments}"))
                .env("CXONE_CLIENT_ID", "me")
                .env("CXONE_CLIENT_SECRET", "12345678")
                .env("CXONE_WEBHOOK_SECRET", "87654321")
        };
        let settings = format!("[env.prod]\nwebhook_url = {}\n", toml::Value::from(address));
        let with_settings = Folder::of(CLEAN).with("cxflow.toml", settings);
        for (way, run) in [
            ("--webhook-url: the address", submit(&folder, "--webhook-url").arg(address)),
            ("CXONE_WEBHOOK_URL: the address", submit(&folder, "").env("CXONE_WEBHOOK_URL", address)),
            ("`env.prod.webhook_url`", submit(&with_settings, "--env prod")),
        ] {
            run.run().out_is("").err_has(&format!("{way} {why}")).err_lacks("hunter2");
        }
    }
}
