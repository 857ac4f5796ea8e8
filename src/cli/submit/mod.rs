//! `cxflowc submit`

mod adopt;
mod deliver;
mod outcome;
mod parcel;
mod places;
mod plan;
mod progress;
mod rehearsal;
mod rename;
mod shipments;
mod trail;
mod webhook;

use std::sync::{Arc, PoisonError};

use tokio::sync::OnceCell;
use tokio::task::JoinSet;

pub use deliver::now;
pub use outcome::{Whereabouts, complained, errors, pick_up};
pub use parcel::{Parcel, folder};
pub use trail::{Trail, context, plain};

use self::deliver::{Ending, Run, Shipment};
use self::plan::Choice;
use self::progress::Lines;
use self::rehearsal::Rehearsal;
use self::shipments::{Shipments, Side, Stopped};
use super::args::{CompileArgs, ResultFormat, SubmitArgs};
use super::compile::allowed;
use super::report::Reporter;
use super::runtime::{self, Stop};
use super::secrets;
use super::signals::{self, Ends};
use super::terminal::Terminal;
use super::{Failure, Outcome, Status, output};
use crate::cxone::Problem;
use crate::diagnostics::Severity;
use crate::source::Sources;

pub fn run(args: &SubmitArgs, terminal: &mut Terminal) -> Outcome {
    let terminal = &*terminal;
    signals::end(Ends::Saying("interrupted before anything was sent"));
    shipments::outputs(args, args.audit.as_deref()).check()?;
    // Standard output is the results'.
    let mut reporter = Reporter::new(&args.messages, terminal, true, true);
    let Shipments { shipments, side, trail } = match shipments::make(args, terminal, &mut reporter) {
        Ok(Ok(made)) => made,
        Ok(Err(Stopped { status, trail })) => return close(args, terminal, &trail, &mut reporter, status),
        Err(failure) => return reporter.conclude(Status::Done, vec![failure]),
    };
    let whereabouts =
        Whereabouts { environment: args.compile.env.as_deref(), account: &args.platform.account };
    let shipments: Vec<Arc<Shipment>> = shipments.into_iter().map(Arc::new).collect();
    let lines = Arc::new(Lines::new(terminal, shipments.iter().map(|shipment| &*shipment.parcel.name)));
    let mut told = Told {
        args,
        terminal,
        reporter,
        lines: &lines,
        whereabouts,
        status: Status::Done,
        several: shipments.len() > 1,
        barred: false,
        any_in_place: false,
    };
    let work = async |stop: Stop| {
        let (rehearsal, tenant, hook) = match side {
            Side::Platform { tenant, webhook } => (None, *tenant, webhook),
            Side::Emulator => {
                let rehearsal = Rehearsal::start(terminal, &lines).await?;
                let (tenant, webhook) = (rehearsal.tenant()?, rehearsal.webhook(args)?);
                (Some(rehearsal), tenant, webhook)
            }
        };
        let secrets: Vec<_> = hook.iter().map(|hook| hook.secret.clone()).chain(secrets::held()).collect();
        let client = match crate::cxone::Client::new(tenant, &secrets) {
            Ok(client) => client,
            Err(problem) => return Ok(Some(problem)),
        };
        let run = Arc::new(Run {
            client,
            signed_in: OnceCell::new(),
            choice: Choice {
                force: args.force,
                send_again: args.send_again,
                give_up_pending: args.give_up_pending,
            },
            timeout: args.time.timeout,
            trail: Arc::clone(&trail),
        });
        if let Some(flow_id) = &args.adopt {
            tokio::select! {
                biased;
                adopted = adopt::adopt(&run, &shipments, flow_id, &mut told) => adopted?,
                () = stop.asked(1) => told.interrupted(&shipments),
            }
            return Ok(None);
        }
        send(&run, &shipments, &mut told, args.parallel, &stop).await?;
        if stop.is_asked() {
            told.interrupted(&shipments);
        }
        // Where no flow is in place there is nothing to be told of.
        if let Some(hook) = hook.filter(|_| told.any_in_place && !stop.is_asked()) {
            webhook::register(&run, &shipments, &hook, &mut told, &stop).await?;
        }
        if let Some(rehearsal) = rehearsal {
            rehearsal.stop().await;
        }
        Ok::<_, Failure>(None)
    };
    let ended = runtime::drive(args.parallel, work)?;
    lines.clear();
    match ended {
        Ok(None) => {}
        Ok(Some(problem)) => {
            for shipment in &shipments {
                told.result(shipment, &Ending::Barred(problem.clone()));
            }
        }
        Err(failure) => {
            // What is on its way over there has to be known all the more.
            told.interrupted(&shipments);
            return close(args, terminal, &trail, &mut told.reporter, told.status).and(Err(failure));
        }
    }
    close(args, terminal, &trail, &mut told.reporter, told.status)
}

