//! getty_ps on real lines.

mod chat;
mod files;
mod login;
mod uugetty;
