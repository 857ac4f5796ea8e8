//! Files on this disk: read, found, written.

pub mod being_written;
pub mod disk;
pub mod output;
pub mod outputs;
pub mod place;
pub mod read_scope;
pub mod target;
pub mod temporary;
