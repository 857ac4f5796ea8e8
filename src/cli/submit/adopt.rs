//! `--adopt`: a flow that the platform has already becomes what is in place, and nothing is sent.

use std::sync::Arc;

use tokio::time::Instant;

use super::Told;
use super::deliver::{Ending, Run, Shipment, now};
use super::trail::{self, milliseconds};
use crate::audit::Action;
use crate::cli::Failure;
use crate::cli::fingerprint::canonical;
use crate::cli::flow_lock::{InPlace, Pending};
use crate::cxone::{Deadline, FlowThere, Problem, codes};

/// Takes a flow into the lock, once the platform has said that it is there.
pub async fn adopt(
    run: &Run,
    shipments: &[Arc<Shipment>],
    flow_id: &str,
    told: &mut Told<'_>,
) -> Result<(), Failure> {
    let [shipment] = shipments else {
        return Err(Failure::new("--adopt takes one flow, and there are several sources")
            .help("nothing was noted: name the one source whose flow this is"));
    };
    let Some(lock) = &shipment.lock else { return Ok(()) };
    let began = Instant::now();
    let deadline = Deadline::after(run.timeout);
    let line = told.lines.line(&shipment.parcel.name);
    let there = run.client.flow(flow_id, deadline, &line).await;
    line.finish();
    let print = &shipment.parcel.print;
    let payload = match there {
        Ok(FlowThere::Shown(payload)) => payload,
        // The platform's description has no such request: somebody looked, and says so.
        Ok(FlowThere::NotShown) => None,
        Ok(FlowThere::Absent) => {
            let platform = run.client.tenant().name();
            told.result(shipment, &Ending::Failed(absent(platform, flow_id)));
            return Ok(());
        }
        Err(problem) => {
            told.result(shipment, &Ending::Failed(problem));
            return Ok(());
        }
    };
    let shown = payload.map(|payload| canonical(payload).to_string());
    let is_shown = shown.as_ref().map(|shown| print.is("", Some(shown)));
    let platform = run.client.tenant().name();
    let is_this = lock.change(|record| {
        let Some(entry) = record.entry(platform, &shipment.parcel.flow) else { return is_shown };
        shipment.parcel.file.clone_into(&mut entry.source);
        // Where the platform does not show it, it is what was sent last, if anything was.
        let sent = entry.pending.take();
        let is_sent = |sent: &Pending| print.is(&sent.payload_sha256, sent.canonical_sha256.as_deref());
        let is_this = is_shown.or_else(|| sent.as_ref().map(is_sent));
        let there = match (&shown, sent) {
            (None, Some(sent)) => sent.in_place(flow_id, now()),
            _ => InPlace {
                flow_id: flow_id.to_owned(),
                payload_sha256: if is_this == Some(true) { print.sha256.to_string() } else { String::new() },
                canonical_sha256: shown.clone(),
                since: now(),
            },
        };
        entry.in_place = Some(there);
        is_this
    })?;
    let noted = trail::entry(&shipment.context, Action::Adopt, true, &shipment.parcel)
        .metric("latency_ms", milliseconds(began.elapsed()))
        .flow_id(flow_id);
    run.trail.write(&noted, Some(lock))?;
    told.result(shipment, &Ending::Adopted { flow_id: flow_id.to_owned(), is_this });
    Ok(())
}

fn absent(platform: &str, flow_id: &str) -> Problem {
    Problem::new(
        &codes::UNEXPECTED_ANSWER,
        format!("{platform} lists flows, and has none with the id {flow_id}: nothing was noted"),
        "check the id and the base URL; the id is the flow's, not the job's",
    )
}
