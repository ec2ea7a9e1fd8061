//! Other processes that a fact needs: this program again, playing a part. Fact and player talk in lines.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, ExitStatus, Stdio};
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::facts::{self, Trouble};
use crate::{options, runner};

/// What a process of the suite may take at most. It outlives exec, and ends a process in any call.
pub fn limit() {
    nix::unistd::alarm::set(runner::SECONDS);
}

/// A process that plays a part. It is killed and reaped when this is dropped.
pub struct Player {
    child: Child,
    told: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

impl Player {
    pub fn start(part: &str, arguments: &[&OsStr]) -> io::Result<Self> {
        Self::begin(command(part, arguments)?)
    }

    /// As the leader of a process group, as a shell starts a job.
    pub fn start_as_job(part: &str, arguments: &[&OsStr]) -> io::Result<Self> {
        let mut command = command(part, arguments)?;
        command.process_group(0);
        Self::begin(command)
    }

    fn begin(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(told), Some(said)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("a player without pipes"));
        };
        Ok(Self { child, told: Some(told), said: BufReader::new(said) })
    }

    pub fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    pub fn tell(&mut self, command: &str) -> io::Result<()> {
        match &mut self.told {
            Some(told) => told.write_all(format!("{command}\n").as_bytes()),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// The next line it says.
    pub fn hear(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        match line.strip_suffix('\n') {
            Some(line) => Ok(line.to_owned()),
            None => Err(io::Error::other("a player ended without a word")),
        }
    }

    /// The same, but None if it says nothing for so long.
    pub fn hear_within(&mut self, within: Duration) -> io::Result<Option<String>> {
        if self.said.buffer().is_empty() {
            let mut fds = [PollFd::new(self.said.get_ref().as_fd(), PollFlags::POLLIN)];
            if poll(&mut fds, PollTimeout::try_from(within).unwrap_or(PollTimeout::MAX))? == 0 {
                return Ok(None);
            }
        }
        self.hear().map(Some)
    }

    /// How the process goes on: stopped, ended or killed.
    pub fn fate(&self) -> Result<String, Trouble> {
        fate(self.pid())
    }

    /// Tells it that there is nothing more, and waits for its end.
    pub fn end(mut self) -> io::Result<ExitStatus> {
        drop(self.told.take());
        self.child.wait()
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This program again, in a part.
pub fn command(part: &str, arguments: &[&OsStr]) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args([options::PART, part]).args(arguments);
    Ok(command)
}

/// Waits until a child stops or ends: `stopped by SIGTTIN`, `killed by SIGHUP`, `ended`.
pub fn fate(child: i32) -> Result<String, Trouble> {
    Ok(match waitpid(Pid::from_raw(child), Some(WaitPidFlag::WUNTRACED))? {
        WaitStatus::Stopped(_, signal) => format!("stopped by {signal}"),
        WaitStatus::Signaled(_, signal, _) => format!("killed by {signal}"),
        WaitStatus::Exited(_, 0) => "ended".to_owned(),
        other => format!("{other:?}"),
    })
}

/// What a part works with: what the fact tells, and where it answers, both above descriptor 2.
pub struct Stage {
    told: BufReader<File>,
    said: File,
    arguments: Vec<PathBuf>,
}

impl Stage {
    fn new(arguments: Vec<PathBuf>) -> io::Result<Self> {
        let told = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        let said = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        Ok(Self { told: BufReader::new(told), said, arguments })
    }

    /// An argument that must be there.
    pub fn argument(&self, at: usize) -> Result<&Path, Trouble> {
        self.arguments.get(at).map(PathBuf::as_path).ok_or_else(|| "a part without its arguments".into())
    }

    pub fn say(&mut self, line: &str) -> io::Result<()> {
        self.said.write_all(format!("{line}\n").as_bytes())
    }

    /// The next command; None: the fact has said all.
    pub fn hear(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        self.told.read_line(&mut line)?;
        Ok(line.strip_suffix('\n').map(str::to_owned))
    }

    /// For waiting for a command together with other things.
    pub fn told(&self) -> BorrowedFd<'_> {
        self.told.get_ref().as_fd()
    }
}

/// This process plays a part.
pub fn be_part(name: &str, arguments: Vec<PathBuf>) -> ExitCode {
    limit();
    let Some(part) = facts::part(name) else {
        eprintln!("there is no part {name:?}");
        return ExitCode::FAILURE;
    };
    match Stage::new(arguments).map_err(Trouble::from).and_then(|mut stage| part(&mut stage)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("the part {name:?} failed: {trouble}");
            ExitCode::FAILURE
        }
    }
}
