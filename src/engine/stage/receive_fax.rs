//! Receives a fax whose call is up (mgetty, 13.2 and 13.3).
//!
//! A page is on the disk, under its own name, before the next one is asked for: whatever ends the call later, it is
//! there. The code in the log is 0 only if the modem said so.

use super::{bundle_fax, node, tell_fax};
use crate::engine::audit;
use crate::engine::hear::fax_line::{
    self, Count, ENDED, FaxLine, PAGE_FAILED, Parameters, TIMEOUT, UNEXPECTED, meaning,
};
use crate::engine::hear::fax_model::{Class, DECIMAL, NO_COUNTS, SWAPPED};
use crate::engine::hear::fax_page::FaxPage;
use crate::engine::run::{Ear, FaxModem, Next, ReceivedFax, Run};
use crate::engine::world::{Host, KeptPage, Note, Ownership, Page, PageFile, WallTime};
use polygetty_compat::plan::stage::{End, Level, ReceiveFax};
use polygetty_compat::source::FilePath;
use std::time::Duration;

/// Tells the modem that we are ready for a page.
const DC2: u8 = 0x12;
/// Tells it that we want no more of it.
const CAN: u8 = 0x18;
/// The longest line; the rest of a longer one is dropped.
const LONGEST: usize = 256;
/// How much of a page is written at once.
const PIECE: usize = 4096;
/// The longest page, in bytes, and the most pages: more is no fax.
const LONGEST_PAGE: usize = 32 << 20;
const MOST_PAGES: usize = 999;
/// What lies between the end of a fax and the command to hang up.
const BEFORE_HANG_UP: Duration = Duration::from_millis(1500);
/// How long that command may take to leave.
const DRAIN: Duration = Duration::from_secs(2);

/// Receives it, says in the log what came of it, hangs up, and tells who is to know.
pub(super) fn receive<H: Host>(run: &mut Run<'_, H>, fax: &ReceiveFax) -> Result<End, Next> {
    let begun = run.host.now();
    run.received = ReceivedFax { code: UNEXPECTED, ..ReceivedFax::default() };
    let modem = run.fax.unwrap_or(FaxModem { class: Class::Two, quirks: fax.quirks.value });
    let mut session = Session {
        fax,
        modem,
        at: run.host.wall(),
        // A modem that says nothing of them means the plainest.
        parameters: Parameters { coarse: true, ..Parameters::default() },
        count: None,
        lost: false,
        told_of_owner: false,
        refused: false,
        first: None,
        unfit: Vec::new(),
    };
    let mut left = session.hold(run).err();
    run.secret = false;
    match &left {
        None if session.lost && run.received.code == 0 => run.received.code = PAGE_FAILED,
        None => {}
        Some(Next::End(_)) => {
            run.received.code = ENDED;
            left = Some(Next::End(End::HungUp));
        }
        Some(Next::Finish(..)) => run.received.code = UNEXPECTED,
    }
    run.received.took = run.host.now().since(begun);
    run.is_over = true;
    let text = audit::entry(run, fax.audit);
    run.log(Level::Audit, &text);
    // The original's entry ends in an empty line.
    run.host.note(Note::Behind("\n"));
    let code = run.received.code;
    run.log(Level::Notice, &format!("fax: {} ({code})", meaning(code)));
    if left.is_none()
        && let Err(Next::Finish(status, partings)) = hang_up(run)
    {
        left = Some(Next::Finish(status, partings));
    }
    if let (Some(file), true) = (session.first, fax.tiff.value) {
        bundle_fax::bundle(run, fax, file, session.at);
    }
    let told = tell_fax::tell(run, fax, &session.parameters.text, left.is_some());
    left.or(told).map_or(Ok(End::Done), Err)
}

fn hang_up<H: Host>(run: &mut Run<'_, H>) -> Result<(), Next> {
    run.pause(BEFORE_HANG_UP)?;
    run.say(b"ATH0\r")?;
    run.drain(DRAIN)
}

/// What a wait is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Ok,
    Connect,
    /// `OK` or `ERROR`
    Answer,
}

