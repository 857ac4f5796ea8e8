//! The `cxflowc` command.
#![forbid(unsafe_code)]

/// A compiler allocates much and frees little: with the system's allocator a large build takes
/// half as long again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cxflowc::cli::run(std::env::args_os())
}
