//! Login records, in files of the fact's own.

use std::fs;
use std::path::Path;

use polygetty_platforms::account::{Files, Kind, Record, login_record};
use polygetty_platforms::{Did, clock, paths, process};

use super::{Bench, Fact, Trouble, fact, word};
use crate::lines::either;

pub const FACTS: &[Fact] = &[
    fact("a login record", |bench| {
        let files = files(bench)?;
        let answer = write(&files, process::pid())?;
        word(if answer == "done" && length(files.utmp.as_deref()) > 0 { "written" } else { &answer })
    }),
    fact("a login record in the history", |bench| {
        let files = files(bench)?;
        write(&files, process::pid())?;
        let once = length(files.wtmp.as_deref());
        write(&files, process::pid())?;
        let twice = length(files.wtmp.as_deref());
        word(match (once, twice) {
            (0, _) => "is not written",
            (once, twice) if twice == 2 * once => "is appended",
            _ => "is lost",
        })
    }),
    fact("a second record of the same process", |bench| number(bench, process::pid(), Some(b"S9"))),
    fact("a record of another process", |bench| number(bench, process::pid() + 1, None)),
    fact("a record of somebody on a line", |bench| {
        let files = files(bench)?;
        let answer = told(&somebody(process::pid()), &files)?;
        word(if answer == "done" && length(files.utmp.as_deref()) > 0 { "written" } else { &answer })
    }),
    fact("a login record of who had the line", |bench| {
        let files = files(bench)?;
        let record = somebody(process::pid());
        told(&record, &files)?;
        let one = length(files.utmp.as_deref());
        told(&Record { kind: Kind::Login, id: Some(b"S9".to_vec()), ..record }, &files)?;
        word(match length(files.utmp.as_deref()) {
            0 => "no record",
            both if both == one => "replaces the first",
            _ => "stands beside the first",
        })
    }),
    fact("a login record without a database", |bench| {
        let files =
            Files { utmp: Some(bench.dir.join("utmpx.none")), wtmp: Some(bench.dir.join("wtmpx.none")) };
        let answer = write(&files, process::pid())?;
        let made = [&files.utmp, &files.wtmp].into_iter().flatten().any(|file| file.exists());
        word(either(made, "makes one", &answer))
    }),
    fact("where the locks are", |_| word(paths().lock_dir)),
    fact("where the records are", |_| word(paths().utmp)),
    fact("where the login program is", |_| word(paths().login)),
];

/// Empty ones. illumos takes only names that end in x.
fn files(bench: &Bench) -> Result<Files, Trouble> {
    let (utmp, wtmp) = (bench.dir.join("utmpx"), bench.dir.join("wtmpx"));
    fs::write(&utmp, "")?;
    fs::write(&wtmp, "")?;
    Ok(Files { utmp: Some(utmp), wtmp: Some(wtmp) })
}

fn length(file: Option<&Path>) -> u64 {
    file.and_then(|file| file.metadata().ok()).map_or(0, |facts| facts.len())
}

fn write(files: &Files, pid: i32) -> Result<String, Trouble> {
    write_as(files, pid, None)
}

fn write_as(files: &Files, pid: i32, id: Option<&[u8]>) -> Result<String, Trouble> {
    // Two lines, so that only the process can be what joins two records.
    let line = if id.is_some() { b"ttyS9".to_vec() } else { format!("ttyS{}", pid % 7).into_bytes() };
    let (id, user) = (id.map(<[u8]>::to_vec), b"LOGIN".to_vec());
    let record = Record { kind: Kind::Login, line, id, user, host: Vec::new(), pid, at: clock::wall() };
    told(&record, files)
}

fn somebody(pid: i32) -> Record {
    let (line, user, host) = (b"ttyS1".to_vec(), b"dialout".to_vec(), b"cu -l ttyS1".to_vec());
    Record { kind: Kind::User, line, id: None, user, host, pid, at: clock::wall() }
}

fn told(record: &Record, files: &Files) -> Result<String, Trouble> {
    Ok(match login_record(record, files)? {
        Did::Done => "done".to_owned(),
        Did::Unsupported(_) => "unsupported".to_owned(),
    })
}

/// How many records there are after a first one of this process and this second one.
fn number(bench: &Bench, pid: i32, id: Option<&[u8]>) -> super::Told {
    let files = files(bench)?;
    write(&files, process::pid())?;
    let one = length(files.utmp.as_deref());
    write_as(&files, pid, id)?;
    word(match length(files.utmp.as_deref()).checked_div(one) {
        None => "no record",
        Some(1) => "replaces the first",
        Some(2) => "stands beside the first",
        Some(_) => "is not whole",
    })
}
