//! What flows say of files that other flows may use as well holds only if none of these says otherwise:
//! those of the run, and if that leaves something open, those of the repository.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::source_files::sources::{SourceLocation, are_looked_for, some_of, users_of};
use crate::diagnostics::{Diagnostic, Severity, Unless, quote};
use crate::policy;
use crate::resolve::Files;
use crate::source::Span;
use crate::table::Id;

/// How many flows that are not of the run are asked about a file. Where more use it, nothing is said of it.
const MOST_ASKED: usize = 200;

/// What to do where not all flows were asked.
const ASK_ALL: &str =
    "name all these flows in one run, or the folder that they are in, as in `cxflowc check .`";

/// A place in a file, whichever flow it is a part of.
type FileRange = (PathBuf, u32, u32);

/// What a flow says of the files that it is made of.
struct User {
    name: String,
    is_flow: bool,
    files: FxHashSet<PathBuf>,
    /// What it needs of them; `None` where nobody knows.
    needed: Option<FxHashSet<FileRange>>,
}

impl User {
    fn of(job: &CompileJob, args: &CompileArgs) -> Option<Self> {
        let files = job.input.files(&args.allowed_files()).ok()?;
        let sources = &job.compiled.sources;
        let own = sources.iter().filter(|(_, source)| !source.is_bundled());
        let needed = policy::needed(&job.compiled.flow, &job.compiled.judged);
        let place = |span: Span| {
            let source = sources.get(span.file);
            (!source.is_bundled()).then(|| (files.identity(source.path()), span.start, span.end))
        };
        Some(Self {
            name: job.input.name(),
            is_flow: job.compiled.flow.has_flow || job.compiled.flow.has_entry,
            files: own.map(|(_, source)| files.identity(source.path())).collect(),
            needed: needed.map(|needed| needed.into_iter().filter_map(place).collect()),
        })
    }

    /// What it says of a claim.
    fn verdict(&self, claim: &Claim) -> Verdict {
        if !self.is_flow || !self.files.contains(&claim.file) {
            return Verdict::Holds;
        }
        match (claim.unless, &self.needed) {
            (Unless::Used, _) => Verdict::Denied,
            (Unless::Needed, None) => {
                let why = format!("{} uses the file, and has errors", quote(&self.name));
                Verdict::Open { why, help: "fix that flow first" }
            }
            (Unless::Needed, Some(needed)) => {
                let is_needed = claim.places.iter().any(|place| needed.contains(place));
                if is_needed { Verdict::Denied } else { Verdict::Holds }
            }
        }
    }
}

/// What several flows say of a claim together.
fn verdict_of(users: &[User], claim: &Claim) -> Verdict {
    let mut together = Verdict::Holds;
    for user in users {
        match user.verdict(claim) {
            Verdict::Denied => return Verdict::Denied,
            open @ Verdict::Open { .. } if together == Verdict::Holds => together = open,
            Verdict::Open { .. } | Verdict::Holds => {}
        }
    }
    together
}

/// A finding that holds unless another flow says otherwise.
struct Claim {
    unless: Unless,
    /// The file that it is about.
    file: PathBuf,
    at: Option<SourceLocation>,
    places: Vec<FileRange>,
    /// Whether it lies where its other users are not looked for, such as in another repository.
    is_far: bool,
}

/// The claims of a flow, in the order of its findings.
fn claims(job: &CompileJob, args: &CompileArgs) -> Vec<Claim> {
    let claiming: Vec<&Diagnostic> =
        job.compiled.diagnostics.iter().filter(|one| one.unless.is_some()).collect();
    if claiming.is_empty() {
        return Vec::new();
    }
    let Ok(files) = job.input.files(&args.allowed_files()) else { return Vec::new() };
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
        let at = if is_text { None } else { SourceLocation::of(&at) };
        let file = files.identity(path(span));
        let is_far = matches!(job.input, Input::Disk(_) | Input::Stdin)
            && unless == Unless::Needed
            && !are_looked_for(&job.input.folder(), &file)
            && !args.policy.iter().any(|name| Disk.identity(Path::new(name)) == file);
        Some(Claim { unless, places: places.collect(), file, at, is_far })
    });
    claims.collect()
}

/// What becomes of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    Holds,
    /// Another flow says otherwise.
    Denied,
    /// Nobody knows, and why.
    Open {
        why: String,
        help: &'static str,
    },
}

/// Leaves the findings out of the run to which another flow says otherwise, and makes notes of those of which
/// nobody knows. `compile` compiles flows that are not of the run, which nobody hears of.
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
            let why = "the file lies where the flows that use it are not looked for".to_owned();
            Verdict::Open { why, help: "check it where it lies, together with the flows that use it" }
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
        ask(&all, &mut verdicts, &files, &users, args, compile);
    }
    for ((job, claims), verdicts) in jobs.iter_mut().zip(&all).zip(&verdicts) {
        let Ok(job) = job else { continue };
        let mut settled = claims.iter().zip(verdicts);
        let list = &mut job.compiled.diagnostics;
        for one in list.iter_mut().filter(|one| is_claim(one)) {
            if let Some((_, Verdict::Open { why, help })) = settled.next() {
                one.severity = Severity::Note;
                one.message = format!("not decided: {}", one.message);
                one.help = Some((*help).to_owned());
                one.notes.push(why.clone());
                one.fixes.clear();
            }
        }
        let mut settled = verdicts.iter();
        list.retain(|one| !is_claim(one) || settled.next() != Some(&Verdict::Denied));
    }
    let kept = all.into_iter().zip(&verdicts).map(|(claims, verdicts)| {
        let kept = claims.into_iter().zip(verdicts).filter(|(_, verdict)| **verdict != Verdict::Denied);
        kept.map(|(claim, _)| claim).collect()
    });
    say_once(jobs, &kept.collect::<Vec<Vec<Claim>>>());
}

