//! Many processes race for the locks of one line. Whatever lies in the way, and whoever dies when: one has
//! them, or nobody.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use polygetty_platforms::clock;
use polygetty_platforms::lock::{self, Format, Taken};
use polygetty_rig::{Racer, Root, until};

use crate::scene::skipped;

const RACERS: usize = 50;
const ROUNDS: usize = 200;
/// Where others have the processors, racers meet less often: so long they go on until they have met often enough.
const MOST_ROUNDS: usize = 10 * ROUNDS;

/// A number that no system gives to a process.
const NOBODY: i32 = i32::MAX - 1;

/// What may lie in the place of a lock before anybody takes it.
fn in_the_way(round: usize) -> Option<Vec<u8>> {
    match round % 5 {
        0 => None,
        1 => Some(format!("{NOBODY:>10}\n").into_bytes()),
        2 => Some(NOBODY.to_ne_bytes().to_vec()),
        3 => Some(Vec::new()),
        _ => Some(b"no lock at all\n".to_vec()),
    }
}

/// The line's names in that round, and those in whose place something lies.
fn names(round: usize) -> (&'static [&'static str], &'static [&'static str]) {
    match round / 5 % 4 {
        0 => (&["LCK..x"], &["LCK..x"]),
        1 => (&["LCK..a", "LCK..b"], &["LCK..a", "LCK..b"]),
        2 => (&["LCK..a", "LCK..b"], &["LCK..b"]),
        _ => (&["LCK..a", "LCK..b"], &["LCK..a"]),
    }
}

fn write_old(path: &Path, contents: &[u8]) {
    fs::write(path, contents).unwrap();
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    fs::File::options().append(true).open(path).and_then(|file| file.set_modified(hour_ago)).unwrap();
}

