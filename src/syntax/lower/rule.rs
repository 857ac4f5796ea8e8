//! Lowers the rules of policies.

use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::Diagnostic;
use crate::flow::policy::{Extent, Form};
use crate::source::Span;
use crate::spelling::milliseconds;
use crate::syntax::ast::{self, Demand, Selector, Start};
use crate::syntax::codes;
use crate::syntax::grammar::Rule;

impl Lower<'_> {
    /// A rule. `None` if it parses but is invalid, which is reported.
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> Option<ast::Rule> {
        let span = self.trimmed(&pair);
        let doc = self.doc_above(span);
        let (mut warn, mut name, mut demand, mut when) = (false, None, None, None);
        let (mut exempt, mut from, mut until) = (Vec::new(), None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::warn => warn = true,
                Rule::name => name = Some(self.name(&inner)),
                Rule::colon => {}
                Rule::when => when = Some(self.fact_condition(inner)?),
                Rule::exempt => exempt.push(self.exempt(inner)?),
                Rule::from => from = self.start(inner),
                Rule::until => until = self.date(inner),
                _ => demand = Some(self.demand(inner)?),
            }
        }
        Some(ast::Rule { span, doc, warn, name, demand: demand?, when, exempt, from, until })
    }

    /// `exempt when CONDITION because "REASON"`
    fn exempt(&mut self, pair: Pair<'_, Rule>) -> Option<ast::Exempt> {
        let span = self.trimmed(&pair);
        let (mut when, mut because) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::when => when = self.fact_condition(inner),
                Rule::string => because = Some(self.text(&inner)),
                _ => {}
            }
        }
        Some(ast::Exempt { span, when: when?, because: because? })
    }

    /// `from DATE`, `from after FACT + 30d`
    fn start(&mut self, pair: Pair<'_, Rule>) -> Option<Start> {
        let (mut fact, mut days) = (None, 0);
        for inner in pair.clone().into_inner() {
            match inner.as_rule() {
                Rule::name => fact = Some(self.name(&inner)),
                Rule::days => days = inner.as_str().trim_end_matches('d').parse().unwrap_or(u32::MAX),
                _ => {}
            }
        }
        match fact {
            Some(fact) => Some(Start::After(fact, days)),
            None => self.date(pair).map(Start::Date),
        }
    }

    fn date(&self, pair: Pair<'_, Rule>) -> Option<Span> {
        pair.into_inner().find(|inner| inner.as_rule() == Rule::date).map(|date| self.at(&date))
    }

    fn demand(&mut self, pair: Pair<'_, Rule>) -> Option<Demand> {
        let rule = pair.as_rule();
        Some(match rule {
            Rule::require_fact => Demand::Fact(self.fact_condition(pair)?),
            Rule::oblige => {
                let text = pair.into_inner().find(|inner| inner.as_rule() == Rule::string)?;
                Demand::Oblige(self.text(&text))
            }
            Rule::limit => Demand::Paths(self.limit(pair)?),
            _ => Demand::Paths(self.order(pair)?),
        })
    }

    /// `require …` and `forbid …`.
    fn order(&mut self, pair: Pair<'_, Rule>) -> Option<Form<Selector>> {
        let forbids = pair.as_rule() == Rule::forbid;
        let mut inner = pair.into_inner();
        let subject = self.selector(inner.find(|inner| inner.as_rule() == Rule::selector)?)?;
        let Some(clause) = inner.next() else {
            return Some(if forbids { Form::Forbid(subject) } else { Form::Require(subject) });
        };
        let rule = clause.as_rule();
        if rule == Rule::every_path {
            return Some(Form::OnEveryPath(subject));
        }
        let or_with = clause.clone().into_inner().find(|inner| inner.as_rule() == Rule::or_with);
        if let Some(words) = or_with.as_ref().filter(|_| forbids) {
            let diagnostic = Diagnostic::new(&codes::SYNTAX, self.at(words), "a `forbid` has no `or with`")
                .here("only a `require` has it")
                .help("write `forbid A before B`, which also means a B later in the same node");
            self.broken_rule(diagnostic);
            return None;
        }
        let or_with = or_with.is_some();
        let other = self.selector_of(clause)?;
        let further = inner.next();
        Some(match (rule, forbids) {
            (Rule::before, true) => Form::ForbidBefore { forbidden: subject, then: other },
            (Rule::before, false) => {
                let since = match further {
                    Some(since) => Some(self.selector_of(since)?),
                    None => None,
                };
                Form::Before { first: subject, then: other, since, or_with }
            }
            (Rule::after, true) => Form::ForbidAfter { forbidden: subject, earlier: other },
            (Rule::after, false) => Form::After { later: subject, earlier: other },
            (Rule::reachable, _) => {
                let number = further.and_then(|within| within.into_inner().find(is_integer));
                let within = number.map(|number| number.as_str().parse().unwrap_or(u32::MAX));
                Form::Reachable { goal: subject, from: other, within }
            }
            _ => return None,
        })
    }

    fn limit(&mut self, pair: Pair<'_, Rule>) -> Option<Form<Selector>> {
        let mut what = Rule::selector;
        let mut most = 0;
        let mut subject = None;
        let (mut from, mut to) = (None, None);
        let (mut extent, mut must_occur) = (Extent::default(), None);
        for inner in pair.into_inner() {
            let rule = inner.as_rule();
            let has = |part: Rule| inner.clone().into_inner().any(|inner| inner.as_rule() == part);
            match rule {
                Rule::since_step => extent.from_start = has(Rule::start_of),
                Rule::to_step => extent.to_end = has(Rule::end_of),
                Rule::must_occur => {
                    extent.must_occur = true;
                    must_occur = Some(self.at(&inner));
                }
                _ => {}
            }
            match rule {
                Rule::kw_retries | Rule::kw_depth => what = rule,
                // A number that is too large for the type is more than any flow has.
                Rule::integer => most = inner.as_str().parse().unwrap_or(u64::MAX),
                Rule::duration => (what, most) = (rule, milliseconds(inner.as_str())),
                Rule::since_step => from = Some(self.selector_of(inner)?),
                Rule::to_step => to = Some(self.selector_of(inner)?),
                Rule::selector => subject = Some(self.selector(inner)?),
                _ => {}
            }
        }
        if let Some(at) = must_occur.filter(|_| to.is_none()) {
            let diagnostic = Diagnostic::new(&codes::SYNTAX, at, "this limit does not say what must occur")
                .here("without a `to`, the time ends with the call")
                .help("say what the time goes to, as in `limit 30s to end of @identity, and must occur`");
            self.broken_rule(diagnostic);
            return None;
        }
        Some(match what {
            Rule::kw_retries => Form::Retries(most),
            Rule::kw_depth => Form::Depth(most),
            Rule::duration => Form::Time { most, from, to, extent },
            _ => Form::Count(most, subject?),
        })
    }

    /// The selector in a part of a rule.
    fn selector_of(&mut self, pair: Pair<'_, Rule>) -> Option<Selector> {
        let selector = pair.into_inner().find(|inner| inner.as_rule() == Rule::selector)?;
        self.selector(selector)
    }

    /// Reports a rule that parses but is invalid.
    pub(super) fn broken_rule(&mut self, diagnostic: Diagnostic) {
        self.ast.broken = true;
        self.report(diagnostic);
    }
}

