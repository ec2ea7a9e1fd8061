//! Asks for a name until one comes that login may see (getty_ps §6).

use super::greet::expand;
use crate::engine::hear::mailer::{SyncEar, emsi};
use crate::engine::hear::name::{NameLine, NameReader, Typed};
use crate::engine::run::{Ear, Next, Run, Subject};
use crate::engine::world::Host;
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{EmsiLine, End, Level, ReadName};

/// Asks a mailer to say who it is (FSC-0056).
const EMSI_REQUEST: &[u8] = b"**EMSI_REQA77E\r";

/// What a line of the caller comes to.
enum Verdict {
    /// A name; `run.name` holds it.
    Name,
    /// Ask again, after typing this.
    Again(Vec<u8>),
    /// A mailer; `run.machine` holds what it said.
    Machine,
}

/// Prompts and reads.
pub(super) fn read_name<H: Host>(run: &mut Run<'_, H>, read: &ReadName) -> Result<End, Next> {
    run.secret = true;
    let end = ask(run, read);
    run.secret = false;
    end
}

fn ask<H: Host>(run: &mut Run<'_, H>, read: &ReadName) -> Result<End, Next> {
    if read.discard_first {
        run.discard();
    }
    if matches!(read.ears.value.emsi, EmsiLine::Machine(_)) {
        run.say(EMSI_REQUEST)?;
    }
    let mut warned = false;
    let mut ear = SyncEar::default();
    loop {
        let prompt = run.entry.prompt.clone();
        let prompt = expand(run, &prompt);
        run.say(&prompt)?;
        // The time counts from the first prompt at this speed; an empty name does not buy more (GPS-16).
        if run.name_until.is_none() {
            run.name_until = read.timeout.value.map(|time| run.later(time));
        }
        let line = match line(run, read, &mut ear)? {
            Ok(line) => line,
            Err(End::NextSpeed) => {
                next_speed(run);
                return Ok(End::NextSpeed);
            }
            Err(end) => return Ok(end),
        };
        run.say(b"\r\n")?;
        match judge(run, read, line, &mut warned) {
            Verdict::Name => return Ok(End::Done),
            Verdict::Again(text) => run.say(&text)?,
            Verdict::Machine => return Ok(End::Machine),
        }
    }
}

/// One line from the caller, echoed as it comes.
fn line<H: Host>(
    run: &mut Run<'_, H>,
    read: &ReadName,
    ear: &mut SyncEar,
) -> Result<Result<NameLine, End>, Next> {
    let initial = &run.entry.initial;
    let longest = match read.ears.value.emsi {
        EmsiLine::Machine(longest) => read.longest.saturating_add(longest),
        EmsiLine::Name | EmsiLine::Nothing => read.longest,
    };
    let mut reader = NameReader::new(initial.has(Flag::ISTRIP), !initial.has(Flag::ECHO), longest);
    loop {
        match run.hear(run.name_until)? {
            Ear::Byte(byte) if read.ears.value.sync && SyncEar::concerns(byte) => {
                if let Some(word) = ear.feed(byte) {
                    run.machine = Some(word.as_bytes().to_vec());
                    return Ok(Err(End::Machine));
                }
            }
            Ear::Byte(byte) => match reader.feed(byte) {
                Typed::Echo(echo) => run.say(&echo)?,
                Typed::WrongSpeed => return Ok(Err(End::NextSpeed)),
                Typed::Left => return Ok(Err(End::Left)),
                Typed::Line(line) => return Ok(Ok(line)),
            },
            Ear::HungUp => return Ok(Err(End::HungUp)),
            Ear::Until => return Ok(Err(End::Timeout)),
        }
    }
}

fn judge<H: Host>(run: &mut Run<'_, H>, read: &ReadName, line: NameLine, warned: &mut bool) -> Verdict {
    let mut name = line.name;
    match (emsi(&name), read.ears.value.emsi) {
        (Some(sequence), EmsiLine::Machine(longest)) => {
            let sequence = sequence.get(..longest).unwrap_or(sequence).to_vec();
            run.debug(Subject::RUN, &format!("a mailer says {} bytes of EMSI", sequence.len()));
            run.machine = Some(sequence);
            return Verdict::Machine;
        }
        (Some(_), EmsiLine::Nothing) => return Verdict::Again(Vec::new()),
        _ => {}
    }
    if name.iter().all(u8::is_ascii_whitespace) {
        return Verdict::Again(Vec::new());
    }
    if name.first() == Some(&b'-') {
        return Verdict::Again(read.dash_refusal.clone());
    }
    if name.len() > read.longest {
        return Verdict::Again(read.length_refusal.clone());
    }
    let upper_only = name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase);
    if upper_only && read.warn_case.value && !*warned {
        *warned = true;
        return Verdict::Again(read.case_warning.clone());
    }
    run.learnt = Default::default();
    if upper_only {
        // IEXTEN: without it Linux's line discipline does not look at IUCLC (§6.9).
        run.learnt.flags.extend([Flag::IUCLC, Flag::OLCUC, Flag::XCASE, Flag::IEXTEN]);
        name.make_ascii_lowercase();
    }
    if line.by_return {
        run.learnt.flags.extend([Flag::ICRNL, Flag::ONLCR]);
    }
    run.learnt.odd_parity = line.odd_parity;
    run.learnt.erase = line.erase;
    run.debug(Subject::RUN, &format!("name {}", name.escape_ascii()));
    run.name = name;
    Verdict::Name
}

/// The entry that BREAK leads to; the time for a name begins anew.
pub(super) fn next_speed<H: Host>(run: &mut Run<'_, H>) {
    match run.entry.next.and_then(|next| run.plan.entries.get(next)) {
        Some(next) => run.entry = next.clone(),
        None => {
            let text =
                format!("BREAK: entry \"{}\" leads nowhere, and stays", run.entry.label.escape_ascii());
            run.log(Level::Warning, &text);
        }
    }
    run.name_until = None;
    run.set_initial(&[]);
    run.discard();
    let text = format!("BREAK: entry \"{}\"", run.entry.label.escape_ascii());
    run.debug(Subject::ENTRIES, &text);
}
