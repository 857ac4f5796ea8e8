//! What the dialler of a skill does, as facts for policies: which setting of the tenant each comes from, with the evidence
//! for it.
//!
//! Names of settings and the bounds of their values are those of the published description (v34.0). What a number means
//! is not in it: where it is inferred, the table says so, and what could be read in two ways is no fact.

use serde_json::Value;

use crate::cxone::answer::named;
use crate::cxone::wording::clean;
use crate::spelling;

/// How a setting becomes a value of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// A number.
    Count,
    /// A number of seconds.
    Seconds,
    /// A number of minutes.
    Minutes,
    /// A text.
    Text,
    /// Whether there is one: `"yes"` or `"no"`.
    Presence,
}

/// A fact, and where it comes from.
struct Mapping {
    fact: &'static str,
    /// The group of parameters; without one it is a field of the skill.
    group: Option<&'static str>,
    field: &'static str,
    reading: Reading,
    /// What is known of it, in words.
    evidence: &'static str,
}

const fn of(
    fact: &'static str,
    group: Option<&'static str>,
    field: &'static str,
    reading: Reading,
    evidence: &'static str,
) -> Mapping {
    Mapping { fact, group, field, reading, evidence }
}

const GENERAL: Option<&str> = Some("generalSettings");
const RETRY: Option<&str> = Some("retrySettings");
const CPA: Option<&str> = Some("cpaSettings");

/// The facts, each from one setting.
const MAPPINGS: [Mapping; 11] = [
    of(
        "ring_timeout",
        GENERAL,
        "maximumRingingDuration",
        Reading::Seconds,
        "from 1 to 60 in the description; that it counts seconds is inferred",
    ),
    of(
        "skill_maximum_attempts",
        RETRY,
        "maximumAttempts",
        Reading::Count,
        "from 1 to 300 in the description",
    ),
    of("skill_minimum_retry", RETRY, "minimumRetryMinutes", Reading::Minutes, "in the description"),
    of(
        "skill_restricted_attempts",
        RETRY,
        "restrictedCallingMaxAttempts",
        Reading::Count,
        "in the description; 0 may mean that nothing is restricted",
    ),
    of(
        "skill_restricted_within",
        RETRY,
        "restrictedCallingMinutes",
        Reading::Minutes,
        "in the description; 0 may mean that nothing is restricted",
    ),
    of(
        "skill_abandon_rate_threshold",
        GENERAL,
        "abandonRateThreshold",
        Reading::Count,
        "a percentage from 0 to 99.9 in the description; what the dialler does at it is not said",
    ),
    of(
        "skill_abandon_rate_cutoff",
        GENERAL,
        "abandonRateCutoff",
        Reading::Count,
        "a percentage from 0 to 100 in the description; what the dialler does at it is not said",
    ),
    of(
        "skill_abandon_timeout",
        CPA,
        "abandonTimeout",
        Reading::Seconds,
        "from 0 to 60 in the description; from when it counts is not said, so that it is not `connect_within`",
    ),
    of(
        "skill_machine_detection",
        CPA,
        "ansMachineDetMode",
        Reading::Count,
        "from 0 to 9 in the description; what each number means is not said",
    ),
    of("skill_caller_id", None, "callerIdOverride", Reading::Text, "in the description"),
    of("skill_suppression_script", None, "callSuppressionScriptId", Reading::Presence, "in the description"),
];

/// The facts of the bundled policies that no skill tells.
pub const NOT_TOLD: &str = "connect_within, consent, exemption, purpose, recording, voice";

/// One fact, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillFact {
    /// Its name.
    pub name: &'static str,
    /// Its value as the language writes it; `None` if the skill does not tell it.
    pub value: Option<String>,
    /// Where it comes from, or why it is not told.
    pub source: String,
}

/// The facts of a skill. `fields` is the skill, `parameters` what its dialler does.
pub fn facts(fields: &Value, parameters: &Value) -> Vec<SkillFact> {
    let mut facts: Vec<SkillFact> =
        MAPPINGS.iter().map(|mapping| fact(mapping, fields, parameters)).collect();
    facts.insert(1, dialer(fields));
    facts.insert(1, hours(parameters));
    facts
}

