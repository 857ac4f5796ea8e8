//! A tag that no policy speaks of is no slip for one that some policy does.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use strsim::osa_distance;

use super::{Context, Rule};
use crate::diagnostics::suggest::Index;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Edit, Example, Mend, Page, Severity, quote};
use crate::flow::{Flow, Tag};
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX407",
    name: "misspelt-tag",
    severity: Severity::Warning,
    what: "A tag differs by one slip from a tag that a policy uses: a letter was added, dropped or changed, or two letters were swapped.",
    why: "A rule about a tag that nothing has checks nothing, and nobody notices.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside." @idenity; -> bye }
disconnect bye
policy house "House rules" {
  once: limit 1 @identity
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
policy house "House rules" {
  once: limit 1 @identity
}
apply house
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let wanted = tags_of_policies(flow);
    if wanted.is_empty() {
        return;
    }
    // In the alphabet's order, so that the message is always the same.
    let mut wanted_tags: Vec<&str> = wanted.iter().copied().collect();
    wanted_tags.sort_unstable();
    let index = Index::new(wanted_tags.iter().copied());
    let mut places = None;
    // Of each tag the first place.
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for tag in tags(flow).filter(|tag| !wanted.contains(&*tag.name)) {
        if !seen.insert(&tag.name) {
            continue;
        }
        let nearest = index.nearest(&tag.name).and_then(|(number, _)| wanted_tags.get(number));
        let Some(near) = nearest.filter(|near| osa_distance(near, &tag.name) == 1) else { continue };
        let alike = places.get_or_insert_with(|| places_of_tags(flow)).get(&*tag.name);
        let edits = alike.into_iter().flatten().map(|&span| Edit { span, text: (*near).to_owned() });
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                tag.span,
                format!("no policy uses the tag {}, but one uses `@{near}`", quote(&format!("@{}", tag.name))),
            )
            .here("perhaps misspelt")
            .help(format!("did you mean `@{near}`?"))
            .mend(Mend { title: format!("Write `@{near}`"), edits: edits.collect(), when: Default::default() }),
        );
    }
}

fn tags(flow: &Flow) -> impl Iterator<Item = &Tag> {
    flow.nodes.rows().iter().flat_map(|node| node.tags.iter().chain(node.actions.iter().flat_map(|action| &action.tags)))
}

/// Where each tag is written: who misspells one may do so again. Those of a file that is included
/// several times are in one place.
fn places_of_tags(flow: &Flow) -> FxHashMap<&str, BTreeSet<Span>> {
    let mut places: FxHashMap<&str, BTreeSet<Span>> = FxHashMap::default();
    for tag in tags(flow) {
        places.entry(&tag.name).or_default().insert(tag.span);
    }
    places
}

/// The tags that policies expect, and those that their rules speak of.
fn tags_of_policies(flow: &Flow) -> FxHashSet<&str> {
    let expected = flow.policies.iter().flat_map(|policy| policy.expected_tags().map(|(name, _)| name));
    let rules = flow.policies.iter().flat_map(|policy| &policy.rules);
    expected.chain(rules.flat_map(|rule| rule.tags())).collect()
}