fn is_integer(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::integer
}

#[cfg(test)]
mod tests {
    use crate::diagnostics::Diagnostics;
    use crate::flow::policy::Form;
    use crate::source::{Source, Sources};
    use crate::syntax::ast::{Ast, Declaration, Demand, Literal, Policy, Rule, Selector, Start, Subject};

    fn parse(text: &str) -> (Sources, Ast, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a", "a", text.as_bytes().to_vec()));
        let mut diagnostics = Diagnostics::default();
        let ast = crate::syntax::parse(&sources, file, &mut diagnostics);
        let found = diagnostics.iter().map(|finding| finding.message.to_string()).collect();
        (sources, ast, found)
    }

    fn policy(ast: &Ast) -> &Policy {
        let Some(Declaration::Policy(policy)) = ast.items.first().map(|item| &item.declaration) else {
            panic!()
        };
        policy
    }

    /// A rule of the tree as text: `warn`, name, form with selectors, and the clauses after it.
    fn shown(sources: &Sources, rule: &Rule) -> String {
        let text = |span| sources.text(span).to_owned();
        let shown = |selector: &Selector| format!("[{}]", text(selector.span));
        let optional = |selector: &Option<Selector>| selector.as_ref().map_or("-".to_owned(), shown);
        let demand = match &rule.demand {
            Demand::Fact(comparison) => format!("fact[{}]", text(comparison.span)),
            Demand::Oblige(duty) => format!("oblige[{}]", text(duty.span)),
            Demand::Paths(form) => match form {
                Form::Require(a) => format!("require{}", shown(a)),
                Form::OnEveryPath(a) => format!("every{}", shown(a)),
                Form::Before { first, then, since, or_with } => {
                    let or_with = if *or_with { " or with" } else { "" };
                    format!("{}before{or_with}{}since{}", shown(first), shown(then), optional(since))
                }
                Form::After { later, earlier } => format!("{}after{}", shown(later), shown(earlier)),
                Form::Reachable { goal, from, within } => {
                    format!("{}reachable{}{within:?}", shown(goal), shown(from))
                }
                Form::Forbid(a) => format!("forbid{}", shown(a)),
                Form::ForbidBefore { forbidden, then } => {
                    format!("no{}before{}", shown(forbidden), shown(then))
                }
                Form::ForbidAfter { forbidden, earlier } => {
                    format!("no{}after{}", shown(forbidden), shown(earlier))
                }
                Form::Retries(most) => format!("retries {most}"),
                Form::Depth(most) => format!("depth {most}"),
                Form::Count(most, a) => format!("{most}{}", shown(a)),
                Form::Time { most, from, to, extent } => {
                    let start = if extent.from_start { " start of " } else { "" };
                    let end = if extent.to_end { " end of " } else { "" };
                    let must = if extent.must_occur { " must" } else { "" };
                    format!("{most}ms from{start}{} to{end}{}{must}", optional(from), optional(to))
                }
            },
        };
        let mut shown = String::new();
        if rule.warn {
            shown.push_str("warn ");
        }
        if let Some(name) = rule.name {
            shown.push_str(&format!("{}: ", text(name.span)));
        }
        shown.push_str(&demand);
        if let Some(when) = &rule.when {
            let facts = when.comparisons().map(|comparison| text(comparison.fact.span));
            shown.push_str(&format!(" when [{}] {}", text(when.span), facts.collect::<Vec<_>>().join(" ")));
        }
        for exempt in &rule.exempt {
            shown.push_str(&format!(" exempt[{}] {}", text(exempt.when.span), text(exempt.because.span)));
        }
        match rule.from {
            Some(Start::Date(date)) => shown.push_str(&format!(" from {}", text(date))),
            Some(Start::After(fact, days)) => {
                shown.push_str(&format!(" from {} + {days}", text(fact.span)));
            }
            None => {}
        }
        if let Some(until) = rule.until {
            shown.push_str(&format!(" until {}", text(until)));
        }
        shown
    }

