//! A command that goes on until it is ended, whose output is read as it comes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::harness::{Cxflowc, Folder};

/// How long a line may take on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(60);

pub struct Live {
    child: Child,
    lines: Receiver<String>,
}

impl Live {
    /// Starts `cxflowc` in a folder; arguments are separated by spaces.
    #[track_caller]
    pub fn start(folder: &Folder, arguments: &str) -> Self {
        Self::of(folder.command(arguments), usize::MAX)
    }

    /// Starts it, and reads up to this many lines of its standard output, as `head` does.
    #[track_caller]
    pub fn of(cxflowc: Cxflowc, most: usize) -> Self {
        let mut command = cxflowc.command;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (sender, lines) = channel();
        let streams: [(Option<Box<dyn Read + Send>>, usize); 2] = [
            (child.stdout.take().map(|stream| Box::new(stream) as _), most),
            (child.stderr.take().map(|stream| Box::new(stream) as _), usize::MAX),
        ];
        for (stream, most) in streams.into_iter().filter_map(|(stream, most)| Some((stream?, most))) {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().take(most).map_while(Result::ok) {
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, lines }
    }

    /// Everything that is printed up to a line that has this text.
    #[track_caller]
    pub fn prints(&mut self, text: &str) -> String {
        let mut printed = String::new();
        while !printed.contains(text) {
            match self.lines.recv_timeout(LIMIT) {
                Ok(line) => printed.push_str(&format!("{line}\n")),
                Err(_) => panic!("{text:?} is not printed: {printed}"),
            }
        }
        printed
    }

    /// What is printed within a moment, in which nothing should happen.
    pub fn prints_meanwhile(&mut self, moment: Duration) -> String {
        let mut printed = String::new();
        while let Ok(line) = self.lines.recv_timeout(moment) {
            printed.push_str(&format!("{line}\n"));
        }
        printed
    }

    /// Sends a signal, as in `-INT`.
    #[cfg(unix)]
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Whether it has not ended.
    pub fn goes_on(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        for _ in 0..6000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("it does not end");
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
