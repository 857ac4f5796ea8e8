//! What somebody decided, for a time, about a rule or a finding: waivers and attestations.

use std::fmt;

use jiff::civil::Date;

use super::{Flow, NodeId};
use crate::diagnostics::quote;
use crate::source::Span;
use crate::spelling::display_id;

/// What a waiver, an attestation or the evidence of a fact is about.
///
/// ```
/// use cxflowc::flow::decision::Subject;
///
/// let rule = Subject::Rule { policy: "us_tsr".into(), rule: "identity".into() };
/// assert_eq!(rule.to_string(), "us_tsr/identity");
/// assert_eq!(Subject::Finding("CX201".into()).to_string(), "CX201");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A rule of a policy.
    Rule {
        /// The policy's name.
        policy: Box<str>,
        /// The rule's name.
        rule: Box<str>,
    },
    /// A finding of the compiler about a node, by its code.
    Finding(Box<str>),
    /// A fact, by its name.
    Fact(Box<str>),
}

impl Subject {
    /// The policy and the rule.
    pub fn rule(&self) -> Option<(&str, &str)> {
        match self {
            Self::Rule { policy, rule } => Some((policy, rule)),
            Self::Finding(_) | Self::Fact(_) => None,
        }
    }

    /// The code of the finding.
    pub fn finding(&self) -> Option<&str> {
        match self {
            Self::Rule { .. } | Self::Fact(_) => None,
            Self::Finding(code) => Some(code),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { policy, rule } => write!(f, "{policy}/{rule}"),
            Self::Finding(name) | Self::Fact(name) => f.write_str(name),
        }
    }
}

/// `waive POLICY/RULE [at NODE] because "…" by "…" until DATE`, `waive CODE at NODE …`
#[derive(Debug, Clone)]
pub struct Waiver {
    /// The rule that may be broken, or the finding that is accepted.
    pub subject: Subject,
    /// The node that it is for, or `None` for all.
    pub node: Option<NodeId>,
    /// The reason.
    pub because: Box<str>,
    /// Where the reason is written.
    pub because_span: Span,
    /// Who answers for it.
    pub by: Box<str>,
    /// The last day on which it applies.
    pub until: Date,
    /// Where that day is written.
    pub until_span: Span,
    /// Where the rule or the code is written.
    pub subject_span: Span,
    /// From its first to its last character.
    pub span: Span,
}

/// `attest POLICY/RULE because "…" by "…" until DATE`, or the evidence of a fact: the same words behind its value.
#[derive(Debug, Clone)]
pub struct Attestation {
    /// The obligation, or the fact.
    pub subject: Subject,
    /// What proves that it is met, or is so.
    pub because: Box<str>,
    /// Where the proof is written.
    pub because_span: Span,
    /// Who answers for it.
    pub by: Box<str>,
    /// The last day for which it is attested.
    pub until: Date,
    /// Where that day is written.
    pub until_span: Span,
    /// From its first to its last character.
    pub span: Span,
}

impl Attestation {
    /// Whether it is over on a day. Without a day it never is.
    pub fn has_ended(&self, on: Option<Date>) -> bool {
        on.is_some_and(|day| day > self.until)
    }
}

/// Which of the three a decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DecisionKind {
    /// `waive`: what is wrong is allowed.
    Waiver,
    /// `attest`: an obligation is met.
    Attestation,
    /// What stands behind a fact's value: the fact is so.
    Evidence,
}

impl DecisionKind {
    /// What it is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Waiver => "waiver",
            Self::Attestation => "attestation",
            Self::Evidence => "evidence",
        }
    }

    /// What it is called, with its article.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Waiver => "a waiver",
            Self::Attestation => "an attestation",
            Self::Evidence => "the evidence of a fact",
        }
    }

    /// What one does with it: of a waiver and an attestation the word that it begins with.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Waiver => "waive",
            Self::Attestation => "attest",
            Self::Evidence => "give",
        }
    }
}

/// A waiver, an attestation or the evidence of a fact.
#[derive(Debug, Clone, Copy)]
pub struct Decision<'a> {
    /// Which of the three.
    pub kind: DecisionKind,
    /// What it is about.
    pub subject: &'a Subject,
    /// The node that it is for, or `None` for all.
    pub node: Option<NodeId>,
    /// The reason or the proof.
    pub because: &'a str,
    /// Where that is written.
    pub because_span: Span,
    /// Who answers for it.
    pub by: &'a str,
    /// The last day on which it applies.
    pub until: Date,
    /// Where that day is written.
    pub until_span: Span,
    /// From its first to its last character.
    pub span: Span,
}

impl Decision<'_> {
    /// The node that it is limited to, as in `` at `menu` ``, or nothing.
    pub fn place(&self, flow: &Flow) -> String {
        let node = self.node.map(|node| quote(&display_id(&flow.nodes[node].id)));
        node.map(|node| format!(" at {node}")).unwrap_or_default()
    }
}

impl<'a> From<&'a Waiver> for Decision<'a> {
    fn from(waiver: &'a Waiver) -> Self {
        Self {
            kind: DecisionKind::Waiver,
            subject: &waiver.subject,
            node: waiver.node,
            because: &waiver.because,
            because_span: waiver.because_span,
            by: &waiver.by,
            until: waiver.until,
            until_span: waiver.until_span,
            span: waiver.span,
        }
    }
}

impl<'a> From<&'a Attestation> for Decision<'a> {
    fn from(attestation: &'a Attestation) -> Self {
        Self {
            kind: match attestation.subject {
                Subject::Fact(_) => DecisionKind::Evidence,
                Subject::Rule { .. } | Subject::Finding(_) => DecisionKind::Attestation,
            },
            subject: &attestation.subject,
            node: None,
            because: &attestation.because,
            because_span: attestation.because_span,
            by: &attestation.by,
            until: attestation.until,
            until_span: attestation.until_span,
            span: attestation.span,
        }
    }
}
