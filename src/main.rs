//! The `cxflowc` command.

fn main() -> std::process::ExitCode {
    cxflowc::cli::run(std::env::args_os())
}
