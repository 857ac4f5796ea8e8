//! `/skills`: the queues and diallers of the tenant.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use serde_json::{Map, Value, json};

use super::merge::{merged, number, object};
use super::problem::AdminError;
use super::query::Query;
use crate::emulator::app::App;
use crate::emulator::body::json as json_body;

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
        "businessUnitId": app.studio().business_unit,
        "totalRecords": page.total,
        "skills": page.items,
    })))
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
    let new = object(&body, "skill")?;
    let mut studio = app.studio();
    let skill = studio.skills.get_mut(&number).ok_or_else(|| AdminError::not_found("skill", &id))?;
    let merged = merged(&skill.fields, &new, "skill")?;
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
