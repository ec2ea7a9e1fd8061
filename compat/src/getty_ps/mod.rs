//! getty_ps: its command line, its defaults file, its chats, and the plan they compile to.

pub mod chat;
pub mod compile;
pub mod defaults;
mod entries;
mod environment;
pub mod options;
mod stages;
mod values;

pub use entries::entry;

#[cfg(test)]
mod tests;
