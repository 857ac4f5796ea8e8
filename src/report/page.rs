//! The HTML page of a report: one file that loads and sends nothing. Its only script and style sheet are those
//! in this folder, which the page's own rules name by their hashes.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::walk;
use crate::Compiled;
use crate::diagnostics::render::shown;
use crate::picture::markup::{escape, escaped};
use crate::picture::measure::Mask;
use crate::picture::{Picture, style_sheet};

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// A whole page around a body, which `body` writes with its texts escaped. It may load nothing, and run no script
/// but its own.
pub fn document(title: &str, mask: Mask, body: impl FnOnce(&mut String)) -> String {
    let style = format!("{STYLE}.drawn{{{}}}\n{}", style_sheet(), footer(&shown(&mask(title))));
    let mut page = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'\">",
        csp_hash(SCRIPT),
        csp_hash(&style)
    );
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    escape(&shown(&mask(title)), &mut page);
    page.extend(["</title>\n<style>", &style, "</style>\n</head>\n<body>\n"]);
    body(&mut page);
    page.extend(["<script>", SCRIPT, "</script>\n</body>\n</html>\n"]);
    page
}

/// The style that puts a text at the foot of each printed page.
fn footer(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut style = String::from("@page{@bottom-left{content:\"");
    for letter in text.chars().take(LONGEST) {
        if letter.is_ascii_alphanumeric() || matches!(letter, ' ' | ',' | '-') {
            style.push(letter);
        } else {
            let _ = write!(style, "\\{:x} ", u32::from(letter));
        }
    }
    style.push_str(if text.chars().nth(LONGEST).is_some() { "\\2026 \"" } else { "\"" });
    style.push_str(";font:8pt sans-serif;color:#4d5358}}\n");
    style
}

/// How a page's rules name what may run in it: by its SHA-256.
fn csp_hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// Writes the picture of a flow with its controls, what is read of a node, and the walk. All texts go through
/// `mask`.
///
/// Controls are hidden until the script shows them, and on paper.
pub fn picture(compiled: &Compiled, mask: Mask, out: &mut String) {
    let Ok(picture) = Picture::new(compiled, &[], mask) else { return };
    let headings = picture.page_headings();
    out.push_str("<div class=\"flow\">\n<div class=\"drawing\">\n");
    if !headings.is_empty() {
        out.push_str("<nav id=\"pages\" aria-label=\"Pages of the picture\">\n<ol>\n");
        for (number, heading) in headings.iter().enumerate() {
            // The list counts the pages by itself.
            let name = heading.split_once(". ").map_or(heading.as_str(), |(_, name)| name);
            let _ =
                writeln!(out, "<li><a href=\"#page-{}\"><bdi>{}</bdi></a></li>", number + 1, escaped(name));
        }
        out.push_str("</ol>\n</nav>\n");
    }
    out.push_str(TOOLS);
    out.push_str("<div class=\"sheets\" id=\"sheets\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the flow\">\n");
    picture.write_sheets(out);
    out.extend(["</div>\n</div>\n", SIDE, "</div>\n<script type=\"application/json\" id=\"walk-data\">"]);
    walk::write_json(compiled, mask, out);
    out.push_str("</script>\n");
}

const TOOLS: &str = r#"<div class="tools" role="group" aria-label="Zoom" hidden>
<button type="button" id="zoom-in">Zoom in <kbd>+</kbd></button>
<button type="button" id="zoom-out">Zoom out <kbd>-</kbd></button>
<button type="button" id="zoom-fit">Whole picture <kbd>0</kbd></button>
<output id="zoom" aria-live="off"></output>
</div>
<p class="hint script" hidden>Drag to move. Press Ctrl and turn the wheel to zoom. Choose a node to read it: click it, or press Tab, the arrow keys and Enter.</p>
"#;

const SIDE: &str = r#"<div class="side" hidden>
<div class="walk" id="walk">
<h3 id="walk-title">Walk the call</h3>
<div class="heard" id="heard" role="log" aria-live="polite" aria-label="The call so far" tabindex="0"><ol></ol></div>
<div class="next" id="next" role="group" aria-labelledby="next-title" tabindex="-1">
<p id="next-title"></p>
<div class="exits" id="exits"></div>
<p class="hint" id="typed" aria-live="polite"></p>
</div>
<div class="tools">
<button type="button" id="back">Back</button>
<button type="button" id="restart">Start again</button>
</div>
</div>
<div class="read" id="read" aria-live="polite">
<h3 id="read-title">Read a node</h3>
<p class="hint" id="read-hint">Choose a node in the picture to read what is heard there and where it leads.</p>
<div id="read-body"></div>
</div>
</div>
"#;
