//! The params of an environment.

use toml::de::DeValue;

use super::codes::{BAD_SETTING, UNKNOWN_SETTING};
use super::keys::{self, Section};
use super::reader::{Reader, TableEntry};
use super::setting::{SettingId, Value};
use super::typed::whole;
use super::{misplaced, secret};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::spelling::is_blank;
use crate::spelling::is_name;

impl Reader<'_> {
    /// Reads `[env.NAME.params]`.
    pub(super) fn params(&mut self, environment: &str, entry: &TableEntry<'_>) {
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
                DeValue::String(text) => Some(text.to_string()),
                DeValue::Integer(number) => whole(number).map(|number| number.to_string()),
                DeValue::Table(table) => {
                    misplaced::dotted_param(self, &full, &entry, table);
                    continue;
                }
                _ => None,
            };
            if !is_name(entry.key) {
                self.report_bad_name(environment, &entry);
                continue;
            }
            match value {
                Some(value) => {
                    let place = SettingId::Param(environment.to_owned(), entry.key.to_owned());
                    self.add(place, Value::Text(value), &entry);
                }
                None => self.report_bad_value(environment, &full, &entry),
            }
        }
    }

    /// Reports a key that cannot be the name of a param.
    fn report_bad_name(&mut self, environment: &str, entry: &TableEntry<'_>) {
        let message = format!("a param cannot be called {}", quote(entry.key));
        let meant = entry.key.trim().replace([' ', '\t'], "_");
        let meant = Some(meant).filter(|meant| is_name(meant));
        let help = match (&meant, is_blank(entry.key)) {
            (Some(meant), _) => format!("write the param's name as the flow declares it, such as `{meant}`"),
            (None, true) => "write the param's name as the flow declares it, or take the line out".to_owned(),
            (None, false) => format!(
                "a name has only letters, digits, `_` and `-`, with a dot after an instance: write `{}` above lines such as `\"es.queue\" = \"…\"`",
                Section::Params.header(Some(environment))
            ),
        };
        self.diagnostics
            .push(Diagnostic::new(&BAD_SETTING, entry.span, message).here("not a name").help(help));
    }

    fn report_bad_value(&mut self, environment: &str, full: &str, entry: &TableEntry<'_>) {
        let span = self.span(entry.value);
        if let Some(key) = keys::not_a_param(entry.key) {
            let message = format!("{} is a setting, not a param", quote(entry.key));
            self.diagnostics.push(
                Diagnostic::new(&UNKNOWN_SETTING, entry.span, message)
                    .here("here this only sets a param")
                    .help(misplaced::proper_section(key, Section::Params, Some(environment))),
            );
            return;
        }
        let diagnostic =
            Diagnostic::new(&BAD_SETTING, span, format!("{} is not a text or a whole number", quote(full)))
                .here("neither a text nor a whole number");
        let written = self.sources.text(span);
        let is_plain = !matches!(entry.value.get_ref(), DeValue::Array(_)) && !written.contains(['"', '\\']);
        self.diagnostics.push(match is_plain {
            true => diagnostic
                .help(format!("write it as a text: `\"{written}\"`"))
                .fix(Fix::write(span, format!("\"{written}\""))),
            false => diagnostic.help("a param has a single value: write it as a text"),
        });
    }
}
