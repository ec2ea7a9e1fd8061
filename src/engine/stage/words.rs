//! Asks for a name and what else a caller may say in one line, at a System V prompt (SCO, 9).

use super::greet::expand;
use crate::engine::hear::words::{Heard, LineReader, TypedLine};
use crate::engine::run::{Ear, Learnt, Next, Run, Subject};
use crate::engine::world::{Host, Moment};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{Admitted, End, Level, ReadWords};

/// Why the prompt comes again.
const NO_NAME: &str = "what was typed is no name that login may see: it begins with -, holds /, : or a control \
                       byte, or is longer than 64 bytes; asks again";

/// Prompts and reads. An entry that asks nobody has the line's name at once.
pub(super) fn read_words<H: Host>(run: &mut Run<'_, H>, read: &ReadWords) -> Result<End, Next> {
    if run.entry.auto {
        run.name = run.plan.facts.device.value.name.clone();
        run.words = Admitted::default();
        return Ok(End::Done);
    }
    run.secret = true;
    let end = ask(run, read);
    run.secret = false;
    end
}

fn ask<H: Host>(run: &mut Run<'_, H>, read: &ReadWords) -> Result<End, Next> {
    let mut warned = false;
    loop {
        let prompt = run.entry.prompt.clone();
        let prompt = expand(run, &prompt);
        run.say(&prompt)?;
        // Each prompt has its own time (D11).
        let until = read.timeout.value.map(|time| run.later(time));
        if !read.flush.value.is_zero()
            && let Some(end) = flush(run, read, until)?
        {
            return Ok(end);
        }
        let line = match line(run, read.longest, until)? {
            Ok(line) => line,
            Err(Some(end)) => {
                if let (End::Timeout, Some(time)) = (end, read.timeout.value) {
                    let origin = run.plan.origin(&read.timeout.origin);
                    let text = format!("no name within {} s of a prompt ({origin}): ends", time.as_secs());
                    run.log(Level::Notice, &text);
                }
                return Ok(end);
            }
            Err(None) => {
                // What is still on its way belongs to the line that was too long.
                run.discard();
                run.say(&run.lines(b"\r\n"))?;
                continue;
            }
        };
        match judge(run, read, &line, &mut warned) {
            None => return Ok(End::Done),
            Some(text) => run.say(&run.lines(&text))?,
        }
    }
}

/// Throws away what is typed before its time; `Some` if the line ended meanwhile.
fn flush<H: Host>(
    run: &mut Run<'_, H>,
    read: &ReadWords,
    until: Option<Moment>,
) -> Result<Option<End>, Next> {
    let quiet = run.later(read.flush.value);
    let until = until.map_or(quiet, |until| until.min(quiet));
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(_) => {}
            Ear::HungUp => return Ok(Some(End::HungUp)),
            Ear::Until => return Ok(None),
        }
    }
}

/// One line, echoed as it comes; `Err(None)`: it was too long.
fn line<H: Host>(
    run: &mut Run<'_, H>,
    longest: usize,
    until: Option<Moment>,
) -> Result<Result<TypedLine, Option<End>>, Next> {
    let mut reader = LineReader::new(longest);
    loop {
        match run.hear(until)? {
            Ear::Byte(byte) => match reader.feed(byte) {
                Heard::Echo(echo) => run.say(&run.lines(&echo))?,
                Heard::Line { line, echo } => {
                    run.say(&run.lines(echo))?;
                    return Ok(Ok(line));
                }
                Heard::Break => {
                    super::name::next_speed(run);
                    return Ok(Err(Some(End::NextSpeed)));
                }
                Heard::Left => return Ok(Err(Some(End::Left))),
                Heard::TooLong => return Ok(Err(None)),
            },
            Ear::HungUp => return Ok(Err(Some(End::HungUp))),
            Ear::Until => return Ok(Err(Some(End::Timeout))),
        }
    }
}

/// `None`: there is a name. Otherwise what is typed before the prompt comes again.
fn judge<H: Host>(
    run: &mut Run<'_, H>,
    read: &ReadWords,
    line: &TypedLine,
    warned: &mut bool,
) -> Option<Vec<u8>> {
    let again = || Some(b"\r\n".to_vec());
    if line.bytes.iter().all(u8::is_ascii_whitespace) {
        return again();
    }
    let letters = |of: fn(&u8) -> bool| line.bytes.iter().any(of);
    let upper_only = letters(u8::is_ascii_uppercase) && !letters(u8::is_ascii_lowercase);
    if upper_only && !*warned {
        *warned = true;
        return Some(read.case_warning.clone());
    }
    *warned = false;
    let admitted = (read.admit.0)(&line.bytes, upper_only);
    // No word of the caller's is shown: people type passwords here.
    let Some(name) = admitted.name.clone() else {
        run.log(Level::Debug, NO_NAME);
        return again();
    };
    run.learnt = Learnt { erase: line.erase, ..Learnt::default() };
    if upper_only {
        // IEXTEN: without it Linux's line discipline does not look at IUCLC.
        run.learnt.flags.extend([Flag::IUCLC, Flag::OLCUC, Flag::XCASE, Flag::IEXTEN]);
        run.debug(Subject::ENTRIES, "upper-case terminal");
    }
    if line.by_return {
        run.learnt.flags.extend([Flag::ICRNL, Flag::ONLCR]);
    }
    run.name = name;
    run.words = admitted;
    None
}
