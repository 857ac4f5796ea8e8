//! Why a request is refused.

/// Why a request is not done, in words for the person who asked.
pub type RequestError = String;
