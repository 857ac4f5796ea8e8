//! `cxflowc studio prompts`: the recordings of flows beside those of the tenant.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use super::flows::{Wanted, compiled};
use crate::audit::{Action, EntryContext, Hash};
use crate::cli::args::{ResultFormat, StudioPromptsArgs};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::{HandoverListener, StageTracker, SubmissionStage};
use crate::cli::deployment::studio::StudioContext;
use crate::cli::files::disk::read_named;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::verb::submit::{RunLog, context, plain};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::studio::{Shown, StudioClient, lookup, reading};
use crate::cxone::{Deadline, Problem};
use crate::diagnostics::counted;
use crate::emit::studio::StudioSettings;
use crate::media::{Recording, WavFormat};
use crate::resolve::why;

pub fn run(args: &StudioPromptsArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was sent"));
    let jobs = match compiled(&args.files, &args.set, &args.common, terminal)? {
        Ok(jobs) => jobs,
        Err(status) => return Ok(status),
    };
    let tenant = match jobs.first() {
        Some(job) => StudioContext::of(
            &args.common.account,
            args.common.env.as_deref(),
            job.environment.clone(),
            &job.settings,
        )?,
        None => return Err(Failure::new("no flow was found, so there are no recordings to compare")),
    };
    let formats = jobs.first().map(|job| job.settings.wav_formats()).unwrap_or_default();
    let of_environment = || tenant.environment.as_ref().and_then(|environment| environment.audit.clone());
    let log = args.audit.clone().or_else(of_environment).filter(|_| args.upload);
    let mut outputs = Outputs::default();
    let name = if args.audit.is_some() { "--audit" } else { "the environment's `audit`" };
    outputs.add_some(name, log.as_ref(), OutputUse::Log);
    outputs.add_some("--message-file", args.common.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    outputs.refuse_protected(&ProtectedFile::of_jobs(&jobs))?;
    let locals = locals(args, &tenant, &jobs)?;
    let trail = RunLog::new(log.as_deref(), std::slice::from_ref(&tenant.lock), tokio::time::Instant::now())?;
    let audit = match trail.has_log() {
        true => Arc::new(context(Path::new("."), "HEAD", args.common.env.as_deref())?),
        false => Arc::default(),
    };
    let reached = StageTracker::default();
    let work = Comparison {
        args,
        tenant: &tenant,
        formats: &formats,
        trail: &trail,
        audit,
        reached: &reached,
        terminal,
    };
    let outcome =
        platform::run(terminal, &args.common.messages, &reached, work.carry_out(&locals), |problem| {
            vec![problem.finding()]
        });
    if let Ok(ExitStatus::Interrupted) = outcome {
        terminal.error("interrupted; run the same command again to compare what the tenant has now\n");
    }
    trail.print_repaired_tear(terminal);
    trail.print_log_head(terminal);
    outcome
}

/// A recording that the flows play.
struct Local {
    /// Its name on the tenant.
    name: String,
    /// Its bytes, if the folder has it.
    bytes: Option<Vec<u8>>,
}

/// The recordings of the flows, each with its file in the folder.
fn locals(
    args: &StudioPromptsArgs,
    tenant: &StudioContext,
    jobs: &[CompileJob],
) -> Result<Vec<Local>, Failure> {
    if let Some(folder) = args.from.as_deref().filter(|folder| !folder.is_dir()) {
        let message = format!("there is no folder {} with recordings", folder.display());
        return Err(Failure::new(message).help("nothing was compared: name the folder that has them"));
    }
    let mut locals = Vec::new();
    for name in Wanted::of(jobs)?.prompts {
        let path = args.from.as_deref().and_then(|folder| file_of(folder, &name, &tenant.settings.prompts));
        let bytes = match path {
            Some(path) => match read_named(&path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => {
                    let message = format!("cannot read {}: {}", path.display(), why(&error));
                    return Err(Failure::new(message).help("nothing was uploaded").about(&path));
                }
            },
            None => None,
        };
        locals.push(Local { name, bytes });
    }
    Ok(locals)
}

/// The file of a recording: its path below the tenant's folder for prompts, or its whole path if it lies elsewhere. No name
/// leads out of the folder.
fn file_of(folder: &Path, name: &str, prompts: &str) -> Option<PathBuf> {
    let parts = |path: &str| -> Vec<String> {
        path.split(['\\', '/']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let (own, above) = (parts(name), parts(prompts));
    let below = own.strip_prefix(above.as_slice()).unwrap_or(&own);
    let is_safe = |part: &String| !matches!(part.trim(), "." | "..") && !part.contains([':', '\0']);
    (!below.is_empty() && below.iter().all(is_safe)).then(|| folder.join(below.iter().collect::<PathBuf>()))
}

/// What is said of the music that is heard unless the settings name another one, where the tenant does not show it.
pub const MUSIC: &str = "the music while a call waits, which comes with Studio; the tenant does not show it: `music` under `[studio]` names another one";

/// What the tenant has under a name.
enum OfTenant {
    Version(Hash),
    Nothing,
    Unknown(String),
}

/// The word for a recording that the tenant does not show.
const UNKNOWN: &str = "unknown";

/// What became of a recording.
struct Row {
    word: &'static str,
    text: String,
    is_wanting: bool,
}

impl Row {
    fn fine(word: &'static str, text: impl Into<String>) -> Self {
        Self { word, text: text.into(), is_wanting: false }
    }

    fn wanting(word: &'static str, text: impl Into<String>) -> Self {
        Self { word, text: text.into(), is_wanting: true }
    }
}

struct Comparison<'a> {
    args: &'a StudioPromptsArgs,
    tenant: &'a StudioContext,
    formats: &'a [WavFormat],
    trail: &'a RunLog,
    audit: Arc<EntryContext>,
    reached: &'a StageTracker,
    terminal: &'a Terminal,
}

impl Comparison<'_> {
    async fn carry_out(&self, locals: &[Local]) -> Result<Result<ExitStatus, Problem>, Failure> {
        let deadline = Deadline::after(self.args.common.time.timeout);
        let opened = async {
            let client = self.tenant.client()?;
            client.sign_in(deadline, &VerboseProgress { terminal: self.terminal }).await?;
            if self.args.upload {
                self.tenant.check_business_unit(&client)?;
            }
            Ok(client)
        };
        let client = match opened.await {
            Ok(client) => client,
            Err(problem) => return Ok(Err(problem)),
        };
        let (mut wanting, mut unknown) = (0, 0);
        for local in locals {
            let row = match self.compare(&client, local, deadline).await? {
                Ok(row) => row,
                Err(problem) => return Ok(Err(problem)),
            };
            wanting += usize::from(row.is_wanting);
            unknown += usize::from(row.word == UNKNOWN);
            self.show(local, &row);
        }
        let all = counted(locals.len(), "recording");
        self.terminal.closing(&match (wanting, unknown) {
            (0, _) => format!("{all}, none to be uploaded"),
            (wanting, 0) => format!("{all}, {wanting} of them missing or other than here"),
            (wanting, unknown) if wanting == unknown => {
                format!("{all}, {unknown} of them not known to be on the tenant")
            }
            (wanting, unknown) => format!(
                "{all}, {} of them missing or other than here, and {unknown} not known to be on the tenant",
                wanting - unknown
            ),
        });
        Ok(Ok(if wanting == 0 { ExitStatus::Done } else { ExitStatus::Wanting }))
    }

    /// Compares a recording, and uploads it if that is asked for.
    async fn compare(
        &self,
        client: &StudioClient,
        local: &Local,
        deadline: Deadline,
    ) -> Result<Result<Row, Problem>, Failure> {
        let of_tenant = match self.of_tenant(client, &local.name, deadline).await {
            Ok(of_tenant) => of_tenant,
            Err(problem) => return Ok(Err(problem)),
        };
        let platform = self.tenant.platform(client);
        let (bytes, own) = match (&local.bytes, of_tenant) {
            // Whether it has to be sent, nobody knows.
            (_, OfTenant::Unknown(why)) => return Ok(Ok(Row::wanting(UNKNOWN, why))),
            (None, OfTenant::Version(_)) => return Ok(Ok(Row::fine("there", "the tenant has it"))),
            (None, OfTenant::Nothing) if local.name == StudioSettings::default().music => {
                return Ok(Ok(Row::fine("unknown", MUSIC)));
            }
            (None, OfTenant::Nothing) => {
                let text = match &self.args.from {
                    Some(folder) => {
                        format!("the tenant does not have it, and neither does {}", folder.display())
                    }
                    None => "the tenant does not have it".to_owned(),
                };
                return Ok(Ok(Row::wanting("missing", text)));
            }
            (Some(bytes), OfTenant::Version(there)) if there == Hash::of(bytes) => {
                if self.args.upload {
                    self.note(&platform, local, bytes)?;
                }
                return Ok(Ok(Row::fine("same", "the tenant has this version")));
            }
            (Some(bytes), OfTenant::Version(there)) => (bytes, Some(there)),
            (Some(bytes), OfTenant::Nothing) => (bytes, None),
        };
        let is_ours = match &own {
            Some(there) => {
                let noted = self.tenant.lock.read()?;
                noted.recording(&platform, &local.name) == Some(there.to_string().as_str())
            }
            None => true,
        };
        let word = if own.is_some() { "differs" } else { "missing" };
        let what =
            if own.is_some() { "the tenant has another version" } else { "the tenant does not have it" };
        if let Some(fault) = Recording::of(bytes).faults(None, self.formats).first() {
            return Ok(Ok(Row::wanting(word, format!("{what}, and the file here {fault}"))));
        }
        if !is_ours && !self.args.force {
            let text = format!("{what}, which was not uploaded from here: --upload --force replaces it");
            return Ok(Ok(Row::wanting(word, text)));
        }
        if !self.args.upload {
            return Ok(Ok(Row::wanting(word, format!("{what}: --upload sends it"))));
        }
        self.upload(client, local, bytes, own.is_some(), deadline).await
    }

    async fn of_tenant(
        &self,
        client: &StudioClient,
        name: &str,
        deadline: Deadline,
    ) -> Result<OfTenant, Problem> {
        let listener = VerboseProgress { terminal: self.terminal };
        Ok(match client.look(|api| reading::file(api, name), deadline, &listener).await? {
            Shown::Answer(value) => match lookup::recording(&value) {
                Some(bytes) => OfTenant::Version(Hash::of(&bytes)),
                None => {
                    OfTenant::Unknown("the tenant has it, and does not show it in a known form".to_owned())
                }
            },
            Shown::Refused(400 | 404) => OfTenant::Nothing,
            Shown::Refused(status) => {
                OfTenant::Unknown(format!("the tenant does not show its recordings ({status})"))
            }
            Shown::Odd => OfTenant::Unknown("the tenant's answer cannot be read".to_owned()),
        })
    }

    async fn upload(
        &self,
        client: &StudioClient,
        local: &Local,
        bytes: &[u8],
        replaces: bool,
        deadline: Deadline,
    ) -> Result<Result<Row, Problem>, Failure> {
        let listener = VerboseProgress { terminal: self.terminal };
        self.reached.advance_to(SubmissionStage::UnderWay);
        let listener = HandoverListener { listener: &listener, reached: self.reached, sent_before: false };
        let sent = client.upload(&local.name, bytes, replaces, deadline, &listener).await;
        self.reached.advance_to(SubmissionStage::Nothing);
        let platform = self.tenant.platform(client);
        if sent.is_ok() {
            self.note(&platform, local, bytes)?;
        }
        let entry = plain(&self.audit, Action::Create, sent.is_ok())
            .flow(local.name.clone())
            .payload(Hash::of(bytes));
        let entry = match &sent {
            Ok(()) => entry.detail("a recording".to_owned()),
            Err(problem) => {
                entry.code(problem.code.id).detail(format!("a recording: {}", problem.log_text()))
            }
        };
        self.trail.write(&entry, Some(&self.tenant.lock).filter(|lock| lock.exists()))?;
        let text = if replaces { "in place of another version" } else { "the tenant did not have it" };
        Ok(sent.map(|()| Row::fine("uploaded", text)))
    }

    /// Notes in the lock which version the tenant has.
    fn note(&self, platform: &str, local: &Local, bytes: &[u8]) -> Result<(), Failure> {
        let hash = Hash::of(bytes).to_string();
        self.tenant.lock.change(|record| record.note_recording(platform, &local.name, &hash))
    }

    fn show(&self, local: &Local, row: &Row) {
        let Row { word, text, .. } = row;
        let line = match self.args.format {
            ResultFormat::Text => format!("{}: {word}, {text}", local.name),
            ResultFormat::Json => json!({
                "recording": local.name,
                "status": word,
                "text": text,
                "sha256": local.bytes.as_deref().map(|bytes| Hash::of(bytes).to_string()),
            })
            .to_string(),
        };
        self.terminal.result(&format!("{line}\n"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let file = |name: &str| file_of(Path::new("wav"), name, "Prompts/Own");
        assert_eq!(file(r"Prompts\Own\es\hi.wav"), Some(PathBuf::from("wav/es/hi.wav")));
        assert_eq!(file("music.wav"), Some(PathBuf::from("wav/music.wav")));
        for name in [r"Prompts\Own\..\..\secret", "..", "", r"C:\secret", r"Prompts\Own"] {
            assert_eq!(file(name), None, "{name}");
        }
    }
}
