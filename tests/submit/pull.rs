//! `studio pull`, `studio diff` and `studio status`, with a tenant of the emulator over real sockets.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use cxflowc::emulator::{Emulator, EmulatorOptions, StudioAction, StudioOptions, StudioScript};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::support::*;

const SETTINGS: &str = "[studio]\nbusiness_unit = 700001\nfolder = \"Q3\"\n";

/// A tenant in this process.
struct Tenant {
    emulator: Option<Emulator>,
    runtime: Runtime,
}

impl Tenant {
    fn start(studio: StudioOptions) -> Self {
        Self::with(EmulatorOptions { studio, ..EmulatorOptions::default() })
    }

    fn with(options: EmulatorOptions) -> Self {
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        Self { emulator: Some(emulator), runtime }
    }

    fn usual() -> Self {
        Self::start(StudioOptions::default())
    }

    fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().unwrap()
    }

    /// A command with the access key of the tenant's first user.
    fn command(&self, folder: &Folder, arguments: &str) -> Cxflowc {
        let emulator = self.emulator();
        bare(folder, arguments)
            .env("CXONE_BASE_URL", emulator.base_url())
            .env("CXONE_ACCESS_KEY_ID", emulator.client_id())
            .env("CXONE_ACCESS_KEY_SECRET", emulator.client_secret().expose_secret())
    }

    fn run(&self, folder: &Folder, arguments: &str) -> Run {
        self.command(folder, arguments).run()
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.stop());
        }
    }
}

/// A folder with a flow of a tenant.
fn folder() -> Folder {
    Folder::of(CLEAN).with("cxflow.toml", SETTINGS)
}

fn id(number: usize) -> String {
    format!("0a000000-0000-4000-8000-{number:012}")
}

/// The actions that examples need and no public source has: Studio's own, then services of a tenant.
const OWN_ACTIONS: [&str; 35] = [
    "CAPTURE",
    "PLAYWITHCPA",
    "HOURS",
    "DNC_ADD",
    "OUTAGE_REPORT",
    "OUTAGE_TEXTS",
    "OUTAGE_STATE",
    "OUTAGE_NEWS",
    "ANSWER",
    "ASK_SERVICE",
    "WEB_SERVICE",
    "SEND_SMS",
    "VISIT_CONFIRM",
    "VISIT_CANCEL",
    "VISIT_FREE_OLD",
    "CANCEL_REASON",
    "CALENDAR_NEXT",
    "CALENDAR_DAY",
    "CALENDAR_BOOK",
    "RECORD_CHECK",
    "RECORD_START",
    "RECORD_PAUSE",
    "RECORD_RESUME",
    "NUMBER_CLOSE",
    "SEND_LETTER",
    "PLAN_BOOKING",
    "DISPUTE_REASON",
    "ACCOUNT_HOLD",
    "CARD_PAYMENT",
    "INVOICE_PAYMENT",
    "SAMPLE_WAVE",
    "SAMPLE_QUOTA",
    "SAMPLE_ORDER",
    "SAMPLE_COMPLETE",
    "SAMPLE_ANSWER",
];

/// The examples that no script can say, with what it lacks: a `collect` that waits for the platform's own outcomes.
const CANNOT: [(&str, &str); 1] = [("debt_collection.cxflow", "CX610")];

/// The settings of the examples, with what only a tenant has.
fn settings_of_examples() -> String {
    let ids: Vec<String> =
        OWN_ACTIONS.iter().enumerate().map(|(number, name)| format!("\"{name}={}\"", id(number))).collect();
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cxflow.toml")).unwrap();
    let more = format!(
        "[studio]\nlibrary_ids = [{}]\nanswer_branches = [\"human=Human\", \"machine=Machine\", \"unknown=default\"]\nvoices = [\"en=polly:Joanna\", \"es=polly:Lupe\"]\nvoicemail = \"Common/Voicemail\"\nhours = [\"office_hours=Office\", \"payment_desk=Payments\", \"help_desk=Help\"]",
        ids.join(", ")
    );
    let text = text.replace("voices = [\"en-US=polly:Joanna\", \"es-US=polly:Lupe\"]\n", "");
    text.replace("[studio]", &more)
}

