//! The process: threads, signals, streams.

pub mod closed;
pub mod runtime;
pub mod signals;
pub mod threads;
pub mod unread;
