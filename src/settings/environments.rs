//! The sections of environments, and the rules for their names.

use rustc_hash::FxHashSet;
use strsim::damerau_levenshtein;
use toml::de::DeValue;

use super::codes::{BAD_SETTING, SIMILAR_ENVIRONMENTS};
use super::environment::in_variable;
use super::keys::Section;
use super::misplaced;
use super::reader::{Reader, TableEntry};
use crate::diagnostics::suggest::Index;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::source::Span;

/// How long an environment's name may be, in characters.
const MAX_NAME: usize = 64;

impl Reader<'_> {
    /// Reads `[env.NAME]`, each of them.
    pub(super) fn environments(&mut self, entry: &TableEntry<'_>) {
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
                        .help(format!("the names of its lock file and variables contain the name: use up to {MAX_NAME} letters, digits, `-` and `_`")),
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
    fn report_env_list(&mut self, entry: &TableEntry<'_>) {
        let named = match entry.value.get_ref() {
            DeValue::Array(list) => list.iter().find_map(|element| match element.get_ref() {
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

    /// Reports names of environments that give the same lock files and variables.
    pub(super) fn report_confusable_environments(&mut self) {
        let mut reported: FxHashSet<usize> = FxHashSet::default();
        let environments = std::mem::take(&mut self.found.environments);
        for (index, (name, span)) in environments.iter().enumerate() {
            let earlier = environments
                .iter()
                .take(index)
                .position(|(other, _)| in_variable(other) == in_variable(name) && other != name);
            if let Some((other, first)) = earlier.and_then(|number| environments.get(number))
                && reported.insert(index)
            {
                self.diagnostics.push(alike(name, *span, other, *first));
            }
        }
        self.found.environments = environments;
    }
}

/// The finding for two environments with the same variables.
pub(super) fn alike(name: &str, span: Span, other: &str, first: Span) -> Diagnostic {
    let variables = format!("CXONE_{}_…", in_variable(name));
    let message = format!(
        "the environments {} and {} both have the variables `{variables}`",
        quote(other),
        quote(name)
    );
    Diagnostic::new(&BAD_SETTING, span, message)
        .here("this name gives the same variables")
        .label(first, "the other one")
        .help("give one of them another name; if both mean the same environment, spell them alike")
}

/// Reports names of environments that differ by one typo, if they probably mean the same environment: one
/// has no address, or a lower file adds it next to that of an upper one. The names come with their places,
/// those of upper files first.
pub(super) fn report_similar_names(
    environments: &[(String, Span)],
    has_address: impl Fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) {
    let index = Index::new(environments.iter().map(|(name, _)| name.as_str()));
    for (number, later) in environments.iter().enumerate() {
        let is_meant = |other: usize| {
            environments.get(other).filter(|_| other < number).is_some_and(|earlier| {
                let are_two =
                    earlier.1.file == later.1.file && has_address(&earlier.0) && has_address(&later.0);
                !are_two && is_typo(&earlier.0, &later.0)
            })
        };
        let earlier = index.nearest_of(&later.0, is_meant).and_then(|(other, _)| environments.get(other));
        let Some(earlier) = earlier else { continue };
        let is_first_without = earlier.1.file == later.1.file && has_address(&later.0);
        let ((typo, at), (meant, other)) = if is_first_without { (earlier, later) } else { (later, earlier) };
        let message = format!("the environment {} is one typo away from {}", quote(typo), quote(meant));
        diagnostics.push(
            Diagnostic::new(&SIMILAR_ENVIRONMENTS, *at, message)
                .here(format!("not in force with `--env {meant}`"))
                .label(*other, "the other one")
                .help(format!(
                    "did you mean `{meant}`? If both exist, give `--allow {}`",
                    SIMILAR_ENVIRONMENTS.name
                )),
        );
    }
}

/// The shortest name in which one letter more or less is a typo: `prd` may be `prod`.
const SHORTEST_WITH_TYPO: usize = 4;

/// Whether one environment's name is a typo of another. Differences in numbers, in whole words and in a
/// series of letters are intended: `dev2`, `prod-us` and `prod-uk`, `stage-a` and `stage-b`. Names with the
/// same variables are an error instead.
fn is_typo(name: &str, other: &str) -> bool {
    let (name, other) = (in_variable(name), in_variable(other));
    let words = |text: &str| -> Vec<String> { text.split('_').map(str::to_owned).collect() };
    let (own, others) = (words(&name), words(&other));
    if name == other || own.len() != others.len() {
        return name != other && own.concat() == others.concat();
    }
    let mut different = own.iter().zip(&others).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (different.next(), different.next()) else { return false };
    let (length, other_length) = (one.chars().count(), other.chars().count());
    let without_digits = |text: &str| text.replace(char::is_numeric, "");
    let stem = |text: &str, length: usize| text.chars().take(length.saturating_sub(1)).collect::<String>();
    let is_series = length == other_length && stem(one, length) == stem(other, other_length);
    length.max(other_length) >= SHORTEST_WITH_TYPO
        && !is_series
        && without_digits(one) != without_digits(other)
        && damerau_levenshtein(one, other) == 1
}

fn may_name(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(plain)
}
