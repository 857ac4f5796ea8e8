//! Hover: a name's declaration and purpose, and for a node how a call gets there.

use std::path::PathBuf;

use gen_lsp_types::{Hover, HoverParams, MarkupContent, MarkupKind, TextDocumentPositionParams};

use super::analysis::Analysis;
use super::diagnostics::of_file;
use super::request_error::RequestError;
use super::session::Session;
use crate::diagnostics::{Code, counted, list_of, quote};
use crate::flow::decision::Attestation;
use crate::flow::policy::{Expected, Policy};
use crate::flow::{
    DeclaredField, DeclaredKind, FieldType, Flow, Kind, LibraryExit, Node, NodeId, NodeSet, Script,
    VariableId,
};
use crate::graph::{first_reached, ways_to};
use crate::policy::{self, JudgedRule, meanings};
use crate::resolve::{NameTarget, Use};
use crate::source::{FileId, Span};
use crate::spelling::display_id;
use crate::syntax::ast::{Declaration, Item};

/// How many flows are listed with their verdicts on a rule.
const MAX_FLOWS: usize = 10;

/// How many nodes that set a variable are named.
const MAX_SETS: usize = 8;

/// How many instances of a node are described.
const MAX_INSTANCES: usize = 3;

/// The hover text for a place.
pub fn hover(session: &mut Session<'_>, params: HoverParams) -> Result<Option<Hover>, RequestError> {
    let at = &params.text_document_position_params;
    let verdicts = verdicts(session, at);
    let Some((flow, file, offset)) = session.place(at) else { return Ok(None) };
    let mut paragraphs = findings(flow, file, offset);
    let first = flow.uses_at(file, offset).first().filter(|first| first.named != NameTarget::Tag);
    if let Some(first) = first {
        paragraphs.extend(declaration(flow, first));
        match first.named {
            NameTarget::Node => {
                let nodes = flow.nodes_at(file, offset);
                for &node in nodes.iter().take(MAX_INSTANCES) {
                    paragraphs.extend(of_node(&flow.compiled.flow, node, nodes.len() > 1));
                }
            }
            NameTarget::Rule => paragraphs.extend(verdicts),
            NameTarget::Policy => {
                paragraphs.extend(of_policy(flow, first.declared));
                paragraphs.extend(lock_of_policy(flow, first.declared));
            }
            NameTarget::Fact => {
                let name = flow.written(first.span).into();
                let of = Expected::Fact { name, values: Vec::new() };
                paragraphs.extend(meanings(&flow.compiled.flow, &of));
                paragraphs.extend(vouched(flow, flow.written(first.span)));
            }
            NameTarget::Value => {
                paragraphs.extend(of_variable(&flow.compiled.flow, first.declared));
                paragraphs.extend(of_hours(&flow.compiled.flow, first.declared));
            }
            NameTarget::Exit => paragraphs.extend(of_exit(&flow.compiled.flow, first.declared)),
            NameTarget::Disposition => {
                let name = flow.written(first.span);
                paragraphs.extend(of_disposition(&flow.compiled.flow, name));
            }
            NameTarget::Kind => paragraphs.extend(of_kind(&flow.compiled.flow, first.declared)),
            NameTarget::Outcome => paragraphs.extend(of_outcome(&flow.compiled.flow, first.declared)),
            NameTarget::Field | NameTarget::Instance | NameTarget::Tag => {}
        }
    }
    let tag = tag_at(flow.text(file), offset);
    if let Some(tag) = tag.clone().and_then(|range| flow.text(file).get(range)) {
        let of = Expected::Tag(tag.trim_start_matches('@').into());
        paragraphs.extend(meanings(&flow.compiled.flow, &of));
    }
    if paragraphs.is_empty() {
        return Ok(None);
    }
    let contents = MarkupContent { kind: MarkupKind::Markdown, value: paragraphs.join("\n\n") };
    let tag = tag.map(|range| Span::new(file, range.start, range.end));
    let range = first.map(|first| first.span).or(tag).map(|span| flow.range(span));
    Ok(Some(Hover { contents: contents.into(), range }))
}

