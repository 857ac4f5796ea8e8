//! What deliveries share: clients, and limits.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::Semaphore;
use url::Url;

use super::destination::{self, NotLoopback};
use super::options::EmulatorOptions;

/// How many deliveries are sent at the same time.
const AT_ONCE: usize = 16;

/// What deliveries share.
pub struct Deliveries {
    /// For plain `http`, which only leads to this machine: no proxy, no certificates.
    local: Client,
    /// For `https`; created on first use, since it reads the system's certificates.
    secure: OnceLock<Option<Client>>,
    /// Whether `https` may lead to other machines.
    anywhere: bool,
    time: Duration,
    most: u32,
    pub waiting: Arc<Semaphore>,
    pub at_once: Semaphore,
}

impl Deliveries {
    pub fn new(options: &EmulatorOptions) -> io::Result<Self> {
        // If the program has already chosen another provider, that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let limits = &options.limits;
        let local = local_only(client(limits.delivery_time)).tls_certs_only([]);
        let most = limits.deliveries.min(Semaphore::MAX_PERMITS >> 1);
        Ok(Self {
            local: local.build().map_err(io::Error::other)?,
            secure: OnceLock::new(),
            anywhere: options.deliver_anywhere,
            time: limits.delivery_time,
            most: u32::try_from(most).unwrap_or(u32::MAX),
            waiting: Arc::new(Semaphore::new(most)),
            at_once: Semaphore::new(AT_ONCE),
        })
    }

    /// The client for a URL, if the URL is allowed.
    pub fn client(&self, url: &Url) -> Result<&Client, DeliveryFailure> {
        let is_plain = url.scheme() == "http";
        if is_plain || !self.anywhere {
            destination::check(url).map_err(DeliveryFailure::Refused)?;
        }
        if is_plain {
            return Ok(&self.local);
        }
        let secure = self.secure.get_or_init(|| {
            let client = client(self.time);
            if self.anywhere { client } else { local_only(client) }.build().ok()
        });
        secure.as_ref().ok_or(DeliveryFailure::Tried("no certificates to verify https with"))
    }

    /// Waits until no delivery is pending, at most for this time.
    pub async fn finished(&self, time: Duration) {
        let _ = tokio::time::timeout(time, self.waiting.acquire_many(self.most)).await;
    }
}

fn client(time: Duration) -> reqwest::ClientBuilder {
    let agent = concat!("cxflowc-emulator/", env!("CARGO_PKG_VERSION"));
    Client::builder().timeout(time).redirect(reqwest::redirect::Policy::none()).user_agent(agent)
}

/// Restricts a client to this machine: nothing is resolved elsewhere, neither here nor by a proxy.
fn local_only(client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    client.no_proxy().dns_resolver(Arc::new(destination::LoopbackResolver))
}

/// Why an attempt failed.
#[derive(Clone, Copy)]
pub enum DeliveryFailure {
    /// It will be tried again.
    Tried(&'static str),
    /// The destination is not allowed.
    Refused(NotLoopback),
}
