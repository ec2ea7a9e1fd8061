//! What getty adds to the flags of an entry (§4.3).

use crate::gettydefs::Flags;
use crate::plan::modes::{Field, Flag, Modes, Value, Word};
use crate::surroundings::SystemFacts;

/// What a line runs at whose entry names no speed, or only B0.
const SPEED: u32 = 9600;

/// The modes while a name is read: raw, eight bits, either parity. With AUTO, as the entry says.
pub fn initial(flags: &Flags, auto: bool) -> Modes {
    let mut modes = complete(flags, Value::CS8);
    if auto {
        return modes;
    }
    for flag in Flag::ALL.iter().filter(|flag| flag.word() == Word::Input) {
        modes.set(*flag, *flag == Flag::ICRNL && flags.modes.has(Flag::ICRNL));
    }
    modes.set(Flag::HUPCL, true);
    // getty echoes itself, so that what is thrown away is not seen; ECHO would double every letter.
    let gone = [Flag::ISIG, Flag::ICANON, Flag::XCASE, Flag::ECHO, Flag::ECHOE, Flag::ECHOK, Flag::IEXTEN];
    modes.set_all(&gone, false);
    modes.min_time = Some((1, 0));
    modes
}

/// The modes for the login program, before what the name's end and case add.
pub fn last(flags: &Flags, system: &SystemFacts) -> Modes {
    let size = if flags.modes.has(Flag::PARENB) { Value::CS7 } else { Value::CS8 };
    let mut modes = complete(flags, size);
    // Linux maps letters under IEXTEN alone.
    if modes.has(Flag::IUCLC) && system.name == "Linux" {
        modes.set(Flag::IEXTEN, true);
    }
    modes
}

fn complete(flags: &Flags, size: Value) -> Modes {
    let mut modes = flags.modes.clone();
    modes.set(Flag::CREAD, true);
    if modes.value(Field::CharSize).is_none() {
        modes.put(size);
    }
    if modes.speed.is_none_or(|bps| bps == 0) {
        modes.speed = Some(SPEED);
    }
    modes
}
