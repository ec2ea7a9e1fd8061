//! Our mgetty beside Debian's: one list of scenarios, each played with both at the same time, on a line of its own for
//! each, by the same script; and a table of what is equal and what is not:
//!
//!     cargo test -- --ignored root_mgetty_and --show-output
//!
//! A difference that is meant stands in the list, with its reason. Any other fails, and so does one that is meant and
//! does not occur. `MGETTY_COMPARE=WORD` plays only scenarios whose name has the word, and shows all that was seen.

mod calls;
mod faxes;
mod faxmodems;
mod locks;
mod logins;
mod names;
mod observed;
mod place;
mod player;
mod scenario;
mod start_up;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use polygetty_platforms::process;
use polygetty_rig::Root;

use crate::records;
use crate::scene::skipped;
use observed::{Difference, Observed, differences};
use place::{Place, THEIRS, Whose};
use scenario::Scenario;

/// So many scenarios are played at once, each by two.
const AT_A_TIME: usize = 40;
/// So often a scenario is played again, alone, that did not come out as it should.
const AGAIN: usize = 2;

/// Both lives of a scenario.
struct Played {
    scenario: Scenario,
    theirs: Observed,
    ours: Observed,
}

/// Why it cannot be tried here.
fn impossible() -> Option<String> {
    if !process::is_root() {
        return Some("needs root".to_owned());
    }
    if !records::known() {
        return Some("no utmp file of known shape here".to_owned());
    }
    let version = Command::new("dpkg-query").args(["-W", "-f", "${Version}", "mgetty"]).output();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    match version {
        Ok(version) if version.starts_with("1.2.1") && Path::new(THEIRS).exists() => {}
        Ok(version) if !version.is_empty() => {
            return Some(format!("Debian's mgetty here is {version}, not 1.2.1"));
        }
        _ => return Some("Debian's mgetty (package mgetty) is not installed".to_owned()),
    }
    let unshare = Command::new("unshare")
        .args(["-m", "--propagation", "private", "true"])
        .stderr(Stdio::null())
        .status();
    match unshare {
        Ok(status) if status.success() => None,
        _ => Some("no mount namespaces here".to_owned()),
    }
}

/// Whether any account can go where roots are made.
fn root_is_open_to_all() -> bool {
    let root = Root::new();
    let open = |dir: &Path| dir.metadata().is_ok_and(|is| is.permissions().mode() & 0o001 != 0);
    root.dir().ancestors().skip(1).all(open)
}

fn scenarios() -> Vec<Scenario> {
    [start_up::all(), locks::all(), calls::all(), names::all(), logins::all(), faxes::all(), faxmodems::all()]
        .concat()
}

fn played(scenario: Scenario) -> Played {
    let play = |whose| player::play(Place::new(whose, &scenario), &scenario);
    let (theirs, ours) = std::thread::scope(|scope| {
        let theirs = scope.spawn(move || play(Whose::Debian));
        let ours = scope.spawn(move || play(Whose::Ours));
        (theirs.join().unwrap(), ours.join().unwrap())
    });
    Played { scenario, theirs, ours }
}

/// Plays all: the longest first, and so many at a time that the machine keeps up.
fn played_all(list: Vec<Scenario>) -> Vec<Played> {
    let mut left: Vec<(usize, Scenario)> = list.into_iter().enumerate().collect();
    left.sort_by_key(|(_, scenario)| scenario.length());
    let (left, done) = (Mutex::new(left), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some((number, scenario)) = { left.lock().unwrap().pop() } {
                    let each = played(scenario);
                    done.lock().unwrap().push((number, each));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, each)| each).collect()
}

impl Played {
    /// The lines of the table, and what is wrong with it.
    fn judged(&self) -> (Vec<String>, Vec<String>) {
        let (mut lines, mut wrong) = (Vec::new(), Vec::new());
        let name = self.scenario.name;
        if let Some(step) = &self.theirs.stuck {
            wrong.push(format!(
                "{name}: the script does not fit Debian's mgetty: {step}\n{}",
                self.theirs.log
            ));
        }
        if let Some(step) = &self.ours.stuck
            && self.scenario.differs.is_empty()
        {
            wrong.push(format!("{name}: ours never came to {step}\n{}", self.ours.log));
        }
        let found = differences(&self.theirs, &self.ours);
        if found.is_empty() {
            lines.push(row(name, "equal", ""));
        }
        let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
        for difference in &found {
            let all = self.scenario.differs.iter().chain(&self.scenario.may_differ);
            let meant = all.into_iter().find(|(fact, _)| *fact == difference.fact);
            if meant.is_none() {
                wrong.push(format!("{name}: {}", shown(difference)));
            }
            let why = meant.map_or("NOT MEANT", |(_, why)| why);
            match reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, facts)) => facts.push(difference.fact.name()),
                None => reasons.push((why, vec![difference.fact.name()])),
            }
        }
        lines.extend(reasons.iter().map(|(why, facts)| row(name, &facts.join(", "), why)));
        for (fact, why) in &self.scenario.differs {
            if !found.iter().any(|difference| difference.fact == *fact) {
                wrong.push(format!("{name}: {} should differ ({why}) and does not", fact.name()));
            }
        }
        (lines, wrong)
    }
}

/// A line of the table.
fn row(name: &str, differs: &str, why: &str) -> String {
    format!("{name:<46} {differs:<30} {why}").trim_end().to_owned()
}

fn shown(difference: &Difference) -> String {
    format!("{}\n  Debian's  {}\n  ours      {}", difference.fact.name(), difference.theirs, difference.ours)
}

#[test]
#[ignore = "root: plays Debian's mgetty in a mount namespace of its own"]
fn root_mgetty_and_debians_do_the_same() {
    if let Some(why) = impossible() {
        return skipped(&why);
    }
    let only = std::env::var("MGETTY_COMPARE").ok();
    let mut list = scenarios();
    list.retain(|scenario| only.as_ref().is_none_or(|word| scenario.name.contains(word.as_str())));
    if !root_is_open_to_all() {
        skipped("the build directory is closed to other accounts: no login under one is compared");
        list.retain(|scenario| scenario.name != logins::OTHER_ACCOUNT);
    }
    let mut played = played_all(list);
    // Both look at clocks, and the machine may have been busy: what is not as meant must be so when it is alone, too.
    for each in &mut played {
        for _ in 0..AGAIN {
            if !each.judged().1.is_empty() {
                *each = self::played(each.scenario.clone());
            }
        }
    }
    let mut all_wrong = Vec::new();
    println!("{}", row("scenario", "differs in", "why"));
    for each in &played {
        let (lines, wrong) = each.judged();
        lines.iter().for_each(|line| println!("{line}"));
        all_wrong.extend(wrong);
        if only.is_some() {
            println!("=== {}", each.scenario.name);
            for (whose, seen) in [("Debian's", &each.theirs), ("ours", &each.ours)] {
                println!("--- {whose}\n{seen}\n{}", seen.log);
            }
        }
    }
    let equal = played.iter().filter(|each| differences(&each.theirs, &each.ours).is_empty()).count();
    println!("{} scenarios, {equal} of them equal in all", played.len());
    assert!(all_wrong.is_empty(), "{} are not as meant:\n{}", all_wrong.len(), all_wrong.join("\n"));
    assert!(only.is_some() || played.len() >= 30, "the list is there");
}
