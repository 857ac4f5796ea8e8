//! Unknown keys and sections, and what was probably meant.

use toml::de::{DeTable, DeValue};

use super::codes::{BAD_SETTING, UNKNOWN_SETTING};
use super::environment::in_variable;
use super::keys::{self, Key, Section};
use super::reader::{Reader, TableEntry};
use super::secret;
use crate::diagnostics::suggest::{is_one_typo, nearest};
use crate::diagnostics::{Diagnostic, Fix, line_break, list_of, quote};
use crate::source::Span;

/// Other names that people give to the sections.
const ENVIRONMENTS: [&str; 9] =
    ["envs", "environment", "environments", "stage", "stages", "profile", "profiles", "tenant", "tenants"];
const PARAMS: [&str; 8] = ["param", "parameters", "parameter", "set", "vars", "variables", "values", "args"];

/// Reports the keys that a section does not have. Several keys that resemble no setting are one mistake:
/// the header above them is missing.
pub fn report_all(
    reader: &mut Reader<'_>,
    section: Section,
    environment: Option<&str>,
    table: &DeTable<'_>,
    unknown: &[TableEntry<'_>],
) {
    let (unfamiliar, others): (Vec<&TableEntry<'_>>, Vec<&TableEntry<'_>>) =
        unknown.iter().partition(|entry| section != Section::Environment && is_unfamiliar(section, entry));
    for entry in others {
        report(reader, section, environment, table, entry);
    }
    match unfamiliar.as_slice() {
        [] => {}
        [one] => report(reader, section, environment, table, one),
        [first, more @ ..] => report_unfamiliar(reader, section, environment, first, more),
    }
}

/// Whether a key resembles no setting, so that it may be a param.
fn is_unfamiliar(section: Section, entry: &TableEntry<'_>) -> bool {
    matches!(entry.value.get_ref(), DeValue::String(_) | DeValue::Integer(_))
        && !secret::is_secret(entry.key)
        && elsewhere(section, entry.key).is_none()
        && quoted_path(entry.key).is_none()
        && near(section, entry.key, entry.value.get_ref()).is_none()
}

/// Reports several keys of one section that resemble no setting.
fn report_unfamiliar(
    reader: &mut Reader<'_>,
    section: Section,
    environment: Option<&str>,
    first: &TableEntry<'_>,
    more: &[&TableEntry<'_>],
) {
    const SHOWN: usize = 5;
    let place = match section {
        Section::Top => "there are no settings".to_owned(),
        _ => format!("{} has no settings", section.header(environment)),
    };
    let keys: Vec<&str> = std::iter::once(first).chain(more.iter().copied()).map(|entry| entry.key).collect();
    let mut names: Vec<String> = keys.iter().take(SHOWN).map(|key| quote(key)).collect();
    if keys.len() > SHOWN {
        names.push(format!("{} more", keys.len() - SHOWN));
    }
    let message = format!("{place} {}", list_of(&names, "and"));
    let help = format!(
        "params of flows belong below the header `{}`: is it missing above {}?",
        Section::Params.header(environment),
        quote(first.key)
    );
    let finding = Diagnostic::new(&UNKNOWN_SETTING, first.span, message).here("not a setting").help(help);
    let others = more.iter().take(SHOWN - 1);
    let finding = others.fold(finding, |finding, entry| finding.label(entry.span, "nor is this"));
    reader.diagnostics.push(finding);
}

/// Reports a key that the section does not have.
fn report(
    reader: &mut Reader<'_>,
    section: Section,
    environment: Option<&str>,
    table: &DeTable<'_>,
    entry: &TableEntry<'_>,
) {
    let full = section.name_of(environment, entry.key);
    if secret::is_secret(entry.key) {
        reader.diagnostics.push(secret::secret(environment, entry.key, &full, entry.span));
        return;
    }
    let mut inside = vec![entry.value];
    while let Some(value) = inside.pop() {
        match value.get_ref() {
            DeValue::Table(table) if reader.refuse_secrets(environment, &full, table) => return,
            DeValue::Array(list) => inside.extend(list.iter()),
            _ => {}
        }
    }
    let is_table = matches!(entry.value.get_ref(), DeValue::Table(_));
    let message = match (section, is_table) {
        (Section::Top, true) => format!("there is no section `[{full}]`"),
        (Section::Top, false) => format!("there is no setting {}", quote(&full)),
        (_, true) => format!("{} has no section {}", section.header(environment), quote(entry.key)),
        (_, false) => format!("{} has no setting {}", section.header(environment), quote(entry.key)),
    };
    let diagnostic = Diagnostic::new(&UNKNOWN_SETTING, entry.span, message).here("not a setting");
    let diagnostic = suggest(reader, section, environment, table, entry, diagnostic);
    reader.diagnostics.push(diagnostic);
}

/// Adds what to write instead.
fn suggest(
    reader: &Reader<'_>,
    section: Section,
    environment: Option<&str>,
    table: &DeTable<'_>,
    entry: &TableEntry<'_>,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let is_table = matches!(entry.value.get_ref(), DeValue::Table(_));
    if section == Section::Environment
        && matches!(&*entry.key.to_lowercase().replace('-', "_"), "client_id" | "clientid")
    {
        let name = in_variable(environment.unwrap_or("NAME"));
        return diagnostic.help(format!("give the client's id in the variable CXONE_{name}_CLIENT_ID"));
    }
    if matches!(section, Section::Top | Section::Environment)
        && is_table
        && matches!(entry.key, "facts" | "fact")
    {
        return diagnostic.help(format!(
            "facts are stated in the flow; one that differs between environments takes a param: write `fact NAME = \"${{PARAM}}\"` there, and the value under `{}`",
            Section::Params.header(environment)
        ));
    }
    if let Some(found) = elsewhere(section, entry.key) {
        return belongs(reader, found, section, environment, entry, diagnostic);
    }
    if let Some(path) = quoted_path(entry.key) {
        return diagnostic
            .help(format!("inside quotes the dots do not divide the name: write `{path}` without them"))
            .fix(Some(Fix::write(entry.span, path)));
    }
    if let Some((near, inner)) = section_of_these(section, entry) {
        let diagnostic = diagnostic.help(format!("did you mean `{}`?", inner.header(environment)));
        let is_there = table.iter().any(|(key, _)| key.get_ref() == near);
        return diagnostic.fix((!is_there).then(|| Fix::write(entry.span, near)));
    }
    if let Some(name) = param_of_instance(reader, section, entry) {
        return diagnostic.help(format!(
            "if {} is an environment, write `{}`; if it is an instance, write `{} = …` under `{}`",
            quote(entry.key),
            Section::Params.header(Some(entry.key)),
            keys::key(&name),
            Section::Params.header(environment)
        ));
    }
    if let Some(near) = near(section, entry.key, entry.value.get_ref()) {
        let diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
        // If the right name is already there, the fix would add a second one.
        let is_there = table.iter().any(|(key, _)| key.get_ref() == near);
        return diagnostic.fix((!is_there).then(|| Fix::write(entry.span, near)));
    }
    match (section, entry.value.get_ref()) {
        (Section::Environment, DeValue::Table(inner)) if is_dotted(inner) => {
            let name = dotted(entry.key, inner);
            let header = Section::Params.header(environment);
            diagnostic.help(format!(
                "a param belongs under `{header}`, with its dotted name in quotes: `{}`",
                keys::key(&name)
            ))
        }
        (Section::Environment, DeValue::String(_) | DeValue::Integer(_)) => {
            let header = Section::Params.header(environment);
            let diagnostic =
                diagnostic.help(format!("if it is a param of a flow, it belongs under `{header}`"));
            let params = table.iter().find(|(key, _)| key.get_ref() == "params").is_some();
            let name = format!("params.{}", keys::key(entry.key));
            diagnostic.fix((!params).then(|| Fix::write(entry.span, name)))
        }
        (Section::Top, DeValue::Table(inner)) if looks_like_environment(inner) => diagnostic.help(format!(
            "environments are sections of `env`: write `{}`",
            Section::Environment.header(Some(entry.key))
        )),
        (Section::Top, DeValue::String(_) | DeValue::Integer(_)) => diagnostic.help(format!(
            "{}; a param of a flow belongs under `{}`",
            what_there_is(section, environment),
            Section::Params.header(environment)
        )),
        _ => diagnostic.help(what_there_is(section, environment)),
    }
}

/// `"env.prod.params"`: a path of sections that is quoted as a whole.
fn quoted_path(key: &str) -> Option<String> {
    let (first, rest) = key.split_once('.')?;
    let is_section = Section::Top.inner().iter().any(|(word, _)| *word == first);
    let parts: Vec<&str> = rest.split('.').collect();
    (is_section && parts.iter().all(|part| !part.is_empty()))
        .then(|| std::iter::once(first).chain(parts).map(keys::key).collect::<Vec<_>>().join("."))
}

/// The section of a name that is misspelt: `[default]` with the keys of `[defaults]`.
fn section_of_these(section: Section, entry: &TableEntry<'_>) -> Option<(&'static str, Section)> {
    let DeValue::Table(keys) = entry.value.get_ref() else { return None };
    let (near, inner) = section.inner().iter().find(|(word, _)| is_one_typo(entry.key, word))?;
    let has = |name: &str| inner.keys().any(|key| key.name == name);
    (!keys.is_empty() && keys.keys().all(|key| has(key.get_ref()))).then_some((*near, *inner))
}

/// `en.queue = "x"` at the top of the file, or `[en]` with such lines: the full name, unless it contains
/// something of an environment.
fn param_of_instance(reader: &Reader<'_>, section: Section, entry: &TableEntry<'_>) -> Option<String> {
    let DeValue::Table(inner) = entry.value.get_ref() else { return None };
    if section != Section::Top || !is_dotted(inner) {
        return None;
    }
    let name = dotted(entry.key, inner);
    let is_word = |word: &str| {
        let sections = [Section::Environment, Section::Paths].iter().flat_map(|section| section.keys());
        let inner = Section::Environment.inner().iter().map(|(word, _)| *word);
        sections.map(|key| key.name).chain(inner).any(|known| known == word)
    };
    let is_plain = PARAMS.contains(&entry.key) || ENVIRONMENTS.contains(&entry.key) || entry.key == "params";
    // A header nests sections; in a key, the dots belong to a name.
    let before = reader.sources.get(reader.file).slice(0..entry.span.range().start);
    let is_header = before.trim_end_matches([' ', '\t']).ends_with('[');
    let is_deep = inner.values().any(|value| matches!(value.get_ref(), DeValue::Table(_)));
    let is_other = is_plain || name.split('.').skip(1).any(is_word) || is_header && is_deep;
    (!is_other).then_some(name)
}

/// `its settings are policies and overridable, its sections [platform] and [env.NAME]`
fn what_there_is(section: Section, environment: Option<&str>) -> String {
    let names: Vec<&str> = section.keys().map(|key| key.name).collect();
    let inner: Vec<String> = section.inner().iter().map(|(_, inner)| inner.header(environment)).collect();
    let owner = if section == Section::Top { "the".to_owned() } else { "its".to_owned() };
    let mut text = format!("{owner} settings are {}", list_of(&names, "and"));
    if !inner.is_empty() {
        text.push_str(&format!("; {owner} sections {}", list_of(&inner, "and")));
    }
    text
}

/// A key or section that belongs elsewhere.
enum OtherSection {
    Key(&'static Key),
    Section(Section),
}

/// A key or section with exactly this name that belongs to another section.
fn elsewhere(section: Section, name: &str) -> Option<OtherSection> {
    let key = keys::ALL.iter().copied().find(|key| key.section != section && key.name == name);
    let inner = Section::ALL.iter().filter(|other| **other != section).flat_map(|other| other.inner());
    let inner =
        inner.filter(|(word, _)| *word == name).map(|(_, inner)| OtherSection::Section(*inner)).next();
    key.map(OtherSection::Key).or(inner)
}

fn belongs(
    reader: &Reader<'_>,
    found: OtherSection,
    section: Section,
    environment: Option<&str>,
    entry: &TableEntry<'_>,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let diagnostic = diagnostic.here("not here");
    match found {
        OtherSection::Section(inner) => {
            diagnostic.help(format!("this is a section of its own: write `{}`", inner.header(environment)))
        }
        OtherSection::Key(key) => {
            let fix = (key.section == Section::Top).then(|| to_the_top(reader, entry)).flatten();
            diagnostic.help(proper_section(key, section, environment)).fix(fix)
        }
    }
}

/// The section to which a misplaced key belongs.
pub fn proper_section(key: &Key, section: Section, environment: Option<&str>) -> String {
    if key.section == Section::Top {
        return format!(
            "`{}` belongs at the top of the file, above the first `[section]`; below `{}` it counts as a key of that section",
            key.name,
            section.header(environment)
        );
    }
    format!("`{}` belongs under `{}`", key.name, key.section.header(environment))
}

/// Moves a line above the first section.
fn to_the_top(reader: &Reader<'_>, entry: &TableEntry<'_>) -> Option<Fix> {
    let source = reader.sources.get(reader.file);
    let value = reader.span(entry.value);
    // Only if it is a line of its own, and not part of a table or a dotted key.
    let line = source.line_range(source.line_of(entry.span.range().start))?;
    let end = source.line_range(source.line_of(value.range().end))?.end;
    let is_own = source.slice(line.start..entry.span.range().start).trim().is_empty()
        && source.slice(value.range().end..end).trim_start().chars().next().is_none_or(|c| c == '#');
    let after_key = source.slice(entry.span.range().end..value.range().start).trim();
    if !is_own || after_key != "=" {
        return None;
    }
    let first = (0..)
        .map_while(|number| source.line_range(number))
        .find(|line| source.slice(line.clone()).trim_start().starts_with('['))?;
    let text = source.slice(entry.span.range().start..value.range().end);
    let moved = format!("{text}{0}{0}", line_break(source));
    let next = source
        .line_range(source.line_of(value.range().end) + 1)
        .map_or(source.text().len(), |next| next.start);
    let cut = Fix::new("", Span::new(reader.file, line.start, next), "");
    let title = format!("Move `{}` to the top", entry.key);
    Some(Fix::new(title, Span::new(reader.file, first.start, first.start), moved).and(cut))
}

/// The name in this section that was probably meant.
fn near(section: Section, name: &str, value: &DeValue<'_>) -> Option<&'static str> {
    let is_table = matches!(value, DeValue::Table(_));
    let plain = name.to_lowercase().replace(['-', ' '], "_");
    let inner = section.inner().iter().map(|(word, _)| *word);
    match section {
        Section::Top if ENVIRONMENTS.contains(&&*plain) => return Some("env"),
        Section::Environment if is_table && PARAMS.contains(&&*plain) => return Some("params"),
        _ => {}
    }
    let with_this_alias = || section.keys().filter(|key| key.instead_of.contains(&&*plain));
    // If a word may mean several keys, the type of its value decides.
    let meant = with_this_alias()
        .find(|key| key.kind.takes(value))
        .or_else(|| with_this_alias().next())
        .map(|key| key.name);
    meant.or_else(|| nearest(name, section.keys().map(|key| key.name).chain(inner)))
}

/// Whether a table was written as a dotted key: it has one entry, which is a string, a number or again such
/// a table.
fn is_dotted(table: &DeTable<'_>) -> bool {
    let mut table = table;
    loop {
        let mut values = table.values();
        match (values.next().map(|value| value.get_ref()), values.next()) {
            (Some(DeValue::Table(inner)), None) => table = inner,
            (Some(DeValue::String(_) | DeValue::Integer(_)), _) => return true,
            _ => return false,
        }
    }
}

/// `en.queue`
fn dotted(first: &str, table: &DeTable<'_>) -> String {
    let mut name = first.to_owned();
    let mut table = Some(table);
    while let Some((key, value)) = table.and_then(|table| table.iter().next()) {
        name.push('.');
        name.push_str(key.get_ref());
        table = match value.get_ref() {
            DeValue::Table(inner) => Some(inner),
            _ => None,
        };
    }
    name
}

fn looks_like_environment(table: &DeTable<'_>) -> bool {
    let words = Section::Environment.inner().iter().map(|(word, _)| *word);
    let names: Vec<&str> = Section::Environment.keys().map(|key| key.name).chain(words).collect();
    table.keys().any(|key| names.contains(&&**key.get_ref()))
}

/// Reports `en.queue = "x"` among params, which TOML reads as a section `en`.
pub fn dotted_param(reader: &mut Reader<'_>, full: &str, entry: &TableEntry<'_>, table: &DeTable<'_>) {
    for inner in reader.entries(table) {
        let name = format!("{}.{}", entry.key, inner.key);
        let whole = Span { start: entry.span.start, ..inner.span };
        let between =
            reader.sources.text(Span { start: entry.span.end, end: inner.span.start, ..entry.span });
        // With several such lines, each has its own `en`, but only the place of the first is known.
        let is_first = between.trim() == "." || between.trim().trim_matches('"') == ".";
        let span = if is_first { whole } else { inner.span };
        let message = format!("{} is a section here, but a param is a text or a number", quote(full));
        let name = keys::key(&name);
        reader.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, span, message)
                .here("a dot outside quotes makes a section")
                .help(format!("write the dotted name in quotes: `{name} = …`"))
                .fix(is_first.then(|| Fix::write(span, name))),
        );
    }
}

/// Reports `[env] base_url = …`: a value in the place of an environment.
pub fn outside_environment(reader: &mut Reader<'_>, entry: &TableEntry<'_>) {
    let full = format!("env.{}", keys::key(entry.key));
    if secret::is_secret(entry.key) {
        reader.diagnostics.push(secret::secret(None, entry.key, &full, entry.span));
        return;
    }
    let is_known = Section::Environment.keys().any(|key| key.name == entry.key);
    let diagnostic = if is_known {
        Diagnostic::new(
            &UNKNOWN_SETTING,
            entry.span,
            format!("`{full}` does not say which environment it belongs to"),
        )
        .here("of which one?")
        .help("put it under the section of its environment, as in `[env.prod]`")
    } else {
        let header = Section::Environment.header(Some(entry.key));
        Diagnostic::new(&BAD_SETTING, entry.span, format!("{} is not a section", quote(&full)))
            .here("expected an environment here")
            .help(format!("write `{header}` above its settings"))
    };
    reader.diagnostics.push(diagnostic);
}

/// Reports `[env.params]`, where the environment's name is missing.
pub fn names_an_environment_like_a_section(
    reader: &mut Reader<'_>,
    entry: &TableEntry<'_>,
    table: &DeTable<'_>,
) -> bool {
    let Some((word, inner)) = Section::Environment.inner().iter().find(|(word, _)| *word == entry.key) else {
        return false;
    };
    if looks_like_environment(table) {
        return false;
    }
    let message = format!("`[env.{word}]` names no environment");
    reader.diagnostics.push(
        Diagnostic::new(&UNKNOWN_SETTING, entry.span, message)
            .here("of which environment?")
            .help(format!("write `{}`", inner.header(Some("prod")))),
    );
    true
}
