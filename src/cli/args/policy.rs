//! The arguments of `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{CompileArgs, MessageArgs, ResultFormat};

#[derive(Debug, Subcommand)]
pub enum PolicyVerb {
    /// List the policies that come with the compiler
    List(PolicyListArgs),
    /// Show what a policy is for, what it expects, and what its rules require
    #[command(
        after_help = "Exit status: 0 done, 1 the file has errors or declares no policy, 2 the command or the machine."
    )]
    Show(PolicyShowArgs),
    /// Propose the policies and the facts that a campaign needs
    #[command(
        after_help = "It writes lines for a flow. It is not legal advice: counsel says what a campaign needs.\n\nExit status: 0 done, 1 no policy covers a place, 2 the command or the machine."
    )]
    Pick(PolicyPickArgs),
    /// Report for each rule of the policies that apply whether the flows keep it
    #[command(after_help = "Exit status: 0 no errors, 1 a file has errors, 2 the command or the machine.")]
    Check(PolicyCheckArgs),
    /// Compare the policies in policies.lock with those of this compiler, and lock these
    #[command(
        after_help = "It shows which policies and rules differ, and which verdicts on flows change. All flows for which a lock counts are compared, also those that are not named. Nothing is written without --write, which makes the lock where there is none.\n\nExit status: 0 done, 1 without --write a flow would keep or be held to less, or have a new error; a lock cannot be read; 2 the command or the machine."
    )]
    Update(PolicyUpdateArgs),
}

#[derive(Debug, Args)]
pub struct PolicyListArgs {
    /// List instead what begins or ends within so many days, such as 90d
    #[arg(long, value_name = "DAYS", value_parser = super::duration::days)]
    pub changes_within: Option<i32>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct PolicyShowArgs {
    /// A policy that comes with the compiler, or a file with policies: its path, `-` or `REV:PATH`
    #[arg(value_name = "NAME|PATH")]
    pub source_or_name: PathBuf,
    /// Only this policy of the file
    #[arg(value_name = "NAME")]
    pub policy: Option<String>,
    /// Print the file as it is, for copying
    #[arg(long, conflicts_with_all = ["policy", "format"])]
    pub source: bool,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct PolicyPickArgs {
    /// Where the called parties are: codes such as us-ca, uk or de, with commas between them
    #[arg(long, required = true, value_delimiter = ',', value_name = "PLACE")]
    pub jurisdiction: Vec<String>,
    /// What the calls are for, as the fact `purpose` of the policies has it
    #[arg(long, value_name = "PURPOSE")]
    pub purpose: Option<String>,
    /// Who speaks, as the fact `voice` of the policies has it
    #[arg(long, value_name = "VOICE")]
    pub voice: Option<String>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct PolicyCheckArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Turn the errors CX2xx to CX4xx into warnings, to import a flow that is already live
    #[arg(long)]
    pub as_is: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

#[derive(Debug, Args)]
pub struct PolicyUpdateArgs {
    /// Flows whose lock is meant: files, or folders for every flow below them
    #[arg(default_value = ".", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write the lock
    #[arg(long)]
    pub write: bool,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}
