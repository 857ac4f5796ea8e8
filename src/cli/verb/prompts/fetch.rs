//! Fetches recordings: from URLs, and from files beside the flow.

use std::error::Error;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use url::{Host, Url};

use crate::host::is_this_machine;
use crate::media::Recording;
use crate::spelling::display_string;

/// The size of the longest recording that is read, in bytes: more than an hour in the platform's format.
pub const MOST: usize = 32 << 20;

/// How many redirects of one recording are followed.
const REDIRECTS: usize = 5;

/// Fetches recordings from URLs.
pub struct Fetcher {
    /// For this machine: no proxy and no certificates.
    local: Client,
    /// For other machines; made on first use, since it reads the system's certificates.
    secure: OnceLock<Result<Client, String>>,
    /// How long one recording may take.
    time: Duration,
}

/// What came from a URL.
pub struct Fetched {
    /// The status of the last answer, if there was one.
    pub status: Option<u16>,
    /// The recording, or why there is none, to follow the URL.
    pub recording: Result<Recording, String>,
}

impl From<String> for Fetched {
    fn from(fault: String) -> Self {
        Self { status: None, recording: Err(fault) }
    }
}

impl Fetcher {
    /// Fetches recordings, each in this time.
    ///
    /// # Errors
    ///
    /// Fails if the client cannot be made.
    pub fn new(time: Duration) -> Result<Self, String> {
        // If the program has already chosen another provider, that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let local = client().no_proxy().tls_certs_only([]).build().map_err(|error| root_cause(&error))?;
        Ok(Self { local, secure: OnceLock::new(), time })
    }

    /// Fetches a recording.
    pub async fn fetch(&self, url: &str) -> Fetched {
        let limit = self.time;
        let too_slow = || Fetched::from(format!("did not come within {} s", limit.as_secs_f64()));
        tokio::time::timeout(limit, self.follow(url)).await.unwrap_or_else(|_| too_slow())
    }

    async fn follow(&self, url: &str) -> Fetched {
        let mut url: Url = match url.parse() {
            Ok(url) => url,
            Err(error) => return format!("is no URL: {error}").into(),
        };
        let began_here = leads_here(&url);
        for _ in 0..=REDIRECTS {
            let answer = match self.ask(&url).await {
                Ok(answer) => answer,
                Err(fault) => return fault.into(),
            };
            let status = answer.status();
            let there = answer.headers().get(LOCATION).and_then(|there| there.to_str().ok());
            let Some(there) = there.filter(|_| status.is_redirection()) else {
                return whole(answer).await;
            };
            let target = match url.join(there) {
                Ok(target) => target,
                Err(_) => return format!("redirects to {}, which is no URL", display_string(there)).into(),
            };
            let shown = display_string(target.as_str());
            // Whoever serves a recording must not make this machine ask its own services.
            if leads_here(&target) && !began_here {
                return format!("redirects to {shown}, which is on this machine").into();
            }
            if url.scheme() == "https" && target.scheme() == "http" {
                return format!("redirects to {shown}, without encryption").into();
            }
            url = target;
        }
        format!("redirects more than {REDIRECTS} times").into()
    }

    async fn ask(&self, url: &Url) -> Result<Response, String> {
        let client = match (url.scheme(), leads_here(url)) {
            ("http", true) => &self.local,
            ("https", _) => {
                let secure = self.secure.get_or_init(|| client().build().map_err(|error| root_cause(&error)));
                secure.as_ref().map_err(|error| format!("cannot be fetched: {error}"))?
            }
            ("http", false) => {
                return Err(format!("leads to {}, without encryption", display_string(url.as_str())));
            }
            _ => return Err(format!("leads to {}, which is no `https`", display_string(url.as_str()))),
        };
        let request = client.get(url.clone()).header(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        request.send().await.map_err(|error| match error.is_connect() {
            true => format!("cannot be reached: {}", root_cause(&error)),
            false => format!("gets no answer: {}", root_cause(&error)),
        })
    }
}

fn client() -> ClientBuilder {
    let agent = concat!("cxflowc/", env!("CARGO_PKG_VERSION"));
    Client::builder().redirect(Policy::none()).user_agent(agent).http1_only()
}

/// Whether a URL leads to this machine.
fn leads_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_this_machine(name),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// The body of an answer, if the answer is the recording.
async fn whole(mut answer: Response) -> Fetched {
    let status = answer.status();
    let number = Some(status.as_u16());
    let fails = |fault: String| Fetched { status: number, recording: Err(fault) };
    if !status.is_success() {
        let reason = status.canonical_reason().map(|reason| format!(" {reason}")).unwrap_or_default();
        return fails(format!("answers {}{reason}", status.as_u16()));
    }
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(more)) => bytes.extend_from_slice(&more),
            Ok(None) => return Fetched { status: number, recording: Ok(Recording::of(&bytes)) },
            Err(error) => {
                return fails(format!("broke off after {} bytes: {}", bytes.len(), root_cause(&error)));
            }
        }
        if bytes.len() > MOST {
            return fails(too_large());
        }
    }
}

/// What is said of a recording that is too large.
pub fn too_large() -> String {
    format!("has more than {} MiB", MOST >> 20)
}

fn root_cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
