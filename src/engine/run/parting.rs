//! What is done on the way out of a stage, or of a life.

use super::{Next, Run};
use crate::engine::world::{Host, Moment};
use crate::engine::{audit, stage};
use polygetty_compat::plan::modes::Flag;
use polygetty_compat::plan::stage::{Level, Parting};
use std::time::Duration;

impl<H: Host> Run<'_, H> {
    /// Does what a parting says. A signal in the middle cuts short what takes time, for the life ends anyway; the
    /// line is hung up and its modes are put back all the same.
    pub fn part(&mut self, partings: &[Parting]) {
        let mut hurry = false;
        for parting in partings {
            let done = match parting {
                Parting::Log(level, text) => {
                    self.log(*level, text);
                    Ok(())
                }
                Parting::Audit(pieces) => {
                    let text = audit::entry(self, pieces);
                    self.log(Level::Audit, &text);
                    Ok(())
                }
                Parting::HangUp => {
                    let mut modes = self.entry.initial.clone();
                    modes.speed = Some(0);
                    self.set_modes(&modes);
                    Ok(())
                }
                Parting::PutBack => {
                    if let Some(modes) = self.found.clone() {
                        self.set_modes(&modes);
                    }
                    Ok(())
                }
                Parting::KeepCall => {
                    self.set_initial(&[(Flag::HUPCL, false)]);
                    Ok(())
                }
                Parting::UnlessHeld(files) => match stage::look(self, files) {
                    Ok(None) => Ok(()),
                    Ok(Some(_)) | Err(_) => return,
                },
                _ if hurry => Ok(()),
                Parting::Say(bytes) => self.say(bytes).and_then(|()| self.drain(Duration::from_secs(5))),
                Parting::Chat(chat) => {
                    self.set_initial(&[]);
                    stage::chat(self, chat).map(drop)
                }
                Parting::Pause(time) => self.pause(*time),
                Parting::Guard(life) if self.plan.under_init => {
                    self.pause(Moment(*life).since(self.host.now()))
                }
                Parting::Guard(_) => Ok(()),
            };
            hurry |= matches!(done, Err(Next::Finish(..)));
        }
    }
}
