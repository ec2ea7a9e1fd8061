//! Stages, and what is held in them.

use super::*;

#[test]
fn gps_33_gps_78_delay_needs_something_to_wait_for() {
    let stages = |line: &str, conf: &str| {
        let plan = plan(line, with_conf(conf));
        (stage!(plan, AwaitByte).is_some(), stage!(plan, Settle).map(|settle| settle.time.value.as_secs()))
    };
    assert_eq!(stages("getty -r2 pts/3", ""), (true, Some(2)));
    assert_eq!(stages("getty pts/3", "WAITCHAR=YES\n"), (true, None));
    assert_eq!(stages("getty pts/3", "WAITCHAR=YES\nDELAY=2\n"), (true, Some(2)));
    assert_eq!(stages("getty pts/3", "DELAY=5\n"), (false, None));
    assert_eq!(stages("getty -r2 pts/3", "WAITCHAR=NO\n"), (false, None));
    assert_eq!(stages("getty -r2 -w RING pts/3", "WAITCHAR=NO\n"), (true, Some(2)));
}

#[test]
fn gps_38_a_ringing_modem_keeps_its_line_open() {
    let plan = plan("getty pts/3", with_conf("WAITFOR=RING\nCONNECT=\"\" ATA\\r CONNECT\\s\\A\n"));
    let shown = names(&plan);
    let from = shown.iter().position(|name| *name == "wait for a byte").expect("a byte is waited for");
    assert!(!shown[from..].contains(&"close"), "{shown:?}");
    assert!(!shown.contains(&"wait for carrier"), "{shown:?}");
    // Another device is closed before: on some systems the two exclude each other.
    let apart = self::plan("getty pts/3", with_conf("WAITFOR=RING\nINITLINE=pts/4\n"));
    let shown = names(&apart);
    let from = shown.iter().position(|name| *name == "wait for text").expect("RING is waited for");
    assert_eq!(shown[from + 1..from + 3], ["close", "open"], "{shown:?}");
}

#[test]
fn gps_73_after_init_the_line_is_closed_and_waits_for_carrier() {
    let plan = plan("getty pts/3", with_conf("INIT=\"\" AT\\r OK\n"));
    let shown = names(&plan);
    let from = shown.iter().position(|name| name.starts_with("chat")).expect("INIT is sent");
    let rest: Vec<_> = shown[from + 1..].iter().take(4).copied().collect();
    assert_eq!(rest, ["set modes", "close", "open", "wait for carrier"], "{shown:?}");
}

