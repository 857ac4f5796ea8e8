//! The emulator's own judgement of payloads, without the compiler.

use cxflowc::emulator::{DeclaredType, EmulatorOptions, TypedField, ValueType};
use serde_json::{Value, json};

use super::harness::Folder;
use super::support::*;

fn node(id: &str, kind: &str) -> Value {
    json!({"id": id, "type": kind, "actions": []})
}

fn on(from: &str, to: &str, condition: &str) -> Value {
    json!({"from_node": from, "to_node": to, "condition": condition})
}

fn flow_of(nodes: &[Value], transitions: &[Value]) -> Value {
    json!({"name": "F", "description": "", "nodes": nodes, "transitions": transitions, "entry_node": nodes[0]["id"]})
}

fn codes(value: &Value) -> Vec<String> {
    errors(value)
        .into_iter()
        .map(|(code, node)| match node {
            Some(node) => format!("{code} {node}"),
            None => code,
        })
        .collect()
}

/// The errors with which a payload's job fails.
async fn verdict(payload: &Value) -> Vec<String> {
    let api = Api::quick().await;
    let job = api.hand_over(payload).await;
    if job["status"] == "completed" { Vec::new() } else { codes(&job) }
}

fn notice_and_bye() -> Vec<Value> {
    vec![node("notice", "disclosure"), node("bye", "disconnect")]
}

#[tokio::test]
async fn a_good_flow_has_no_errors() {
    let good = flow_of(&notice_and_bye(), &[on("notice", "bye", "always")]);
    assert_eq!(verdict(&good).await, [""; 0]);
}

#[tokio::test]
async fn a_disposition_is_a_word() {
    let mut nodes = notice_and_bye();
    nodes[1]["disposition"] = json!("OPT_OUT");
    let mut way = on("notice", "bye", "always");
    way["disposition"] = json!("a.b-c");
    assert_eq!(verdict(&flow_of(&nodes, &[way.clone()])).await, [""; 0]);
    nodes[1]["disposition"] = json!("opt out");
    way["disposition"] = json!("é");
    assert_eq!(
        verdict(&flow_of(&nodes, &[way.clone()])).await,
        ["bad_disposition bye", "bad_disposition notice"]
    );
    nodes[1]["disposition"] = json!("");
    let api = Api::quick().await;
    api.send(api.post("/api/flows", &flow_of(&nodes, &[way]))).await.is(422);
}

#[tokio::test]
async fn an_unknown_entry_is_told_and_nothing_that_follows_from_it() {
    let mut flow = flow_of(&notice_and_bye(), &[on("notice", "bye", "always")]);
    flow["entry_node"] = "nope".into();
    assert_eq!(verdict(&flow).await, ["unknown_node"]);
}

#[tokio::test]
async fn a_transition_to_or_from_an_unknown_node_is_told() {
    let flow = flow_of(&notice_and_bye(), &[on("notice", "bye", "always"), on("notice", "nope", "timeout")]);
    assert_eq!(verdict(&flow).await, ["unknown_node notice"]);
    let flow = flow_of(&notice_and_bye(), &[on("notice", "bye", "always"), on("nope", "bye", "always")]);
    assert_eq!(verdict(&flow).await, ["unknown_node"]);
}

#[tokio::test]
async fn two_nodes_of_one_id_are_told() {
    let mut nodes = notice_and_bye();
    nodes.push(node("bye", "agent"));
    assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "bye", "always")])).await, ["duplicate_id bye"]);
}

#[tokio::test]
async fn a_call_without_a_disclosure_is_told() {
    let nodes = [node("start", "play"), node("bye", "disconnect")];
    assert_eq!(verdict(&flow_of(&nodes, &[on("start", "bye", "always")])).await, ["no_disclosure"]);
    // One that nobody reaches is none.
    let nodes = [node("start", "play"), node("bye", "disconnect"), node("notice", "disclosure")];
    let flow = flow_of(&nodes, &[on("start", "bye", "always"), on("notice", "bye", "always")]);
    assert_eq!(verdict(&flow).await, ["unreachable_node notice", "no_disclosure"]);
}

