//! The compiler's own rules. Each file has a rule's check, its messages and its page.

mod again;
mod beyond_platform;
mod bidi_control;
mod compared_values;
mod contact_fields;
mod cycle;
mod dead_end;
mod decide_arms;
mod decide_branches;
mod declared_outcomes;
mod digits_or_keys;
mod empty_text;
mod empty_value;
mod end_without_disposition;
mod fixes;
mod idle_in_tests;
mod idle_otherwise;
mod key_input;
mod key_not_offered;
mod known_before_used;
mod look_alike_names;
mod markup_in_text;
mod media_url;
mod misplaced_action;
mod misplaced_disposition;
mod missing_action;
mod missing_entry;
mod missing_flow;
mod misspelt_tag;
mod never_set_to;
mod overlapping_condition;
mod partial_outcomes;
mod prefix_keys;
mod repeats;
mod run;
mod scripts;
mod sentence_as_name;
mod set_twice;
mod silent_disclosure;
mod spoken_counts;
mod spoken_keys;
mod spoken_words;
mod stray_library;
mod tag_in_text;
mod transition_from_end;
mod unhandled_outcome;
mod unknown_outcome;
mod unreachable_node;
mod unused;
mod unused_exit;
mod unused_tag;
mod waived;
mod what_is_heard;

pub use waived::is_waivable;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Label, counted, list_of, quote};
use crate::flow::{Flow, NodeId};
use crate::graph;
use crate::source::{FileId, Sources, Span};
use crate::syntax::ast::{Ast, Declaration};
use crate::table::Table;

/// A rule.
pub struct Rule {
    /// The codes that only this rule reports.
    pub codes: &'static [&'static Code],
    /// Reports what breaks the rule.
    pub check: fn(&Context<'_>, &mut Diagnostics),
}

pub use beyond_platform::{heard_fields, input_fields, repeat_fields};
pub(crate) use bidi_control::BIDI_CONTROL;
/// Every rule, in the order in which they run.
pub static RULES: &[&Rule] = &[
    // What a flow has.
    &missing_flow::RULE,
    &missing_entry::RULE,
    // What a node has and does.
    &missing_action::RULE,
    &misplaced_action::RULE,
    &scripts::RULE,
    &set_twice::RULE,
    &what_is_heard::RULE,
    &misplaced_disposition::RULE,
    &key_input::RULE,
    &media_url::RULE,
    &markup_in_text::RULE,
    &empty_text::RULE,
    &empty_value::RULE,
    &sentence_as_name::RULE,
    &silent_disclosure::RULE,
    &contact_fields::RULE,
    // Where a node's branches go.
    &unknown_outcome::RULE,
    &dead_end::RULE,
    &decide_branches::RULE,
    &compared_values::RULE,
    &never_set_to::RULE,
    &decide_arms::RULE,
    &overlapping_condition::RULE,
    &digits_or_keys::RULE,
    &prefix_keys::RULE,
    &repeats::RULE,
    &unhandled_outcome::RULE,
    &declared_outcomes::RULE,
    &transition_from_end::RULE,
    &partial_outcomes::RULE,
    &idle_otherwise::RULE,
    &key_not_offered::RULE,
    // What the paths do.
    &cycle::RULE,
    &again::RULE,
    &unreachable_node::RULE,
    &unused_exit::RULE,
    &known_before_used::RULE,
    &idle_in_tests::RULE,
    &end_without_disposition::RULE,
    // What else the text contains.
    &unused::RULE,
    &misspelt_tag::RULE,
    &unused_tag::RULE,
    &tag_in_text::RULE,
    &stray_library::RULE,
    &bidi_control::RULE,
    &look_alike_names::RULE,
    &beyond_platform::RULE,
    // What is waived: after the rules whose findings are.
    &waived::RULE,
];