    #[test]
    fn lowers_every_form_of_rule() {
        for (written, expected) in [
            ("require disclosure", "require[disclosure]"),
            ("require @a on every path", "every[@a]"),
            ("require =a on every path", "every[=a]"),
            ("require =a on every", "require[=a on every]"),
            ("require @a before @b | @c", "[@a]before[@b | @c]since-"),
            ("require @a before @b since @c", "[@a]before[@b]since[@c]"),
            ("require =verify on 1 before @debt", "[=verify on 1]before[@debt]since-"),
            ("require @a after @b", "[@a]after[@b]"),
            ("require @a reachable from collect", "[@a]reachable[collect]None"),
            ("require @a reachable from collect within 1 keys", "[@a]reachable[collect]Some(1)"),
            (
                "require @a reachable from collect within 99999999999 key",
                "[@a]reachable[collect]Some(4294967295)",
            ),
            ("forbid agent", "forbid[agent]"),
            ("forbid agent before @a", "no[agent]before[@a]"),
            ("forbid agent | collect after @a", "no[agent | collect]after[@a]"),
            ("limit retries 3", "retries 3"),
            ("limit retries 99999999999999999999999", "retries 18446744073709551615"),
            ("limit depth 45", "depth 45"),
            ("limit 1 @a & @b", "1[@a & @b]"),
            ("limit 1.5s", "1500ms from- to-"),
            ("limit 2s from @a", "2000ms from[@a] to-"),
            ("limit 2min to agent", "120000ms from- to[agent]"),
            ("limit 2s from @a to @b from 2026-01-01", "2000ms from[@a] to[@b] from 2026-01-01"),
            ("limit 2s from 2026-01-01", "2000ms from- to- from 2026-01-01"),
            ("limit 2s from @a from 2026-01-01", "2000ms from[@a] to- from 2026-01-01"),
            ("require fact ring", "fact[ring]"),
            ("require fact ring >= 15s until 2026-12-31", "fact[ring >= 15s] until 2026-12-31"),
            ("oblige \"At most 3%\" from 2026-13-40", "oblige[\"At most 3%\"] from 2026-13-40"),
            ("require @a reachable from @b from 2026-01-01", "[@a]reachable[@b]None from 2026-01-01"),
            (
                "forbid any when a.b!=3 from 2026-01-01 until 2027-01-01",
                "forbid[any] when [a.b!=3] a.b from 2026-01-01 until 2027-01-01",
            ),
            ("limit 2s from @a from after b + 30d", "2000ms from[@a] to- from b + 30"),
            ("forbid any from after b until 2027-01-01", "forbid[any] from b + 0 until 2027-01-01"),
            (
                "forbid any when c = 2 exempt when a = 1 and b = 2 because \"x\" from after d+9d",
                "forbid[any] when [c = 2] c exempt[a = 1 and b = 2] \"x\" from d + 9",
            ),
            (
                "require fact h within mon..fri 9:00..17:00, sat 9:00..12:00, closed holidays",
                "fact[h within mon..fri 9:00..17:00, sat 9:00..12:00, closed holidays]",
            ),
            ("warn near: require @a", "warn near: require[@a]"),
            ("warn: require @a", "warn: require[@a]"),
            ("warn warn: require @a", "warn warn: require[@a]"),
            ("warn require @a", "warn require[@a]"),
            ("require: require @a", "require: require[@a]"),
            ("limit : limit retries 1", "limit: retries 1"),
            ("rule-1: forbid @a", "rule-1: forbid[@a]"),
        ] {
            let (sources, ast, found) = parse(&format!("policy p {{\n  {written} // why\n}}\n"));
            assert_eq!(found, Vec::<String>::new(), "{written}");
            let [rule] = policy(&ast).rules.as_slice() else { panic!("{written}") };
            assert_eq!(shown(&sources, rule), expected, "{written}");
            assert_eq!(sources.text(rule.span), written);
            assert!(!ast.broken);
        }
    }