/// The changes that docs/studio.md does not list among what is not in a script. `said` is what the build says, also of
/// nodes that the script leaves out, since nothing leads to them in it.
fn not_listed<'d>(diff: &'d str, said: &str) -> Vec<&'d str> {
    let mut section = "";
    let mut is_left_out = false;
    let mut odd = Vec::new();
    // The nodes that ask a profile of the tenant, which the flow has as a table.
    let of_hours: BTreeSet<&str> = diff
        .lines()
        .filter_map(|line| line.strip_prefix("  ~ ")?.split_once(" on [-"))
        .filter(|(_, rest)| rest.contains("{+OnOpen+}") || rest.contains("{+default0+}"))
        .map(|(node, _)| node)
        .collect();
    let is_of_hours = |line: &str| {
        let node = line.trim_start_matches([' ', '-', '+', '~']).split(" on ").next().unwrap_or_default();
        of_hours.contains(node.split(" -> ").next().unwrap_or_default())
    };
    for line in diff.lines().filter(|line| !line.trim().is_empty()) {
        if !line.starts_with(' ') {
            section = line;
            continue;
        }
        if !line.starts_with("   ") {
            let node = line.strip_prefix("  - ").and_then(|rest| rest.split(' ').nth(1));
            is_left_out = section == "Nodes" && node.is_some_and(|node| said.contains(&format!("`{node}`")));
        }
        if is_left_out {
            continue;
        }
        let is_gone =
            |words: &[&str]| words.iter().any(|word| line.trim_start().starts_with(&format!("- {word} ")));
        // What follows from what is gone: other rules, paths and findings.
        let is_listed = match section {
            "Weakens compliance" | "May change compliance" => {
                // A tag of an `action`, in which nothing is heard.
                let are_words = line.contains("~ words ");
                let is_tag = are_words && (line.contains("[-  tag @") || are_texts_of_actions(line));
                is_tag
                    || line.contains("~ rule ")
                    || is_gone(&["policy", "fact", "evidence", "test", "tag", "include"])
            }
            "Flow" => is_gone(&["description", "hours", "dispositions", "lasts"]),
            "Transitions" => {
                // No action tells these outcomes.
                line.starts_with("  - ") && ["busy", "failed"].iter().any(|word| line.contains(word))
                    || line.starts_with("        for example")
                    || line.contains(" disposition ") && line.contains("-]{+")
                    || is_of_hours(line)
                    || is_respelled(line)
            }
            "Number of paths" | "Findings" => true,
            // Texts of an `action`, and the type of a `node … type`.
            "Nodes" => {
                let is_node = line.starts_with("  ~ ");
                // What is known of a declared kind, and its numbers: of what it sets the outcome is lost.
                let is_of_kind = line.contains("- sets ")
                    || line.contains("+ sets ")
                    || line.contains("{+\"+}")
                    || is_number_as_text(line);
                let is_profile =
                    ["+ HOURS", "+ Profile "].iter().any(|start| line.trim_start().starts_with(start));
                is_node
                    || is_gone(&["disposition"])
                    || is_of_kind
                    || is_profile
                    || line.contains("[-\"")
                    || line.contains("kind [-")
                    || is_step_without_text(line)
            }
            _ => false,
        };
        if !is_listed {
            odd.push(line);
        }
    }
    odd
}

/// Whether the value of a field is the same as a text: `4s` and `"4000"`. A script has no types.
fn is_number_as_text(line: &str) -> bool {
    let Some((_, change)) = line.split_once(" [-") else { return false };
    let Some((before, after)) = change.split_once("-]{+\"") else { return false };
    let milliseconds = |text: &str| Some((text.strip_suffix('s')?.parse::<f64>().ok()? * 1000.0).to_string());
    after == format!("{}\"+}}", milliseconds(before).as_deref().unwrap_or(before))
}

