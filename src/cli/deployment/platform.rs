//! What verbs share that connect to the platform without a source: settings from the working folder's
//! `cxflow.toml`, a client, and the reporting of problems.

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

/// The platform and the settings that apply in the working folder.
pub struct PlatformContext {
    /// The environment of `--env`.
    pub environment: Option<Environment>,
    /// The platform's address and credentials.
    pub tenant: Tenant,
    /// The lock of the working folder, which may not exist.
    pub lock: FlowLock,
}

impl PlatformContext {
    /// Reads the command line and the settings. If the settings are broken, reports the findings and returns
    /// the status.
    pub fn new(args: &CommonArgs, terminal: &Terminal) -> Result<Result<Self, ExitStatus>, Failure> {
        signals::end(EndSignals::Saying("interrupted before anything was sent"));
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
        // The platform may know these secrets and repeat them.
        Client::new(self.tenant.clone(), &secrets::known_secrets())
    }
}

/// The requested environment from the settings of the working folder and the folders above it.
fn environment(
    args: &CommonArgs,
    terminal: &Terminal,
) -> Result<Result<Option<Environment>, ExitStatus>, Failure> {
    let Some(name) = &args.env else { return Ok(Ok(None)) };
    let here = Input::Disk(PathBuf::from("-"));
    let read = config::without_flow(&Disk, &here, Some(name))?;
    if !read.diagnostics.has_errors() {
        return Ok(Ok(read.environment));
    }
    let mut reporter = Reporter::new(&args.messages, terminal, true, false);
    reporter.report_all(&read.sources, read.diagnostics.iter());
    reporter.conclude(ExitStatus::Wanting, Vec::new()).map(Err)
}

/// Runs work on the platform. A problem is reported with its code, and exit status 3. `reached` tracks what
/// the work has sent.
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
