//! Reads, finds and writes files on this disk.

pub mod being_written;
pub mod changes;
pub mod disk;
pub mod named_format;
pub mod output;
pub mod outputs;
pub mod place;
pub mod read_log;
pub mod read_scope;
pub mod target;
pub mod temporary;
