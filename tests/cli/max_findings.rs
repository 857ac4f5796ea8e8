//! How many findings are shown to people.

use std::fmt::Write;

use super::harness::*;

/// A flow with so many warnings and, after them, so many errors.
fn flow(warnings: usize, errors: usize) -> String {
    let mut text = CLEAN.to_owned();
    for number in 0..warnings {
        writeln!(text, "let unused_{number} = \"x\"").unwrap();
    }
    for number in 0..errors {
        writeln!(text, "notice -> nowhere_{number}").unwrap();
    }
    text
}

/// How many findings with these words are shown.
fn shown(run: &Run, words: &str) -> usize {
    run.err.matches(words).count()
}

const ERROR: &str = "error[CX";
const WARNING: &str = "warning[CX403";

#[test]
fn fifty_findings_of_a_file_are_shown_and_the_rest_is_counted() {
    let run = Folder::of(&flow(80, 0)).run("check a.cxflow").exits(0);
    assert_eq!(shown(&run, WARNING), 50);
    run.err_has("30 more warnings are not shown; `--max-findings all` shows everything\n")
        .err_has("a.cxflow: 80 warnings\n");
}

#[test]
fn the_limit_is_mentioned_only_if_findings_are_left_out() {
    let run = Folder::of(&flow(50, 0)).run("check a.cxflow").exits(0).err_lacks("not shown");
    assert_eq!(shown(&run, WARNING), 50);
    let run = Folder::of(&flow(51, 0)).run("check a.cxflow").exits(0);
    run.err_has("1 more warning is not shown; ");
}

#[test]
fn errors_come_before_warnings() {
    let run = Folder::of(&flow(80, 3)).run("check a.cxflow").exits(1);
    let errors = shown(&run, ERROR);
    assert!(errors >= 3, "{}", run.err);
    assert_eq!(shown(&run, WARNING), 50 - errors);
    // In the order of their places all the same.
    assert!(run.err.find(WARNING).unwrap() < run.err.find("nowhere_0").unwrap());
}

#[test]
fn all_and_zero_are_no_limit() {
    let folder = Folder::of(&flow(80, 0));
    for most in ["all", "0", "80", "1000"] {
        let run = folder.run(&format!("check --max-findings {most} a.cxflow")).err_lacks("not shown");
        assert_eq!(shown(&run, WARNING), 80, "{most}");
    }
    let run = folder.run("check --max-findings 2 a.cxflow").err_has("78 more warnings are not shown");
    assert_eq!(shown(&run, WARNING), 2);
    folder.run("check --max-findings few a.cxflow").exits(2).err_has("write a whole number, or `all`");
}

#[test]
fn a_run_shows_ten_times_as_many_and_no_error_is_lost_behind_warnings() {
    let mut folder = Folder::new();
    for file in 0..12 {
        folder = folder.with(&format!("f{file:02}.cxflow"), flow(60, 0));
    }
    let folder = folder.with("late.cxflow", flow(60, 2));
    let names: String = (0..12).map(|file| format!(" f{file:02}.cxflow")).collect();
    let run = folder.run(&format!("check{names} late.cxflow")).exits(1);
    assert_eq!(shown(&run, WARNING), 500);
    assert!(shown(&run, "nowhere_1") > 0, "{}", run.err);
    run.err_has("280 more warnings are not shown; ");
}

#[test]
fn programs_get_everything() {
    let folder = Folder::of(&flow(80, 0));
    assert_eq!(folder.run("check --message-format json a.cxflow").lines().len(), 80);
    assert_eq!(folder.run("check --message-format short a.cxflow").err.matches("CX403").count(), 80);
}

#[test]
fn a_quiet_run_still_says_that_something_is_not_shown() {
    Folder::of(&flow(80, 0)).run("check -q a.cxflow").err_has("30 more warnings are not shown");
}

#[test]
fn a_file_of_nothing_but_mistakes_is_soon_done_with() {
    // 4 MB of what base64 looks like: lines of letters, none a statement.
    let line = "kZ3vTqXw0Rb7+/aYfL1nGdHs9Ue2McJoPi6tBxWK4yEQzVAh8mrDFjNSuOg5lCkp\n";
    let run = Folder::of(&line.repeat(60_000)).run("check a.cxflow").exits(1);
    assert_eq!(shown(&run, ERROR), 50);
    assert!(run.err.lines().count() < 1000, "{}", run.err.lines().count());
    run.err_has(" more errors are not shown; ").err_has(" errors, and more that are not shown\n");
}

#[test]
fn one_line_that_reads_makes_every_broken_one_a_finding() {
    let line = "kZ3vTqXw0Rb7 aYfL1nGdHs9Ue2Mc\n";
    let run = Folder::of(&format!("{CLEAN}{}", line.repeat(3000))).run("check a.cxflow").exits(1);
    run.err_has("2950 more errors are not shown; ").err_has("a.cxflow: 3000 errors\n");
}
