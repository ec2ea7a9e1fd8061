//! SCO OpenServer's getty(M): its command line, its files, and the words that a caller types after the name.

pub mod compile;
pub mod devices;
mod entries;
pub mod gettyacts;
pub mod issue;
pub mod modes;
pub mod options;
mod settings;
mod stages;
pub mod words;
