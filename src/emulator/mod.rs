//! The platform's API on this machine, in memory: what `cxflowc emulate` serves.
//!
//! With it, a submission can be tried, tested and put into a pipeline without a tenant. It is a separate
//! server: it shares nothing with the client, and judges payloads without the compiler's checks, so that
//! each side can find the other's mistakes. `docs/platform-api.md` describes its behaviour,
//! `docs/openapi.yaml` its responses. Beside it, `studio/` serves the part of a CXone tenant that keeps Studio
//! scripts: `docs/studio-api.md` and `docs/studio-openapi.yaml`.
//!
//! ```
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! use cxflowc::emulator::{Emulator, EmulatorOptions};
//!
//! let options = EmulatorOptions { faults: "502:0.2,reset:0.05".parse().unwrap(), seed: Some(7), ..EmulatorOptions::default() };
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
mod declared_types;
mod deliver;
mod deliveries;
mod destination;
mod faults;
mod flows;
mod head;
mod heard;
mod jobs;
mod limits;
mod made;
mod middleware;
mod openapi;
mod options;
mod page;
mod payload;
mod problem;
mod routes;
mod scope;
mod seeded_random;
mod serve;
mod store;
mod studio;
mod subscriptions;
mod token;
mod verdict;
mod waiting_connections;
mod wire;

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use declared_types::{DeclaredType, TypedField, ValueType};
pub use faults::{Fault, Faults};
pub use limits::EmulatorLimits;
pub use options::{EmulatorOptions, RequestLog};
pub use studio::{StudioAction, StudioOptions, StudioPrompt, StudioScript, StudioSkill, StudioUser};

use app::App;

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
    /// Those of binding: [`io::ErrorKind::AddrInUse`] if the port is taken.
    pub async fn start(options: EmulatorOptions) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let base_url = format!("http://{address}");
        let (stop, stopping) = watch::channel(false);
        let app = Arc::new(App::new(options, address.port(), stopping)?);
        let serving = tokio::spawn(serve::serve(listener, Arc::clone(&app)));
        Ok(Self { base_url, app, stop, serving })
    }

    /// Its address: `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The only client that gets tokens.
    pub fn client_id(&self) -> &str {
        &self.app.credentials.id
    }

    /// That client's secret, created at the start and valid for this emulator only.
    pub fn client_secret(&self) -> &SecretString {
        &self.app.credentials.secret
    }

    /// Accepts no more connections, gives pending requests and deliveries a few seconds, and ends.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.serving.await;
        self.app.deliveries.finished(self.app.options.limits.grace).await;
    }
}
