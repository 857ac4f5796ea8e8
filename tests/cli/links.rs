//! Links to flows, policies and folders: on this disk, at a revision, within the repository and out of it.
#![cfg(unix)]

use std::os::unix::fs::symlink;

use super::harness::*;

/// A policy that the flows here break.
const HOUSE: &str = "policy house \"House\" {\n  short: limit depth 0\n}\n";
const BROKEN_RULE: &str = "house/short";

fn link(folder: &Folder, to: &str, at: &str) {
    let path = folder.path(at);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    symlink(to, path).unwrap();
}

fn including(path: &str) -> String {
    format!("{CLEAN}include \"{path}\"\n")
}

/// A file of this machine that is none of the repository's.
const SECRET: &str = "token = \"ek7-very-private\"\n";

/// A repository with a flow, beside a file that it has no business with.
fn beside_a_secret() -> Folder {
    let folder = Folder::new().with("secret.txt", SECRET).with("repo/flows/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet", "repo"]);
    folder
}

#[test]
fn a_link_in_a_folder_does_not_lead_out_of_the_repository() {
    let absolute = |folder: &Folder| folder.path("secret.txt").display().to_string();
    for (name, chain) in [("x.cxflow", false), ("X.CXFLOW", false), ("x.cxflow", true)] {
        for is_absolute in [false, true] {
            let folder = beside_a_secret();
            let to = if is_absolute { absolute(&folder) } else { "../../secret.txt".to_owned() };
            if chain {
                link(&folder, &to, "repo/flows/on-the-way");
                link(&folder, "on-the-way", &format!("repo/flows/{name}"));
            } else {
                link(&folder, &to, &format!("repo/flows/{name}"));
            }
            let inside = folder.path("repo");
            for verb in
                ["check", "build", "test", "policy check", "fmt", "fmt --diff", "fmt --check", "status"]
            {
                for given in [".", "flows"] {
                    folder
                        .command(&format!("{verb} {given}"))
                        .folder(&inside)
                        .run()
                        .exits(2)
                        .out_is("")
                        .err_has(name)
                        .err_has("is a link that leads out of the repository")
                        .err_lacks("ek7-very-private");
                }
            }
            assert!(!folder.has("repo/flows/a.json"));
            assert_eq!(folder.read("secret.txt"), SECRET);
        }
    }
}

#[test]
fn a_link_through_a_linked_folder_does_not_lead_out_either() {
    let folder = beside_a_secret();
    link(&folder, "../..", "repo/flows/up");
    link(&folder, "up/secret.txt", "repo/flows/x.cxflow");
    let run = folder.command("check .").folder(&folder.path("repo")).run().exits(2);
    run.err_has("leads out of the repository").err_lacks("ek7-very-private");
}

#[test]
fn a_link_out_is_read_where_it_is_named_or_allowed() {
    let folder = Folder::new().with("shared/b.cxflow", CLEAN).with("repo/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet", "repo"]);
    link(&folder, "../shared/b.cxflow", "repo/b.cxflow");
    let inside = folder.path("repo");
    let run = |arguments: &str| folder.command(arguments).folder(&inside).run();
    run("check b.cxflow").exits(0).err_has("b.cxflow: no findings");
    run("check --allow-outside ../shared .").exits(0).err_has("./b.cxflow: no findings");
    run("check --allow-outside ../elsewhere .").exits(2);
    // A folder that is a link out of the repository is named, too.
    link(&folder, "../shared", "repo/all");
    run("check all").exits(0).err_has("all/b.cxflow: no findings");
}

#[test]
fn a_part_is_not_looked_for_through_links_out_of_the_repository() {
    let folder = Folder::new()
        .with("outside.cxflow", including("repo/part.cxflow"))
        .with("repo/part.cxflow", "let queue = \"x\"\n");
    folder.git(&["init", "--quiet", "repo"]);
    link(&folder, "../outside.cxflow", "repo/z.cxflow");
    let run = folder.command("check part.cxflow").folder(&folder.path("repo")).run();
    run.err_lacks("is a part of").err_lacks("z.cxflow");
}