/// Whether all that is gone from a line are texts of the tenant's own actions.
fn are_texts_of_actions(line: &str) -> bool {
    let before: Vec<&str> = line.split(" [-\"").collect();
    let is_own = |part: &&str| {
        let word = part.rsplit(' ').next().unwrap_or_default().to_uppercase();
        OWN_ACTIONS.contains(&word.as_str())
    };
    before.len() > 1
        && before.len() == line.split("[-").count()
        && before.iter().take(before.len() - 1).all(is_own)
}

/// Whether a comparison is the same in other words: `>= 2` and `> 1`.
fn is_respelled(line: &str) -> bool {
    let change = line.split_once(" on [-").and_then(|(_, rest)| rest.split_once("+}"));
    let Some((before, after)) = change.and_then(|(both, _)| both.split_once("-]{+")) else { return false };
    let of = |text: &str, word: &str, add: i64| {
        let (name, value) = text.split_once(&format!(" {word} "))?;
        Some((name.to_owned(), value.parse::<i64>().ok()? + add))
    };
    let least = |text: &str| of(text, ">=", 0).or_else(|| of(text, ">", 1));
    let most = |text: &str| of(text, "<=", 0).or_else(|| of(text, "<", -1));
    least(before)
        .or_else(|| most(before))
        .is_some_and(|bound| Some(bound) == least(after).or_else(|| most(after)))
}

/// Whether a step is an `action` of the platform, whose texts are lost.
fn is_step_without_text(line: &str) -> bool {
    let step = line.trim_start().trim_start_matches(['-', '+', ' ']);
    ["answer", "ask_service", "web_service", "dnc_add", "outage_"].iter().any(|word| step.starts_with(word))
}