#[tokio::test]
async fn waits_and_digits_that_no_call_has_are_told() {
    let told = |code: &str| vec![format!("{code} menu")];
    for (fields, expected) in [
        (json!({"wait_ms": 500, "between_ms": 180_000}), vec![]),
        (json!({"wait_ms": 499}), told("bad_wait")),
        (json!({"between_ms": 180_001}), told("bad_wait")),
        (json!({"min_digits": 4, "max_digits": 4, "end_key": "#"}), vec![]),
        (json!({"min_digits": 1, "max_digits": 32, "end_key": "*"}), vec![]),
        (json!({"min_digits": 4}), told("bad_digits")),
        (json!({"max_digits": 4}), told("bad_digits")),
        (json!({"min_digits": 0, "max_digits": 4}), told("bad_digits")),
        (json!({"min_digits": 6, "max_digits": 4}), told("bad_digits")),
        (json!({"min_digits": 6, "max_digits": 33}), told("bad_digits")),
        (json!({"end_key": "#"}), told("bad_end_key")),
        (json!({"min_digits": 4, "max_digits": 4, "end_key": "5"}), told("bad_end_key")),
        (json!({"min_digits": 4, "max_digits": 4, "into_variable": "pin"}), vec![]),
        (json!({"min_digits": 4, "max_digits": 4, "into_variable": ""}), told("bad_into_variable")),
        (json!({"into_variable": "pin"}), told("bad_into_variable")),
        (
            json!({"max_retries": 1, "retry_text": "Once more.", "silence_media_url": "https://x/y.wav"}),
            vec![],
        ),
        (
            json!({"max_retries": 1, "retry_prompt_id": "again", "silence_ssml": "<speak>Hello?</speak>"}),
            vec![],
        ),
        (json!({"retry_text": "Once more."}), told("bad_retry")),
        (json!({"silence_ssml": "<speak>Hello?</speak>"}), told("bad_retry")),
        (json!({"max_retries": 1, "retry_prompt_id": ""}), told("bad_retry")),
        (json!({"max_retries": 1, "retry_prompt_id": " "}), told("bad_prompt")),
        (
            json!({"max_retries": 1, "retry_prompt_id": "a", "retry_media_url": "https://x/y.wav"}),
            told("bad_prompt"),
        ),
        (json!({"max_retries": 1, "retry_prompt_id": "a", "silence_media_url": "https://x/y.wav"}), vec![]),
        (json!({"max_retries": 1, "retry_ssml": "<speak>Hello"}), told("bad_ssml")),
        (json!({"max_retries": 1, "retry_ssml": "<speak>Hi</speak>", "retry_text": "Hi"}), told("bad_ssml")),
        (json!({"max_retries": 2, "silence_text": ""}), told("bad_retry")),
    ] {
        let mut prompt = json!({"directive": "collect", "text": "Your number?"});
        prompt.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let menu = json!({"id": "menu", "type": "collect", "actions": [prompt]});
        let nodes = [node("notice", "disclosure"), menu, node("bye", "disconnect")];
        let flow =
            flow_of(&nodes, &[on("notice", "menu", "always"), on("menu", "bye", "entered|timeout|invalid")]);
        assert_eq!(verdict(&flow).await, expected, "{fields}");
    }
}

#[tokio::test]
async fn what_cannot_be_heard_is_told() {
    let told = |code: &str| vec![format!("{code} menu")];
    for (fields, expected) in [
        (json!({"text": "1?", "language": "es-US", "voice": "Lupe"}), vec![]),
        (json!({"text": "1?", "language": "Spanish"}), told("bad_language")),
        (json!({"text": "1?", "language": "es_US"}), told("bad_language")),
        (json!({"text": "1?", "voice": " "}), told("bad_voice")),
        (json!({"prompt_id": "menu_7"}), vec![]),
        (json!({"prompt_id": ""}), told("bad_prompt")),
        (json!({"prompt_id": "menu_7", "media_url": "https://x.example/a.wav"}), told("bad_prompt")),
        (json!({"ssml": "<speak>1? <amazon:breath/></speak>"}), vec![]),
        (json!({"ssml": "<speak>1?</speak>", "text": "1?"}), told("bad_ssml")),
        (json!({"ssml": "<speak>1?"}), told("bad_ssml")),
        (json!({"ssml": "<p>1?</p>"}), told("bad_ssml")),
        (json!({"ssml": "<speak>1 & 2</speak>"}), told("bad_ssml")),
        (json!({"ssml": "1?"}), told("bad_ssml")),
    ] {
        let mut prompt = json!({"directive": "collect"});
        prompt.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let menu = json!({"id": "menu", "type": "collect", "actions": [prompt]});
        let nodes = [node("notice", "disclosure"), menu, node("bye", "disconnect")];
        let flow =
            flow_of(&nodes, &[on("notice", "menu", "always"), on("menu", "bye", "input=1|timeout|invalid")]);
        assert_eq!(verdict(&flow).await, expected, "{fields}");
    }
}

