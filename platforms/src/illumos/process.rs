//! Descriptors of this process on illumos.

use crate::posix::process::{mark, mark_up_to_limit};

/// By the list in /proc; without it, every number.
pub(crate) fn close_on_exec_above_2() {
    let Ok(list) = std::fs::read_dir("/proc/self/fd") else { return mark_up_to_limit() };
    let open = list.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    open.filter(|fd| *fd > 2).for_each(mark);
}

/// Not without walking the kernel's tables: ps(1) is a better place to ask.
pub(crate) fn program_name(_pid: i32) -> Option<String> {
    None
}

/// Not without walking the kernel's tables.
pub(crate) fn command_line(_pid: i32, _most: usize) -> Option<Vec<u8>> {
    None
}
