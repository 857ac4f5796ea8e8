//! `cxflowc emulate`

use std::io::ErrorKind;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::bundled;
use crate::cli::args::EmulateArgs;
use crate::cli::compilation::compile::{Purpose, compile_text};
use crate::cli::config;
use crate::cli::console::terminal::Terminal;
use crate::cli::process::threads;
use crate::cli::source_files::input::{Allowed, Input};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::emulator::{
    DeclaredType, Emulator, EmulatorOptions, StudioAction, StudioOptions, TypedField, ValueType,
};
use crate::flow::{DeclaredField, DeclaredKind, ScalarType};

/// How many connections it must be able to serve at once.
const CONNECTIONS: usize = 8;

pub fn run(args: &EmulateArgs, terminal: &mut Terminal) -> VerbResult {
    let defaults = EmulatorOptions::default();
    let options = EmulatorOptions {
        port: args.port,
        faults: args.fault.clone().unwrap_or(defaults.faults),
        latency: args.latency.clone().unwrap_or(defaults.latency),
        job_time: args.job_time,
        token_life: args.token_life,
        deliver_anywhere: args.deliver_anywhere,
        seed: args.seed,
        types: declared_types(&args.library)?,
        studio: studio(args, defaults.studio, terminal)?,
        log: terminal.verbose.then(|| {
            let terminal = terminal.clone();
            Arc::new(move |line: &str| terminal.error(&format!("{line}\n"))) as _
        }),
        limits: defaults.limits,
    };
    threads::check_thread_and_file_limits(CONNECTIONS)?;
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(format!("cannot start the emulator: {error}")))?;
    runtime.block_on(serve(options, terminal))
}

/// The tenant that keeps scripts: it also has the actions to which the settings of this folder give library ids, so that
/// scripts with them can be tried.
fn studio(
    args: &EmulateArgs,
    mut options: StudioOptions,
    terminal: &Terminal,
) -> Result<StudioOptions, Failure> {
    let here = Input::Disk("-".into());
    let read = config::without_flow(&*here.files(&Allowed::default())?, &here, None)?;
    if read.diagnostics.has_errors() {
        terminal.warning(
            "the settings of this folder have errors, so that their `library_ids` are not known here",
        );
    }
    for (name, library_id) in read.settings.studio(None).library_ids {
        options.actions.retain(|action| action.name != name);
        options.actions.push(StudioAction {
            name,
            library_id,
            properties: None,
            branches: None,
            takes_cases: true,
            begins: false,
        });
    }
    options.locked.clone_from(&args.locked);
    Ok(options)
}

/// The types of nodes that some libraries declare.
fn declared_types(libraries: &[String]) -> Result<Vec<DeclaredType>, Failure> {
    let mut types = Vec::new();
    for library in libraries {
        let job = match bundled::find_library(library) {
            Some(bundled) => compile_text(&Input::Stdin, bundled.source(), Purpose::Check)?,
            None => {
                let input = Input::Disk(library.into());
                let source = input.read(&*input.files(&Allowed::default())?)?;
                compile_text(&input, source, Purpose::Check)?
            }
        };
        let flow = &job.compiled.flow;
        if job.compiled.diagnostics.has_errors() {
            return Err(Failure::new(format!("--library {library}: the file has errors"))
                .help(format!("`cxflowc check {library}` says which")));
        }
        if flow.kinds.is_empty() {
            return Err(Failure::new(format!("--library {library}: the file declares no kind"))
                .help("name a file with kinds, or a bundled library such as `cxone`"));
        }
        types.extend(flow.kinds.rows().iter().filter_map(declared_type));
    }
    Ok(types)
}

fn declared_type(kind: &DeclaredKind) -> Option<DeclaredType> {
    let field = |field: &DeclaredField| {
        let type_ = field.type_.as_ref()?;
        let value = match &type_.scalar {
            ScalarType::Text | ScalarType::Queue => ValueType::Text,
            ScalarType::Url => ValueType::Url,
            ScalarType::Phone => ValueType::Phone,
            ScalarType::Language => ValueType::Language,
            ScalarType::Integer | ScalarType::Duration => ValueType::Integer,
            ScalarType::Bool => ValueType::Bool,
            ScalarType::Choice(texts) => ValueType::OneOf(texts.iter().map(|text| (**text).into()).collect()),
        };
        let (name, is_list) = (field.name.to_string(), type_.is_list);
        Some(TypedField { name, value, is_list, is_optional: !field.is_required })
    };
    let fields = kind.fields.iter().filter_map(field).collect();
    let outcomes = kind.outcomes.iter().map(|(outcome, _)| outcome.to_string()).collect();
    Some(DeclaredType { name: kind.type_.as_deref()?.to_owned(), fields, outcomes })
}

async fn serve(options: EmulatorOptions, terminal: &Terminal) -> VerbResult {
    let port = options.port;
    // Listens before printing anything, since whoever reads the output may end this process right away.
    let mut signals =
        Signals::new().map_err(|error| Failure::new(format!("cannot listen for Ctrl-C: {error}")))?;
    let emulator = Emulator::start(options).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::new(format!("port {port} is taken"))
            .help("choose another port with --port, or leave --port out to use any free one"),
        ErrorKind::PermissionDenied => Failure::new(format!("port {port} is reserved for the administrator"))
            .help("choose one from 1024 on, or leave --port out to use any free one"),
        _ => Failure::new(format!("cannot start the emulator: {error}")),
    })?;
    // The secret is generated for this run and is only valid for this emulator.
    terminal.secret(&format!(
        "export CXONE_BASE_URL={}\nexport CXONE_CLIENT_ID={id}\nexport CXONE_CLIENT_SECRET={secret}\n\
         export CXONE_ACCESS_KEY_ID={id}\nexport CXONE_ACCESS_KEY_SECRET={secret}\n",
        emulator.base_url(),
        id = emulator.client_id(),
        secret = emulator.client_secret().expose_secret(),
    ));
    // Without these lines nobody can connect; the command ends with the reason.
    if terminal.lost_result().is_some() {
        return Ok(ExitStatus::Done);
    }
    terminal.closing(&format!("the emulator listens on {}; Ctrl-C ends it", emulator.base_url()));
    let status = signals.next().await;
    tokio::select! {
        () = emulator.stop() => {}
        // A second request ends it without waiting.
        _ = signals.next() => {}
    }
    Ok(status)
}

/// The signals that ask the process to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> ExitStatus {
        tokio::select! {
            _ = self.interrupt.recv() => ExitStatus::Interrupted,
            _ = self.terminate.recv() => ExitStatus::Done,
        }
    }
}

/// The signals that ask the process to end.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) -> ExitStatus {
        self.0.recv().await;
        ExitStatus::Interrupted
    }
}
