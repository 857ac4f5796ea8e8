//! Where the nodes of both versions lead to, and no longer do.

use rustc_hash::{FxHashMap, FxHashSet};

use super::TransitionChange;
use super::pairs::Pairs;
use super::ways::Ways;
use crate::flow::{Event, EventKind, Flow, Kind, NodeId, Transition};
use crate::spelling::display_id;

/// How many changes are shown with a call that takes them.
const WITH_PATH: usize = 50;

/// Where a node leads to on an event; `None` is what is taken unasked.
type Exits<'f> = Vec<(Option<Event>, Option<Target<'f>>)>;

/// Events whose way has changed.
#[derive(Debug, Default)]
struct ChangedExit<'f> {
    /// The events; none for what is taken unasked.
    on: Vec<Event>,
    /// Other events that led there before and are gone.
    on_before: Vec<Event>,
    /// Where it led.
    was: Option<Target<'f>>,
    /// Where it leads now.
    is: Option<Target<'f>>,
}

/// Where a transition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Target<'f> {
    node: NodeId,
    /// What a call is reported as that takes it.
    disposition: Option<&'f str>,
    /// How often a call may take it, and where it goes from then on, if it has a bound.
    again: Option<(u32, Option<NodeId>)>,
    /// What a call is then reported as.
    then: Option<&'f str>,
}

impl Target<'_> {
    /// The same place in the new version.
    fn after(self, pairs: &Pairs) -> Option<Self> {
        let again = match self.again {
            Some((most, Some(otherwise))) => Some((most, Some(pairs.after(otherwise)?))),
            other => other,
        };
        Some(Self { node: pairs.after(self.node)?, again, ..self })
    }

    fn written(self, flow: &Flow) -> String {
        let reported =
            |name: Option<&str>| name.map_or_else(String::new, |name| format!(" disposition {name}"));
        let node = format!("{}{}", target_of(flow, Some(self.node)), reported(self.disposition));
        match self.again {
            None => node,
            Some((most, otherwise)) => {
                format!("{node} again {most} else {}{}", target_of(flow, otherwise), reported(self.then))
            }
        }
    }
}

/// What has changed of the transitions of nodes that both versions have.
pub fn changes(old: &Flow, new: &Flow, pairs: &Pairs) -> Vec<TransitionChange> {
    let mut changes = Vec::new();
    let mut ways: Option<(Ways, Ways)> = None;
    for (id, node) in new.nodes.iter() {
        let Some(before) = pairs.before(id) else { continue };
        if same(old, before, new, id, pairs) {
            continue;
        }
        let exits = changed(exits(old, before), exits(new, id), pairs);
        let order = other_order(old, before, new, id).filter(|_| exits.is_empty());
        changes.extend(order);
        for ChangedExit { on, on_before, was, is } in with_moved(exits, pairs) {
            let (old_ways, new_ways) = ways.get_or_insert_with(|| (Ways::of(old), Ways::of(new)));
            let path = match (changes.len() < WITH_PATH, is, was) {
                (false, ..) => None,
                (true, Some(to), _) => new_ways.through(new, id, &on, to.node),
                (true, None, Some(to)) => old_ways.through(old, before, &on, to.node),
                (true, None, None) => None,
            };
            changes.push(TransitionChange {
                from: display_id(&node.id),
                on: written(&on),
                on_before: written(&on_before),
                before: was.map(|to| to.written(old)),
                after: is.map(|to| to.written(new)),
                path,
            });
        }
    }
    changes
}

/// Whether a node's transitions are the same, one by one.
fn same(old: &Flow, before: NodeId, new: &Flow, after: NodeId, pairs: &Pairs) -> bool {
    let (olds, news) = (old.out(before), new.out(after));
    olds.len() == news.len()
        && olds.iter().zip(news).all(|(one, other)| {
            let (first, second) = (old.alternatives(one), new.alternatives(other));
            one.to.and_then(|to| pairs.after(to)) == other.to
                && old.bound(one) == new.bound(other)
                && disposition_of(old, one) == disposition_of(new, other)
                && first.len() == second.len()
                && first
                    .iter()
                    .zip(second)
                    .all(|(one, other)| old.events[one.event] == new.events[other.event])
        })
}

/// The order in which a `decide` asks, if nothing else of it has changed.
fn other_order(old: &Flow, before: NodeId, new: &Flow, after: NodeId) -> Option<TransitionChange> {
    let asked = |flow: &Flow, node: NodeId| {
        let arms = flow.branches(node).filter(|arm| flow.comparison(arm).is_some());
        let asked: Vec<String> = arms.filter_map(|arm| flow.written_condition(arm)).collect();
        format!("asks {}", asked.join(", then "))
    };
    let is_decide = |flow: &Flow, node: NodeId| flow.nodes[node].is(Kind::Decide);
    if !is_decide(old, before) || !is_decide(new, after) {
        return None;
    }
    let (was, is) = (asked(old, before), asked(new, after));
    (was != is).then(|| TransitionChange {
        from: display_id(&new.nodes[after].id),
        on: None,
        on_before: None,
        before: Some(was),
        after: Some(is),
        path: None,
    })
}

/// The name of what a call is reported as that takes a transition.
fn disposition_of<'f>(flow: &'f Flow, transition: &Transition) -> Option<&'f str> {
    transition.disposition.map(|id| flow.disposition(id))
}

