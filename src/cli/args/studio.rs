//! The arguments of `studio`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::platform::client_id;
use super::{
    AccountArgs, BaseArgs, CommonArgs, CompileArgs, DiffFormat, LiveFlowArgs, MessageArgs, ResultFormat,
    TimeArgs, setting,
};

#[derive(Debug, Subcommand)]
pub enum StudioVerb {
    /// Ask a tenant whether it is as the compiler assumes, and change nothing there
    #[command(
        after_help = "Signs in with CXONE_BASE_URL, CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET, and then only reads: the version of the API, the business unit, the library id, properties and branches of each action, and the skills and recordings that the flows name. A request that the tenant does not know or does not allow is unknown, and no error. Nothing of this was tried on a tenant; docs/studio.md says what to run first.\n\nExit status: 0 nothing differs, 1 something differs or a flow has errors, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Doctor(StudioDoctorArgs),
    /// List the versions of a script, the newest first
    #[command(
        after_help = "Nothing of this was tried on a tenant.\n\nExit status: 0 done, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    History(StudioHistoryArgs),
    /// Save an earlier version of a script again, as its newest one
    #[command(
        after_help = "Saves the script as it was, under its own name; a script that somebody else has locked stays as it is. The lock file of the working folder then no longer says that the flow is in place, so that `status` shows that it differs. The guards of an environment are about sources, and are not asked. Nothing of this was tried on a tenant, and the request that saves is in no published description; docs/studio.md says more.\n\nExit status: 0 done, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Rollback(StudioRollbackArgs),
    /// Write what the dialler of a skill does as facts for policies
    #[command(
        after_help = "Reads the skill and its parameters, and writes a file of facts for a flow to include, as in `include \"skill.cxflow\"`. Each has a comment that says where it comes from and how well that is known; what the skill does not tell is a comment alone. Nothing of this was tried on a tenant.\n\nExit status: 0 done, 1 with --check the file says otherwise, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Skill(StudioSkillArgs),
    /// Compare the recordings of flows with those of the tenant, and upload what differs
    #[command(
        after_help = "Without --upload nothing is changed. A recording that the tenant has in another version is replaced only if that version was uploaded from here, as the lock file of the working folder says, or with --force. Nothing of this was tried on a tenant.\n\nExit status: 0 all are there, 1 one is missing or differs or a flow has errors, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Prompts(StudioPromptsArgs),
    /// Write the flows that scripts of a tenant could have been written from
    #[command(
        after_help = "Reads CXONE_BASE_URL, CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET; with --env prod, CXONE_PROD_ACCESS_KEY_ID and so on take precedence. Writing the flow as a script again gives the same script; what has no construct of the language is kept as nodes of declared kinds, and listed. Nothing of this was tried on a tenant.\n\nExit status: 0 no errors, 1 a script or its flow has errors, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Pull(PullArgs),
    /// Show what has changed between a tenant's script and a flow
    #[command(
        after_help = "Both sides are read as scripts, so that what a script has no place for is no change.\n\nExit status: 0 done, 1 something has changed and --exit-code is given, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Diff(StudioDiffArgs),
    /// Compare flows with the scripts that were saved, and those with what the tenant has now
    #[command(
        after_help = "The same as `status --remote --target studio`.\n\nExit status: 0 all are in place, 1 one differs, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Status(StudioStatusArgs),
}

#[derive(Debug, Args)]
pub struct StudioDoctorArgs {
    /// Flows whose skills and recordings are looked for: files, folders for every flow below them, `REV:PATH`
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Set a param of the flows
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Write a report for an issue here, without names, numbers and addresses of the tenant
    #[arg(long, value_name = "PATH")]
    pub report: Option<PathBuf>,
    /// Write the tenant's own `[studio]` here, to be copied into cxflow.toml; `-` is standard output
    #[arg(long, value_name = "PATH")]
    pub settings: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StudioHistoryArgs {
    /// The script with its folder, as `submit` names it: `Campaigns\Reminder`, or with a slash
    #[arg(value_name = "SCRIPT", value_parser = script)]
    pub script: String,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StudioRollbackArgs {
    /// The script with its folder, as `submit` names it: `Campaigns\Reminder`, or with a slash
    #[arg(value_name = "SCRIPT", value_parser = script)]
    pub script: String,
    /// The number of the version, as `history` lists it; without it, the one before the newest
    #[arg(value_name = "VERSION")]
    pub version: Option<u64>,
    /// Print what would be saved, and save nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Append a line to this audit log
    #[arg(long, value_name = "PATH", conflicts_with = "dry_run")]
    pub audit: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StudioSkillArgs {
    /// The skill's name, or its number
    #[arg(value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub name: String,
    /// Write the facts here, over those of an earlier run; without it, to standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "check")]
    pub output: Option<PathBuf>,
    /// Compare the facts of this file with the skill, and write nothing
    #[arg(long, value_name = "PATH")]
    pub check: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
}

#[derive(Debug, Args)]
pub struct StudioPromptsArgs {
    /// Flows: files, folders for every flow below them, `REV:PATH`
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Set a param of the flows
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// The folder that has the recordings, each under its path below the folder `prompts` of `[studio]`
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    /// Upload the recordings that the tenant lacks, and those that were changed since they were uploaded
    #[arg(long, requires = "from")]
    pub upload: bool,
    /// Replace recordings of the tenant that were not uploaded from here, too
    #[arg(long, requires = "upload")]
    pub force: bool,
    /// Append a line for each upload to this audit log
    #[arg(long, value_name = "PATH", requires = "upload")]
    pub audit: Option<PathBuf>,
    #[command(flatten)]
    pub common: CommonArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct PullArgs {
    /// A script with its folder, or a folder for every script below it: `Campaigns/Reminder`; `/` stands for all
    #[arg(value_name = "SCRIPT|FOLDER", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub script: String,
    #[command(flatten)]
    pub common: CommonArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    /// Write the flow here instead of to standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "out_dir")]
    pub output: Option<PathBuf>,
    /// Write each flow into this folder, as NAME.cxflow, with the folders of the tenant below it
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Replace flows that are there already
    #[arg(long)]
    pub force: bool,
    /// Print the names of the scripts, a line for each, and write no flows
    #[arg(long, conflicts_with_all = ["output", "out_dir", "force", "as_is"])]
    pub list: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StudioDiffArgs {
    /// A script with its folder: `Campaigns/Reminder`
    #[arg(value_name = "SCRIPT", value_parser = script)]
    pub script: String,
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub account: AccountArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// End with status 1 if something has changed
    #[arg(long)]
    pub exit_code: bool,
    /// How changes are printed
    #[arg(long, value_enum, default_value_t = DiffFormat::Text, value_name = "FORMAT")]
    pub format: DiffFormat,
}

#[derive(Debug, Args)]
pub struct StudioStatusArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub base: BaseArgs,
    /// The id of a back-end app; without it, CXONE_CLIENT_ID
    #[arg(long, value_name = "ID", help_heading = "Platform", value_parser = client_id)]
    pub client_id: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

/// Reads the path of a script, which has backslashes between its folders.
fn script(text: &str) -> Result<String, &'static str> {
    match joined(text).as_str() {
        "" => Err("the script's name is empty"),
        path => Ok(path.to_owned()),
    }
}

/// A path with one backslash between its folders. That of the folder of all is empty.
pub fn joined(text: &str) -> String {
    let parts: Vec<&str> = text.trim().split(['/', '\\']).filter(|part| !part.is_empty()).collect();
    parts.join("\\")
}
