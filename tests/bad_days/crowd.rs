//! Many submissions at once, against the emulator.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cxflowc::emulator::{Emulator, EmulatorOptions};
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::loose::{Answers, says, stops};
use crate::support::{CLEAN, Folder};

/// An emulator that serves while it is there.
struct Emulation {
    emulator: Option<Emulator>,
    log: Arc<Mutex<Vec<String>>>,
    runtime: Runtime,
}

impl Emulation {
    fn with(options: EmulatorOptions) -> Self {
        let log = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&log);
        let options = EmulatorOptions {
            log: Some(Arc::new(move |line: &str| heard.lock().unwrap().push(line.to_owned()))),
            ..options
        };
        let runtime = Runtime::new().unwrap();
        let emulator = runtime.block_on(Emulator::start(options)).unwrap();
        Self { emulator: Some(emulator), log, runtime }
    }

    fn emulator(&self) -> &Emulator {
        self.emulator.as_ref().unwrap()
    }

    fn folder(&self) -> Folder {
        let emulator = self.emulator();
        Folder::for_url(emulator.base_url())
            .with_variable("CXONE_CLIENT_ID", emulator.client_id())
            .with_variable("CXONE_CLIENT_SECRET", emulator.client_secret().expose_secret())
    }

    /// Asks until there is an answer that no fault got at.
    fn ask(&self, request: &str) -> Value {
        let address = self.emulator().base_url().strip_prefix("http://").unwrap().to_owned();
        let request = request.replacen("\r\n", &format!("\r\nHost: {address}\r\n"), 1);
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let attempt = || -> Option<Value> {
                let mut stream = TcpStream::connect(&address).ok()?;
                stream.write_all(request.as_bytes()).ok()?;
                let mut answer = String::new();
                stream.read_to_string(&mut answer).ok()?;
                let (head, body) = answer.split_once("\r\n\r\n")?;
                head.starts_with("HTTP/1.1 200").then(|| serde_json::from_str(body).ok())?
            };
            if let Some(answer) = attempt() {
                return answer;
            }
            assert!(Instant::now() < until, "{request}");
        }
    }

    /// The names of all flows that are in place.
    fn flows(&self) -> Vec<String> {
        let form = format!(
            "grant_type=client_credentials&scope=flow:read&client_id={}&client_secret={}",
            self.emulator().client_id(),
            self.emulator().client_secret().expose_secret()
        );
        let granted = self.ask(&format!(
            "POST /api/oauth2/token HTTP/1.1\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ));
        let token = granted["access_token"].as_str().unwrap();
        let list = self.ask(&format!(
            "GET /api/flows?limit=100 HTTP/1.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
        ));
        assert!(
            list["total"].as_u64().unwrap() <= 100,
            "more flows than were handed over: {}",
            list["total"]
        );
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|flow| flow["name"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Waits until the emulator's log has a line with this.
    fn awaits(&self, text: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while !self.log.lock().unwrap().iter().any(|line| line.contains(text)) {
            assert!(Instant::now() < until, "{:?}", self.log.lock().unwrap());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Emulation {
    fn drop(&mut self) {
        if let Some(emulator) = self.emulator.take() {
            self.runtime.block_on(emulator.stop());
        }
    }
}

#[test]
fn a_hundred_submissions_with_a_fifth_of_all_requests_failing() {
    let faults = "429:0.03,502:0.03,503:0.03,504:0.03,500:0.02,reset:0.02,cut:0.02,html:0.02";
    let platform = Emulation::with(EmulatorOptions {
        faults: faults.parse().unwrap(),
        job_time: Duration::from_millis(300),
        seed: Some(4711),
        ..EmulatorOptions::default()
    });
    let folder = platform.folder();
    let names: Vec<String> = (0..100).map(|number| format!("Flow {number:02}")).collect();
    let mut command = String::from("submit --parallel 64 --timeout 50s --format json --audit audit.jsonl");
    for (number, name) in names.iter().enumerate() {
        folder.write(&format!("{number}.cxflow"), CLEAN.replace("Reminder", name));
        command.push_str(&format!(" {number}.cxflow"));
    }
    let run = folder.run(&command);
    let results = run.lines();
    let first = format!("{run:#?}");
    assert_eq!(results.len(), 100);
    // A page in place of the answer to a creation leaves unknown what became of it: nothing else
    // is left undone, and nothing is sent again by itself.
    let undone: Vec<_> = results.iter().filter(|one| one["status"] != "completed").collect();
    assert!(undone.iter().all(|one| one["code"] == "CX911") && undone.len() < 10, "{first}");
    let handed_over = |name: &str| platform.flows().iter().filter(|flow| *flow == name).count();
    for one in &undone {
        assert!(handed_over(one["flow"].as_str().unwrap()) <= 1);
    }
    // Somebody looked, and says so; the weather may be bad for that as well.
    let mut run = run;
    for _ in 0..5 {
        if run.status != Some(0) {
            run = folder.run(&format!("{command} --send-again"));
        }
    }
    let results = run.exits(0).lines();
    let ids: BTreeSet<&str> = results.iter().map(|one| one["flow_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 100);

    let there = platform.flows();
    assert_eq!(there.len(), 100, "none is given twice");
    assert_eq!(there.into_iter().collect::<BTreeSet<_>>(), names.into_iter().collect());
    folder.run("audit verify audit.jsonl").exits(0);
    // That the weather was bad at all.
    let log = platform.log.lock().unwrap();
    assert!(
        log.iter().any(|line| line.contains("502")) && log.iter().any(|line| line.contains("reset")),
        "{log:?}"
    );
    drop(log);
    folder.run(&command).exits(0);
    assert_eq!(platform.flows().len(), 100);
}

#[test]
fn several_processes_with_one_lock_create_a_flow_once() {
    let platform = Emulation::with(EmulatorOptions {
        job_time: Duration::from_millis(500),
        latency: Duration::from_millis(5)..=Duration::from_millis(60),
        ..EmulatorOptions::default()
    });
    let folder = platform.folder();
    let running: Vec<_> = (0..5).map(|_| folder.start("submit a.cxflow --audit audit.jsonl")).collect();
    for one in running {
        one.ends().exits(0).out_has("in place as ");
    }
    assert_eq!(platform.flows(), ["Reminder"]);
    folder.run("status a.cxflow").exits(0);
    folder.run("audit verify audit.jsonl").exits(0);
}

#[test]
fn a_process_that_is_killed_right_after_its_creation_leaves_one_flow() {
    let platform = Emulation::with(EmulatorOptions {
        job_time: Duration::from_millis(300),
        ..EmulatorOptions::default()
    });
    let folder = platform.folder();
    let running = folder.start("submit a.cxflow");
    platform.awaits("POST /api/flows");
    running.kill();
    folder.submit("").exits(0);
    assert_eq!(platform.flows(), ["Reminder"]);
    folder.run("status a.cxflow").exits(0);
}

#[test]
fn tokens_that_hardly_live_are_renewed_under_way() {
    let platform = Emulation::with(EmulatorOptions {
        token_life: Duration::from_secs(1),
        job_time: Duration::from_millis(1500),
        ..EmulatorOptions::default()
    });
    let folder = platform.folder();
    folder.write("b.cxflow", CLEAN.replace("Reminder", "Other"));
    folder.run("submit a.cxflow b.cxflow").exits(0);
    let asked = platform.log.lock().unwrap().iter().filter(|line| line.contains("/oauth2/token")).count();
    assert!(asked >= 2, "{asked}");
}

/// The platform does not heed `Idempotency-Key`, and takes its time.
#[test]
fn runs_at_the_same_moment_send_a_flow_once() {
    let created = br#"{"id":"job-1","status":"completed","flow_id":"flow-1"}"#;
    let create = says("201 Created", created).late(Duration::from_millis(700));
    let platform = Answers { create, ..Answers::default() }.platform();
    let folder = Folder::for_url(platform.url());
    let running: Vec<_> = (0..4).map(|_| folder.start("submit a.cxflow --timeout 40s")).collect();
    for one in running {
        one.ends().exits(0).out_has("flow-1");
    }
    assert_eq!(platform.creations().len(), 1, "{:?}", platform.requests());
    let left: Vec<_> =
        std::fs::read_dir(folder.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_run_does_not_wait_for_ever_for_another_one() {
    let platform = Answers { create: stops(""), ..Answers::default() }.platform();
    let folder = Folder::for_url(platform.url());
    let first = folder.start("submit a.cxflow --timeout 40s");
    while platform.creations().is_empty() {
        std::thread::sleep(Duration::from_millis(10));
    }
    folder.submit("--timeout 4s").fails("CX912").message_has("another run is submitting this flow");
    assert_eq!(platform.creations().len(), 1);
    // A run that is killed leaves its turn to the next one, which sends under the same key.
    first.kill();
    folder.submit("--timeout 4s").fails("CX907").message_has("did not answer within");
    let keys: Vec<_> =
        platform.creations().iter().map(|came| came.header("idempotency-key").unwrap().to_owned()).collect();
    assert!(keys.len() >= 2 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}
