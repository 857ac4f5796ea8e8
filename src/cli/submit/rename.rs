//! Flows whose sources call them something else than before.

use super::deliver::Shipment;
use crate::cli::flow_lock::Entry;
use crate::cli::{Failure, flow_lock::FlowLock};
use crate::cxone::{Tenant, codes};
use crate::diagnostics::Diagnostic;

/// The flow that a source was, under another name.
struct Former {
    name: String,
    flow_id: String,
}

/// What stays in place under its old name; with `--rename` its id is carried over instead.
pub fn former(shipments: &[Shipment], tenant: &Tenant, carry_over: bool) -> Result<Vec<Diagnostic>, Failure> {
    let mut findings = Vec::new();
    for shipment in shipments {
        let Some(lock) = &shipment.lock else { continue };
        let Some(former) = former_of(shipment, shipments, lock, tenant.name())? else {
            if carry_over && !is_known(shipment, lock, tenant.name())? {
                let name = &shipment.parcel.name;
                return Err(Failure::new(format!(
                    "--rename: {} knows no other flow of {name}",
                    lock.path().display()
                ))
                .help("nothing was sent: leave --rename out, or take the flow with --adopt FLOW_ID"));
            }
            continue;
        };
        if carry_over {
            lock.change(|record| record.rename(tenant.name(), &former.name, &shipment.parcel.flow))?;
        }
        let updates = tenant.endpoints.update(&former.flow_id).is_some();
        let (Former { name, flow_id }, new, source) = (&former, &shipment.parcel.flow, &shipment.parcel.name);
        let (message, help) = match (carry_over, updates) {
            (true, true) => continue,
            (true, false) => (
                format!(
                    "{source}: \"{new}\" is created anew, and {flow_id}, which was \"{name}\", stays in place"
                ),
                "this environment has no `update`, so that no flow is changed in place: write one, or take the old flow away on the platform",
            ),
            (false, _) => (
                format!(
                    "{source}: was the flow \"{name}\", which stays in place as {flow_id}; to the platform \"{new}\" is another flow"
                ),
                "--rename carries the old flow's id over to the new name",
            ),
        };
        findings.push(Diagnostic::unplaced(&codes::STAYS_IN_PLACE, message).help(help));
    }
    Ok(findings)
}

/// The flow that the lock knows of this source, if no flow of the run has that name. Of several
/// the one that came into place last.
fn former_of(
    shipment: &Shipment,
    all: &[Shipment],
    lock: &FlowLock,
    platform: &str,
) -> Result<Option<Former>, Failure> {
    let parcel = &shipment.parcel;
    // Standard input may be anything, and so may a file of a payload.
    if parcel.job.is_none() || parcel.file == "<stdin>" || is_known(shipment, lock, platform)? {
        return Ok(None);
    }
    let is_submitted =
        |name: &str| all.iter().any(|one| one.parcel.flow == name && one.parcel.folder == parcel.folder);
    let record = lock.read()?;
    let former = record.of_source(platform, &parcel.file).filter(|entry| !is_submitted(&entry.name));
    let former = former.filter_map(|Entry { name, in_place, .. }| Some((name, in_place.as_ref()?)));
    let latest = former.max_by(|(_, one), (_, other)| one.since.cmp(&other.since));
    Ok(latest.map(|(name, there)| Former { name: name.clone(), flow_id: there.flow_id.clone() }))
}

/// Whether the lock knows the flow under its name of today.
fn is_known(shipment: &Shipment, lock: &FlowLock, platform: &str) -> Result<bool, Failure> {
    let record = lock.read()?;
    let entry = record.flow(platform, &shipment.parcel.flow);
    Ok(entry.is_some_and(|entry| entry.in_place.is_some() || entry.pending.is_some()))
}
