//! Sources compiled, findings shown, files written of them.

pub mod compile;
pub mod compile_job;
pub mod depfile;
pub mod report;
