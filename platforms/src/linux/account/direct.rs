//! utmp and wtmp where the C library's calls are stubs (musl): the files themselves.
//!
//! On such a system other programs write musl's structure if they write at all; but a program linked with musl
//! also runs where glibc's programs keep the files. So each file's own records tell their layout, and the lock
//! is the one that glibc takes: on the whole file, by fcntl.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::super::paths;
use super::session_of;
use crate::account::codec::{
    DEAD_PROCESS, Entry, INIT_PROCESS, LOGIN_PROCESS, Layout, USER_PROCESS, field, text,
};
use crate::account::{AccountError, Files, Kind, Record, id_of};
use crate::{Did, Errno, clock};

/// How long others may hold a file: glibc's programs do for one search and one write.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(5);
/// A utmp file larger than this (some 40 000 lines) is no utmp file.
const LARGEST: u64 = 1 << 24;
/// So much of a file tells its layout.
const HEAD: u64 = 1 << 16;

pub(crate) fn login_record(record: &Record, files: &Files) -> Result<Did, AccountError> {
    let entry = Entry {
        kind: match record.kind {
            Kind::Login => LOGIN_PROCESS,
            Kind::User => USER_PROCESS,
        },
        pid: record.pid,
        line: field(&record.line),
        id: field(id_of(record)),
        user: field(&record.user),
        host: field(&record.host),
        session: session_of(record.pid),
        seconds: record.at,
        ..Entry::EMPTY
    };
    write(entry, files).map_err(|error| AccountError::Refused(errno(&error)))
}

pub(crate) fn users_on(utmp_file: Option<&Path>) -> Option<u32> {
    let file = open(utmp_file.unwrap_or(Path::new(paths::UTMP)), false).ok()??;
    // Who holds it for ever does not keep us from counting.
    let _ = lock(&file, libc::F_RDLCK);
    let (layout, bytes) = whole(&file, Layout::HERE).ok()?;
    let named = |entry: &Entry| entry.kind == USER_PROCESS && !text(&entry.user).is_empty();
    u32::try_from(layout.entries(&bytes).filter(named).count()).ok()
}

fn write(mut entry: Entry, files: &Files) -> io::Result<Did> {
    let utmp = open(files.utmp.as_deref().unwrap_or(Path::new(paths::UTMP)), true)?;
    let wtmp = open(files.wtmp.as_deref().unwrap_or(Path::new(paths::WTMP)), true)?;
    // An empty file is of the other one's layout.
    let mut usual = Layout::HERE;
    for file in [&utmp, &wtmp, &utmp].into_iter().flatten() {
        usual = layout(file, usual)?;
    }
    if let Some(file) = &utmp {
        lock(file, libc::F_WRLCK)?;
        let (layout, bytes) = whole(file, usual)?;
        let slot = slot(layout, &bytes, &mut entry);
        put(file, layout, slot, &entry)?;
    }
    if let Some(file) = &wtmp {
        lock(file, libc::F_WRLCK)?;
        let layout = layout(file, usual)?;
        let slot = file.metadata()?.len() / layout.size() as u64;
        put(file, layout, slot, &entry)?;
    }
    let any = utmp.or(wtmp).is_some();
    Ok(if any { Did::Done } else { Did::Unsupported("there is no utmp or wtmp file here") })
}

/// Which record to write over: the one init made for this process, or the process made of the line, whose id is
/// kept; else the one with our id; else, behind the last whole one, none.
fn slot(layout: Layout, file: &[u8], entry: &mut Entry) -> u64 {
    let line = entry.line;
    let of_this_process = |old: &Entry| {
        let waiting = [INIT_PROCESS, LOGIN_PROCESS].contains(&old.kind);
        (waiting || (old.kind == USER_PROCESS && old.line == line)) && old.pid == entry.pid
    };
    let of_a_process = INIT_PROCESS..=DEAD_PROCESS;
    if let Some((at, old)) = layout.entries(file).enumerate().find(|(_, old)| of_this_process(old)) {
        entry.id = old.id;
        return at as u64;
    }
    let ours = |old: &Entry| of_a_process.contains(&old.kind) && old.id == entry.id;
    layout.entries(file).position(|old| ours(&old)).unwrap_or(file.len() / layout.size()) as u64
}

/// Writes one whole record, or leaves what was there.
fn put(file: &File, layout: Layout, slot: u64, entry: &Entry) -> io::Result<()> {
    let at = slot * layout.size() as u64;
    let mut old = vec![0; layout.size()];
    let was_there = file.read_exact_at(&mut old, at).is_ok();
    file.write_all_at(&layout.encode(entry), at).inspect_err(|_| {
        // The disk is full, or a limit was reached: what went before the error is half a record.
        let _ = if was_there { file.write_all_at(&old, at) } else { file.set_len(at) };
    })
}

/// None: there is no such file. One that is there is of the ordinary kind, or nothing of ours.
fn open(path: &Path, write: bool) -> io::Result<Option<File>> {
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    match OpenOptions::new().read(true).write(write).custom_flags(flags).open(path) {
        Ok(file) => Ok(Some(file).filter(|file| file.metadata().is_ok_and(|facts| facts.is_file()))),
        Err(error) if [ErrorKind::NotFound, ErrorKind::IsADirectory].contains(&error.kind()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Locks the whole file until it is closed. The lock belongs to this opening of the file, not to the process
/// as glibc's do; each keeps the other out.
fn lock(file: &File, kind: libc::c_int) -> io::Result<()> {
    let wanted = libc::flock {
        l_type: kind as libc::c_short,
        l_whence: libc::SEEK_SET as libc::c_short,
        l_start: 0,
        l_len: 0,
        l_pid: 0,
    };
    let end = clock::now() + PATIENCE;
    loop {
        match fcntl(file, FcntlArg::F_OFD_SETLK(&wanted)) {
            Err(Errno::EAGAIN | Errno::EACCES | Errno::EINTR) if clock::now() < end => {
                std::thread::sleep(PAUSE)
            }
            done => return done.map(drop).map_err(Into::into),
        }
    }
}

fn layout(file: &File, usual: Layout) -> io::Result<Layout> {
    let mut head = vec![0; usize::try_from(file.metadata()?.len().min(HEAD)).unwrap_or(0)];
    let length = file.metadata()?.len();
    let read = file.read_at(&mut head, 0)?;
    Ok(usual.or_that_of(length, head.get(..read).unwrap_or_default()))
}

/// All of a file, and how to read it.
fn whole(file: &File, usual: Layout) -> io::Result<(Layout, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut limited = file.take(LARGEST + 1);
    limited.read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(Errno::EFBIG.into());
    }
    Ok((usual.or_that_of(bytes.len() as u64, &bytes), bytes))
}

fn errno(error: &io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno::from_raw)
}

#[cfg(test)]
mod tests;