#[tokio::test]
async fn more_than_three_retries_are_told() {
    for (retries, expected) in [(3, vec![]), (4, vec!["too_many_retries menu"])] {
        let menu = json!({"id": "menu", "type": "collect", "actions": [{"directive": "collect", "text": "1?", "max_retries": retries}]});
        let nodes = [node("notice", "disclosure"), menu, node("bye", "disconnect")];
        let flow =
            flow_of(&nodes, &[on("notice", "menu", "always"), on("menu", "bye", "input=1|timeout|invalid")]);
        assert_eq!(verdict(&flow).await, expected);
    }
}

#[tokio::test]
async fn a_dead_end_is_told() {
    let nodes = [node("notice", "disclosure"), node("more", "play")];
    assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "more", "always")])).await, ["dead_end more"]);
    for kind in ["agent", "callback", "voicemail", "disconnect", "fax"] {
        let nodes = [node("notice", "disclosure"), node("more", kind)];
        assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "more", "always")])).await, [""; 0], "{kind}");
    }
}

#[tokio::test]
async fn a_node_that_nobody_reaches_is_told() {
    let mut nodes = notice_and_bye();
    nodes.push(node("lost", "agent"));
    assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "bye", "always")])).await, ["unreachable_node lost"]);
}

#[tokio::test]
async fn cycles_are_told_each_once() {
    let nodes =
        ["notice", "a", "b", "c", "d"].map(|id| node(id, if id == "notice" { "disclosure" } else { "play" }));
    let transitions = [
        on("notice", "a", "always"),
        on("a", "b", "always"),
        on("b", "a", "timeout"),
        on("b", "c", "always"),
        on("c", "c", "timeout"),
        on("c", "d", "always"),
        on("d", "c", "always"),
    ];
    let job = Api::quick().await.hand_over(&flow_of(&nodes, &transitions)).await;
    assert_eq!(codes(&job), ["cycle a", "cycle c"], "{job}");
    assert_eq!(job["errors"][0]["message"], "these nodes form a cycle: a, b");
    // A node that leads to itself.
    let nodes = [node("notice", "disclosure"), node("bye", "disconnect")];
    let flow = flow_of(&nodes, &[on("notice", "notice", "timeout"), on("notice", "bye", "always")]);
    assert_eq!(verdict(&flow).await, ["cycle notice"]);
}

fn chain(transitions: usize) -> Value {
    let id = |number: usize| format!("n{number}");
    let mut nodes = vec![node("n0", "disclosure")];
    nodes.extend((1..transitions).map(|number| node(&id(number), "play")));
    nodes.push(node(&id(transitions), "disconnect"));
    let joined: Vec<Value> =
        (0..transitions).map(|number| on(&id(number), &id(number + 1), "always")).collect();
    flow_of(&nodes, &joined)
}

#[tokio::test]
async fn a_path_of_more_than_45_transitions_is_told() {
    assert_eq!(verdict(&chain(45)).await, [""; 0]);
    assert_eq!(verdict(&chain(46)).await, ["too_deep n46"]);
}

#[tokio::test]
async fn types_and_conditions_of_a_tenant_are_accepted() {
    let fax = json!({"id": "fax", "type": "fax", "actions": [{"directive": "transmit", "text": "x"}]});
    let nodes = [node("line", "answer"), node("notice", "disclosure"), fax];
    let flow = flow_of(&nodes, &[on("line", "notice", "on a full moon"), on("notice", "fax", "always")]);
    assert_eq!(verdict(&flow).await, [""; 0]);
}

#[tokio::test]
async fn several_errors_are_told_at_once_and_never_more_than_a_hundred() {
    let mut nodes = notice_and_bye();
    nodes.extend((0..150).map(|number| node(&format!("lost{number}"), "agent")));
    let codes = verdict(&flow_of(&nodes, &[on("notice", "bye", "always")])).await;
    assert_eq!(codes.len(), 101);
    assert_eq!(codes.last().unwrap(), "more_errors");
}

