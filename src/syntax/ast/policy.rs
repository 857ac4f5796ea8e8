//! Facts, policies with their rules and selectors, and waivers and attestations.

use super::{Condition, HoursLine, Name, Text};
use crate::flow::Kind;
use crate::flow::policy::{Form, Operator};
use crate::source::Span;

/// `fact NAME = VALUE [because "PROOF" by "WHO" until DATE]`
#[derive(Debug)]
pub struct Fact {
    /// The name.
    pub name: Name,
    /// The value. `None` if it does not parse.
    pub value: Option<Literal>,
    /// Who answers for the value, and what proves it.
    pub evidence: Option<Evidence>,
}

/// What proves a fact: `because "PROOF" by "WHO" until DATE`
#[derive(Debug)]
pub struct Evidence {
    /// From its first to its last character.
    pub span: Span,
    /// The proof.
    pub because: Text,
    /// Who answers for it.
    pub by: Text,
    /// The last day for which it is given.
    pub until: Span,
}

/// The value of a fact.
#[derive(Debug, Clone)]
pub enum Literal {
    /// A string.
    Text(Text),
    /// Decimal digits.
    Integer(Span),
    /// A duration in milliseconds.
    Duration(u64),
    /// `2026-08-02`, which may not exist in the calendar.
    Date(Span),
    /// `mon..fri 9:00..20:00, closed holidays`
    Times(CallingTimes),
}

/// Days and times at which calls are made: `mon..fri 9:00..20:00, sat 9:00..13:00, closed holidays`
#[derive(Debug, Clone)]
pub struct CallingTimes {
    /// From its first to its last character.
    pub span: Span,
    /// Days with their windows.
    pub parts: Vec<CallingPart>,
}

/// `mon..fri 9:00..20:00`, `sun, holidays 10:00..18:00`, `closed holidays`
#[derive(Debug, Clone)]
pub struct CallingPart {
    /// Its weekdays and windows.
    pub line: HoursLine,
    /// The word `holidays`, if it is about these.
    pub holidays: Option<Span>,
}

/// `policy NAME "TITLE" [when CONDITION] { … }`
#[derive(Debug)]
pub struct Policy {
    /// The name.
    pub name: Name,
    /// Its title.
    pub title: Option<Text>,
    /// What all its rules depend on.
    pub when: Option<FactCondition>,
    /// What it says of itself.
    pub about: About,
    /// What it expects of a flow.
    pub expects: Vec<Expects>,
    /// The rules that parse.
    pub rules: Vec<Rule>,
    /// The names of those that do not.
    pub lost_rules: Vec<Name>,
}

/// What a policy says of itself.
#[derive(Debug, Default)]
pub struct About {
    /// `version 3`
    pub versions: Vec<Version>,
    /// `covers "us-ca", "us-wa" when CONDITION`
    pub covers: Vec<Cover>,
    /// `reviewed by "WHO" on DATE`
    pub reviews: Vec<Review>,
    /// `conflicts with POLICY because "WHAT TO DO"`
    pub conflicts: Vec<Conflict>,
}

/// `version 3`
#[derive(Debug)]
pub struct Version {
    /// From its first to its last character.
    pub span: Span,
    /// The number.
    pub number: Span,
}

/// `covers "PLACE", "PLACE" when CONDITION`
#[derive(Debug)]
pub struct Cover {
    /// From its first to its last character.
    pub span: Span,
    /// The places whose calls the policy is for.
    pub places: Vec<Text>,
    /// For which of these calls, if not for all.
    pub when: Option<FactCondition>,
}

/// `reviewed by "WHO" on DATE`
#[derive(Debug)]
pub struct Review {
    /// From its first to its last character.
    pub span: Span,
    /// Who read it.
    pub by: Text,
    /// The day.
    pub on: Span,
}

/// `conflicts with POLICY because "WHAT TO DO"`
#[derive(Debug)]
pub struct Conflict {
    /// From its first to its last character.
    pub span: Span,
    /// The other policy.
    pub with: Name,
    /// Why, and what to do.
    pub because: Text,
}

/// `expects fact NAME [= VALUE | VALUE] ["MEANING"]`, `expects @tag ["MEANING"]`
#[derive(Debug)]
pub struct Expects {
    /// From its first to its last character.
    pub span: Span,
    /// The fact or tag.
    pub expected: Expected,
    /// What it means.
    pub meaning: Option<Text>,
}

/// What a policy expects.
#[derive(Debug)]
pub enum Expected {
    /// A fact, with the values that it may have. An empty list allows any.
    Fact(Name, Vec<Literal>),
    /// A tag, without its `@`.
    Tag(Span),
}

