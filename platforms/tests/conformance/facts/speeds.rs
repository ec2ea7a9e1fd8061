//! The speeds that a pty keeps.

use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;

use super::{Fact, Told, fact, word};
use crate::lines::{change, heard, hex, line, lone_line, typed};

pub const FACTS: &[Fact] = &[
    fact("the speed of a new pty", |_| {
        let (_pty, line) = line()?;
        word(shown(line.attrs()?.speeds()))
    }),
    fact("B0 on a pty", |_| asked(0, 0)),
    fact("50 bit/s on a pty", |_| asked(50, 50)),
    fact("300 bit/s on a pty", |_| asked(300, 300)),
    fact("9600 bit/s on a pty", |_| asked(9600, 9600)),
    fact("12345 bit/s on a pty", |_| asked(12345, 12345)),
    fact("115200 bit/s on a pty", |_| asked(115_200, 115_200)),
    fact("460800 bit/s on a pty", |_| asked(460_800, 460_800)),
    fact("4000001 bit/s on a pty", |_| asked(4_000_001, 4_000_001)),
    fact("75 in, 1200 out on a pty", |_| asked(75, 1200)),
    fact("0 in, 1200 out on a pty", |_| asked(0, 1200)),
    fact("bytes typed at B0", |_| {
        let (pty, line) = hung_up()?;
        word(hex(&typed(&pty, &line, b"a")?))
    }),
    fact("bytes sent at B0", |_| {
        let (pty, line) = hung_up()?;
        line.write(b"a")?;
        word(heard(&pty).map_or_else(|_| "end".to_owned(), |bytes| hex(&bytes)))
    }),
];

fn hung_up() -> Result<(Pty, OpenLine), super::Trouble> {
    let (pty, line) = lone_line()?;
    change(&line, |attrs| attrs.set_speeds(0, 0).is_done())?;
    Ok((pty, line))
}

/// The speeds that the line has after it was asked for these.
fn asked(input: u32, output: u32) -> Told {
    let (_pty, line) = line()?;
    let kept = change(&line, |attrs| attrs.set_speeds(input, output).is_done())?;
    word(kept.map_or("refused".to_owned(), |attrs| shown(attrs.speeds())))
}

fn shown((input, output): (u32, u32)) -> String {
    if input == output { output.to_string() } else { format!("{input} in, {output} out") }
}
