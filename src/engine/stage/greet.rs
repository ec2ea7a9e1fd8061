//! Clears the screen and types the issue; fills in what `@` stands for (getty_ps §5.2, §6.1).

use super::call_program;
use crate::engine::run::{Next, Run};
use crate::engine::world::{FileError, Host, LocalTime};
use polygetty_compat::plan::Version;
use polygetty_compat::plan::stage::{End, Greet, Issue, Level};
use polygetty_compat::plan::text::{Param, Piece, Text};
use std::borrow::Cow;

/// How much of a version file `@V` shows.
const VERSION_LIMIT: usize = 4096;

/// Clears, leads in, types the issue.
pub(super) fn greet<H: Host>(run: &mut Run<'_, H>, greet: &Greet) -> Result<End, Next> {
    if let Some(clear) = &greet.clear.value {
        run.say(clear)?;
    }
    run.say(&run.lines(&greet.lead))?;
    let issue = match &greet.issue.value {
        Issue::Text(text) => text.clone(),
        Issue::File(path, decode) => match run.host.file(path, greet.limit) {
            Ok(text) => decode.0(&text.bytes),
            Err(FileError::Absent) => Text::default(),
            Err(FileError::Failed(why)) => {
                let origin = run.plan.origin(&greet.issue.origin);
                run.log(Level::Warning, &format!("cannot read the issue {path}: {why} ({origin})"));
                Text::default()
            }
        },
        Issue::Command(command, decode) => match call_program::output(run, command, greet.limit)? {
            Some(bytes) => decode.0(&bytes),
            None => Text::default(),
        },
    };
    let bytes = expand(run, &issue);
    run.say(&bytes)?;
    Ok(End::Done)
}

/// A text as it is typed: parameters filled in, LF as CR LF, no NUL, raw bytes as they are. What is filled in is not
/// expanded again.
pub(super) fn expand<H: Host>(run: &mut Run<'_, H>, text: &Text) -> Vec<u8> {
    let mut out = Vec::new();
    fill(run, &text.pieces, &mut out);
    run.lines(&out)
}

fn fill<H: Host>(run: &mut Run<'_, H>, pieces: &[Piece], out: &mut Vec<u8>) {
    for piece in pieces {
        let bytes = match piece {
            Piece::Bytes(bytes) => Cow::Borrowed(bytes.as_slice()),
            Piece::Raw(bytes) => {
                out.extend_from_slice(bytes);
                continue;
            }
            Piece::Param(param) => Cow::Owned(value(run, *param)),
            Piece::AtMost(most, pieces) => {
                let start = out.len();
                fill(run, pieces, out);
                let long = out.len() - start;
                if long > *most {
                    out.truncate(start + most);
                    let text = format!("a line of {long} bytes is cut to {most} before it is typed");
                    run.log(Level::Warning, &text);
                }
                continue;
            }
        };
        for byte in bytes.iter() {
            match byte {
                b'\n' => out.extend_from_slice(b"\r\n"),
                0 => {}
                other => out.push(*other),
            }
        }
    }
}

fn value<H: Host>(run: &mut Run<'_, H>, param: Param) -> Vec<u8> {
    match param {
        Param::Speed => run.entry.initial.speed.unwrap_or(0).to_string().into_bytes(),
        Param::Date => {
            let now = run.host.local(run.host.wall());
            format!("{:02}/{:02}/{:02}", now.month, now.day, now.year.rem_euclid(100)).into_bytes()
        }
        Param::Time => {
            let now = run.host.local(run.host.wall());
            format!("{:02}:{:02}:{:02}", now.hour, now.minute, now.second).into_bytes()
        }
        Param::Line => run.plan.facts.device.value.name.clone(),
        Param::System => match &run.plan.facts.system.value {
            Some(name) => name.clone(),
            None => run.host.system(false).node,
        },
        Param::FullName => run.host.system(true).full,
        Param::Users => run.host.users_on().unwrap_or(0).to_string().into_bytes(),
        Param::UsersInWords => {
            let users = run.host.users_on().unwrap_or(0);
            format!("{users} User{}", if users == 1 { "" } else { "s" }).into_bytes()
        }
        Param::Version => match &run.plan.facts.version.value {
            Version::Text(text) => text.clone(),
            Version::System => run.host.system(false).version,
            Version::File(path) => {
                let mut bytes = run.host.file(path, VERSION_LIMIT).map(|text| text.bytes).unwrap_or_default();
                if bytes.last() == Some(&b'\n') {
                    bytes.pop();
                }
                bytes
            }
        },
        Param::Machine => run.host.system(false).machine,
        Param::OsName => run.host.system(false).name,
        Param::OsRelease => run.host.system(false).release,
        Param::OsVersion => run.host.system(false).version,
        Param::DayAndDate => {
            // As agetty writes it.
            let now = run.host.local(run.host.wall());
            format!("{} {:02} {}", day_and_month(&now), now.day, now.year).into_bytes()
        }
        Param::Moment => {
            let now = run.host.local(run.host.wall());
            moment(&now).into_bytes()
        }
        Param::PlainDate => {
            let now = run.host.local(run.host.wall());
            format!("{}/{}/{}", now.month, now.day, now.year).into_bytes()
        }
        Param::Caller => run.call.number().to_vec(),
        Param::Connect => run.call.connection(),
    }
}

/// `Sat Nov  7 09:58:00 2026`, as ctime(3) has it.
pub(super) fn moment(now: &LocalTime) -> String {
    let (hour, minute, second) = (now.hour, now.minute, now.second);
    let day = day_and_month(now);
    format!("{day} {:2} {hour:02}:{minute:02}:{second:02} {}", now.day, now.year)
}

/// `Sat Nov`.
fn day_and_month(now: &LocalTime) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let day = DAYS.get(usize::from(now.weekday)).unwrap_or(&"?");
    let month = MONTHS.get(usize::from(now.month).wrapping_sub(1)).unwrap_or(&"?");
    format!("{day} {month}")
}
