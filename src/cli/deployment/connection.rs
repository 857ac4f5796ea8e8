//! Determines the platform and the credentials from flags, variables and the environment's section.
//!
//! Secrets are only read from variables: a flag would show in the process list, and a file would be
//! committed.
#![expect(clippy::disallowed_methods, reason = "this is where variables are read")]

use secrecy::SecretString;
use url::Url;

use crate::cli::Failure;
use crate::cli::args::{AccountArgs, BaseArgs};
use crate::cxone::studio::StudioTenant;
use crate::cxone::{CredentialOrigin, Credentials, Endpoints, SCOPES, Tenant, Webhook, address};
use crate::diagnostics::{list_of, quote};
use crate::settings::{Environment, is_api_version, variable};

/// The platform that flags, variables and the environment's section name. `otherwise` completes the help if
/// something is missing: what else the user can do.
pub fn tenant(
    args: &AccountArgs,
    environment: Option<&Environment>,
    otherwise: &str,
) -> Result<Tenant, Failure> {
    let variables = Variables::of(environment);
    let base = base_url(&args.base, environment, &variables)?;
    let id = match &args.client_id {
        Some(id) => Some(id.clone()),
        None => variables.read("CLIENT_ID")?.map(|found| found.text),
    };
    let secret = variables.secret("CLIENT_SECRET")?;
    let (base, id, secret) = match (base, id, secret) {
        (Some(base), Some(id), Some(secret)) => (base, id, secret),
        (base, id, secret) => {
            let is_missing = [
                ("BASE_URL", base.is_none()),
                ("CLIENT_ID", id.is_none()),
                ("CLIENT_SECRET", secret.is_none()),
            ];
            let missing: Vec<&str> =
                is_missing.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
            return Err(variables.missing(&missing, otherwise));
        }
    };
    let (paths, update, scopes) = match environment {
        Some(environment) => {
            (environment.paths.clone(), environment.update.as_deref(), environment.scopes.clone())
        }
        None => Default::default(),
    };
    let token_auth = environment.map(|environment| environment.token_auth).unwrap_or_default();
    let endpoints = Endpoints::below(&base, &paths, update).map_err(|reason| {
        let name = environment.map(|environment| environment.name.as_str()).unwrap_or_default();
        Failure::new(format!("`[env.{name}]`: {reason}"))
    })?;
    let scopes = scopes.unwrap_or_else(|| SCOPES.map(str::to_owned).to_vec());
    Ok(Tenant { base, endpoints, scopes, credentials: Credentials { id, secret }, token_auth })
}

/// The tenant of Studio that flags, variables and the environment's section name. `version` is that of the API in the
/// settings; a variable comes before it. `otherwise` completes the help if something is missing: what else the user can do.
pub fn studio_tenant(
    args: &AccountArgs,
    environment: Option<&Environment>,
    version: Option<&str>,
    otherwise: &str,
) -> Result<StudioTenant, Failure> {
    let variables = Variables::of(environment);
    let base = base_url(&args.base, environment, &variables)?;
    let (key_id, key_secret) = (variables.read("ACCESS_KEY_ID")?, variables.read("ACCESS_KEY_SECRET")?);
    let mut origin = CredentialOrigin::default();
    if let (Some(id), Some(secret)) = (&key_id, &key_secret) {
        origin.key = format!("{} and {}", id.name, secret.name);
    }
    let (key_id, key_secret) = (key_id.map(|found| found.text), key_secret.map(|found| found.text.into()));
    let (base, key) = match (base, key_id, key_secret) {
        (Some(base), Some(id), Some(secret)) => (base, Credentials { id, secret }),
        (base, id, secret) => {
            let is_missing = [
                ("BASE_URL", base.is_none()),
                ("ACCESS_KEY_ID", id.is_none()),
                ("ACCESS_KEY_SECRET", secret.is_none()),
            ];
            let missing: Vec<&str> =
                is_missing.iter().filter(|(_, missing)| *missing).map(|(name, _)| *name).collect();
            return Err(variables.missing(&missing, otherwise));
        }
    };
    let app_id = match &args.client_id {
        Some(id) => Some(FoundVariable { name: "--client-id".to_owned(), text: id.clone() }),
        None => variables.read("CLIENT_ID")?,
    };
    // Without a back-end app the access key signs in by itself.
    let app = match (app_id, variables.read("CLIENT_SECRET")?) {
        (Some(id), Some(secret)) => {
            origin.app = format!("{} and {}", id.name, secret.name);
            Some(Credentials { id: id.text, secret: secret.text.into() })
        }
        (None, None) => None,
        (Some(_), None) => return Err(variables.missing(&["CLIENT_SECRET"], otherwise)),
        (None, Some(_)) => return Err(variables.missing(&["CLIENT_ID"], otherwise)),
    };
    let token = environment.and_then(|environment| environment.paths.token.as_deref());
    let tenant = StudioTenant::at(base, key, app, token).map_err(|reason| {
        let name = environment.map(|environment| environment.name.as_str()).unwrap_or_default();
        Failure::new(format!("`[env.{name}]`: {reason}"))
    })?;
    let tenant = tenant.with_origin(origin);
    let version = api_version(&variables)?.or_else(|| version.map(str::to_owned));
    Ok(match version {
        Some(version) => tenant.with_version(version),
        None => tenant,
    })
}

/// The version of a tenant's API that a variable names.
fn api_version(variables: &Variables<'_>) -> Result<Option<String>, Failure> {
    let Some(FoundVariable { name, text }) = variables.read("API_VERSION")? else { return Ok(None) };
    match is_api_version(&text) {
        true => Ok(Some(text)),
        false => Err(Failure::new(format!("{name} is {}, which is no version of the API", quote(&text)))
            .help("write `v`, the number, a dot and a number, as in `v34.0`")),
    }
}

