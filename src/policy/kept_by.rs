//! Searches for a call that keeps two rules.
//!
//! Both rules are read as automata over the steps of a call, and the search walks both at once: over every way in which
//! a step can bear the tags and be of the kinds that they name. So it tells for calls of any length. Steps count as
//! nodes of their own, and some tags are known to stand on something that is heard. Rules that look inside a node or at
//! transitions are left out, and so are those that measure times or ask what keys lead to: nothing is said of them.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::flow::Kind;
use crate::flow::policy::{Extent, Form, Op, Selector};

/// With more tags and names than this in two rules, nothing is searched: each doubles the work.
const MOST_NAMES: usize = 7;
/// The greatest number that `limit N A` may have.
const MOST_COUNTED: u64 = 7;

/// The state of each rule, and whether the call has come to what it must come to.
type State = ([u8; 2], bool);

/// Whether some call comes to what a rule is about, and keeps it and another rule. `None` if that is not known.
/// `heard` are the tags that stand only on what is heard.
pub fn some_call_keeps(
    rule: &Form<Selector>,
    other: &Form<Selector>,
    heard: &FxHashSet<&str>,
) -> Option<bool> {
    let about = subject(rule)?;
    let rules = [Automaton::of(rule)?, Automaton::of(other)?];
    let steps = steps(about, &rules, heard)?;
    let begin: State = ([0, 0], false);
    let mut seen: FxHashSet<State> = FxHashSet::from_iter([begin]);
    let mut open = VecDeque::from([begin]);
    while let Some((states, came)) = open.pop_front() {
        let [one, two] = states;
        let [first, second] = &rules;
        if came && first.may_end(one) && second.may_end(two) {
            return Some(true);
        }
        for step in &steps {
            let next = first.step(one, &step.of_rules[0]).zip(second.step(two, &step.of_rules[1]));
            let Some((one, two)) = next else { continue };
            let next = ([one, two], came || step.is_subject);
            if seen.insert(next) {
                open.push_back(next);
            }
        }
    }
    Some(false)
}

/// What a call must come to, so that a rule asks anything of it.
pub fn subject(form: &Form<Selector>) -> Option<&Selector> {
    match form {
        Form::Require(about)
        | Form::OnEveryPath(about)
        | Form::Before { then: about, .. }
        | Form::After { earlier: about, .. }
        | Form::ForbidBefore { then: about, .. }
        | Form::ForbidAfter { earlier: about, .. }
        | Form::Count(_, about)
        | Form::Time { from: Some(about), .. }
        | Form::Time { from: None, to: Some(about), .. } => Some(about),
        Form::Forbid(_)
        | Form::Reachable { .. }
        | Form::Retries(_)
        | Form::Depth(_)
        | Form::Time { from: None, to: None, .. } => None,
    }
}

/// A rule as an automaton over steps.
struct Automaton<'a> {
    asks: Asks,
    /// What it is told of each step: whether these pick it.
    selectors: [Option<&'a Selector>; 3],
}

/// What an automaton asks. In each, the first selector is `A`, the second `B`, the third `C`.
#[derive(Clone, Copy)]
enum Asks {
    /// Nothing of every call.
    Nothing,
    /// `A` on every path.
    Once,
    /// `A` before `B`, since `C`.
    Before,
    /// `A` after `B`.
    After,
    /// No `A`.
    Never,
    /// No `B` once there was `A`.
    NotBehind,
    /// At most so many `A`.
    AtMost(u8),
}

impl<'a> Automaton<'a> {
    fn of(form: &'a Form<Selector>) -> Option<Self> {
        let of = |asks, selectors| Some(Self { asks, selectors });
        match form {
            Form::Require(_) => of(Asks::Nothing, [None; 3]),
            Form::OnEveryPath(wanted) => of(Asks::Once, [Some(wanted), None, None]),
            Form::Before { first, then, since, or_with: false } => {
                of(Asks::Before, [Some(first), Some(then), since.as_ref()])
            }
            Form::After { later, earlier } => of(Asks::After, [Some(later), Some(earlier), None]),
            Form::Forbid(forbidden) => of(Asks::Never, [Some(forbidden), None, None]),
            Form::ForbidBefore { forbidden, then } => {
                of(Asks::NotBehind, [Some(forbidden), Some(then), None])
            }
            Form::ForbidAfter { forbidden, earlier } => {
                of(Asks::NotBehind, [Some(earlier), Some(forbidden), None])
            }
            Form::Count(most, counted) if *most <= MOST_COUNTED => {
                of(Asks::AtMost(u8::try_from(*most).ok()?), [Some(counted), None, None])
            }
            Form::Time {
                from,
                to: Some(to),
                extent: Extent { must_occur: true, from_start: false, .. },
                ..
            } => match from {
                None => of(Asks::Once, [Some(to), None, None]),
                Some(from) => of(Asks::After, [Some(to), Some(from), None]),
            },
            // Within a node, what is said with something may follow it.
            Form::Before { or_with: true, .. }
            | Form::Reachable { .. }
            | Form::Retries(_)
            | Form::Depth(_)
            | Form::Count(..)
            | Form::Time { .. } => None,
        }
    }

