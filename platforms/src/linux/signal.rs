//! Who sent a signal, on Linux.

use nix::libc;

/// Sender's pid and uid. None: the kernel raised it.
pub(crate) fn sender(info: &libc::siginfo_t) -> Option<(libc::pid_t, libc::uid_t)> {
    if info.si_code > 0 {
        return None;
    }
    // SAFETY: codes up to 0 are signals from processes, for which these fields are filled in.
    Some(unsafe { (info.si_pid(), info.si_uid()) })
}