fn files(dir: &Path) -> Vec<String> {
    fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// One racer's attempt: when it was under way, and what came of it.
struct Attempt {
    began: u64,
    ended: u64,
    outcome: Outcome,
}

enum Outcome {
    Ours { stale: usize },
    Held { pid: i32, file: PathBuf },
}

impl Attempt {
    fn parse(answer: &str) -> Self {
        let words: Vec<&str> = answer.split(' ').collect();
        let (began, ended, outcome) = match words.as_slice() {
            ["ours", began, ended, stale] => (began, ended, Outcome::Ours { stale: stale.parse().unwrap() }),
            ["held", pid, file, began, ended] => {
                (began, ended, Outcome::Held { pid: pid.parse().unwrap(), file: file.into() })
            }
            _ => panic!("{answer}"),
        };
        Self { began: began.parse().unwrap(), ended: ended.parse().unwrap(), outcome }
    }

    fn is_winner(&self) -> bool {
        matches!(self.outcome, Outcome::Ours { .. })
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.began < other.ended && other.began < self.ended
    }
}

/// How close the races were; without this they could all have been walks.
#[derive(Debug, Default)]
struct Collisions {
    /// attempts under way at the same time as the winner's
    with_the_winner: usize,
    /// rounds with such attempts
    rounds: usize,
    /// rounds whose winner took the place that another had cleared
    cleared_by_a_loser: usize,
    /// told that somebody has it, and not who
    told_no_name: usize,
}

impl Collisions {
    fn are_enough(&self) -> bool {
        self.rounds > ROUNDS / 4
    }
}

#[test]
fn fifty_processes_race_for_one_lock() {
    let root = Root::new();
    let dir = root.path("var/lock");
    let mut racers: Vec<Racer> = (0..RACERS).map(|_| Racer::start(&dir)).collect();
    let mut collisions = Collisions::default();
    let meet = std::thread::available_parallelism().is_ok_and(|processors| processors.get() > 1);
    let mut rounds = 0;
    while rounds < ROUNDS || meet && !collisions.are_enough() && rounds < MOST_ROUNDS {
        one_round(&dir, &mut racers, rounds, &mut collisions);
        rounds += 1;
    }
    eprintln!("{RACERS} racers, {rounds} rounds: {collisions:?}");
    if meet {
        assert!(collisions.are_enough(), "they hardly met in {rounds} rounds: {collisions:?}");
    } else {
        skipped("on one processor racers hardly meet");
    }
}

fn one_round(dir: &Path, racers: &mut [Racer], round: usize, collisions: &mut Collisions) {
    let (names, blocked) = names(round);
    let junk = in_the_way(round);
    for name in blocked {
        if let Some(junk) = &junk {
            write_old(&dir.join(name), junk);
        }
    }
    let format = |racer: usize| if (racer + round).is_multiple_of(2) { "ascii" } else { "binary" };
    // All have heard of it before it begins, so that none begins alone.
    let at = (clock::now() + Duration::from_millis(3)).as_nanos();
    for (number, racer) in racers.iter_mut().enumerate() {
        let mut names = names.to_vec();
        if number % 4 < 2 {
            names.reverse();
        }
        racer.tell(&format!("take {at} {} {}", format(number), names.join(" ")));
    }
    let attempts: Vec<Attempt> = racers.iter_mut().map(|racer| Attempt::parse(&racer.answer())).collect();

    let winners: Vec<usize> = (0..racers.len()).filter(|racer| attempts[*racer].is_winner()).collect();
    let &[winner] = winners.as_slice() else { panic!("round {round}: winners are {winners:?}") };
    let pid = racers[winner].pid();
    let wanted = match format(winner) {
        "ascii" => format!("{pid:>10}\n").into_bytes(),
        _ => pid.to_ne_bytes().to_vec(),
    };
    for name in names {
        let found = fs::read(dir.join(name)).unwrap_or_else(|error| panic!("round {round}: {name}: {error}"));
        assert_eq!(found, wanted, "round {round}: {name} is {}", found.escape_ascii());
    }
    for attempt in &attempts {
        match &attempt.outcome {
            Outcome::Ours { stale } => {
                let lay = if junk.is_some() { blocked.len() } else { 0 };
                assert!(*stale <= lay, "round {round}: removed {stale} of {lay}");
                collisions.cleared_by_a_loser += usize::from(*stale < lay);
            }
            Outcome::Held { pid: told, file } => {
                assert!(*told == pid || *told == 0, "round {round}: {pid} has it, and {told} is said to");
                assert_eq!(file, &dir.join(names[0]), "round {round}: only the winner gets beyond the first");
                collisions.told_no_name += usize::from(*told == 0);
            }
        }
    }
    let met = attempts.iter().filter(|one| !one.is_winner() && one.overlaps(&attempts[winner])).count();
    collisions.with_the_winner += met;
    collisions.rounds += usize::from(met > 0);

    racers[winner].tell("drop");
    assert_eq!(racers[winner].answer(), "dropped");
    assert_eq!(files(dir), Vec::<String>::new(), "round {round}");
}

const KILLED_RACERS: u64 = 20;
const KILLS: u64 = 100;
/// Whoever has the lock when we look has mostly given it back when we kill: so many until one has not.
const MOST_KILLS: u64 = 10 * KILLS;
/// How long it may take until one of them has it: they share the processors, and most of what they do is in vain.
const PATIENCE: Duration = Duration::from_secs(60);

/// The names that the killed ones race for; never taken in another order than this.
const BOTH: [&str; 2] = ["LCK..a", "LCK..b"];

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn draw(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// What killed racers were at.
#[derive(Debug, Default)]
struct Killed {
    /// they had all names
    holding: usize,
    /// they had the first name, and not yet or no longer the second
    between_names: usize,
    /// they had a temporary file
    taking: usize,
}

fn start_racing(dir: &Path, journal: &Path, seed: u64) -> Racer {
    let mut racer = Racer::start(dir);
    racer.tell(&format!("race {seed} {} {}", journal.display(), BOTH.join(" ")));
    racer
}

fn takes(journal: &Path) -> Option<usize> {
    Some(fs::read_to_string(journal).ok()?.matches("take").count())
}

fn named_in(lock: &Path) -> Option<i32> {
    lock::parse(&fs::read(lock).ok()?)
}

/// Kills one racer, and tells the dead from what it left. Its number stays taken meanwhile, so nobody touches
/// that.
fn kill_one(dir: &Path, mut racer: Racer, killed: &mut Killed) -> i32 {
    racer.kill();
    let pid = racer.pid();
    match BOTH.map(|name| named_in(&dir.join(name)) == Some(pid)) {
        [true, true] => killed.holding += 1,
        [true, false] => killed.between_names += 1,
        [false, true] => panic!("{pid} had the second name without the first"),
        [false, false] => {}
    }
    killed.taking += usize::from(dir.join(format!("LTMP.{pid}")).exists());
    racer.reap();
    pid
}

#[test]
fn racers_that_are_killed_leave_no_lock_behind_and_never_two_holders() {
    let root = Root::new();
    let dir = root.path("var/lock");
    let journal = root.write("journal", "");
    let mut random = Random(1);
    let mut racers: Vec<Racer> =
        (0..KILLED_RACERS).map(|_| start_racing(&dir, &journal, random.draw(1 << 31))).collect();
    let (mut killed, mut dead, mut seen) = (Killed::default(), Vec::new(), 0);
    let mut kill = 0;
    while kill < KILLS || killed.holding == 0 && kill < MOST_KILLS {
        // Somebody has taken it since the last one died; then at any moment.
        let takes = until(PATIENCE, || takes(&journal).filter(|takes| *takes > seen));
        seen = takes
            .unwrap_or_else(|| panic!("after {kill} kills nobody takes it; there are {:?}", files(&dir)));
        std::thread::sleep(Duration::from_micros(random.draw(8000)));
        // Every other time whoever has the lock, else anybody.
        let holder = named_in(&dir.join(BOTH[0])).filter(|_| kill % 2 == 0);
        let victim = racers.iter().position(|racer| Some(racer.pid()) == holder);
        let drawn = usize::try_from(random.draw(KILLED_RACERS)).unwrap();
        let victim = racers.swap_remove(victim.unwrap_or(drawn));
        dead.push(kill_one(&dir, victim, &mut killed));
        racers.push(start_racing(&dir, &journal, random.draw(1 << 31)));
        kill += 1;
    }
    let mut held = 0;
    for racer in &mut racers {
        racer.tell("stop");
        let answer = racer.answer();
        held += answer.strip_prefix("raced ").and_then(|held| held.parse::<u64>().ok()).unwrap();
    }
    let taken = takes(&journal).unwrap();
    let temporary = files(&dir).iter().filter(|name| name.starts_with("LTMP.")).count();
    eprintln!(
        "{kill} killed: {killed:?}; taken {taken} times; those left were told {held} times that it is held; \
         {temporary} temporary files left"
    );

    check_journal(&fs::read_to_string(journal).unwrap(), &dead);
    assert!(killed.holding > 0, "nobody was killed who had it: {killed:?}");
    assert!(held > 0, "no race: nobody was told that somebody else has it");
    let names: Vec<Vec<u8>> = BOTH.iter().map(|name| name.as_bytes().to_vec()).collect();
    match lock::take(&dir, &names, Format::Ascii, 0o444, None) {
        Ok(Taken::Ours(locks)) => drop(locks),
        other => panic!("the next one cannot take it: {other:?}"),
    }
    // Only the killed leave anything, and of them only what nobody takes for a lock.
    let temporary_of_the_dead = |name: &String| dead.iter().any(|pid| *name == format!("LTMP.{pid}"));
    let left: Vec<_> = files(&dir).into_iter().filter(|name| !temporary_of_the_dead(name)).collect();
    assert_eq!(left, Vec::<String>::new());
}

/// One after the other has the lock: it is given back before the next takes it, except by the dead.
#[track_caller]
fn check_journal(journal: &str, dead: &[i32]) {
    let mut holder = None;
    for line in journal.lines() {
        let (pid, what) = line.split_once(' ').unwrap();
        let pid: i32 = pid.parse().unwrap();
        match what {
            "take" => {
                assert!(holder.is_none_or(|last| dead.contains(&last)), "{pid} takes it from {holder:?}");
                holder = Some(pid);
            }
            "drop" => {
                assert_eq!(holder, Some(pid), "{pid} gives back what it has not");
                holder = None;
            }
            "two" => panic!("{pid} has it, and so has {holder:?}"),
            "lost" => panic!("the lock of {pid} was taken away"),
            "later" => panic!("{pid} had the first name and was told that somebody has the second"),
            other => panic!("{pid}: {other}"),
        }
    }
}
