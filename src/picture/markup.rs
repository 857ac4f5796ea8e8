//! How a text is written in XML and HTML.

use std::fmt::{self, Write};

/// A text that is written so that it can stand between tags or, in quotes, in an attribute.
///
/// ```
/// let text = cxflowc::picture::markup::escaped("<a title='1'> & more").to_string();
/// assert_eq!(text, "&lt;a title=&#39;1&#39;&gt; &amp; more");
/// ```
pub fn escaped(text: &str) -> Escaped<'_> {
    Escaped(text)
}

/// The same at the end of another text.
pub fn escape(text: &str, out: &mut String) {
    let _ = write!(out, "{}", escaped(text));
}

/// See [`escaped`].
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What stands between two characters that must be escaped is written in one piece.
        let mut written = 0;
        for (at, byte) in self.0.bytes().enumerate() {
            let reference = match byte {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                b'\'' => "&#39;",
                _ => continue,
            };
            f.write_str(self.0.get(written..at).unwrap_or_default())?;
            f.write_str(reference)?;
            written = at + 1;
        }
        f.write_str(self.0.get(written..).unwrap_or_default())
    }
}
