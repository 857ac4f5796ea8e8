//! Checks of the values of settings.

use super::Guard;
use super::address::{AddressFault, check_address};
use super::api_path::{has_job_id, is_path, parts_of_update};
use super::api_version::is_api_version;
use super::environment::{TokenAuth, variable};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{list_of, quote};
use crate::emit;
use crate::emit::studio::{AnswerBy, StudioVoice};
use crate::flow::{Kind, WAITS};
use crate::media::WavFormat;
use crate::speech::{LANGUAGES, language_of, nearest_code};
use crate::spelling::duration;

/// Checks a setting's text; `environment` is the one that the setting belongs to.
pub type ValueCheck = fn(text: &str, environment: &str) -> Result<(), ValueFault>;

/// Why a setting does not accept a text.
#[derive(Debug, Default)]
pub struct ValueFault {
    /// What is wrong, to follow the setting's name.
    pub is: String,
    /// What to write.
    pub help: Option<String>,
    /// The text that was probably meant.
    pub near: Option<&'static str>,
}

impl ValueFault {
    fn new(is: impl Into<String>, help: impl Into<String>) -> Self {
        Self { is: is.into(), help: Some(help.into()), near: None }
    }
}

/// Accepts any text.
pub fn any(_: &str, _: &str) -> Result<(), ValueFault> {
    Ok(())
}

/// A word of `require`.
pub fn guard(text: &str, _: &str) -> Result<(), ValueFault> {
    Guard::parse(text).map(drop).map_err(|why| ValueFault {
        is: format!(": {}", why.message),
        help: Some(why.help),
        near: why.near,
    })
}

/// An address of the platform or of a webhook. Everybody can read the file, so a password in it has a help
/// of its own.
pub fn address(text: &str, environment: &str) -> Result<(), ValueFault> {
    check_address(text).map_err(|fault| match fault {
        AddressFault::User => ValueFault::new(
            format!(" {}, and this file is shared", fault.is()),
            format!(
                "write the address alone; credentials belong in {} and {}",
                variable(environment, "CLIENT_ID"),
                variable(environment, "CLIENT_SECRET")
            ),
        ),
        _ => ValueFault::new(format!(" {}", fault.is()), fault.help()),
    })
}

/// Where tokens are issued. People may mistake this for the token itself.
pub fn token_path(text: &str, environment: &str) -> Result<(), ValueFault> {
    if text.starts_with('/') && !text.starts_with("//") {
        return path(text, environment);
    }
    if text.contains("://") || text.starts_with("//") {
        return address(text, environment);
    }
    Err(ValueFault::new(
        " is where tokens come from: a path from `/` on, or an https address",
        "write `token = \"/api/oauth2/token\"`; a token itself is never written down",
    ))
}

/// A path below the base URL.
pub fn path(text: &str, _: &str) -> Result<(), ValueFault> {
    if is_path(text) {
        return Ok(());
    }
    Err(ValueFault::new(
        " is a path below the base URL, without a query",
        "write it from `/` on, and without `?` and `#`, as in `/api/flows`",
    ))
}

/// The method and path that change a flow.
pub fn update(text: &str, _: &str) -> Result<(), ValueFault> {
    if parts_of_update(text).is_some() {
        return Ok(());
    }
    Err(ValueFault::new(
        " is a method, `PUT`, `PATCH` or `POST`, and a path with the flow's id",
        "write `update = \"PUT /api/flows/{flow_id}\"`",
    ))
}

/// An audit log.
pub fn audit(text: &str, _: &str) -> Result<(), ValueFault> {
    if !text.ends_with(".cxflow") {
        return Ok(());
    }
    Err(ValueFault::new(" names a flow's source", "write `audit = \"audit/prod.jsonl\"`"))
}

/// A scope of a token.
pub fn scope(text: &str, _: &str) -> Result<(), ValueFault> {
    if !text.contains(char::is_whitespace) {
        return Ok(());
    }
    Err(ValueFault::new(
        format!(" has {}, which is more than one scope", quote(text)),
        "write each scope between quotes of its own, as in `[\"flow:write\", \"flow:read\"]`",
    ))
}

