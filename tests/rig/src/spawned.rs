//! The program under test, started as init would.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use crate::{Root, SOON, starting, until};

/// A process in a clean environment, standard input empty, output and errors into files of its root.
/// It and the session it made are killed and reaped when this is dropped.
#[derive(Debug)]
pub struct Spawned {
    child: Child,
    stdout: std::path::PathBuf,
    stderr: std::path::PathBuf,
    ended: Option<ExitStatus>,
}

impl Spawned {
    /// Starts `program`; `environment` is all it gets.
    #[track_caller]
    pub fn start(program: &Path, args: &[&str], environment: &[(&str, &str)], root: &Root) -> Self {
        let number = root.next_number();
        let stdout = root.path(&format!("stdout.{number}"));
        let stderr = root.path(&format!("stderr.{number}"));
        let _alone = starting();
        let child = Command::new(program)
            .args(args)
            .env_clear()
            .envs(environment.iter().copied())
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).expect("create a file for stdout"))
            .stderr(File::create(&stderr).expect("create a file for stderr"))
            .spawn()
            .unwrap_or_else(|error| panic!("start {}: {error}", program.display()));
        Self { child, stdout, stderr, ended: None }
    }

    /// Its process number.
    pub fn pid(&self) -> i32 {
        i32::try_from(self.child.id()).expect("a pid is an int")
    }

    /// The exit status; fails if it has not ended after ten seconds or was killed by a signal.
    #[track_caller]
    pub fn exit_status(&mut self) -> i32 {
        self.exit_status_within(SOON)
    }

    /// The same with a time limit of its own.
    #[track_caller]
    pub fn exit_status_within(&mut self, within: Duration) -> i32 {
        let ended = until(within, || self.poll_exit());
        let Some(status) = ended else {
            panic!("process {} still runs after {within:?}; {}", self.pid(), self.said());
        };
        status.code().unwrap_or_else(|| panic!("process {} ended by {status}; {}", self.pid(), self.said()))
    }

    /// The signal that killed it, if one did; None while it runs, too.
    pub fn killed_by(&mut self) -> Option<Signal> {
        use std::os::unix::process::ExitStatusExt;
        let number = self.poll_exit()?.signal()?;
        Signal::try_from(number).ok()
    }

    /// How it ended; None while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.poll_exit()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.poll_exit().is_none()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.pid()), signal).expect("signal the process under test");
    }

    /// What it wrote to standard output so far.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.stdout).unwrap_or_default()).into_owned()
    }

    /// What it wrote to standard error so far.
    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.stderr).unwrap_or_default()).into_owned()
    }

    fn said(&self) -> String {
        format!("stdout: {:?}, stderr: {:?}", self.stdout(), self.stderr())
    }

    fn poll_exit(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().expect("wait for the process under test");
        }
        self.ended
    }
}

impl Drop for Spawned {
    fn drop(&mut self) {
        if self.poll_exit().is_none() {
            // It leads a session of its own once it has got that far, with what it started in it.
            let _ = killpg(Pid::from_raw(self.pid()), Signal::SIGKILL);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
