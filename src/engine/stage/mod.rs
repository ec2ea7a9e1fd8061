//! One function per stage, each as the manual says it.

mod chat;
mod detect;
mod dialer;
mod greet;
mod line;
mod lock;
mod login;
mod name;
mod node;
mod ringback;
mod schedule;
mod wait;
mod words;

use super::Outcome;
use super::run::{Next, Run};
use super::world::Host;
use polygetty_compat::plan::stage::Stage;

/// Performs a stage.
pub(super) fn perform<H: Host>(run: &mut Run<'_, H>, stage: &Stage) -> Result<Outcome<H::Became>, Next> {
    let end = match stage {
        Stage::Own(own) => node::own(run, own),
        Stage::Account(account) => node::account(run, account),
        Stage::Revoke => node::revoke(run),
        Stage::Open(open) => line::open(run, open)?,
        Stage::Close => line::close(run),
        Stage::TakeTerminal(take) => line::take_terminal(run, take)?,
        Stage::HangUp(hang_up) => line::hang_up(run, hang_up)?,
        Stage::Modes(set) => line::modes(run, set)?,
        Stage::Settle(settle) => line::settle(run, settle)?,
        Stage::Chat(chat) => chat::chat(run, chat)?,
        Stage::Answer(answer) => chat::answer(run, answer)?,
        Stage::AwaitByte(wait) => wait::byte(run, wait)?,
        Stage::AwaitText(text) => wait::text(run, text)?,
        Stage::AwaitCarrier(wait) => wait::carrier(run, wait)?,
        Stage::Greet(greet) => greet::greet(run, greet)?,
        Stage::ReadName(read) => name::read_name(run, read)?,
        Stage::ReadWords(read) => words::read_words(run, read)?,
        Stage::Login(login) => return login::login(run, login),
        Stage::AwaitFree(free) => lock::await_free(run, free)?,
        Stage::Lock(take) => lock::lock(run, take),
        Stage::Unlock => lock::unlock(run),
        Stage::AwaitTaken(wait) => lock::await_taken(run, wait)?,
        Stage::RunDialer(dialer) => dialer::run_dialer(run, dialer)?,
        Stage::Detect(detect) => detect::detect(run, detect)?,
        Stage::Schedule(schedule) => schedule::schedule(run, schedule)?,
        Stage::Ringback(ringback) => ringback::ringback(run, ringback)?,
    };
    Ok(Outcome::End(end))
}
