//! What flows say of files that other flows may use as well holds only if none of these says otherwise:
//! those of the run, and if that leaves something open, those of the repository.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::Failure;
use super::args::CompileArgs;
use super::compile::{Job, allowed_files};
use super::input::{Disk, Input};
use super::sources::{At, are_looked_for, users_of};
use crate::diagnostics::{Diagnostic, Unless};
use crate::policy;
use crate::resolve::Files;
use crate::source::Span;
use crate::table::Id;

/// How many flows that are not of the run are asked about a file. Where more use it, nothing is said of it.
const MOST_ASKED: usize = 200;

/// A place in a file, whichever flow it is a part of.
type Place = (PathBuf, u32, u32);

/// What a flow says of the files that it is made of.
struct User {
    is_flow: bool,
    files: FxHashSet<PathBuf>,
    /// What it needs of them; `None` where nobody knows.
    needed: Option<FxHashSet<Place>>,
}

impl User {
    fn of(job: &Job, args: &CompileArgs) -> Option<Self> {
        let files = job.input.files(&allowed_files(args)).ok()?;
        let sources = &job.compiled.sources;
        let own = sources.iter().filter(|(_, source)| !source.is_bundled());
        let needed = policy::needed(&job.compiled.flow, &job.compiled.judged);
        let place = |span: Span| {
            let source = sources.get(span.file);
            (!source.is_bundled()).then(|| (files.identity(source.path()), span.start, span.end))
        };
        Some(Self {
            is_flow: job.compiled.flow.has_flow || job.compiled.flow.has_entry,
            files: own.map(|(_, source)| files.identity(source.path())).collect(),
            needed: needed.map(|needed| needed.into_iter().filter_map(place).collect()),
        })
    }

    /// Whether it says otherwise.
    fn denies(&self, claim: &Claim) -> bool {
        if !self.is_flow || !self.files.contains(&claim.file) {
            return false;
        }
        match claim.unless {
            Unless::Used => true,
            Unless::Needed => self
                .needed
                .as_ref()
                .is_none_or(|needed| claim.places.iter().any(|place| needed.contains(place))),
        }
    }
}

/// A finding that holds unless another flow says otherwise.
struct Claim {
    unless: Unless,
    /// The file that it is about.
    file: PathBuf,
    at: Option<At>,
    places: Vec<Place>,
    /// Whether it lies where its other users are not looked for, such as in another repository.
    is_far: bool,
}

/// The claims of a flow, in the order of its findings.
fn claims(job: &Job, args: &CompileArgs) -> Vec<Claim> {
    let claiming: Vec<&Diagnostic> =
        job.compiled.diagnostics.iter().filter(|one| one.unless.is_some()).collect();
    if claiming.is_empty() {
        return Vec::new();
    }
    let Ok(files) = job.input.files(&allowed_files(args)) else { return Vec::new() };
    let path = |span: Span| job.compiled.sources.get(span.file).path();
    let claims = claiming.into_iter().filter_map(|one| {
        let (unless, span) = (one.unless?, one.span?);
        let places = one.places().map(|span| (files.identity(path(span)), span.start, span.end));
        let at = match &job.input {
            Input::Disk(_) | Input::Stdin => Input::Disk(path(span).to_path_buf()),
            Input::Git { revision, .. } => {
                Input::Git { revision: revision.clone(), path: path(span).to_path_buf() }
            }
        };
        let is_text = span.file.index() == 0 && job.input.is_handed_over();
        let at = if is_text { None } else { At::of(&at) };
        let file = files.identity(path(span));
        let is_far = matches!(job.input, Input::Disk(_) | Input::Stdin)
            && unless == Unless::Needed
            && !are_looked_for(&job.input.folder(), &file)
            && !args.policy.iter().any(|name| Disk.identity(Path::new(name)) == file);
        Some(Claim { unless, places: places.collect(), file, at, is_far })
    });
    claims.collect()
}

/// Leaves the findings out of the run to which another flow says otherwise. `compile` compiles flows that are
/// not of the run, which nobody hears of.
pub fn settle(
    jobs: &mut [Result<Job, Failure>],
    args: &CompileArgs,
    compile: impl FnOnce(&[Input]) -> Vec<Result<Job, Failure>>,
) {
    let all: Vec<Vec<Claim>> =
        jobs.iter().map(|job| job.as_ref().map(|job| claims(job, args)).unwrap_or_default()).collect();
    if all.iter().all(Vec::is_empty) {
        return;
    }
    let of_run: Vec<User> = jobs.iter().flatten().filter_map(|job| User::of(job, args)).collect();
    let mut denied: Vec<Vec<bool>> = all
        .iter()
        .map(|claims| {
            claims.iter().map(|claim| claim.is_far || of_run.iter().any(|user| user.denies(claim))).collect()
        })
        .collect();
    let open = || all.iter().zip(&denied).flat_map(|(claims, denied)| claims.iter().zip(denied));
    let mut files: Vec<At> =
        open().filter(|(_, denied)| !**denied).filter_map(|(claim, _)| claim.at.clone()).collect();
    files.sort();
    files.dedup();
    if !files.is_empty() {
        let known: FxHashSet<At> = jobs.iter().flatten().filter_map(|job| At::of(&job.input)).collect();
        let mut users = users_of(&files);
        users.iter_mut().for_each(|of_file| of_file.retain(|at| !known.contains(at)));
        let is_too_many = |of_file: &[At]| of_file.len() > MOST_ASKED;
        let mut asked: Vec<&At> = users.iter().filter(|of_file| !is_too_many(of_file)).flatten().collect();
        asked.sort();
        asked.dedup();
        let others = compile(&asked.iter().map(|at| at.input()).collect::<Vec<Input>>());
        let unread: FxHashSet<&At> =
            asked.into_iter().zip(&others).filter(|(_, job)| job.is_err()).map(|(at, _)| at).collect();
        // A flow that cannot be read may need anything of the files that it uses.
        let unknown: FxHashSet<&At> = files
            .iter()
            .zip(&users)
            .filter(|(_, of_file)| is_too_many(of_file) || of_file.iter().any(|at| unread.contains(at)))
            .map(|(file, _)| file)
            .collect();
        let is_unknown = |claim: &Claim| claim.at.as_ref().is_some_and(|at| unknown.contains(at));
        let others: Vec<User> = others.iter().flatten().filter_map(|job| User::of(job, args)).collect();
        for (claims, denied) in all.iter().zip(&mut denied) {
            for (claim, denied) in claims.iter().zip(denied) {
                *denied = *denied
                    || claim.unless == Unless::Needed && is_unknown(claim)
                    || others.iter().any(|user| user.denies(claim));
            }
        }
    }
    for (job, denied) in jobs.iter_mut().zip(denied) {
        let (Ok(job), mut denied) = (job, denied.into_iter()) else { continue };
        job.compiled
            .diagnostics
            .retain(|one| one.unless.is_none() || one.span.is_none() || !denied.next().unwrap_or(false));
    }
}