/// Hands everything over, a few at a time, and tells the results in the order given.
///
/// Where one fails because of this machine, no other is begun. Those under way come to their end first: what
/// was sent has to be noted.
async fn send(
    run: &Arc<Run>,
    shipments: &[Arc<Shipment>],
    told: &mut Told<'_>,
    parallel: usize,
    stop: &Stop,
) -> Result<(), Failure> {
    let mut tasks = JoinSet::new();
    let mut waiting = shipments.iter().enumerate();
    let mut endings: Vec<Option<Ending>> = shipments.iter().map(|_| None).collect();
    let mut next = 0;
    let mut failure = None;
    loop {
        while tasks.len() < parallel
            && failure.is_none()
            && !stop.is_asked()
            && let Some((index, shipment)) = waiting.next()
        {
            let line = told.lines.line(&shipment.parcel.name);
            let (run, shipment, stop) = (Arc::clone(run), Arc::clone(shipment), stop.clone());
            tasks.spawn(async move {
                // What is done between two waits is done to its end.
                let ending = tokio::select! {
                    biased;
                    ending = run.deliver(&shipment, &line) => ending,
                    () = shipment.reached.may_be_cut(&stop, &line) => {
                        run.note_interruption(&shipment).map(|()| Ending::Interrupted)
                    }
                };
                line.finish();
                (index, ending)
            });
        }
        let Some(done) = tasks.join_next().await else { return failure.map_or(Ok(()), Err) };
        let done = done.map_err(|error| Failure::new(format!("cannot go on: {error}")));
        match done.and_then(|(index, ending)| Ok((index, ending?))) {
            Ok((index, ending)) => {
                if let Some(place) = endings.get_mut(index) {
                    *place = Some(ending);
                }
            }
            Err(error) => failure = failure.or(Some(error)),
        }
        while let Some(Some(ending)) = endings.get(next) {
            if let Some(shipment) = shipments.get(next) {
                told.result(shipment, ending);
            }
            next += 1;
        }
    }
}

/// Tells results as they come.
struct Told<'a> {
    args: &'a SubmitArgs,
    terminal: &'a Terminal,
    reporter: Reporter<'a>,
    lines: &'a Lines,
    whereabouts: Whereabouts<'a>,
    status: Status,
    /// Whether there is more than one flow, so that each finding has to say which it is about.
    several: bool,
    /// Whether it was told that no flow gets as far as the platform.
    barred: bool,
    /// Whether any flow is in place.
    any_in_place: bool,
}

impl Told<'_> {
    fn result(&mut self, shipment: &Shipment, ending: &Ending) {
        let lines = self.lines;
        lines.aside(|| {
            *shipment.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.findings(shipment, ending);
            let line = match self.args.format {
                ResultFormat::Text => outcome::line(shipment, ending, self.whereabouts),
                ResultFormat::Json => outcome::json(shipment, ending).to_string(),
            };
            self.terminal.result(&format!("{line}\n"));
        });
    }

    fn findings(&mut self, shipment: &Shipment, ending: &Ending) {
        let none = Sources::default();
        let (sources, findings) = match ending {
            Ending::InPlace { .. } | Ending::Unchanged { .. } => {
                self.any_in_place = true;
                return;
            }
            Ending::Interrupted => {
                self.status = Status::Interrupted;
                return;
            }
            Ending::Adopted { .. } => return,
            Ending::Barred(_) if self.barred => return,
            Ending::Barred(problem) => {
                self.barred = true;
                (&none, vec![problem.finding()])
            }
            Ending::Failed(problem) => {
                let sources = shipment.parcel.job.as_ref().map_or(&none, |job| &job.compiled.sources);
                let mut findings = outcome::findings(shipment, problem, self.whereabouts);
                for finding in findings.iter_mut().filter(|one| self.several && one.span.is_none()) {
                    finding.message = format!("{}: {}", shipment.parcel.name, finding.message);
                }
                (sources, findings)
            }
        };
        self.status = self.status.max(Status::Platform);
        self.reporter.report_all(sources, &findings);
    }

    /// Tells a problem that leaves the flows in place, as much as warnings matter in this run.
    fn warning(&mut self, problem: &Problem) -> Result<(), Failure> {
        let CompileArgs { allow, deny, .. } = &self.args.compile;
        for name in allow {
            if allowed(name)? == problem.code {
                return Ok(());
            }
        }
        let mut finding = problem.finding();
        if !deny.is_empty() {
            finding = finding.severity(Severity::Error);
            self.status = self.status.max(Status::Platform);
        }
        let lines = self.lines;
        lines.aside(|| self.reporter.report_all(&Sources::default(), &[finding]));
        Ok(())
    }

    /// Tells that something was cut.
    fn cut(&mut self, line: &str) {
        let lines = self.lines;
        lines.aside(|| self.terminal.warning(line));
        self.status = Status::Interrupted;
    }

    fn interrupted(&mut self, shipments: &[Arc<Shipment>]) {
        for shipment in shipments {
            if *shipment.told.lock().unwrap_or_else(PoisonError::into_inner) {
                continue;
            }
            self.result(shipment, &Ending::Interrupted);
        }
        self.status = Status::Interrupted;
    }
}

/// Figures, the audit log's head, and how it all ended.
fn close(
    args: &SubmitArgs,
    terminal: &Terminal,
    trail: &Trail,
    reporter: &mut Reporter<'_>,
    status: Status,
) -> Outcome {
    let reported = reporter.finish();
    trail.tell_tear(terminal);
    terminal.closing(&trail.with_metrics(|metrics| metrics.one_line(trail.age())));
    trail.tell_head(terminal);
    if let Some(path) = &args.metrics {
        let text = trail.with_metrics(|metrics| metrics.render(path));
        output::write_whole(path, |out| out.write_all(text.as_bytes()))?;
    }
    reported.map(|()| status)
}
