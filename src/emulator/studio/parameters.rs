//! `/skills/{skillId}/parameters`: what the dialler of a skill does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::merge::{body, merged, number};
use super::problem::AdminError;
use super::query::Query;
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;

/// A group of parameters.
struct Group {
    /// Its place in the path.
    place: &'static str,
    /// Its name in answers and bodies.
    name: &'static str,
    /// Whether it can be read by itself.
    is_readable: bool,
}

const fn group(place: &'static str, name: &'static str) -> Group {
    Group { place, name, is_readable: true }
}

/// The groups of the published description.
const GROUPS: [Group; 8] = [
    Group { is_readable: false, ..group("cadence-settings", "cadenceSettings") },
    group("cpa-management", "cpaSettings"),
    group("delivery-preferences", "deliveryPreferences"),
    group("general-settings", "generalSettings"),
    group("retry-settings", "retrySettings"),
    group("schedule-settings", "scheduleSettings"),
    group("time-zones", "timeZoneSettings"),
    group("xs-settings", "xsSettings"),
];

fn find(place: &str) -> Result<&'static Group, AdminError> {
    let group = GROUPS.iter().find(|group| group.place == place);
    group.ok_or_else(|| AdminError::not_found("group of parameters", place))
}

/// `GET /skills/{skillId}/parameters`
pub async fn all(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, AdminError> {
    let number = number(&id)?;
    let studio = app.studio();
    let skill = studio.skills.get(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    Ok(Json(Value::Object(Query::of(request.uri()).select(skill.parameters.clone()))))
}

/// `GET /skills/{skillId}/parameters/{group}`: the group under its name.
pub async fn show(
    State(app): State<Arc<App>>,
    Path((_, id, place)): Path<(String, String, String)>,
    request: Request,
) -> Result<Json<Value>, AdminError> {
    let group = find(&place)?;
    if !group.is_readable {
        return Err(AdminError::not_found("group of parameters that can be read", &place));
    }
    let number = number(&id)?;
    let studio = app.studio();
    let skill = studio.skills.get(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    let value = match skill.parameters.get(group.name) {
        Some(Value::Object(fields)) => Value::Object(Query::of(request.uri()).select(fields.clone())),
        value => value.cloned().unwrap_or_default(),
    };
    Ok(Json(json!({ group.name: value })))
}

/// `PUT /skills/{skillId}/parameters/{group}`: sets the fields that the body has.
pub async fn update(
    State(app): State<Arc<App>>,
    Path((_, id, place)): Path<(String, String, String)>,
    request: Request,
) -> Result<StatusCode, AdminError> {
    let group = find(&place)?;
    let number = number(&id)?;
    let bytes = json_body(&app, request).await?;
    let mut sent = body(&bytes)?;
    let mut studio = app.studio();
    let skill = studio.skills.get_mut(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    let old = skill.parameters.get(group.name).cloned().unwrap_or_default();
    // The body of cadences has its fields at the top, those of the other groups are under the group's name.
    let new = match (&old, sent.shift_remove(group.name)) {
        (Value::Object(old), Some(Value::Object(new))) => Value::Object(merged(old, &new, group.name)?),
        (Value::Object(old), None) if !group.is_readable => Value::Object(merged(old, &sent, group.name)?),
        (Value::Array(_), Some(Value::Array(new))) => Value::Array(new),
        _ => return Err(AdminError::bad_request(format!("the body must have {}", group.name))),
    };
    skill.parameters.insert(group.name.into(), new);
    Ok(StatusCode::OK)
}