    /// The state behind a step; `None` if the step breaks the rule.
    fn step(&self, state: u8, &[a, b, c]: &[bool; 3]) -> Option<u8> {
        let is_set = state > 0;
        match self.asks {
            Asks::Nothing => Some(state),
            Asks::Once => Some(u8::from(is_set || a)),
            Asks::Before if b && !is_set => None,
            Asks::Before => Some(u8::from((is_set || a) && !c)),
            // It is set while something is due.
            Asks::After => Some(u8::from(is_set && !a || b)),
            Asks::Never => (!a).then_some(0),
            Asks::NotBehind if is_set && b => None,
            Asks::NotBehind => Some(u8::from(is_set || a)),
            Asks::AtMost(most) => Some(state + u8::from(a)).filter(|count| *count <= most),
        }
    }

    /// Whether a call that ends in a state keeps the rule.
    fn may_end(&self, state: u8) -> bool {
        match self.asks {
            Asks::Once => state > 0,
            Asks::After => state == 0,
            _ => true,
        }
    }
}

/// What is told of a step.
#[derive(PartialEq, Eq, Hash)]
struct Step {
    of_rules: [[bool; 3]; 2],
    is_subject: bool,
}

/// All different steps that a call can have, as far as the rules tell them apart.
fn steps(about: &Selector, rules: &[Automaton<'_>; 2], heard: &FxHashSet<&str>) -> Option<Vec<Step>> {
    let of_rules = rules.iter().flat_map(|rule| rule.selectors).flatten();
    let selectors = core::iter::once(about).chain(of_rules);
    let mut kinds: Vec<Option<Kind>> = vec![None];
    let mut names: FxHashMap<&Op, usize> = FxHashMap::default();
    for op in selectors.flat_map(|selector| &selector.0) {
        match op {
            Op::Kind(kind) if kinds.contains(&Some(*kind)) => {}
            Op::Kind(kind) => kinds.push(Some(*kind)),
            Op::Tag(_) | Op::Heard | Op::Language(_) | Op::With(_) | Op::Node(_) | Op::Declared(..) => {
                let next = names.len();
                names.entry(op).or_insert(next);
            }
            Op::Any | Op::Not | Op::And | Op::Or => {}
            // They pick transitions as well, or nothing that is known.
            Op::Taken(..) | Op::Key | Op::Set(..) | Op::Disposition(_) | Op::Nothing => return None,
        }
    }
    if names.len() > MOST_NAMES {
        return None;
    }
    let mut all: FxHashSet<Step> = FxHashSet::default();
    for kind in kinds {
        for bits in 0..1_usize << names.len() {
            let is = |op: &Op| match op {
                Op::Kind(of) => kind == Some(*of),
                Op::Any => true,
                _ => names.get(op).is_some_and(|number| bits >> number & 1 == 1),
            };
            let speaks = |op: &Op| match op {
                Op::Tag(name) => heard.contains(&**name),
                Op::Language(_) => true,
                _ => false,
            };
            let is_spoken = matches!(kind, Some(Kind::Play | Kind::Disclosure | Kind::Collect))
                || names.keys().any(|op| speaks(op) && is(op));
            if is_spoken && names.contains_key(&Op::Heard) && !is(&Op::Heard) {
                continue;
            }
            let picks = |selector: Option<&Selector>| selector.is_some_and(|selector| picks(selector, is));
            let of_rules = [0, 1].map(|rule: usize| match rules.get(rule) {
                Some(rule) => rule.selectors.map(picks),
                None => [false; 3],
            });
            all.insert(Step { of_rules, is_subject: picks(Some(about)) });
        }
    }
    Some(all.into_iter().collect())
}

/// Whether a selector picks a step of which it is known what each of its operands picks.
fn picks(selector: &Selector, is: impl Fn(&Op) -> bool) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for op in &selector.0 {
        let next = match op {
            Op::Not => !stack.pop().unwrap_or_default(),
            Op::And | Op::Or => {
                let (right, left) = (stack.pop().unwrap_or_default(), stack.pop().unwrap_or_default());
                if matches!(op, Op::And) { left && right } else { left || right }
            }
            atom => is(atom),
        };
        stack.push(next);
    }
    stack.pop().unwrap_or_default()
}
