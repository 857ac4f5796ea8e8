//! What a person sees, and in which form.

pub mod locale;
pub mod safe;
pub mod secrets;
pub mod terminal;
