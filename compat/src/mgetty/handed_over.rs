//! A call that callback hands over (§12.7), to a line that waits or is not ours at all.

use super::compile::Compiler;
use super::ringing::UP;
use crate::plan::stage::{End, Lock, OnSignal, PlannedStage, Stage, TakeCall, Then};
use std::time::Duration;

/// The mark of the stages that take a call over.
pub(super) const TAKE: &str = "take";

impl Compiler<'_> {
    /// What a signal does that does not come from who has the line.
    pub(super) fn unless_handed_over(&self, otherwise: OnSignal) -> OnSignal {
        OnSignal::HandOver(Box::new(self.locks()), Box::new(otherwise))
    }

    /// The line's locks, ours.
    pub(super) fn locked(&self) -> Lock {
        Lock { files: self.locks(), format: self.knobs.lock_format.clone(), mode: 0o644, from_parent: false }
    }

    /// A call is up: the line keeps the speed that it has.
    pub(super) fn take(&self, hung_up: &Then) -> [PlannedStage; 2] {
        let take = TakeCall { lock: self.locked(), text: b"...ok\r\n", pause: Duration::from_millis(500) };
        [
            self.open(&self.typed.device).mark(TAKE),
            PlannedStage::new(Stage::TakeCall(take))
                .end(End::Done, Then::At(UP, Vec::new()))
                .end(End::Missed, Then::Finish(0, Vec::new()))
                .end(End::HungUp, hung_up.clone()),
        ]
    }
}
