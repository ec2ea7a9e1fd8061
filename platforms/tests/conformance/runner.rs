//! Runs facts, each in a process of its own, several at a time.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use polygetty_platforms::line::OpenLine;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::{Did, Errno, LineError, Os, Signal, process};
use tempfile::TempDir;

use crate::facts::{self, Fact};
use crate::{options, players};

/// How long a fact may take, on a machine however busy. The clock is the kernel's: it ends a fact that hangs in a call,
/// and its players.
pub const SECONDS: u32 = 120;
/// When the process is ended from here, should the kernel's clock have failed.
const AT_LAST: Duration = Duration::from_secs(SECONDS as u64 + 10);

/// What came of a fact here.
pub enum Answer {
    Is(String),
    /// no answer; why
    None(String),
    Skipped(&'static str),
}

/// Where a fact leaves its answer.
const ANSWER: &str = "answer";
/// Where it and its players complain.
const SAID: &str = "said";

/// Answers in the order of the facts.
pub fn run(facts: &[&'static Fact], threads: usize) -> io::Result<Vec<Answer>> {
    let place = place()?;
    let program = std::env::current_exe()?;
    let next = AtomicUsize::new(0);
    let answers: Mutex<Vec<(usize, Answer)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, facts.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(fact) = facts.get(at) else { return };
                    let answer = ask(fact, &program, &place.path().join(at.to_string()));
                    answers.lock().unwrap_or_else(PoisonError::into_inner).push((at, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(at, _)| *at);
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// A directory for what facts write; a bare system may have no /tmp.
fn place() -> io::Result<TempDir> {
    TempDir::with_prefix("conformance-").or_else(|_| TempDir::with_prefix_in("conformance-", "."))
}

fn ask(fact: &Fact, program: &Path, dir: &Path) -> Answer {
    if fact.needs_root && !process::is_root() {
        return Answer::Skipped("needs root");
    }
    match asked(fact, program, dir) {
        Ok(answer) => answer,
        Err(error) => Answer::None(format!("its process cannot be run: {error}")),
    }
}

fn asked(fact: &Fact, program: &Path, dir: &Path) -> io::Result<Answer> {
    // Whatever the umask: who may write beside a link is part of some facts.
    DirBuilder::new().mode(0o700).create(dir)?;
    let dir = &dir.canonicalize()?;
    let mut child = Command::new(program)
        .args([options::FACT, fact.name])
        .arg(dir)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(dir.join(SAID))?)
        .spawn()?;
    let end = Instant::now() + AT_LAST;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= end {
            child.kill()?;
            break child.wait()?;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    Ok(match fs::read_to_string(dir.join(ANSWER)) {
        Ok(answer) if status.success() => Answer::Is(answer),
        Ok(complaint) => Answer::None(with(complaint, dir)),
        Err(_) => Answer::None(with(end_of(status), dir)),
    })
}

fn end_of(status: ExitStatus) -> String {
    match status.signal() {
        Some(signal) if signal == Signal::SIGALRM as i32 || signal == Signal::SIGKILL as i32 => {
            format!("hangs: no answer within {SECONDS} s")
        }
        Some(signal) => format!("its process was killed by signal {signal}"),
        None => format!("its process ended with status {}", status.code().unwrap_or(-1)),
    }
}

/// A complaint, and below it what the fact's processes said besides.
fn with(complaint: String, dir: &Path) -> String {
    let said = fs::read(dir.join(SAID)).unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    if said.trim().is_empty() { complaint } else { format!("{complaint}\n{}", said.trim_end()) }
}

/// Why the suite can prove nothing here; None: it can. Emulators of one program at a time (qemu-user) lack
/// the kernel's request for modes, which no kernel answers in this way.
pub fn hopeless() -> Option<&'static str> {
    let pty = Pty::open().ok()?;
    match OpenLine::open(pty.slave_path()) {
        Err(LineError::Failed(Errno::ENOSYS)) => Some("this emulator cannot show the modes of a line"),
        // Every Linux takes it, and does nothing on a pty.
        Ok(line) if Os::HERE == Os::Linux && line.set_break(false) != Ok(Did::Done) => {
            Some("this is no Linux but something that plays it: it knows no BREAK")
        }
        _ => None,
    }
}

/// This process is one fact.
pub fn be_fact(name: &str, dir: &Path) -> ExitCode {
    players::limit();
    let Some(fact) = facts::all().find(|fact| fact.name == name) else {
        eprintln!("there is no fact {name:?}");
        return ExitCode::FAILURE;
    };
    let bench = facts::Bench { dir: PathBuf::from(dir) };
    let (answer, code) = match (fact.probe)(&bench) {
        Ok(word) => (word, ExitCode::SUCCESS),
        Err(trouble) => (format!("the probe failed: {trouble}"), ExitCode::FAILURE),
    };
    match fs::write(dir.join(ANSWER), answer) {
        Ok(()) => code,
        Err(error) => {
            eprintln!("the answer cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
