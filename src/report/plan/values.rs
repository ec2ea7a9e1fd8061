//! The values of each stage, with the setting that each comes from.

use super::words::{
    chat, duration, heard, lock_files, lock_format, optional, owner_and_mode, settle_values, text, week, word,
};
use super::{Value, callback, calls};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{Issue, ModemLines, PlannedStage, Stage};

/// A stage's settings, the one that matters most first.
pub(super) fn values<'p>(plan: &'p LinePlan, planned: &'p PlannedStage) -> Vec<Value<'p>> {
    match &planned.stage {
        Stage::PidFile(file) => vec![Value::of("file", &file.path, ToString::to_string)],
        Stage::AwaitFree(free) => lock_files(&free.files).into(),
        Stage::Lock(lock) => {
            let format = Value::of("format", &lock.format, |format| lock_format(*format).to_owned());
            lock_files(&lock.files).into_iter().chain([format]).collect()
        }
        Stage::Open(open) => vec![Value::of("device", &open.device, |device| device.path.to_string())],
        Stage::HangUp(hang_up) => vec![Value::of("time", &hang_up.time, |time| duration(*time))],
        Stage::Schedule(schedule) => {
            vec![Value::of("ranges", &schedule.ranges, |ranges| week(ranges))]
        }
        Stage::Chat(run) => {
            let file = match &run.lines {
                ModemLines::Kept(file) => file.as_ref(),
                ModemLines::Nothing | ModemLines::Call => None,
            };
            let file = file.map(|file| Value::of("kept in", file, ToString::to_string));
            [Value::of("script", &run.chat, chat)].into_iter().chain(file).collect()
        }
        Stage::Answer(answer) => {
            let mut all = vec![Value::of("script", &answer.chat, chat)];
            if answer.speed_from_call.value {
                all.push(Value::of("speed", &answer.speed_from_call, |_| "of the call".into()));
            }
            all
        }
        Stage::AwaitByte(wait) => vec![Value::of("because", &wait.because, |()| "asked for".into())],
        Stage::AwaitText(wait) => {
            vec![Value::of("word", &wait.word, |w| w.as_ref().map_or("any byte".into(), word))]
        }
        Stage::Own(own) => owner_and_mode(own),
        Stage::Settle(settle) => settle_values(settle),
        Stage::AwaitRing(wait) => {
            let list = |shown: Vec<String>| optional(Some(shown.join(" ")).filter(|shown| !shown.is_empty()));
            let mut all = vec![
                Value::of("rings", &wait.rings, ToString::to_string),
                Value::of("our numbers", &wait.numbers, |numbers| {
                    list(numbers.iter().map(|number| number.escape_ascii().to_string()).collect())
                }),
                Value::of("shut by", &wait.shut, |paths| {
                    list(paths.iter().map(ToString::to_string).collect())
                }),
            ];
            let second = wait.second_call.as_ref();
            all.extend(second.map(|second| Value::of("second call", &second.within, |time| duration(*time))));
            all.extend(wait.ask.as_ref().map(|ask| {
                Value::of("asks", &ask.program.command, |command| command.escape_ascii().to_string())
            }));
            if wait.speed_from_call.value {
                all.push(Value::of("speed", &wait.speed_from_call, |_| "of the call".into()));
            }
            all
        }
        Stage::Ringback(ring) => vec![
            Value::of("because", &ring.because, |()| "asked for".into()),
            Value::of("second call", &ring.between, |(from, until)| format!("{from} to {until} s")),
            Value::of("gap of rings", &ring.gap, |gap| format!("{gap} s")),
            Value::of("rings", &ring.rings, |(few, most)| format!("{few} to {most}")),
        ],
        Stage::Greet(greet) => vec![
            Value::of("issue", &greet.issue, |issue| match issue {
                Issue::Text(shown) => text(plan, shown),
                Issue::File(path, _) => path.to_string(),
                Issue::Command(command, _) => format!("!{}", command.escape_ascii()),
            }),
            Value::of("clear", &greet.clear, |clear| {
                optional(clear.as_ref().map(|clear| clear.escape_ascii().to_string()))
            }),
        ],
        Stage::ReadName(read) => {
            vec![
                Value::of("timeout", &read.timeout, |time| time.map_or("none".into(), duration)),
                Value::of("ask for lower case", &read.warn_case, ToString::to_string),
                Value::of("mailers", &read.ears, |ears| heard(*ears).to_owned()),
            ]
        }
        Stage::Login(login) => {
            let mut all = vec![
                Value::of("program", &login.program, ToString::to_string),
                Value::of("TERM", &login.term, |term| term.escape_ascii().to_string()),
            ];
            all.extend(login.mailer.as_ref().map(|mailer| Value::of("mailer", mailer, ToString::to_string)));
            all
        }
        Stage::AwaitTaken(wait) => lock_files(&wait.look.files).into(),
        Stage::RunDialer(dialer) => {
            let byte = |byte: &u8| format!("0x{byte:02x}");
            vec![
                Value::of("program", &dialer.program, ToString::to_string),
                Value::of("fax byte", &dialer.fax, byte),
                Value::of("data byte", &dialer.data, byte),
            ]
        }
        Stage::Detect(detect) => {
            let file = Value::of("file", &detect.file, ToString::to_string);
            let window =
                detect.window.as_ref().map(|window| Value::of("window", window, |time| duration(*time)));
            window.into_iter().chain([file]).collect()
        }
        Stage::ReadWords(read) => vec![
            Value::of("timeout", &read.timeout, |time| optional(time.map(duration))),
            Value::of("flush", &read.flush, |time| duration(*time)),
        ],
        Stage::TellSpeed(tell) => vec![Value::of("asked for", &tell.asked, |bps| {
            bps.map_or("a choice of speeds".into(), |bps| format!("{bps} bit/s"))
        })],
        Stage::AwaitModem(_)
        | Stage::PrepareFax(_)
        | Stage::ReceiveFax(_)
        | Stage::Connected(_)
        | Stage::AdmitCall(_)
        | Stage::Listen(_)
        | Stage::AskName(_)
        | Stage::LoginByRule(_) => calls::values(plan, planned),
        Stage::Ask(_)
        | Stage::Detach(_)
        | Stage::Delay(_)
        | Stage::ChooseLine(_)
        | Stage::Dial(_)
        | Stage::HandOver(_)
        | Stage::TakeCall(_) => callback::values(&planned.stage),
        Stage::Unlock
        | Stage::TellParent
        | Stage::Account(_)
        | Stage::TakeTerminal(_)
        | Stage::Modes(_)
        | Stage::Revoke
        | Stage::Close
        | Stage::AwaitCarrier(_) => Vec::new(),
    }
}
