//! Whoever started us: standard input and output, and leaving them.

use crate::engine::world::{Caught, Said, Sender};
use platforms::line::OpenLine;
use platforms::wait::{Heard, Signals, Watch};
use platforms::{Errno, process};
use polygetty_compat::plan::stage::Signal;
use polygetty_platforms as platforms;
use std::io::{BufRead, ErrorKind, Write};
use std::os::fd::AsFd;

/// Says something.
pub(super) fn tell(text: &[u8]) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text).and_then(|()| out.flush()); // who does not listen misses it
}

/// Says why we end.
pub(super) fn warn(why: &str) {
    let _ = writeln!(std::io::stderr(), "{why}");
}

/// Waits for something to be said.
pub(super) fn hear(signals: &Signals) -> Said {
    let input = std::io::stdin();
    loop {
        let watch = Watch { line: Some(input.as_fd()), readable: true, ..Watch::default() };
        match signals.wait(&watch, None) {
            Heard::Signal(signal) => {
                if let Some(caught) = caught(signal) {
                    return Said::Signal(caught);
                }
            }
            Heard::Readable => {
                let mut lock = input.lock();
                match lock.fill_buf().map(<[u8]>::to_vec) {
                    Ok(bytes) if bytes.is_empty() => return Said::End,
                    Ok(bytes) => {
                        lock.consume(bytes.len());
                        return Said::Bytes(bytes);
                    }
                    Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                    Err(_) => return Said::End,
                }
            }
            Heard::HungUp => return Said::End,
            Heard::Child | Heard::Carrier(_) | Heard::Writable | Heard::Until => {}
        }
    }
}

/// A signal as the engine knows it; None: it means nothing to it.
pub(super) fn caught(caught: platforms::wait::Caught) -> Option<Caught> {
    let signal = match caught.signal {
        platforms::Signal::SIGHUP => Signal::Hup,
        platforms::Signal::SIGINT => Signal::Int,
        platforms::Signal::SIGQUIT => Signal::Quit,
        platforms::Signal::SIGTERM => Signal::Term,
        platforms::Signal::SIGUSR1 => Signal::Usr1,
        platforms::Signal::SIGUSR2 => Signal::Usr2,
        _ => return None,
    };
    let from = caught.from.map(|sender| Sender { pid: sender.pid, uid: sender.uid });
    Some(Caught { signal, from })
}

/// Goes on in a child of init, in a session of its own, with nothing of the terminal.
pub(super) fn leave() -> Result<(), Errno> {
    process::detach()?;
    OpenLine::leave_standard()?;
    process::settle();
    Ok(())
}
