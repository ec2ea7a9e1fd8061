//! What a signal does to a life, as the plan says.

use super::run::{Next, Run};
use super::world::{Caught, Host, LockState};
use polygetty_compat::plan::stage::{End, Level, LockFiles, OnSignal, Signal};

impl<H: Host> Run<'_, H> {
    /// What the signal does in this stage.
    pub fn on_signal(&mut self, caught: Caught) -> Result<(), Next> {
        if self.is_over && caught.signal == Signal::Hup {
            return Ok(());
        }
        let plan = self.plan;
        let here = plan.stages.get(self.at).map(|stage| stage.signals.as_slice()).unwrap_or_default();
        let rule = here.iter().chain(&plan.signals).find(|(signal, _)| *signal == caught.signal);
        match rule {
            Some((_, does)) => self.obey(caught, does),
            None => Ok(()),
        }
    }

    fn obey(&mut self, caught: Caught, does: &OnSignal) -> Result<(), Next> {
        let signal = caught.signal;
        match does {
            OnSignal::Finish(status, partings) => {
                self.log(Level::Notice, &format!("ends with {status} on signal {}", signal.name()));
                Err(Next::Finish(*status, partings.clone()))
            }
            OnSignal::End(end) => {
                self.log(Level::Notice, &format!("signal {}", signal.name()));
                Err(Next::End(*end))
            }
            OnSignal::PickUp => {
                self.pick_up = true;
                self.log(Level::Notice, &format!("signal {}: a call is picked up", signal.name()));
                Err(Next::End(End::Done))
            }
            OnSignal::HandOver(files, otherwise) => match self.hands_over(caught, files) {
                None => self.obey(caught, otherwise),
                Some(pid) => {
                    self.handed_over = Some(pid);
                    self.log(Level::Notice, &format!("process {pid} hands a call over to us"));
                    let here = self.plan.stages.get(self.at);
                    match here.is_some_and(|stage| stage.ends.iter().any(|(end, _)| *end == End::HandedOver))
                    {
                        true => Err(Next::End(End::HandedOver)),
                        false => Ok(()),
                    }
                }
            },
            OnSignal::Drop => {
                // Said only where it would do something at another time; a hang-up that we made ourselves is no news.
                let here = self.plan.stages.get(self.at).map(|stage| stage.signals.as_slice());
                let asks = matches!(signal, Signal::Usr1 | Signal::Usr2);
                if asks && here.is_some_and(|here| here.iter().any(|(s, _)| *s == signal)) {
                    self.log(Level::Info, &format!("signal {}: not now", signal.name()));
                }
                Ok(())
            }
        }
    }

    /// Root's process that has these locks, while we have not, and sends us this signal.
    fn hands_over(&mut self, caught: Caught, files: &LockFiles) -> Option<i32> {
        let from = caught.from.filter(|from| from.uid == 0 && from.pid > 1)?;
        if self.locks.is_some() {
            return None;
        }
        let LockState::Held(holder) = self.host.look(files).ok()? else { return None };
        let (pid, _) = holder.process.clone()?;
        self.holder = Some(holder);
        (pid == from.pid).then_some(pid)
    }
}
