//! Refuses secrets in settings, which everybody can read. Their values are never repeated.

use toml::de::{DeTable, DeValue};

use super::codes::SECRET;
use super::environment::variable;
use super::keys;
use super::reader::Reader;
use crate::diagnostics::{Diagnostic, quote};
use crate::source::Span;

/// Whether a key looks like that of a secret, however it is spelt.
pub fn is_secret(key: &str) -> bool {
    let key = plain(key);
    ["secret", "password", "passwd", "token", "apikey"].iter().any(|end| key.ends_with(end))
}

/// Whether a param's name is that of a secret. Flows name their params freely, so only these names count.
pub fn is_secret_param(key: &str) -> bool {
    matches!(plain(key).as_str(), "clientsecret" | "webhooksecret" | "secret" | "password" | "token")
}

fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The finding for a secret in the file, without its value.
pub fn secret(environment: Option<&str>, key: &str, full: &str, span: Span) -> Diagnostic {
    let variable_kind = if plain(key).contains("webhook") { "WEBHOOK_SECRET" } else { "CLIENT_SECRET" };
    looks_like(full, span).help(format!(
        "put a secret into the environment variable {}; replace the secret if it was ever committed",
        variable(environment.unwrap_or_default(), variable_kind)
    ))
}

/// The finding for a secret among params.
pub fn secret_param(full: &str, span: Span) -> Diagnostic {
    looks_like(full, span).help(
        "a param becomes part of the payload, which everybody can read; if it is no secret, give it another name",
    )
}

fn looks_like(full: &str, span: Span) -> Diagnostic {
    let message = format!("{} looks like a secret, and this file is shared", quote(full));
    Diagnostic::new(&SECRET, span, message).here("its value is not shown")
}

impl Reader<'_> {
    /// Reports everything in a section that looks like a secret, and returns whether there was any. Params
    /// are checked where they are read.
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
                // Also in a misspelt section, if the value is a path.
                let begins_with_slash =
                    || matches!(entry.value.get_ref(), DeValue::String(text) if text.starts_with('/'));
                let is_path =
                    entry.key == "token" && (path == paths || path.ends_with(".path") && begins_with_slash());
                if is_secret(entry.key) && !is_path {
                    self.diagnostics.push(secret(environment, entry.key, &full, entry.span));
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
}
