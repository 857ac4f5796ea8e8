//! The tree of one file: what is written and where, before names are looked up, with holes where the text is
//! broken.
//!
//! The tree contains places, not text: use [`crate::source::Sources::text`] for that.

mod hours;
mod kind;
mod policy;

pub use hours::{AskedHours, DaySpan, Days, Hours, HoursLine, Window};
pub use kind::{
    Field, FieldDeclaration, FieldType, FieldTypeName, FieldValue, KindDeclaration, Scalar, SetsLine,
};
pub use policy::{
    About, CallingPart, CallingTimes, Comparison, Conflict, Cover, Decision, Demand, Evidence, Exempt,
    Expected, Expects, Fact, FactCondition, FactOp, Literal, Policy, Review, Rule, Selector, SelectorOp,
    Start, Subject, Version,
};

use smallvec::SmallVec;
use thin_vec::ThinVec;

use crate::flow::{Comparator, Kind, Verb};
use crate::source::Span;

/// A file's declarations and comments.
#[derive(Debug, Default)]
pub struct Ast {
    /// The declarations in order.
    pub items: Vec<Item>,
    /// Every comment in order, including doc comments.
    pub comments: Vec<Span>,
    /// Whether a line did not parse.
    pub broken: bool,
    /// Whether it has nodes of declared kinds, or an `every` for them.
    pub has_declared_nodes: bool,
}

/// A declaration.
#[derive(Debug)]
pub struct Item {
    /// From its first to its last character.
    pub span: Span,
    /// The run of `///` lines directly above.
    pub doc: Option<Span>,
    /// The declaration.
    pub declaration: Declaration,
}

/// A declaration's content. A `None` is a hole.
#[derive(Debug)]
pub enum Declaration {
    /// `flow "NAME"`
    Flow(Option<Text>),
    /// `description "TEXT"`
    Description(Option<Text>),
    /// `entry NODE`
    Entry(Option<Name>),
    /// `exit NAME`
    Exit(Name),
    /// `let NAME = VALUE`
    Let(Binding),
    /// `param NAME = DEFAULT`
    Param(Param),
    /// `contact NAME`
    Contact(Contact),
    /// `var NAME`
    Var(Contact),
    /// `include "PATH"`
    Include(Box<Include>),
    /// `language "TAG"`, `voice "NAME"` or both
    Speaker(ThinVec<Opt>),
    /// `KIND NAME`
    Node(Box<Node>),
    /// `A -> B`
    Transition(Box<Transition>),
    /// `every KIND on CONDITION -> NODE`
    Every(Box<Every>),
    /// `test "NAME" -> NODE`
    Test(Box<Test>),
    /// `fact NAME = VALUE`
    Fact(Box<Fact>),
    /// `policy NAME "TITLE" { … }`
    Policy(Box<Policy>),
    /// `apply NAME`
    Apply(Name),
    /// `waive POLICY/RULE …`
    Waive(Box<Decision>),
    /// `attest POLICY/RULE …`
    Attest(Box<Decision>),
    /// `kind NAME type "TYPE" { … }`
    Kind(Box<KindDeclaration>),
    /// `hours NAME in "ZONE" { … }`
    Hours(Box<Hours>),
    /// `dispositions NAME, NAME`
    Dispositions(Vec<Name>),
    /// An include that does not parse, with the prefix of its instance.
    LostInclude(Option<Name>),
    /// A line that may declare a node, a value or a policy: its name is one of these words, or all of them
    /// joined. Without any word, it may declare any node.
    Ambiguous(Vec<Name>),
    /// A line that lacks the name of what it declares or uses, which may be any unknown name.
    Nameless(Nameless),
    /// Any other broken line. The nodes that it names may lack a transition.
    Broken(Vec<Name>),
}

/// The kind of a line that lacks a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nameless {
    /// A let, a param or a contact field.
    Value,
    /// A policy.
    Policy,
    /// A declared kind.
    Kind,
    /// A chain of transitions that lacks a node.
    Chain,
    /// An `every`, whose branch any node may have.
    Every,
}

/// A name as written, with its backticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// Where it is written.
    pub span: Span,
    /// Whether it is between backticks.
    pub quoted: bool,
}

