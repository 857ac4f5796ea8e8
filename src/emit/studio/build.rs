//! From a flow to a script: the actions of each node, and the branches between them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::actions::{self, ActionFacts};
use super::codes::{NOT_SAID, SAID_IN_PART, TENANT_VALUE};
use super::left_out::{self, Untold};
use super::names::{MARKUP, renamed_variables, value_of, variable};
use super::phrase;
use super::purpose;
use super::script::{Action, Branch, Purpose, Script, When};
use super::sequence::{Piece, pieces_of, sequence};
use super::settings::StudioSettings;
use super::voices::VoiceChanges;
use crate::diagnostics::{Diagnostic, Diagnostics, list_of, quote};
use crate::flow::{
    self, AgainArm, AgainId, Directive, EventKind, Flow, Kind, NewValue, NodeId, Outcome, Text, Transition,
};
use crate::source::Span;
use crate::table::Table;

/// Makes the script of a flow, and says what of the flow it cannot say.
pub fn build(flow: &Flow, settings: &StudioSettings) -> (Script, Diagnostics) {
    let mut builder = Builder {
        flow,
        settings,
        voices: VoiceChanges::of(flow, settings),
        comes_back: nodes_of_cycles(flow),
        actions: Vec::with_capacity(flow.nodes.len() * 2),
        ways: Vec::with_capacity(flow.nodes.len() * 2),
        heads: Table::filled(None, flow.nodes.len()),
        loops: FxHashMap::default(),
        kept_entries: FxHashMap::default(),
        own_names: renamed_variables(flow),
        recordings: FxHashMap::default(),
        missing: FxHashMap::default(),
        untold: Vec::new(),
        findings: Diagnostics::default(),
    };
    builder.script();
    let name = flow.name.as_ref().and_then(|name| name.value.as_deref()).unwrap_or_default();
    let (mut actions, ways, heads, loops) = (builder.actions, builder.ways, builder.heads, builder.loops);
    let mut led: FxHashSet<(usize, When)> = FxHashSet::default();
    for Way { from, to, when } in ways {
        let to = match to {
            To::Action(index) => Some(index),
            To::Node(node) => heads[node],
            To::Again(again) => loops.get(&again).copied(),
        };
        // A flow with such a transition has an error and is not emitted.
        if let (Some(to), Some(action)) = (to, actions.get_mut(from)) {
            // Several outcomes may be told by one branch; the first way that the flow names takes it.
            if led.insert((from, when.clone())) {
                action.branches.push(Branch { to, when });
            }
        }
    }
    let is_for = if purpose::decides(flow).is_some() { Purpose::Suppression } else { Purpose::General };
    let (name, business_unit) = (settings.script_path(name), settings.business_unit);
    let mut findings = builder.findings;
    let actions = left_out::leave_out(flow, actions, builder.untold, &mut findings);
    let script = Script { name, business_unit, purpose: is_for, actions };
    // Several instances of a library share their places.
    findings.join_alike(|one| Some((one.code.id, one.span?, one.message.clone())), |_, _, _| {});
    (script, findings)
}

/// The nodes of cycles. What only lies before or behind one is not among them.
fn nodes_of_cycles(flow: &Flow) -> Table<NodeId, bool> {
    let mut found = Table::filled(false, flow.nodes.len());
    let components = crate::graph::components(flow, |_| true, |_| true);
    for node in components.into_iter().filter(|one| one.circular).flat_map(|one| one.nodes) {
        found[node] = true;
    }
    found
}

/// Where a branch leads, before every node has its actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// The action with this index.
    Action(usize),
    /// The first action of a node.
    Node(NodeId),
    /// The action that counts an `again`.
    Again(AgainId),
}

struct Way {
    from: usize,
    to: To,
    when: When,
}

pub(super) struct Builder<'a> {
    pub flow: &'a Flow,
    pub settings: &'a StudioSettings,
    pub voices: VoiceChanges,
    /// The nodes to which a call may come more than once, with an `again` or where the check of cycles is waived.
    pub comes_back: Table<NodeId, bool>,
    actions: Vec<Action>,
    ways: Vec<Way>,
    /// The first action of each node.
    heads: Table<NodeId, Option<usize>>,
    loops: FxHashMap<AgainId, usize>,
    /// The action that gives the entry at a node to the flow's variable.
    pub kept_entries: FxHashMap<NodeId, usize>,
    /// The names of the flow's variables that a script calls otherwise.
    pub own_names: FxHashSet<&'a str>,
    /// The addresses of the recordings, by the paths that they get.
    pub recordings: FxHashMap<String, &'a Text>,
    /// What the tenant's settings lack, each with the places that need it.
    missing: FxHashMap<String, (String, Vec<Span>)>,
    pub untold: Vec<Untold>,
    pub findings: Diagnostics,
}

