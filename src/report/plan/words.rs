//! Values in words.

use super::Value;
use polygetty_compat::persona::Family;
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::chat::{Atom, Chat, Word};
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::stage::{AwaitFree, Ears, EmsiLine, Level, LockFiles, LockFormat, Own, Settle};
use polygetty_compat::plan::text::{Param, Piece, Text};
use std::time::Duration;

pub(super) fn duration(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        let millis = time.as_secs().saturating_mul(1000).saturating_add(time.subsec_millis().into());
        format!("{millis} ms")
    }
}

pub(super) fn chat(chat: &Chat) -> String {
    chat.written.escape_ascii().to_string().replace("\\\\", "\\").replace("\\\"", "\"")
}

pub(super) fn word(word: &Word) -> String {
    let atom = |atom: &Atom| match atom {
        Atom::Byte(byte) => byte.escape_ascii().to_string(),
        Atom::Speed => "[speed]".into(),
    };
    word.pattern.iter().map(atom).collect()
}

/// A text as the dialect of the plan writes it.
pub(super) fn text(plan: &LinePlan, text: &Text) -> String {
    pieces(&text.pieces, plan.persona.value.family())
}

fn pieces(all: &[Piece], family: Family) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Bytes(bytes) | Piece::Raw(bytes) => bytes.escape_ascii().to_string(),
        Piece::Param(param) => letter(*param, family).to_owned(),
        Piece::AtMost(_, within) => pieces(within, family),
    };
    all.iter().map(piece).collect()
}

/// What stands for a value; words where the dialect has no letter for it.
fn letter(param: Param, family: Family) -> &'static str {
    match (param, family) {
        (Param::System, Family::Sco | Family::Mgetty) => "@",
        (Param::Speed, Family::Mgetty) => r"\S",
        (Param::Time, Family::Mgetty) => r"\T",
        (Param::Line, Family::Mgetty) => r"\L",
        (Param::Users, Family::Mgetty) => r"\U",
        (Param::Machine, Family::Mgetty) => r"\m",
        (Param::OsName, Family::Mgetty) => r"\s",
        (Param::OsRelease, Family::Mgetty) => r"\R",
        (Param::OsVersion, Family::Mgetty) => r"\V",
        (Param::Moment, Family::Mgetty) => r"\C",
        (Param::PlainDate, Family::Mgetty) => r"\D",
        (Param::Caller, Family::Mgetty) => r"\Y",
        (Param::Connect, Family::Mgetty) => r"\I",
        (Param::Speed, _) => "@B",
        (Param::Date, _) => "@D",
        (Param::Time, _) => "@T",
        (Param::Line, _) => "@L",
        (Param::System, _) => "@S",
        (Param::FullName, _) => "@F",
        (Param::Users, _) => "@U",
        (Param::UsersInWords, _) => "@u",
        (Param::Version, _) => "@V",
        (Param::Machine, _) => "@M",
        (Param::OsName, _) => "@O",
        (Param::OsRelease, _) => "@R",
        (Param::OsVersion, _) => "[system's version]",
        (Param::DayAndDate, _) => "[day and date]",
        (Param::Moment, _) => "[date and time]",
        (Param::PlainDate, _) => "[date]",
        (Param::Caller, _) => "[caller's number]",
        (Param::Connect, _) => "[what the modem said behind CONNECT]",
    }
}

pub(super) fn names(names: &[Vec<u8>]) -> String {
    let shown: Vec<String> = names.iter().map(|name| name.escape_ascii().to_string()).collect();
    shown.join(", ")
}

pub(super) fn lock_files(files: &LockFiles) -> [Value<'_>; 2] {
    [
        Value::of("lines", &files.lines, |lines| names(lines)),
        Value::of("directory", &files.dir, ToString::to_string),
    ]
}

/// Those of owner, group and mode that somebody has chosen: the others are the system's custom.
pub(super) fn owner_and_mode(own: &Own) -> Vec<Value<'_>> {
    let owner =
        own.owner.as_ref().map(|owner| Value::of("owner", owner, |name| name.escape_ascii().to_string()));
    let group = Value::of("group", &own.groups, |groups| names(groups));
    let mode = Value::of("mode", &own.mode, |mode| format!("{mode:04o}"));
    let all = owner.into_iter().chain([group, mode]);
    all.filter(|value| !matches!(value.origin, Origin::BuiltIn)).collect()
}