#[test]
fn links_within_the_repository_are_followed() {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN).with("shared/b.cxflow", CLEAN);
    folder.git(&["init", "--quiet"]);
    link(&folder, "../shared/b.cxflow", "flows/b.cxflow");
    folder.run("check flows").exits(0).err_has("flows/b.cxflow: no findings");
}

#[test]
fn a_file_that_an_editor_holds_is_no_flow() {
    let folder = Folder::of(CLEAN);
    // As Emacs marks a file that it has unsaved changes of.
    link(&folder, "dana@machine.1234:1700000000", ".#a.cxflow");
    folder.run("check .").exits(0).err_lacks(".#a.cxflow");
}

#[test]
fn a_link_to_a_flow_has_the_settings_of_the_flow() {
    let folder = Folder::new()
        .with("repo/s/a.cxflow", CLEAN)
        .with("repo/p/house.cxflow", HOUSE)
        .with("repo/cxflow.toml", "policies = [\"p/house.cxflow\"]\n")
        .with("farm/other.txt", "");
    folder.git(&["init", "--quiet", "repo"]);
    let real = folder.path("repo/s/a.cxflow").display().to_string();
    link(&folder, &real, "farm/absolute.cxflow");
    link(&folder, "../repo/s/a.cxflow", "farm/relative.cxflow");
    link(&folder, "relative.cxflow", "farm/twice.cxflow");
    link(&folder, "../../repo/s/a.cxflow", "farm/below/deep.cxflow");
    link(&folder, "s/a.cxflow", "repo/inside.cxflow");
    for name in [
        "farm/absolute.cxflow",
        "farm/relative.cxflow",
        "farm/twice.cxflow",
        "farm/below/deep.cxflow",
        "repo/inside.cxflow",
    ] {
        folder.run(&format!("check {name}")).exits(1).err_has(BROKEN_RULE);
    }
    folder.run("check --show-settings farm/twice.cxflow").exits(1).out_has("# repo/cxflow.toml:1");
}

#[test]
fn the_settings_of_the_link_add_to_those_of_the_file() {
    let folder = Folder::new()
        .with("s/a.cxflow", CLEAN)
        .with("s/cxflow.toml", "policies = [\"../p/house.cxflow\"]\n[env.prod.params]\nqueue = \"file\"\n")
        .with("p/house.cxflow", HOUSE.replace("depth 0", "depth 9"))
        .with("l/cxflow.toml", "[env.prod.params]\nqueue = \"link\"\n");
    folder.git(&["init", "--quiet"]);
    link(&folder, "../s/a.cxflow", "l/a.cxflow");
    let run = folder.run("check --show-settings --env prod l/a.cxflow").exits(0);
    run.out_has("\"../p/house.cxflow\"").out_has("s/cxflow.toml:1").out_has("l/cxflow.toml:2");
    let built = folder.run("build --env prod l/a.cxflow -o -").exits(0).json();
    assert_eq!(built["nodes"][1]["actions"][0]["text"], "link");
    let run = folder.run("build --env prod s/a.cxflow -o -").exits(0).json();
    assert_eq!(run["nodes"][1]["actions"][0]["text"], "file");
}

#[test]
fn a_tree_of_links_has_its_settings_once() {
    let folder = Folder::new()
        .with("repo/a.cxflow", CLEAN)
        .with("repo/house.cxflow", HOUSE)
        .with("repo/cxflow.toml", "policies = [\"house.cxflow\"]\n");
    folder.git(&["init", "--quiet", "repo"]);
    for name in ["a.cxflow", "house.cxflow", "cxflow.toml"] {
        link(&folder, &format!("../repo/{name}"), &format!("farm/{name}"));
    }
    folder
        .command("check --allow-outside ../repo a.cxflow")
        .folder(&folder.path("farm"))
        .run()
        .exits(1)
        .err_has(BROKEN_RULE)
        .err_lacks("declared twice");
}

