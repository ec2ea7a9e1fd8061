//! The modes of a line (§4.5, §7.3).

use super::values::Flow;
use crate::plan::modes::{Char, Flag, Modes, Value};

/// While we talk to the modem, and while a name is read: raw, eight bits, whatever carrier says.
pub fn raw(speed: u32, flow: Flow) -> Modes {
    let mut modes = Modes::default();
    modes.speed = Some(speed);
    modes.min_time = Some((1, 0));
    modes.put(Value::CS8);
    modes.set_all(&[Flag::CREAD, Flag::HUPCL, Flag::CLOCAL], true);
    held_back(&mut modes, flow);
    modes
}

/// What the login program finds; the end of the name adds how ends of lines are mapped. Bytes that hold back a program
/// that knows nothing of it are not looked for, but where the configuration says so.
pub fn last(speed: u32, flow: Flow, local: bool) -> Modes {
    let mut modes = raw(speed, flow);
    modes.set(Flag::CLOCAL, local);
    modes.set_all(&[Flag::BRKINT, Flag::IGNPAR, Flag::OPOST], true);
    modes.put(Value::TAB3);
    modes.set_all(&[Flag::ISIG, Flag::ICANON, Flag::ECHO, Flag::ECHOE, Flag::ECHOK], true);
    modes.min_time = None;
    modes.put_char(Char::Eof, Some(4));
    modes
}

/// What holds the modem back while a page comes. XON and XOFF may be bytes of the page: none is looked for there.
pub fn of_pages(flow: Flow) -> Vec<(Flag, bool)> {
    vec![
        (Flag::CRTSCTS, matches!(flow, Flow::Hard | Flow::Both)),
        (Flag::IXON, false),
        (Flag::IXOFF, matches!(flow, Flow::Soft | Flow::Both)),
    ]
}

fn held_back(modes: &mut Modes, flow: Flow) {
    modes.set(Flag::CRTSCTS, matches!(flow, Flow::Hard | Flow::Both));
    modes.set_all(&[Flag::IXON, Flag::IXOFF], matches!(flow, Flow::Soft | Flow::Both));
}
