//! The far end of the line: what getty says is heard here, and what it hears comes from here.

use super::Failed;
use super::log::Log;
use super::show::{Show, Way, Who};
use polygetty_platforms::clock;
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::wait::{Heard, Signals, Watch};
use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a scripted demo may take; one that takes longer has gone wrong.
const LIMIT: Duration = Duration::from_secs(60);
/// How often the line is looked at while nothing is heard.
const LOOK: Duration = Duration::from_millis(20);

/// What pppd sends first: a request of LCP, without options.
const FRAME: &[u8] = b"\x7e\xff\x7d\x23\xc0\x21\x7d\x21\x7d\x21\x7d\x20\x7d\x24\xd1\xb5\x7e";
/// How many of its bytes a row has room for.
const IN_A_ROW: usize = 6;

/// A getty with its line, seen from the other end. Dropping it ends the getty and gives a terminal back.
pub(super) struct FarEnd<'a> {
    /// Where its files are.
    root: &'a Path,
    /// The program's name and its words, without the line.
    words: &'a [&'a str],
    /// The line's name below `/dev`.
    pub(super) line: String,
    /// What people see of it.
    pub(super) show: Show,
    /// Whether a person can be the caller.
    pub(super) person: bool,
    pty: Pty,
    child: Child,
    signals: Signals,
    start: Duration,
    /// The person's terminal, and how its modes were.
    terminal: Option<(OpenLine, Attrs)>,
    /// What the caller has heard since they last spoke.
    heard: Vec<u8>,
    log: Log,
}

/// Whether a person can be the caller.
pub(super) fn somebody_is_here() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