#[test]
fn gps_36_gps_43_gps_44_how_lives_end() {
    let conf = "INIT=\"\" AT\\r OK\nWAITFOR=RING\nCONNECT=DEFAULT\n";
    let plan = plan("getty pts/3", with_conf(conf));
    let status = |stage: &dyn Fn(&Stage) -> bool, end| match planned(&plan, stage).then(end) {
        Then::Finish(status, parting) => (*status, parting.iter().any(|p| matches!(p, Parting::Guard(_)))),
        other => panic!("{other:?}"),
    };
    assert_eq!(status(&|s| matches!(s, Stage::Chat(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::Answer(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::AwaitText(_)), End::Missed), (0, false));
    assert_eq!(status(&|s| matches!(s, Stage::ReadName(_)), End::Left), (0, false));
    assert_eq!(status(&|s| matches!(s, Stage::Login(_)), End::Failed), (255, true));
    assert_eq!(status(&|s| matches!(s, Stage::Open(_)), End::Gone), (255, true));
}

#[test]
fn gps_50_signals_end_a_life_except_where_we_hang_up_ourselves() {
    let plan = plan("uugetty pts/3", world());
    let does = |signal| plan.signals.iter().find(|(s, _)| *s == signal).map(|(_, does)| does.clone());
    assert_eq!(does(Signal::Int), Some(OnSignal::Drop));
    assert_eq!(does(Signal::Hup), Some(OnSignal::Finish(0, vec![])));
    assert_eq!(does(Signal::Term), Some(OnSignal::Finish(1, vec![])));
    assert_eq!(does(Signal::Quit), Some(OnSignal::Finish(1, vec![])));
    for kind in [|s: &Stage| matches!(s, Stage::HangUp(_)), |s: &Stage| matches!(s, Stage::Revoke)] {
        assert!(planned(&plan, kind).signals.contains(&(Signal::Hup, OnSignal::Drop)));
    }
    assert!(planned(&plan, |s| matches!(s, Stage::ReadName(_))).signals.is_empty());
}

#[test]
fn modes_and_dtr_are_touched_under_the_lock_alone() {
    for conf in [
        "",
        "INIT=\"\" AT\\r OK\n",
        "WAITCHAR=YES\n",
        "WAITFOR=RING\nINIT=\"\" AT\\r OK\nCONNECT=DEFAULT\nRINGBACK=YES\n",
        "WAITFOR=RING\nINITLINE=pts/4\n",
        "SCHED=1:8:0-1:9:0\nOFF=\"\" AT\\r OK\nINIT=\"\" AT\\r OK\n",
    ] {
        let plan = plan("uugetty pts/3", world().file("/etc/conf.uugetty", conf));
        let mut locked = false;
        let mut off = false;
        for planned in &plan.stages {
            // The way to OFF leaves the others while the lock is held.
            if planned.mark == Some("off") {
                (locked, off) = (true, true);
            }
            match &planned.stage {
                Stage::Lock(_) => locked = true,
                Stage::Unlock => locked = false,
                Stage::Modes(_)
                | Stage::HangUp(_)
                | Stage::Revoke
                | Stage::Chat(_)
                | Stage::Answer(_)
                | Stage::AwaitText(_)
                | Stage::Ringback(_)
                | Stage::Settle(_)
                | Stage::TakeTerminal(_)
                | Stage::Greet(_)
                | Stage::ReadName(_)
                | Stage::Login(_) => assert!(locked, "{} of {conf:?}", planned.stage.name()),
                Stage::AwaitByte(wait) => {
                    assert!(!locked && !wait.discard_first && wait.look.is_some(), "{conf:?}");
                }
                Stage::AwaitCarrier(wait) => assert!(!locked && wait.look.is_some(), "{conf:?}"),
                Stage::AwaitFree(_) => assert!(!locked),
                Stage::AwaitTaken(_)
                | Stage::AwaitRing(_)
                | Stage::AwaitModem(_)
                | Stage::PrepareFax(_)
                | Stage::ReceiveFax(_)
                | Stage::Connected(_)
                | Stage::AdmitCall(_)
                | Stage::Listen(_)
                | Stage::AskName(_)
                | Stage::LoginByRule(_)
                | Stage::Ask(_)
                | Stage::Detach(_)
                | Stage::Delay(_)
                | Stage::ChooseLine(_)
                | Stage::Dial(_)
                | Stage::HandOver(_)
                | Stage::TakeCall(_)
                | Stage::RunDialer(_)
                | Stage::Detect(_)
                | Stage::ReadWords(_) => {
                    panic!("{} in a plan of getty_ps", planned.stage.name());
                }
                Stage::PidFile(_) | Stage::TellParent | Stage::TellSpeed(_) => {
                    panic!("{} of {conf:?}", planned.stage.name())
                }
                Stage::Own(_) | Stage::Account(_) | Stage::Open(_) | Stage::Close | Stage::Schedule(_) => {}
            }
        }
        assert!(locked != off, "{conf:?}");
    }
    assert!(
        !plan("getty pts/3", world())
            .stages
            .iter()
            .any(|planned| { matches!(planned.stage, Stage::Lock(_) | Stage::Unlock | Stage::AwaitFree(_)) })
    );
}

/// While a dial-in device is open, FreeBSD and illumos refuse its call-out twin to everybody.
#[test]
fn a_shared_line_is_opened_as_its_call_out_device() {
    let system = SystemFacts {
        call_out: |line| line.strip_prefix(b"tty").map(|rest| [b"cua", rest].concat()),
        ..SystemFacts::default()
    };
    let surroundings = Surroundings { system, ..Surroundings::default() };
    let opened = |line: &str, devices: [&str; 2]| {
        let mut reader = devices.into_iter().fold(world(), |reader, device| reader.device(device));
        let plan = plan_in(line, &surroundings, &mut reader);
        let paths = plan.stages.iter().filter_map(|planned| match &planned.stage {
            Stage::Open(open) => Some(open.device.value.path.to_string()),
            _ => None,
        });
        let paths: Vec<String> = paths.collect();
        assert_eq!(
            plan.facts.device.value.name, b"ttyu0",
            "records, locks and @L have the name that was given"
        );
        paths
    };
    assert!(opened("uugetty ttyu0 9600", ["ttyu0", "cuau0"]).iter().all(|path| path == "/dev/cuau0"));
    assert!(opened("uugetty ttyu0 9600", ["ttyu0", "null"]).iter().all(|path| path == "/dev/ttyu0"));
    assert!(opened("getty ttyu0 9600", ["ttyu0", "cuau0"]).iter().all(|path| path == "/dev/ttyu0"));
}