/// The secret for signing a webhook's deliveries.
pub fn webhook_secret(environment: Option<&Environment>) -> Result<SecretString, Failure> {
    let variables = Variables::of(environment);
    variables.secret("WEBHOOK_SECRET")?.ok_or_else(|| {
        let missing = variables.missing(&["WEBHOOK_SECRET"], "");
        missing.help("the platform signs its deliveries with it, so that the receiver knows who sent them")
    })
}

/// Parses a webhook's address. `from` names the setting for messages.
pub fn webhook_url(text: &str, from: &str) -> Result<Url, Failure> {
    address::read(text).map_err(|reason| Failure::new(format!("{from}: the address {reason}")))
}

/// The webhook that is notified of changes, if one is set.
pub fn webhook(flag: Option<&str>, environment: Option<&Environment>) -> Result<Option<Webhook>, Failure> {
    let variables = Variables::of(environment);
    let section = environment.and_then(|environment| environment.webhook_url.as_deref());
    let (text, from) = if let Some(url) = flag {
        (url.to_owned(), "--webhook-url".to_owned())
    } else if let Some(url) = section {
        (url.to_owned(), "`webhook_url`".to_owned())
    } else if let Some(found) = variables.read("WEBHOOK_URL")? {
        (found.text, found.name)
    } else {
        return Ok(None);
    };
    Ok(Some(Webhook { url: webhook_url(&text, &from)?, secret: webhook_secret(environment)? }))
}

/// The base URL, if it is set. Settings that disagree are an error: a payload for one tenant must not reach
/// another because of a forgotten variable.
fn base_url(
    args: &BaseArgs,
    environment: Option<&Environment>,
    variables: &Variables<'_>,
) -> Result<Option<Url>, Failure> {
    let flag = args.base_url.as_ref().map(|url| (url.clone(), "--base-url".to_owned()));
    let section = environment.and_then(|environment| {
        Some((environment.base_url.clone()?, format!("`[env.{}]`", environment.name)))
    });
    let variable = variables.read("BASE_URL")?.map(|found| (found.text, found.name));
    // Without an environment, a flag overrides the variable; with one, all settings must agree.
    let settings: Vec<(String, String)> = match (flag, environment) {
        (Some(flag), None) => vec![flag],
        (flag, _) => [flag, section, variable].into_iter().flatten().collect(),
    };
    let mut read: Vec<(Url, String)> = Vec::new();
    for (text, from) in settings {
        let url =
            address::read(&text).map_err(|reason| Failure::new(format!("{from}: the address {reason}")))?;
        if let Some((first, first_from)) = read.first()
            && !same_base(first, &url)
        {
            return Err(Failure::new(format!(
                "{first_from} says {}, but {from} says {}",
                first.as_str().trim_end_matches('/'),
                url.as_str().trim_end_matches('/')
            ))
            .help("nothing was sent: remove the wrong one"));
        }
        read.push((url, from));
    }
    Ok(read.into_iter().next().map(|(url, _)| url))
}

fn same_base(url: &Url, other: &Url) -> bool {
    url.as_str().trim_end_matches('/') == other.as_str().trim_end_matches('/')
}

/// Reads the variables `CXONE_…`; those of the environment take precedence.
struct Variables<'a> {
    environment: Option<&'a str>,
}

struct FoundVariable {
    name: String,
    text: String,
}

impl<'a> Variables<'a> {
    fn of(environment: Option<&'a Environment>) -> Self {
        Self { environment: environment.map(|environment| environment.name.as_str()) }
    }

    fn names(&self, suffix: &str) -> Vec<String> {
        let own = self.environment.map(|name| variable(name, suffix));
        own.into_iter().chain([variable("", suffix)]).collect()
    }

    /// The first of the variables that is set, without white space at its ends.
    fn read(&self, suffix: &str) -> Result<Option<FoundVariable>, Failure> {
        for name in self.names(suffix) {
            match std::env::var(&name) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Ok(Some(FoundVariable { name, text: text.trim().to_owned() })),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(Failure::new(format!("{name} is not UTF-8 text")));
                }
            }
        }
        Ok(None)
    }

    fn secret(&self, suffix: &str) -> Result<Option<SecretString>, Failure> {
        Ok(self.read(suffix)?.map(|found| found.text.into()))
    }

    fn missing(&self, missing: &[&str], otherwise: &str) -> Failure {
        let (are, them) = if missing.len() == 1 { ("is", "it") } else { ("are", "them") };
        let names = |environment: &str| {
            let names: Vec<String> = missing.iter().map(|suffix| variable(environment, suffix)).collect();
            list_of(&names, "and")
        };
        let failure = Failure::new(match self.environment {
            Some(name) => format!("{} {are} not set, nor {are} {}", names(name), names("")),
            None => format!("{} {are} not set", names("")),
        });
        match self.environment {
            Some(name) if missing.contains(&"BASE_URL") => failure.help(format!(
                "set {them} in this shell or in the pipeline's secrets; the address may be `base_url` of `[env.{name}]` in cxflow.toml"
            )),
            Some(_) => failure.help(format!("set {them} in this shell or in the pipeline's secrets")),
            None => failure.help(format!("set {them}, or name an environment with --env{otherwise}")),
        }
    }
}

/// The address of the platform, if it is set, to look it up in locks. Needs no credentials.
pub fn known_platform(args: &BaseArgs, environment: Option<&Environment>) -> Result<Option<String>, Failure> {
    let variables = Variables::of(environment);
    Ok(base_url(args, environment, &variables)?.map(|url| url.as_str().trim_end_matches('/').to_owned()))
}
