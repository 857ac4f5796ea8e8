//! The editor's messages on standard input, and ours on standard output.
//!
//! lsp-server reads them well, but for one thing: an editor that sends half of a character, as
//! JavaScript can (`\ud83d` without its second half), sends what is no text, and a reader that is
//! strict ends there. Here such a half is read as U+FFFD, which counts as much.

use std::io::{self, BufRead, Read, Write};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};

use lsp_server::{Connection, Message, Notification};

use super::messages::message;

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
    writer: JoinHandle<()>,
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
            while let Ok(Some(body)) = read(&mut input) {
                let message = match message(&whole_characters(body)) {
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
        let writer = thread::spawn(move || {
            for message in receiver {
                // Each message has the lock to itself: the reader answers what is none.
                if let Err(error) = message.write(&mut io::stdout().lock()) {
                    // An editor that hears nothing is as good as gone, whatever it goes on to say.
                    let _ = note.set(error);
                    send(&leave, Notification::new("exit".to_owned(), ()).into());
                    break;
                }
            }
        });
        Self { connection, writer, lost }
    }

    /// Why nothing could be written any more, if that happened.
    pub fn lost(&self) -> Arc<OnceLock<io::Error>> {
        Arc::clone(&self.lost)
    }

    /// Waits until everything is written.
    pub fn finish(self) {
        drop(self.connection);
        // A writer that did not come to its end has nobody to write to.
        let _ = self.writer.join();
    }
}

/// Sends a message to the server; whether it is still there.
fn send(to: &Mutex<Option<ToServer>>, message: Message) -> bool {
    let to = to.lock().unwrap_or_else(PoisonError::into_inner);
    to.as_ref().is_some_and(|send| send(message))
}

/// Reads the body of a message (LSP 3.17, base protocol); `None` at the end. A head without a
/// length that can be is passed over, and so is what follows up to the next head.
fn read(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    let length = loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if let Some(told) = content_length(line) {
            length = told.filter(|&length| length <= MAX_MESSAGE);
        }
        if let (true, Some(length)) = (line.is_empty(), length) {
            break length;
        }
    };
    let mut body = Vec::new();
    let read = input.by_ref().take(length as u64).read_to_end(&mut body)?;
    Ok((read == length).then_some(body))
}

/// The length that a line of a head tells; none where it is no number. A body that was passed over
/// may stand in front of it, since a body does not end its line.
fn content_length(line: &[u8]) -> Option<Option<usize>> {
    const NAME: &[u8] = b"content-length:";
    let at = line.windows(NAME.len()).rposition(|piece| piece.eq_ignore_ascii_case(NAME))?;
    let value = line.get(at + NAME.len()..).unwrap_or_default().trim_ascii();
    Some(std::str::from_utf8(value).ok().and_then(|value| value.parse().ok()))
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

    #[test]
    fn a_head_without_a_length_that_can_be_is_passed_over() {
        for bad in [
            "Content-Length: -5\r\n\r\n{}",
            "Content-Length: five\r\n\r\n{}",
            "Content-Length:\r\n\r\n{}",
            "Content-Length: 99999999999999999999\r\n\r\n{}",
            "Content-Length: 3000000000\r\n\r\n{}",
            "Content-Length: 2, 2\r\n\r\n{}",
            "X-Other: 1\r\n\r\n{}",
            "\r\n\r\n\r\n",
            "{}",
            "no head at all\n\n\u{fffd}",
        ] {
            let text = format!("{bad}content-LENGTH: 4\r\nX: y\r\n\r\n[17]Content-Length: 2\r\n\r\n{{}}");
            let mut input = text.as_bytes();
            assert_eq!(super::read(&mut input).unwrap().as_deref(), Some(&b"[17]"[..]), "{bad}");
            assert_eq!(super::read(&mut input).unwrap().as_deref(), Some(&b"{}"[..]), "{bad}");
            assert_eq!(super::read(&mut input).unwrap(), None, "{bad}");
        }
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
