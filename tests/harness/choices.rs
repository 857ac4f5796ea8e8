//! What the command offers to choose from, so that a test of all of it notices what is new.

use super::folder::Folder;

/// The formats of findings. A test of `cli` compares them with those that the command takes.
pub const MESSAGE_FORMATS: [&str; 5] = ["human", "short", "json", "sarif", "github"];

/// The verbs that the help of the command, or of one of its verbs, lists.
pub fn verbs_of(help: &str) -> Vec<String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .filter(|verb| verb != "help")
        .collect()
}

/// The verbs of the command.
pub fn verbs() -> Vec<String> {
    let verbs = verbs_of(&Folder::new().run("--help").exits(0).out);
    assert!(verbs.len() > 10, "{verbs:?}");
    verbs
}
