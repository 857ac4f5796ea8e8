//! Params in `cxflow.toml` that are slips: no flow of the run declares them. One that is for another
//! flow is none.

use rustc_hash::FxHashSet;

use super::args::CompileArgs;
use super::compile::Job;
use crate::Options;
use crate::compile::weigh;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, Mend, list_of, quote};
use crate::settings::codes::UNKNOWN_PARAM;
use crate::settings::keys;

/// How many params of an instance a help lists.
const PARAMS_SHOWN: usize = 10;

/// Adds a finding for each slip to the flow beside whose settings it is. `declared` is what all
/// flows of the run declare, sorted.
pub fn report(job: &mut Job, declared: &[&str], args: &CompileArgs, options: &Options) {
    let Some(environment) = &job.environment else { return };
    let set: FxHashSet<&str> = environment.params.iter().map(|(name, _)| name.as_str()).collect();
    let is_set = |name: &str| set.contains(name) || args.set.iter().any(|(one, _)| one == name);
    // Where the param that may be meant has a value, the other one is rather another flow's.
    let open: Vec<&str> = declared.iter().copied().filter(|name| !is_set(name)).collect();
    let mut found = Diagnostics::default();
    for (name, setting) in job.settings.params(&environment.name) {
        if declared.binary_search(&name).is_ok() {
            continue;
        }
        let near = nearest(name, open.iter().copied());
        let of_instance = name.rsplit_once('.').and_then(|(instance, own)| {
            let prefix = format!("{instance}.");
            let params: Vec<&str> = declared.iter().filter_map(|one| one.strip_prefix(&prefix)).collect();
            (!params.is_empty()).then_some((instance, own, params))
        });
        let (message, others) = match (of_instance, near) {
            (Some((instance, own, params)), _) => {
                let shown: Vec<String> = params.iter().take(PARAMS_SHOWN).map(|one| quote(one)).collect();
                (
                    format!("the instance {} has no param {}", quote(instance), quote(own)),
                    format!("its params are {}", list_of(&shown, "and")),
                )
            }
            (None, Some(_)) => {
                (format!("no flow of this run declares a param {}", quote(name)), String::new())
            }
            (None, None) => continue,
        };
        let help = near.map_or(others, |near| format!("did you mean {}?", quote(near)));
        found.push(
            Diagnostic::new(&UNKNOWN_PARAM, setting.key, message)
                .here("sets nothing")
                .help(help)
                .mend(near.map(|near| Mend::write(setting.key, keys::key(near)))),
        );
    }
    weigh(&mut found, options);
    if found.iter().next().is_some() {
        job.compiled.diagnostics.append(found);
        job.compiled.diagnostics.sort();
    }
}
