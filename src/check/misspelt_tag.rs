//! Warns when an unused tag looks like a typo of a tag that a policy uses.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Context, Rule};
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, quote};
use crate::flow::{Flow, Tag};
use crate::policy::codes::MISSPELT_TAG;
use crate::policy::misspelt_tags;
use crate::source::Span;

pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let mut places = None;
    for (tag, near) in misspelt_tags(flow) {
        let spans = places.get_or_insert_with(|| places_of_tags(flow)).get(&*tag.name);
        let edits = spans.into_iter().flatten().map(|&span| Edit { span, text: near.to_owned() });
        diagnostics.push(
            Diagnostic::new(
                &MISSPELT_TAG,
                tag.span,
                format!(
                    "no policy uses the tag {}, but one uses `@{near}`",
                    quote(&format!("@{}", tag.name))
                ),
            )
            .here("perhaps misspelt")
            .help(format!("did you mean `@{near}`?"))
            .fix(Fix {
                title: format!("Write `@{near}`"),
                edits: edits.collect(),
                when: Default::default(),
            }),
        );
    }
}

fn tags(flow: &Flow) -> impl Iterator<Item = &Tag> {
    flow.nodes.rows().iter().flat_map(|node| node.all_tags())
}

/// Where each tag is written, since the same typo may be in several places. The tags of a file that is
/// included several times count once.
fn places_of_tags(flow: &Flow) -> FxHashMap<&str, BTreeSet<Span>> {
    let mut places: FxHashMap<&str, BTreeSet<Span>> = FxHashMap::default();
    for tag in tags(flow) {
        places.entry(&tag.name).or_default().insert(tag.span);
    }
    places
}
