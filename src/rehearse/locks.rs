//! Locks and pid files of the simulated machine: tables of names and processes.

use super::line::Wire;
use super::world::Deed;
use crate::engine::world::{Holder, LockState, Taken, Written};
use polygetty_compat::plan::stage::{Lock, LockFiles};
use polygetty_compat::source::FilePath;
use std::cell::RefCell;
use std::rc::Rc;

/// The number of the simulated getty.
pub const OURS: i32 = 1000;

/// The number of the process that started it.
pub const PARENT: i32 = 999;

/// Locks that the simulated getty has. Dropping them gives them back.
#[derive(Debug)]
pub struct SimLocks {
    wire: Rc<RefCell<Wire>>,
    lines: Vec<Vec<u8>>,
}

impl SimLocks {
    /// Lets go of the guard, not of the locks: another program goes on with our number.
    pub(super) fn keep(mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.lines)
    }
}

impl Drop for SimLocks {
    fn drop(&mut self) {
        if self.lines.is_empty() {
            return;
        }
        let mut wire = self.wire.borrow_mut();
        for line in &self.lines {
            if wire.locks.get(line) == Some(&OURS) {
                wire.locks.remove(line);
            }
        }
        wire.deed(Deed::Unlocked);
    }
}

/// How the locks are.
pub(super) fn look(wire: &Wire, files: &LockFiles) -> LockState {
    let mut state = LockState::Free;
    for line in &files.lines.value {
        match wire.locks.get(line) {
            None => {}
            Some(&OURS) => state = LockState::Ours,
            Some(&PARENT) if files.of_parent => state = LockState::Ours,
            Some(pid) => {
                let file = format!("LCK..{}", line.escape_ascii());
                return LockState::Held(Holder { file, process: Some((*pid, None)), binary: false });
            }
        }
    }
    state
}

/// Takes all or none; the lock of the process that started us is inherited, if the plan says so.
pub(super) fn take(wire: &Rc<RefCell<Wire>>, lock: &Lock) -> Taken<SimLocks> {
    let files = &lock.files;
    if lock.from_parent {
        let others = |line: &Vec<u8>, pid: &mut i32| *pid != PARENT || !files.lines.value.contains(line);
        wire.borrow_mut().locks.retain(others);
    }
    let state = look(&wire.borrow(), files);
    if let LockState::Held(holder) = state {
        return Taken::Held(holder);
    }
    let parents = files.lines.value.iter().find(|line| wire.borrow().locks.get(*line) == Some(&PARENT));
    if let Some(line) = parents {
        let file = format!("LCK..{}", line.escape_ascii());
        return Taken::Parents(Holder { file, process: Some((PARENT, None)), binary: false });
    }
    let lines = files.lines.value.clone();
    let mut inner = wire.borrow_mut();
    inner.locks.extend(lines.iter().map(|line| (line.clone(), OURS)));
    inner.deed(Deed::Locked);
    drop(inner);
    Taken::Ours { locks: SimLocks { wire: Rc::clone(wire), lines }, removed: Vec::new() }
}

/// A pid file of the simulated getty. Dropping it removes it if it still names that.
#[derive(Debug)]
pub struct SimPidFile {
    wire: Rc<RefCell<Wire>>,
    path: Vec<u8>,
}

impl Drop for SimPidFile {
    fn drop(&mut self) {
        let mut wire = self.wire.borrow_mut();
        if wire.pid_files.get(&self.path) == Some(&OURS) {
            wire.pid_files.remove(&self.path);
        }
        wire.deed(Deed::DroppedPidFile);
    }
}

/// Writes the simulated getty's number. Everybody else who is named lives.
pub(super) fn write_pid(wire: &Rc<RefCell<Wire>>, path: &FilePath) -> Written<SimPidFile> {
    let path = path.as_bytes().to_vec();
    let mut inner = wire.borrow_mut();
    let before = inner.pid_files.insert(path.clone(), OURS).filter(|pid| *pid != OURS);
    inner.deed(Deed::WrotePidFile);
    drop(inner);
    Written { file: SimPidFile { wire: Rc::clone(wire), path }, instead_of: before.map(|pid| (pid, None)) }
}
