//! Connections: a name is looked up, a proxy is asked for a tunnel, TLS is agreed on. Each step names who
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

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(10);

/// What bytes go over, whatever it is made of.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// A connection.
pub type Stream = Box<dyn Wire>;

/// Makes connections.
#[derive(Clone)]
pub struct Connector {
    reach: HttpConnector<NameResolver>,
    /// None where all addresses are on this machine and unencrypted.
    tls: Option<TlsConnector>,
}

impl Connector {
    /// A connector. A `plain` one is for `http` alone, which only leads to this machine: it needs no
    /// certificates.
    ///
    /// # Errors
    ///
    /// What the system lacks, such as certificates.
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

    /// Makes a connection, until a moment at most.
    ///
    /// # Errors
    ///
    /// Why there is none, and who is to blame.
    pub async fn connect(&self, url: &Url, until: Instant) -> Result<Stream, TransportFault> {
        let began = Instant::now();
        let until = until.min(began + CONNECTING);
        let time = until - began;
        let uri: Uri =
            url.as_str().parse().map_err(|_| TransportFault::Unusable("its address is none".to_owned()))?;
        let encrypted = url.scheme() == "https";
        // Plain addresses are on this machine, where no proxy leads.
        let proxy = if encrypted { Proxy::before(url).map_err(TransportFault::ProxySetting)? } else { None };
        let Some(proxy) = proxy else {
            let direct = async {
                let stream = self.reach(&uri).await?;
                if encrypted { self.encrypt(stream, &uri).await } else { Ok(stream) }
            };
            return timeout_at(until, direct).await.unwrap_or(Err(TransportFault::NoConnection(time)));
        };
        let fails = |does: &str| TransportFault::ProxyFails(proxy.name.clone(), does.to_owned());
        let tunnel = timeout_at(until, self.tunnel(&proxy, uri.clone()));
        let tunnel = tunnel.await.unwrap_or_else(|_| Err(fails(way::SILENT)))?;
        match timeout_at(until, self.encrypt(tunnel, &uri)).await {
            Ok(Err(TransportFault::Broken(_) | TransportFault::Tls(_))) => {
                Err(fails("makes a connection over which nobody speaks TLS"))
            }
            Ok(made) => made,
            Err(_) => Err(fails(way::SILENT_BEHIND)),
        }
    }

    /// A connection through a proxy to an address.
    async fn tunnel(&self, proxy: &Proxy, to: Uri) -> Result<Stream, TransportFault> {
        let fails = |does: &str| TransportFault::ProxyFails(proxy.name.clone(), does.to_owned());
        let refuses = |fault: TransportFault| match fault {
            TransportFault::NoSuchHost => fails("has a name that is not known here"),
            TransportFault::Refused => fails("refuses connections"),
            TransportFault::Certificate(why) => fails(&format!("cannot be trusted: {why}")),
            TransportFault::Tls(_) => {
                fails("does not speak TLS, as its address says; write it with http:// if it is plain")
            }
            TransportFault::NoRoute(why) => fails(&format!("cannot be reached ({why})")),
            TransportFault::Broken(_) => fails("breaks the connection off"),
            other => other,
        };
        let mut stream = self.reach(&proxy.to).await.map_err(refuses)?;
        if proxy.to.scheme_str() == Some("https") {
            stream = self.encrypt(stream, &proxy.to).await.map_err(refuses)?;
        }
        let mut made = Some(TokioIo::new(stream));
        let made = service_fn(move |_: Uri| {
            let stream = made.take().ok_or_else(|| io::Error::other("the connection was used"));
            async move { stream }
        });
        let mut tunnel = Tunnel::new(proxy.to.clone(), made);
        if let Some(credentials) = &proxy.credentials {
            tunnel = tunnel.with_auth(credentials.clone());
        }
        let stream = tunnel.call(to).await.map_err(|error| {
            // Which kind an error is can only be told by its words.
            match error.to_string().trim_start_matches("tunnel error: ") {
                "proxy authorization required" => TransportFault::ProxySignIn(proxy.name.clone()),
                "unsuccessful" => fails("refuses to connect to it"),
                "unexpected end of file" => fails("breaks the connection off"),
                _ => fails("does not answer as a proxy does"),
            }
        })?;
        Ok(Box::new(stream.into_inner()))
    }

    /// A connection to a host.
    async fn reach(&self, to: &Uri) -> Result<Stream, TransportFault> {
        let stream = self.reach.clone().oneshot(to.clone()).await.map_err(|error| {
            let of = |kind| move |io: &io::Error| io.kind() == kind;
            let io = || causes(&error).filter_map(|cause| cause.downcast_ref::<io::Error>());
            if causes(&error).any(|cause| cause.is::<UnknownName>()) {
                TransportFault::NoSuchHost
            } else if io().any(of(io::ErrorKind::ConnectionRefused)) {
                TransportFault::Refused
            } else {
                TransportFault::NoRoute(root_cause(&error).to_string())
            }
        })?;
        Ok(Box::new(stream.into_inner()))
    }

    /// A connection that is encrypted for a host.
    async fn encrypt(&self, stream: Stream, to: &Uri) -> Result<Stream, TransportFault> {
        let unusable = || TransportFault::Unusable("its host cannot be verified".to_owned());
        let tls = self.tls.as_ref().ok_or_else(unusable)?;
        let host = to.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|_| unusable())?;
        let made = tls.connect(name, stream).await;
        let made = made.map_err(|error| {
            certificate::fault(&error)
                .unwrap_or_else(|| TransportFault::Broken(root_cause(&error).to_string()))
        })?;
        Ok(Box::new(made))
    }
}

/// TLS with the authorities that this machine trusts.
fn encryption() -> Result<TlsConnector, String> {
    if let Some(why) = way::unusable_authorities() {
        return Err(why);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let said = |error: rustls::Error| root_cause(&error).to_string();
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(said)?
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
