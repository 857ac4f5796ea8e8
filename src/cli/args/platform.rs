//! The arguments of verbs that connect to the platform.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::{CompileArgs, MessageArgs, ResultFormat};
use crate::cli::args::duration::duration;

#[derive(Debug, Args)]
pub struct SubmitArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required_unless_present = "artifact", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Submit these bytes, built and approved before, instead of a source; no policy is checked again
    #[arg(long, value_name = "PATH", conflicts_with_all = ["files", "set", "policy", "allow_outside", "as_of"])]
    pub artifact: Option<PathBuf>,
    /// The SHA-256 that the artifact must have
    // Clap drops `requires` if sources are given, which conflict with `--artifact`, so these conflict as
    // well.
    #[arg(long, value_name = "HEX", requires = "artifact", conflicts_with = "files", value_parser = sha256)]
    pub sha256: Option<String>,
    /// Submit to an emulator in this process: no platform, no lock, no guards
    #[arg(long, conflicts_with_all = ["base_url", "client_id"])]
    pub emulate: bool,
    /// Note this flow of the platform in the lock as the one in place, and send nothing
    #[arg(long, value_name = "FLOW_ID", value_parser = id, conflicts_with_all = ["emulate", "force", "send_again", "rename"])]
    pub adopt: Option<String>,
    /// Carry over the id of the flow that this source had under another name
    #[arg(long, conflicts_with = "emulate")]
    pub rename: bool,
    /// Also submit flows that are already in place
    #[arg(long)]
    pub force: bool,
    /// With the target `studio`: save over a script that was changed on the tenant, or was never submitted from here
    #[arg(long)]
    pub overwrite: bool,
    /// Send again a payload that the platform took without saying what became of it
    #[arg(long)]
    pub send_again: bool,
    /// Do not wait for the jobs of earlier versions, which may then be put in place as well
    #[arg(long)]
    pub give_up_pending: bool,
    /// How many flows to submit at the same time
    #[arg(long, value_name = "N", default_value = "8", value_parser = parallel)]
    pub parallel: usize,
    /// Append a line for each action to this audit log
    #[arg(long, value_name = "PATH")]
    pub audit: Option<PathBuf>,
    /// Write the run's figures here: JSON, or the Prometheus text format if PATH ends in .prom
    #[arg(long, value_name = "PATH")]
    pub metrics: Option<PathBuf>,
    #[command(flatten)]
    pub platform: PlatformArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Also ask the platform whether it has what the lock says
    #[arg(long)]
    pub remote: bool,
    #[command(flatten)]
    pub base: BaseArgs,
    /// With --remote, the client's id; without it, CXONE_CLIENT_ID
    #[arg(long, value_name = "ID", help_heading = "Platform", requires = "remote", value_parser = client_id)]
    pub client_id: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct JobArgs {
    /// The job, as `submit` named it
    #[arg(value_parser = id)]
    pub id: String,
    /// Follow the job until the flow is in place
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Subcommand)]
pub enum WebhookVerb {
    /// Register an address that the platform tells when flows change
    #[command(after_help = "The platform signs its deliveries with CXONE_WEBHOOK_SECRET.")]
    Register {
        /// The address: https, or http to this machine
        url: String,
        #[command(flatten)]
        common: CommonArgs,
        /// How results are printed
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: ResultFormat,
    },
    /// List the registered addresses
    List {
        #[command(flatten)]
        common: CommonArgs,
        /// How results are printed
        #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
        format: ResultFormat,
    },
    /// Remove a registered address
    Delete {
        /// The id, as `register` and `list` print it
        #[arg(value_parser = id)]
        id: String,
        #[command(flatten)]
        common: CommonArgs,
    },
}

/// The arguments of verbs that connect to the platform without a source.
#[derive(Debug, Args)]
pub struct CommonArgs {
    /// Use the platform of this environment in cxflow.toml
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub env: Option<String>,
    #[command(flatten)]
    pub account: AccountArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
}

/// The platform's address.
#[derive(Debug, Clone, Args)]
pub struct BaseArgs {
    /// The platform's address; without it, CXONE_BASE_URL
    #[arg(long, value_name = "URL", help_heading = "Platform")]
    pub base_url: Option<String>,
}

/// The platform's address and the client's id; the secret is CXONE_CLIENT_SECRET.
#[derive(Debug, Clone, Args)]
pub struct AccountArgs {
    #[command(flatten)]
    pub base: BaseArgs,
    /// The client's id; without it, CXONE_CLIENT_ID
    #[arg(long, value_name = "ID", help_heading = "Platform", value_parser = client_id)]
    pub client_id: Option<String>,
}

/// The platform, and the address that is notified of changes.
#[derive(Debug, Clone, Args)]
pub struct PlatformArgs {
    #[command(flatten)]
    pub account: AccountArgs,
    /// The address that is told when flows change; without it, CXONE_WEBHOOK_URL
    #[arg(long, value_name = "URL", help_heading = "Platform")]
    pub webhook_url: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct TimeArgs {
    /// How long each flow, or the request, may take in total
    #[arg(long, value_name = "DURATION", default_value = "10min", value_parser = time)]
    pub timeout: Duration,
}

fn id(text: &str) -> Result<String, String> {
    crate::cxone::id::check(text).map(|()| text.to_owned()).map_err(|why| format!("the id {why}"))
}

pub fn time(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        Duration::ZERO => Err("the time must be more than zero".to_owned()),
        time => Ok(time),
    }
}

fn parallel(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=64) => Ok(number),
        _ => Err("write a number from 1 to 64".to_owned()),
    }
}

fn sha256(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let is_hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hash { Ok(text) } else { Err("a SHA-256 has 64 hexadecimal digits".to_owned()) }
}

/// Reads a client's id without surrounding white space, like the variable.
pub(super) fn client_id(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("the client's id is empty"),
        id => Ok(id.to_owned()),
    }
}
