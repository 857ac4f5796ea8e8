//! Findings about values that come from params set outside their file: which params, and where they are set.

use super::{Diagnostic, Diagnostics, Label, quote};
use crate::source::Span;

/// How many places or params a finding shows.
const SHOWN: usize = 5;

/// A param with a value from outside its file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GivenParam {
    /// The param's name outside its file: `queue`, `es.queue`.
    pub name: Box<str>,
    /// What sets it.
    pub giver: Giver,
    /// Whether the value in question is exactly this param's.
    pub is_whole: bool,
}

/// What sets a param.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Giver {
    /// A settings file, at this place.
    Settings(Span),
    /// `--set`.
    CommandLine,
    /// The `with` of an include, at this place.
    With(Span),
}

impl Diagnostic {
    /// Records the params that contribute to the value in question.
    pub(crate) fn given(mut self, given: impl IntoIterator<Item = GivenParam>) -> Self {
        self.given.extend(given);
        self
    }
}

/// Adds to findings about params' values where these are set. A wrong value from a settings file makes one
/// finding in that file, with the uses as further places.
pub fn show_given(diagnostics: &mut Diagnostics) {
    let key = |finding: &Diagnostic| match finding.given.as_slice() {
        [given] => Some((finding.code.id, finding.message.clone(), given.clone())),
        _ => None,
    };
    diagnostics.join_alike(key, |first, other, _| {
        if let Some(span) = other.span.filter(|_| first.labels.len() < SHOWN) {
            first.labels.push(Label { span, text: "and here".to_owned() });
        }
    });
    for finding in diagnostics.iter_mut() {
        show(finding);
    }
}
fn show(finding: &mut Diagnostic) {
    let all = std::mem::take(&mut finding.given);
    if let ([GivenParam { name, giver: Giver::Settings(place), is_whole: true }], Some(used)) =
        (&*all, finding.span)
    {
        let text = std::mem::replace(&mut finding.label, format!("{} is set here", quote(name)));
        finding.span = Some(*place);
        finding.labels.insert(0, Label { span: used, text });
        return;
    }
    for given in all.iter().take(SHOWN) {
        let name = quote(&given.name);
        match given.giver {
            Giver::Settings(place) | Giver::With(place) => {
                finding.labels.push(Label { span: place, text: format!("{name} is set here") });
            }
            Giver::CommandLine => {
                finding.notes.push(format!("the value comes from `--set {}=…`", given.name));
            }
        }
    }
    if let Some(more) = all.len().checked_sub(SHOWN + 1) {
        finding.notes.push(format!("and from {}", super::counted(more + 1, "more param")));
    }
}
