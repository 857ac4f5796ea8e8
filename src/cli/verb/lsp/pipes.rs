//! Reads the editor's messages from standard input, and writes ours to standard output.
//!
//! lsp-server would do, except that a strict reader stops at invalid text: an editor written in JavaScript
//! can send half of a surrogate pair (`\ud83d` without its second half). Here such a half is read as U+FFFD,
//! which has the same length.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification};

use super::messages::{BadMessage, message};
use crate::cli::process::closed;

/// The maximum size of a message, in bytes: the largest file with every byte escaped.
const MAX_MESSAGE: usize = 6 * crate::source::MAX_BYTES;

/// The maximum length of a line in a message's head, in bytes.
const MAX_LINE: u64 = 4096;

/// Passes a message to the server; returns whether it is still running.
type ToServer = Box<dyn Fn(Message) -> bool + Send>;

/// Standard input and output as a connection.
pub struct Pipes {
    /// The messages.
    pub connection: Connection,
    /// Receives a signal once everything is written.
    written: Receiver<()>,
    /// The error that ended writing, if there was one.
    write_error: Arc<OnceLock<io::Error>>,
}

impl Pipes {
    /// Starts to read standard input and to write standard output.
    pub fn standard() -> Self {
        let (connection, pipes) = Connection::memory();
        let Connection { sender, receiver } = pipes;
        // The server ends once no sender is left.
        let to_server: ToServer = Box::new(move |message| sender.send(message).is_ok());
        let to_server_slot = Arc::new(Mutex::new(Some(to_server)));
        let slot_of_writer = Arc::clone(&to_server_slot);
        let write_error = Arc::<OnceLock<io::Error>>::default();
        let note = Arc::clone(&write_error);
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            let mut heads = Heads::default();
            while let Ok(Some(body)) = heads.read(&mut input) {
                let message = match body.and_then(|body| message(&whole_characters(body))) {
                    Ok(Some(message)) => message,
                    // The server needs no responses from the editor.
                    Ok(None) => continue,
                    // The next message may be valid.
                    Err(refused) => match write(&refused.body()) {
                        Ok(()) => continue,
                        Err(error) => {
                            let _ = note.set(error);
                            break;
                        }
                    },
                };
                if !send(&to_server_slot, message) {
                    break;
                }
            }
            to_server_slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        });
        let note = Arc::clone(&write_error);
        let (done, written) = channel();
        thread::spawn(move || {
            for message in receiver {
                // Locks standard output per message, since the reader also writes answers to invalid ones.
                let write = || closed::check_output().and_then(|()| message.write(&mut io::stdout().lock()));
                if let Err(error) = write() {
                    // An editor that cannot be reached is treated as gone, even if it still sends messages.
                    let _ = note.set(error);
                    send(&slot_of_writer, Notification::new("exit".to_owned(), ()).into());
                    break;
                }
            }
            // If nobody waits, the signal is not needed.
            let _ = done.send(());
        });
        Self { connection, written, write_error }
    }

    /// The error that ended writing, if there was one.
    pub fn write_error(&self) -> Arc<OnceLock<io::Error>> {
        Arc::clone(&self.write_error)
    }

    /// Waits until everything is written, or until the time is over.
    pub fn finish(self, at_most: Option<Duration>) {
        drop(self.connection);
        // If the writer ended early, nobody reads the messages.
        let _ = match at_most {
            None => self.written.recv().map_err(|_| ()),
            Some(at_most) => self.written.recv_timeout(at_most).map_err(|_| ()),
        };
    }
}

/// Sends a message to the server; returns whether it is still running.
fn send(to: &Mutex<Option<ToServer>>, message: Message) -> bool {
    let to = to.lock().unwrap_or_else(PoisonError::into_inner);
    to.as_ref().is_some_and(|send| send(message))
}

/// Reads the heads of messages (LSP 3.17, base protocol).
///
/// The protocol requires a length, but does not say what to do without one. Such a head is answered like
/// invalid JSON, and everything up to the next head with a length is skipped.
#[derive(Default)]
struct Heads {
    /// Whether input is being skipped after an invalid head.
    is_skipping: bool,
}

