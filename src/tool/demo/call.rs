//! Runs the call: feeds the modem what getty says, getty what the modem and the caller say.

use super::show::{Show, Who};
use crate::rehearse::Moment;
use crate::rehearse::modem::{Modem, Says};
use polygetty_platforms::clock;
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::pty::Pty;
use polygetty_platforms::wait::{Heard, Signals, Watch};
use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How the call went.
pub(super) struct Played {
    /// The line's name below `/dev`.
    pub(super) line: String,
    /// The name that the scripted caller typed.
    pub(super) name: Option<String>,
    /// getty's exit status; after it became the login program, that one's.
    pub(super) status: i32,
    /// How it ended, in words.
    pub(super) caller: String,
}

/// The caller who plays when nobody is at the terminal.
const SCRIPTED: &str = "anna";
/// A scripted call that takes longer has gone wrong.
const LIMIT: Duration = Duration::from_secs(60);
/// When the telephone rings, counted from the modem's OK.
const RINGS_AFTER: Duration = Duration::from_millis(600);
/// How often a call is looked at while nothing is heard.
const LOOK: Duration = Duration::from_millis(20);

struct Call {
    pty: Pty,
    child: Child,
    modem: Modem,
    show: Show,
    start: Duration,
    /// The person's terminal, and how its modes were.
    terminal: Option<(OpenLine, Attrs)>,
    heard: Vec<u8>,
    typed: bool,
    rang: bool,
    log: usize,
}

/// Plays one call of `name` with the files below `root`.
pub(super) fn play(name: &str, root: &Path, ours: bool) -> std::io::Result<Played> {
    let pty = Pty::open()?;
    let path = pty.slave_path().display().to_string();
    let line = path.trim_start_matches("/dev/").to_owned();
    let child = Command::new(std::env::current_exe()?)
        .arg("--root")
        .arg(root)
        .args(["as", name, &line, "9600", "vt100"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let signals = Signals::install(&[]).map_err(std::io::Error::from)?;
    Show::begin(&line, name);
    let mut call = Call {
        pty,
        child,
        modem: Modem::new(2400),
        show: Show::default(),
        start: clock::now(),
        terminal: None,
        heard: Vec::new(),
        typed: false,
        rang: false,
        log: 0,
    };
    let person = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let ended = call.run(&signals, root, person);
    call.give_terminal_back();
    let status = match ended {
        Ok(status) => status,
        Err(error) => {
            let _ = call.child.kill(); // it may have ended meanwhile
            let _ = call.child.wait();
            return Err(error);
        }
    };
    call.show.flush();
    let name = (!person && ours).then(|| SCRIPTED.to_owned());
    let caller = if call.modem.is_online() { "the call was up" } else { "no call was connected" };
    Ok(Played { line, name, status, caller: caller.to_owned() })
}

impl Call {
    fn now(&self) -> Duration {
        clock::now().saturating_sub(self.start)
    }

    fn run(&mut self, signals: &Signals, root: &Path, person: bool) -> std::io::Result<i32> {
        loop {
            self.hear_getty();
            self.remarks(root);
            self.speak()?;
            if person {
                self.person()?;
            } else {
                self.script()?;
            }
            if let Some(status) = self.child.try_wait()? {
                self.hear_getty();
                return Ok(status.code().unwrap_or(1));
            }
            if !person && self.now() > LIMIT {
                return Err(std::io::Error::other("the call took longer than a minute"));
            }
            let keys = self.terminal.as_ref().map(|(terminal, _)| terminal.as_fd());
            let watch =
                Watch { line: None, readable: false, writable: false, carrier: None, child_pipe: keys };
            if signals.wait(&watch, Some(clock::now() + LOOK)) == Heard::Child {
                self.keys()?;
            }
        }
    }

    /// What getty says goes to the modem, and through it to the caller.
    fn hear_getty(&mut self) {
        let mut buffer = [0u8; 512];
        while let Ok(count) = self.pty.read(&mut buffer) {
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
            let now = self.now();
            if !self.modem.is_online() {
                self.show.said(Who::Getty, bytes, now);
            }
            self.modem.hear(bytes, Moment(now));
        }
    }

    fn speak(&mut self) -> std::io::Result<()> {
        let now = self.now();
        for says in self.modem.speak(Moment(now)) {
            match says {
                Says::Bytes(bytes) => {
                    self.show.said(Who::Modem, &bytes, now);
                    self.type_in(&bytes)?;
                    if !self.rang && bytes.windows(2).any(|window| window == b"OK") {
                        self.rang = true;
                        self.modem.call(Moment(now + RINGS_AFTER));
                    }
                }
                Says::Carrier(_) => {}
                Says::ToCaller(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    if self.terminal.is_some() {
                        std::io::stdout().write_all(&bytes)?;
                        std::io::stdout().flush()?;
                    } else {
                        self.show.said(Who::Getty, &bytes, now);
                    }
                }
            }
        }
        Ok(())
    }

    fn type_in(&self, bytes: &[u8]) -> std::io::Result<()> {
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

    fn prompted(&self) -> bool {
        self.heard.ends_with(b"login: ")
    }

    /// The scripted caller types a name at the prompt.
    fn script(&mut self) -> std::io::Result<()> {
        if self.prompted() && !self.typed {
            self.typed = true;
            let name = format!("{SCRIPTED}\r");
            let now = self.now();
            self.show.said(Who::Caller, name.as_bytes(), now);
            self.type_in(name.as_bytes())?;
        }
        Ok(())
    }

    /// Hands the caller's end to the person, once there is a prompt.
    fn person(&mut self) -> std::io::Result<()> {
        if self.terminal.is_some() || !self.prompted() {
            return Ok(());
        }
        self.show.flush();
        super::super::say("  you are the caller now; type a name\n");
        let terminal = OpenLine::adopt(std::io::stdin().as_fd()).map_err(std::io::Error::other)?;
        let before = terminal.attrs().map_err(std::io::Error::other)?;
        terminal.set_attrs(&before.raw()).map_err(std::io::Error::other)?;
        self.terminal = Some((terminal, before));
        std::io::stdout().write_all(b"demo login: ")?;
        std::io::stdout().flush()
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

    fn give_terminal_back(&mut self) {
        if let Some((terminal, before)) = self.terminal.take() {
            let _ = terminal.set_attrs(&before); // it was ours a moment ago; there is nothing else to try
        }
    }

    /// What getty logs of its own doing becomes a remark.
    #[allow(clippy::disallowed_methods)] // a file of our own root
    fn remarks(&mut self, root: &Path) {
        let text = std::fs::read_to_string(root.join("var/log/polygetty.log")).unwrap_or_default();
        let now = self.now();
        let (new, whole) = match text.get(self.log..).and_then(|rest| Some((rest, rest.rfind('\n')? + 1))) {
            Some((rest, end)) => (rest.get(..end).unwrap_or(""), end),
            None => return,
        };
        for line in new.lines() {
            let remark = if line.contains("waiting for a character") {
                "waits for RING".to_owned()
            } else if let Some((_, told)) = line.split_once("the modem says ") {
                told.replace(": entry", ", entry")
            } else {
                continue;
            };
            if self.terminal.is_none() {
                self.show.remark(&remark, now);
            }
        }
        self.log += whole;
    }
}
