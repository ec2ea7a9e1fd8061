//! The acceptance cases, run against the built program on real lines: one function per case.
#![forbid(unsafe_code)]
// Tests say what they expect; and they live in the real world, where clock and files are.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod architecture;
mod bad_input;
mod callback;
mod check;
mod demo;
mod dialer;
mod dialers;
mod faults;
mod fax;
mod lines;
mod mgetty;
mod mgetty_compare;
mod race;
mod records;
mod root;
mod scene;
mod sco;
mod site;
mod sysvinit;
mod tool;
