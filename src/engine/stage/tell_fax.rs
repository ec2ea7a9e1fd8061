//! Tells people and programs of a fax (mgetty, 13.5). What the sender says of itself is a word of its own there, and
//! never a part of a command.

use super::call_program::variables;
use crate::engine::hear::fax_line::meaning;
use crate::engine::run::{Next, Run, Subject};
use crate::engine::world::{ChildNews, Heard, Host, Program, Watch};
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::stage::{Level, ReceiveFax};
use polygetty_compat::source::FilePath;
use std::time::Duration;

/// The longest mail: what a pipe takes at once everywhere.
const LONGEST: usize = 8 << 10;
/// How long the mail program may take, and how long if we are asked to end.
const PATIENCE: Duration = Duration::from_secs(60);
const HURRY: Duration = Duration::from_secs(5);

/// Sends mail, then starts the program, which outlives us. No signal keeps them from it; one that ends us is answered
/// after that.
pub(super) fn tell<H: Host>(
    run: &mut Run<'_, H>,
    fax: &ReceiveFax,
    parameters: &[u8],
    hurry: bool,
) -> Option<Next> {
    let left = fax.mail_to.value.as_deref().and_then(|to| mail(run, fax, to, parameters, hurry));
    start(run, fax);
    left
}

fn mail<H: Host>(
    run: &mut Run<'_, H>,
    fax: &ReceiveFax,
    to: &[u8],
    parameters: &[u8],
    hurry: bool,
) -> Option<Next> {
    let shown = to.escape_ascii().to_string();
    if to.iter().any(u8::is_ascii_control) {
        let origin = run.plan.origin(&fax.mail_to.origin);
        run.log(Level::Error, &format!("no mail can be sent to {shown} ({origin})"));
        return None;
    }
    let words = [fax.mailer.base_name(), b"-t", b"-i"];
    let program = Program {
        path: fax.mailer.clone(),
        arguments: words.iter().map(|word| word.to_vec()).collect(),
        environment: fax.environment.clone(),
        shell: FilePath(Vec::new()),
    };
    let text = text(run, to, parameters);
    let mut child = match run.host.spawn_with(&program, &text) {
        Ok(child) => child,
        Err(why) => {
            let origin = run.plan.origin(&fax.mail_to.origin);
            run.log(Level::Warning, &format!("no mail to {shown}: {}: {why} ({origin})", fax.mailer));
            return None;
        }
    };
    let mut left = None;
    let mut until = run.later(if hurry { HURRY } else { PATIENCE });
    loop {
        let watch = Watch { child: Some(&mut child), ..Watch::nothing() };
        match run.host.wait(watch, Some(until)) {
            Heard::Signal(caught) => {
                if let Err(next) = run.on_signal(caught) {
                    left.get_or_insert(next);
                    until = until.min(run.later(HURRY));
                }
            }
            Heard::Child(ChildNews::Ended(0)) => {
                run.log(Level::Info, &format!("mail to {shown}"));
                return left;
            }
            Heard::Child(ChildNews::Ended(status)) => {
                run.log(Level::Warning, &format!("no mail to {shown}: {} ended with {status}", fax.mailer));
                return left;
            }
            Heard::Child(ChildNews::Killed(signal)) => {
                let text = format!("no mail to {shown}: {} was ended by signal {signal}", fax.mailer);
                run.log(Level::Warning, &text);
                return left;
            }
            Heard::Until => {
                run.log(Level::Warning, &format!("mail to {shown}: {} takes too long", fax.mailer));
                return left;
            }
            _ => {}
        }
    }
}

/// The mail. The sender's name is printable, and the address has no line ends: no header can be added.
fn text<H: Host>(run: &Run<'_, H>, to: &[u8], parameters: &[u8]) -> Vec<u8> {
    let fax = &run.received;
    let sender: &[u8] = if fax.sender.is_empty() { b"(anonymous sender)" } else { &fax.sender };
    let mut text = [b"Subject: fax from ", sender, b"\nTo: ", to, b"\nFrom: root (Fax Getty)\n\n"].concat();
    let result = match (fax.code, fax.pages.len()) {
        (0, 1..) => "A fax was received.".to_owned(),
        (0, 0) => "A fax machine called, and sent no page: +FHNG:0.".to_owned(),
        (code, _) => format!("The fax did not come well: +FHNG:{code} ({}).", meaning(code)),
    };
    text.extend_from_slice(
        format!(
            "{result}\n\nSender:     {}\nPages:      {}\nDevice:     {}\nParameters: {}\nTime:       {}\n",
            String::from_utf8_lossy(sender),
            fax.pages.len(),
            run.line_name(),
            parameters.escape_ascii(),
            fax.time()
        )
        .as_bytes(),
    );
    let files = fax.files();
    if !files.is_empty() {
        text.extend_from_slice(b"\nFiles:\n");
    }
    for (at, path) in files.iter().enumerate() {
        if text.len() + path.as_bytes().len() > LONGEST - 64 {
            text.extend_from_slice(format!("  and {} more\n", files.len() - at).as_bytes());
            break;
        }
        text.extend_from_slice(&[b"  ", path.as_bytes(), b"\n"].concat());
    }
    text.truncate(LONGEST);
    text
}

fn start<H: Host>(run: &mut Run<'_, H>, fax: &ReceiveFax) {
    let path = &fax.program.value;
    let received = &run.received;
    let mut arguments = vec![
        path.as_bytes().to_vec(),
        received.code.to_string().into_bytes(),
        received.sender.clone(),
        received.pages.len().to_string().into_bytes(),
    ];
    arguments.extend(received.files().iter().map(|path| path.as_bytes().to_vec()));
    let environment = fax.environment.iter().cloned().chain(variables(&run.call, fax.tells)).collect();
    let program = Program { path: path.clone(), arguments, environment, shell: "/bin/sh".into() };
    match run.host.let_go(&program) {
        Ok(()) => run.log(Level::Info, &format!("{path} is told of the fax")),
        // Nobody asked for the one that is looked for by itself.
        Err(why) if fax.program.origin == Origin::BuiltIn => {
            run.debug(Subject::RUN, &format!("{path}: {why}"));
        }
        Err(why) => {
            let origin = run.plan.origin(&fax.program.origin);
            run.log(Level::Warning, &format!("cannot run {path}: {why} ({origin})"));
        }
    }
}
