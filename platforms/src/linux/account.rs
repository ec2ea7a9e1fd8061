//! utmp and wtmp on Linux: glibc's calls. musl's are stubs, so there it says so.

cfg_if::cfg_if! {
    if #[cfg(target_env = "gnu")] {
        mod glibc;
        pub(crate) use crate::posix::account::utmpx::{login_record, users_on};
        pub(crate) use glibc::{NAME_TAKEN, NO_FILES, OWN_FILE, append, session_of};
    } else {
        use std::path::Path;

        use crate::Did;
        use crate::account::{AccountError, Files, Record};

        pub(crate) fn login_record(_: &Record, _: &Files) -> Result<Did, AccountError> {
            Ok(Did::Unsupported("musl has no utmp"))
        }

        pub(crate) fn users_on(_: Option<&Path>) -> Option<u32> {
            None
        }
    }
}
