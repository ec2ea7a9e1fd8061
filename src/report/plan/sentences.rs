//! Each stage in a sentence.

use super::words::{
    and_looks, chat, duration, heard, lock_format, locks_of, ownership, settles, text, week, word,
};
use super::{callback, calls};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{AccountKind, HangUpBy, Issue, ModemLines, Stage};

/// A stage in words.
pub(super) fn sentence(plan: &LinePlan, stage: &Stage) -> String {
    match stage {
        Stage::AwaitModem(_)
        | Stage::PrepareFax(_)
        | Stage::ReceiveFax(_)
        | Stage::Connected(_)
        | Stage::AdmitCall(_)
        | Stage::Listen(_)
        | Stage::AskName(_)
        | Stage::LoginByRule(_) => calls::sentence(plan, stage),
        Stage::Ask(_)
        | Stage::Detach(_)
        | Stage::Delay(_)
        | Stage::ChooseLine(_)
        | Stage::Dial(_)
        | Stage::HandOver(_)
        | Stage::TakeCall(_) => callback::sentence(stage),
        Stage::PidFile(file) => format!("{}, until the login program runs", file.path.value),
        Stage::AwaitFree(free) => {
            format!("{}; looks every {}", locks_of(&free.files), duration(free.look_every))
        }
        Stage::Lock(lock) => {
            format!("{}, {}, mode {:04o}", locks_of(&lock.files), lock_format(lock.format.value), lock.mode)
        }
        Stage::Unlock => "the locks go".into(),
        Stage::AwaitTaken(wait) => {
            format!("{}, within {}", locks_of(&wait.look.files), duration(wait.within))
        }
        Stage::RunDialer(dialer) => {
            let limit = dialer.limit.map(|limit| format!(", within {}", duration(limit))).unwrap_or_default();
            let look = and_looks(dialer.look.as_ref());
            let waits = if dialer.limit.is_none() { format!(", waits for a call{look}") } else { limit };
            let words = dialer.arguments.iter().skip(1);
            let words: Vec<String> = words.map(|word| word.escape_ascii().to_string()).collect();
            format!("{} {}{waits}", dialer.program.value, words.join(" ").trim_end())
        }
        Stage::Detect(detect) => match &detect.window {
            Some(window) => {
                format!("listens {} for what {} names", duration(window.value), detect.file.value)
            }
            None => format!("{} of {}", detect.protocol.escape_ascii(), detect.file.value),
        },
        Stage::ReadWords(read) => {
            let time = read.timeout.value.map(|time| format!("within {} of each prompt", duration(time)));
            let time = time.unwrap_or_else(|| "takes as long as it takes".into());
            let flush = read.flush.value;
            let flush = if flush.is_zero() {
                String::new()
            } else {
                format!("; what comes within {} of a prompt is dropped", duration(flush))
            };
            format!("{time}{flush}")
        }
        Stage::Own(own) => ownership(own),
        Stage::Account(account) => match account.kind {
            AccountKind::Login => format!("{} waits on {}", account.user, account.line.escape_ascii()),
            AccountKind::User => format!("{} has {}", account.user, account.line.escape_ascii()),
        },
        Stage::Open(open) if open.tries > 1 => {
            format!("{}, {} tries, {} apart", open.device.value.path, open.tries, duration(open.pause))
        }
        Stage::Open(open) => open.device.value.path.to_string(),
        Stage::TakeTerminal(_) => "as controlling terminal".into(),
        Stage::HangUp(hang_up) => {
            let how = if hang_up.by == HangUpBy::Dtr { "DTR low" } else { "speed 0" };
            format!("{how} for {}", duration(hang_up.time.value))
        }
        Stage::Modes(set) => {
            let changes: Vec<String> = set
                .changes
                .iter()
                .map(|(flag, on)| format!("{}{}", if *on { "" } else { "-" }, flag.name()))
                .collect();
            if changes.is_empty() { "initial".into() } else { format!("initial, {}", changes.join(" ")) }
        }
        Stage::Revoke => "others who have it open are thrown out".into(),
        Stage::Close => String::new(),
        Stage::TellParent => "by SIGUSR2: the modem is ready".into(),
        Stage::TellSpeed(tell) => match tell.asked.value {
            Some(bps) => format!("ends with {} at {bps} bit/s, else with the speed's code", tell.same),
            None => "ends with the code of the line's speed".into(),
        },
        Stage::Schedule(schedule) if schedule.sleep => "sleeps until the next range begins".into(),
        Stage::Schedule(schedule) => format!("only in {}", week(&schedule.ranges.value)),
        Stage::Chat(run) => {
            let kept = match &run.lines {
                ModemLines::Kept(Some(file)) => format!(", kept in {}", file.value),
                ModemLines::Kept(None) => ", kept in the log".into(),
                ModemLines::Nothing | ModemLines::Call => String::new(),
            };
            format!("{}: {}{kept}", run.name, chat(&run.chat.value))
        }
        Stage::AwaitByte(wait) => format!("without reading it{}", and_looks(wait.look.as_ref())),
        Stage::AwaitText(wait) => match &wait.word.value {
            Some(shown) => {
                format!("{}, within {}", word(shown), duration(shown.within.unwrap_or(wait.within)))
            }
            None if wait.keep => "any byte; it counts as the first that is listened to".into(),
            None => "any byte; it is dropped".into(),
        },
        Stage::AwaitCarrier(wait) => format!("unless CLOCAL is set{}", and_looks(wait.look.as_ref())),
        Stage::Settle(settle) => settles(settle),
        Stage::AwaitRing(wait) => {
            let rings = match wait.rings.value {
                0 | 1 => "the first ring".to_owned(),
                rings => format!("ring {rings}"),
            };
            let second = wait.second_call.as_ref().map(|second| {
                let (silence, within) = (duration(second.silence), duration(second.within.value));
                format!(
                    " of a second call, at least {silence} after a first one and within {within} from then"
                )
            });
            let ask = wait
                .ask
                .as_ref()
                .map(|ask| format!(", unless {} says otherwise", ask.program.command.value.escape_ascii()));
            let shut = wait.shut.value.iter().map(|path| format!("; not while {path} is there"));
            let speed = match wait.speed_from_call.value {
                true => "; a modem that answers by itself says the speed",
                false => "",
            };
            format!(
                "answers at {rings}{}{}{}{speed}",
                second.unwrap_or_default(),
                ask.unwrap_or_default(),
                shut.collect::<String>()
            )
        }
        Stage::Ringback(ring) => {
            let ((from, until), (few, most)) = (ring.between.value, ring.rings.value);
            format!("{few} to {most} rings, then a second call after {from} to {until} s")
        }
        Stage::Answer(answer) => {
            let speed = if answer.speed_from_call.value { ", at what the modem says" } else { "" };
            format!("{}: {}{speed}", answer.name, chat(&answer.chat.value))
        }
        Stage::Greet(greet) => {
            let issue = match &greet.issue.value {
                Issue::Text(shown) => format!("\"{}\"", text(plan, shown)),
                Issue::File(path, _) => path.to_string(),
                Issue::Command(command, _) => format!("what {} writes", command.escape_ascii()),
            };
            if greet.clear.value.is_some() {
                format!("clears the screen, types {issue}")
            } else {
                format!("types {issue}")
            }
        }
        Stage::ReadName(read) => {
            let time = read.timeout.value.map(|time| format!("within {}", duration(time)));
            let time = time.unwrap_or_else(|| "takes as long as it takes".into());
            match heard(read.ears.value) {
                "not heard" => time,
                mailers => format!("{time}; hears {mailers}"),
            }
        }
        Stage::Login(login) => {
            let mailer = login.mailer.as_ref().map(|mailer| format!("; for a mailer {}", mailer.value));
            let term = match login.term.value.as_slice() {
                [] => String::new(),
                term => format!(", TERM={}", term.escape_ascii()),
            };
            let before = login.words.as_ref().map(|words| {
                words.before.iter().map(|word| format!(" {}", word.escape_ascii())).collect::<String>()
            });
            let before = before.unwrap_or_default();
            format!("{}{before} NAME{term}{}", login.program.value, mailer.unwrap_or_default())
        }
    }
}
