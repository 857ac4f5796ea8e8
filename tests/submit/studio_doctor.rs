//! `studio doctor`: tenants that are as the tables say, and tenants that are not.

use cxflowc::emulator::{StudioAction, StudioOptions, StudioScript};
use serde_json::{Value, json};

use super::studio_tenant::*;
use super::support::*;

const DOCTOR: &str = "studio doctor";
const PLAY: &str = "b1b9a2dd-65b6-4626-9cf5-9cfa69cf59e2";
const MENU: &str = "daee9c00-12ce-4222-a42e-307c37d53b7f";

fn folder() -> Folder {
    Folder::new().with("cxflow.toml", format!("[studio]\nbusiness_unit = {UNIT}\n"))
}

/// The row of a result, or of a report, with all of its lines.
#[track_caller]
fn row(text: &str, name: &str) -> String {
    let mut lines = text.lines().skip_while(|line| {
        let mut words = line.split_whitespace().skip(1);
        !words.by_ref().take(name.split(' ').count()).eq(name.split(' '))
    });
    let first = lines.next().unwrap_or_else(|| panic!("no row {name} in:\n{text}"));
    let rest = lines.take_while(|line| line.starts_with("    "));
    let words: Vec<&str> = first.split_whitespace().chain(rest.flat_map(str::split_whitespace)).collect();
    words.join(" ")
}

fn action(name: &str, library_id: &str, properties: &[&str], branches: &[&str]) -> StudioAction {
    let texts = |texts: &[&str]| Some(texts.iter().map(|&text| text.to_owned()).collect());
    StudioAction {
        name: name.to_owned(),
        library_id: library_id.to_owned(),
        properties: texts(properties),
        branches: texts(branches),
        takes_cases: true,
        begins: false,
    }
}

/// A script that has one action beside BEGIN.
fn script_with(path: &str, name: &str, library_id: &str) -> StudioScript {
    let begin = "b2f794c5-0232-40e7-9830-76d573bf57d7";
    let action = |id: u64, name: &str, library_id: &str| json!({ "actionId": id, "libraryId": library_id, "name": name, "label": name, "x": 1, "y": 2 });
    let content = json!({
        "header": { "scriptName": path, "mediaType": 4, "status": "Active" },
        "actions": { "1": action(1, "BEGIN", begin), "2": action(2, name, library_id) },
        "properties": {}, "branches": {},
    });
    StudioScript { content, locked_by: None }
}

#[test]
fn what_the_tenant_knows_is_pasted_and_then_nothing_differs() {
    let tenant = Tenant::start(usual());
    let folder = folder();
    let run = tenant.run(&folder, &format!("{DOCTOR} --settings own.toml")).exits(1);
    assert_eq!(row(&run.out, "signing in"), "fits signing in with an access key alone");
    assert!(row(&run.out, "host").contains(tenant.url()), "{}", run.out);
    assert_eq!(row(&run.out, "API version"), "fits API version v34.0 answers");
    assert_eq!(row(&run.out, "business unit"), format!("fits business unit {UNIT}"));
    assert_eq!(
        row(&run.out, "MENU"),
        "fits MENU the tenant has the library id of the table; the same properties; the same branches"
    );
    assert_eq!(
        row(&run.out, "BEGIN"),
        "fits BEGIN the library id of the table; the same properties, and further ones: Parameters"
    );
    assert!(
        row(&run.out, "CAPTURE").starts_with("differs CAPTURE the tenant's library id is e0000000-"),
        "{}",
        run.out
    );
    let own = folder.read("own.toml");
    assert!(own.contains(&format!("[studio]\nbusiness_unit = {UNIT}\nlibrary_ids = [\n")), "{own}");
    assert!(own.contains("\"CAPTURE=e0000000-0000-4000-8000-000000000001\""), "{own}");
    folder.write("cxflow.toml", own);
    let run = tenant.run(&folder, DOCTOR).exits(0);
    assert!(
        row(&run.out, "CAPTURE").starts_with("fits CAPTURE the library id of the settings; the same"),
        "{}",
        run.out
    );
    run.err_has(" 0 differ, ");
    // All that was asked was read.
    let calls = tenant.calls();
    assert!(calls.len() > 30 && calls.iter().all(|line| line.starts_with("GET ")), "{calls:?}");
    assert!(calls.iter().all(|line| !line.contains("/start") && !line.contains("/kick")), "{calls:?}");
}

