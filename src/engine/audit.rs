//! Entries of the log that tell of a call, for those who count calls.

use super::run::Run;
use super::world::Host;
use polygetty_compat::plan::stage::AuditFact;
use polygetty_compat::plan::stage::AuditPiece::{self, Fact, Text};
use polygetty_compat::source::FilePath;

/// The entry: its text, with what is known of the call.
pub(super) fn entry<H: Host>(run: &Run<'_, H>, pieces: &[AuditPiece]) -> String {
    entry_of(run, pieces, &FilePath(Vec::new()))
}

/// The same where a program is known, too.
pub(super) fn entry_of<H: Host>(run: &Run<'_, H>, pieces: &[AuditPiece], program: &FilePath) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Text(piece) => text.push_str(piece),
            Fact(AuditFact::Program) => text.push_str(&shown(program.as_bytes())),
            Fact(fact) => text.push_str(&known(run, *fact)),
        }
    }
    text
}

fn known<H: Host>(run: &Run<'_, H>, fact: AuditFact) -> String {
    match fact {
        AuditFact::Line => run.line_name(),
        AuditFact::Process => run.host.pid().to_string(),
        AuditFact::Rings => run.rings.to_string(),
        AuditFact::Caller => shown(run.call.number()),
        AuditFact::CallerName => shown(run.call.name.as_deref().unwrap_or_default()),
        AuditFact::Connection => shown(&run.call.connection()),
        AuditFact::Typed => shown(&run.name),
        AuditFact::Program => String::new(),
        AuditFact::Sender => shown(&run.received.sender),
        AuditFact::HangUpCode => format!("{:03}", run.received.code),
        AuditFact::Pages => run.received.pages.len().to_string(),
        AuditFact::Took => run.received.time(),
        AuditFact::Watcher => run.watcher.map(|pid| pid.to_string()).unwrap_or_default(),
    }
}

/// What strangers say, within quotes of ours: nothing of it ends the quotes, or the entry. 255 is no character, and
/// marks a mailer's name.
fn shown(bytes: &[u8]) -> String {
    let bytes: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0xff).collect();
    let text = String::from_utf8_lossy(&bytes);
    let plain = text.chars().filter(|letter| !letter.is_control());
    plain.map(|letter| if letter == '\'' { '?' } else { letter }).collect()
}
