//! Who speaks: the language of texts, and the voice.

/// The language and the voice in which steps are heard.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Speaker {
    /// The language's tag (BCP 47). `None` if it is not declared or not known.
    pub language: Option<Box<str>>,
    /// The platform's name for the voice.
    pub voice: Option<Box<str>>,
}