/// The fields of a head.
#[derive(Default)]
struct Head {
    length: Option<Result<usize, String>>,
    charset: Option<String>,
    is_empty: bool,
}

impl Head {
    fn new() -> Self {
        Self { is_empty: true, ..Self::default() }
    }

    /// Parses a line of the head.
    fn add(&mut self, line: &[u8]) {
        self.is_empty = false;
        if let Some(value) = field(line, b"content-length:") {
            let length = length(value);
            self.length = match self.length.take() {
                Some(Ok(before)) if length.as_ref().is_ok_and(|length| *length != before) => {
                    Some(Err("the head of a message has two lengths".to_owned()))
                }
                _ => Some(length),
            };
        } else if let Some(value) = field(line, b"content-type:") {
            let value = String::from_utf8_lossy(value).to_ascii_lowercase();
            let charset = value.split_once("charset=").map(|(_, charset)| charset.trim_matches(['"', ' ']));
            self.charset = charset.filter(|name| !matches!(*name, "utf-8" | "utf8")).map(str::to_owned);
        }
    }
}

impl Heads {
    /// Reads the body of the next message, or the answer to an invalid head; `None` at the end.
    fn read(&mut self, input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, BadMessage>>> {
        let mut head = Head::new();
        loop {
            let mut line = Vec::new();
            if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_ascii();
            if !line.is_empty() {
                head.add(line);
                continue;
            }
            let length = match head.length.take() {
                Some(Ok(length)) => length,
                invalid => {
                    // An extra line break after a body is not a head, and skipped input contains none.
                    let is_answered = head.is_empty || self.is_skipping && invalid.is_none();
                    head = Head::new();
                    if is_answered {
                        continue;
                    }
                    self.is_skipping = true;
                    let missing = || "the head of a message has no `Content-Length`".to_owned();
                    let reason = invalid.and_then(Result::err).unwrap_or_else(missing);
                    return Ok(Some(Err(BadMessage::unreadable(reason))));
                }
            };
            self.is_skipping = false;
            let mut body = Vec::new();
            let read = input.by_ref().take(length as u64).read_to_end(&mut body)?;
            if read < length {
                return Ok(None);
            }
            return Ok(Some(match head.charset {
                None => Ok(body),
                Some(charset) => Err(BadMessage::unreadable(format!(
                    "messages must be in UTF-8, but the `Content-Type` says `{}`",
                    charset.escape_debug()
                ))),
            }));
        }
    }
}

/// The value of a field in a line of a head. Skipped input may precede the field on the line, since a body
/// does not end with a line break.
fn field<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let at = line.windows(name.len()).rposition(|piece| piece.eq_ignore_ascii_case(name))?;
    Some(line.get(at + name.len()..).unwrap_or_default().trim_ascii())
}

/// Parses the length of a body, in bytes.
fn length(value: &[u8]) -> Result<usize, String> {
    let value = String::from_utf8_lossy(value);
    let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(format!("the `Content-Length` `{:.40}` is not a number of bytes", value.escape_debug()));
    }
    // A number that does not fit is also too large.
    match value.parse() {
        Ok(length) if length <= MAX_MESSAGE => Ok(length),
        _ => Err(format!("a message of {value:.40} bytes is too long: at most {MAX_MESSAGE} are read")),
    }
}

/// Writes an answer with its head.
fn write(body: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    out.flush()
}

/// Replaces each unpaired half of a surrogate pair in an escape by U+FFFD (RFC 8259, section 7).
fn whole_characters(mut body: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', body.get(at..).unwrap_or_default()) {
        at += found;
        let escaped = unit(&body, at);
        at += match escaped {
            Some(0xD800..=0xDBFF) if matches!(unit(&body, at + 6), Some(0xDC00..=0xDFFF)) => 12,
            Some(0xD800..=0xDFFF) => {
                if let Some(half) = body.get_mut(at..at + 6) {
                    half.copy_from_slice(b"\\ufffd");
                }
                6
            }
            // A backslash escapes the next character, even another backslash.
            _ => 2,
        };
    }
    body
}

