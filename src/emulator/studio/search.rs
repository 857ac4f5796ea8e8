//! `/scripts/search`

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::problem::AdminError;
use super::query::Query;
use super::store::{ScriptVersion, StoredScript};
use crate::emulator::app::App;

/// What a script must have to be found.
struct Wanted {
    name: Option<String>,
    media_type: Option<u64>,
    with_inactive: bool,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    /// The name, a part of the label and a part of a property's value; all of them of one action.
    tool: Option<String>,
    caption: Option<String>,
    parameters: Option<String>,
}

impl Wanted {
    fn of(query: &Query) -> Result<Self, AdminError> {
        let lower = |name: &str| query.get(name).map(str::to_lowercase);
        let media_type = query.number("mediaType")?;
        Ok(Self {
            name: lower("scriptName"),
            media_type: media_type.and_then(|number| u64::try_from(number).ok()),
            with_inactive: query.flag("includeInactive")?.unwrap_or(false),
            since: date(query, "modStartDate")?,
            until: date(query, "modEndDate")?,
            tool: lower("toolName"),
            caption: lower("caption"),
            parameters: lower("parameters"),
        })
    }

    /// Whether a script can be found, as far as its actions do not matter.
    fn takes(&self, path: &str, version: &ScriptVersion) -> bool {
        self.name.as_ref().is_none_or(|name| path.to_lowercase().contains(name))
            && self.media_type.is_none_or(|media| version.media_type == media)
            && (self.with_inactive || version.status == "Active")
            && self.since.is_none_or(|since| version.modified >= since)
            && self.until.is_none_or(|until| version.modified <= until)
    }

    fn asks_for_actions(&self) -> bool {
        self.tool.is_some() || self.caption.is_some() || self.parameters.is_some()
    }

    /// The actions of a script that are looked for.
    fn actions(&self, version: &ScriptVersion) -> Vec<Value> {
        let script: Value = serde_json::from_slice(&version.content).unwrap_or_default();
        let properties = script.get("properties");
        let actions = script.get("actions").and_then(Value::as_object).into_iter().flatten();
        let found = actions.filter(|(id, action)| {
            let text =
                |field: &str| action.get(field).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            self.tool.as_ref().is_none_or(|tool| text("name") == *tool)
                && self.caption.as_ref().is_none_or(|caption| text("label").contains(caption))
                && self.parameters.as_ref().is_none_or(|wanted| {
                    let own = properties.and_then(|all| all.get(id)).and_then(Value::as_object);
                    own.into_iter().flatten().any(|(_, property)| has_value(property, wanted))
                })
        });
        found
            .map(|(_, action)| {
                let field = |name: &str| action.get(name).cloned().unwrap_or_default();
                json!({
                    "actionId": field("actionId"),
                    "label": field("label"),
                    "libraryId": field("libraryId"),
                    "name": field("name"),
                })
            })
            .collect()
    }
}

fn has_value(property: &Value, wanted: &str) -> bool {
    match property.get("value") {
        Some(Value::String(text)) => text.to_lowercase().contains(wanted),
        Some(other) => other.to_string().to_lowercase().contains(wanted),
        None => false,
    }
}

/// A moment, or the beginning of a day in UTC.
fn date(query: &Query, name: &str) -> Result<Option<Timestamp>, AdminError> {
    let Some(text) = query.get(name) else { return Ok(None) };
    let day = || text.parse::<civil::Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    match text.parse().ok().or_else(day) {
        Some(moment) => Ok(Some(moment)),
        None => Err(AdminError::bad_request(format!("{name} must be a date, such as 2026-01-31T00:00:00Z"))),
    }
}

fn summary(
    path: &str,
    script: &StoredScript,
    version: &ScriptVersion,
    business_unit: u64,
) -> Map<String, Value> {
    let fields = [
        ("masterID", json!(script.master_id)),
        ("scriptName", json!(path)),
        ("mediaType", json!(version.media_type)),
        ("status", json!(version.status)),
        ("modifyDate", json!(version.modified.to_string())),
        ("mUser", json!(version.user)),
        ("busNo", json!(business_unit)),
    ];
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// `GET /scripts/search`
pub async fn search(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let wanted = Wanted::of(&query)?;
    let business_unit = app.options.studio.business_unit;
    let candidates: Vec<(Map<String, Value>, ScriptVersion)> = {
        let studio = app.studio();
        let all = studio.scripts.iter();
        let all = all.filter_map(|(path, script)| Some((path, script, script.newest()?)));
        let taken = all.filter(|(path, _, version)| wanted.takes(path, version));
        taken
            .map(|(path, script, version)| (summary(path, script, version, business_unit), version.clone()))
            .collect()
    };
    let name = query.get("scriptName").map(str::to_owned);
    // All scripts may have to be read, which must not block other requests.
    let reading = tokio::task::spawn_blocking(move || {
        let mut found = Vec::new();
        for (mut summary, version) in candidates {
            if wanted.asks_for_actions() {
                let actions = wanted.actions(&version);
                if actions.is_empty() {
                    continue;
                }
                summary.insert("actions".into(), Value::Array(actions));
            }
            found.push(summary);
        }
        found
    });
    let found = reading.await.map_err(|_| {
        AdminError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the scripts could not be searched")
    })?;
    let page = query.page(found)?;
    Ok(Json(json!({
        "_links": page.links,
        "busNo": business_unit,
        "scriptName": name.unwrap_or_default(),
        "totalRecords": page.total,
        "scriptSearchDetails": page.items,
    })))
}
