//! Shows the settings in force as TOML, with the origin of each.

use rustc_hash::{FxHashMap, FxHashSet};

use super::keys::{self, Section};
use super::setting::{Setting, SettingId, Value};
use super::{NAME, Settings};
use crate::source::{Sources, Span};

impl Settings {
    /// Every setting that counts for a flow, and the line that it comes from.
    pub fn shown(&self, flow: &str, sources: &Sources) -> String {
        let mut lines = vec![SettingLine::plain(match self.files().is_empty() {
            true => format!("# {flow}: there is no {NAME}"),
            false => format!("# {flow}"),
        })];
        self.section(&mut lines, Section::Top, None, sources);
        self.section(&mut lines, Section::Platform, None, sources);
        self.section(&mut lines, Section::Defaults, None, sources);
        self.section(&mut lines, Section::Studio, None, sources);
        for environment in self.environments() {
            for section in [Section::Environment, Section::Params, Section::Paths, Section::Studio] {
                self.section(&mut lines, section, Some(environment), sources);
            }
        }
        written(&lines)
    }

    /// Every setting that counts for a flow: its full name, and its value as TOML writes it.
    pub fn named(&self) -> Vec<(String, String)> {
        let mut named: Vec<(String, String)> = Vec::new();
        let mut known: FxHashMap<&SettingId, usize> = FxHashMap::default();
        for setting in self.iter() {
            let name = match &setting.place {
                SettingId::Key(key, environment) => key.section.name_of(environment.as_deref(), key.name),
                SettingId::Param(environment, name) => Section::Params.name_of(Some(environment), name),
            };
            let value = match &setting.value {
                Value::Flag(flag) => flag.to_string(),
                Value::Number(number) => number.to_string(),
                Value::Text(text) => crate::spelling::toml_string(text),
                Value::Texts(texts) => {
                    let texts: Vec<String> =
                        texts.iter().map(|(text, _)| crate::spelling::toml_string(text)).collect();
                    texts.join(", ")
                }
            };
            match known.get(&setting.place).and_then(|&at| named.get_mut(at)) {
                // The lists of several files add up; of the others the first one counts.
                Some((_, texts)) if matches!(setting.value, Value::Texts(_)) && !value.is_empty() => {
                    texts.push_str(if texts.is_empty() { "" } else { ", " });
                    texts.push_str(&value);
                }
                Some(_) => {}
                None => {
                    known.insert(&setting.place, named.len());
                    named.push((name, value));
                }
            }
        }
        named
    }

    fn section(
        &self,
        lines: &mut Vec<SettingLine>,
        section: Section,
        environment: Option<&str>,
        sources: &Sources,
    ) {
        let mut settings: Vec<&Setting> = self.of_section(section, environment).collect();
        settings.sort_by_key(|setting| match &setting.place {
            SettingId::Key(key, _) => keys::ALL.iter().position(|other| other == key),
            SettingId::Param(..) => None,
        });
        // An environment exists even without settings.
        if settings.is_empty() && section != Section::Environment {
            return;
        }
        if section != Section::Top {
            lines.push(SettingLine::plain(String::new()));
            lines.push(SettingLine::plain(section.header(environment)));
        }
        let from = |span: Span| format!("{}:{}", sources.get(span.file).name(), sources.position(span).line);
        let mut written: FxHashSet<&SettingId> = FxHashSet::default();
        for setting in &settings {
            let name = match &setting.place {
                SettingId::Key(key, _) => keys::key(key.name),
                SettingId::Param(_, name) => keys::key(name),
            };
            if !written.insert(&setting.place) {
                continue;
            }
            let value = match &setting.value {
                Value::Flag(flag) => flag.to_string(),
                Value::Number(days) if is_days(&setting.place) => crate::spelling::toml_string(
                    &crate::diagnostics::counted(usize::try_from(*days).unwrap_or_default(), "day"),
                ),
                Value::Number(number) => number.to_string(),
                // A param that is written as a number is shown as one.
                Value::Text(number) if is_bare_number(number, sources.text(setting.span)) => number.clone(),
                Value::Text(text) => crate::spelling::toml_string(text),
                Value::Texts(_) => {
                    let merged = settings.iter().filter(|other| other.place == setting.place);
                    let texts: Vec<&(String, Span)> = merged
                        .flat_map(|other| match &other.value {
                            Value::Texts(texts) => texts.as_slice(),
                            _ => &[],
                        })
                        .collect();
                    if texts.is_empty() {
                        lines.push(SettingLine {
                            text: format!("{name} = []"),
                            from: Some(from(setting.span)),
                        });
                        continue;
                    }
                    lines.push(SettingLine::plain(format!("{name} = [")));
                    lines.extend(texts.into_iter().map(|(text, span)| SettingLine {
                        text: format!("  {},", crate::spelling::toml_string(text)),
                        from: Some(from(*span)),
                    }));
                    lines.push(SettingLine::plain("]".to_owned()));
                    continue;
                }
            };
            lines.push(SettingLine { text: format!("{name} = {value}"), from: Some(from(setting.span)) });
        }
    }
}

fn is_days(place: &SettingId) -> bool {
    matches!(place, SettingId::Key(key, _) if matches!(key.kind, keys::Kind::Days(_)))
}

struct SettingLine {
    text: String,
    from: Option<String>,
}

impl SettingLine {
    fn plain(text: String) -> Self {
        Self { text, from: None }
    }
}

/// The widest value that still affects the column of the origins.
const WIDEST: usize = 50;

fn written(lines: &[SettingLine]) -> String {
    let width = |line: &SettingLine| line.text.chars().count();
    let widths = lines.iter().filter(|line| line.from.is_some()).map(width);
    let column = widths.filter(|&width| width <= WIDEST).max().unwrap_or_default();
    let line = |line: &SettingLine| match &line.from {
        None => format!("{}\n", line.text),
        Some(from) => format!("{:column$}  # {from}\n", line.text),
    };
    lines.iter().map(line).collect()
}

/// Whether a value is written as a number in its file, without quotes.
fn is_bare_number(value: &str, written: &str) -> bool {
    value.parse::<i64>().is_ok() && !written.starts_with(['"', '\''])
}
