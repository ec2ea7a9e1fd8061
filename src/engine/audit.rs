//! Entries of the log that tell of a call, for those who count calls.

use super::run::Run;
use super::world::Host;
use polygetty_compat::plan::stage::AuditFact;
use polygetty_compat::plan::stage::AuditPiece::{self, Fact, Text};

/// The entry: its text, with what is known of the call.
pub(super) fn entry<H: Host>(run: &Run<'_, H>, pieces: &[AuditPiece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Text(piece) => text.push_str(piece),
            Fact(fact) => text.push_str(&known(run, *fact)),
        }
    }
    text
}

fn known<H: Host>(run: &Run<'_, H>, fact: AuditFact) -> String {
    // Strangers say it, and an apostrophe ends the field for whoever reads the log by a program.
    let shown = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        let fits = text.chars().filter(|c| !c.is_control());
        fits.map(|c| if c == '\'' { '?' } else { c }).collect::<String>()
    };
    match fact {
        AuditFact::Line => run.line_name(),
        AuditFact::Process => run.host.pid().to_string(),
        AuditFact::Rings => run.rings.to_string(),
        AuditFact::Caller => shown(run.call.number()),
        AuditFact::CallerName => shown(run.call.name.as_deref().unwrap_or_default()),
        AuditFact::Connection => shown(&run.call.connection()),
        AuditFact::Typed => shown(&run.name),
    }
}
