//! Control characters: what they are on a new line, and how one is switched off.

use super::{Fact, Told, fact, word};
use crate::lines::{change, either, hex, line, raw_line, typed};

pub const FACTS: &[Fact] = &[
    fact("INTR QUIT ERASE KILL EOF of a new pty", |_| of_new(&["INTR", "QUIT", "ERASE", "KILL", "EOF"])),
    fact("START STOP SUSP of a new pty", |_| of_new(&["START", "STOP", "SUSP"])),
    fact("WERASE REPRINT LNEXT DISCARD of a new pty", |_| of_new(&["WERASE", "REPRINT", "LNEXT", "DISCARD"])),
    fact("EOL EOL2 of a new pty", |_| of_new(&["EOL", "EOL2"])),
    fact("ERASE2 of a new pty", |_| of_new(&["ERASE2"])),
    fact("00 typed, INTR at 00", |_| interrupted(Some(0), 0)),
    fact("ff typed, INTR off", |_| interrupted(None, 0xff)),
    fact("00 typed, INTR off", |_| interrupted(None, 0)),
    fact("03 typed, INTR at 03", |_| interrupted(Some(3), 3)),
    fact("EOF after raw modes and back", |_| {
        let (_pty, line) = line()?;
        let before = line.attrs()?;
        line.set_attrs(&before.raw())?;
        let mut back = line.attrs()?;
        let _ = back.set_flag("ICANON", true);
        line.set_attrs(&back)?;
        word(line.attrs()?.char("EOF").map_or("off".to_owned(), |value| hex(&[value])))
    }),
    fact("MIN 7 TIME 9 on a raw pty", |_| {
        let (_pty, line) = raw_line()?;
        let attrs = change(&line, |attrs| {
            attrs.set_min_time(7, 9);
            true
        })?;
        word(either(attrs.is_some_and(|attrs| attrs.min_time() == (7, 9)), "kept", "lost"))
    }),
];

/// The characters in hexadecimal; `off`: disabled, or none here.
fn of_new(names: &[&str]) -> Told {
    let (_pty, line) = line()?;
    let attrs = line.attrs()?;
    let shown = |name: &&str| attrs.char(name).map_or("off".to_owned(), |value| hex(&[value]));
    word(names.iter().map(shown).collect::<Vec<_>>().join(" "))
}

/// What becomes of a byte while ISIG is on and INTR is this. The line is nobody's terminal: nobody is signalled.
fn interrupted(intr: Option<u8>, byte: u8) -> Told {
    let (pty, line) = raw_line()?;
    change(&line, |attrs| attrs.set_flag("ISIG", true).is_done() && attrs.set_char("INTR", intr).is_done())?;
    let got = typed(&pty, &line, &[b'a', byte, b'b'])?;
    word(either(got.contains(&byte), "arrives", "interrupts"))
}
