//! What is the same on all three systems.

pub mod account;
pub mod clock;
pub mod did;
pub mod files;
pub mod line;
pub mod lock;
pub mod modes;
pub mod node;
pub mod paths;
pub mod people;
pub mod pid_file;
pub mod process;
pub mod pty;
pub mod random;
pub mod scratch;
pub mod sink;
pub mod spool;
pub mod symbols;
pub mod wait;
