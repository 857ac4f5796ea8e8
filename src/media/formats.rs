//! Formats of WAV files: how settings spell them, and how people read them.

use std::fmt;

/// The encodings that settings can name: the word, the number in a file's header, and the name.
const ENCODINGS: [(&str, u16, &str); 4] =
    [("pcm", 1, "PCM"), ("float", 3, "floating point"), ("alaw", 6, "A-law"), ("mulaw", 7, "µ-law")];

/// What else a recording may turn out to be.
const OTHERS: [(u16, &str); 4] = [(2, "Microsoft ADPCM"), (17, "IMA ADPCM"), (49, "GSM 6.10"), (85, "MP3")];

/// The format of a WAV file. In words it is `WAV, µ-law, 8 kHz, 8 bit, mono`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavFormat {
    /// The number of its encoding: 1 is PCM, 7 is µ-law.
    pub encoding: u16,
    /// Samples a second.
    pub rate: u32,
    /// Bits a sample.
    pub bits: u16,
    /// The number of channels.
    pub channels: u16,
}

impl WavFormat {
    /// The one format that the platform's documentation names: `mulaw 8000 8 mono`.
    pub const DOCUMENTED: Self = Self { encoding: 7, rate: 8000, bits: 8, channels: 1 };

    /// The format of this spelling: encoding, samples a second, bits a sample and channels.
    ///
    /// ```
    /// use cxflowc::media::WavFormat;
    ///
    /// assert_eq!(WavFormat::parse("mulaw 8000 8 mono"), Some(WavFormat::DOCUMENTED));
    /// assert_eq!(WavFormat::parse("pcm 16000 16 stereo").unwrap().to_string(), "WAV, PCM, 16 kHz, 16 bit, stereo");
    /// assert_eq!(WavFormat::parse("mp3"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let [encoding, rate, bits, channels] = words.as_slice() else { return None };
        let (_, encoding, _) = *ENCODINGS.iter().find(|(word, ..)| word == encoding)?;
        let channels = match *channels {
            "mono" => 1,
            "stereo" => 2,
            _ => return None,
        };
        let rate = rate.parse().ok().filter(|rate| (1..=384_000).contains(rate))?;
        let bits = bits.parse().ok().filter(|bits| (1..=64).contains(bits))?;
        Some(Self { encoding, rate, bits, channels })
    }

    /// The words for encodings, in the order of their numbers.
    pub fn encodings() -> impl Iterator<Item = &'static str> {
        ENCODINGS.iter().map(|(word, ..)| *word)
    }
}

impl fmt::Display for WavFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = ENCODINGS.iter().map(|&(_, number, name)| (number, name)).chain(OTHERS);
        f.write_str("WAV, ")?;
        match known.into_iter().find(|(number, _)| *number == self.encoding) {
            Some((_, name)) => f.write_str(name)?,
            None => write!(f, "encoding {}", self.encoding)?,
        }
        write!(f, ", {} kHz, {} bit, ", f64::from(self.rate) / 1000.0, self.bits)?;
        match self.channels {
            1 => f.write_str("mono"),
            2 => f.write_str("stereo"),
            count => write!(f, "{count} channels"),
        }
    }
}