    #[test]
    fn keeps_the_other_rules_beside_a_broken_one() {
        let (_, ast, found) = parse(
            "policy p \"P\" {\n  require @a\n  reqire @b\n  require (@c\n  forbid @d; limit retries 1\n}\n",
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(ast.broken);
        assert_eq!(policy(&ast).rules.len(), 3);
    }

    #[test]
    fn keeps_the_names_of_broken_declarations() {
        let (sources, ast, found) = parse("policy p \"P\" \"Q\" {\n  require @a\n}\nfact a = b\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(policy(&ast).rules.len(), 1);
        assert_eq!(sources.text(policy(&ast).name.span), "p");
        let Some(Declaration::Fact(fact)) = ast.items.get(1).map(|item| &item.declaration) else { panic!() };
        assert!(fact.value.is_none());
    }

    #[test]
    fn attaches_doc_comments_to_the_next_line() {
        let text = "/// The policy.\npolicy p {\n  // no doc\n  /// One.\n  /// Two.\n  require @a\n\n  /// Apart.\n\n  forbid @b\n}\n";
        let (sources, ast, _) = parse(text);
        let doc = |doc: Option<crate::source::Span>| doc.map(|doc| sources.text(doc));
        assert_eq!(doc(ast.items[0].doc), Some("/// The policy."));
        let rules = &policy(&ast).rules;
        assert_eq!(doc(rules[0].doc), Some("/// One.\n  /// Two."));
        assert_eq!(doc(rules[1].doc), None);
        assert_eq!(ast.comments.len(), 5);
    }

    #[test]
    fn allows_words_of_policies_as_names() {
        let text = "policy -> menu\nplay policy \"https://a.example/x.wav\"\napply -> fact\nfact -> waive -> require\n\
                    disconnect require\nwaive -> policy on 1\n";
        let (_, ast, found) = parse(text);
        assert_eq!(found, Vec::<String>::new());
        let is_known = |declaration: &Declaration| {
            matches!(declaration, Declaration::Node(_) | Declaration::Transition(_))
        };
        assert_eq!(ast.items.iter().filter(|item| is_known(&item.declaration)).count(), 6);
    }

    #[test]
    fn lowers_facts_and_waivers() {
        let text = "fact a = 20s; fact b = 2026-08-02; fact c = \"x\"; fact d = 99999999999999999999\n\
                    waive es.house / rule-1 at `q 1` because \"x\" by \"y\" until 2027-03-31\napply es.house\n";
        let (sources, ast, found) = parse(text);
        assert_eq!(found, Vec::<String>::new());
        let values: Vec<_> = ast
            .items
            .iter()
            .filter_map(|item| match &item.declaration {
                Declaration::Fact(fact) => Some(match fact.value.as_ref().unwrap() {
                    Literal::Text(text) => sources.text(text.span).to_owned(),
                    Literal::Integer(span) | Literal::Date(span) => sources.text(*span).to_owned(),
                    Literal::Times(times) => sources.text(times.span).to_owned(),
                    Literal::Duration(milliseconds) => format!("{milliseconds} ms"),
                }),
                _ => None,
            })
            .collect();
        assert_eq!(values, ["20000 ms", "2026-08-02", "\"x\"", "99999999999999999999"]);
        let Declaration::Waive(waive) = &ast.items[4].declaration else { panic!() };
        let Subject::Rule(policy, rule) = waive.subject else { panic!() };
        assert_eq!(
            [policy, rule, waive.node.unwrap()].map(|name| sources.text(name.span)),
            ["es.house", "rule-1", "`q 1`"]
        );
        let Declaration::Apply(name) = &ast.items[5].declaration else { panic!() };
        assert_eq!(sources.text(name.span), "es.house");
    }
}
