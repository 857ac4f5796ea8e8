//! `path:line:column: severity[CODE name]: message`, one line each.

use super::{put, shown};
use crate::diagnostics::Diagnostic;
use crate::source::{ColumnUnit, Sources};

/// How many notes a line has at most.
const NOTES: usize = 3;

/// One finding on one line. A finding without a place also shows its first notes, which say why.
///
/// ```
/// use cxflowc::diagnostics::render::short;
/// use cxflowc::source::ColumnUnit;
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry b\n");
/// let finding = compiled.diagnostics.iter().next().unwrap();
/// assert_eq!(
///     short(&compiled.sources, finding, ColumnUnit::Characters),
///     "a.cxflow:2:7: error[CX103 unknown-node]: the entry names `b`, but there is no such node\n",
/// );
/// ```
pub fn short(sources: &Sources, diagnostic: &Diagnostic, unit: ColumnUnit) -> String {
    let Diagnostic { severity, code, message, .. } = diagnostic;
    let mut out = String::new();
    if let Some(span) = diagnostic.span {
        let source = sources.get(span.file);
        let at = source.position_in(span.range().start, unit);
        put(&mut out, format_args!("{}:{}:{}: ", shown(source.name()), at.line, at.column));
    }
    put(&mut out, format_args!("{severity}[{code}]: {}", shown(message)));
    let notes = diagnostic.notes.iter().take(if diagnostic.span.is_some() { 0 } else { NOTES });
    for (index, note) in notes.enumerate() {
        put(&mut out, format_args!("{}{}", if index == 0 { ": " } else { "; " }, shown(note)));
    }
    out.push('\n');
    out
}
