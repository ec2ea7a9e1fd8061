//! The file that says which process watches the line: from the first stage to the login program.

use super::{live, plan, secs};
use crate::engine::run;
use crate::engine::world::LineError;
use crate::rehearse::locks::OURS;
use crate::rehearse::world::{Deed, Happening, World};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::stage::{Level, PidFile, PlannedStage, Stage};

const FILE: &str = "/var/run/getty.pid.ttyS1";

fn with_pid_file(words: &str) -> LinePlan {
    let mut plan = plan("", words);
    let path = Setting::built_in(FILE.into());
    plan.stages.insert(0, PlannedStage::new(Stage::PidFile(PidFile { path })));
    plan
}

fn caller() -> World {
    World::default().at(secs(10), Happening::Bytes(b"bob\r".to_vec()))
}

#[test]
fn it_is_there_while_the_line_is_watched_and_gone_before_login_runs() {
    let mut world = caller();
    let became = run(&with_pid_file("ttyS1 9600"), &mut world).became;
    assert!(became.is_some());
    assert_eq!(world.pid_files(), Default::default());
    let deeds: Vec<Deed> = world.deeds().into_iter().map(|(_, deed)| deed).collect();
    assert_eq!(deeds.first(), Some(&Deed::WrotePidFile));
    let said = deeds.iter().rposition(|deed| matches!(deed, Deed::Said(_))).unwrap();
    let dropped = deeds.iter().position(|deed| *deed == Deed::DroppedPidFile).unwrap();
    assert!(said < dropped, "{deeds:?}");
}

#[test]
fn whom_it_named_is_told_and_replaced() {
    let mut world = caller().at(secs(0), Happening::PidFile(FILE, 77));
    assert!(run(&with_pid_file("ttyS1 9600"), &mut world).became.is_some());
    let told = world.logged().iter().find(|(_, _, text)| text.contains(FILE)).unwrap();
    assert_eq!((told.1, told.2.contains("process 77")), (Level::Notice, true), "{told:?}");
    assert_eq!(world.pid_files(), Default::default());
}

#[test]
fn another_that_took_the_file_meanwhile_keeps_it() {
    let mut world = caller().at(secs(5), Happening::PidFile(FILE, 77));
    assert!(run(&with_pid_file("ttyS1 9600"), &mut world).became.is_some());
    assert_eq!(world.pid_files().into_values().collect::<Vec<_>>(), [77]);
    assert_ne!(OURS, 77);
}

#[test]
fn without_it_the_line_is_watched_all_the_same() {
    let mut world = caller().fail(1, LineError::Failed("no such directory".into()));
    assert!(run(&with_pid_file("ttyS1 9600"), &mut world).became.is_some());
    let told = world.logged().iter().find(|(_, _, text)| text.contains(FILE)).unwrap();
    assert_eq!(told.1, Level::Warning);
    assert!(told.2.contains("no such directory") && told.2.contains("built in"), "{}", told.2);
}

#[test]
fn however_a_life_ends_it_leaves_none() {
    let mut clean = caller();
    run(&with_pid_file("ttyS1 9600"), &mut clean);
    for call in 1..=clean.calls() {
        for error in [LineError::HungUp, LineError::Busy, LineError::Failed("x".into())] {
            let mut world = caller().fail(call, error.clone());
            run(&with_pid_file("ttyS1 9600"), &mut world);
            assert_eq!(world.pid_files(), Default::default(), "call {call}: {error}");
        }
    }
    // And no persona has one that does not ask for it.
    let mut world = caller();
    live("", "ttyS1 9600", &mut world);
    assert!(!world.deeds().iter().any(|(_, deed)| *deed == Deed::WrotePidFile));
}

#[test]
fn explain_names_it_and_where_it_comes_from() {
    let text = crate::report::plan::explain(&with_pid_file("ttyS1 9600"), "getty ttyS1 9600");
    let row =
        text.lines().skip_while(|line| !line.contains("pid file")).take(3).collect::<Vec<_>>().join(" ");
    assert!(
        row.contains(FILE) && row.contains("until the login program") && row.contains("built in"),
        "{row}"
    );
}
