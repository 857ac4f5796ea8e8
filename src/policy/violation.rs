//! A broken rule in words: what happened, where, by which path, and what the rule's author says.

use super::agent_calls::AgentCalls;
use super::path_graph::{PathGraph, fails};
use super::selection_index::Index;
use super::spoken_tags::{is_said_by_agent, spoken_tags};
use super::step_time::down;
use super::wording::selector;
use super::{PathElement, Violation, facts, header_tags};
use crate::diagnostics::{Code, Diagnostic, counted, list_of, quote};
use crate::flow::policy::{Demand, Form, Op, Policy, Rule, Selector};
use crate::flow::{Flow, Kind, Node, NodeId, TransitionId};
use crate::source::{Sources, Span};
use crate::spelling::display_duration;
use crate::spelling::{display_id, on_one_line};

/// The note about estimated times.
const ESTIMATED: &str =
    "the time of a text without `lasts` is estimated, and counts with the shortest that a voice takes";

/// A rule, and what breaks it.
pub struct BrokenRule<'a> {
    pub sources: &'a Sources,
    pub flow: &'a Flow,
    pub policy: &'a Policy,
    pub rule: &'a Rule,
    pub violation: &'a Violation,
    pub code: &'static Code,
}

/// The message, and the label for the place.
struct ViolationText {
    message: String,
    here: String,
}

/// The finding for a broken rule.
pub fn diagnostic(broken: &BrokenRule<'_>) -> Diagnostic {
    let text = broken.text();
    let mut message = broken.name() + &text.message;
    if let Some(path) = &broken.violation.path {
        message = format!("{message}: {}", broken.flow.path(&path.nodes));
    }
    let mut diagnostic = match broken.span() {
        Some(span) => Diagnostic::new(broken.code, span, message).here(text.here),
        None => Diagnostic::unplaced(broken.code, message),
    };
    let unreached: Vec<Span> = broken.spans(&broken.violation.unreached);
    if let Some((node, tag)) = broken.header_tag() {
        diagnostic = diagnostic.note(header_tags::meaning(node, tag));
    }
    if let Some((node, kind, _)) = broken.whole_node() {
        diagnostic = diagnostic.note(format!(
            "the rule means the {} {} as a whole, so what its own steps say does not come before it",
            kind.word(),
            quote(&display_id(&node.id))
        ));
    }
    if let Some(note) = broken.failure_note() {
        diagnostic = diagnostic.note(note);
    }
    if let Some(note) = broken.script_note() {
        diagnostic = diagnostic.note(note);
    }
    if let Some(note) = broken.open_branch() {
        diagnostic = diagnostic.note(note);
    }
    if let Some(note) = broken.longest_steps() {
        diagnostic = diagnostic.note(note);
    }
    diagnostic = diagnostic.label_each(&unreached, 3, "no call comes here");
    diagnostic = diagnostic.label_each(&broken.other_places(), 5, "and here");
    let diagnostic = broken.explain(diagnostic);
    let is_own_help = broken.rule.doc.is_none();
    match facts::unquoted_fix(broken.sources, broken.flow, broken.rule) {
        Some((help, fix)) if is_own_help => diagnostic.help(help).fix(fix),
        Some((_, fix)) => diagnostic.fix(fix),
        None => diagnostic,
    }
}

/// The message with all nodes at which the rule is broken.
pub fn sentence(broken: &BrokenRule<'_>) -> String {
    const NAMED: usize = 3;
    let message = broken.text().message;
    let is_retries = matches!(broken.rule.demand, Demand::Paths(Form::Retries(_)));
    let nodes = if is_retries { broken.violation.at.clone() } else { broken.other_nodes() };
    if nodes.is_empty() {
        return message;
    }
    let named = nodes.iter().take(NAMED);
    let mut ids: Vec<String> = named.map(|&node| quote(&display_id(&broken.flow.nodes[node].id))).collect();
    if let Some(more) = nodes.len().checked_sub(NAMED).filter(|&more| more > 0) {
        ids.push(format!("{more} more"));
    }
    let ids = list_of(&ids, "and");
    match nodes.as_slice() {
        [_] if is_retries => format!("at {ids} {message}"),
        _ if is_retries => format!("up to {message}, at {ids}"),
        _ => format!("{message}; also at {ids}"),
    }
}