#[test]
fn other_actions_are_told_one_by_one() {
    let other = "0a000000-0000-4000-8000-00000000000a";
    let cpa = "0c000000-0000-4000-8000-00000000000c";
    let options = StudioOptions {
        business_unit: 4608,
        actions: vec![
            action("PLAY", PLAY, &["Sequence", "Phrase", "ClearBuffer", "DetectDTMF"], &["Digit"]),
            action(
                "ASSIGN",
                "9015c095-98d9-441f-bf92-e90f5c5ed8c8",
                &["Value", "Variable", "Type", "Publish", "ScreenPop", "SaveToDB", "MaxStringSize"],
                &[],
            ),
            action(
                "LOOP",
                "a10f9f27-a5dd-48ba-ae37-e206fc6e101b",
                &["Repeat", "CounterName"],
                &["Repeat", "Finished"],
            ),
            action("WAIT", "5bf67b1c-9736-434d-9b6f-0d856aea8f16", &["Seconds", "Reason"], &[]),
            action("CASE", "22050500-6dc0-4949-af9c-1e52975f141d", &["Variable"], &[]),
            action("MENU", other, &["Sequence"], &[]),
            action("MUSIC", "b64a6796-4f66-4b1b-a9b5-3af926ab4b7c", &[], &[]),
            action("PLAYWITHCPA", cpa, &["Sequence"], &["LiveVoice", "AnsweringMachine", "Error"]),
        ],
        absent_actions: vec![MENU.to_owned(), "8e121149-83ef-40e0-8ffe-341db5302671".to_owned()],
        unlicensed: vec!["689a4a1b-fa0d-47b3-9a02-cbeb4735f08f".to_owned()],
        scripts: vec![script_with("Old\\Menu", "MENU", other), script_with("A", "PLAYWITHCPA", cpa)],
        ..StudioOptions::empty()
    };
    let tenant = Tenant::start(options);
    let folder = Folder::new();
    let run = tenant.run(&folder, &format!("{DOCTOR} --settings own.toml")).exits(1);
    for (name, says) in [
        (
            "PLAY",
            "other properties: the tenant has Sequence, Phrase, ClearBuffer, DetectDTMF, and the table Sequence, Phrase, ClearDigits, DetectDTMF",
        ),
        ("ASSIGN", "the properties have another order: the tenant has Value, Variable,"),
        (
            "LOOP",
            "other branches: the tenant has Repeat (0), Finished (1), and the table Finished (0), Repeat (1)",
        ),
        // A property that every script must have is no further one.
        ("WAIT", "other properties: the tenant has Seconds, Reason, and the table Seconds"),
        ("MENU", &format!("the tenant's library id is {other}, and the table has {MENU}")),
        ("HANGUP", "the id is that of MUSIC"),
        ("TTSVOICE", "the tenant has no action 8e121149-"),
        ("REQAGENT", "the tenant has no licence for it"),
        ("PLAYWITHCPA", "which `library_ids` does not have"),
        (
            "business unit",
            "it is 4608, and the settings name none: write `business_unit = 4608` under `[studio]`",
        ),
    ] {
        let row = row(&run.out, name);
        assert!(row.starts_with("differs ") && row.contains(says), "{row}");
    }
    assert!(
        row(&run.out, "CAPTURE")
            .starts_with("unknown CAPTURE no public source has its library id, and no script")
    );
    assert!(row(&run.out, "CASE").starts_with("fits "), "{}", run.out);
    let own = folder.read("own.toml");
    assert!(
        own.contains(&format!("\"MENU={other}\"")) && own.contains(&format!("\"PLAYWITHCPA={cpa}\"")),
        "{own}"
    );
    assert!(own.contains("answer_branches = [\"human=LiveVoice\", \"machine=AnsweringMachine\"]\n"), "{own}");
    assert!(own.contains("# The branches of PLAYWITHCPA are LiveVoice, AnsweringMachine, Error;"), "{own}");
    // What is written is a file of settings.
    folder.write("cxflow.toml", &own);
    folder.write("a.cxflow", CLEAN);
    folder.run("check --target studio a.cxflow").err_lacks("cxflow.toml");
}

