//! Opens connections: looks names up, tunnels through a proxy, negotiates TLS. Each error says which party
//! failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;
use tower::util::MapErr;
use tower::{Service, ServiceExt, service_fn};
use url::Url;

use super::certificate;
use super::fault::{TransportFault, causes, root_cause};
use super::way::{self, Proxy};

/// The time limit for opening a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A byte stream of any kind.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection.
pub type Stream = Box<dyn Wire>;

/// Opens connections.
#[derive(Clone)]
pub struct Connector {
    reach: HttpConnector<NameResolver>,
    /// `None` if all addresses are on this machine and unencrypted.
    tls: Option<TlsConnector>,
}

impl Connector {
    /// A connector. A `plain` one only makes `http` connections, which only lead to this machine: it needs no
    /// certificates.
    ///
    /// # Errors
    ///
    /// Fails with what the system lacks, such as certificates.
    pub fn new(plain: bool) -> Result<Self, String> {
        let tls = match plain {
            true => None,
            false => Some(encryption()?),
        };
        let names: NameResolver = GaiResolver::new().map_err(UnknownName);
        let mut reach = HttpConnector::new_with_resolver(names);
        reach.enforce_http(false);
        reach.set_nodelay(true);
        Ok(Self { reach, tls })
    }

    /// Opens a connection before `until`.
    ///
    /// # Errors
    ///
    /// Fails with the reason and the responsible party.
    pub async fn connect(&self, url: &Url, until: Instant) -> Result<Stream, TransportFault> {
        let began = Instant::now();
        let until = until.min(began + CONNECT_TIMEOUT);
        let time = until - began;
        let uri: Uri = url
            .as_str()
            .parse()
            .map_err(|_| TransportFault::Unusable("its address is invalid".to_owned()))?;
        let encrypted = url.scheme() == "https";
        // Plain addresses are on this machine, where no proxy is used.
        let proxy = if encrypted { Proxy::before(url).map_err(TransportFault::ProxySetting)? } else { None };
        let Some(proxy) = proxy else {
            let direct = async {
                let stream = self.reach(&uri).await?;
                if encrypted { self.encrypt(stream, &uri).await } else { Ok(stream) }
            };
            return timeout_at(until, direct).await.unwrap_or(Err(TransportFault::NoConnection(time)));
        };
        let fails = |problem: &str| TransportFault::ProxyFails(proxy.name.clone(), problem.to_owned());
        let tunnel = timeout_at(until, self.tunnel(&proxy, uri.clone()));
        let tunnel = tunnel.await.unwrap_or_else(|_| Err(fails(way::SILENT)))?;
        match timeout_at(until, self.encrypt(tunnel, &uri)).await {
            Ok(Err(TransportFault::Broken(_) | TransportFault::Tls(_))) => {
                Err(fails("opens a connection to something that does not speak TLS"))
            }
            Ok(encrypted) => encrypted,
            Err(_) => Err(fails(way::SILENT_BEHIND)),
        }
    }

    /// Opens a connection to an address through a proxy.
    async fn tunnel(&self, proxy: &Proxy, to: Uri) -> Result<Stream, TransportFault> {
        let fails = |problem: &str| TransportFault::ProxyFails(proxy.name.clone(), problem.to_owned());
        let refuses = |fault: TransportFault| match fault {
            TransportFault::NoSuchHost => fails("has a name that is not known here"),
            TransportFault::Refused => fails("refuses connections"),
            TransportFault::Certificate(reason) => fails(&format!("cannot be trusted: {reason}")),
            TransportFault::Tls(_) => {
                fails("does not speak TLS, as its address says; write it with http:// if it is plain")
            }
            TransportFault::NoRoute(reason) => fails(&format!("cannot be reached ({reason})")),
            TransportFault::Broken(_) => fails("breaks the connection off"),
            other => other,
        };
        let mut stream = self.reach(&proxy.to).await.map_err(refuses)?;
        if proxy.to.scheme_str() == Some("https") {
            stream = self.encrypt(stream, &proxy.to).await.map_err(refuses)?;
        }
        let mut connected = Some(TokioIo::new(stream));
        let connect = service_fn(move |_: Uri| {
            let stream = connected.take().ok_or_else(|| io::Error::other("the connection was used"));
            async move { stream }
        });
        let mut tunnel = Tunnel::new(proxy.to.clone(), connect);
        if let Some(credentials) = &proxy.credentials {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let stream = tunnel.call(to).await.map_err(|error| {
            // The kind of error only shows in its text.
            match error.to_string().trim_start_matches("tunnel error: ") {
                "proxy authorization required" => TransportFault::ProxySignIn(proxy.name.clone()),
                "unsuccessful" => fails("refuses to connect to it"),
                "unexpected end of file" => fails("breaks the connection off"),
                _ => fails("does not answer as a proxy does"),
            }
        })?;
        Ok(Box::new(stream.into_inner()))
    }

    /// Opens a connection to a host.
    async fn reach(&self, to: &Uri) -> Result<Stream, TransportFault> {
        let stream = self.reach.clone().oneshot(to.clone()).await.map_err(|error| {
            let has = |kind| move |io: &io::Error| io.kind() == kind;
            let io = || causes(&error).filter_map(|cause| cause.downcast_ref::<io::Error>());
            if causes(&error).any(|cause| cause.is::<UnknownName>()) {
                TransportFault::NoSuchHost
            } else if io().any(has(io::ErrorKind::ConnectionRefused)) {
                TransportFault::Refused
            } else {
                TransportFault::NoRoute(root_cause(&error).to_string())
            }
        })?;
        Ok(Box::new(stream.into_inner()))
    }

    /// Encrypts a connection to a host.
    async fn encrypt(&self, stream: Stream, to: &Uri) -> Result<Stream, TransportFault> {
        let unusable = || TransportFault::Unusable("its host cannot be verified".to_owned());
        let tls = self.tls.as_ref().ok_or_else(unusable)?;
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|_| unusable())?;
        let encrypted = tls.connect(name, stream).await;
        let encrypted = encrypted.map_err(|error| {
            certificate::fault(&error)
                .unwrap_or_else(|| TransportFault::Broken(root_cause(&error).to_string()))
        })?;
        Ok(Box::new(encrypted))
    }
}

/// TLS with the authorities that this machine trusts.
fn encryption() -> Result<TlsConnector, String> {
    if let Some(problem) = way::unusable_authorities() {
        return Err(problem);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let text = |error: rustls::Error| root_cause(&error).to_string();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(text)?
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Looks names up.
type NameResolver = MapErr<GaiResolver, fn(io::Error) -> UnknownName>;

/// A name that is not known.
#[derive(Debug)]
struct UnknownName(io::Error);

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for UnknownName {}
