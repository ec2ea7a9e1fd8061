//! Descriptors of this process on FreeBSD.

/// closefrom would be quick, but a failed exec must find the line still open.
pub(crate) fn close_on_exec_above_2() {
    crate::posix::process::mark_up_to_limit();
}
