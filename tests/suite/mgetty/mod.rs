//! mgetty on real lines: one function per case. The test is the modem.

mod beside;
mod calls;
mod config;
mod fax_calls;
mod fax_reception;
mod faxmodems;
mod hobby;
mod init;
mod locks;
mod log;
mod login;
mod logrotate;
mod name;
mod programs;
mod records;
pub mod scene;
mod signals;
mod typed;
