//! A platform over a real socket, which keeps every request that comes. What it answers is a script of requests in
//! their order ([`Platform::script`]), a rule for any request ([`Platform::answering`]), or what a platform does
//! that works, but for some requests ([`Platform::start`]).

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answer::Answer;
use super::script::{Script, Step};
use super::usual::usual;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Request {
    /// `POST /api/flows`
    pub line: String,
    /// By their names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// When it came.
    pub at: Instant,
}

impl Request {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Its `Idempotency-Key`.
    #[track_caller]
    pub fn key(&self) -> &str {
        &self.headers["idempotency-key"]
    }

    /// Its body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// What any request gets.
type Rule = dyn Fn(&Request) -> Answer + Send + Sync;

enum Behaviour {
    Script(Script),
    Rule(Arc<Rule>),
}

struct State {
    behaviour: Behaviour,
    requests: Vec<Request>,
    /// How many of the requests were taken.
    taken: usize,
}

pub struct Platform {
    address: SocketAddr,
    url: String,
    state: Arc<Mutex<State>>,
    stopped: Arc<AtomicBool>,
    /// How many things it has made.
    made: Arc<AtomicUsize>,
}

impl Platform {
    /// One that works: all that is sent is in place at once.
    pub fn start() -> Self {
        let platform = Self::answering(|_| Answer::nothing());
        platform.answer(|_| None);
        platform
    }

    /// One that answers any request by a rule.
    pub fn answering(rule: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::serve((Ipv4Addr::LOCALHOST, 0).into(), Behaviour::Rule(Arc::new(rule)), None)
    }

    /// One that expects these requests in their order. What comes out of turn, and what never comes, fails the test
    /// when the platform is dropped.
    pub fn script(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::script_at((Ipv4Addr::LOCALHOST, 0).into(), steps)
    }

    /// The same at a certain address.
    pub fn script_at(address: SocketAddr, steps: impl IntoIterator<Item = Step>) -> Self {
        Self::serve(address, Behaviour::Script(Script::new(steps)), None)
    }

    /// The same over TLS, as `localhost`.
    pub fn encrypted(tls: Arc<rustls::ServerConfig>, steps: impl IntoIterator<Item = Step>) -> Self {
        let behaviour = Behaviour::Script(Script::new(steps));
        Self::serve((Ipv4Addr::LOCALHOST, 0).into(), behaviour, Some(tls))
    }

    fn serve(address: SocketAddr, behaviour: Behaviour, tls: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let url = match tls {
            Some(_) => format!("https://localhost:{}", address.port()),
            None => format!("http://{address}"),
        };
        let state = Arc::new(Mutex::new(State { behaviour, requests: Vec::new(), taken: 0 }));
        let stopped = Arc::new(AtomicBool::new(false));
        let made = Arc::new(AtomicUsize::new(1));
        let platform = Self { address, url, state: Arc::clone(&state), stopped: Arc::clone(&stopped), made };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), state, tls) = (stream, Arc::clone(&state), tls.clone()) else { continue };
                // That a connection breaks is what some tests are about.
                std::thread::spawn(move || match tls {
                    None => converse(&stream, &stream, &state),
                    Some(tls) => {
                        let connection = rustls::ServerConnection::new(tls).unwrap();
                        converse(rustls::StreamOwned::new(connection, &stream), &stream, &state)
                    }
                });
            }
        });
        platform
    }

    /// Answers so from now on; where the answer is `None`, as a platform that works.
    /// A number `retry_after` in an answer is sent as the header `Retry-After` too: a run with less time than that gives
    /// up at once and leaves the job pending, however slow the machine is.
    pub fn answer(&self, answers: impl Fn(&Request) -> Option<(u16, Value)> + Send + Sync + 'static) {
        let made = Arc::clone(&self.made);
        let rule = move |request: &Request| {
            let (status, body) = answers(request).unwrap_or_else(|| usual(request, &made));
            let wait = body["retry_after"].as_u64();
            let body = if status == 204 { String::new() } else { body.to_string() };
            let answer = Answer::full(status, body).header("Connection", "close");
            wait.into_iter().fold(answer, |answer, wait| answer.header("Retry-After", wait.to_string()))
        };
        self.state.lock().unwrap().behaviour = Behaviour::Rule(Arc::new(rule));
    }

    /// Answers one request so from now on, and all others as a platform that works.
    pub fn answer_to(&self, line: &'static str, status: u16, body: Value) {
        self.answer(move |request| (request.line == line).then(|| (status, body.clone())));
    }

    /// Its base URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address: `127.0.0.1:8080`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// All requests that have come.
    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// The requests of that line.
    pub fn requests_of(&self, line: &str) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.line == line).collect()
    }

    /// The requests since the last time that these were asked for.
    pub fn new_requests(&self) -> Vec<Request> {
        let mut state = self.state.lock().unwrap();
        let new = state.requests[state.taken..].to_vec();
        state.taken = state.requests.len();
        new
    }

    /// The same without those for tokens.
    pub fn new_calls(&self) -> Vec<Request> {
        self.new_requests().into_iter().filter(|request| !request.line.ends_with("/token")).collect()
    }

    /// The lines of the requests since the last time that these were asked for.
    pub fn new_lines(&self) -> Vec<String> {
        self.new_requests().into_iter().map(|request| request.line).collect()
    }

    /// Waits until a request has come.
    #[track_caller]
    pub fn awaits(&self, line: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.requests_of(line).is_empty() {
            assert!(Instant::now() < until, "{line} never came: {:?}", self.requests());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if std::thread::panicking() {
            return;
        }
        let state = self.state.lock().unwrap();
        if let Behaviour::Script(script) = &state.behaviour {
            let lines: Vec<&str> = state.requests.iter().map(|request| request.line.as_str()).collect();
            script.is_over(&lines);
        }
    }
}

/// Serves one connection until either side ends it.
fn converse(mut stream: impl Read + Write, socket: &TcpStream, state: &Mutex<State>) {
    let mut bytes = Vec::new();
    while let Some(request) = read(&mut stream, &mut bytes) {
        let answer = answer(request, state);
        if answer.send(&mut stream, socket).is_none() {
            return;
        }
    }
}

fn answer(request: Request, state: &Mutex<State>) -> Answer {
    let rule = {
        let mut state = state.lock().unwrap();
        state.requests.push(request.clone());
        match &mut state.behaviour {
            Behaviour::Script(script) => return script.answer(&request.line),
            Behaviour::Rule(rule) => Arc::clone(rule),
        }
    };
    rule(&request)
}

fn read(stream: &mut impl Read, bytes: &mut Vec<u8>) -> Option<Request> {
    let mut chunk = [0; 16 << 10];
    let mut more = |bytes: &mut Vec<u8>| match stream.read(&mut chunk) {
        Ok(0) | Err(_) => None,
        Ok(length) => {
            bytes.extend_from_slice(&chunk[..length]);
            Some(())
        }
    };
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        more(bytes)?;
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let line = lines.next().unwrap().strip_suffix(" HTTP/1.1").unwrap().to_owned();
    let headers: BTreeMap<String, String> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        more(bytes)?;
    }
    let body = String::from_utf8(bytes[end + 4..end + 4 + length].to_vec()).unwrap();
    bytes.drain(..end + 4 + length);
    Some(Request { line, headers, body, at: Instant::now() })
}
