//! The figures of a run, in their three forms.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use cxflowc::metrics::{Metrics, Stage};
use serde_json::{Value, json};

fn run() -> Metrics {
    let mut metrics = Metrics::default();
    metrics.build(true);
    metrics.build(true);
    metrics.build(false);
    metrics.record(Stage::Compile, Duration::from_micros(1_400));
    metrics.record(Stage::Compile, Duration::from_micros(1_400));
    metrics.record(Stage::Create, Duration::from_millis(20));
    metrics.record(Stage::Job, Duration::from_millis(1_900));
    metrics.record(Stage::Job, Duration::from_millis(150));
    metrics
}

#[test]
fn as_json() {
    let none = json!({"count": 0, "total_ms": 0, "max_ms": 0});
    assert_eq!(
        run().to_json(),
        json!({
            "total_builds": 3, "successful_validations": 2, "failed_validations": 1, "total_latency_ms": 2073,
            "stages": {
                "compile": {"count": 2, "total_ms": 3, "max_ms": 1},
                "simulate": none, "token": none,
                "create": {"count": 1, "total_ms": 20, "max_ms": 20},
                "job": {"count": 2, "total_ms": 2050, "max_ms": 1900},
                "webhook": none,
            }
        })
    );
}

#[test]
fn on_one_line() {
    assert_eq!(
        run().one_line(Duration::from_millis(2100)),
        "3 builds, 2 valid, 1 not, 2.1 s (compile 1 ms, create 20 ms, job 1.9 s)"
    );
    assert_eq!(Metrics::default().one_line(Duration::from_millis(2)), "2 ms");
    let mut one = Metrics::default();
    one.build(true);
    for (ms, readable) in [
        (0, "0 ms"),
        (999, "999 ms"),
        (1000, "1.0 s"),
        (1950, "2.0 s"),
        (59_949, "59.9 s"),
        (59_950, "1 min 0 s"),
        (185_400, "3 min 5 s"),
    ] {
        let mut metrics = one.clone();
        metrics.record(Stage::Job, Duration::from_millis(ms));
        let stages = if ms == 0 { String::new() } else { format!(" (job {readable})") };
        let line = metrics.one_line(Duration::from_millis(ms));
        assert_eq!(line, format!("1 build, 1 valid, {readable}{stages}"));
    }
}

#[test]
fn the_figures_of_parts_add_up() {
    let mut sum = run();
    sum.merge(&run());
    sum.merge(&Metrics::default());
    assert_eq!((sum.total_builds, sum.successful_validations, sum.failed_validations), (6, 4, 2));
    assert_eq!(sum.total_latency(), run().total_latency() * 2);
    let job = sum.latency(Stage::Job);
    assert_eq!((job.count, job.total.as_millis(), job.max.as_millis()), (4, 4100, 1900));
}

#[test]
fn a_sum_that_is_too_large_stays_at_the_maximum() {
    let mut metrics = Metrics::default();
    metrics.record(Stage::Job, Duration::MAX);
    metrics.record(Stage::Job, Duration::MAX);
    metrics.merge(&metrics.clone());
    assert_eq!(metrics.to_json()["total_latency_ms"], json!(u64::MAX));
    parse(&metrics.to_prometheus());
    metrics.one_line(Duration::MAX);
}

#[test]
fn the_path_chooses_the_form() {
    for path in ["metrics.prom", "a/b/METRICS.PROM"] {
        assert_eq!(run().render(Path::new(path)), run().to_prometheus());
    }
    for path in ["metrics.json", "metrics", "metrics.prom.txt"] {
        let text = run().render(Path::new(path));
        assert!(text.ends_with("}\n") && text.starts_with("{\n  \"total_builds\": 3,\n"), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), run().to_json());
    }
}

#[test]
fn as_prometheus_has_it() {
    let families = parse(&run().to_prometheus());
    let gauge = |name: &str| match &families[name] {
        (kind, samples) if kind == "gauge" && samples.len() == 1 => {
            samples[&(name.to_owned(), String::new())]
        }
        other => panic!("{name}: {other:?}"),
    };
    assert_eq!(gauge("cxflowc_total_builds"), 3.0);
    assert_eq!(gauge("cxflowc_successful_validations"), 2.0);
    assert_eq!(gauge("cxflowc_failed_validations"), 1.0);
    assert_eq!(gauge("cxflowc_total_latency_seconds"), 2.073);
    let (kind, stages) = &families["cxflowc_stage_latency_seconds"];
    assert_eq!((kind.as_str(), stages.len()), ("summary", 12));
    let stage = |name: &str, stage: &str| {
        stages[&(format!("cxflowc_stage_latency_seconds_{name}"), stage.to_owned())]
    };
    assert_eq!((stage("sum", "job"), stage("count", "job")), (2.05, 2.0));
    assert_eq!((stage("sum", "webhook"), stage("count", "webhook")), (0.0, 0.0));
    let (kind, longest) = &families["cxflowc_stage_latency_max_seconds"];
    assert_eq!((kind.as_str(), longest.len()), ("gauge", 6));
    assert_eq!(longest[&("cxflowc_stage_latency_max_seconds".to_owned(), "create".to_owned())], 0.02);
    assert_eq!(families.len(), 6);
}

type Family = (String, BTreeMap<(String, String), f64>);

/// Reads the text format, version 0.0.4, as strictly as its description allows: HELP, then TYPE, then the
/// family's samples together; every line ended; no sample twice; names and labels of its characters.
fn parse(text: &str) -> BTreeMap<String, Family> {
    let is_name = |name: &str| {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
    };
    assert!(text.ends_with('\n'), "the last line has to end");
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let (mut helped, mut open) = (BTreeSet::new(), String::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(is_name(name) && !help.is_empty() && !help.contains('\\'), "{line}");
            assert!(helped.insert(name.to_owned()), "{name} has two HELPs");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(["counter", "gauge", "histogram", "summary", "untyped"].contains(&kind), "{line}");
            assert!(helped.contains(name), "{name} has a TYPE before its HELP");
            let before = families.insert(name.to_owned(), (kind.to_owned(), BTreeMap::new()));
            assert!(before.is_none(), "{name} has two TYPEs");
            open = name.to_owned();
        } else {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, stage) = match series.split_once('{') {
                None => (series, ""),
                Some((name, labels)) => {
                    let value = labels.strip_prefix("stage=\"").and_then(|rest| rest.strip_suffix("\"}"));
                    (name, value.unwrap_or_else(|| panic!("{line}")))
                }
            };
            assert!(is_name(name) && !stage.contains(['"', '\\', '\n']), "{line}");
            let (kind, samples) = families.get_mut(&open).unwrap();
            let belongs = match kind.as_str() {
                "summary" => [format!("{open}_sum"), format!("{open}_count")].contains(&name.to_owned()),
                _ => name == open,
            };
            assert!(belongs, "{name} stands among the samples of {open}");
            let before = samples.insert((name.to_owned(), stage.to_owned()), value.parse().unwrap());
            assert!(before.is_none(), "{series} comes twice");
        }
    }
    families
}