/// Who vouches for a fact that the flow states.
fn vouched(flow: &Analysis, name: &str) -> Option<String> {
    let fact = flow.compiled.flow.facts.iter().find(|fact| *fact.name == *name)?;
    let Some(evidence) = &fact.evidence else { return Some("Nobody vouches for it.".to_owned()) };
    let Attestation { because, by, until, .. } = evidence;
    Some(match evidence.has_ended(flow.compiled.as_of) {
        true => format!("The evidence by {by} ended on {until}: {because}"),
        false => format!("Vouched for by {by} until {until}: {because}"),
    })
}

/// Where an exit leads, in the first few instances of its library.
fn of_exit(flow: &Flow, declared: Span) -> Vec<String> {
    let bound = flow.library_exits.iter().filter(|exit| exit.span == declared);
    let line = |exit: &LibraryExit| {
        let target = display_id(&flow.nodes[exit.target?].id);
        Some(format!("In `{}` it leads to `{target}`.", exit.instance))
    };
    bound.filter_map(line).take(MAX_INSTANCES).collect()
}

/// The byte range of the tag at a place, including its `@`.
fn tag_at(text: &str, offset: usize) -> Option<std::ops::Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let before = text.get(..offset)?;
    let begin = before.trim_end_matches(is_part).len();
    // The place may be the `@` itself.
    let start = if text.get(offset..)?.starts_with('@') { offset } else { begin.checked_sub(1)? };
    let rest = text.get(start..)?.strip_prefix('@')?;
    let length = rest.len() - rest.trim_start_matches(is_part).len();
    let line = text.get(..start)?.rsplit('\n').next().unwrap_or_default();
    let is_code = !line.contains("//") && line.matches('"').count() % 2 == 0;
    (length > 0 && is_code).then(|| start..start + 1 + length)
}

/// Explains the findings at a place, for editors that cannot open the links. The explanations come first:
/// an editor that shows findings in the same hover, such as VS Code, puts them on top, so each is followed
/// by its explanation.
fn findings(flow: &Analysis, file: FileId, offset: usize) -> Vec<String> {
    let here = of_file(flow, file)
        .filter(|(_, span)| span.range().contains(&offset))
        .map(|(finding, _)| finding.code);
    let mut codes: Vec<&Code> = here.collect();
    codes.dedup();
    codes.iter().map(|code| format!("**{code}**: {} {}", code.what, code.why)).collect()
}

/// The first line of a declaration, and its doc comment.
fn declaration(flow: &Analysis, of: &Use) -> Vec<String> {
    let Some((span, doc)) = declared(flow, of.declared) else { return Vec::new() };
    let line = flow.written(span).lines().next().unwrap_or_default().trim_end();
    let mut paragraphs = vec![format!("```cxflow\n{line}\n```")];
    paragraphs.extend(doc.into_iter().flat_map(|doc| policy::paragraphs(flow.written(doc))));
    paragraphs
}

/// The span of a declaration or a rule, and its doc comment.
fn declared(flow: &Analysis, at: Span) -> Option<(Span, Option<Span>)> {
    let holds = |item: &&Item| item.span.start <= at.start && at.end <= item.span.end;
    let items = &flow.tree(at.file)?.items;
    // Declarations are sorted by their spans.
    let index = items.partition_point(|item| item.span.start <= at.start).checked_sub(1)?;
    let item = items.get(index).filter(holds)?;
    if let Declaration::Policy(policy) = &item.declaration
        && let Some(rule) = policy.rules.iter().find(|rule| rule.span == at)
    {
        return Some((rule.span, rule.doc));
    }
    if let Declaration::Kind(kind) = &item.declaration
        && let Some(field) = kind.fields.iter().find(|field| field.name.span == at)
    {
        return Some((field.span, field.doc));
    }
    Some((item.span, item.doc))
}

