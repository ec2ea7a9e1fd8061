//! Programs of the simulated machine: what they do is a script.

use super::line::Wire;
use super::world::Deed;
use crate::engine::world::{Child, ChildNews, Moment};
use polygetty_compat::plan::stage::Signal;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

/// What a simulated program does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Says this.
    Says(&'static [u8]),
    /// Sends the getty a signal.
    Signals(Signal),
    /// Ends with this status.
    Ends(u8),
}

/// A simulated program: what it does, so long after its start, and whether it minds TERM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// What it does, in order.
    pub acts: Vec<(Duration, Act)>,
    /// TERM does not end it.
    pub stubborn: bool,
}

/// A running one.
pub struct SimChild {
    wire: Rc<RefCell<Wire>>,
    pid: i32,
    stubborn: bool,
    news: VecDeque<(Moment, ChildNews)>,
}

impl SimChild {
    pub(super) fn start(wire: &Rc<RefCell<Wire>>, pid: i32, script: &Script) -> Self {
        let mut news = VecDeque::new();
        let mut inner = wire.borrow_mut();
        let now = inner.now;
        for (after, act) in &script.acts {
            let at = now.after(*after);
            match act {
                Act::Says(bytes) => news.push_back((at, ChildNews::Said(bytes.to_vec()))),
                Act::Ends(status) => news.push_back((at, ChildNews::Ended(*status))),
                Act::Signals(signal) => inner.pending.push((at, super::world::Happening::Signal(*signal))),
            }
        }
        drop(inner);
        Self { wire: Rc::clone(wire), pid, stubborn: script.stubborn, news }
    }

    /// When it does something next.
    pub(super) fn due(&self) -> Option<Moment> {
        self.news.front().map(|(at, _)| *at)
    }

    /// What it has done by now.
    pub(super) fn news(&mut self, now: Moment) -> Option<ChildNews> {
        if self.due().is_none_or(|at| at > now) {
            return None;
        }
        self.news.pop_front().map(|(_, news)| news)
    }
}

impl Child for SimChild {
    fn pid(&self) -> i32 {
        self.pid
    }

    fn hang_up(&mut self) {
        self.wire.borrow_mut().deed(Deed::ToldOfHangUp);
    }

    fn stop(&mut self, by_force: bool) {
        let mut wire = self.wire.borrow_mut();
        wire.deed(Deed::Stopped(by_force));
        if by_force || !self.stubborn {
            self.news.clear();
            self.news.push_back((wire.now, ChildNews::Killed(if by_force { 9 } else { 15 })));
        }
    }
}