#[test]
fn every_example_that_a_script_can_say_comes_back() {
    let actions = OWN_ACTIONS.iter().enumerate().map(|(number, name)| StudioAction {
        name: (*name).to_owned(),
        library_id: id(number),
        properties: None,
        branches: None,
        takes_cases: true,
        begins: false,
    });
    let tenant = Tenant::start(StudioOptions {
        business_unit: 4608,
        actions: actions.collect(),
        ..StudioOptions::default()
    });
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut folder = Folder::new().with("cxflow.toml", settings_of_examples());
    for part in ["library", "policies", ""] {
        for entry in std::fs::read_dir(examples.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "cxflow") {
                let name = Path::new(part).join(path.file_name().unwrap());
                folder = folder.with(name.to_str().unwrap(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut pulled = Vec::new();
    let names = folder.names().into_iter().filter(|name| name.ends_with(".cxflow") && !name.contains('/'));
    let all: Vec<String> = names.collect();
    for name in all.clone() {
        let built = folder.run(&format!("build --target studio -o built.json {name}"));
        if let Some((_, code)) = CANNOT.iter().find(|(own, _)| *own == name) {
            let all = built.exits(1).err;
            let codes = all.lines().filter_map(|line| line.strip_prefix("error[")?.split(' ').next());
            let codes: BTreeSet<&str> = codes.collect();
            assert_eq!(codes, BTreeSet::from([*code]), "{name}: {all}");
            continue;
        }
        let said = built.exits(0).err;
        tenant.run(&folder, &format!("submit --target studio {name}")).exits(0);
        let script: Value = serde_json::from_str(&folder.read("built.json")).unwrap();
        let path = script["header"]["scriptName"].as_str().unwrap();
        let own = format!("pulled_{name}");
        // Without an error, too.
        tenant.command(&folder, "studio pull -o").args([own.as_str(), path]).run().exits(0);
        folder.run(&format!("build --target studio -o again.json {own}")).exits(0);
        assert_eq!(folder.read("again.json"), folder.read("built.json"), "{name}");
        let diff = folder.run(&format!("diff {name} {own}")).exits(0);
        let odd = not_listed(&diff.out, &said);
        assert!(odd.is_empty(), "{name}: {odd:#?}\n{}", folder.read(&own));
        // The script says what the flow says.
        tenant.command(&folder, "studio diff --exit-code").args([path, name.as_str()]).run().exits(0);
        tenant.run(&folder, &format!("studio status {name}")).exits(0).out_has("the platform has it");
        pulled.push(name);
    }
    assert_eq!(pulled.len() + CANNOT.len(), all.len(), "{pulled:?}");
}

#[test]
fn a_script_is_pulled_to_standard_output_or_a_file_once() {
    let (tenant, folder) = (Tenant::usual(), folder());
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    let printed = tenant.run(&folder, "studio pull Q3/Reminder").exits(0);
    assert!(printed.out.starts_with("flow \"Reminder\"\nentry notice\n"), "{}", printed.out);
    tenant.run(&folder, "studio pull Q3\\Reminder -o b.cxflow").exits(0).err_has("b.cxflow: ");
    assert_eq!(folder.read("b.cxflow"), printed.out);
    tenant.run(&folder, "studio pull Q3/Reminder -o b.cxflow").exits(2).err_has("b.cxflow");
    tenant.run(&folder, "studio pull Q3/Reminder -o b.cxflow --force").exits(0);
    let line = tenant.run(&folder, "studio pull Q3/Reminder --format json").exits(0);
    let line: Value = serde_json::from_str(&line.out).unwrap();
    assert_eq!((&line["script"], &line["flow"]), (&json!("Q3\\Reminder"), &json!(printed.out)));
    assert_eq!((&line["kept"], &line["settings"]), (&json!([]), &json!([])));
}

#[test]
fn a_folder_is_pulled_with_the_folders_below_it() {
    let (tenant, folder) = (Tenant::usual(), folder());
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    folder.write("cxflow.toml", SETTINGS.replace("Q3", "Q3/Late"));
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    folder.write("cxflow.toml", SETTINGS);
    tenant.run(&folder, "studio pull Q3").exits(2).err_has("is a folder with 2 scripts").err_has("--out-dir");
    tenant.run(&folder, "studio pull Q3 --out-dir flows").exits(0);
    assert!(folder.has("flows/Reminder.cxflow") && folder.has("flows/Late/Reminder.cxflow"));
    assert!(folder.read("flows/Late/Reminder.cxflow").starts_with("flow \"Late\\\\Reminder\"\n"));
    tenant.run(&folder, "studio pull Q3 --out-dir flows").exits(2);
    tenant.run(&folder, "studio pull Q3 --out-dir flows --force").exits(0);
}

#[test]
fn all_scripts_are_pulled_with_their_folders_in_their_names() {
    let (tenant, folder) = (Tenant::usual(), folder());
    for place in ["Q3", "M/a", "Z"] {
        folder.write("cxflow.toml", SETTINGS.replace("Q3", place));
        tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    }
    // Whatever folder the settings name, or if they name none.
    for settings in [SETTINGS.to_owned(), SETTINGS.replace("folder = \"Q3\"\n", ""), String::new()] {
        folder.write("cxflow.toml", settings);
        let run = tenant.run(&folder, "studio pull / --out-dir flows --force --as-is");
        assert_eq!(run.err.matches("folder = ").count(), 1, "{}", run.err);
        assert!(run.err.matches("library_ids = ").count() <= 1, "{}", run.err);
        assert!(run.err.contains("write `folder = \"/\"` under `[studio]`"), "{}", run.err);
        assert!(folder.read("flows/M/a/Reminder.cxflow").starts_with("flow \"M\\\\a\\\\Reminder\"\n"));
    }
    folder.write("cxflow.toml", SETTINGS.replace("Q3", "/"));
    let run = tenant.run(&folder, "studio pull / --out-dir flows --force --as-is");
    assert!(!run.err.contains("folder = "), "{}", run.err);
    // In the order of their names.
    let listed = tenant.run(&folder, "studio pull / --list").exits(0).out;
    let names: Vec<&str> = listed.lines().collect();
    assert!(names.is_sorted_by_key(|name| name.to_lowercase()), "{listed}");
}

#[test]
fn a_token_that_ends_between_two_scripts_is_renewed() {
    let (short, slow) = (Duration::from_secs(4), Duration::from_millis(500));
    let tenant = Tenant::with(EmulatorOptions {
        token_life: short,
        latency: slow..=slow,
        ..EmulatorOptions::default()
    });
    let folder = folder();
    for name in ["Q3", "Q3/Late", "Q3/Later", "Q3/Latest"] {
        folder.write("cxflow.toml", SETTINGS.replace("Q3", name));
        tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    }
    let emulator = tenant.emulator();
    let command = tenant.command(&folder, "studio pull Q3 --out-dir flows -v");
    let (id, secret) = (emulator.client_id(), emulator.client_secret().expose_secret());
    let began = Instant::now();
    command.env("CXONE_CLIENT_ID", id).env("CXONE_CLIENT_SECRET", secret).run().exits(0);
    assert!(began.elapsed() > short, "{:?}", began.elapsed());
    assert!(folder.has("flows/Latest/Reminder.cxflow"));
}

#[test]
fn what_is_not_there_is_said_with_what_was_perhaps_meant() {
    let (tenant, folder) = (Tenant::usual(), folder());
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    tenant
        .run(&folder, "studio pull Q3/Remind")
        .exits(3)
        .err_has("CX925")
        .err_has("did you mean `Q3\\Reminder`?");
    tenant.run(&folder, "studio pull Q4/Reminder").exits(3).err_has("there is no folder `Q4` either");
    tenant.run(&folder, "studio diff Q3/Remindr a.cxflow").exits(3).err_has("CX925");
    // A folder is no script, in other letters or without its folder a script is known all the same.
    for verb in ["diff Q3 a.cxflow", "history Q3", "rollback Q3"] {
        let run = tenant.run(&folder, &format!("studio {verb}")).exits(3);
        run.err_has("`Q3` is a folder of the tenant, and no script").err_has("studio pull Q3 --list");
    }
    for verb in ["pull q3/reminder", "history q3/reminder", "history Reminder", "diff Remindr a.cxflow"] {
        let run = tenant.run(&folder, &format!("studio {verb}")).exits(3);
        run.err_has("did you mean `Q3\\Reminder`?");
    }
    tenant.run(&folder, "studio pull Nothing").exits(3).err_has("studio pull / --list");
    tenant.run(&folder, "studio pull Q3//Reminder").exits(0).out_has("flow \"Reminder\"");
    tenant.run(&folder, "studio history /Q3//Reminder/").exits(0);
    bare(&folder, "studio pull Q3/Reminder").run().exits(2).err_has("CXONE_ACCESS_KEY_ID");
}

#[test]
fn with_v_the_waits_between_tries_are_said() {
    let busy = Platform::answering(|_| Answer::full(503, "{}".to_owned()).header("Retry-After", "1"));
    for verb in ["pull Q3/Reminder", "diff Q3/Reminder a.cxflow"] {
        let run =
            super::studio::command(busy.url(), &folder(), &format!("studio {verb} -v --timeout 3s")).run();
        run.exits(3).err_has("503").err_has("next try in");
    }
}

#[test]
fn differences_are_those_of_the_flows() {
    let (tenant, folder) = (Tenant::usual(), folder());
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    let run = tenant.run(&folder, "studio diff --exit-code Q3/Reminder a.cxflow").exits(0);
    run.err_has("Q3\\Reminder on the tenant -> a.cxflow: no changes");
    folder.write("a.cxflow", CLEAN.replace("notice.wav", "other.wav"));
    let run = tenant.run(&folder, "studio diff --exit-code Q3/Reminder a.cxflow").exits(1);
    run.out_has("notice.wav").out_has("other.wav");
    folder.write("a.cxflow", "flow \"Reminder\"\n");
    tenant.run(&folder, "studio diff Q3/Reminder a.cxflow").exits(1).err_has("CX");
}

#[test]
fn findings_have_the_places_of_the_flow() {
    let (tenant, folder) = (Tenant::usual(), folder());
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    let lost = CLEAN.replace("entry", "// One.\n\n// Two.\nentry") + "\n\ndisconnect lost\n";
    let line = lost.lines().position(|line| line == "disconnect lost").unwrap() + 1;
    folder.write("a.cxflow", &lost);
    let run = tenant.run(&folder, "studio diff Q3/Reminder a.cxflow").exits(0);
    run.out_has(&format!("+ error CX202: no call reaches `lost` (a.cxflow:{line})\n"));
    // What only the tenant's script has stands in no file.
    folder.run("build --target studio --as-is -o built.json a.cxflow").exits(0);
    let content = serde_json::from_str(&folder.read("built.json")).unwrap();
    let scripts = vec![StudioScript { content, locked_by: None }];
    let tenant = Tenant::start(StudioOptions { scripts, ..StudioOptions::default() });
    folder.write("a.cxflow", CLEAN);
    let run = tenant.run(&folder, "studio diff Q3/Reminder a.cxflow").exits(0);
    run.out_has("- warning CX202: no call reaches `lost`\n");
}

/// The script of the folder's flow, as somebody has changed it in Studio.
fn changed(folder: &Folder, change: impl Fn(&mut Value)) -> Value {
    folder.run("build --target studio -o built.json a.cxflow").exits(0);
    let mut script: Value = serde_json::from_str(&folder.read("built.json")).unwrap();
    change(&mut script);
    script
}

#[test]
fn status_says_what_became_of_a_script() {
    let folder = folder();
    let tenant = Tenant::usual();
    tenant.run(&folder, "submit --target studio a.cxflow").exits(0);
    let lock = folder.read("cxflow.lock");
    tenant
        .run(&folder, "studio status a.cxflow")
        .exits(0)
        .out_has("in place as")
        .out_has("; the platform has it");
    let same = tenant.run(&folder, "status --remote --target studio a.cxflow").exits(0);
    same.out_has("; the platform has it");
    let tenant_with = |script: Value, locked_by: Option<&str>| {
        let scripts = vec![StudioScript { content: script, locked_by: locked_by.map(str::to_owned) }];
        Tenant::start(StudioOptions { scripts, ..StudioOptions::default() })
    };
    // The lock file is about a tenant at another address.
    let moved = |tenant: &Tenant| {
        let old = lock.lines().find_map(|line| line.strip_prefix("platform = \"")).unwrap();
        let old = old.split(" business").next().unwrap();
        folder.write("cxflow.lock", lock.replace(old, tenant.emulator().base_url().trim_end_matches('/')));
    };
    let gone = Tenant::usual();
    moved(&gone);
    gone.run(&folder, "studio status a.cxflow").exits(1).out_has("the platform no longer has it");
    // Moved on the canvas, and numbered anew.
    let elsewhere = changed(&folder, |script| {
        for action in script["actions"].as_object_mut().unwrap().values_mut() {
            action["x"] = json!(7);
            action["dependencyOrder"] = json!("0");
        }
    });
    let other = tenant_with(elsewhere, Some("ann"));
    moved(&other);
    other.run(&folder, "studio status a.cxflow").exits(0).out_has("the platform has it, locked by ann");
    let line = other.run(&folder, "studio status --format json a.cxflow").exits(0).out;
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["remote"], &line["locked_by"]), (&json!("same"), &json!("ann")), "{line}");
    let edited =
        changed(&folder, |script| script["properties"]["2"]["0"]["value"] = json!("\"%Other words.\""));
    let other = tenant_with(edited, None);
    moved(&other);
    let run = other.run(&folder, "studio status a.cxflow").exits(1);
    run.out_has("the platform has another version, which was not submitted from here");
    let line = other.run(&folder, "studio status a.cxflow --format json").exits(1);
    assert_eq!(line.lines()[0]["remote"], "differs");
    // What somebody wrote in Studio comes back, and wins over the phrase.
    let pulled = other.run(&folder, "studio pull Q3/Reminder");
    pulled.out_has("say \"Other words.\"");
}
