//! A hostile workspace: the server runs no program, writes nothing and connects to nobody.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use serde_json::{Value, json};

use crate::editor::{Editor, Start, usual};
use crate::harness::Folder;

const FLOW: &str = "flow \"F\"\nentry notice\ninclude \"lib.cxflow\" as es\ninclude \"run.sh\"\ninclude \"link.cxflow\"\ninclude \"$(touch x).cxflow\"\ninclude \"`touch x`.cxflow\"\ndisclosure notice \"https://127.0.0.1:1/${queue}.wav\" { -> es.desk }\nlet queue = \"$(touch x)\"\ndisconnect bye\napply house\n";
const LIB: &str = "agent desk \"q\" { on failed -> bye }\n";
const SETTINGS: &str = "policies = [\"house.cxflow\", \"run.sh\"]\n\n[env.prod]\nbase_url = \"https://127.0.0.1:1/\"\ntoken_url = \"https://127.0.0.1:1/token\"\n";
const HOUSE: &str = "policy house \"House\" {\n  person: require agent\n}\n";
/// Every way in which git and editors let a checkout run something.
const GIT: &str = "[core]\n\tfsmonitor = touch tripped\n\tpager = touch tripped\n\teditor = touch tripped\n\thooksPath = .\n\tsshCommand = touch tripped\n[diff]\n\texternal = touch tripped\n[alias]\n\tstatus = !touch tripped\n[filter \"x\"]\n\tsmudge = touch tripped\n\tclean = touch tripped\n";

/// The names of programs that something might be tempted to run.
const PROGRAMS: &[&str] = &[
    "git", "sh", "bash", "cxflowc", "cat", "ls", "touch", "env", "node", "python3", "curl", "less",
    "xdg-open", "code", "true", "which",
];

/// What lies below a folder: kinds, modes, times and contents.
fn picture(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(path) = waiting.pop() {
        let about = path.symlink_metadata().unwrap();
        let content = match about.is_file() {
            true => String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            false => String::new(),
        };
        let said = format!("{:o} {} {} {content}", about.mode(), about.mtime(), about.mtime_nsec());
        found.insert(path.display().to_string(), said);
        if about.is_dir() {
            waiting.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

/// The children that a process has, and the files that it has open.
#[cfg(target_os = "linux")]
fn looked_at(process: u32) -> (String, Vec<String>) {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let children =
        tasks.map(|task| fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default());
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let files = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    (children.collect(), files.map(|file| file.display().to_string()).collect())
}

#[cfg(not(target_os = "linux"))]
fn looked_at(_: u32) -> (String, Vec<String>) {
    Default::default()
}

#[test]
fn a_hostile_workspace_makes_the_server_run_and_write_nothing() {
    let beside = Folder::new();
    let (programs, home) = (beside.path("bin"), beside.path("home"));
    fs::create_dir_all(&programs).unwrap();
    fs::create_dir_all(&home).unwrap();
    let tripped = beside.path("tripped");
    for name in PROGRAMS {
        let script = format!("#!/bin/sh\necho {name} \"$@\" >> {}\n", tripped.display());
        fs::write(programs.join(name), script).unwrap();
        fs::set_permissions(programs.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let files = [
        ("a.cxflow", FLOW),
        ("lib.cxflow", LIB),
        ("house.cxflow", HOUSE),
        ("cxflow.toml", SETTINGS),
        ("run.sh", "#!/bin/sh\ntouch tripped\n"),
        ("git", "#!/bin/sh\ntouch tripped\n"),
        ("cxflowc", "#!/bin/sh\ntouch tripped\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".git/config", GIT),
        (".git/hooks/post-checkout", "#!/bin/sh\ntouch tripped\n"),
        (".gitattributes", "* filter=x diff=x\n"),
        (".vscode/settings.json", "{\"cxflow.path\": \"./cxflowc\"}\n"),
        (".envrc", "touch tripped\n"),
        ("deep/.git", "gitdir: ../.git\n"),
        ("deep/b.cxflow", FLOW),
    ];
    let shown = |path: &Path| path.display().to_string();
    let (bin, at_home) = (shown(&programs), shown(&home));
    let variables = [
        ("PATH", bin.as_str()),
        ("HOME", at_home.as_str()),
        ("TMPDIR", at_home.as_str()),
        ("XDG_CONFIG_HOME", at_home.as_str()),
        ("XDG_CACHE_HOME", at_home.as_str()),
        ("XDG_STATE_HOME", at_home.as_str()),
        ("GIT_PAGER", "touch"),
        ("EDITOR", "touch"),
    ];
    let mut editor =
        Editor::start(Start { files: &files, arguments: &[], capabilities: usual(), variables: &variables });
    for name in ["run.sh", "git", "cxflowc", ".git/hooks/post-checkout"] {
        fs::set_permissions(editor.path(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    symlink("/dev/null", editor.path("link.cxflow")).unwrap();
    symlink(beside.root(), editor.path("out")).unwrap();
    let folder = editor.path("");
    let before = (picture(&folder), picture(&home));
    let mut children = String::new();
    let mut open: Vec<String> = Vec::new();
    for name in ["a.cxflow", "deep/b.cxflow", "cxflow.toml", "house.cxflow", "lib.cxflow"] {
        editor.open(name);
        editor.settle();
        ask_all(&mut editor, name);
        let (more, files) = looked_at(editor.process());
        children.push_str(&more);
        open.extend(files);
    }
    editor.open_with("untitled:Untitled-1", FLOW);
    editor.edit("a.cxflow", "$(touch x)", "$(touch y)");
    editor.tell(
        "workspace/didChangeConfiguration",
        json!({ "settings": { "cxflow": { "path": "./cxflowc" } } }),
    );
    editor.ask_any("workspace/executeCommand", json!({ "command": "touch", "arguments": ["tripped"] }));
    editor.settle();
    assert_eq!(children, "", "it has a child");
    let folder_name = folder.display().to_string();
    let kept: Vec<&String> =
        open.iter().filter(|file| file.starts_with("socket:") || file.starts_with(&folder_name)).collect();
    assert!(kept.is_empty(), "{kept:?}");
    let after = (picture(&folder), picture(&home));
    assert_eq!(editor.quit(), Some(0));
    assert!(!tripped.exists(), "{}", fs::read_to_string(&tripped).unwrap_or_default());
    for (path, was) in &before.0 {
        assert_eq!(after.0.get(path), Some(was), "{path}");
    }
    assert_eq!(after, before);
}

/// Asks everything there is to ask, at several places.
fn ask_all(editor: &mut Editor, name: &str) {
    for at in [0, 20, editor.text(name).len() / 2, editor.text(name).len()] {
        let at = (0..=at).rev().find(|&at| editor.text(name).is_char_boundary(at)).unwrap();
        let mut params = editor.at(name, at);
        params["context"] = json!({ "includeDeclaration": true, "diagnostics": [] });
        params["newName"] = json!("other");
        params["options"] = json!({ "tabSize": 2, "insertSpaces": true });
        params["range"] = editor.range(name, 0..at);
        for method in [
            "hover",
            "completion",
            "definition",
            "references",
            "rename",
            "prepareRename",
            "documentHighlight",
            "documentSymbol",
            "foldingRange",
            "semanticTokens/full",
            "formatting",
            "inlayHint",
            "codeAction",
            "prepareCallHierarchy",
        ] {
            editor.ask_any(&format!("textDocument/{method}"), params.clone());
        }
    }
    let all: Value = json!({ "query": "" });
    editor.ask_any("workspace/symbol", all);
}
