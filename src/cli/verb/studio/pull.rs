//! `cxflowc studio pull`

use std::collections::VecDeque;
use std::io::ErrorKind::NotFound;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::connect::absent;
use crate::cli::args::{PullArgs, ResultFormat, joined};
use crate::cli::compilation::report::Reporter;
use crate::cli::console::safe::one_line;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::place::folded;
use crate::cli::files::target::Target;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::source_files::input::Input;
use crate::cli::verb::import::{self, Destination};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::studio::StudioClient;
use crate::cxone::{Deadline, Problem, ProgressListener};
use crate::diagnostics::counted;
use crate::source::Source;

/// How many scripts of a folder are read at most.
const MOST_SCRIPTS: usize = 2_000;
/// How many bytes of a script's name the name of its file has at most: systems take 255 with the ending, a number, and what
/// a file is called until it is whole.
const LONGEST_NAME: usize = 200;
/// How many folders are looked into at most.
const MOST_FOLDERS: usize = 500;

/// A script as the tenant has it.
struct Fetched {
    /// Its name with its folder.
    path: String,
    content: Vec<u8>,
}

/// What was found under a name.
struct Found {
    scripts: Vec<Fetched>,
    /// The folder that they are in, if a folder was named.
    folder: Option<String>,
    /// Whether there are more than are read.
    is_cut: bool,
    /// Whether there is a folder of the script's name, too.
    is_folder_too: bool,
}

pub fn run(args: &PullArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was read"));
    let common = &args.common;
    if let (None, Some(file)) = (&args.out_dir, &args.output)
        && let Some(folder) = file.parent().filter(|folder| *folder != Path::new("") && !folder.is_dir())
    {
        return Err(output::unwritable(&folder.join(file.file_name().unwrap_or_default()), &NotFound.into()));
    }
    let place = Input::Disk(match (&args.output, &args.out_dir) {
        (Some(file), _) if *file != Path::new("-") => file.clone(),
        // Settings are those of the folders above, whether it is there yet or not.
        (_, Some(folder)) => there(folder).join("-"),
        _ => PathBuf::from("-"),
    });
    if let Some(file) = args.output.as_deref().filter(|file| !args.force && *file != Path::new("-")) {
        output::is_new(file)?;
    }
    let context =
        StudioContext::at(&place, common.env.as_deref(), &common.account, &common.messages, terminal)?;
    let context = match context {
        Ok(context) => context,
        Err(status) => return Ok(status),
    };
    if let Some(file) = args.output.as_deref().filter(|file| *file != Path::new("-")) {
        check_outputs(args, &place, &context, [file])?;
    }
    let path = joined(&args.script);
    // With a slash at its end it is the name of a folder.
    let is_folder = args.script.trim().ends_with(['/', '\\']);
    let work = async |client: &StudioClient, deadline, listener: &dyn ProgressListener| {
        let is_listed = args.list || args.out_dir.is_none();
        find(client, (&path, is_folder), !is_listed, deadline, listener).await
    };
    let found = match context.ask(common.time.timeout, &common.messages, terminal, work)? {
        Ok(found) => found,
        Err(status) => return Ok(status),
    };
    if found.is_cut {
        terminal.warning(&format!(
            "the folder has more than {}; pull its folders one by one",
            counted(found.scripts.len(), "script")
        ));
    }
    if found.is_folder_too {
        let shown = one_line(&path.replace('\\', "/"));
        terminal.warning(&format!(
            "`{shown}` is a script and a folder of the tenant: this is the script, and `{shown}/` stands for the folder"
        ));
    }
    if args.list {
        return list(args, &found, terminal);
    }
    let targets = targets(args, &place, &context, &found)?;
    let output_taken = args.format == ResultFormat::Json || targets.contains(&Target::Stdout);
    let mut reporter = Reporter::new(&common.messages, terminal, output_taken, targets.len() > 1);
    let (mut status, mut failures) = (ExitStatus::Done, Vec::new());
    let mut settings = context.settings.clone();
    let mut are_settings_said = false;
    // Flows of one folder have one setting for it, and the folders below it in their names.
    let is_above = |folder: &str| {
        let own = settings.folder.trim_matches(['\\', '/']).replace('/', "\\");
        !own.is_empty()
            && (folder == own || folder.strip_prefix(&own).is_some_and(|rest| rest.starts_with('\\')))
    };
    if let Some(folder) = found.folder.as_ref().filter(|folder| !folder.is_empty() && !is_above(folder)) {
        terminal.closing(&format!("write `folder = {folder:?}` under `[studio]` in cxflow.toml"));
        settings.folder.clone_from(folder);
        are_settings_said = true;
    }
    if found.folder.as_deref() == Some("") && settings.folder != "/" {
        // The names of the flows have the folders.
        terminal.closing("write `folder = \"/\"` under `[studio]` in cxflow.toml");
        "/".clone_into(&mut settings.folder);
        are_settings_said = true;
    }
    for (script, target) in found.scripts.iter().zip(&targets).filter(|_| args.out_dir.is_some()) {
        if script.path.split('\\').any(|part| part.len() > LONGEST_NAME) {
            terminal.warning(&format!(
                "the name of the script `{}` is too long for that of a file: its flow is {}",
                one_line(&script.path),
                target.name()
            ));
        }
    }
    let are_several = found.scripts.len() > 1;
    // What is asked for later has what was asked for before.
    let mut lines: Vec<String> = Vec::new();
    let key = |line: &str| line.split(" = ").next().unwrap_or_default().to_owned();
    for (script, target) in found.scripts.into_iter().zip(&targets) {
        let name = script.path.clone();
        let source = Source::new(name.as_str(), name.as_str(), script.content);
        let destination = Destination {
            target,
            is_forced: args.force,
            is_as_is: args.live.as_is,
            format: args.format,
            settings: Some(&settings),
            are_settings_said,
            says_settings: !are_several,
            environment: common.env.as_deref(),
        };
        match import::take(&name, source, &destination, &mut reporter, terminal) {
            Ok(taken) => {
                status = status.max(taken.status);
                for line in taken.lines {
                    lines.retain(|own| key(own) != key(&line));
                    lines.push(line);
                }
                // What was said of one script counts for those that follow.
                if let Some(needed) = taken.needed {
                    (settings, are_settings_said) = (needed, true);
                }
            }
            Err(failure) => failures.push(failure),
        }
    }
    if are_several && !lines.is_empty() {
        terminal.closing("for the same scripts to come out, write under `[studio]` in cxflow.toml:");
        lines.iter().for_each(|line| terminal.closing(&format!("  {line}")));
    }
    reporter.conclude(status, failures)
}

