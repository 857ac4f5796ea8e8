//! The platform: what is sent to it, what it answers, what can go wrong on the way.

pub mod codes;
