//! Calls by modem: feeds the modem what getty says, getty what the modem and the caller say.

use super::dialer::{DIALS, Dialer};
use super::far_end::FarEnd;
use super::show::{Way, Who};
use super::{Failed, Program, wire};
use crate::rehearse::Moment;
use crate::rehearse::modem::Modem;
use std::path::Path;
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
    pub(super) caller: &'static str,
}

/// What the modems agree on, in bit/s.
const SPEED: u32 = 2400;
/// The caller who plays when nobody is at the terminal.
const SCRIPTED: &str = "anna";
/// mgetty's callers: a person, a program, and one who is refused.
const NUMBERS: [&str; 3] = ["5551234", "5555678", "5550000"];
/// When the telephone rings, counted from the modem's OK.
const RINGS_AFTER: Duration = Duration::from_millis(600);

/// What happens at the far end of the telephone line.
#[derive(Clone, Copy)]
enum Act {
    Rings,
    /// The telephone company says who calls.
    Tells(&'static str),
    GivesUp,
}

/// A call, and on a shared line the dialer before it; for mgetty, three calls.
struct Call<'a> {
    program: Program,
    root: &'a Path,
    end: FarEnd<'a>,
    /// How often init has started it.
    lives: u32,
    dialer: Option<Dialer>,
    acts: Vec<(Duration, Act)>,
    modem: Modem,
    typed: bool,
    waits: bool,
    refused: bool,
}

/// Plays the calls of the program with the files below `root`.
pub(super) fn play(program: Program, root: &Path, ours: bool) -> Result<Played, Failed> {
    let name = program.name();
    let mgetty = program == Program::Mgetty;
    let words = if mgetty { [name, "-x", "4"] } else { [name, "9600", "vt100"] };
    let end = FarEnd::begin(root, &words, Way::Modem, |line| match mgetty {
        true => format!("Three calls come in on /dev/{line}, and mgetty takes two of them."),
        false => format!("A call comes in on /dev/{line}, and {name} takes it."),
    })?;
    let mut call = Call {
        program,
        root,
        end,
        lives: 1,
        dialer: None,
        acts: Vec::new(),
        modem: Modem::new(SPEED),
        typed: false,
        waits: false,
        refused: false,
    };
    let status = call.run()?;
    let name = (!call.end.person && ours).then(|| SCRIPTED.to_owned());
    let caller = if call.modem.is_online() { "the call was up" } else { "no call was connected" };
    let line = call.end.line.clone();
    Ok(Played { line, name, status, caller })
}

