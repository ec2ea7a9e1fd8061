//! A line and its far end: where the modem or the caller sits.

use std::io::ErrorKind;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::pty::Pty;

use crate::asleep::{all_sleep, users_of};
use crate::{SOON, shown, starting, until};

/// How long a getty may take until it waits for the far end.
const PATIENCE: Duration = Duration::from_secs(30);

/// A pty. The program under test gets its name; the test sends and hears as the far end.
/// Dropping it hangs the line up.
#[derive(Debug)]
pub struct Line {
    pty: Pty,
    name: String,
    /// everything heard so far
    heard: Vec<u8>,
    /// how much of it a test has asked for already
    told: usize,
}

impl Line {
    /// A new line.
    pub fn open() -> Self {
        let _alone = starting();
        let pty = Pty::open().expect("open a pty");
        let name = pty.slave_path().strip_prefix("/dev").expect("a pty below /dev");
        let name = name.to_str().expect("a pty's name is ASCII").to_owned();
        Self { pty, name, heard: Vec::new(), told: 0 }
    }

    /// The name that a getty is given: `pts/3`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name as it stands in file names: `pts_3`.
    pub fn file_name(&self) -> String {
        self.name.replace('/', "_")
    }

    /// The device.
    pub fn device(&self) -> PathBuf {
        self.pty.slave_path().to_owned()
    }

    /// The line's end once more, so that modes and bytes outlive the one getty that has it open.
    pub fn keep_open(&self) -> OwnedFd {
        let _alone = starting();
        self.pty.open_spare_slave().expect("open the line's end")
    }

