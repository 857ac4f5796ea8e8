//! Checks findings about shared files against the other flows that use them: first the flows of the run, and
//! if that leaves something open, those of the repository.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::source_files::sources::{SourceLocation, is_searched, some_of, users_of};
use crate::diagnostics::{Diagnostic, Severity, Unless, quote};
use crate::policy;
use crate::resolve::Files;
use crate::source::Span;
use crate::table::Id;

/// How many flows outside the run are compiled for a file. If more use it, nothing is reported about it.
const MAX_USERS: usize = 200;

/// What to do if not all flows were consulted.
const CHECK_ALL: &str =
    "name all these flows in one run, or the folder that they are in, as in `cxflowc check .`";

/// A range in a file, independent of the flow that includes the file.
type FileRange = (PathBuf, u32, u32);

/// A flow that uses files, and what it needs of them.
struct User {
    name: String,
    is_flow: bool,
    files: FxHashSet<PathBuf>,
    /// The ranges that it needs; `None` if they are unknown.
    needed: Option<FxHashSet<FileRange>>,
}

impl User {
    fn of(job: &CompileJob, args: &CompileArgs) -> Option<Self> {
        let files = job.input.files(&args.allowed_files()).ok()?;
        let sources = &job.compiled.sources;
        let own = sources.iter().filter(|(_, source)| !source.is_bundled());
        let needed = policy::needed(&job.compiled.flow, &job.compiled.judged, &job.compiled.waived_findings);
        let place = |span: Span| {
            let source = sources.get(span.file);
            (!source.is_bundled()).then(|| (files.identity(source.path()), span.start, span.end))
        };
        Some(Self {
            name: job.input.name(),
            is_flow: job.compiled.flow.has_flow
                || job.compiled.flow.has_entry && !job.compiled.flow.is_library(),
            files: own.map(|(_, source)| files.identity(source.path())).collect(),
            needed: needed.map(|needed| needed.into_iter().filter_map(place).collect()),
        })
    }

    /// Its verdict on a claim.
    fn verdict(&self, claim: &Claim) -> Verdict {
        if !self.is_flow || !self.files.contains(&claim.file) {
            return Verdict::Holds;
        }
        match (claim.unless, &self.needed) {
            (Unless::Used, _) => Verdict::Denied,
            (Unless::Needed, None) => {
                let reason = format!("{} uses the file, and has errors", quote(&self.name));
                Verdict::Open { reason, help: "fix that flow first" }
            }
            (Unless::Needed, Some(needed)) => {
                let is_needed = claim.places.iter().any(|place| needed.contains(place));
                if is_needed { Verdict::Denied } else { Verdict::Holds }
            }
        }
    }
}

/// The combined verdict of several flows on a claim.
fn verdict_of(users: &[User], claim: &Claim) -> Verdict {
    let mut combined = Verdict::Holds;
    for user in users {
        match user.verdict(claim) {
            Verdict::Denied => return Verdict::Denied,
            open @ Verdict::Open { .. } if combined == Verdict::Holds => combined = open,
            Verdict::Open { .. } | Verdict::Holds => {}
        }
    }
    combined
}

/// A finding that holds unless another flow contradicts it.
struct Claim {
    unless: Unless,
    /// The file that it is about.
    file: PathBuf,
    at: Option<SourceLocation>,
    places: Vec<FileRange>,
    /// Whether the file is in a place that is not searched for users, such as another repository.
    is_far: bool,
}

/// The claims of a flow, in the order of its findings.
fn claims(job: &CompileJob, args: &CompileArgs) -> Vec<Claim> {
    let claiming: Vec<&Diagnostic> =
        job.compiled.diagnostics.iter().filter(|finding| finding.unless.is_some()).collect();
    if claiming.is_empty() {
        return Vec::new();
    }
    let Ok(files) = job.input.files(&args.allowed_files()) else { return Vec::new() };
    let path = |span: Span| job.compiled.sources.get(span.file).path();
    let claims = claiming.into_iter().filter_map(|finding| {
        let (unless, span) = (finding.unless?, finding.span?);
        let places = finding.places().map(|span| (files.identity(path(span)), span.start, span.end));
        let at = match &job.input {
            Input::Disk(_) | Input::Stdin => Input::Disk(path(span).to_path_buf()),
            Input::Git { revision, .. } => {
                Input::Git { revision: revision.clone(), path: path(span).to_path_buf() }
            }
        };
        let is_text = span.file.index() == 0 && job.input.is_handed_over();
        let at = if is_text { None } else { SourceLocation::of(&at) };
        let file = files.identity(path(span));
        let is_far = matches!(job.input, Input::Disk(_) | Input::Stdin)
            && unless == Unless::Needed
            && !is_searched(&job.input.folder(), &file)
            && !args.policy.iter().any(|name| Disk.identity(Path::new(name)) == file);
        Some(Claim { unless, places: places.collect(), file, at, is_far })
    });
    claims.collect()
}

