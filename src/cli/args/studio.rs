//! What `studio` takes.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Subcommand};

use super::{
    BaseArgs, CommonArgs, CompileArgs, DiffFormat, LiveFlowArgs, MessageArgs, ResultFormat, TimeArgs,
};

#[derive(Debug, Subcommand)]
pub enum StudioVerb {
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
pub struct PullArgs {
    /// A script with its folder, or a folder for every script below it: `Campaigns/Reminder`
    #[arg(value_name = "SCRIPT|FOLDER", value_parser = NonEmptyStringValueParser::new())]
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
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct StudioDiffArgs {
    /// A script with its folder: `Campaigns/Reminder`
    #[arg(value_name = "SCRIPT", value_parser = NonEmptyStringValueParser::new())]
    pub script: String,
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub account: super::AccountArgs,
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
    #[arg(long, value_name = "ID", help_heading = "Platform")]
    pub client_id: Option<String>,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}