fn is_claim(one: &Diagnostic) -> bool {
    one.unless.is_some() && one.span.is_some()
}

/// Asks the flows that use the files of claims that hold so far.
fn ask(
    all: &[Vec<Claim>],
    verdicts: &mut [Vec<Verdict>],
    files: &[SourceLocation],
    users: &[Vec<SourceLocation>],
    args: &CompileArgs,
    compile: impl FnOnce(&[Input]) -> Vec<Result<CompileJob, Failure>>,
) {
    let is_too_many = |of_file: &[SourceLocation]| of_file.len() > MOST_ASKED;
    let mut asked: Vec<&SourceLocation> =
        users.iter().filter(|of_file| !is_too_many(of_file)).flatten().collect();
    asked.sort();
    asked.dedup();
    let others = compile(&asked.iter().map(|at| at.input()).collect::<Vec<Input>>());
    let unread: FxHashSet<&SourceLocation> =
        asked.into_iter().zip(&others).filter(|(_, job)| job.is_err()).map(|(at, _)| at).collect();
    let why = |file: &SourceLocation, of_file: &[SourceLocation]| {
        let name = |at: &SourceLocation| quote(&at.input().name());
        if is_too_many(of_file) {
            return Some(format!(
                "{} other flows use {}, and only up to {MOST_ASKED} are asked",
                of_file.len(),
                name(file)
            ));
        }
        // A flow that cannot be read may need anything of the files that it uses.
        let flow = of_file.iter().find(|at| unread.contains(at))?;
        Some(format!("{} uses {}, and cannot be compiled", name(flow), name(file)))
    };
    let open: FxHashMap<&SourceLocation, String> =
        files.iter().zip(users).filter_map(|(file, of_file)| Some((file, why(file, of_file)?))).collect();
    let used: FxHashSet<&SourceLocation> =
        files.iter().zip(users).filter(|(_, of_file)| is_too_many(of_file)).map(|(file, _)| file).collect();
    let others: Vec<User> = others.iter().flatten().filter_map(|job| User::of(job, args)).collect();
    for (claim, verdict) in all.iter().flatten().zip(verdicts.iter_mut().flatten()) {
        if *verdict == Verdict::Denied || claim.is_far {
            continue;
        }
        let is_used = claim.unless == Unless::Used && claim.at.as_ref().is_some_and(|at| used.contains(at));
        let why = claim.at.as_ref().and_then(|at| open.get(at)).filter(|_| claim.unless == Unless::Needed);
        match (verdict_of(&others, claim), why) {
            (Verdict::Denied, _) => *verdict = Verdict::Denied,
            _ if is_used => *verdict = Verdict::Denied,
            (_, _) if *verdict != Verdict::Holds => {}
            (_, Some(why)) => *verdict = Verdict::Open { why: why.clone(), help: ASK_ALL },
            (said, None) => *verdict = said,
        }
    }
}

/// Of one place several flows may say the same in different words, each for its own reason. The first one's are
/// shown, with those of the others below.
fn say_once(jobs: &mut [Result<CompileJob, Failure>], all: &[Vec<Claim>]) {
    type Words = (usize, usize, String);
    let mut first: FxHashMap<(&'static str, &FileRange), Words> = FxHashMap::default();
    let mut others: BTreeMap<(usize, usize), BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for (number, (job, claims)) in jobs.iter_mut().zip(all).enumerate() {
        let Ok(job) = job else { continue };
        let name = job.input.name();
        let list = job.compiled.diagnostics.iter_mut().enumerate();
        for ((at, one), claim) in list.filter(|(_, one)| is_claim(one)).zip(claims) {
            let Some(place) = claim.places.first() else { continue };
            match first.entry((one.code.id, place)) {
                Entry::Vacant(entry) => _ = entry.insert((number, at, one.message.clone())),
                Entry::Occupied(entry) => {
                    let (of_job, of_list, words) = entry.get();
                    if *of_job != number && *words != one.message {
                        let said = std::mem::replace(&mut one.message, words.clone());
                        let flows = others.entry((*of_job, *of_list)).or_default().entry(said).or_default();
                        flows.push(name.clone());
                    }
                }
            }
        }
    }
    for ((of_job, of_list), others) in others {
        let Some(Ok(job)) = jobs.get_mut(of_job) else { continue };
        let name = job.input.name();
        let Some(one) = job.compiled.diagnostics.iter_mut().nth(of_list) else { continue };
        one.notes.push(format!("that is said of {}", quote(&name)));
        one.notes.extend(others.iter().map(|(said, flows)| format!("of {}: {said}", some_of(flows))));
    }
}
