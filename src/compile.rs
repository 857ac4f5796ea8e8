//! The stages in order, and the severity of their findings in this run.

use std::sync::Arc;

use jiff::civil::Date;

use crate::check::{self, Platform};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Fix, Severity, look_alikes, show_given};
use crate::emit::Target;
use crate::emit::flows::Flows;
use crate::flow::Flow;
use crate::graph;
use crate::policy::{self, JudgedRule, LongestWaiver};
use crate::resolve::{self, BuildSettings, Files, Resolved, Use};
use crate::simulate::{TestRun, run_tests};
use crate::source::{FileId, Source, Sources};
use crate::speech::Voice;
use crate::syntax::ast::Ast;
use crate::threads;

/// How a flow is compiled.
///
/// ```
/// let mut options = cxflowc::Options::default();
/// options.deny_warnings = true;
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Options {
    /// What the build sets from outside.
    pub settings: BuildSettings,
    /// What the tenant's platform takes beyond its description.
    pub platform: Platform,
    /// Makes the errors of CX2xx–CX4xx warnings: what an import of a live flow may need.
    pub as_is: bool,
    /// Makes warnings errors.
    pub deny_warnings: bool,
    /// The day at which dates and waivers are judged; without one every rule and waiver is in force.
    pub as_of: Option<Date>,
    /// How long a waiver may last from that day before it is a warning.
    pub longest_waiver: LongestWaiver,
    /// How fast texts are spoken, and in which languages.
    pub voice: Voice,
    /// Warnings that are not wanted.
    pub allow: Vec<&'static Code>,
    /// What the flow is written as.
    #[doc(hidden)]
    pub target: Arc<dyn Target>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: BuildSettings::default(),
            platform: Platform::default(),
            as_is: false,
            deny_warnings: false,
            as_of: None,
            longest_waiver: LongestWaiver::default(),
            voice: Voice::default(),
            allow: Vec::new(),
            target: Arc::new(Flows),
        }
    }
}

/// A compiled flow, with everything that was found on the way.
///
/// ```
/// let text = "flow \"Hello\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\" }\n\
///             notice -> bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("hello.cxflow", text);
/// assert!(compiled.is_complete());
/// assert_eq!(compiled.sources.iter().count(), 2, "the file and the policy `baseline`");
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The files' texts, the root's first.
    pub sources: Sources,
    /// The files' trees, the root's first.
    pub trees: Vec<(FileId, Ast)>,
    /// The flow, with holes where something is wrong.
    pub flow: Flow,
    /// Where names are written and what they mean, in order, if the settings ask for it.
    pub uses: Vec<Use>,
    /// What became of each rule of the policies that apply.
    pub judged: Vec<JudgedRule>,
    /// The waivers of findings that had an effect, as indices into the flow's, in order.
    pub waived_findings: Vec<usize>,
    /// The day at which dates, waivers and attestations were judged, if there was one.
    pub as_of: Option<Date>,
    /// What the flow is written as.
    #[doc(hidden)]
    pub target: Arc<dyn Target>,
    /// What was found, in the order of the places.
    pub diagnostics: Diagnostics,
    /// The warnings that are not wanted, in the order of the places.
    pub silenced: Diagnostics,
}

impl Compiled {
    /// Whether there is something to emit: no errors, and a flow and not a library.
    pub fn is_complete(&self) -> bool {
        !self.diagnostics.has_errors() && self.flow.has_flow
    }

    /// Whether there are calls to follow: no errors, and a flow or a library with exits.
    pub(crate) fn has_calls(&self) -> bool {
        !self.diagnostics.has_errors() && self.flow.has_calls()
    }

    /// Runs the tests of a flow, or of a library with exits; `None` if it has errors or is neither.
    pub fn run_tests(&self) -> Option<TestRun<'_>> {
        self.has_calls().then(|| run_tests(&self.flow))
    }
}

/// Compiles one file that includes no others, with nothing set from outside.
///
/// ```
/// let compiled = cxflowc::compile("hello.cxflow", "flow \"Hello\"\nentry a\nplay a \"a.wav\"\n");
/// let codes: Vec<&str> = compiled.diagnostics.iter().map(|one| one.code.name).collect();
/// assert_eq!(codes, ["dead-end", "missing-disclosure", "bad-media-url"]);
/// ```
pub fn compile(name: &str, text: impl Into<Vec<u8>>) -> Compiled {
    compile_with(Source::new(name, name, text.into()), &NoFiles, &Options::default())
}

