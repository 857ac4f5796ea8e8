//! Any layout.
