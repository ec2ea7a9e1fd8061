//! The stage that counts rings.

use super::*;
use polygetty_compat::mgetty::config::{Sections, read};
use polygetty_compat::mgetty::options::{self, Asked};
use polygetty_compat::mgetty::ringing;
use polygetty_compat::plan::stage::{PlannedStage, Stage};
use polygetty_compat::site::Profile;

/// A plan with the stage that this file makes, and the marks that it leads to.
fn plan_of(text: &str) -> LinePlan {
    let mut plan = plan("getty ttyS1 F9600", "");
    let file = plan.sources.add("mgetty.config".into(), text.as_bytes().to_vec());
    let Ok(Asked::Wait(typed)) = options::read(&[b"ttyS1".to_vec()]) else { panic!("no line") };
    let read = read(Profile::Upstream, &typed.typed, Some((&plan.sources, file)), Sections::Of(b"ttyS1"));
    let idle = PlannedStage::new(Stage::Unlock).mark(ringing::IDLE);
    let behind = |mark| PlannedStage::new(Stage::Revoke).mark(mark);
    plan.stages = vec![
        idle,
        ringing::stage(&read.config, b"ttyS1", &[]),
        behind(ringing::UP),
        behind(ringing::FAX_CALL),
    ];
    plan
}

/// What is said of that stage.
fn explained(text: &str) -> String {
    let whole = explain(&plan_of(text), "mgetty ttyS1");
    for row in whole.lines() {
        assert!(row.chars().count() <= 80 && row.is_ascii() && row == row.trim_end(), "{row:?}");
    }
    let of_stage: Vec<&str> = whole
        .lines()
        .filter(|row| row.starts_with("On "))
        .chain(
            whole.lines().skip_while(|row| !row.starts_with(" 2 ")).take_while(|row| !row.starts_with(" 3 ")),
        )
        .chain(whole.lines().filter(|row| row.starts_with("Overruled")))
        .collect();
    of_stage.join("\n")
}

#[test]
fn a_line_that_answers_at_the_first_ring() {
    insta::assert_snapshot!(explained(""));
}

#[test]
fn a_line_that_counts_second_calls() {
    insta::assert_snapshot!(explained(
        "rings 2\nport ttyS1\nrings 4\nringback yes\nringback-time 60\nmsn-list 11 12\ncid-program /bin/cid -x\n"
    ));
}

#[test]
fn a_line_that_takes_the_speed_of_a_modem_that_answers_by_itself() {
    let text = "port ttyS1\nautobauding yes\n";
    insta::assert_snapshot!(explained(text));
    let json: serde_json::Value = serde_json::from_str(&explain_json(&plan_of(text))).unwrap();
    let speed = |json: &serde_json::Value| json.to_string().contains("of the call");
    assert!(speed(&json), "{json:#}");
    let silent = serde_json::from_str(&explain_json(&plan_of(""))).unwrap();
    assert!(!speed(&silent), "{silent:#}");
}
