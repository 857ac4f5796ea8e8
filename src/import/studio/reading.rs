//! What the reading of a script goes by.

use rustc_hash::FxHashMap;

use super::model::Script;
use super::phrases::Statement;
use crate::emit::studio::StudioSettings;

/// What a reading goes by.
#[derive(Clone, Copy)]
pub struct Reading<'s> {
    pub script: &'s Script,
    pub settings: &'s StudioSettings,
    pub phrases: &'s [Option<Statement>],
    /// How the phrases spell the variables of the script.
    pub names: &'s FxHashMap<String, String>,
    pub kept: &'s [bool],
}
