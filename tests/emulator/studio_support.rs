//! A tenant, somebody signed in to it, and scripts to save.

use std::collections::BTreeSet;
use std::sync::Mutex;

use cxflowc::emulator::{Emulator, EmulatorOptions, StudioOptions, StudioUser};
use reqwest::{Client, Method, RequestBuilder};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::description::Description;
use super::support::{Answer, PATIENCE, quick};

/// Where the newest version of the Admin API is.
pub const API: &str = "/inContactAPI/services/v34.0";

pub struct Tenant {
    pub emulator: Emulator,
    pub client: Client,
    pub token: String,
    pub faulty: bool,
    /// Each operation with each status that it answered.
    pub seen: Mutex<BTreeSet<(String, u16)>>,
}

impl Tenant {
    pub async fn start(options: EmulatorOptions) -> Self {
        let mut tenant = Self::without_token(options).await;
        let session = tenant.signed_in(&tenant.key()).await;
        tenant.token = session["access_token"].as_str().unwrap().to_owned();
        tenant
    }

    pub async fn quick() -> Self {
        Self::start(quick()).await
    }

    pub async fn with(studio: StudioOptions) -> Self {
        Self::start(EmulatorOptions { studio, ..quick() }).await
    }

    pub async fn without_token(options: EmulatorOptions) -> Self {
        let faulty = options.faults != Default::default();
        let emulator = Emulator::start(options).await.unwrap();
        let client = Client::builder().no_proxy().timeout(PATIENCE).build().unwrap();
        Self { emulator, client, token: String::new(), faulty, seen: Mutex::default() }
    }

    /// The access key of the first user.
    pub fn key(&self) -> Value {
        let secret = self.emulator.client_secret().expose_secret();
        json!({ "accessKeyId": self.emulator.client_id(), "accessKeySecret": secret })
    }

    pub async fn signed_in(&self, key: &Value) -> Value {
        let request = self.bare(Method::POST, "/authentication/v1/token/access-key").json_body(key);
        self.send(request).await.is(200).json()
    }

    /// A request without a token.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.emulator.base_url());
        self.client.request(method, url).header("accept", "application/json")
    }

    /// A request to the Admin API.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("{API}{path}")).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn with_json(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(self.request(method, path).json_body(body)).await
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let answer = Answer { status, headers, body: response.bytes().await.unwrap().to_vec() };
        let operation = Description::studio().holds(&method, &path, &answer, self.faulty);
        self.seen.lock().unwrap().insert((operation, status));
        answer
    }

    pub async fn save(&self, script: &Value) -> Answer {
        self.with_json(Method::POST, "/scripts", &json!({ "scriptContent": script })).await
    }

    /// Saves a script; the keys of its findings, each with its action.
    pub async fn findings(&self, script: &Value) -> Findings {
        findings(&self.save(script).await)
    }
}

pub trait JsonBody {
    fn json_body(self, body: &Value) -> Self;
}

impl JsonBody for RequestBuilder {
    fn json_body(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }
}

/// The status of a save, its errors and its warnings.
pub type Findings = (u16, Vec<String>, Vec<String>);

/// The keys of findings, such as `2 sequence-malformed`.
pub fn findings(answer: &Answer) -> Findings {
    let result = answer.json()["results"][0].clone();
    let details = &result["error_code"]["details"];
    let keys = |kind: &str| {
        let actions = details["actions"].as_object().unwrap().iter();
        let keys = actions.flat_map(|(id, action)| {
            let keys = action[kind].as_array().unwrap();
            keys.iter().map(move |one| format!("{id} {}", one["key"].as_str().unwrap()))
        });
        keys.collect::<Vec<_>>()
    };
    let (errors, warnings) = (keys("errors"), keys("warnings"));
    assert_eq!(details["totalErrors"], errors.len());
    assert_eq!(details["totalWarnings"], warnings.len());
    assert_eq!(result["success"], answer.status != 409);
    (answer.status, errors, warnings)
}

/// The library ids of the actions that tests write.
pub fn library_id(name: &str) -> &'static str {
    match name {
        "BEGIN" => "B2F794C5-0232-40E7-9830-76D573BF57D7",
        "PLAY" => "b1b9a2dd-65b6-4626-9cf5-9cfa69cf59e2",
        "MENU" => "daee9c00-12ce-4222-a42e-307c37d53b7f",
        "REQAGENT" => "689a4a1b-fa0d-47b3-9a02-cbeb4735f08f",
        "MUSIC" => "dbcc742b-28d8-42d1-9d95-0d9abf20b04b",
        "HANGUP" => "b64a6796-4f66-4b1b-a9b5-3af926ab4b7c",
        "IF" => "6695ba9c-e1d6-4f3c-a15a-94f1400e3169",
        "ONANSWER" => "4B611BA4-8E81-45A6-9FCC-97C24F43CCBC",
        other => panic!("{other}"),
    }
}

