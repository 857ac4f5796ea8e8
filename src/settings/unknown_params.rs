//! Params in `cxflow.toml` that no flow of the run declares: typos, params that an instance does not have,
//! and settings among the params. A param that is for another flow is not reported.
//!
//! If the param that was probably meant has a value anyway, such as from an upper file, the other flows of
//! the repository are consulted: `date` next to `rate` may belong to one of them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{UNKNOWN_PARAM, UNKNOWN_SETTING};
use super::{Section, Setting, Settings, keys, proper_section};
use crate::diagnostics::suggest::{Index, is_one_typo};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, list_of, quote};
use crate::source::FileId;

/// How many params of an instance the help lists.
const PARAMS_SHOWN: usize = 10;

/// What all flows of a run declare.
pub struct DeclaredParams<'a> {
    /// The params, sorted.
    params: &'a [&'a str],
    /// The instances, with or without params.
    instances: &'a FxHashSet<String>,
    /// The params of instances, by name without the instance.
    by_own_name: FxHashMap<&'a str, Vec<&'a str>>,
    suggestions: Index,
}

/// The instance in a dotted name.
pub struct NamedInstance<'a> {
    name: &'a str,
    /// The part after the dot.
    own: &'a str,
    params: Vec<&'a str>,
}

impl<'a> DeclaredParams<'a> {
    /// Indexes these params, which must be sorted, and instances.
    pub fn new(params: &'a [&'a str], instances: &'a FxHashSet<String>) -> Self {
        let mut by_own_name: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for &param in params {
            if let Some((_, own)) = param.rsplit_once('.') {
                by_own_name.entry(own).or_default().push(param);
            }
        }
        Self { params, instances, by_own_name, suggestions: Index::new(params.iter().copied()) }
    }

    /// The param that a name is probably a typo of.
    fn nearest(&self, name: &str) -> Option<&'a str> {
        self.suggestions.nearest(name).and_then(|(number, _)| self.params.get(number).copied())
    }

    fn has(&self, name: &str) -> bool {
        self.params.binary_search(&name).is_ok()
    }

    /// The instance in a dotted name, if it exists.
    pub fn instance_of(&self, name: &'a str) -> Option<NamedInstance<'a>> {
        let (mut instance, _) = name.rsplit_once('.')?;
        // For `es.menu.queue`, the instance `es` may exist but not `es.menu`.
        while !self.instances.contains(instance) {
            instance = instance.rsplit_once('.')?.0;
        }
        let own = name.get(instance.len() + 1..)?;
        let prefix = format!("{instance}.");
        let first = self.params.partition_point(|&param| param < prefix.as_str());
        let params = self.params.iter().skip(first).map_while(|param| param.strip_prefix(&prefix));
        Some(NamedInstance { name: instance, own, params: params.collect() })
    }
}

impl NamedInstance<'_> {
    /// `its params are …`
    pub fn params_in_words(&self) -> String {
        let shown: Vec<String> = self.params.iter().take(PARAMS_SHOWN).map(|param| quote(param)).collect();
        match (shown.as_slice(), self.params.len().saturating_sub(PARAMS_SHOWN)) {
            ([], _) => format!("the file of {} declares no params", quote(self.name)),
            ([one], _) => format!("its only param is {one}"),
            (shown, 0) => format!("its params are {}", list_of(shown, "and")),
            (shown, more) => format!("its params are {} and {more} more", shown.join(", ")),
        }
    }
}

