//! A plan as a person reads it, and as a program does.

use polygetty_compat::persona::Family;
use polygetty_compat::plan::setting::{Origin, Setting};
use polygetty_compat::plan::stage::{AccountKind, HangUpBy, Issue, ModemLines, PlannedStage, Stage};
use polygetty_compat::plan::{LinePlan, Version};

mod by_entry;
mod callback;
mod calls;
mod json;
mod settled;
#[cfg(test)]
mod tests;
mod ways;
mod words;

pub use json::explain_json;
use settled::settled_elsewhere;
use ways::{aside, way};
use words::{
    and_looks, chat, duration, heard, lock_files, lock_format, locks_of, log_level, optional, owner_and_mode,
    ownership, settle_values, settles, text, week, word,
};

/// One value of a stage.
struct Value<'a> {
    name: &'static str,
    value: String,
    origin: &'a Origin,
    overrode: &'a [Origin],
}

impl<'a> Value<'a> {
    fn of<T>(name: &'static str, setting: &'a Setting<T>, show: impl FnOnce(&T) -> String) -> Self {
        Self { name, value: show(&setting.value), origin: &setting.origin, overrode: &setting.overrode }
    }
}

/// Says what a plan does: the answer, the stages with their values and where each comes from, what was overruled.
pub fn explain(plan: &LinePlan, invoked: &str) -> String {
    let mut out = String::new();
    fold(&mut out, 0, 4, invoked);
    fold(&mut out, 0, 0, &answer(plan));
    out.push('\n');
    let stages: Vec<(usize, &PlannedStage)> = plan.stages.iter().enumerate().collect();
    for (index, planned) in &stages {
        if let Some(when) = aside(plan, *index) {
            out.push('\n');
            note(&mut out, when);
        }
        let values = values(plan, planned);
        let says = by_entry::sentence(plan, *index).unwrap_or_else(|| sentence(plan, &planned.stage));
        let origin = values.first().map(|value| value.origin);
        let origin =
            by_entry::origin(plan, *index).unwrap_or(origin).map_or_else(String::new, |o| plan.origin(o));
        row(&mut out, index + 1, planned.stage.name(), &says, &origin);
        for (end, then) in &planned.ends {
            if let Some(text) = way(plan, &planned.stage, *end, then) {
                fold(&mut out, 22, 24, &text);
            }
        }
    }
    out.push('\n');
    entries(plan, &mut out);
    for line in settled_elsewhere(plan) {
        note(&mut out, &line);
    }
    let mut overruled: Vec<String> = Vec::new();
    let owned = plan.stages.iter().flat_map(|planned| {
        let stage = planned.stage.name();
        values(plan, planned).into_iter().map(move |value| (format!("{} of \"{stage}\"", value.name), value))
    });
    for (what, value) in owned.chain(facts(plan).into_iter().map(|value| (value.name.to_owned(), value))) {
        for loser in value.overrode {
            let by = plan.origin(value.origin);
            overruled.push(format!("Overruled: {what}, {}, by {by}", plan.origin(loser)));
        }
    }
    overruled.dedup();
    for line in &overruled {
        note(&mut out, line);
    }
    for finding in &plan.findings {
        note(&mut out, &format!("{}: {}", finding.severity, finding.one_line(&plan.sources)));
    }
    let printable =
        |c: char| if c.is_control() && c != '\n' { c.escape_default().to_string() } else { c.into() };
    out.chars().map(printable).collect()
}

/// A line that begins in column `first` and is broken at blanks before the 80th; what follows begins in `later`.
fn fold(out: &mut String, first: usize, later: usize, text: &str) {
    let mut column = first;
    let mut begins = true;
    out.push_str(&" ".repeat(first));
    // A number stays with its unit.
    let text = ["s", "ms", "bit/s"].iter().fold(text.to_owned(), |text, unit| with_unit(&text, unit));
    for word in text.split(' ') {
        let width = word.chars().count();
        if !begins && column + 1 + width > 79 {
            out.push('\n');
            out.push_str(&" ".repeat(later));
            column = later;
        } else if !begins {
            out.push(' ');
            column += 1;
        }
        begins = false;
        out.push_str(&word.replace(TIED, " "));
        column += width;
    }
    out.push('\n');
}

/// A blank at which no line is broken.
const TIED: char = '\u{a0}';

fn with_unit(text: &str, unit: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let number = words.last().is_some_and(|last| last.ends_with(|c: char| c.is_ascii_digit()));
        match words.last_mut().filter(|_| number && word.trim_end_matches([',', ';', '.']) == unit) {
            Some(last) => last.push_str(&format!("{TIED}{word}")),
            None => words.push(word.to_owned()),
        }
    }
    words.join(" ")
}

fn note(out: &mut String, text: &str) {
    fold(out, 0, 4, text);
}

/// What is known of the line beside its stages.
fn facts(plan: &LinePlan) -> Vec<Value<'_>> {
    let bytes = |text: &Option<Vec<u8>>, none: &str| {
        text.as_ref().map_or_else(|| none.to_owned(), |text| text.escape_ascii().to_string())
    };
    let label =
        |at: &usize| optional(plan.entries.get(*at).map(|entry| entry.label.escape_ascii().to_string()));
    vec![
        Value::of("persona", &plan.persona, |persona| persona.own_name().to_owned()),
        Value::of("log facility", &plan.log.facility, |facility| facility.name().to_owned()),
        Value::of("log level", &plan.log.level, |level| log_level(*level).to_owned()),
        Value::of("line", &plan.facts.device, |device| device.path.to_string()),
        Value::of("node name", &plan.facts.system, |name| bytes(name, "the system's")),
        Value::of("version", &plan.facts.version, |version| match version {
            Version::Text(text) => text.escape_ascii().to_string(),
            Version::File(path) => path.to_string(),
            Version::System => "the system's".into(),
        }),
        Value::of("terminal", &plan.facts.term, |term| bytes(term, "none")),
        Value::of("entry", &plan.start, label),
        Value::of("debug", &plan.debug, |mask| format!("{mask:o}")),
    ]
}

