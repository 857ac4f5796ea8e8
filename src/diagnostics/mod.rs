//! What the compiler says: one struct for every finding, the list that collects them, the codes.

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
pub(crate) use fix::{line_break, margin};
pub use given::{GivenParam, Giver, show_given};
pub use keys::{keys_in_words, list_of_keys};
pub use wording::{counted, list_of, quote, with_article};

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::table::Id;

/// How many findings of one compilation are kept; the rest are counted. Ten thousand times what
/// anybody reads, and little enough that a file of nothing but mistakes fits in memory.
pub const MAX_KEPT: usize = 100_000;

/// A further place with what there is to say of it.
///
/// ```
/// let text = "flow \"A\"\nentry bye\ndisconnect bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("a.cxflow", text);
/// let twice = compiled.diagnostics.iter().find(|one| one.message.contains("twice")).unwrap();
/// assert_eq!(compiled.sources.text(twice.labels[0].span), "bye");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to say there.
    pub text: String,
}

/// What a flow says of a file that other flows may use as well, and that holds only if none of them says
/// otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unless {
    /// It does not hold if a flow needs what is at the place or at one of the labels.
    Needed,
    /// It does not hold if a flow uses the file.
    Used,
}

/// One finding.
///
/// Built where it is found, in the order of reading: what happened, what the place shows, what to
/// write instead.
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
    /// What kind of finding.
    pub code: &'static Code,
    /// How much it matters in this run.
    pub severity: Severity,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// Where, unless it is about no place in a text.
    pub span: Option<Span>,
    /// What the primary place shows.
    pub label: String,
    /// Further places.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// What else there is to know, a paragraph each.
    pub notes: Vec<String>,
    /// What would fix it, the likeliest first.
    pub fixes: Vec<Fix>,
    /// The params that make the value it is about.
    pub given: Vec<GivenParam>,
    /// What another flow that uses the file may say against it.
    pub unless: Option<Unless>,
}

impl Diagnostic {
    /// A finding of the code's own severity.
    #[doc(hidden)]
    pub fn new(code: &'static Code, span: Span, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::unplaced(code, message) }
    }

    /// A finding that is about no place in a text, such as what the platform says of a whole flow.
    #[doc(hidden)]
    pub fn unplaced(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: said(message),
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

    /// Says what the primary place shows.
    #[doc(hidden)]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.label = said(text);
        self
    }

    /// Shows a further place.
    #[doc(hidden)]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: said(text) });
        self
    }

    /// Shows alike places, at most `shown` of them, the last one saying how many more there are.
    #[doc(hidden)]
    pub fn label_each(mut self, spans: &[Span], shown: usize, text: &str) -> Self {
        let more = spans.len().saturating_sub(shown);
        for (index, &span) in spans.iter().take(shown).enumerate() {
            let last = index + 1 == shown && more > 0;
            self = self.label(span, if last { format!("{text}, and {more} more") } else { text.to_owned() });
        }
        self
    }

    /// Says what to write instead.
    #[doc(hidden)]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(said(text));
        self
    }

    /// Adds a paragraph.
    #[doc(hidden)]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(said(text));
        self
    }

    /// Says that it holds only if no flow that uses the file says otherwise. A flow's own file is its own.
    #[doc(hidden)]
    pub fn unless(mut self, unless: Unless) -> Self {
        self.unless = self.span.filter(|span| span.file.index() != 0).map(|_| unless);
        self
    }

    /// Where it is, and its further places.
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

/// What a finding says, at a length that people read: a file may hold names of any length.
fn said(text: impl Into<String>) -> String {
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

    /// Whether further findings are only counted: a reason to spare the work of wording them.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_KEPT
    }

    /// Counts a finding that was not worded because the list [is full](Self::is_full).
    pub(crate) fn count_only(&mut self) {
        self.dropped += 1;
    }

    /// How many findings were counted and not kept: at least so many, since a file is read no
    /// further once the list is full.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// Adds the findings of another list.
    #[doc(hidden)]
    pub fn append(&mut self, other: Self) {
        other.list.into_iter().for_each(|one| self.push(one));
        self.dropped += other.dropped;
    }

    /// The findings so far.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// The findings so far, to be changed.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.list.iter_mut()
    }

    /// Keeps the findings that `keep` wants.
    #[doc(hidden)]
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keep);
    }

    /// How many findings are kept.
    pub(crate) fn kept(&self) -> usize {
        self.list.len()
    }

    /// Brings findings together that have the same key: `join` adds what the later ones say to the first
    /// of them, and their number is that of the findings so far.
    pub(crate) fn join_alike<K: core::hash::Hash + Eq>(
        &mut self,
        key: impl Fn(&Diagnostic) -> Option<K>,
        mut join: impl FnMut(&mut Diagnostic, Diagnostic, usize),
    ) {
        let mut first: FxHashMap<K, (usize, usize)> = FxHashMap::default();
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(self.list.len());
        for one in std::mem::take(&mut self.list) {
            let Some(key) = key(&one) else {
                kept.push(one);
                continue;
            };
            let (at, count) = first.entry(key).or_insert((kept.len(), 0));
            *count += 1;
            match kept.get_mut(*at) {
                Some(first) => join(first, one, *count),
                None => kept.push(one),
            }
        }
        self.list = kept;
    }

    /// Whether any finding is an error. What was only counted came after the errors that filled
    /// the list.
    pub fn has_errors(&self) -> bool {
        self.dropped > 0 || self.count(Severity::Error) > 0
    }

    /// How many findings are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|one| one.severity == severity).count()
    }

    /// Puts the findings in the order of their places, the root file's first, those without a place last.
    #[doc(hidden)]
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            let key = |one: &Diagnostic| {
                let place = one.span.map(|span| (span.file, span.start));
                (place.is_none(), place, one.severity, one.code.id)
            };
            key(a).cmp(&key(b))
        });
    }
}
