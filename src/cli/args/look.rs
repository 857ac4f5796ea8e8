//! The options for output.

use clap::{Args, ValueEnum};

/// The options for how output looks.
#[derive(Debug, Args)]
pub struct Look {
    /// Use colours
    #[arg(long, value_enum, default_value_t, global = true, value_name = "WHEN", help_heading = "Output")]
    pub color: Color,
    /// Print no closing lines
    #[arg(short, long, global = true, help_heading = "Output")]
    pub quiet: bool,
    /// Show notes as well, and each request with `emulate`
    #[arg(short, long, global = true, help_heading = "Output")]
    pub verbose: bool,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}
