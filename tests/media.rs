//! What recordings are, by their bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use cxflowc::media::{Recording, Wav, WavFormat};
use proptest::prelude::*;

/// A chunk, with its padding unless `bare`.
fn chunk(id: &str, length: u32, body: &[u8], bare: bool) -> Vec<u8> {
    let mut chunk = [id.as_bytes(), &length.to_le_bytes(), body].concat();
    if body.len() % 2 == 1 && !bare {
        chunk.push(0);
    }
    chunk
}

fn format(encoding: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let block = channels * bits.div_ceil(8);
    let (encoding, channels) = (encoding.to_le_bytes(), channels.to_le_bytes());
    let bytes = (rate * u32::from(block)).to_le_bytes();
    [&encoding[..], &channels, &rate.to_le_bytes(), &bytes, &block.to_le_bytes(), &bits.to_le_bytes()]
        .concat()
}

fn file(kind: &str, chunks: &[Vec<u8>]) -> Vec<u8> {
    [kind.as_bytes(), &[0; 4], b"WAVE", &chunks.concat()].concat()
}

fn mu_law() -> Vec<u8> {
    chunk("fmt ", 16, &format(7, 1, 8000, 8), false)
}

fn wav(bytes: &[u8]) -> Wav {
    match Recording::of(bytes) {
        Recording::Wav(wav) => wav,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_length_is_that_of_the_bytes_that_are_there() {
    let sound = [0x7F; 8000];
    let list = |bare| chunk("LIST", 3, b"abc", bare);
    let mut long = 0u64.to_le_bytes().to_vec();
    long.extend(8000u64.to_le_bytes());
    for chunks in [
        vec![mu_law(), chunk("data", 8000, &sound, false)],
        vec![mu_law(), list(false), chunk("data", 8000, &sound, false)],
        vec![mu_law(), list(true), chunk("data", 8000, &sound, false), list(false)],
        vec![mu_law(), chunk("data", 0, &sound, false)],
        vec![mu_law(), chunk("data", u32::MAX, &sound, false)],
        vec![mu_law(), chunk("data", 24000, &sound, false)],
        vec![chunk("ds64", 16, &long, false), mu_law(), chunk("data", u32::MAX, &sound, false), list(false)],
    ] {
        let kind = if chunks[0].starts_with(b"ds64") { "RF64" } else { "RIFF" };
        assert_eq!(wav(&file(kind, &chunks)).milliseconds(), Some(1000), "{} chunks", chunks.len());
    }
    let cut = file("RIFF", &[mu_law(), chunk("data", 24000, &sound, false)]);
    assert_eq!(
        Recording::of(&cut).faults(None, &[WavFormat::DOCUMENTED]),
        ["is cut off: its header says 3.0 s, it has 1.0 s"]
    );
}

#[test]
fn only_the_formats_that_the_platform_takes_are_right() {
    let pcm =
        file("RIFF", &[chunk("fmt ", 16, &format(1, 1, 8000, 16), false), chunk("data", 4, &[1; 4], false)]);
    let formats = |all: &[&str]| all.iter().map(|text| WavFormat::parse(text).unwrap()).collect::<Vec<_>>();
    let faults = |all: &[&str]| Recording::of(&pcm).faults(None, &formats(all));
    assert_eq!(faults(&["mulaw 8000 8 mono", "pcm 8000 16 mono"]), Vec::<String>::new());
    assert_eq!(
        faults(&["mulaw 8000 8 mono", "pcm 16000 16 stereo"]),
        [
            "is WAV, PCM, 8 kHz, 16 bit, mono; the platform takes WAV, µ-law, 8 kHz, 8 bit, mono or WAV, PCM, 16 kHz, 16 bit, stereo"
        ]
    );
    for other in [
        "alaw 8000 8 mono",
        "pcm 8000 8 mono",
        "pcm 16000 16 mono",
        "pcm 8000 16 stereo",
        "float 8000 16 mono",
    ] {
        assert_eq!(faults(&[other]).len(), 1, "{other}");
    }
    for wrong in [
        "",
        "pcm",
        "pcm 8000 16",
        "pcm 8000 16 mono wav",
        "pcm 0 16 mono",
        "pcm 8000 65 mono",
        "pcm 8k 16 mono",
        "opus 8000 16 mono",
        "pcm 8000 16 quad",
    ] {
        assert_eq!(WavFormat::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn another_format_is_named() {
    let mut extensible = format(0xFFFE, 2, 44100, 16);
    extensible.extend([22, 0, 16, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0]);
    let length = u32::try_from(extensible.len()).unwrap();
    let pcm = file("RIFF", &[chunk("fmt ", length, &extensible, false), chunk("data", 4, &[1; 4], false)]);
    assert_eq!(
        Recording::of(&pcm).faults(None, &[WavFormat::DOCUMENTED]),
        ["is WAV, PCM, 44.1 kHz, 16 bit, stereo; the platform takes WAV, µ-law, 8 kHz, 8 bit, mono"]
    );
    for (bytes, what) in [
        (&b"ID3\x04"[..], "an MP3 file"),
        (b"\xFF\xFB\x90\x64", "an MP3 file"),
        (b"OggS\0", "an Ogg file"),
        (b"\n <HTML><body>", "an HTML page"),
        (b"{\"error\": 1}", "a JSON document"),
        (b"", "empty"),
    ] {
        assert_eq!(
            Recording::of(bytes).faults(None, &[WavFormat::DOCUMENTED]),
            [format!("is {what}, not a WAV file")]
        );
    }
    let faults =
        |chunks: &[Vec<u8>]| Recording::of(&file("RIFF", chunks)).faults(None, &[WavFormat::DOCUMENTED]);
    assert_eq!(faults(&[mu_law()]), ["is a WAV file that has no `data` chunk, so no sound"]);
    assert_eq!(faults(&[mu_law(), chunk("data", 0, b"", false)]), ["has no sound"]);
}

proptest! {
    /// No bytes at all make it panic, and no file has more sound than bytes.
    #[test]
    fn a_file_never_has_more_sound_than_bytes(
        chunks in prop::collection::vec((0usize..5, any::<u32>(), prop::collection::vec(any::<u8>(), 0..60)), 0..6),
        cut in 0usize..200,
    ) {
        let ids = ["fmt ", "data", "LIST", "ds64", "abcd"];
        let chunks: Vec<Vec<u8>> = chunks
            .iter()
            .map(|(id, length, body)| {
                let length = if length % 2 == 0 { body.len() as u32 } else { *length };
                chunk(ids[*id], length, body, length % 3 == 0)
            })
            .collect();
        let mut bytes = file("RIFF", &chunks);
        bytes.truncate(bytes.len().saturating_sub(cut));
        let recording = Recording::of(&bytes);
        recording.faults(Some(1000), &[WavFormat::DOCUMENTED]);
        if let Recording::Wav(wav) = recording {
            prop_assert!(wav.there <= bytes.len() as u64);
        }
    }
}
