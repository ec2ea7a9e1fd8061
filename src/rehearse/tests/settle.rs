//! Letting a line settle: a time, silence, a caller who types; and who is heard meanwhile.

use super::{plan, secs};
use crate::engine::run;
use crate::engine::world::Moment;
use crate::rehearse::world::{Became, Happening, World};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::setting::{Origin, Setting};
use polygetty_compat::plan::stage::{
    Device, End, Knock, Open, PlannedStage, Quiet, SetModes, Settle, Signal, Stage, Then,
};
use std::time::Duration;

/// Each end of a stage under test is the end of the life, with this status.
const ENDS: [(End, u8); 6] = [
    (End::Done, 10),
    (End::Machine, 11),
    (End::HungUp, 12),
    (End::Timeout, 13),
    (End::Gone, 14),
    (End::Busy, 15),
];

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn bytes(bytes: &[u8]) -> Happening {
    Happening::Bytes(bytes.to_vec())
}

/// The line is opened, then these; the last one's end ends the life, an earlier one's if it is not the one hoped for.
fn only(stages: Vec<Stage>) -> LinePlan {
    let mut plan = plan("", "ttyS1 9600");
    let device = Setting::built_in(Device::named(b"ttyS1"));
    let open = Stage::Open(Open { device, tries: 1, pause: Duration::ZERO });
    let last = stages.len();
    plan.stages = std::iter::once(open)
        .chain(stages)
        .enumerate()
        .map(|(at, stage)| {
            let ends = ENDS.into_iter().filter(|(end, _)| at == last || *end != End::Done);
            ends.fold(PlannedStage::new(stage), |planned, (end, status)| {
                planned.end(end, Then::Finish(status, Vec::new()))
            })
        })
        .collect();
    plan
}

/// How the stages end, and when.
fn ends(stages: Vec<Stage>, world: &mut World) -> (End, Moment) {
    let ended = run(&only(stages), world);
    assert!(!world.waited_for_ever());
    let end = ENDS.into_iter().find(|(_, status)| *status == ended.status);
    (end.unwrap_or_else(|| panic!("status {}", ended.status)).0, world.deeds().last().unwrap().0)
}

fn settle(settle: Settle) -> Vec<Stage> {
    vec![Stage::Settle(settle)]
}

fn ppp() -> Option<Setting<Vec<u8>>> {
    Some(Setting::built_in(b"/AutoPPP/".to_vec()))
}

/// As after CONNECT: silence, with an ear for PPP.
fn after_connect() -> Settle {
    Settle { ppp: ppp(), ..Settle::until_quiet(ms(300), secs(10)) }
}

fn waits_for_return(within: Option<Duration>) -> Settle {
    let because = Setting::new((), Origin::Argument(2));
    let knock = Some(Knock { because, any_of: b"\r\n".to_vec(), within });
    Settle { knock, ppp: ppp(), ..Settle::pause(Setting::built_in(ms(500))) }
}

#[test]
fn silence_is_counted_from_the_last_byte() {
    let quiet = || settle(Settle::until_quiet(ms(300), secs(10)));
    assert_eq!(ends(quiet(), &mut World::default()), (End::Done, Moment(ms(300))));
    let mut world = World::default().at(ms(200), bytes(b"OK")).at(ms(450), bytes(b"\r\n"));
    assert_eq!(ends(quiet(), &mut world), (End::Done, Moment(ms(750))));
    // The pause comes first, whatever arrives in it, and the silence after it.
    let time = Setting::built_in(secs(2));
    let both = Settle { time, ..Settle::until_quiet(ms(100), secs(10)) };
    let mut world = World::default().at(ms(1950), bytes(b"x")).at(ms(2050), bytes(b"y"));
    assert_eq!(ends(settle(both), &mut world), (End::Done, Moment(ms(2150))));
}