impl<'a> FarEnd<'a> {
    /// Starts a getty on a new line; the line stands before the last two of its words. `title` names the line.
    pub(super) fn begin(
        root: &'a Path,
        words: &'a [&'a str],
        way: Way,
        title: impl FnOnce(&str) -> String,
    ) -> std::io::Result<Self> {
        let pty = Pty::open()?;
        let path = pty.slave_path().display().to_string();
        let line = path.trim_start_matches("/dev/").to_owned();
        let child = start(root, words, &line)?;
        let log = match words {
            ["mgetty", ..] => Log::of_mgetty(root.join(format!("var/log/mgetty.{}", line.replace('/', "-")))),
            _ => Log::new(root.join("var/log/polygetty.log")),
        };
        let signals = Signals::install(&[]).map_err(std::io::Error::from)?;
        Ok(Self {
            root,
            words,
            show: Show::begin(way, &title(&line)),
            line,
            person: somebody_is_here(),
            pty,
            child,
            signals,
            start: clock::now(),
            terminal: None,
            heard: Vec::new(),
            log,
        })
    }

    /// Since the demo began.
    pub(super) fn now(&self) -> Duration {
        clock::now().saturating_sub(self.start)
    }

    /// The line's node.
    pub(super) fn device(&self) -> PathBuf {
        self.pty.slave_path().to_owned()
    }

    /// The command line, as an inittab has it.
    pub(super) fn command_line(&self) -> String {
        with_line(self.words, &self.line).join(" ")
    }

    /// getty's number.
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// getty's exit status, if it has ended; after it became another program, that one's.
    pub(super) fn ended(&mut self) -> std::io::Result<Option<i32>> {
        Ok(self.child.try_wait()?.map(|status| status.code().unwrap_or(1)))
    }

    /// Starts getty once more, as init does.
    pub(super) fn again(&mut self, status: i32) -> std::io::Result<()> {
        self.give_back();
        let now = self.now();
        self.show.remark(&format!("ends with {status}; starts anew"), now);
        self.heard.clear();
        self.child = start(self.root, self.words, &self.line)?;
        Ok(())
    }

    /// What getty has said meanwhile.
    pub(super) fn hear(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = [0u8; 512];
        while let Ok(count @ 1..) = self.pty.read(&mut buffer) {
            all.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
        }
        all
    }

    /// The caller reads this.
    pub(super) fn caller_reads(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.heard.extend_from_slice(bytes);
        if self.terminal.is_some() {
            std::io::stdout().write_all(bytes)?;
            return std::io::stdout().flush();
        }
        let now = self.now();
        self.show.said(Who::Getty, bytes, now);
        Ok(())
    }

    /// getty hears this.
    pub(super) fn type_in(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.pty.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or(&[]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The scripted caller types a name, and has what they heard before behind them.
    pub(super) fn type_name(&mut self, name: &str) -> std::io::Result<()> {
        let (name, now) = (format!("{name}\r"), self.now());
        self.show.said(Who::Caller, name.as_bytes(), now);
        self.heard.clear();
        self.type_in(name.as_bytes())
    }

    /// A program calls: the first that PPP says.
    pub(super) fn speak_ppp(&mut self) -> std::io::Result<()> {
        let now = self.now();
        for row in FRAME.chunks(IN_A_ROW) {
            let row: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            self.show.said(Who::Caller, format!("{}\n", row.join(" ")).as_bytes(), now);
        }
        self.heard.clear();
        self.type_in(FRAME)
    }

    /// Whether the caller is asked for a name.
    pub(super) fn prompted(&self) -> bool {
        self.heard.ends_with(b"login: ")
    }

    /// Whether the caller has heard this since they last spoke.
    pub(super) fn has_heard(&self, text: &[u8]) -> bool {
        self.heard.windows(text.len()).any(|window| window == text)
    }

    /// Hands the caller's end to the person, once there is a prompt.
    pub(super) fn hand_over(&mut self, advice: &str) -> std::io::Result<()> {
        if self.terminal.is_some() || !self.prompted() {
            return Ok(());
        }
        self.show.flush();
        super::say(&format!("  you are the caller now; {advice}\n"));
        let terminal = OpenLine::adopt(std::io::stdin().as_fd()).map_err(std::io::Error::other)?;
        let before = terminal.attrs().map_err(std::io::Error::other)?;
        terminal.set_attrs(&before.raw()).map_err(std::io::Error::other)?;
        self.terminal = Some((terminal, before));
        std::io::stdout().write_all(b"demo login: ")?;
        std::io::stdout().flush()
    }

    /// Says what getty does, unless the person's terminal is the caller's.
    pub(super) fn remark(&mut self, text: &str) {
        let now = self.now();
        if self.terminal.is_none() {
            self.show.remark(text, now);
        }
    }

    /// What getty has logged meanwhile.
    pub(super) fn logged(&mut self) -> Vec<String> {
        self.log.news()
    }

    /// Waits for a moment, or until the person types.
    pub(super) fn rest(&mut self) -> Result<(), Failed> {
        if !self.person && self.now() > LIMIT {
            return Err(Failed::Act("it took longer than a minute".into()));
        }
        let keys = self.terminal.as_ref().map(|(terminal, _)| terminal.as_fd());
        let watch = Watch { line: None, readable: false, writable: false, carrier: None, child_pipe: keys };
        if self.signals.wait(&watch, Some(clock::now() + LOOK)) == Heard::Child {
            self.keys()?;
        }
        Ok(())
    }

    /// The person's terminal is theirs again.
    fn give_back(&mut self) {
        if let Some((terminal, before)) = self.terminal.take() {
            let _ = terminal.set_attrs(&before); // it was ours a moment ago; there is nothing else to try
        }
    }

    /// What the person types goes to getty; ^C would too, so ^] ends the demo.
    fn keys(&mut self) -> std::io::Result<()> {
        let mut buffer = [0u8; 256];
        let count = std::io::stdin().read(&mut buffer)?;
        let bytes = buffer.get(..count).unwrap_or(&[]);
        if count == 0 || bytes.contains(&0x1d) {
            self.child.kill()?;
            return Ok(());
        }
        self.type_in(bytes)
    }
}

impl Drop for FarEnd<'_> {
    fn drop(&mut self) {
        self.give_back();
        self.show.flush();
        let _ = self.child.kill(); // it may have ended meanwhile
        let _ = self.child.wait();
    }
}

/// Starts getty, as init does.
fn start(root: &Path, words: &[&str], line: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg("--root")
        .arg(root)
        .arg("as")
        .args(with_line(words, line))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// The words with the line before its label and its type.
fn with_line<'w>(words: &[&'w str], line: &'w str) -> Vec<&'w str> {
    let (before, after) = words.split_at(words.len().saturating_sub(2));
    [before, &[line], after].concat()
}