/// The verdict on a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Holds,
    /// Another flow contradicts it.
    Denied,
    /// It cannot be decided.
    Open {
        reason: String,
        help: &'static str,
    },
}

/// Removes findings that another flow contradicts, and turns undecided ones into notes. `compile` compiles
/// flows outside the run, whose own findings are not reported.
pub fn drop_contradicted_findings(
    jobs: &mut [Result<CompileJob, Failure>],
    args: &CompileArgs,
    compile: impl FnOnce(&[Input]) -> Vec<Result<CompileJob, Failure>>,
) {
    let all: Vec<Vec<Claim>> =
        jobs.iter().map(|job| job.as_ref().map(|job| claims(job, args)).unwrap_or_default()).collect();
    if all.iter().all(Vec::is_empty) {
        return;
    }
    let of_run: Vec<User> = jobs.iter().flatten().filter_map(|job| User::of(job, args)).collect();
    let of_claim = |claim: &Claim| match verdict_of(&of_run, claim) {
        Verdict::Holds if claim.is_far => {
            let reason = "the file is in a place that is not searched for flows that use it".to_owned();
            Verdict::Open {
                reason,
                help: "check it in its own repository, together with the flows that use it",
            }
        }
        verdict => verdict,
    };
    let mut verdicts: Vec<Vec<Verdict>> =
        all.iter().map(|claims| claims.iter().map(of_claim).collect()).collect();
    let held = all.iter().flatten().zip(verdicts.iter().flatten());
    let held = held.filter(|(claim, verdict)| **verdict != Verdict::Denied && !claim.is_far);
    let mut files: Vec<SourceLocation> = held.filter_map(|(claim, _)| claim.at.clone()).collect();
    files.sort();
    files.dedup();
    if !files.is_empty() {
        let known: FxHashSet<SourceLocation> =
            jobs.iter().flatten().filter_map(|job| SourceLocation::of(&job.input)).collect();
        let mut users = users_of(&files);
        users.iter_mut().for_each(|of_file| of_file.retain(|at| !known.contains(at)));
        consult_users(&all, &mut verdicts, &files, &users, args, compile);
    }
    for ((job, claims), verdicts) in jobs.iter_mut().zip(&all).zip(&verdicts) {
        let Ok(job) = job else { continue };
        let mut settled = claims.iter().zip(verdicts);
        let list = &mut job.compiled.diagnostics;
        for finding in list.iter_mut().filter(|finding| is_claim(finding)) {
            if let Some((_, Verdict::Open { reason, help })) = settled.next() {
                finding.severity = Severity::Note;
                finding.message = format!("not decided: {}", finding.message);
                finding.help = Some((*help).to_owned());
                finding.notes.push(reason.clone());
                finding.fixes.clear();
            }
        }
        let mut settled = verdicts.iter();
        list.retain(|finding| !is_claim(finding) || settled.next() != Some(&Verdict::Denied));
    }
    let kept = all.into_iter().zip(&verdicts).map(|(claims, verdicts)| {
        let kept = claims.into_iter().zip(verdicts).filter(|(_, verdict)| **verdict != Verdict::Denied);
        kept.map(|(claim, _)| claim).collect()
    });
    merge_repeated(jobs, &kept.collect::<Vec<Vec<Claim>>>());
}

fn is_claim(finding: &Diagnostic) -> bool {
    finding.unless.is_some() && finding.span.is_some()
}

