//! Reads the chunks of a WAV file, whatever its header claims about their lengths.

use super::WavFormat;

/// A WAV file, as far as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wav {
    /// Its format.
    pub format: WavFormat,
    /// Bytes a second. `None` if the header makes no sense.
    pub bytes_per_second: Option<u64>,
    /// The length of the sound that the header declares, in bytes. `None` if it declares none.
    pub declared: Option<u64>,
    /// The bytes of sound that are there.
    pub there: u64,
}

/// The length that stands for an unknown one, or for one that is in the chunk `ds64`.
const UNKNOWN: u32 = u32::MAX;

/// The encoding that stands for one that is named further on.
const EXTENSIBLE: u16 = 0xFFFE;

/// The encodings whose samples have a fixed size: PCM, floating point, A-law, µ-law.
const FIXED_SIZE: [u16; 4] = [1, 3, 6, 7];

/// Chunks that show where one begins after a chunk of odd length that lacks its padding.
const USUAL: [&[u8; 4]; 7] = [b"data", b"fmt ", b"fact", b"LIST", b"bext", b"cue ", b"id3 "];

/// The start of every WAV file: RIFF, or the variants for more than 4 GiB.
pub fn is_wav(bytes: &[u8]) -> bool {
    let is_riff = [b"RIFF", b"RF64", b"BW64"].into_iter().any(|start| bytes.starts_with(start));
    is_riff && bytes.get(8..12) == Some(b"WAVE")
}

/// Reads a file that is a WAV file by its first bytes.
///
/// # Errors
///
/// Fails with what the file lacks.
pub fn read(bytes: &[u8]) -> Result<Wav, &'static str> {
    let mut at = 12;
    let mut format: Option<&[u8]> = None;
    let mut long_length: Option<u64> = None;
    let mut sound: Option<(Option<u64>, u64)> = None;
    while let (Some(id), Some(length)) = (bytes.get(at..at + 4), four(bytes, at + 4)) {
        let start = at + 8;
        let rest = bytes.get(start..).unwrap_or_default();
        let whole = usize::try_from(length).unwrap_or(usize::MAX);
        let body = rest.get(..whole).unwrap_or(rest);
        match id {
            b"fmt " if format.is_none() => format = Some(body),
            b"ds64" => long_length = eight(body, 8),
            b"data" if length == UNKNOWN => {
                sound = Some(match long_length {
                    Some(declared) => (Some(declared), declared.min(rest.len() as u64)),
                    None => (None, rest.len() as u64),
                });
                break;
            }
            // Whoever writes to a pipe leaves 0 there.
            b"data" if length == 0 && !rest.is_empty() && !begins_chunk(rest) => {
                sound = Some((None, rest.len() as u64));
                break;
            }
            b"data" if sound.is_none() => sound = Some((Some(length.into()), body.len() as u64)),
            _ => {}
        }
        if format.is_some() && sound.is_some() {
            break;
        }
        at = next(bytes, start, whole);
    }
    let format = format.ok_or("has no `fmt ` chunk, so its format is unknown")?;
    let too_short = "has a `fmt ` chunk that is too short";
    let (mut encoding, channels) = (two(format, 0).ok_or(too_short)?, two(format, 2).ok_or(too_short)?);
    let rate = four(format, 4).ok_or(too_short)?;
    let bits = two(format, 14).ok_or(too_short)?;
    if encoding == EXTENSIBLE {
        encoding = two(format, 24).unwrap_or(encoding);
    }
    let (declared, there) = sound.ok_or("has no `data` chunk, so no sound")?;
    let bytes_per_second = if FIXED_SIZE.contains(&encoding) {
        u64::from(rate) * u64::from(channels) * u64::from(bits.div_ceil(8))
    } else {
        four(format, 8).unwrap_or_default().into()
    };
    let bytes_per_second = Some(bytes_per_second).filter(|&count| count > 0);
    let format = WavFormat { encoding, rate, bits, channels };
    Ok(Wav { format, bytes_per_second, declared, there })
}

impl Wav {
    /// How long the sound that is there lasts, in milliseconds.
    pub fn milliseconds(&self) -> Option<u64> {
        self.lasts(self.there)
    }

    /// How long the sound lasts according to the header, in milliseconds.
    pub fn declared_milliseconds(&self) -> Option<u64> {
        self.lasts(self.declared?)
    }

    fn lasts(&self, bytes: u64) -> Option<u64> {
        let milliseconds = u128::from(bytes) * 1000 / u128::from(self.bytes_per_second?);
        u64::try_from(milliseconds).ok()
    }
}

/// Where the chunk after one begins. One of odd length is padded, which some writers forget.
fn next(bytes: &[u8], start: usize, length: usize) -> usize {
    let end = start.saturating_add(length);
    let is_usual = bytes.get(end..).is_some_and(|rest| USUAL.iter().any(|id| rest.starts_with(*id)));
    if length % 2 == 1 && !is_usual { end.saturating_add(1) } else { end }
}

/// Whether a chunk begins here that is complete.
fn begins_chunk(bytes: &[u8]) -> bool {
    let id = bytes.get(..4).is_some_and(|id| id.iter().all(|byte| matches!(byte, b' '..=b'~')));
    id && four(bytes, 4).is_some_and(|length| u64::from(length) + 8 <= bytes.len() as u64)
}

fn two(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn four(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}
