//! Repeats one request: how long to wait before the next try, and when to give up.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use tokio::time::Instant;

use super::address::origin;
use super::next_step::{Reason, RetryLimit};
use super::progress::{Progress, ProgressListener};
use super::request::Request;
use super::wording::lasting;
use super::{Deadline, Problem};

/// The tries of one request, and the waits between them.
pub struct RetryLoop<'a> {
    request: &'a Request,
    deadline: Deadline,
    listener: &'a dyn ProgressListener,
    began: Instant,
    tries: u32,
    /// How many answers could not be understood.
    odd: u32,
    /// The outcome of the previous try.
    last: Option<Reason>,
    /// Whether it is certain that none of the tries was carried out. A refusal only speaks for its own try.
    is_settled: bool,
    pauses: backon::ExponentialBackoff,
}

impl<'a> RetryLoop<'a> {
    pub fn new(request: &'a Request, deadline: Deadline, listener: &'a dyn ProgressListener) -> Self {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_millis(500))
            .with_max_delay(Duration::from_secs(30))
            .without_max_times()
            .build();
        Self {
            request,
            deadline,
            listener,
            began: Instant::now(),
            tries: 0,
            odd: 0,
            last: None,
            is_settled: true,
            pauses,
        }
    }

    /// The problem that ends the tries.
    pub fn stop(&self, problem: Problem) -> Problem {
        let is_settled = self.is_settled && problem.is_settled && self.request.changes();
        Problem { is_settled, ..problem }
    }

    /// Waits before another try.
    ///
    /// # Errors
    ///
    /// The problem, if there must be no further try.
    pub async fn again(&mut self, reason: Reason) -> Result<(), Problem> {
        self.tries += 1;
        self.is_settled &= reason.is_settled;
        let is_settled = self.is_settled && self.request.changes();
        // A last try without enough time says less than the previous one.
        let ran_out = reason.is_silence && self.deadline.left().is_zero();
        let reason = match self.last.take().filter(|_| ran_out) {
            Some(earlier) => earlier,
            None => reason,
        };
        let (request, tries, began) = (self.request, self.tries, self.began);
        let settled = |problem: Problem| Problem { is_settled, ..problem };
        let into_problem = || Err(settled(reason.into_problem(request, tries, began.elapsed())));
        // Full jitter: clients that were rejected together do not return together.
        let pause = self.pauses.next().unwrap_or(Duration::from_secs(30)).mul_f64(rand::random::<f64>());
        let mut pause = pause.max(Duration::from_millis(50));
        if let Some(asked) = reason.wait.filter(|asked| !asked.is_zero()) {
            if asked > self.deadline.left() {
                return Err(settled(asks_too_much(&reason, self.request, asked, self.deadline)));
            }
            pause = asked + pause.min(Duration::from_millis(250));
        }
        let left = match reason.patience {
            RetryLimit::Whole => self.deadline.left(),
            RetryLimit::For(time) => time.saturating_sub(self.began.elapsed()).min(self.deadline.left()),
            RetryLimit::Times(times) => {
                self.odd += 1;
                if self.odd >= times {
                    return into_problem();
                }
                self.deadline.left()
            }
        };
        if left.is_zero() {
            return into_problem();
        }
        let (why, time) = (&*reason.seen, pause.min(left));
        self.listener.on_progress(&Progress::Waiting { reason: why, time, is_settled });
        tokio::time::sleep(time).await;
        if pause >= left {
            return into_problem();
        }
        self.last = Some(reason);
        Ok(())
    }
}

fn asks_too_much(reason: &Reason, request: &Request, asked: Duration, deadline: Deadline) -> Problem {
    let host = origin(&request.url);
    Problem::new(
        reason.code,
        format!(
            "{}: {host} {} and asks to wait {}, which is more than the rest of {}",
            request.purpose,
            reason.seen,
            lasting(asked),
            lasting(deadline.whole())
        ),
        reason.help.clone(),
    )
}