impl BrokenRule<'_> {
    fn text(&self) -> ViolationText {
        match &self.rule.demand {
            Demand::Paths(form) => {
                let text = self.of_paths(form);
                match form.required().filter(|_| self.violation.absent) {
                    // No key can lead to something that does not exist.
                    Some(goal) if matches!(form, Form::Reachable { .. }) => {
                        let absence = self.absence(goal);
                        let message = format!(
                            "the called party cannot get from {} to {}: {absence}",
                            self.subject(),
                            self.words(goal)
                        );
                        ViolationText { message, here: absence }
                    }
                    Some(required) if matches!(form, Form::Require(_)) => {
                        ViolationText { message: self.absence(required), ..text }
                    }
                    Some(required) => ViolationText { here: self.absence(required), ..text },
                    None => text,
                }
            }
            Demand::Fact(condition) => {
                let wanted = on_one_line(self.sources.text(condition.span));
                let objection = facts::why_unmet(self.flow, condition);
                ViolationText {
                    message: format!("{objection}, but the rule requires `{wanted}`"),
                    here: String::new(),
                }
            }
            // A flow cannot break an obligation.
            Demand::Oblige(_) => ViolationText { message: String::new(), here: String::new() },
        }
    }

    /// Says that the flow lacks what is required.
    fn absence(&self, required: &Selector) -> String {
        let of = self.words(required);
        match required.0.as_slice() {
            [Op::Tag(_) | Op::With(_) | Op::Disposition(_)] => format!("nothing in the flow has {of}"),
            [Op::Set(name, _)] => format!("nothing in the flow sets {}", quote(name)),
            [Op::Language(_)] => format!("nothing is heard in {of}"),
            [Op::Heard] => "nothing in the flow is heard".to_owned(),
            [Op::Key] => "no transition of the flow is taken by a key".to_owned(),
            [Op::Kind(_)] => format!("the flow has no {of}"),
            [Op::Declared(word, _)] => format!("the flow has no node of the kind {}", quote(word)),
            _ => format!("nothing in the flow is {of}"),
        }
    }

    /// The node where the rule is broken and a tag in its header, if the rule requires an order within that
    /// node.
    fn header_tag(&self) -> Option<(&Node, &str)> {
        let Demand::Paths(form) = &self.rule.demand else { return None };
        let place = self.violation.place.filter(|place| place.transition.is_none())?;
        let node = &self.flow.nodes[place.node];
        Some((node, &header_tags::beside_a_step(form, node)?.name))
    }

    /// The node where the rule is broken, the kind by which the rule means the whole node, and the tag of
    /// one of the node's own steps.
    fn whole_node(&self) -> Option<(&Node, Kind, &str)> {
        let Demand::Paths(form) = &self.rule.demand else { return None };
        let place = self.violation.place.filter(|place| place.transition.is_none())?;
        let node = &self.flow.nodes[place.node];
        let (kind, tag) = header_tags::whole_by_kind(form, node)?;
        Some((node, kind, tag))
    }

    /// What to do if the node itself has what the rule asks for, in a place where it does not count.
    fn help_to_move(&self) -> Option<String> {
        let is_order = matches!(self.rule.demand, Demand::Paths(Form::Before { .. } | Form::After { .. }));
        if let Some((_, tag)) = self.header_tag().filter(|_| is_order) {
            return Some(header_tags::remedy(tag));
        }
        let (node, _, tag) = self.whole_node()?;
        Some(format!("say what is tagged `@{tag}` in a node before {}", quote(&display_id(&node.id))))
    }

    /// Explains that what must come first counts as not heard if the path leaves its node by `failed`.
    fn failure_note(&self) -> Option<String> {
        let Demand::Paths(Form::Before { first, .. }) = &self.rule.demand else { return None };
        let path = self.violation.path.as_ref()?;
        let mut failed = path.transitions.iter().rev().filter(|&&id| fails(self.flow, id)).peekable();
        failed.peek()?;
        let agents = AgentCalls::all_taken(self.flow);
        let graph = PathGraph::of(&agents)?;
        let picked = Index::new(&graph).pick(first);
        let is_first =
            |id: &TransitionId| picked.first_in(graph.steps_of(self.flow.transitions[*id].from)).is_some();
        let failed = failed.find(|id| is_first(id))?;
        let node = quote(&display_id(&self.flow.nodes[self.flow.transitions[*failed].from].id));
        let is_done = first.0.iter().any(|op| matches!(op, Op::Declared(..)));
        let first = self.words(first);
        if is_done {
            return Some(format!(
                "where {node} fails its {first} does not count: lead `failed` to a node that does it again, or that ends the call"
            ));
        }
        Some(format!(
            "where {node} fails its {first} is not heard: lead `failed` to a node that says it again, or that ends the call"
        ))
    }

    /// Explains that what an agent on the path says is not surely heard on it.
    fn script_note(&self) -> Option<String> {
        let Demand::Paths(form) = &self.rule.demand else { return None };
        let required = form.required()?;
        let path = self.violation.path.as_ref()?;
        let spoken = spoken_tags(self.flow);
        // The graph is made only where an agent says something on the path.
        let may_say = |node: &NodeId| {
            let row = &self.flow.nodes[*node];
            !row.scripts.is_empty() || is_said_by_agent(row, &spoken)
        };
        path.nodes.iter().any(may_say).then_some(())?;
        let agents = AgentCalls::all_taken(self.flow);
        let graph = PathGraph::of(&agents)?;
        let picked = Index::new(&graph).pick(required);
        let says_it = |node: &&NodeId| {
            let row = &self.flow.nodes[**node];
            let own = is_said_by_agent(row, &spoken).then(|| graph.own_steps_of(**node));
            let says_in = |mut steps: std::ops::Range<usize>| steps.any(|step| picked.begins(step));
            own.is_some_and(says_in) || graph.scripts_of(**node).any(|(step, _)| picked.begins(step))
        };
        let (last, before) = path.nodes.split_last()?;
        // Where the path ends, the order counts: the agent's words are with the agent, not before it.
        let ends_untaken = match form {
            Form::OnEveryPath(_) => true,
            Form::After { .. } => self.violation.place.is_some_and(|place| place.node != *last),
            _ => false,
        };
        let node = before.iter().chain(ends_untaken.then_some(last)).find(says_it)?;
        let goes_on = if node == last { "end" } else { "go on" };
        Some(format!(
            "what the agent says at {} is heard only where an agent takes the call, and this call may {goes_on} without one",
            quote(&display_id(&self.flow.nodes[*node].id))
        ))
    }

    /// Explains that a branch on the path proves nothing, since it has other alternatives besides the one
    /// that the rule asks for.
    fn open_branch(&self) -> Option<String> {
        let Demand::Paths(form) = &self.rule.demand else { return None };
        let required = form.required()?;
        if !required.0.iter().any(|op| matches!(op, Op::Taken(..) | Op::Set(..))) {
            return None;
        }
        let path = self.violation.path.as_ref()?;
        let agents = AgentCalls::all_taken(self.flow);
        let graph = PathGraph::of(&agents)?;
        let picked = Index::new(&graph).pick(required);
        let is_open = |id: &&TransitionId| picked.takes(**id) && !picked.always_picks(**id);
        let branch = &self.flow.transitions[*path.transitions.iter().find(is_open)?];
        let condition = self.flow.first_of_condition(branch, 5)?;
        Some(format!(
            "`on {condition}` is one branch, so it does not show which of them it was: write what the rule asks for as a branch of its own"
        ))
    }

    /// The rule's name, as a prefix of the message; the codes of `baseline` need none.
    pub(super) fn name(&self) -> String {
        if self.code == &super::codes::POLICY_VIOLATION {
            format!("{}/{}: ", self.policy.name, self.rule.name)
        } else {
            String::new()
        }
    }

    fn words(&self, of: &Selector) -> String {
        format!("`{}`", selector(self.flow, of))
    }

    /// The same for a place beside one that is called by its name: a node has its name alone.
    fn words_of_place(&self, of: &Selector) -> String {
        match of.0.as_slice() {
            [Op::Node(node)] => quote(&display_id(&self.flow.nodes[*node].id)),
            _ => self.words(of),
        }
    }

    fn of_paths(&self, form: &Form<Selector>) -> ViolationText {
        let found = self.violation.found.unwrap_or_default();
        let subject = self.subject();
        let text = |message: String, here: String| ViolationText { message, here };
        match form {
            Form::Require(wanted) => {
                text(format!("no call comes to {}", self.words(wanted)), "the call begins here".to_owned())
            }
            Form::OnEveryPath(wanted) => {
                let wanted = self.words(wanted);
                text(
                    format!("a call ends at {subject} without {wanted}"),
                    format!("no {wanted} before this end"),
                )
            }
            Form::Before { first, since: None, or_with, .. } => {
                let first = self.words(first);
                let (where_, here) = if *or_with {
                    ("before it or with it", "before or with this")
                } else {
                    ("before it", "before this")
                };
                text(format!("{subject} is reached without {first} {where_}"), format!("no {first} {here}"))
            }
            Form::Before { first, since: Some(since), .. } => {
                let (first, since) = (self.words(first), self.words(since));
                text(
                    format!("{subject} {} without {first} since {since}", self.is_reached()),
                    format!("no {first} since {since}"),
                )
            }
            Form::After { later, .. } => {
                let later = self.words(later);
                text(format!("after {subject} a call ends without {later}"), format!("no {later} after this"))
            }
            Form::Reachable { goal, within, .. } => {
                let goal = self.words(goal);
                let within = within.map(|keys| format!(" within {}", counted(keys as usize, "key")));
                let within = within.unwrap_or_default();
                text(
                    format!("the called party cannot get from {subject} to {goal}{within}"),
                    format!("no keys lead from here to {goal}{within}"),
                )
            }
            Form::Forbid(forbidden) => text(
                format!("{subject} {}, and {} is forbidden", self.is_reached(), self.words(forbidden)),
                "forbidden".to_owned(),
            ),
            Form::ForbidBefore { then, .. } => {
                let then = self.words(then);
                text(format!("{subject} comes before {then}"), format!("forbidden before {then}"))
            }
            Form::ForbidAfter { earlier, .. } => {
                let earlier = self.words(earlier);
                text(format!("{subject} comes after {earlier}"), format!("forbidden after {earlier}"))
            }
            Form::Retries(most) => text(format!("{} more than {most}", many_retries(found)), String::new()),
            Form::Depth(most) => text(
                format!("a path has {}, more than {most}", counted(found as usize, "transition")),
                format!("{} from the entry", counted(most.saturating_add(1) as usize, "transition")),
            ),
            Form::Count(most, of) => text(
                format!(
                    "{} occurs {} on a path, more than {most}",
                    self.words(of),
                    counted(found as usize, "time")
                ),
                "once too often".to_owned(),
            ),
            Form::Time { from, to: Some(to), .. } if self.violation.found.is_none() => {
                let to = self.words(to);
                let start =
                    if from.is_some() { format!("after {subject} a call") } else { "a call".to_owned() };
                let end = if from.is_some() { String::new() } else { format!(" at {subject}") };
                text(
                    format!("{start} ends{end} without {to}, which must occur"),
                    format!("no {to} {} this", if from.is_some() { "after" } else { "before" }),
                )
            }
            Form::Time { most, from, to, extent } => {
                let start_of = if extent.from_start { "the start of " } else { "" };
                let end_of = if extent.to_end { "the end of " } else { "" };
                let start = from
                    .as_ref()
                    .map_or_else(|| "the call's beginning".to_owned(), |_| format!("{start_of}{subject}"));
                // With another start than the call, `its` would refer to that start.
                let of_call = if from.is_some() { "the call's end" } else { "its end" };
                let end = to
                    .as_ref()
                    .map_or_else(|| of_call.to_owned(), |to| format!("{end_of}{}", self.words_of_place(to)));
                // Of an estimate, the lower bound counts.
                let duration = if self.violation.estimated {
                    let about = down(found);
                    let least = if found / 100 * 100 > *most { about } else { display_duration(found) };
                    format!("takes at least {least}")
                } else {
                    format!("can take {}", display_duration(found))
                };
                text(
                    format!("from {start} to {end} it {duration}, more than {}", display_duration(*most)),
                    if from.is_some() && !extent.from_start { "from the end of this" } else { "from here" }
                        .to_owned(),
                )
            }
        }
    }

    /// Which steps take the most of a time that is too long; `None` if there is only one, heard once.
    fn longest_steps(&self) -> Option<String> {
        let steps = &self.violation.longest;
        if steps.iter().map(|step| step.tries).sum::<u64>() < 2 {
            return None;
        }
        let in_words = steps.iter().map(|step| {
            let id = quote(&display_id(&self.flow.nodes[step.node].id));
            let tries = if step.tries > 1 { format!(" in {} tries", step.tries) } else { String::new() };
            format!("{} of {id}{tries}", down(step.least))
        });
        let in_words: Vec<String> = in_words.collect();
        Some(format!("the most of it: {}", list_of(&in_words, "and")))
    }

    fn is_reached(&self) -> &'static str {
        let transition = self.violation.place.and_then(|place| place.transition);
        if transition.is_some() { "is taken" } else { "is reached" }
    }

    /// What to do, if the rule's author does not say.
    fn remedy(&self) -> String {
        let form = match &self.rule.demand {
            Demand::Fact(wanted) => return facts::remedy(self.flow, wanted),
            Demand::Oblige(_) => return String::new(),
            Demand::Paths(form) => form,
        };
        if let Some((_, tag)) = self.header_tag() {
            return header_tags::remedy(tag);
        }
        match form {
            Form::Require(wanted) => format!("write a transition that leads to {}", self.words(wanted)),
            Form::OnEveryPath(wanted) => {
                format!("put {} on the way, preferably before the paths divide", self.words(wanted))
            }
            Form::Before { first, .. } => {
                format!("put {} on the way, preferably before the paths divide", self.words(first))
            }
            Form::After { later, .. } => format!("make every path from there reach {}", self.words(later)),
            Form::Reachable { goal, .. } if self.violation.absent => match goal.0.as_slice() {
                [Op::Tag(_)] => format!(
                    "write {} after the step that it is about, and let keys lead there",
                    self.words(goal)
                ),
                _ => format!("add {} to the flow, and let keys lead there", self.words(goal)),
            },
            Form::Reachable { goal, .. } => {
                format!(
                    "let keys lead to {}; a called party cannot choose outcomes such as `timeout`",
                    self.words(goal)
                )
            }
            Form::Forbid(_) => "take it out, or lead the call elsewhere".to_owned(),
            Form::ForbidBefore { then, .. } => format!("move it after {}, or take it out", self.words(then)),
            Form::ForbidAfter { earlier, .. } => {
                format!("move it before {}, or take it out", self.words(earlier))
            }
            Form::Retries(most) => format!("write `retries {most}` or less"),
            Form::Depth(_) => {
                "join nodes that follow each other into one with several `play` or `say` actions".to_owned()
            }
            Form::Count(..) => "take one of them out, or lead the call past it".to_owned(),
            Form::Time { to: Some(to), from, .. } if self.violation.found.is_none() => {
                let start = if from.is_some() { "from there " } else { "" };
                format!("make every path {start}reach {}", self.words(to))
            }
            Form::Time { .. } => {
                let mut remedy = "say less on the way, or say it later".to_owned();
                if let Some(step) = self.violation.longest.iter().find(|step| step.tries > 1) {
                    let id = quote(&display_id(&self.flow.nodes[step.node].id));
                    remedy.push_str(&format!("; fewer `retries` of {id} count, too"));
                }
                remedy
            }
        }
    }

    /// The node or transition that breaks the rule.
    fn subject(&self) -> String {
        match self.violation.place {
            Some(PathElement { transition: Some(id), .. }) => {
                quote(&self.flow.written(&self.flow.transitions[id]))
            }
            Some(PathElement { node, .. }) => quote(&display_id(&self.flow.nodes[node].id)),
            None => String::new(),
        }
    }

    /// Where to show the finding.
    fn span(&self) -> Option<Span> {
        let of_place = self.violation.place.map(|place| match place.transition {
            Some(id) => self.flow.transitions[id].span,
            None => self.flow.nodes[place.node].name_span,
        });
        let of_fact = || match &self.rule.demand {
            Demand::Fact(wanted) => {
                let is_compared = |name: &str| wanted.comparisons().any(|one| *one.fact == *name);
                self.flow.facts.iter().find(|fact| is_compared(&fact.name)).map(|fact| fact.span)
            }
            _ => None,
        };
        let of_rule = || if self.policy.bundled { self.policy.place() } else { Some(self.rule.span) };
        of_place.or_else(of_fact).or_else(of_rule)
    }

    fn other_places(&self) -> Vec<Span> {
        self.spans(&self.other_nodes())
    }

    /// The other nodes at which the rule is broken.
    fn other_nodes(&self) -> Vec<NodeId> {
        // A rule about the whole flow has no other places.
        if matches!(self.rule.demand, Demand::Paths(Form::Depth(_) | Form::Count(..))) {
            return Vec::new();
        }
        let own = self.violation.place.map(|place| place.node);
        self.violation.at.iter().copied().filter(|&node| Some(node) != own).collect()
    }

    /// Where nodes are declared; instances share a place.
    fn spans(&self, nodes: &[NodeId]) -> Vec<Span> {
        let mut spans: Vec<Span> = nodes.iter().map(|&node| self.flow.nodes[node].name_span).collect();
        spans.sort_unstable();
        spans.dedup();
        spans
    }

    /// Adds the rule's doc comment and its text.
    pub(super) fn explain(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        let rule = self.sources.text(self.rule.span);
        let mut doc =
            self.rule.doc.map(|doc| paragraphs(self.sources.text(doc))).unwrap_or_default().into_iter();
        diagnostic.severity = self.rule.severity;
        diagnostic = match self.help_to_move() {
            Some(help) => diagnostic.help(help),
            None => diagnostic.help(doc.next().unwrap_or_else(|| self.remedy())),
        };
        if self.violation.estimated {
            diagnostic = diagnostic.note(ESTIMATED);
        }
        // A rule with its own code has a page that explains it.
        if self.code != &super::codes::POLICY_VIOLATION {
            return diagnostic;
        }
        for paragraph in doc {
            diagnostic = diagnostic.note(paragraph);
        }
        if self.policy.bundled {
            return diagnostic
                .note(format!("the rule is `{rule}`; see `cxflowc policy show {}`", self.policy.name));
        }
        if diagnostic.span == Some(self.rule.span) {
            diagnostic
        } else {
            diagnostic.label(self.rule.span, "the rule")
        }
    }
}

pub(super) fn many_retries(count: u64) -> String {
    if count == 1 { "1 retry is".to_owned() } else { format!("{count} retries are") }
}

/// The paragraphs of a doc comment.
pub fn paragraphs(comment: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in comment.lines() {
        let line = line.trim().trim_start_matches('/').trim();
        match paragraphs.last_mut() {
            Some(last) if line.is_empty() && !last.is_empty() => paragraphs.push(String::new()),
            Some(last) => {
                if !last.is_empty() && !line.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            None => {}
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}
