//! What a report is about: the flow, what it was made of, and what was found.

use std::collections::BTreeMap;

use serde::Serialize;

use super::hash::{Hasher, sha256};
use super::{Place, ReportOptions};
use crate::Compiled;
use crate::diagnostics::{Diagnostics, Severity};
use crate::graph::Figures;
use crate::source::Source;
use crate::syntax::ast::Declaration;

/// What a report is about.
#[derive(Debug, Serialize)]
pub struct Identity {
    /// The flow's name.
    pub flow: Option<String>,
    /// What the flow is for.
    pub description: Option<String>,
    /// The file.
    pub file: String,
    /// Whether the flow can be built.
    pub complete: bool,
    /// The compiler's version.
    pub compiler: String,
    /// The day as of which rules and waivers were judged: `2026-11-29`.
    pub as_of: String,
    /// The environment, if one was named.
    pub environment: Option<String>,
    /// The params that were set from outside.
    pub params: BTreeMap<String, String>,
    /// The defaults of the params that were not set from outside, as they are written.
    pub param_defaults: BTreeMap<String, String>,
    /// The files that the flow is made of, its own first.
    pub files: Vec<HashedFile>,
    /// The SHA-256 of the payload that `build` writes. `None` if nothing can be built.
    pub payload_sha256: Option<String>,
    /// How many nodes there are.
    pub nodes: usize,
    /// How many transitions there are.
    pub transitions: usize,
    /// How many paths there are, `6` or `about 1.3e42`. `None` if calls can go in a cycle.
    pub paths: Option<String>,
}

/// A file that a flow is made of.
#[derive(Debug, Serialize)]
pub struct HashedFile {
    /// Its name.
    pub name: String,
    /// Whether it comes with the compiler.
    pub bundled: bool,
    /// The SHA-256 of its bytes, in hexadecimal digits. `None` if it is too large or no UTF-8.
    pub sha256: Option<String>,
}

/// An error or a warning.
#[derive(Debug, Serialize)]
pub struct FindingReport {
    /// The code, as in `CX301 policy-violation`.
    pub code: String,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What happened.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
}

pub fn of(compiled: &Compiled, options: &ReportOptions) -> Identity {
    let flow = &compiled.flow;
    let text = |text: &Option<crate::flow::Text>| {
        text.as_ref().and_then(|text| text.value.as_deref().map(str::to_owned))
    };
    let figures = Figures::of(flow);
    Identity {
        flow: text(&flow.name),
        description: text(&flow.description),
        file: compiled.sources.iter().next().map_or_else(String::new, |(_, source)| source.name().to_owned()),
        complete: compiled.is_complete(),
        compiler: env!("CARGO_PKG_VERSION").to_owned(),
        as_of: options.as_of.to_string(),
        environment: options.environment.clone(),
        params: options.params.clone(),
        param_defaults: param_defaults(compiled, options),
        files: files(compiled),
        payload_sha256: compiled.is_complete().then(|| payload_sha256(compiled)).flatten(),
        nodes: figures.nodes,
        transitions: figures.transitions,
        paths: figures.paths.map(|(count, _)| count.to_string()),
    }
}

fn param_defaults(compiled: &Compiled, options: &ReportOptions) -> BTreeMap<String, String> {
    let text = |span| compiled.sources.text(span).to_owned();
    let items = compiled.trees.iter().flat_map(|(_, tree)| &tree.items);
    let params = items.filter_map(|item| match &item.declaration {
        Declaration::Param(param) => Some((text(param.name.span), text(param.default?.span()))),
        _ => None,
    });
    // Of an instance's param, the `with` of its include says more.
    let counts = |name: &String| compiled.flow.params.contains(name) && !options.params.contains_key(name);
    params.filter(|(name, _)| counts(name)).collect()
}

fn files(compiled: &Compiled) -> Vec<HashedFile> {
    let files = compiled.sources.iter().map(|(_, source)| HashedFile {
        name: source.name().to_owned(),
        bundled: source.is_bundled(),
        sha256: is_whole(source).then(|| sha256(source.text().as_bytes())),
    });
    files.collect()
}

/// Whether the text of a file has all its bytes.
fn is_whole(source: &Source) -> bool {
    !source.too_large() && source.not_utf8().is_none()
}

fn payload_sha256(compiled: &Compiled) -> Option<String> {
    let mut hasher = Hasher::default();
    compiled.target.write(&compiled.flow, false, &mut hasher).ok()?;
    Some(hasher.finish())
}

/// The errors and warnings among some findings, in the order of their places.
pub fn findings(compiled: &Compiled, found: &Diagnostics) -> Vec<FindingReport> {
    let found = found.iter().filter(|one| one.severity <= Severity::Warning);
    let found = found.map(|one| FindingReport {
        code: one.code.to_string(),
        severity: if one.severity == Severity::Error { "error" } else { "warning" },
        message: one.message.clone(),
        help: one.help.clone(),
        place: one.span.map(|span| Place::of(compiled, span)),
    });
    found.collect()
}
