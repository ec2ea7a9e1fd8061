//! A Hayes modem: fed what the computer says, it says when it wants to speak and what. It owns no clock and no line.

use crate::engine::world::Moment;
use std::collections::VecDeque;
use std::time::Duration;

mod fax;

pub use fax::{FaxCall, FaxPage, HangsUp, Noise};

/// What the modem does on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// It sends bytes to the computer.
    Bytes(Vec<u8>),
    /// Carrier comes or goes.
    Carrier(bool),
    /// These bytes of the computer go to the caller.
    ToCaller(Vec<u8>),
}

/// What the modem is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It takes commands.
    Command,
    /// It negotiates with the caller's modem.
    Training,
    /// Bytes pass both ways.
    Online,
    /// It takes commands while a fax machine waits.
    Fax,
    /// A page of a fax is to be sent, once the computer says that it is ready.
    Ready,
    /// The page is sent.
    Sending,
}

/// How long the modem thinks before it answers a command.
const THINKS: Duration = Duration::from_millis(20);
/// From ring to ring.
const RING_EVERY: Duration = Duration::from_secs(6);
/// How long two modems whistle at each other.
const TRAINING: Duration = Duration::from_millis(1800);
/// The longest command line.
const LONGEST: usize = 256;

/// A modem.
#[derive(Clone, Debug)]
pub struct Modem {
    speed: u32,
    echo: bool,
    words: bool,
    answer_after: u32,
    rings: u32,
    ringing: bool,
    silent: bool,
    state: State,
    line: Vec<u8>,
    due: VecDeque<(Moment, Says)>,
    fax: fax::Fax,
}

impl Modem {
    /// A modem whose calls come in at this speed.
    pub fn new(speed: u32) -> Self {
        Self {
            speed,
            echo: true,
            words: true,
            answer_after: 0,
            rings: 0,
            ringing: false,
            silent: false,
            state: State::Command,
            line: Vec::new(),
            due: VecDeque::new(),
            fax: fax::Fax::default(),
        }
    }

    /// One that is switched off.
    pub fn silent() -> Self {
        Self { silent: true, ..Self::new(0) }
    }

    /// Whether a caller is connected.
    pub fn is_online(&self) -> bool {
        self.state == State::Online
    }

    /// A call comes in.
    pub fn call(&mut self, now: Moment) {
        if self.ringing || self.state != State::Command {
            return; // the caller hears that it is busy
        }
        self.ringing = true;
        self.rings = 0;
        self.ring(now);
    }

    /// The caller hangs up.
    pub fn caller_hangs_up(&mut self, now: Moment) {
        self.ringing = false;
        self.fax.call = None;
        if self.state != State::Command {
            self.state = State::Command;
            self.due.clear(); // a CONNECT that was under way is not said any more
            self.push(now, Says::Carrier(false));
            self.result(now, 3, "NO CARRIER");
        }
    }

    /// The computer has dropped DTR.
    pub fn dtr_falls(&mut self, now: Moment) {
        self.caller_hangs_up(now);
        self.line.clear();
    }

    /// What the computer says.
    pub fn hear(&mut self, bytes: &[u8], now: Moment) {
        if self.silent {
            return;
        }
        if self.state == State::Online {
            self.push(now, Says::ToCaller(bytes.to_vec()));
            return;
        }
        for byte in bytes {
            if matches!(self.state, State::Ready | State::Sending) {
                self.hear_ready(*byte, now);
                continue;
            }
            if self.echo {
                self.push(now, Says::Bytes(vec![*byte]));
            }
            match byte & 0x7f {
                b'\r' => {
                    let line = std::mem::take(&mut self.line);
                    self.command(&line, now);
                }
                b'\n' | 0 => {}
                0x08 => drop(self.line.pop()),
                byte if self.line.len() < LONGEST => self.line.push(byte.to_ascii_uppercase()),
                _ => {}
            }
        }
    }

    /// When it wants to speak next.
    pub fn due(&self) -> Option<Moment> {
        self.due.iter().map(|(at, _)| *at).min()
    }

