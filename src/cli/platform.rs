//! What the verbs have in common that speak to the platform about no source: settings from the
//! working folder's `cxflow.toml`, a client, problems told.

use std::path::{Path, PathBuf};

use super::args::{CommonArgs, MessageArgs};
use super::config::Config;
use super::connection;
use super::environment::Environment;
use super::flow_lock::FlowLock;
use super::input::{Disk, Input};
use super::report::Reporter;
use super::runtime::{self, Ended};
use super::terminal::Terminal;
use super::{Failure, Outcome, Status};
use crate::cxone::{Client, Problem, Tenant};
use crate::diagnostics::Diagnostic;
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
    pub fn new(args: &CommonArgs) -> Result<Self, Failure> {
        let environment = environment(args.env.as_deref())?;
        let tenant = connection::tenant(&args.account, environment.as_ref())?;
        Ok(Self { environment, tenant, lock: FlowLock::within(Path::new("."), args.env.as_deref()) })
    }

    /// A client for it.
    pub fn client(&self) -> Result<Client, Problem> {
        // Where there is one the platform may know it, and repeat it.
        let secret = connection::webhook_secret(self.environment.as_ref()).ok();
        Client::new(self.tenant.clone(), secret.as_slice())
    }
}

/// The environment of that name in the `cxflow.toml` of the working folder or above.
fn environment(name: Option<&str>) -> Result<Option<Environment>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let here = Input::Disk(PathBuf::from("-"));
    Ok(Some(Config::find(&Disk, &here)?.environment(name)?.clone()))
}

/// Runs work on the platform; a problem is told with its code, and exit status 3.
pub fn run(
    terminal: &Terminal,
    messages: &MessageArgs,
    work: impl Future<Output = Result<Result<Status, Problem>, Failure>>,
    finding: impl FnOnce(&Problem) -> Vec<Diagnostic>,
) -> Outcome {
    let mut reporter = Reporter::new(messages, terminal, true, false);
    let outcome = match runtime::run(work)? {
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
