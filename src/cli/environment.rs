//! `[env.NAME]` in `cxflow.toml`: what differs from one environment to the next.

use std::path::PathBuf;

use toml::{Table, Value};

use super::Failure;
use super::config::{not_read, strings};
use super::guard::Guard;
use crate::cxone::Paths;

/// How long an environment's name may be, in characters.
const MAX_NAME: usize = 64;

/// An environment's section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `NAME`: letters, digits, `-` and `_`.
    pub name: String,
    /// The params of its flows.
    pub params: Vec<(String, String)>,
    /// The platform's address, as written.
    pub base_url: Option<String>,
    /// Who is told of changes to flows, as written.
    pub webhook_url: Option<String>,
    /// The audit log.
    pub audit: Option<PathBuf>,
    /// What has to hold before a flow is submitted.
    pub require: Vec<Guard>,
    /// How a flow is updated in place, as written: `PUT /api/flows/{flow_id}`.
    pub update: Option<String>,
    /// The scopes to ask a token for.
    pub scopes: Option<Vec<String>>,
    /// Where this tenant's paths differ.
    pub paths: Paths,
}

/// The variable that holds an environment's value of something: `CXONE_PROD_CLIENT_ID`. Without a
/// name, the plain one: `CXONE_CLIENT_ID`.
pub fn variable(environment: &str, what: &str) -> String {
    if environment.is_empty() {
        return format!("CXONE_{what}");
    }
    let name: String = environment
        .chars()
        .flat_map(char::to_uppercase)
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect();
    format!("CXONE_{name}_{what}")
}

/// Reads a section.
///
/// # Errors
///
/// A value of another type than is due, and whatever looks like a secret.
pub fn read(name: &str, table: &Table, warnings: &mut Vec<String>) -> Result<Environment, Failure> {
    check_name(name)?;
    refuse_secrets(name, table)?;
    let mut environment = Environment { name: name.to_owned(), ..Environment::default() };
    let section = format!("env.{name}");
    for (key, value) in table {
        let full = format!("{section}.{key}");
        match key.as_str() {
            "params" => environment.params = params(&full, value)?,
            "base_url" => {
                environment.base_url = Some(address(name, &full, value, "https://api.example.com")?)
            }
            "webhook_url" => {
                environment.webhook_url =
                    Some(address(name, &full, value, "https://hooks.example.com/cxone")?);
            }
            "audit" => environment.audit = Some(string(&full, value, "audit/prod.jsonl")?.into()),
            "require" => environment.require = guards(&full, value)?,
            "update" => environment.update = Some(string(&full, value, "PUT /api/flows/{flow_id}")?),
            "scopes" => {
                environment.scopes =
                    Some(list(&full, value, "[\"flow:write\", \"flow:read\", \"flow:validate\"]")?);
            }
            "paths" => environment.paths = paths(name, &full, value, warnings)?,
            _ => warnings.push(not_read(&format!("{section}."), key, &KEYS)),
        }
    }
    Ok(environment)
}

const KEYS: [&str; 8] =
    ["params", "base_url", "webhook_url", "audit", "require", "update", "scopes", "paths"];

/// Lock files and variables are named after it.
fn check_name(name: &str) -> Result<(), Failure> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().count() <= MAX_NAME && name.chars().all(plain) {
        return Ok(());
    }
    let name = crate::diagnostics::quote(name);
    Err(Failure::new(format!("{name} cannot name an environment"))
        .help(format!("its lock file and its variables have the name in theirs: write up to {MAX_NAME} letters, digits, `-` and `_`")))
}

fn last(full: &str) -> &str {
    full.rsplit('.').next().unwrap_or_default()
}

fn string(full: &str, value: &Value, example: &str) -> Result<String, Failure> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Some(_) => Err(Failure::new(format!(
            "`{full}` is empty: write `{} = \"{example}\"`, or take it out",
            last(full)
        ))),
        None => Err(Failure::new(format!("`{full}` is a string: write `{} = \"{example}\"`", last(full)))),
    }
}

fn list(full: &str, value: &Value, example: &str) -> Result<Vec<String>, Failure> {
    strings(value).ok_or_else(|| {
        Failure::new(format!("`{full}` is a list of strings: write `{} = {example}`", last(full)))
    })
}

/// An address is checked where it is used; a password in it is refused here, since all can read it.
fn address(environment: &str, full: &str, value: &Value, example: &str) -> Result<String, Failure> {
    let text = string(full, value, example)?;
    let who = url::Url::parse(&text).is_ok_and(|url| !url.username().is_empty() || url.password().is_some());
    if who {
        return Err(Failure::new(format!("`{full}` holds a user or a password, and this file is shared"))
            .help(format!(
                "write the address alone; credentials belong into {} and {}",
                variable(environment, "CLIENT_ID"),
                variable(environment, "CLIENT_SECRET")
            )));
    }
    Ok(text)
}