/// How a client identifies itself.
pub fn token_auth(text: &str, _: &str) -> Result<(), ValueFault> {
    if TokenAuth::of(text).is_some() {
        return Ok(());
    }
    // Names from other programs come before similar words.
    let near = match text.trim().to_ascii_lowercase().as_str() {
        "client_secret_basic" | "header" => Some(TokenAuth::Basic.word()),
        "client_secret_post" | "body" | "form" => Some(TokenAuth::Post.word()),
        _ => nearest(text, TokenAuth::ALL.iter().map(|known| known.word())),
    };
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write `token_auth = \"{}\"`", TokenAuth::default().word()),
    };
    Err(ValueFault { near, ..ValueFault::new(" is none of `basic`, `basic-raw` and `post`", help) })
}

/// A target.
pub fn target(text: &str, _: &str) -> Result<(), ValueFault> {
    one_of(text, emit::ALL.iter().map(|target| target.name))
}

/// How a script of Studio learns who answered.
pub fn answer_by(text: &str, _: &str) -> Result<(), ValueFault> {
    one_of(text, AnswerBy::ALL.iter().map(|answer| answer.word()))
}

fn one_of(text: &str, words: impl Iterator<Item = &'static str> + Clone) -> Result<(), ValueFault> {
    if words.clone().any(|word| word == text.trim()) {
        return Ok(());
    }
    let near = nearest(text.trim(), words.clone());
    let known: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write {}", list_of(&known, "or")),
    };
    Err(ValueFault { near, ..ValueFault::new(format!(" is none of {}", list_of(&known, "and")), help) })
}

/// A version of the tenant's API.
pub fn api_version(text: &str, _: &str) -> Result<(), ValueFault> {
    match is_api_version(text.trim()) {
        true => Ok(()),
        false => Err(ValueFault::new(
            format!(" has {}, which is no version of the API", quote(text)),
            "write `v`, the number, a dot and a number, as in `\"v34.0\"`",
        )),
    }
}

/// A voice of Studio: `es-US=polly:Lupe`.
pub fn studio_voice(text: &str, _: &str) -> Result<(), ValueFault> {
    voice_of_studio(text).map(drop).ok_or_else(|| {
        ValueFault::new(
            format!(" has {}, which is no voice", quote(text)),
            "write a language or `default`, `=`, who makes the voice, `:` and its name there, as in `\"es-US=polly:Lupe\"`",
        )
    })
}

/// The language and the voice that a setting names.
pub(super) fn voice_of_studio(text: &str) -> Option<(String, StudioVoice)> {
    let (language, voice) = pair(text)?;
    let (vendor, name) = voice.split_once(':')?;
    let (vendor, name) = (vendor.trim(), name.trim());
    let is_known = language == "default" || oxilangtag::LanguageTag::parse(language).is_ok();
    let voice = StudioVoice { vendor: vendor.to_owned(), name: name.to_owned() };
    (is_known && !vendor.is_empty() && !name.is_empty()).then(|| (language.to_owned(), voice))
}

/// A library id: `CAPTURE=3f0c2f5e-…`.
pub fn library_id(text: &str, _: &str) -> Result<(), ValueFault> {
    let is_id = |id: &str| {
        let parts: Vec<&str> = id.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        lengths == [8, 4, 4, 4, 12] && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    };
    if pair(text).is_some_and(|(_, id)| is_id(id)) {
        return Ok(());
    }
    Err(ValueFault::new(
        format!(" has {}, which is no library id", quote(text)),
        "write the action, `=` and the id as in `\"CAPTURE=3f0c2f5e-7c1b-4b53-9d3a-0a4f6d1c2b7e\"`",
    ))
}

