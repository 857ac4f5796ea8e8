//! Policies as a flow has them: rules, what they pick, facts and waivers.

use jiff::civil::Date;

use super::{Alternative, EventId, Kind, NodeId};
use crate::diagnostics::Severity;
use crate::source::Span;

/// A policy that applies to the flow.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name, an instance's prefix included.
    pub name: Box<str>,
    /// What people call it.
    pub title: Option<Box<str>>,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// From its first to its last character.
    pub span: Span,
    /// Where its name is written.
    pub name_span: Span,
    /// Whether it is one of those that come with the compiler.
    pub bundled: bool,
    /// Where a line applies it; none where it applies by itself or from outside.
    pub applied_at: Option<Span>,
    /// Where settings ask for it.
    pub named_at: Option<Span>,
    /// What it expects of a flow, in order.
    pub expects: Vec<Expects>,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

impl Policy {
    /// Whether the author of a flow is not free to leave it out or to change it: it comes with the
    /// compiler, or is applied from outside.
    pub fn is_required(&self) -> bool {
        self.bundled || self.applied_at.is_none()
    }

    /// Where it is asked for: by a line that applies it, or by settings.
    pub fn place(&self) -> Option<Span> {
        self.applied_at.or(self.named_at)
    }

    /// What it expects of a fact.
    pub fn expected_fact(&self, fact: &str) -> Option<(&Expects, &[Value])> {
        self.expects.iter().find_map(|one| match &one.what {
            Expected::Fact { name, values } if **name == *fact => Some((one, values.as_slice())),
            _ => None,
        })
    }

    /// Whether it expects a fact, or has a rule about it.
    pub fn knows_fact(&self, fact: &str) -> bool {
        self.expected_fact(fact).is_some()
            || self.rules.iter().flat_map(Rule::comparisons).any(|one| *one.fact == *fact)
    }

    /// The tags that it expects.
    pub fn expected_tags(&self) -> impl Iterator<Item = (&str, &Expects)> {
        self.expects.iter().filter_map(|one| match &one.what {
            Expected::Tag(name) => Some((&**name, one)),
            Expected::Fact { .. } => None,
        })
    }

    /// The facts that it expects.
    pub fn expected_facts(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.expects.iter().filter_map(|one| match &one.what {
            Expected::Fact { name, values } => Some((&**name, values.as_slice())),
            Expected::Tag(_) => None,
        })
    }
}

/// `expects fact NAME [= VALUE | VALUE] ["MEANING"]`, `expects @tag ["MEANING"]`
#[derive(Debug, Clone)]
pub struct Expects {
    /// The fact or tag.
    pub what: Expected,
    /// What it means.
    pub meaning: Option<Box<str>>,
    /// From its first to its last character.
    pub span: Span,
}

/// What a policy expects.
#[derive(Debug, Clone)]
pub enum Expected {
    /// A fact.
    Fact {
        /// Its name.
        name: Box<str>,
        /// The values that it may have; any where none is listed.
        values: Vec<Value>,
    },
    /// A tag.
    Tag(Box<str>),
}

/// A rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The name; `rule-1` where none is written.
    pub name: Box<str>,
    /// Whether the name is written.
    pub named: bool,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// From its first to its last character.
    pub span: Span,
    /// Error, or warning with `warn`.
    pub severity: Severity,
    /// What it demands.
    pub demand: Demand,
    /// The fact that it depends on.
    pub when: Option<Comparison>,
    /// The first day on which it is in force.
    pub from: Option<Date>,
    /// The last day on which it is in force.
    pub until: Option<Date>,
}

/// What a rule demands.
#[derive(Debug, Clone)]
pub enum Demand {
    /// Something of the paths.
    Paths(Form<Selector>),
    /// A fact.
    Fact(Comparison),
    /// What no graph shows: a duty, in words.
    Oblige(Box<str>),
}

/// A form of rule, over selectors of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form<S> {
    /// `require A`
    Require(S),
    /// `require A on every path`
    OnEveryPath(S),
    /// `require A before B [since C]`
    Before {
        /// What has to come first.
        first: S,
        /// Before what.
        then: S,
        /// What makes it due again.
        since: Option<S>,
    },
    /// `require A after B`
    After {
        /// What has to follow.
        later: S,
        /// After what.
        earlier: S,
    },
    /// `require A reachable from B [within N keys]`
    Reachable {
        /// What the called party can get to.
        goal: S,
        /// From where.
        from: S,
        /// With how many key entries at most.
        within: Option<u32>,
    },
    /// `forbid A`
    Forbid(S),
    /// `forbid A before B`
    ForbidBefore {
        /// What must not come first.
        forbidden: S,
        /// Before what.
        then: S,
    },
    /// `forbid A after B`
    ForbidAfter {
        /// What must not follow.
        forbidden: S,
        /// After what.
        earlier: S,
    },
    /// `limit retries N`
    Retries(u64),
    /// `limit depth N`, in transitions
    Depth(u64),
    /// `limit N A`
    Count(u64, S),
    /// `limit DURATION [from A] [to B]`
    Time {
        /// In milliseconds.
        most: u64,
        /// From the end of this; the call's beginning.
        from: Option<S>,
        /// To the start of the next of these; the call's end.
        to: Option<S>,
    },
}

