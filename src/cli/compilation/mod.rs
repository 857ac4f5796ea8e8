//! Compiles sources, and reports findings and dependencies.

pub mod compile;
pub mod compile_job;
pub mod depfile;
pub mod one_flow;
pub mod report;
pub mod rounds;
