//! A setting as a file has it, and all that one file says.

use super::keys::Key;
use crate::source::Span;

/// Which setting it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SettingId {
    /// One of the keys, in an environment if it stands in one.
    Key(&'static Key, Option<String>),
    /// A param of an environment's flows.
    Param(String, String),
}

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number, of days too.
    Number(i64),
    /// A text.
    Text(String),
    /// Several, each with its place.
    Texts(Vec<(String, Span)>),
}

/// A setting of one file.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Which it is.
    pub place: SettingId,
    /// What it says.
    pub value: Value,
    /// Where its key is written.
    pub key: Span,
    /// Where its value is written.
    pub span: Span,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct FileSettings {
    /// Its settings, in the order of the file.
    pub settings: Vec<Setting>,
    /// The environments that it names, with where.
    pub environments: Vec<(String, Span)>,
}

impl FileSettings {
    /// Whether the file says nothing.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.environments.is_empty()
    }
}
