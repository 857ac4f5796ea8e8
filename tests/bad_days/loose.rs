//! A platform that follows no script: it gives each kind of request its answer as bytes, in whatever order
//! requests come, and counts what it was sent.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::server::TOKEN;

/// What one request gets.
#[derive(Clone)]
pub enum Answer {
    /// These bytes; the connection stays open.
    Says(Vec<u8>),
    /// These bytes, and then the connection is closed.
    Ends(Vec<u8>),
    /// These bytes, and then nothing while the connection stays open.
    Stops(Vec<u8>),
    /// These bytes after this time; the connection stays open.
    Late(Vec<u8>, Duration),
    /// These bytes, and then these again and again, with a pause, until the other side goes.
    Repeats(Vec<u8>, Vec<u8>, Duration),
}

/// A head and a body of that length.
pub fn says(head: &str, body: impl AsRef<[u8]>) -> Answer {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Answer::Says(bytes)
}

/// Bytes as they are, after which the connection is closed.
pub fn raw(bytes: impl AsRef<[u8]>) -> Answer {
    Answer::Ends(bytes.as_ref().to_vec())
}

/// Bytes as they are, after which the connection stays open and nothing comes.
pub fn stops(bytes: impl AsRef<[u8]>) -> Answer {
    Answer::Stops(bytes.as_ref().to_vec())
}

/// What the platform answers; the last answer about the job for ever.
#[derive(Clone)]
pub struct Answers {
    pub token: Answer,
    pub create: Answer,
    pub jobs: Vec<Answer>,
}

impl Default for Answers {
    fn default() -> Self {
        let granted = format!(r#"{{"access_token":"{TOKEN}","token_type":"Bearer","expires_in":3600}}"#);
        Self {
            token: says("200 OK", granted),
            create: says("201 Created", r#"{"id":"job-1","status":"queued"}"#),
            jobs: vec![says("200 OK", r#"{"id":"job-1","status":"completed","flow_id":"flow-1"}"#)],
        }
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Came {
    /// `POST /api/flows`
    pub line: String,
    /// The head, its names in small letters.
    pub head: String,
    pub body: Vec<u8>,
}

pub struct Loose {
    address: SocketAddr,
    came: Arc<Mutex<Vec<Came>>>,
}

impl Loose {
    pub fn new(answers: Answers) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let platform = Self { address, came: Arc::clone(&came) };
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(stream), answers, came) = (stream, answers.clone(), Arc::clone(&came)) else {
                    continue;
                };
                std::thread::spawn(move || serve(stream, &answers, &came));
            }
        });
        platform
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().unwrap().clone()
    }

    /// What was sent to be created.
    pub fn creations(&self) -> Vec<Came> {
        self.came().into_iter().filter(|came| came.line == "POST /api/flows").collect()
    }
}

impl Came {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// Serves one connection until either side ends it.
fn serve(mut stream: TcpStream, answers: &Answers, came: &Mutex<Vec<Came>>) -> Option<()> {
    loop {
        let request = request(&mut stream)?;
        let line = request.line.clone();
        let jobs = {
            let mut came = came.lock().unwrap();
            came.push(request);
            came.iter().filter(|came| came.line.starts_with("GET /api/jobs/")).count()
        };
        let answer = match &*line {
            "POST /api/oauth2/token" => &answers.token,
            "POST /api/flows" => &answers.create,
            _ if line.starts_with("GET /api/jobs/") => {
                answers.jobs.get(jobs - 1).or(answers.jobs.last()).unwrap()
            }
            _ => &says("404 Not Found", ""),
        };
        match answer {
            Answer::Says(bytes) => stream.write_all(bytes).ok()?,
            Answer::Late(bytes, time) => {
                std::thread::sleep(*time);
                stream.write_all(bytes).ok()?;
            }
            Answer::Ends(bytes) => {
                stream.write_all(bytes).ok()?;
                let _ = stream.shutdown(std::net::Shutdown::Both);
                return None;
            }
            Answer::Stops(bytes) => {
                stream.write_all(bytes).ok()?;
                while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {}
                return None;
            }
            Answer::Repeats(first, again, pause) => {
                stream.write_all(first).ok()?;
                loop {
                    stream.write_all(again).ok()?;
                    std::thread::sleep(*pause);
                }
            }
        }
    }
}

fn request(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        bytes.push(byte[0]);
    }
    let text = String::from_utf8(bytes).unwrap();
    let (first, rest) = text.split_once("\r\n").unwrap();
    let lower = |line: &str| match line.split_once(':') {
        Some((name, value)) => format!("{}: {}", name.to_ascii_lowercase(), value.trim()),
        None => line.to_owned(),
    };
    let head = rest.lines().map(lower).collect::<Vec<_>>().join("\n");
    let line = first.strip_suffix(" HTTP/1.1").unwrap().to_owned();
    let came = Came { line, head, body: Vec::new() };
    let length: usize = came.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Came { body, ..came })
}