/// The code unit of an escape such as `\u00e9`.
fn unit(body: &[u8], at: usize) -> Option<u32> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bodies read from a text, and the answers to invalid heads.
    fn all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut heads = Heads::default();
        let mut results = Vec::new();
        while let Some(read) = heads.read(&mut input).unwrap() {
            results.push(match read {
                Ok(body) => String::from_utf8(body).unwrap(),
                Err(refused) => refused.body(),
            });
        }
        results
    }

    #[test]
    fn a_head_without_a_valid_length_is_answered_once_and_skipped() {
        for (head, message) in [
            ("Content-Length: -5\r\n\r\n{}", "`-5` is not a number"),
            ("Content-Length: five\r\n\r\n{}", "`five` is not a number"),
            ("Content-Length: +2\r\n\r\n{}", "is not a number"),
            ("Content-Length: 0x2\r\n\r\n{}", "is not a number"),
            ("Content-Length: 2.0\r\n\r\n{}", "is not a number"),
            ("Content-Length:\r\n\r\n{}", "is not a number"),
            ("Content-Length: 2, 2\r\n\r\n{}", "is not a number"),
            ("Content-Length: \u{661}\r\n\r\n{}", "is not a number"),
            ("Content-Length: 99999999999999999999\r\n\r\n{}", "too long"),
            ("Content-Length: 3000000000\r\n\r\n{}", "too long"),
            ("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "two lengths"),
            ("X-Other: 1\r\n\r\n{}", "no `Content-Length`"),
            ("Content-Lenght: 2\r\n\r\n{}", "no `Content-Length`"),
            ("X-Other: 1\r\n\r\n{\n\n\"a\":\n\n1}", "no `Content-Length`"),
            ("no head at all\n\n\u{fffd}", "no `Content-Length`"),
        ] {
            let text = format!("{head}content-LENGTH: 4\r\nX: y\r\n\r\n[17]Content-Length: 2\r\n\r\n{{}}");
            let read = all(&text);
            assert_eq!(read.get(1..), Some(&["[17]".to_owned(), "{}".to_owned()][..]), "{head}: {read:?}");
            assert!(read[0].contains(message) && read[0].contains("-32700"), "{head}: {read:?}");
        }
    }

    #[test]
    fn extra_line_breaks_and_repeated_lengths_are_accepted() {
        for text in [
            "\r\n\r\n\r\nContent-Length: 2\r\n\r\n{}",
            "\nContent-Length: 2\n\n{}\n\n",
            "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
            "CONTENT-LENGTH:2\r\n\r\n{}",
            "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}",
            "Content-Length: 002\r\nContent-Type: x; charset=\"UTF8\"\r\n\r\n{}",
            // The editor ended in the middle of a message.
            "Content-Length: 2\r\n\r\n{}Content-Length: 20\r\n\r\n{}",
            "Content-Length: 2\r\n\r\n{}Content-Le",
        ] {
            assert_eq!(all(text), ["{}"], "{text}");
        }
    }

    #[test]
    fn a_body_in_another_charset_is_answered_and_the_next_one_read() {
        let text =
            "Content-Length: 5\r\nContent-Type: x; charset=utf-16\r\n\r\n{\0}\0\0Content-Length: 2\r\n\r\n{}";
        let read = all(text);
        assert!(read[0].contains("utf-16") && read[0].contains("-32700"), "{read:?}");
        assert_eq!(read[1..], ["{}"]);
    }

    #[test]
    fn half_a_surrogate_pair_is_read_as_a_replacement_character() {
        let read = |text: &str| String::from_utf8(whole_characters(text.into())).unwrap();
        assert_eq!(read(r#""a\ud83d""#), r#""a\ufffd""#);
        assert_eq!(read(r#""\ude00\ud83d\ude00""#), r#""\ufffd\ud83d\ude00""#);
        assert_eq!(read(r#""\\ud83d \u00e9 \ud83d\n""#), r#""\\ud83d \u00e9 \ufffd\n""#);
        assert_eq!(read(r#""\ud8"#), r#""\ud8"#);
    }
}