#[tokio::test]
async fn two_hundred_thousand_nodes_are_judged_however_they_hang_together() {
    let many = 200_000;
    let mut nodes = vec![node("notice", "disclosure")];
    nodes.extend((0..many).map(|number| node(&format!("n{number}"), "agent")));
    let tree: Vec<Value> =
        (0..many).map(|number| on("notice", &format!("n{number}"), &format!("input={number}"))).collect();
    assert_eq!(verdict(&flow_of(&nodes, &tree)).await, [""; 0]);
    assert_eq!(verdict(&chain(many)).await, [format!("too_deep n{many}")]);
    let mut cycle = chain(many);
    cycle["transitions"].as_array_mut().unwrap().push(on(&format!("n{many}"), "n0", "failed"));
    assert_eq!(verdict(&cycle).await, ["cycle n0"]);
}

#[tokio::test]
async fn another_shape_is_refused_and_says_where() {
    let api = Api::quick().await;
    let changed = |place: &str, value: Value| {
        let mut flow = flow();
        match value {
            Value::Null => drop(flow.as_object_mut().unwrap().remove(place)),
            value => flow[place] = value,
        }
        flow
    };
    let mut with_more = flow();
    with_more["nodes"][0]["colour"] = "blue".into();
    let mut negative = flow();
    negative["nodes"][0]["actions"][0]["max_retries"] = json!(-1);
    for (payload, code) in [
        (json!({}), "shape"),
        (json!([]), "shape"),
        (json!(null), "shape"),
        (changed("name", json!(7)), "shape"),
        (changed("name", Value::Null), "shape"),
        (changed("entry_node", Value::Null), "shape"),
        (changed("nodes", json!({})), "shape"),
        (changed("campaign", json!("x")), "shape"),
        (with_more, "shape"),
        (negative, "shape"),
        (changed("name", json!("")), "empty"),
        (changed("name", json!("x".repeat(1001))), "too_long"),
        (changed("entry_node", json!("")), "empty"),
        (changed("nodes", json!([])), "no_nodes"),
        (changed("nodes", json!([node(&"é".repeat(257), "play")])), "too_long"),
    ] {
        let answer = api.send(api.post("/api/flows", &payload)).await.is(422);
        assert!(answer.errors().iter().any(|(found, _)| found == code), "{code}: {answer:?}");
        assert!(answer.body.len() < 4096);
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for text in ["", "{", "nope", "{\"name\":\"a\"} x", "\u{1}", &deep] {
        let request =
            api.request(reqwest::Method::POST, "/api/flows").header("content-type", "application/json");
        let status = api.send(request.body(text.to_owned())).await.status;
        assert!([400, 422].contains(&status), "{status}");
    }
    assert_eq!(api.get("/api/jobs").await.json()["total"], 0);
}

/// What the compiler lets pass, the platform takes; each judges on its own.
#[tokio::test]
async fn payloads_of_the_examples_are_accepted() {
    let root = env!("CARGO_MANIFEST_DIR");
    let api = Api::quick().await;
    let mut taken = 0;
    for entry in std::fs::read_dir(format!("{root}/examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "cxflow") {
            continue;
        }
        let built = Folder::command_in_repository("build -q --env test -o -").arg(&path).run().exits(0);
        let job = api.hand_over(&built.json()).await;
        assert_eq!(job["status"], "completed", "{}: {job}", path.display());
        taken += 1;
    }
    assert!(taken >= 6, "{taken}");
}

#[tokio::test]
async fn a_set_has_a_variable_and_a_value() {
    for (action, is_good) in [
        (json!({"directive": "set", "variable": "n", "value": 0}), true),
        (json!({"directive": "set", "variable": "n", "value": "{n}", "add": -1}), true),
        (json!({"directive": "set", "value": 0}), false),
        (json!({"directive": "set", "variable": "n"}), false),
        (json!({"directive": "set", "variable": "n", "value": 1.5}), false),
        (json!({"directive": "set", "variable": "n", "value": []}), false),
        (json!({"directive": "set", "variable": "n", "value": 1, "add": 1}), false),
    ] {
        let mut nodes = notice_and_bye();
        nodes[1]["actions"] = json!([action]);
        let expected: &[&str] = if is_good { &[] } else { &["bad_set bye"] };
        assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "bye", "always")])).await, expected, "{action}");
    }
}

