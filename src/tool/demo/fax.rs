//! A fax of two pages: another machine sends charts, mgetty stores them, and they are compared dot by dot.

use super::far_end::FarEnd;
use super::show::{Way, Who};
use super::{Failed, say, wire};
use crate::fax::Coding;
use crate::fax::chart::Chart;
use crate::fax::page::Page;
use crate::real::Root;
use crate::rehearse::Moment;
use crate::rehearse::modem::{FaxCall, FaxPage, Modem, Says};
use crate::tool::fax;
use polygetty_compat::source::FilePath;
use std::path::Path;
use std::time::Duration;

const WORDS: &[&str] = &["mgetty", "-x", "4"];
/// Where pages are, below the root.
pub(super) const SPOOL: &str = "var/spool/fax/incoming";
/// Who sends.
const NUMBER: &str = "5551234";
/// When the telephone rings, counted from the modem's OK, and when the number is told.
const RINGS_AFTER: Duration = Duration::from_millis(600);
const TOLD_AFTER: Duration = Duration::from_millis(300);
/// How many lines a page has: a strip of a sheet, for they take their time.
const LINES: u16 = 160;
/// What makes the modem send, and what ends a page.
const DC2: u8 = 0x12;
const END: [u8; 2] = [0x10, 0x03];

/// A line to which a fax machine is connected.
struct Scene<'a> {
    end: FarEnd<'a>,
    modem: Modem,
    pages: Vec<FaxPage>,
    /// When it rings, and when the number is told.
    rings: Option<Duration>,
    tells: Option<Duration>,
    /// How many pages the modem has begun, and whether one is on its way.
    page: usize,
    sends: bool,
    /// What mgetty notes at the end.
    audit: Option<String>,
}

/// Plays the call. `png`: the first page is drawn there, the second beside it.
pub(super) fn play(root: &Path, png: Option<FilePath>) -> Result<(), Failed> {
    let mut end = FarEnd::begin(root, WORDS, Way::Modem, |line| {
        format!("A fax comes in on /dev/{line}, and mgetty stores its pages.")
    })?;
    // A machine calls, whoever watches.
    end.person = false;
    let chart = |page| Chart::with_text(1728, LINES, &format!("A FAX FOR POLYGETTY, PAGE {page} OF 2"));
    let charts = [chart(1), chart(2)];
    let mut scene = Scene {
        end,
        modem: Modem::new(9600).with_fax(),
        pages: charts.iter().map(|chart| FaxPage::of(chart, Coding::OneDimensional)).collect(),
        rings: None,
        tells: None,
        page: 0,
        sends: false,
        audit: None,
    };
    let status = scene.call()?;
    let audit = scene.audit.take();
    drop(scene);
    let Some(audit) = audit else {
        return Err(Failed::Act(format!("mgetty noted no fax; it ended with {status}")));
    };
    // A row of a terminal is too short for it.
    say(&format!("\nmgetty notes:\n  {}\n", audit.replacen(", id=", ",\n    id=", 1)));
    if !audit.contains("+FHNG=000, pages=2/0,") {
        return Err(Failed::Act("the fax did not come in whole".into()));
    }
    let dir = root.join(SPOOL);
    let names = names(&dir)?;
    let draws = png.is_some();
    say("polygetty fax says of its pages:");
    let files = names.iter().map(|name| FilePath(name.clone().into_bytes())).collect();
    let told = fax::fax(&Root::below(&dir), &Root::default(), &fax::Options { png, json: false, files });
    if names.len() == charts.len() && told == 2 && draws {
        return Err(Failed::Act("the pages came, and cannot be drawn".into()));
    }
    if names.len() != charts.len() || told != 0 {
        return Err(Failed::Act(format!(
            "there are {} files of pages, and fax ended with {told}",
            names.len()
        )));
    }
    for ((name, chart), number) in names.iter().zip(&charts).zip(1..) {
        let page = Page::find(&read(&dir.join(name))?);
        if page.is_none_or(|page| page.width != chart.width || page.dots != chart.dots) {
            return Err(Failed::Act(format!("page {number} is not what was sent")));
        }
    }
    say("Both pages are what was sent, dot by dot.");
    Ok(())
}

impl Scene<'_> {
    fn call(&mut self) -> Result<i32, Failed> {
        loop {
            let status = self.end.ended()?;
            let said = wire::hear(&mut self.end, &mut self.modem, Some(""));
            if said.contains(&DC2) {
                self.page += 1;
                self.sends = true;
            }
            self.remarks();
            self.speak()?;
            self.act()?;
            match status {
                Some(status) => return Ok(status),
                None => self.end.rest()?,
            }
        }
    }

    /// The far end of the telephone line: a fax machine calls.
    fn act(&mut self) -> std::io::Result<()> {
        let now = self.end.now();
        if self.rings.take_if(|at| *at <= now).is_some() {
            self.tells = Some(now + TOLD_AFTER); // behind the ring, however late that is
            let (station, pages) = (NUMBER.to_owned(), self.pages.clone());
            let call = FaxCall { station, pages, ..FaxCall::default() };
            self.modem.fax_call(Moment(now), call);
        }
        match self.tells.take_if(|at| *at <= now) {
            Some(_) => wire::tell_number(&mut self.end, NUMBER),
            None => Ok(()),
        }
    }

    /// What the modem says; of a page, how much of it there is.
    fn speak(&mut self) -> std::io::Result<()> {
        let now = self.end.now();
        for says in self.modem.speak(Moment(now)) {
            let Says::Bytes(bytes) = says else { continue };
            if !self.sends {
                self.end.show.said(Who::Modem, &bytes, now);
            } else if bytes == END {
                let length = self.pages.get(self.page - 1).map_or(0, |page| page.data.len());
                let text = format!("(page {}: {length} bytes)\n", self.page);
                self.end.show.said(Who::Modem, text.as_bytes(), now);
                self.sends = false;
            }
            self.end.type_in(&bytes)?;
        }
        Ok(())
    }

    /// What mgetty logs of its own doing becomes a remark, but what it says at the end.
    fn remarks(&mut self) {
        for line in self.end.logged() {
            if let Some((_, entry)) = line.split_once("##### fax ") {
                self.audit = Some(format!("fax {entry}"));
            } else if line.ends_with("waiting...") {
                self.rings = Some(self.end.now() + RINGS_AFTER);
                self.end.remark("waits for RING");
            } else if let Some((_, stored)) = line.split_once("  page ") {
                let stored = stored.split(", ").next().unwrap_or_default();
                self.end.remark(&format!("stores page {stored}"));
            }
        }
    }
}

/// The files there, the first page before the second.
#[allow(clippy::disallowed_methods)] // a directory of our own
fn names(dir: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[allow(clippy::disallowed_methods)] // a file of our own
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}
