//! What is printed for people: streams, escapes, masked secrets.

pub mod locale;
pub mod safe;
pub mod secrets;
pub mod terminal;