/// A name that a flow outside the run may declare.
#[derive(Debug, Clone, Copy)]
pub enum OutsideName<'a> {
    /// A param or an instance with this name.
    Name(&'a str),
    /// A param with this name that is not an instance's.
    OwnParam(&'a str),
}

/// Reports mistakes in the params of all environments. `is_set` tells whether the command line sets a
/// param, and `is_elsewhere` whether a flow outside the run may declare a name.
pub fn report(
    settings: &Settings,
    declared: &DeclaredParams<'_>,
    is_set: impl Fn(&str) -> bool,
    is_elsewhere: impl FnMut(OutsideName<'_>) -> bool,
    diagnostics: &mut Diagnostics,
) {
    add_unknown(settings, declared, is_set, is_elsewhere, diagnostics);
    add_settings(settings, declared, diagnostics);
}

/// Reports typos among the params of all environments, not just that of the run.
fn add_unknown(
    settings: &Settings,
    declared: &DeclaredParams<'_>,
    is_set_from_outside: impl Fn(&str) -> bool,
    mut is_elsewhere: impl FnMut(OutsideName<'_>) -> bool,
    found: &mut Diagnostics,
) {
    for environment in settings.environments() {
        let set: FxHashMap<&str, &Setting> = settings.params(environment).collect();
        let is_set = |name: &&str| set.contains_key(name) || is_set_from_outside(name);
        for (name, setting) in settings.params(environment) {
            if declared.has(name) || keys::not_a_param(name).is_some() {
                continue;
            }
            // If the param that may be meant has a value, this one more likely belongs to another flow.
            let of_instances = declared.by_own_name.get(name).map(Vec::as_slice).unwrap_or_default();
            let open: Vec<&str> = of_instances.iter().copied().filter(|name| !is_set(name)).collect();
            let nearest = declared.nearest(name);
            let near = nearest.filter(|near| !is_set(near));
            // A param of another flow of the repository, or of one of its instances, is no mistake in this
            // run.
            let is_of_another = match (declared.instance_of(name), name.split_once('.')) {
                (Some(_), _) => false,
                (None, Some((instance, _))) => near.is_some() && is_elsewhere(OutsideName::Name(instance)),
                (None, None) => !open.is_empty() && is_elsewhere(OutsideName::OwnParam(name)),
            };
            if is_of_another {
                continue;
            }
            let (message, others, near) = match (declared.instance_of(name), open.first(), near) {
                (Some(of), ..) => (
                    format!("the instance {} has no param {}", quote(of.name), quote(of.own)),
                    of.params_in_words(),
                    near,
                ),
                (None, Some(&first), _) => {
                    let shown: Vec<String> =
                        open.iter().take(PARAMS_SHOWN).map(|name| quote(&keys::key(name))).collect();
                    let only = Some(first).filter(|_| open.len() == 1);
                    (
                        format!(
                            "no flow of this run has a param {} of its own, and instances have one",
                            quote(name)
                        ),
                        format!("write {}", list_of(&shown, "or")),
                        only,
                    )
                }
                (None, None, Some(_)) => {
                    (format!("no flow of this run declares a param {}", quote(name)), String::new(), near)
                }
                (None, None, None) => {
                    // For `es.queue`, another flow may declare the instance.
                    let own = name.split('.').next().unwrap_or(name);
                    let typo = nearest
                        .filter(|near| is_one_typo(name, near) && !is_elsewhere(OutsideName::Name(own)));
                    let Some(meant) = typo else { continue };
                    found.push(beside_the_right_one(
                        settings.files(),
                        name,
                        setting,
                        meant,
                        set.get(meant).copied(),
                    ));
                    continue;
                }
            };
            let help = near.map_or(others, |near| format!("did you mean {}?", quote(near)));
            found.push(
                Diagnostic::new(&UNKNOWN_PARAM, setting.key, message)
                    .here("sets nothing")
                    .help(help)
                    .fix(near.map(|near| Fix::write(setting.key, keys::key(near)))),
            );
        }
    }
}

/// The finding for a typo of a param that has its value from elsewhere, so that nothing is missing.
fn beside_the_right_one(
    files: &[FileId],
    name: &str,
    setting: &Setting,
    meant: &str,
    that_counts: Option<&Setting>,
) -> Diagnostic {
    let message = format!("no flow here declares a param {}", quote(name));
    let mut diagnostic = Diagnostic::new(&UNKNOWN_PARAM, setting.key, message).here("sets nothing");
    if let Some(counts) = that_counts {
        diagnostic = diagnostic.label(counts.key, "this counts");
    }
    if that_counts.is_some_and(|counts| counts.key.file == setting.key.file) {
        return diagnostic.help(format!("{} is set as well: take one of the two out", quote(meant)));
    }
    let depth = |setting: &Setting| files.iter().position(|&file| file == setting.key.file);
    // If a lower file sets the param, this one may set it too; a duplicate key in one file is invalid TOML.
    let is_free = that_counts.is_none_or(|counts| depth(counts) < depth(setting));
    diagnostic
        .help(format!("did you mean {}?", quote(meant)))
        .fix(is_free.then(|| Fix::write(setting.key, keys::key(meant))))
}

/// Reports settings among the params of an environment, such as lines that were added at the end of the
/// file.
fn add_settings(settings: &Settings, declared: &DeclaredParams<'_>, found: &mut Diagnostics) {
    for environment in settings.environments() {
        let params: Vec<(&str, &Setting)> = settings.params(environment).collect();
        for (name, setting) in params {
            let Some(key) = keys::not_a_param(name).filter(|_| !declared.has(name)) else { continue };
            let message = match key.name == name {
                true => format!("{} is a setting, not a param of the flows", quote(name)),
                false => {
                    format!(
                        "{} is not a param of the flows, but nearly the setting `{}`",
                        quote(name),
                        key.name
                    )
                }
            };
            found.push(
                Diagnostic::new(&UNKNOWN_SETTING, setting.key, message)
                    .here("here this only sets a param")
                    .help(proper_section(key, Section::Params, Some(environment))),
            );
        }
    }
}