impl<S> Form<S> {
    /// Its selectors.
    pub fn selectors(&self) -> impl Iterator<Item = &S> {
        let of = match self {
            Self::Require(one) | Self::OnEveryPath(one) | Self::Forbid(one) | Self::Count(_, one) => {
                [Some(one), None, None]
            }
            Self::Before { first, then, since } => [Some(first), Some(then), since.as_ref()],
            Self::After { later: one, earlier: other }
            | Self::Reachable { goal: one, from: other, .. }
            | Self::ForbidBefore { forbidden: one, then: other }
            | Self::ForbidAfter { forbidden: one, earlier: other } => [Some(one), Some(other), None],
            Self::Retries(_) | Self::Depth(_) => [None, None, None],
            Self::Time { from, to, .. } => [from.as_ref(), to.as_ref(), None],
        };
        of.into_iter().flatten()
    }

    /// What it wants to be there.
    pub fn required(&self) -> Option<&S> {
        match self {
            Self::Require(one) | Self::OnEveryPath(one) => Some(one),
            Self::Before { first: one, .. }
            | Self::After { later: one, .. }
            | Self::Reachable { goal: one, .. } => Some(one),
            Self::Forbid(_)
            | Self::ForbidBefore { .. }
            | Self::ForbidAfter { .. }
            | Self::Retries(_)
            | Self::Depth(_)
            | Self::Count(..)
            | Self::Time { .. } => None,
        }
    }

    /// What it forbids.
    pub fn forbidden(&self) -> Option<&S> {
        match self {
            Self::Forbid(one)
            | Self::ForbidBefore { forbidden: one, .. }
            | Self::ForbidAfter { forbidden: one, .. } => Some(one),
            _ => None,
        }
    }

    /// What lets a flow keep it that has nothing of this: what it forbids, and what makes something due
    /// again.
    pub fn kept_without(&self) -> impl Iterator<Item = &S> {
        let since = match self {
            Self::Before { since, .. } => since.as_ref(),
            _ => None,
        };
        self.forbidden().into_iter().chain(since)
    }

    /// The same form over other selectors.
    pub fn map<T>(&self, mut map: impl FnMut(&S) -> T) -> Form<T> {
        match self {
            Self::Require(one) => Form::Require(map(one)),
            Self::OnEveryPath(one) => Form::OnEveryPath(map(one)),
            Self::Before { first, then, since } => {
                Form::Before { first: map(first), then: map(then), since: since.as_ref().map(map) }
            }
            Self::After { later, earlier } => Form::After { later: map(later), earlier: map(earlier) },
            Self::Reachable { goal, from, within } => {
                Form::Reachable { goal: map(goal), from: map(from), within: *within }
            }
            Self::Forbid(one) => Form::Forbid(map(one)),
            Self::ForbidBefore { forbidden, then } => {
                Form::ForbidBefore { forbidden: map(forbidden), then: map(then) }
            }
            Self::ForbidAfter { forbidden, earlier } => {
                Form::ForbidAfter { forbidden: map(forbidden), earlier: map(earlier) }
            }
            Self::Retries(most) => Form::Retries(*most),
            Self::Depth(most) => Form::Depth(*most),
            Self::Count(most, one) => Form::Count(*most, map(one)),
            Self::Time { most, from, to } => {
                Form::Time { most: *most, from: from.as_ref().map(&mut map), to: to.as_ref().map(map) }
            }
        }
    }
}

/// What a rule picks, in postfix order, so that deep nesting costs no stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Selector(pub Vec<Op>);

