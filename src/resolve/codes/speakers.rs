//! The codes for languages, voices and texts with markup.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// What is no language, or no voice.
pub static LANGUAGE: Code = Code {
    id: "CX145",
    area: Area::Declaration,
    name: "bad-language",
    severity: Severity::Error,
    what: "A `language` is not a language tag (BCP 47), or a `voice` has no name. A tag is the language's code of two or three letters, with a hyphen before the country's: `es`, `es-US`.",
    why: "The platform would refuse the flow, or speak its texts in a language that nobody understands.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Recordatorio"
language "Spanish"
entry notice
disclosure notice { say "Le llamamos de Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Recordatorio"
language "es-US"
entry notice
disclosure notice { say "Le llamamos de Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// A language tag in other letters than the standard's.
pub static LANGUAGE_SPELLING: Code = Code {
    id: "CX146",
    area: Area::Declaration,
    name: "language-spelling",
    severity: Severity::Warning,
    what: "A language tag has other capitals than the standard (BCP 47) gives it, a code of three letters where there is one of two, or `UK` for Great Britain, whose code is `GB`.",
    why: "Many platforms compare the tag letter by letter, and fall back to a voice of another language.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
language "en-uk"
entry notice
disclosure notice { say "This is Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
language "en-GB"
entry notice
disclosure notice { say "This is Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// Markup that is not well-formed.
pub static BAD_SSML: Code = Code {
    id: "CX147",
    area: Area::Declaration,
    name: "bad-ssml",
    severity: Severity::Error,
    what: "A text after `ssml` is not well-formed XML with the outermost element `speak`: a tag is not closed or closes another one, a `&` or a `<` stands alone, there is a document type or an entity of its own.",
    why: "A speech engine reads such a text aloud with its markup, or says nothing at all.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say ssml "<speak>This is <emphasis>Smith & Sons</emphasis>.</speak>" }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say ssml "<speak>This is <emphasis>Smith &amp; Sons</emphasis>.</speak>" }
disconnect bye
notice -> bye
"#,
        ),
    },
};
