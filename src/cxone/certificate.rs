//! Explains errors of certificates and TLS in plain words.

use std::error::Error;

use rustls::CertificateError;

use super::fault::{TransportFault, causes};
use super::wording::clean;

/// The TLS fault, if the error is one.
pub fn fault(error: &(dyn Error + 'static)) -> Option<TransportFault> {
    let tls = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>())?;
    Some(match tls {
        rustls::Error::InvalidCertificate(error) => TransportFault::Certificate(certificate(error)),
        rustls::Error::InvalidMessage(_) => {
            TransportFault::Tls("the other side does not speak it".to_owned())
        }
        other => TransportFault::Tls(other.to_string()),
    })
}

fn certificate(error: &CertificateError) -> String {
    let text = match error {
        CertificateError::UnknownIssuer => {
            "its certificate is signed by an authority that this machine does not know"
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            return format!("its certificate expired{}, by this machine's clock", on(not_after.as_secs()));
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            return format!(
                "its certificate is valid{} at the earliest, by this machine's clock",
                from(not_before.as_secs())
            );
        }
        CertificateError::NotValidForNameContext { presented, .. } if !presented.is_empty() => {
            return format!("its certificate is for another name: {}", names(presented));
        }
        CertificateError::Expired => "its certificate has expired, by this machine's clock",
        CertificateError::NotValidYet => "its certificate is not valid yet, by this machine's clock",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "its certificate is for another name"
        }
        CertificateError::Revoked => "its certificate was revoked",
        CertificateError::BadSignature => "its certificate is not signed by the authority that it names",
        // The type of these errors is not public; only their debug text names them.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => {
            "its certificate is one of an authority (CA:TRUE), as `openssl req -x509` makes it; a server needs one that an authority has signed (CA:FALSE)"
        }
        other => return format!("its certificate does not verify ({other})"),
    };
    text.to_owned()
}

/// The names that a certificate is valid for, as it spells them.
fn names(presented: &[String]) -> String {
    const SHOWN: usize = 5;
    let inner_name = |presented: &String| {
        // The library wraps them: `DnsName("api.example.com")`.
        let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
        clean(inner.unwrap_or(presented).trim_matches('"'), 100)
    };
    let mut shown: Vec<String> = presented.iter().take(SHOWN).map(inner_name).collect();
    if presented.len() > SHOWN {
        shown.push(format!("and {} more", presented.len() - SHOWN));
    }
    shown.join(", ")
}

fn on(seconds: u64) -> String {
    day(seconds).map(|day| format!(" on {day}")).unwrap_or_default()
}

fn from(seconds: u64) -> String {
    day(seconds).map(|day| format!(" from {day}")).unwrap_or_default()
}

fn day(seconds: u64) -> Option<String> {
    let time = jiff::Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?;
    Some(time.to_string().split('T').next()?.to_owned())
}