#[test]
fn at_a_revision_settings_count_through_links_as_well() {
    let folder = Folder::new()
        .with("s/a.cxflow", CLEAN)
        .with("s/cxflow.toml", "policies = [\"../p/house.cxflow\"]\n")
        .with("p/house.cxflow", HOUSE);
    link(&folder, "../s/a.cxflow", "l/a.cxflow");
    link(&folder, "s", "folder");
    let folder = folder.committed();
    for name in
        ["l/a.cxflow", "v1:l/a.cxflow", "folder/a.cxflow", "v1:folder/a.cxflow", "v1:./folder/a.cxflow"]
    {
        folder.run(&format!("check {name}")).exits(1).err_has(BROKEN_RULE).err_lacks("declared twice");
    }
}

#[test]
fn at_a_revision_links_to_folders_are_followed() {
    let folder = Folder::new()
        .with("sub/ok.cxflow", "let greeting = \"hello\"\n")
        .with("sub/p.cxflow", HOUSE)
        .with("sub/f.cxflow", CLEAN)
        .with("deep/er/x", "");
    link(&folder, "sub", "l1");
    link(&folder, "l1", "l2");
    link(&folder, "../../sub", "deep/er/l3");
    link(&folder, "deep/er/l3/../er/l3", "l4");
    link(&folder, "./sub/", "l5");
    link(&folder, "l1/ok.cxflow", "through.cxflow");
    let paths = ["l1/ok.cxflow", "l2/ok.cxflow", "deep/er/l3/ok.cxflow", "l5/ok.cxflow", "through.cxflow"];
    for (number, path) in paths.iter().enumerate() {
        folder.write(&format!("f{number}.cxflow"), including(path));
        folder.write(
            &format!("g{number}/a.cxflow"),
            CLEAN.replace("\"https://cdn.example.com/notice.wav\"", "\"https://cdn.example.com/x.wav\""),
        );
        let policy = path.replace("ok.cxflow", "p.cxflow").replace("through.cxflow", "l2/p.cxflow");
        folder.write(&format!("g{number}/cxflow.toml"), format!("policies = [\"../{policy}\"]\n"));
    }
    let folder = folder.committed();
    for number in 0..paths.len() {
        folder.run(&format!("check f{number}.cxflow")).exits(0);
        folder.run(&format!("check v1:f{number}.cxflow")).exits(0);
        folder.run(&format!("check v1:g{number}/a.cxflow")).exits(1).err_has(BROKEN_RULE);
    }
    folder.run("check v1:l2/f.cxflow").exits(0);
    folder.run("check v1:l1").exits(0).err_has("sub/f.cxflow: no findings");
}

#[test]
fn at_a_revision_links_lead_nowhere_outside_of_it() {
    let folder = Folder::new().with("sub/ok.cxflow", "let greeting = \"hello\"\n");
    for (to, at) in [
        ("/etc", "absolute"),
        ("../..", "above"),
        ("sub/../../x", "above-by-a-folder"),
        ("loop", "loop"),
        ("nothing", "dangling"),
    ] {
        link(&folder, to, at);
        folder.write(&format!("{at}.cxflow"), including(&format!("{at}/ok.cxflow")));
    }
    let folder = folder.committed();
    for (name, said) in [
        ("absolute", "it is outside the repository"),
        ("above", "it is outside the repository"),
        ("above-by-a-folder", "it is outside the repository"),
        ("loop", "it is a link that leads back to itself"),
        ("dangling", "there is no such file"),
    ] {
        folder.run(&format!("check v1:{name}.cxflow")).exits(1).err_has(said).err_lacks("os error");
    }
}

#[test]
fn a_path_with_dots_at_a_revision_is_the_path_without_them() {
    let folder = Folder::new()
        .with("s/a.cxflow", CLEAN)
        .with("s/cxflow.toml", "policies = [\"../p/house.cxflow\"]\n")
        .with("cxflow.toml", "policies = [\"p/house.cxflow\", \"s/../p/house.cxflow\"]\n")
        .with("p/house.cxflow", HOUSE)
        .committed();
    for path in ["s/a.cxflow", "s/../s/a.cxflow", "./s/a.cxflow", "p/../s/./a.cxflow", "./p/../s/a.cxflow"] {
        folder
            .run(&format!("check --message-format short v1:{path}"))
            .exits(1)
            .err_has(BROKEN_RULE)
            .err_lacks("declared twice")
            .err_lacks("CX105");
    }
    // Both are one source.
    let run = folder.run("check v1:s/a.cxflow v1:s/../s/a.cxflow").exits(1);
    assert_eq!(run.err.matches("CX301").count(), 1, "{}", run.err);
}

