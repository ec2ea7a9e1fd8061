//! The locks of a line as files of this machine.

use super::host::RealHost;
use crate::engine::world::{Holder, LockError, LockState, Taken};
use platforms::{Errno, lock, process};
use polygetty_compat::plan::stage::{Device, Lock, LockFiles, LockFormat};
use polygetty_platforms as platforms;
use std::path::PathBuf;

impl RealHost {
    /// The directory of a line's lock files, and their names.
    fn lock_names(&self, files: &LockFiles) -> (PathBuf, Vec<Vec<u8>>) {
        let names = files.lines.value.iter().flat_map(|line| {
            let device = self.root.device(&Device::named(line).path);
            lock::names_here(line, &device)
        });
        (self.root.file(&files.dir.value), names.collect())
    }

    /// Who has the locks of a line.
    pub(super) fn lock_state(&self, files: &LockFiles) -> Result<LockState, LockError> {
        let (dir, names) = self.lock_names(files);
        let kin = files.of_parent.then_some(self.parent);
        Ok(match lock::look_besides(kin, &dir, &names).map_err(lock_error)? {
            lock::State::Free => LockState::Free,
            lock::State::Ours | lock::State::Kin(_) => LockState::Ours,
            lock::State::Held(by) => LockState::Held(holder(&by)),
        })
    }

    /// Takes locks, unless the process that started us has one for us.
    pub(super) fn take_or_share(&self, lock: &Lock) -> Result<Taken<lock::Locks>, LockError> {
        let (dir, names) = self.lock_names(&lock.files);
        if lock.files.of_parent {
            match lock::look_besides(Some(self.parent), &dir, &names).map_err(lock_error)? {
                lock::State::Kin(by) => return Ok(Taken::Parents(holder(&by))),
                lock::State::Free | lock::State::Ours | lock::State::Held(_) => {}
            }
        }
        self.take_as(lock, lock.from_parent.then(process::parent))
    }

    /// Takes locks; those of a process that hands the line to us become ours.
    pub(super) fn take_as(&self, lock: &Lock, heir_of: Option<i32>) -> Result<Taken<lock::Locks>, LockError> {
        let (dir, names) = self.lock_names(&lock.files);
        let format = match lock.format.value {
            LockFormat::Ascii => lock::Format::Ascii,
            LockFormat::Binary => lock::Format::Binary,
        };
        match lock::take(&dir, &names, format, lock.mode, heir_of).map_err(lock_error)? {
            lock::Taken::Held(by) => Ok(Taken::Held(holder(&by))),
            lock::Taken::Ours(locks) => {
                let removed = locks.stale.iter().map(|stale| {
                    let file = stale.file.display();
                    match stale.pid {
                        Some(pid) => format!("{file} named process {pid}, which is dead: removed"),
                        None => format!("{file} named no process, and was old: removed"),
                    }
                });
                let removed = removed.collect();
                Ok(Taken::Ours { locks, removed })
            }
        }
    }
}

fn holder(by: &lock::Holder) -> Holder {
    let process = by.pid.map(|pid| (pid, process::program_name(pid)));
    Holder { file: by.file.display().to_string(), process, binary: by.binary }
}

/// What to do is said where it can be: most lines that cannot be locked lack their directory, or the right to
/// write there.
fn lock_error(error: lock::LockError) -> LockError {
    let hint = match &error {
        lock::LockError::Odd { .. } => "; remove it if no program needs it",
        lock::LockError::System { errno: Errno::ENOENT, .. } => {
            "; make the directory, or name another by LOCKDIR, or dir of [lock] in polygetty.toml"
        }
        lock::LockError::System { errno: Errno::EACCES | Errno::EPERM | Errno::EROFS, .. } => {
            "; run as root, or name another by LOCKDIR, or dir of [lock] in polygetty.toml"
        }
        lock::LockError::System { .. } => "",
    };
    LockError(format!("{error}{hint}"))
}
