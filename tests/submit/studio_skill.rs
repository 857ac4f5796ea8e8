//! `studio skill`: what a dialler does, as facts that policies compare.

use cxflowc::emulator::{StudioOptions, StudioSkill};
use serde_json::{Map, Value, json};

use super::studio_tenant::*;
use super::support::*;

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn tenant(parameters: Value) -> Tenant {
    let skill = StudioSkill {
        fields: object(json!({ "isOutbound": true, "callerIdOverride": "+13125550100" })),
        parameters: object(parameters),
        ..StudioSkill::new(31, "Spring sale")
    };
    Tenant::start(StudioOptions { skills: vec![skill, StudioSkill::new(32, "Sales")], ..usual() })
}

/// A flow whose rules compare what the dialler does.
const FLOW: &str = r#"flow "Sale"
entry notice
include "skill.cxflow"
disclosure notice { say "Hello." }
disconnect bye
notice -> bye
policy house "House rules" {
  expects fact ring_timeout "how long it rings"
  expects fact hours "when it calls"
  expects fact skill_maximum_attempts "how often it tries"
  expects fact skill_caller_id "who calls"
  ring: require fact ring_timeout >= 15s
  times: require fact hours within mon..sun 8:00..21:00
  attempts: require fact skill_maximum_attempts <= 3
  caller: require fact skill_caller_id = "+13125550100"
}
apply house
"#;

#[test]
fn a_dialler_is_checked_with_the_flow() {
    let settings = |attempts: u64| {
        json!({
            "generalSettings": { "maximumRingingDuration": 25, "maximumAttempts": attempts },
            "retrySettings": { "maximumAttempts": attempts },
            "timeZoneSettings": [{ "name": "Eastern", "startTime": "09:00", "endTime": "20:00" }],
        })
    };
    let folder = Folder::new().with("sale.cxflow", FLOW);
    let tenant_of_three = tenant(settings(3));
    tenant_of_three.run(&folder, "studio skill 31 -o skill.cxflow").exits(0);
    let facts = folder.read("skill.cxflow");
    for line in [
        "// What the dialler of the skill Spring sale (31) does, as facts for policies.",
        "fact ring_timeout = 25s",
        "fact hours = mon..sun 9:00..20:00",
        "fact skill_maximum_attempts = 3",
        "fact skill_minimum_retry = 60min",
        "fact skill_caller_id = \"+13125550100\"",
        "fact skill_suppression_script = \"no\"",
        "// No `dialer`. agentless: it dials for agents",
        "// No skill tells connect_within, consent,",
    ] {
        assert!(facts.contains(line), "{line}: {facts}");
    }
    folder.run("check sale.cxflow --deny warnings").exits(0);
    folder.run("fmt --check skill.cxflow").exits(0);
    folder.run("policy check sale.cxflow").exits(0).out_has("holds");
    // Who changes the dialler is found out; the file is written again.
    tenant_of_three.run(&folder, "studio skill 31 --check skill.cxflow").exits(0);
    let tenant_of_five = tenant(settings(5));
    let run = tenant_of_five.run(&folder, "studio skill 31 --check skill.cxflow").exits(1);
    assert_eq!(run.out, "skill_maximum_attempts: the file says 3, and the skill 5\n");
    tenant_of_five.run(&folder, "studio skill 31 -o skill.cxflow").exits(0);
    folder.run("check sale.cxflow").exits(1).err_has("attempts");
    // It only reads.
    assert!(tenant_of_five.calls().iter().all(|line| line.starts_with("GET ")));
}

#[test]
fn what_is_not_clear_is_said_and_not_invented() {
    let odd = json!({
        "generalSettings": { "maximumRingingDuration": "long", "maximumAttempts": 7, "abandonRateThreshold": 2.5 },
        "retrySettings": { "maximumAttempts": 3 },
        "timeZoneSettings": [{ "name": "Eastern", "timeZoneActiveToCall": true }],
    });
    let tenant = tenant(odd);
    let folder = Folder::new();
    let mut command = tenant.command(&folder, "studio skill");
    command = command.arg("Spring sale");
    let facts = command.run().exits(0).out;
    for line in [
        "// No `ring_timeout`. generalSettings.maximumRingingDuration: it is \"long\", and a fact is a whole number",
        "// No `skill_maximum_attempts`. retrySettings.maximumAttempts: it is 3, and that of generalSettings is 7",
        "// No `skill_abandon_rate_threshold`. generalSettings.abandonRateThreshold: it is 2.5,",
        "// No `hours`. timeZoneSettings: a time zone that may be called has no times of its own",
    ] {
        assert!(facts.contains(line), "{line}: {facts}");
    }
    assert!(!facts.contains("fact ring_timeout") && !facts.contains("fact hours"), "{facts}");
}

#[test]
fn a_skill_that_is_not_there_is_told() {
    let folder = Folder::new().with("own.cxflow", CLEAN);
    let found = tenant(json!({}));
    found.run(&folder, "studio skill Nobody").exits(3).err_has("CX926").err_has("no skill Nobody");
    for (name, near) in [("Salse", "Sales"), ("sales", "Sales"), ("Spring sail", "Spring sale")] {
        let run = found.command(&folder, "studio skill").arg(name).run().exits(3);
        run.err_has(&format!("did you mean `{near}`?"));
    }
    folder.write("own.toml", "language_version = 1\n");
    found.run(&folder, "studio skill Sales --check own.toml").exits(2).err_has("states no fact");
    // No dialler calls for a skill that only takes calls.
    let mut inbound = usual();
    let fields = object(json!({ "isOutbound": false }));
    inbound.skills = vec![StudioSkill { fields, ..StudioSkill::new(32, "Sales") }];
    let run = Tenant::start(inbound).run(&folder, "studio skill Sales -o facts.cxflow").exits(3);
    run.err_has("CX926").err_has("Sales is an inbound skill");
    assert!(!folder.has("facts.cxflow"));
    // No flow of somebody's own is replaced.
    found.run(&folder, "studio skill Sales -o own.cxflow").exits(2).err_has("is not a file that");
    assert_eq!(folder.read("own.cxflow"), CLEAN);
    let refused = vec![("/skills".to_owned(), 404)];
    let hidden = Tenant::start(StudioOptions { refused, ..usual() });
    hidden.run(&folder, "studio skill Sales").exits(3).err_has("CX926").err_has("does not list its skills");
}