#[test]
fn a_link_that_leads_back_to_itself_is_said_to_be_one() {
    let folder = Folder::of(&including("x.cxflow"));
    link(&folder, "x.cxflow", "x.cxflow");
    let run = folder.run("check a.cxflow").exits(1).err_has("it is a link that leads back to itself");
    run.err_lacks("os error").err_lacks("did you mean");
}

#[test]
fn a_folder_is_no_include() {
    for path in [".", "./", "sub", "sub/", "sub/..", "./sub/../."] {
        let folder = Folder::of(&including(path)).with("sub/x", "");
        let shown = if path.starts_with("sub") && !path.contains("..") { "sub" } else { "." };
        let said = format!("cannot include `{shown}`: it is a folder");
        folder.run("check a.cxflow").exits(1).err_has(&said);
        folder.committed().run("check v1:a.cxflow").exits(1).err_has(&said);
    }
}

#[test]
fn settings_above_the_working_folder_are_called_as_they_are_seen_from_it() {
    let folder = Folder::new()
        .with("d/e/f.cxflow", CLEAN)
        .with("cxflow.toml", "policies = [\"p/house.cxflow\"]\nqueue = \"x\"\n")
        .with("p/house.cxflow", HOUSE);
    folder.git(&["init", "--quiet"]);
    let absolute = folder.root().file_name().unwrap().to_str().unwrap().to_owned();
    for (place, up) in [("d", "../"), ("d/e", "../../"), ("p", "../")] {
        let file = format!("{up}d/e/f.cxflow");
        for format in ["human", "short", "json"] {
            let run = folder
                .command(&format!("check --show-settings --message-format {format} {file}"))
                .folder(&folder.path(place))
                .run()
                .exits(1);
            let both = format!("{}{}", run.out, run.err);
            assert!(both.contains(&format!("{up}cxflow.toml")), "{place}, {format}: {both}");
            assert!(!both.contains(&absolute), "{place}, {format}: {both}");
        }
    }
    let run = folder.command("check d/e/f.cxflow --message-format short").folder(folder.root()).run();
    run.err_has("\ncxflow.toml:2:1: error");
}

/// What a clone's settings hold where a token is kept with the address.
const TOKEN: &str = "ghp-very-private";

fn with_a_token() -> Folder {
    let folder = Folder::new().with("flows/a.cxflow", CLEAN);
    folder.git(&["init", "--quiet"]);
    folder.git(&["remote", "add", "origin", &format!("https://user:{TOKEN}@example.com/x.git")]);
    folder
}

#[test]
fn a_flow_includes_nothing_of_gits_own_folder() {
    let paths = [
        "../.git/config",
        "./../.git/config",
        "../flows/../.git/config",
        "../.git/hooks/../config",
        "link/config",
        "linked",
        "../.git/HEAD",
        "../.git/none",
    ];
    for path in paths {
        let folder = with_a_token();
        link(&folder, "../.git", "flows/link");
        link(&folder, "../.git/config", "flows/linked");
        folder.write("flows/a.cxflow", including(path));
        for format in MESSAGE_FORMATS {
            let run = folder.command(&format!("check --message-format {format} flows/a.cxflow")).run();
            let said = format!("{}{}", run.out, run.err);
            assert!(said.contains("it is in git's own folder"), "{path} {format}: {said}");
            assert!(!said.contains(TOKEN) && !said.contains("repositoryformatversion"), "{path}: {said}");
        }
        // Whoever allows a folder that it lies in does not mean it.
        folder.command("check --allow-outside .. flows/a.cxflow").run().err_lacks(TOKEN);
    }
}

