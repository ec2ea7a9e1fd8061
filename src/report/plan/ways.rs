//! Where a plan goes from a stage that does not come out as hoped.

use super::by_entry::entry;
use super::words::duration;
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{End, Parting, Stage, Then};

/// The head of stages that are reached by a jump alone: when that is.
pub(super) fn aside(plan: &LinePlan, index: usize) -> Option<&'static str> {
    let before = plan.stages.get(index.checked_sub(1)?)?;
    let leaves = match before.then(End::Done) {
        Then::GoOn => matches!(before.stage, Stage::Login(_)),
        Then::At(..) | Then::Finish(..) => true,
    };
    let when = match plan.stages.get(index)?.mark? {
        "terminal" if before.mark == Some("up") => return Some("Then, either way:"),
        "up" => "When the dialer has answered a call:",
        "machine" => "When a program calls:",
        "fax" => "When a fax machine calls:",
        "take" => "When callback hands a call over:",
        "busy" => "When the dialer finds the line in use:",
        "goodbye" => "When the caller leaves at once:",
        "waitlock" => "When somebody else has the line:",
        "rescue" => "When the modem does not answer as it should:",
        "plain init" => "When the modem does not know a built-in command:",
        "release" => "When the line is asked for by signal USR1:",
        _ => return None,
    };
    leaves.then_some(when)
}

/// What becomes of a stage that comes out this way; `None` where it says nothing new.
pub(super) fn way(plan: &LinePlan, stage: &Stage, end: End, then: &Then) -> Option<String> {
    let what = match end {
        End::Gone if matches!(stage, Stage::Login(_)) => return None, // the line has hung up, as everywhere
        End::Timeout if matches!(stage, Stage::ReadWords(read) if read.timeout.value.is_none()) => {
            return None;
        }
        _ if matches!(stage, Stage::ReadWords(_)) && entry(plan).is_some_and(|entry| entry.auto) => {
            return None;
        }
        End::Left if matches!(stage, Stage::ReadWords(_) | Stage::AwaitText(_)) => "on ^D",
        End::Timeout if matches!(stage, Stage::Settle(_)) => "if nobody types",
        End::Missed if matches!(stage, Stage::Detect(_)) => "if there is no such entry",
        End::Missed if matches!(stage, Stage::AwaitTaken(_)) => "if nobody takes it",
        End::Busy if matches!(stage, Stage::RunDialer(_)) => "if it says that the line is in use",
        End::Missed if matches!(stage, Stage::Chat(_)) => "if the modem does not know the command",
        End::Done if matches!(stage, Stage::AwaitFree(_)) => "if it is free at once",
        End::Busy if matches!(stage, Stage::ChooseLine(_)) => "if all stay in use",
        End::Gone if matches!(stage, Stage::ChooseLine(_)) => "if none is left",
        End::Missed if matches!(stage, Stage::HandOver(_)) => "if nobody takes it",
        End::Missed if matches!(stage, Stage::TakeCall(_)) => "if it is lost",
        End::NoAnswer if matches!(stage, Stage::Dial(_)) => "without a connection in time",
        End::Failed if matches!(stage, Stage::Dial(_)) => "if the modem does not answer as it should",
        End::Missed if matches!(stage, Stage::AwaitRing(_)) => "without a second call",
        End::Refused if matches!(stage, Stage::AwaitRing(_)) => "if it is shut and a call is up",
        End::Busy => "if it is busy",
        End::Gone => "if it is not there",
        End::Held => "if a lock is held",
        End::Freed => "after a wait",
        End::Broken => "if locks cannot be made",
        End::Missed => "if they do not come",
        End::Failed => "if it fails",
        End::HungUp => return None, // every stage ends so, and it says nothing new
        End::Edge => "at the timetable's edge",
        End::Timeout => "without a name in time",
        End::Left => "on ^D or ^\\",
        End::NextSpeed => "on BREAK",
        End::Refused => "if it is refused",
        End::Machine => "if a program calls",
        End::Connected => "if a call is up",
        End::Fax => "on a fax call",
        End::Released => "on signal USR1",
        End::Engaged => "if the number is busy",
        End::NoCarrier => "without carrier",
        End::NoDialTone => "without dial tone",
        End::NoAnswer => "if nobody picks up",
        End::Orphaned => "without its parent",
        End::Few => "if it stops ringing",
        End::Junk => "if it does not ring",
        End::Aborted => "if the modem gives up",
        End::Shut => "if it is shut",
        End::Idle => "if nobody comes for long",
        End::Empty => "on an empty line",
        End::HandedOver => "if who has the line hands a call over",
        End::Done => "then",
    };
    Some(format!("{what}: {}", to(plan, then)))
}

pub(super) fn to(plan: &LinePlan, then: &Then) -> String {
    match then {
        Then::GoOn => "goes on".into(),
        Then::At(mark, partings) => {
            let number = plan.stages.iter().position(|stage| stage.mark == Some(mark)).map_or(0, |at| at + 1);
            let before: String = partings.iter().map(parting).collect();
            format!("{before}goes to {number}")
        }
        Then::Finish(status, partings) => {
            let guard = partings.iter().find_map(|parting| match parting {
                Parting::Guard(life) => Some(format!(", under init after {}", duration(*life))),
                _ => None,
            });
            let before: String = partings.iter().map(parting).collect();
            format!("{before}ends with {status}{}", guard.unwrap_or_default())
        }
    }
}

fn parting(parting: &Parting) -> String {
    match parting {
        Parting::Log(..) | Parting::Audit(_) | Parting::Guard(_) => String::new(),
        Parting::Say(bytes) => format!("types \"{}\", ", bytes.escape_ascii()),
        Parting::HangUp => "hangs up, ".into(),
        Parting::Pause(time) => format!("waits {}, ", duration(*time)),
        Parting::Chat(chat) => format!("sends {}, ", chat.name),
        Parting::PutBack => "puts the modes back, ".into(),
        Parting::KeepCall => "keeps the call, ".into(),
        Parting::UnlessHeld(_) => "unless a lock is held ".into(),
    }
}
