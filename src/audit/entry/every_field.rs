//! Lines with every field, for tests.

use super::*;

/// A line with every field that a line of this action can have; or, for a repair, with every field at all.
pub fn with_every_field(entry: &AuditEntry, is_repair: bool) -> Vec<u8> {
    let written = WrittenEntry {
        policies_left_out: 1,
        waivers_left_out: 20,
        attestations_left_out: 6,
        facts_left_out: 300,
        params_left_out: 4,
        settings_left_out: 5,
        ..entry.written().expect("it is written to memory")
    };
    let torn =
        WrittenEntry { action: REPAIR, torn_bytes: Some(1), torn_sha256: Some(Hash::of(b"")), ..written };
    if is_repair {
        torn
    } else {
        WrittenEntry { action: entry.action.name(), torn_bytes: None, torn_sha256: None, ..torn }
    }
    .line(Hash::of(b"the line above"))
    .expect("it is written to memory")
}
