//! What people see: how findings are cut to a width, in which characters they are drawn, which
//! columns they name, and that nothing in a file or its name speaks to the terminal.

mod hazards;
mod pictures;
