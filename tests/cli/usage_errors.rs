//! Errors in a command line, reported without the secrets in it.

use super::harness::*;

const SECRET: &str = "hunter2-hunter2-x";

#[test]
fn a_secret_in_a_usage_error_is_covered() {
    let folder = Folder::of(CLEAN);
    for arguments in [
        format!("check a.cxflow --as-of {SECRET}"),
        format!("check a.cxflow --set {SECRET}"),
        format!("check a.cxflow --max-findings {SECRET}"),
        format!("check a.cxflow --message-format {SECRET}"),
        format!("check a.cxflow --deny {SECRET}"),
        format!("check a.cxflow --{SECRET}"),
        format!("check a.cxflow --{SECRET}=x"),
        format!("check a.cxflow --as-of=2026-01-0{SECRET}"),
        format!("test a.cxflow --min-coverage {SECRET}"),
        format!("submit a.cxflow --timeout {SECRET}"),
        format!("submit --artifact a.json --sha256 {SECRET}"),
        format!("build a.cxflow --message-file {SECRET}.cxflow"),
        format!("emulate --port {SECRET}"),
        format!("completions {SECRET}"),
        SECRET.to_owned(),
        format!("policy {SECRET}"),
    ] {
        for color in ["", "1"] {
            folder
                .command(&arguments)
                .env("CXONE_CLIENT_SECRET", SECRET)
                .env("CLICOLOR_FORCE", color)
                .run()
                .exits(2)
                .out_is("")
                .err_has("error")
                .err_lacks(SECRET)
                .err_lacks("hunter2");
        }
    }
}

#[test]
fn a_usage_error_without_a_secret_is_as_it_was() {
    Folder::of(CLEAN)
        .run("check a.cxflow --as-of tomorrow")
        .exits(2)
        .err_has("error: invalid value 'tomorrow' for '--as-of <DATE>': write a date, as in 2026-08-02")
        .err_has("For more information, try '--help'.");
}

#[test]
fn a_day_that_is_not_in_the_calendar_is_said_to_be_none() {
    let folder = Folder::of(CLEAN);
    for day in ["2026-02-30", "2026-13-01"] {
        folder
            .run(&format!("check a.cxflow --as-of {day}"))
            .exits(2)
            .err_has("it is not a day of the calendar: write a date, as in 2026-08-02");
    }
    folder.run("check a.cxflow --as-of 26-02-30").exits(2).err_lacks("calendar");
}
