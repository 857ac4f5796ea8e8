//! The policies that a file declares, as written.

use std::path::Path;

use jiff::ToSpan;
use jiff::civil::Date;

use super::head;
use crate::bundled::lock::{LockStanding, LockedPolicy, PolicyLock};
use crate::bundled::{self, Bundled};
use crate::cli::Failure;
use crate::cli::source_files::input::{Allowed, Input};
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{Diagnostics, counted, list_of};
use crate::flow::policy::Form;
use crate::policy::paragraphs;
use crate::source::{FileId, Source, Sources, Span};
use crate::spelling::display_duration;
use crate::syntax;
use crate::syntax::ast::{
    self, Ast, Comparison, Declaration, Demand, Expects, FactCondition, Item, Literal, Policy, Rule,
    Selector, SelectorOp, Text,
};
use crate::syntax::text::{self, Piece};

/// A parsed file, without its includes.
pub struct File {
    pub name: String,
    pub sources: Sources,
    pub id: FileId,
    ast: Ast,
    pub diagnostics: Diagnostics,
    /// How its text stands to that of the compiler, if a lock keeps it.
    pub locked: Option<LockStanding>,
}

/// A policy of a file.
#[derive(Clone, Copy)]
pub struct FilePolicy<'a> {
    file: &'a File,
    item: &'a Item,
    policy: &'a Policy,
}

/// A tag or a fact that a policy expects.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExpectedName {
    /// `@identity`, or `consent`
    pub name: String,
    pub meaning: String,
    /// The values that a fact may have, as written; empty if it may have any.
    pub values: Vec<String>,
    /// A value that a rule compares it with, if it may have any value.
    pub example: Option<String>,
}

impl ExpectedName {
    /// Its meaning, and the values that a fact may have.
    pub fn in_words(&self) -> String {
        let values = match (&self.example, self.values.as_slice()) {
            (Some(example), []) => format!("such as {example}"),
            (None, []) => return self.meaning.clone(),
            (_, values) => list_of(values, "or"),
        };
        let parts = [self.meaning.as_str(), &values];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(if self.values.is_empty() { ", " } else { ": " })
    }
}

/// Names without a meaning, without duplicates.
fn without_meaning(names: impl Iterator<Item = String>) -> Vec<ExpectedName> {
    let mut out: Vec<ExpectedName> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for name in names {
        if seen.insert(name.clone()) {
            out.push(ExpectedName { name, ..ExpectedName::default() });
        }
    }
    out
}

/// The first value that a rule compares the fact with, if there is one.
fn compared_value(policy: &Policy, of: &FilePolicy<'_>, fact: &str) -> Option<String> {
    let comparisons = policy.rules.iter().flat_map(comparisons);
    let own = comparisons.filter(|comparison| text::name(of.text(comparison.fact.span)) == fact);
    own.filter_map(|comparison| comparison.test.as_ref()).map(|(_, value)| of.literal(value)).next()
}

/// The facts that a rule mentions.
fn comparisons(rule: &Rule) -> impl Iterator<Item = &Comparison> {
    let demand = match &rule.demand {
        Demand::Fact(condition) => Some(condition),
        Demand::Paths(_) | Demand::Oblige(_) => None,
    };
    let exempt = rule.exempt.iter().map(|exempt| &exempt.when);
    demand.into_iter().chain(&rule.when).chain(exempt).flat_map(FactCondition::comparisons)
}

/// When a rule comes into force or ends.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleChange {
    /// The first day on which it is so. `None` if it is not known yet.
    pub day: Option<Date>,
    /// The rule, with its policy.
    pub rule: String,
    /// What happens, as the end of a sentence about the rule.
    pub what: String,
}

/// A rule of a policy.
pub struct FileRule<'a> {
    /// Its name, or `rule-1` and so on if it has none.
    pub name: String,
    /// The rule as written.
    pub text: &'a str,
    /// The rule without `warn` and its name.
    pub demand: &'a str,
    pub is_warning: bool,
    pub is_obligation: bool,
    /// Its doc comment, including the slashes.
    pub doc: &'a str,
    /// The first day on which it is in force, if that is written.
    pub from: Option<Date>,
}

