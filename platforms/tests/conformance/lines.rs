//! A line, its far end, and what passes between them.

use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::wait::Heard;
use polygetty_platforms::{Did, Errno, LineError, clock};

use crate::facts::Trouble;

/// A far end and its line, as the system makes them.
pub fn line() -> Result<(Pty, OpenLine), Trouble> {
    let pty = Pty::open()?;
    let line = OpenLine::open(pty.slave_path())?;
    Ok((pty, line))
}

/// The same, every byte passing unchanged.
pub fn raw_line() -> Result<(Pty, OpenLine), Trouble> {
    let (pty, line) = line()?;
    line.set_attrs(&line.attrs()?.raw())?;
    Ok((pty, line))
}

/// The same, and no other descriptor of the line open in this process, where [`Pty`] keeps one.
pub fn lone_line() -> Result<(Pty, OpenLine), Trouble> {
    let (mut pty, line) = raw_line()?;
    pty.drop_spare();
    Ok((pty, line))
}

/// Sets flags and reads the modes back. None: the system has no bit of one of these names.
pub fn set(line: &OpenLine, flags: &[&str]) -> Result<Option<Attrs>, Trouble> {
    change(line, |attrs| {
        flags.iter().all(|flag| {
            let (name, on) = flag.strip_prefix('-').map_or((*flag, true), |name| (name, false));
            attrs.set_flag(name, on).is_done()
        })
    })
}

/// Changes the modes and reads them back; None: `edit` found that the system cannot.
pub fn change(line: &OpenLine, edit: impl FnOnce(&mut Attrs) -> bool) -> Result<Option<Attrs>, Trouble> {
    let mut attrs = line.attrs()?;
    if !edit(&mut attrs) {
        return Ok(None);
    }
    line.set_attrs(&attrs)?;
    Ok(Some(line.attrs()?))
}

/// Follows what is looked at: when it has come, all before it has.
const MARK: u8 = b'~';

/// What the line reads when the far end types this.
pub fn typed(pty: &Pty, line: &OpenLine, bytes: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut all = bytes.to_vec();
    all.push(MARK);
    let mut end = vec![MARK];
    if line.attrs()?.flag("ICANON") == Some(true) {
        all.push(b'\n');
        end.push(b'\n');
    }
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let count = pty.write(rest)?;
        rest = rest.get(count..).unwrap_or_default();
    }
    let mut got = Vec::new();
    while !got.ends_with(&end) {
        let mut into = [0; 256];
        match line.read(&mut into)? {
            Got::Bytes(count) => got.extend_from_slice(into.get(..count).unwrap_or_default()),
            Got::Nothing => listen(line)?,
            Got::End => return Err("the line ended".into()),
        }
    }
    got.truncate(got.len() - end.len());
    Ok(got)
}

/// What the far end hears when the line sends this.
pub fn sent(line: &OpenLine, pty: &Pty, bytes: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut all = bytes.to_vec();
    all.push(MARK);
    let mut rest = all.as_slice();
    while !rest.is_empty() {
        let count = line.write(rest)?;
        rest = rest.get(count..).unwrap_or_default();
    }
    heard_before(pty, MARK)
}

/// What the far end hears before this byte.
pub fn heard_before(pty: &Pty, mark: u8) -> Result<Vec<u8>, Trouble> {
    let mut got = Vec::new();
    while got.last() != Some(&mark) {
        got.extend(heard(pty)?);
    }
    got.pop();
    Ok(got)
}

/// What the far end hears next, one byte at least.
pub fn heard(pty: &Pty) -> Result<Vec<u8>, Trouble> {
    loop {
        match now(pty) {
            Ok(got) if got.is_empty() => return Err("the far end ended".into()),
            Ok(got) => return Ok(got),
            Err(error) if error.kind() == ErrorKind::WouldBlock => listen(pty)?,
            Err(error) => return Err(error.into()),
        }
    }
}

/// What the far end can read at once.
pub fn now(pty: &Pty) -> io::Result<Vec<u8>> {
    let mut into = [0; 256];
    let count = pty.read(&mut into)?;
    Ok(into.get(..count).unwrap_or_default().to_vec())
}

/// What a read of the far end finds.
pub fn heard_at_once(pty: &Pty) -> String {
    match now(pty) {
        Ok(bytes) => either(bytes.is_empty(), "end", "bytes"),
        Err(error) if error.kind() == ErrorKind::WouldBlock => "nothing".to_owned(),
        Err(error) => errno(&error),
    }
}

/// Waits until something can be read, or a moment has passed.
pub fn listen(from: impl AsFd) -> Result<(), Trouble> {
    poll(&mut [PollFd::new(from.as_fd(), PollFlags::POLLIN)], PollTimeout::from(500u16))?;
    Ok(())
}

/// A moment that comes only if what was waited for does not.
pub fn at_last() -> Option<Duration> {
    Some(clock::now() + Duration::from_secs(20))
}

/// A moment to look at what does not come.
pub fn soon() -> Option<Duration> {
    Some(clock::now() + Duration::from_millis(50))
}

/// Bytes in hexadecimal, one blank between.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

/// `yes` if it is so, else `no`.
pub fn either<'a>(so: bool, yes: &'a str, no: &'a str) -> String {
    if so { yes } else { no }.to_owned()
}

/// The name of an error's number.
pub fn errno(error: &io::Error) -> String {
    error.raw_os_error().map_or_else(|| error.to_string(), |number| format!("{:?}", Errno::from_raw(number)))
}

/// What the platform layer calls an error.
pub fn called(error: LineError) -> String {
    match error {
        LineError::Busy => "busy".to_owned(),
        LineError::Gone(_) => "gone".to_owned(),
        LineError::HungUp => "hung up".to_owned(),
        LineError::Refused(_) => "refused".to_owned(),
        LineError::Failed(errno) => format!("{errno:?}"),
    }
}

/// What came of a request: `done`, `unsupported`, or what the error is called.
pub fn outcome(answer: Result<Did, LineError>) -> String {
    match answer {
        Ok(Did::Done) => "done".to_owned(),
        Ok(Did::Unsupported(_)) => "unsupported".to_owned(),
        Err(error) => called(error),
    }
}

/// What a read found.
pub fn got(answer: Result<Got, LineError>) -> String {
    match answer {
        Ok(Got::Bytes(_)) => "bytes".to_owned(),
        Ok(Got::Nothing) => "nothing".to_owned(),
        Ok(Got::End) => "end".to_owned(),
        Err(error) => called(error),
    }
}

/// What woke a wait.
pub fn woke(heard: Heard) -> String {
    match heard {
        Heard::Signal(caught) => caught.signal.to_string(),
        Heard::Child => "child".to_owned(),
        Heard::Readable => "bytes".to_owned(),
        Heard::HungUp => "hung up".to_owned(),
        Heard::Carrier(up) => either(up, "carrier", "no carrier"),
        Heard::Writable => "room".to_owned(),
        Heard::Until => "deadline".to_owned(),
    }
}
