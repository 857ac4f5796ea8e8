//! The opening hours that the conditions of a foreign flow have in them.

use std::collections::BTreeMap;

use super::fields::Fields;
use super::graph::Graph;
use super::shape::NodeForm;
use crate::condition::read_hours;
use crate::flow::{Hours, Kind};

/// Finds the blocks whose hours cannot be declared under their name, since another condition has other hours of that
/// name, or a value has it.
pub fn mark_unclear(graph: &mut Graph<'_>) {
    let of_conditions = |graph: &Graph<'_>| -> Vec<(usize, Hours)> {
        let blocks = graph.blocks.iter().enumerate();
        let exits = blocks.flat_map(|(index, block)| block.exits.iter().map(move |exit| (index, exit)));
        exits.filter_map(|(index, exit)| Some((index, read_hours(&exit.condition)?.1))).collect()
    };
    let asked = of_conditions(graph);
    if asked.is_empty() {
        return;
    }
    let fields = Fields::of(graph);
    let mut known: BTreeMap<&str, String> = BTreeMap::new();
    let mut unclear: Vec<usize> = Vec::new();
    for (index, hours) in &asked {
        let table = hours.to_string();
        let first = known.entry(&hours.name).or_insert_with(|| table.clone());
        if *first != table || fields.has_name(&hours.name) {
            unclear.push(*index);
        }
    }
    for index in unclear {
        if let Some(block) = graph.blocks.get_mut(index) {
            block.has_unclear_hours = true;
        }
    }
}

/// The hours that nodes ask for, each once, in the order of their names.
pub fn declared(graph: &Graph<'_>) -> Vec<Hours> {
    let clear = graph.blocks.iter().filter(|block| NodeForm::of(block).kind == Some(Kind::Decide));
    let read = clear.flat_map(|block| &block.exits).filter_map(|exit| read_hours(&exit.condition));
    let all: BTreeMap<Box<str>, Hours> = read.map(|(_, hours)| (hours.name.clone(), hours)).collect();
    all.into_values().collect()
}
