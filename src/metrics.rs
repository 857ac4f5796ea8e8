//! Figures of a run: how many flows, and where the time went.
//!
//! Callers measure the durations. Those of concurrent work add up to more than the run took.

use core::fmt::Write as _;
use core::time::Duration;
use std::path::Path;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// A part of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Compiling and checking a flow.
    Compile,
    /// Counting or walking its paths.
    Simulate,
    /// Getting a token.
    Token,
    /// Handing the payload over.
    Create,
    /// Following the platform's job.
    Job,
    /// Subscribing to events.
    Webhook,
}

impl Stage {
    /// All, in the order in which a submission goes through them.
    pub const ALL: [Self; 6] =
        [Self::Compile, Self::Simulate, Self::Token, Self::Create, Self::Job, Self::Webhook];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Compile => "compile",
            Self::Simulate => "simulate",
            Self::Token => "token",
            Self::Create => "create",
            Self::Job => "job",
            Self::Webhook => "webhook",
        }
    }
}

/// How often a stage ran, and how long that took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Latency {
    /// The number of runs.
    pub count: u64,
    /// The sum of their durations.
    pub total: Duration,
    /// The longest duration.
    pub max: Duration,
}

/// The figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metrics {
    /// Flows that were compiled.
    pub total_builds: u64,
    /// Of these, flows without errors.
    pub successful_validations: u64,
    /// Of these, flows with errors.
    pub failed_validations: u64,
    stages: [Latency; Stage::ALL.len()],
}

impl Metrics {
    /// Counts a flow that was compiled, and whether it is without errors.
    pub fn build(&mut self, is_valid: bool) {
        self.total_builds += 1;
        if is_valid {
            self.successful_validations += 1;
        } else {
            self.failed_validations += 1;
        }
    }

    /// Adds how long a stage took.
    pub fn record(&mut self, stage: Stage, took: Duration) {
        self.add(stage, Latency { count: 1, total: took, max: took });
    }

    /// Adds the figures of another run, or of another part of this one.
    pub fn merge(&mut self, other: &Self) {
        self.total_builds += other.total_builds;
        self.successful_validations += other.successful_validations;
        self.failed_validations += other.failed_validations;
        for stage in Stage::ALL {
            self.add(stage, other.latency(stage));
        }
    }

    fn add(&mut self, stage: Stage, other: Latency) {
        if let Some(own) = self.stages.get_mut(stage as usize) {
            own.count += other.count;
            own.total = own.total.saturating_add(other.total);
            own.max = own.max.max(other.max);
        }
    }

    /// How long a stage took.
    pub fn latency(&self, stage: Stage) -> Latency {
        self.stages.get(stage as usize).copied().unwrap_or_default()
    }

    /// How long all stages took together.
    pub fn total_latency(&self) -> Duration {
        self.stages.iter().fold(Duration::ZERO, |sum, stage| sum.saturating_add(stage.total))
    }

    /// An object with the figures, as [`Serialize`] writes it.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The figures in the Prometheus text format, version 0.0.4, as node_exporter's textfile collector
    /// reads it. They are those of one run, so they are gauges. Times are in seconds, the base unit that
    /// `promtool check metrics` asks for.
    pub fn to_prometheus(&self) -> String {
        let mut out = String::new();
        let counts = [
            ("total_builds", "Flows compiled in the run.", self.total_builds),
            ("successful_validations", "Flows without errors.", self.successful_validations),
            ("failed_validations", "Flows with errors.", self.failed_validations),
        ];
        for (name, help, count) in counts {
            head(&mut out, name, help, "gauge");
            sample(&mut out, name, None, count);
        }
        let name = "total_latency_seconds";
        head(&mut out, name, "Time of all stages together, in seconds.", "gauge");
        sample(&mut out, name, None, seconds(self.total_latency()));
        let name = "stage_latency_seconds";
        head(&mut out, name, "Time by stage, in seconds.", "summary");
        for stage in Stage::ALL {
            let latency = self.latency(stage);
            sample(&mut out, &format!("{name}_sum"), Some(stage), seconds(latency.total));
            sample(&mut out, &format!("{name}_count"), Some(stage), latency.count);
        }
        let name = "stage_latency_max_seconds";
        head(&mut out, name, "The longest time of a stage, in seconds.", "gauge");
        for stage in Stage::ALL {
            sample(&mut out, name, Some(stage), seconds(self.latency(stage).max));
        }
        out
    }

