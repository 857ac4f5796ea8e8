//! A platform that follows the test's instructions at once, and records its requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::support::Side;

pub const CLIENT: &str = "client-of-the-tests";
pub const SECRET: &str = "hunter2+the/clients secret";

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Asked {
    /// `POST /api/flows`
    pub what: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn key(&self) -> &str {
        &self.headers["idempotency-key"]
    }
}

type Answers = dyn Fn(&Asked) -> Option<(u16, Value)> + Send + Sync;

pub struct Platform {
    base_url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    answers: Arc<Mutex<Arc<Answers>>>,
}

impl Platform {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let nothing: Arc<Answers> = Arc::new(|_| None);
        let platform = Self { base_url, asked, answers: Arc::new(Mutex::new(nothing)) };
        let (asked, answers) = (Arc::clone(&platform.asked), Arc::clone(&platform.answers));
        let made = Arc::new(AtomicUsize::new(1));
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (asked, answers, made) = (Arc::clone(&asked), Arc::clone(&answers), Arc::clone(&made));
                std::thread::spawn(move || serve(stream.unwrap(), &asked, &answers, &made));
            }
        });
        platform
    }

    /// Answers so from now on; where the answer is `None`, as usual. A number `retry_after` in an answer
    /// is sent as the header `Retry-After` too: a run with less time than that gives up at once and leaves
    /// the job pending, however slow the machine is.
    pub fn answer(&self, answers: impl Fn(&Asked) -> Option<(u16, Value)> + Send + Sync + 'static) {
        *self.answers.lock().unwrap() = Arc::new(answers);
    }

    /// Answers one request so, from now on.
    pub fn answer_to(&self, what: &'static str, status: u16, body: Value) {
        self.answer(move |asked| (asked.what == what).then(|| (status, body.clone())));
    }

    /// Takes what was asked since the last time.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Takes what was asked since the last time, without the tokens.
    pub fn calls(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| !asked.what.ends_with("/token")).collect()
    }

    /// What was asked since the last time, in short.
    pub fn words(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.what).collect()
    }
}

impl Side for Platform {
    fn base_url(&self) -> &str {
        &self.base_url
    }

    fn credentials(&self) -> (&str, &str) {
        (CLIENT, SECRET)
    }
}

fn serve(stream: TcpStream, asked: &Mutex<Vec<Asked>>, answers: &Mutex<Arc<Answers>>, made: &AtomicUsize) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = || -> Option<String> {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
        Some(line.trim_end().to_owned())
    };
    let Some(first) = line() else { return };
    let what = first.rsplit_once(' ').unwrap().0.to_owned();
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line().unwrap().split_once(": ") {
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let request = Asked { what, headers, body: String::from_utf8(body).unwrap() };
    asked.lock().unwrap().push(request.clone());
    let answers = Arc::clone(&answers.lock().unwrap());
    let own = answers(&request);
    let (status, body) = own.unwrap_or_else(|| usual(&request, made));
    let wait =
        body["retry_after"].as_u64().map(|wait| format!("Retry-After: {wait}\r\n")).unwrap_or_default();
    let body = if status == 204 { String::new() } else { body.to_string() };
    let head = format!(
        "HTTP/1.1 {status} x\r\nConnection: close\r\n{wait}Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = (&stream).write_all(head.as_bytes());
}

/// Everything is done at once, and what is made is numbered from 1 on.
fn usual(asked: &Asked, made: &AtomicUsize) -> (u16, Value) {
    let (method, path) = asked.what.split_once(' ').unwrap();
    let last = path.rsplit('/').next().unwrap();
    let number = || made.fetch_add(1, Ordering::Relaxed);
    let job = |job: &str, flow: &str| json!({"id": job, "status": "completed", "flow_id": flow});
    match (method, path) {
        (_, path) if path.ends_with("/token") => (
            200,
            json!({"access_token": "the-token-of-the-tests", "token_type": "Bearer", "expires_in": 3600}),
        ),
        ("POST", path) if path.ends_with("/subscriptions") => {
            (201, json!({"id": format!("hook-{}", number())}))
        }
        ("GET", path) if path.ends_with("/subscriptions") || path.ends_with("/hooks") => (200, json!([])),
        ("POST", _) => {
            let number = number();
            (201, job(&format!("job-{number}"), &format!("flow-{number}")))
        }
        ("PUT", _) => (200, job(&format!("job-{}", number()), last)),
        ("GET", _) => (200, job(last, &format!("flow-of-{last}"))),
        ("DELETE", _) => (204, Value::Null),
        _ => (404, json!({"error": "not_found", "message": "there is nothing here"})),
    }
}
