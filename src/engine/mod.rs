//! Runs a plan: one stage after the other, over the traits of [`world`].
pub mod world;
