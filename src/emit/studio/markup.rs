//! Texts with markup of SSML: a SNIPPET gives the markup to a variable, and what is played names the variable.
//!
//! The vendor's documentation of Cloud TTS says it so: the markup is assigned in a SNIPPET and played by its variable, which
//! has fewer than 300 characters; each element has one attribute at most, and names no XML namespace. Its documentation of
//! texts in snippets has the escapes behind `$"`, and says that braces stand for a variable.

use super::actions::{self, SEGMENT};
use super::build::{Builder, Chain};
use super::names::{MARKUP, OF_RETRY, OF_SILENCE, variable};
use crate::diagnostics::Diagnostic;
use crate::emit::studio::codes::TENANT_VALUE;
use crate::flow::{self, Ssml, Text};
use crate::spelling::is_name;

impl Builder<'_> {
    /// Gives the markup of an action to a variable.
    pub(super) fn keep_markup(&mut self, chain: &mut Chain<'_>, ssml: Option<&Ssml>, name: &str) {
        let Some(ssml) = ssml else { return };
        self.play_pending(chain);
        let text = of_script(&ssml.markup);
        if let Some((message, help)) = text.as_deref().map_or(Some(BRACE), unsayable) {
            self.not_said(ssml.markup.span, message, help);
        }
        let data = [("Data", assignment(name, &text.unwrap_or_default()))];
        let label = format!("{} sets {name}", chain.label);
        let snippet = self.add(&actions::SNIPPET, label, Some(chain.node), &data, None);
        self.follow(chain, snippet);
    }

    /// Reports markup that no voice of Cloud TTS speaks.
    pub(super) fn report_voiceless(&mut self, action: &flow::Action) {
        let Some(ssml) =
            action.ssml.as_deref().or_else(|| action.repeats().find_map(|(_, one)| one.ssml.as_deref()))
        else {
            return;
        };
        if !self.voices.speaks(action) {
            self.findings.push(
                Diagnostic::new(&TENANT_VALUE, ssml.markup.span, "only voices of Cloud TTS speak markup, and no voice is named for this text")
                    .here("needs a voice")
                    .help("add one to `voices` under `[studio]` in `cxflow.toml`, as in `voices = [\"default=polly:NAME\"]`"),
            );
        }
    }
}

type Reason = (&'static str, &'static str);

const BRACE: Reason = (
    "a brace in markup stands for a variable in a script of Studio",
    "write the text without braces, or leave it to a recording",
);

/// Markup as a script has it, where `{name}` is the value of a variable. `None` if it has another brace.
pub fn of_script(markup: &Text) -> Option<String> {
    let mut out = String::new();
    let mut rest = markup.value.as_deref().unwrap_or_default();
    while let Some((before, after)) = rest.split_once('{').filter(|_| markup.placeholders) {
        let (name, after) = after.split_once('}').filter(|(name, _)| is_name(name))?;
        if before.contains('}') {
            return None;
        }
        out.push_str(&format!("{before}{{{}}}", variable(name)));
        rest = after;
    }
    out.push_str(rest);
    (!rest.contains(['{', '}'])).then_some(out)
}

/// Why a script cannot say some markup.
fn unsayable(markup: &str) -> Option<Reason> {
    if markup.chars().count() >= SEGMENT {
        return Some((
            "markup has fewer than 300 characters in a script of Studio",
            "divide the text into several `say ssml`",
        ));
    }
    if markup.contains('\\') || markup.chars().any(|one| one.is_control() && !"\n\t\r".contains(one)) {
        return Some((
            "a script of Studio takes a backslash in markup for the beginning of something else",
            "write the text without it",
        ));
    }
    let mut tags = markup.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
    tags.find_map(|tag| {
        let attributes = tag.matches('=').count();
        if tag.contains("xmlns") {
            Some((
                "a script of Studio takes markup without a namespace of XML",
                "leave the attribute `xmlns` out",
            ))
        } else if attributes > 1 && attributes_of(tag) > 1 {
            Some((
                "an element of markup has one attribute at most in a script of Studio",
                "put one element into the other, each with one of the attributes",
            ))
        } else {
            None
        }
    })
}

/// How many attributes a tag has: signs of equality outside of quotation marks.
fn attributes_of(tag: &str) -> usize {
    let (mut quote, mut count) = (None, 0);
    for one in tag.chars() {
        match quote {
            Some(end) if one == end => quote = None,
            Some(_) => {}
            None if one == '"' || one == '\'' => quote = Some(one),
            None => count += usize::from(one == '='),
        }
    }
    count
}

/// `ASSIGN name = $"…"`
fn assignment(name: &str, text: &str) -> String {
    let mut out = format!("ASSIGN {name} = $\"");
    for one in text.chars() {
        match one {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            one => out.push(one),
        }
    }
    out.push('"');
    out
}

/// The variable and the markup that a snippet assigns. `None` if it does anything else.
pub fn assigned(data: &str) -> Option<(&'static str, String)> {
    let (name, rest) = data.strip_prefix("ASSIGN ")?.split_once(" = $\"")?;
    let name = [MARKUP, OF_RETRY, OF_SILENCE].into_iter().find(|own| *own == name)?;
    let mut out = String::new();
    let mut rest = rest.strip_suffix('"')?.chars();
    while let Some(one) = rest.next() {
        out.push(match one {
            '\\' => match rest.next()? {
                '"' => '"',
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                _ => return None,
            },
            '"' => return None,
            one => one,
        });
    }
    Some((name, out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(markup: &str) -> Option<&'static str> {
        unsayable(markup).map(|(message, _)| message)
    }

    #[test]
    fn what_is_assigned_is_read_again() {
        for text in ["<speak>Hi</speak>", "<speak xml:lang=\"en\">\n\tA & 'b'\r\n</speak>", "", "{name}"] {
            let data = assignment(OF_RETRY, text);
            assert_eq!(assigned(&data), Some((OF_RETRY, text.to_owned())), "{data}");
        }
        for odd in [
            "ASSIGN v = $\"a\"",
            "ASSIGN cxflow_markup = \"a\"",
            "ASSIGN cxflow_markup = $\"a",
            "ASSIGN cxflow_markup = $\"a\\\"",
            "ASSIGN cxflow_markup = $\"a\" ASSIGN b = \"c\"",
            "ASSIGN cxflow_markup = $\"\\x\"",
            "",
        ] {
            assert_eq!(assigned(odd), None, "{odd}");
        }
    }

    #[test]
    fn elements_have_one_attribute_and_no_namespace() {
        assert_eq!(
            reason("<speak>Now <break time=\"1s\"/> <say-as interpret-as='a=b'>x</say-as></speak>"),
            None
        );
        assert!(reason("<speak><prosody rate=\"slow\" pitch='low'>x</prosody></speak>").is_some());
        assert!(reason("<speak xmlns=\"http://www.w3.org/2001/10/synthesis\">x</speak>").is_some());
        assert!(reason("<speak>a\\b</speak>").is_some());
        assert!(reason(&"x".repeat(300)).is_some());
        assert_eq!(reason(&"x".repeat(299)), None);
    }

    #[test]
    fn braces_are_variables() {
        let of = |value: &str, placeholders| {
            let span = crate::source::Span::new(crate::table::Id::from_index(0), 0, 0);
            of_script(&Text { value: Some(value.into()), span, placeholders })
        };
        assert_eq!(of("a {b.c} d", true).as_deref(), Some("a {b__c} d"));
        assert_eq!(of("a {b.c} d", false), None);
        assert_eq!(of("a } {b}", true), None);
        assert_eq!(of("a {", true), None);
        assert_eq!(of("a {b c}", true), None);
    }
}
