//! polygetty: the engine that runs a line's plan, its real and its simulated world, and the tool around them.
#![forbid(unsafe_code)]

#[deny(clippy::disallowed_methods)]
pub mod engine;
#[deny(clippy::disallowed_methods)]
pub mod fax;
pub mod real;
pub mod rehearse;
pub mod report;
pub mod tool;
