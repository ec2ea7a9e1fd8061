//! What a simulated machine does for the engine. Each call that could fail in the real world counts, and can fail.

use super::{Became, Deed, Happening, World};
use crate::engine::world::{
    Caught, ChildIo, Did, FileError, Heard, Host, KeptPage, LineError, LocalTime, LockError, LockState,
    LogEntry, Moment, Note, Owned, Ownership, PageFile, Program, Record, Said, SystemNames, Taken, Unstarted,
    User, WallTime, Watch, Written,
};
use crate::rehearse::calendar;
use crate::rehearse::child::SimChild;
use crate::rehearse::line::SimLine;
use crate::rehearse::locks::{self, SimLocks, SimPidFile};
use crate::rehearse::spool::SimPage;
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{Device, Lock, LockFiles, Signal};
use polygetty_compat::source::{FilePath, FileText};
use polygetty_compat::surroundings::{Speed, SystemFacts};
use std::rc::Rc;

/// A name that begins so is nobody's on the simulated machine.
const STRANGER: &[u8] = b"stranger";

/// What everybody else on the simulated machine was started with.
const HOLDER: &[u8] = b"cu -l ttyS1";

impl Host for World {
    type Line = SimLine;
    type Locks = SimLocks;
    type PidFile = SimPidFile;
    type Child = SimChild;
    type Page = SimPage;
    type Became = Became;

    fn now(&self) -> Moment {
        self.wire.borrow().now
    }

    fn wall(&self) -> WallTime {
        let wire = self.wire.borrow();
        WallTime(wire.wall.saturating_add(i64::try_from(wire.now.0.as_secs()).unwrap_or(i64::MAX)))
    }

    fn local(&self, at: WallTime) -> LocalTime {
        let offset = self.zone.iter().rev().find(|(from, _)| *from <= at.0).map_or(0, |(_, offset)| *offset);
        calendar::at(at.0.saturating_add(offset))
    }

    fn wait(&mut self, mut watch: Watch<'_, SimLine, SimChild>, until: Option<Moment>) -> Heard {
        let mut wire = self.wire.borrow_mut();
        loop {
            wire.settle();
            if let Some(signal) = wire.signals.pop_front() {
                return Heard::Signal(signal);
            }
            let now = wire.now;
            if let Some(news) = watch.child.as_mut().and_then(|child| child.news(now)) {
                return Heard::Child(news);
            }
            if watch.line.is_some() {
                if watch.readable && (wire.babbles || !wire.input.is_empty()) {
                    return Heard::Readable;
                }
                if wire.hung_up && wire.input.is_empty() {
                    return Heard::HungUp;
                }
                if let Some(up) = watch.carrier.filter(|up| wire.carrier == Some(*up)) {
                    return Heard::Carrier(up);
                }
                if watch.writable && !wire.stuck {
                    return Heard::Writable;
                }
            }
            if until.is_some_and(|until| until <= wire.now) {
                return Heard::Until;
            }
            let child = watch.child.as_ref().and_then(|child| child.due());
            match [wire.next(), child, until].into_iter().flatten().min() {
                Some(moment) => wire.now = wire.now.max(moment),
                None => {
                    // Nothing will ever happen: the life is ended from outside.
                    self.waits_for_ever = true;
                    return Heard::Signal(Caught { signal: Signal::Term, from: None });
                }
            }
        }
    }