    /// What it says up to now.
    pub fn speak(&mut self, now: Moment) -> Vec<Says> {
        let mut said = Vec::new();
        while let Some((at, says)) = self.due.front().cloned().filter(|(at, _)| *at <= now) {
            self.due.pop_front();
            if says == Says::Bytes(Vec::new()) {
                // An empty one marks the next ring, or the next piece of a page.
                if self.state == State::Sending {
                    self.send_piece(at)
                } else {
                    self.ring(at)
                }
                continue;
            }
            if says == Says::Carrier(true) {
                self.state = State::Online;
            }
            said.push(says);
        }
        said
    }

    fn ring(&mut self, now: Moment) {
        if !self.ringing || self.state != State::Command {
            return;
        }
        self.rings += 1;
        self.result(now, 2, "RING");
        if self.answer_after > 0 && self.rings >= self.answer_after {
            self.answer(now.after(THINKS));
        } else {
            self.push(now.after(RING_EVERY), Says::Bytes(Vec::new()));
        }
    }

    /// Whatever number it is told, somebody picks up.
    fn dial(&mut self, now: Moment) {
        self.ringing = false;
        self.train(now);
    }

    fn answer(&mut self, now: Moment) {
        if !self.ringing {
            self.result(now.after(TRAINING), 3, "NO CARRIER");
            return;
        }
        self.ringing = false;
        if self.fax.call.is_some() { self.begin_fax(now) } else { self.train(now) }
    }

    fn train(&mut self, now: Moment) {
        self.state = State::Training;
        let done = now.after(TRAINING);
        self.result(done, 1, &format!("CONNECT {}", self.speed));
        self.push(done, Says::Carrier(true));
    }

    fn result(&mut self, at: Moment, digit: u8, word: &str) {
        let text = if self.words { format!("\r\n{word}\r\n") } else { format!("{digit}\r") };
        self.push(at, Says::Bytes(text.into_bytes()));
    }

    fn push(&mut self, at: Moment, says: Says) {
        let place = self.due.iter().position(|(other, _)| *other > at).unwrap_or(self.due.len());
        self.due.insert(place, (at, says));
    }

    /// A command line: `AT` and what follows, letter by letter.
    fn command(&mut self, line: &[u8], now: Moment) {
        let Some(mut rest) = line.strip_prefix(b"AT") else { return };
        let now = now.after(THINKS);
        while let Some((letter, after)) = rest.split_first() {
            let digits = |from: &[u8]| -> (u32, usize) {
                let run = from.iter().take_while(|byte| byte.is_ascii_digit()).count();
                let number = from
                    .iter()
                    .take(run)
                    .fold(0u32, |n, d| n.saturating_mul(10).saturating_add(u32::from(d - b'0')));
                (number, run)
            };
            let (number, used) = digits(after);
            rest = after.get(used..).unwrap_or(&[]);
            match letter {
                b' ' => {}
                b'E' => self.echo = number != 0,
                b'V' => self.words = number != 0,
                b'Z' => (self.echo, self.words, self.answer_after) = (true, true, 0),
                b'H' if self.state == State::Fax => {
                    self.state = State::Command;
                    self.fax.call = None;
                }
                b'I' if self.fax.is_capable => self.push(now, Says::Bytes(b"\r\nSIMULATED\r\n".to_vec())),
                b'H' | b'L' | b'M' | b'Q' | b'X' | b'I' => {}
                b'+' => return self.fax_command(rest, now),
                b'S' => {
                    let value = match rest.strip_prefix(b"=") {
                        Some(value) => {
                            let (value, used) = digits(value);
                            rest = rest.get(1 + used..).unwrap_or(&[]);
                            value
                        }
                        None => 0,
                    };
                    if number == 0 {
                        self.answer_after = value;
                    }
                }
                b'&' => {
                    // &F, &D2, &C1 …: a letter and a number
                    let reset = rest.first() == Some(&b'F');
                    let (_, used) = digits(rest.get(1..).unwrap_or(&[]));
                    rest = rest.get(1 + used..).unwrap_or(&[]);
                    if reset {
                        (self.echo, self.words, self.answer_after) = (true, true, 0);
                    }
                }
                // #CID=1 and the like: numbers of callers come from who plays the telephone company
                b'#' => rest = &[],
                b'A' => return self.answer(now),
                b'D' => return self.dial(now),
                _ => return self.result(now, 4, "ERROR"),
            }
        }
        self.result(now, 0, "OK");
    }
}
