//! Descriptors of this process on FreeBSD.

/// closefrom would be quick, but a failed exec must find the line still open.
pub(crate) fn close_on_exec_above_2() {
    crate::posix::process::mark_up_to_limit();
}

/// Not without walking the kernel's tables: ps(1) is a better place to ask.
pub(crate) fn program_name(_pid: i32) -> Option<String> {
    None
}

/// Not without walking the kernel's tables.
pub(crate) fn command_line(_pid: i32, _most: usize) -> Option<Vec<u8>> {
    None
}
