//! Linux, any C library.

pub(crate) mod account;
// With musl, or a static glibc, the unwinder itself is linked in, and might be there twice.
#[cfg(all(target_env = "gnu", not(target_feature = "crt-static"), panic = "abort", not(debug_assertions)))]
mod backtrace;
pub(crate) mod line;
pub(crate) mod lock;
pub(crate) mod modes;
pub(crate) mod node;
pub(crate) mod paths;
pub(crate) mod process;
pub(crate) mod pty;
pub(crate) mod signal;
pub(crate) mod symbols;

pub(crate) const HERE: crate::Os = crate::Os::Linux;
