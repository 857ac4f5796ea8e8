//! Jobs: how one is, and waiting for its end.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use super::Client;
use crate::cxone::answer::{self, Job, JobState};
use crate::cxone::next_step::{LOCKED, UnusableAnswer};
use crate::cxone::progress::{Progress, ProgressListener};
use crate::cxone::request;
use crate::cxone::response::Response;
use crate::cxone::wording::lasting;
use crate::cxone::{Deadline, Problem, codes};
use crate::diagnostics::quote;

impl Client {
    /// Asks how a job stands.
    ///
    /// # Errors
    ///
    /// CX901, CX903, CX904, CX907, CX908.
    pub async fn job(
        &self,
        id: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
        self.call(&request::job(&self.tenant, id), &asked_for(id), deadline, listener).await
    }

    /// Follows a job until the flow is in place.
    ///
    /// # Errors
    ///
    /// CX905 if the job fails, CX906 if the time is up, CX908 if it completes without a flow, and those of
    /// [`Self::job`].
    pub async fn follow(
        &self,
        mut job: Job,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Job, Problem> {
        let id = job.id.clone();
        let mut pauses = ExponentialBuilder::new()
            .with_min_delay(Duration::from_secs(1))
            .with_factor(1.5)
            .with_max_delay(Duration::from_secs(15))
            .without_max_times()
            .build();
        let mut request = request::job(&self.tenant, &id);
        request.may_lag = true;
        loop {
            listener.on_progress(&Progress::Stands(&job));
            match job.state() {
                JobState::Completed if job.flow_id.is_some() => return Ok(job),
                JobState::Completed => return Err(without_flow(&job)),
                JobState::Failed => return Err(failed(&job)),
                JobState::Running => {}
            }
            let pause = pauses.next().unwrap_or(Duration::from_secs(15));
            let pause = job.wait.filter(|asked| !asked.is_zero()).unwrap_or(pause);
            if job.wait.is_some_and(|asked| asked > deadline.left()) {
                return Err(timed_out(&job, deadline));
            }
            let waited = deadline.wait(pause).await;
            // No answer comes in less time, and the error would blame the platform for it.
            if !waited || deadline.left() < Duration::from_millis(200) {
                return Err(timed_out(&job, deadline));
            }
            job = self
                .call(&request, &asked_for(&id), deadline, listener)
                .await
                .map_err(|problem| problem.job(&id))?;
            request.may_lag = false;
        }
    }
}

/// Reads the job that was asked for.
fn asked_for(id: &str) -> impl Fn(&Response) -> Result<Job, UnusableAnswer> + Sync + use<'_> {
    move |response| Ok(answer::job_asked(response, id)?)
}

fn failed(job: &Job) -> Problem {
    let help = match job.refusal.is_about_lock() {
        true => LOCKED,
        false => "correct what the platform names, and submit again",
    };
    let message = format!("the platform gave job {} up{}", job.id, job.refusal.why());
    Problem::new(&codes::JOB_FAILED, message, help).refused(job.refusal.clone())
}

fn without_flow(job: &Job) -> Problem {
    let problem = Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("job {} is completed, but it does not name a flow", job.id),
        "nothing is sent again: look for the flow on the platform, and note it with `cxflowc submit FILE --adopt FLOW_ID`; if it is not there, --send-again sends it once more",
    );
    Problem { has_ended: true, ..problem.job(&job.id) }
}

fn timed_out(job: &Job, deadline: Deadline) -> Problem {
    let known = if job.is_known() { "" } else { ", a state that this version does not know" };
    let asks = job.wait.filter(|asked| *asked > deadline.left());
    let asks =
        asks.map(|asked| format!(", and the platform asks to wait {}", lasting(asked))).unwrap_or_default();
    Problem::new(
        &codes::JOB_TIMEOUT,
        format!(
            "job {} was not done after {}; it was {}{known}{asks}",
            job.id,
            lasting(deadline.whole()),
            quote(&job.status)
        ),
        "the platform continues the job",
    )
    .job(&job.id)
}
