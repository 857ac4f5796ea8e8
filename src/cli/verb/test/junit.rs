//! The results of tests as a JUnit XML document for pipelines, with a suite for each source.
//!
//! There is no standard; the fields are those that the `testmoapp/junitxml` collection of
//! conventions names.

use std::io;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Suite, Tested};
use crate::cli::Failure;
use crate::cli::compilation::report::findings;
use crate::cli::console::secrets;
use crate::diagnostics::render::short;
use crate::diagnostics::{Diagnostic, Severity, list_of};
use crate::simulate::{Coverage, Ran};
use crate::source::{ColumnUnit, Sources};

type Xml = Writer<Vec<u8>>;

/// How many errors of a source that does not compile are included.
const MAX_ERRORS: usize = 100;

/// The document.
pub fn document(suites: &[Suite<'_>]) -> Result<String, Failure> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    write(&mut xml, suites).map_err(|error| Failure::new(format!("cannot write the results: {error}")))?;
    let mut text = String::from_utf8_lossy(&xml.into_inner()).into_owned();
    text.push('\n');
    Ok(secrets::mask().text(&text).into_owned())
}

fn write(xml: &mut Xml, suites: &[Suite<'_>]) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let cases: Vec<Vec<Case<'_>>> = suites.iter().map(Suite::cases).collect();
    let all: Vec<&Case<'_>> = cases.iter().flatten().collect();
    let [tests, failures, errors] = counts(&all);
    let time: Duration = suites.iter().zip(&cases).map(|(suite, cases)| suite.time(cases)).sum();
    xml.create_element("testsuites")
        .with_attribute(("name", "cxflowc"))
        .with_attribute(("tests", &*tests))
        .with_attribute(("failures", &*failures))
        .with_attribute(("errors", &*errors))
        .with_attribute(("time", &*seconds(time)))
        .write_inner_content(|xml| {
            suites.iter().zip(&cases).try_for_each(|(own, cases)| suite(xml, own, cases))
        })?;
    Ok(())
}

impl Suite<'_> {
    fn name(&self) -> &str {
        match self {
            Self::Tested(tested) => &tested.name,
            Self::Unread { name, .. } => name,
        }
    }

    fn cases(&self) -> Vec<Case<'_>> {
        match self {
            Self::Tested(tested) => cases(tested),
            Self::Unread { failure, .. } => {
                let message = failure.message.clone();
                let text = failure.help.iter().map(|help| format!("help: {help}\n")).collect();
                vec![Case::new("is read", TestResult::Error { type_: "unreadable", message, text })]
            }
        }
    }

    /// The time of compiling and of the tests.
    fn time(&self, cases: &[Case<'_>]) -> Duration {
        let compiling = match self {
            // If it has errors, the time of compiling counts for its single case.
            Self::Tested(tested) if tested.run.is_some() || tested.is_library() => tested.job.took,
            _ => Duration::ZERO,
        };
        compiling + cases.iter().map(|case| case.time).sum::<Duration>()
    }
}

/// Seconds in a format that every reader accepts.
fn seconds(time: Duration) -> String {
    format!("{:.6}", time.as_secs_f64())
}

/// A test case.
struct Case<'a> {
    name: String,
    /// The file and line of its declaration.
    place: Option<(&'a str, String)>,
    time: Duration,
    verdict: TestResult,
}

impl Case<'_> {
    /// A case that is not a test of the flow.
    fn new(name: impl Into<String>, verdict: TestResult) -> Self {
        Self { name: name.into(), place: None, time: Duration::ZERO, verdict }
    }
}