impl Call<'_> {
    fn run(&mut self) -> Result<i32, Failed> {
        loop {
            self.hear_getty();
            self.remarks();
            self.act()?;
            wire::speak(&mut self.end, &mut self.modem)?;
            self.dial()?;
            if self.refused {
                return Ok(0);
            } else if self.program == Program::Mgetty && self.lives > 1 {
                self.program_calls()?;
            } else if self.end.person {
                self.end.hand_over("type a name")?;
            } else if self.end.prompted() && !self.typed {
                self.typed = true;
                self.end.type_name(SCRIPTED)?;
            }
            if let Some(status) = self.end.ended()?.filter(|_| self.dialer.is_none()) {
                self.hear_getty();
                self.remarks();
                let lives = match self.program {
                    Program::Uugetty => 2,
                    Program::Mgetty => 3,
                    Program::GettyPs | Program::Sco | Program::Fax | Program::Callback => 1,
                };
                if self.lives == lives {
                    return Ok(status);
                }
                self.lives += 1;
                (self.waits, self.typed) = (false, false);
                if self.modem.is_online() {
                    self.modem = Modem::new(SPEED);
                }
                self.end.again(status)?;
            }
            self.end.rest()?;
        }
    }

    /// The second call of mgetty's, once it is up; the third is up only by mistake.
    fn program_calls(&mut self) -> Result<(), Failed> {
        match (self.modem.is_online(), self.lives) {
            (true, 3) => Err(Failed::Act("a call was answered that dialin.config refuses".into())),
            (true, _) if !self.typed => {
                self.typed = true;
                Ok(self.end.speak_ppp()?)
            }
            _ if self.end.prompted() => {
                Err(Failed::Act("PPP called, and was asked for a name like a person".into()))
            }
            _ => Ok(()),
        }
    }

    /// Whether a dialer has its turn before the caller: the first life of a shared line.
    fn shares(&self) -> bool {
        self.program == Program::Uugetty && self.lives == 1
    }

    /// The far end of the telephone line: once getty waits there is a call, or the two of a ringback.
    fn act(&mut self) -> std::io::Result<()> {
        let now = self.end.now();
        if self.waits && self.acts.is_empty() && !self.typed && !self.shares() && !self.modem.is_online() {
            let first = now + RINGS_AFTER;
            self.acts.push((first, Act::Rings));
            let caller = NUMBERS.iter().zip(1..).find(|(_, life)| *life == self.lives);
            if let Some((number, _)) = caller.filter(|_| self.program == Program::Mgetty) {
                self.acts.push((first + Duration::from_millis(300), Act::Tells(number)));
            }
            if self.program == Program::Uugetty {
                self.acts.push((first + Duration::from_secs(1), Act::GivesUp));
                self.acts.push((first + Duration::from_millis(3500), Act::Rings));
            }
            self.waits = false;
        }
        while let Some((due, act)) = self.acts.first().filter(|(at, _)| *at <= now).copied() {
            self.acts.remove(0);
            // What comes late puts off what follows: a ring is before its number and its end.
            self.acts.iter_mut().for_each(|(at, _)| *at += now - due);
            match act {
                Act::Rings => self.modem.call(Moment(now)),
                Act::Tells(number) => wire::tell_number(&mut self.end, number)?,
                Act::GivesUp => self.modem.caller_hangs_up(Moment(now)),
            }
        }
        Ok(())
    }

    /// The dialer's part: as soon as getty waits it takes the line, and gives it back once it has heard all.
    fn dial(&mut self) -> std::io::Result<()> {
        let now = self.end.now();
        let turn = self.shares() && self.waits;
        // It leaves what the modem says where it is until getty has seen it, and the lock, and gone.
        let gone = self.end.ended()?.is_some();
        let connected = gone && self.dialer.as_mut().is_some_and(Dialer::is_connected);
        match self.dialer {
            None if turn => {
                self.waits = false;
                let dialer = Dialer::begin(self.root, &self.end.line, &self.end.device())?;
                self.end.show.said(Who::Caller, format!("cu: {}\n", dialer.lock()).as_bytes(), now);
                self.end.show.said(Who::Caller, &[b"cu: ", DIALS].concat(), now);
                self.dialer = Some(dialer);
            }
            Some(_) if connected => {
                self.end.show.said(Who::Caller, b"cu: CONNECT 2400\n", now);
                self.end.show.said(Who::Caller, b"cu: unlocks\n", now);
                self.modem.caller_hangs_up(Moment(now));
                self.dialer = None;
            }
            None | Some(_) => {}
        }
        Ok(())
    }

    /// What a dialer has said is shown as its own.
    fn hear_getty(&mut self) {
        let before = self.dialer.is_none().then_some("");
        wire::hear(&mut self.end, &mut self.modem, before);
    }

    /// What getty logs of its own doing becomes a remark.
    fn remarks(&mut self) {
        for line in self.end.logged() {
            let remark = if line.contains("waiting for a character") || line.ends_with("waiting...") {
                self.waits = true;
                "waits for RING".to_owned()
            } else if line.contains("is in use") {
                "locked: reads nothing".to_owned()
            } else if line.contains("D_RB: ") && line.contains("accepted") {
                "second call: accepted".to_owned()
            } else if line.contains("denied caller") {
                self.refused = true;
                "refused, by dialin.config".to_owned()
            } else if let Some((_, told)) = line.split_once("the modem says ") {
                told.replace(": entry", ", entry")
            } else {
                continue;
            };
            self.end.remark(&remark);
        }
    }
}
