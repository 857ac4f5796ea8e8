//! A tenant of the platform: its address, credentials and paths.

use secrecy::SecretString;
use url::Url;

use super::address;
use super::id;
use super::method::Method;
use crate::settings::{Paths, TokenAuth, has_job_id, is_path, parts_of_update};

/// The scopes to request unless the environment sets others.
pub const SCOPES: [&str; 5] = ["flow:write", "flow:read", "flow:validate", "campaign:write", "events:write"];

/// A client of the platform's OAuth2 server (RFC 6749, section 4.4).
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The client's id, which is not secret.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
}

/// Where the credentials of a tenant of Studio are from, for messages.
#[derive(Debug, Clone)]
pub struct CredentialOrigin {
    /// The variables with the access key.
    pub key: String,
    /// Those with the back-end app.
    pub app: String,
}

impl Default for CredentialOrigin {
    fn default() -> Self {
        Self {
            key: "CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET".to_owned(),
            app: "CXONE_CLIENT_ID and CXONE_CLIENT_SECRET".to_owned(),
        }
    }
}

/// The receiver that is notified of changes to flows.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The address that events are sent to.
    pub url: Url,
    /// The secret that deliveries are signed with.
    pub secret: SecretString,
}

/// One tenant of the platform.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// The API's base address.
    pub base: Url,
    /// The addresses below it.
    pub endpoints: Endpoints,
    /// The scopes to request for a token.
    pub scopes: Vec<String>,
    /// The client's credentials.
    pub credentials: Credentials,
    /// How the client authenticates when it requests a token.
    pub token_auth: TokenAuth,
}

impl Tenant {
    /// A tenant with the paths and scopes that the platform describes.
    ///
    /// # Errors
    ///
    /// None for an address from [`address::read`].
    pub fn at(base: Url, credentials: Credentials) -> Result<Self, String> {
        let endpoints = Endpoints::below(&base, &Paths::default(), None)?;
        Ok(Self {
            base,
            endpoints,
            scopes: SCOPES.map(str::to_owned).to_vec(),
            credentials,
            token_auth: TokenAuth::default(),
        })
    }

    /// The base address as written in locks and messages, without a trailing slash.
    pub fn name(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }
}

/// How a tenant updates a flow in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    method: Method,
    template: String,
}

/// The addresses of one tenant's API.
#[derive(Debug, Clone)]
pub struct Endpoints {
    base: Url,
    /// The token endpoint.
    pub token: Url,
    /// The address for creating flows.
    pub flows: Url,
    jobs: String,
    /// The address for subscribing to events.
    pub subscriptions: Url,
    update: Option<Update>,
}

impl Endpoints {
    /// The addresses below a base. `update` is `METHOD PATH`, the path with `{flow_id}`.
    ///
    /// # Errors
    ///
    /// Fails with the wrong key and what to write.
    pub fn below(base: &Url, paths: &Paths, update: Option<&str>) -> Result<Self, String> {
        let given = |path: &Option<String>, usual: &str| path.clone().unwrap_or_else(|| usual.to_owned());
        let path = |key: &str, path: String| -> Result<String, String> {
            if is_path(&path) {
                Ok(path)
            } else {
                Err(format!("`paths.{key}` is a path below the base URL: write it from `/` on"))
            }
        };
        let token = given(&paths.token, "/api/oauth2/token");
        let token = if token.starts_with('/') {
            join(base, &path("token", token)?)
        } else {
            address::read(&token).map_err(|reason| format!("`paths.token` {reason}"))?
        };
        let jobs = path("jobs", given(&paths.jobs, "/api/jobs/{id}"))?;
        if !has_job_id(&jobs) {
            return Err("`paths.jobs` does not say where the job's id goes: write `{id}` there".to_owned());
        }
        Ok(Self {
            base: base.clone(),
            token,
            flows: join(base, &path("flows", given(&paths.flows, "/api/flows"))?),
            jobs,
            subscriptions: join(
                base,
                &path("subscriptions", given(&paths.subscriptions, "/api/events/subscriptions"))?,
            ),
            update: update.map(read_update).transpose()?,
        })
    }

    /// The address of a flow: where it is updated, else below the flows.
    pub fn flow(&self, flow_id: &str) -> Url {
        self.update(flow_id).map_or_else(|| below(&self.flows, flow_id), |(_, url)| url)
    }

    /// The job that a `Location` leads to.
    pub fn job_at(&self, location: &str) -> Option<String> {
        let steps = self.steps(location)?;
        let template: Vec<&str> = self.jobs.split('/').filter(|step| !step.is_empty()).collect();
        let end = steps.get(steps.len().checked_sub(template.len())?..)?;
        let mut found = None;
        let fits = end.iter().zip(&template).all(|(step, wanted)| match wanted.split_once("{id}") {
            Some((before, after)) => {
                found = step.strip_prefix(before).and_then(|step| step.strip_suffix(after));
                found.is_some()
            }
            None => step == wanted,
        });
        match found.filter(|_| fits) {
            Some(id) => usable(id),
            None => following(&steps, &["jobs", "job"]),
        }
    }

