//! The frame of the page: its head, style sheet and script, and the picture that the script walks.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::html::escape;
use super::walk;
use crate::Compiled;
use crate::diagnostics::render::shown;
use crate::picture::measure::Mask;
use crate::picture::{DrawOptions, Picture, PictureFormat};

/// How the page looks, on a screen and on paper.
const STYLE: &str = include_str!("page.css");
/// Zooms the picture and walks a call through it. Without it the page is complete, and does not move.
const SCRIPT: &str = include_str!("page.js");

/// A whole page around a body whose texts are escaped. It may load nothing, and run no script but its own.
pub fn document(title: &str, mask: Mask, body: &str) -> String {
    let mut page = String::with_capacity(body.len() + STYLE.len() + SCRIPT.len() + 1024);
    page.push_str("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let _ = writeln!(
        page,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">",
        BASE64_STANDARD.encode(Sha256::digest(SCRIPT))
    );
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    escape(&shown(&mask(title)), &mut page);
    page.push_str("</title>\n<style>\n");
    page.push_str(STYLE);
    page.push_str("</style>\n</head>\n<body>\n");
    page.push_str(body);
    page.push_str("<script>");
    page.push_str(SCRIPT);
    page.push_str("</script>\n</body>\n</html>\n");
    page
}

/// The picture of a flow, with what the script needs to walk a call through it.
pub fn picture(compiled: &Compiled, mask: Mask) -> String {
    let drawn = Picture::new(compiled, &[], mask).ok().zip(PictureFormat::named("svg"));
    let svg = drawn.map(|(picture, format)| (format.draw)(&picture, &DrawOptions::default()));
    let mut out = String::from("<div id=\"walk-place\"></div>\n<div id=\"picture-place\">");
    out.push_str(svg.as_deref().map_or("", without_prolog));
    out.push_str("</div>\n<script type=\"application/json\" id=\"walk\">");
    out.push_str(&walk::json(compiled, mask));
    out.push_str("</script>\n");
    out
}

/// An SVG as it may stand within HTML: without what only a file of its own begins with.
fn without_prolog(svg: &str) -> &str {
    svg.find("<svg").and_then(|at| svg.get(at..)).unwrap_or_default()
}