/// A string as written, with its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// Where it is written.
    pub span: Span,
    /// Whether it is plain: one line, without escapes and insertions.
    pub plain: bool,
}

/// A value of a `let`, a `param`, a `set`, a comparison or a `with`.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// A string.
    Text(Text),
    /// Decimal digits. In a `set`, a comparison and a test's `with` they may have a sign.
    Integer(Span),
}

impl Value {
    /// Where it is written.
    pub fn span(self) -> Span {
        match self {
            Self::Text(text) => text.span,
            Self::Integer(span) => span,
        }
    }
}

/// `NAME = VALUE`
#[derive(Debug)]
pub struct Binding {
    /// The name.
    pub name: Name,
    /// The value.
    pub value: Option<Value>,
}

/// `param NAME = DEFAULT`
#[derive(Debug)]
pub struct Param {
    /// The name.
    pub name: Name,
    /// The default, if it has one.
    pub default: Option<Value>,
    /// Whether the line did not parse.
    pub broken: bool,
}

/// `contact NAME [lasts DURATION] [@tag…]`, and `var` in the same way.
#[derive(Debug)]
pub struct Contact {
    /// The name.
    pub name: Name,
    /// `lasts` and tags.
    pub options: ThinVec<Opt>,
}

/// `include "PATH" [as PREFIX [language "TAG"] [voice "NAME"] [with NAME = VALUE, EXIT -> NODE, …]]`
#[derive(Debug)]
pub struct Include {
    /// The file's path, relative to this file.
    pub path: Text,
    /// The instance's name, if it is one.
    pub prefix: Option<Name>,
    /// The values of its params.
    pub with: Vec<Binding>,
    /// How its texts are spoken: `language` and `voice`.
    pub speaker: Vec<Opt>,
    /// The nodes of its exits.
    pub exits: Vec<BoundExit>,
}

/// `EXIT -> NODE`, in an include's `with`
#[derive(Debug)]
pub struct BoundExit {
    /// The exit's name.
    pub name: Name,
    /// The node of the including file that the exit leads to.
    pub target: Name,
    /// How often a call may leave there, and where it goes then.
    pub again: Option<Box<Again>>,
}

impl BoundExit {
    /// From the exit's name to the last one of the line.
    pub fn span(&self) -> Span {
        self.name.span.to(self.again.as_ref().map_or(self.target.span, |again| again.span))
    }
}

/// A node.
#[derive(Debug)]
pub struct Node {
    /// The kind. `None` if the word is not one.
    pub kind: Option<NodeKind>,
    /// Where its kind is written.
    pub kind_span: Span,
    /// Its name.
    pub name: Name,
    /// The string after the name.
    pub argument: Option<Text>,
    /// The options after the argument.
    pub options: ThinVec<Opt>,
    /// The fields after `with`.
    pub fields: ThinVec<Field>,
    /// The block's statements. `None` without a block.
    pub block: Option<Vec<Statement>>,
    /// Whether any part of it did not parse.
    pub broken: bool,
}

/// The kind of a node as written.
#[derive(Debug, Clone, Copy)]
pub enum NodeKind {
    /// One of the language's kinds.
    Kind(Kind),
    /// `node NAME type "TYPE" [ends]`
    Generic {
        /// The type.
        type_: Text,
        /// Whether it has `ends`.
        ends: bool,
    },
    /// A declared kind, with the word for it.
    Declared(Span),
}

/// A statement of a block.
#[derive(Debug)]
pub enum Statement {
    /// An action.
    Action(Action),
    /// A branch.
    Branch(Branch),
    /// `set NAME = VALUE`
    Set(Set),
}

impl Statement {
    /// From its first to its last character.
    pub fn span(&self) -> Span {
        match self {
            Self::Action(action) => action.span,
            Self::Branch(branch) => branch.span,
            Self::Set(set) => set.span,
        }
    }
}

