//! Legacy getty dialects, compiled to a plan for one line.
//!
//! Two storeys: an *invocation* is what was typed (a scanner per persona reads it), a [`plan::LinePlan`] is what
//! will be done. Nothing here opens a file, reads a clock or knows an operating system: text comes through
//! [`source::SourceReader`], and what the system is like through [`surroundings::Surroundings`].
#![forbid(unsafe_code)]

pub mod diag;
pub mod dialer;
pub mod escape;
pub mod getty_ps;
pub mod gettydefs;
pub mod kind;
pub mod mgetty;
pub mod operands;
pub mod options;
pub mod persona;
pub mod plan;
pub mod sco;
pub mod site;
pub mod source;
pub mod surroundings;
