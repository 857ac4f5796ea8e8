//! The policies of a flow: rules, selectors and facts.

use jiff::civil::Date;

pub use super::fact::{Comparison, Fact, FactCondition, FactOp, Operator, Truth, Value, fact_value};
use super::{Alternative, EventId, Kind, KindId, NodeId, VariableId};
use crate::bundled::lock::LockStanding;
use crate::diagnostics::Severity;
use crate::source::Span;

/// A policy that applies to the flow.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The name, including an instance's prefix.
    pub name: Box<str>,
    /// Its title.
    pub title: Option<Box<str>>,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// From its first to its last character.
    pub span: Span,
    /// Where its name is written.
    pub name_span: Span,
    /// Whether it comes with the compiler.
    pub bundled: bool,
    /// How its text stands to that of the compiler, if a lock keeps it.
    pub locked: Option<LockStanding>,
    /// Where a line applies it. `None` if it always applies or is applied from outside.
    pub applied_at: Option<Span>,
    /// Where settings name it.
    pub named_at: Option<Span>,
    /// What all its rules depend on, beside what each of them does. [`Rule::when`] has both.
    pub when: Option<FactCondition>,
    /// Which edition it is, from 1 on. `None` if it does not say.
    pub version: Option<u32>,
    /// The places whose calls it is for.
    pub covers: Vec<Box<str>>,
    /// The lines that say so, without their first word: `"us" when purpose = "debt"`.
    pub covers_lines: Vec<Box<str>>,
    /// The facts by which it says for which of these calls it is.
    pub covers_by: Vec<Box<str>>,
    /// Who has read it, and when, the last one last.
    pub reviews: Vec<Review>,
    /// The policies that it conflicts with.
    pub conflicts: Vec<Conflict>,
    /// What it expects of a flow, in order.
    pub expects: Vec<Expects>,
    /// Its rules in order.
    pub rules: Vec<Rule>,
}

impl Policy {
    /// Whether the author of a flow cannot leave it out or change it, because it comes with the compiler or is
    /// applied from outside.
    pub fn is_required(&self) -> bool {
        self.bundled || self.applied_at.is_none()
    }

    /// What a reader needs to know of it if it is locked.
    pub fn lock_in_words(&self) -> Option<String> {
        self.locked.map(|standing| standing.in_words(self.version))
    }

    /// The line that applies it, or its place in the settings.
    pub fn place(&self) -> Option<Span> {
        self.applied_at.or(self.named_at)
    }

    /// What it expects of a fact, if anything.
    pub fn expected_fact(&self, fact: &str) -> Option<(&Expects, &[Value])> {
        self.expects.iter().find_map(|expects| match &expects.expected {
            Expected::Fact { name, values } if **name == *fact => Some((expects, values.as_slice())),
            _ => None,
        })
    }

    /// Whether it expects a fact, or has a rule about it.
    pub fn knows_fact(&self, fact: &str) -> bool {
        self.expected_fact(fact).is_some()
            || self.rules.iter().flat_map(Rule::facts).any(|named| *named == *fact)
            || self.covers_by.iter().any(|named| **named == *fact)
    }

    /// The tags that it expects.
    pub fn expected_tags(&self) -> impl Iterator<Item = (&str, &Expects)> {
        self.expects.iter().filter_map(|expects| match &expects.expected {
            Expected::Tag(name) => Some((&**name, expects)),
            Expected::Fact { .. } => None,
        })
    }

    /// The facts that it expects.
    pub fn expected_facts(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.expects.iter().filter_map(|expects| match &expects.expected {
            Expected::Fact { name, values } => Some((&**name, values.as_slice())),
            Expected::Tag(_) => None,
        })
    }
}

/// `reviewed by "WHO" on DATE`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who read it.
    pub by: Box<str>,
    /// The day.
    pub on: Date,
    /// From its first to its last character.
    pub span: Span,
}

/// `conflicts with POLICY because "WHAT TO DO"`
#[derive(Debug, Clone)]
pub struct Conflict {
    /// The other policy.
    pub with: Box<str>,
    /// Why, and what to do.
    pub because: Box<str>,
    /// Where that is written.
    pub because_span: Span,
    /// Where the other policy is named.
    pub span: Span,
}

/// `expects fact NAME [= VALUE | VALUE] ["MEANING"]`, `expects @tag ["MEANING"]`
#[derive(Debug, Clone)]
pub struct Expects {
    /// The fact or tag.
    pub expected: Expected,
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
        /// The values that it may have. An empty list allows any.
        values: Vec<Value>,
    },
    /// A tag.
    Tag(Box<str>),
}

/// A rule of a policy.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The name, or `rule-1` and so on if none is written.
    pub name: Box<str>,
    /// Whether the name is written.
    pub named: bool,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// From its first to its last character.
    pub span: Span,
    /// An error, or a warning with `warn`.
    pub severity: Severity,
    /// What it demands.
    pub demand: Demand,
    /// The facts that it depends on, with those of its policy.
    pub when: Option<FactCondition>,
    /// The facts of flows that it does not bind.
    pub exempt: Vec<Exempt>,
    /// The first day on which it is in force.
    pub from: Option<Date>,
    /// The fact that states the day from which on `from` is counted. Where no flow states it, there is no `from`.
    pub from_after: Option<StartAfter>,
    /// The last day on which it is in force.
    pub until: Option<Date>,
}

