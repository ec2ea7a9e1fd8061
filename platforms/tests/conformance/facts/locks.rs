//! Lock files, and the lock on an open line.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::time::{Duration, SystemTime};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use polygetty_platforms::Os;
use polygetty_platforms::line::OpenLine;
use polygetty_platforms::lock::{Format, LockError, Locks, State, Taken, look, names, take};
use polygetty_platforms::process::{self, become_program};
use polygetty_platforms::pty::Pty;

use super::{Bench, Fact, Part, Told, Trouble, fact, word};
use crate::lines::{either, line};
use crate::options;
use crate::players::Player;

const NAME: &str = "LCK..x";

pub const FACTS: &[Fact] = &[
    fact("a lock's contents", |bench| {
        let _locks = ours(bench)?;
        let bytes = fs::read(bench.dir.join(NAME))?;
        let is_usual = bytes == format!("{:>10}\n", process::pid()).into_bytes();
        word(if is_usual { "ten columns and a newline".to_owned() } else { format!("{bytes:?}") })
    }),
    fact("a lock's mode", |bench| {
        let _locks = ours(bench)?;
        word(format!("{:o}", fs::metadata(bench.dir.join(NAME))?.mode() & 0o7777))
    }),
    fact("locks of ttyS1", |_| named("ttyS1")),
    fact("locks of cuau1", |_| named("cuau1")),
    fact("locks of ttyu1", |_| named("ttyu1")),
    fact("locks of term/a", |_| named("term/a")),
    fact("locks of pts/3", |_| named("pts/3")),
    fact("a lock of a living process", |bench| {
        let player = Player::start("nobody", &[])?;
        fs::write(bench.dir.join(NAME), Format::Ascii.contents(player.pid()))?;
        tried(&bench.dir)
    }),
    fact("a binary lock of a living process", |bench| {
        let player = Player::start("nobody", &[])?;
        fs::write(bench.dir.join(NAME), Format::Binary.contents(player.pid()))?;
        tried(&bench.dir)
    }),
    fact("a short lock of a living process", |bench| {
        let player = Player::start("nobody", &[])?;
        fs::write(bench.dir.join(NAME), format!("{}\n", player.pid()))?;
        tried(&bench.dir)
    }),
    fact("a lock of a dead process", |bench| {
        fs::write(bench.dir.join(NAME), Format::Ascii.contents(dead()?))?;
        tried(&bench.dir)
    }),
    fact("an empty lock, just made", |bench| {
        fs::write(bench.dir.join(NAME), "")?;
        tried(&bench.dir)
    }),
    fact("an empty lock, an hour old", |bench| {
        let file = File::create(bench.dir.join(NAME))?;
        file.set_modified(SystemTime::now() - Duration::from_secs(3600))?;
        tried(&bench.dir)
    }),
    fact("a lock that is no number, just made", |bench| {
        fs::write(bench.dir.join(NAME), "rubbish")?;
        tried(&bench.dir)
    }),
    fact("a symbolic link in a lock's place", |bench| {
        let target = bench.dir.join("target");
        fs::write(&target, Format::Ascii.contents(dead()?))?;
        let before = fs::read(&target)?;
        symlink(&target, bench.dir.join(NAME))?;
        let answer = tried(&bench.dir)?;
        word(if fs::read(&target)? == before { answer } else { "followed".to_owned() })
    }),
    fact("a FIFO in a lock's place", |bench| {
        mkfifo(&bench.dir.join(NAME), Mode::S_IRWXU)?;
        tried(&bench.dir)
    }),
    fact("a directory in a lock's place", |bench| {
        fs::create_dir(bench.dir.join(NAME))?;
        tried(&bench.dir)
    }),
    fact("a missing directory of locks", |bench| tried(&bench.dir.join("no"))),
    fact("a lock given back", |bench| {
        drop(ours(bench)?);
        word(either(bench.dir.join(NAME).exists(), "left", "removed"))
    }),
    fact("a lock given back that somebody else has taken over", |bench| {
        let player = Player::start("nobody", &[])?;
        let locks = ours(bench)?;
        let theirs = bench.dir.join("theirs");
        fs::write(&theirs, Format::Ascii.contents(player.pid()))?;
        fs::rename(&theirs, bench.dir.join(NAME))?;
        let lost = !locks.still_ours();
        drop(locks);
        word(either(lost && bench.dir.join(NAME).exists(), "left", "removed"))
    }),
    fact("a lock after its process became another program", |bench| {
        let mut player = Player::start("locked login", &[bench.dir.as_os_str()])?;
        player.tell("name")?;
        player.hear()?;
        let names = [NAME.as_bytes().to_vec()];
        word(match look(&bench.dir, &names)? {
            State::Held(holder) if holder.pid == Some(player.pid()) => "holds",
            _ => "does not hold",
        })
    }),
    fact("two names, one of them held", |bench| {
        let player = Player::start("nobody", &[])?;
        fs::write(bench.dir.join("LCK..b"), Format::Ascii.contents(player.pid()))?;
        let names = [b"LCK..a".to_vec(), b"LCK..b".to_vec()];
        let held = matches!(take(&bench.dir, &names, Format::Ascii, 0o444)?, Taken::Held(_));
        word(either(held && !bench.dir.join("LCK..a").exists(), "none taken", "one taken"))
    }),
    fact("four at a free lock", |bench| raced(bench, None)),
    fact("four at a stale lock", |bench| raced(bench, Some(dead()?))),
    fact("claiming a line that another process claims", |_| {
        let pty = Pty::open()?;
        let _spare = pty.open_spare_slave()?;
        let mut player = Player::start("claimer", &[pty.slave_path().as_os_str()])?;
        player.hear()?;
        let line = OpenLine::open(pty.slave_path())?;
        word(either(line.claim(true)?, "ours", "held"))
    }),
    fact("claiming a line that was given up", |_| {
        let pty = Pty::open()?;
        let _spare = pty.open_spare_slave()?;
        let mut player = Player::start("claimer", &[pty.slave_path().as_os_str()])?;
        player.hear()?;
        player.end()?;
        let line = OpenLine::open(pty.slave_path())?;
        word(either(line.claim(true)?, "ours", "held"))
    }),
    fact("claiming a line twice in one process", |_| {
        let (pty, first) = line()?;
        let second = OpenLine::open(pty.slave_path())?;
        first.claim(true)?;
        word(either(second.claim(true)?, "ours", "held"))
    }),
];

