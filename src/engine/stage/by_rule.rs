//! Becomes the program that a file of rules has for a name (mgetty, 7).

use crate::engine::Outcome;
use crate::engine::run::{Next, Run};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, LoginByRule};

/// Asks the file, and becomes the program.
pub(super) fn login<H: Host>(run: &mut Run<'_, H>, login: &LoginByRule) -> Result<Outcome<H::Became>, Next> {
    let _ = (run, login);
    Ok(Outcome::End(End::Failed))
}
