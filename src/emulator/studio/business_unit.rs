//! `/business-unit`: the tenant itself.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use serde_json::{Map, Value, json};

use super::query::Query;
use super::store::MOST_VERSIONS;
use crate::emulator::app::App;

/// The tenant's id, in the form of a UUID.
pub fn tenant_id(app: &App) -> String {
    let word = app.random.word("tenant", 0);
    let part = |from: usize, to: usize| word.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

/// `GET /business-unit`
pub async fn show(State(app): State<Arc<App>>, request: Request) -> Json<Value> {
    let query = Query::of(request.uri());
    let mut unit = Map::new();
    let fields = [
        ("businessUnitId", json!(app.studio().business_unit)),
        ("businessUnitName", json!("Emulator")),
        ("tenantId", json!(tenant_id(&app))),
        ("isActive", json!(true)),
        ("defaultTimeZone", json!("Eastern Standard Time")),
        ("globalCallerId", json!("+13125550100")),
        ("callSuppression", json!(true)),
        ("allowPredictiveDialing", json!(true)),
        ("abandonRateScope", json!(0)),
        ("enableSkillAbandonRate", json!(true)),
        ("agentlessPortLimit", json!(10)),
        ("outboundPortLimit", json!(10)),
        ("concurrentPortLimit", json!(20)),
        ("maxScriptHistory", json!(MOST_VERSIONS)),
        ("phoneTimeout", json!(30)),
        ("features", json!([])),
        ("fileExtensions", json!([{ "extension": ".wav" }])),
        (
            "timeZones",
            json!([{ "standardName": "Eastern Standard Time", "displayName": "(UTC-05:00) Eastern Time" }]),
        ),
    ];
    unit.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    Json(json!({ "businessUnits": [query.select(unit)] }))
}