#[test]
fn another_version_of_the_api_is_found_and_used() {
    let tenant = Tenant::start(StudioOptions { api_versions: 20..=31, ..usual() });
    let folder = folder();
    let run = tenant.run(&folder, &format!("{DOCTOR} --settings -")).exits(1);
    assert!(
        run.out.contains("\napi_version = \"v31.0\"\n") && !run.out.contains("signing in"),
        "{}",
        run.out
    );
    let says = row(&run.err, "API version");
    assert!(says.starts_with("differs ") && says.contains("the newest that answers is v31.0"), "{says}");
    assert!(row(&run.err, "MENU").starts_with("fits "), "{}", run.err);
    // Whoever saves is told of the version as well; the setting and the variable name another.
    folder.write("a.cxflow", CLEAN);
    tenant
        .run(&folder, "submit --target studio a.cxflow")
        .exits(3)
        .err_has("does not know the version v34.0 of its API");
    let settings = folder.read("cxflow.toml");
    folder.write("cxflow.toml", format!("{settings}api_version = \"v31.0\"\n"));
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    let version = |version: &str| tenant.command(&folder, DOCTOR).env("CXONE_API_VERSION", version).run();
    assert_eq!(row(&version("v20.0").out, "API version"), "fits API version v20.0 answers");
    version("34").exits(2).err_has("CXONE_API_VERSION is `34`, which is no version of the API");
    folder.write("cxflow.toml", "[studio]\napi_version = \"34.0\"\n");
    tenant.run(&folder, DOCTOR).exits(1).err_has("which is no version of the API");
    // None that has been seen.
    let tenant = Tenant::start(StudioOptions { api_versions: 90..=91, ..usual() });
    let folder = self::folder();
    let run = tenant.run(&folder, DOCTOR).exits(0);
    assert!(row(&run.out, "API version").starts_with("unknown "), "{}", run.out);
    assert!(row(&run.out, "MENU").starts_with("unknown "), "{}", run.out);
}

#[test]
fn what_a_user_may_not_see_is_unknown_and_no_failure() {
    let refused = [("/scripts/search", 403), ("/actions", 405), ("/skills", 404), ("/business-unit", 403)];
    let refused = refused.map(|(resource, status)| (resource.to_owned(), status)).to_vec();
    let tenant = Tenant::start(StudioOptions { refused, ..usual() });
    let folder = folder().with("a.cxflow", CLEAN);
    let run = tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Sales")).exits(1);
    assert_eq!(row(&run.out, "GET /scripts/search"), "unknown GET /scripts/search not known here (403)");
    assert_eq!(
        row(&run.out, "GET /actions/{libraryId}"),
        "unknown GET /actions/{libraryId} not known here (405)"
    );
    assert_eq!(row(&run.out, "PLAY"), "unknown PLAY no script has it, and the tenant does not describe it");
    assert_eq!(row(&run.out, "skill Sales"), "unknown skill Sales the tenant does not list its skills (404)");
    assert!(row(&run.out, "business unit").starts_with("fits "), "{}", run.out);
    // What differs here is a recording.
    assert!(row(&run.out, "recording notice.wav").starts_with("differs "), "{}", run.out);
}

