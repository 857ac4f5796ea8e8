//! Rules, as the language writes them and as claims of linear temporal logic about single calls.
//!
//! Each step and each transition of a call is three states in a row: in the first one occurrences begin, in the second
//! one they end, and in the third one they are over. So "strictly before" needs no operator for the next state, and every
//! claim is the same however often a state is repeated.

use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;

use crate::flows::{Flow, Ways};
use crate::selectors::Selector;

/// A rule over selectors of a list, by number.
#[derive(Debug, Clone)]
pub enum Rule {
    Require(usize),
    OnEveryPath(usize),
    Before { first: usize, then: usize, since: Option<usize>, or_with: bool },
    After { later: usize, earlier: usize },
    Reachable { goal: usize, from: usize, within: Option<u32> },
    Forbid(usize),
    ForbidBefore { forbidden: usize, then: usize },
    ForbidAfter { forbidden: usize, earlier: usize },
    Limit(u32, usize),
}

/// Something that is so in some states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prop {
    /// An occurrence begins; with the actions that make a node one of a kind, or without.
    Begins(usize, bool),
    /// An occurrence ends.
    Ends(usize, bool),
    /// An occurrence ends whose node does not fail.
    EndsWell(usize),
    /// An occurrence of one step ends.
    StepEnds(usize),
    /// The same, and the node does not fail.
    StepEndsWell(usize),
    /// An occurrence is just over.
    Over(usize),
    /// An occurrence begins beside which nothing of another selector ends: at the same point or later in the node.
    Alone { of: usize, beside: usize, with: bool },
    /// The same, and nothing of the other selector has ended in this node so far.
    Due { of: usize, first: usize, with: bool },
    /// An occurrence begins at this step of this node.
    At(usize, usize),
    /// The call goes from one node to the next.
    Going,
    /// It goes by a key.
    ByKey,
    /// It goes by what the called party does not do.
    ByOther,
    /// The call is over.
    Ended,
}

/// A claim, with names of props in it, that every call must keep.
#[derive(Debug, Clone)]
pub struct Claim {
    pub props: Vec<Prop>,
    /// `{0}` stands for the first prop.
    pub formula: String,
}

impl Claim {
    /// No call does what a formula says.
    fn never(formula: &str, props: &[Prop]) -> Self {
        Self { props: props.to_vec(), formula: format!("!({formula})") }
    }

    /// No call comes to any.
    fn no(selector: usize) -> Self {
        Self::never("<>{0}", &[Prop::Begins(selector, false)])
    }
}

/// What decides a rule.
pub enum Question {
    /// It holds if and only if the claim is broken.
    Broken(Claim),
    Kept(Claim),
    /// The same, but there is nothing to check unless the first claim is broken.
    KeptIf(Claim, Claim),
    /// The same for every pair of claims, and the second ones have to be broken where the first ones are.
    BrokenWherever(Vec<(Claim, Claim)>),
}

impl Rule {
    /// Draws one over selectors: of the groups of as many, the first ones are such that many paths pass by, the second ones
    /// occur early, and of these the first one is a node.
    pub fn draw(ways: Ways, flow: &Flow, selectors: &[Selector], group: usize, rng: &mut TestRng) -> Self {
        let mut one = |first: usize, weight: f64| {
            let range = if rng.random_bool(weight) { first..first + group } else { 0..selectors.len() };
            rng.random_range(range)
        };
        let (a, b, c) = (one(0, 0.7), one(2 * group, 0.5), one(group, 0.7));
        let is_early = rng.random_bool(0.5);
        let is_counted = !matches!(selectors[a], Selector::Or(..));
        match rng.random_range(0..100) {
            0..5 => Self::Require(a),
            5..15 => Self::OnEveryPath(a),
            15..45 => Self::Before {
                first: a,
                then: b,
                since: rng.random_bool(0.6).then_some(c),
                or_with: rng.random_bool(0.4),
            },
            45..60 => Self::After { later: a, earlier: if is_early { c } else { b } },
            60..65 => Self::Forbid(a),
            65..73 => Self::ForbidBefore { forbidden: a, then: b },
            73..81 => Self::ForbidAfter { forbidden: if is_early { c } else { a }, earlier: b },
            // What calls come back to, they may come to as often as the bounds allow and once more.
            81..100 if ways == Ways::Again => {
                Self::Limit(rng.random_range(0..6), if is_early || !is_counted { group } else { a })
            }
            81..90 if ways == Ways::Onward && is_counted => Self::Limit(rng.random_range(0..5), a),
            _ => {
                let few = |one: &Selector| one.of_nodes(flow).is_some_and(|all| (1..=4).contains(&all.len()));
                let from = selectors.iter().position(few);
                match from {
                    Some(from) if selectors[a].of_nodes(flow).is_some() => {
                        let within = rng.random_bool(0.5).then(|| rng.random_range(0..4));
                        Self::Reachable { goal: a, from, within }
                    }
                    _ => Self::After { later: a, earlier: b },
                }
            }
        }
    }

