//! `/skills`: the queues and diallers of the tenant.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use serde_json::{Map, Value, json};

use super::business_unit;
use super::options::StudioSkill;
use super::parameters;
use super::problem::AdminError;
use super::query::Query;
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;

/// A skill, as two requests show it.
pub struct StoredSkill {
    pub fields: Map<String, Value>,
    pub parameters: Map<String, Value>,
}

/// What a usual skill has besides its number and name.
fn usual() -> Value {
    json!({
        "isActive": true,
        "isOutbound": false,
        "isRunning": false,
        "mediaTypeId": 4,
        "mediaTypeName": "Phone Call",
        "outboundStrategy": "",
        "campaignId": 3001,
        "campaignName": "Default",
        "agentless": false,
        "agentlessPorts": 0,
        "callSuppressionScriptId": null,
        "callerIdOverride": "",
        "scriptId": null,
        "scriptName": "",
        "notes": "",
        "initialPriority": 0,
        "acceleration": 1,
        "maxPriority": 1000,
        "enableShortAbandon": false,
        "shortAbandonThreshold": 0,
        "countShortAbandons": true,
        "serviceLevelGoal": 90,
        "serviceLevelThreshold": 30,
        "requireDisposition": false,
        "dispositions": [],
    })
}

impl StoredSkill {
    pub fn of(skill: &StudioSkill) -> Self {
        let mut fields = Map::new();
        fields.insert("skillId".into(), skill.id.into());
        fields.insert("skillName".into(), skill.name.clone().into());
        if let Value::Object(usual) = usual() {
            fields.extend(usual);
        }
        fields.extend(skill.fields.clone());
        let parameters = parameters::of(skill.id, &skill.name, &skill.parameters);
        Self { fields, parameters }
    }

    /// Whether a script means this skill: by its name or by its number.
    pub fn is_named(&self, name: &str) -> bool {
        self.fields.get("skillName").is_some_and(|own| own == name)
            || self.fields.get("skillId").and_then(Value::as_u64).is_some_and(|id| id.to_string() == name)
    }
}

/// `GET /skills`, which the published description does not have
pub async fn list(State(app): State<Arc<App>>, request: Request) -> Result<Json<Value>, AdminError> {
    let query = Query::of(request.uri());
    let wanted = query.get("searchString").map(str::to_lowercase);
    let active = query.flag("isActive")?;
    let media = query.number("mediaTypeId")?;
    let all = app.studio().skills.values().map(|skill| skill.fields.clone()).collect::<Vec<_>>();
    let text = |skill: &Map<String, Value>, field: &str| {
        skill.get(field).and_then(Value::as_str).unwrap_or_default().to_lowercase()
    };
    let found = all.into_iter().filter(|skill| {
        wanted.as_ref().is_none_or(|wanted| text(skill, "skillName").contains(wanted))
            && active.is_none_or(|active| skill.get("isActive") == Some(&json!(active)))
            && media.is_none_or(|media| skill.get("mediaTypeId") == Some(&json!(media)))
    });
    let page = query.page(found.collect())?;
    Ok(Json(json!({
        "_links": page.links,
        "businessUnitId": business_unit::NUMBER,
        "totalRecords": page.total,
        "skills": page.items,
    })))
}

/// A skill's number in a path.
pub fn number(text: &str) -> Result<u64, AdminError> {
    text.parse().map_err(|_| AdminError::bad_request("skillId must be a number"))
}

/// `GET /skills/{skillId}`
pub async fn show(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, AdminError> {
    let number = number(&id)?;
    let studio = app.studio();
    let skill = studio.skills.get(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    Ok(Json(Value::Object(Query::of(request.uri()).select(skill.fields.clone()))))
}

/// `PUT /skills/{skillId}` with `{skill: {…}}`: sets the fields that the body has.
pub async fn update(
    State(app): State<Arc<App>>,
    Path((_, id)): Path<(String, String)>,
    request: Request,
) -> Result<Json<Value>, AdminError> {
    let number = number(&id)?;
    let body = json_body(&app, request).await?;
    let new = parameters::object(&body, "skill")?;
    let mut studio = app.studio();
    let skill = studio.skills.get_mut(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    let merged = parameters::merged(&skill.fields, &new, "skill")?;
    // The number stays, and the name is shown in both places.
    if merged.get("skillId") != skill.fields.get("skillId") {
        return Err(AdminError::bad_request("skill.skillId cannot be changed"));
    }
    if let Some(name) = merged.get("skillName") {
        skill.parameters.insert("skillName".into(), name.clone());
    }
    skill.fields = merged;
    Ok(Json(json!({ "skillId": number, "success": true })))
}