fn params(full: &str, value: &Value) -> Result<Vec<(String, String)>, Failure> {
    let given = value
        .as_table()
        .ok_or_else(|| Failure::new(format!("`{full}` is a table: write `params = {{ queue = \"…\" }}`")))?;
    let param = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            _ => return Err(Failure::new(format!("`{full}.{name}` is no text and no number"))),
        };
        Ok((name.clone(), value))
    };
    given.iter().map(param).collect()
}

fn guards(full: &str, value: &Value) -> Result<Vec<Guard>, Failure> {
    let mut guards = Vec::new();
    for word in list(full, value, "[\"clean\", \"branch:main\"]")? {
        let guard = Guard::parse(&word)
            .map_err(|failure| Failure { message: format!("`{full}`: {}", failure.message), ..failure })?;
        if !guards.contains(&guard) {
            guards.push(guard);
        }
    }
    Ok(guards)
}

fn paths(environment: &str, full: &str, value: &Value, warnings: &mut Vec<String>) -> Result<Paths, Failure> {
    let given = value.as_table().ok_or_else(|| {
        Failure::new(format!("`{full}` is a table: write `paths = {{ flows = \"/api/flows\" }}`"))
    })?;
    let mut paths = Paths::default();
    for (key, value) in given {
        let name = format!("{full}.{key}");
        match key.as_str() {
            "token" => paths.token = Some(token_path(environment, &name, value)?),
            "flows" => paths.flows = Some(string(&name, value, "/api/flows")?),
            "jobs" => {
                let path = string(&name, value, "/api/jobs/{id}")?;
                if !path.contains("{id}") {
                    return Err(Failure::new(format!(
                        "`{name}` does not say where the job's id goes: write `jobs = \"/api/jobs/{{id}}\"`"
                    )));
                }
                paths.jobs = Some(path);
            }
            "subscriptions" => paths.subscriptions = Some(string(&name, value, "/api/events/subscriptions")?),
            _ => warnings.push(not_read(
                &format!("{full}."),
                key,
                &["token", "flows", "jobs", "subscriptions"],
            )),
        }
    }
    Ok(paths)
}

/// Where tokens come from, which is easily taken for the place of a token.
fn token_path(environment: &str, full: &str, value: &Value) -> Result<String, Failure> {
    let text = address(environment, full, value, "/api/oauth2/token")?;
    if text.starts_with('/') || text.contains("://") {
        return Ok(text);
    }
    Err(Failure::new(format!("`{full}` is where tokens come from: a path from `/` on, or an https address"))
        .help("write `token = \"/api/oauth2/token\"`; a token itself is never written down"))
}

/// Whether a key looks like that of a secret, however it is spelt.
pub fn is_secret(key: &str) -> bool {
    let key = plain(key);
    ["secret", "password", "passwd", "token", "apikey"].iter().any(|end| key.ends_with(end))
}

/// A flow's params are the flow's own words, so that only these names are taken for a secret's.
fn is_secret_param(key: &str) -> bool {
    matches!(plain(key).as_str(), "clientsecret" | "webhooksecret" | "secret" | "password" | "token")
}

fn plain(key: &str) -> String {
    key.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is said of a secret in the file: never the secret.
pub fn secret(environment: &str, key: &str, full: &str) -> Failure {
    let what = if plain(key).contains("webhook") { "WEBHOOK_SECRET" } else { "CLIENT_SECRET" };
    Failure::new(format!("`{full}` looks like a secret, and this file is shared")).help(format!(
        "a secret belongs into the environment variable {}; have a new one made if this one was ever committed",
        variable(environment, what)
    ))
}

/// Looks through a section and all that is in it.
fn refuse_secrets(name: &str, table: &Table) -> Result<(), Failure> {
    let section = format!("env.{name}");
    let (params, paths) = (format!("{section}.params"), format!("{section}.paths"));
    let mut open = vec![(section, table)];
    while let Some((path, table)) = open.pop() {
        for (key, value) in table {
            let full = format!("{path}.{key}");
            if path == params {
                if is_secret_param(key) {
                    return Err(Failure::new(format!("`{full}` looks like a secret, and this file is shared")).help(
                        "a param becomes part of the payload, which all can read; if it is no secret, give it another name",
                    ));
                }
            } else if is_secret(key) && !(path == paths && key == "token") {
                return Err(secret(name, key, &full));
            }
            let mut values = vec![value];
            while let Some(value) = values.pop() {
                match value {
                    Value::Table(table) => open.push((full.clone(), table)),
                    Value::Array(list) => values.extend(list),
                    _ => {}
                }
            }
        }
    }
    Ok(())
}
