//! One file's text to settings with their places, and findings.

use rustc_hash::FxHashSet;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::codes::{BAD_SETTING, NO_TOML};
use super::environment::in_variable;
use super::keys::{self, Key, Kind, Section};
use super::value;
use super::{mask, misplaced, secret};
use crate::diagnostics::{Diagnostic, Diagnostics, Mend, quote};
use crate::source::{FileId, NotUtf8, Source, Sources, Span};

/// How long an environment's name may be, in characters.
const MAX_NAME: usize = 64;

/// Which setting it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// One of the keys, in an environment if it stands in one.
    Key(&'static Key, Option<String>),
    /// A param of an environment's flows.
    Param(String, String),
}

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number, of days too.
    Number(i64),
    /// A text.
    Text(String),
    /// Several, each with its place.
    Texts(Vec<(String, Span)>),
}

/// A setting of one file.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Which it is.
    pub place: Place,
    /// What it says.
    pub value: Value,
    /// Where its key is written.
    pub key: Span,
    /// Where its value is written.
    pub span: Span,
}

/// What one file says.
#[derive(Debug, Default)]
pub struct Found {
    /// Its settings, in the order of the file.
    pub settings: Vec<Setting>,
    /// The environments that it names, with where.
    pub environments: Vec<(String, Span)>,
}

/// A table's entry.
pub(super) struct Entry<'t> {
    pub key: &'t str,
    pub span: Span,
    pub value: &'t Spanned<DeValue<'t>>,
}

/// Reads a file and adds it to the sources, with what nobody may see covered.
pub fn read(
    name: String,
    path: &std::path::Path,
    bytes: Vec<u8>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> (FileId, Found) {
    let source = Source::new(name, path, bytes);
    let text = source.text().to_owned();
    let not_utf8 = source.not_utf8();
    let secrets = mask::secrets(&text);
    let shown = match secrets.is_empty() {
        true => source,
        false => Source::new(source.name(), path, mask::masked(&text, &secrets).into_owned().into_bytes()),
    };
    let file = sources.add(shown);
    if let Some(found) = not_utf8 {
        diagnostics.push(no_text(file, found));
        return (file, Found::default());
    }
    let (table, errors) = DeTable::parse_recoverable(&text);
    let mut reader = Reader { file, sources, diagnostics, found: Found::default() };
    let broken = reader.report_syntax(&errors);
    // After a missing quote or bracket the rest may be anything.
    if !broken {
        reader.table(Section::Top, None, table.get_ref());
        reader.tell_environments_apart();
    }
    let found = reader.found;
    (file, found)
}

fn no_text(file: FileId, NotUtf8 { offset, binary, .. }: NotUtf8) -> Diagnostic {
    let (at, message) = match binary {
        true => (0, "the settings are no text".to_owned()),
        false => (offset, format!("the settings hold a byte that is not UTF-8, at offset {offset}")),
    };
    Diagnostic::new(&NO_TOML, Span::new(file, at, at + usize::from(!binary)), message)
        .here("no text")
        .help("save the file as UTF-8")
}

pub(super) struct Reader<'a> {
    pub file: FileId,
    pub sources: &'a Sources,
    pub diagnostics: &'a mut Diagnostics,
    found: Found,
}