/// One stage as a row: number, what, how, and where that comes from; long ones go on below.
fn row(out: &mut String, number: usize, name: &str, says: &str, origin: &str) {
    let head = format!("{number:2}  {name:<17} ");
    let room = 56usize;
    if says.chars().count() <= 33 && origin.chars().count() <= 22 {
        out.push_str(format!("{head}{says:<33} {origin}").trim_end());
        out.push('\n');
        return;
    }
    let mut line = String::new();
    let mut lead = head;
    for word in says.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            out.push_str(&format!("{lead}{line}\n"));
            lead = " ".repeat(22);
            line.clear();
        }
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(format!("{lead}{line}").trim_end());
    out.push('\n');
    if !origin.is_empty() {
        out.push_str(&format!("{:22}from {origin}\n", ""));
    }
}

const SHARES: &str = "shares the line by lock files";

fn answer(plan: &LinePlan) -> String {
    let mut does: Vec<&str> = Vec::new();
    let mut call = "asks for a name";
    let start = plan.entries.get(plan.start.value);
    for planned in &plan.stages {
        match &planned.stage {
            Stage::AwaitFree(_) => does.push(SHARES),
            Stage::Chat(chat) if chat.name == "INIT" => does.push("sends INIT"),
            Stage::Chat(chat) if chat.name == "AUTO" => does.push("lets the modem pick up by itself"),
            Stage::AwaitText(text) if text.word.value.is_some() => does.push("waits for a call"),
            Stage::AwaitText(_) => does.push("waits for a character"),
            Stage::AwaitCarrier(_) => does.push("waits for carrier"),
            Stage::AwaitRing(_) => does.push("waits for a call"),
            Stage::Answer(answer) if answer.name == "DIAL" => does.push("calls a number"),
            Stage::Answer(_) => does.push("answers it"),
            Stage::Lock(_) if !does.contains(&SHARES) && plan.persona.value.family() == Family::Sco => {
                does.push(SHARES)
            }
            Stage::RunDialer(dialer) if dialer.limit.is_some() => does.push("has a dialer prepare the modem"),
            Stage::RunDialer(_) => does.push("has a dialer answer calls"),
            Stage::Detect(detect) if detect.window.is_some() => does.push("listens for programs that call"),
            Stage::ReadWords(_) if start.is_some_and(|entry| entry.auto) => call = "asks nobody",
            Stage::Login(login) => {
                does.push(call);
                let own = start.and_then(|entry| entry.program.as_ref()).filter(|_| login.words.is_some());
                let program = own.map_or(&login.program.value, |program| &program.path).to_string();
                return format!("On {}: {}, runs {program}.", plan.facts.device.value.path, does.join(", "));
            }
            Stage::ReadName(_) => call = "asks for a name",
            Stage::ChooseLine(choose) => return callback::answer(choose),
            _ => {}
        }
    }
    format!("On {}: {}.", plan.facts.device.value.path, does.join(", "))
}

/// The speed entries that BREAK leads through.
fn entries(plan: &LinePlan, out: &mut String) {
    if let Some(choose) = callback::choice(plan) {
        for (candidate, entry) in choose.candidates.value.iter().zip(&plan.entries) {
            let speed = entry.initial.speed.unwrap_or(0);
            let line = format!("{}: {speed} bit/s ({})", candidate.device.path, plan.origin(&entry.origin));
            note(out, &line);
        }
        return;
    }
    let mut ring = Vec::new();
    let mut next = Some(plan.start.value);
    while let Some((at, entry)) = next.and_then(|at| Some((at, plan.entries.get(at)?))) {
        if ring.contains(&at) {
            break;
        }
        ring.push(at);
        let speed = entry.initial.speed.unwrap_or(0);
        let asks = if entry.auto {
            "asks nobody".into()
        } else {
            format!("prompt \"{}\"", text(plan, &entry.prompt))
        };
        let runs =
            entry.program.as_ref().map(|program| format!(", runs {}", program.path)).unwrap_or_default();
        let line = format!(
            "Entry \"{}\": {speed} bit/s, {asks}{runs} ({})",
            entry.label.escape_ascii(),
            plan.origin(&entry.origin)
        );
        note(out, &line);
        next = entry.next;
    }
    let labels: Vec<String> = ring
        .iter()
        .chain(&next)
        .filter_map(|at| plan.entries.get(*at))
        .map(|e| e.label.escape_ascii().to_string())
        .collect();
    if labels.len() > 2 {
        note(out, &format!("BREAK leads {}", labels.join(" -> ")));
    }
}

/// A stage's settings, the one that matters most first.
fn values<'p>(plan: &'p LinePlan, planned: &'p PlannedStage) -> Vec<Value<'p>> {
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

/// A stage in words.
fn sentence(plan: &LinePlan, stage: &Stage) -> String {
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