struct Session<'p> {
    fax: &'p ReceiveFax,
    modem: FaxModem,
    /// When it began: names of files tell.
    at: WallTime,
    parameters: Parameters,
    /// The lines of the last page, if the modem counts them.
    count: Option<Count>,
    /// A page came that had nothing in it.
    lost: bool,
    told_of_owner: bool,
    /// The modem does not take what it was told last.
    refused: bool,
    /// The file of the first page that was kept: one for all of them is named by it.
    first: Option<PageFile>,
    /// Directories with room in which no file can be made: a quota is used up, or the disk has no more inodes.
    unfit: Vec<FilePath>,
}

impl Session<'_> {
    /// The whole call; its code is in `run.received` then. An error: something else ended it.
    fn hold<H: Host>(&mut self, run: &mut Run<'_, H>) -> Result<(), Next> {
        if self.fax.speed.value > 0 {
            run.entry.initial.speed = Some(self.fax.speed.value);
        }
        run.set_initial(&self.fax.flow.value);
        let is_up = self.wait(run, Wanted::Ok)?;
        if !is_up && run.received.code == TIMEOUT {
            let origin = run.plan.origin(&self.fax.speed.origin);
            let text = format!(
                "the modem began a fax and said no OK: does it change its speed for faxes (switchbd)? ({origin})"
            );
            run.log(Level::Warning, &text);
        }
        // A call that brings no page was one, too.
        node::account(run, &self.fax.record);
        if !is_up {
            return Ok(());
        }
        if self.modem.class == Class::TwoZero {
            // Flow control by its wires, else by bytes.
            for command in [b"AT+FLO=2", b"AT+FLO=1"] {
                match self.tell(run, command)? {
                    None => return Ok(()),
                    Some(true) => break,
                    Some(false) => {}
                }
            }
        }
        // Those that are empty count as well.
        for _ in 0..MOST_PAGES {
            let Some(dir) = self.room(run) else {
                run.received.code = PAGE_FAILED;
                return Ok(());
            };
            self.say(run, b"AT+FDR")?;
            if !self.wait(run, Wanted::Connect)? {
                return Ok(());
            }
            self.count = None;
            let before = run.received.pages.len();
            if !self.page(run, dir)? {
                run.received.code = PAGE_FAILED;
                return Ok(());
            }
            let goes_on = self.wait(run, Wanted::Ok);
            if self.modem.quirks & NO_COUNTS != 0 {
                self.count = None;
            }
            if let Some(page) = run.received.pages.get_mut(before) {
                page.lines = self.count.map(|count| count.lines).filter(|lines| *lines > 0);
            }
            if !goes_on? {
                return Ok(());
            }
            if self.count.is_some_and(Count::is_bad) {
                run.log(Level::Warning, "the page has too many bad lines: it is asked for once more");
                if self.tell(run, b"AT+FPS=2")?.is_none() {
                    return Ok(());
                }
            }
        }
        run.log(Level::Error, "too many pages: that is no fax");
        Ok(())
    }

    fn say<H: Host>(&self, run: &mut Run<'_, H>, command: &[u8]) -> Result<(), Next> {
        run.pause(Duration::from_millis(50))?;
        run.log(Level::Info, &format!("fax_send: '{}'", command.escape_ascii()));
        run.say(command)?;
        run.say(b"\r")
    }

    /// Says a command that life goes on without, and answers whether it is taken; None: the call is over.
    fn tell<H: Host>(&mut self, run: &mut Run<'_, H>, command: &[u8]) -> Result<Option<bool>, Next> {
        self.say(run, command)?;
        self.refused = false;
        let goes_on = self.wait(run, Wanted::Answer)?;
        Ok(goes_on.then_some(!self.refused))
    }

    /// Hears lines until the one that is wanted; false: the call is over, and its code is known.
    fn wait<H: Host>(&mut self, run: &mut Run<'_, H>, wanted: Wanted) -> Result<bool, Next> {
        let until = run.later(self.fax.patience);
        let mut line = Vec::new();
        loop {
            match run.hear(Some(until))? {
                Ear::Byte(b'\r' | b'\n') => {
                    if let Some(came) = self.take(run, &std::mem::take(&mut line), Some(wanted)) {
                        return Ok(came);
                    }
                }
                Ear::Byte(byte) if line.len() < LONGEST => line.push(byte),
                Ear::Byte(_) => {}
                Ear::HungUp => {
                    // Its last word may lack an end.
                    return match self.take(run, &line, None) {
                        Some(_) => Ok(false),
                        None => Err(Next::End(End::HungUp)),
                    };
                }
                Ear::Until => {
                    run.received.code = TIMEOUT;
                    return Ok(false);
                }
            }
        }
    }

    /// Learns from a line. True: it is the one that is wanted; false: the call is over.
    fn take<H: Host>(&mut self, run: &mut Run<'_, H>, line: &[u8], wanted: Option<Wanted>) -> Option<bool> {
        // Some name what they dislike: `COMMAND ERROR`.
        if wanted == Some(Wanted::Answer) && line.windows(5).any(|word| word == b"ERROR") {
            self.refused = true;
            return Some(true);
        }
        match fax_line::read(line, self.modem.class, self.modem.quirks & DECIMAL != 0) {
            FaxLine::Sender(name) => {
                run.log(Level::Info, &format!("fax_id: '{}'", name.escape_ascii()));
                run.received.sender = name;
            }
            FaxLine::Parameters(parameters) => {
                run.log(Level::Info, &format!("fax parameters: {}", parameters.text.escape_ascii()));
                self.parameters = parameters;
            }
            FaxLine::Page(count) => self.count = count,
            FaxLine::HungUp(code) => {
                run.received.code = code;
                run.is_over = true;
                return Some(false);
            }
            FaxLine::Over(code) => {
                run.received.code = code;
                return Some(false);
            }
            FaxLine::Ok if matches!(wanted, Some(Wanted::Ok | Wanted::Answer)) => return Some(true),
            FaxLine::Connect if wanted == Some(Wanted::Connect) => return Some(true),
            // One that nobody waits for ends nothing: a modem may say it once too often.
            FaxLine::Ok | FaxLine::Connect | FaxLine::Other => {}
        }
        None
    }

    /// The directory for the next page: the first one with plenty of room, else the last one if it has some.
    fn room<H: Host>(&self, run: &mut Run<'_, H>) -> Option<FilePath> {
        let wanted = self.fax.space.value;
        let mut last = None;
        for dir in self.fax.spool.value.iter().filter(|dir| !self.unfit.contains(dir)) {
            let free = run.host.space(dir);
            if free.as_ref().is_ok_and(|free| *free >= wanted.saturating_mul(2)) {
                return Some(dir.clone());
            }
            last = Some((dir, free));
        }
        let origin = run.plan.origin(&self.fax.spool.origin);
        let text = match last {
            Some((dir, Ok(free))) if free >= wanted => return Some(dir.clone()),
            Some((dir, Ok(_))) => format!("Not enough space on {dir} - dropping line"),
            Some((dir, Err(why))) => format!("cannot keep faxes in {dir}: {why} ({origin})"),
            // All are unfit, and the log has it.
            None => return None,
        };
        run.log(Level::Error, &text);
        None
    }

    /// Receives a page. False: it is lost.
    fn page<H: Host>(&mut self, run: &mut Run<'_, H>, dir: FilePath) -> Result<bool, Next> {
        let number = run.received.pages.len() + 1;
        let mut file = self.file(run, dir, format!("{number:02}"));
        let (mut page, lacks) = loop {
            let why = match run.host.page(&file) {
                Ok(page) => break page,
                Err(why) => why,
            };
            let origin = run.plan.origin(&self.fax.spool.origin);
            run.log(Level::Error, &format!("cannot make a page in {}: {why} ({origin})", file.dir));
            self.unfit.push(file.dir.clone());
            match self.room(run) {
                Some(dir) => file.dir = dir,
                None => {
                    let _ = run.say(&[CAN]); // the call is over anyway
                    return Ok(false);
                }
            }
        };
        if !std::mem::replace(&mut self.told_of_owner, true) {
            for lack in lacks {
                run.log(Level::Warning, &format!("owner and mode of received faxes: {lack}"));
            }
        }
        let data = self.data(run, &mut page);
        run.secret = false;
        match data? {
            Some(0) => {
                run.log(Level::Warning, &format!("page {number} is empty: it is not kept"));
                self.lost = true;
                Ok(true)
            }
            Some(length) => match page.finish() {
                Ok(path) => {
                    run.log(Level::Info, &format!("page {number}: {length} bytes, {path}"));
                    let format = self.parameters.format;
                    run.received.pages.push(KeptPage { path, format, lines: None });
                    self.first.get_or_insert(file);
                    Ok(true)
                }
                Err(why) => {
                    let text = format!("page {number} stays partial in {}: {why}", file.dir);
                    run.log(Level::Error, &text);
                    Ok(false)
                }
            },
            None => Ok(false),
        }
    }

    fn file<H: Host>(&self, run: &Run<'_, H>, dir: FilePath, suffix: String) -> PageFile {
        let line: Vec<u8> =
            run.plan.facts.device.value.name.iter().copied().filter(|byte| *byte != b'/').collect();
        let line = line.get(line.len().saturating_sub(2)..).unwrap_or(&line);
        let resolution = if self.parameters.coarse { 'n' } else { 'f' };
        let mut stem = format!("f{resolution}{:07x}", self.at.0 & 0xfff_ffff).into_bytes();
        stem.extend_from_slice(line);
        if !run.received.sender.is_empty() {
            stem.push(b'-');
        }
        for byte in &run.received.sender {
            if byte.is_ascii_alphanumeric() {
                stem.push(*byte);
            } else if stem.last() != Some(&b'-') {
                stem.push(b'-');
            }
        }
        let group = self.fax.group.value.clone();
        PageFile {
            dir,
            stem,
            suffix,
            to: Ownership {
                owner: self.fax.owner.value.clone(),
                groups: group.into_iter().collect(),
                mode: self.fax.mode.value,
            },
        }
    }

    /// Hears the data of a page up to its end, and says how much there was. None: it came to no end, or could not be
    /// written.
    fn data<H: Host>(&self, run: &mut Run<'_, H>, page: &mut H::Page) -> Result<Option<usize>, Next> {
        run.say(&[DC2])?;
        // What a page says is nothing for a log.
        run.secret = true;
        let mut ear = FaxPage::new(self.modem.quirks & SWAPPED != 0);
        let (mut bytes, mut length) = (Vec::with_capacity(PIECE + 2), 0);
        let mut until = run.later(self.fax.page_patience);
        let mut goes_on = false;
        loop {
            let over = match run.hear(Some(until)) {
                Ok(Ear::Byte(byte)) => {
                    let before = bytes.len();
                    let over = ear.feed(byte, &mut bytes);
                    goes_on |= bytes.len() > before;
                    if goes_on && run.reader.is_empty() {
                        goes_on = false;
                        until = run.later(self.fax.page_patience);
                    }
                    over
                }
                left => {
                    // What there is may help: it stays partial.
                    let _ = page.write(&bytes);
                    return match left {
                        Ok(Ear::HungUp) => Err(Next::End(End::HungUp)),
                        Ok(_) => {
                            run.log(Level::Error, "the page does not go on");
                            let _ = run.say(&[CAN]); // the call is over anyway
                            Ok(None)
                        }
                        Err(next) => Err(next),
                    };
                }
            };
            if !over && bytes.len() < PIECE {
                continue;
            }
            length += bytes.len();
            let written = if bytes.is_empty() { Ok(()) } else { page.write(&bytes) };
            bytes.clear();
            let why = match written {
                Err(why) => why.to_string(),
                Ok(()) if length > LONGEST_PAGE => "it is too long".into(),
                Ok(()) if over => {
                    if !ear.stray.is_empty() {
                        let text = format!("before the page there was {}", ear.stray.escape_ascii());
                        run.log(Level::Info, &text);
                    }
                    return Ok(Some(length));
                }
                Ok(()) => continue,
            };
            run.log(Level::Error, &format!("cannot write the page: {why}"));
            let _ = run.say(&[CAN]); // the call is over anyway
            return Ok(None);
        }
    }
}
