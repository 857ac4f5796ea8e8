//! Faults on request: `429:0.2,502:0.1,reset:0.05`.

use std::fmt;
use std::str::FromStr;

use hyper::StatusCode;

/// One way for a request to go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A status from 400 to 599; 429 and 503 with `Retry-After`.
    Status(StatusCode),
    /// The connection is reset, without an answer.
    Reset,
    /// Headers and half of the body, then the connection is closed.
    Cut,
    /// `200` with an HTML page, like that of a proxy that requires a login.
    Html,
    /// No response until the client gives up or the emulator stops.
    Hang,
}

impl Fault {
    /// Whether a client cannot tell if its request was carried out. In that case chance decides whether it
    /// is.
    pub(super) fn has_unknown_outcome(self) -> bool {
        match self {
            Self::Status(status) => status.is_server_error(),
            Self::Reset | Self::Cut | Self::Hang => true,
            Self::Html => false,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{}", status.as_u16()),
            Self::Reset => f.write_str("reset"),
            Self::Cut => f.write_str("cut"),
            Self::Html => f.write_str("html"),
            Self::Hang => f.write_str("hang"),
        }
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "reset" => return Ok(Self::Reset),
            "cut" => return Ok(Self::Cut),
            "html" => return Ok(Self::Html),
            "hang" => return Ok(Self::Hang),
            _ => {}
        }
        let number = text.parse::<u16>().map_err(|_| {
            format!("`{text}` is not a fault: write a status such as 502, or reset, cut, html or hang")
        })?;
        match StatusCode::from_u16(number) {
            Ok(status) if (400..600).contains(&number) => Ok(Self::Status(status)),
            _ => Err(format!("{number} is not a fault: write a status from 400 to 599")),
        }
    }
}

/// Faults, each with its share of the requests. There are none by default.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    shares: Vec<(Fault, f64)>,
}

impl Faults {
    /// The fault for a draw from 0 to 1.
    pub(super) fn pick(&self, draw: f64) -> Option<Fault> {
        let mut below = 0.0;
        self.shares.iter().find_map(|&(fault, share)| {
            below += share;
            (draw < below).then_some(fault)
        })
    }
}

impl FromStr for Faults {
    type Err = String;

    /// Reads `FAULT:SHARE`, separated by commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut shares: Vec<(Fault, f64)> = Vec::new();
        for part in text.split(',').map(str::trim) {
            let Some((fault, share)) = part.split_once(':') else {
                return Err(format!("`{part}` has no share: write FAULT:SHARE, as in 502:0.1"));
            };
            let fault: Fault = fault.trim().parse()?;
            let share = share.trim();
            let number: f64 = share.parse().unwrap_or(f64::NAN);
            if !(0.0..=1.0).contains(&number) {
                return Err(format!(
                    "`{share}` is not a share of {fault}: write a number from 0 to 1, as in 0.1"
                ));
            }
            if shares.iter().any(|(other, _)| *other == fault) {
                return Err(format!("{fault} is given twice"));
            }
            shares.push((fault, number));
        }
        let sum: f64 = shares.iter().map(|(_, share)| share).sum();
        // As floating-point numbers, ten tenths are slightly more than one.
        if sum > 1.0 + 1e-9 {
            return Err(format!("the shares add up to {sum:.2}, which is more than 1"));
        }
        Ok(Self { shares })
    }
}
