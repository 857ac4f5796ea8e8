//! What `graph` takes.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use super::{CompileArgs, LiveFlowArgs, MessageArgs};
use crate::picture::{FORMATS, PictureFormat};

#[derive(Debug, Args)]
pub struct GraphArgs {
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The format; without it the ending of the output's name decides, and on standard output it is text
    #[arg(long, value_name = "FORMAT", value_parser = format_parser())]
    pub format: Option<&'static PictureFormat>,
    /// Write the picture here; `-` is standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// Highlight a path as in `start > menu`, a call's events as in 1,timeout, a code, or POLICY/RULE
    #[arg(long, value_name = "WHAT", value_parser = NonEmptyStringValueParser::new())]
    pub highlight: Vec<String>,
    /// The colours
    #[arg(long, value_enum, default_value_t, value_name = "THEME")]
    pub theme: Theme,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
}

/// The colours of a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Theme {
    /// What the reader's system prefers
    #[default]
    Auto,
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
}

fn format_parser() -> impl TypedValueParser<Value = &'static PictureFormat> {
    let values = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    PossibleValuesParser::new(values)
        .try_map(|name| PictureFormat::named(&name).ok_or_else(|| format!("there is no format {name}")))
}
