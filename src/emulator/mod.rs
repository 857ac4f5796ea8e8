//! The platform's API on this machine, in memory: what `cxflowc emulate` serves.
//!
//! A submission can be tried against it, tested and put into a pipeline without a tenant. It is a
//! server of its own: nothing here is shared with the client, and payloads are judged without the
//! compiler's checks, so that each side can find the other's mistakes. `docs/platform-api.md` says
//! what it does, `docs/openapi.yaml` describes its answers.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use cxflowc::emulator::{Emulator, Options};
//!
//! let options = Options { faults: "502:0.2,reset:0.05".parse().unwrap(), seed: Some(7), ..Options::default() };
//! let emulator = Emulator::start(options).await?;
//! assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
//! emulator.stop().await;
//! # Ok::<(), std::io::Error>(())
//! # })?;
//! # Ok::<(), std::io::Error>(())
//! ```

mod answer;
mod app;
mod auth;
mod authority;
mod body;
mod bounded_store;
mod crowd;
mod deliver;
mod deliveries;
mod destination;
mod faults;
mod flows;
mod head;
mod jobs;
mod limits;
mod made;
mod middleware;
mod openapi;
mod page;
mod payload;
mod problem;
mod routes;
mod scope;
mod seeded_random;
mod serve;
mod store;
mod subscriptions;
mod token;
mod verdict;
mod wire;

use std::fmt;
use std::io;
use std::net::Ipv4Addr;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use faults::{Fault, Faults};
pub use limits::Limits;

use app::App;

/// Takes one line for each request and each delivery. The lines hold no secret.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// How the emulator behaves.
#[derive(Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 is any free one.
    pub port: u16,
    /// What goes wrong, and how often.
    pub faults: Faults,
    /// How long each request waits before it is looked at.
    pub latency: RangeInclusive<Duration>,
    /// From a job's making to its end.
    pub job_time: Duration,
    /// How long a token stays valid.
    pub token_life: Duration,
    /// Sends events to `https` addresses of other machines as well.
    pub deliver_anywhere: bool,
    /// Makes faults, ids and credentials those of every run with the same number.
    pub seed: Option<u64>,
    /// Hears of every request.
    pub log: Option<Log>,
    /// The most of everything that is kept or waited for.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            faults: Faults::default(),
            latency: Duration::ZERO..=Duration::ZERO,
            job_time: Duration::from_millis(1500),
            token_life: Duration::from_secs(3600),
            deliver_anywhere: false,
            seed: None,
            log: None,
            limits: Limits::default(),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("port", &self.port)
            .field("faults", &self.faults)
            .field("latency", &self.latency)
            .field("job_time", &self.job_time)
            .field("token_life", &self.token_life)
            .field("deliver_anywhere", &self.deliver_anywhere)
            .field("seed", &self.seed)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A running emulator. It ends with [`Emulator::stop`], or soon after it is dropped.
#[derive(Debug)]
pub struct Emulator {
    base_url: String,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Emulator {
    /// Binds a port of 127.0.0.1 and serves in the background of the current tokio runtime.
    ///
    /// # Errors
    ///
    /// Those of binding: a port that is taken is [`io::ErrorKind::AddrInUse`].
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let base_url = format!("http://{address}");
        let (stop, stopping) = watch::channel(false);
        let app = Arc::new(App::new(options, address.port(), stopping)?);
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&app)));
        Ok(Self { base_url, app, stop, serving })
    }

    /// Where it listens: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The one client that gets tokens.
    pub fn client_id(&self) -> &str {
        &self.app.credentials.id
    }

    /// That client's secret, made at the start and good for this emulator alone.
    pub fn client_secret(&self) -> &SecretString {
        &self.app.credentials.secret
    }

    /// Takes no more connections, gives requests and deliveries under way a few seconds, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.serving.await;
        self.app.deliveries.finished(self.app.options.limits.grace).await;
    }
}
