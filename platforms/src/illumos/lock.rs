//! Lock names made of device numbers: `LK.102.029.000`, what cu, uucico and ttymon look at.

use std::path::Path;

use nix::sys::stat::{SFlag, stat};

use crate::Os;
use crate::lock::Node;

/// The numbers of the line's node, and of its call-out twin's.
pub(crate) fn nodes(line: &[u8], device: &Path) -> Vec<Node> {
    use std::os::unix::ffi::OsStrExt;
    let twin = crate::posix::lock::twin(Os::Illumos, line)
        .map(|name| Path::new("/dev").join(std::ffi::OsStr::from_bytes(&name)));
    [Some(device.to_owned()), twin].into_iter().flatten().filter_map(|path| node(&path)).collect()
}

/// A device number has 32 bits of major and 32 of minor here.
fn node(path: &Path) -> Option<Node> {
    let facts = stat(path).ok().filter(|facts| crate::node::kind(facts) == SFlag::S_IFCHR)?;
    let major = |number: u64| number >> 32;
    Some(Node {
        home: major(facts.st_dev),
        major: major(facts.st_rdev),
        minor: facts.st_rdev & u64::from(u32::MAX),
    })
}
