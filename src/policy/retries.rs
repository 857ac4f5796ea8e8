//! Prompts with too many retries: one finding for each place in the text, even if its file has several
//! instances.

use rustc_hash::FxHashMap;

use super::names::shortened;
use super::violation::{BrokenRule, many_retries};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::flow::{Flow, Node};
use crate::source::{Sources, Span};
use crate::spelling::display_id;

/// A place where retries are set, with the nodes that take them from there.
struct Place<'a> {
    span: Span,
    nodes: Vec<(&'a Node, u64)>,
}

/// Reports the prompts that break a rule about retries, which allows `most` of them.
pub fn report(broken: &BrokenRule<'_>, most: u64, diagnostics: &mut Diagnostics) {
    for Place { span, nodes } in places(broken, most) {
        let Some(count) = nodes.iter().map(|(_, count)| *count).max() else { continue };
        let message = format!("{}{} more than {most}", broken.name(), many_retries(count));
        let mut diagnostic = Diagnostic::new(broken.code, span, message)
            .here(format!("the prompt would play up to {} times", count + 1))
            .fix(fewer(broken.sources, span, most));
        // A different param may be the cause in each instance.
        for (node, _) in &nodes {
            for given in broken.flow.given.of(node, span) {
                if !diagnostic.given.contains(&given) {
                    diagnostic.given.push(given);
                }
            }
        }
        diagnostic = broken.explain(diagnostic);
        diagnostic.notes.extend(instances(broken.flow, span, &nodes));
        diagnostics.push(diagnostic);
    }
}

/// The places with too many retries, in the order of the nodes.
fn places<'a>(broken: &BrokenRule<'a>, most: u64) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = Vec::new();
    let mut of_span: FxHashMap<Span, usize> = FxHashMap::default();
    for &node in &broken.violation.at {
        let node = &broken.flow.nodes[node];
        for retries in node.actions.iter().filter_map(|action| action.retries) {
            let Some(count) = retries.count.map(u64::from).filter(|&count| count > most) else { continue };
            let at = *of_span.entry(retries.span).or_insert(places.len());
            match places.get_mut(at) {
                Some(place) => place.nodes.push((node, count)),
                None => places.push(Place { span: retries.span, nodes: vec![(node, count)] }),
            }
        }
    }
    places
}

/// Which instances of the file have the finding: all of them, or the named nodes.
fn instances(flow: &Flow, span: Span, nodes: &[(&Node, u64)]) -> Option<String> {
    let instances = flow.instances.get(&span.file).map(Vec::as_slice).unwrap_or_default();
    let (_, count) = nodes.first()?;
    let is_alike = nodes.iter().all(|(_, other)| other == count);
    if instances.len() < 2 {
        None
    } else if is_alike && nodes.len() >= instances.len() {
        let names: Vec<String> = instances.iter().map(|name| quote(name)).collect();
        Some(format!("the same in each instance of the file: {}", shortened(&names)))
    } else {
        let of_node = |(node, count): &(&Node, u64)| {
            let id = quote(&display_id(&node.id));
            if is_alike { id } else { format!("{id} with {count}") }
        };
        let names: Vec<String> = nodes.iter().map(of_node).collect();
        let which = if names.len() == 1 { "the node is" } else { "the nodes are" };
        Some(format!("{which} {}", shortened(&names)))
    }
}

/// A fix that writes the maximum, if the option has a literal number.
fn fewer(sources: &Sources, option: Span, most: u64) -> Option<Fix> {
    let number = sources.text(option).strip_prefix("retries")?.trim();
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Fix::write(option, format!("retries {most}")))
}
