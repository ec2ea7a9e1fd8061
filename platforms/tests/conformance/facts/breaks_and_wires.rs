//! BREAK, modem wires and draining: what a pty makes of requests that are meant for real lines.

use std::time::Duration;

use nix::sys::termios::{tcdrain, tcsendbreak};
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;

use super::{Fact, Part, Told, fact, word};
use crate::lines::{either, heard, hex, line, outcome, raw_line, sent};
use crate::players::Player;

/// How long a drain is given to come back by itself. Where it waits for a reader that costs so much each time; elsewhere
/// it may take its time on a busy machine.
const BY_ITSELF: Duration = Duration::from_secs(if cfg!(target_os = "freebsd") { 5 } else { 30 });

pub const FACTS: &[Fact] = &[
    fact("modem wires of a pty", |_| wires(|_| Ok(()))),
    fact("dropping DTR on a pty", |_| {
        let (_pty, line) = line()?;
        word(outcome(line.set_dtr(false)))
    }),
    fact("raising DTR on a pty", |_| {
        let (_pty, line) = line()?;
        word(outcome(line.set_dtr(true)))
    }),
    fact("modem wires of a pty after DTR was dropped", |_| {
        wires(|line| {
            let _ = line.set_dtr(false)?;
            Ok(())
        })
    }),
    fact("beginning a BREAK on a pty", |_| {
        let (_pty, line) = raw_line()?;
        word(outcome(line.set_break(true)))
    }),
    fact("what a BREAK brings to the far end", |_| {
        let (pty, line) = raw_line()?;
        let _ = line.set_break(true)?;
        let _ = line.set_break(false)?;
        let brought = sent(&line, &pty, b"")?;
        word(if brought.is_empty() { "nothing".to_owned() } else { hex(&brought) })
    }),
    fact("tcsendbreak on a pty", |_| {
        let (_pty, line) = raw_line()?;
        word(tcsendbreak(&line, 0).map_or_else(|errno| format!("{errno:?}"), |()| "done".to_owned()))
    }),
    fact("five bytes that the far end has not read", |_| {
        let (_pty, line) = raw_line()?;
        line.write(b"hello")?;
        word(match line.unsent() {
            None => "are not counted".to_owned(),
            Some(0) => "count as sent".to_owned(),
            Some(count) => format!("{count} unsent"),
        })
    }),
    fact("draining what the far end has not read", |_| {
        let pty = Pty::open()?;
        let mut player = Player::start("drainer", &[pty.slave_path().as_os_str()])?;
        player.hear()?;
        match player.hear_within(BY_ITSELF)? {
            Some(_) => word("at once"),
            None => {
                heard(&pty)?;
                player.hear()?;
                word("when it has")
            }
        }
    }),
];

pub const PARTS: &[(&str, Part)] = &[("drainer", |stage| {
    let line = OpenLine::open(stage.argument(0)?)?;
    line.set_attrs(&line.attrs()?.raw())?;
    line.write(b"hello")?;
    stage.say("written")?;
    tcdrain(&line)?;
    stage.say("drained")?;
    stage.hear()?;
    Ok(())
})];

fn wires(before: impl FnOnce(&OpenLine) -> Result<(), super::Trouble>) -> Told {
    let (_pty, line) = line()?;
    before(&line)?;
    let Some(bits) = line.modem() else { return word("none") };
    let named = [
        (bits.dtr, "DTR"),
        (bits.rts, "RTS"),
        (bits.cts, "CTS"),
        (bits.carrier, "carrier"),
        (bits.ring, "ring"),
        (bits.dsr, "DSR"),
    ];
    let up: Vec<&str> = named.into_iter().filter(|(up, _)| *up).map(|(_, name)| name).collect();
    word(either(up.is_empty(), "all down", &up.join(" ")))
}