/// `play "URL"`, `action "DIRECTIVE"` and so on.
#[derive(Debug)]
pub struct Action {
    /// From its first to its last character.
    pub span: Span,
    /// The verb.
    pub verb: Verb,
    /// Where the verb is written.
    pub verb_span: Span,
    /// The string after the verb.
    pub argument: Option<Text>,
    /// The options.
    pub options: ThinVec<Opt>,
    /// The fields after `with`.
    pub fields: ThinVec<Field>,
}

/// An option of a node, an action or a contact field.
#[derive(Debug)]
pub struct Opt {
    /// From its first to its last character.
    pub span: Span,
    /// The option.
    pub kind: OptionKind,
}

impl Opt {
    /// Whether it is a tag.
    pub fn is_tag(&self) -> bool {
        matches!(self.kind, OptionKind::Tag(_))
    }
}

/// The kind and value of an option.
#[derive(Debug)]
pub enum OptionKind {
    /// `media "URL"`
    Media(Text),
    /// `text "TEXT"`
    Text(Text),
    /// `retries N`
    Retries(Number),
    /// `lasts DURATION`, in milliseconds
    Lasts(u64),
    /// `wait DURATION`, in milliseconds
    Wait(u64),
    /// `between DURATION`, in milliseconds
    Between(u64),
    /// `digits N` or `digits N..M`
    Digits(Number, Option<Number>),
    /// `end "#"`
    End(Text),
    /// `into NAME`
    Into(Name),
    /// `language "TAG"`
    Language(Text),
    /// `voice "NAME"`
    Voice(Text),
    /// `prompt "ID"`
    Prompt(Text),
    /// `ssml "<speak>TEXT</speak>"`
    Ssml(Text),
    /// `disposition NAME`
    Disposition(Name),
    /// `@tag`, without its `@`
    Tag(Span),
}

impl OptionKind {
    /// Whether it is what is heard: a recording or a text.
    pub fn is_prompt(&self) -> bool {
        matches!(self, Self::Media(_) | Self::Text(_) | Self::Prompt(_) | Self::Ssml(_))
    }

    /// Whether it says in which language or voice something is heard.
    pub fn is_of_speaker(&self) -> bool {
        matches!(self, Self::Language(_) | Self::Voice(_))
    }
}

/// A number, or what is written in its place.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// Decimal digits.
    Integer(Span),
    /// The name of a let or param.
    Name(Name),
    /// Something else.
    Other(Span),
}

/// `disposition NAME`, after the last target of a transition.
#[derive(Debug, Clone, Copy)]
pub struct Disposition {
    /// From its first to its last character.
    pub span: Span,
    /// The disposition.
    pub name: Name,
}

/// `again N else NODE [disposition NAME]`, after the last target of a transition.
#[derive(Debug)]
pub struct Again {
    /// From its first to its last character.
    pub span: Span,
    /// How often a call may take the transition.
    pub most: Number,
    /// Where the call goes from then on.
    pub otherwise: Name,
    /// What the call is then reported as. One at most, or a finding.
    pub dispositions: ThinVec<Disposition>,
}

/// `set NAME = VALUE`
#[derive(Debug)]
pub struct Set {
    /// From its first to its last character.
    pub span: Span,
    /// The variable.
    pub name: Name,
    /// Its new value.
    pub value: SetValue,
}

/// The value of a `set`.
#[derive(Debug, Clone, Copy)]
pub enum SetValue {
    /// A text or a whole number.
    Constant(Value),
    /// `NAME`
    Copy(Name),
    /// `NAME + 1`, with the place of the number.
    Sum(Name, Span),
    /// `NAME - 1`, with the place of the number.
    Difference(Name, Span),
}

/// Names in order, nearly always one: it takes no place of its own.
pub type Names = SmallVec<[Name; 1]>;

/// What makes a branch an arm of a `decide`.
#[derive(Debug)]
pub enum Arm {
    /// `when COMPARISON`
    When(When),
    /// `when open HOURS`, `when closed HOURS`
    Hours(AskedHours),
    /// `else`
    Else(Span),
}

impl Arm {
    /// Where it is written, without the arrow.
    pub fn span(&self) -> Span {
        match self {
            Self::When(when) => when.span,
            Self::Hours(asked) => asked.span,
            Self::Else(span) => *span,
        }
    }
}

