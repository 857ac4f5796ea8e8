//! Params in `cxflow.toml` that no flow of the run declares: slips, params of an instance that has
//! none of the name, and settings that stand among the params. One that is for another flow is none.
//!
//! Where the param that was meant has a value all the same, as from the file of the folder above, the
//! other flows of the repository are asked as well: `date` beside `rate` may be one of theirs.

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{UNKNOWN_PARAM, UNKNOWN_SETTING};
use super::{Section, Setting, Settings, keys, proper_section};
use crate::diagnostics::suggest::{Index, is_one_typo};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, list_of, quote};
use crate::source::FileId;

/// How many params of an instance a help lists.
const PARAMS_SHOWN: usize = 10;

/// What all flows of a run declare.
pub struct DeclaredParams<'a> {
    /// The params, sorted.
    params: &'a [&'a str],
    /// The instances, with or without params.
    instances: &'a FxHashSet<String>,
    /// The params of instances, by what they are called without the instance.
    by_own_name: FxHashMap<&'a str, Vec<&'a str>>,
    suggestions: Index,
}

/// An instance that a name speaks of.
pub struct NamedInstance<'a> {
    name: &'a str,
    /// What stands behind the dot.
    own: &'a str,
    params: Vec<&'a str>,
}

impl<'a> DeclaredParams<'a> {
    /// What these params, which are sorted, and instances are.
    pub fn new(params: &'a [&'a str], instances: &'a FxHashSet<String>) -> Self {
        let mut by_own_name: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for &param in params {
            if let Some((_, own)) = param.rsplit_once('.') {
                by_own_name.entry(own).or_default().push(param);
            }
        }
        Self { params, instances, by_own_name, suggestions: Index::new(params.iter().copied()) }
    }

    /// The param that a name is probably a slip of.
    fn nearest(&self, name: &str) -> Option<&'a str> {
        self.suggestions.nearest(name).and_then(|(number, _)| self.params.get(number).copied())
    }

    fn has(&self, name: &str) -> bool {
        self.params.binary_search(&name).is_ok()
    }

    /// The instance that a dotted name speaks of, if there is one.
    pub fn instance_of(&self, name: &'a str) -> Option<NamedInstance<'a>> {
        let (mut instance, _) = name.rsplit_once('.')?;
        // Of `es.menu.queue` the instance `es` may be there, and none of the name `es.menu`.
        while !self.instances.contains(instance) {
            instance = instance.rsplit_once('.')?.0;
        }
        let own = name.get(instance.len() + 1..)?;
        let prefix = format!("{instance}.");
        let first = self.params.partition_point(|&one| one < prefix.as_str());
        let params = self.params.iter().skip(first).map_while(|one| one.strip_prefix(&prefix));
        Some(NamedInstance { name: instance, own, params: params.collect() })
    }
}

impl NamedInstance<'_> {
    /// `its params are …`
    pub fn params_in_words(&self) -> String {
        let shown: Vec<String> = self.params.iter().take(PARAMS_SHOWN).map(|one| quote(one)).collect();
        match (shown.as_slice(), self.params.len().saturating_sub(PARAMS_SHOWN)) {
            ([], _) => format!("the file of {} declares no params", quote(self.name)),
            ([one], _) => format!("its only param is {one}"),
            (shown, 0) => format!("its params are {}", list_of(shown, "and")),
            (shown, more) => format!("its params are {} and {more} more", shown.join(", ")),
        }
    }
}

/// What a flow that is not of the run may declare.
#[derive(Debug, Clone, Copy)]
pub enum OutsideName<'a> {
    /// A param or an instance of a name.
    Name(&'a str),
    /// A param of a name that is not one of an instance.
    OwnParam(&'a str),
}

/// What is wrong with the params of all environments. `is_set` says whether the command line sets one,
/// and `is_elsewhere` what a flow that is not of the run may declare.
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

/// The slips among the params of all environments, whichever the run is for.
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
            // Where what may be meant has a value, this one is rather another flow's.
            let of_instances = declared.by_own_name.get(name).map(Vec::as_slice).unwrap_or_default();
            let open: Vec<&str> = of_instances.iter().copied().filter(|name| !is_set(name)).collect();
            let nearest = declared.nearest(name);
            let near = nearest.filter(|near| !is_set(near));
            // A param of another flow of the repository, or of one of its instances, is none of this run's.
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
                    // Of `es.queue`, a flow declares the instance.
                    let own = name.split('.').next().unwrap_or(name);
                    let slip = nearest
                        .filter(|near| is_one_typo(name, near) && !is_elsewhere(OutsideName::Name(own)));
                    let Some(meant) = slip else { continue };
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

/// A slip of a param that has its value from elsewhere, so that nothing is missing without the slip.
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
    // Above a file that sets the param, this one may set it too, and a key that is there twice is no TOML.
    let is_free = that_counts.is_none_or(|counts| depth(counts) < depth(setting));
    diagnostic
        .help(format!("did you mean {}?", quote(meant)))
        .fix(is_free.then(|| Fix::write(setting.key, keys::key(meant))))
}

/// Settings that stand among the params of any environment, as lines do that are added at the end of
/// the file.
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