    fn open(&mut self, _: &Device) -> Result<SimLine, LineError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass()?;
        if wire.missing {
            return Err(LineError::Gone("no such device".into()));
        }
        wire.hung_up = false; // what was hung up is the descriptor before
        wire.deed(Deed::Opened);
        Ok(SimLine { wire: Rc::clone(&self.wire) })
    }

    fn own(&mut self, _: &Device, to: &Ownership) -> Result<Owned, LineError> {
        self.wire.borrow_mut().pass()?;
        self.owned.push(to.clone());
        let unknown = |name: &Vec<u8>| format!("user \"{}\"", name.escape_ascii());
        let unknown = to.owner.iter().filter(|name| name.starts_with(STRANGER)).map(unknown).collect();
        Ok(Owned { did: Did::Done, unknown })
    }

    fn look(&mut self, files: &LockFiles) -> Result<LockState, LockError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| LockError(error.to_string()))?;
        wire.settle();
        Ok(locks::look(&wire, files))
    }

    fn take(&mut self, lock: &Lock) -> Result<Taken<SimLocks>, LockError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| LockError(error.to_string()))?;
        wire.settle();
        drop(wire);
        Ok(locks::take(&self.wire, lock))
    }

    fn take_from(&mut self, lock: &Lock, from: i32) -> Result<Taken<SimLocks>, LockError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| LockError(error.to_string()))?;
        wire.settle();
        wire.locks.retain(|line, pid| *pid != from || !lock.files.lines.value.contains(line));
        drop(wire);
        Ok(locks::take(&self.wire, lock))
    }

    fn pid_in(&mut self, path: &FilePath) -> Result<Option<i32>, FileError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| FileError::Failed(error.to_string()))?;
        wire.settle();
        Ok(wire.pid_files.get(path.as_bytes()).copied())
    }

    fn pid_file(&mut self, path: &FilePath) -> Result<Written<SimPidFile>, FileError> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| FileError::Failed(error.to_string()))?;
        wire.settle();
        drop(wire);
        Ok(locks::write_pid(&self.wire, path))
    }

    fn file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError> {
        self.wire.borrow_mut().pass().map_err(|error| FileError::Failed(error.to_string()))?;
        if self.wire.borrow().removed.iter().any(|removed| removed.as_bytes() == path.as_bytes()) {
            return Err(FileError::Absent);
        }
        let bytes = self.files.get(path.as_bytes()).ok_or(FileError::Absent)?;
        let bytes = bytes.get(..limit.min(bytes.len())).unwrap_or(bytes).to_vec();
        let private = self.private.iter().any(|private| private == path.as_bytes());
        Ok(FileText { bytes, owner: 0, mode: if private { 0o600 } else { 0o644 } })
    }

    fn append(&mut self, path: &FilePath, bytes: &[u8]) -> Result<(), FileError> {
        self.wire.borrow_mut().pass().map_err(|error| FileError::Failed(error.to_string()))?;
        self.files.entry(path.as_bytes().to_vec()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn knows_user(&mut self, name: &[u8]) -> Result<bool, String> {
        self.wire.borrow_mut().pass().map_err(|error| error.to_string())?;
        Ok(self.names.iter().any(|known| known == name))
    }

    fn private_file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError> {
        self.file(path, limit)
    }

    fn user(&mut self, name: &[u8]) -> Result<Option<User>, String> {
        self.wire.borrow_mut().pass().map_err(|error| error.to_string())?;
        let at = self.names.iter().position(|known| known == name);
        let number = at.map(|at| 1001 + u32::try_from(at).unwrap_or(0));
        Ok(number.map(|number| User { uid: number, gid: number, groups: vec![number] }))
    }

    fn start_on_line(
        &mut self,
        program: &Program,
        user: Option<&User>,
        _: &mut SimLine,
    ) -> Result<SimChild, (String, bool)> {
        let (modes, user) = (self.wire.borrow().modes.clone(), user.cloned());
        let child = self.spawn(program, ChildIo::Nothing).map_err(|why| (why, false))?;
        self.on_line.push(Became { program: program.clone(), user, modes, locks: Vec::new() });
        Ok(child)
    }

    fn spawn(&mut self, program: &Program, io: ChildIo) -> Result<SimChild, String> {
        self.wire.borrow_mut().pass().map_err(|error| error.to_string())?;
        let script = self.programs.get(program.path.as_bytes()).ok_or("no such file")?;
        self.started.push(program.clone());
        self.outputs.push(io);
        let pid = locks::OURS + i32::try_from(self.started.len()).unwrap_or(0);
        Ok(SimChild::start(&self.wire, pid, script))
    }

    fn spawn_with(&mut self, program: &Program, input: &[u8]) -> Result<SimChild, String> {
        let child = self.spawn(program, ChildIo::Nothing)?;
        self.given.push(input.to_vec());
        Ok(child)
    }

    fn let_go(&mut self, program: &Program) -> Result<(), String> {
        self.wire.borrow_mut().pass().map_err(|error| error.to_string())?;
        if !self.programs.contains_key(program.path.as_bytes()) {
            return Err("no such file".into());
        }
        self.let_go.push(program.clone());
        Ok(())
    }

    fn space(&mut self, dir: &FilePath) -> Result<u64, FileError> {
        self.spool.space(&self.wire, dir)
    }

    fn page(&mut self, file: &PageFile) -> Result<(SimPage, Vec<String>), FileError> {
        self.spool.page(&self.wire, file)
    }

    fn bundle(&mut self, pages: &[KeptPage], _: &[u8], _: WallTime) -> Result<Vec<u8>, FileError> {
        self.spool.bundle(&self.wire, pages)
    }

    fn remove_page(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.spool.remove(&self.wire, path)
    }

    fn users_on(&mut self) -> Option<u32> {
        Some(self.users)
    }

    fn system(&mut self, _: bool) -> SystemNames {
        SystemNames { node: b"node".to_vec(), full: b"node.example".to_vec(), ..SystemNames::default() }
    }

    fn account(&mut self, record: &Record) -> Result<Did, String> {
        self.wire.borrow_mut().pass().map_err(|error| error.to_string())?;
        self.records.push(record.clone());
        Ok(Did::Done)
    }

    fn tell_parent(&mut self) -> Result<Did, String> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| error.to_string())?;
        wire.deed(Deed::ToldParent);
        // A getty lets go of its lock then.
        wire.locks.retain(|_, pid| *pid != locks::PARENT);
        Ok(Did::Done)
    }

    fn signal(&mut self, pid: i32, signal: Signal) -> Result<(), String> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| error.to_string())?;
        wire.deed(Deed::Signalled(pid, signal));
        // A getty answers in kind, once it has the lock.
        if let Some(after) = wire.answers_signals {
            let at = wire.now.after(after);
            wire.pending.push((at, Happening::SignalFrom(signal, pid, 0)));
        }
        Ok(())
    }

    fn random(&mut self, below: u32) -> u32 {
        below.saturating_sub(1)
    }

    fn tell_user(&mut self, text: &[u8]) {
        self.told.extend_from_slice(text);
    }

    fn warn_user(&mut self, why: &str) {
        self.told.extend_from_slice(why.as_bytes());
    }

    fn hear_user(&mut self) -> Said {
        match self.typed.pop_front() {
            Some(bytes) => Said::Bytes(bytes),
            None => Said::End,
        }
    }

    fn detach(&mut self) -> Result<(), String> {
        let mut wire = self.wire.borrow_mut();
        wire.pass().map_err(|error| error.to_string())?;
        wire.deed(Deed::Detached);
        Ok(())
    }

    fn command_line(&self, _: i32, most: usize) -> Option<Vec<u8>> {
        Some(HOLDER.get(..most).unwrap_or(HOLDER).to_vec())
    }

    fn pid(&self) -> i32 {
        locks::OURS
    }

    fn is_orphan(&self) -> bool {
        self.wire.borrow().orphaned
    }

    fn speed_fits(&self, bps: u32) -> bool {
        (SystemFacts::default().speed)(bps) == Speed::Fits
    }

    fn become_program(
        &mut self,
        program: &Program,
        user: Option<&User>,
        line: SimLine,
        locks: Option<SimLocks>,
    ) -> Result<Became, Unstarted<SimLine, SimLocks>> {
        let passed = self.wire.borrow_mut().pass();
        if let Err(error) = passed {
            return Err(Unstarted { why: error.to_string(), line, locks, refused: false });
        }
        let modes = self.wire.borrow().modes.clone();
        debug_assert!(!modes.has(Flag::CREAD) || modes.speed.is_some());
        let locks = locks.map(SimLocks::keep).unwrap_or_default();
        Ok(Became { program: program.clone(), user: user.cloned(), modes, locks })
    }

    fn rest_log(&mut self) {}

    fn log(&mut self, entry: LogEntry<'_>) {
        let now = self.now();
        self.log.push((now, entry.level, entry.text.to_owned()));
    }

    fn note(&mut self, note: Note<'_>) {
        if let Note::Heard(bytes) = note {
            self.noted.extend_from_slice(bytes);
        }
    }
}
