//! One of many that race for the locks of a line: takes them and gives them back as it is told, a command a
//! line on standard input, an answer a line on standard output.
//!
//!     racer DIRECTORY
//!
//!     take AT FORMAT NAME...     ours BEGAN ENDED STALE, held PID FILE BEGAN ENDED, or failed WHY;
//!                                times are nanoseconds of the monotonic clock, STALE is a count,
//!                                PID is 0 if nobody knows
//!     drop                       dropped
//!     race SEED JOURNAL NAME...  takes and drops until the next line comes; then raced HELD
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)]

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polygetty_platforms::lock::{self, Format, Locks, Taken};
use polygetty_platforms::{clock, process};

fn main() {
    let dir = PathBuf::from(std::env::args_os().nth(1).expect("a directory is given"));
    let mut locks = None;
    let input = io::stdin().as_fd().try_clone_to_owned().expect("standard input is open");
    // Not a byte beyond the line is read: a race looks at the descriptor for the next one.
    for line in BufReader::with_capacity(1, File::from(input)).lines() {
        let line = line.expect("commands are text");
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match words.as_slice() {
            ["take", at, format, names @ ..] => take(&dir, at, format, names, &mut locks),
            ["drop"] => {
                locks = None;
                "dropped".to_owned()
            }
            ["race", seed, journal, names @ ..] => Race::new(&dir, seed, journal, names).run(),
            // It only ended a race.
            ["stop"] => continue,
            _ => panic!("no command: {line}"),
        };
        println!("{answer}");
    }
}

/// Takes at a moment that is the same for all, so that they collide.
fn take(dir: &Path, at: &str, format: &str, names: &[&str], locks: &mut Option<Locks>) -> String {
    let names: Vec<Vec<u8>> = names.iter().map(|name| name.as_bytes().to_vec()).collect();
    let format = if format == "binary" { Format::Binary } else { Format::Ascii };
    let at = Duration::from_nanos(at.parse().expect("a moment is a number"));
    while clock::now() < at {
        std::hint::spin_loop();
    }
    let began = clock::now().as_nanos();
    let taken = lock::take(dir, &names, format, 0o444);
    let ended = clock::now().as_nanos();
    match taken {
        Ok(Taken::Ours(ours)) => {
            let stale = ours.stale.len();
            *locks = Some(ours);
            format!("ours {began} {ended} {stale}")
        }
        Ok(Taken::Held(holder)) => {
            format!("held {} {} {began} {ended}", holder.pid.unwrap_or(0), holder.file.display())
        }
        Err(error) => format!("failed {error}"),
    }
}

/// A race without end. Each holder writes into a journal that others append to as well.
struct Race<'a> {
    dir: &'a Path,
    random: u64,
    journal: File,
    /// whoever has the lock of the line has the kernel's on this file too: two of them cannot
    guard: Option<File>,
    names: Vec<Vec<u8>>,
}

impl<'a> Race<'a> {
    fn new(dir: &'a Path, seed: &str, journal: &str, names: &[&str]) -> Self {
        let open = || File::options().append(true).open(journal).expect("open the journal");
        Self {
            dir,
            random: seed.parse().expect("a seed is a number"),
            journal: open(),
            guard: Some(open()),
            names: names.iter().map(|name| name.as_bytes().to_vec()).collect(),
        }
    }

    fn run(mut self) -> String {
        let mut held = 0u64;
        while !has_input() {
            let format = if self.draw(2) == 0 { Format::Ascii } else { Format::Binary };
            if self.draw(2) == 0 {
                self.names.reverse();
            }
            match lock::take(self.dir, &self.names, format, 0o444) {
                Ok(Taken::Ours(locks)) => self.hold(locks),
                Ok(Taken::Held(holder)) => {
                    held += 1;
                    let file = holder.file.file_name().unwrap_or_default();
                    // All take the names in one order, and whoever has the first has them all or gets them.
                    if self.names.iter().min().is_some_and(|first| first != file.as_encoded_bytes()) {
                        self.write("later");
                    }
                }
                Err(error) => self.write(&format!("failed {error}")),
            }
            std::thread::yield_now();
        }
        format!("raced {held}")
    }

    /// Keeps them for a while and gives them back.
    fn hold(&mut self, locks: Locks) {
        let guard = self.guard.take().expect("it is put back");
        match Flock::lock(guard, FlockArg::LockExclusiveNonblock) {
            Ok(alone) => {
                self.write("take");
                let until = clock::now() + Duration::from_micros(self.draw(200));
                while clock::now() < until {
                    std::hint::spin_loop();
                }
                if !locks.still_ours() {
                    self.write("lost");
                }
                self.write("drop");
                self.guard = Some(alone.unlock().expect("unlock the guard"));
            }
            Err((guard, _)) => {
                self.write("two");
                self.guard = Some(guard);
            }
        }
        drop(locks);
    }

    /// One line whole, whoever else writes.
    fn write(&mut self, what: &str) {
        let line = format!("{} {what}\n", process::pid());
        self.journal.write_all(line.as_bytes()).expect("write the journal");
    }

    /// A number below `below` that looks random.
    fn draw(&mut self, below: u64) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }
}

fn has_input() -> bool {
    let input = io::stdin();
    let mut fds = [PollFd::new(input.as_fd(), PollFlags::POLLIN)];
    poll(&mut fds, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
}
