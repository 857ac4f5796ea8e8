//! How a text is written in XML and HTML.

/// Writes a text so that it can stand between tags or, in quotes, in an attribute.
///
/// ```
/// let mut out = String::new();
/// cxflowc::picture::markup::escape("<a title='1'> & more", &mut out);
/// assert_eq!(out, "&lt;a title=&#39;1&#39;&gt; &amp; more");
/// ```
pub fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
}

/// The same as a text.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}