#[test]
fn skills_and_recordings_of_the_flows_are_looked_for() {
    let flow = CLEAN.replace("https://cdn.example.com/notice.wav", "https://cdn.example.com/greeting.wav");
    let folder = folder().with("a.cxflow", &flow);
    let settings = folder.read("cxflow.toml");
    folder.write("cxflow.toml", format!("{settings}music = \"greeting.wav\"\n"));
    let tenant = Tenant::start(usual());
    let run = tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Sales")).exits(1);
    assert_eq!(row(&run.out, "skill Sales"), "fits skill Sales it is there");
    assert_eq!(row(&run.out, "recording greeting.wav"), "fits recording greeting.wav it is there");
    let run = tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=sale")).exits(1);
    assert_eq!(row(&run.out, "skill sale"), "differs skill sale the tenant has no skill of this name");
    // A flow that lacks what only the tenant knows is looked at all the same; one with an error is not.
    let captures = flow.replace("notice -> sales", "notice -> ask\ncollect ask \"Number?\" digits 4 { on entered -> sales; on timeout | invalid -> sales }");
    folder.write("a.cxflow", captures);
    let run = tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Sales")).exits(1);
    assert_eq!(row(&run.out, "skill Sales"), "fits skill Sales it is there");
    let calls = tenant.calls().len();
    folder.write("a.cxflow", BROKEN);
    tenant.run(&folder, &format!("{DOCTOR} a.cxflow")).exits(1).err_has("the tenant was not asked");
    assert_eq!(tenant.calls().len(), calls);
}

#[test]
fn actions_that_no_table_has_are_looked_for() {
    let own = "0d000000-0000-4000-8000-00000000000d";
    let mut options = usual();
    options.actions.push(action("WHISPER", own, &["Words"], &["Heard"]));
    options.scripts.push(script_with("A", "WHISPER", own));
    let tenant = Tenant::start(options);
    let flow = CLEAN.replace(
        "notice -> sales",
        "node odd type \"whisper\" { action \"whisper\" }\nnotice -> odd -> sales",
    );
    let folder = folder().with("a.cxflow", flow);
    let run = tenant
        .run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Sales --settings own.toml --report r.md"))
        .exits(1);
    let says = row(&run.out, "WHISPER");
    assert_eq!(
        says,
        format!(
            "differs WHISPER the tenant's library id is {own}; properties: Words; branches: Heard; `library_ids` does not have that"
        )
    );
    let says = row(&run.out, "VOICEMAIL");
    assert_eq!(
        says,
        "fits VOICEMAIL no table has it, and nothing needs it; the tenant's library id is e0000000-0000-4000-8000-000000000002"
    );
    // What nobody asked for is not missing.
    assert!(!run.out.contains("LOGCALL"), "{}", run.out);
    let report = folder.read("r.md");
    assert!(
        report.contains("| VOICEMAIL | fits | no table has it, and nothing needs it;")
            && !report.contains("WHISPER"),
        "{report}"
    );
    assert!(
        report.contains(
            "| other actions of the flows | differs | 0 known, 1 to be written into the settings, 0 unknown |"
        ),
        "{report}"
    );
    folder.write("cxflow.toml", folder.read("own.toml"));
    let run = tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Sales")).exits(1);
    assert!(
        row(&run.out, "WHISPER")
            .starts_with("fits WHISPER the library id of the settings; properties: Words"),
        "{}",
        run.out
    );
}

