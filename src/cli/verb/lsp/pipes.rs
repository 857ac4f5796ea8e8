//! The editor's messages on standard input, and ours on standard output.
//!
//! lsp-server reads them well, but for one thing: an editor that sends half of a character, as
//! JavaScript can (`\ud83d` without its second half), sends what is no text, and a reader that is
//! strict ends there. Here such a half is read as U+FFFD, which counts as much.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use lsp_server::{Connection, Message, Notification};

use super::messages::{BadMessage, message};
use crate::cli::process::closed;

/// The largest message that is read, in bytes: a file of the largest size with every byte escaped.
const MAX_MESSAGE: usize = 6 * crate::source::MAX_BYTES;

/// The longest line of a message's head, in bytes.
const MAX_LINE: u64 = 4096;

/// Hands a message to the server; whether it is still there.
type ToServer = Box<dyn Fn(Message) -> bool + Send>;

/// Standard input and output as a connection.
pub struct Pipes {
    /// The messages.
    pub connection: Connection,
    /// Told once everything is written.
    written: Receiver<()>,
    /// Why nothing can be written any more, once that is so.
    lost: Arc<OnceLock<io::Error>>,
}

impl Pipes {
    /// Begins to read standard input.
    pub fn standard() -> Self {
        let (connection, pipes) = Connection::memory();
        let Connection { sender, receiver } = pipes;
        // The server ends once nobody can send any more.
        let to_server: ToServer = Box::new(move |message| sender.send(message).is_ok());
        let heard = Arc::new(Mutex::new(Some(to_server)));
        let leave = Arc::clone(&heard);
        let lost = Arc::<OnceLock<io::Error>>::default();
        let note = Arc::clone(&lost);
        thread::spawn(move || {
            let mut input = io::stdin().lock();
            let mut heads = Heads::default();
            while let Ok(Some(body)) = heads.read(&mut input) {
                let message = match body.and_then(|body| message(&whole_characters(body))) {
                    Ok(Some(message)) => message,
                    // The server has asked nothing whose answer it needs.
                    Ok(None) => continue,
                    // The next one may be a message.
                    Err(refused) => match write(&refused.body()) {
                        Ok(()) => continue,
                        Err(error) => {
                            let _ = note.set(error);
                            break;
                        }
                    },
                };
                if !send(&heard, message) {
                    break;
                }
            }
            heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        });
        let note = Arc::clone(&lost);
        let (done, written) = channel();
        thread::spawn(move || {
            for message in receiver {
                // Each message has the lock to itself: the reader answers what is none.
                let write = || closed::check_output().and_then(|()| message.write(&mut io::stdout().lock()));
                if let Err(error) = write() {
                    // An editor that hears nothing is as good as gone, whatever it goes on to say.
                    let _ = note.set(error);
                    send(&leave, Notification::new("exit".to_owned(), ()).into());
                    break;
                }
            }
            // Whoever does not wait does not have to know.
            let _ = done.send(());
        });
        Self { connection, written, lost }
    }

    /// Why nothing could be written any more, if that happened.
    pub fn lost(&self) -> Arc<OnceLock<io::Error>> {
        Arc::clone(&self.lost)
    }

    /// Waits until everything is written, or for so long.
    pub fn finish(self, at_most: Option<Duration>) {
        drop(self.connection);
        // A writer that did not come to its end has nobody to write to.
        let _ = match at_most {
            None => self.written.recv().map_err(|_| ()),
            Some(at_most) => self.written.recv_timeout(at_most).map_err(|_| ()),
        };
    }
}

/// Sends a message to the server; whether it is still there.
fn send(to: &Mutex<Option<ToServer>>, message: Message) -> bool {
    let to = to.lock().unwrap_or_else(PoisonError::into_inner);
    to.as_ref().is_some_and(|send| send(message))
}

/// The heads of messages (LSP 3.17, base protocol).
///
/// The protocol asks for a length and does not say what becomes of a head without one. It is answered as
/// what is no JSON is, since no message can be read, and is passed over with all that follows up to the
/// next head that has one.
#[derive(Default)]
struct Heads {
    /// Whether what is read stands behind a head that was answered.
    is_lost: bool,
}

/// What a head says of its body.
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

    /// Reads a line of it.
    fn add(&mut self, line: &[u8]) {
        self.is_empty = false;
        if let Some(told) = field(line, b"content-length:") {
            let length = length(told);
            self.length = match self.length.take() {
                Some(Ok(before)) if length.as_ref().is_ok_and(|length| *length != before) => {
                    Some(Err("the head of a message has two lengths".to_owned()))
                }
                _ => Some(length),
            };
        } else if let Some(told) = field(line, b"content-type:") {
            let told = String::from_utf8_lossy(told).to_ascii_lowercase();
            let charset = told.split_once("charset=").map(|(_, charset)| charset.trim_matches(['"', ' ']));
            self.charset = charset.filter(|name| !matches!(*name, "utf-8" | "utf8")).map(str::to_owned);
        }
    }
}

