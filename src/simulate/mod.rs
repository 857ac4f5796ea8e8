//! Walking a flow: order, reach, depth and the number of paths, each linear in nodes and transitions
//! and without recursion; one caller's way by what happens on the call; and a flow's tests.

mod call;
mod components;
mod count;
mod coverage;
mod ends;
mod events;
mod figures;
mod paths;
mod reach;
mod stuck;
mod test_findings;
mod test_run;
mod walk;
mod written;

pub use call::{Call, Given, Reaction};
pub use components::{Component, components};
pub use count::Count;
pub use coverage::{Coverage, Covered};
pub use ends::{End, ends};
pub use events::{BadEvent, Events};
pub use figures::{Figures, longest_path, ways_to};
pub use paths::Paths;
pub use reach::{
    Reached, first_reached, reachable, shortest_circle, topological_order, topological_order_of,
};
pub use stuck::{accepted, choices, instead};
pub use test_findings::CODES;
pub use test_run::{Ran, TestRun, run_tests, run_tests_with};
pub use walk::{Stands, Walk, Walker, Why};
pub use written::{action, as_test, named, path_with_events};
