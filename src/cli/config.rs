//! `cxflow.toml`: what a team shares beside its flows.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Failure;
use super::environment::{self, Environment, is_secret, secret};
use super::input::Input;
use crate::check::Platform;
use crate::diagnostics::suggest::nearest;
use crate::resolve::{Files, PolicyChoice};

/// The file's name.
pub const NAME: &str = "cxflow.toml";

/// The most that is read of it, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// What the file says.
#[derive(Debug, Default)]
pub struct Config {
    /// Where it was found, as messages call it.
    pub path: Option<PathBuf>,
    /// The policies that every flow here is held to.
    pub policies: Vec<PolicyChoice>,
    /// `[platform]`
    pub platform: Platform,
    /// `[env.NAME]`
    pub environments: Vec<Environment>,
    /// What is in it that is not read, a sentence each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Looks for the file from the source's folder upwards.
    pub fn find(files: &dyn Files, source: &Input) -> Result<Self, Failure> {
        let mut folder = source.folder();
        loop {
            let path = folder.join(NAME);
            match files.read(&path) {
                Ok(bytes) if bytes.len() > MAX_BYTES => {
                    return Err(Failure::new(format!("{} is larger than 1 MiB", path.display())));
                }
                Ok(bytes) => {
                    let mut config = Self::parse(&String::from_utf8_lossy(&bytes), &shown(files, &path))?;
                    config.place(source, &folder);
                    return Ok(config);
                }
                Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                    return Err(Failure::new(format!("cannot read {}: it may not be read", path.display())));
                }
                Err(_) => {}
            }
            if !folder.pop() {
                return Ok(Self::default());
            }
        }
    }

    /// Makes the paths in it, which are seen from its folder, paths of this machine.
    fn place(&mut self, source: &Input, folder: &Path) {
        for audit in self.environments.iter_mut().filter_map(|one| one.audit.as_mut()) {
            *audit = source.on_disk(folder).join(&*audit);
        }
        // Read as the source is, at its revision too, and called as it is seen from here.
        let seen = match source {
            Input::Disk(_) | Input::Stdin => source.on_disk(folder),
            Input::Git { .. } => folder.to_path_buf(),
        };
        for policy in &mut self.policies {
            if let PolicyChoice::File(path) = policy {
                *path = seen.join(&*path);
            }
        }
    }

    fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Failure::new(format!("{name}{line}: {}", error.message()))
        })?;
        let mut config = Self { path: Some(name.into()), ..Self::default() };
        config
            .read(&table)
            .map_err(|failure| Failure { message: format!("{name}: {}", failure.message), ..failure })?;
        for warning in &mut config.warnings {
            *warning = format!("{name}: {warning}");
        }
        Ok(config)
    }

    fn read(&mut self, table: &Table) -> Result<(), Failure> {
        for (key, value) in table {
            match (key.as_str(), value) {
                ("platform", Value::Table(platform)) => self.read_platform(platform)?,
                ("env", Value::Table(environments)) => {
                    for (env, settings) in environments {
                        let environment = match settings {
                            Value::Table(settings) => environment::read(env, settings, &mut self.warnings)?,
                            _ if is_secret(env) => return Err(secret("", env, &format!("env.{env}"))),
                            _ => return Err(section(&format!("env.{env}"))),
                        };
                        self.environments.push(environment);
                    }
                }
                ("policies", list) => {
                    let names = strings(list).ok_or_else(|| {
                        Failure::new("`policies` is a list of strings: write `policies = [\"us_tsr\", \"policies/house.cxflow\"]`")
                    })?;
                    self.policies = names.iter().map(|name| policy_choice(name)).collect();
                }
                ("platform" | "env", _) => return Err(section(key)),
                _ if is_secret(key) => return Err(secret("", key, key)),
                _ => self.warnings.push(not_read("", key, &["policies", "platform", "env"])),
            }
        }
        Ok(())
    }

    fn read_platform(&mut self, table: &Table) -> Result<(), Failure> {
        for (key, value) in table {
            let list = match key.as_str() {
                "types" => &mut self.platform.types,
                "directives" => &mut self.platform.directives,
                "conditions" => &mut self.platform.conditions,
                _ => {
                    self.warnings.push(not_read("platform.", key, &["types", "directives", "conditions"]));
                    continue;
                }
            };
            *list = strings(value).ok_or_else(|| {
                Failure::new(format!("`platform.{key}` is a list of strings: write `{key} = [\"…\"]`"))
            })?;
        }
        Ok(())
    }

    /// The environment of a name.
    pub fn environment(&self, wanted: &str) -> Result<&Environment, Failure> {
        if let Some(environment) = self.environments.iter().find(|one| one.name == wanted) {
            return Ok(environment);
        }
        let Some(path) = &self.path else {
            return Err(Failure::new(format!("there is no {NAME} to take the environment `{wanted}` from"))
                .help(format!(
                    "write `[env.{wanted}]` into a {NAME} beside the flow or in a folder above it"
                )));
        };
        let names: Vec<&str> = self.environments.iter().map(|one| one.name.as_str()).collect();
        let help = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => format!("write `[env.{wanted}]` into it"),
            None => format!("it has {}", names.join(", ")),
        };
        Err(Failure::new(format!("{} has no environment `{wanted}`", path.display())).help(help))
    }
}

/// A policy's name, or the path of a file with policies.
pub fn policy_choice(text: &str) -> PolicyChoice {
    let is_path = text.contains(['/', '\\']) || text.ends_with(".cxflow");
    if is_path { PolicyChoice::File(text.into()) } else { PolicyChoice::Name(text.to_owned()) }
}

fn section(name: &str) -> Failure {
    Failure::new(format!("`{name}` is a section: write `[{name}]`"))
}

/// Says that a key is not read. `section` ends with a dot.
pub fn not_read(section: &str, key: &str, known: &[&str]) -> String {
    let near = nearest(key, known.iter().copied())
        .map(|near| format!("; did you mean `{section}{near}`?"))
        .unwrap_or_default();
    format!("`{section}{key}` is not read by this version{near}")
}

/// A list of strings, if the value is one.
pub fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// The file as seen from the working folder, where it lies there.
fn shown(files: &dyn Files, path: &Path) -> String {
    let here = files.identity(Path::new("."));
    files.name(path.strip_prefix(&here).unwrap_or(path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, reason = "a test")]

    use super::*;

    #[test]
    fn an_audit_log_lies_beside_the_settings_and_not_beside_the_source() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("flows/spring");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(folder.path().join(NAME), "[env.prod]\naudit = \"logs/prod.jsonl\"\n").unwrap();
        let source = Input::Disk(inner.join("a.cxflow"));
        let config = Config::find(&*source.files().unwrap(), &source).unwrap();
        let audit = config.environment("prod").unwrap().audit.clone().unwrap();
        assert_eq!(audit, folder.path().canonicalize().unwrap().join("logs/prod.jsonl"));
    }
}