/// An emulator that knows a type with a field of each JSON type.
async fn with_library() -> Api {
    let field = |name: &str, value: ValueType, is_list: bool, is_optional: bool| TypedField {
        name: name.to_owned(),
        value,
        is_list,
        is_optional,
    };
    let fields = vec![
        field("url", ValueType::Url, false, false),
        field("timeout", ValueType::Integer, false, true),
        field("cached", ValueType::Bool, false, true),
        field("mode", ValueType::OneOf(vec!["fast".to_owned(), "full".to_owned()]), false, true),
        field("steps", ValueType::Integer, true, true),
        field("number", ValueType::Phone, false, true),
        field("locale", ValueType::Language, false, true),
    ];
    let outcomes = vec!["found".to_owned(), "missing".to_owned()];
    let other = field("query", ValueType::Text, false, false);
    let types = vec![
        DeclaredType { name: "web_service".to_owned(), fields, outcomes: outcomes.clone() },
        // A second kind of the same type.
        DeclaredType { name: "web_service".to_owned(), fields: vec![other], outcomes },
    ];
    Api::start(EmulatorOptions { types, ..quick() }).await
}

/// A flow with a node of the declared type that has these actions.
fn with_actions(actions: Value) -> Value {
    let find = json!({"id": "find", "type": "web_service", "actions": actions});
    let nodes = [find, node("notice", "disclosure"), node("bye", "disconnect")];
    flow_of(
        &nodes,
        &[on("find", "notice", "found"), on("find", "bye", "always"), on("notice", "bye", "always")],
    )
}

#[tokio::test]
async fn a_node_of_a_declared_type_has_its_outcomes_and_no_others() {
    let api = with_library().await;
    let action = json!({"directive": "web_service", "query": "SELECT"});
    let flow = |condition: &str| {
        let find = json!({"id": "find", "type": "web_service", "actions": [action]});
        let nodes = [find, node("notice", "disclosure"), node("bye", "disconnect")];
        let branches =
            [on("find", "notice", condition), on("find", "bye", "always"), on("notice", "bye", "always")];
        flow_of(&nodes, &branches)
    };
    for good in ["found", "found|missing", "input=1"] {
        assert_eq!(api.hand_over(&flow(good)).await["status"], "completed", "{good}");
    }
    for bad in ["fond", "found|zzz"] {
        let answer = api.send(api.post("/api/flows", &flow(bad))).await.is(422);
        assert_eq!(answer.errors(), [("unknown_outcome".to_owned(), Some("find".to_owned()))], "{bad}");
    }
}

#[tokio::test]
async fn a_node_of_a_declared_type_has_its_fields_and_no_others() {
    let api = with_library().await;
    let action = |fields: Value| {
        let mut action = json!({"directive": "web_service", "url": "https://crm.example.com"});
        action.as_object_mut().unwrap().append(&mut fields.as_object().unwrap().clone());
        with_actions(json!([action]))
    };
    let all = json!({"timeout": 8000, "cached": true, "mode": "full", "steps": [1, 2], "text": "x"});
    // What is filled in on the call has any type.
    let filled =
        json!({"timeout": "{pause}", "cached": "{es.known}", "mode": "{mode}", "steps": [1, "{steps}"]});
    for good in [action(json!({})), action(all), action(json!({"steps": []})), action(filled)] {
        assert_eq!(api.hand_over(&good).await["status"], "completed", "{good}");
    }
    for (bad, code, place) in [
        (action(json!({"ulr": "x"})), "unknown_field", "web_service has no field ulr"),
        (action(json!({"url": 7})), "wrong_type", "web_service.url has to be a web address, and is 7"),
        (action(json!({"url": "nope"})), "wrong_type", "web_service.url has to be a web address"),
        (action(json!({"number": "call me"})), "wrong_type", "has to be a phone number"),
        (action(json!({"locale": "english!"})), "wrong_type", "has to be a language"),
        (action(json!({"query": "x"})), "unknown_field", "web_service has no field query"),
        (action(json!({"timeout": "8s"})), "wrong_type", "web_service.timeout"),
        (action(json!({"timeout": "{pause}s"})), "wrong_type", "web_service.timeout"),
        (action(json!({"timeout": "{}"})), "wrong_type", "web_service.timeout"),
        (action(json!({"steps": "{steps}"})), "wrong_type", "has to be a list, each a whole number"),
        (action(json!({"timeout": -1})), "wrong_type", "web_service.timeout"),
        (action(json!({"timeout": 1.5})), "wrong_type", "web_service.timeout"),
        (action(json!({"cached": "true"})), "wrong_type", "has to be true or false"),
        (action(json!({"mode": "slow"})), "wrong_type", "has to be one of fast, full"),
        (action(json!({"steps": 1})), "wrong_type", "has to be a list, each a whole number"),
        (action(json!({"steps": [1, "2"]})), "wrong_type", "web_service.steps"),
        (action(json!({"url": null})), "wrong_type", "web_service.url"),
        (with_actions(json!([{"directive": "web_service"}])), "missing_field", "lacks the field url"),
        (with_actions(json!([])), "missing_action", "has no action web_service"),
    ] {
        let answer = api.send(api.post("/api/flows", &bad)).await.is(422);
        assert_eq!(answer.errors(), [(code.to_owned(), Some("find".to_owned()))], "{bad}");
        let message = answer.json()["errors"][0]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(place), "{message}");
    }
}

