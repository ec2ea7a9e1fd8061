//! Plays one scenario with one mgetty, and writes down what is seen of it.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use polygetty_platforms::modes::Attrs;
use polygetty_platforms::{process, symbols};
use polygetty_rig::{Recorded, SOON, Spawned, shown, until};

use super::observed::Observed;
use super::place::Place;
use super::scenario::{Fact, Foreign, Scenario, Step};
use crate::scene::{ascii, dead};

/// The longest that anything is waited for: a silent modem is asked twice, 20 s each.
const PATIENT: Duration = Duration::from_secs(70);
/// How often is looked.
const LOOK: Duration = Duration::from_millis(10);
/// What lasts no longer is not told: whether it is seen is chance.
const PASSING: Duration = Duration::from_millis(150);

/// Something that changes, with the moments from which on it was so.
struct Course(Vec<(Duration, String)>);

impl Course {
    fn now(&mut self, at: Duration, is: String) {
        if self.0.last().is_none_or(|(_, was)| *was != is) {
            self.0.push((at, is));
        }
    }

    /// Without what was only passing.
    fn told(&self, end: Duration) -> Vec<(Duration, String)> {
        let mut told: Vec<(Duration, String)> = Vec::new();
        for (index, (at, is)) in self.0.iter().enumerate() {
            let until = self.0.get(index + 1).map_or(end.max(*at + PASSING), |(next, _)| *next);
            // How it was before the getty came is not its doing.
            if index > 0 && until - *at >= PASSING && told.last().is_none_or(|(_, was)| was != is) {
                told.push((*at, is.clone()));
            }
        }
        told
    }
}

struct Player<'a> {
    place: Place,
    scenario: &'a Scenario,
    process: Spawned,
    began: Instant,
    /// every byte of the line, and when it came
    heard: Vec<(Duration, u8)>,
    /// how many of them the script is done with
    told: usize,
    lock: Course,
    /// whether it had the lock itself
    locked: bool,
    node: Course,
    modes: Vec<String>,
    ended: Option<Duration>,
    /// a step that never came true
    stuck: Option<String>,
}

/// Plays.
pub fn play(place: Place, scenario: &Scenario) -> Observed {
    // The line's bytes and modes outlive the getty.
    let _spare = place.line.keep_open();
    let process = place.start(scenario);
    let mut player = Player {
        place,
        scenario,
        process,
        began: Instant::now(),
        heard: Vec::new(),
        told: 0,
        lock: Course(Vec::new()),
        locked: false,
        node: Course(Vec::new()),
        modes: Vec::new(),
        ended: None,
        stuck: None,
    };
    let ready = player.place.root.path("ready");
    until(PATIENT, || (ready.exists() || !player.process.is_running()).then_some(()));
    let steps = &scenario.steps;
    let before = steps.iter().take_while(|step| matches!(step, Step::Lock(_))).count();
    for (index, step) in steps.iter().enumerate() {
        if index == before {
            // How it was before is nobody's doing.
            (player.lock, player.node) = (Course(Vec::new()), Course(Vec::new()));
            player.began = Instant::now();
            player.look();
            player.place.let_go(&player.process);
        }
        if !player.take(step) {
            player.stuck = Some(format!("step {index}: {step:?}"));
            break;
        }
    }
    player.listen(Duration::from_millis(400));
    player.observed()
}