/// The input of every rule.
pub struct Context<'a> {
    /// The files' texts.
    pub sources: &'a Sources,
    /// The files' trees, the root's first.
    pub files: &'a [(FileId, Ast)],
    /// The flow.
    pub flow: &'a Flow,
    /// What this platform knows beyond its description. `None` if the flow goes elsewhere.
    pub platform: Option<&'a Platform>,
    /// Which nodes a call can reach, including those that a misspelt name may have meant.
    pub reachable: Table<NodeId, bool>,
    /// What fixes need to know about the whole flow.
    facts: fixes::FixFacts,
    /// The findings that are waived.
    waived: waived::WaivedFindings<'a>,
    /// The entry, if it is usable and all lines parse, so that rules about the whole graph can decide.
    pub entry: Option<NodeId>,
}

impl Context<'_> {
    /// Whether a waiver excuses a finding about a node.
    fn is_waived(&self, code: &Code, node: NodeId) -> bool {
        self.waived.covers(code, node)
    }
}

/// What a tenant's platform takes beyond its description: `[platform]` in `cxflow.toml`.
///
/// ```
/// let mut options = cxflowc::Options::default();
/// options.platform.directives.push("record".into());
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Platform {
    /// Node types.
    pub types: Vec<String>,
    /// Directives.
    pub directives: Vec<String>,
    /// Conditions, as the payload spells each alternative.
    pub conditions: Vec<String>,
    /// Fields of an action.
    pub fields: Vec<String>,
}

/// Runs every rule. `on` is the day on which waivers are judged; without it all of them are in force. Returns the
/// waivers of findings that had an effect, as indices into the flow's.
pub fn check(
    sources: &Sources,
    files: &[(FileId, Ast)],
    flow: &Flow,
    platform: Option<&Platform>,
    on: Option<Date>,
    diagnostics: &mut Diagnostics,
) -> Vec<usize> {
    let entry = flow.entry.filter(|_| flow.complete);
    let reachable =
        graph::reachable(flow, flow.entry.into_iter().chain(flow.assumed_reachable.iter().copied()));
    let waived = waived::WaivedFindings::of(flow, on);
    let facts = Default::default();
    let context = Context { sources, files, flow, platform, reachable, facts, waived, entry };
    run::run(&context, diagnostics);
    drop_repeated(flow, diagnostics);
    diagnostics.sort();
    join_uses(sources, diagnostics);
    if !flow.complete {
        note_withheld_checks(files, diagnostics);
    }
    context.waived.used()
}

/// Joins the findings that several instances of a file share. One that is in every instance says so.
fn drop_repeated(flow: &Flow, diagnostics: &mut Diagnostics) {
    let mut counts: FxHashMap<(&str, Span), usize> = FxHashMap::default();
    let key = |finding: &Diagnostic| finding.span.map(|span| (finding.code.id, span));
    diagnostics.join_alike(key, |first, other, count| {
        if let Some(span) = first.span {
            counts.insert((first.code.id, span), count);
        }
        // In each instance, another param may be the cause.
        for given in other.given {
            if !first.given.contains(&given) {
                first.given.push(given);
            }
        }
    });
    for finding in diagnostics.iter_mut() {
        let Some(span) = finding.span else { continue };
        let instances = flow.instances.get(&span.file).map(Vec::as_slice).unwrap_or_default();
        let count = counts.get(&(finding.code.id, span)).copied().unwrap_or_default();
        if instances.len() > 1 && count >= instances.len() {
            finding.notes.push(format!("the same in each instance of the file: {}", listed(instances)));
        }
    }
}

