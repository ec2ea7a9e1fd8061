//! What a life comes to when the system refuses one call, whichever it is.

use super::*;
use crate::rehearse::locks::PARENT;

/// One kind of line and of call.
struct Case {
    devices: &'static str,
    words: &'static str,
    world: fn() -> World,
    /// The program that takes the call when nothing fails.
    program: &'static str,
}

const ACTS: &[u8] = b"PPP:/bin/ppp:-u nppp:0x7e 0xff\nFAX:/bin/fax:-l:\n";

/// An end of all things, later than every wait of a life.
const END: u64 = 7200;

fn world() -> World {
    World::default().file("/etc/gettyacts", ACTS).at(secs(END), Happening::Signal(Signal::Term))
}

fn dialer(acts: &[(u64, Act)]) -> World {
    let acts = acts.iter().map(|(at, act)| (secs(*at), act.clone())).collect();
    world().program("/bin/dialX", Script { acts, stubborn: false })
}

const CASES: &[Case] = &[
    // For callers alone.
    Case { devices: "", words: "-n", world: || typed(world(), 20.0, b"joe\r"), program: "/bin/stub" },
    // Capitals, a BREAK, and what was typed too early.
    Case {
        devices: "",
        words: "",
        world: || typed(typed(typed(world(), 20.0, b"JOE\r"), 30.0, b"\0"), 40.0, b"joe one\r"),
        program: "/bin/stub",
    },
    // Shared, without a dialer.
    Case {
        devices: DIRECT,
        words: "-n -t 60",
        world: || typed(typed(world(), 20.0, b"\r"), 30.0, b"joe\r"),
        program: "/bin/stub",
    },
    // Shared, with one that prepares the modem.
    Case {
        devices: DIALER,
        words: "-n -x 1",
        world: || typed(typed(dialer(&[(3, Act::Ends(0))]), 20.0, b"\r"), 30.0, b"joe\r"),
        program: "/bin/stub",
    },
    // With one that waits for the call: data,
    Case {
        devices: DIALER,
        words: "-fn",
        world: || typed(dialer(&[(3, Act::Signals(Signal::Usr2)), (60, Act::Ends(0x20))]), 90.0, b"joe\r"),
        program: "/bin/stub",
    },
    // or fax.
    Case {
        devices: DIALER,
        words: "-fn",
        world: || dialer(&[(3, Act::Signals(Signal::Usr2)), (60, Act::Ends(0x40))]),
        program: "/bin/fax",
    },
    // A program calls,
    Case {
        devices: DIRECT,
        words: "-s 30",
        world: || typed(typed(world(), 20.0, b"\x7e"), 20.5, b"\xff\x7d\x23"),
        program: "/bin/ppp",
    },
    // or a person where one might.
    Case {
        devices: "",
        words: "-n -s 30",
        world: || typed(typed(world(), 2.0, b"j"), 20.0, b"joe\r"),
        program: "/bin/stub",
    },
    // ct has the call up.
    Case {
        devices: DIRECT,
        words: "-hn",
        world: || {
            let world = world().at(secs(0), Happening::Lock("ttyS1", PARENT));
            typed(typed(world, 20.0, b"\r"), 30.0, b"joe\r")
        },
        program: "/bin/stub",
    },
    // Somebody else has the line first.
    Case {
        devices: DIRECT,
        words: "-n",
        world: || world().at(secs(0), Happening::Lock("ttyS1", 77)).at(secs(60), Happening::Unlock("ttyS1")),
        program: "",
    },
    // Or asks for it.
    Case {
        devices: DIALER,
        words: "-f",
        world: || {
            dialer(&[(3, Act::Signals(Signal::Usr2)), (600, Act::Ends(0x20))])
                .at(secs(30), Happening::Signal(Signal::Usr1))
                .at(secs(32), Happening::Lock("ttyS1", 77))
                .at(secs(90), Happening::Unlock("ttyS1"))
        },
        program: "",
    },
];

fn errors() -> [LineError; 5] {
    [
        LineError::HungUp,
        LineError::Busy,
        LineError::Gone("x".into()),
        LineError::Refused("x".into()),
        LineError::Failed("x".into()),
    ]
}

#[test]
fn without_a_fault_every_call_ends_in_its_program() {
    for case in CASES {
        let mut world = (case.world)();
        let ended = live_sco(case.devices, case.words, &mut world);
        let became = ended.became.map(|became| became.program.path.to_string()).unwrap_or_default();
        assert_eq!(became, case.program, "{} {}: {:?}", case.devices, case.words, world.logged());
        assert!(ended_at(&world) < END as f64);
    }
}

/// It ended in time, made no more calls than it had time for, gave back what it held, and said why it failed.
#[track_caller]
fn judge(case: &Case, at: &str, clean: u64, world: &World, ended: &Ended<Became>) {
    let at = format!("{} {}: {at} of {clean}", case.devices.trim_end(), case.words);
    assert!(!world.waited_for_ever(), "{at}");
    assert!(ended_at(world) <= (END + 20) as f64, "{at}: {}", ended_at(world));
    // A loop in which no time passes makes calls without end; one that waits, 12 a minute.
    assert!(world.calls() < clean + END / 5 + 50, "{at}: {} calls", world.calls());
    let count = |wanted: &Deed| world.deeds().iter().filter(|(_, deed)| deed == wanted).count();
    assert_eq!(count(&Deed::Opened), count(&Deed::Closed), "{at}");
    let kept = ended.became.as_ref().map_or(0, |became| became.locks.len());
    assert_eq!(world.locks().values().filter(|pid| **pid == OURS).count(), kept, "{at}");
    assert!(ended.became.is_none() || kept == usize::from(!case.devices.is_empty()), "{at}");
    if ended.status != 0 {
        let told = world.logged().iter().any(|(_, level, _)| *level != Level::Debug);
        assert!(told && ended.became.is_none(), "{at}: status {} and no word", ended.status);
    }
}

#[test]
fn whatever_call_fails_a_life_ends_and_holds_nothing() {
    for case in CASES {
        let clean = calls(case);
        for call in 1..=clean {
            for error in errors() {
                let mut world = (case.world)().fail(call, error.clone());
                let ended = live_sco(case.devices, case.words, &mut world);
                judge(case, &format!("call {call}: {error}"), clean, &world, &ended);
            }
        }
    }
}

#[test]
fn if_every_call_fails_from_one_on_a_life_ends_and_holds_nothing() {
    for case in CASES {
        let clean = calls(case);
        for call in 1..=clean {
            for error in errors() {
                let mut world =
                    (call..call + 3000).fold((case.world)(), |world, call| world.fail(call, error.clone()));
                let mut plan = sco_plan(case.devices, case.words);
                plan.under_init = true;
                let ended = run(&plan, &mut world);
                let at = format!("from call {call} on: {error}");
                judge(case, &at, clean, &world, &ended);
                assert!(ended.became.is_none(), "{at}");
                // Or init puts the line aside.
                assert!(ended.status == 0 || ended_at(&world) >= 10.0, "{at}: {} s", ended_at(&world));
            }
        }
    }
}

/// How many calls of line and host there are when none fails.
fn calls(case: &Case) -> u64 {
    let mut world = (case.world)();
    live_sco(case.devices, case.words, &mut world);
    world.calls()
}