/// The actions of a node, one after another, and what is to be played next.
pub(super) struct Chain<'a> {
    pub node: NodeId,
    pub label: String,
    /// The action whose default branch leads to the next one.
    last: Option<usize>,
    /// What is played before the next action.
    pending: Pending<'a>,
}

/// What is played in one go.
#[derive(Default)]
pub(super) struct Pending<'a> {
    /// Its pieces.
    pub pieces: Vec<Piece>,
    /// The steps of the node that they come from.
    pub steps: Vec<&'a flow::Action>,
}

impl<'a> Builder<'a> {
    fn script(&mut self) {
        let begin = self.add(&actions::BEGIN, "Begin".to_owned(), None, &[], None);
        if let Some(decides) = purpose::decides(self.flow) {
            self.declare_contact();
            self.report_calls(decides);
        }
        let mut last = begin;
        if let Some(voice) = self.voices.once().cloned() {
            let chosen = self.add_voice(&voice, "Voice".to_owned(), None, None);
            self.lead(last, To::Action(chosen), When::Default);
            last = chosen;
        }
        self.report_names();
        for node in self.flow.nodes.ids() {
            self.node(node);
        }
        self.pass_through();
        if let Some(entry) = self.flow.entry {
            self.lead(last, To::Node(entry), When::Default);
        }
        if let Some(first) = self.flow.dispositions.rows().iter().next() {
            self.findings.push(
                Diagnostic::new(&SAID_IN_PART, first.span, "a script of Studio does not set dispositions")
                    .here("left out")
                    .help("have the skill or a script of the tenant set them; `--allow in-part-in-target` says that it is meant"),
            );
        }
        let mut missing: Vec<_> = std::mem::take(&mut self.missing).into_iter().collect();
        missing.sort_by_key(|(_, (_, spans))| spans.first().copied());
        for (message, (help, spans)) in missing {
            let Some(&span) = spans.first() else { continue };
            self.findings.push(Diagnostic::new(&TENANT_VALUE, span, message).here("needs it").help(help));
        }
    }

