//! A whole session at once: everything is sent, then everything that came back is read. For messages that no
//! editor would send in this order.

use serde_json::Value;

use crate::harness::{Folder, Run};

/// A message as it goes over the pipe.
pub fn framed(body: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{body}", body.len())
}

/// What a server in a folder answers to these bodies, and how it ended.
pub fn talk(folder: &Folder, bodies: &[impl AsRef<str>]) -> (Vec<Value>, Run) {
    let input: String = bodies.iter().map(|body| framed(body.as_ref())).collect();
    let run = folder.command("lsp").input(input).run();
    let mut said = Vec::new();
    let mut rest = run.out.as_str();
    while let Some((head, after)) = rest.split_once("\r\n\r\n") {
        let length: usize = head.strip_prefix("Content-Length: ").unwrap().parse().unwrap();
        let (body, next) = after.split_at(length);
        said.push(serde_json::from_str(body).unwrap());
        rest = next;
    }
    assert!(rest.is_empty(), "half a message: {rest}");
    (said, run)
}
