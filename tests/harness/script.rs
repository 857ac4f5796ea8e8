//! A script for a platform:
//!
//! ```ignore
//! let platform = Platform::script([
//!     token(),
//!     on("POST /api/flows").answers(201, job("job-1", "queued")),
//!     on("GET /api/jobs/job-1").answers(502, "").times(2),
//!     on("GET /api/jobs/job-1").answers(200, completed("job-1", "flow-1")),
//! ]);
//! ```

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::{Value, json};

use super::answer::{Answer, Content, Then};

/// A token that every test knows.
pub const TOKEN: &str = "tok-hush-1/abc+def==";

/// One line of a script: what is to come, and what it gets.
#[derive(Clone)]
pub struct Step {
    line: String,
    answer: Answer,
    left: Option<usize>,
    taken: bool,
}

/// What a request is to be: `POST /api/flows`.
pub fn on(line: &str) -> Step {
    Step { line: line.to_owned(), answer: Answer::nothing(), left: Some(1), taken: false }
}

/// A token that lives for an hour.
pub fn token() -> Step {
    token_of(TOKEN)
}

/// Another one.
pub fn token_of(token: &str) -> Step {
    let granted = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600 });
    on("POST /api/oauth2/token").answers(200, granted)
}

/// A job, as `answers` takes it.
pub fn job(id: &str, status: &str) -> Value {
    json!({ "id": id, "status": status, "message": "" })
}

/// A job whose flow is in place.
pub fn completed(id: &str, flow: &str) -> Value {
    json!({ "id": id, "status": "completed", "message": "done", "flow_id": flow })
}

/// A creation whose job is to be asked for in an hour. A run with less time than that gives up at once and leaves
/// the job pending, however slow the machine is.
pub fn left_queued() -> Step {
    on("POST /api/flows").answers(201, job("job-1", "queued")).header("Retry-After", "3600")
}

/// A creation after which there is nothing left to do.
pub fn all_well() -> Step {
    on("POST /api/flows").answers(201, completed("job-1", "flow-1"))
}

impl Step {
    fn gets(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }

    pub fn answers(self, status: u16, content: impl Content) -> Self {
        self.gets(Answer::full(status, content))
    }

    /// Names how long the answer is, sends half of it, and closes the connection.
    pub fn breaks_off(self, content: impl Content) -> Self {
        self.gets(Answer::half(content))
    }

    /// Sends half of a head, and closes the connection.
    pub fn breaks_off_in_its_head(self) -> Self {
        self.sends(b"HTTP/1.1 50")
    }

    /// Keeps the connection open and never answers.
    pub fn says_nothing(self) -> Self {
        self.gets(Answer::nothing())
    }

    pub fn resets(self) -> Self {
        self.gets(Answer::reset())
    }

    /// Answers 200 and a gibibyte, whose length is named first or is not.
    pub fn floods(self, has_length: bool) -> Self {
        self.gets(Answer::flood(has_length))
    }

    pub fn sends_headers_for_ever(self) -> Self {
        self.gets(Answer::endless_headers())
    }

    /// Sends these bytes and closes the connection.
    pub fn sends(self, bytes: &[u8]) -> Self {
        self.gets(Answer::bytes(bytes, Then::Close))
    }

    /// Sends these bytes and keeps the connection open.
    pub fn sends_and_waits(self, bytes: &[u8]) -> Self {
        self.gets(Answer::bytes(bytes, Then::Wait))
    }

    /// Answers after this time.
    pub fn late(self, time: Duration) -> Self {
        let answer = self.answer.clone().late(time);
        self.gets(answer)
    }

    /// With a header in its answer.
    pub fn header(self, name: &str, value: impl Into<String>) -> Self {
        let answer = self.answer.clone().header(name, value);
        self.gets(answer)
    }

    pub fn times(self, times: usize) -> Self {
        Self { left: Some(times), ..self }
    }

    /// As often as it comes, and once at least.
    pub fn for_ever(self) -> Self {
        Self { left: None, ..self }
    }
}

/// The steps that are left, and what came although it was not its turn.
pub(super) struct Script {
    steps: VecDeque<Step>,
    unexpected: Vec<String>,
}

impl Script {
    pub(super) fn new(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { steps: steps.into_iter().collect(), unexpected: Vec::new() }
    }

    /// What a request gets, if it is its turn.
    pub(super) fn answer(&mut self, line: &str) -> Answer {
        while let Some(step) = self.steps.front_mut() {
            if step.line == line {
                step.taken = true;
                let answer = step.answer.clone();
                if let Some(left) = &mut step.left {
                    *left -= 1;
                    if *left == 0 {
                        self.steps.pop_front();
                    }
                }
                return answer;
            }
            if step.left.is_some() || !step.taken {
                break;
            }
            self.steps.pop_front();
        }
        self.unexpected.push(line.to_owned());
        Answer::full(599, "this request was out of turn")
    }

    /// Fails where something came out of turn or never came; `lines` are all that came.
    pub(super) fn is_over(&self, lines: &[&str]) {
        assert!(
            self.unexpected.is_empty(),
            "out of turn: {:?}, of all that came: {lines:?}",
            self.unexpected
        );
        let missing: Vec<&str> = self
            .steps
            .iter()
            .filter(|step| !step.taken || step.left.is_some())
            .map(|step| &*step.line)
            .collect();
        assert!(missing.is_empty(), "never came: {missing:?}; what came: {lines:?}");
    }
}