#[tokio::test]
async fn a_decide_compares_and_ends_with_always() {
    for (conditions, is_good) in [
        (&["n>1", "lang=\"es\"|lang=\"pt\"", "zip starts \"902\"", "n<=-1", "always"][..], true),
        (&["n>1"], false),
        (&["always", "n>1"], false),
        (&["always", "always"], false),
        (&["timeout", "always"], false),
        (&["n>1|timeout", "always"], false),
        (&["n>x", "always"], false),
    ] {
        let nodes = [node("notice", "disclosure"), node("d", "decide"), node("bye", "disconnect")];
        let mut transitions = vec![on("notice", "d", "always")];
        transitions.extend(conditions.iter().map(|condition| on("d", "bye", condition)));
        let errors = verdict(&flow_of(&nodes, &transitions)).await;
        let is_told = errors.iter().all(|error| error == "bad_decide d");
        assert!(is_told && errors.is_empty() == is_good, "{conditions:?}: {errors:?}");
    }
    let nodes = [node("notice", "disclosure"), node("d", "decide")];
    assert_eq!(verdict(&flow_of(&nodes, &[on("notice", "d", "always")])).await, ["dead_end d"]);
}

#[tokio::test]
async fn actions_may_have_fields_of_a_tenant() {
    let api = Api::quick().await;
    let with = |directive: &str| {
        let mut flow = flow();
        flow["nodes"][0]["actions"][0] = json!({"directive": directive, "text": "x", "volume": "loud"});
        flow
    };
    api.send(api.post("/api/flows", &with("play"))).await.is(201);
    api.send(api.post("/api/flows", &with("tts"))).await.is(201);
    let twice = flow().to_string().replacen("\"directive\"", "\"x\":1,\"x\":2,\"directive\"", 1);
    let sent = api.request(reqwest::Method::POST, "/api/flows").header("content-type", "application/json");
    let answer = api.send(sent.body(twice)).await.is(422);
    assert_eq!(answer.errors(), [("shape".to_owned(), None)]);
}

#[tokio::test]
async fn a_decide_may_ask_for_opening_hours() {
    for (condition, is_good) in [
        ("open office (America/New_York; mon 09:00-12:00 13:00-17:00; 2026-12-25 closed)", true),
        ("closed es.office (UTC; sun 00:00-24:00; 2026-12-24 09:00-11:30)", true),
        ("open office", false),
        ("open office (UTC)", false),
        ("open office (EST; mon 09:00-17:00)", false),
        ("open office (UTC; mon 9:00-17:00)", false),
        ("open office (UTC; mon 17:00-09:00)", false),
        ("open office (UTC; mon closed)", false),
        ("open office (UTC; monday 09:00-17:00)", false),
        ("open office (UTC; 2026-02-30 closed)", false),
        ("open office (UTC; mon 09:00-24:30)", false),
        ("shut office (UTC; mon 09:00-17:00)", false),
    ] {
        let nodes = [node("notice", "disclosure"), node("d", "decide"), node("bye", "disconnect")];
        let transitions = [on("notice", "d", "always"), on("d", "bye", condition), on("d", "bye", "always")];
        let errors = verdict(&flow_of(&nodes, &transitions)).await;
        assert_eq!(errors.is_empty(), is_good, "{condition}: {errors:?}");
    }
}
