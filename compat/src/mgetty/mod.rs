//! mgetty: its command line, its files, and what it hears on a line that rings.

pub mod caller;
pub mod chat;
pub mod config;
pub mod dialin;
mod keywords;
mod lines;
pub mod login_config;
pub mod modem;
pub mod options;
pub mod ring;
pub mod texts;
pub mod values;

pub use lines::LIMIT;
