//! What this system's ptys can show, found out once by trying.

use std::sync::OnceLock;

use polygetty_platforms::Did;
use polygetty_platforms::line::OpenLine;

use crate::Line;

/// What a pty here keeps and tells.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// speed 0 reads back as 0 (FreeBSD makes it 50)
    pub keeps_b0: bool,
    /// the system has IUCLC, OLCUC and XCASE, and a pty keeps them
    pub upper_case_terminals: bool,
    /// /proc/self tells signals and descriptors
    pub proc_self: bool,
}

/// The capabilities of ptys here.
pub fn caps() -> Caps {
    static CAPS: OnceLock<Caps> = OnceLock::new();
    *CAPS.get_or_init(|| {
        let line = Line::open();
        let slave = OpenLine::open(&line.device()).expect("open a new pty's line");
        let mut attrs = slave.attrs().expect("modes of a new pty");
        let hung_up = attrs.set_speeds(0, 0) == Did::Done;
        let upper = ["IUCLC", "OLCUC", "XCASE"].map(|name| attrs.set_flag(name, true) == Did::Done);
        slave.set_attrs(&attrs).expect("set a pty's modes");
        let kept = slave.attrs().expect("modes of a pty");
        Caps {
            keeps_b0: hung_up && kept.speeds().1 == 0,
            upper_case_terminals: upper == [true; 3] && kept.flag("XCASE") == Some(true),
            proc_self: std::path::Path::new("/proc/self/status").exists(),
        }
    })
}
