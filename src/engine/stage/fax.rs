//! Sets a modem up for faxes (mgetty, 13.1).

use super::command::{Answer, Reply, ask, tell};
use crate::engine::hear::fax_model::{ASK_NSF, Class, Model, STAYS, SWAPPED, lists, model};
use crate::engine::run::{FaxModem, Next, Run};
use crate::engine::world::Host;
use polygetty_compat::plan::stage::{End, FaxClass, Level, PrepareFax};

/// The speed that every faxmodem has.
const PLAIN_SPEED: u32 = 9600;

/// Finds the class, and says what the modem must know.
pub(super) fn prepare<H: Host>(run: &mut Run<'_, H>, fax: &PrepareFax) -> Result<End, Next> {
    run.fax = None;
    let mut quirks = fax.quirks.value;
    let Some(class) = class(run, fax, &mut quirks)? else {
        run.log(Level::Warning, "no class 2/2.0 faxmodem, no faxing available");
        return Ok(End::Done);
    };
    let mut say = |command: &[u8]| tell(run, command, fax.patience);
    // What it answers by itself: data calls and faxes, or faxes alone.
    let adaptive: &[u8] = if fax.fax_only.value { b"AT+FAA=0;+FCR=1" } else { b"AT+FAA=1;+FCR=1" };
    match class {
        Class::Two => {
            if !fax.fax_only.value && quirks & STAYS == 0 {
                say(b"AT+FCLASS=0")?;
            }
            say(adaptive)?;
            say(b"AT+FBOR=0")?;
            say(&named(b"AT+FLID=", &fax.station.value))?;
        }
        Class::TwoZero => {
            say(adaptive)?;
            if !say(b"AT+FBO=1")? {
                say(b"AT+FBO=0")?;
                quirks |= SWAPPED;
            }
            say(if quirks & ASK_NSF == 0 { b"AT+FNR=1,1,1,0" } else { b"AT+FNR=1,1,1,1" })?;
            say(&named(b"AT+FLI=", &fax.station.value))?;
        }
    }
    let fastest = fax.fastest.value;
    if !say(&capabilities(class, fastest))? && fastest > PLAIN_SPEED {
        say(&capabilities(class, PLAIN_SPEED))?;
    }
    run.fax = Some(FaxModem { class, quirks });
    Ok(End::Done)
}

/// Finds the class that the modem takes; what its model is known for is added to the quirks.
fn class<H: Host>(run: &mut Run<'_, H>, fax: &PrepareFax, quirks: &mut u32) -> Result<Option<Class>, Next> {
    const BOTH: [Class; 2] = [Class::TwoZero, Class::Two];
    let mut tries = BOTH.to_vec();
    match fax.class.value {
        FaxClass::Class2 => tries = vec![Class::Two],
        FaxClass::Class20 => tries = vec![Class::TwoZero],
        FaxClass::ByModel => {
            let answer = ask(run, b"ATI", fax.patience)?;
            let said = answer.lines.first().map(Vec::as_slice).unwrap_or_default();
            let known = if answer.reply == Reply::Ok { model(said) } else { None };
            log_model(run, said, known);
            match known {
                Some(Model::Fax(Class::Two, oddities)) => {
                    *quirks |= oddities;
                    tries.reverse();
                }
                Some(Model::Fax(Class::TwoZero, oddities)) => *quirks |= oddities,
                Some(Model::Data) => return Ok(None),
                None => {}
            }
        }
        FaxClass::Asked => {
            let Answer { reply, lines } = ask(run, b"AT+FCLASS=?", fax.patience)?;
            if reply == Reply::Ok {
                let list = lines.join(&b' ');
                tries.retain(|class| lists(&list, *class));
            }
        }
    }
    for class in tries {
        let command: &[u8] = match class {
            Class::Two => b"AT+FCLASS=2",
            Class::TwoZero => b"AT+FCLASS=2.0",
        };
        if ask(run, command, fax.patience)?.reply == Reply::Ok {
            return Ok(Some(class));
        }
    }
    Ok(None)
}

fn log_model<H: Host>(run: &mut Run<'_, H>, said: &[u8], known: Option<Model>) {
    let shown = said.escape_ascii();
    let text = match known {
        Some(Model::Fax(Class::Two, quirks)) => {
            format!("the modem is a {shown}: class 2, quirks 0x{quirks:02x}")
        }
        Some(Model::Fax(Class::TwoZero, quirks)) => {
            format!("the modem is a {shown}: class 2.0, quirks 0x{quirks:02x}")
        }
        Some(Model::Data) => format!("the modem is a {shown}: it has no faxes"),
        None => format!("the modem says '{shown}' of itself, which is no model known here"),
    };
    run.log(Level::Info, &text);
}

/// A command that sets the station's name.
fn named(command: &[u8], station: &[u8]) -> Vec<u8> {
    [command, b"\"", station, b"\""].concat()
}

/// What it may agree on with a sender: fine resolution, the speed, the width, any length, no error correction.
fn capabilities(class: Class, fastest: u32) -> Vec<u8> {
    let command = match class {
        Class::Two => "AT+FDCC",
        Class::TwoZero => "AT+FCC",
    };
    let speed = (fastest / 2400).saturating_sub(1).min(15);
    format!("{command}=1,{speed:X},0,2,0,0,0,0").into_bytes()
}
