//! `cxflow.toml`: what a team shares beside its flows.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Failure;
use crate::check::Platform;
use crate::diagnostics::suggest::nearest;
use crate::resolve::Files;

/// The file's name.
pub const NAME: &str = "cxflow.toml";

/// What the file says.
#[derive(Debug, Default)]
pub struct Config {
    /// Where it was found.
    pub path: Option<PathBuf>,
    /// `[platform]`
    pub platform: Platform,
    /// `[env.NAME]`: the params of each environment.
    pub environments: Vec<(String, Vec<(String, String)>)>,
    /// What is in it that is not read, a sentence each.
    pub warnings: Vec<String>,
}

impl Config {
    /// Looks for the file from the source's folder upwards.
    pub fn find(files: &dyn Files, source: &Path) -> Result<Self, Failure> {
        let mut folder = source.parent().unwrap_or(Path::new("")).to_path_buf();
        if folder.as_os_str().is_empty() || folder.is_relative() {
            // Relative paths are followed to the file system's root as well.
            folder = files.identity(if folder.as_os_str().is_empty() { Path::new(".") } else { &folder });
        }
        loop {
            let path = folder.join(NAME);
            match files.read(&path) {
                Ok(bytes) => return Self::parse(&String::from_utf8_lossy(&bytes), &shown(files, &path)),
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

    fn parse(text: &str, name: &str) -> Result<Self, Failure> {
        let table: Table = text.parse().map_err(|error: toml::de::Error| {
            let line =
                error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
            let line = line.map(|line| format!(":{line}")).unwrap_or_default();
            Failure::new(format!("{name}{line}: {}", error.message()))
        })?;
        let mut config = Self { path: Some(name.into()), ..Self::default() };
        let problem = |what: String| Failure::new(format!("{name}: {what}"));
        for (key, value) in &table {
            match (key.as_str(), value) {
                ("platform", Value::Table(platform)) => config.read_platform(platform).map_err(problem)?,
                ("env", Value::Table(environments)) => {
                    for (env, settings) in environments {
                        let Value::Table(settings) = settings else {
                            return Err(problem(format!("`env.{env}` is a section: write `[env.{env}]`")));
                        };
                        config.read_environment(env, settings).map_err(problem)?;
                    }
                }
                ("platform" | "env", _) => {
                    return Err(problem(format!("`{key}` is a section: write `[{key}]`")));
                }
                _ => config.warn(key, &["platform", "env"]),
            }
        }
        for warning in &mut config.warnings {
            *warning = format!("{name}: {warning}");
        }
        Ok(config)
    }

    fn warn(&mut self, key: &str, known: &[&str]) {
        let near = nearest(key, known.iter().copied())
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        self.warnings.push(format!("`{key}` is not read by this version{near}"));
    }

    fn read_platform(&mut self, table: &Table) -> Result<(), String> {
        for (key, value) in table {
            let list = match key.as_str() {
                "types" => &mut self.platform.types,
                "directives" => &mut self.platform.directives,
                "conditions" => &mut self.platform.conditions,
                _ => {
                    self.warn(
                        &format!("platform.{key}"),
                        &["platform.types", "platform.directives", "platform.conditions"],
                    );
                    continue;
                }
            };
            let words = value.as_array().and_then(|words| {
                words.iter().map(|word| word.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
            });
            *list = words
                .ok_or_else(|| format!("`platform.{key}` is a list of strings: write `{key} = [\"…\"]`"))?;
        }
        Ok(())
    }

    fn read_environment(&mut self, env: &str, table: &Table) -> Result<(), String> {
        let mut params = Vec::new();
        for (key, value) in table {
            match (key.as_str(), value) {
                ("params", Value::Table(given)) => {
                    for (name, value) in given {
                        params.push((
                            name.clone(),
                            param(value).ok_or_else(|| {
                                format!("`env.{env}.params.{name}` is no text and no number")
                            })?,
                        ));
                    }
                }
                ("params", _) => {
                    return Err(format!(
                        "`env.{env}.params` is a table: write `params = {{ queue = \"…\" }}`"
                    ));
                }
                _ => self.warn(&format!("env.{env}.{key}"), &[&format!("env.{env}.params")]),
            }
        }
        self.environments.push((env.to_owned(), params));
        Ok(())
    }

    /// The params of an environment.
    pub fn environment(&self, wanted: &str) -> Result<&[(String, String)], Failure> {
        if let Some((_, params)) = self.environments.iter().find(|(name, _)| name == wanted) {
            return Ok(params);
        }
        let Some(path) = &self.path else {
            return Err(Failure::new(format!("there is no {NAME} to take the environment `{wanted}` from"))
                .help(format!(
                    "write `[env.{wanted}]` into a {NAME} beside the flow or in a folder above it"
                )));
        };
        let names: Vec<&str> = self.environments.iter().map(|(name, _)| name.as_str()).collect();
        let help = match nearest(wanted, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => format!("write `[env.{wanted}]` into it"),
            None => format!("it has {}", names.join(", ")),
        };
        Err(Failure::new(format!("{} has no environment `{wanted}`", path.display())).help(help))
    }
}

/// The file as seen from the working folder, where it lies there.
fn shown(files: &dyn Files, path: &Path) -> String {
    let here = files.identity(Path::new("."));
    files.name(path.strip_prefix(&here).unwrap_or(path))
}

fn param(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
