//! The tenant that the emulator has if nobody describes another.

use serde_json::{Map, Value, json};

use super::library::{DESCRIBED, Described};
use super::options::{StudioAction, StudioOptions, StudioPrompt, StudioScript, StudioSkill};

/// Actions whose library ids no public source shows, each with an id that is the emulator's own.
const OWN: [(&str, &str); 7] = [
    ("CAPTURE", "e0000000-0000-4000-8000-000000000001"),
    ("VOICEMAIL", "e0000000-0000-4000-8000-000000000002"),
    ("CALLBACK", "e0000000-0000-4000-8000-000000000003"),
    ("QUEUECALLBACK", "e0000000-0000-4000-8000-000000000004"),
    ("PLAYWITHCPA", "e0000000-0000-4000-8000-000000000005"),
    ("ONMACHINE", "e0000000-0000-4000-8000-000000000006"),
    ("HOURS", "e0000000-0000-4000-8000-000000000007"),
];

impl Default for StudioOptions {
    /// A small tenant, which `docs/studio-api.md` describes.
    fn default() -> Self {
        tenant()
    }
}

fn tenant() -> StudioOptions {
    StudioOptions {
        scripts: vec![StudioScript { content: library_script(), locked_by: None }],
        skills: vec![StudioSkill::new(1001, "Sales"), StudioSkill::new(1002, "Support"), reminders()],
        prompts: ["greeting.wav", r"Prompts\menu.wav", r"Prompts\goodbye.wav"].map(prompt).into(),
        actions: OWN.map(own_action).into(),
        ..StudioOptions::empty()
    }
}

fn own_action((name, library_id): (&str, &str)) -> StudioAction {
    let texts = |texts: &[&str]| {
        Some(texts.iter().map(|&text| text.to_owned()).collect()).filter(|_| !texts.is_empty())
    };
    let (properties, branches): (&[&str], &[&str]) = match name {
        "CAPTURE" => (
            &["Variable", "MaxDigits", "Terminator", "Timeout", "InterDigitTimeout"],
            &["Terminator", "MaxDigits", "Timeout", "InterDigitTimeout"],
        ),
        "HOURS" => (&["Profile"], &["OnOpen", "OnClosed", "OnHoliday", "OnError"]),
        _ => (&[], &[]),
    };
    StudioAction {
        name: name.to_owned(),
        library_id: library_id.to_owned(),
        properties: texts(properties),
        branches: texts(branches),
        takes_cases: false,
        begins: name == "ONMACHINE",
    }
}

/// An outbound skill with limits of its own.
fn reminders() -> StudioSkill {
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    StudioSkill {
        fields: object(json!({
            "isOutbound": true,
            "outboundStrategy": "Personal Connection",
            "callerIdOverride": "+13125550100",
            "scriptName": r"Samples\Library",
            "notes": "Reminders of appointments",
        })),
        parameters: object(json!({
            "generalSettings": {
                "maximumAttempts": 3,
                "minimumRetryMinutes": 240,
                "abandonRateThreshold": 3.0,
                "maximumRingingDuration": 25,
            },
            "retrySettings": {
                "maximumAttempts": 3,
                "minimumRetryMinutes": 240,
                "restrictedCallingMaxAttempts": 7,
                "restrictedCallingMinutes": 10_080,
            },
            "cpaSettings": { "abandonTimeout": 2, "ansMachineDetMode": 1 },
            "timeZoneSettings": [{
                "name": "Eastern Standard Time",
                "startTime": "09:00",
                "endTime": "20:00",
                "overrideTime": true,
                "timeZoneActiveToCall": true,
            }],
        })),
        ..StudioSkill::new(2001, "Reminders")
    }
}

fn prompt(name: &str) -> StudioPrompt {
    StudioPrompt { name: name.to_owned(), content: silence() }
}

/// A tenth of a second of silence: WAV, 8 kHz, 16 bits.
fn silence() -> Vec<u8> {
    const RATE: u32 = 8000;
    const BYTES: u32 = RATE / 10 * 2;
    let mut wav = b"RIFF".to_vec();
    wav.extend((36 + BYTES).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    wav.extend([1_u16, 1].map(u16::to_le_bytes).concat());
    wav.extend([RATE, RATE * 2].map(u32::to_le_bytes).concat());
    wav.extend([2_u16, 16].map(u16::to_le_bytes).concat());
    wav.extend(b"data");
    wav.extend(BYTES.to_le_bytes());
    wav.extend((0..BYTES).map(|_| 0_u8));
    wav
}

/// A script with the tenant's own actions, as somebody finds them who searches for their names.
fn library_script() -> Value {
    let begin = DESCRIBED.iter().find(|action| action.name == "BEGIN");
    let begin = begin.map(|Described { name, library_id, .. }| (*name, *library_id));
    let (mut actions, mut properties) = (Map::new(), Map::new());
    let mut branches = Map::new();
    let all: Vec<_> = begin.into_iter().chain(OWN).collect();
    for (index, (name, library_id)) in all.iter().enumerate() {
        let id = (index + 1).to_string();
        actions.insert(
            id.clone(),
            json!({
                "actionId": index + 1, "libraryId": library_id, "name": name, "version": 1, "label": name,
                "dependencyOrder": index.to_string(), "implType": "0",
                "x": 100, "y": 100 * (index + 1), "xws": 100, "yws": 100 * (index + 1),
            }),
        );
        let own: Map<String, Value> = match own_action((name, library_id)).properties {
            Some(names) => names
                .into_iter()
                .enumerate()
                .map(|(position, name)| (position.to_string(), json!({ "name": name, "value": "" })))
                .collect(),
            None => Map::new(),
        };
        properties.insert(id.clone(), Value::Object(own));
        if index + 1 < all.len() {
            let next = json!([{ "to": index + 2, "label": "", "type": "default", "index": 0 }]);
            branches.insert(id, next);
        }
    }
    json!({
        "header": {
            "scriptName": r"Samples\Library", "mediaType": 4, "mediaTypeName": "call",
            "purposeType": "General", "variableRedaction": "", "nextActionId": all.len() + 1,
            "status": "Active", "lastSavedIn": "",
        },
        "actions": actions,
        "properties": properties,
        "branches": branches,
    })
}