fn fact(mapping: &Mapping, fields: &Value, parameters: &Value) -> SkillFact {
    let Mapping { fact: name, group, field, reading, evidence } = *mapping;
    let place = group.map_or_else(|| field.to_owned(), |group| format!("{group}.{field}"));
    let plain = |text: &str| text.to_ascii_lowercase();
    let object = match group {
        Some(group) => named(parameters, &[&plain(group)]),
        None => Some(fields),
    };
    let not_told =
        |why: String| SkillFact { name, value: None, source: format!("{place}: {why}; {evidence}") };
    let Some(object) = object else { return not_told("the tenant does not show it".to_owned()) };
    let value = named(object, &[&plain(field)]);
    if reading == Reading::Presence {
        let has = value.is_some_and(|value| !matches!(value.as_u64(), Some(0)));
        let word = if has { "yes" } else { "no" };
        return SkillFact {
            name,
            value: Some(format!("\"{word}\"")),
            source: format!("{place}, {evidence}"),
        };
    }
    let Some(value) = value else { return not_told("the skill has none".to_owned()) };
    // Both groups have some of the settings, and which of them counts is not said.
    let other = GENERAL.filter(|_| group == RETRY).and_then(|group| named(parameters, &[&plain(group)]));
    if let Some(other) =
        other.and_then(|other| named(other, &[&plain(field)])).filter(|other| *other != value)
    {
        let [own, other] = [value, other].map(|value| clean(&value.to_string(), 40));
        return not_told(format!("it is {own}, and that of generalSettings is {other}"));
    }
    if name.starts_with("skill_restricted") && value.as_f64() == Some(0.0) {
        return not_told("it is 0".to_owned());
    }
    match written(value, reading) {
        Ok(value) => SkillFact { name, value: Some(value), source: format!("{place}, {evidence}") },
        Err(why) => not_told(why),
    }
}

/// A value as the language writes it.
fn written(value: &Value, reading: Reading) -> Result<String, String> {
    if reading == Reading::Text {
        let text = value.as_str().map(|text| clean(text, 200)).unwrap_or_default();
        return match text.is_empty() {
            true => Err("the skill has none".to_owned()),
            false => Ok(spelling::display_string(&text)),
        };
    }
    let whole = value.as_u64().or_else(|| {
        // The tenant writes some whole numbers with a fraction of 0.
        let number = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e9).contains(number))?;
        format!("{number:.0}").parse().ok()
    });
    let Some(whole) = whole else {
        return Err(format!("it is {}, and a fact is a whole number", clean(&value.to_string(), 40)));
    };
    Ok(match reading {
        Reading::Seconds => format!("{whole}s"),
        Reading::Minutes => format!("{whole}min"),
        _ => whole.to_string(),
    })
}

/// Who dials, as far as the skill says it in so many words.
fn dialer(fields: &Value) -> SkillFact {
    let name = "dialer";
    match named(fields, &["agentless"]).and_then(Value::as_bool) {
        Some(true) => SkillFact {
            name,
            value: Some("\"agentless\"".to_owned()),
            source: "agentless, in the description".to_owned(),
        },
        Some(false) => {
            let strategy = named(fields, &["outboundstrategy"]).and_then(Value::as_str).unwrap_or_default();
            let strategy = match clean(strategy, 60) {
                text if text.is_empty() => String::new(),
                text => format!(" with the strategy \"{text}\""),
            };
            SkillFact {
                name,
                value: None,
                source: format!(
                    "agentless: it dials for agents{strategy}; whether that is manual, preview, progressive or predictive is not said"
                ),
            }
        }
        None => SkillFact { name, value: None, source: "agentless: the tenant does not show it".to_owned() },
    }
}

/// When it calls: from the earliest to the latest of all time zones that may be called, on every day, since no setting
/// tells the days.
fn hours(parameters: &Value) -> SkillFact {
    const EVIDENCE: &str = "in the description; that they are hours of that time zone's clock is inferred, and the days are not said";
    let name = "hours";
    let not_told = |why: &str| SkillFact { name, value: None, source: format!("timeZoneSettings: {why}") };
    let Some(zones) = named(parameters, &["timezonesettings"]).and_then(Value::as_array) else {
        return not_told("the tenant does not show it");
    };
    let is_called =
        |zone: &&Value| named(zone, &["timezoneactivetocall"]).and_then(Value::as_bool) != Some(false);
    let mut bounds: Option<(u32, u32)> = None;
    let mut count = 0;
    for zone in zones.iter().filter(is_called) {
        let time = |name: &str| named(zone, &[name]).and_then(Value::as_str).and_then(seconds);
        let (Some(start), Some(end)) = (time("starttime"), time("endtime")) else {
            return not_told("a time zone that may be called has no times of its own");
        };
        if start >= end {
            return not_told("the hours of a time zone go over midnight, or are none");
        }
        let (first, last) = bounds.unwrap_or((start, end));
        bounds = Some((first.min(start), last.max(end)));
        count += 1;
    }
    let Some((start, end)) = bounds else { return not_told("no time zone has hours") };
    let zones = crate::diagnostics::counted(count, "time zone");
    // Seconds that begin a minute count as the whole of it.
    let time = |minutes: u32| format!("{}:{:02}", minutes / 60, minutes % 60);
    SkillFact {
        name,
        value: Some(format!("mon..sun {}..{}", time(start / 60), time(end.div_ceil(60)))),
        source: format!("timeZoneSettings, the earliest and the latest of {zones}, {EVIDENCE}"),
    }
}