/// Compiles the flows that use the files of claims that still hold, and updates the verdicts.
fn consult_users(
    all: &[Vec<Claim>],
    verdicts: &mut [Vec<Verdict>],
    files: &[SourceLocation],
    users: &[Vec<SourceLocation>],
    args: &CompileArgs,
    compile: impl FnOnce(&[Input]) -> Vec<Result<CompileJob, Failure>>,
) {
    let is_too_many = |of_file: &[SourceLocation]| of_file.len() > MAX_USERS;
    let mut consulted: Vec<&SourceLocation> =
        users.iter().filter(|of_file| !is_too_many(of_file)).flatten().collect();
    consulted.sort();
    consulted.dedup();
    let others = compile(&consulted.iter().map(|at| at.input()).collect::<Vec<Input>>());
    let unread: FxHashSet<&SourceLocation> =
        consulted.into_iter().zip(&others).filter(|(_, job)| job.is_err()).map(|(at, _)| at).collect();
    let reason = |file: &SourceLocation, of_file: &[SourceLocation]| {
        let name = |at: &SourceLocation| quote(&at.input().name());
        if is_too_many(of_file) {
            return Some(format!(
                "{} other flows use {}, and only up to {MAX_USERS} are checked",
                of_file.len(),
                name(file)
            ));
        }
        // A flow that cannot be compiled may need any part of the files that it uses.
        let flow = of_file.iter().find(|at| unread.contains(at))?;
        Some(format!("{} uses {}, and cannot be compiled", name(flow), name(file)))
    };
    let open: FxHashMap<&SourceLocation, String> =
        files.iter().zip(users).filter_map(|(file, of_file)| Some((file, reason(file, of_file)?))).collect();
    let used: FxHashSet<&SourceLocation> =
        files.iter().zip(users).filter(|(_, of_file)| is_too_many(of_file)).map(|(file, _)| file).collect();
    let others: Vec<User> = others.iter().flatten().filter_map(|job| User::of(job, args)).collect();
    for (claim, verdict) in all.iter().flatten().zip(verdicts.iter_mut().flatten()) {
        if *verdict == Verdict::Denied || claim.is_far {
            continue;
        }
        let is_used = claim.unless == Unless::Used && claim.at.as_ref().is_some_and(|at| used.contains(at));
        let reason = claim.at.as_ref().and_then(|at| open.get(at)).filter(|_| claim.unless == Unless::Needed);
        match (verdict_of(&others, claim), reason) {
            (Verdict::Denied, _) => *verdict = Verdict::Denied,
            _ if is_used => *verdict = Verdict::Denied,
            (_, _) if *verdict != Verdict::Holds => {}
            (_, Some(reason)) => *verdict = Verdict::Open { reason: reason.clone(), help: CHECK_ALL },
            (verdict_of_others, None) => *verdict = verdict_of_others,
        }
    }
}

/// Several flows may report the same place in different words, each with its own reason. The first message is
/// shown, with the others below it.
fn merge_repeated(jobs: &mut [Result<CompileJob, Failure>], all: &[Vec<Claim>]) {
    type Words = (usize, usize, String);
    let mut first: FxHashMap<(&'static str, &FileRange), Words> = FxHashMap::default();
    let mut others: BTreeMap<(usize, usize), BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (number, (job, claims)) in jobs.iter_mut().zip(all).enumerate() {
        let Ok(job) = job else { continue };
        let name = job.input.name();
        let list = job.compiled.diagnostics.iter_mut().enumerate();
        for ((at, finding), claim) in list.filter(|(_, finding)| is_claim(finding)).zip(claims) {
            let Some(place) = claim.places.first() else { continue };
            match first.entry((finding.code.id, place)) {
                Entry::Vacant(entry) => _ = entry.insert((number, at, finding.message.clone())),
                Entry::Occupied(entry) => {
                    let (of_job, of_list, words) = entry.get();
                    if *of_job != number && *words != finding.message {
                        let message = std::mem::replace(&mut finding.message, words.clone());
                        let flows =
                            others.entry((*of_job, *of_list)).or_default().entry(message).or_default();
                        flows.push(name.clone());
                    }
                }
            }
        }
    }
    for ((of_job, of_list), others) in others {
        let Some(Ok(job)) = jobs.get_mut(of_job) else { continue };
        let name = job.input.name();
        let Some(finding) = job.compiled.diagnostics.iter_mut().nth(of_list) else { continue };
        finding.notes.push(format!("this applies to {}", quote(&name)));
        finding
            .notes
            .extend(others.iter().map(|(message, flows)| format!("for {}: {message}", some_of(flows))));
    }
}