/// The fields and the outcomes of a declared kind.
fn of_kind(flow: &Flow, declared: Span) -> Vec<String> {
    let Some(kind) = flow.kinds.rows().iter().find(|kind| kind.span == declared) else { return Vec::new() };
    let mut paragraphs = Vec::new();
    if !kind.fields.is_empty() {
        let field = |field: &DeclaredField| {
            let about = field.type_.as_ref().map(FieldType::about).unwrap_or_default();
            let default = field.default.as_ref().map(|value| format!("; if it is not set, `{value}`"));
            format!("- `{}`: {about}{}", field.name, default.unwrap_or_default())
        };
        paragraphs.push(kind.fields.iter().map(field).collect::<Vec<_>>().join("\n"));
    }
    paragraphs.extend(sets_of_kind(flow, kind));
    if !kind.outcomes.is_empty() {
        let outcomes = kind.outcomes.iter().map(|(outcome, _)| format!("`{outcome}`"));
        paragraphs.push(format!("Outcomes: {}", outcomes.collect::<Vec<_>>().join(", ")));
    }
    paragraphs
}

/// The kind that declares an outcome, and what its nodes set then.
fn of_outcome(flow: &Flow, declared: Span) -> Option<String> {
    let has_it = |kind: &&DeclaredKind| kind.outcomes.iter().any(|(_, span)| *span == declared);
    let kind = flow.kinds.rows().iter().find(has_it)?;
    let (outcome, _) = kind.outcomes.iter().find(|(_, span)| *span == declared)?;
    let is_of_kind = |node: &&Node| node.declared_kind().is_some_and(|id| flow.kinds[id].span == kind.span);
    let sets = flow.nodes.rows().iter().find(is_of_kind).and_then(|node| node.sets);
    let sets = sets.map_or(&[][..], |sets| flow.node_sets(sets)).iter();
    let set = sets.filter(|set| set.outcomes.is_empty() || set.outcomes.contains(outcome));
    let set: Vec<String> = set.map(|set| format!("`{}`", flow.variables[set.variable].name)).collect();
    let sets = if set.is_empty() { String::new() } else { format!("; it sets {}", list_of(&set, "and")) };
    Some(format!("An outcome of the kind `{}`{sets}.", kind.word))
}

/// What the nodes of a declared kind set.
fn sets_of_kind(flow: &Flow, kind: &DeclaredKind) -> Option<String> {
    let is_of_kind = |node: &&Node| node.declared_kind().is_some_and(|id| flow.kinds[id].span == kind.span);
    let sets = flow.nodes.rows().iter().find(is_of_kind)?.sets?;
    let set = |set: &NodeSet| {
        let on: Vec<String> = set.outcomes.iter().map(|outcome| format!("`{outcome}`")).collect();
        let on = if on.is_empty() { String::new() } else { format!(" on {}", list_of(&on, "and")) };
        format!("`{}`{on}", flow.variables[set.variable].name)
    };
    let sets: Vec<String> = flow.node_sets(sets).iter().map(set).collect();
    Some(format!("Sets: {}", sets.join(", ")))
}

/// How a call gets to a node, and whether it was disclosed by then.
fn of_node(flow: &Flow, node: NodeId, named: bool) -> Vec<String> {
    let mut paragraphs = Vec::new();
    if named {
        paragraphs.push(format!("**{}**", crate::simulate::named(flow, node)));
    }
    paragraphs.extend(heard_in(&flow.nodes[node]));
    let Some(entry) = flow.entry else { return paragraphs };
    let Some(shortest) = first_reached(flow, entry, |reached| reached == node, |_| false) else {
        paragraphs.push("No path leads here.".to_owned());
        return paragraphs;
    };
    let path_count = ways_to(flow, node);
    let path = flow.path(&shortest.path);
    paragraphs.push(match path_count.map(|count| count.to_string()).as_deref() {
        _ if node == entry => "The call begins here.".to_owned(),
        None => format!("A shortest path here: `{path}`"),
        Some("1") => format!("One path leads here: `{path}`"),
        Some(count) => format!("{count} paths lead here, a shortest: `{path}`"),
    });
    paragraphs.extend(disclosed(flow, entry, node));
    paragraphs
}