    /// Adds an action; its index. `span` is what needs it.
    pub fn add(
        &mut self,
        facts: &'static ActionFacts,
        label: String,
        node: Option<NodeId>,
        set: &[(&'static str, String)],
        span: Option<Span>,
    ) -> usize {
        let library_id = self.settings.library_id(facts).map(str::to_owned);
        if let (None, Some(span)) = (&library_id, span) {
            self.lacks(
                format!("the library id of the action {} is in no public source", facts.name),
                format!(
                    "add it to `library_ids` under `[studio]` in `cxflow.toml`: \"{}=ID\"; `cxflowc studio doctor --settings -` reads it from a script of the tenant that has the action",
                    facts.name
                ),
                span,
            );
        }
        let value = |name: &str, usual: &str| {
            let own = set.iter().find(|(own, _)| *own == name);
            own.map_or_else(|| usual.to_owned(), |(_, value)| value.clone())
        };
        let properties = facts.properties.iter();
        self.actions.push(Action {
            name: facts.name.into(),
            library_id: library_id.unwrap_or_default(),
            label,
            node,
            properties: properties.map(|&(name, usual)| (name.into(), value(name, usual))).collect(),
            branches: Vec::new(),
            place: (0, 0),
        });
        self.actions.len() - 1
    }

    /// Adds an action that is made already; its index.
    pub fn push(&mut self, action: Action) -> usize {
        self.actions.push(action);
        self.actions.len() - 1
    }

    /// Leads from an action to what follows it.
    pub fn lead(&mut self, from: usize, to: To, when: When) {
        self.ways.push(Way { from, to, when });
    }

    /// Leads from a named branch of an action.
    pub fn lead_named(&mut self, from: usize, facts: &ActionFacts, name: &'static str, to: To) {
        self.lead(from, to, When::Named(name.into(), facts.branch(name).unwrap_or(0)));
    }

    /// Notes what only the tenant knows.
    pub fn lacks(&mut self, message: String, help: String, span: Span) {
        self.missing.entry(message).or_insert((help, Vec::new())).1.push(span);
    }

    pub fn not_said(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let finding = Diagnostic::new(&NOT_SAID, span, message).here("not in a script of Studio").help(help);
        self.findings.push(finding);
    }

    /// Where a transition leads.
    pub fn target(&mut self, transition: &Transition) -> Option<To> {
        let to = transition.to?;
        let Some(AgainArm::Back(again)) = transition.again else { return Some(To::Node(to)) };
        if !self.loops.contains_key(&again) {
            let label = format!("{} again", self.flow.nodes[to].id);
            let most = self.flow.agains[again].most;
            let count =
                self.add(&actions::LOOP, label, Some(transition.from), &[("Repeat", most.to_string())], None);
            self.loops.insert(again, count);
            self.lead_named(count, &actions::LOOP, "Repeat", To::Node(to));
            let is_other = |one: &&Transition| one.again == Some(AgainArm::Else(again));
            if let Some(to) = self.flow.out(transition.from).iter().find(is_other).and_then(|one| one.to) {
                self.lead_named(count, &actions::LOOP, "Finished", To::Node(to));
            }
        }
        Some(To::Again(again))
    }

    /// Where a call goes on an outcome: by the branch for it, or else by the plain arrow.
    pub fn on(&mut self, node: NodeId, outcome: Outcome) -> Option<To> {
        let flow = self.flow;
        let is_on = |transition: &&Transition| {
            let mut alternatives = flow.alternatives(transition).iter();
            alternatives.any(|one| flow.events[one.event].kind() == EventKind::Outcome(outcome))
        };
        let found = flow.branches(node).find(is_on);
        let found = found.or_else(|| flow.branches(node).find(|one| one.is_unconditional()))?;
        self.target(found)
    }

    fn plain(&mut self, node: NodeId) -> Option<To> {
        let plain = self.flow.branches(node).find(|one| one.is_unconditional())?;
        self.target(plain)
    }

    /// What a node does, and what follows it.
    fn node(&mut self, id: NodeId) {
        let node = &self.flow.nodes[id];
        let first = self.actions.len();
        if node.is(Kind::Answer) {
            self.answer(id);
        } else if node.is(Kind::Decide) {
            self.decide(id);
        } else {
            let label = node.id.to_string();
            let mut chain = Chain { node: id, label, last: None, pending: Pending::default() };
            for action in &node.actions {
                self.step(&mut chain, action);
            }
            self.play_pending(&mut chain);
            // A message that is left on a machine ends the call, without an action that says so.
            let goes_on = |last: usize| {
                let name = self.actions.get(last).map_or("", |action| &*action.name);
                [&actions::PLAY, &actions::ASSIGN, &actions::SNIPPET].iter().any(|facts| facts.name == name)
            };
            if node.ends_call && node.declared.is_none() && chain.last.is_some_and(goes_on) {
                let label = format!("{} ends", chain.label);
                let hangup = self.add(&actions::HANGUP, label, Some(id), &[], None);
                self.follow(&mut chain, hangup);
                self.other_branches(id, &[]);
            }
            let is_over =
                node.ends_call || node.actions.iter().any(|one| one.directive == Directive::Collect);
            if let Some(last) = chain.last.filter(|_| !is_over && node.declared.is_none()) {
                if let Some(to) = self.plain(id) {
                    self.lead(last, to, When::Default);
                }
                self.other_branches(id, &[]);
            }
        }
        if self.actions.len() > first {
            self.heads[id] = Some(first);
        }
    }

    /// A node that does nothing of its own begins where the next one does.
    fn pass_through(&mut self) {
        for id in self.flow.nodes.ids() {
            let (mut at, mut passed) = (id, 0);
            while self.heads[at].is_none() && passed <= self.flow.nodes.len() {
                let Some(next) = self.flow.branches(at).next().and_then(|one| one.to) else { break };
                (at, passed) = (next, passed + 1);
            }
            self.heads[id] = self.heads[id].or(self.heads[at]);
        }
    }

    /// Reports the branches of a node that its action does not have. An outcome that no action tells never happens in
    /// the script; what else the flow waits for cannot be left out.
    pub fn other_branches(&mut self, id: NodeId, known: &[Outcome]) {
        let flow = self.flow;
        let kind = flow.word_of(id);
        for transition in flow.branches(id) {
            let events =
                || flow.alternatives(transition).iter().map(|one| (one.span, &flow.events[one.event]));
            let mut untold = Vec::new();
            for (span, event) in events() {
                match event.kind() {
                    EventKind::Outcome(outcome) if known.contains(&outcome) => {}
                    EventKind::Outcome(_) => untold.push((span, quote(event.word()))),
                    EventKind::Key if known.contains(&Outcome::Entered) => {}
                    _ => self.not_said(
                        span,
                        format!("no action of Studio for {} {} tells {}", article(kind), quote(kind), quote(&event.display())),
                        "leave the branch out, or declare a kind for an action of the tenant that has this branch",
                    ),
                }
            }
            let Some(&(span, _)) = untold.first() else { continue };
            let words: Vec<String> = untold.into_iter().map(|(_, word)| word).collect();
            let message = format!(
                "no action of Studio for {} {} tells {}, so the script never takes this branch",
                article(kind),
                quote(kind),
                list_of(&words, "or")
            );
            let help =
                "leave the branch out for this target; `--allow in-part-in-target` says that it is meant";
            let finding = Diagnostic::new(&SAID_IN_PART, span, message).here("left out").help(help);
            self.untold.push(Untold { finding, to: transition.to });
        }
    }

    fn step(&mut self, chain: &mut Chain<'a>, action: &'a flow::Action) {
        // Those of an action of the tenant are its properties.
        if self.flow.nodes[chain.node].declared.is_none() && !matches!(action.directive, Directive::Other(_))
        {
            self.report_fields(&action.fields);
        }
        match &action.directive {
            Directive::Play => {
                let change = self.voices.before(action).cloned();
                if let Some(voice) = change {
                    self.play_pending(chain);
                    let label = format!("{} voice", chain.label);
                    let chosen = self.add_voice(&voice, label, Some(chain.node), Some(action.span));
                    self.follow(chain, chosen);
                }
                self.report_voiceless(action);
                self.keep_markup(chain, action.ssml.as_deref(), MARKUP);
                let mut said = self.said(action);
                chain.pending.pieces.append(&mut said);
                chain.pending.steps.push(action);
            }
            Directive::Set => {
                self.play_pending(chain);
                self.set(chain, action);
            }
            Directive::Collect => self.collect(chain, action),
            Directive::Route => {
                self.play_pending(chain);
                self.route(chain, action);
            }
            Directive::Schedule => self.hand_over(chain, action, "callback", self.settings.callback.clone()),
            Directive::Record => self.hand_over(chain, action, "voicemail", self.settings.voicemail.clone()),
            Directive::Disconnect => {
                self.play_pending(chain);
                let hangup = self.add(&actions::HANGUP, chain.label.clone(), Some(chain.node), &[], None);
                self.follow(chain, hangup);
                self.other_branches(chain.node, &[]);
            }
            Directive::Other(word) => {
                self.play_pending(chain);
                self.declared(chain, action, word);
            }
        }
    }

    /// Lets an action follow the last one.
    pub fn follow(&mut self, chain: &mut Chain<'_>, action: usize) {
        if let Some(last) = chain.last.replace(action) {
            self.lead(last, To::Action(action), When::Default);
        }
    }

    /// Plays what has been gathered.
    pub fn play_pending(&mut self, chain: &mut Chain<'_>) {
        let said = std::mem::take(&mut chain.pending);
        if said.pieces.is_empty() {
            return;
        }
        let phrase = self.phrase(chain.node, &said.steps);
        let set = [("Sequence", sequence(&said.pieces)), ("Phrase", phrase)];
        let play = self.add(&actions::PLAY, chain.label.clone(), Some(chain.node), &set, None);
        self.follow(chain, play);
    }

    /// What has been gathered, for an action that plays it itself.
    pub fn take_pending(&mut self, chain: &mut Chain<'a>) -> Pending<'a> {
        std::mem::take(&mut chain.pending)
    }

    /// Some steps of a node as the language writes them.
    pub fn phrase(&self, node: NodeId, steps: &[&flow::Action]) -> String {
        let row = &self.flow.nodes[node];
        let kind = row.kind().filter(|_| row.declared.is_none());
        let word = match kind {
            Some(kind) => kind.word(),
            None if row.declared.is_some() => self.flow.word_of(node),
            // What it does is what a kind of the language does, whatever its type is called.
            None => {
                let hands_over = |kind: &&Kind| **kind != Kind::Play && **kind != Kind::Disclosure;
                let of_step = |one: &flow::Action| {
                    Kind::ALL.iter().filter(hands_over).find(|kind| kind.directive() == Some(&one.directive))
                };
                row.actions.iter().find_map(of_step).map_or("node", |kind| kind.word())
            }
        };
        phrase::of_node(word, Kind::from_word(word), &row.tags, steps)
    }

    pub fn add_voice(
        &mut self,
        voice: &super::settings::StudioVoice,
        label: String,
        node: Option<NodeId>,
        span: Option<Span>,
    ) -> usize {
        let set = [("vendor", voice.vendor.clone()), ("voicename", voice.name.clone())];
        self.add(&actions::TTSVOICE, label, node, &set, span)
    }

    /// What an action plays and says.
    pub fn said(&mut self, action: &'a flow::Action) -> Vec<Piece> {
        let markup = action.ssml.as_ref().map(|_| MARKUP);
        self.said_of(action.media.as_ref(), action.prompt.as_ref(), action.text.as_ref(), markup)
    }

    /// Reports fields of an action that the language does not know.
    pub fn report_fields(&mut self, fields: &[flow::Field]) {
        for field in fields {
            self.not_said(
                field.span,
                format!("the action of Studio has no property {}", quote(&field.name)),
                "leave the field out, or declare a kind whose `type` is an action of the tenant",
            );
        }
    }

    /// What is played of a step. `markup` is the variable that holds its text, where that has markup.
    pub fn said_of(
        &mut self,
        media: Option<&'a Text>,
        prompt: Option<&'a Text>,
        text: Option<&'a Text>,
        markup: Option<&str>,
    ) -> Vec<Piece> {
        self.report_recordings(media, prompt);
        if let Some(variable) = markup {
            let mut said = pieces_of(media, prompt, None, &self.settings.prompts);
            said.push(Piece::Variable(variable.to_owned()));
            return said;
        }
        if let Some(text) = text.filter(|text| text.value.as_deref().is_some_and(|words| words.contains('"')))
        {
            self.not_said(
                text.span,
                "a quotation mark ends a text in a script of Studio",
                "leave the quotation marks out: they are not heard",
            );
        }
        pieces_of(media, prompt, text, &self.settings.prompts)
    }

    fn set(&mut self, chain: &mut Chain<'_>, action: &flow::Action) {
        let Some(set) = action.set.as_deref() else { return };
        let name = variable(&self.flow.variables[set.variable].name);
        let value = match &set.value {
            NewValue::Number(number) => number.to_string(),
            NewValue::Text(text) => value_of(Some(text)),
            NewValue::Copy { of, add: None } => format!("{{{}}}", variable(&self.flow.variables[*of].name)),
            NewValue::Copy { of, add: Some(add) } => {
                // The documentation shows sums in snippets and not in ASSIGN.
                let of = variable(&self.flow.variables[*of].name);
                let sign = if *add < 0 { '-' } else { '+' };
                let data = format!("ASSIGN {name} = {of} {sign} {}", add.unsigned_abs());
                let label = self.label_of_set(chain, &name);
                let snippet = self.add(&actions::SNIPPET, label, Some(chain.node), &[("Data", data)], None);
                self.follow(chain, snippet);
                return;
            }
            NewValue::Unknown => return,
        };
        let label = self.label_of_set(chain, &name);
        let assign = self.add(
            &actions::ASSIGN,
            label,
            Some(chain.node),
            &[("Variable", name), ("Value", value)],
            None,
        );
        self.follow(chain, assign);
    }
}

impl Builder<'_> {
    /// The label of an action that sets a variable: the name of its node, if the node does nothing else.
    fn label_of_set(&self, chain: &Chain<'_>, name: &str) -> String {
        match self.flow.nodes[chain.node].actions.len() {
            1 => chain.label.clone(),
            _ => format!("{} sets {name}", chain.label),
        }
    }
}

fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}
