//! Shows progress: on a terminal a line for each file, elsewhere nothing.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::console::safe;
use crate::cli::console::terminal::Terminal;
use crate::cxone::{Progress, ProgressListener};

/// The progress lines of a run.
pub struct ProgressLines {
    all: MultiProgress,
    style: ProgressStyle,
    /// Whether waits are printed on lines of their own, with `-v`.
    verbose: bool,
    /// Whether only results and findings are printed.
    quiet: bool,
    /// The width of the longest name.
    width: usize,
}

/// The progress line of one file.
pub struct ProgressLine {
    all: MultiProgress,
    bar: ProgressBar,
    name: String,
    verbose: bool,
    quiet: bool,
}

/// The number of steps that a bar shows: submitting, queued, processing, in place.
const STEPS: u64 = 4;

impl ProgressLines {
    pub fn new<'a>(terminal: &Terminal, names: impl Iterator<Item = &'a str>) -> Self {
        let shown = terminal.shows_progress();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{spinner} {prefix}  {bar:12}  {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner())
            .progress_chars("━╸─");
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0).min(40);
        Self {
            all: MultiProgress::with_draw_target(target),
            style,
            verbose: terminal.verbose,
            quiet: terminal.quiet,
            width,
        }
    }

    pub fn line(&self, name: &str) -> ProgressLine {
        let bar = self.all.add(ProgressBar::new(STEPS)).with_style(self.style.clone());
        let bar = bar
            .with_prefix(format!("{:width$}", safe::one_line(name), width = self.width))
            .with_message("submitting");
        bar.enable_steady_tick(Duration::from_millis(120));
        ProgressLine {
            all: self.all.clone(),
            bar,
            name: name.to_owned(),
            verbose: self.verbose,
            quiet: self.quiet,
        }
    }

    /// Prints something while the progress lines are hidden.
    pub fn print_above(&self, print: impl FnOnce()) {
        self.all.suspend(print);
    }

    pub fn clear(&self) {
        let _ = self.all.clear();
    }
}

impl ProgressLine {
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl ProgressListener for ProgressLine {
    fn on_progress(&self, progress: &Progress<'_>) {
        match progress {
            Progress::Requesting => {}
            Progress::JobStatus(job) => {
                let step = match job.status.to_ascii_lowercase().as_str() {
                    "queued" | "pending" => 2,
                    "completed" => STEPS,
                    _ => 3,
                };
                self.bar.set_position(step);
                self.bar.set_message(safe::one_line(&format!("{}, job {}", job.status, job.id)));
            }
            Progress::Note(text) => {
                if !self.quiet {
                    let line = safe::one_line(&format!("{}: {text}", self.name));
                    self.all.suspend(|| anstream::eprintln!("{line}"));
                }
            }
            Progress::Waiting { reason, time, .. } => {
                let time = format!("{:.1} s", time.as_secs_f64());
                self.bar.set_message(safe::one_line(&format!("the platform {reason}; next try in {time}")));
                if self.verbose {
                    let name = &self.name;
                    self.all.suspend(|| {
                        let line = format!("{name}: the platform {reason}; next try in {time}");
                        anstream::eprintln!("{}", safe::one_line(&line));
                    });
                }
            }
        }
    }
}
