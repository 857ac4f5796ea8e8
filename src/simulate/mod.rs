//! Walking a flow: order, reach, depth and the number of paths, each linear in nodes and transitions
//! and without recursion; and the calls of its tests.

mod call;
mod components;
mod count;
mod coverage;
mod figures;
mod reach;
mod test_findings;
mod test_run;

pub use call::{Call, Caller, Ending};
pub use components::{Component, components};
pub use count::Count;
pub use coverage::{Coverage, Covered};
pub use figures::{Figures, longest_path};
pub use reach::{Reached, first_reached, reachable, shortest_circle, topological_order};
pub use test_findings::CODES;
pub use test_run::{Ran, TestRun, run_tests};