/// Compiles a file and what it includes.
///
/// ```
/// use std::path::Path;
/// use cxflowc::{Files, Options, Source, compile_with};
///
/// struct Two;
/// impl Files for Two {
///     fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
///         match path.to_str() {
///             Some("ends.cxflow") => Ok(b"disconnect goodbye\n".to_vec()),
///             _ => Err(std::io::ErrorKind::NotFound.into()),
///         }
///     }
/// }
///
/// let text = "flow \"Hello\"\ninclude \"ends.cxflow\"\nentry notice\n\
///             disclosure notice { say \"This is Lakeside.\" }\nnotice -> goodbye\n";
/// let root = Source::new("hello.cxflow", "hello.cxflow", text.into());
/// assert!(compile_with(root, &Two, &Options::default()).is_complete());
/// ```
pub fn compile_with(root: Source, files: &dyn Files, options: &Options) -> Compiled {
    let mut sources = Sources::default();
    sources.add(root);
    compile_sources(sources, Diagnostics::default(), files, options)
}

/// Compiles the first of several sources and what it includes. The others are the settings that the
/// options were made of, and the diagnostics what was found in them.
pub fn compile_sources(
    mut sources: Sources,
    mut diagnostics: Diagnostics,
    files: &dyn Files,
    options: &Options,
) -> Compiled {
    let Resolved { mut flow, files: trees, uses } =
        resolve::resolve(&mut sources, files, &options.settings, &mut diagnostics);
    flow.detection = options.target.facts().detection;
    let most_copies = graph::most_copies(flow.nodes.len());
    graph::work_bounds_in(&mut flow, most_copies);
    let begins = options.target.begins(&flow);
    flow.assumed_reachable.extend(begins);
    flow.read_elsewhere = options.target.reads(&flow);
    let platform = Some(&options.platform).filter(|_| options.target.facts().has_platform_words);
    // Policies are about calls, and a part of one is judged in the flows that include it.
    let is_judged = !flow.is_library() && options.target.takes_calls(&flow);
    let mut check = || check::check(&sources, &trees, &flow, platform, options.as_of, &mut diagnostics);
    let judge = || if is_judged { policy::judge(&flow, options.as_of, options.voice) } else { Vec::new() };
    let (waived_findings, judged) = match flow.nodes.len() {
        0..threads::MANY_NODES => (check(), judge()),
        _ => threads::both(check, judge),
    };
    // What is missing from a broken flow is not for the target to say. A variable without a value
    // leaves every node as it is.
    let is_broken = |one: &Diagnostic| {
        one.severity == Severity::Error
            && !["CX209", "CX210"].contains(&one.code.id)
            && !(options.as_is && is_weighed_down(one))
    };
    if flow.has_flow && !diagnostics.iter().any(is_broken) {
        options.target.check(&flow, &mut diagnostics);
    }
    policy::report_short_lasts(&flow, options.voice, &mut diagnostics);
    policy::report(
        &sources,
        &flow,
        &judged,
        &waived_findings,
        options.as_of,
        options.longest_waiver,
        &mut diagnostics,
    );
    // Without errors nothing else would say that rules were not looked at.
    let is_let_pass = options.as_is || !waived_findings.is_empty();
    if is_let_pass
        && diagnostics
            .iter()
            .all(|one| one.severity != Severity::Error || options.as_is && is_weighed_down(one))
    {
        policy::report_withheld(&flow, &judged, &mut diagnostics);
    }
    show_given(&mut diagnostics);
    // What is asked for from outside has no line of its own.
    let first_line = sources.first_line();
    diagnostics
        .iter_mut()
        .filter(|one| one.span.is_none() && is_weighed_down(one))
        .for_each(|one| one.span = first_line);
    let mut silenced = apply_severity_options(&mut diagnostics, options);
    let is_own = |fix: &Fix| !fix.edits.iter().any(|edit| sources.get(edit.span.file).is_bundled());
    diagnostics.iter_mut().for_each(|one| one.fixes.retain(is_own));
    diagnostics.iter_mut().for_each(|one| look_alikes::explain(one, &sources));
    diagnostics.sort();
    silenced.sort();
    Compiled {
        sources,
        trees,
        flow,
        uses,
        judged,
        waived_findings,
        as_of: options.as_of,
        target: Arc::clone(&options.target),
        diagnostics,
        silenced,
    }
}

/// Whether `--as-is` makes an error of this code a warning.
fn is_weighed_down(one: &Diagnostic) -> bool {
    matches!(one.code.area, Area::Branching | Area::Policy | Area::Lint)
}

/// Applies what this run says about severities; the warnings that are not wanted.
pub(crate) fn apply_severity_options(diagnostics: &mut Diagnostics, options: &Options) -> Diagnostics {
    let mut silenced = Diagnostics::default();
    // First, so that an error which is only warned of, as it is, stays in sight.
    diagnostics.retain(|one| {
        let is_wanted = one.severity != Severity::Warning || !options.allow.contains(&one.code);
        if !is_wanted {
            silenced.push(one.clone());
        }
        is_wanted
    });
    for one in diagnostics.iter_mut() {
        if options.as_is && is_weighed_down(one) {
            one.severity = one.severity.max(Severity::Warning);
        }
    }
    for one in diagnostics.iter_mut() {
        if options.deny_warnings && one.severity == Severity::Warning {
            one.severity = Severity::Error;
        }
    }
    silenced
}

pub(crate) struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &std::path::Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}
