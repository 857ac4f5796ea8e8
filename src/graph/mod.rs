//! The graph of a flow: order, reachability, depth and number of paths, each in linear time and without
//! recursion.

mod again;
mod call_tree;
mod components;
mod count;
mod cycles;
mod dispositions;
mod ends;
mod figures;
mod known;
mod paths;
mod reach;
mod refine;
mod sum;
mod unroll;

pub use again::{most_copies, work_bounds_in};
pub use call_tree::CallTree;
pub use components::{Component, components};
pub use count::Count;
pub use dispositions::{DispositionShare, disposition_shares};
pub use ends::{End, ends};
pub use figures::{Figures, longest_path, ways_to};
pub use known::{UnknownRead, unknown_reads};
pub use paths::Paths;
pub use reach::{
    Reached, first_reached, reachable, shortest_cycle, topological_order, topological_order_of,
    topological_order_without,
};
pub(crate) use refine::{Refinement, beyond_bounds, found_on_calls};
pub(crate) use sum::most_on_a_call;
pub(crate) use unroll::copy_with;