#[test]
fn a_line_that_babbles_is_waited_for_no_longer_than_the_limit() {
    for ear in [None, ppp()] {
        let stage = Settle { ppp: ear, ..Settle::until_quiet(ms(300), secs(10)) };
        let (end, at) = ends(settle(stage), &mut World::default().babbling());
        assert_eq!(end, End::Done);
        assert!((secs(10)..secs(12)).contains(&at.0), "{at:?}");
    }
    // Neither is it for a key, or for the pause.
    let (end, at) = ends(settle(waits_for_return(Some(secs(60)))), &mut World::default().babbling());
    assert_eq!(end, End::Timeout);
    assert!((secs(60)..secs(63)).contains(&at.0), "{at:?}");
}

#[test]
fn without_an_ear_what_came_is_gone_and_what_comes_later_is_not() {
    let mut plan = plan("", "ttyS1 9600");
    let at = plan.stages.iter().position(|planned| matches!(planned.stage, Stage::Greet(_))).unwrap();
    plan.stages.insert(at, PlannedStage::new(Stage::Settle(Settle::until_quiet(ms(300), secs(10)))));
    let mut world = World::default().at(ms(200), bytes(b"junk")).at(ms(501), bytes(b"bob\r"));
    let became = run(&plan, &mut world).became.expect("login runs");
    assert_eq!(became.program.arguments, [b"login".to_vec(), b"bob".to_vec()]);
}

#[test]
fn a_ppp_caller_is_heard_while_the_line_settles() {
    for frame in
        [&b"\x7e\xff\x03\xc0\x21"[..], b"\x7e\xff\x7d\x23\xc0\x21", b"\r\n\x7e\x7e\xff\x7d\x23\xc0\x21"]
    {
        let mut world = World::default().at(ms(250), bytes(frame));
        assert_eq!(ends(settle(after_connect()), &mut world), (End::Machine, Moment(ms(250))));
        // Also in a pause, and in place of a key.
        let pause = Settle { ppp: ppp(), ..Settle::pause(Setting::built_in(ms(500))) };
        let mut world = World::default().at(ms(250), bytes(frame));
        assert_eq!(ends(settle(pause), &mut world), (End::Machine, Moment(ms(250))));
        let (before, after) = (frame.split_at(3).0, frame.split_at(3).1);
        let mut world =
            World::default().at(ms(700), bytes(before.trim_ascii_start())).at(ms(900), bytes(after));
        let waits = waits_for_return(None);
        let (end, at) = ends(settle(waits), &mut world);
        assert_eq!((end, at), (End::Machine, Moment(ms(900))), "{frame:x?}");
    }
    let mut world = World::default().at(ms(250), bytes(b"\x7e\xff\x03\xc0\x23"));
    assert_eq!(ends(settle(after_connect()), &mut world), (End::Done, Moment(ms(550))));
    let mut world = World::default().at(ms(250), bytes(b"\x7e\xff\x03\xc0\x21"));
    let deaf = Settle::until_quiet(ms(300), secs(10));
    assert_eq!(ends(settle(deaf), &mut world).0, End::Done);
}

#[test]
fn a_frame_may_begin_in_one_stage_and_end_in_the_next() {
    let stages = |modes: SetModes| {
        let pause = Settle { ppp: ppp(), ..Settle::pause(Setting::built_in(ms(500))) };
        vec![Stage::Settle(after_connect()), Stage::Modes(modes), Stage::Settle(pause)]
    };
    let world = || World::default().at(ms(100), bytes(b"\x7e\xff\x03")).at(ms(450), bytes(b"\xc0\x21"));
    assert_eq!(ends(stages(SetModes::default()), &mut world()), (End::Machine, Moment(ms(450))));
    // Input that is thrown away between them takes its beginning with it.
    let discard = SetModes { discard: true, ..SetModes::default() };
    assert_eq!(ends(stages(discard), &mut world()), (End::Done, Moment(ms(900))));
}

