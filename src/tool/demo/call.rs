//! Runs the call: feeds the modem what getty says, getty what the modem and the caller say.

use super::dialer::{DIALS, Dialer};
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

/// What happens at the far end of the telephone line.
#[derive(Clone, Copy)]
enum Act {
    Rings,
    GivesUp,
}

/// A call, and on a shared line the dialer before it.
struct Call<'a> {
    name: &'a str,
    line: &'a str,
    root: &'a Path,
    /// How often init has started it.
    lives: u32,
    dialer: Option<Dialer>,
    acts: Vec<(Duration, Act)>,
    pty: Pty,
    child: Child,
    modem: Modem,
    show: Show,
    start: Duration,
    /// The person's terminal, and how its modes were.
    terminal: Option<(OpenLine, Attrs)>,
    heard: Vec<u8>,
    typed: bool,
    waits: bool,
    log: usize,
}

/// Whether a person can be the caller.
pub(super) fn somebody_is_here() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Plays one call of `name` with the files below `root`.
pub(super) fn play(name: &str, root: &Path, ours: bool) -> std::io::Result<Played> {
    let pty = Pty::open()?;
    let path = pty.slave_path().display().to_string();
    let line = path.trim_start_matches("/dev/").to_owned();
    let child = start(name, root, &line)?;
    let signals = Signals::install(&[]).map_err(std::io::Error::from)?;
    Show::begin(&line, name);
    let mut call = Call {
        name,
        line: &line,
        root,
        lives: 1,
        dialer: None,
        acts: Vec::new(),
        pty,
        child,
        modem: Modem::new(2400),
        show: Show::default(),
        start: clock::now(),
        terminal: None,
        heard: Vec::new(),
        typed: false,
        waits: false,
        log: 0,
    };
    let person = somebody_is_here();
    let ended = call.run(&signals, person);
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
    let caller = caller.to_owned();
    drop(call);
    Ok(Played { line, name, status, caller })
}

/// Starts getty, as init does.
fn start(name: &str, root: &Path, line: &str) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg("--root")
        .arg(root)
        .args(["as", name, line, "9600", "vt100"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

impl Call<'_> {
    fn now(&self) -> Duration {
        clock::now().saturating_sub(self.start)
    }

    fn run(&mut self, signals: &Signals, person: bool) -> std::io::Result<i32> {
        loop {
            self.hear_getty();
            self.remarks();
            self.act();
            self.speak()?;
            self.dial()?;
            if person {
                self.person()?;
            } else {
                self.script()?;
            }
            if let Some(status) = self.child.try_wait()?.filter(|_| self.dialer.is_none()) {
                self.hear_getty();
                self.remarks();
                if !self.shares() {
                    return Ok(status.code().unwrap_or(1));
                }
                let text = format!("ends with {}; starts anew", status.code().unwrap_or(1));
                self.show.remark(&text, self.now());
                self.lives += 1;
                self.waits = false;
                self.child = start(self.name, self.root, self.line)?;
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

    /// Whether a dialer has its turn before the caller: the first life of a shared line.
    fn shares(&self) -> bool {
        self.name == "uugetty" && self.lives == 1
    }

    /// The far end of the telephone line: once getty waits there is a call, or the two of a ringback.
    fn act(&mut self) {
        let now = self.now();
        if self.waits && self.acts.is_empty() && !self.typed && !self.shares() && !self.modem.is_online() {
            let first = now + RINGS_AFTER;
            self.acts.push((first, Act::Rings));
            if self.name == "uugetty" {
                self.acts.push((first + Duration::from_secs(1), Act::GivesUp));
                self.acts.push((first + Duration::from_millis(3500), Act::Rings));
            }
            self.waits = false;
        }
        while let Some((_, act)) = self.acts.first().filter(|(at, _)| *at <= now).copied() {
            self.acts.remove(0);
            match act {
                Act::Rings => self.modem.call(Moment(now)),
                Act::GivesUp => self.modem.caller_hangs_up(Moment(now)),
            }
        }
    }

    /// The dialer's part: as soon as getty waits it takes the line, and gives it back once it has heard all.
    fn dial(&mut self) -> std::io::Result<()> {
        let now = self.now();
        let turn = self.shares() && self.waits;
        // It leaves what the modem says where it is until getty has seen it, and the lock, and gone.
        let gone = self.child.try_wait()?.is_some();
        let connected = gone && self.dialer.as_mut().is_some_and(Dialer::is_connected);
        match self.dialer {
            None if turn => {
                self.waits = false;
                let device = self.pty.slave_path().to_owned();
                let dialer = Dialer::begin(self.root, self.line, &device)?;
                self.show.said(Who::Caller, format!("cu: {}\n", dialer.lock()).as_bytes(), now);
                self.show.said(Who::Caller, &[b"cu: ", DIALS].concat(), now);
                self.dialer = Some(dialer);
            }
            Some(_) if connected => {
                self.show.said(Who::Caller, b"cu: CONNECT 2400\n", now);
                self.show.said(Who::Caller, b"cu: unlocks\n", now);
                self.modem.caller_hangs_up(Moment(now));
                self.dialer = None;
            }
            None | Some(_) => {}
        }
        Ok(())
    }

    /// What getty says goes to the modem, and through it to the caller.
    fn hear_getty(&mut self) {
        let mut buffer = [0u8; 512];
        while let Ok(count) = self.pty.read(&mut buffer) {
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { return };
            let now = self.now();
            if !self.modem.is_online() && self.dialer.is_none() {
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
    fn remarks(&mut self) {
        let text = std::fs::read_to_string(self.root.join("var/log/polygetty.log")).unwrap_or_default();
        let now = self.now();
        let (new, whole) = match text.get(self.log..).and_then(|rest| Some((rest, rest.rfind('\n')? + 1))) {
            Some((rest, end)) => (rest.get(..end).unwrap_or(""), end),
            None => return,
        };
        for line in new.lines() {
            let remark = if line.contains("waiting for a character") {
                self.waits = true;
                "waits for RING".to_owned()
            } else if line.contains("is in use") {
                "locked: reads nothing".to_owned()
            } else if line.contains("D_RB: ") && line.contains("accepted") {
                "second call: accepted".to_owned()
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