    pub fn text(&self, selectors: &[Selector]) -> String {
        let of = |number: &usize| selectors[*number].text();
        match self {
            Self::Require(a) => format!("require {}", of(a)),
            Self::OnEveryPath(a) => format!("require {} on every path", of(a)),
            Self::Before { first, then, since, or_with } => {
                let with = if *or_with { " or with" } else { "" };
                let since = since.map(|since| format!(" since {}", of(&since))).unwrap_or_default();
                format!("require {} before{with} {}{since}", of(first), of(then))
            }
            Self::After { later, earlier } => format!("require {} after {}", of(later), of(earlier)),
            Self::Reachable { goal, from, within } => {
                let within = within.map(|keys| format!(" within {keys} keys")).unwrap_or_default();
                format!("require {} reachable from {}{within}", of(goal), of(from))
            }
            Self::Forbid(a) => format!("forbid {}", of(a)),
            Self::ForbidBefore { forbidden, then } => format!("forbid {} before {}", of(forbidden), of(then)),
            Self::ForbidAfter { forbidden, earlier } => {
                format!("forbid {} after {}", of(forbidden), of(earlier))
            }
            Self::Limit(most, a) => format!("limit {most} {}", of(a)),
        }
    }

    pub fn question(&self, flow: &Flow, selectors: &[Selector]) -> Question {
        match *self {
            Self::Require(a) => Question::Broken(Claim::no(a)),
            Self::Forbid(a) => Question::Kept(Claim::no(a)),
            Self::OnEveryPath(a) => {
                Question::Kept(Claim::never("(!{0}) U {1}", &[Prop::Begins(a, false), Prop::Ended]))
            }
            Self::Before { first, then, since, or_with } => {
                Question::KeptIf(Claim::no(then), before(first, then, since, or_with))
            }
            Self::After { later, earlier } => {
                let props = [Prop::Ends(earlier, false), Prop::Begins(later, false), Prop::Ended];
                Question::KeptIf(Claim::no(earlier), Claim::never("<>({0} && ((!{1}) U {2}))", &props))
            }
            Self::ForbidBefore { forbidden: a, then: b } => {
                Question::KeptIf(Claim::no(b), one_and_then(a, b))
            }
            Self::ForbidAfter { forbidden: a, earlier: b } => {
                Question::KeptIf(Claim::no(b), one_and_then(b, a))
            }
            Self::Limit(most, a) => {
                let mut formula = "<>{0}".to_owned();
                for _ in 0..most {
                    formula = format!("<>({{0}} && <>({{1}} && {formula}))");
                }
                let props = [Prop::Begins(a, false), Prop::Ends(a, false)];
                Question::KeptIf(Claim::no(a), Claim::never(&formula, &props))
            }
            Self::Reachable { goal, from, within } => {
                let occurrences = selectors[from].of_nodes(flow).unwrap();
                let pair = |(node, step): (usize, usize)| {
                    let at = Prop::At(node, step);
                    (Claim::never("<>{0}", &[at]), gets(at, goal, within))
                };
                Question::BrokenWherever(occurrences.into_iter().map(pair).collect())
            }
        }
    }
}

/// No call does one and later the other, the actions that make a node one of a kind included.
fn one_and_then(one: usize, then: usize) -> Claim {
    Claim::never("<>({0} && <>{1})", &[Prop::Ends(one, true), Prop::Begins(then, true)])
}

/// No call comes to a B without an A, from its beginning and from each C on.
fn before(first: usize, then: usize, since: Option<usize>, with: bool) -> Claim {
    let well = Prop::EndsWell(first);
    let due = Prop::Due { of: then, first, with };
    let Some(since) = since else { return Claim::never("(!{0}) U {1}", &[well, due]) };
    let props = [
        well,
        due,
        Prop::Over(since),
        Prop::Going,
        Prop::StepEnds(first),
        Prop::StepEndsWell(first),
        Prop::Alone { of: then, beside: first, with },
        Prop::Ended,
    ];
    // A C that is a transition is followed by whole nodes. One that is a step may be followed by more steps of its node,
    // of which only single ones come after it; they count at once for what the node says next, but if it fails not for
    // what comes after the node.
    let beyond = "((!{0}) U {1})";
    let of_transition = format!("<>({{2}} && {{3}} && {beyond})");
    let in_node = "((!{3} && !{7} && !{4}) U (!{3} && !{7} && {6}))";
    let out_of_node = format!("((!{{3}} && !{{7}} && !{{5}}) U ({{3}} && {beyond}))");
    let of_step = format!("<>({{2}} && !{{3}} && ({in_node} || {out_of_node}))");
    Claim::never(&format!("{beyond} || {of_transition} || {of_step}"), &props)
}

/// No call comes there, and on by keys alone to the goal.
fn gets(at: Prop, goal: usize, within: Option<u32>) -> Claim {
    let props = [at, Prop::Begins(goal, false), Prop::ByOther, Prop::ByKey];
    let on = match within {
        None => "((!{2}) U {1})".to_owned(),
        Some(keys) => {
            let mut on = "((!{2} && !{3}) U {1})".to_owned();
            for _ in 0..keys {
                on = format!("((!{{2}} && !{{3}}) U ({{1}} || ({{3}} && ({{3}} U (!{{3}} && {on})))))");
            }
            on
        }
    };
    Claim::never(&format!("<>({{0}} && {on})"), &props)
}
