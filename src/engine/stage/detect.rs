//! Programs that call in place of a person, told by their first bytes (SCO, 7).

use super::admit::ours;
use crate::engine::hear::signature::SignatureFinder;
use crate::engine::run::{Chosen, Ear, Next, Run, Subject};
use crate::engine::world::{FileError, Host, Program};
use polygetty_compat::plan::modes::{Field, Flag, Modes, Value};
use polygetty_compat::plan::stage::{Act, Acts, Detect, End, Level};

/// Listens, or chooses without listening.
pub(super) fn detect<H: Host>(run: &mut Run<'_, H>, detect: &Detect) -> Result<End, Next> {
    let acts = read(run, detect);
    let Some(window) = &detect.window else {
        let act = acts.acts.iter().find(|act| act.protocol == detect.protocol);
        return Ok(match act {
            Some(act) => choose(run, detect, act),
            None => {
                let (file, protocol) = (&detect.file.value, detect.protocol.escape_ascii());
                let text = format!("a {protocol} call, and {file} has no entry {protocol} that can be used");
                let write = format!("write: {protocol}:/PROGRAM:ARGUMENTS:");
                run.log(Level::Error, &format!("{text}; {write}"));
                End::Missed
            }
        });
    };
    if acts.acts.iter().all(|act| act.bytes.is_empty()) {
        run.first_byte = None;
        return Ok(End::Done);
    }
    let modes = raw(&run.entry.initial);
    run.set_modes(&modes);
    run.debug(
        Subject::RUN,
        &format!(
            "listens for programs that call, {}.{} s",
            window.value.as_secs(),
            window.value.subsec_millis() / 100
        ),
    );
    // Whoever types meanwhile is a person, and may type a password.
    run.secret = true;
    let heard = listen(run, &acts.acts, window.value);
    run.secret = false;
    match heard? {
        Some(act) => Ok(choose(run, detect, act)),
        None => {
            run.debug(Subject::RUN, "no program calls");
            run.set_initial(&[]);
            run.discard();
            Ok(End::Done)
        }
    }
}

fn listen<'a, H: Host>(
    run: &mut Run<'_, H>,
    acts: &'a [Act],
    window: std::time::Duration,
) -> Result<Option<&'a Act>, Next> {
    let until = run.later(window);
    let mut finder = SignatureFinder::new(acts);
    if let Some(act) = run.first_byte.take().and_then(|byte| finder.feed(byte)) {
        return Ok(Some(act));
    }
    loop {
        match run.hear(Some(until))? {
            Ear::Byte(byte) => {
                if let Some(act) = finder.feed(byte) {
                    return Ok(Some(act));
                }
            }
            Ear::Until => return Ok(None),
            Ear::HungUp => return Err(Next::End(End::HungUp)),
        }
    }
}

/// All eight bits as they come.
fn raw(initial: &Modes) -> Modes {
    let mut modes = initial.clone();
    modes.set_all(&[Flag::ICRNL, Flag::IXON, Flag::ISTRIP, Flag::PARENB], false);
    if modes.value(Field::CharSize).is_some() {
        modes.put(Value::CS8);
    }
    modes
}

fn read<H: Host>(run: &mut Run<'_, H>, detect: &Detect) -> Acts {
    let path = &detect.file.value;
    match run.host.file(path, detect.limit) {
        Ok(text) => {
            let acts = (detect.read.0)(path, &ours(text, detect.trusted));
            for finding in &acts.findings {
                run.log(Level::Warning, finding);
            }
            acts
        }
        Err(FileError::Absent) => {
            let text =
                format!("there is no {path}: no program that calls is recognised, and people are asked");
            run.log(Level::Notice, &text);
            Acts::default()
        }
        Err(FileError::Failed(why)) => {
            run.log(Level::Error, &format!("cannot read {path}: {why}; no program that calls is recognised"));
            Acts::default()
        }
    }
}

fn choose<H: Host>(run: &mut Run<'_, H>, detect: &Detect, act: &Act) -> End {
    let text = format!("{} calls: {} ({})", act.protocol.escape_ascii(), act.program, act.place);
    run.debug(Subject::RUN, &text);
    let name = act.program.base_name().to_vec();
    let mut environment = detect.environment.clone();
    environment.push((b"GETTY_PROTOCOL".to_vec(), act.protocol.clone()));
    let program = Program {
        path: act.program.clone(),
        arguments: std::iter::once(name).chain(act.arguments.iter().cloned()).collect(),
        environment,
        shell: "/bin/sh".into(),
    };
    run.chosen = Some(Chosen { program, origin: act.place.clone() });
    End::Machine
}
