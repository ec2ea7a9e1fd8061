//! Two calls for SCO's getty: a program's, told by its first bytes, and a person's, whose terminal has capitals only.

use super::far_end::FarEnd;
use super::files::{LOGIN, PPP};
use super::login::{Ran, read_note};
use super::show::Way;
use super::{Failed, say};
use std::path::Path;

/// As init starts it: any name goes to login, what is typed early counts, 2 s for a program's first bytes.
const WORDS: &[&str] = &["sco_getty", "-A", "-n", "-s", "20", "-x", "1", "m", "vt100"];

/// What the scripted caller types, and the name that this is.
const TYPED: &str = "ANNA";
const NAME: &str = "anna";

/// Plays both calls. `ours`: the login program tells how it was called.
pub(super) fn play(root: &Path, ours: bool) -> Result<(), Failed> {
    let mut end = FarEnd::begin(root, WORDS, Way::Cable, |line| {
        format!("Two calls come in on /dev/{line}, and SCO's getty takes them.")
    })?;
    let command_line = end.command_line();
    end.remark(&command_line);
    let status = program_calls(&mut end)?;
    let ppp = read_note(root, &PPP);
    let (line, person) = (end.line.clone(), end.person);
    let right = |ran: &Ran| ran.line == line && ran.words == ["ppp", "-u", "nppp"] && ran.protocol == "PPP";
    let ppp = of("PPP", ppp, right, status)?;

    end.again(status)?;
    let status = person_calls(&mut end)?;
    drop(end);
    say(&format!("\nPPP program ran as:   {}", ppp.words.join(" ")));
    say(&format!("  on /dev/{}, {} bit/s, GETTY_PROTOCOL={}", ppp.line, ppp.speed, ppp.protocol));
    if !ours {
        let why = || Failed::Act(format!("the login program ended with {status}"));
        return if status == 0 { Ok(()) } else { Err(why()) };
    }
    let typed = |ran: &Ran| person || (ran.name() == NAME && ran.maps_case != Some(false));
    let login = of("login", read_note(root, &LOGIN), |ran| ran.line == line && typed(ran), status)?;
    let mapped = if login.maps_case == Some(true) { ", case mapped (IUCLC, OLCUC)" } else { "" };
    say(&format!("Login program ran as: {}", login.words.join(" ")));
    say(&format!("  on /dev/{}, {} bit/s, TERM={}{mapped}", login.line, login.speed, login.term));
    Ok(())
}

/// What a program noted, if it ran as it should.
fn of(which: &str, ran: Option<Ran>, right: impl FnOnce(&Ran) -> bool, status: i32) -> Result<Ran, Failed> {
    match ran {
        None => Err(Failed::Act(format!("the {which} program did not run; sco_getty ended with {status}"))),
        Some(ran) if !right(&ran) => {
            let (words, line, case) = (ran.words.join(" "), &ran.line, ran.maps_case);
            let case = if case == Some(false) { ", case not mapped" } else { "" };
            Err(Failed::Act(format!("the {which} program ran as {words} on {line}{case}")))
        }
        Some(ran) => Ok(ran),
    }
}

/// The first life: a program speaks as soon as getty listens.
fn program_calls(end: &mut FarEnd) -> Result<i32, Failed> {
    loop {
        let status = end.ended()?;
        if look(end)? {
            end.speak_ppp()?;
        }
        if end.has_heard(b"login: ") {
            return Err(Failed::Act("PPP called, and was asked for a name like a person".into()));
        }
        match status {
            Some(status) => return Ok(status),
            None => end.rest()?,
        }
    }
}

/// The second: a person types, in capitals, until there is a session.
fn person_calls(end: &mut FarEnd) -> Result<i32, Failed> {
    let mut typed = 0;
    loop {
        let status = end.ended()?;
        look(end)?;
        if let Some(status) = status {
            return Ok(status);
        }
        if end.person {
            end.hand_over("type a name; twice in capitals, case is mapped")?;
        } else if end.prompted() {
            match typed {
                0 => {}
                1 if end.has_heard(b"lower case") => {}
                1 => return Err(Failed::Act("nobody asked the caller for lower case".into())),
                _ => return Err(Failed::Act("the caller is asked for a name a third time".into())),
            }
            typed += 1;
            end.type_name(TYPED)?;
        }
        end.rest()?;
    }
}

/// Shows what getty did and said meanwhile; whether it has begun to listen.
fn look(end: &mut FarEnd) -> Result<bool, Failed> {
    // Heard before the log is read, and shown after it: what is logged before it is said stands first.
    let said = end.hear();
    let mut listens = false;
    for line in end.logged() {
        let told = ["D_RUN: ", "D_GTAB: "].iter().find_map(|subject| line.split_once(subject));
        let Some((_, text)) = told else { continue };
        listens |= text.starts_with("listens ");
        let shown = ["listens ", "PPP calls: ", "no program calls", "upper-case "];
        if shown.iter().any(|start| text.starts_with(start)) {
            end.remark(text);
        }
    }
    if !said.is_empty() {
        end.caller_reads(&said)?;
    }
    Ok(listens)
}