/// `root:tty 0620`
pub(super) fn ownership(own: &Own) -> String {
    let mode = own.mode.value;
    let groups: Vec<String> = own.groups.value.iter().map(|name| name.escape_ascii().to_string()).collect();
    let groups = groups.join(" or ");
    match own.owner.as_ref().map(|owner| owner.value.escape_ascii()) {
        None if groups.is_empty() => format!("mode {mode:04o}"),
        None => format!("group {groups}, mode {mode:04o}"),
        Some(owner) if groups.is_empty() => format!("{owner}, with that user's group, {mode:04o}"),
        Some(owner) => format!("{owner}:{groups} {mode:04o}"),
    }
}

pub(super) fn settle_values(settle: &Settle) -> Vec<Value<'_>> {
    let time = Value::of("time", &settle.time, |time| duration(*time));
    let knock = settle.knock.as_ref();
    let knock = knock.map(|knock| Value::of("because", &knock.because, |()| "asked for".into()));
    let ppp = settle.ppp.as_ref();
    let ppp = ppp.map(|ppp| Value::of("PPP callers", ppp, |name| name.escape_ascii().to_string()));
    [time].into_iter().chain(knock).chain(ppp).collect()
}

/// `500 ms, then input is dropped`
pub(super) fn settles(settle: &Settle) -> String {
    let time = settle.time.value;
    let quiet = settle.quiet.map(|quiet| {
        format!("until {} of silence, {} at most", duration(quiet.time), duration(quiet.within))
    });
    let knock = settle.knock.as_ref().map(|knock| {
        let bytes: Vec<String> = knock.any_of.iter().map(|byte| byte.escape_ascii().to_string()).collect();
        let within = knock.within.map(|time| format!(", within {}", duration(time))).unwrap_or_default();
        format!("until {} is typed{within}", bytes.join(" or "))
    });
    let only = quiet.is_none() && knock.is_none();
    let time = Some(duration(time)).filter(|_| only || !time.is_zero());
    let parts: Vec<String> = time.into_iter().chain(quiet).chain(knock).collect();
    let dropped = if only { ", then input is dropped" } else { "; input is dropped" };
    let dropped = if settle.ppp.is_some() { "; PPP callers are heard" } else { dropped };
    format!("{}{dropped}", parts.join(", then "))
}

/// The lock files as a person looks for them.
pub(super) fn locks_of(files: &LockFiles) -> String {
    let named = |line: &Vec<u8>| {
        let name = line.escape_ascii().to_string().replace('/', "_");
        format!("{}/LCK..{name}", files.dir.value)
    };
    files.lines.value.iter().map(named).collect::<Vec<_>>().join(", ")
}

pub(super) fn lock_format(format: LockFormat) -> &'static str {
    match format {
        LockFormat::Ascii => "ASCII",
        LockFormat::Binary => "binary",
    }
}

pub(super) fn log_level(level: Level) -> &'static str {
    match level {
        Level::Fatal | Level::Error => "error",
        Level::Warning => "warning",
        Level::Audit | Level::Notice | Level::Info => "info",
        Level::Debug | Level::Trace => "debug",
    }
}

pub(super) fn and_looks(look: Option<&AwaitFree>) -> String {
    look.map(|look| format!("; looks at the locks every {}", duration(look.look_every))).unwrap_or_default()
}

pub(super) fn heard(ears: Ears) -> &'static str {
    match (ears.sync, ears.emsi) {
        (false, EmsiLine::Name | EmsiLine::Nothing) => "not heard",
        (true, EmsiLine::Name | EmsiLine::Nothing) => "TSYNC and YOOHOO",
        (_, EmsiLine::Machine(_)) => "TSYNC, YOOHOO and EMSI",
    }
}

pub(super) fn week(ranges: &[(u16, u16)]) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    let at = |minute: u16| {
        let day = DAYS.get(usize::from(minute / 1440)).unwrap_or(&"?");
        format!("{day} {}:{:02}", minute / 60 % 24, minute % 60)
    };
    let range = |(from, until): &(u16, u16)| {
        if from == until { "the whole week".to_owned() } else { format!("{} to {}", at(*from), at(*until)) }
    };
    ranges.iter().map(range).collect::<Vec<_>>().join(", ")
}

pub(super) fn optional(value: Option<String>) -> String {
    value.unwrap_or_else(|| "none".into())
}