/// A time of day in seconds: `09:00`, `09:00:00`, `9:00 PM`.
fn seconds(text: &str) -> Option<u32> {
    let text = text.trim().to_ascii_uppercase();
    // A day may stand before it.
    let text = text.rsplit_once('T').map_or(text.as_str(), |(_, time)| time);
    let (time, half) = match (text.strip_suffix("AM"), text.strip_suffix("PM")) {
        (Some(time), _) => (time, Some(0)),
        (_, Some(time)) => (time, Some(12)),
        _ => (text, None),
    };
    let mut parts = time.trim().split(':');
    let hour: u32 = parts.next()?.trim().parse().ok()?;
    let minute: u32 = parts.next()?.trim().parse().ok()?;
    let second: u32 = parts.next().map_or(Some(0), |part| part.split('.').next()?.trim().parse().ok())?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None if hour <= 24 => hour,
        None => return None,
    };
    let whole = (hour * 60 + minute) * 60 + second;
    (minute < 60 && second < 60 && parts.next().is_none() && whole <= 24 * 3600).then_some(whole)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(facts: &[SkillFact], name: &str) -> Option<String> {
        facts.iter().find(|fact| fact.name == name).unwrap().value.clone()
    }

    #[test]
    fn each_setting_becomes_its_fact() {
        let parameters = json!({
            "generalSettings": { "maximumRingingDuration": 25, "abandonRateThreshold": 3.0, "abandonRateCutoff": 4.5 },
            "RetrySettings": {
                "MaximumAttempts": 3, "minimumRetryMinutes": 240,
                "restrictedCallingMaxAttempts": 0, "restrictedCallingMinutes": 0.0,
            },
            "cpaSettings": { "abandonTimeout": 2, "ansMachineDetMode": null },
            "timeZoneSettings": [
                { "name": "A", "startTime": "09:30", "endTime": "19:15:00", "timeZoneActiveToCall": true },
                { "name": "B", "startTime": "8:00 AM", "endTime": "8:00 PM" },
                { "name": "C", "startTime": "01:00", "endTime": "23:00", "timeZoneActiveToCall": false },
            ],
        });
        let fields =
            json!({ "agentless": true, "callerIdOverride": "+1 312 \"555\"", "callSuppressionScriptId": 7 });
        let facts = facts(&fields, &parameters);
        for (name, wanted) in [
            ("ring_timeout", Some("25s")),
            ("hours", Some("mon..sun 8:00..20:00")),
            ("dialer", Some("\"agentless\"")),
            ("skill_maximum_attempts", Some("3")),
            ("skill_minimum_retry", Some("240min")),
            ("skill_abandon_rate_threshold", Some("3")),
            ("skill_abandon_rate_cutoff", None),
            ("skill_abandon_timeout", Some("2s")),
            ("skill_machine_detection", None),
            ("skill_restricted_attempts", None),
            ("skill_restricted_within", None),
            ("skill_caller_id", Some("\"+1 312 \\\"555\\\"\"")),
            ("skill_suppression_script", Some("\"yes\"")),
        ] {
            assert_eq!(value(&facts, name).as_deref(), wanted, "{name}");
        }
    }

    #[test]
    fn what_restricts_nothing_is_no_fact_and_what_does_is_one() {
        let source = |attempts: u64| {
            let parameters = json!({ "retrySettings": { "restrictedCallingMaxAttempts": attempts } });
            let facts = facts(&json!({}), &parameters);
            let fact = facts.into_iter().find(|fact| fact.name == "skill_restricted_attempts").unwrap();
            (fact.value, fact.source)
        };
        let (value, why) = source(0);
        assert_eq!(value, None);
        assert!(why.contains("it is 0; in the description; 0 may mean that nothing is restricted"), "{why}");
        assert_eq!(source(2).0.as_deref(), Some("2"));
    }

    #[test]
    fn hours_that_are_not_clear_are_no_facts() {
        let start = |zones: Value| hours(&json!({ "timeZoneSettings": zones })).value;
        assert_eq!(start(json!([])), None);
        assert_eq!(start(json!([{ "startTime": "09:00", "endTime": null }])), None);
        assert_eq!(start(json!([{ "startTime": "20:00", "endTime": "08:00" }])), None);
        assert_eq!(start(json!([{ "startTime": "nine", "endTime": "20:00" }])), None);
        assert_eq!(
            start(json!([{ "startTime": "09:59:59", "endTime": "20:00" }])).as_deref(),
            Some("mon..sun 9:59..20:00")
        );
        assert_eq!(hours(&json!({})).value, None);
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, wanted) in [
            ("00:00", Some(0)),
            ("12:00 AM", Some(0)),
            ("12:30 pm", Some(45_000)),
            ("23:59:59", Some(86_399)),
            ("1900-01-01T09:00:00", Some(32_400)),
            ("24:00", Some(86_400)),
            ("24:01", None),
            ("9", None),
            ("13:00 PM", None),
            ("99999999:00", None),
            ("09:60", None),
            ("", None),
        ] {
            assert_eq!(seconds(text), wanted, "{text}");
        }
    }
}
