//! The names of a line's lock files: data for every system, so that each can be tested on any.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::{Os, os};

/// The numbers of a device node, as System V's lock names have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// major number of the file system that the node is in
    pub home: u64,
    /// major number of the device
    pub major: u64,
    /// minor number of the device
    pub minor: u64,
}

/// The longest name of a lock file where file names had fourteen bytes.
const FOURTEEN: usize = 14;

/// The names of the lock files of a line, on a system: `LCK..ttyS1`.
///
/// A name with a slash has two, `LCK..pts_3` and `LCK..3`, for there are programs of either habit. On FreeBSD
/// the call-out twin's come along; on illumos those made of device numbers, which is what its own programs
/// look at.
pub fn names(os: Os, line: &[u8], nodes: &[Node]) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = nodes
        .iter()
        .map(|node| format!("LK.{:03}.{:03}.{:03}", node.home, node.major, node.minor).into_bytes())
        .collect();
    let mut lines = vec![line.to_vec()];
    lines.extend(twin(os, line));
    for line in lines {
        let whole: Vec<u8> = line.iter().map(|byte| if *byte == b'/' { b'_' } else { *byte }).collect();
        let last = line.rsplit(|byte| *byte == b'/').next().unwrap_or(&line).to_vec();
        for name in [whole, last] {
            let mut file = b"LCK..".to_vec();
            file.extend_from_slice(&name);
            if os == Os::Illumos {
                file.truncate(FOURTEEN);
            }
            if !name.is_empty() && !all.contains(&file) {
                all.push(file);
            }
        }
    }
    all
}

/// The call-out device of a line that has one beside its dial-in device: `cuau0` of `ttyu0`. While either is open
/// the kernel refuses the other, so what waits on a line that dialers use waits on this one.
pub fn call_out(os: Os, line: &[u8]) -> Option<Vec<u8>> {
    twin(os, line).filter(|other| other.starts_with(b"cua"))
}

/// The other name under which the kernel has the same line.
pub(crate) fn twin(os: Os, line: &[u8]) -> Option<Vec<u8>> {
    let (one, other): (&[u8], &[u8]) = match os {
        Os::Linux => return None,
        Os::FreeBsd => (b"tty", b"cua"),
        Os::Illumos => (b"term/", b"cua/"),
    };
    let swap = |from: &[u8], to: &[u8]| {
        let rest = line.strip_prefix(from)?;
        // ttyu0 and ttyU0 are serial lines; ttyv0 is a screen.
        let serial = os == Os::Illumos || matches!(rest.first(), Some(b'u' | b'U'));
        (serial && !rest.is_empty()).then(|| [to, rest].concat())
    };
    swap(one, other).or_else(|| swap(other, one))
}

/// The names here. `device` is the line's node: if it is a link (`/dev/modem`), the locks of what it leads to
/// count as well, for another program may know the line by that name.
pub fn names_here(line: &[u8], device: &Path) -> Vec<Vec<u8>> {
    let mut all = names(Os::HERE, line, &os::lock::nodes(line, device));
    let is_link = device.symlink_metadata().is_ok_and(|facts| facts.file_type().is_symlink());
    if is_link && let Ok(target) = device.canonicalize() {
        let name = target.strip_prefix("/dev").unwrap_or(Path::new(target.file_name().unwrap_or_default()));
        for name in names(Os::HERE, name.as_os_str().as_bytes(), &[]) {
            if !all.contains(&name) {
                all.push(name);
            }
        }
    }
    all
}
