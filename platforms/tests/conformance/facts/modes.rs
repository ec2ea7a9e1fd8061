//! What a new line's modes are, which a pty keeps, and what they do.

use polygetty_platforms::line::{Got, OpenLine};
use polygetty_platforms::modes::read_back;
use polygetty_platforms::symbols::{self, Symbol, Word};

use super::{Fact, Told, Trouble, fact, word};
use crate::lines::{either, got, heard_before, hex, line, listen, raw_line, sent, set, typed};

pub const FACTS: &[Fact] = &[
    fact("input flags of a new pty, beside ICRNL IXON", |_| beside(Word::Input, &["ICRNL", "IXON"])),
    fact("output flags of a new pty, beside OPOST ONLCR", |_| beside(Word::Output, &["OPOST", "ONLCR"])),
    fact("control flags of a new pty, beside CREAD", |_| beside(Word::Control, &["CREAD"])),
    fact("local flags of a new pty, beside the usual", |_| {
        beside(Word::Local, &["ISIG", "ICANON", "IEXTEN", "ECHO", "ECHOE", "ECHOCTL", "ECHOKE"])
    }),
    fact("CSIZE and TABDLY of a new pty", |_| {
        let (_pty, line) = line()?;
        let attrs = line.attrs()?;
        let field = |group| attrs.field(group).unwrap_or("none");
        word(format!("{} {}", field("CSIZE"), field("TABDLY")))
    }),
    fact("flags that a pty does not keep", |_| {
        let mut lost = Vec::new();
        for name in flags() {
            let (_pty, line) = line()?;
            let kept = set(&line, &[name])?.is_some_and(|attrs| attrs.flag(name) == Some(true));
            if !kept {
                lost.push(name);
            }
        }
        word(if lost.is_empty() { "none".to_owned() } else { lost.join(" ") })
    }),
    fact("modes set again as they were read", |_| {
        let (_pty, line) = line()?;
        let before = line.attrs()?;
        line.set_attrs(&before)?;
        word(either(line.attrs()? == before, "the same", "others"))
    }),
    fact("CLOCAL HUPCL CSTOPB CRTSCTS on a pty", |_| kept(&["CLOCAL", "HUPCL", "CSTOPB", "CRTSCTS"])),
    fact("CS7 on a pty", |_| kept(&["CS7"])),
    fact("PARENB on a pty", |_| kept(&["PARENB"])),
    fact("CREAD cleared on a pty", |_| kept(&["-CREAD"])),
    fact("IUTF8 on a pty", |_| kept(&["IUTF8"])),
    fact("an eighth bit typed at CS7", |_| typing(&["CS7"], b"\xc1")),
    fact("an eighth bit typed under ISTRIP", |_| typing(&["ISTRIP"], b"\xc1")),
    fact("ff typed under PARMRK", |_| typing(&["PARMRK"], b"\xff")),
    fact("ff typed under PARMRK and ISTRIP", |_| typing(&["PARMRK", "ISTRIP"], b"\xff")),
    fact("00 typed under PARMRK", |_| typing(&["PARMRK"], b"\0")),
    fact("A typed under IUCLC", |_| typing(&["IUCLC"], b"A")),
    fact("A typed under IUCLC and IEXTEN", |_| typing(&["IUCLC", "IEXTEN"], b"A")),
    fact("CR typed under ICRNL", |_| typing(&["ICRNL"], b"\r")),
    fact("NL typed under INLCR", |_| typing(&["INLCR"], b"\n")),
    fact("CR typed under IGNCR", |_| typing(&["IGNCR"], b"\r")),
    fact("a sent under OLCUC", |_| sending(&["OPOST", "OLCUC"], b"a")),
    fact("NL sent under ONLCR", |_| sending(&["OPOST", "ONLCR"], b"\n")),
    fact("CR sent under OCRNL", |_| sending(&["OPOST", "OCRNL"], b"\r")),
    fact("TAB sent under TAB3", |_| sending(&["OPOST", "TAB3"], b"1234567\t")),
    fact("what is typed under ECHO", |_| {
        let (pty, line) = raw_line()?;
        let _ = set(&line, &["ECHO"])?;
        pty.write(b"ab")?;
        word(hex(&heard_before(&pty, b'b')?))
    }),
    fact("output after XOFF under IXON", |_| {
        let (pty, line) = raw_line()?;
        let _ = set(&line, &["IXON", "-IXANY"])?;
        typed(&pty, &line, b"\x13")?;
        let taken = line.write(b"a")?;
        let stopped = pty.read(&mut [0; 8]).is_err();
        typed(&pty, &line, b"\x11")?;
        // Where the line takes nothing while it is stopped, what is sent after it is heard.
        let heard = sent(&line, &pty, if taken == 0 { b"a" } else { b"" })?;
        word(if stopped && heard == b"a" { "waits for XON" } else { "is not stopped" })
    }),
    fact("half a line typed before raw modes", |_| {
        let (pty, line) = line()?;
        let _ = set(&line, &["-ECHO"])?;
        pty.write(b"name")?;
        // Whatever has arrived: in canonical modes nothing can be read yet.
        let early = got(line.read(&mut [0; 8]));
        line.set_attrs(&line.attrs()?.raw())?;
        let after = typed(&pty, &line, b"")?;
        word(if after == b"name" { "readable".to_owned() } else { format!("{early}, then {}", hex(&after)) })
    }),
    fact("an end-of-file character typed", |_| {
        let (pty, line) = line()?;
        let _ = set(&line, &["ICANON"])?;
        pty.write(b"\x04")?;
        loop {
            match line.read(&mut [0; 8])? {
                Got::End => return word("end"),
                Got::Bytes(_) => return word("a byte"),
                Got::Nothing => listen(&line)?,
            }
        }
    }),
];

