//! The error of a refused request.

/// Why a request is refused, in words for the person who made it.
pub type RequestError = String;
