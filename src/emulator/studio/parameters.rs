//! `/skills/{skillId}/parameters`: what the dialler of a skill does.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::problem::AdminError;
use super::query::Query;
use super::skills;
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;
use crate::emulator::problem::bounded;

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

/// What the groups hold if nobody has set anything.
fn usual() -> Value {
    json!({
        "cadenceSettings": {
            "attemptMode": 0, "cadenceMaximumAttempts": [], "cadences": [],
            "destinationRetryRestMinutes": 0, "recordRequestMode": 0,
        },
        "callingLists": [],
        "cpaSettings": {
            "abandonMessagePath": "", "abandonMsgMode": 0, "abandonTimeout": 2, "agentNoResponseSeconds": 2,
            "ansMachineDetMode": 0, "ansMachineMsg": "", "exceptions": [], "machineEndSilenceSeconds": 1,
            "machineEndTimeoutSeconds": 30, "preConnectCPAEnabled": false, "preConnectCPARecording": false,
        },
        "deliveryPreferences": {
            "complianceRecordsDisabled": false, "complianceRecordsTimeout": 60,
            "confirmationRequiredDisabled": false, "confirmationRequiredTimeout": 60,
        },
        "filterSettings": { "filterConditions": [], "isFilterActive": false },
        "generalSettings": {
            "abandonRateCutoff": 5.0, "abandonRateThreshold": 5.0, "aggressiveness": 3,
            "blockMultipleCalls": true, "maxConcurrentCallsPerAgent": 1, "maxWaitTimeSeconds": 30,
            "maximumAttempts": 10, "maximumRatio": 3, "maximumRingingDuration": 30, "minimumRetryMinutes": 60,
            "overrideBusinessUnitAbandonRate": false,
        },
        "listManagementSettings": { "listOrderingOptions": [] },
        "retrySettings": {
            "callbackRestMinutes": 15, "callbackStaleMinutes": 120, "finalizeWhenExhausted": true,
            "generalStaleMinutes": 0, "loadNonFresh": true, "maximumAttempts": 10,
            "maximumNumberOfCallbacks": 10, "maximumNumberOfHandledCalls": 10, "minimumRetryMinutes": 60,
            "releaseAgentSpecificCalls": false, "restrictedCallingMaxAttempts": 0,
            "restrictedCallingMinutes": 0,
        },
        "scheduleSettings": { "isScheduled": false, "schedules": [] },
        "timeZoneSettings": [],
        "xsSettings": { "xsGetContactsActive": false, "xsSkillChangedActive": false },
    })
}

/// The parameters of a skill: the usual ones, and what differs.
pub fn of(id: u64, name: &str, changes: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("skillNo".into(), id.into());
    all.insert("skillName".into(), name.into());
    if let Value::Object(usual) = usual() {
        all.extend(usual);
    }
    for (group, change) in changes {
        match (all.get_mut(group), change) {
            (Some(Value::Object(fields)), Value::Object(change)) => fields.extend(change.clone()),
            _ => {
                all.insert(group.clone(), change.clone());
            }
        }
    }
    all
}

/// The object of this name in a body that has nothing else to say.
pub fn object(bytes: &[u8], name: &str) -> Result<Map<String, Value>, AdminError> {
    match body(bytes)?.shift_remove(name) {
        Some(Value::Object(fields)) => Ok(fields),
        _ => Err(AdminError::bad_request(format!("the body must be {{\"{name}\": {{…}}}}"))),
    }
}

fn body(bytes: &[u8]) -> Result<Map<String, Value>, AdminError> {
    serde_json::from_slice(bytes).map_err(|error| {
        AdminError::bad_request(format!("the body is no JSON object: {}", bounded(&error.to_string())))
    })
}

/// Old fields with new values; a value keeps its type, and `null` fits everywhere.
pub fn merged(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    name: &str,
) -> Result<Map<String, Value>, AdminError> {
    let mut merged = old.clone();
    for (field, value) in new {
        let is_of_type = match old.get(field) {
            None | Some(Value::Null) => true,
            Some(old) => value.is_null() || std::mem::discriminant(old) == std::mem::discriminant(value),
        };
        if !is_of_type {
            let field = bounded(field);
            return Err(AdminError::bad_request(format!("{name}.{field} has a value of another type")));
        }
        merged.insert(field.clone(), value.clone());
    }
    Ok(merged)
}

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
    let number = skills::number(&id)?;
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
    let number = skills::number(&id)?;
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
    let number = skills::number(&id)?;
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
