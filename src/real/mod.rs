//! The real world: [`Line`](crate::engine::world::Line) and [`Host`](crate::engine::world::Host) over the platform
//! layer, and the files of this machine, all of them below `--root` if one was given.

mod child;
pub mod fault;
mod host;
mod line;
mod line_log;
mod locks;
mod modes;
mod node;
mod people;
mod pid_file;
mod process;
mod program;
mod reader;
mod root;
mod spool;
mod system_names;
mod terminfo;
mod trace;
mod user;

pub use host::RealHost;
pub use modes::{facts_on, system_facts, words};
pub use process::{start_dialers_log, start_log, surroundings};
pub use reader::{FileReader, in_words};
pub use root::Root;
