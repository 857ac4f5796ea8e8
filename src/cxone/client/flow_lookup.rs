//! Whether a flow is in place, and with which payload.

use super::{Client, MOST_PAGES};
use crate::cxone::flows::{self, Listed};
use crate::cxone::progress::ProgressListener;
use crate::cxone::request;
use crate::cxone::response::Response;
use crate::cxone::{Deadline, Problem};

/// What the platform says about a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum FlowLookup {
    /// It is there; its payload, as far as the platform shows it.
    Shown(Option<serde_json::Value>),
    /// It is not there.
    Absent,
    /// The platform does not show flows.
    NotShown,
}

impl Client {
    /// Asks for a flow. Not every platform shows flows. A flow counts as absent only if the platform lists
    /// flows and this one is not among them.
    ///
    /// # Errors
    ///
    /// Those of [`Self::job`].
    pub async fn flow(
        &self,
        id: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<FlowLookup, Problem> {
        let shown = |response: &Response| Ok(flows::flow(&response.body, id)?);
        match self.call(&request::flow(&self.tenant, id), &shown, deadline, listener).await {
            Ok(payload) => return Ok(FlowLookup::Shown(payload)),
            Err(problem) if !problem.is_absent => return Err(problem),
            Err(_) => {}
        }
        let mut seen = 0;
        for _ in 0..MOST_PAGES {
            let listed = |response: &Response| Ok(flows::listed(&response.body, id, seen)?);
            match self.call(&request::flows(&self.tenant, seen), &listed, deadline, listener).await {
                Ok(Listed::Found) => return Ok(FlowLookup::Shown(None)),
                Ok(Listed::Missing) => return Ok(FlowLookup::Absent),
                Ok(Listed::Unsure) => return Ok(FlowLookup::NotShown),
                Ok(Listed::NotYet(length)) => seen += length,
                Err(problem) if problem.is_absent => return Ok(FlowLookup::NotShown),
                Err(problem) => return Err(problem),
            }
        }
        Ok(FlowLookup::NotShown)
    }
}
