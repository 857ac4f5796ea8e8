//! Findings: the struct for a finding, the list that collects them, and the struct for a code.

mod code;
mod fix;
mod given;
mod keys;
pub mod look_alikes;
pub mod render;
pub mod suggest;
mod wording;

pub use code::{Area, Cause, Code, Example, Page, Severity};
pub use fix::{Edit, Fix, When};
pub(crate) use fix::{line_break, margin, own_lines};
pub use given::{GivenParam, Giver, show_given};
pub use keys::{keys_in_words, list_of_keys};
pub use wording::{counted, list_of, quote, with_article};

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::table::Id;

/// How many findings of one compilation are kept; the rest are only counted. This is far more than anybody
/// reads, and little enough that the findings of a file full of mistakes fit in memory.
pub const MAX_KEPT: usize = 100_000;

/// A further place with a text.
///
/// ```
/// let text = "flow \"A\"\nentry bye\ndisconnect bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("a.cxflow", text);
/// let twice = compiled.diagnostics.iter().find(|finding| finding.message.contains("twice")).unwrap();
/// assert_eq!(compiled.sources.text(twice.labels[0].span), "bye");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The text.
    pub text: String,
}

/// When another flow drops a finding about a file that several flows may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unless {
    /// If it needs what is at the finding's place or at one of its labels.
    Needed,
    /// If it uses the file.
    Used,
}

/// One finding.
///
/// It is built in the order of reading: what happened, what the place shows, what to write instead.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let finding = compiled.diagnostics.iter().next().unwrap();
/// assert_eq!(finding.code.to_string(), "CX103 unknown-node");
/// assert_eq!(compiled.sources.position(finding.span.unwrap()).line, 2);
/// assert_eq!(finding.help.as_deref(), Some("did you mean `by`?"));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of finding.
    pub code: &'static Code,
    /// Its severity in this run.
    pub severity: Severity,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// The place, unless it is not about a place in a text.
    pub span: Option<Span>,
    /// What the primary place shows.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// Further information, a paragraph each.
    pub notes: Vec<String>,
    /// Its fixes, the likeliest first.
    pub fixes: Vec<Fix>,
    /// The params that contribute to the value in question.
    pub given: Vec<GivenParam>,
    /// When another flow that uses the file drops it.
    pub unless: Option<Unless>,
}

impl Diagnostic {
    /// A finding with the code's own severity.
    #[doc(hidden)]
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::unplaced(code, message) }
    }

    /// A finding that is not about a place in a text, such as what the platform says about a whole flow.
    #[doc(hidden)]
    pub fn unplaced(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: capped(message),
            span: None,
            label: String::new(),
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
            fixes: Vec::new(),
            given: Vec::new(),
            unless: None,
        }
    }

    /// Sets the text of the primary place.
    #[doc(hidden)]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.label = capped(text);
        self
    }

    /// Adds a further place.
    #[doc(hidden)]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: capped(text) });
        self
    }

    /// Adds places with the same text, at most `shown` of them. The last one says how many more there are.
    #[doc(hidden)]
    pub fn label_each(mut self, spans: &[Span], shown: usize, text: &str) -> Self {
        let more = spans.len().saturating_sub(shown);
        for (index, &span) in spans.iter().take(shown).enumerate() {
            let is_last = index + 1 == shown && more > 0;
            self =
                self.label(span, if is_last { format!("{text}, and {more} more") } else { text.to_owned() });
        }
        self
    }

    /// Sets what to write instead.
    #[doc(hidden)]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(capped(text));
        self
    }

    /// Adds a note.
    #[doc(hidden)]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(capped(text));
        self
    }

    /// Sets when another flow that uses the file drops the finding. In a flow's root file, this has no effect.
    #[doc(hidden)]
    pub fn unless(mut self, unless: Unless) -> Self {
        self.unless = self.span.filter(|span| span.file.index() != 0).map(|_| unless);
        self
    }

    /// Its place and its further places.
    pub fn places(&self) -> impl Iterator<Item = Span> {
        self.span.into_iter().chain(self.labels.iter().map(|label| label.span))
    }

    /// Sets a severity other than the code's own.
    #[doc(hidden)]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

/// A text of a finding, shortened, since a file may have names of any length.
fn capped(text: impl Into<String>) -> String {
    const LONGEST: usize = 2000;
    let mut text = text.into();
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push('…');
    }
    text
}

/// The findings of one compilation.
///
/// ```
/// use cxflowc::Severity;
///
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// assert!(compiled.diagnostics.has_errors());
/// assert_eq!(compiled.diagnostics.count(Severity::Error), 1);
/// ```
#[derive(Debug, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
    dropped: usize,
}

impl Diagnostics {
    /// Adds a finding.
    #[doc(hidden)]
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.is_full() {
            self.dropped += 1;
        } else {
            self.list.push(diagnostic);
        }
    }

    /// Whether further findings are only counted, so that it is not worth building them.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_KEPT
    }

    /// Counts a finding that was not built because the list [is full](Self::is_full).
    pub(crate) fn count_only(&mut self) {
        self.dropped += 1;
    }

    /// How many findings were only counted. There may be more, since reading a file stops once the list is full.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Adds the findings of another list.
    #[doc(hidden)]
    pub fn append(&mut self, other: Self) {
        other.list.into_iter().for_each(|finding| self.push(finding));
        self.dropped += other.dropped;
    }

    /// The findings so far.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// The findings so far, mutable.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.list.iter_mut()
    }

    /// Keeps the findings for which `keep` returns true.
    #[doc(hidden)]
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// How many findings are kept.
    pub(crate) fn kept(&self) -> usize {
        self.list.len()
    }

    /// Joins findings with the same key: `join` gets the first, a later one, and the number of findings with that
    /// key so far.
    pub(crate) fn join_alike<K: core::hash::Hash + Eq>(
        &mut self,
        key: impl Fn(&Diagnostic) -> Option<K>,
        mut join: impl FnMut(&mut Diagnostic, Diagnostic, usize),
    ) {
        let mut first: FxHashMap<K, (usize, usize)> = FxHashMap::default();
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(self.list.len());
        for finding in std::mem::take(&mut self.list) {
            let Some(key) = key(&finding) else {
                kept.push(finding);
                continue;
            };
            let (at, count) = first.entry(key).or_insert((kept.len(), 0));
            *count += 1;
            match kept.get_mut(*at) {
                Some(first) => join(first, finding, *count),
                None => kept.push(finding),
            }
        }
        self.list = kept;
    }

    /// Whether any finding is an error. If some were only counted, errors may be among them.
    pub fn has_errors(&self) -> bool {
        self.dropped > 0 || self.count(Severity::Error) > 0
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Sorts the findings by place: the root file's first, those without a place last.
    #[doc(hidden)]
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            let key = |finding: &Diagnostic| {
                let place = finding.span.map(|span| (span.file, span.start));
                (place.is_none(), place, finding.severity, finding.code.id)
            };
            key(a).cmp(&key(b))
        });
    }
}