#[test]
fn mg_96_a_caller_who_must_type_first() {
    let waits = || settle(waits_for_return(None));
    for key in [&b"\r"[..], b"\n", b"hello\r", b"~\r"] {
        let mut world = World::default().at(secs(6), bytes(key));
        assert_eq!(ends(waits(), &mut world), (End::Done, Moment(secs(6))), "{key:x?}");
        assert_eq!(world.said(), b"");
    }
    // What comes with CONNECT, before the pause is over, is the modem's.
    let mut world = World::default().at(ms(400), bytes(b"\r\n")).at(secs(9), bytes(b"x\r"));
    assert_eq!(ends(waits(), &mut world), (End::Done, Moment(secs(9))));
    let mut world = World::default().at(secs(9), Happening::HangUp);
    assert_eq!(ends(waits(), &mut world), (End::HungUp, Moment(secs(9))));
    let mut world = World::default().at(secs(9), bytes(b"x"));
    assert_eq!(
        ends(settle(waits_for_return(Some(secs(60)))), &mut world),
        (End::Timeout, Moment(ms(60_500)))
    );
    let mut world = World::default().at(secs(9), Happening::Signal(Signal::Term));
    assert_eq!(run(&only(waits()), &mut world).status, 1);
}

#[test]
fn what_the_ppp_caller_is_called_reaches_the_program() {
    let mut plan = plan("FIDO=/usr/lib/ifcico", "ttyS1 9600");
    let login = plan.stages.iter_mut().find(|planned| matches!(planned.stage, Stage::Login(_))).unwrap();
    login.mark = Some("login");
    let at = plan.stages.iter().position(|planned| matches!(planned.stage, Stage::Greet(_))).unwrap();
    let stage = PlannedStage::new(Stage::Settle(after_connect()));
    plan.stages.insert(at, stage.end(End::Machine, Then::At("login", Vec::new())));
    let mut world = World::default().at(ms(100), bytes(b"\x7e\xff\x03\xc0\x21"));
    let Became { program, .. } = run(&plan, &mut world).became.expect("a program");
    assert_eq!(program.arguments.last().map(Vec::as_slice), Some(&b"/AutoPPP/"[..]));
    assert_eq!(world.said(), b"", "no prompt");
}

#[test]
fn a_pause_needs_no_line_and_silence_does() {
    let mut plan = only(settle(Settle::pause(Setting::built_in(ms(500)))));
    plan.stages.remove(0);
    assert_eq!(run(&plan, &mut World::default()).status, 10);
    let mut plan = only(settle(Settle::until_quiet(ms(500), secs(1))));
    plan.stages.remove(0);
    assert_eq!(run(&plan, &mut World::default()).status, 14);
}

#[test]
fn explain_says_what_is_waited_for() {
    let said = |stage: Settle| {
        let text = crate::report::plan::explain(&only(settle(stage)), "mgetty");
        let rows = text.lines().skip_while(|line| !line.starts_with(" 2  settle"));
        let rows = rows.take_while(|line| !line.trim_start().starts_with("then: "));
        rows.map(str::trim).collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let pause = || Settle::pause(Setting::built_in(ms(500)));
    assert_eq!(said(pause()), "2 settle 500 ms, then input is dropped built in");
    let quiet = "until 300 ms of silence, 10 s at most";
    assert_eq!(
        said(Settle::until_quiet(ms(300), secs(10))),
        format!("2 settle {quiet}; input is dropped from built in")
    );
    let heard = "PPP callers are heard";
    assert_eq!(said(after_connect()), format!("2 settle {quiet}; {heard} from built in"));
    let waits = said(waits_for_return(Some(secs(60))));
    let key = r"until \r or \n is typed, within 60 s";
    assert!(waits.starts_with(&format!("2 settle 500 ms, then {key}; {heard} from")), "{waits}");
    let both = Settle { quiet: Some(Quiet { time: ms(100), within: secs(5) }), ..pause() };
    assert!(
        said(both)
            .starts_with("2 settle 500 ms, then until 100 ms of silence, 5 s at most; input is dropped")
    );
    let text = crate::report::plan::explain(&only(settle(waits_for_return(None))), "mgetty");
    assert!(
        text.contains("if nobody types: ends with 13") && text.contains("if a program calls: ends with 11")
    );
}