    /// Sends all bytes to the line.
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        let sent = until(SOON, || {
            while !rest.is_empty() {
                match self.pty.write(rest) {
                    Ok(count) => rest = &rest[count..],
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {
                        // The echo may be what fills the line.
                        self.listen(Duration::ZERO);
                        return None;
                    }
                    Err(error) => panic!("send {:?} on {}: {error}", shown(bytes), self.name),
                }
            }
            Some(())
        });
        assert!(sent.is_some(), "the line takes no more: {} of {} bytes left", rest.len(), bytes.len());
    }

    /// Offers bytes to a line that may be gone or full; answers how many it took.
    pub fn offer(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        while let Ok(count @ 1..) = self.pty.write(&bytes[taken..]) {
            taken += count;
            self.listen(Duration::ZERO);
        }
        taken
    }

    /// Waits until exactly `wanted` comes next; fails at the first byte that differs.
    #[track_caller]
    pub fn expect(&mut self, wanted: &[u8]) {
        self.expect_within(wanted, SOON);
    }

    /// The same with a time limit of its own.
    #[track_caller]
    pub fn expect_within(&mut self, wanted: &[u8], within: Duration) {
        let start = Instant::now();
        loop {
            let news = &self.heard[self.told..];
            let length = news.len().min(wanted.len());
            let complaint = if news[..length] != wanted[..length] {
                "other bytes came"
            } else if length == wanted.len() {
                self.told += length;
                return;
            } else if start.elapsed() >= within {
                "no more came"
            } else {
                self.listen(Duration::from_millis(20));
                continue;
            };
            panic!(
                "{complaint} on {}\n  expected  {}\n  heard     {}\n  after     {:.1?}\n  before it {}",
                self.name,
                shown(wanted),
                shown(news),
                start.elapsed(),
                shown(&self.heard[..self.told])
            );
        }
    }

    /// Waits until `wanted` appears, whatever stands before it; answers what stood before it.
    #[track_caller]
    pub fn find(&mut self, wanted: &[u8]) -> Vec<u8> {
        self.find_within(wanted, SOON)
    }

    /// The same with a time limit of its own.
    #[track_caller]
    pub fn find_within(&mut self, wanted: &[u8], within: Duration) -> Vec<u8> {
        let start = Instant::now();
        loop {
            let news = &self.heard[self.told..];
            if let Some(at) = news.windows(wanted.len()).position(|window| window == wanted) {
                let before = news[..at].to_vec();
                self.told += at + wanted.len();
                return before;
            }
            assert!(
                start.elapsed() < within,
                "not heard on {}\n  expected  {}\n  heard     {}\n  after     {:.1?}\n  before it {}",
                self.name,
                shown(wanted),
                shown(news),
                start.elapsed(),
                shown(&self.heard[..self.told])
            );
            self.listen(Duration::from_millis(20));
        }
    }

    /// Whether exactly `wanted` has come by now; does not wait. A test that looks at something else
    /// meanwhile asks again and again.
    pub fn hears(&mut self, wanted: &[u8]) -> bool {
        self.listen(Duration::ZERO);
        let all = self.heard[self.told..].starts_with(wanted);
        self.told += if all { wanted.len() } else { 0 };
        all
    }

    /// What came and was not asked for yet; if that is nothing, what comes next, within this time.
    pub fn next(&mut self, within: Duration) -> Vec<u8> {
        self.listen(if self.told < self.heard.len() { Duration::ZERO } else { within });
        let news = self.heard[self.told..].to_vec();
        self.told = self.heard.len();
        news
    }

    /// Everything that came and was not asked for yet, after listening for `during`.
    pub fn rest(&mut self, during: Duration) -> Vec<u8> {
        let end = Instant::now() + during;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            self.listen(left.min(Duration::from_millis(20)));
            if left.is_zero() {
                break;
            }
        }
        let rest = self.heard[self.told..].to_vec();
        self.told = self.heard.len();
        rest
    }

    /// Fails if a byte comes within `during`. For moments where nothing else can be waited for.
    #[track_caller]
    pub fn expect_silence(&mut self, during: Duration) {
        let rest = self.rest(during);
        assert!(rest.is_empty(), "{} should be silent, but wrote {}", self.name, shown(&rest));
    }

    /// The line's modes now.
    pub fn attrs(&self) -> Attrs {
        self.pty.attrs().expect("modes of the line")
    }

    /// Waits until the line's modes are as `right` says, and answers them.
    #[track_caller]
    pub fn attrs_when(&self, what: &str, right: impl Fn(&Attrs) -> bool) -> Attrs {
        let seen = until(SOON, || self.pty.attrs().ok().filter(|attrs| right(attrs)));
        seen.unwrap_or_else(|| panic!("{what}: never seen on {}; now {:?}", self.name, self.attrs()))
    }

    /// Whether the line's output speed is 0 at this moment.
    pub fn is_hung_up(&self) -> bool {
        self.pty.attrs().is_ok_and(|attrs| attrs.speeds().1 == 0)
    }

    /// Waits until a getty has made the line raw, has not hung it up, and sleeps: now it waits for the far end. (Bytes
    /// sent before that are discarded with the modes it sets. On a busy machine it may be silent on its way there, too,
    /// for as long as others have the processors; where the system does not tell who sleeps, silence must do.)
    #[track_caller]
    pub fn expect_waiting(&mut self) {
        let start = Instant::now();
        let waits = |attrs: &Attrs| attrs.flag("ICANON") == Some(false) && attrs.speeds().1 != 0;
        loop {
            self.attrs_when("raw modes", waits);
            let before = users_of(&self.device());
            self.expect_silence(Duration::from_millis(300));
            let after = users_of(&self.device());
            // The modes once more: the one who slept may be the next, who began to hang up after the first look.
            let still = self.pty.attrs().is_ok_and(|attrs| waits(&attrs));
            if still && after == before && after.as_deref().is_none_or(all_sleep) {
                return;
            }
            let users = (before, after);
            assert!(start.elapsed() < PATIENCE, "nobody waits on {}: before and after {users:?}", self.name);
        }
    }

    /// Reads what is there, waiting for it at most `within`. The end of the line (0 or EIO, by system)
    /// counts as nothing: a getty closes and opens its line while it starts.
    fn listen(&mut self, within: Duration) {
        let mut fds = [PollFd::new(self.pty.as_fd(), PollFlags::POLLIN)];
        let wait = PollTimeout::try_from(within).unwrap_or(PollTimeout::ZERO);
        let _ = poll(&mut fds, wait);
        let gone = fds[0].revents().is_some_and(|events| events.contains(PollFlags::POLLHUP));
        let mut bytes = [0; 4096];
        let mut any = false;
        while let Ok(count @ 1..) = self.pty.read(&mut bytes) {
            self.heard.extend_from_slice(&bytes[..count]);
            any = true;
        }
        if gone && !any {
            // poll returns at once while no one has the line open.
            std::thread::sleep(within.min(Duration::from_millis(3)));
        }
    }
}
