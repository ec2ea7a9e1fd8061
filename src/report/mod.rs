//! What polygetty says to people and scripts about somebody's text: diagnostics with their places, and the listings
//! that the old programs printed.

pub mod diag;
pub mod fax;
pub mod gettydefs;
pub mod plan;
#[cfg(test)]
mod tests;
