//! The folders of `src` are ordered, and each uses only those before it.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every folder and file of `src`, from what knows nothing of the others to what uses them all.
const LAYERS: &[&str] = &[
    // Texts, places and findings.
    "spelling",
    "table",
    "threads",
    "source",
    "bundled",
    "host",
    "diagnostics",
    "speech",
    "media",
    "time_zones",
    // The flow, and what is asked of its graph.
    "flow",
    "condition",
    "graph",
    // What it is written as.
    "emit",
    // From a text to a flow.
    "syntax",
    "resolve",
    // What is checked.
    "simulate",
    "policy",
    "check",
    "settings",
    "compile",
    "diff",
    "prompts",
    // What is made of it, and where it goes.
    "import",
    "merge",
    "audit",
    "metrics",
    "cxone",
    "codes",
    "picture",
    "report",
    "emulator",
    // Who asks.
    "lsp",
    "cli",
];

/// The neutral layers: what a platform calls something has no place in them.
const NEUTRAL: &[&str] = &["flow", "graph", "simulate", "resolve"];

#[test]
fn each_folder_uses_only_those_before_it() {
    let mut wrong = Vec::new();
    for path in sources() {
        let file = path.strip_prefix(root()).unwrap();
        for used in used_by(&std::fs::read_to_string(&path).unwrap()) {
            if let Err(why) = allowed(&layer_of(file), &used) {
                wrong.push(format!("{}: {why}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_has_its_place_in_the_order() {
    let there: BTreeSet<String> = sources()
        .iter()
        .map(|path| layer_of(path.strip_prefix(root()).unwrap()))
        .filter(|layer| !["lib", "main"].contains(&layer.as_str()))
        .collect();
    let listed: BTreeSet<String> = LAYERS.iter().map(|&layer| layer.to_owned()).collect();
    assert_eq!(there, listed, "`src` and LAYERS in tests/compiler/layers.rs have other names");
}

#[test]
fn a_flow_says_nothing_of_a_payload() {
    for path in sources() {
        let file = path.strip_prefix(root()).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        if NEUTRAL.contains(&layer_of(file).as_str()) {
            for word in ["payload", "input="] {
                assert!(
                    !text.contains(word),
                    "{} says `{word}`: how a platform spells a flow is known in src/emit and src/condition.rs",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn a_wrong_import_is_named_with_its_reason() {
    let text = "use crate::{check, flow};\n// use crate::cli;\nfn a() { crate::policy::judge(); }\n\
                #[cfg(test)]\nmod tests {\n    use crate::compile;\n}\n";
    let used: Vec<String> = used_by(text).into_iter().collect();
    assert_eq!(used, ["check", "flow", "policy"]);
    assert_eq!(allowed("resolve", "flow"), Ok(()));
    assert_eq!(
        allowed("resolve", "check").unwrap_err(),
        "src/resolve uses src/check, which comes after it: what both need belongs into the earlier one, \
         or into one before both"
    );
    assert_eq!(
        allowed("resolve", "renderer").unwrap_err(),
        "src/renderer has no place in LAYERS of tests/compiler/layers.rs"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../src")
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

/// The first folder of a path below `src`, or its file without the ending.
fn layer_of(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The layers that a file names after `crate::`, outside comments and tests.
fn used_by(text: &str) -> BTreeSet<String> {
    let code: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let code = code.join("\n");
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let mut used = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let names = match after.strip_prefix('{') {
            Some(list) => top_names(list),
            None => vec![word(after)],
        };
        used.extend(names.into_iter().filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())));
    }
    // Macros and re-exports of the crate's root.
    used.retain(|name| !["id", "format"].contains(&name.as_str()));
    used
}

/// The first names of a list in braces.
fn top_names(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut names = vec![String::new()];
    for character in list.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ if depth == 0 => names.last_mut().unwrap().push(character),
            _ => {}
        }
    }
    names.iter().map(|name| word(name.trim_start())).collect()
}

fn word(text: &str) -> String {
    text.chars().take_while(|&one| one.is_alphanumeric() || one == '_').collect()
}

/// Whether one layer may use another, or why not.
fn allowed(layer: &str, used: &str) -> Result<(), String> {
    let place = |name: &str| LAYERS.iter().position(|&one| one == name);
    // The crate's root re-exports functions of `compile`.
    let used = if used.starts_with("compile") { "compile" } else { used };
    match (place(layer), place(used)) {
        (Some(own), Some(other)) if other > own => Err(format!(
            "src/{layer} uses src/{used}, which comes after it: what both need belongs into the earlier one, \
             or into one before both"
        )),
        (_, None) => Err(format!("src/{used} has no place in LAYERS of tests/compiler/layers.rs")),
        _ => Ok(()),
    }
}