/// `when NAME COMPARATOR VALUE | VALUE`
#[derive(Debug)]
pub struct When {
    /// From `when` to the last value.
    pub span: Span,
    /// What is compared.
    pub name: Name,
    /// How it is compared.
    pub comparator: Comparator,
    /// Where the comparator is written.
    pub comparator_span: Span,
    /// The values, of which one must fit.
    pub values: Vec<Value>,
}

/// `on CONDITION -> A -> B [disposition NAME] [again N else C]`, without the condition, or with `when COMPARISON` or
/// `else` before the arrow.
#[derive(Debug)]
pub struct Branch {
    /// From its first to its last character.
    pub span: Span,
    /// What makes it an arm of a `decide`, if it is one.
    pub arm: Option<Box<Arm>>,
    /// The condition, `None` for an unconditional branch.
    pub condition: Option<Condition>,
    /// The nodes it goes to, in order.
    pub targets: Names,
    /// What a call is reported as that takes its last arrow. One at most, or a finding.
    pub dispositions: ThinVec<Disposition>,
    /// The bound of its last arrow.
    pub again: Option<Box<Again>>,
}

/// `A -> B -> C`, `A -> B on CONDITION`, either with `disposition NAME` and `again N else D`
#[derive(Debug)]
pub struct Transition {
    /// The nodes in order, two or more.
    pub nodes: SmallVec<[Name; 2]>,
    /// The condition.
    pub condition: Option<Condition>,
    /// What a call is reported as that takes its last arrow. One at most, or a finding.
    pub dispositions: ThinVec<Disposition>,
    /// The bound of its last arrow.
    pub again: Option<Box<Again>>,
}

/// `every KIND [except SELECTOR] on CONDITION -> NODE [disposition NAME] [again N else NODE]`
#[derive(Debug)]
pub struct Every {
    /// The kind.
    pub kind: EveryKind,
    /// The exceptions.
    pub except: Vec<Pick>,
    /// The condition.
    pub condition: Condition,
    /// The node it goes to.
    pub target: Name,
    /// What a call is reported as that takes the branch. One at most, or a finding.
    pub dispositions: ThinVec<Disposition>,
    /// The bound of all branches together.
    pub again: Option<Box<Again>>,
}

/// The kind of an `every` as written.
#[derive(Debug, Clone, Copy)]
pub enum EveryKind {
    /// One of the language's kinds.
    Kind(Kind),
    /// A declared kind, with the word for it.
    Declared(Span),
}

/// One alternative of a selector.
#[derive(Debug, Clone, Copy)]
pub enum Pick {
    /// `=NODE`
    Node(Name),
    /// `@tag`, without its `@`
    Tag(Span),
}

/// `test "NAME" [at TIME] [with NAME = VALUE, …] [on EVENT, …] -> NODE… -> LAST [= DISPOSITION]`
#[derive(Debug)]
pub struct Test {
    /// The name.
    pub name: Text,
    /// When the call is made.
    pub at: Option<Span>,
    /// What is known at the beginning of the call.
    pub with: Vec<Binding>,
    /// The events of the call, in order: keys, outcomes and quoted conditions.
    pub events: Vec<Alternative>,
    /// The nodes that it passes, ending with the last one. At least one.
    pub nodes: Vec<Name>,
    /// The disposition that the call must have.
    pub reported: Option<Name>,
}

/// The condition of a transition.
#[derive(Debug)]
pub struct Condition {
    /// From its first to its last character.
    pub span: Span,
    /// The alternatives, one or more.
    pub alternatives: SmallVec<[Alternative; 1]>,
}

/// One alternative of a condition, or one event of a test.
#[derive(Debug, Clone, Copy)]
pub enum Alternative {
    /// A key entry.
    Key(Span),
    /// From one key entry to another.
    Range(Span, Span),
    /// A word.
    Outcome(Span),
    /// A quoted condition, which is the only alternative.
    Raw(Text),
}

impl Alternative {
    /// Where it is written.
    pub fn span(self) -> Span {
        match self {
            Self::Key(span) | Self::Outcome(span) => span,
            Self::Range(from, to) => from.to(to),
            Self::Raw(text) => text.span,
        }
    }
}
