//! Recordings.

/// A µ-law file with sound of this length.
pub fn mu_law(milliseconds: usize) -> Vec<u8> {
    let sound = vec![0x7F; milliseconds * 8];
    let length = |count: usize| u32::try_from(count).unwrap().to_le_bytes();
    let mut wav = [&b"RIFF"[..], &length(38 + sound.len()), b"WAVEfmt \x12\0\0\0\x07\0\x01\0"].concat();
    wav.extend([8000u32.to_le_bytes(), 8000u32.to_le_bytes()].concat());
    wav.extend(b"\x01\0\x08\0\0\0data");
    wav.extend(length(sound.len()));
    wav.extend(sound);
    wav
}