impl Selector {
    /// What it picks without what it takes away: `A` of `A & not B`.
    pub fn without_exceptions(&self) -> Self {
        let mut stack: Vec<Vec<Op>> = Vec::new();
        for op in &self.0 {
            let next = match op {
                Op::Not => {
                    let mut operand = stack.pop().unwrap_or_default();
                    operand.push(Op::Not);
                    operand
                }
                Op::And | Op::Or => {
                    let (right, mut left) =
                        (stack.pop().unwrap_or_default(), stack.pop().unwrap_or_default());
                    match (op, left.last() == Some(&Op::Not), right.last() == Some(&Op::Not)) {
                        (Op::And, false, true) => left,
                        (Op::And, true, false) => right,
                        _ => {
                            left.extend(right);
                            left.push(op.clone());
                            left
                        }
                    }
                }
                atom => vec![atom.clone()],
            };
            stack.push(next);
        }
        Self(stack.pop().unwrap_or_default())
    }
}

/// An operation of a selector.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// Nodes of a kind.
    Kind(Kind),
    /// `=NODE`
    Node(NodeId),
    /// `@tag`, of a node or of an action.
    Tag(Box<str>),
    /// `=NODE on CONDITION`: that one of these happens at the node.
    Taken(NodeId, Vec<EventId>),
    /// What names something that is not there, which has its own finding.
    Nothing,
    /// `any`: every step.
    Any,
    /// What the last one does not pick: of steps, never of transitions.
    Not,
    /// What the last two both pick.
    And,
    /// What either of the last two picks.
    Or,
}

/// The condition of a `=NODE on CONDITION`.
#[derive(Debug, Clone)]
pub struct NodeCondition {
    /// The node.
    pub node: NodeId,
    /// Whether it is a quoted one.
    pub raw: bool,
    /// Its alternatives.
    pub alternatives: Vec<Alternative>,
}

impl Rule {
    /// The facts that it speaks of: what it requires, and what it depends on.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        let required = match &self.demand {
            Demand::Fact(comparison) => Some(comparison),
            Demand::Paths(_) | Demand::Oblige(_) => None,
        };
        required.into_iter().chain(&self.when)
    }

    /// The tags that it speaks of, as often as it does.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let form = match &self.demand {
            Demand::Paths(form) => Some(form),
            Demand::Fact(_) | Demand::Oblige(_) => None,
        };
        let ops = form.into_iter().flat_map(Form::selectors).flat_map(|selector| &selector.0);
        ops.filter_map(|op| if let Op::Tag(name) = op { Some(&**name) } else { None })
    }
}

/// `FACT`, or `FACT OP VALUE`.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The fact's name.
    pub fact: Box<str>,
    /// What it is compared with.
    pub test: Option<(Operator, Value)>,
    /// Where it is written.
    pub span: Span,
}

/// How a fact is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Operator {
    /// Every operator.
    pub const ALL: &[Operator] =
        &[Self::Equal, Self::NotEqual, Self::Less, Self::AtMost, Self::More, Self::AtLeast];

    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The operator of a sign.
    pub fn from_sign(sign: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.sign() == sign)
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(Box<str>),
    /// A number.
    Integer(u64),
    /// Milliseconds.
    Duration(u64),
    /// A day.
    Date(Date),
}

/// `fact NAME = VALUE`
#[derive(Debug, Clone)]
pub struct Fact {
    /// The name.
    pub name: Box<str>,
    /// The value; `None` where it did not parse, which has its own finding.
    pub value: Option<Value>,
    /// Whether an error says why there is no value.
    pub is_refused: bool,
    /// Where the value is written, unless it is a duration.
    pub value_span: Option<Span>,
    /// The policies that ask for it and do not apply.
    pub known_elsewhere: Vec<Box<str>>,
    /// Whether a file states it that other flows may include too.
    pub shared: bool,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// Where its name is written.
    pub span: Span,
}

/// `waive POLICY/RULE [at NODE] because "…" by "…" until DATE`
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The policy's name.
    pub policy: Box<str>,
    /// The rule's name.
    pub rule: Box<str>,
    /// At which node; everywhere.
    pub node: Option<NodeId>,
    /// Why.
    pub because: Box<str>,
    /// Where that is written.
    pub because_span: Span,
    /// Who answers for it.
    pub by: Box<str>,
    /// The last day on which it holds.
    pub until: Date,
    /// Where that is written.
    pub until_span: Span,
    /// From its first to its last character.
    pub span: Span,
}

/// A fact's value as the language has it.
pub fn fact_value(value: &Value) -> String {
    match value {
        Value::Text(text) => crate::spelling::display_string(text),
        Value::Integer(number) => number.to_string(),
        Value::Duration(milliseconds) => crate::spelling::display_duration(*milliseconds),
        Value::Date(date) => date.to_string(),
    }
}

/// The tags that a policy expects, and those that its rules speak of.
pub fn known_tags(policy: &Policy) -> impl Iterator<Item = &str> {
    let expected = policy.expected_tags().map(|(name, _)| name);
    expected.chain(policy.rules.iter().flat_map(Rule::tags))
}
