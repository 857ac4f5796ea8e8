//! What the verbs have in common that speak to the platform about no source: settings from the
//! working folder's `cxflow.toml`, a client, problems told.

use std::path::{Path, PathBuf};

use crate::cli::args::{CommonArgs, MessageArgs};
use crate::cli::compilation::report::Reporter;
use crate::cli::config;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::{Client, Problem, Tenant};
use crate::diagnostics::Diagnostic;
use crate::settings::Environment;
use crate::source::Sources;

/// The platform as seen from the working folder.
pub struct PlatformContext {
    /// What `--env` names.
    pub environment: Option<Environment>,
    /// Where, as whom.
    pub tenant: Tenant,
    /// The lock of the working folder, which may not be there.
    pub lock: FlowLock,
}

impl PlatformContext {
    /// What the command line and the settings say; where these are broken, the findings are told.
    pub fn new(args: &CommonArgs, terminal: &Terminal) -> Result<Result<Self, ExitStatus>, Failure> {
        signals::end(EndSignals::Saying("interrupted before the platform was asked"));
        let environment = match environment(args, terminal)? {
            Ok(environment) => environment,
            Err(status) => return Ok(Err(status)),
        };
        let tenant = connection::tenant(&args.account, environment.as_ref(), "")?;
        let lock = FlowLock::within(Path::new("."), args.env.as_deref());
        Ok(Ok(Self { environment, tenant, lock }))
    }

    /// A client for it.
    pub fn client(&self) -> Result<Client, Problem> {
        // The platform may know them all, and repeat them.
        Client::new(self.tenant.clone(), &secrets::known_secrets())
    }
}

/// The environment that is asked for in the settings of the working folder and above.
fn environment(
    args: &CommonArgs,
    terminal: &Terminal,
) -> Result<Result<Option<Environment>, ExitStatus>, Failure> {
    let Some(name) = &args.env else { return Ok(Ok(None)) };
    let here = Input::Disk(PathBuf::from("-"));
    let read = config::alone(&Disk, &here, name)?;
    if !read.diagnostics.has_errors() {
        return Ok(Ok(read.environment));
    }
    let mut reporter = Reporter::new(&args.messages, terminal, true, false);
    reporter.report_all(&read.sources, read.diagnostics.iter());
    reporter.conclude(ExitStatus::Wanting, Vec::new()).map(Err)
}

/// Runs work on the platform; a problem is told with its code, and exit status 3. `reached` is what it hands
/// over.
pub fn run(
    terminal: &Terminal,
    messages: &MessageArgs,
    reached: &StageTracker,
    work: impl Future<Output = Result<Result<ExitStatus, Problem>, Failure>>,
    finding: impl FnOnce(&Problem) -> Vec<Diagnostic>,
) -> VerbResult {
    let mut reporter = Reporter::new(messages, terminal, true, false);
    let ended = runtime::drive(1, async |stop| {
        tokio::select! {
            biased;
            done = work => WorkEnd::Done(done),
            () = reached.until_interruptible(&stop, &()) => WorkEnd::Interrupted,
        }
    });
    let outcome = match ended? {
        WorkEnd::Interrupted => Ok(ExitStatus::Interrupted),
        WorkEnd::Done(Err(failure)) => Err(failure),
        WorkEnd::Done(Ok(Ok(status))) => Ok(status),
        WorkEnd::Done(Ok(Err(problem))) => {
            reporter.report_all(&Sources::default(), &finding(&problem));
            Ok(ExitStatus::Platform)
        }
    };
    match outcome {
        Ok(status) => reporter.conclude(status, Vec::new()),
        Err(failure) => reporter.conclude(ExitStatus::Done, vec![failure]),
    }
}