impl Heads {
    /// Reads the body of the next message, or what the editor is answered where there is none; `None` at
    /// the end.
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
                bad => {
                    // A line break behind a body is no head, and a body that is passed over is none.
                    let is_said = head.is_empty || self.is_lost && bad.is_none();
                    head = Head::new();
                    if is_said {
                        continue;
                    }
                    self.is_lost = true;
                    let none = || "the head of a message has no `Content-Length`".to_owned();
                    let why = bad.and_then(Result::err).unwrap_or_else(none);
                    return Ok(Some(Err(BadMessage::unreadable(why))));
                }
            };
            self.is_lost = false;
            let mut body = Vec::new();
            let read = input.by_ref().take(length as u64).read_to_end(&mut body)?;
            if read < length {
                return Ok(None);
            }
            return Ok(Some(match head.charset {
                None => Ok(body),
                Some(charset) => Err(BadMessage::unreadable(format!(
                    "a message is in UTF-8, and its `Content-Type` says `{}`",
                    charset.escape_debug()
                ))),
            }));
        }
    }
}

/// What a line of a head says of a field. A body that was passed over may stand in front of it, since a
/// body does not end its line.
fn field<'l>(line: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let at = line.windows(name.len()).rposition(|piece| piece.eq_ignore_ascii_case(name))?;
    Some(line.get(at + name.len()..).unwrap_or_default().trim_ascii())
}

/// The length that a head tells, in bytes.
fn length(told: &[u8]) -> Result<usize, String> {
    let told = String::from_utf8_lossy(told);
    let is_number = !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Err(format!("the `Content-Length` `{:.40}` is no number of bytes", told.escape_debug()));
    }
    // A number that no machine counts to is too large as well.
    match told.parse() {
        Ok(length) if length <= MAX_MESSAGE => Ok(length),
        _ => Err(format!("a message of {told:.40} bytes is too long: at most {MAX_MESSAGE} are read")),
    }
}

/// Writes an answer with its head.
fn write(body: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    out.flush()
}

/// Writes U+FFFD for each half of a surrogate pair that stands alone in an escape (RFC 8259,
/// section 7).
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
            // The character behind a backslash is escaped, a backslash too.
            _ => 2,
        };
    }
    body
}

/// The number of an escape such as `\u00e9`.
fn unit(body: &[u8], at: usize) -> Option<u32> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a text: bodies, and the codes of what is answered.
    fn all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut heads = Heads::default();
        let mut said = Vec::new();
        while let Some(read) = heads.read(&mut input).unwrap() {
            said.push(match read {
                Ok(body) => String::from_utf8(body).unwrap(),
                Err(refused) => refused.body(),
            });
        }
        said
    }

    #[test]
    fn a_head_without_a_length_that_can_be_is_answered_once_and_passed_over() {
        for (bad, why) in [
            ("Content-Length: -5\r\n\r\n{}", "`-5` is no number"),
            ("Content-Length: five\r\n\r\n{}", "`five` is no number"),
            ("Content-Length: +2\r\n\r\n{}", "is no number"),
            ("Content-Length: 0x2\r\n\r\n{}", "is no number"),
            ("Content-Length: 2.0\r\n\r\n{}", "is no number"),
            ("Content-Length:\r\n\r\n{}", "is no number"),
            ("Content-Length: 2, 2\r\n\r\n{}", "is no number"),
            ("Content-Length: \u{661}\r\n\r\n{}", "is no number"),
            ("Content-Length: 99999999999999999999\r\n\r\n{}", "too long"),
            ("Content-Length: 3000000000\r\n\r\n{}", "too long"),
            ("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", "two lengths"),
            ("X-Other: 1\r\n\r\n{}", "no `Content-Length`"),
            ("Content-Lenght: 2\r\n\r\n{}", "no `Content-Length`"),
            ("X-Other: 1\r\n\r\n{\n\n\"a\":\n\n1}", "no `Content-Length`"),
            ("no head at all\n\n\u{fffd}", "no `Content-Length`"),
        ] {
            let text = format!("{bad}content-LENGTH: 4\r\nX: y\r\n\r\n[17]Content-Length: 2\r\n\r\n{{}}");
            let read = all(&text);
            assert_eq!(read.get(1..), Some(&["[17]".to_owned(), "{}".to_owned()][..]), "{bad}: {read:?}");
            assert!(read[0].contains(why) && read[0].contains("-32700"), "{bad}: {read:?}");
        }
    }

    #[test]
    fn breaks_between_messages_and_the_same_length_twice_are_no_mistake() {
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
    fn half_a_character_is_read_as_one_that_stands_for_none() {
        let read = |text: &str| String::from_utf8(whole_characters(text.into())).unwrap();
        assert_eq!(read(r#""a\ud83d""#), r#""a\ufffd""#);
        assert_eq!(read(r#""\ude00\ud83d\ude00""#), r#""\ufffd\ud83d\ude00""#);
        assert_eq!(read(r#""\\ud83d \u00e9 \ud83d\n""#), r#""\\ud83d \u00e9 \ufffd\n""#);
        assert_eq!(read(r#""\ud8"#), r#""\ud8"#);
    }
}
