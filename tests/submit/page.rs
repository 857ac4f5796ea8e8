//! The submissions in docs/cli.md look as they really do.

use super::support::*;
use serde_json::Value;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/cli.md")).unwrap()
}

fn fields(object: &Value) -> Vec<String> {
    object.as_object().unwrap().keys().cloned().collect()
}

/// The field names of the first table below a heading that has them.
fn table(page: &str, heading: &str) -> Vec<String> {
    let section = page.split_once(&format!("\n{heading}\n")).unwrap().1;
    let rows = section.split_once("\n| field | is |\n|---|---|\n").unwrap().1.split("\n\n").next().unwrap();
    let names = rows.lines().map(|row| row.split('|').nth(1).unwrap());
    names.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

#[test]
fn the_fields_of_results_are_those_of_the_page() {
    let (platform, folder, page) = (Platform::start(), Folder::of(CLEAN), page());
    let result = platform.run(&folder, "submit a.cxflow --format json").exits(0).json();
    let shown = page.lines().find(|line| line.starts_with("{\"file\":\"campaign.cxflow\",\"flow\"")).unwrap();
    assert_eq!(fields(&serde_json::from_str(shown).unwrap()), fields(&result));
    assert_eq!(table(&page, "### Results"), fields(&result));
    let status = platform.run(&folder, "status a.cxflow --format json").exits(0).json();
    assert_eq!(table(&page, "## status"), fields(&status));
}

#[test]
fn the_lock_of_the_page_has_what_locks_have() {
    let (platform, folder, page) = (Platform::start(), Folder::of(CLEAN), page());
    let submit = platform.command(&folder, "submit a.cxflow --webhook-url https://hooks.example.com/cxone");
    submit.env("CXONE_WEBHOOK_SECRET", "12345678").run().exits(0);
    let keys = |text: &str| -> Vec<String> {
        text.trim().lines().map(|line| line.split(" = ").next().unwrap().to_owned()).collect()
    };
    let shown = page.split("```text\n").find(|block| block.starts_with("# What `cxflowc submit`")).unwrap();
    assert_eq!(keys(shown.split("```").next().unwrap()), keys(&folder.read("cxflow.lock")));
}
