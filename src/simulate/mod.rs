//! Walking a flow without a call: order, reach, depth and the number of paths, each linear in nodes
//! and transitions and without recursion.

mod components;
mod count;
mod figures;
mod reach;

pub use components::{Component, components};
pub use count::Count;
pub use figures::{Figures, longest_path};
pub use reach::{Reached, first_reached, reachable, shortest_circle, topological_order};
