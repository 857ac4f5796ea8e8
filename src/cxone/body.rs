//! Decodes an answer's bytes to text.

use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::fault::{MAX_BODY, TransportFault};

/// Decompresses a body and converts it to UTF-8 without a byte-order mark. `packing` is the header
/// `Content-Encoding`, `kind` is `Content-Type`.
///
/// # Errors
///
/// Fails if it cannot be decompressed, or is too long.
pub fn read(body: Vec<u8>, packing: Option<&str>, kind: Option<&str>) -> Result<Vec<u8>, TransportFault> {
    let mut body = body;
    let names: Vec<String> =
        packing.unwrap_or_default().split(',').map(|name| name.trim().to_lowercase()).collect();
    // The last encoding is the outermost. More than a few are an attack.
    for name in names.iter().rev().take(4) {
        body = match name.as_str() {
            "" | "identity" => body,
            _ if body.is_empty() => body,
            "gzip" | "x-gzip" => unpacked(MultiGzDecoder::new(&*body), name)?,
            "deflate" => match unpacked(ZlibDecoder::new(&*body), name) {
                // Some servers leave out the zlib wrapper that the name requires.
                Err(TransportFault::Packed(_)) => unpacked(DeflateDecoder::new(&*body), name)?,
                unpacked => unpacked?,
            },
            _ => {
                return Err(TransportFault::Packed(format!(
                    "in the encoding `{name}`, which was not requested"
                )));
            }
        };
    }
    // Some servers send compressed data without saying so.
    if body.starts_with(&[0x1F, 0x8B, 8]) {
        body = unpacked(MultiGzDecoder::new(&*body), "gzip")?;
    }
    Ok(in_utf8(body, kind))
}

fn unpacked(packed: impl Read, name: &str) -> Result<Vec<u8>, TransportFault> {
    let mut out = Vec::new();
    packed
        .take(MAX_BODY as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| TransportFault::Packed(format!("in a broken encoding `{name}`")))?;
    if out.len() > MAX_BODY { Err(TransportFault::too_long()) } else { Ok(out) }
}

/// Converts text to UTF-8. Invalid bytes are replaced.
fn in_utf8(body: Vec<u8>, kind: Option<&str>) -> Vec<u8> {
    let declared = kind.and_then(charset).and_then(|name| Encoding::for_label(name.as_bytes()));
    let is_utf8 = std::str::from_utf8(&body).is_ok();
    let encoding = match declared {
        // Many servers declare their configured charset but send UTF-8, as JSON requires.
        Some(declared) if !(is_utf8 && declared.is_ascii_compatible()) => declared,
        _ => match (body.first(), body.get(1)) {
            (Some(0), Some(1..)) => UTF_16BE,
            (Some(1..), Some(0)) => UTF_16LE,
            _ => UTF_8,
        },
    };
    // A byte-order mark overrides the declared charset.
    if encoding == UTF_8 && is_utf8 && !body.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return body;
    }
    let (text, _, _) = encoding.decode(&body);
    text.trim_start_matches('\u{FEFF}').as_bytes().to_vec()
}

/// The charset that `Content-Type` names.
fn charset(kind: &str) -> Option<&str> {
    kind.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &str = r#"{"message":"Schlüssel fehlt"}"#;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    }

    fn utf16(text: &str, mark: bool, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let mark = mark.then_some(0xFEFF);
        mark.into_iter().chain(text.encode_utf16()).flat_map(order).collect()
    }

    #[test]
    fn packed_bodies_are_unpacked() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(TEXT.as_bytes()).unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(TEXT.as_bytes()).unwrap();
        for (packing, body) in [
            (None, TEXT.as_bytes().to_vec()),
            (Some("identity"), TEXT.as_bytes().to_vec()),
            (Some("gzip"), gzip(TEXT.as_bytes())),
            (Some("X-GZip"), gzip(TEXT.as_bytes())),
            (None, gzip(TEXT.as_bytes())),
            (Some("gzip, gzip"), gzip(&gzip(TEXT.as_bytes()))),
            (Some("deflate"), zlib.finish().unwrap()),
            (Some("deflate"), raw.finish().unwrap()),
        ] {
            assert_eq!(read(body, packing, None).unwrap(), TEXT.as_bytes(), "{packing:?}");
        }
        assert_eq!(read(Vec::new(), Some("gzip"), None).unwrap(), b"");
        for packing in ["br", "zstd", "gzip, br"] {
            assert!(
                matches!(read(b"x".to_vec(), Some(packing), None), Err(TransportFault::Packed(_))),
                "{packing}"
            );
        }
        assert!(matches!(read(b"no gzip".to_vec(), Some("gzip"), None), Err(TransportFault::Packed(_))));
        let bomb = gzip(&vec![b' '; MAX_BODY + 1]);
        assert!(bomb.len() < 100_000);
        assert!(matches!(read(bomb, None, None), Err(TransportFault::TooLong(_))));
    }

    #[test]
    fn every_charset_becomes_utf_8() {
        let latin: Vec<u8> = TEXT.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let json = |charset: &str| Some(format!("application/json; charset={charset}"));
        for (kind, body) in [
            (None, TEXT.as_bytes().to_vec()),
            (None, format!("\u{feff}{TEXT}").into_bytes()),
            (None, format!("\u{feff}\u{feff}{TEXT}").into_bytes()),
            (json("ISO-8859-1"), latin.clone()),
            (json("\"windows-1252\""), latin),
            // The declared charset is wrong, as with many servers.
            (json("ISO-8859-1"), TEXT.as_bytes().to_vec()),
            (json("utf-8"), TEXT.as_bytes().to_vec()),
            (json("nonsense"), TEXT.as_bytes().to_vec()),
            (json("utf-16le"), utf16(TEXT, false, u16::to_le_bytes)),
            (json("utf-16"), utf16(TEXT, true, u16::to_be_bytes)),
            (None, utf16(TEXT, true, u16::to_le_bytes)),
            (None, utf16(TEXT, false, u16::to_le_bytes)),
            (None, utf16(TEXT, false, u16::to_be_bytes)),
        ] {
            let text = String::from_utf8(read(body, None, kind.as_deref()).unwrap()).unwrap();
            assert_eq!(text, TEXT, "{kind:?}");
        }
        let broken = read(b"{\"message\":\"Schl\xfcssel\"}".to_vec(), None, None).unwrap();
        assert_eq!(String::from_utf8(broken).unwrap(), "{\"message\":\"Schl\u{fffd}ssel\"}");
    }
}