impl Player<'_> {
    /// Looks at everything once.
    fn look(&mut self) {
        let bytes = self.place.line.rest(LOOK);
        let at = self.began.elapsed();
        self.heard.extend(bytes.into_iter().map(|byte| (at, byte)));
        let lock = self.lock_now();
        self.locked |= lock.contains("own");
        self.lock.now(at, lock);
        if let Ok(is) = std::fs::metadata(self.place.line.device()) {
            self.node.now(at, format!("{}:{} {:04o}", is.uid(), is.gid(), is.mode() & 0o7777));
        }
        if self.ended.is_none() && !self.process.is_running() {
            self.ended = Some(at);
        }
    }

    fn lock_now(&self) -> String {
        let path = self.place.lock();
        let (Ok(bytes), Ok(is)) = (std::fs::read(&path), std::fs::metadata(&path)) else {
            return "none".to_owned();
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let own = self.process.pid().to_string();
        let holder = match text.trim() {
            pid if pid == own => "own".to_owned(),
            _ => "another's".to_owned(),
        };
        format!("{holder}, {} bytes, {:04o}", bytes.len(), is.mode() & 0o7777)
    }

    fn listen(&mut self, during: Duration) {
        let end = Instant::now() + during;
        while Instant::now() < end {
            self.look();
        }
    }

    /// Looks until it is so; false: never.
    fn until(&mut self, so: impl Fn(&Self) -> bool) -> bool {
        let end = Instant::now() + PATIENT;
        while !so(self) {
            if Instant::now() >= end {
                return false;
            }
            self.look();
        }
        true
    }

    /// Takes one step; false: what it waits for never came.
    fn take(&mut self, step: &Step) -> bool {
        match step {
            Step::Hear(bytes) => {
                let mut at = None;
                let end = Instant::now() + PATIENT;
                while at.is_none() && Instant::now() < end {
                    self.look();
                    let news = &self.heard[self.told..];
                    at = news
                        .windows(bytes.len())
                        .position(|window| window.iter().map(|(_, byte)| byte).eq(bytes.iter()));
                    if at.is_none() && self.ended.is_some() {
                        break;
                    }
                }
                self.told += at.map_or(0, |at| at + bytes.len());
                at.is_some()
            }
            Step::Send(bytes) => {
                // More than the line holds goes as it is read.
                let mut rest = *bytes;
                let end = Instant::now() + PATIENT;
                loop {
                    rest = &rest[self.place.line.offer(rest)..];
                    if rest.is_empty() || self.ended.is_some() || Instant::now() >= end {
                        break;
                    }
                    self.look();
                }
                rest.is_empty() || self.ended.is_some()
            }
            Step::Listen(time) => {
                self.listen(Duration::from_millis(*time));
                true
            }
            Step::Waiting => {
                let free = |player: &Self| player.lock.0.last().is_some_and(|(_, is)| is == "none");
                let waits = self.until(|player| player.ended.is_some() || (player.locked && free(player)));
                self.listen(Duration::from_millis(500));
                self.modes.push(modes(&self.place.line.attrs()));
                waits && self.ended.is_none()
            }
            Step::Modes => {
                self.modes.push(modes(&self.place.line.attrs()));
                true
            }
            Step::Told => {
                let told = self.place.root.path("tmp/told");
                self.until(|_| told.exists())
            }
            Step::Lock(foreign) => {
                let bytes = match foreign {
                    Foreign::Ascii => ascii(process::pid()),
                    Foreign::Binary => process::pid().to_ne_bytes().to_vec(),
                    Foreign::Wordy => format!("{} cu uucp\n", process::pid()).into_bytes(),
                    Foreign::Stale => ascii(dead()),
                    Foreign::Empty => Vec::new(),
                };
                let path = self.place.lock();
                let name = path.strip_prefix(self.place.root.dir()).unwrap().to_str().unwrap().to_owned();
                self.place.root.write(&name, bytes);
                true
            }
            Step::Unlock => std::fs::remove_file(self.place.lock()).is_ok(),
            Step::Put(path, text) => {
                self.place.put(path, text, 0o644);
                true
            }
            Step::Remove(path) => std::fs::remove_file(self.place.root.path(&self.place.meant(path))).is_ok(),
            Step::Signal(signal) => {
                self.process.signal(*signal);
                true
            }
            Step::Ends => self.until(|player| player.ended.is_some()),
        }
    }

    fn observed(mut self) -> Observed {
        let end = self.began.elapsed();
        let mut seen = Observed::new(self.stuck.take());
        let bytes: Vec<u8> = self.heard.iter().map(|(_, byte)| *byte).collect();
        seen.put(Fact::Bytes, self.place.masked(&shown(&bytes)));
        seen.heard = self.heard.iter().map(|(at, _)| *at).collect();
        seen.ended = self.ended;
        seen.put(Fact::Status, self.status());
        let lock = self.lock.told(end);
        seen.put(Fact::Lock, words(lock.iter().map(|(_, is)| is.as_str())));
        seen.locks = lock.iter().map(|(at, _)| *at).collect();
        seen.put(Fact::Node, words(self.node.told(end).iter().map(|(_, is)| is.as_str())));
        let log = self.place.masked(&self.place.log());
        let pid = self.process.pid();
        let audits = log.lines().filter_map(|line| line.split_once(" ##### "));
        let audits: Vec<String> =
            audits.map(|(_, text)| timeless(&text.replace(&format!("pid={pid}"), "pid=PID"))).collect();
        seen.put(Fact::Audit, audits.join("; "));
        seen.put(
            Fact::Log,
            words(self.scenario.logs.iter().map(|text| if log.contains(text) { "said" } else { "not said" })),
        );
        self.login(&mut seen);
        let told = std::fs::read_to_string(self.place.root.path("tmp/told")).unwrap_or_default();
        seen.put(Fact::Told, self.place.masked_names(&told).replace('\n', "|"));
        let mail = std::fs::read_to_string(self.place.root.path("tmp/mail")).unwrap_or_default();
        seen.put(Fact::Mail, words(mail.split("\n\n").take(1).flat_map(str::lines)));
        seen.put(Fact::Pages, self.place.pages().join("; "));
        let records = ["run/utmp", "var/log/wtmp"].map(|file| self.place.records(file).join("; "));
        seen.put(Fact::Records, records.join("; "));
        let (litter, files) = self.place.files();
        seen.put(Fact::Litter, litter.join("; "));
        seen.put(Fact::Files, files.join("; "));
        let said = format!("{}{}", self.process.stdout(), self.process.stderr());
        seen.put(Fact::Said, self.place.masked(&said));
        seen.log = log;
        seen
    }

    fn status(&mut self) -> String {
        match self.process.ended() {
            None => "runs".to_owned(),
            Some(status) => match (status.code(), status.signal()) {
                (Some(code), _) => format!("exit {code}"),
                (None, signal) => format!("signal {signal:?}"),
            },
        }
    }

    /// What the login program was given.
    fn login(&mut self, seen: &mut Observed) {
        let file = self.place.root.path("recorded");
        // A program that the getty has become has ended before it; one that it waits for may not have.
        let wanted = if self.ended.is_some() { Duration::ZERO } else { SOON.min(Duration::from_millis(200)) };
        let Some(text) = until(wanted, || std::fs::read_to_string(&file).ok()) else {
            for fact in [Fact::Login, Fact::Environment] {
                seen.put(fact, "not run".to_owned());
            }
            return seen.put(Fact::Modes, self.modes.join("; "));
        };
        let recorded = Recorded::parse(&text);
        let argv = recorded.argv().join("|");
        let ids =
            ["Uid", "Gid", "Groups"].map(|key| recorded.text(key).unwrap_or_default().replace('\t', " "));
        let terminal = ["controlling", "mask"].map(|key| recorded.text(key).unwrap_or_default());
        seen.put(
            Fact::Login,
            self.place.masked(&format!(
                "{argv} as {} {} {}; controlling {}, mask '{}'",
                ids[0], ids[1], ids[2], terminal[0], terminal[1]
            )),
        );
        let environment = recorded.keys().filter_map(|key| {
            key.strip_prefix("env.").map(|name| format!("{name}={}", recorded.text(key).unwrap_or_default()))
        });
        seen.put(Fact::Environment, self.place.masked(&environment.collect::<Vec<_>>().join(" ")));
        let flags = recorded
            .keys()
            .filter(|key| key.starts_with("flag.") && recorded.text(key).as_deref() == Some("on"))
            .map(|key| &key["flag.".len()..]);
        let flags: Vec<&str> = flags.collect();
        let chars = recorded
            .keys()
            .filter(|key| key.starts_with("char."))
            .map(|key| format!("{}={}", &key["char.".len()..], recorded.text(key).unwrap_or_default()));
        let (_, speed) = recorded.speeds();
        self.modes.push(format!("{speed} {} {}", flags.join(" "), chars.collect::<Vec<_>>().join(" ")));
        seen.put(Fact::Modes, self.modes.join("; "));
    }
}

/// An audit entry without how long a fax took: a second more or less is chance.
fn timeless(entry: &str) -> String {
    entry.split_once(", time=").map_or_else(|| entry.to_owned(), |(before, _)| format!("{before}, time=TIME"))
}

/// Modes as one text.
fn modes(attrs: &Attrs) -> String {
    let mut flags: Vec<&str> = symbols::names().filter(|name| attrs.flag(name) == Some(true)).collect();
    flags.sort_unstable();
    format!("{} {}", attrs.speeds().1, flags.join(" "))
}

fn words<'a>(all: impl Iterator<Item = &'a str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}
