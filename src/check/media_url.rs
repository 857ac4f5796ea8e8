//! Audio must come from an absolute `https` URL (or `http` on this machine).

use fluent_uri::Uri;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote};
use crate::flow::{Action, Directive, Node, Text};
use crate::host::is_this_machine;
use crate::resolve::codes::FOREIGN_INSERTION;
use crate::source::{Sources, Span};
use crate::speech::ssml_element;
use crate::spelling::is_blank;

pub static RULE: Rule = Rule { codes: &[&BAD, &INSECURE], check };

static BAD: Code = Code {
    id: "CX108",
    area: Area::Declaration,
    name: "bad-media-url",
    severity: Severity::Error,
    what: "A media URL is not an absolute `http` or `https` URL (RFC 3986, section 3).",
    why: "The platform fetches the audio during the call; a path or a file name means nothing there.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

static INSECURE: Code = Code {
    id: "CX401",
    area: Area::Lint,
    name: "insecure-media-url",
    severity: Severity::Error,
    what: "A media URL begins with `http` and names a host other than this machine.",
    why: "Anybody on the network path could change what the called party hears, including the disclosure.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "http://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows() {
        // What a generic `action` sends is up to the platform.
        let known = node.actions.iter().filter(|action| !matches!(action.directive, Directive::Other(_)));
        diagnostics_of(context, node, known.flat_map(Action::recordings), diagnostics);
    }
}

fn diagnostics_of<'a>(
    context: &Context<'_>,
    node: &Node,
    media: impl Iterator<Item = &'a Text>,
    diagnostics: &mut Diagnostics,
) {
    let sources = context.sources;
    for text in media {
        // A foreign insertion in the URL is already reported.
        let is_inside = |finding: &Diagnostic| {
            finding.code.id == FOREIGN_INSERTION.id
                && finding.span.is_some_and(|span| text.span.contains(span))
        };
        let Some(url) = text.value.as_deref() else { continue };
        // The platform fills in placeholders; here, each counts as a word.
        let filled = text.placeholders.then(|| url.replace(['{', '}'], ""));
        match judge(filled.as_deref().unwrap_or(url)) {
            UrlCheck::Good => {}
            UrlCheck::Bad(..) if diagnostics.iter().any(is_inside) => {}
            // A text with markup has a finding of another rule.
            UrlCheck::Bad(..) if ssml_element(url).is_some() => {}
            UrlCheck::Insecure => diagnostics.push(
                Diagnostic::new(
                    &INSECURE,
                    text.span,
                    format!("{} is fetched without encryption", quote(url)),
                )
                .here("`http` to another machine")
                .help(format!("write {}", quote(&format!("https{}", url.get(4..).unwrap_or_default()))))
                .fix(encrypted(sources, text.span))
                .given(context.flow.given.of(node, text.span)),
            ),
            UrlCheck::Bad(why, help) => diagnostics.push(
                Diagnostic::new(
                    &BAD,
                    text.span,
                    if is_blank(url) {
                        "the URL is empty".to_owned()
                    } else {
                        format!("{} is not an absolute URL: {why}", quote(url))
                    },
                )
                .here(why)
                .help(help)
                .fix(corrected(sources, text.span, url))
                .given(context.flow.given.of(node, text.span)),
            ),
        }
    }
}

/// Writes `https` for `http` if the string itself begins with it.
fn encrypted(sources: &Sources, literal: Span) -> Option<Fix> {
    let scheme = sources.text(literal).get(1..5).filter(|scheme| scheme.eq_ignore_ascii_case("http"))?;
    let start = literal.range().start + 1;
    Some(Fix::new("Write `https:`", Span::new(literal.file, start, start + scheme.len()), "https"))
}

/// Writes the correct URL if the string contains nothing else.
fn corrected(sources: &Sources, literal: Span, url: &str) -> Option<Fix> {
    let written = sources.text(literal).strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))?;
    let host = url.split('/').next().unwrap_or_default();
    let is_host = |host: &str| {
        let labels: Vec<&str> = host.split('.').collect();
        let is_label = |label: &&str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        labels.len() > 2 && labels.iter().all(is_label)
    };
    let whole = match url.strip_prefix("//") {
        Some(_) => format!("https:{url}"),
        None if url.contains("://") => url.to_owned(),
        None if is_host(host) && url.len() > host.len() => format!("https://{url}"),
        None => return None,
    };
    let mut encoded = String::with_capacity(whole.len());
    for character in whole.chars() {
        let mut bytes = [0; 4];
        match character {
            ' ' => encoded.push_str("%20"),
            _ if character.is_ascii() => encoded.push(character),
            _ => character
                .encode_utf8(&mut bytes)
                .bytes()
                .for_each(|byte| encoded.push_str(&format!("%{byte:02X}"))),
        }
    }
    let good = written == url && matches!(judge(&encoded), UrlCheck::Good);
    let inside = Span { start: literal.start + 1, end: literal.end - 1, ..literal };
    good.then(|| Fix::write(inside, encoded))
}

enum UrlCheck {
    Good,
    Insecure,
    Bad(&'static str, &'static str),
}

fn judge(url: &str) -> UrlCheck {
    const FORM: &str = "write a whole URL, such as `https://cdn.example.com/greeting.wav`";
    if is_blank(url) {
        return UrlCheck::Bad("it is empty", FORM);
    }
    if url.contains(char::is_whitespace) && !url.contains('/') {
        return UrlCheck::Bad(
            "it looks like a text to speak",
            "to speak a text, write `say \"TEXT\"` in the node's block; a recording is a whole URL, such as `https://cdn.example.com/greeting.wav`",
        );
    }
    if url.contains(char::is_whitespace) {
        return UrlCheck::Bad(
            "it contains white space",
            "write a space in a URL as `%20`; text to be spoken goes into `say \"TEXT\"`",
        );
    }
    if url.contains(['{', '}']) {
        return UrlCheck::Bad(
            "it contains a brace",
            "declare the field with `contact NAME` and insert it with `${NAME}`",
        );
    }
    if !url.is_ascii() {
        return UrlCheck::Bad(
            "it contains characters that a URL has to encode",
            "write each byte of them as `%` and two hexadecimal digits",
        );
    }
    let Ok(uri) = Uri::parse(url) else {
        let named = url.split_once("://").is_some_and(|(scheme, _)| matches!(scheme, "http" | "https"));
        return match (named, url.contains(['.', '/'])) {
            (true, _) => UrlCheck::Bad("it is malformed", FORM),
            (false, true) => UrlCheck::Bad("it has no `https://`", FORM),
            (false, false) => UrlCheck::Bad(
                "it has no `https://`",
                "write a whole URL, such as `https://cdn.example.com/greeting.wav`; to speak a text, write `say \"TEXT\"` in the node's block",
            ),
        };
    };
    let scheme = uri.scheme().as_str().to_ascii_lowercase();
    if !matches!(scheme.as_str(), "https" | "http") {
        return UrlCheck::Bad("it is neither `https` nor `http`", FORM);
    }
    match uri.authority().map(|authority| authority.host()) {
        None | Some("") => UrlCheck::Bad("it has no host", FORM),
        Some(host) if scheme == "https" || is_this_machine(host) => UrlCheck::Good,
        Some(_) => UrlCheck::Insecure,
    }
}
