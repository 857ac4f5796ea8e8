//! What tells one statement from the others of its file or block.

use crate::source::{Sources, Span};
use crate::syntax::ast::{
    Branch, Condition, Declaration, EveryKind, Expected, Expects, Name, Opt, OptionKind, Pick, Rule, Subject,
};

/// What a statement declares.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// How messages call it, as in ``the node `menu` ``.
    pub name: String,
    /// How many statements before it have the same name.
    pub number: usize,
}

impl Key {
    /// A statement with this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), number: 0 }
    }
}

/// What a declaration declares. The kind of a node and the value of a `let` are no part of it: they may change.
pub fn of_item(sources: &Sources, declaration: &Declaration) -> Key {
    let name = |name: &Name| named(sources, name);
    let text = |span: Span| sources.text(span);
    let subject = |subject: &Subject| match subject {
        Subject::Rule(policy, rule) => format!("`{}/{}`", name(policy), name(rule)),
        Subject::Finding(code) => format!("`{}`", text(*code)),
    };
    Key::new(match declaration {
        Declaration::Flow(_) => "the flow's name".to_owned(),
        Declaration::Description(_) => "the description".to_owned(),
        Declaration::Entry(_) => "the entry".to_owned(),
        Declaration::Exit(exit) => format!("the exit `{}`", name(exit)),
        Declaration::Let(binding) => format!("the value `{}`", name(&binding.name)),
        Declaration::Param(param) => format!("the value `{}`", name(&param.name)),
        Declaration::Contact(contact) => format!("the contact field `{}`", name(&contact.name)),
        Declaration::Var(variable) => format!("the variable `{}`", name(&variable.name)),
        Declaration::Dispositions(_) => "the dispositions".to_owned(),
        Declaration::Hours(hours) => format!("the hours `{}`", name(&hours.name)),
        Declaration::Include(include) => match &include.prefix {
            Some(prefix) => format!("the instance `{}`", name(prefix)),
            None => format!("the include of {}", text(include.path.span)),
        },
        Declaration::Speaker(options) => {
            let is_language = |option: &Opt| matches!(option.kind, OptionKind::Language(_));
            let word = if options.iter().any(is_language) { "language" } else { "voice" };
            format!("the {word}")
        }
        Declaration::Node(node) => format!("the node `{}`", name(&node.name)),
        Declaration::Transition(transition) => {
            let from = transition.nodes.first().map_or("", name);
            match &transition.condition {
                Some(condition) => {
                    format!("the transition of `{from}` on {}", alternatives(sources, condition))
                }
                None => format!("the transition of `{from}`"),
            }
        }
        Declaration::Every(every) => {
            let except = every.except.iter().map(|pick| match pick {
                Pick::Node(node) => format!("={}", name(node)),
                Pick::Tag(tag) => format!("@{}", text(*tag)),
            });
            let except = except.collect::<Vec<_>>().join(" | ");
            let except = if except.is_empty() { except } else { format!(" except {except}") };
            let on = alternatives(sources, &every.condition);
            let kind = match every.kind {
                EveryKind::Kind(kind) => kind.word(),
                EveryKind::Declared(word) => text(word),
            };
            format!("`every {kind}{except} on {on}`")
        }
        Declaration::Test(test) => format!("the test {}", text(test.name.span)),
        Declaration::Fact(fact) => format!("the fact `{}`", name(&fact.name)),
        Declaration::Policy(policy) => format!("the policy `{}`", name(&policy.name)),
        Declaration::Apply(policy) => format!("`apply {}`", name(policy)),
        Declaration::Waive(waive) => {
            let at = waive.node.as_ref().map(|node| format!(" at `{}`", name(node))).unwrap_or_default();
            // Two people may decide about the same rule.
            format!("the waiver of {}{at} by {}", subject(&waive.subject), text(waive.by.span))
        }
        Declaration::Attest(attest) => {
            format!("the attestation of {} by {}", subject(&attest.subject), text(attest.by.span))
        }
        Declaration::Kind(kind) => format!("the kind `{}`", name(&kind.name)),
        Declaration::LostInclude(_)
        | Declaration::Ambiguous(_)
        | Declaration::Nameless(_)
        | Declaration::Broken(_) => "a line".to_owned(),
    })
}

/// What a branch of a node is for.
pub fn of_branch(sources: &Sources, branch: &Branch) -> Key {
    Key::new(match &branch.condition {
        Some(condition) => format!("the branch on {}", alternatives(sources, condition)),
        None => "the branch without a condition".to_owned(),
    })
}

/// What a policy expects.
pub fn of_expects(sources: &Sources, expects: &Expects) -> Key {
    Key::new(match &expects.expected {
        Expected::Fact(fact, _) => format!("`expects fact {}`", named(sources, fact)),
        Expected::Tag(tag) => format!("`expects @{}`", sources.text(*tag)),
    })
}

/// The name of a rule, or its text if it has none.
pub fn of_rule(sources: &Sources, rule: &Rule) -> Key {
    Key::new(match &rule.name {
        Some(name) => format!("the rule `{}`", named(sources, name)),
        None => format!("the rule `{}`", words(sources.text(rule.span))),
    })
}

/// The same for each order of the alternatives.
fn alternatives(sources: &Sources, condition: &Condition) -> String {
    let alternatives = condition.alternatives.iter().map(|one| words(sources.text(one.span())));
    let mut alternatives: Vec<String> = alternatives.collect();
    alternatives.sort_unstable();
    alternatives.join(" | ")
}

/// A name without its backticks.
fn named<'s>(sources: &'s Sources, name: &Name) -> &'s str {
    let text = sources.text(name.span);
    if name.quoted { text.trim_matches('`') } else { text }
}

/// A text with single spaces.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
