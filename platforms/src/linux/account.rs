//! utmp and wtmp on Linux: through glibc's calls. musl's are stubs; there, the files themselves.

cfg_if::cfg_if! {
    if #[cfg(target_env = "gnu")] {
        mod glibc;
        #[cfg(test)]
        mod direct;
        pub(crate) use crate::posix::account::utmpx::{login_record, users_on};
        pub(crate) use glibc::{NAME_TAKEN, NO_FILES, OWN_FILE, append};
    } else {
        mod direct;
        pub(crate) use direct::{login_record, users_on};
    }
}

/// The session of a process; 0: there is no such process.
pub(crate) fn session_of(pid: i32) -> i32 {
    nix::unistd::getsid(Some(nix::unistd::Pid::from_raw(pid))).map_or(0, nix::unistd::Pid::as_raw)
}
