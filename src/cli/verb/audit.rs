//! `cxflowc audit verify`

use serde::Serialize;

use crate::audit::{AuditError, Hash, LogFault, LogReport, Repair, verify_open};
use crate::cli::args::{AuditVerifyArgs, ResultFormat};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::audit_head;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::files::disk::open_named;
use crate::cli::files::outputs::{is_no_lock, may_be_lock};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::resolve::ReadRefusal;

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        Self { message: error.to_string(), help: error.help(), file: None }
    }
}

pub fn verify(args: &AuditVerifyArgs, terminal: &mut Terminal) -> VerbResult {
    const USAGE: &str = "write the log first: `cxflowc audit verify LOG --lock LOCK`";
    is_no_lock(&args.path).map_err(|failure| failure.help(USAGE))?;
    if let Some(lock) = &args.lock {
        may_be_lock(lock)
            .map_err(|failure| if failure.help.is_none() { failure.help(USAGE) } else { failure })?;
    }
    let head = match &args.lock {
        Some(lock) => Some(lock_head(&FlowLock::at(lock), args)?),
        None => args.head,
    };
    let verdict =
        open_named(&args.path).and_then(|log| verify_open(log, head)).map_err(|error| unread(args, error))?;
    let file = args.path.display().to_string();
    match args.format {
        ResultFormat::Json => terminal.result(&json(&file, &verdict)?),
        ResultFormat::Text if verdict.holds() => terminal.result(&text(&file, &verdict)),
        ResultFormat::Text => {}
    }
    if let Some(problem) = verdict.problem {
        let line = problem.line.map(|line| format!(" line {line} does not hold:")).unwrap_or_default();
        terminal.failure(&format!("{file}:{line} {}", problem.why), Some(&help(problem.why, &verdict)));
        return Ok(ExitStatus::Wanting);
    }
    Ok(ExitStatus::Done)
}

/// The failure for a log that cannot be read.
fn unread(args: &AuditVerifyArgs, error: std::io::Error) -> Failure {
    let is_pipe =
        matches!(ReadRefusal::of(&error), Some(ReadRefusal::NotRegular(kind)) if kind.contains("pipe"));
    let failure = Failure::from(AuditError::Read { path: args.path.clone(), error });
    match is_pipe {
        true => failure
            .help(format!("pass it as standard input: write `/dev/stdin < {}` instead", args.path.display())),
        false => failure,
    }
}

/// The head that a lock records for the log.
fn lock_head(lock: &FlowLock, args: &AuditVerifyArgs) -> Result<Hash, Failure> {
    let name = lock.path().display();
    if !lock.exists() {
        return Err(Failure::new(format!("cannot read {name}: there is no such file")));
    }
    audit_head::recorded_head(&lock.read()?, lock, &args.path)?.ok_or_else(|| {
        Failure::new(format!("{name} has no head of {}", args.path.display()))
            .help("name the lock of the environment that the log belongs to, such as cxflow.prod.lock")
    })
}

/// `audit/prod.jsonl: 12 lines hold, head 3f…`, followed by remarks.
fn text(file: &str, verdict: &LogReport) -> String {
    let mut text = match verdict.lines {
        0 => format!("{file}: the log is empty, so nothing is verified\n"),
        lines => format!("{file}: {}, head {}\n", holding(lines), verdict.head),
    };
    match verdict.after_head {
        None => {}
        Some(0) => text.push_str("  the head asked for is that of the last line\n"),
        Some(1) => text.push_str("  1 line came after the head asked for\n"),
        Some(after) => text.push_str(&format!("  {after} lines came after the head asked for\n")),
    }
    for Repair { line, tear } in &verdict.repairs {
        text.push_str(&format!("  line {line} reports {tear}\n"));
    }
    if verdict.repairs_left_out > 0 {
        text.push_str(&format!("  and {} more of these\n", verdict.repairs_left_out));
    }
    text
}

fn holding(lines: u64) -> String {
    if lines == 1 { "1 line holds".to_owned() } else { format!("{lines} lines hold") }
}

fn help(why: LogFault, verdict: &LogReport) -> String {
    match why {
        LogFault::Torn { .. } => "the next append repairs it, and keeps the torn bytes".to_owned(),
        LogFault::LacksNewline => "the next append adds it, and says so".to_owned(),
        LogFault::HeadNotFound if verdict.lines == 0 => "the log is empty".to_owned(),
        LogFault::HeadNotFound => format!("{}, head {}", holding(verdict.lines), verdict.head),
        LogFault::ConvertedEnds => crate::audit::CONVERTED_ENDS.to_owned(),
        _ if verdict.lines == 0 => "nothing in it is verified".to_owned(),
        _ => format!("above it {}, the last with the head {}", holding(verdict.lines), verdict.head),
    }
}

#[derive(Serialize)]
struct JsonVerdict<'a> {
    file: &'a str,
    lines: u64,
    head: Hash,
    holds: bool,
    lines_after_head: Option<u64>,
    problem: Option<JsonProblem>,
    repairs: Vec<JsonRepair>,
    repairs_left_out: u64,
}

#[derive(Serialize)]
struct JsonProblem {
    line: Option<u64>,
    kind: &'static str,
    why: String,
}

#[derive(Serialize)]
struct JsonRepair {
    line: u64,
    torn_bytes: u64,
    torn_sha256: Hash,
}

fn json(file: &str, verdict: &LogReport) -> Result<String, Failure> {
    let to_json = |repair: &Repair| JsonRepair {
        line: repair.line,
        torn_bytes: repair.tear.bytes,
        torn_sha256: repair.tear.sha256,
    };
    let object = JsonVerdict {
        file,
        lines: verdict.lines,
        head: verdict.head,
        holds: verdict.holds(),
        lines_after_head: verdict.after_head,
        problem: verdict.problem.map(|problem| JsonProblem {
            line: problem.line,
            kind: problem.why.kind(),
            why: problem.why.to_string(),
        }),
        repairs: verdict.repairs.iter().map(to_json).collect(),
        repairs_left_out: verdict.repairs_left_out,
    };
    let text = serde_json::to_string(&object)
        .map_err(|error| Failure::new(format!("cannot print the verdict: {error}")))?;
    Ok(text + "\n")
}