impl Reader<'_> {
    /// Reports where the file is no TOML; whether its tables cannot be trusted.
    fn report_syntax(&mut self, errors: &[toml::de::Error]) -> bool {
        let mut broken = false;
        for error in errors {
            let is_duplicate = error.message().starts_with("duplicate key");
            // What comes after the first broken line usually follows from it.
            if broken && !is_duplicate {
                continue;
            }
            broken |= !is_duplicate;
            let at = error.span().unwrap_or_default();
            let span = Span::new(self.file, at.start, at.end);
            let diagnostic = if is_duplicate {
                let message = format!("{} is set twice", quote(self.sources.text(span).trim_matches('"')));
                Diagnostic::new(&NO_TOML, span, message)
                    .here("this one again")
                    .help("take one of the two out; TOML takes neither the first nor the last")
            } else {
                let message = format!("this is no TOML: {}", error.message());
                Diagnostic::new(&NO_TOML, span, message)
                    .here("here")
                    .note("the other settings are looked at once this line can be read")
            };
            self.diagnostics.push(diagnostic);
        }
        broken
    }

    pub(super) fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(self.file, range.start, range.end)
    }

    /// The entries of a table in the order of the file.
    pub(super) fn entries<'t>(&self, table: &'t DeTable<'t>) -> Vec<Entry<'t>> {
        let entry = |(key, value): (&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)| Entry {
            key: key.get_ref(),
            span: self.span(key),
            value,
        };
        let mut entries: Vec<Entry<'t>> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.span);
        entries
    }

    /// Reads a section. Sections nest three deep.
    fn table(&mut self, section: Section, environment: Option<&str>, table: &DeTable<'_>) {
        for entry in self.entries(table) {
            let inner = section.inner().iter().find(|(name, _)| *name == entry.key);
            let key = section.keys().find(|key| key.name == entry.key);
            match (inner, key) {
                (Some(&(_, Section::Environment)), _) => self.environments(&entry),
                (Some(&(_, Section::Params)), _) => self.params(environment.unwrap_or_default(), &entry),
                (Some(&(name, inner)), _) => match entry.value.get_ref() {
                    DeValue::Table(table) => self.table(inner, environment, table),
                    _ => self.no_section(&inner.path(environment), name, &entry),
                },
                (None, Some(key)) => self.key(key, environment, &entry),
                (None, None) => misplaced::report(self, section, environment, table, &entry),
            }
        }
    }

    fn environments(&mut self, entry: &Entry<'_>) {
        let DeValue::Table(environments) = entry.value.get_ref() else {
            self.report_env_list(entry);
            return;
        };
        for entry in self.entries(environments) {
            let DeValue::Table(table) = entry.value.get_ref() else {
                misplaced::outside_environment(self, &entry);
                continue;
            };
            if self.refuse_secrets(Some(entry.key), &format!("env.{}", entry.key), table) {
                continue;
            }
            if !may_name(entry.key) {
                let message = format!("{} cannot name an environment", quote(entry.key));
                self.diagnostics.push(
                    Diagnostic::new(&BAD_SETTING, entry.span, message)
                        .here("this name")
                        .help(format!("its lock file and its variables have the name in theirs: write up to {MAX_NAME} letters, digits, `-` and `_`")),
                );
                continue;
            }
            if misplaced::names_an_environment_like_a_section(self, &entry, table) {
                continue;
            }
            self.found.environments.push((entry.key.to_owned(), entry.span));
            self.table(Section::Environment, Some(entry.key), table);
        }
    }

    /// `[[env]]` and `env = "prod"`.
    fn report_env_list(&mut self, entry: &Entry<'_>) {
        let named = match entry.value.get_ref() {
            DeValue::Array(list) => list.iter().find_map(|one| match one.get_ref() {
                DeValue::Table(table) => {
                    if self.refuse_secrets(None, "env", table) {
                        return Some("NAME".to_owned());
                    }
                    table.iter().find(|(key, _)| matches!(&**key.get_ref(), "name" | "env")).and_then(
                        |(_, value)| match value.get_ref() {
                            DeValue::String(name) if may_name(name) => Some(name.to_string()),
                            _ => None,
                        },
                    )
                }
                _ => None,
            }),
            DeValue::String(name) if may_name(name) => Some(name.to_string()),
            _ => None,
        };
        let header = Section::Environment.header(Some(named.as_deref().unwrap_or("NAME")));
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, entry.span, "`env` holds sections, one for each environment")
                .here("not a section")
                .help(format!("write `{header}` above the settings of each environment")),
        );
    }

    fn no_section(&mut self, path: &str, name: &str, entry: &Entry<'_>) {
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, entry.span, format!("`{path}` is a section"))
                .here("not a section")
                .help(format!("write `[{path}]` above its settings, or `{name} = {{ … }}`")),
        );
    }

    fn params(&mut self, environment: &str, entry: &Entry<'_>) {
        let DeValue::Table(params) = entry.value.get_ref() else {
            self.diagnostics.push(
                Diagnostic::new(
                    &BAD_SETTING,
                    entry.span,
                    format!("`{}` is a section", Section::Params.path(Some(environment))),
                )
                .here("not a section")
                .help("write `params = { queue = \"…\" }`"),
            );
            return;
        };
        for entry in self.entries(params) {
            let full = Section::Params.name_of(Some(environment), entry.key);
            if secret::is_secret_param(entry.key) {
                self.diagnostics.push(secret::secret_param(&full, entry.span));
                continue;
            }
            let value = match entry.value.get_ref() {
                DeValue::String(text) => text.to_string(),
                DeValue::Integer(number) => match whole(number) {
                    Some(number) => number.to_string(),
                    None => {
                        self.bad_param(&full, &entry);
                        continue;
                    }
                },
                DeValue::Table(table) => {
                    misplaced::dotted_param(self, &full, &entry, table);
                    continue;
                }
                _ => {
                    self.bad_param(&full, &entry);
                    continue;
                }
            };
            self.add(Place::Param(environment.to_owned(), entry.key.to_owned()), Value::Text(value), &entry);
        }
    }

    fn bad_param(&mut self, full: &str, entry: &Entry<'_>) {
        let span = self.span(entry.value);
        let diagnostic =
            Diagnostic::new(&BAD_SETTING, span, format!("{} is no text and no whole number", quote(full)))
                .here("neither a text nor a whole number");
        let written = self.sources.text(span);
        let is_plain = !matches!(entry.value.get_ref(), DeValue::Array(_)) && !written.contains(['"', '\\']);
        self.diagnostics.push(match is_plain {
            true => diagnostic
                .help(format!("write it as a text: `\"{written}\"`"))
                .mend(Mend::write(span, format!("\"{written}\""))),
            false => diagnostic.help("a param has one value: write it as a text"),
        });
    }

    fn add(&mut self, place: Place, value: Value, entry: &Entry<'_>) {
        let span = self.span(entry.value);
        self.found.settings.push(Setting { place, value, key: entry.span, span });
    }

    /// Reads the value of a key that there is.
    fn key(&mut self, key: &'static Key, environment: Option<&str>, entry: &Entry<'_>) {
        let full = key.section.name_of(environment, key.name);
        let value = match (key.kind, entry.value.get_ref()) {
            (Kind::Flag, DeValue::Boolean(flag)) => Some(Value::Flag(*flag)),
            (Kind::Number(least, most), DeValue::Integer(number)) => match whole(number) {
                Some(number) if (least..=most).contains(&number) => Some(Value::Number(number)),
                _ => {
                    let message = format!("`{full}` is a whole number from {least} to {most}");
                    self.bad(key, entry, message);
                    return;
                }
            },
            (Kind::Days, DeValue::String(text)) => match value::days(text.trim()) {
                Some(days) => Some(Value::Number(days)),
                None => {
                    let message = format!("`{full}` is a time, and {} is none", quote(text));
                    self.diagnostics.push(
                        Diagnostic::new(&BAD_SETTING, self.span(entry.value), message)
                            .here("no time")
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
            (Kind::Texts(check), DeValue::Array(list)) => self.texts(&full, key, list, environment, check),
            _ => None,
        };
        match value {
            Some(value) => self.add(Place::Key(key, environment.map(str::to_owned)), value, entry),
            None => self.wrong_type(&full, key, entry),
        }
    }

    /// The texts of a list, those that are wrong left out; `None` if something else is in it.
    fn texts(
        &mut self,
        full: &str,
        key: &'static Key,
        list: &DeArray<'_>,
        environment: Option<&str>,
        check: value::Check,
    ) -> Option<Value> {
        let mut texts = Vec::new();
        for one in list {
            let DeValue::String(text) = one.get_ref() else { return None };
            texts.push((text.trim().to_owned(), self.span(one)));
        }
        texts.retain(|(text, span)| self.text(full, key, text, *span, environment, check));
        Some(Value::Texts(texts))
    }

    /// Whether a text is one that the key takes, which is reported where it is not.
    fn text(
        &mut self,
        full: &str,
        key: &'static Key,
        text: &str,
        span: Span,
        environment: Option<&str>,
        check: value::Check,
    ) -> bool {
        if text.trim().is_empty() {
            let message = format!("`{full}` is empty");
            let message = if matches!(key.kind, Kind::Texts(_)) {
                format!("`{full}` has an empty text in it")
            } else {
                message
            };
            self.bad_at(key, span, message, "nothing between the quotes", ", or take it out");
            return false;
        }
        let Err(wrong) = check(text.trim(), environment.unwrap_or_default()) else { return true };
        let mut diagnostic = Diagnostic::new(&BAD_SETTING, span, format!("`{full}`{}", wrong.is))
            .here("this value")
            .mend(wrong.near.map(|near| Mend::write(span, keys::text(near))));
        if let Some(help) = wrong.help {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
        false
    }

    fn bad(&mut self, key: &Key, entry: &Entry<'_>, message: String) {
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

    fn wrong_type(&mut self, full: &str, key: &'static Key, entry: &Entry<'_>) {
        let is = match key.kind {
            Kind::Flag => "`true` or `false`",
            Kind::Number(..) => "a whole number",
            Kind::Days => "a time between quotes",
            Kind::Text(_) => "a text",
            Kind::Texts(_) => "a list of texts",
        };
        let span = self.span(entry.value);
        let table = matches!(entry.value.get_ref(), DeValue::Table(_));
        let mend = match (key.kind, entry.value.get_ref()) {
            (Kind::Texts(check), DeValue::String(text))
                if !text.trim().is_empty() && check(text.trim(), "").is_ok() =>
            {
                Some(Mend::write(span, format!("[{}]", keys::text(text))))
            }
            (Kind::Flag, DeValue::String(text)) if matches!(&**text, "true" | "false") => {
                Some(Mend::write(span, text.to_string()))
            }
            (Kind::Number(least, most), DeValue::String(text)) => {
                let number = text.trim().parse::<i64>().ok();
                number
                    .filter(|number| (least..=most).contains(number))
                    .map(|number| Mend::write(span, number.to_string()))
            }
            _ => None,
        };
        // A section's own text is all that stands in it.
        let span = if table { entry.span } else { span };
        let help = format!("write `{} = {}`", key.name, key.example);
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, span, format!("`{full}` is {is}"))
                .here("of another type")
                .help(help)
                .mend(mend),
        );
    }

    /// Looks through a section and all that is in it for what looks like a secret; whether any was
    /// found. Params are looked at where they are read.
    pub(super) fn refuse_secrets(
        &mut self,
        environment: Option<&str>,
        path: &str,
        table: &DeTable<'_>,
    ) -> bool {
        let before = self.diagnostics.iter().count();
        let params = format!("{path}.params");
        let paths = format!("{path}.paths");
        let mut open = vec![(path.to_owned(), table)];
        while let Some((path, table)) = open.pop() {
            if environment.is_some() && path == params {
                continue;
            }
            for entry in self.entries(table) {
                let full = format!("{path}.{}", keys::key(entry.key));
                let is_path = path == paths && entry.key == "token";
                if secret::is_secret(entry.key) && !is_path {
                    self.diagnostics.push(secret::secret(environment, entry.key, &full, entry.span));
                    continue;
                }
                let mut values = vec![entry.value];
                while let Some(value) = values.pop() {
                    match value.get_ref() {
                        DeValue::Table(table) => open.push((full.clone(), table)),
                        DeValue::Array(list) => values.extend(list.iter()),
                        _ => {}
                    }
                }
            }
        }
        self.diagnostics.iter().count() > before
    }

    /// Names that lock files and variables have in theirs, which must not come to the same.
    fn tell_environments_apart(&mut self) {
        let mut known: FxHashSet<usize> = FxHashSet::default();
        let environments = std::mem::take(&mut self.found.environments);
        for (index, (name, span)) in environments.iter().enumerate() {
            let same = environments
                .iter()
                .take(index)
                .position(|(other, _)| in_variable(other) == in_variable(name) && other != name);
            if let Some((other, first)) = same.and_then(|same| environments.get(same))
                && known.insert(index)
            {
                self.diagnostics.push(alike(name, *span, other, *first));
            }
        }
        self.found.environments = environments;
    }
}

/// What is said of two environments whose names are hardly different.
pub(super) fn alike(name: &str, span: Span, other: &str, first: Span) -> Diagnostic {
    let variables = format!("CXONE_{}_…", in_variable(name));
    let message = format!(
        "the environments {} and {} both have the variables `{variables}`",
        quote(other),
        quote(name)
    );
    Diagnostic::new(&BAD_SETTING, span, message)
        .here("the same but for a few signs")
        .label(first, "the other one")
        .help("give one of them another name; if they are meant to be one, write both alike")
}

fn may_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(plain)
}

fn whole(number: &toml::de::DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}
