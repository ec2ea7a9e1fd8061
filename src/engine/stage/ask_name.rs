//! Asks for a name, as somebody who answers calls does (mgetty, 6.2 to 6.5).

use super::greet::expand;
use crate::engine::hear::answer_name::{Key, NameKeys};
use crate::engine::hear::lcp::Frame;
use crate::engine::hear::mailer::{Mail, MailerEar};
use crate::engine::run::{Asked, Ear, Learnt, Next, Run, Subject};
use crate::engine::world::Host;
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{AskName, CallEars, End};

/// How ends of lines are mapped for whoever ends a line with a CR.
const BY_RETURN: [Flag; 2] = [Flag::ICRNL, Flag::ONLCR];

/// What was typed behind a prompt.
struct Typing {
    keys: NameKeys,
    mailer: MailerEar,
}

impl Typing {
    fn new(ask: &AskName) -> Self {
        Self { keys: NameKeys::new(ask.longest), mailer: MailerEar::default() }
    }
}

/// Prompts and reads.
pub(super) fn ask_name<H: Host>(run: &mut Run<'_, H>, ask: &AskName) -> Result<End, Next> {
    run.secret = true;
    let end = ask_for(run, ask);
    run.secret = false;
    end
}

fn ask_for<H: Host>(run: &mut Run<'_, H>, ask: &AskName) -> Result<End, Next> {
    // What came before the prompt is nobody's name, though it may be the beginning of a frame.
    run.ppp.forget();
    let first = run.asked == Asked::Never;
    if let Some(request) = ask.mailers_asked.as_ref().filter(|_| first) {
        run.say(request.value)?;
    }
    let typed = prompt(run, ask)?;
    if let Some(variable) = &ask.untold {
        run.variables.push((variable.value.as_bytes().to_vec(), typed));
        run.name.clear();
        run.learnt = mapped(true);
        return Ok(End::Done);
    }
    if first {
        run.asked = Asked::Once;
        run.name_until = ask.timeout.value.map(|time| run.later(time));
    }
    let ears = run.ears.unwrap_or(CallEars { ppp: true, mailers: true });
    let mut typing = Typing::new(ask);
    loop {
        let byte = match run.hear(run.name_until)? {
            Ear::Byte(byte) => byte,
            Ear::HungUp => return Ok(End::HungUp),
            Ear::Until if run.asked == Asked::Warned => {
                let goodbye = expand(run, &ask.goodbye);
                run.say(&goodbye)?;
                return Ok(End::Timeout);
            }
            Ear::Until => {
                run.asked = Asked::Warned;
                let warning = expand(run, &ask.warning);
                run.say(&warning)?;
                run.discard();
                typing = Typing::new(ask);
                prompt(run, ask)?;
                run.name_until = Some(run.later(ask.grace));
                continue;
            }
        };
        let passed = if ears.ppp { run.ppp.feed(byte) } else { Frame::Passed(vec![byte]) };
        let bytes = match passed {
            Frame::Passed(bytes) => bytes,
            Frame::Held => continue,
            Frame::Lcp => {
                run.debug(Subject::RUN, "a PPP caller: an LCP frame");
                run.machine = Some(ask.ppp.to_vec());
                return Ok(End::Machine);
            }
        };
        for byte in bytes {
            // Nothing of a frame's beginning ends a name: this is the last of these bytes if it does.
            if let Some(end) = key(run, ask, ears, &mut typing, byte)? {
                return Ok(end);
            }
        }
    }
}

/// Types the prompt; it comes back without what leads to it.
fn prompt<H: Host>(run: &mut Run<'_, H>, ask: &AskName) -> Result<Vec<u8>, Next> {
    let prompt = run.entry.prompt.clone();
    let prompt = expand(run, &prompt);
    run.say(&[ask.lead, &prompt].concat())?;
    Ok(prompt)
}

/// One byte that is no frame's. How the stage ends, if it does.
fn key<H: Host>(
    run: &mut Run<'_, H>,
    ask: &AskName,
    ears: CallEars,
    typing: &mut Typing,
    byte: u8,
) -> Result<Option<End>, Next> {
    let mail = if ears.mailers { typing.mailer.feed(byte) } else { Mail::Key };
    match mail {
        Mail::Key => {}
        Mail::Packet => return Ok(None),
        Mail::Called(word) => {
            run.debug(Subject::RUN, &format!("a mailer: {} bytes", word.len()));
            run.machine = Some([&[ask.mailer], word.as_slice()].concat());
            return Ok(Some(End::Machine));
        }
    }
    match typing.keys.feed(byte) {
        Key::Echo(echo) => run.say(&echo)?,
        Key::Again => {
            *typing = Typing::new(ask);
            prompt(run, ask)?;
        }
        Key::Left => return Ok(Some(End::Left)),
        Key::Name { name, by_return, echo } => {
            let modems = ask.modem_words.iter().any(|word| word.as_bytes() == name);
            // Nobody begins a new line for a modem.
            run.say(if modems { echo.get(..1).unwrap_or(echo) } else { echo })?;
            if name.is_empty() {
                return Ok(Some(End::Empty));
            }
            run.learnt = mapped(by_return);
            run.name = name;
            return Ok(Some(if modems { End::Aborted } else { End::Done }));
        }
    }
    Ok(None)
}

/// How the login program's terminal treats ends of lines.
fn mapped(by_return: bool) -> Learnt {
    match by_return {
        true => Learnt { flags: BY_RETURN.to_vec(), ..Learnt::default() },
        false => Learnt { without: BY_RETURN.to_vec(), ..Learnt::default() },
    }
}