/// A branch of the action that listens for machines: `human=Voice`.
pub fn answer_branch(text: &str, _: &str) -> Result<(), ValueFault> {
    let outcomes = Kind::Answer.outcomes();
    if pair(text).is_some_and(|(outcome, _)| outcomes.iter().any(|known| known.word() == outcome)) {
        return Ok(());
    }
    Err(ValueFault::new(
        format!(" has {}, which is no branch", quote(text)),
        "write an outcome of `answer`, `=` and the branch, as in `\"human=Voice\"`; outcomes are `human`, `machine`, `unknown` and `failed`",
    ))
}

/// A profile of the tenant for opening hours: `office_hours=Lakeside weekdays`.
pub fn hours_profile(text: &str, _: &str) -> Result<(), ValueFault> {
    if pair(text).is_some_and(|(hours, _)| crate::spelling::is_name(hours)) {
        return Ok(());
    }
    Err(ValueFault::new(
        format!(" has {}, which names no hours and no profile", quote(text)),
        "write the name of the flow's `hours`, `=` and the name of the tenant's profile, as in `\"office_hours=Lakeside weekdays\"`",
    ))
}

/// The two sides of a `=`.
pub(super) fn pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty() && !value.is_empty()).then_some((name, value))
}

/// Where a job is polled.
pub fn job_path(text: &str, environment: &str) -> Result<(), ValueFault> {
    if has_job_id(text) {
        return path(text, environment);
    }
    Err(ValueFault::new(" does not say where the job's id goes", "write `jobs = \"/api/jobs/{id}\"`"))
}

/// A format of recordings.
pub fn wav_format(text: &str, _: &str) -> Result<(), ValueFault> {
    if WavFormat::parse(text).is_some() {
        return Ok(());
    }
    let encodings: Vec<String> = WavFormat::encodings().map(|word| format!("`{word}`")).collect();
    Err(ValueFault::new(
        format!(" has {}, which is no format of recordings", quote(text)),
        format!(
            "write encoding, samples a second, bits a sample and channels, as in `\"mulaw 8000 8 mono\"`; encodings are {}, channels `mono` and `stereo`",
            list_of(&encodings, "and")
        ),
    ))
}

/// A language whose speaking times were measured.
pub fn language(text: &str, _: &str) -> Result<(), ValueFault> {
    if language_of(text).is_some() {
        return Ok(());
    }
    let codes: Vec<String> = LANGUAGES.iter().map(|language| format!("`{}`", language.code)).collect();
    let near = nearest_code(text);
    Err(ValueFault {
        is: format!(" has {}, a language that was not measured", quote(text)),
        help: Some(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!(
                "it takes {}; if there are texts in other languages too, take the setting out: the general bounds fit every language",
                list_of(&codes, "and")
            ),
        }),
        near,
    })
}

/// How long a key is awaited.
pub fn wait(text: &str, _: &str) -> Result<(), ValueFault> {
    match duration(text) {
        Some(milliseconds) if WAITS.contains(&milliseconds) => Ok(()),
        Some(_) => Err(ValueFault::new(
            format!(" is {}, and a key is awaited for 500ms to 3min", quote(text)),
            "write a time between these, as in `\"5s\"`",
        )),
        None => Err(ValueFault::new(
            format!(" has {}, which is no time", quote(text)),
            "write a number with `ms`, `s` or `min`, as in `\"5s\"`",
        )),
    }
}

/// A year in days, long enough for a leap year.
pub const YEAR: i64 = 366;

/// A time in days: `90 days`, `6 months`, `1 year`, or short as in `90d`.
pub fn days(text: &str) -> Option<i64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let each = match unit.trim() {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "month" | "months" => 31,
        "y" | "year" | "years" => YEAR,
        _ => return None,
    };
    number.parse::<i64>().ok()?.checked_mul(each).filter(|&days| days > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_accept_common_spellings() {
        let read = ["90 days", "90d", "1 day", "2 weeks", "6 months", "1 year", "1y"].map(days);
        assert_eq!(read, [90, 90, 1, 14, 186, 366, 366].map(Some));
        for wrong in
            ["", "90", "days", "0 days", "-1 day", "1.5 years", "5 m", "1 yr", "99999999999999999999 days"]
        {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }
}