pub const PARTS: &[(&str, Part)] = &[
    ("racer", |stage| {
        let dir = stage.argument(0)?.to_owned();
        stage.say("ready")?;
        while stage.hear()?.is_some() {
            let taken = attempt(&dir)?;
            stage.say(match &taken {
                Taken::Ours(_) => "ours",
                Taken::Held(_) => "held",
            })?;
            // Holds it until all have tried.
            stage.hear()?;
            drop(taken);
            stage.say("ready")?;
        }
        Ok(())
    }),
    ("claimer", |stage| {
        let line = OpenLine::open(stage.argument(0)?)?;
        stage.say(if line.claim(true)? { "ours" } else { "held" })?;
        stage.hear()?;
        Ok(())
    }),
    ("locked login", |stage| {
        let locks = attempt(stage.argument(0)?)?;
        let argv = ["login", options::PART, "inspector"].map(|word| word.as_bytes().to_vec());
        let errno = become_program(&std::env::current_exe()?, &argv, &[]);
        drop(locks);
        Err(format!("still here: {errno}").into())
    }),
];

/// The names of a line's lock files here, beside those made of device numbers.
fn named(line: &str) -> Told {
    let names = names(Os::HERE, line.as_bytes(), &[]);
    word(names.iter().map(|name| String::from_utf8_lossy(name)).collect::<Vec<_>>().join(" "))
}

fn attempt(dir: &Path) -> Result<Taken, LockError> {
    take(dir, &[NAME.as_bytes().to_vec()], Format::Ascii, 0o444)
}

fn ours(bench: &Bench) -> Result<Locks, Trouble> {
    match attempt(&bench.dir)? {
        Taken::Ours(locks) => Ok(locks),
        Taken::Held(_) => Err("the lock is held".into()),
    }
}

/// What comes of an attempt: `held`, `taken over` (a stale one was removed), `taken`, `refused`.
fn tried(dir: &Path) -> Told {
    word(match attempt(dir) {
        Ok(Taken::Held(_)) => "held".to_owned(),
        Ok(Taken::Ours(locks)) => either(locks.stale.is_empty(), "taken", "taken over"),
        Err(LockError::Odd { .. }) => "refused".to_owned(),
        Err(LockError::System { errno, .. }) => format!("{errno:?}"),
    })
}

/// The number of a process that has ended.
fn dead() -> Result<i32, Trouble> {
    let player = Player::start("nobody", &[])?;
    let number = player.pid();
    player.end()?;
    Ok(number)
}

const RACERS: usize = 4;
const ROUNDS: usize = 20;

/// How many of four have the lock when all have tried, in the worst of some rounds.
fn raced(bench: &Bench, stale: Option<i32>) -> Told {
    let arguments: [&OsStr; 1] = [bench.dir.as_os_str()];
    let mut racers = Vec::new();
    for _ in 0..RACERS {
        racers.push(Player::start("racer", &arguments)?);
    }
    for round in 1..=ROUNDS {
        for racer in &mut racers {
            racer.hear()?;
        }
        if let Some(stale) = stale {
            fs::write(bench.dir.join(NAME), Format::Ascii.contents(stale))?;
        }
        for racer in &mut racers {
            racer.tell("go")?;
        }
        let mut winners = 0;
        for racer in &mut racers {
            winners += usize::from(racer.hear()? == "ours");
        }
        if winners != 1 {
            return word(format!("{winners} win in round {round}"));
        }
        for racer in &mut racers {
            racer.tell("give it back")?;
        }
    }
    word("one wins")
}
