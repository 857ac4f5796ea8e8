//! Progress of requests, with `-v`.

use crate::cli::console::terminal::Terminal;
use crate::cxone::{Progress, ProgressListener};

/// Prints progress with `-v`.
pub struct VerboseProgress<'a> {
    pub terminal: &'a Terminal,
}

impl ProgressListener for VerboseProgress<'_> {
    fn on_progress(&self, progress: &Progress<'_>) {
        if !self.terminal.verbose {
            return;
        }
        match progress {
            Progress::Requesting => {}
            Progress::Note(text) => self.terminal.closing(text),
            Progress::JobStatus(job) => self.terminal.error(&format!("{}: {}\n", job.id, job.status)),
            Progress::Waiting { reason, time, .. } => {
                self.terminal
                    .error(&format!("the platform {reason}; next try in {:.1} s\n", time.as_secs_f64()));
            }
        }
    }
}
