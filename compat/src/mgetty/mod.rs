//! mgetty: its command line and its files.

pub mod chat;
pub mod config;
pub mod dialin;
mod keywords;
mod lines;
pub mod login_config;
pub mod modem;
pub mod options;
pub mod ringing;
pub mod texts;
pub mod values;

pub use lines::LIMIT;