/// Which flags a new pty has set besides those that all systems agree on; `-NAME`: one of these is not set.
fn beside(of: Word, usual: &[&str]) -> Told {
    let (_pty, line) = line()?;
    let attrs = line.attrs()?;
    let missing = usual.iter().filter(|name| attrs.flag(name) != Some(true)).map(|name| format!("-{name}"));
    let more = flags()
        .filter(|name| matches!(symbols::symbol(name), Symbol::Flag { word, .. } if word == of))
        .filter(|name| !usual.contains(name) && *name != "CSIZE" && !name.ends_with("DLY"))
        .filter(|name| attrs.flag(name) == Some(true))
        .map(str::to_owned);
    let all: Vec<String> = missing.chain(more).collect();
    word(if all.is_empty() { "none".to_owned() } else { all.join(" ") })
}

/// All single flags of this system: no fields, no states that the line reports.
fn flags() -> impl Iterator<Item = &'static str> {
    symbols::names().filter(|name| {
        matches!(symbols::symbol(name), Symbol::Flag { .. }) && !["FLUSHO", "PENDIN"].contains(name)
    })
}

/// `kept`, or what the line has instead.
fn kept(flags: &[&str]) -> Told {
    let (_pty, line) = line()?;
    let mut attrs = line.attrs()?;
    for flag in flags {
        let (name, on) = flag.strip_prefix('-').map_or((*flag, true), |name| (name, false));
        if !attrs.set_flag(name, on).is_done() {
            return word("no bit");
        }
    }
    line.set_attrs(&attrs)?;
    let lost = read_back(&attrs, &line.attrs()?);
    let instead: Vec<String> = lost.into_iter().map(|difference| difference.kept).collect();
    word(if instead.is_empty() { "kept".to_owned() } else { instead.join(" ") })
}

/// Raw modes and these; what then comes through of what is typed.
fn typing(flags: &[&str], bytes: &[u8]) -> Told {
    let (pty, line) = raw_line()?;
    if !is_set(&line, flags)? {
        return word("no bit");
    }
    let got = typed(&pty, &line, bytes)?;
    word(if got.is_empty() { "nothing".to_owned() } else { hex(&got) })
}

/// Raw modes and these; what then comes through of what is sent.
fn sending(flags: &[&str], bytes: &[u8]) -> Told {
    let (pty, line) = raw_line()?;
    if !is_set(&line, flags)? {
        return word("no bit");
    }
    word(hex(&sent(&line, &pty, bytes)?))
}

fn is_set(line: &OpenLine, flags: &[&str]) -> Result<bool, Trouble> {
    Ok(set(line, flags)?.is_some())
}
