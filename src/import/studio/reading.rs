//! What the reading of a script goes by.

use super::model::Script;
use super::phrases::Statement;
use super::variables::Variables;
use crate::emit::studio::StudioSettings;

/// What a reading goes by.
#[derive(Clone, Copy)]
pub struct Reading<'s> {
    pub script: &'s Script,
    pub settings: &'s StudioSettings,
    pub phrases: &'s [Option<Statement>],
    /// What is known of the script's variables.
    pub variables: &'s Variables,
    pub kept: &'s [bool],
}
