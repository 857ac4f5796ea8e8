//! `--remote` for the target `studio`: compares the lock with the script that the tenant has.

use std::time::Duration;

use super::remote::Remote;
use crate::cli::Failure;
use crate::cli::console::secrets;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::deployment::flow_lock::LockedFlow;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cxone::studio::{OpenedScript, StudioClient, StudioTenant};
use crate::cxone::{Deadline, Problem};

/// Queries a tenant, and collects problems.
#[derive(Default)]
pub struct ScriptQuery {
    /// One client for all scripts, which share its token, with the tenant's address.
    client: Option<(String, StudioClient)>,
    pub problems: Vec<Problem>,
    is_interrupted: bool,
}

/// What a tenant shows of a script: the script, and for one that has changed by whom and when.
type Shown = (Option<OpenedScript>, Option<String>);

/// What there is to say of a script beside its state.
#[derive(Debug, Default)]
pub struct Beside {
    /// By whom it was saved last, and when, if it has changed.
    pub saved_by: Option<String>,
    /// Who has locked it.
    pub locked_by: Option<String>,
}

impl Beside {
    /// The same, to follow a sentence.
    pub fn text(&self) -> String {
        let saved = self.saved_by.as_ref().map(|saved| format!(", saved by {saved}")).unwrap_or_default();
        let locked =
            self.locked_by.as_ref().map(|holder| format!(", locked by {holder}")).unwrap_or_default();
        saved + &locked
    }
}

impl ScriptQuery {
    /// The tenant's state of a script, with what there is to say beside it; `None` if the lock has no script in place.
    pub fn ask(
        &mut self,
        tenant: &StudioTenant,
        path: &str,
        entry: &LockedFlow,
        timeout: Duration,
    ) -> Result<Option<(Remote, Beside)>, Failure> {
        let Some(in_place) = &entry.in_place else { return Ok(None) };
        let state = |remote| Ok(Some((remote, Beside::default())));
        if self.is_interrupted {
            return state(Remote::Interrupted);
        }
        // A failure for one script, such as a failed sign-in, is not repeated for each.
        if !self.problems.is_empty() {
            return state(Remote::Unanswered);
        }
        let base = tenant.base.as_str();
        if self.client.as_ref().is_none_or(|(known, _)| known != base) {
            match StudioClient::new(tenant.clone(), &secrets::known_secrets()) {
                Ok(client) => self.client = Some((base.to_owned(), client)),
                Err(problem) => {
                    self.problems.push(problem);
                    return state(Remote::Unanswered);
                }
            }
        }
        let Some((_, client)) = &self.client else { return state(Remote::Unanswered) };
        let is_same = |script: &OpenedScript| {
            Fingerprint::of(&script.content)
                .matches(&in_place.payload_sha256, in_place.canonical_sha256.as_deref())
        };
        let ended = runtime::run(1, look(client, path, Deadline::after(timeout), &is_same))?;
        let (script, saved_by) = match ended {
            WorkEnd::Interrupted => {
                self.is_interrupted = true;
                return state(Remote::Interrupted);
            }
            WorkEnd::Done(Err(problem)) => {
                self.problems.push(problem);
                return state(Remote::Unanswered);
            }
            WorkEnd::Done(Ok(shown)) => shown,
        };
        let Some(script) = script else { return state(Remote::Absent) };
        let remote = if is_same(&script) { Remote::Same } else { Remote::Differs };
        Ok(Some((remote, Beside { saved_by, locked_by: script.holder })))
    }
}

async fn look(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    is_same: &impl Fn(&OpenedScript) -> bool,
) -> Result<Shown, Problem> {
    client.sign_in(deadline, &()).await?;
    let script = client.open(path, deadline, &()).await?;
    let changed = match &script {
        Some(script) if !is_same(script) => client.last_change(path, deadline, &()).await.ok(),
        _ => None,
    };
    let changed = match changed {
        Some((user, date)) if !user.is_empty() => Some(format!("{user} {date}").trim_end().to_owned()),
        _ => None,
    };
    Ok((script, changed))
}