#[test]
fn a_report_has_nothing_of_the_tenant() {
    let private = ["Geheim", "Verlag", "Vertrieb", "studio.user", "127.0.0.1", "localhost"];
    let mut options = usual();
    options.scripts.push(script_with("Geheim\\Script", "PLAY", PLAY));
    options.skills.push(cxflowc::emulator::StudioSkill::new(31_337, "Verlag"));
    options.refused.push(("/business-unit".to_owned(), 403));
    let tenant = Tenant::start(options);
    let folder = folder().with("a.cxflow", CLEAN.replace("notice.wav", "Vertrieb.wav"));
    let run =
        tenant.run(&folder, &format!("{DOCTOR} a.cxflow --set queue=Verlag --report report.md")).exits(1);
    assert!(row(&run.out, "skill Verlag").starts_with("fits "), "{}", run.out);
    let report = folder.read("report.md");
    for private in private.into_iter().map(str::to_owned).chain([
        UNIT.to_string(),
        "31337".to_owned(),
        tenant.url().to_owned(),
    ]) {
        assert!(!report.contains(&private), "{private}: {report}");
    }
    for has in [
        "| signing in | fits | with an access key alone |",
        "| business unit | fits | that of the settings; the id token has it, and the tenant does not show it |",
        "| PLAY | fits | the library id of the table; the same properties, and further ones: SuppressSilence,",
        "| CAPTURE | differs | the tenant's library id is e0000000-0000-4000-8000-000000000001,",
        "| skills of the flows | fits | 1 there, 0 not there, 0 unknown |",
        "| recordings of the flows | differs | 0 there, 1 not there, 1 unknown |",
    ] {
        assert!(report.contains(has), "{has}: {report}");
    }
}

#[test]
fn a_tenant_of_another_kind_is_unknown_in_all() {
    let platform = super::studio::tenant_that_knows_nothing();
    let folder = Folder::new();
    let run =
        super::studio::command(platform.url(), &folder, &format!("{DOCTOR} --format json")).run().exits(1);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(
        (&found["fits"], &found["differs"], &found["api_version"]),
        (&json!(2), &json!(1), &json!(null))
    );
    let items = found["items"].as_array().unwrap();
    let action = items.iter().find(|item| item["name"] == "PLAY").unwrap();
    assert_eq!((&action["topic"], &action["verdict"]), (&json!("action"), &json!("unknown")));
    // It only reads, whatever it is answered.
    for request in platform.requests() {
        let is_sign_in = request.line.starts_with("POST /authentication/");
        assert!(is_sign_in || request.line.starts_with("GET "), "{}", request.line);
        assert!(!request.line.contains("/start") && !request.line.contains("/kick"), "{}", request.line);
    }
}

#[test]
fn what_always_fails_is_not_asked_for_again_and_again() {
    let platform = super::studio::tenant_with(|line| {
        let fails = line.contains("/scripts/search") || line.contains("/actions/");
        fails.then(|| (500, json!({ "error": "internal" })))
    });
    let folder = Folder::new();
    let run = super::studio::command(platform.url(), &folder, DOCTOR).run().exits(1);
    assert!(row(&run.out, "GET /scripts/search").ends_with("not known here, and its answer cannot be read"));
    let asked = platform.requests().iter().filter(|request| request.line.contains("/actions/")).count();
    assert!(asked <= 12, "{asked}");
}

#[test]
fn answers_of_another_form_are_described_without_their_values() {
    let platform = super::studio::tenant_with(|line| {
        if line.contains("/scripts/search") {
            return Some((200, json!({ "items": [{ "title": "Geheim" }] })));
        }
        line.contains("/actions/").then(|| (200, json!({ "tool": { "args": ["Geheim"] } })))
    });
    let folder = Folder::new();
    let run =
        super::studio::command(platform.url(), &folder, &format!("{DOCTOR} --report r.md")).run().exits(1);
    let search = row(&run.out, "GET /scripts/search");
    assert!(search.ends_with("its answer has another form: {items: [{title: text}]}"), "{search}");
    let play = row(&run.out, "PLAY");
    assert!(play.starts_with("unknown ") && !play.contains("args"), "{play}");
    let report = folder.read("r.md");
    assert!(
        report.contains("the answer has the form {tool: {args: list}}") && !report.contains("Geheim"),
        "{report}"
    );
}

