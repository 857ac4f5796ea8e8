//! `cxflowc lsp`

mod messages;
mod pipes;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Options;
use crate::cli::args::{CompileArgs, LspArgs};
use crate::cli::compilation::compile::{Purpose, base_options, settings_of, today};
use crate::cli::config::lost_settings::Lookups;
use crate::cli::console::secrets;
use crate::cli::console::terminal::{Terminal, unprintable};
use crate::cli::files::read_scope::{ConfinedDisk, ReadScope};
use crate::cli::process::threads;
use crate::cli::source_files::folders::FlowsBelow;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::verb::explain::markdown_page;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::Mask;
use crate::diagnostics::{Code, Diagnostics};
use crate::lsp::{FolderFlows, Machine, UnreadableSettings, serve};
use crate::resolve::Files;
use crate::settings::Settings;
use crate::source::Sources;
use pipes::Pipes;

/// How long an editor that did not shut down properly has time to read the remaining messages.
const FLUSH_TIME: Duration = Duration::from_secs(1);

pub fn run(args: &LspArgs, terminal: &mut Terminal) -> VerbResult {
    if std::io::stdin().is_terminal() {
        terminal
            .closing("waiting for an editor on standard input; editors start `cxflowc lsp` themselves; press Ctrl-D to end it");
    }
    let machine = LocalMachine {
        args: &args.compile,
        base: base_options(&args.compile, Purpose::Check)?,
        lookups: Lookups::default(),
    };
    threads::check_thread_and_file_limits(1)?;
    let pipes = Pipes::standard();
    let lost = pipes.write_error();
    let served = serve(&pipes.connection, &machine);
    // An editor that did not shut down properly may no longer read messages.
    pipes.finish(if matches!(served, Ok(true)) { None } else { Some(FLUSH_TIME) });
    if let Some(error) = lost.get() {
        return Err(unprintable(error));
    }
    match served {
        Ok(true) => Ok(ExitStatus::Done),
        // The editor is gone, so there is nobody to report to.
        Ok(false) => Ok(ExitStatus::Wanting),
        Err(error) => {
            Err(Failure::new(format!("the editor does not speak the language server protocol: {error}"))
                .help("editors start `cxflowc lsp`; `cxflowc check` checks a file on the command line"))
        }
    }
}

/// Whether a process has ended but was not reaped by its parent. Such a process can still be signalled.
#[cfg(target_os = "linux")]
fn has_ended(process: rustix::process::Pid) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{PidfdFlags, pidfd_open};
    // Without process handles, as in some kernels and sandboxes, only the signal counts.
    let Ok(handle) = pidfd_open(process, PidfdFlags::empty()) else { return false };
    let mut handles = [PollFd::new(&handle, PollFlags::IN)];
    poll(&mut handles, Some(&Timespec::default())).is_ok_and(|ended| ended > 0)
}

/// On other systems this cannot be found out without starting a program.
#[cfg(all(unix, not(target_os = "linux")))]
fn has_ended(_: rustix::process::Pid) -> bool {
    false
}

/// How many folders are searched for flows: the editor may have opened a whole disk.
const MAX_FOLDERS: usize = 20_000;

/// This machine, with the options of the command line.
struct LocalMachine<'a> {
    args: &'a CompileArgs,
    base: Options,
    /// Facts about folders, looked up once for each message.
    lookups: Lookups,
}

impl Machine for LocalMachine<'_> {
    fn disk(&self) -> &dyn Files {
        &Disk
    }

    fn disk_of(&self, root: &Path) -> Box<dyn Files> {
        let folder = root.parent().unwrap_or(Path::new(""));
        Box::new(ConfinedDisk {
            bounds: ReadScope::around(folder)
                .and_folders(&self.args.allow_outside)
                .and_files(self.args.policy.iter().map(PathBuf::from)),
        })
    }

    fn flows_below(&self, folder: &Path, limit: usize) -> FolderFlows {
        let mut below = FolderFlows::default();
        for (number, found) in FlowsBelow::new(folder).enumerate() {
            match found {
                Ok(files) => below.files.extend(files),
                Err((path, error)) => {
                    below.unseen.push(format!("{} cannot be read ({error})", path.display()));
                }
            }
            if number >= MAX_FOLDERS || below.files.len() > limit {
                below.files.truncate(limit);
                let folder = folder.display();
                below.unseen.push(format!(
                    "{folder} has more than {MAX_FOLDERS} folders or {limit} flows; open a smaller folder"
                ));
                break;
            }
        }
        below
    }

    fn options(
        &self,
        root: &Path,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Options, Settings), Box<UnreadableSettings>> {
        let today = self.base.as_of.unwrap_or_else(today);
        let base = Options { as_of: Some(today), ..self.base.clone() };
        let input = Input::Disk(root.to_path_buf());
        settings_of(files, &input, self.args, &base, &self.lookups, sources, diagnostics)
            .map(|settings| (settings.options, settings.settings))
            .map_err(|failure| {
                let help = failure.help.map(|help| format!("; {help}")).unwrap_or_default();
                Box::new(UnreadableSettings { options: base, why: format!("{}{help}", failure.message) })
            })
    }

    fn refresh(&self) {
        self.lookups.clear();
    }

    fn mask(&self) -> &Mask {
        secrets::mask()
    }

    #[cfg(unix)]
    fn is_running(&self, process: u32) -> bool {
        use rustix::process::{Pid, test_kill_process};
        let id = i32::try_from(process).ok().and_then(Pid::from_raw);
        // A process of another user exists even if it may not be signalled.
        id.is_none_or(|id| test_kill_process(id) != Err(rustix::io::Errno::SRCH) && !has_ended(id))
    }

    /// On other systems the end of the pipe shows that the editor is gone.
    #[cfg(not(unix))]
    fn is_running(&self, _: u32) -> bool {
        true
    }

    fn explanation(&self, code: &'static Code) -> String {
        format!("# {code}\n\n{}", markdown_page(code))
    }
}
