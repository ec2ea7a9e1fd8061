//! One function per stage, each as the manual says it.

mod admit;
mod ask_name;
mod bundle_fax;
mod by_rule;
mod call_program;
mod callback;
mod chat;
mod command;
mod detect;
mod dialer;
mod fax;
mod greet;
mod line;
mod lock;
mod login;
mod name;
mod node;
mod parent;
mod receive_fax;
mod ringback;
mod rings;
mod schedule;
mod settle;
mod supervise;
mod tell_fax;
mod told;
mod wait;
mod words;

use super::Outcome;
use super::run::{Next, Run};
use super::world::{Holder, Host};
use polygetty_compat::plan::stage::{End, LockFiles, RunChat, Stage};

/// Performs a stage.
pub(super) fn perform<'a, H: Host>(
    run: &mut Run<'a, H>,
    stage: &'a Stage,
) -> Result<Outcome<H::Became>, Next> {
    let end = match stage {
        Stage::PidFile(file) => node::pid_file(run, file),
        Stage::Own(own) => node::own(run, own),
        Stage::Account(account) => node::account(run, account),
        Stage::Revoke => node::revoke(run),
        Stage::Open(open) => line::open(run, open)?,
        Stage::Close => line::close(run),
        Stage::TakeTerminal(take) => line::take_terminal(run, take)?,
        Stage::HangUp(hang_up) => line::hang_up(run, hang_up)?,
        Stage::Modes(set) => line::modes(run, set)?,
        Stage::Settle(settle) => settle::settle(run, settle)?,
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
        Stage::AwaitRing(wait) => rings::rings(run, wait)?,
        Stage::Ringback(ringback) => ringback::ringback(run, ringback)?,
        Stage::AwaitModem(wait) => line::await_modem(run, wait)?,
        Stage::PrepareFax(fax) => fax::prepare(run, fax)?,
        Stage::ReceiveFax(fax) => receive_fax::receive(run, fax)?,
        Stage::Connected(what) => admit::connected(run, what),
        Stage::AdmitCall(admit) => admit::admit(run, admit)?,
        Stage::Listen(listen) => admit::listen(run, listen),
        Stage::AskName(ask) => ask_name::ask_name(run, ask)?,
        Stage::LoginByRule(login) => return by_rule::login(run, login),
        Stage::Ask(ask) => callback::ask(run, ask)?,
        Stage::Detach(detach) => callback::detach(run, detach)?,
        Stage::Delay(delay) => callback::delay(run, delay)?,
        Stage::ChooseLine(choose) => callback::choose_line(run, choose)?,
        Stage::Dial(dial) => callback::dial(run, dial)?,
        Stage::HandOver(hand_over) => callback::hand_over(run, hand_over)?,
        Stage::TakeCall(take) => callback::take_call(run, take)?,
        Stage::TellParent => parent::tell(run),
        Stage::TellSpeed(tell) => return Err(parent::tell_speed(run, tell)),
    };
    Ok(Outcome::End(end))
}

/// Runs a chat as a part of leaving a stage.
pub(super) fn chat<H: Host>(run: &mut Run<'_, H>, stage: &RunChat) -> Result<End, Next> {
    chat::chat(run, stage)
}

/// Somebody else who has the line now, if anybody has.
pub(super) fn look<H: Host>(run: &mut Run<'_, H>, files: &LockFiles) -> Result<Option<Holder>, End> {
    lock::look(run, files)
}