    /// The text of a file, in the format for its name: Prometheus for `.prom`, else JSON.
    pub fn render(&self, path: &Path) -> String {
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("prom")) {
            self.to_prometheus()
        } else {
            serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
        }
    }

    /// `3 builds, 3 valid, 2.1 s (compile 3 ms, create 20 ms, job 1.9 s)`: the run's time, and the
    /// longest time of each stage, since stages of several flows run at the same time.
    pub fn one_line(&self, took: Duration) -> String {
        let builds = if self.total_builds == 1 { "build" } else { "builds" };
        let mut parts = Vec::new();
        if self.total_builds > 0 {
            parts.push(format!("{} {builds}, {} valid", self.total_builds, self.successful_validations));
        }
        if self.failed_validations > 0 {
            parts.push(format!("{} not", self.failed_validations));
        }
        let stages: Vec<String> = Stage::ALL
            .into_iter()
            .map(|stage| (stage, self.latency(stage)))
            // Stages that took less than half a millisecond are left out.
            .filter(|(_, latency)| latency.max >= Duration::from_micros(500))
            .map(|(stage, latency)| format!("{} {}", stage.name(), readable(latency.max)))
            .collect();
        parts.push(readable(took));
        let line = parts.join(", ");
        if stages.is_empty() { line } else { format!("{line} ({})", stages.join(", ")) }
    }
}

/// Writes `total_builds`, `successful_validations`, `failed_validations`, `total_latency_ms` and
/// `stages`, which has `count`, `total_ms` and `max_ms` for each stage; times in whole milliseconds.
impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(5))?;
        object.serialize_entry("total_builds", &self.total_builds)?;
        object.serialize_entry("successful_validations", &self.successful_validations)?;
        object.serialize_entry("failed_validations", &self.failed_validations)?;
        object.serialize_entry("total_latency_ms", &millis(self.total_latency()))?;
        object.serialize_entry("stages", &Stages(self))?;
        object.end()
    }
}

struct Stages<'a>(&'a Metrics);

impl Serialize for Stages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Stage::ALL.into_iter().map(|stage| (stage.name(), self.0.latency(stage))))
    }
}

impl Serialize for Latency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(3))?;
        object.serialize_entry("count", &self.count)?;
        object.serialize_entry("total_ms", &millis(self.total))?;
        object.serialize_entry("max_ms", &millis(self.max))?;
        object.end()
    }
}

/// Whole milliseconds, rounded.
fn millis(time: Duration) -> u64 {
    let rounded = time.saturating_add(Duration::from_micros(500));
    u64::try_from(rounded.as_millis()).unwrap_or(u64::MAX)
}

/// Seconds to the millisecond, without zeros at the end: `2.05`.
fn seconds(time: Duration) -> f64 {
    millis(time) as f64 / 1000.0
}

/// `20 ms`, `2.1 s`, `3 min 5 s`.
fn readable(time: Duration) -> String {
    let ms = millis(time);
    let tenths = ms.saturating_add(50) / 100;
    match ms {
        0..1000 => format!("{ms} ms"),
        _ if tenths < 600 => format!("{}.{} s", tenths / 10, tenths % 10),
        _ => {
            let seconds = ms.saturating_add(500) / 1000;
            format!("{} min {} s", seconds / 60, seconds % 60)
        }
    }
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    let _ = write!(out, "# HELP cxflowc_{name} {help}\n# TYPE cxflowc_{name} {kind}\n");
}

fn sample(out: &mut String, name: &str, stage: Option<Stage>, value: impl core::fmt::Display) {
    let labels = stage.map(|stage| format!("{{stage=\"{}\"}}", stage.name())).unwrap_or_default();
    let _ = writeln!(out, "cxflowc_{name}{labels} {value}");
}
