//! The command line as users meet it: real processes, real folders, real git repositories.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod broken_repositories;
mod clones;
mod depfile;
mod diff;
mod environments;
mod few_resources;
mod fmt;
mod folder_names;
mod folder_of_policies;
mod formats;
mod full_disk;
mod graph;
mod handed_over;
#[cfg(unix)]
mod harmless;
mod import;
mod import_beside_libraries;
mod language_version;
mod left_behind;
mod libraries_of_kinds;
mod links;
mod live;
mod loosened_settings;
mod lost_settings;
mod max_findings;
mod meanwhile;
mod merge;
mod message_file;
mod misnamed_settings;
mod misplaced_settings;
mod missing_tags;
mod new;
mod odd_files;
mod output;
mod params_from_settings;
mod parts;
mod parts_at_revisions;
mod places_of_policies;
mod policies;
mod policy_lock;
mod policy_verb;
mod preview;
mod prompts;
mod prompts_media;
mod redaction;
mod replaced;
mod report;
mod sarif_failures;
mod settings;
mod settings_files;
mod settings_fixes;
mod settings_folders;
mod settings_page;
mod settings_slips;
mod shared_files;
mod silenced;
mod sources;
mod speech_rate;
mod status;
mod stray_settings;
mod targets;
mod terminal;
mod tests_of_flows;
mod unknown_params;
mod usage_errors;
mod verbs;
mod waits_of_settings;
mod watch;

#[path = "../harness/mod.rs"]
mod harness;