#[test]
fn a_git_folder_of_another_name_is_gits_own_as_well() {
    for path in ["../data/config", "../data/HEAD", "link/config"] {
        let folder = Folder::new();
        folder.git(&["init", "--quiet", "--separate-git-dir", "data", "."]);
        folder.git(&["remote", "add", "origin", &format!("https://user:{TOKEN}@example.com/x.git")]);
        std::fs::create_dir_all(folder.path("flows")).unwrap();
        link(&folder, "../data", "flows/link");
        folder.write("flows/a.cxflow", including(path));
        let run = folder.command("check flows/a.cxflow").run().exits(1);
        run.err_has("it is in git's own folder").err_lacks(TOKEN).err_lacks("repositoryformatversion");
    }
}

#[test]
fn no_settings_and_no_policies_are_read_from_gits_own_folder() {
    let folder = with_a_token();
    link(&folder, "../.git/config", "flows/cxflow.toml");
    folder.command("check flows").run().exits(2).err_has("git's own folder").err_lacks(TOKEN);
    let folder = with_a_token().with("cxflow.toml", "policies = [\".git/config\"]\n");
    folder.command("check flows").run().exits(1).err_has("git's own folder").err_lacks(TOKEN);
    let folder = with_a_token();
    link(&folder, "../.git/config", "flows/b.cxflow");
    folder.command("check flows").run().exits(2).err_has("b.cxflow").err_lacks(TOKEN);
}

#[test]
fn a_file_whose_name_only_looks_like_gits_folder_is_read() {
    for name in ["git", ".github", "x.git", ".gitlab"] {
        let folder = with_a_token().with(&format!("{name}/b.cxflow"), "let hello = \"Hello\"\n");
        folder.write("flows/a.cxflow", including(&format!("../{name}/b.cxflow")));
        folder.command("check flows/a.cxflow").run().err_lacks("git's own folder");
    }
}

#[test]
fn a_file_under_two_names_is_one_unless_other_settings_count() {
    let folder = Folder::of(CLEAN).with("sub/empty.txt", "");
    link(&folder, "a.cxflow", "l.cxflow");
    link(&folder, "../a.cxflow", "sub/m.cxflow");
    let folder = folder.committed();
    let absolute = folder.path("a.cxflow").display().to_string();
    let names = ["./a.cxflow", "sub/../a.cxflow", "l.cxflow", "sub/m.cxflow", ".//a.cxflow", &*absolute, "."];
    for other in names {
        for verb in ["check", "build --out-dir out", "test", "policy check", "fmt"] {
            let run = folder.run(&format!("{verb} {other} a.cxflow")).exits(0);
            let said = format!("{}{}", run.out, run.err);
            assert!(
                said.matches("a.cxflow:").count() + said.matches("l.cxflow:").count() < 2,
                "{verb} {said}"
            );
        }
    }
    for other in ["v1:./a.cxflow", "v1:l.cxflow", "v1:sub/m.cxflow", "v1:sub/../a.cxflow", "v1:."] {
        for sources in [format!("{other} v1:a.cxflow"), format!("v1:a.cxflow {other}")] {
            let run = folder.run(&format!("check {sources}")).exits(0);
            assert_eq!(run.err.matches(": no findings").count(), 1, "{sources} {run:#?}");
        }
    }
    // What a folder asks for counts for the links in it.
    let folder = Folder::new().with("s/a.cxflow", CLEAN).with("l/house.cxflow", HOUSE);
    let folder = folder.with("l/cxflow.toml", "policies = [\"house.cxflow\"]\n");
    link(&folder, "../s/a.cxflow", "l/a.cxflow");
    let folder = folder.committed();
    for sources in [
        "s l",
        "l s",
        ".",
        "s/a.cxflow l/a.cxflow",
        "l/a.cxflow s/a.cxflow",
        "v1:s v1:l",
        "v1:s/a.cxflow v1:l/a.cxflow",
        "v1:.",
    ] {
        let run = folder.run(&format!("check {sources}")).exits(1).err_has(BROKEN_RULE);
        run.err_has("s/a.cxflow: no findings").err_has("l/a.cxflow: 1 error");
    }
}
