//! `cxflowc new`

mod files;
mod template;

use std::path::{Path, PathBuf};

use self::files::NewFile;
pub use self::template::{Ci, Template};
use crate::cli::args::NewArgs;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::disk::Disk;
use crate::cli::files::read_scope;
use crate::cli::source_files::folders::{is_flow_file, seen_from};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::resolve::Files;
use crate::settings;

/// How many folders are searched for other flows.
const MAX_FOLDERS: usize = 1_000;

pub fn run(args: &NewArgs, terminal: &mut Terminal) -> VerbResult {
    let given = args.name.to_string_lossy();
    if given == "-" {
        return Err(Failure::new("- is not a name for a flow")
            .help("write a name, as in `cxflowc new reminder`; `cxflowc new ./-` writes ./-.cxflow"));
    }
    let path =
        if given.ends_with(".cxflow") { args.name.clone() } else { PathBuf::from(format!("{given}.cxflow")) };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.trim_matches('.').is_empty() || stem == ".cxflow" || given.ends_with('/') {
        return Err(Failure::new(format!("{given} is not a name for a flow"))
            .help("write a name, as in `cxflowc new reminder`"));
    }
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let (settings, settings_remark) = settings_beside(&folder);
    let mut files =
        vec![NewFile { text: named(args.template.text(), &title(&stem)), path, must_be_new: true }];
    let mut add = |path, text: &str| files.push(NewFile { path, text: text.to_owned(), must_be_new: false });
    if let Some(path) = settings {
        add(path, &args.template.settings());
    }
    add(folder.join(".gitignore"), &template::ignored(&stem));
    if let Some(ci) = args.ci {
        add(relative_top(&folder).join(ci.path()), &ci.text());
    }
    let written = files::write(&files)?;
    for path in &written.new {
        terminal.closing(&closing_line(path, args.ci, args.template));
    }
    for path in &written.left_alone {
        terminal.closing(&format!("{}: already there, left alone", path.display()));
    }
    if let Some(remark) = settings_remark {
        terminal.closing(&remark);
    }
    Ok(ExitStatus::Done)
}

/// The closing line for a file that was written.
fn closing_line(path: &Path, ci: Option<Ci>, template: Template) -> String {
    let shown = path.display().to_string();
    if is_flow_file(path) {
        // A name that needs quoting is not offered in a command to copy.
        let plain = shown
            .chars()
            .all(|c| c.is_alphanumeric() || "-_.:/".contains(c) || c == std::path::MAIN_SEPARATOR)
            && !shown.starts_with('-');
        let next = match plain {
            true => format!("; `cxflowc build{} {shown}` compiles it", template.target()),
            false => String::new(),
        };
        return format!("{shown}: a first flow{next}");
    }
    if ci.is_some_and(|ci| path.ends_with(ci.path())) {
        return format!("{shown}: written; set the variable CXFLOWC_REPOSITORY, as it says");
    }
    format!("{shown}: written")
}

/// The settings file to write for a flow in a folder, and a remark if settings exist that apply to the flow,
/// or if new ones would also apply to other flows.
fn settings_beside(folder: &Path) -> (Option<PathBuf>, Option<String>) {
    let path = folder.join(settings::NAME);
    let here = Disk.identity(Path::new("."));
    let real = Disk.identity(if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let top = read_scope::top(&real);
    let above = real.ancestors().skip(1).take_while(|above| above.starts_with(&top));
    let has_settings = |folder: &&Path| folder.join(settings::NAME).symlink_metadata().is_ok();
    if let Some(above) = above.into_iter().find(has_settings) {
        let existing = seen_from(&here, &above.join(settings::NAME));
        let remark = format!("{}: already there and applies to the flow; left alone", existing.display());
        return (path.symlink_metadata().is_ok().then_some(path), Some(remark));
    }
    // Existing settings are reported as left alone.
    if path.symlink_metadata().is_err() && has_flows(&real) {
        let remark =
            format!("{}: not written, since it would apply to the other flows here too", path.display());
        return (None, Some(remark));
    }
    (Some(path), None)
}

/// Whether there are flows in a folder or below it. Assumed for a folder that is too large to search.
fn has_flows(folder: &Path) -> bool {
    let mut folders = vec![folder.to_path_buf()];
    let mut searched = 0;
    while let Some(folder) = folders.pop() {
        searched += 1;
        if searched > MAX_FOLDERS {
            return true;
        }
        for name in Disk.list(&folder) {
            let path = folder.join(&name);
            if is_flow_file(&path) {
                return true;
            }
            let is_folder = path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
            if is_folder && !name.starts_with('.') {
                folders.push(path);
            }
        }
    }
    false
}

/// The top of a folder's repository, else the folder itself, relative to the working folder.
fn relative_top(folder: &Path) -> PathBuf {
    let named = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match crate::cli::git::top_of(named) {
        Some(top) => seen_from(&Disk.identity(Path::new(".")), &top),
        None => folder.to_path_buf(),
    }
}

/// `spring-reminder` as a title: `Spring reminder`.
fn title(stem: &str) -> String {
    // Braces would be read as a contact field.
    let words = stem.replace(['-', '_', '.'], " ").replace(['{', '}'], "");
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

/// A template's text with the flow's name.
fn named(template: &str, name: &str) -> String {
    let name: String = name
        .chars()
        .flat_map(|c| if matches!(c, '"' | '\\' | '$') { vec!['\\', c] } else { vec![c] })
        .filter(|c| !c.is_control())
        .collect();
    let line = |line: &str| match line.starts_with("flow ") {
        true => format!("flow \"{name}\"\n"),
        false => format!("{line}\n"),
    };
    template.lines().map(line).collect()
}
