//! Walking a flow without a call: order, reach, depth and the number of paths, each linear in nodes
//! and transitions and without recursion. And with a call: where one caller's events lead.

mod call;
mod components;
mod count;
mod ends;
mod events;
mod figures;
mod paths;
mod reach;
mod walk;
mod written;

pub use call::{Call, Given, Reaction, Stands};
pub use components::{Component, components};
pub use count::Count;
pub use ends::{End, ends};
pub use events::{BadEvent, Events, in_words};
pub use figures::{Figures, longest_path};
pub use paths::Paths;
pub use reach::{Reached, first_reached, reachable, shortest_circle, topological_order};
pub use walk::{Stuck, Taken, Walk, Why, accepted, accepted_in_words, takes, walk};
pub use written::{action, as_test, condition, path_with_events};