/// `exempt when CONDITION because "REASON"`
#[derive(Debug, Clone)]
pub struct Exempt {
    /// The facts of a flow that the rule does not bind.
    pub when: FactCondition,
    /// Why it does not.
    pub because: Box<str>,
    /// Where that is written.
    pub because_span: Span,
}

/// `from after FACT + 30d`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartAfter {
    /// The fact that states a day.
    pub fact: Box<str>,
    /// How many days after it the rule comes into force.
    pub days: u32,
    /// Where the fact is named.
    pub span: Span,
}

/// What a rule demands.
#[derive(Debug, Clone)]
pub enum Demand {
    /// Something about all paths.
    Paths(Form<Selector>),
    /// What facts must be.
    Fact(FactCondition),
    /// A duty in words, which cannot be checked on the graph.
    Oblige(Box<str>),
}

/// A form of rule, over selectors of type `S`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form<S> {
    /// `require A`
    Require(S),
    /// `require A on every path`
    OnEveryPath(S),
    /// `require A before [or with] B [since C]`
    Before {
        /// What must come first.
        first: S,
        /// What must come after it.
        then: S,
        /// What makes `first` due again.
        since: Option<S>,
        /// Whether the node that says `then` may say `first` as well, in whatever order.
        or_with: bool,
    },
    /// `require A after B`
    After {
        /// What must follow.
        later: S,
        /// What it must follow.
        earlier: S,
    },
    /// `require A reachable from B [within N keys]`
    Reachable {
        /// What the called party must be able to reach.
        goal: S,
        /// From where it must be reachable.
        from: S,
        /// With at most how many key entries.
        within: Option<u32>,
    },
    /// `forbid A`
    Forbid(S),
    /// `forbid A before B`
    ForbidBefore {
        /// What must not come first.
        forbidden: S,
        /// What it must not precede.
        then: S,
    },
    /// `forbid A after B`
    ForbidAfter {
        /// What must not follow.
        forbidden: S,
        /// What it must not follow.
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
        /// The time begins at the end of this, or with the call.
        from: Option<S>,
        /// The time ends at the start of the next of these, or with the call.
        to: Option<S>,
        /// What is measured of the two, and whether there must be any.
        extent: Extent,
    },
}

/// Between which ends a limit of time measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// `from start of A`: the time begins with A, not at its end.
    pub from_start: bool,
    /// `to end of B`: it ends when B is over, not when B begins.
    pub to_end: bool,
    /// `, and must occur`: a path on which the time does not end breaks the rule.
    pub must_occur: bool,
}

impl<S> Form<S> {
    /// Whether it is about how long paths are, so that those without an end break it.
    pub(crate) fn measures(&self) -> bool {
        matches!(self, Self::Depth(_) | Self::Count(..) | Self::Time { .. })
    }

    /// Its selectors.
    pub fn selectors(&self) -> impl Iterator<Item = &S> {
        let selectors = match self {
            Self::Require(only) | Self::OnEveryPath(only) | Self::Forbid(only) | Self::Count(_, only) => {
                [Some(only), None, None]
            }
            Self::Before { first, then, since, .. } => [Some(first), Some(then), since.as_ref()],
            Self::After { later: first, earlier: second }
            | Self::Reachable { goal: first, from: second, .. }
            | Self::ForbidBefore { forbidden: first, then: second }
            | Self::ForbidAfter { forbidden: first, earlier: second } => [Some(first), Some(second), None],
            Self::Retries(_) | Self::Depth(_) => [None, None, None],
            Self::Time { from, to, .. } => [from.as_ref(), to.as_ref(), None],
        };
        selectors.into_iter().flatten()
    }

    /// What it requires.
    pub fn required(&self) -> Option<&S> {
        match self {
            Self::Require(required) | Self::OnEveryPath(required) => Some(required),
            Self::Before { first: required, .. }
            | Self::After { later: required, .. }
            | Self::Reachable { goal: required, .. } => Some(required),
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
            Self::Forbid(forbidden)
            | Self::ForbidBefore { forbidden, .. }
            | Self::ForbidAfter { forbidden, .. } => Some(forbidden),
            _ => None,
        }
    }

