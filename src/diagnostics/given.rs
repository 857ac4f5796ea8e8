//! Findings about a value that a param gets from outside its file: which param, and where it is set.

use super::{Diagnostic, Diagnostics, Label, quote};
use crate::source::Span;

/// How many places or params one finding names.
const SHOWN: usize = 5;

/// A param with a value from outside its file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GivenParam {
    /// What the param is called by outside: `queue`, `es.queue`.
    pub name: Box<str>,
    /// What gives it its value.
    pub giver: Giver,
    /// Whether the value that the finding is about is this one and nothing else.
    pub is_whole: bool,
}

/// What gives a param its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Giver {
    /// A settings file, here.
    Settings(Span),
    /// `--set`.
    CommandLine,
    /// The `with` of an include, here.
    With(Span),
}

impl Diagnostic {
    /// Notes which params make the value that the finding is about.
    pub(crate) fn given(mut self, given: impl IntoIterator<Item = GivenParam>) -> Self {
        self.given.extend(given);
        self
    }
}

/// Shows where the values that findings are about are set. A value from a settings file is wrong
/// there, so its finding is there, with the uses as further places; one value is one finding.
pub fn show_given(diagnostics: &mut Diagnostics) {
    let key = |one: &Diagnostic| match one.given.as_slice() {
        [given] => Some((one.code.id, one.message.clone(), given.clone())),
        _ => None,
    };
    diagnostics.join_alike(key, |first, other, _| {
        if let Some(span) = other.span.filter(|_| first.labels.len() < SHOWN) {
            first.labels.push(Label { span, text: "and here".to_owned() });
        }
    });
    for one in diagnostics.iter_mut() {
        show(one);
    }
}

fn show(one: &mut Diagnostic) {
    let all = std::mem::take(&mut one.given);
    if let ([GivenParam { name, giver: Giver::Settings(place), is_whole: true }], Some(used)) =
        (&*all, one.span)
    {
        let text = std::mem::replace(&mut one.label, format!("{} is set here", quote(name)));
        one.span = Some(*place);
        one.labels.insert(0, Label { span: used, text });
        return;
    }
    for given in all.iter().take(SHOWN) {
        let name = quote(&given.name);
        match given.giver {
            Giver::Settings(place) | Giver::With(place) => {
                one.labels.push(Label { span: place, text: format!("{name} is set here") });
            }
            Giver::CommandLine => one.notes.push(format!("the value comes from `--set {}=…`", given.name)),
        }
    }
    if let Some(more) = all.len().checked_sub(SHOWN + 1) {
        one.notes.push(format!("and from {}", super::counted(more + 1, "more param")));
    }
}
