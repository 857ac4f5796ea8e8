//! The recipes: each has a flow that is laid out, builds and passes its tests, and a change to it that goes wrong in
//! the way that the page shows. `UPDATE=1 cargo test --test docs recipes` writes anew what the compiler says.

use std::path::{Path, PathBuf};

use super::blocks::{Block, blocks};
use super::harness::{Folder, Run, updated};
use super::{ROOT, entries};

const FLOW: &str = "recipe.cxflow";
/// Waivers in a recipe are in force on this day.
const DAY: &str = "--as-of 2026-12-01";

/// The recipes, without the page that lists them.
fn recipes() -> Vec<PathBuf> {
    let mut pages = entries("docs/recipes");
    pages.retain(|page| !page.ends_with("README.md"));
    pages.sort();
    assert!(pages.len() >= 20, "{pages:?}");
    pages
}

/// The flow after a change that is written as `diff` writes one: `-` before what goes, `+` before what comes, and `@@`
/// where another place begins.
fn changed(flow: &str, change: &Block) -> String {
    let mut flow = flow.to_owned();
    for hunk in change.text.split("@@\n") {
        let lines = |sign| -> String {
            hunk.split_inclusive('\n').filter_map(|line| line.strip_prefix([sign, ' '])).collect()
        };
        let before = lines('-');
        assert_eq!(flow.matches(&before).count(), 1, "{}: not once in the flow:\n{before}", change.place);
        flow = flow.replace(&before, &lines('+'));
    }
    flow
}

/// The codes of the errors and warnings that the command reported.
fn codes(run: &Run) -> Vec<&str> {
    let heads = run.err.lines().filter_map(|line| {
        let line = line.strip_prefix("error[").or_else(|| line.strip_prefix("warning["))?;
        line.split(' ').next()
    });
    heads.collect()
}

/// Tries the flow and the changes of a recipe. Returns the page with what the compiler really says.
fn tried(page: &Path) -> String {
    let mut text = std::fs::read_to_string(page).unwrap();
    let folder = Folder::new();
    let mut flow = None;
    let mut slips = 0;
    let mut is_after_slip = false;
    for block in blocks(page) {
        let follows_slip = std::mem::take(&mut is_after_slip) && block.follows;
        match block.fence.split(' ').collect::<Vec<_>>().as_slice() {
            ["cxflow", "file", name] => {
                folder.write(name, &block.text);
                folder.run(&format!("fmt --check {name}")).exits(0);
            }
            ["cxflow"] => {
                folder.write(FLOW, &block.text);
                folder.run(&format!("fmt --check {FLOW}")).exits(0);
                folder.run(&format!("check -q --deny warnings {DAY} {FLOW}")).exits(0);
                let run = folder.run(&format!("test --min-coverage 100 {FLOW}")).exits(0);
                assert!(run.all().contains(" tests pass; "), "{}: {run:?}", block.place);
                flow = Some(block.text);
            }
            ["diff", "wrong", expected @ ..] => {
                let flow = flow.as_ref().unwrap_or_else(|| panic!("{}: no flow above it", block.place));
                folder.write(FLOW, changed(flow, &block));
                let run = folder.run(&format!("check -q {DAY} {FLOW}"));
                assert_eq!(codes(&run), expected, "{}: {run:?}", block.place);
                slips += 1;
                is_after_slip = true;
            }
            ["text", form @ ..] if follows_slip => {
                let form = form.first().unwrap_or(&"human");
                let run = folder.run(&format!("check -q --message-format {form} {DAY} {FLOW}"));
                let lines = run.err.trim().lines().map(|line| format!("{}\n", line.trim_end()));
                let shown = |inner: &str| format!("```{}\n{inner}```\n", block.fence);
                text = text.replacen(&shown(&block.text), &shown(&lines.collect::<String>()), 1);
            }
            _ => {}
        }
    }
    assert!(slips > 0, "{}: nothing goes wrong in it", page.display());
    text
}

#[test]
fn recipes_do_what_they_say() {
    for page in recipes() {
        let text = tried(&page);
        if updated::is_wanted() {
            updated::write(&page, &text);
        }
        assert!(
            text == std::fs::read_to_string(&page).unwrap(),
            "{} is out of date: run `UPDATE=1 cargo test --test docs recipes`",
            page.display()
        );
    }
}

#[test]
fn every_recipe_is_listed() {
    let list = std::fs::read_to_string(Path::new(ROOT).join("docs/recipes/README.md")).unwrap();
    for page in recipes() {
        let link = format!("]({})", page.file_name().unwrap().to_str().unwrap());
        assert!(list.contains(&link), "docs/recipes/README.md does not list {}", page.display());
    }
}
