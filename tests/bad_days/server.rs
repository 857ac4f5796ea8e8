//! A platform that follows a script.
//!
//! ```ignore
//! let server = Server::script([
//!     token(),
//!     on("POST /api/flows").answers(201, job("job-1", "queued")),
//!     on("GET /api/jobs/job-1").answers(502, "").times(2),
//!     on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
//! ]);
//! ```
//!
//! Each request has to be the one whose turn it is; what comes out of turn, and what never comes,
//! fails the test when the server is dropped.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A token that every test knows.
pub const TOKEN: &str = "tok-hush-1/abc+def==";

/// One line of a script: what is to come, and what it gets.
#[derive(Clone)]
pub struct Step {
    line: String,
    reply: Reply,
    /// How long it takes.
    late: Duration,
    headers: Vec<(String, String)>,
    left: Option<usize>,
    taken: bool,
}

#[derive(Clone)]
enum Reply {
    Answer(u16, Vec<u8>),
    /// The length of the body is said, and so much of it sent.
    Cut(Vec<u8>),
    Nothing,
    Reset,
    /// A gibibyte; whether that is said first.
    Flood(bool),
    Headers,
    Raw(&'static [u8]),
    /// Bytes, and then nothing while the connection stays open.
    Stuck(&'static [u8]),
}

/// What a request is to be: `POST /api/flows`.
pub fn on(line: &str) -> Step {
    let reply = Reply::Nothing;
    let late = Duration::ZERO;
    Step { line: line.to_owned(), reply, late, headers: Vec::new(), left: Some(1), taken: false }
}

/// A token that lives for an hour.
pub fn token() -> Step {
    token_of(TOKEN)
}

/// Another one.
pub fn token_of(token: &str) -> Step {
    let granted = serde_json::json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
    on("POST /api/oauth2/token").answers(200, granted)
}

/// A job, as `answers` takes it.
pub fn job(id: &str, status: &str) -> Value {
    serde_json::json!({ "id": id, "status": status, "message": "" })
}

/// A job whose flow is in place.
pub fn completed(id: &str, flow: &str) -> Value {
    serde_json::json!({ "id": id, "status": "completed", "message": "done", "flow_id": flow })
}

/// A creation whose job is to be asked for in an hour. A run with less time than that gives up at once and
/// leaves the job pending, however slow the machine is.
pub fn left_queued() -> Step {
    on("POST /api/flows").answers(201, job("job-1", "queued")).header("Retry-After", "3600")
}

/// A creation after which there is nothing left to do.
pub fn all_well() -> Step {
    on("POST /api/flows").answers(201, completed("job-1", "flow-1"))
}

/// What an answer holds: text, or JSON.
pub trait Content {
    fn bytes(self) -> Vec<u8>;
}

impl Content for &str {
    fn bytes(self) -> Vec<u8> {
        self.as_bytes().to_vec()
    }
}

impl Content for Vec<u8> {
    fn bytes(self) -> Vec<u8> {
        self
    }
}

impl Content for String {
    fn bytes(self) -> Vec<u8> {
        self.into_bytes()
    }
}

impl Content for Value {
    fn bytes(self) -> Vec<u8> {
        self.to_string().into_bytes()
    }
}

impl Step {
    pub fn answers(self, status: u16, content: impl Content) -> Self {
        Self { reply: Reply::Answer(status, content.bytes()), ..self }
    }

    /// Says how long the answer is, sends half of it, and closes the connection.
    pub fn breaks_off(self, content: impl Content) -> Self {
        Self { reply: Reply::Cut(content.bytes()), ..self }
    }

    /// Sends half of a head, and closes the connection.
    pub fn breaks_off_in_its_head(self) -> Self {
        self.sends(b"HTTP/1.1 50")
    }

    /// Keeps the connection open and never answers.
    pub fn says_nothing(self) -> Self {
        Self { reply: Reply::Nothing, ..self }
    }

    /// Answers after this time.
    pub fn late(self, time: Duration) -> Self {
        Self { late: time, ..self }
    }

    pub fn resets(self) -> Self {
        Self { reply: Reply::Reset, ..self }
    }

    /// Answers 200 and a gibibyte, with or without saying so first.
    pub fn floods(self, says_length: bool) -> Self {
        Self { reply: Reply::Flood(says_length), ..self }
    }

    pub fn sends_headers_for_ever(self) -> Self {
        Self { reply: Reply::Headers, ..self }
    }

    /// Sends these bytes and closes the connection.
    pub fn sends(self, bytes: &'static [u8]) -> Self {
        Self { reply: Reply::Raw(bytes), ..self }
    }

    /// Sends these bytes and keeps the connection open.
    pub fn sends_and_waits(self, bytes: &'static [u8]) -> Self {
        Self { reply: Reply::Stuck(bytes), ..self }
    }

    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn times(self, times: usize) -> Self {
        Self { left: Some(times), ..self }
    }

    /// As often as it comes, and once at least.
    pub fn for_ever(self) -> Self {
        Self { left: None, ..self }
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Seen {
    /// `POST /api/flows`
    pub line: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub at: Instant,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    steps: VecDeque<Step>,
    seen: Vec<Seen>,
    unexpected: Vec<String>,
}

impl State {
    fn reply(&mut self, line: &str) -> Option<Step> {
        while let Some(step) = self.steps.front_mut() {
            if step.line == line {
                step.taken = true;
                let step_now = step.clone();
                if let Some(left) = &mut step.left {
                    *left -= 1;
                    if *left == 0 {
                        self.steps.pop_front();
                    }
                }
                return Some(step_now);
            }
            if step.left.is_some() || !step.taken {
                break;
            }
            self.steps.pop_front();
        }
        self.unexpected.push(line.to_owned());
        None
    }
}

pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    state: Arc<Mutex<State>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    pub fn script(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::script_at((Ipv4Addr::LOCALHOST, 0).into(), steps)
    }

    pub fn script_at(address: SocketAddr, steps: impl IntoIterator<Item = Step>) -> Self {
        Self::start(address, steps, None)
    }

    /// One that speaks TLS, as `localhost`.
    pub fn encrypted(tls: Arc<rustls::ServerConfig>, steps: impl IntoIterator<Item = Step>) -> Self {
        Self::start((Ipv4Addr::LOCALHOST, 0).into(), steps, Some(tls))
    }

    fn start(
        address: SocketAddr,
        steps: impl IntoIterator<Item = Step>,
        tls: Option<Arc<rustls::ServerConfig>>,
    ) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { steps: steps.into_iter().collect(), ..State::default() }));
        let stopped = Arc::new(AtomicBool::new(false));
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Self { address, scheme, state: Arc::clone(&state), stopped: Arc::clone(&stopped) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), state, tls) = (stream, Arc::clone(&state), tls.clone()) else { continue };
                // A connection that breaks is what these tests are about.
                std::thread::spawn(move || match tls {
                    None => serve(&stream, &stream, &state),
                    Some(tls) => {
                        let connection = rustls::ServerConnection::new(tls).unwrap();
                        serve(rustls::StreamOwned::new(connection, &stream), &stream, &state)
                    }
                });
            }
        });
        server
    }

    /// Its base URL.
    pub fn url(&self) -> String {
        match self.scheme {
            "https" => format!("https://localhost:{}", self.address.port()),
            _ => format!("http://{}", self.address),
        }
    }

    /// Its address: `127.0.0.1:8080`.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// The requests of that line.
    pub fn of(&self, line: &str) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.line == line).collect()
    }

    /// Waits until a request has come.
    #[track_caller]
    pub fn awaits(&self, line: &str) {
        let until = Instant::now() + Duration::from_secs(20);
        while self.of(line).is_empty() {
            assert!(Instant::now() < until, "{line} never came: {:?}", self.seen());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if std::thread::panicking() {
            return;
        }
        let state = self.state.lock().unwrap();
        let came: Vec<&str> = state.seen.iter().map(|seen| seen.line.as_str()).collect();
        assert!(
            state.unexpected.is_empty(),
            "out of turn: {:?}, of all that came: {came:?}",
            state.unexpected
        );
        let missing: Vec<&str> = state
            .steps
            .iter()
            .filter(|step| !step.taken || step.left.is_some())
            .map(|step| &*step.line)
            .collect();
        assert!(missing.is_empty(), "never came: {missing:?}; what came: {came:?}");
    }
}