/// The languages and voices in which a node is heard.
fn heard_in(node: &Node) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for speaker in node.actions.iter().filter_map(|action| action.speaker.as_deref()) {
        let language = speaker.language.as_deref().map(|language| format!("in `{language}`"));
        let voice = speaker.voice.as_deref().map(|voice| format!("with the voice `{voice}`"));
        let words = language.into_iter().chain(voice).collect::<Vec<_>>().join(" ");
        if !words.is_empty() && !said.contains(&words) {
            said.push(words);
        }
    }
    for language in node.scripts.iter().filter_map(Script::language) {
        let words = format!("in `{language}`");
        if !said.contains(&words) {
            said.push(words);
        }
    }
    (!said.is_empty()).then(|| format!("Heard {}.", list_of(&said, "and")))
}

/// When hours are open.
fn of_hours(flow: &Flow, declared: Span) -> Option<String> {
    let hours = flow.hours.rows().iter().find(|hours| hours.span == declared && !hours.broken)?;
    let lines: Vec<String> = hours.lines().iter().map(|line| format!("- {line}")).collect();
    Some(format!("By the clock of `{}`:\n{}", hours.zone_name, lines.join("\n")))
}

/// How many places give a disposition, and the first of them.
fn of_disposition(flow: &Flow, name: &str) -> Option<String> {
    let id = flow.declared_disposition(name)?;
    let nodes = flow.nodes.iter().filter(|(_, node)| node.disposition.is_some_and(|given| given.id == id));
    let nodes = nodes.map(|(node, _)| crate::simulate::named(flow, node));
    let transitions = flow.transitions.rows().iter().filter(|transition| transition.disposition == Some(id));
    let transitions = transitions.map(|transition| format!("`{}`", flow.written(transition)));
    let mut places: Vec<String> = nodes.chain(transitions).collect();
    let count = places.len();
    let more = count.saturating_sub(MAX_SETS);
    places.truncate(MAX_SETS);
    places.extend((more > 0).then(|| counted(more, "more place")));
    Some(match count {
        0 => "Nothing gives it.".to_owned(),
        _ => format!("Given in {}: {}.", counted(count, "place"), list_of(&places, "and")),
    })
}

/// Where a variable is set.
fn of_variable(flow: &Flow, declared: Span) -> Option<String> {
    let is_meant = |variable: VariableId| {
        let known = &flow.variables[variable];
        known.is_set_on_calls() && known.span == declared
    };
    flow.variables.ids().find(|&variable| is_meant(variable))?;
    let is_set = |(id, node): &(NodeId, &Node)| {
        node.assignments().any(|(_, set)| is_meant(set.variable))
            || flow.sets_of(*id).iter().any(|set| is_meant(set.variable))
    };
    let sets = flow.nodes.iter().filter(is_set);
    let mut names: Vec<String> = sets.map(|(id, _)| crate::simulate::named(flow, id)).collect();
    let more = names.len().saturating_sub(MAX_SETS);
    names.truncate(MAX_SETS);
    names.extend((more > 0).then(|| counted(more, "more node")));
    Some(match names.is_empty() {
        true => "Nothing sets it.".to_owned(),
        false => format!("Set in {}.", list_of(&names, "and")),
    })
}

/// Whether a disclosure was played before this node, on each path that leads here.
fn disclosed(flow: &Flow, entry: NodeId, node: NodeId) -> Option<String> {
    let is_disclosure = |node: NodeId| flow.nodes[node].counts_as().any(|kind| kind == Kind::Disclosure);
    if is_disclosure(node) || node == entry {
        return None;
    }
    let undisclosed = first_reached(flow, entry, |reached| reached == node, is_disclosure);
    Some(match undisclosed {
        None => "Disclosed: every path here plays a disclosure.".to_owned(),
        Some(reached) => format!("Not disclosed on `{}`", flow.path(&reached.path)),
    })
}

