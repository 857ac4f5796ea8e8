//! The editor's messages, read ahead: what is cancelled or overtaken by an edit need not be computed.

use std::collections::VecDeque;
use std::time::Duration;

use gen_lsp_types::{LspNotificationMethod as N, LspRequestMethod as R};
use lsp_server::{Connection, Message, RequestId};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::machine::Machine;

/// How often to check whether the process of a silent editor still runs.
const EDITOR_CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// What comes next.
#[derive(Debug)]
pub enum Received {
    /// A message to be handled.
    Message(Message),
    /// A request that the editor has cancelled.
    Cancelled(RequestId),
    /// A request about a file that is edited by a message behind it, and which the editor then sends again.
    Overtaken(RequestId),
}

/// The messages that wait, in their order.
pub struct Inbox<'m> {
    connection: &'m Connection,
    machine: &'m dyn Machine,
    /// The editor's process, if it gave one.
    editor: Option<u32>,
    /// The requests that the editor sends again if an edit overtakes them.
    asked_again: FxHashSet<String>,
    waiting: VecDeque<Message>,
    /// The number of messages that were taken.
    taken: usize,
    /// The requests that wait, each with whether it is cancelled.
    requests: FxHashMap<RequestId, bool>,
    /// The number of the last waiting edit of each document.
    edits: FxHashMap<String, usize>,
}

impl<'m> Inbox<'m> {
    /// The inbox of a session that has begun.
    pub fn new(
        connection: &'m Connection,
        machine: &'m dyn Machine,
        editor: Option<u32>,
        asked_again: Vec<String>,
    ) -> Self {
        Self {
            connection,
            machine,
            editor,
            asked_again: asked_again.into_iter().collect(),
            waiting: VecDeque::new(),
            taken: 0,
            requests: FxHashMap::default(),
            edits: FxHashMap::default(),
        }
    }

    /// The next message, if one has arrived.
    pub fn take(&mut self) -> Option<Received> {
        while let Ok(message) = self.connection.receiver.try_recv() {
            self.add(message);
        }
        let message = self.waiting.pop_front()?;
        let number = self.taken;
        self.taken += 1;
        let request = match message {
            Message::Request(request) => request,
            Message::Notification(told) => {
                if let Some(document) = document(&told.params)
                    && self.edits.get(document) == Some(&number)
                {
                    self.edits.remove(document);
                }
                return Some(Received::Message(Message::Notification(told)));
            }
            Message::Response(_) => return Some(Received::Message(message)),
        };
        if self.requests.remove(&request.id) == Some(true) {
            return Some(Received::Cancelled(request.id));
        }
        let is_edited =
            || document(&request.params).is_some_and(|document| self.edits.contains_key(document));
        if self.asked_again.contains(&request.method) && is_edited() {
            return Some(Received::Overtaken(request.id));
        }
        Some(Received::Message(Message::Request(request)))
    }

    /// Waits for a message; `None` once the editor is gone. A killed editor may leave a child that keeps
    /// the pipe open.
    pub fn wait(&mut self) -> Option<Received> {
        loop {
            if let Some(received) = self.take() {
                return Some(received);
            }
            match self.connection.receiver.recv_timeout(EDITOR_CHECK_INTERVAL) {
                Ok(message) => self.add(message),
                Err(end) => {
                    let is_gone = |editor| !self.machine.is_running(editor);
                    if !end.is_timeout() || self.editor.is_some_and(is_gone) {
                        return None;
                    }
                }
            }
        }
    }

    fn add(&mut self, message: Message) {
        match &message {
            Message::Request(request) if request.method != R::Shutdown.as_str() => {
                self.requests.insert(request.id.clone(), false);
            }
            Message::Notification(told) if told.method == N::CancelRequest.as_str() => {
                // A request that does not wait is answered already.
                if let Some(is_cancelled) = cancelled(&told.params).and_then(|id| self.requests.get_mut(&id))
                {
                    *is_cancelled = true;
                }
                return;
            }
            Message::Notification(told) if told.method == N::TextDocumentDidChange.as_str() => {
                if let Some(document) = document(&told.params) {
                    self.edits.insert(document.to_owned(), self.taken + self.waiting.len());
                }
            }
            _ => {}
        }
        self.waiting.push_back(message);
    }
}

/// The document that a message is about, as the editor spells it.
fn document(params: &Value) -> Option<&str> {
    params.get("textDocument")?.get("uri")?.as_str()
}

/// The request that a message cancels.
fn cancelled(params: &Value) -> Option<RequestId> {
    match params.get("id")? {
        Value::String(id) => Some(id.clone().into()),
        id => i32::try_from(id.as_i64()?).ok().map(Into::into),
    }
}
