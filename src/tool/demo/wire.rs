//! The simulated modem between getty and the caller: what the one says reaches the other through it.

use super::far_end::FarEnd;
use super::show::Who;
use crate::rehearse::Moment;
use crate::rehearse::modem::{Modem, Says};

/// What getty says goes to the modem, and through it to the caller. What is for the modem alone is shown with these
/// words before it, if there are any.
pub(super) fn hear(end: &mut FarEnd, modem: &mut Modem, before: Option<&str>) -> Vec<u8> {
    let bytes = end.hear();
    if !bytes.is_empty() {
        let now = end.now();
        if let Some(before) = before.filter(|_| !modem.is_online()) {
            end.show.said(Who::Getty, &[before.as_bytes(), &bytes].concat(), now);
        }
        modem.hear(&bytes, Moment(now));
    }
    bytes
}

/// What the modem says goes to getty, and what has passed through it to the caller.
pub(super) fn speak(end: &mut FarEnd, modem: &mut Modem) -> std::io::Result<()> {
    let now = end.now();
    for says in modem.speak(Moment(now)) {
        match says {
            Says::Bytes(bytes) => {
                end.show.said(Who::Modem, &bytes, now);
                end.type_in(&bytes)?;
            }
            Says::Carrier(_) => {}
            Says::ToCaller(bytes) => end.caller_reads(&bytes)?,
        }
    }
    Ok(())
}

/// The telephone company says who calls.
pub(super) fn tell_number(end: &mut FarEnd, number: &str) -> std::io::Result<()> {
    let told = format!("\r\nNMBR = {number}\r\n");
    let now = end.now();
    end.show.said(Who::Modem, told.as_bytes(), now);
    end.type_in(told.as_bytes())
}
