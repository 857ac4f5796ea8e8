//! Language tags as BCP 47 (RFC 5646) has them: `es`, `es-US`, `zh-Hant-TW`.

use oxilangtag::LanguageTag;

use super::nearest_code;

/// What is wrong with a language tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagFault {
    /// It is no tag, and perhaps this one was meant.
    NoTag(Option<String>),
    /// It has the form of a tag, and there is no such language; perhaps this tag was meant: `sp`.
    NoLanguage(Option<String>),
    /// It is a tag that the standard spells in another way: `es-us`, `eng`, `en-UK`.
    Spelling(String),
}

/// Looks at a language tag. Whether there is such a region is left open, and so is whether there is a language of three
/// letters, of which there are thousands.
///
/// ```
/// use cxflowc::speech::{TagFault, check_tag};
///
/// assert_eq!(check_tag("es-US"), Ok(()));
/// assert_eq!(check_tag("es-us"), Err(TagFault::Spelling("es-US".to_owned())));
/// assert_eq!(check_tag("Spanish"), Err(TagFault::NoTag(Some("es".to_owned()))));
/// ```
///
/// # Errors
///
/// What is wrong with it.
pub fn check_tag(text: &str) -> Result<(), TagFault> {
    let Some(canonical) = canonical(text) else { return Err(TagFault::NoTag(meant(text))) };
    let primary = canonical.split('-').next().unwrap_or_default();
    if primary.len() == 2 && !LANGUAGES.split(' ').any(|known| known == primary) {
        let own = OTHERS.iter().find(|(other, _)| *other == primary);
        let meant = own.map(|(_, own)| canonical.replacen(primary, own, 1));
        return Err(TagFault::NoLanguage(meant));
    }
    if canonical == text { Ok(()) } else { Err(TagFault::Spelling(canonical)) }
}

/// Whether a text is a language tag, in whatever capitals.
pub fn is_tag(text: &str) -> bool {
    canonical(text).is_some()
}

/// Whether a language tag is that of a language or of one of its varieties: `es-US` is within `es`, `est` is not.
///
/// ```
/// use cxflowc::speech::is_within;
///
/// assert!(is_within("es-US", "es") && is_within("ES-us", "es-US"));
/// assert!(!is_within("est", "es") && !is_within("es", "es-US"));
/// ```
pub fn is_within(tag: &str, range: &str) -> bool {
    let Some((head, rest)) = tag.split_at_checked(range.len()) else { return false };
    head.eq_ignore_ascii_case(range) && (rest.is_empty() || rest.starts_with('-'))
}

/// A tag as the standard spells it. `None` if a text is no tag.
fn canonical(text: &str) -> Option<String> {
    let primary = text.split('-').next().unwrap_or_default();
    // Languages of four letters and more are reserved, and `i-…` and `x-…` name none.
    if !(2..=3).contains(&primary.len()) {
        return None;
    }
    let tag = LanguageTag::parse_and_normalize(text).ok()?;
    let short = SHORTER.iter().find(|(long, _)| *long == tag.primary_language()).map(|(_, short)| *short);
    let mut subtags: Vec<&str> = tag.as_str().split('-').collect();
    if let (Some(short), Some(first)) = (short, subtags.first_mut()) {
        *first = short;
    }
    // A country in three letters reads as a language within another, and `UK` is reserved for another use.
    for region in subtags.iter_mut().skip(1).take(2) {
        let other = REGIONS.iter().find(|(other, _)| region.eq_ignore_ascii_case(other));
        if let Some((_, code)) = other {
            *region = code;
        }
    }
    Some(subtags.join("-"))
}

/// The tag that a text was probably meant to be.
fn meant(text: &str) -> Option<String> {
    // `es_US.UTF-8`, as systems name a language.
    let plain = text.trim().split(['.', '@']).next().unwrap_or_default().replace('_', "-");
    canonical(&plain).or_else(|| nearest_code(&plain).map(str::to_owned))
}

/// The languages with two letters: those of ISO 639-1, and the older codes that BCP 47 still has.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Codes of countries and short forms of names that people write for a language, and the language's code.
const OTHERS: [(&str, &str); 17] = [
    ("sp", "es"),
    ("jp", "ja"),
    ("cn", "zh"),
    ("gr", "el"),
    ("ua", "uk"),
    ("cz", "cs"),
    ("dk", "da"),
    ("us", "en"),
    ("gb", "en"),
    ("mx", "es"),
    ("vn", "vi"),
    ("rs", "sr"),
    ("il", "he"),
    ("by", "be"),
    ("at", "de"),
    ("ph", "fil"),
    ("pk", "ur"),
];

/// Languages with codes of three letters that the standard leaves out, since there is a shorter one.
const SHORTER: [(&str, &str); 22] = [
    ("ara", "ar"),
    ("chi", "zh"),
    ("deu", "de"),
    ("dut", "nl"),
    ("eng", "en"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("hin", "hi"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("pol", "pl"),
    ("por", "pt"),
    ("rus", "ru"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("vie", "vi"),
    ("zho", "zh"),
];

/// What people write for a region, and its code.
const REGIONS: [(&str, &str); 10] = [
    ("UK", "GB"),
    ("USA", "US"),
    ("GBR", "GB"),
    ("MEX", "MX"),
    ("ESP", "ES"),
    ("CAN", "CA"),
    ("FRA", "FR"),
    ("DEU", "DE"),
    ("BRA", "BR"),
    ("PRT", "PT"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_tags_as_the_standard_spells_them() {
        for tag in ["en", "en-US", "es-419", "zh-Hant-TW", "de-CH-1996", "haw", "sr-Latn", "en-x-plain"] {
            assert_eq!(check_tag(tag), Ok(()), "{tag}");
        }
    }

    #[test]
    fn suggests_the_spelling_of_the_standard() {
        for (written, meant) in [
            ("es-us", "es-US"),
            ("EN-gb", "en-GB"),
            ("ZH-hant-tw", "zh-Hant-TW"),
            ("eng-US", "en-US"),
            ("spa", "es"),
            ("en-UK", "en-GB"),
            ("en-USA", "en-US"),
        ] {
            assert_eq!(check_tag(written), Err(TagFault::Spelling(meant.to_owned())), "{written}");
        }
    }

    #[test]
    fn tells_what_is_no_language() {
        for (written, meant) in
            [("sp", Some("es")), ("sp-US", Some("es-US")), ("jp", Some("ja")), ("xx", None), ("zz-US", None)]
        {
            assert_eq!(check_tag(written), Err(TagFault::NoLanguage(meant.map(str::to_owned))), "{written}");
        }
    }

    #[test]
    fn tells_what_is_no_tag() {
        for (written, meant) in [
            ("", None),
            ("es_US", Some("es-US")),
            ("es_MX.UTF-8", Some("es-MX")),
            (" fr ", Some("fr")),
            ("english", Some("en")),
            ("Deutsch", Some("de")),
            ("es US", None),
            ("en-", None),
            ("en--US", None),
            ("klingon", None),
        ] {
            assert_eq!(check_tag(written), Err(TagFault::NoTag(meant.map(str::to_owned))), "{written}");
        }
    }
}
