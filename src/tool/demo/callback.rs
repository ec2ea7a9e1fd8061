//! Somebody who is called back: the name `cback` starts callback, and the mgetty of the line gets the call it makes.

use super::far_end::FarEnd;
use super::files::LOGIN;
use super::log::Log;
use super::login::read_note;
use super::show::{Way, Who};
use super::{Failed, say, wire};
use crate::rehearse::Moment;
use crate::rehearse::modem::Modem;
use std::path::Path;
use std::time::Duration;

const WORDS: &[&str] = &["mgetty", "-x", "4"];
/// What the modems agree on, in bit/s.
const SPEED: u32 = 2400;
/// What login.config has callback for.
const CALLS: &str = "cback";
/// Who is called back, when nobody is at the terminal.
const SCRIPTED: &str = "anna";
/// When the telephone rings, counted from the modem's OK, and how long the log may be behind.
const RINGS_AFTER: Duration = Duration::from_millis(600);
const SOON: Duration = Duration::from_secs(20);

/// A call that comes in, and the one that is made for it.
struct Scene<'a> {
    end: FarEnd<'a>,
    modem: Modem,
    /// callback's log.
    log: Log,
    /// The mgetty that gets the second call is there.
    is_second: bool,
    /// It waits; who speaks to the modem now is callback.
    waits: bool,
    /// When somebody calls.
    rings: Option<Duration>,
    typed: bool,
    /// The second call is up: nobody but callback can have made it.
    called: bool,
    /// What callback says of its success.
    success: Option<String>,
    /// The next byte to the modem begins a command.
    begins: bool,
}

/// Plays both calls. `ours`: the login program tells how it was called.
pub(super) fn play(root: &Path, ours: bool) -> Result<(), Failed> {
    let end = FarEnd::begin(root, WORDS, Way::Modem, |line| {
        format!("Somebody calls in on /dev/{line}, and is called back.")
    })?;
    let mut scene = Scene {
        end,
        modem: Modem::new(SPEED),
        log: Log::of_mgetty(root.join("var/log/mgetty.callback")),
        is_second: false,
        waits: false,
        rings: None,
        typed: false,
        called: false,
        success: None,
        begins: true,
    };
    let status = scene.first_call()?;
    if !scene.end.has_heard(b"goes on in the background") {
        return Err(Failed::Act(format!("callback did not run; mgetty ended with {status}")));
    }
    scene.hang_up(status)?;
    let status = scene.second_call()?;
    let Some(success) = scene.success.take() else {
        return Err(Failed::Act(format!("no call of callback's changed hands; mgetty ended with {status}")));
    };
    let (line, scripted) = (scene.end.line.clone(), !scene.end.person);
    drop(scene);
    if !ours {
        return match status {
            0 => Ok(()),
            _ => Err(Failed::Act(format!("the login program ended with {status}"))),
        };
    }
    let Some(ran) = read_note(root, &LOGIN) else {
        return Err(Failed::Act(format!("the login program did not run; mgetty ended with {status}")));
    };
    if ran.line != line || (scripted && ran.words != ["login", SCRIPTED]) {
        return Err(Failed::Act(format!("the login program got {} on {}", ran.name(), ran.line)));
    }
    say(&ran.told());
    say(&format!("  {success}"));
    Ok(())
}

impl Scene<'_> {
    /// A call comes in, for whoever can be called back.
    fn first_call(&mut self) -> Result<i32, Failed> {
        loop {
            let status = self.look()?;
            if self.end.person {
                self.end.hand_over("type cback, and you are called back")?;
            } else if self.end.prompted() && !self.typed {
                self.typed = true;
                self.end.type_name(CALLS)?;
            }
            let now = self.end.now();
            if self.waits && self.rings.is_none() {
                self.rings = Some(now + RINGS_AFTER);
            }
            if self.rings.is_some_and(|at| at <= now) {
                self.rings = Some(Duration::MAX);
                self.modem.call(Moment(now));
            }
            match status {
                Some(status) => return Ok(status),
                None => self.end.rest()?,
            }
        }
    }

    /// The caller hangs up, and init starts another mgetty. Then the telephone does not ring here any more: the first
    /// number that callback dials is busy, the second is not.
    fn hang_up(&mut self, status: i32) -> Result<(), Failed> {
        let now = self.end.now();
        self.end.show.said(Who::Caller, b"(hangs up)\n", now);
        self.end.again(status)?;
        self.modem = Modem::new(SPEED).with_fax().finding_busy(1);
        (self.is_second, self.waits, self.typed) = (true, false, false);
        Ok(())
    }

    /// The call that callback makes.
    fn second_call(&mut self) -> Result<i32, Failed> {
        let mut until = None;
        loop {
            let status = self.look()?;
            self.called |= self.modem.is_online();
            if self.end.person {
                self.end.hand_over("type a name, for you are called back")?;
            } else if self.end.prompted() && !self.typed {
                self.typed = true;
                self.end.type_name(SCRIPTED)?;
            }
            let now = self.end.now();
            if let Some(status) = status {
                // callback tells of it while the login program runs already.
                let until = *until.get_or_insert(now + SOON);
                if self.success.is_some() || !self.called || now > until {
                    return Ok(status);
                }
            }
            self.end.rest()?;
        }
    }

    /// Shows what everybody did and said meanwhile; the status of getty, if it has ended.
    fn look(&mut self) -> Result<Option<i32>, Failed> {
        let status = self.end.ended()?;
        let before = if self.is_second && self.waits && self.begins { "callback: " } else { "" };
        let said = wire::hear(&mut self.end, &mut self.modem, Some(before));
        self.begins = said.last().map_or(self.begins, |byte| *byte == b'\r');
        self.remarks()?;
        wire::speak(&mut self.end, &mut self.modem)?;
        Ok(status)
    }

    fn remarks(&mut self) -> Result<(), Failed> {
        for line in self.end.logged() {
            if line.ends_with("waiting...") {
                self.waits = true;
                self.end.remark("waits for RING");
            } else if line.contains("takes the call over") {
                self.end.remark("takes the call over");
            }
        }
        if !self.is_second {
            return Ok(()); // callback has begun, but who shall hang up has not
        }
        for line in self.log.news() {
            let text =
                line.split_once("##### ").or(line.split_once("  ")).map_or(&*line, |(_, text)| text.trim());
            if text.starts_with("callback: success, ") {
                let ours = text.ends_with(&format!("mgetty={}", self.end.pid()));
                self.success = Some(text.to_owned()).filter(|_| ours && self.called);
                self.end.remark("callback: success");
            } else if text.starts_with("waits ") {
                self.end.remark(&format!("callback: {text}"));
            } else if text.contains("gives up") || text.starts_with("there is no line") {
                return Err(Failed::Act(format!("callback: {text}")));
            }
        }
        Ok(())
    }
}
