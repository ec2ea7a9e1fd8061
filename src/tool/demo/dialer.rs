//! Another program that uses the line: it locks, dials, and hangs up, as cu does.

use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::lock::{Format, Locks, Taken, names_here, take};
use std::path::Path;

/// What it types.
pub(super) const DIALS: &[u8] = b"ATDT5551234\r";
/// What it waits for.
const ANSWER: &[u8] = b"CONNECT 2400\r\n";

/// A dialer at work. Dropping it closes the line and gives the lock back, in this order.
pub(super) struct Dialer {
    line: OpenLine,
    locks: Locks,
    heard: Vec<u8>,
}

impl Dialer {
    /// Takes the line's locks below the demo's root, and dials.
    pub(super) fn begin(root: &Path, line: &str, device: &Path) -> std::io::Result<Self> {
        let names = names_here(line.as_bytes(), device);
        let locks = match take(&root.join("var/lock"), &names, Format::Ascii, 0o644, None) {
            Ok(Taken::Ours(locks)) => locks,
            Ok(Taken::Held(_)) => return Err(std::io::Error::other("the line is locked while it waits")),
            Err(error) => return Err(std::io::Error::other(error)),
        };
        let open = OpenLine::open(device).map_err(std::io::Error::other)?;
        let raw = open.attrs().map_err(std::io::Error::other)?.raw();
        open.set_attrs(&raw).map_err(std::io::Error::other)?;
        open.write(DIALS).map_err(std::io::Error::other)?;
        Ok(Self { line: open, locks, heard: Vec::new() })
    }

    /// The name of its lock.
    pub(super) fn lock(&self) -> String {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.locks.files().map(name).max_by_key(String::len).unwrap_or_default()
    }

    /// Whether everything that the modem has to say has come, not a byte less.
    pub(super) fn is_connected(&mut self) -> bool {
        let mut buffer = [0; 256];
        while let Ok(Got::Bytes(count)) = self.line.read(&mut buffer) {
            self.heard.extend_from_slice(buffer.get(..count).unwrap_or(&buffer));
        }
        self.heard.ends_with(ANSWER)
    }
}
