//! Names of variables in scripts whose capitals differ, and those that scripts have for something of their own.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

#[allow(dead_code, reason = "this suite does not look at all that is found")]
#[path = "cases/drawn.rs"]
mod drawn;

use drawn::{Read, compiled, drawn, read, team, through};

/// The flow of a script, of which nothing is an error, and the codes of what else its check finds.
fn taken(lines: &str) -> (Read, Vec<String>) {
    let script = drawn(&format!("1 BEGIN Begin : -> 2\n{lines}\n9 HANGUP End :"));
    let read = through(&script, &team());
    let flow = compiled(&read.text, &team());
    let codes = flow.diagnostics.iter().map(|one| one.code.id.to_owned()).collect();
    (read, codes)
}

#[test]
fn a_variable_has_one_spelling() {
    for (lines, spelled, said) in [
        (
            "2 ASSIGN a Variable=Name;Value=x : -> 3\n3 ASSIGN b Variable=name;Value=y : -> 4\n4 PLAY c Sequence='%Hi ' '${name}' : -> 9",
            "var name",
            "the variable `name` is called `Name` as well",
        ),
        (
            "2 ASSIGN a Variable=name;Value=y : -> 3\n3 IF b Expression=NAME='x' : True 0 -> 4, False 1 -> 9\n4 PLAY c Sequence='${Name}' : -> 9",
            "var name",
            "the variable `name` is called `NAME` and `Name` as well",
        ),
        (
            "2 ASSIGN a Variable=name;Value=y : -> 3\n3 PLAY b Sequence='%Hi ' '${NAME}' : -> 9",
            "var name",
            "the variable `name` is called `NAME` as well",
        ),
        (
            "2 ASSIGN a Variable=Count;Value=1 : -> 3\n3 SNIPPET b Data=ASSIGN count = COUNT + 1 : -> 4\n4 CASE c Variable=Count : case 2 -> 9, -> 9",
            "var Count",
            "the variable `Count` is called `count` and `COUNT` as well",
        ),
        (
            "2 PLAY a Sequence='${City}' : -> 3\n3 PLAY b Sequence='%In ' '${city}' '%, ' '${city}' : -> 9",
            "contact city",
            "the variable `city` is called `City` as well",
        ),
        (
            "2 MENU a Sequence='%Press 1.' : case 1 -> 3, Timeout 2 -> 9, -> 9\n3 PLAY b Sequence='%You pressed ' '${MenuChoice}' '${menuchoice}' '${menuchoice}' : -> 9",
            "contact MENUCHOICE",
            "the variable `MENUCHOICE` is called `menuchoice` and `MenuChoice` as well",
        ),
    ] {
        let (read, codes) = taken(lines);
        assert!(read.text.contains(spelled), "{spelled}: {}", read.text);
        assert!(read.lost().iter().any(|one| one.contains(said)), "{said}: {:?}", read.found);
        assert!(
            !codes.contains(&"CX211".to_owned()) && !codes.contains(&"CX209".to_owned()),
            "{codes:?}\n{}",
            read.text
        );
    }
    // One spelling alone is left as it is, and so is what differs otherwise.
    let (read, _) = taken(
        "2 ASSIGN a Variable=NaMe;Value=y : -> 3\n3 ASSIGN b Variable=Name2;Value=y : -> 4\n4 PLAY c Sequence='${NaMe}' '${Name2}' : -> 9",
    );
    assert!(
        read.lost().is_empty() && read.text.contains("var NaMe\nvar Name2\n"),
        "{:?} {}",
        read.found,
        read.text
    );
}

#[test]
fn what_a_snippet_says_stays_as_it_is() {
    let (read, _) = taken(
        "2 ASSIGN a Variable=Total;Value=1 : -> 3\n3 SNIPPET b Data=IF total > 3 { ASSIGN TOTAL = 3 } : -> 4\n4 PLAY c Sequence='${Total}' : -> 9",
    );
    assert!(read.text.contains("ASSIGN TOTAL = 3"), "{}", read.text);
}

#[test]
fn a_menus_own_variable_is_set_by_what_is_kept() {
    for name in ["MENUCHOICE", "menuchoice"] {
        let (read, codes) = taken(&format!(
            "2 ASSIGN Reset Variable={name};Value=y : -> 3\n3 MENU a Sequence='%Press 1.' : case 1 -> 4, Timeout 2 -> 9, -> 9\n4 PLAY b Sequence='%One' : -> 9"
        ));
        assert_eq!(read.kept(), ["ASSIGN `Reset`"], "{}", read.text);
        assert!(read.text.contains("collect a "), "{}", read.text);
        assert!(!codes.contains(&"CX620".to_owned()), "{codes:?}");
    }
    // Without a MENU it is a variable like any other.
    let script = drawn(
        "1 BEGIN Begin : -> 2\n2 ASSIGN Reset Variable=MENUCHOICE;Value=y : -> 3\n3 PLAY b Sequence='${MENUCHOICE}' : -> 9\n9 HANGUP End :",
    );
    assert!(read(&script.to_string(), &team()).0.unwrap().text.contains("set MENUCHOICE = \"y\""));
}
