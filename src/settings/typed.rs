//! Checks that the value of each key has the right type.

use rustc_hash::FxHashMap;
use toml::de::{DeArray, DeInteger, DeValue};

use super::codes::BAD_SETTING;
use super::keys::{self, Key, Kind, LANGUAGE};
use super::reader::{Reader, TableEntry};
use super::setting::{SettingId, Value};
use super::{platform_words, value};
use crate::diagnostics::{Diagnostic, Fix, Severity, quote};
use crate::source::Span;

impl Reader<'_> {
    /// Reads the value of a known key.
    pub(super) fn key(&mut self, key: &'static Key, environment: Option<&str>, entry: &TableEntry<'_>) {
        let full = key.section.name_of(environment, key.name);
        let value = match (key.kind, entry.value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Kind::Number(least, most), DeValue::Integer(number)) => match whole(number) {
                Some(number) if (least..=most).contains(&number) => Some(Value::Number(number)),
                _ => {
                    let message = format!("`{full}` must be a whole number from {least} to {most}");
                    self.bad(key, entry, message);
                    return;
                }
            },
            (Kind::Version, DeValue::Integer(number)) => match whole(number) {
                Some(LANGUAGE) => Some(Value::Number(LANGUAGE)),
                _ => {
                    self.report_version(&full, key, number.as_str(), entry);
                    return;
                }
            },
            (Kind::Days(most), DeValue::String(text)) => match value::days(text.trim()) {
                Some(days) => {
                    if days > most {
                        self.report_limitless(&full, text.trim(), most, entry);
                    }
                    Some(Value::Number(days))
                }
                None => {
                    let message = format!("`{full}` must be a time, and {} is not one", quote(text));
                    self.diagnostics.push(
                        Diagnostic::new(&BAD_SETTING, self.span(entry.value), message)
                            .here("not a time")
                            .help("write days, weeks, months or years, as in `\"90 days\"` or `\"1 year\"`"),
                    );
                    return;
                }
            },
            (Kind::Text(check), DeValue::String(text)) => {
                let span = self.span(entry.value);
                if !self.text(&full, key, text, span, environment, check) {
                    return;
                }
                Some(Value::Text(text.trim().to_owned()))
            }
            (Kind::Texts(check), DeValue::String(text)) if key.may_be_one => {
                let span = self.span(entry.value);
                if !self.text(&full, key, text, span, environment, check) {
                    return;
                }
                Some(Value::Texts(vec![(text.trim().to_owned(), span)]))
            }
            (Kind::Texts(check), DeValue::Array(list)) => self.texts(&full, key, list, environment, check),
            _ => None,
        };
        match value {
            Some(value) => self.add(SettingId::Key(key, environment.map(str::to_owned)), value, entry),
            None => self.wrong_type(&full, key, entry),
        }
    }

    /// The texts of a list without the wrong ones; `None` if something else is in the list.
    fn texts(
        &mut self,
        full: &str,
        key: &'static Key,
        list: &DeArray<'_>,
        environment: Option<&str>,
        check: value::ValueCheck,
    ) -> Option<Value> {
        let mut texts = Vec::new();
        for element in list {
            let DeValue::String(text) = element.get_ref() else { return None };
            texts.push((text.trim().to_owned(), self.span(element)));
        }
        texts.retain(|(text, span)| self.text(full, key, text, *span, environment, check));
        for (text, span) in &texts {
            self.report_misspelt_word(full, key, text, *span);
        }
        self.report_twice(full, key, &texts);
        Some(Value::Texts(texts))
    }

    /// Reports a name that has two values, where each text gives a value to a name.
    fn report_twice(&mut self, full: &str, key: &'static Key, texts: &[(String, Span)]) {
        if ![&keys::VOICES, &keys::LIBRARY_IDS, &keys::ANSWER_BRANCHES, &keys::HOURS_PROFILES].contains(&key)
        {
            return;
        }
        let mut first: FxHashMap<String, Span> = FxHashMap::default();
        for (text, span) in texts {
            let Some((name, _)) = value::pair(text) else { continue };
            let Some(before) = first.get(&name.to_ascii_lowercase()) else {
                first.insert(name.to_ascii_lowercase(), *span);
                continue;
            };
            self.diagnostics.push(
                Diagnostic::new(&BAD_SETTING, *span, format!("`{full}` has {} twice", quote(name)))
                    .here("the second time")
                    .label(*before, "the first time")
                    .help("take out the one that does not hold"),
            );
        }
    }

    /// Whether the key accepts a text. Reports it if not.
    fn text(
        &mut self,
        full: &str,
        key: &'static Key,
        text: &str,
        span: Span,
        environment: Option<&str>,
        check: value::ValueCheck,
    ) -> bool {
        if text.trim().is_empty() {
            let message = format!("`{full}` is empty");
            let message = if matches!(key.kind, Kind::Texts(_)) {
                format!("`{full}` holds an empty text")
            } else {
                message
            };
            self.bad_at(key, span, message, "nothing between the quotes", ", or take it out");
            return false;
        }
        let Err(wrong) = check(text.trim(), environment.unwrap_or_default()) else { return true };
        let mut diagnostic = Diagnostic::new(&BAD_SETTING, span, format!("`{full}`{}", wrong.is))
            .here("this value")
            .fix(wrong.near.map(|near| Fix::write(span, crate::spelling::toml_string(near))));
        if let Some(help) = wrong.help {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
        false
    }

    /// Reports a word of `[platform]` that is one typo away from a word of the language.
    fn report_misspelt_word(&mut self, full: &str, key: &'static Key, text: &str, span: Span) {
        let Some(near) = platform_words::word_of_language(key, text) else { return };
        let message = format!("`{full}` has {}, which is one typo away from `{near}`", quote(text));
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, span, message)
                .severity(Severity::Warning)
                .here("perhaps a typo")
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::write(span, crate::spelling::toml_string(near))),
        );
    }

    /// Reports a limit that is too large to have an effect.
    fn report_limitless(&mut self, full: &str, text: &str, most: i64, entry: &TableEntry<'_>) {
        let message = format!("`{full}` is {}, so it limits nothing", quote(text));
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, self.span(entry.value), message)
                .severity(Severity::Warning)
                .here(format!("longer than {} years", most / value::YEAR))
                .help("write a time after which somebody decides again, as in `\"90 days\"` or `\"1 year\"`"),
        );
    }

    fn report_version(&mut self, full: &str, key: &Key, number: &str, entry: &TableEntry<'_>) {
        let span = self.span(entry.value);
        let message = format!("`{full}` is {number}, and this compiler supports version {LANGUAGE}");
        let help = match number.parse::<i64>() {
            Ok(number) if number < LANGUAGE => format!("write `{} = {LANGUAGE}`, the first", key.name),
            _ => format!("use a newer `cxflowc`, or write `{} = {LANGUAGE}`", key.name),
        };
        self.diagnostics
            .push(Diagnostic::new(&BAD_SETTING, span, message).here("another version").help(help));
    }

    fn bad(&mut self, key: &Key, entry: &TableEntry<'_>, message: String) {
        let span = self.span(entry.value);
        self.bad_at(key, span, message, "this value", "");
    }

    fn bad_at(&mut self, key: &Key, span: Span, message: String, here: &str, or: &str) {
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, span, message)
                .here(here)
                .help(format!("write `{} = {}`{or}", key.name, key.example)),
        );
    }

    fn wrong_type(&mut self, full: &str, key: &'static Key, entry: &TableEntry<'_>) {
        let is = match key.kind {
            Kind::Flag => "`true` or `false`",
            Kind::Number(..) | Kind::Version => "a whole number",
            Kind::Days(_) => "a time between quotes",
            Kind::Text(_) => "a text",
            Kind::Texts(_) if key.may_be_one => "a text or a list of texts",
            Kind::Texts(_) => "a list of texts",
        };
        let span = self.span(entry.value);
        let table = matches!(entry.value.get_ref(), DeValue::Table(_));
        let fix = match (key.kind, entry.value.get_ref()) {
            (Kind::Texts(check), DeValue::String(text))
                if !text.trim().is_empty() && check(text.trim(), "").is_ok() =>
            {
                Some(Fix::write(span, format!("[{}]", crate::spelling::toml_string(text))))
            }
            (Kind::Flag, DeValue::String(text)) if matches!(&**text, "true" | "false") => {
                Some(Fix::write(span, text.to_string()))
            }
            (Kind::Version, DeValue::String(text)) => {
                let number = text.trim().parse::<i64>().ok();
                number.filter(|&number| number == LANGUAGE).map(|number| Fix::write(span, number.to_string()))
            }
            (Kind::Number(least, most), DeValue::String(text)) => {
                let number = text.trim().parse::<i64>().ok();
                number
                    .filter(|number| (least..=most).contains(number))
                    .map(|number| Fix::write(span, number.to_string()))
            }
            _ => None,
        };
        // A table's span would cover all of its content.
        let span = if table { entry.span } else { span };
        let help = format!("write `{} = {}`", key.name, key.example);
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, span, format!("`{full}` must be {is}"))
                .here("this has another type")
                .help(help)
                .fix(fix),
        );
    }
}

/// The value of a TOML integer, if it fits.
pub(super) fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