/// `[warn] [NAME:] FORM [when CONDITION] [exempt when CONDITION because "REASON"]… [from DATE] [until DATE]`
#[derive(Debug)]
pub struct Rule {
    /// From its first to its last character.
    pub span: Span,
    /// The run of `///` lines directly above.
    pub doc: Option<Span>,
    /// Whether breaking it is a warning.
    pub warn: bool,
    /// The name, if one is written.
    pub name: Option<Name>,
    /// What it demands.
    pub demand: Demand,
    /// The facts that it depends on.
    pub when: Option<FactCondition>,
    /// When it does not bind a flow, and why.
    pub exempt: Vec<Exempt>,
    /// When it comes into force.
    pub from: Option<Start>,
    /// The last day on which it is in force.
    pub until: Option<Span>,
}

/// `exempt when CONDITION because "REASON"`
#[derive(Debug)]
pub struct Exempt {
    /// From its first to its last character.
    pub span: Span,
    /// The facts of a flow that the rule does not bind.
    pub when: FactCondition,
    /// Why it does not.
    pub because: Text,
}

/// When a rule comes into force.
#[derive(Debug)]
pub enum Start {
    /// `from 2026-08-02`
    Date(Span),
    /// `from after FACT + 30d`: so many days after the day that the fact states.
    After(Name, u32),
}

/// What a rule demands.
#[derive(Debug)]
pub enum Demand {
    /// Something about all paths.
    Paths(Form<Selector>),
    /// `require fact NAME`, `require fact CONDITION`
    Fact(FactCondition),
    /// `oblige "TEXT"`
    Oblige(Text),
}

/// A selector in postfix order.
#[derive(Debug)]
pub struct Selector {
    /// From its first to its last character.
    pub span: Span,
    /// Its operations.
    pub ops: Vec<SelectorOp>,
}

/// An operation of a selector.
#[derive(Debug)]
pub enum SelectorOp {
    /// A kind.
    Kind(Kind),
    /// `=NODE`
    Node(Name),
    /// `@tag`, without its `@`
    Tag(Span),
    /// `=NODE on CONDITION`
    Taken(Name, Condition),
    /// `language "TAG"`
    Language(Text),
    /// `set NAME`: what gives a variable its value
    Set(Name),
    /// `with NAME`: the steps with a field
    With(Name),
    /// `disposition NAME`: the nodes and transitions with a disposition
    Disposition(Name),
    /// `kind WORD`
    Declared(Name),
    /// `heard`
    Heard,
    /// `key`
    Key,
    /// `any`
    Any,
    /// `not`: what the last operand does not select.
    Not,
    /// `&`: what both of the last two operands select.
    And,
    /// `|`: what either of the last two operands selects.
    Or,
}

/// What facts must be, in postfix order: `purpose = "sales" and not voice = "live"`.
#[derive(Debug)]
pub struct FactCondition {
    /// From its first to its last character.
    pub span: Span,
    /// Its operations.
    pub ops: Vec<FactOp>,
}

impl FactCondition {
    /// Its comparisons, in the order in which they are written.
    pub fn comparisons(&self) -> impl Iterator<Item = &Comparison> {
        self.ops
            .iter()
            .filter_map(|op| if let FactOp::Compare(comparison) = op { Some(comparison) } else { None })
    }
}

/// An operation of a condition about facts.
#[derive(Debug)]
pub enum FactOp {
    /// A comparison. `purpose in ("sales", "charity")` is two of them with an [`Self::Or`].
    Compare(Comparison),
    /// `not`: what the last operand is not.
    Not,
    /// `and`: both of the last two operands.
    And,
    /// `or`: either of the last two operands.
    Or,
}

/// `FACT`, or `FACT OP VALUE`.
#[derive(Debug)]
pub struct Comparison {
    /// From its first to its last character.
    pub span: Span,
    /// The fact's name.
    pub fact: Name,
    /// The operator and the value that it is compared with.
    pub test: Option<(Operator, Literal)>,
}

/// What a waiver or an attestation is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// `POLICY/RULE`
    Rule(Name, Name),
    /// The code of a finding: `CX201`
    Finding(Span),
}

/// What somebody decides about a rule or a finding: `waive POLICY/RULE [at NODE] because "TEXT" by "TEXT" until DATE`,
/// or the same with `attest` and without a node.
#[derive(Debug)]
pub struct Decision {
    /// What it is about.
    pub subject: Subject,
    /// The node that it is for.
    pub node: Option<Name>,
    /// The reason.
    pub because: Text,
    /// Who answers for it.
    pub by: Text,
    /// The last day on which it applies.
    pub until: Span,
}
