//! A plan as a person reads it, and as a program does.

use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::chat::{Chat, Word};
use polygetty_compat::plan::setting::{Origin, Setting};
use polygetty_compat::plan::stage::{End, Issue, OnSignal, Parting, PlannedStage, Stage, Then};
use polygetty_compat::plan::text::{Param, Piece, Text};
use serde::Serialize;
use std::time::Duration;

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
    let mut out = format!("{invoked}\n{}\n\n", answer(plan));
    let stages: Vec<(usize, &PlannedStage)> = plan.stages.iter().enumerate().collect();
    for (index, planned) in &stages {
        let values = values(planned);
        let says = sentence(&planned.stage);
        let origin = values.first().map_or_else(String::new, |value| plan.origin(value.origin));
        row(&mut out, index + 1, planned.stage.name(), &says, &origin);
        for (end, then) in &planned.ends {
            if let Some(text) = way(plan, *end, then) {
                out.push_str(&format!("{:22}{text}\n", ""));
            }
        }
    }
    out.push('\n');
    entries(plan, &mut out);
    for planned in &plan.stages {
        for value in values(planned) {
            for overruled in value.overrode {
                let what = format!("{} of \"{}\"", value.name, planned.stage.name());
                let line = format!(
                    "Overruled: {what}, {}, by {}\n",
                    plan.origin(overruled),
                    plan.origin(value.origin)
                );
                if !out.contains(&line) {
                    out.push_str(&line);
                }
            }
        }
    }
    for missing in plan.not_run() {
        let what = if missing.refuses { "so the line is not touched" } else { "a warning is logged" };
        out.push_str(&format!("Not run yet: {} ({}); {what}\n", missing.what, plan.origin(&missing.origin)));
    }
    for finding in &plan.findings {
        out.push_str(&format!("{}: {}\n", finding.severity, finding.one_line(&plan.sources)));
    }
    out
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
    for word in says.split(' ').chain(if origin.is_empty() { None } else { Some("") }).collect::<Vec<_>>() {
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

fn answer(plan: &LinePlan) -> String {
    let mut does: Vec<&str> = Vec::new();
    let mut call = "asks for a name";
    for planned in &plan.stages {
        match &planned.stage {
            Stage::AwaitFree(_) => does.push("shares the line by lock files"),
            Stage::Chat(chat) if chat.name == "INIT" => does.push("sends INIT"),
            Stage::AwaitText(text) if text.word.value.is_some() => does.push("waits for a call"),
            Stage::AwaitText(_) => does.push("waits for a character"),
            Stage::AwaitCarrier(_) => does.push("waits for carrier"),
            Stage::Answer(_) => does.push("answers it"),
            Stage::Login(login) => {
                does.push(call);
                let program = login.program.value.to_string();
                return format!("On {}: {}, runs {program}.", plan.facts.device.value.path, does.join(", "));
            }
            Stage::ReadName(_) => call = "asks for a name",
            _ => {}
        }
    }
    format!("On {}: {}.", plan.facts.device.value.path, does.join(", "))
}

/// The speed entries that BREAK leads through.
fn entries(plan: &LinePlan, out: &mut String) {
    let mut ring = Vec::new();
    let mut at = plan.start.value;
    while let Some(entry) = plan.entries.get(at) {
        if ring.contains(&at) {
            break;
        }
        ring.push(at);
        let speed = entry.initial.speed.unwrap_or(0);
        let prompt = text(&entry.prompt);
        let line = format!(
            "Entry \"{}\": {speed} bit/s, prompt \"{prompt}\" ({})\n",
            entry.label.escape_ascii(),
            plan.origin(&entry.origin)
        );
        out.push_str(&line);
        at = entry.next;
    }
    let labels: Vec<String> = ring
        .iter()
        .chain([&at])
        .filter_map(|at| plan.entries.get(*at))
        .map(|e| e.label.escape_ascii().to_string())
        .collect();
    if labels.len() > 2 {
        out.push_str(&format!("BREAK leads {}\n", labels.join(" -> ")));
    }
}

fn way(plan: &LinePlan, end: End, then: &Then) -> Option<String> {
    let what = match end {
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
        End::Done => "then",
    };
    Some(format!("{what}: {}", to(plan, then)))
}

fn to(plan: &LinePlan, then: &Then) -> String {
    match then {
        Then::GoOn => "goes on".into(),
        Then::At(mark, _) => {
            let number = plan.stages.iter().position(|stage| stage.mark == Some(mark)).map_or(0, |at| at + 1);
            format!("goes to {number}")
        }
        Then::Finish(status, partings) => {
            format!("{}ends with {status}", partings.iter().map(parting).collect::<String>())
        }
    }
}

fn parting(parting: &Parting) -> String {
    match parting {
        Parting::Log(..) => String::new(),
        Parting::Say(bytes) => format!("types \"{}\", ", bytes.escape_ascii()),
        Parting::HangUp => "hangs up, ".into(),
        Parting::Pause(time) => format!("waits {}, ", duration(*time)),
        Parting::Guard { pause, .. } => format!("waits {} if init would spin, ", duration(*pause)),
    }
}

fn duration(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

fn chat(chat: &Chat) -> String {
    chat.written.escape_ascii().to_string().replace("\\\\", "\\").replace("\\\"", "\"")
}

fn word(word: &Word) -> String {
    use polygetty_compat::plan::chat::Atom;
    let atom = |atom: &Atom| match atom {
        Atom::Byte(byte) => byte.escape_ascii().to_string(),
        Atom::Speed => "[speed]".into(),
    };
    word.pattern.iter().map(atom).collect()
}

fn text(text: &Text) -> String {
    let letter = |param: &Param| match param {
        Param::Speed => "@B",
        Param::Date => "@D",
        Param::Time => "@T",
        Param::Line => "@L",
        Param::System => "@S",
        Param::FullName => "@F",
        Param::Users => "@U",
        Param::UsersInWords => "@u",
        Param::Version => "@V",
        Param::Machine => "@M",
        Param::OsName => "@O",
        Param::OsRelease => "@R",
    };
    let piece = |piece: &Piece| match piece {
        Piece::Bytes(bytes) => bytes.escape_ascii().to_string(),
        Piece::Param(param) => letter(param).to_owned(),
    };
    text.pieces.iter().map(piece).collect()
}

fn names(names: &[Vec<u8>]) -> String {
    let shown: Vec<String> = names.iter().map(|name| name.escape_ascii().to_string()).collect();
    shown.join(", ")
}

fn optional(value: Option<String>) -> String {
    value.unwrap_or_else(|| "none".into())
}

/// A stage's settings, the one that matters most first.
fn values(planned: &PlannedStage) -> Vec<Value<'_>> {
    match &planned.stage {
        Stage::AwaitFree(free) => vec![Value::of("lines", &free.names, |n| names(n))],
        Stage::Lock(lock) => vec![
            Value::of("lines", &lock.names, |n| names(n)),
            Value::of("directory", &lock.dir, |dir| optional(dir.as_ref().map(ToString::to_string))),
            Value::of("format", &lock.format, |format| optional(format.map(|format| format!("{format:?}")))),
        ],
        Stage::Open(open) => vec![Value::of("device", &open.device, |device| device.path.to_string())],
        Stage::HangUp(hang_up) => vec![Value::of("time", &hang_up.time, |time| duration(*time))],
        Stage::Schedule(schedule) => {
            vec![Value::of("ranges", &schedule.ranges, |ranges| format!("{ranges:?}"))]
        }
        Stage::Chat(run) => vec![Value::of("script", &run.chat, chat)],
        Stage::Answer(answer) => vec![Value::of("script", &answer.chat, chat)],
        Stage::AwaitByte(wait) => vec![Value::of("because", &wait.because, |()| "asked for".into())],
        Stage::AwaitText(wait) => {
            vec![Value::of("word", &wait.word, |w| w.as_ref().map_or("any byte".into(), word))]
        }
        Stage::Settle(settle) => vec![Value::of("time", &settle.time, |time| duration(*time))],
        Stage::Ringback(ring) => vec![
            Value::of("second call", &ring.between, |(from, until)| format!("{from} to {until} s")),
            Value::of("gap of rings", &ring.gap, |gap| format!("{gap} s")),
            Value::of("rings", &ring.rings, |(few, most)| format!("{few} to {most}")),
        ],
        Stage::Greet(greet) => vec![
            Value::of("issue", &greet.issue, |issue| match issue {
                Issue::Text(shown) => text(shown),
                Issue::File(path, _) => path.to_string(),
            }),
            Value::of("clear", &greet.clear, |clear| {
                optional(clear.as_ref().map(|clear| clear.escape_ascii().to_string()))
            }),
        ],
        Stage::ReadName(read) => {
            let mut all = vec![
                Value::of("timeout", &read.timeout, |time| time.map_or("none".into(), duration)),
                Value::of("ask for lower case", &read.warn_case, ToString::to_string),
            ];
            if let Some(mailer) = &read.mailer {
                let show = |mailer: &polygetty_compat::plan::stage::Mailer| {
                    format!(
                        "{}, EMSI {}",
                        optional(mailer.program.as_ref().map(ToString::to_string)),
                        mailer.emsi
                    )
                };
                all.push(Value::of("mailer", mailer, show));
            }
            all
        }
        Stage::Login(login) => vec![
            Value::of("program", &login.program, ToString::to_string),
            Value::of("TERM", &login.term, |term| term.escape_ascii().to_string()),
        ],
        Stage::Unlock
        | Stage::Own(_)
        | Stage::Account(_)
        | Stage::TakeTerminal(_)
        | Stage::Modes(_)
        | Stage::Revoke
        | Stage::Close
        | Stage::AwaitCarrier(_) => Vec::new(),
    }
}

/// A stage in words.
fn sentence(stage: &Stage) -> String {
    match stage {
        Stage::AwaitFree(free) => {
            format!("{}; looks every {}", names(&free.names.value), duration(free.look_every))
        }
        Stage::Lock(lock) => format!("{}, mode {:04o}", names(&lock.names.value), lock.mode),
        Stage::Unlock => "the locks go".into(),
        Stage::Own(own) => format!("{}:{} {:04o}", own.owner, own.groups.join(" or "), own.mode),
        Stage::Account(account) => format!("{} waits on {}", account.user, account.line.escape_ascii()),
        Stage::Open(open) if open.tries > 1 => {
            format!("{}, {} tries, {} apart", open.device.value.path, open.tries, duration(open.pause))
        }
        Stage::Open(open) => open.device.value.path.to_string(),
        Stage::TakeTerminal(_) => "as controlling terminal".into(),
        Stage::HangUp(hang_up) => format!("speed 0 for {}", duration(hang_up.time.value)),
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
        Stage::Schedule(schedule) if schedule.sleep => "sleeps until the next range begins".into(),
        Stage::Schedule(schedule) => {
            let at = |minute: u16| format!("{}:{}:{:02}", minute / 1440, minute / 60 % 24, minute % 60);
            let ranges: Vec<String> = schedule
                .ranges
                .value
                .iter()
                .map(|(from, until)| format!("{}-{}", at(*from), at(*until)))
                .collect();
            format!("only in {}", ranges.join(" "))
        }
        Stage::Chat(run) => format!("{}: {}", run.name, chat(&run.chat.value)),
        Stage::AwaitByte(_) => "without reading it".into(),
        Stage::AwaitText(wait) => match &wait.word.value {
            Some(shown) => {
                format!("{}, within {}", word(shown), duration(shown.within.unwrap_or(wait.within)))
            }
            None => "any byte; it is dropped".into(),
        },
        Stage::AwaitCarrier(_) => "unless CLOCAL is set".into(),
        Stage::Settle(settle) => format!("{}, then input is dropped", duration(settle.time.value)),
        Stage::Ringback(ring) => {
            let ((from, until), (few, most)) = (ring.between.value, ring.rings.value);
            format!("{few} to {most} rings, then a second call after {from} to {until} s")
        }
        Stage::Answer(answer) => format!("{}: {}", answer.name, chat(&answer.chat.value)),
        Stage::Greet(greet) => {
            let issue = match &greet.issue.value {
                Issue::Text(shown) => format!("\"{}\"", text(shown)),
                Issue::File(path, _) => path.to_string(),
            };
            if greet.clear.value.is_some() {
                format!("clears the screen, types {issue}")
            } else {
                format!("types {issue}")
            }
        }
        Stage::ReadName(read) => match read.timeout.value {
            Some(time) => format!("within {}", duration(time)),
            None => "takes as long as it takes".into(),
        },
        Stage::Login(login) => {
            format!("{} NAME, TERM={}", login.program.value, login.term.value.escape_ascii())
        }
    }
}

#[derive(Serialize)]
struct JsonPlan {
    program: &'static str,
    line: String,
    device: String,
    entries: Vec<JsonEntry>,
    start: usize,
    stages: Vec<JsonStage>,
    signals: Vec<JsonEnd>,
    not_run: Vec<String>,
    findings: Vec<JsonFinding>,
}

#[derive(Serialize)]
struct JsonEntry {
    label: String,
    speed: Option<u32>,
    prompt: String,
    next: usize,
    origin: String,
}

#[derive(Serialize)]
struct JsonStage {
    number: usize,
    mark: Option<&'static str>,
    stage: &'static str,
    says: String,
    settings: Vec<JsonSetting>,
    ends: Vec<JsonEnd>,
}

#[derive(Serialize)]
struct JsonSetting {
    name: &'static str,
    value: String,
    origin: String,
    overrode: Vec<String>,
}

#[derive(Serialize)]
struct JsonEnd {
    end: String,
    then: String,
}

#[derive(Serialize)]
struct JsonFinding {
    code: String,
    severity: String,
    text: String,
}

/// The plan as one JSON object.
pub fn explain_json(plan: &LinePlan) -> String {
    let stage = |(index, planned): (usize, &PlannedStage)| JsonStage {
        number: index + 1,
        mark: planned.mark,
        stage: planned.stage.name(),
        says: sentence(&planned.stage),
        settings: values(planned)
            .iter()
            .map(|value| JsonSetting {
                name: value.name,
                value: value.value.clone(),
                origin: plan.origin(value.origin),
                overrode: value.overrode.iter().map(|origin| plan.origin(origin)).collect(),
            })
            .collect(),
        ends: planned
            .ends
            .iter()
            .map(|(end, then)| JsonEnd { end: format!("{end:?}").to_lowercase(), then: to(plan, then) })
            .collect(),
    };
    let json = JsonPlan {
        program: plan.program,
        line: plan.facts.device.value.name.escape_ascii().to_string(),
        device: plan.facts.device.value.path.to_string(),
        entries: plan
            .entries
            .iter()
            .map(|entry| JsonEntry {
                label: entry.label.escape_ascii().to_string(),
                speed: entry.initial.speed,
                prompt: text(&entry.prompt),
                next: entry.next,
                origin: plan.origin(&entry.origin),
            })
            .collect(),
        start: plan.start.value,
        stages: plan.stages.iter().enumerate().map(stage).collect(),
        signals: plan
            .signals
            .iter()
            .map(|(signal, does)| JsonEnd {
                end: signal.name().to_owned(),
                then: match does {
                    OnSignal::Drop => "dropped".into(),
                    OnSignal::Finish(status, _) => format!("ends with {status}"),
                },
            })
            .collect(),
        not_run: plan.not_run().iter().map(|missing| missing.what.to_owned()).collect(),
        findings: plan
            .findings
            .iter()
            .map(|finding| JsonFinding {
                code: finding.code.to_string(),
                severity: finding.severity.to_string(),
                text: finding.one_line(&plan.sources),
            })
            .collect(),
    };
    serde_json::to_string_pretty(&json).unwrap_or_default()
}
