//! Descriptors of this process on Linux.

use nix::libc;

use crate::posix::process::{mark, mark_up_to_limit};

/// One call since Linux 5.11; before, the list in /proc; in a bare chroot, every number.
pub(crate) fn close_on_exec_above_2() {
    const CLOSE_ON_EXEC: libc::c_uint = 1 << 2;
    // SAFETY: the call takes three integers; with this flag it closes nothing.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, 3, libc::c_uint::MAX, CLOSE_ON_EXEC) };
    if answer == 0 {
        return;
    }
    let Ok(list) = std::fs::read_dir("/proc/self/fd") else { return mark_up_to_limit() };
    let open = list.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    open.filter(|fd| *fd > 2).for_each(mark);
}

/// The name that the kernel shows, fifteen bytes at most.
pub(crate) fn program_name(pid: i32) -> Option<String> {
    let name = std::fs::read(format!("/proc/{pid}/comm")).ok()?;
    Some(String::from_utf8_lossy(name.trim_ascii_end()).into_owned()).filter(|name| !name.is_empty())
}

/// What it was started with, or says of itself since.
pub(crate) fn command_line(pid: i32, most: usize) -> Option<Vec<u8>> {
    use std::io::Read;
    let file = std::fs::File::open(format!("/proc/{pid}/cmdline")).ok()?;
    let mut line = Vec::new();
    file.take(most as u64).read_to_end(&mut line).ok()?;
    while line.last() == Some(&0) {
        line.pop();
    }
    for byte in &mut line {
        if *byte == 0 {
            *byte = b' ';
        }
    }
    Some(line).filter(|line| !line.is_empty())
}