impl File {
    /// Reads a file by its path, `-` or `REV:PATH`.
    pub fn read(source_or_name: &Path) -> Result<Self, Failure> {
        let input = Input::from_argument(source_or_name);
        Ok(Self::parse(input.name(), input.read(&*input.files(&Allowed::default())?)?))
    }

    /// The bundled policy of a name: its locked text, or else that of the compiler.
    pub fn named(name: &str, lock: Option<&PolicyLock>) -> Result<Self, Failure> {
        match (lock.and_then(|lock| lock.find(name)), bundled::find(name)) {
            (Some(locked), _) => Ok(Self::locked(locked)),
            (None, Some(bundled)) => Ok(Self::of(bundled)),
            (None, None) => Err(unknown(name)),
        }
    }

    /// The bundled policies: the locked text of each, or else that of the compiler; those that only the lock has last.
    pub fn all(lock: Option<&PolicyLock>) -> Vec<Self> {
        let locked = |name: &str| lock.and_then(|lock| lock.find(name));
        let bundled = bundled::ALL.iter().map(|policy| match locked(policy.name) {
            Some(locked) => Self::locked(locked),
            None => Self::of(policy),
        });
        bundled.chain(lock.into_iter().flat_map(PolicyLock::gone).map(Self::locked)).collect()
    }

    fn locked(policy: &LockedPolicy) -> Self {
        Self { locked: Some(policy.standing()), ..Self::parse(policy.name.clone(), policy.source()) }
    }

    /// The file of a bundled policy.
    pub fn of(bundled: &Bundled) -> Self {
        Self::parse(bundled.name.to_owned(), bundled.source())
    }

    fn parse(name: String, source: Source) -> Self {
        let mut diagnostics = Diagnostics::default();
        let mut sources = Sources::default();
        let id = sources.add(source);
        let ast = syntax::parse(&sources, id, &mut diagnostics);
        diagnostics.sort();
        Self { name, sources, id, ast, diagnostics, locked: None }
    }

    /// Its policies, in order.
    pub fn policies(&self) -> impl Iterator<Item = FilePolicy<'_>> {
        self.ast.items.iter().filter_map(|item| match &item.declaration {
            Declaration::Policy(policy) => Some(FilePolicy { file: self, item, policy }),
            _ => None,
        })
    }

    /// All its policies, or the one with this name.
    pub fn wanted(&self, name: Option<&str>) -> Result<Vec<FilePolicy<'_>>, Failure> {
        let all: Vec<FilePolicy<'_>> = self.policies().collect();
        let Some(name) = name else { return Ok(all) };
        let names: Vec<String> = all.iter().map(|policy| policy.name()).collect();
        let found: Vec<FilePolicy<'_>> = all.into_iter().filter(|policy| policy.name() == name).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let failure = Failure::new(format!("{} declares no policy `{name}`", self.name));
        Err(match did_you_mean(name, names.iter().map(String::as_str)) {
            Some(suggestion) => failure.help(suggestion),
            None if names.is_empty() => failure,
            None => failure.help(format!("it declares {}", names.join(", "))),
        })
    }
}

fn unknown(name: &str) -> Failure {
    let failure = Failure::new(format!("there is no policy `{name}`"));
    match did_you_mean(name, bundled::ALL.iter().map(|policy| policy.name)) {
        Some(suggestion) => failure.help(suggestion),
        None => failure.help(
            "`cxflowc policy list` lists those that come with the compiler; give the path of your own file, as in policies/house.cxflow",
        ),
    }
}

