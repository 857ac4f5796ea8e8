//! A setting of a file, and all settings of one file.

use super::keys::Key;
use crate::source::Span;

/// Identifies a setting.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum SettingId {
    /// One of the keys, and its environment, if it is in one.
    Key(&'static Key, Option<String>),
    /// A param of an environment's flows.
    Param(String, String),
}

/// The value of a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number, or a number of days.
    Number(i64),
    /// A text.
    Text(String),
    /// Several texts, each with its place.
    Texts(Vec<(String, Span)>),
}

/// A setting of one file.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The setting that it is.
    pub place: SettingId,
    /// Its value.
    pub value: Value,
    /// Where its key is written.
    pub key: Span,
    /// Where its value is written.
    pub span: Span,
}

/// All settings of one file.
#[derive(Debug, Default)]
pub struct FileSettings {
    /// Its settings, in the order of the file.
    pub settings: Vec<Setting>,
    /// The environments that it names, with their places.
    pub environments: Vec<(String, Span)>,
}

impl FileSettings {
    /// Whether the file has no settings.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.environments.is_empty()
    }
}
