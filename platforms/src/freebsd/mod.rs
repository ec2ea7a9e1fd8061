//! FreeBSD 14.

pub(crate) mod account;
pub(crate) mod line;
pub(crate) mod lock;
pub(crate) mod modes;
pub(crate) mod node;
pub(crate) mod paths;
pub(crate) mod process;
pub(crate) mod pty;
pub(crate) mod signal;
pub(crate) mod symbols;

pub(crate) const HERE: crate::Os = crate::Os::FreeBsd;