enum TestResult {
    Passed,
    Failed { type_: String, message: String, text: String },
    Error { type_: &'static str, message: String, text: String },
}

fn counts(cases: &[&Case<'_>]) -> [String; 3] {
    let count =
        |has: fn(&TestResult) -> bool| cases.iter().filter(|case| has(&case.verdict)).count().to_string();
    [
        cases.len().to_string(),
        count(|verdict| matches!(verdict, TestResult::Failed { .. })),
        count(|verdict| matches!(verdict, TestResult::Error { .. })),
    ]
}

fn cases<'a>(tested: &'a Tested<'_>) -> Vec<Case<'a>> {
    let sources = &tested.job.compiled.sources;
    let Some(run) = &tested.run else {
        let errors =
            tested.job.compiled.diagnostics.iter().filter(|finding| finding.severity == Severity::Error);
        let text = errors.take(MAX_ERRORS).map(|finding| finding_text(sources, finding)).collect();
        let message = findings(&tested.job.compiled).unwrap_or_default();
        let verdict = TestResult::Error { type_: "errors", message, text };
        let error = Case { time: tested.job.took, ..Case::new("compiles", verdict) };
        return if tested.is_library() { Vec::new() } else { vec![error] };
    };
    let times = tested.took.iter().copied().chain(std::iter::repeat(Duration::ZERO));
    let mut cases: Vec<Case<'_>> =
        run.tests.iter().zip(times).map(|(ran, time)| case(sources, ran, time)).collect();
    if let Some(min) = tested.min_coverage {
        let below = tested.insufficient_coverage();
        let verdict = if below.is_empty() {
            TestResult::Passed
        } else {
            let message = format!("less than {min}% of the {} are covered", list_of(&below, "and"));
            TestResult::Failed { type_: "coverage".into(), message, text: super::text::result(tested) }
        };
        cases.push(Case::new(format!("coverage of {min}%"), verdict));
    }
    cases
}

fn case<'a>(sources: &'a Sources, ran: &Ran<'_>, time: Duration) -> Case<'a> {
    let file = sources.get(ran.test.span.file).name();
    let line = sources.position(ran.test.span).line.to_string();
    let verdict = match &ran.finding {
        None => TestResult::Passed,
        Some(finding) => TestResult::Failed {
            type_: finding.code.to_string(),
            message: finding.message.clone(),
            text: finding_text(sources, finding),
        },
    };
    Case { name: ran.test.name.to_string(), place: Some((file, line)), time, verdict }
}

fn finding_text(sources: &Sources, finding: &Diagnostic) -> String {
    let masked = secrets::mask().over(sources);
    let (sources, finding) = (masked.sources(sources), &*masked.finding(finding));
    let help = finding.help.iter().map(|help| format!("  help: {help}\n"));
    let notes = finding.notes.iter().map(|note| format!("  note: {note}\n"));
    help.chain(notes).fold(short(sources, finding, ColumnUnit::default()), |text, more| text + &more)
}

fn suite(xml: &mut Xml, suite: &Suite<'_>, cases: &[Case<'_>]) -> io::Result<()> {
    let [tests, failures, errors] = counts(&cases.iter().collect::<Vec<_>>());
    let element = xml
        .create_element("testsuite")
        .with_attribute(("name", &*plain(suite.name())))
        .with_attribute(("tests", &*tests))
        .with_attribute(("failures", &*failures))
        .with_attribute(("errors", &*errors))
        .with_attribute(("time", &*seconds(suite.time(cases))));
    let tested = match suite {
        Suite::Tested(tested) => Some(tested),
        Suite::Unread { .. } => None,
    };
    let flow = tested.and_then(|tested| tested.job.compiled.flow.name.as_ref()?.value.as_deref());
    let flow = plain(flow.unwrap_or(suite.name()));
    element.write_inner_content(|xml| {
        if let Some(run) = tested.and_then(|tested| tested.run.as_ref()) {
            properties(xml, &run.coverage)?;
        }
        cases.iter().try_for_each(|case| testcase(xml, case, &flow))
    })?;
    Ok(())
}

fn properties(xml: &mut Xml, Coverage { nodes, transitions }: &Coverage) -> io::Result<()> {
    let values = [("coverage.nodes", nodes.percent()), ("coverage.transitions", transitions.percent())];
    xml.create_element("properties").write_inner_content(|xml| {
        for (name, value) in values {
            xml.create_element("property")
                .with_attribute(("name", name))
                .with_attribute(("value", &*value.to_string()))
                .write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn testcase(xml: &mut Xml, case: &Case<'_>, flow: &str) -> io::Result<()> {
    let mut element = xml
        .create_element("testcase")
        .with_attribute(("name", &*plain(&case.name)))
        .with_attribute(("classname", flow))
        .with_attribute(("time", &*seconds(case.time)));
    if let Some((file, line)) = &case.place {
        element = element.with_attribute(("file", &*plain(file))).with_attribute(("line", &**line));
    }
    let (name, type_, message, text) = match &case.verdict {
        TestResult::Passed => return element.write_empty().map(|_| ()),
        TestResult::Failed { type_, message, text } => ("failure", type_.as_str(), message, text),
        TestResult::Error { type_, message, text } => ("error", *type_, message, text),
    };
    element.write_inner_content(|xml| {
        xml.create_element(name)
            .with_attribute(("type", type_))
            .with_attribute(("message", &*plain(message)))
            .write_text_content(BytesText::new(&plain(text)))?;
        Ok(())
    })?;
    Ok(())
}

/// Escapes control characters, as in `\u{1b}`: XML 1.0 cannot contain most of them in any form (section 2.2),
/// and dropping them could make two names equal.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let is_allowed =
            matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
        if is_allowed { out.push(c) } else { out.extend(c.escape_unicode()) }
    }
    out
}
