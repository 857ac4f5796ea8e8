//! Findings as an editor shows them.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Uri,
};

use super::analysis::Analysis;
use super::session::Client;
use crate::diagnostics::{self as found, Severity, counted, render};
use crate::resolve::codes::UNUSED;
use crate::settings::codes::BROKEN_SETTINGS;
use crate::source::{FileId, Span};

/// How many findings of one file are sent: more than anybody reads, but not megabytes with each key.
pub const MAX_SENT: usize = 1000;

/// How many errors in its settings a flow refers to.
const MAX_RELATED: usize = 10;

/// The scheme of the pages that explain codes, which the server serves.
pub const PAGES: &str = "cxflowc";

/// The findings of a flow's files.
pub fn by_file(flow: &Analysis, client: Client) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut files = BTreeMap::new();
    for finding in broken_settings(flow).iter().chain(flow.findings()) {
        add(flow, finding, client, &mut files);
    }
    files
}

/// Only the findings of a flow's settings, if the flow itself is not open.
pub fn of_settings(flow: &Analysis, client: Client) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut files = BTreeMap::new();
    for finding in flow.findings().filter(|finding| flow.is_settings(place(flow, finding).file)) {
        add(flow, finding, client, &mut files);
    }
    files
}

/// The findings about params in settings.
pub fn of_params(
    found: &[(&Analysis, &found::Diagnostic)],
    client: Client,
) -> BTreeMap<Uri, Vec<Diagnostic>> {
    let mut files = BTreeMap::new();
    for (flow, finding) in found {
        add(flow, finding, client, &mut files);
    }
    files
}

fn add(
    flow: &Analysis,
    finding: &found::Diagnostic,
    client: Client,
    files: &mut BTreeMap<Uri, Vec<Diagnostic>>,
) {
    let span = place(flow, finding);
    let Some(uri) = flow.uri(span.file) else { return };
    let list = files.entry(uri.clone()).or_default();
    let shown = shown(flow, finding, span, client);
    if list.len() < MAX_SENT && !list.contains(&shown) {
        list.push(shown);
    }
}

/// The finding at a flow's first line if its settings, in another file, have errors or cannot be read: the
/// flow is neither built nor sent.
fn broken_settings(flow: &Analysis) -> Option<found::Diagnostic> {
    let root = flow.root_file();
    let end = flow.text(root).lines().next().map_or(0, str::len);
    let finding =
        |message: String| found::Diagnostic::new(&BROKEN_SETTINGS, Span::new(root, 0, end), message);
    if let Some(why) = &flow.unread {
        return Some(finding(why.clone()).help("the flow is not built or sent until this is corrected"));
    }
    let is_error = |finding: &&found::Diagnostic| finding.severity == Severity::Error;
    let errors: Vec<(Span, &str)> = flow
        .findings()
        .filter(is_error)
        .map(|finding| (place(flow, finding), finding.message.as_str()))
        .filter(|(span, _)| flow.is_settings(span.file))
        .collect();
    let (first, _) = errors.first()?;
    let name = flow.compiled.sources.get(first.file).name();
    let message =
        format!("the settings have {}, the first in {}", counted(errors.len(), "error"), found::quote(name));
    let mut diagnostic = finding(message).help("the flow is not built or sent until they are corrected");
    for (span, message) in errors.iter().take(MAX_RELATED) {
        diagnostic = diagnostic.label(*span, *message);
    }
    Some(diagnostic)
}

/// The place where a finding is shown, or the start of the root if that place is in no file of the editor.
fn place(flow: &Analysis, finding: &found::Diagnostic) -> Span {
    let places = finding.span.into_iter().chain(finding.labels.iter().map(|label| label.span));
    let start = Span::new(flow.root_file(), 0, 0);
    places.into_iter().find(|span| flow.uri(span.file).is_some()).unwrap_or(start)
}

/// A finding for the protocol.
pub fn shown(flow: &Analysis, finding: &found::Diagnostic, span: Span, client: Client) -> Diagnostic {
    let mut message = render::shown(&finding.message);
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {}", render::shown(help)));
    }
    for note in &finding.notes {
        message.push_str(&format!("\n{}", render::shown(note)));
    }
    let related = finding.labels.iter().filter_map(|label| {
        Some(DiagnosticRelatedInformation {
            location: flow.location(label.span)?,
            message: render::shown(&label.text),
        })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: flow.range(span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::Error,
            Severity::Warning => DiagnosticSeverity::Warning,
            // Notes, which the command line shows only on request.
            Severity::Note => DiagnosticSeverity::Hint,
        }),
        code: Some(Code::String(finding.code.id.to_owned())),
        code_description: page(finding.code).filter(|_| client.pages).map(|href| CodeDescription { href }),
        source: Some("cxflowc".to_owned()),
        message: message.into(),
        tags: (finding.code == &UNUSED).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// The URI of the page that explains a code.
pub fn page(code: &found::Code) -> Option<Uri> {
    Uri::parse(&format!("{PAGES}:/explain/{}-{}.md", code.id, code.name)).ok()
}

/// The code that a page explains.
pub fn code_of(page: &Uri) -> Option<&'static found::Code> {
    let name = page.path().strip_prefix("/explain/")?;
    let id = name.split(['-', '.']).next()?;
    crate::codes::find(id).ok().filter(|_| page.scheme() == PAGES)
}

/// The findings of a flow that are shown in a file, each with its place.
pub fn of_file(flow: &Analysis, file: FileId) -> impl Iterator<Item = (&found::Diagnostic, Span)> {
    flow.findings().map(|finding| (finding, place(flow, finding))).filter(move |(_, span)| span.file == file)
}
