//! Looks at what a tenant shows. That it does not show something is an answer, and no problem of the run.

use hyper::body::Bytes;
use serde_json::Value;
use url::Url;

use super::client::StudioClient;
use super::{facts, reading};
use crate::cxone::answer::{json, named};
use crate::cxone::request::Request;
use crate::cxone::response::Response;
use crate::cxone::{Deadline, Problem, ProgressListener, codes};

/// What came of looking.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    /// What the tenant answered.
    Answer(Value),
    /// It refused, with this status: it does not know the request or the thing, or does not show it to this user.
    Refused(u16),
    /// It answered what nobody can read.
    Odd,
}

impl Shown {
    /// Why there is nothing to see, to follow a sentence that says so.
    pub fn why(&self) -> String {
        match self {
            Self::Refused(status) => format!(" ({status})"),
            Self::Odd => ", and its answer cannot be read".to_owned(),
            Self::Answer(_) => ", and its answer has another form".to_owned(),
        }
    }
}

impl StudioClient {
    /// Looks at something of the version of the API that the tenant is asked by.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`], if the tenant cannot be reached or has no time.
    pub async fn look(
        &self,
        request: impl FnOnce(&Url) -> Request,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Shown, Problem> {
        let request = request(self.api(deadline, listener).await?);
        self.shown(&request, deadline, listener).await
    }

    /// Whether the tenant knows a version of the API; `None` if its answers cannot be read.
    ///
    /// # Errors
    ///
    /// Those of [`Self::look`].
    pub async fn knows_version(
        &self,
        version: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<bool>, Problem> {
        let api = self.api_of(version, deadline, listener).await?;
        for request in [reading::business_unit(&api), reading::search(&api, "BEGIN")] {
            match self.shown(&request, deadline, listener).await? {
                Shown::Answer(_) | Shown::Refused(401 | 403) => return Ok(Some(true)),
                Shown::Refused(_) => {}
                Shown::Odd => return Ok(None),
            }
        }
        Ok(Some(false))
    }

    /// The versions of the API that have been seen, the newest first.
    pub fn versions_seen() -> impl Iterator<Item = String> {
        facts::VERSIONS.rev().map(|number| format!("v{number}.0"))
    }

    async fn shown(
        &self,
        request: &Request,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Shown, Problem> {
        let read = |response: &Response| Ok(json(&response.body)?);
        match self.caller.call(self, request, &read, deadline, listener).await {
            Ok(value) => Ok(Shown::Answer(value)),
            Err(problem) => match problem.status {
                Some(status) => Ok(Shown::Refused(status)),
                None if *problem.code == codes::UNEXPECTED_ANSWER => Ok(Shown::Odd),
                None => Err(problem),
            },
        }
    }

    /// The versions of a script, the newest first.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`]; the problem of a script that does not exist is an absent one.
    pub async fn history(
        &self,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Vec<ScriptVersion>, Problem> {
        let request = reading::history(self.api(deadline, listener).await?, path);
        let read = |response: &Response| Ok(versions(&json(&response.body)?)?);
        let listed = self.caller.call(self, &request, &read, deadline, listener).await;
        listed.map_err(|problem| match problem.is_absent {
            true => self.absent(&problem, path).unwrap_or(problem),
            false => problem,
        })
    }

    /// A version of a script as it can be saved again: opening one leaves out where its actions stand in the window, which
    /// a save asks for.
    ///
    /// # Errors
    ///
    /// Those of [`Self::sign_in`].
    pub async fn open_version(
        &self,
        id: u64,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Bytes, Problem> {
        let request = reading::version(self.api(deadline, listener).await?, id);
        let read = |response: &Response| Ok(content(&json(&response.body)?, path)?);
        self.caller.call(self, &request, &read, deadline, listener).await
    }
}

/// A version of a script, as its history shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptVersion {
    /// Its number.
    pub id: u64,
    /// When it was saved, as the tenant writes it.
    pub modified: Option<String>,
    /// Who saved it.
    pub user: Option<String>,
    /// `Active`, for example.
    pub status: Option<String>,
}

/// Reads a history.
///
/// # Errors
///
/// Fails with the reason why it is none.
pub fn versions(value: &Value) -> Result<Vec<ScriptVersion>, String> {
    let list = named(value, &["versions"]).and_then(Value::as_array);
    let list = list.ok_or_else(|| "it has no `versions`".to_owned())?;
    let text = |version: &Value, name: &str| {
        let text = match named(version, &[name])? {
            Value::String(text) => crate::cxone::clean(text, 200),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    };
    let version = |version: &Value| {
        let id = named(version, &["scriptid"])?;
        Some(ScriptVersion {
            id: id.as_u64().or_else(|| id.as_str()?.trim().parse().ok())?,
            modified: text(version, "modifydate"),
            user: text(version, "modifyuser"),
            status: text(version, "status"),
        })
    };
    let mut versions: Vec<ScriptVersion> = list.iter().filter_map(version).collect();
    if versions.len() < list.len() {
        return Err("a version in it has no `scriptId`".to_owned());
    }
    // No source says in which order they come. Where the days say it, the newest is first.
    let moment = |version: &ScriptVersion| -> Option<jiff::Timestamp> {
        let text = version.modified.as_deref()?;
        let day = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        text.parse().ok().or_else(|| day().map(|day| day.timestamp()))
    };
    if versions.iter().all(|version| moment(version).is_some()) {
        versions.sort_by_key(|version| std::cmp::Reverse((moment(version), version.id)));
    }
    Ok(versions)
}

/// A version's script, ready to be saved under a path.
///
/// # Errors
///
/// Fails with the reason why it has none.
pub fn content(value: &Value, path: &str) -> Result<Bytes, String> {
    let content = named(value, &["scriptcontent"]).unwrap_or(value);
    let mut script = match content {
        Value::String(text) => {
            serde_json::from_str(text).map_err(|_| "its `scriptContent` is not JSON".to_owned())?
        }
        other => other.clone(),
    };
    let parts = ["header", "actions", "properties", "branches"];
    if let Some(missing) = parts.iter().find(|part| !script.get(**part).is_some_and(Value::is_object)) {
        return Err(format!("its script has no `{missing}`"));
    }
    if let Some(header) = script.get_mut("header").and_then(Value::as_object_mut) {
        header.insert("scriptName".to_owned(), path.into());
    }
    let actions = script.get_mut("actions").and_then(Value::as_object_mut);
    for action in actions.into_iter().flat_map(serde_json::Map::values_mut).filter_map(Value::as_object_mut) {
        for (window, place) in [("xws", "x"), ("yws", "y")] {
            let place = action.get(place).cloned().unwrap_or_else(|| 0.into());
            action.entry(window).or_insert(place);
        }
    }
    Ok(script.to_string().into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_history_has_the_newest_first_where_its_days_say_so() {
        let ids = |value: Value| -> Result<Vec<u64>, String> {
            Ok(versions(&value)?.iter().map(|version| version.id).collect())
        };
        let of = |pairs: &[(u64, &str)]| {
            let one = |&(id, day): &(u64, &str)| json!({ "scriptId": id, "modifyDate": day });
            json!({ "versions": pairs.iter().map(one).collect::<Vec<_>>() })
        };
        assert_eq!(ids(of(&[(1, "2026-01-01T10:00:00Z"), (2, "2026-01-02T10:00:00Z")])), Ok(vec![2, 1]));
        assert_eq!(ids(of(&[(7, "2026-01-02T10:00:00"), (9, "2026-01-02T10:00:00")])), Ok(vec![9, 7]));
        assert_eq!(ids(of(&[(1, "yesterday"), (2, "today")])), Ok(vec![1, 2]));
        assert_eq!(ids(json!({ "versions": [{ "scriptId": "12" }] })), Ok(vec![12]));
        assert!(ids(json!({ "versions": [{}] })).is_err() && ids(json!([])).is_err());
    }

    #[test]
    fn a_version_is_saved_with_what_opening_it_left_out() {
        let script = json!({
            "header": { "scriptName": "old", "kept": 1 },
            "actions": { "1": { "x": 4, "y": 5 }, "2": { "x": 1, "y": 2, "xws": 9, "yws": 8 } },
            "properties": {}, "branches": {},
        });
        let wanted = json!({
            "header": { "scriptName": r"Q3\a", "kept": 1 },
            "actions": { "1": { "x": 4, "y": 5, "xws": 4, "yws": 5 }, "2": { "x": 1, "y": 2, "xws": 9, "yws": 8 } },
            "properties": {}, "branches": {},
        });
        for given in
            [json!({ "scriptContent": script.to_string() }), json!({ "scriptContent": script }), script]
        {
            let bytes = content(&given, r"Q3\a").unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), wanted);
        }
        for odd in
            [json!({}), json!({ "scriptContent": "<html>" }), json!({ "scriptContent": { "header": {} } })]
        {
            assert!(content(&odd, "a").is_err(), "{odd}");
        }
    }
}