fn exits(flow: &Flow, node: NodeId) -> Exits<'_> {
    let mut exits = Exits::new();
    let mut out = flow.out(node).iter().peekable();
    while let Some(transition) = out.next() {
        let otherwise = out.next_if(|next| next.is_else());
        let again = flow.bound(transition).map(|most| (most, otherwise.and_then(|next| next.to)));
        let disposition = disposition_of(flow, transition);
        let then = otherwise.and_then(|next| disposition_of(flow, next));
        let target = transition.to.map(|node| Target { node, disposition, again, then });
        if transition.is_unconditional() {
            exits.push((None, target));
        }
        let on = flow.alternatives(transition).iter();
        exits.extend(on.map(|one| (Some(flow.events[one.event].clone()), target)));
    }
    exits
}

/// The events that lead elsewhere, those with the same change together.
fn changed<'f>(old: Exits<'f>, new: Exits<'f>, pairs: &Pairs) -> Vec<ChangedExit<'f>> {
    // What has changed of hours is said of the flow, and an arm that asks for them is the same.
    let raw = |event: &Event| match event.kind() {
        EventKind::Comparison(_) => String::new(),
        _ => event.raw().to_owned(),
    };
    let key = |event: &Option<Event>| event.as_ref().map(|one| (raw(one), one.display()));
    let mut before: FxHashMap<_, Option<Target<'_>>> = FxHashMap::default();
    for (event, to) in &old {
        before.entry(key(event)).or_insert(*to);
    }
    type Places<'f> = FxHashMap<(bool, Option<Target<'f>>, Option<Target<'f>>), usize>;
    let (mut groups, mut places): (Vec<ChangedExit<'f>>, Places<'f>) = (Vec::new(), Places::default());
    let mut add = |event: Option<Event>, was: Option<Target<'f>>, is: Option<Target<'f>>| {
        let at = *places.entry((event.is_none(), was, is)).or_insert_with(|| {
            groups.push(ChangedExit { was, is, ..ChangedExit::default() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.on.extend(event);
        }
    };
    let mut seen = FxHashSet::default();
    for (event, to) in new {
        let key = key(&event);
        let was = before.get(&key).copied();
        if !seen.insert(key) {
            continue;
        }
        let same = was.is_some_and(|was| was.and_then(|was| was.after(pairs)) == to);
        if !same {
            add(event, was.flatten(), to);
        }
    }
    for (event, to) in old {
        if seen.insert(key(&event)) {
            add(event, to, None);
        }
    }
    groups
}

/// The same, where events that are gone and as many new ones that lead to the same node are one change.
fn with_moved<'f>(mut exits: Vec<ChangedExit<'f>>, pairs: &Pairs) -> Vec<ChangedExit<'f>> {
    let gone_from = |exit: &ChangedExit<'f>| match (exit.was, exit.is) {
        (Some(was), None) if !exit.on.is_empty() => was.after(pairs),
        _ => None,
    };
    let gone = exits.iter().filter_map(|exit| Some((gone_from(exit)?, (exit.on.clone(), exit.was))));
    let gone: FxHashMap<Target<'_>, (Vec<Event>, Option<Target<'_>>)> = gone.collect();
    let mut moved = FxHashSet::default();
    for exit in exits.iter_mut().filter(|exit| exit.was.is_none()) {
        let there = exit.is.and_then(|to| Some((to, gone.get(&to)?)));
        if let Some((to, (on, was))) = there.filter(|(_, (on, _))| on.len() == exit.on.len()) {
            (exit.on_before, exit.was) = (on.clone(), *was);
            moved.insert(to);
        }
    }
    exits.retain(|exit| gone_from(exit).is_none_or(|to| !moved.contains(&to)));
    exits
}

/// Events as a condition, keys that follow each other as a range; `None` for what is taken unasked.
fn written(on: &[Event]) -> Option<String> {
    let number =
        |event: &Event| event.word().parse::<u64>().ok().filter(|one| one.to_string() == event.word());
    let runs = on.chunk_by(|one, next| {
        number(one).zip(number(next)).is_some_and(|(one, next)| one.checked_add(1) == Some(next))
    });
    let run = |run: &[Event]| match run {
        [first, _, .., last] if run.len() > 2 => format!("{}..{}", first.display(), last.display()),
        run => run.iter().map(Event::display).collect::<Vec<_>>().join(" | "),
    };
    (!on.is_empty()).then(|| runs.map(run).collect::<Vec<_>>().join(" | "))
}

/// A transition without the node that it leaves: `on 1 | 2 -> menu`, `on * -> menu again 2`, `on * else -> bye`.
pub fn exit_of(flow: &Flow, transition: &Transition) -> String {
    let word = if flow.comparison(transition).is_some() { "when" } else { "on" };
    let on = flow.written_condition(transition).map_or_else(String::new, |on| format!("{word} {on} "));
    let arrow = if transition.is_else() { "else ->" } else { "->" };
    let again = flow.bound(transition).map_or_else(String::new, |most| format!(" again {most}"));
    let reported =
        disposition_of(flow, transition).map_or_else(String::new, |name| format!(" disposition {name}"));
    format!("{on}{arrow} {}{reported}{again}", target_of(flow, transition.to))
}

/// A target's name; `…` where there is no such node.
fn target_of(flow: &Flow, to: Option<NodeId>) -> String {
    to.map_or_else(|| "…".to_owned(), |to| display_id(&flow.nodes[to].id))
}