    /// Selectors for which a flow keeps the rule if nothing matches them: what it forbids, and what makes
    /// something due again.
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
            Self::Require(required) => Form::Require(map(required)),
            Self::OnEveryPath(required) => Form::OnEveryPath(map(required)),
            Self::Before { first, then, since, or_with } => Form::Before {
                first: map(first),
                then: map(then),
                since: since.as_ref().map(map),
                or_with: *or_with,
            },
            Self::After { later, earlier } => Form::After { later: map(later), earlier: map(earlier) },
            Self::Reachable { goal, from, within } => {
                Form::Reachable { goal: map(goal), from: map(from), within: *within }
            }
            Self::Forbid(forbidden) => Form::Forbid(map(forbidden)),
            Self::ForbidBefore { forbidden, then } => {
                Form::ForbidBefore { forbidden: map(forbidden), then: map(then) }
            }
            Self::ForbidAfter { forbidden, earlier } => {
                Form::ForbidAfter { forbidden: map(forbidden), earlier: map(earlier) }
            }
            Self::Retries(most) => Form::Retries(*most),
            Self::Depth(most) => Form::Depth(*most),
            Self::Count(most, counted) => Form::Count(*most, map(counted)),
            Self::Time { most, from, to, extent } => Form::Time {
                most: *most,
                from: from.as_ref().map(&mut map),
                to: to.as_ref().map(map),
                extent: *extent,
            },
        }
    }
}

/// A selector in postfix order, so that deep nesting needs no recursion.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Selector(pub Vec<Op>);

impl Selector {
    /// The selector without its exceptions: `A` for `A & not B`.
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
    /// `=NODE on CONDITION`: one of these events happens at the node.
    Taken(NodeId, Vec<EventId>),
    /// `set NAME`: the steps and transitions that give the variable its value. Nothing if no variable has the name.
    Set(Box<str>, Option<VariableId>),
    /// `with NAME`: the steps that send the field.
    With(Box<str>),
    /// `disposition NAME`: the nodes and transitions with the disposition.
    Disposition(Box<str>),
    /// `kind WORD`: the nodes of a declared kind. Nothing if no declared kind has the word.
    Declared(Box<str>, Option<KindId>),
    /// An unknown node, which is already reported.
    Nothing,
    /// `language "es"`: the steps that are heard in this language or in a variety of it.
    Language(Box<str>),
    /// `heard`: every step that says or plays something.
    Heard,
    /// `key`: the transitions that the called party takes by keys.
    Key,
    /// `any`: every step.
    Any,
    /// The steps that the last operand does not select. It never selects transitions.
    Not,
    /// What both of the last two operands select.
    And,
    /// What either of the last two operands selects.
    Or,
}

/// The condition of a `=NODE on CONDITION`.
#[derive(Debug, Clone)]
pub struct NodeCondition {
    /// The node.
    pub node: NodeId,
    /// Whether it is quoted.
    pub raw: bool,
    /// Its alternatives.
    pub alternatives: Vec<Alternative>,
}

/// A name behind `set`, `with` or `disposition` in a selector.
#[derive(Debug, Clone)]
pub struct PickedName {
    /// What it is the name of.
    pub kind: PickedKind,
    /// The name.
    pub name: Box<str>,
    /// The variable, if it is one.
    pub variable: Option<VariableId>,
    /// Where it is written.
    pub span: Span,
}

/// What a selector names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PickedKind {
    /// A variable.
    Variable {
        /// Whether it is the name of another value, such as a contact field.
        is_value: bool,
    },
    /// A field.
    Field,
    /// A disposition.
    Disposition,
    /// A language.
    Language,
    /// A declared kind.
    Kind {
        /// Whether it is a kind of the language.
        is_own: bool,
    },
}

impl Rule {
    /// What it depends on beside what its whole policy depends on.
    pub(crate) fn own_when(&self, policy: &Policy) -> Option<FactCondition> {
        let when = self.when.as_ref()?;
        let Some(of_policy) = &policy.when else { return Some(when.clone()) };
        // The policy's comes first, and an `and` is the last operation of both.
        let own = when.ops.get(of_policy.ops.len()..)?;
        let (_, own) = own.split_last()?;
        Some(FactCondition { ops: own.to_vec(), span: when.span })
    }

    /// Its comparisons of facts: those that it requires, those that it depends on, and those that exempt from it.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        let required = match &self.demand {
            Demand::Fact(condition) => Some(condition),
            Demand::Paths(_) | Demand::Oblige(_) => None,
        };
        let exempt = self.exempt.iter().map(|exempt| &exempt.when);
        required.into_iter().chain(&self.when).chain(exempt).flat_map(FactCondition::comparisons)
    }

    /// The facts that it names, with repetitions.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        let after = self.from_after.as_ref().map(|after| &*after.fact);
        self.comparisons().map(|comparison| &*comparison.fact).chain(after)
    }

    /// The tags in its selectors, with repetitions.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        let form = match &self.demand {
            Demand::Paths(form) => Some(form),
            Demand::Fact(_) | Demand::Oblige(_) => None,
        };
        let ops = form.into_iter().flat_map(Form::selectors).flat_map(|selector| &selector.0);
        ops.filter_map(|op| if let Op::Tag(name) = op { Some(&**name) } else { None })
    }
}

/// The tags that a policy expects, and those in its rules.
pub fn known_tags(policy: &Policy) -> impl Iterator<Item = &str> {
    let expected = policy.expected_tags().map(|(name, _)| name);
    expected.chain(policy.rules.iter().flat_map(Rule::tags))
}
