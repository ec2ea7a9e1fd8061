//! Programs that are started or become, and for whom.

use polygetty_compat::source::FilePath;

/// A program that was started. Dropping it ends it, by force if need be.
pub trait Child {
    /// Its process.
    fn pid(&self) -> i32;
    /// Tells it, and what it started, that the line was hung up.
    fn hang_up(&mut self);
    /// Asks it to end, or makes it.
    fn stop(&mut self, by_force: bool);
}

/// What a child did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChildNews {
    /// It said this.
    Said(Vec<u8>),
    /// It ended with this status.
    Ended(u8),
    /// It ended by this signal.
    Killed(i32),
}

/// A program to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its file.
    pub path: FilePath,
    /// Its arguments; the first is its name for itself.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment, whole.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// The shell that runs it with the same arguments if it is text without `#!`; empty: none does.
    pub shell: FilePath,
}

/// An account of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub uid: u32,
    /// Its first group.
    pub gid: u32,
    /// All its groups.
    pub groups: Vec<u32>,
}

/// A program that could not be started, and what we still hold.
#[derive(Debug)]
pub struct Unstarted<L, K> {
    /// The line, still open.
    pub line: L,
    /// The locks that would have been kept.
    pub locks: Option<K>,
    /// Why, in the system's words.
    pub why: String,
    /// Its account could not be taken: nothing was executed, and we may have lost our rights.
    pub refused: bool,
}

/// Where the words of a program go that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildIo {
    /// Nowhere.
    Nothing,
    /// To us.
    Heard,
    /// To the machine's console if there is one, and never to the line.
    Console,
}
