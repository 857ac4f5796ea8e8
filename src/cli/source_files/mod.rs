//! Selects the flows of a run, and reads their text.

pub mod declared;
pub mod displayed_files;
pub mod folders;
pub mod hidden_flows;
pub mod input;
pub mod shared_files;
pub mod sources;
