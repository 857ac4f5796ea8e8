//! What the verbs have in common that speak to the platform about no source: settings from the
//! working folder's `cxflow.toml`, a client, problems told.

use std::path::{Path, PathBuf};

use super::args::{CommonArgs, MessageArgs};
use super::config;
use super::connection;
use super::flow_lock::FlowLock;
use super::input::{Disk, Input};
use super::reached::Reach;
use super::report::Reporter;
use super::runtime::{self, Ended};
use super::secrets;
use super::signals::{self, Ends};
use super::terminal::Terminal;
use super::{Failure, Outcome, Status};
use crate::cxone::{Client, Problem, Tenant};
use crate::diagnostics::Diagnostic;
use crate::settings::Environment;
use crate::source::Sources;

/// The platform as seen from the working folder.
pub struct Seen {
    /// What `--env` names.
    pub environment: Option<Environment>,
    /// Where, as whom.
    pub tenant: Tenant,
    /// The lock of the working folder, which may not be there.
    pub lock: FlowLock,
}

impl Seen {
    /// What the command line and the settings say; where these are broken, the findings are told.
    pub fn new(args: &CommonArgs, terminal: &Terminal) -> Result<Result<Self, Status>, Failure> {
        signals::end(Ends::Saying("interrupted before the platform was asked"));
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
        Client::new(self.tenant.clone(), &secrets::held())
    }
}

/// The environment that is asked for in the settings of the working folder and above.
fn environment(
    args: &CommonArgs,
    terminal: &Terminal,
) -> Result<Result<Option<Environment>, Status>, Failure> {
    let Some(name) = &args.env else { return Ok(Ok(None)) };
    let here = Input::Disk(PathBuf::from("-"));
    let read = config::alone(&Disk, &here, name)?;
    if !read.diagnostics.has_errors() {
        return Ok(Ok(read.environment));
    }
    let mut reporter = Reporter::new(&args.messages, terminal, true, false);
    reporter.report_all(&read.sources, read.diagnostics.iter());
    reporter.conclude(Status::Wanting, Vec::new()).map(Err)
}

/// Runs work on the platform; a problem is told with its code, and exit status 3. `reached` is what it hands
/// over.
pub fn run(
    terminal: &Terminal,
    messages: &MessageArgs,
    reached: &Reach,
    work: impl Future<Output = Result<Result<Status, Problem>, Failure>>,
    finding: impl FnOnce(&Problem) -> Vec<Diagnostic>,
) -> Outcome {
    let mut reporter = Reporter::new(messages, terminal, true, false);
    let ended = runtime::drive(1, async |stop| {
        tokio::select! {
            biased;
            done = work => Ended::Done(done),
            () = reached.may_be_cut(&stop, &()) => Ended::Interrupted,
        }
    });
    let outcome = match ended? {
        Ended::Interrupted => Ok(Status::Interrupted),
        Ended::Done(Err(failure)) => Err(failure),
        Ended::Done(Ok(Ok(status))) => Ok(status),
        Ended::Done(Ok(Err(problem))) => {
            reporter.report_all(&Sources::default(), &finding(&problem));
            Ok(Status::Platform)
        }
    };
    match outcome {
        Ok(status) => reporter.conclude(status, Vec::new()),
        Err(failure) => reporter.conclude(Status::Done, vec![failure]),
    }
}
