//! A call that is played: passes bytes between mgetty on its line and the simulated modem, does the damage that is
//! wanted where it is wanted, and says what must be so afterwards.

use std::process::ExitStatus;
use std::time::{Duration, Instant};

use polygetty::fax::tiff::strips;
use polygetty::rehearse::Moment;
use polygetty::rehearse::modem::{FaxCall, Modem, Says};
use polygetty_platforms::Signal;
use polygetty_rig::{Line, SOON, Spawned, until};

use crate::mgetty::scene::{SPOOL, Scene};

/// Less than from ring to ring, more than the modems take to find each other: the clock jumps that far.
const JUMP: Duration = Duration::from_secs(3);
/// Both sides wait for the other that long: the sender gives up.
const STUCK: Duration = Duration::from_millis(600);
const PATIENCE: Duration = Duration::from_millis(20);

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// mgetty is killed.
    Killed,
    /// The line is gone.
    Closed,
    /// The modem says that the sender is gone.
    NoCarrier,
    /// A byte comes as another.
    Changed(u8),
    /// A byte does not come.
    Missing,
    /// More come.
    Added(&'static [u8]),
}

/// The call.
pub struct Played {
    pub scene: Scene,
    mgetty: Spawned,
    modem: Modem,
    now: Moment,
    /// What goes wrong, before that many bytes of the modem's have come since the call was answered.
    damage: Option<(usize, Damage)>,
    /// The sender has given up, and nothing goes wrong any more: the end of the call must be heard.
    gave_up: bool,
    is_up: bool,
    /// What mgetty said since it answered, its answer first.
    heard: Vec<u8>,
    answered: bool,
    /// What came to it in lines before the first page; then page by page the data and the lines behind them.
    came: Vec<Vec<u8>>,
    /// What comes now is data of a page, as mgetty has it.
    is_in_page: bool,
    /// How many bytes came, and which of them are data.
    pub data: Vec<bool>,
}

impl Played {
    /// mgetty waits, and the telephone rings.
    #[track_caller]
    pub fn begin(config: &str, call: FaxCall) -> Self {
        let scene = Scene::for_faxes(config);
        let mgetty = scene.start();
        Self::begin_with(scene, mgetty, call)
    }

    /// The same with an mgetty that has been started.
    #[track_caller]
    pub fn begin_with(scene: Scene, mgetty: Spawned, call: FaxCall) -> Self {
        let mut played = Self {
            scene,
            mgetty,
            modem: Modem::new(2400).with_fax(),
            now: Moment::default(),
            damage: None,
            gave_up: false,
            is_up: true,
            heard: Vec::new(),
            answered: false,
            came: vec![Vec::new()],
            is_in_page: false,
            data: Vec::new(),
        };
        let waits = until(SOON, || {
            while played.pass(PATIENCE) {}
            played.scene.log().contains("waiting...").then_some(())
        });
        assert!(waits.is_some() || played.mgetty.ended().is_some(), "no wait: {}", played.scene.log());
        played.modem.fax_call(played.now, call);
        played
    }

    /// What is to go wrong.
    pub fn with(mut self, at: usize, damage: Damage) -> Self {
        self.damage = Some((at, damage));
        self
    }

    /// Plays it until mgetty has ended.
    #[track_caller]
    pub fn play(&mut self) {
        let mut moved = Instant::now();
        let end = until(Duration::from_secs(60), || {
            while self.pass(PATIENCE) {
                moved = Instant::now();
            }
            // Nobody gives up before the call is answered, or where nothing goes wrong: there mgetty waits for nothing
            // but the disk and the machine.
            let is_stuck = self.damage.is_some() && self.answered && moved.elapsed() >= STUCK;
            if is_stuck && (self.modem.has_fax() || self.is_in_page) {
                self.give_up();
            }
            self.mgetty.ended()
        });
        assert!(end.is_some(), "it goes on for ever: {}", self.scene.log());
        self.hear(Duration::ZERO);
    }

    /// How it has ended; None: by a signal.
    pub fn status(&mut self) -> Option<i32> {
        self.mgetty.ended().as_ref().and_then(ExitStatus::code)
    }

    /// Passes on what there is; waits so long if there is nothing. False: nothing moved.
    fn pass(&mut self, patience: Duration) -> bool {
        let due = self.modem.due().filter(|due| due.since(self.now) < JUMP);
        let heard = self.hear(if due.is_some() { Duration::ZERO } else { patience });
        if let Some(due) = due {
            self.now = self.now.max(due);
            for says in self.modem.speak(self.now) {
                if let Says::Bytes(bytes) = says
                    && !self.send(&bytes)
                {
                    break;
                }
            }
        }
        heard || due.is_some()
    }