/// Joins the uses of an unknown name in a file into one finding at the first place, with the others as
/// labels and in its fix.
fn join_uses(sources: &Sources, diagnostics: &mut Diagnostics) {
    use crate::resolve::codes::{UNKNOWN_DISPOSITION, UNKNOWN_NAME, UNKNOWN_NODE, UNKNOWN_PLACEHOLDER};
    const SHOWN: usize = 5;
    const DECLARE: &str = "declare it, as in";
    let key = |finding: &Diagnostic| {
        let is_unknown = [&UNKNOWN_NODE, &UNKNOWN_NAME, &UNKNOWN_PLACEHOLDER, &UNKNOWN_DISPOSITION]
            .contains(&finding.code);
        let span = finding.span.filter(|_| is_unknown)?;
        let name = sources.text(span).trim_matches(['"', '`']);
        // What lacks its declaration lacks it wherever it is used.
        let help = finding.help.as_deref().map(|help| if help.starts_with(DECLARE) { DECLARE } else { help });
        Some((finding.code.id, span.file, name, help.map(str::to_owned)))
    };
    let mut more: FxHashMap<Span, usize> = FxHashMap::default();
    diagnostics.join_alike(key, |first, other, count| {
        let (Some(place), Some(own)) = (other.span, first.span) else { return };
        // A place that only one declaration fits says which one.
        let is_precise = |help: &Option<String>| {
            help.as_deref().is_some_and(|help| help.starts_with(DECLARE) && !help.contains(" or "))
        };
        if is_precise(&other.help) && !is_precise(&first.help) {
            first.help = other.help.clone();
        }
        if count <= SHOWN + 1 {
            first.labels.push(Label { span: place, text: "and here".to_owned() });
        } else {
            more.insert(own, count - SHOWN - 1);
        }
        for fix in other.fixes {
            let is_of_place = fix.edits.iter().all(|edit| edit.span == place);
            if let Some(same) = first.fixes.iter_mut().find(|first| is_of_place && first.title == fix.title) {
                same.edits.extend(fix.edits);
            }
        }
    });
    for finding in diagnostics.iter_mut() {
        if let Some(more) = finding.span.and_then(|span| more.get(&span)) {
            finding.notes.push(format!("and in {} in this file", counted(*more, "more place")));
        }
    }
}

/// The names of the first few instances, and how many more there are.
fn listed(instances: &[Box<str>]) -> String {
    const SHOWN: usize = 5;
    let names: Vec<String> = instances.iter().take(SHOWN).map(|name| quote(name)).collect();
    match instances.len().saturating_sub(SHOWN) {
        0 => list_of(&names, "and"),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Adds to the last finding that blocks them a note that reachability and policies are not checked yet, and
/// what they wait for.
fn note_withheld_checks(files: &[(FileId, Ast)], diagnostics: &mut Diagnostics) {
    use crate::resolve::codes::{CIRCULAR_DEFINITION, INCLUDE_NOT_FOUND};
    use crate::syntax::codes::{MERGE_CONFLICT, NOT_UTF8, SYNTAX, TOO_LARGE, UNTERMINATED_STRING};
    let is_of_line =
        |finding: &Diagnostic| [&SYNTAX, &UNTERMINATED_STRING, &MERGE_CONFLICT].contains(&finding.code);
    let is_of_file = |finding: &Diagnostic| [&NOT_UTF8, &INCLUDE_NOT_FOUND].contains(&finding.code);
    // A text that inserts itself blocks nothing.
    let is_include = |span: Span| {
        let mut items = files.iter().filter(|(file, _)| *file == span.file).flat_map(|(_, ast)| &ast.items);
        items.any(|item| matches!(item.declaration, Declaration::Include(_)) && item.span.contains(span))
    };
    let is_cycle =
        |finding: &Diagnostic| finding.code == &CIRCULAR_DEFINITION && finding.span.is_some_and(is_include);
    let is_large = |finding: &Diagnostic| finding.code == &TOO_LARGE;
    let until = [
        (diagnostics.iter().any(is_of_line), "every line can be read"),
        (diagnostics.iter().any(is_of_file), "every file can be read"),
        (diagnostics.iter().any(is_cycle), "no file includes itself"),
        (diagnostics.iter().any(is_large), "nothing is larger than it may be"),
    ];
    let until: Vec<String> = match until {
        [(true, _), (true, _), others @ ..] => {
            let others = others.iter().filter(|(is_so, _)| *is_so).map(|(_, what)| *what);
            std::iter::once("every line and every file can be read")
                .chain(others)
                .map(str::to_owned)
                .collect()
        }
        all => all.iter().filter(|(is_so, _)| *is_so).map(|(_, what)| (*what).to_owned()).collect(),
    };
    let is_cause = |finding: &&mut Diagnostic| {
        let finding: &Diagnostic = finding;
        is_of_line(finding) || is_of_file(finding) || is_cycle(finding) || is_large(finding)
    };
    if let Some(last) = diagnostics.iter_mut().filter(is_cause).max_by_key(|finding| finding.span) {
        last.notes.push(format!("reachability and policies are checked once {}", list_of(&until, "and")));
    }
}
