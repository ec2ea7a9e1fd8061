//! A host and a line of which everything is simulated, time above all.

use super::child::Script;
use super::line::{Reply, Wire};
use super::modem::Modem;
use super::spool::Spool;
use crate::engine::world::{ChildIo, LineError, Moment, Ownership, Program, Record, User, WallTime};
use polygetty_compat::plan::modes::Modes;
use polygetty_compat::plan::stage::Level;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

mod events;
mod host;

pub use events::{Deed, Happening};

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
