//! A skill: its fields, and what its dialler does.

use serde_json::{Map, Value, json};

use super::options::StudioSkill;

/// A skill, as two requests show it.
pub struct StoredSkill {
    pub fields: Map<String, Value>,
    pub parameters: Map<String, Value>,
}

/// What a usual skill has besides its number and name.
fn usual_fields() -> Value {
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
        if let Value::Object(usual) = usual_fields() {
            fields.extend(usual);
        }
        fields.extend(skill.fields.clone());
        let parameters = parameters(skill.id, &skill.name, &skill.parameters);
        Self { fields, parameters }
    }

    /// Whether a script means this skill: by its name or by its number.
    pub fn is_named(&self, name: &str) -> bool {
        self.fields.get("skillName").is_some_and(|own| own == name)
            || self.fields.get("skillId").and_then(Value::as_u64).is_some_and(|id| id.to_string() == name)
    }
}

/// What the groups hold if nobody has set anything.
fn usual_parameters() -> Value {
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
fn parameters(id: u64, name: &str, changes: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::new();
    all.insert("skillNo".into(), id.into());
    all.insert("skillName".into(), name.into());
    if let Value::Object(usual) = usual_parameters() {
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