/// The verdicts on the rule at a place, in each open flow to which its policy applies.
fn verdicts(session: &mut Session<'_>, at: &TextDocumentPositionParams) -> Vec<String> {
    let path = session.path(&at.text_document.uri);
    let mut paragraphs: Vec<(PathBuf, String)> = Vec::new();
    for (flow, file) in session.workspace.flows_of(&path) {
        let offset = flow.offset(file, at.position);
        let rule = flow.uses_at(file, offset).iter().find(|usage| usage.named == NameTarget::Rule);
        let Some(rule) = rule else { continue };
        paragraphs
            .extend(of_rule(flow, rule.declared).into_iter().map(|verdict| (flow.root.clone(), verdict)));
    }
    match paragraphs.as_slice() {
        // The only flow is the file itself.
        [(root, verdict)] if *root == path => vec![verdict.clone()],
        _ => {
            let lines = paragraphs
                .iter()
                .take(MAX_FLOWS)
                .map(|(root, verdict)| format!("- {}: {verdict}", quote(&session.workspace.name(root))));
            let mut lines: Vec<String> = lines.collect();
            let more = paragraphs.len().saturating_sub(MAX_FLOWS);
            if more > 0 {
                lines.push(format!("- and {}", counted(more, "more flow")));
            }
            if lines.is_empty() { Vec::new() } else { vec![lines.join("\n")] }
        }
    }
}

fn of_rule(flow: &Analysis, declared: Span) -> Vec<String> {
    let is_meant = |judged: &&JudgedRule| rule_span(&flow.compiled.flow, judged) == Some(declared);
    flow.compiled.judged.iter().filter(is_meant).map(|judged| verdict(flow, judged)).collect()
}

fn rule_span(flow: &Flow, judged: &JudgedRule) -> Option<Span> {
    Some(flow.policies.get(judged.policy)?.rules.get(judged.rule)?.span)
}

fn verdict(flow: &Analysis, judged: &JudgedRule) -> String {
    let why = policy::reason(&flow.compiled.sources, &flow.compiled.flow, judged);
    let waived = if judged.is_waived() { " (waived)" } else { "" };
    let attested =
        judged.attestations.iter().filter_map(|&number| flow.compiled.flow.attestations.get(number));
    let attested: Vec<String> = attested
        .map(|one| format!("\n\nAttested by {} until {}: {}", one.by, one.until, one.because))
        .collect();
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    format!("**{}**{waived}{why}{}", judged.verdict.word(), attested.concat())
}

/// What is to know of a policy that a lock keeps.
fn lock_of_policy(flow: &Analysis, declared: Span) -> Option<String> {
    let (_, policy) = policy_around(flow, declared)?;
    Some(format!("{}.", policy.lock_in_words()?.replacen('l', "L", 1)))
}

/// The policy that applies and has this name, and its number.
fn policy_around(flow: &Analysis, declared: Span) -> Option<(usize, &Policy)> {
    flow.compiled.flow.policies.iter().enumerate().find(|(_, policy)| policy.span.contains(declared))
}

/// How many rules of a policy have each verdict.
fn of_policy(flow: &Analysis, declared: Span) -> Option<String> {
    let Some((index, policy)) = policy_around(flow, declared) else {
        return Some("It does not apply to this flow.".to_owned());
    };
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for judged in flow.compiled.judged.iter().filter(|judged| judged.policy == index) {
        let word = judged.word();
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let shown = |&(word, count): &(&str, usize)| match (word, count) {
        (_, 1) => format!("1 {word}"),
        ("holds", _) => format!("{count} hold"),
        ("obligation", _) => counted(count, word),
        _ => format!("{count} {word}"),
    };
    let counts: Vec<String> = counts.iter().map(shown).collect();
    (!counts.is_empty()).then(|| format!("{}: {}", counted(policy.rules.len(), "rule"), counts.join(", ")))
}