impl<'a> FilePolicy<'a> {
    fn text(&self, span: Span) -> &'a str {
        self.file.sources.text(span)
    }

    pub fn name(&self) -> String {
        text::name(self.text(self.policy.name.span)).into_owned()
    }

    /// Its title.
    pub fn title(&self) -> Option<String> {
        self.policy.title.map(|title| self.string(title))
    }

    /// What all its rules depend on, as written.
    pub fn when(&self) -> Option<&'a str> {
        self.policy.when.as_ref().map(|when| self.text(when.span))
    }

    /// Which edition it is.
    pub fn version(&self) -> Option<&'a str> {
        self.policy.about.versions.first().map(|version| self.text(version.number))
    }

    /// How its text stands to that of the compiler, if a lock keeps it.
    pub fn locked(&self) -> Option<LockStanding> {
        self.file.locked
    }

    /// What a reader needs to know of it if it is locked.
    pub fn lock_in_words(&self) -> Option<String> {
        let version = self.version().and_then(|version| version.parse().ok());
        self.locked().map(|standing| standing.in_words(version))
    }

    /// The places whose calls it is for, each with the condition on these calls, as written.
    pub fn covers(&self) -> Vec<(String, Option<&'a str>)> {
        let lines = self.policy.about.covers.iter();
        let of_line = |cover: &'a ast::Cover| {
            let when = cover.when.as_ref().map(|when| self.text(when.span));
            cover.places.iter().map(move |place| (self.string(*place), when))
        };
        lines.flat_map(of_line).collect()
    }

    /// Who has read it, and on which day.
    pub fn reviews(&self) -> Vec<(String, &'a str)> {
        let review = |review: &ast::Review| (self.string(review.by), self.text(review.on));
        self.policy.about.reviews.iter().map(review).collect()
    }

    /// The policies that it conflicts with, each with what to do.
    pub fn conflicts(&self) -> Vec<(String, String)> {
        let conflict = |conflict: &ast::Conflict| {
            (text::name(self.text(conflict.with.span)).into_owned(), self.string(conflict.because))
        };
        self.policy.about.conflicts.iter().map(conflict).collect()
    }

    /// When its rules come into force and when they end, as far as they say so.
    pub fn changes(&self) -> Vec<RuleChange> {
        let mut changes = Vec::new();
        for (rule, written) in self.policy.rules.iter().zip(self.rules()) {
            let rule_name = format!("{}/{}", self.name(), written.name);
            let mut add = |day: Option<Date>, what: String| {
                changes.push(RuleChange { day, rule: rule_name.clone(), what });
            };
            match &rule.from {
                Some(ast::Start::Date(day)) => {
                    if let Ok(day) = self.text(*day).parse() {
                        add(Some(day), "comes into force".to_owned());
                    }
                }
                Some(ast::Start::After(fact, days)) => {
                    let stated = self.stated_day(self.text(fact.span));
                    let day = stated.and_then(|day| day.checked_add(i64::from(*days).days()).ok());
                    let what = match day {
                        Some(_) => "comes into force".to_owned(),
                        None => format!(
                            "comes into force {} after `{}`, a day that is not known yet",
                            counted(usize::try_from(*days).unwrap_or(usize::MAX), "day"),
                            self.text(fact.span)
                        ),
                    };
                    add(day, what);
                }
                None => {}
            }
            let until: Option<Date> = rule.until.and_then(|day| self.text(day).parse().ok());
            if let Some(next) = until.and_then(|day| day.tomorrow().ok()) {
                add(Some(next), "is no longer in force".to_owned());
            }
        }
        changes
    }

    /// The day that the policy's own file states as a fact.
    fn stated_day(&self, name: &str) -> Option<Date> {
        self.file.ast.items.iter().find_map(|item| match &item.declaration {
            Declaration::Fact(fact) if self.text(fact.name.span) == name => match fact.value {
                Some(Literal::Date(day)) => self.text(day).parse().ok(),
                _ => None,
            },
            _ => None,
        })
    }

    /// The text between the quotes, with insertions as written.
    fn string(&self, text: Text) -> String {
        let literal = self.text(text.span);
        let mut out = String::new();
        text::pieces(literal, |piece| match piece {
            Piece::Plain(text, _) => out.push_str(text),
            Piece::Escaped(character, _) => out.push(character),
            Piece::Insert(name, _) => out.push_str(&format!("${{{name}}}")),
            Piece::Bad(_, range) => out.push_str(literal.get(range).unwrap_or_default()),
        });
        out
    }

    /// The paragraphs of the comments above it and of its doc comment.
    pub fn about(&self) -> Vec<String> {
        let source = self.file.sources.get(self.file.id);
        let mut about = head::above(source, &self.file.ast.comments, self.item);
        if let Some(doc) = self.item.doc {
            about.extend(paragraphs(self.text(doc)));
        }
        about
    }

    /// The tags that it expects; if it expects none, those that its rules mention.
    pub fn expected_tags(&self) -> Vec<ExpectedName> {
        let expected = self.policy.expects.iter().filter_map(|expects| match expects.expected {
            ast::Expected::Tag(span) => {
                Some(ExpectedName { name: format!("@{}", self.text(span)), ..self.expected(expects) })
            }
            ast::Expected::Fact(..) => None,
        });
        let expected: Vec<ExpectedName> = expected.collect();
        if expected.is_empty() { without_meaning(self.tags().map(|tag| format!("@{tag}"))) } else { expected }
    }

    /// The facts that it expects; if it expects none, those that its rules mention.
    pub fn expected_facts(&self) -> Vec<ExpectedName> {
        let expected = self.policy.expects.iter().filter_map(|expects| match &expects.expected {
            ast::Expected::Fact(name, values) => {
                let name = text::name(self.text(name.span)).into_owned();
                let values = values.iter().map(|value| self.literal(value)).collect();
                let example = compared_value(self.policy, self, &name);
                Some(ExpectedName { name, values, example, ..self.expected(expects) })
            }
            ast::Expected::Tag(_) => None,
        });
        let expected: Vec<ExpectedName> = expected.collect();
        if expected.is_empty() { without_meaning(self.facts().map(str::to_owned)) } else { expected }
    }

    fn expected(&self, expects: &Expects) -> ExpectedName {
        let meaning = expects.meaning.map(|text| self.string(text)).unwrap_or_default();
        ExpectedName { meaning, ..ExpectedName::default() }
    }

    /// A value as written.
    fn literal(&self, value: &Literal) -> String {
        match value {
            Literal::Text(text) => self.text(text.span).to_owned(),
            Literal::Integer(span) | Literal::Date(span) => self.text(*span).to_owned(),
            Literal::Times(times) => self.text(times.span).to_owned(),
            Literal::Duration(milliseconds) => display_duration(*milliseconds),
        }
    }

    fn tags(&self) -> impl Iterator<Item = &'a str> {
        let file = self.file;
        let forms = self.policy.rules.iter().filter_map(|rule| match &rule.demand {
            Demand::Paths(form) => Some(form),
            Demand::Fact(_) | Demand::Oblige(_) => None,
        });
        let ops = forms.flat_map(Form::<Selector>::selectors).flat_map(|selector| &selector.ops);
        ops.filter_map(move |op| match op {
            SelectorOp::Tag(span) => Some(file.sources.text(*span).trim_start_matches('@')),
            _ => None,
        })
    }

    fn facts(&self) -> impl Iterator<Item = &'a str> {
        let file = self.file;
        let of_policy = self.policy.when.iter().flat_map(FactCondition::comparisons);
        let comparisons = of_policy.chain(self.policy.rules.iter().flat_map(comparisons));
        let compared = comparisons.map(move |comparison: &Comparison| comparison.fact.span);
        let counted_from = self.policy.rules.iter().filter_map(|rule| match &rule.from {
            Some(ast::Start::After(fact, _)) => Some(fact.span),
            _ => None,
        });
        compared.chain(counted_from).map(move |span| file.sources.text(span))
    }

    pub fn rules(&self) -> impl Iterator<Item = FileRule<'a>> {
        let this = *self;
        let mut unnamed = 0;
        this.policy.rules.iter().map(move |rule| {
            let name = rule.name.map(|name| text::name(this.text(name.span)).into_owned());
            let whole = this.text(rule.span);
            let demand = match rule.name {
                Some(name) => {
                    let begin = name.span.end.saturating_sub(rule.span.start) as usize;
                    whole.get(begin..).unwrap_or(whole).trim_start_matches([':', ' ', '\t'])
                }
                None if rule.warn => whole.strip_prefix("warn").unwrap_or(whole).trim_start(),
                None => whole,
            };
            FileRule {
                name: name.unwrap_or_else(|| {
                    unnamed += 1;
                    format!("rule-{unnamed}")
                }),
                text: whole,
                demand,
                is_warning: rule.warn,
                is_obligation: matches!(rule.demand, Demand::Oblige(_)),
                doc: rule.doc.map(|doc| this.text(doc)).unwrap_or_default(),
                from: match &rule.from {
                    Some(ast::Start::Date(day)) => this.text(*day).parse().ok(),
                    _ => None,
                },
            }
        })
    }

    /// The number of its rules that can be checked on a graph, and the number of its obligations.
    pub fn counts(&self) -> (usize, usize) {
        let obligations = self.rules().filter(|rule| rule.is_obligation).count();
        (self.policy.rules.len() - obligations, obligations)
    }
}
