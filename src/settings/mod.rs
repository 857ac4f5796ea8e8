//! `cxflow.toml`, the settings that a team shares with its flows, read as a source.
//!
//! A file's text becomes a list of settings with their places, and findings for its mistakes (`read.rs`).
//! The files of several folders are combined into one [`Settings`], from the repository's top down. All
//! keys are listed in [`keys`].

mod address;
mod api_path;
mod api_version;
mod chain;
pub mod codes;
mod environment;
mod environments;
mod guard;
mod hidden;
pub mod keys;
mod line;
mod mask;
mod misnamed;
mod misplaced;
mod params;
mod platform_words;
pub mod policy_lock;
mod read;
mod reader;
mod secret;
mod setting;
mod show;
mod syntax;
mod typed;
mod unknown_params;
mod value;

pub use address::{AddressFault, check_address};
pub use api_path::{has_job_id, is_path, parts_of_update};
pub use api_version::is_api_version;
pub use chain::{Settings, SettingsReadError, load};
pub use environment::{Environment, Paths, TokenAuth, variable};
pub use guard::{Guard, NoGuard};
pub use keys::{Section, markdown};
pub use mask::masked;
pub use misnamed::Misnamed;
pub use misplaced::proper_section;
pub use read::read;
pub use setting::{FileSettings, Setting, SettingId, Value};
pub use unknown_params::{DeclaredParams, OutsideName, report as report_unknown_params};

/// The file's name.
pub const NAME: &str = "cxflow.toml";
