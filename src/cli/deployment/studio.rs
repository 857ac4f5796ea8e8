//! What verbs share that speak to a tenant's Studio without sending a flow there.

use std::path::{Path, PathBuf};

use crate::cli::args::{AccountArgs, CommonArgs, MessageArgs};
use crate::cli::compilation::report::Reporter;
use crate::cli::config;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::source_files::input::{Allowed, Input};
use crate::cli::{ExitStatus, Failure};
use crate::cxone::studio::{StudioClient, StudioTenant};
use crate::cxone::{Problem, codes};
use crate::emit::studio::StudioSettings;
use crate::settings::{Environment, Settings};

/// A tenant, and the settings that apply to it.
pub struct StudioContext {
    /// The environment of `--env`.
    pub environment: Option<Environment>,
    /// What the settings say of its scripts.
    pub settings: StudioSettings,
    /// Its address and credentials.
    pub tenant: StudioTenant,
    /// The lock of the working folder, which may not exist.
    pub lock: FlowLock,
}

impl StudioContext {
    /// Reads the settings of the working folder. If they are broken, reports the findings and returns the status.
    pub fn new(args: &CommonArgs, terminal: &Terminal) -> Result<Result<Self, ExitStatus>, Failure> {
        let here = Input::Disk(PathBuf::from("-"));
        Self::at(&here, args.env.as_deref(), &args.account, &args.messages, terminal)
    }

    /// The same with the settings that apply at a place.
    pub fn at(
        place: &Input,
        environment: Option<&str>,
        account: &AccountArgs,
        messages: &MessageArgs,
        terminal: &Terminal,
    ) -> Result<Result<Self, ExitStatus>, Failure> {
        let files = place.files(&Allowed::default())?;
        let read = config::without_flow(&*files, place, environment)?;
        if read.diagnostics.has_errors() {
            let mut reporter = Reporter::new(messages, terminal, true, false);
            reporter.report_all(&read.sources, read.diagnostics.iter());
            return reporter.conclude(ExitStatus::Wanting, Vec::new()).map(Err);
        }
        Self::of(account, environment, read.environment, &read.settings).map(Ok)
    }

    /// The tenant that these settings are about.
    pub fn of(
        account: &AccountArgs,
        name: Option<&str>,
        environment: Option<Environment>,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        let version = settings.api_version(name);
        let tenant = connection::studio_tenant(account, environment.as_ref(), version.as_deref(), "")?;
        let lock = FlowLock::within(Path::new("."), name);
        Ok(Self { environment, settings: settings.studio(name), tenant, lock })
    }

    /// Refuses to change a tenant that is not the one of the settings.
    pub fn check_business_unit(&self, client: &StudioClient) -> Result<(), Problem> {
        let wanted = self.settings.business_unit;
        match client.business_unit() {
            Some(own) if wanted > 0 && own != wanted => Err(Problem {
                is_settled: true,
                ..Problem::new(
                    &codes::studio::OTHER_BUSINESS_UNIT,
                    format!(
                        "the settings are for business unit {wanted}, and the access key belongs to {own}"
                    ),
                    "check the access key and the environment: nothing was changed on the tenant",
                )
            }),
            _ => Ok(()),
        }
    }

    /// How locks name the tenant.
    pub fn platform(&self, client: &StudioClient) -> String {
        client.tenant().name(client.business_unit().unwrap_or(self.settings.business_unit))
    }

    /// A client for it.
    pub fn client(&self) -> Result<StudioClient, Problem> {
        // The tenant may know these secrets and repeat them.
        StudioClient::new(self.tenant.clone(), &secrets::known_secrets())
    }
}
