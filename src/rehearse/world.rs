//! A host and a line of which everything is simulated, time above all.

use super::calendar;
use super::child::{Script, SimChild};
use super::line::{Reply, SimLine, Wire};
use super::locks::{self, SimLocks, SimPidFile};
use super::modem::Modem;
use super::spool::{SimPage, Spool};
use crate::engine::world::{
    Caught, ChildIo, Did, FileError, Heard, Host, KeptPage, LineError, LocalTime, LockError, LockState,
    LogEntry, Moment, Note, Owned, Ownership, PageFile, Program, Record, Said, SystemNames, Taken, Unstarted,
    User, WallTime, Watch, Written,
};
use polygetty_compat::plan::modes::{Flag, Modes};
use polygetty_compat::plan::stage::{Device, Level, Lock, LockFiles, Signal};
use polygetty_compat::source::{FilePath, FileText};
use polygetty_compat::surroundings::{Speed, SystemFacts};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

/// Something that happens to the line or the process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Bytes arrive.
    Bytes(Vec<u8>),
    /// Carrier comes or goes.
    Carrier(bool),
    /// The line is hung up.
    HangUp,
    /// A signal arrives.
    Signal(Signal),
    /// A signal arrives from this process of this user.
    SignalFrom(Signal, i32, u32),
    /// A call comes in at the modem.
    Call,
    /// Another process takes the lock of a line, whoever had it.
    Lock(&'static str, i32),
    /// Another process writes itself into a pid file.
    PidFile(&'static str, i32),
    /// The lock of a line goes.
    Unlock(&'static str),
    /// Another program has the advisory lock on the line, or has it no longer.
    Claim(bool),
    /// Somebody sets the clock on the wall, by so many seconds.
    SetClock(i64),
    /// The line takes no more output.
    Stuck,
    /// A file goes.
    Remove(&'static str),
    /// The process that started us ends.
    Orphaned,
}

/// What was done to the line, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was opened.
    Opened,
    /// It was closed.
    Closed,
    /// Its speed was set.
    Speed(u32),
    /// Bytes were written.
    Said(Vec<u8>),
    /// A BREAK began or ended.
    Break(bool),
    /// It became the controlling terminal.
    TookTerminal,
    /// Its locks were taken.
    Locked,
    /// They were given back.
    Unlocked,
    /// The pid file was written.
    WrotePidFile,
    /// It is ours no longer: it has gone, or names another process.
    DroppedPidFile,
    /// A program that we had started was told that the line was hung up.
    ToldOfHangUp,
    /// A program that we had started was asked to end, or made to.
    Stopped(bool),
    /// The process that started us was told that the modem is ready.
    ToldParent,
    /// This process was sent this signal.
    Signalled(i32, Signal),
    /// The life went on in the background.
    Detached,
}

/// What a simulated life became.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Became {
    /// The program.
    pub program: Program,
    /// The account that it took.
    pub user: Option<User>,
    /// The modes that it found.
    pub modes: Modes,
    /// The lines whose locks are its own now.
    pub locks: Vec<Vec<u8>>,
}

/// A name that begins so is nobody's on the simulated machine.
const STRANGER: &[u8] = b"stranger";

/// What everybody else on the simulated machine was started with.
const HOLDER: &[u8] = b"cu -l ttyS1";

/// A simulated machine with one line.
#[derive(Default)]
pub struct World {
    wire: Rc<RefCell<Wire>>,
    files: BTreeMap<Vec<u8>, Vec<u8>>,
    private: Vec<Vec<u8>>,
    zone: Vec<(i64, i64)>,
    users: u32,
    names: Vec<Vec<u8>>,
    programs: BTreeMap<Vec<u8>, Script>,
    log: Vec<(Moment, Level, String)>,
    waits_for_ever: bool,
    typed: VecDeque<Vec<u8>>,
    /// What whoever started us was told.
    pub told: Vec<u8>,
    /// The records that were written.
    pub records: Vec<Record>,
    /// What was noted of what the line said: nothing that may be secret.
    pub noted: Vec<u8>,
    /// The owners and modes that the node was given.
    pub owned: Vec<Ownership>,
    /// The programs that were started.
    pub started: Vec<Program>,
    /// What those had that were started on the line.
    pub on_line: Vec<Became>,
    /// What those read that were given something to read.
    pub given: Vec<Vec<u8>>,
    /// The programs that were started to outlive us.
    pub let_go: Vec<Program>,
    /// Where pages of faxes go.
    pub spool: Spool,
    /// Where their words went.
    pub outputs: Vec<ChildIo>,
}

impl World {
    /// Something happens this long after the start.
    pub fn at(self, time: Duration, happening: Happening) -> Self {
        self.wire.borrow_mut().pending.push((Moment(time), happening));
        self
    }

    /// Once `to` was typed to the far end, it says `says` this much later. Replies are given in this order.
    pub fn reply(self, to: &[u8], after: Duration, says: &[u8]) -> Self {
        self.wire.borrow_mut().replies.push_back(Reply { to: to.to_vec(), after, says: says.to_vec() });
        self
    }

    /// The line has modem signals, and carrier is like this.
    pub fn carrier(self, up: bool) -> Self {
        self.wire.borrow_mut().carrier = Some(up);
        self
    }

    /// A modem is on the line.
    pub fn modem(self, modem: Modem) -> Self {
        self.wire.borrow_mut().modem = Some(modem);
        self
    }

    /// The line never falls silent: there is always another byte, each takes a millisecond.
    pub fn babbling(self) -> Self {
        self.wire.borrow_mut().babbles = true;
        self
    }

    /// There is no such line.
    pub fn without_line(self) -> Self {
        self.wire.borrow_mut().missing = true;
        self
    }

    /// A file.
    pub fn file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.files.insert(path.as_bytes().to_vec(), bytes.to_vec());
        self
    }

    /// A file that is root's alone.
    pub fn private_file(mut self, path: &str, bytes: &[u8]) -> Self {
        self.private.push(path.as_bytes().to_vec());
        self.file(path, bytes)
    }

    /// The n-th call of line or host fails, counted from 1.
    pub fn fail(self, call: u64, error: LineError) -> Self {
        self.wire.borrow_mut().faults.insert(call, error);
        self
    }

    /// The wall's clock at the start, and how many seconds local time is ahead of UTC.
    pub fn clock(self, wall: WallTime, offset: i64) -> Self {
        self.zone(wall, &[(i64::MIN, offset)])
    }

    /// The wall's clock at the start, and how many seconds local time is ahead of UTC from each of these seconds
    /// of UTC on.
    pub fn zone(mut self, wall: WallTime, offsets: &[(i64, i64)]) -> Self {
        self.wire.borrow_mut().wall = wall.0;
        self.zone = offsets.to_vec();
        self
    }

    /// A program that can be started, and what it does.
    pub fn program(mut self, path: &str, script: Script) -> Self {
        self.programs.insert(path.as_bytes().to_vec(), script);
        self
    }

    /// A user that the system knows.
    pub fn user(mut self, name: &str) -> Self {
        self.names.push(name.as_bytes().to_vec());
        self
    }

    /// Whoever started us types this.
    pub fn typed(mut self, bytes: &[u8]) -> Self {
        self.typed.push_back(bytes.to_vec());
        self
    }

    /// Whoever is sent a signal sends it back, so much later.
    pub fn answers_signals(self, after: Duration) -> Self {
        self.wire.borrow_mut().answers_signals = Some(after);
        self
    }

    /// How many users are on.
    pub fn users(mut self, users: u32) -> Self {
        self.users = users;
        self
    }

    /// What was done to the line.
    pub fn deeds(&self) -> Vec<(Moment, Deed)> {
        self.wire.borrow().deeds.clone()
    }

    /// All that was typed on the line.
    pub fn said(&self) -> Vec<u8> {
        self.deeds()
            .into_iter()
            .filter_map(|(_, deed)| if let Deed::Said(bytes) = deed { Some(bytes) } else { None })
            .flatten()
            .collect()
    }

    /// The locks that are there, and who has them.
    pub fn locks(&self) -> BTreeMap<Vec<u8>, i32> {
        self.wire.borrow().locks.clone()
    }

    /// The pid files that are there, and whom they name.
    pub fn pid_files(&self) -> BTreeMap<Vec<u8>, i32> {
        self.wire.borrow().pid_files.clone()
    }

    /// The log.
    pub fn logged(&self) -> &[(Moment, Level, String)] {
        &self.log
    }

    /// What a file holds.
    pub fn text_of(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path.as_bytes()).map(Vec::as_slice)
    }

    /// How many calls of line and host there were.
    pub fn calls(&self) -> u64 {
        self.wire.borrow().calls
    }

    /// Whether the life waited for something that would never come; it was ended by TERM then.
    pub fn waited_for_ever(&self) -> bool {
        self.waits_for_ever
    }
}

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