/// Opens the script of a name, or all scripts below the folder of that name.
async fn find(
    client: &StudioClient,
    (path, is_folder): (&str, bool),
    are_opened: bool,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Found, Problem> {
    // No script is without a name.
    let script = match path {
        "" => None,
        _ if is_folder && has_entries(client, path, deadline, listener).await => None,
        _ => client.open(path, deadline, listener).await?,
    };
    if let Some(script) = script {
        let scripts = vec![Fetched { path: path.to_owned(), content: script.content }];
        let is_folder_too = has_entries(client, path, deadline, listener).await;
        return Ok(Found { scripts, folder: None, is_cut: false, is_folder_too });
    }
    let mut open: VecDeque<String> = VecDeque::from([path.to_owned()]);
    let mut found =
        Found { scripts: Vec::new(), folder: Some(path.to_owned()), is_cut: false, is_folder_too: false };
    let mut looked_into = 0;
    while let Some(folder) = open.pop_front() {
        let entries = match client.folder(&folder, deadline, listener).await? {
            Some(entries) => entries,
            None if looked_into == 0 => return Err(absent(client, path, deadline, listener).await),
            None => continue,
        };
        looked_into += 1;
        for entry in entries {
            let path = if folder.is_empty() { entry.name } else { format!("{folder}\\{}", entry.name) };
            if entry.is_folder {
                open.push_back(path);
            } else if found.scripts.len() < MOST_SCRIPTS {
                if !are_opened {
                    found.scripts.push(Fetched { path, content: Vec::new() });
                    continue;
                }
                // It may have been deleted meanwhile.
                if let Some(script) = client.open(&path, deadline, listener).await? {
                    found.scripts.push(Fetched { path, content: script.content });
                }
            } else {
                found.is_cut = true;
            }
        }
        if looked_into >= MOST_FOLDERS && !open.is_empty() {
            found.is_cut = true;
            break;
        }
    }
    Ok(found)
}

/// Whether there is a folder of this name with something in it. If it cannot be listed, there is none to be read.
async fn has_entries(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> bool {
    let entries = client.folder(path, deadline, listener).await.ok().flatten();
    entries.is_some_and(|entries| !entries.is_empty())
}

/// The place of each flow. Before anything is written it is looked at what would be replaced.
fn targets(
    args: &PullArgs,
    place: &Input,
    context: &StudioContext,
    found: &Found,
) -> Result<Vec<Target>, Failure> {
    if let Some(folder) = found.folder.as_ref().filter(|_| args.out_dir.is_none()) {
        let count = counted(found.scripts.len(), "script");
        let what = match folder.as_str() {
            "" => format!("the tenant has {count}"),
            _ => format!("`{folder}` is a folder with {count}"),
        };
        return Err(Failure::new(what)
            .help("name a folder for the flows with --out-dir; --list prints the names of the scripts"));
    }
    let Some(out_dir) = &args.out_dir else {
        let file = args.output.as_deref().filter(|file| *file != Path::new("-"));
        return Ok(vec![file.map_or(Target::Stdout, |file| Target::File(file.to_path_buf()))]);
    };
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut targets = Vec::new();
    for script in &found.scripts {
        let inside = match &found.folder {
            Some(folder) if !folder.is_empty() => {
                script.path.strip_prefix(folder.as_str()).unwrap_or(&script.path)
            }
            Some(_) => &script.path,
            None => script.path.rsplit('\\').next().unwrap_or(&script.path),
        };
        let mut stem = out_dir.clone();
        stem.extend(inside.split('\\').filter(|part| !part.is_empty()).map(file_name));
        // Names that are alike as those of files, on some system, have a number.
        let mut number = 1;
        let file = loop {
            let mut file = stem.clone();
            if number > 1 {
                file.as_mut_os_string().push(format!(" {number}"));
            }
            file.as_mut_os_string().push(".cxflow");
            if seen.insert(folded(&file)) {
                break file;
            }
            number += 1;
        };
        if !args.force {
            output::is_new(&file)?;
        }
        targets.push(file);
    }
    check_outputs(args, place, context, targets.iter().map(PathBuf::as_path))?;
    output::make_folder(out_dir)?;
    for file in &targets {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).map_err(|error| output::unwritable(folder, &error))?;
        }
    }
    Ok(targets.into_iter().map(Target::File).collect())
}

