//! What the targets share.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use cxflowc::cxone::next_step::NextStep;
use cxflowc::cxone::response::Response;
use cxflowc::cxone::{Credentials, Mask, Tenant};
use cxflowc::diagnostics::{Diagnostic, Diagnostics};
use cxflowc::resolve::Files;
use cxflowc::source::{Sources, Span};
use cxflowc::{Compiled, Options, compile_sources};

/// A secret that every target looks for where none may be.
pub const SECRET: &str = "Zq7/fuzz+SECRET~9x4";

/// Files that are nowhere but here.
#[derive(Default)]
pub struct Memory(pub HashMap<PathBuf, Vec<u8>>);

impl Files for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Compiles a file of some, and checks what must hold of every result.
pub fn compiled(sources: Sources, files: &Memory) -> Compiled {
    let compiled = compile_sources(sources, Diagnostics::default(), files, &Options::default());
    for finding in compiled.diagnostics.iter().chain(compiled.silenced.iter()) {
        lies_within(finding, &compiled.sources);
    }
    compiled
}

/// Every place of a finding is a piece of a source.
pub fn lies_within(finding: &Diagnostic, sources: &Sources) {
    let spans = finding.span.into_iter();
    let labels = finding.labels.iter().map(|label| label.span);
    let fixes = finding.fixes.iter().flat_map(|fix| fix.edits.iter().map(|edit| edit.span));
    for span in spans.chain(labels).chain(fixes) {
        is_a_piece(span, sources);
    }
    assert!(!finding.message.is_empty());
}

fn is_a_piece(span: Span, sources: &Sources) {
    let text = sources.get(span.file).text();
    assert!(text.get(span.range()).is_some(), "{span:?} of {} bytes is no piece", text.len());
}

/// The payload, where there is one.
pub fn payload(compiled: &Compiled) -> Option<Vec<u8>> {
    if !compiled.is_complete() {
        return None;
    }
    let mut bytes = Vec::new();
    cxflowc::emit::flows::write(&compiled.flow, false, &mut bytes).expect("memory takes everything");
    serde_json::from_slice::<serde_json::Value>(&bytes).expect("a payload is JSON");
    Some(bytes)
}

/// The pieces of an input: what stands between lines of `===`, each with the name behind it.
pub fn pieces(text: &str) -> Vec<(&str, &str)> {
    let mut pieces = Vec::new();
    for piece in text.split("\n=== ").take(8) {
        pieces.push(piece.split_once('\n').unwrap_or((piece, "")));
    }
    pieces
}

/// A platform of nowhere, whose client has the secret.
pub fn tenant() -> Tenant {
    let base = "https://api.example.com".parse().expect("a URL");
    let credentials = Credentials { id: "client".to_owned(), secret: SECRET.to_owned().into() };
    Tenant::at(base, credentials).expect("a tenant")
}

/// An answer of any bytes, with the secret in one of its spellings at one of its places: the first
/// bytes say the status, which spelling and where.
pub fn answer(bytes: &[u8]) -> Option<Response> {
    let [status, spelling, place, body @ ..] = bytes else { return None };
    const STATUS: [u16; 16] =
        [200, 201, 202, 204, 301, 400, 401, 403, 404, 409, 413, 422, 423, 429, 500, 503];
    let status = STATUS[usize::from(status % 16)];
    let spellings = spellings();
    let at = usize::from(*place) % (body.len() + 1);
    let spelt = &spellings[usize::from(*spelling) % spellings.len()];
    let body = [&body[..at], b" ", spelt.as_bytes(), b" ", &body[at..]].concat();
    Some(Response { status, body, location: Some(format!("/api/jobs/{spelt}")), ..Response::default() })
}

/// The secret as it is, and as answers may spell it.
pub fn spellings() -> Vec<String> {
    let percent = |text: &str| {
        let bytes = text.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        bytes.collect::<String>()
    };
    let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        SECRET.to_owned(),
        percent(SECRET),
        percent(&percent(SECRET)),
        hex.to_uppercase(),
        hex,
        SECRET.replace('/', "\\/"),
        SECRET.replace('/', "\\u002f"),
        SECRET.replace('/', "&#x2F;").replace('+', "&#43;"),
        SECRET.to_lowercase(),
    ]
}

/// What is told of a verdict, without secrets as the client hides them.
pub fn tells_no_secret<T>(verdict: &NextStep<T>) {
    let told = match verdict {
        NextStep::Done(_) | NextStep::Renew => return,
        NextStep::Again(reason) => format!("{} {}", reason.seen, reason.help),
        NextStep::Stop(problem) => {
            let complaints: String = problem.complaints.iter().map(|one| format!("{one:?}")).collect();
            let beside = problem.beside.as_deref().unwrap_or_default();
            format!("{} {} {complaints} {beside}", problem.message, problem.help)
        }
    };
    for spelling in spellings() {
        assert!(!told.contains(&spelling), "{spelling:?} is told: {told}");
    }
}

/// The answer as the client has it: without secrets.
pub fn hidden(mut response: Response) -> Response {
    let mask = Mask::new([SECRET.to_owned()]);
    response.body = mask.text(&String::from_utf8_lossy(&response.body)).into_owned().into_bytes();
    response.location = response.location.map(|location| mask.text(&location).into_owned());
    for spelling in spellings() {
        let body = String::from_utf8_lossy(&response.body);
        assert!(!body.contains(&spelling), "{spelling:?} is left: {body}");
    }
    response
}
