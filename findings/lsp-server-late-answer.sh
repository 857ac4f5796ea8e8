#!/usr/bin/env bash
# lsp-server 0.10.0 (crates.io): an editor's late answer makes `handle_shutdown` fail.
#
# A server may have a request of its own under way when the editor says `shutdown`. The editor's
# answer then arrives between `shutdown` and `exit`, which the protocol allows: answers are no
# requests. `Connection::handle_shutdown` takes only `exit` there, so a server that follows the
# crate's example ends with an error and a status that editors report as a crash.
#
# Seen: ProtocolError("unexpected message during shutdown: Response(…)").
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir src
cat > Cargo.toml <<'T'
[package]
name = "late-answer"
version = "0.0.0"
edition = "2021"

[dependencies]
lsp-server = "=0.10.0"
serde_json = "1"
T
cat > src/main.rs <<'R'
use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::json;

fn main() {
    let (server, editor) = Connection::memory();
    let asks = Request::new(1.into(), "workspace/configuration".into(), json!({ "items": [] }));
    server.sender.send(Message::Request(asks)).unwrap();
    editor.receiver.recv().unwrap();

    let shutdown = Request::new(7.into(), "shutdown".into(), json!(null));
    editor.sender.send(Message::Request(shutdown)).unwrap();
    editor.sender.send(Message::Response(Response::new_ok(1.into(), json!([])))).unwrap();
    editor.sender.send(Message::Notification(Notification::new("exit".into(), json!(null)))).unwrap();

    let Ok(Message::Request(request)) = server.receiver.recv() else { panic!("no request") };
    println!("{:?}", server.handle_shutdown(&request));
}
R
cargo run --quiet | tee out.txt

grep -q 'unexpected message during shutdown: Response' out.txt || { echo 'CHANGED: the answer is accepted'; exit 1; }
echo 'as described'