/// Refuses to write a flow in place of what is none, or of what other options name.
fn check_outputs<'p>(
    args: &PullArgs,
    place: &Input,
    context: &StudioContext,
    files: impl IntoIterator<Item = &'p Path>,
) -> Result<(), Failure> {
    let mut outputs = Outputs::default();
    for file in files {
        outputs.add("the flow of a script", file, OutputUse::Flow);
    }
    outputs.add_some("--message-file", args.common.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    let log = context.environment.as_ref().and_then(|environment| environment.audit.as_ref());
    let logs: Vec<ProtectedFile> =
        log.into_iter().map(|log| ProtectedFile::new("an audit log", &place.on_disk(log))).collect();
    outputs.refuse_protected(&logs)
}

/// The next folder above that is there; the folder itself, if it is.
fn there(folder: &Path) -> &Path {
    folder.ancestors().find(|one| *one == Path::new("") || one.is_dir()).unwrap_or(folder)
}

/// Prints the names of scripts.
fn list(args: &PullArgs, found: &Found, terminal: &Terminal) -> VerbResult {
    let mut paths: Vec<&str> = found.scripts.iter().map(|script| script.path.as_str()).collect();
    paths.sort_by_cached_key(|path| path.to_lowercase());
    for path in paths {
        match args.format {
            ResultFormat::Json => {
                terminal.result(&format!("{}\n", serde_json::json!({ "script": path })));
            }
            ResultFormat::Text => terminal.result(&format!("{}\n", one_line(path))),
        }
    }
    terminal.closing(&counted(found.scripts.len(), "script"));
    Ok(ExitStatus::Done)
}

/// A name of a script as that of a file: without what paths or systems take for something else.
fn file_name(name: &str) -> String {
    let is_odd = |one: char| one.is_control() || r#"/\:*?"<>|"#.contains(one);
    let plain: String = name.chars().map(|one| if is_odd(one) { '_' } else { one }).collect();
    let plain = plain.trim_matches([' ', '.']);
    let end = (0..=LONGEST_NAME.min(plain.len())).rev().find(|&end| plain.is_char_boundary(end));
    let plain = plain.get(..end.unwrap_or_default()).unwrap_or_default().trim_end_matches([' ', '.']);
    if plain.is_empty() { "_".to_owned() } else { plain.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_scripts_become_names_of_files() {
        for (name, file) in [
            ("Reminder", "Reminder"),
            ("..", "_"),
            ("a/b: c?", "a_b_ c_"),
            (" x. ", "x"),
            ("Q3 Outbound", "Q3 Outbound"),
        ] {
            assert_eq!(file_name(name), file, "{name}");
        }
        assert_eq!(file_name(&"a".repeat(250)), "a".repeat(200));
        assert_eq!(file_name(&format!("a{}", "\u{e9}".repeat(150))), format!("a{}", "\u{e9}".repeat(99)));
    }
}
