//! What a platform does with one request: it answers, late, by halves, without an end or not at all.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// What one request gets.
#[derive(Debug, Clone)]
pub struct Answer {
    reply: Reply,
    delay: Duration,
    headers: Vec<(String, String)>,
}

#[derive(Debug, Clone)]
enum Reply {
    /// A status and a body.
    Full(u16, Vec<u8>),
    /// The length of the body is named, and half of it sent.
    Half(Vec<u8>),
    /// Bytes as they are, and what comes after them.
    Bytes(Vec<u8>, Then),
    Reset,
    /// A gibibyte; whether its length is named first.
    Flood(bool),
    EndlessHeaders,
}

/// What becomes of the connection after bytes.
#[derive(Debug, Clone)]
pub enum Then {
    /// It takes the next request.
    Next,
    /// It is closed.
    Close,
    /// It stays open, and nothing comes.
    Wait,
    /// These come again and again, with a pause, until the other side goes.
    Repeat(Vec<u8>, Duration),
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

impl Answer {
    fn new(reply: Reply) -> Self {
        Self { reply, delay: Duration::ZERO, headers: Vec::new() }
    }

    /// A status and a body.
    pub fn full(status: u16, content: impl Content) -> Self {
        Self::new(Reply::Full(status, content.bytes()))
    }

    /// Names how long the body is, sends half of it, and closes the connection.
    pub fn half(content: impl Content) -> Self {
        Self::new(Reply::Half(content.bytes()))
    }

    /// Bytes as they are.
    pub fn bytes(bytes: impl AsRef<[u8]>, then: Then) -> Self {
        Self::new(Reply::Bytes(bytes.as_ref().to_vec(), then))
    }

    /// Keeps the connection open and never answers.
    pub fn nothing() -> Self {
        Self::bytes([], Then::Wait)
    }

    /// Resets the connection.
    pub fn reset() -> Self {
        Self::new(Reply::Reset)
    }

    /// 200 and a gibibyte, whose length is named first or is not.
    pub fn flood(has_length: bool) -> Self {
        Self::new(Reply::Flood(has_length))
    }

    /// 200 and headers without an end.
    pub fn endless_headers() -> Self {
        Self::new(Reply::EndlessHeaders)
    }

    /// After this time.
    pub fn late(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    fn head(&self, status: u16, length: Option<usize>) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {status} Scripted\r\n");
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(length) = length {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// Sends it; nothing where the connection is at its end.
    pub(super) fn send(&self, stream: &mut (impl Read + Write), socket: &TcpStream) -> Option<()> {
        std::thread::sleep(self.delay);
        match &self.reply {
            Reply::Full(status, body) => {
                stream.write_all(&self.head(*status, Some(body.len()))).ok()?;
                stream.write_all(body).ok()?;
                stream.flush().ok()
            }
            Reply::Half(body) => {
                stream.write_all(&self.head(200, Some(body.len()))).ok()?;
                stream.write_all(&body[..body.len() / 2]).ok()?;
                stream.flush().ok()?;
                let _ = socket.shutdown(Shutdown::Both);
                None
            }
            Reply::Bytes(bytes, then) => {
                stream.write_all(bytes).ok()?;
                stream.flush().ok()?;
                goes_on(then, stream, socket)
            }
            Reply::Reset => {
                // Closing at once, with what was not sent thrown away, is what sends a reset.
                socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO)).unwrap();
                None
            }
            Reply::Flood(has_length) => {
                const GIBIBYTE: usize = 1 << 30;
                stream.write_all(&self.head(200, has_length.then_some(GIBIBYTE))).ok()?;
                let chunk = vec![b' '; 1 << 20];
                for _ in 0..GIBIBYTE / chunk.len() {
                    stream.write_all(&chunk).ok()?;
                }
                None
            }
            Reply::EndlessHeaders => {
                stream.write_all(b"HTTP/1.1 200 Scripted\r\n").ok()?;
                // Endless is what a client gives up on long before.
                for number in 0..50_000_000 {
                    stream.write_all(format!("X-Header-{number}: {number:>200}\r\n").as_bytes()).ok()?;
                }
                None
            }
        }
    }
}

fn goes_on(then: &Then, stream: &mut (impl Read + Write), socket: &TcpStream) -> Option<()> {
    match then {
        Then::Next => Some(()),
        Then::Close => {
            let _ = socket.shutdown(Shutdown::Both);
            None
        }
        Then::Wait => {
            // Until the other side goes.
            while stream.read(&mut [0; 1024]).is_ok_and(|length| length > 0) {}
            None
        }
        Then::Repeat(again, pause) => loop {
            stream.write_all(again).ok()?;
            stream.flush().ok()?;
            std::thread::sleep(*pause);
        },
    }
}