pub fn action(id: u64, name: &str) -> Value {
    json!({
        "actionId": id, "libraryId": library_id(name), "name": name, "version": 1, "label": name,
        "dependencyOrder": id.to_string(), "implType": "0", "x": 100, "y": 100, "xws": 100, "yws": 100,
    })
}

pub fn properties(pairs: &[(&str, &str)]) -> Value {
    let positions = pairs.iter().enumerate();
    positions
        .map(|(position, (name, value))| (position.to_string(), json!({ "name": name, "value": value })))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

pub fn play(sequence: &str) -> Value {
    properties(&[("Sequence", sequence), ("Phrase", ""), ("ClearDigits", "True"), ("DetectDTMF", "False")])
}

pub fn reqagent(skill: &str) -> Value {
    properties(&[
        ("Skill", skill),
        ("TargetAgent", ""),
        ("PriorityManagement", "DefaultfromSkill"),
        ("InitialPriority", "0"),
        ("Acceleration", "1"),
        ("Function", ""),
        ("MaxPriority", "1000"),
        ("Sequence", ""),
        ("ZipTone", "AfterSequence"),
        ("ScreenPopSource", "DefaultFromSkill"),
        ("ScreenPopURL", ""),
        ("HighProficiency", "1"),
        ("LowProficiency", "20"),
        ("RoutingAttribute", "NotApplicable"),
    ])
}

pub fn to(action: u64, label: &str, kind: &str, index: u64) -> Value {
    json!({
        "to": action, "label": label, "type": kind, "index": index,
        "ports": "c,c", "lineType": "straight", "elbows": [],
    })
}

/// A menu with a greeting, a queue with music, and the end of the call.
pub fn script(name: &str) -> Value {
    let begin = [("RootFolder", ""), ("Application", ""), ("ParamCount", "0"), ("Parameters", "")];
    let menu = [
        ("Sequence", r#""%Press 1 for sales.""#),
        ("Phrase", ""),
        ("ClearDigits", "True"),
        ("MaxDigits", "1"),
        ("Terminator", "#-"),
        ("Timeout", "5"),
        ("InterDigitTimeout", "5"),
        ("Variable", "MENUCHOICE"),
    ];
    let music = [
        ("MusicFile", "Carefree Days.wav"),
        ("StartOffset", "0"),
        ("SecondstoPlay", "30"),
        ("reserved1073742978", ""),
        ("InterruptMessages", ""),
        ("RepeatIndex", ""),
        ("DetectDTMF", "False"),
        ("ClearDigits", "True"),
    ];
    json!({
        "header": {
            "scriptName": name, "mediaType": 4, "mediaTypeName": "call", "purposeType": "General",
            "variableRedaction": "", "nextActionId": 7, "busNo": 700_001, "masterId": null, "libraryId": null,
            "lockInfo": { "lockedName": "", "lockedId": "", "lockedDate": "" },
            "status": "Active", "lastSavedIn": "",
        },
        "actions": {
            "1": action(1, "BEGIN"), "2": action(2, "PLAY"), "3": action(3, "MENU"),
            "4": action(4, "REQAGENT"), "5": action(5, "MUSIC"), "6": action(6, "HANGUP"),
        },
        "properties": {
            "1": properties(&begin), "2": play(r#""%Hello." "greeting.wav""#), "3": properties(&menu),
            "4": reqagent("Sales"), "5": properties(&music), "6": {},
        },
        "branches": {
            "1": [to(2, "", "default", 0)],
            "2": [to(3, "", "default", 0)],
            "3": [to(3, "", "default", 0), to(4, "1", "case", 0), to(6, "Timeout", "branch", 2)],
            "4": [to(5, "", "default", 0)],
            "5": [to(5, "", "default", 0)],
        },
    })
}

/// A second user beside the emulator's own.
pub fn other_user() -> StudioUser {
    StudioUser {
        name: "other.user".to_owned(),
        access_key_id: "other-key".to_owned(),
        access_key_secret: "other-secret".to_owned().into(),
    }
}

pub fn other_key() -> Value {
    json!({ "accessKeyId": "other-key", "accessKeySecret": "other-secret" })
}
