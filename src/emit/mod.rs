//! Flow to what others read: a file per target.

pub mod cxone;