    /// The flow that a `Location` leads to.
    pub fn flow_at(&self, location: &str) -> Option<String> {
        let own = self.flows.path_segments().and_then(|mut steps| steps.next_back()).unwrap_or("flows");
        following(&self.steps(location)?, &[own, "flows", "flow"])
    }

    /// The subscription that a `Location` leads to.
    pub fn subscription_at(&self, location: &str) -> Option<String> {
        let own = self.subscriptions.path_segments().and_then(|mut steps| steps.next_back());
        following(&self.steps(location)?, &[own.unwrap_or("subscriptions"), "subscriptions", "webhooks"])
    }

    /// The steps of a `Location`'s path. Its host does not matter: behind a gateway it is often an internal
    /// one, and nothing is sent there.
    fn steps(&self, location: &str) -> Option<Vec<String>> {
        let url = self.flows.join(location.trim()).ok()?;
        let steps = url.path_segments()?.filter(|step| !step.is_empty());
        Some(steps.map(|step| decoded(step).unwrap_or_else(|| step.to_owned())).collect())
    }

    /// The address of a job.
    pub fn job(&self, id: &str) -> Url {
        join(&self.base, &self.jobs.replace("{id}", &segment(id)))
    }

    /// The request for updating a flow in place, if the tenant does so.
    pub fn update(&self, flow_id: &str) -> Option<(Method, Url)> {
        let update = self.update.as_ref()?;
        let path = update.template.replace("{flow_id}", &segment(flow_id));
        Some((update.method, join(&self.base, &path)))
    }

    /// The address of a subscription.
    pub fn subscription(&self, id: &str) -> Url {
        below(&self.subscriptions, id)
    }

    /// Whether every address is on this machine and unencrypted.
    pub fn are_plain(&self) -> bool {
        self.base.scheme() == "http" && self.token.scheme() == "http"
    }
}

fn below(url: &Url, id: &str) -> Url {
    let mut url = url.clone();
    url.set_path(&format!("{}/{}", url.path().trim_end_matches('/'), segment(id)));
    url
}

/// The step after one of these.
fn following(steps: &[String], names: &[&str]) -> Option<String> {
    let at = steps.iter().rposition(|step| names.iter().any(|name| step.eq_ignore_ascii_case(name)))?;
    usable(steps.get(at + 1)?)
}

fn usable(text: &str) -> Option<String> {
    id::check(text).is_ok().then(|| text.to_owned())
}

/// A step without its percent-encoding.
fn decoded(step: &str) -> Option<String> {
    // A form field would give these a meaning.
    let step = step.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    Some(url::form_urlencoded::parse(step.as_bytes()).next()?.0.into_owned())
}

fn read_update(text: &str) -> Result<Update, String> {
    let expected = || {
        "`update` is a method and a path with the flow's id: write \"PUT /api/flows/{flow_id}\"".to_owned()
    };
    let (method, template) = parts_of_update(text).ok_or_else(expected)?;
    let method = match method {
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "POST" => Method::Post,
        _ => return Err(expected()),
    };
    Ok(Update { method, template: template.to_owned() })
}

fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url
}

/// An id as one segment of a path: ids come from the platform and are not trusted.
fn segment(id: &str) -> String {
    match id {
        // Dots alone would lead to a parent path.
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(base: &str, update: Option<&str>) -> Result<Endpoints, String> {
        Endpoints::below(&address::read(base).unwrap(), &Paths::default(), update)
    }

    #[test]
    fn paths_are_below_the_base() {
        let plain = endpoints("https://api.example.com", None).unwrap();
        assert_eq!(plain.token.as_str(), "https://api.example.com/api/oauth2/token");
        assert_eq!(plain.job("job-1").as_str(), "https://api.example.com/api/jobs/job-1");
        let deep = endpoints("https://example.com/tenant/", None).unwrap();
        assert_eq!(deep.flows.as_str(), "https://example.com/tenant/api/flows");
        assert_eq!(deep.update("f"), None);
    }

    #[test]
    fn an_id_stays_one_segment() {
        let ends = endpoints("https://api.example.com", Some("PUT /api/flows/{flow_id}")).unwrap();
        for (id, url) in [
            ("../../admin", "https://api.example.com/api/jobs/..%2F..%2Fadmin"),
            ("a b?c#d", "https://api.example.com/api/jobs/a%20b%3Fc%23d"),
        ] {
            assert_eq!(ends.job(id).as_str(), url);
        }
        assert!(ends.job("..").as_str().starts_with("https://api.example.com/"));
        let (method, url) = ends.update("f/1").unwrap();
        assert_eq!((method, url.as_str()), (Method::Put, "https://api.example.com/api/flows/f%2F1"));
    }

    #[test]
    fn an_update_names_a_method_and_the_flow() {
        for wrong in
            ["PUT", "/api/flows/{flow_id}", "GET /api/flows/{flow_id}", "PUT /api/flows", "PUT api/{flow_id}"]
        {
            assert!(endpoints("https://api.example.com", Some(wrong)).is_err(), "{wrong}");
        }
    }
}