#[test]
fn a_run_that_cannot_sign_in_says_so_and_leaves_a_report() {
    let tenant = Tenant::start(usual());
    let folder = folder();
    let command = tenant.command(&folder, &format!("{DOCTOR} --report r.md"));
    let run = command.env("CXONE_ACCESS_KEY_SECRET", "not the secret").run().exits(3);
    run.err_has("CX901").err_lacks("not the secret");
    let report = folder.read("r.md");
    assert!(report.contains("| the rest | unknown | not asked after CX901 |"), "{report}");
    assert!(
        report.contains(
            "| signing in | differs | with an access key alone: not-authorized, with the status 40"
        ),
        "{report}"
    );
    // Nothing was read from the tenant that could be copied.
    let command = tenant.command(&folder, &format!("{DOCTOR} --settings own.toml"));
    command.env("CXONE_ACCESS_KEY_SECRET", "not the secret").run().exits(3);
    assert!(!folder.has("own.toml"));
    bare(&folder, DOCTOR).run().exits(2).err_has("CXONE_BASE_URL, CXONE_ACCESS_KEY_ID");
    // It replaces no settings and no source.
    folder.write("a.cxflow", CLEAN);
    for option in ["--settings cxflow.toml", "--report a.cxflow", "--report x --settings x"] {
        tenant.run(&folder, &format!("{DOCTOR} a.cxflow {option}")).exits(2);
    }
}

#[test]
fn what_the_settings_name_is_looked_for() {
    let unknown = "0e000000-0000-4000-8000-00000000000e";
    let own = "0d000000-0000-4000-8000-00000000000d";
    let mut options = usual();
    options.actions.push(action("LOCATE", own, &["Profile"], &["Open", "Closed"]));
    options.scripts.push(script_with("Common\\Callback", "HANGUP", "b64a6796-4f66-4b1b-a9b5-3af926ab4b7c"));
    let tenant = Tenant::start(options);
    let settings = |id: &str| {
        format!(
            "[studio]\nbusiness_unit = {UNIT}\ncallback = \"Common/Callback\"\nvoicemail = \"Common/Voicemail\"\n\
             library_ids = [\"LOCATE={id}\"]\n"
        )
    };
    let folder = Folder::new().with("cxflow.toml", settings(unknown));
    let run = tenant.run(&folder, &format!("{DOCTOR} --report r.md")).exits(1);
    assert_eq!(
        row(&run.out, "script Common\\Callback"),
        "fits script Common\\Callback `callback` of the settings; the tenant has it"
    );
    assert_eq!(
        row(&run.out, "script Common\\Voicemail"),
        "differs script Common\\Voicemail `voicemail` of the settings; the tenant has no script of this name"
    );
    assert_eq!(
        row(&run.out, "LOCATE"),
        format!("differs LOCATE the tenant has no action {unknown}, the library id of the settings")
    );
    let report = folder.read("r.md");
    assert!(
        report.contains("| scripts of the settings | differs | 1 there, 1 not there, 0 unknown |"),
        "{report}"
    );
    assert!(!report.contains("Common"), "{report}");
    // No script has the action, and the tenant describes it.
    folder.write("cxflow.toml", settings(own));
    let run = tenant.run(&folder, DOCTOR).exits(1);
    assert_eq!(
        row(&run.out, "LOCATE"),
        "fits LOCATE the tenant has the library id of the settings; properties: Profile; branches: Open, Closed"
    );
}

#[test]
fn a_version_that_is_not_there_is_not_a_script_that_is_gone() {
    let tenant = Tenant::start(usual());
    let folder = folder().with("a.cxflow", CLEAN);
    for verb in [
        "studio history Campaigns/Reminder",
        "studio diff Campaigns/Reminder a.cxflow",
        "studio pull Campaigns --out-dir flows",
        "studio skill Sales",
        "submit --target studio a.cxflow",
    ] {
        let run = tenant.command(&folder, verb).env("CXONE_API_VERSION", "v99.0").run().exits(3);
        run.err_has("CX931").err_has("does not know the version v99.0 of its API");
    }
}
