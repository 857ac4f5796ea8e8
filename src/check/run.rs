//! Runs the rules, in a large flow on several threads.

use super::{
    Context, RULES, Rule, idle_in_tests, known_before_used, media_url, unknown_outcome, unused, waived,
};
use crate::diagnostics::Diagnostics;
use crate::threads;

/// The rules that look at earlier findings, or at how many there are, so that they run in their turn.
static IN_TURN: &[&Rule] = &[
    &media_url::RULE,
    &unknown_outcome::RULE,
    &known_before_used::RULE,
    &idle_in_tests::RULE,
    &unused::RULE,
    &waived::RULE,
];

/// Runs the rules in their order. In a large flow, those that do not depend on others run ahead on several threads, and
/// what they report is added in their turn.
pub fn run(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let is_ahead = |rule: &&Rule| !IN_TURN.iter().any(|other| std::ptr::eq(*other, *rule));
    if context.flow.nodes.len() < threads::MANY_NODES {
        RULES.iter().for_each(|rule| (rule.check)(context, diagnostics));
        return;
    }
    let rules: Vec<&Rule> = RULES.iter().copied().filter(is_ahead).collect();
    let found = threads::map(&rules, |rule| {
        let mut found = Diagnostics::default();
        (rule.check)(context, &mut found);
        found
    });
    let mut found = found.into_iter();
    for rule in RULES {
        match is_ahead(rule).then(|| found.next()).flatten() {
            Some(found) => diagnostics.append(found),
            None => (rule.check)(context, diagnostics),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Platform;
    use super::*;
    use crate::graph;

    #[test]
    fn rules_that_run_ahead_report_what_they_report_in_their_turn() {
        let nodes = (0..threads::MANY_NODES).map(|node| {
            let next = node + 1;
            match node % 7 {
                0 => format!("collect n{node} \"Press 1 or 7\" {{ on 1 -> n{next}; on busy -> n{next} }}\n"),
                1 => format!("play n{node} \"http://example.com/a {node}.wav\" {{ -> n{next} }}\n"),
                2 => format!("disclosure n{node} {{ say \"\"; -> n{next} }}\n"),
                3 => format!("collect n{node} \"1\" {{ on 1 | 12 -> n{next}; on 1 -> n{node} }}\n"),
                4 => format!("play n{node} {{ say \"@tag ${{nobody}}\" @optot; -> n{next} }}\n"),
                5 => format!("let unused{node} = \"\"\ndisconnect n{node} {{ -> n{next} }}\n"),
                _ => format!("play n{node} {{ say \"Hello\"; set x{node} = 1 }}\n"),
            }
        });
        let text = format!("flow \"F\"\nentry n0\n{}", nodes.collect::<String>());
        let compiled = crate::compile("a.cxflow", text);
        let (flow, platform) = (&compiled.flow, Platform::default());
        let context = || Context {
            sources: &compiled.sources,
            files: &compiled.trees,
            flow,
            platform: Some(&platform),
            reachable: graph::reachable(flow, flow.entry),
            facts: Default::default(),
            waived: waived::WaivedFindings::of(flow, None),
            entry: flow.entry,
        };
        assert!(flow.nodes.len() >= threads::MANY_NODES);
        let (mut ahead, mut in_turn) = (Diagnostics::default(), Diagnostics::default());
        run(&context(), &mut ahead);
        let context = context();
        RULES.iter().for_each(|rule| (rule.check)(&context, &mut in_turn));
        let shown = |found: &Diagnostics| format!("{:?}", found.iter().collect::<Vec<_>>());
        assert!(in_turn.iter().map(|one| one.code.id).collect::<std::collections::BTreeSet<_>>().len() > 5);
        assert_eq!(shown(&ahead), shown(&in_turn));
    }
}
