//! `cxflowc preview`: serves a flow's report on this machine, and follows the file.

mod serve;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::watch;

use crate::cli::args::PreviewArgs;
use crate::cli::compilation::compile::{Purpose, compile_all};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::rounds;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::changes::wait_for_change;
use crate::cli::files::read_log;
use crate::cli::process::runtime;
use crate::cli::source_files::sources;
use crate::cli::verb::report;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::picture::Picture;
use crate::report::{Report, html};

/// How many connections it must be able to serve at once.
const CONNECTIONS: usize = 32;
/// How many lines of a node's source are shown.
const SOURCE_LINES: usize = 40;

/// What the tabs show.
pub struct Shown {
    /// Counts the changes.
    pub number: u64,
    /// The last report that could be made.
    pub report: Arc<str>,
    /// Where its nodes are written, as JSON.
    pub nodes: Arc<str>,
    /// Why there is no newer report.
    pub problem: Option<String>,
}

/// Where a node is written.
#[derive(Serialize)]
struct NodeSource {
    id: String,
    file: String,
    line: usize,
    source: Vec<String>,
}

pub fn run(args: &PreviewArgs, terminal: &mut Terminal) -> VerbResult {
    rounds::can_change(&args.file, "preview")?;
    read_log::start();
    terminal.begin_round();
    let (report, nodes) = render(args, terminal)?;
    let (sender, shown) = watch::channel(Arc::new(Shown { number: 0, report, nodes, problem: None }));
    follow(args.clone(), terminal.clone(), sender)?;
    let terminal = &*terminal;
    runtime::drive(CONNECTIONS, async |stop| {
        tokio::select! {
            biased;
            // Open event streams do not hold it up.
            () = stop.requested(1) => Ok(ExitStatus::Interrupted),
            ended = serve::serve(args.port, shown, |address| {
                terminal.secret(&format!("{address}\n"));
                // Without this line nobody can connect; the command ends with the reason.
                terminal.lost_result().is_none()
            }) => ended.map(|()| ExitStatus::Done),
        }
    })?
}

/// Renders again after each change, on a thread of its own.
fn follow(
    args: PreviewArgs,
    mut terminal: Terminal,
    sender: watch::Sender<Arc<Shown>>,
) -> Result<(), Failure> {
    let run = move || {
        loop {
            let log = read_log::take();
            wait_for_change(&log);
            terminal.begin_round();
            let rendered = render(&args, &terminal);
            sender.send_modify(|shown| {
                let number = shown.number + 1;
                *shown = Arc::new(match rendered {
                    Ok((report, nodes)) => Shown { number, report, nodes, problem: None },
                    Err(failure) => Shown {
                        number,
                        report: Arc::clone(&shown.report),
                        nodes: Arc::clone(&shown.nodes),
                        problem: Some(masked(&failure.message)),
                    },
                });
            });
        }
    };
    std::thread::Builder::new()
        .name("preview".to_owned())
        .spawn(run)
        .map(drop)
        .map_err(|error| Failure::new(format!("cannot start a thread: {error}")))
}

/// The report's page, and where the nodes are written.
fn render(args: &PreviewArgs, terminal: &Terminal) -> Result<(Arc<str>, Arc<str>), Failure> {
    let purpose = if args.live.as_is { Purpose::CheckAsIs } else { Purpose::Check };
    let input = sources::find_one(&args.file, &args.compile, terminal)?;
    let jobs = compile_all(&input.into(), &args.compile, purpose)?;
    let job = jobs.into_iter().next().ok_or_else(|| Failure::new("there is no flow"))??;
    let options = report::options(&job);
    let page = html::page(&Report::of(&job.compiled, &options), &job.compiled, &options);
    Ok((page.into(), node_sources(&job).into()))
}

/// The place of each node and the lines there, by the id of its element in the picture.
fn node_sources(job: &CompileJob) -> String {
    let compiled = &*job.compiled;
    let Ok(picture) = Picture::new(compiled, &[], masked) else { return "{}".to_owned() };
    let nodes: BTreeMap<String, NodeSource> = compiled
        .flow
        .nodes
        .iter()
        .map(|(number, node)| {
            let source = compiled.sources.get(node.name_span.file);
            let line = compiled.sources.position(node.name_span).line;
            let lines = source.text().lines().skip(line.saturating_sub(1)).take(SOURCE_LINES);
            let shown = NodeSource {
                id: masked(&node.id),
                file: masked(source.name()),
                line,
                source: lines.map(masked).collect(),
            };
            (picture.element_id(number), shown)
        })
        .collect();
    serde_json::to_string(&nodes).unwrap_or_default()
}

/// No secret of this process belongs in a page.
fn masked(text: &str) -> String {
    secrets::mask().text(text).into_owned()
}
