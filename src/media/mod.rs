//! What a recording is, judged by its bytes: what a header says about lengths may be wrong.
//!
//! No crate does this: hound refuses µ-law, and symphonia believes the header of a file that was cut off.

mod formats;
mod wav;

pub use formats::WavFormat;
pub use wav::Wav;

/// How far a recording may be from what `lasts` says, in milliseconds.
pub const TOLERANCE: u64 = 100;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recording {
    /// A WAV file.
    Wav(Wav),
    /// A WAV file that lacks something: what.
    BrokenWav(&'static str),
    /// Anything else: what, as in `an MP3 file`.
    Other(&'static str),
}

impl Recording {
    /// Recognizes a file by its bytes.
    pub fn of(bytes: &[u8]) -> Self {
        if wav::is_wav(bytes) {
            return wav::read(bytes).map_or_else(Self::BrokenWav, Self::Wav);
        }
        Self::Other(other(bytes))
    }

    /// The format in words: `WAV, µ-law, 8 kHz, 8 bit, mono`.
    pub fn format(&self) -> String {
        let wav = match self {
            Self::Wav(wav) => wav,
            Self::BrokenWav(_) => return "WAV".to_owned(),
            Self::Other(what) => return (*what).to_owned(),
        };
        wav.format.to_string()
    }

    /// How long it lasts, in milliseconds.
    pub fn milliseconds(&self) -> Option<u64> {
        match self {
            Self::Wav(wav) => wav.milliseconds(),
            Self::BrokenWav(_) | Self::Other(_) => None,
        }
    }

    /// What is wrong with it as a prompt that should last this long, of a platform that takes these formats: each
    /// follows the file's name.
    pub fn faults(&self, lasts: Option<u64>, formats: &[WavFormat]) -> Vec<String> {
        let wav = match self {
            Self::Wav(wav) => wav,
            Self::BrokenWav(lacks) => return vec![format!("is a WAV file that {lacks}")],
            Self::Other(what) => return vec![format!("is {what}, not a WAV file")],
        };
        let mut faults = Vec::new();
        if !formats.contains(&wav.format) {
            let wanted: Vec<String> = formats.iter().map(WavFormat::to_string).collect();
            faults.push(format!("is {}; the platform takes {}", wav.format, wanted.join(" or ")));
        }
        let there = wav.milliseconds();
        match (wav.there, wav.declared) {
            (0, _) => faults.push("has no sound".to_owned()),
            (there_bytes, Some(declared)) if declared > there_bytes => {
                faults.push(match (there, wav.declared_milliseconds()) {
                    (Some(there), Some(declared)) => {
                        format!(
                            "is cut off: its header says {}, it has {}",
                            seconds(declared),
                            seconds(there)
                        )
                    }
                    _ => "is cut off".to_owned(),
                });
            }
            _ => {}
        }
        match (lasts, there) {
            (Some(lasts), Some(there)) if lasts.abs_diff(there) > TOLERANCE && wav.there > 0 => {
                faults.push(format!("lasts {}, and `lasts` says {}", seconds(there), seconds(lasts)));
            }
            _ => {}
        }
        faults
    }
}

/// A length in words. Below a tenth of a second, in milliseconds.
fn seconds(milliseconds: u64) -> String {
    if milliseconds < 100 {
        format!("{milliseconds} ms")
    } else {
        format!("{:.1} s", milliseconds as f64 / 1000.0)
    }
}

/// What a file is that is no WAV file.
fn other(bytes: &[u8]) -> &'static str {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    match bytes {
        [] => "empty",
        [b'I', b'D', b'3', ..] => "an MP3 file",
        [b'O', b'g', b'g', b'S', ..] => "an Ogg file",
        [b'f', b'L', b'a', b'C', ..] => "a FLAC file",
        [b'.', b's', b'n', b'd', ..] => "an AU file",
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', b'F' | b'C', ..] => "an AIFF file",
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => "an MP4 file",
        [b'R', b'I', b'F', b'F', ..] => "a RIFF file without sound",
        [0x1F, 0x8B, ..] => "a compressed file",
        // The frames of MPEG audio begin with eleven bits, a version and a layer.
        [0xFF, second, third, ..]
            if second & 0xE6 >= 0xE2 && second & 0x18 != 0x08 && third & 0xF0 != 0xF0 =>
        {
            "an MP3 file"
        }
        _ if begins(b"<!doctype html") || begins(b"<html") => "an HTML page",
        _ if begins(b"<?xml") => "an XML document",
        _ if begins(b"{") || begins(b"[") => "a JSON document",
        _ => "of an unknown format",
    }
}
