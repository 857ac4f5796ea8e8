//! The time zones of the IANA database, from the copy that is built in: the machine's own may be older or none.

use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::diagnostics::suggest::nearest;

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Abbreviations and everyday names, in lower case without signs, each with the zone of the largest city.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("est edt et eastern easterntime easternstandardtime usest est5edt", "America/New_York"),
    ("cst cdt ct central centraltime centralstandardtime cst6cdt", "America/Chicago"),
    ("mst mdt mt mountain mountaintime mountainstandardtime mst7mdt", "America/Denver"),
    ("pst pdt pt pacific pacifictime pacificstandardtime pst8pdt", "America/Los_Angeles"),
    ("akst akdt alaska", "America/Anchorage"),
    ("hst hawaii", "Pacific/Honolulu"),
    ("ast adt atlantic", "America/Halifax"),
    ("bst wet gb uk britain england", "Europe/London"),
    ("cet cest met mez mesz germany", "Europe/Berlin"),
    ("eet eest", "Europe/Athens"),
    ("msk moscowtime", "Europe/Moscow"),
    ("ist india", "Asia/Kolkata"),
    ("jst japan", "Asia/Tokyo"),
    ("sgt", "Asia/Singapore"),
    ("hkt hongkong", "Asia/Hong_Kong"),
    ("aest aedt aet", "Australia/Sydney"),
    ("awst", "Australia/Perth"),
    ("nzst nzdt nz", "Pacific/Auckland"),
    ("brt", "America/Sao_Paulo"),
    ("sast", "Africa/Johannesburg"),
    ("gmt greenwich z zulu utc0 etcutc universal uct", "UTC"),
];

/// The zone of this name, as the database spells it: that of a place, such as `America/New_York`, or `UTC`. An
/// abbreviation such as `EST` is none, since it has no summer time.
///
/// ```
/// assert!(cxflowc::time_zones::find("America/New_York").is_some());
/// assert!(cxflowc::time_zones::find("america/new_york").is_none());
/// assert!(cxflowc::time_zones::find("EST").is_none());
/// ```
pub fn find(name: &str) -> Option<TimeZone> {
    let zone = DATABASE.get(name).ok().filter(|_| is_of_place(name))?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// What a name of no zone probably means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeantZone {
    /// The zone.
    pub name: String,
    /// Whether it can be no other: only capitals and signs differ, or it is the city.
    pub is_certain: bool,
}

/// The zone that a name probably means: `New York`, `america/new_york`, `EST`.
///
/// ```
/// let meant = cxflowc::time_zones::meant("New York").unwrap();
/// assert_eq!((meant.name.as_str(), meant.is_certain), ("America/New_York", true));
/// let meant = cxflowc::time_zones::meant("EST").unwrap();
/// assert_eq!((meant.name.as_str(), meant.is_certain), ("America/New_York", false));
/// assert_eq!(cxflowc::time_zones::meant("+05:00"), None);
/// ```
pub fn meant(name: &str) -> Option<MeantZone> {
    let wanted = letters(name);
    if wanted.is_empty() {
        return None;
    }
    let zones: Vec<String> =
        DATABASE.available().map(|zone| zone.as_str().to_owned()).filter(|zone| is_of_place(zone)).collect();
    let found = |is_meant: &dyn Fn(&str) -> bool| -> Option<MeantZone> {
        let mut all = zones.iter().filter(|zone| is_meant(zone));
        let name = all.next()?.clone();
        Some(MeantZone { name, is_certain: all.next().is_none() })
    };
    let abbreviated = || {
        let (_, zone) =
            ABBREVIATIONS.iter().find(|(words, _)| words.split(' ').any(|word| word == wanted))?;
        Some(MeantZone { name: (*zone).to_owned(), is_certain: false })
    };
    let city = |zone: &str| zone.rsplit('/').next().is_some_and(|city| letters(city) == wanted);
    let near = || {
        let name = nearest(name, zones.iter().map(String::as_str))?.to_owned();
        Some(MeantZone { name, is_certain: false })
    };
    found(&|zone| letters(zone) == wanted).or_else(abbreviated).or_else(|| found(&city)).or_else(near)
}

/// Whether a name has a place in it, or is `UTC`.
fn is_of_place(name: &str) -> bool {
    let area = name.split_once('/').map(|(area, _)| area);
    name == "UTC" || area.is_some_and(|area| !matches!(area, "Etc" | "SystemV" | "posix" | "right"))
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_for_an_abbreviation_is_one() {
        for (words, zone) in ABBREVIATIONS {
            assert!(find(zone).is_some(), "{zone}");
            for word in words.split(' ') {
                assert_eq!(letters(word), word);
            }
        }
    }

    #[test]
    fn knows_what_is_meant() {
        for (written, zone, is_certain) in [
            ("america/new york", "America/New_York", true),
            ("America/NewYork", "America/New_York", true),
            ("Berlin", "Europe/Berlin", true),
            ("los_angeles", "America/Los_Angeles", true),
            ("US Eastern", "US/Eastern", true),
            ("Eastern", "America/New_York", false),
            ("Pacific Time", "America/Los_Angeles", false),
            ("CET", "Europe/Berlin", false),
            ("utc", "UTC", true),
            ("Europe/Berln", "Europe/Berlin", false),
        ] {
            assert_eq!(meant(written), Some(MeantZone { name: zone.to_owned(), is_certain }), "{written}");
        }
        assert_eq!(meant("-5"), None);
    }
}
