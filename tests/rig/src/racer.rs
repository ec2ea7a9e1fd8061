//! A process that takes locks and gives them back as it is told: `examples/racer.rs`.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::programs::program;
use crate::starting;

/// How long a racer may be silent: dozens of them share the processors, which may be emulated.
const PATIENCE: Duration = Duration::from_secs(60);

/// One racer. It is killed and reaped when this is dropped.
#[derive(Debug)]
pub struct Racer {
    child: Child,
    told: ChildStdin,
    said: BufReader<ChildStdout>,
}

impl Racer {
    /// Starts one that locks in `dir`.
    pub fn start(dir: &Path) -> Self {
        let program = program("racer");
        let _alone = starting();
        let mut child = Command::new(&program)
            .arg(dir)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
        let told = child.stdin.take().expect("it was asked for");
        let said = BufReader::new(child.stdout.take().expect("it was asked for"));
        Self { child, told, said }
    }

    /// Its process number.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a pid is an int")
    }

    /// Gives it a command, one line.
    #[track_caller]
    pub fn tell(&mut self, command: &str) {
        let line = format!("{command}\n");
        self.told
            .write_all(line.as_bytes())
            .unwrap_or_else(|error| panic!("tell a racer {command}: {error}"));
    }

    /// What it says to that, one line.
    #[track_caller]
    pub fn answer(&mut self) -> String {
        if self.said.buffer().is_empty() {
            let mut fds = [PollFd::new(self.said.get_ref().as_fd(), PollFlags::POLLIN)];
            let within = PollTimeout::try_from(PATIENCE).expect("seconds are few");
            let ready = poll(&mut fds, within).expect("wait for a racer");
            assert_ne!(ready, 0, "racer {} says nothing within {PATIENCE:?}", self.pid());
        }
        let mut line = String::new();
        self.said.read_line(&mut line).expect("hear a racer");
        assert!(line.ends_with('\n'), "racer {} ended", self.pid());
        line.trim_end().to_owned()
    }

    /// Kills it, and comes back when it has ended: it does nothing any more and its descriptors are closed,
    /// but its number is not free before [`Racer::reap`].
    pub fn kill(&mut self) {
        self.child.kill().expect("kill a racer");
        // The end of what it says is the end of its descriptors.
        let _ = self.said.read_to_end(&mut Vec::new());
    }

    /// Gives its number back to the system: from now on it is dead to everybody.
    pub fn reap(mut self) {
        self.child.wait().expect("reap a racer");
    }
}

impl Drop for Racer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