/// Serves one connection until either side ends it.
fn serve(mut stream: impl Read + Write, socket: &TcpStream, state: &Mutex<State>) {
    let mut bytes = Vec::new();
    while let Some(seen) = request(&mut stream, &mut bytes) {
        let step = {
            let mut state = state.lock().unwrap();
            let step = state.reply(&seen.line);
            state.seen.push(seen);
            step
        };
        let step = step.unwrap_or_else(|| on("").answers(599, "this request was out of turn"));
        if reply(&mut stream, socket, &step).is_none() {
            return;
        }
    }
}

fn request(stream: &mut impl Read, bytes: &mut Vec<u8>) -> Option<Seen> {
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
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let seen = Seen { line, headers, body: Vec::new(), at: Instant::now() };
    let length: usize = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        more(bytes)?;
    }
    let body = bytes[end + 4..end + 4 + length].to_vec();
    bytes.drain(..end + 4 + length);
    Some(Seen { body, ..seen })
}

/// Answers; nothing where the connection is at its end.
fn reply(stream: &mut (impl Read + Write), socket: &TcpStream, step: &Step) -> Option<()> {
    let head = |status: u16, length: Option<usize>| {
        let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
        for (name, value) in &step.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    };
    std::thread::sleep(step.late);
    match &step.reply {
        Reply::Answer(status, body) => {
            stream.write_all(&head(*status, Some(body.len()))).ok()?;
            stream.write_all(body).ok()?;
            stream.flush().ok()
        }
        Reply::Cut(body) => {
            stream.write_all(&head(200, Some(body.len()))).ok()?;
            stream.write_all(&body[..body.len() / 2]).ok()?;
            stream.flush().ok()?;
            let _ = socket.shutdown(std::net::Shutdown::Both);
            None
        }
        Reply::Nothing => {
            // Until the other side goes.
            while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {}
            None
        }
        Reply::Reset => {
            // Closing at once, with what was not sent thrown away, is what sends a reset.
            socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO)).unwrap();
            None
        }
        Reply::Flood(says_length) => {
            const GIBIBYTE: usize = 1 << 30;
            stream.write_all(&head(200, says_length.then_some(GIBIBYTE))).ok()?;
            let chunk = vec![b' '; 1 << 20];
            for _ in 0..GIBIBYTE / chunk.len() {
                stream.write_all(&chunk).ok()?;
            }
            None
        }
        Reply::Headers => {
            stream.write_all(b"HTTP/1.1 200 Scripted\r\n").ok()?;
            // Endless is what a client gives up on long before.
            for number in 0..50_000_000 {
                stream.write_all(format!("X-Header-{number}: {number:>200}\r\n").as_bytes()).ok()?;
            }
            None
        }
        Reply::Stuck(bytes) => {
            stream.write_all(bytes).ok()?;
            stream.flush().ok()?;
            while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {}
            None
        }
        Reply::Raw(bytes) => {
            stream.write_all(bytes).ok()?;
            stream.flush().ok()?;
            let _ = socket.shutdown(std::net::Shutdown::Both);
            None
        }
    }
}
