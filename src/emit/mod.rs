//! Output formats of flows: a file per target.

pub mod cxone;
