//! `path:line:column: severity[CODE name]: message`, one line each.

use super::{place, put, shown};
use crate::diagnostics::Diagnostic;
use crate::source::Sources;

/// One finding on one line.
///
/// ```
/// use cxflowc::diagnostics::render::short;
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry b\n");
/// let one = compiled.diagnostics.iter().next().unwrap();
/// assert_eq!(
///     short(&compiled.sources, one),
///     "a.cxflow:2:7: error[CX103 unknown-node]: the entry names `b`, and there is no such node\n",
/// );
/// ```
pub fn short(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let (file, line, column) = place(sources, diagnostic);
    let Diagnostic { severity, code, message, .. } = diagnostic;
    let mut out = String::new();
    put(&mut out, format_args!("{file}:{line}:{column}: {severity}[{code}]: {}\n", shown(message)));
    out
}
