//! A line without a wire: a modem, a far end, and a world in which time passes only when somebody waits.
//!
//! The [`modem`] serves the demo, where it talks to the real program over a pty, and the [`world`], in which a day
//! of silence takes a millisecond.

mod calendar;
pub mod child;
mod line;
pub mod locks;
pub mod modem;
pub mod spool;
pub mod world;

pub use crate::engine::world::Moment;

#[cfg(test)]
mod tests;
