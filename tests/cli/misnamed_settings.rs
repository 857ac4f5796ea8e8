//! Settings files with a wrong name, which nothing reads.

use super::harness::*;

const LAW: &str = "policies = [\"us_tsr\"]\n";

const SLIPS: [&str; 14] = [
    "Cxflow.toml",
    "CXFLOW.toml",
    "cxflow.TOML",
    "CxFlow.Toml",
    ".cxflow.toml",
    "cxflow.toml.txt",
    "cxflows.toml",
    "cxflow.tml",
    "xcflow.toml",
    "cxflow .toml",
    "cflow.toml",
    "cxfolw.toml",
    "cxflow_toml",
    "\u{441}xflow.toml",
];

#[test]
fn a_slip_of_the_name_is_an_error_on_disk_and_at_a_revision() {
    for name in SLIPS {
        let folder = Folder::of(CLEAN).with(name, LAW).committed();
        let run = folder.run("check --message-format json a.cxflow").exits(1);
        let found = run.lines();
        assert_eq!(found.len(), 1, "{name}: {run:#?}");
        assert_eq!((&found[0]["code"], &found[0]["file"]), (&"CX710".into(), &name.into()), "{name}");
        folder.run("build a.cxflow").exits(1);
        assert!(!folder.has("a.json"), "{name}");
        folder.run("check --format short v1:a.cxflow").exits(1).err_has("error[CX710 misnamed-settings]");
    }
}

#[test]
fn in_a_folder_above_the_flow_it_is_seen_too() {
    let folder = Folder::new().with("CxFlow.toml", LAW).with("x/y/a.cxflow", CLEAN).committed();
    folder.run("check x/y/a.cxflow").exits(1).err_has("nothing reads `CxFlow.toml`");
    folder.run("check x").exits(1).err_has("CX710");
}

#[test]
fn beside_settings_only_other_capitals_are_reported() {
    for name in SLIPS {
        let folder = Folder::new().with("cxflow.toml", "longest_waiver = \"30 days\"\n");
        let folder = folder.with(name, LAW).with("x/a.cxflow", CLEAN).with("x/b.cxflow", CLEAN).committed();
        let status = i32::from(name.eq_ignore_ascii_case("cxflow.toml"));
        for source in ["x/a.cxflow", "v1:x/a.cxflow", "x", "v1:x", "x/a.cxflow x/b.cxflow"] {
            let run = folder.run(&format!("check --message-format short {source}")).exits(status);
            assert_eq!(run.err.matches("error[CX710").count(), status as usize, "{name} {source}: {run:#?}");
        }
        let run = folder.run("check --message-format json x").exits(status);
        if status == 1 {
            assert_eq!((&run.lines()[0]["file"], run.lines().len()), (&name.into(), 1), "{name}");
        }
    }
}

#[test]
fn other_files_are_left_alone() {
    for (name, text) in [
        ("cxflow.toml.bak", LAW),
        ("cxflow.toml~", LAW),
        ("#cxflow.toml#", LAW),
        ("Cargo.toml", LAW),
        ("cflow.toml", "[package]\nname = \"cflow\"\n"),
        (".cxflow.toml", ""),
        ("cxflow.json", "{}"),
        ("cxflow.toml.d/x", LAW),
    ] {
        let folder = Folder::of(CLEAN).with(name, text).committed();
        folder.run("check a.cxflow").exits(0).err_lacks("CX710");
    }
}

#[test]
fn it_shows_no_secret() {
    let text = "[env.prod]\nclient_secret = \"kQ7vz-93Xw81pL\"\n";
    let folder = Folder::of(CLEAN).with("Cxflow.toml", text);
    for format in ["human", "json", "sarif"] {
        let run = folder.run(&format!("check --message-format {format} a.cxflow")).exits(1);
        assert!(!format!("{}{}", run.out, run.err).contains("kQ7vz"), "{run:#?}");
    }
}

#[test]
fn a_git_that_is_no_repository_does_not_part_a_flow_from_its_settings() {
    let folder = Folder::new().with("cxflow.toml", LAW).with("s/a.cxflow", CLEAN).committed();
    // A submodule that was moved has a `.git` that leads nowhere, or to what is no repository.
    let odd = [
        ("s/.git", ""),
        ("s/.git", "no gitdir\n"),
        ("s/.git", "gitdir: ../x\n"),
        ("s/.git", "gitdir: /nowhere/at/all\n"),
        ("s/.git", "gitdir: .\n"),
        ("s/.git", "gitdir:\n"),
        ("s/.git/config", ""),
    ];
    for (name, text) in odd {
        folder.write(name, text);
        folder.run("check --format short s/a.cxflow").exits(1).err_has("`us_tsr`");
        let git = folder.path("s/.git");
        if git.is_dir() { std::fs::remove_dir_all(git).unwrap() } else { std::fs::remove_file(git).unwrap() }
    }
    folder.write("s/.git/HEAD", "ref: refs/heads/main\n");
    folder.run("check --format short s/a.cxflow").exits(0).err_lacks("us_tsr/");
    // A `.git` that leads to a repository is one, seen from its own folder, whatever ends its line.
    std::fs::rename(folder.path("s/.git"), folder.path("modules")).unwrap();
    for end in ["", "\n", "\r\n"] {
        folder.write("s/.git", format!("gitdir: ../modules{end}"));
        folder.run("check --format short s/a.cxflow").exits(0).err_lacks("us_tsr/");
    }
}

#[test]
fn settings_in_another_format_are_an_error() {
    for (name, text) in [
        ("cxflow.yaml", "policies: [us_tsr]\n"),
        ("cxflow.yml", "# ours\npolicies:\n  - us_tsr\n"),
        ("cxflow.json", "{\"policies\": [\"us_tsr\"]}\n"),
        (".cxflow.yaml", "env:\n  prod:\n    params:\n      queue: sales\n"),
        ("Cxflow.YML", "policies: [us_tsr]\n"),
        ("cxflow.ini", "policies = us_tsr\n"),
        ("cxflow.json5", "{ policies: ['us_tsr'] }\n"),
    ] {
        let folder = Folder::of(CLEAN).with(name, text).committed();
        for source in ["a.cxflow", "v1:a.cxflow"] {
            let run = folder.run(&format!("check --message-format json {source}")).exits(1);
            let found = run.lines();
            assert_eq!((found.len(), &found[0]["code"]), (1, &"CX710".into()), "{name} {source}: {run:#?}");
        }
        folder.run("check a.cxflow").err_has("into `cxflow.toml`, in TOML");
        // Beside the settings it may be what they were made of.
        folder.with("cxflow.toml", "longest_waiver = \"30 days\"\n").run("check a.cxflow").exits(0);
    }
}

#[test]
fn other_files_called_cxflow_are_no_settings() {
    for (name, text) in [
        ("cxflow.json", "{\"flow\": {\"nodes\": []}}\n"),
        ("cxflow.yaml", "image: cxflowc\nscript:\n  - cxflowc check\n"),
        ("cxflow.md", "policies: see below\n"),
        ("cxflow.yaml.bak", "policies: [us_tsr]\n"),
        ("flow.yaml", "policies: [us_tsr]\n"),
        ("cxflow.yml", ""),
    ] {
        Folder::of(CLEAN).with(name, text).run("check --deny warnings a.cxflow").exits(0);
    }
}