    fn hear(&mut self, patience: Duration) -> bool {
        let bytes = self.scene.line.next(patience);
        for byte in &bytes {
            self.heard.push(*byte);
            if !self.answered && self.heard.ends_with(b"ATA\r") {
                self.answered = true;
                self.heard = b"ATA\r".to_vec();
            }
            if *byte == 0x12 {
                self.came.push(Vec::new());
                self.is_in_page = true;
            }
        }
        self.modem.hear(&bytes, self.now);
        !bytes.is_empty()
    }

    /// The modem's bytes go to mgetty, except where they are damaged. False: it says nothing more of what it wanted.
    fn send(&mut self, bytes: &[u8]) -> bool {
        if !self.answered {
            self.deliver(bytes);
            return true;
        }
        let from = self.data.len();
        self.data.resize(from + bytes.len(), self.is_in_page);
        let here = |at: &usize| !self.gave_up && (from..from + bytes.len()).contains(at);
        let Some((at, damage)) = self.damage.filter(|(at, _)| here(at)) else {
            self.deliver(bytes);
            return true;
        };
        let (before, after) = bytes.split_at(at - from);
        self.deliver(before);
        match damage {
            Damage::Killed => {
                self.settle();
                self.mgetty.signal(Signal::SIGKILL);
                self.is_up = false;
            }
            Damage::Closed => {
                self.settle();
                self.close();
            }
            Damage::NoCarrier => {
                self.modem = Modem::new(2400).with_fax();
                self.deliver(b"\r\nNO CARRIER\r\n");
                return false;
            }
            Damage::Changed(bits) => {
                self.deliver(&[after[0] ^ bits]);
                self.deliver(&after[1..]);
            }
            Damage::Missing => self.deliver(&after[1..]),
            Damage::Added(more) => {
                self.deliver(more);
                self.deliver(after);
            }
        }
        true
    }

    fn deliver(&mut self, bytes: &[u8]) {
        if !self.is_up {
            return;
        }
        let mut rest = bytes;
        let taken = until(SOON, || {
            rest = &rest[self.scene.line.offer(rest)..];
            (rest.is_empty() || self.mgetty.ended().is_some()).then_some(())
        });
        assert!(taken.is_some(), "the line takes no more: {}", self.scene.log());
        if self.answered {
            let came = self.came.last_mut().unwrap();
            came.extend_from_slice(bytes);
            if self.is_in_page && bytes.contains(&0x03) {
                self.is_in_page = unstuffed(came).1.is_none();
            }
        }
    }

    /// mgetty has written what it has got of a page, but for the last piece.
    fn settle(&mut self) {
        let sent: usize = self.came.iter().skip(1).map(|page| unstuffed(page).0.len()).sum();
        let _ = until(SOON, || (self.lengths().iter().sum::<u64>() as usize + 4200 > sent).then_some(()));
    }

