//! Whether the other side is who it claims to be.
#![cfg(target_os = "linux")]

use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::harness::{Platform, all_well, token};
use crate::support::Folder;

/// An authority that signs certificates, such as a company's own.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::OrganizationName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// What a server needs that speaks for `name`.
    pub fn certifies(
        &self,
        name: &str,
        change: impl FnOnce(&mut CertificateParams),
    ) -> Arc<rustls::ServerConfig> {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret)
            .unwrap();
        Arc::new(config)
    }

    /// Somebody who trusts it.
    pub fn trusted_at(&self, platform: &Platform) -> Folder {
        let folder = Folder::for_platform(platform);
        folder.write("authority.pem", self.0.pem());
        let file = folder.path("authority.pem").display().to_string();
        folder.with_variable("SSL_CERT_FILE", &file)
    }
}

#[test]
fn a_certificate_of_an_authority_that_ssl_cert_file_names() {
    let authority = Authority::new("Example");
    let platform = Platform::encrypted(authority.certifies("localhost", |_| ()), [token(), all_well()]);
    authority.trusted_at(&platform).submit("").exits(0).out_has("in place as flow-1");
}

#[test]
fn a_certificate_of_an_authority_that_nobody_knows() {
    let platform = Platform::encrypted(Authority::new("Example").certifies("localhost", |_| ()), []);
    Authority::new("Another")
        .trusted_at(&platform)
        .submit("")
        .fails("CX907")
        .message_has(&format!("{} cannot be trusted", platform.url()))
        .message_has("an authority that this machine does not know")
        .message_has("SSL_CERT_FILE")
        .took_less_than(Duration::from_secs(10));
}

#[test]
fn a_certificate_that_is_an_authority_s_own() {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .unwrap();
    let platform = Platform::encrypted(Arc::new(config), []);
    let folder = Folder::for_platform(&platform);
    folder.write("own.pem", certificate.pem());
    let file = folder.path("own.pem").display().to_string();
    folder
        .with_variable("SSL_CERT_FILE", &file)
        .submit("")
        .fails("CX907")
        .message_has("is one of an authority (CA:TRUE)");
}

#[test]
fn a_certificate_for_another_name() {
    let authority = Authority::new("Example");
    let platform = Platform::encrypted(authority.certifies("api.example.com", |_| ()), []);
    authority
        .trusted_at(&platform)
        .submit("")
        .fails("CX907")
        .message_has("is for another name")
        .message_has("base URL");
}

#[test]
fn a_certificate_that_has_run_out() {
    let authority = Authority::new("Example");
    let old = |params: &mut CertificateParams| {
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
    };
    let platform = Platform::encrypted(authority.certifies("localhost", old), []);
    authority.trusted_at(&platform).submit("").fails("CX907").message_has("expired on 2021-01-01");
}

#[test]
fn a_file_of_authorities_that_is_not_there() {
    let platform = Platform::encrypted(Authority::new("Example").certifies("localhost", |_| ()), []);
    Folder::for_platform(&platform)
        .with_variable("SSL_CERT_FILE", "/nowhere/authority.pem")
        .submit("")
        .fails("CX907")
        .message_has("SSL_CERT_FILE");
}

#[test]
fn plain_http_where_tls_is_spoken_and_the_other_way_round() {
    let encrypted = Platform::encrypted(Authority::new("Example").certifies("localhost", |_| ()), []);
    Folder::for_url(&encrypted.url().replace("https", "http"))
        .submit("--timeout 4s")
        .exits(3)
        .message_has("base URL");
    let plain = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = plain.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in plain.incoming() {
            use std::io::Write;
            let _ = stream.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let authority = Authority::new("Example");
    let folder = Folder::for_url(&format!("https://localhost:{}", address.port()));
    folder.write("authority.pem", authority.0.pem());
    let file = folder.path("authority.pem").display().to_string();
    folder.with_variable("SSL_CERT_FILE", &file).submit("--timeout 4s").fails("CX907");
}
