//! What polygetty asks of Linux, FreeBSD and illumos, behind one set of names.
//!
//! What is POSIX on all three is written once, below `posix`; each system's folder holds only what
//! differs, under the same names, and is chosen here, in one place. This crate knows lines, modes,
//! signals, accounts and logs; it knows no plan and no dialect. All `unsafe` of the project is here.
//!
//! A thing that a system lacks is a value that says so ([`Did::Unsupported`],
//! [`Symbol::NoBit`](symbols::Symbol::NoBit)), never a silent no-op.

// The clock, files and the environment are what this crate is for; the rest of the project
// reaches them through it.
#![allow(clippy::disallowed_methods)]

mod posix;

cfg_if::cfg_if! {
    if #[cfg(target_os = "linux")] {
        mod linux;
        use linux as os;
    } else if #[cfg(target_os = "freebsd")] {
        mod freebsd;
        use freebsd as os;
    } else if #[cfg(target_os = "illumos")] {
        mod illumos;
        use illumos as os;
    } else {
        compile_error!("polygetty knows Linux, FreeBSD and illumos; this system is none of them");
    }
}

pub use nix::errno::Errno;
pub use nix::sys::signal::Signal;

pub use os::paths::paths;
pub use posix::did::Did;
pub use posix::paths::Paths;
pub use posix::{
    account, clock, files, line, lock, modes, node, people, pid_file, process, pty, random, scratch, sink,
    spool, symbols, wait,
};

pub use line::LineError;
pub use symbols::Os;
