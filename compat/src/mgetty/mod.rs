//! mgetty: its command line and its files.

mod audits;
mod call_files;
pub mod callback;
pub mod chat;
pub mod compile;
pub mod config;
pub mod dialin;
mod faxes;
mod handed_over;
mod keywords;
mod lines;
pub mod login_config;
pub mod modem;
mod modes;
pub mod options;
pub mod ringing;
mod settings;
mod stages;
pub mod texts;
pub mod values;

pub use lines::LIMIT;
