//! Who sent a signal, on FreeBSD.

use nix::libc;

/// `kill`, `sigqueue` and `thr_kill`; FreeBSD's codes of this kind are positive. Numbers of sys/signal.h.
const FROM_PROCESSES: [libc::c_int; 3] = [0x10001, 0x10002, 0x10007];

/// Sender's pid and uid. None: the kernel raised it.
pub(crate) fn sender(info: &libc::siginfo_t) -> Option<(libc::pid_t, libc::uid_t)> {
    FROM_PROCESSES.contains(&info.si_code).then_some((info.si_pid, info.si_uid))
}