    fn lengths(&self) -> Vec<u64> {
        let entries = std::fs::read_dir(self.scene.root.path(SPOOL)).unwrap();
        entries.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).collect()
    }

    fn close(&mut self) {
        self.is_up = false;
        self.scene.line = Line::open();
    }

    fn give_up(&mut self) {
        self.gave_up = true;
        if self.is_in_page {
            // It would look at it for a minute.
            self.close();
        } else {
            self.modem.caller_hangs_up(self.now);
        }
    }

    /// What is in a file of the spool.
    pub fn kept(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.scene.root.path(SPOOL).join(name)).unwrap()
    }

    /// What must be so after any call, whatever happened.
    #[track_caller]
    pub fn check(&mut self, what: &str) {
        let (status, log) = (self.status(), self.scene.log());
        let names = self.scene.spooled();
        let all = format!("{what}; exit {status:?}, {names:?}, log:\n{log}{}", self.mgetty.stderr());
        assert!(!all.contains("panicked"), "{all}");

        // What the modem passed: the pages, and whether each came to an end. Without a byte there is none.
        let passed: Vec<(Vec<u8>, Option<usize>)> =
            self.came[1..].iter().map(|page| unstuffed(page)).collect();
        let passed: Vec<&(Vec<u8>, Option<usize>)> =
            passed.iter().filter(|(data, end)| !data.is_empty() || end.is_none()).collect();

        let (partial, whole): (Vec<&String>, Vec<&String>) =
            names.iter().partition(|name| name.starts_with('.'));
        let mut pages: Vec<Vec<u8>> = Vec::new();
        for name in &whole {
            let bytes = self.kept(name);
            if name.ends_with(".tif") {
                pages.extend(strips(&bytes).iter().map(|strip| strip.data.to_vec()));
                assert!(whole.len() == 1 || status.is_none(), "pages beside their file: {all}");
                break; // single pages come before it
            }
            assert!(name.ends_with(&format!(".{:02}", pages.len() + 1)), "{name} is no next page: {all}");
            pages.push(bytes);
        }
        for (number, page) in pages.iter().enumerate() {
            let sent = passed.get(number).filter(|(_, end)| end.is_some());
            assert!(sent.is_some_and(|(data, _)| data == page), "page {}: {all}", number + 1);
        }
        let asked = self.heard.windows(6).filter(|part| part == b"AT+FDR").count();
        let empty = self.came.len() - 1 - passed.len();
        assert!(pages.len() + empty + 1 >= asked, "asked for page {asked}: {all}");

        assert!(partial.len() <= 1, "{all}");
        for name in partial {
            assert!(name.ends_with(".part"), "{name}: {all}");
            let bytes = self.kept(name);
            let is_beginning = |(data, _): &&(Vec<u8>, Option<usize>)| data.starts_with(&bytes);
            assert!(
                name.contains(".tif.") || passed.iter().any(is_beginning),
                "{name} is no page's beginning: {all}"
            );
        }
        match status {
            None => assert_eq!(self.damage.map(|(_, damage)| damage), Some(Damage::Killed), "{all}"),
            Some(status) => self.check_words(status, &log, pages.len(), &all),
        }
    }

    /// What an mgetty that was not killed says and leaves.
    #[track_caller]
    fn check_words(&mut self, status: i32, log: &str, pages: usize, all: &str) {
        // Before the modem has said that it is a fax, it is a call that failed.
        if [(1, "##### failed A_FAIL dev=ttyX"), (10, "##### failed dev=ttyX")]
            .iter()
            .any(|(code, words)| status == *code && log.contains(words))
        {
            return assert!(self.came.len() == 1 && self.scene.left_behind().is_empty(), "{all}");
        }
        assert!([0, 5].contains(&status), "{all}");
        assert!(self.scene.left_behind().is_empty(), "{:?}: {all}", self.scene.left_behind());
        let entry = log.lines().find(|line| line.contains("##### fax dev=ttyX, pid="));
        let entry = entry.unwrap_or_else(|| panic!("no entry: {all}"));
        let behind = |words: &str| entry.split(words).nth(1).and_then(|rest| rest.split([',', '/']).next());
        let claimed: usize = behind("pages=").and_then(|number| number.parse().ok()).expect(all);
        assert!(claimed <= pages, "{claimed} pages are claimed: {all}");
        let code: i32 = behind("+FHNG=").and_then(|number| number.parse().ok()).expect(all);
        let words = match self.came.last() {
            Some(page) if self.came.len() > 1 => &page[unstuffed(page).1.unwrap_or(page.len())..],
            Some(words) => words,
            None => &[],
        };
        let has = |wanted: &[u8]| words.windows(wanted.len()).any(|part| part == wanted);
        assert!(code != 0 || has(b"+FHS:0") || has(b"+FHNG:0"), "the modem said no 0: {all}");
        let told = self.scene.root.recorded();
        assert_eq!(told.argv()[1], code.to_string(), "{all}");
        for file in &told.argv()[4..] {
            assert!(
                self.scene.spooled().iter().any(|name| file.ends_with(name.as_str())),
                "told of {file}: {all}"
            );
        }
    }
}

/// The data of a page, and behind which byte it ended: by the standard, and not by the program under test.
fn unstuffed(came: &[u8]) -> (Vec<u8>, Option<usize>) {
    let begin = came.iter().position(|byte| matches!(byte, 0 | 0x10)).unwrap_or(came.len());
    let (mut data, mut at) = (Vec::new(), begin);
    while at < came.len() {
        match (came[at], came.get(at + 1)) {
            (0x10, None) => break,
            (0x10, Some(0x03)) => return (data, Some(at + 2)),
            (0x10, Some(second)) => {
                match second {
                    0x10 => data.push(0x10),
                    0x1a => data.extend([0x10, 0x10]),
                    _ => {}
                }
                at += 2;
            }
            (byte, _) => {
                data.push(byte);
                at += 1;
            }
        }
    }
    (data, None)
}
