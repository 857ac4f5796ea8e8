//! A standard output that cannot be written: the server ends at once and says why.
#![cfg(target_os = "linux")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::session::framed;

fn server(out: Stdio) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
    command.arg("lsp").stdin(Stdio::piped()).stdout(out).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends a message; whether the server still reads.
fn send(input: &mut ChildStdin, message: &Value) -> bool {
    let message = framed(&message.to_string());
    input.write_all(message.as_bytes()).and_then(|()| input.flush()).is_ok()
}

fn initialize() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
}

fn open() -> Value {
    let document =
        json!({"uri": "file:///a.cxflow", "languageId": "cxflow", "version": 1, "text": "flow \"F\"\n"});
    json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}})
}

/// How the server ended while its input stays open, and what it said; it has half a minute.
fn ended(mut child: Child, input: ChildStdin) -> (Option<i32>, String) {
    let (sender, receiver) = mpsc::channel();
    let id = child.id();
    std::thread::spawn(move || {
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let _ = sender.send((child.wait().unwrap().code(), said));
    });
    let ended = receiver.recv_timeout(Duration::from_secs(30));
    if ended.is_err() {
        // Closing its input ends it.
        drop(input);
        panic!("the server {id} goes on");
    }
    ended.unwrap()
}

#[test]
fn a_full_disk_ends_the_server_with_status_2() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut child = server(full.into());
    let mut input = child.stdin.take().unwrap();
    send(&mut input, &initialize());
    let (status, said) = ended(child, input);
    assert_eq!(status, Some(2), "{said}");
    assert_eq!(said, "cxflowc: cannot write to standard output: No space left on device (os error 28)\n");
}

#[test]
fn an_output_that_is_closed_before_the_start_ends_the_server_with_status_2() {
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" lsp >&-", env!("CARGO_BIN_EXE_cxflowc")]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    send(&mut input, &initialize());
    let (status, said) = ended(child, input);
    assert_eq!(status, Some(2), "{said}");
    assert_eq!(said, "cxflowc: cannot write to standard output: it is closed\n");
}

#[test]
fn a_pipe_that_is_closed_from_the_beginning_ends_the_server_with_status_2() {
    let mut child = server(Stdio::piped());
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    send(&mut input, &initialize());
    let (status, said) = ended(child, input);
    assert_eq!(status, Some(2), "{said}");
    assert_eq!(said, "cxflowc: cannot write to standard output: Broken pipe (os error 32)\n");
}

#[test]
fn a_pipe_that_is_closed_later_ends_the_server_with_status_2() {
    let mut child = server(Stdio::piped());
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut input = child.stdin.take().unwrap();
    send(&mut input, &initialize());
    let mut head = String::new();
    out.read_line(&mut head).unwrap();
    assert!(head.starts_with("Content-Length: "), "{head}");
    drop(out);
    send(&mut input, &json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
    send(&mut input, &open());
    let (status, said) = ended(child, input);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.starts_with("cxflowc: cannot write to standard output: Broken pipe"), "{said}");
}
