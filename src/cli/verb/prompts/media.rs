//! `prompts --check-media`: whether each recording is there, and is what the flow and the platform expect.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::fetch::{Fetched, Fetcher, MOST, too_large};
use crate::cli::args::{PromptsArgs, PromptsFormat};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::counted;
use crate::media::{Recording, WavFormat};
use crate::prompts::{Prompt, prompts};
use crate::spelling::{display_id, display_string};

/// How many recordings are fetched at once.
const AT_ONCE: usize = 8;

/// What was found out about the recording of a prompt.
#[derive(Debug, Serialize)]
struct CheckedMedia {
    file: String,
    line: usize,
    node: String,
    step: usize,
    media: String,
    /// Whether it was looked at: what the platform completes during the call cannot be.
    checked: bool,
    /// The status of the answer.
    status: Option<u16>,
    format: Option<String>,
    /// How long it lasts, and how long it should, in milliseconds.
    milliseconds: Option<u64>,
    lasts: Option<u64>,
    /// What is wrong.
    faults: Vec<String>,
}

/// Checks the recordings of a flow.
pub fn run(job: &CompileJob, args: &PromptsArgs, format: PromptsFormat, terminal: &Terminal) -> VerbResult {
    let prompts = prompts(&job.compiled, job.settings.voice());
    let mut fetched = files(job, args, &prompts)?;
    let urls: Vec<String> = addresses(&prompts).filter(|media| is_url(media)).map(str::to_owned).collect();
    if !urls.is_empty() {
        let fetcher = Fetcher::new(args.timeout)
            .map_err(|error| Failure::new(format!("recordings cannot be fetched: {error}")))?;
        match runtime::run(AT_ONCE, fetch_all(fetcher, urls))? {
            WorkEnd::Done(from_urls) => fetched.extend(from_urls),
            WorkEnd::Interrupted => return Ok(ExitStatus::Interrupted),
        }
    }
    let formats = job.settings.wav_formats();
    let checked: Vec<CheckedMedia> =
        prompts.iter().filter_map(|prompt| check(prompt, &fetched, &formats)).collect();
    let wrong = checked.iter().filter(|one| !one.faults.is_empty()).count();
    let unchecked = checked.iter().filter(|one| !one.checked).count();
    let out = match format {
        PromptsFormat::Json => {
            let flow = job.compiled.flow.name.as_ref().and_then(|name| name.value.as_deref());
            format!("{}\n", json!({ "file": job.input.name(), "flow": flow, "media": checked }))
        }
        _ => in_words(&checked),
    };
    terminal.result(&secrets::mask().text(&out));
    let mut closing = format!("{}: {}, {wrong} wrong", job.input.name(), counted(checked.len(), "recording"));
    if unchecked > 0 {
        closing.push_str(&format!(", {unchecked} not checked: the platform completes the address"));
    }
    terminal.closing(&closing);
    Ok(if wrong > 0 { ExitStatus::Wanting } else { ExitStatus::Done })
}

/// A line for each prompt that is wrong.
fn in_words(checked: &[CheckedMedia]) -> String {
    let wrong = checked.iter().filter(|one| !one.faults.is_empty());
    let line = |one: &CheckedMedia| {
        let (node, media) = (display_id(&one.node), display_string(&one.media));
        format!("{}:{}: {node}: {media} {}\n", one.file, one.line, one.faults.join("; "))
    };
    wrong.map(line).collect()
}

/// The recordings, each once.
fn addresses(prompts: &[Prompt]) -> impl Iterator<Item = &str> {
    let all: BTreeMap<&str, ()> =
        prompts.iter().filter_map(|prompt| Some((prompt.media.as_deref()?, ()))).collect();
    all.into_keys().filter(|media| !is_completed_later(media))
}

/// Whether the platform fills in a part of the address during the call.
fn is_completed_later(media: &str) -> bool {
    media.contains(['{', '}'])
}

fn is_url(media: &str) -> bool {
    media.contains("://")
}

/// The recordings that are files, read as included files are.
fn files(
    job: &CompileJob,
    args: &PromptsArgs,
    prompts: &[Prompt],
) -> Result<BTreeMap<String, Fetched>, Failure> {
    let files = job.input.files(&args.compile.allowed_files())?;
    let root = job.compiled.sources.iter().next().map(|(_, source)| source.path().to_owned());
    let folder = root.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let read = |media: &str| {
        let path = folder.join(media);
        let bytes = files.admit(&path).and_then(|()| files.read(&path));
        let bytes = bytes.map_err(|error| format!("cannot be read: {error}"));
        let recording = bytes.and_then(|bytes| match bytes.len() > MOST {
            true => Err(too_large()),
            false => Ok(Recording::of(&bytes)),
        });
        (media.to_owned(), Fetched { status: None, recording })
    };
    Ok(addresses(prompts).filter(|media| !is_url(media)).map(read).collect())
}

/// Fetches every URL, some at once.
async fn fetch_all(fetcher: Fetcher, urls: Vec<String>) -> BTreeMap<String, Fetched> {
    let (fetcher, turns) = (Arc::new(fetcher), Arc::new(Semaphore::new(AT_ONCE)));
    let mut tasks = JoinSet::new();
    for url in urls {
        let (fetcher, turns) = (Arc::clone(&fetcher), Arc::clone(&turns));
        tasks.spawn(async move {
            let _turn = turns.acquire().await;
            let fetched = fetcher.fetch(&url).await;
            (url, fetched)
        });
    }
    tasks.join_all().await.into_iter().collect()
}

/// What is found out about a prompt with a recording.
fn check(
    prompt: &Prompt,
    fetched: &BTreeMap<String, Fetched>,
    formats: &[WavFormat],
) -> Option<CheckedMedia> {
    let media = prompt.media.as_ref()?;
    let fetched = fetched.get(media);
    let lasts = prompt.least;
    let recording = fetched.and_then(|fetched| fetched.recording.as_ref().ok());
    let faults = match (recording, fetched.map(|fetched| &fetched.recording)) {
        (Some(recording), _) => recording.faults(lasts, formats),
        (None, Some(Err(fault))) => vec![fault.clone()],
        (None, _) => Vec::new(),
    };
    Some(CheckedMedia {
        file: prompt.file.clone(),
        line: prompt.line,
        node: prompt.node.clone(),
        step: prompt.step,
        media: media.clone(),
        checked: fetched.is_some(),
        status: fetched.and_then(|fetched| fetched.status),
        format: recording.map(Recording::format),
        milliseconds: recording.and_then(Recording::milliseconds),
        lasts,
        faults,
    })
}
