//! Commands for a modem, one at a time, and what it answers.

use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, Level};
use std::time::Duration;

/// How long a modem rests between its answer and the next command.
const REST: Duration = Duration::from_millis(50);
/// The most lines that an answer may have, and the most bytes of a line.
const LINES: usize = 32;
const LONGEST: usize = 256;

/// How a modem takes a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// `OK`
    Ok,
    /// `ERROR`
    Error,
    /// Neither, in the time it has.
    Nothing,
}

/// What a modem answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// How it takes the command.
    pub(super) reply: Reply,
    /// The lines before that, without their ends; neither empty ones nor the command's echo.
    pub(super) lines: Vec<Vec<u8>>,
}

/// Says a command and waits for its answer. A hang-up ends the stage.
pub(super) fn ask<H: Host>(run: &mut Run<'_, H>, command: &[u8], patience: Duration) -> Result<Answer, Next> {
    run.pause(REST)?;
    let shown = command.escape_ascii();
    if run.plan.log.line.is_some() {
        run.log(Level::Info, &format!("mdm_send: '{shown}'"));
    } else {
        run.debug(Subject::CHAT, &format!("sending {shown}"));
    }
    run.say(command)?;
    run.say(b"\r")?;
    let until = run.later(patience);
    let mut answer = Answer { reply: Reply::Nothing, lines: Vec::new() };
    let mut line = Vec::new();
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(b'\r' | b'\n') => {
                let whole = std::mem::take(&mut line);
                match whole.trim_ascii() {
                    b"" => {}
                    b"OK" => answer.reply = Reply::Ok,
                    // Some name what they dislike: `COMMAND ERROR`, `+CME ERROR: 3`.
                    said if said.windows(5).any(|word| word == b"ERROR") => answer.reply = Reply::Error,
                    said if said == command || answer.lines.len() == LINES => {}
                    said => answer.lines.push(said.to_vec()),
                }
                if answer.reply != Reply::Nothing {
                    return Ok(answer);
                }
            }
            Ear::Byte(byte) if line.len() < LONGEST => line.push(byte),
            Ear::Byte(_) => {}
            Ear::HungUp => return Err(Next::End(End::HungUp)),
            Ear::Until => return Ok(answer),
        }
    }
}

/// Says a command that life goes on without: if it is not taken, the log says so. True: it is.
pub(super) fn tell<H: Host>(run: &mut Run<'_, H>, command: &[u8], patience: Duration) -> Result<bool, Next> {
    let answer = ask(run, command, patience)?;
    let shown = command.escape_ascii();
    let how = match answer.reply {
        Reply::Ok => return Ok(true),
        Reply::Error => "the modem does not take",
        Reply::Nothing => "the modem does not answer",
    };
    run.log(Level::Warning, &format!("{how} {shown}"));
    Ok(false)
}
