//! polygetty.
fn main() {}
