//! Whole lives of mgetty, by the plan that is made of its files: what takes minutes or hours.

use super::*;
use polygetty_compat::mgetty::compile::compile;

const CONFIG: &str = "toggle-dtr n\ndata-only y\ninit-chat \"\" ATZ OK\nissue-file\n";
const SHUT: &str = "/etc/nologin.ttyX";
const OK: &[u8] = b"\r\nOK\r\n";
const RING: &[u8] = b"\r\nRING\r\n";

/// The plan of `mgetty ttyX` with these lines of mgetty.config behind the cases' own.
fn plan(config: &str) -> LinePlan {
    plan_in(config, &Surroundings::default())
}

fn plan_in(config: &str, surroundings: &Surroundings) -> LinePlan {
    let config = format!("{CONFIG}{config}\n");
    let mut reader = MapReader::default().file("/etc/mgetty/mgetty.config", &config).device("ttyX");
    match compile(&[b"mgetty".to_vec(), b"ttyX".to_vec()], surroundings, &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("no plan: {other:?}"),
    }
}

/// The status of a life. The modem is not looked at unless `config` says so: a life that waits is one that waits for ever.
fn live(config: &str, world: &mut World) -> u8 {
    run(&plan(&format!("modem-check-time -1\n{config}")), world).status
}

/// A modem that knows the cases' init-chat.
fn modem() -> World {
    World::default().reply(b"ATZ\r", secs(1), OK)
}

/// It rings in these seconds.
fn rings_at(world: World, seconds: &[u64]) -> World {
    seconds.iter().fold(world, |world, second| world.at(secs(*second), Happening::Bytes(RING.to_vec())))
}

/// When this was logged, in seconds.
fn logged(world: &World, text: &str) -> Option<u64> {
    world.logged().iter().find(|(_, _, entry)| entry.contains(text)).map(|(at, ..)| at.0.as_secs())
}

/// When each piece was typed, in milliseconds.
fn typed(world: &World) -> Vec<(u128, Vec<u8>)> {
    let said = |(at, deed): (Moment, Deed)| {
        if let Deed::Said(bytes) = deed { Some((at.0.as_millis(), bytes)) } else { None }
    };
    world.deeds().into_iter().filter_map(said).collect()
}

fn words(world: &World) -> Vec<Vec<u8>> {
    typed(world).into_iter().map(|(_, bytes)| bytes).collect()
}

/// When the line was last locked and unlocked, in seconds.
fn locked(world: &World) -> Vec<(bool, u64)> {
    let deeds = world.deeds().into_iter();
    deeds
        .filter_map(|(at, deed)| match deed {
            Deed::Locked => Some((true, at.0.as_secs())),
            Deed::Unlocked => Some((false, at.0.as_secs())),
            _ => None,
        })
        .collect()
}

/// Nothing of it is left.
fn is_gone(world: &World) -> bool {
    world.locks().is_empty() && world.pid_files().is_empty()
}

#[test]
fn mg_06_a_device_that_is_missing() {
    let mut world = World::default().without_line();
    assert_eq!(live("", &mut world), 30);
    let end = world.deeds().last().map(|(at, _)| at.0);
    assert!(end >= Some(secs(10)), "{end:?}: init would spin");
    assert!(is_gone(&world) && world.said().is_empty());
}

#[test]
fn mg_16_the_modem_is_looked_at_each_quarter_of_an_hour() {
    let mut world =
        modem().reply(b"AT\r", secs(1), OK).reply(b"AT\r", secs(1), b"").reply(b"AT\r", secs(1), OK);
    // The third look finds no modem, after two tries.
    assert_eq!(live("modem-check-time 5", &mut world), 30);
    let typed = typed(&world);
    let at: Vec<u128> = typed.iter().filter(|(_, said)| said == b"AT\r").map(|(at, _)| *at / 1000).collect();
    let [first, second, again, third, last] = at[..] else { panic!("{at:?}") };
    assert!((900..904).contains(&first), "{at:?}");
    assert!((first + 901..first + 904).contains(&second), "{at:?}");
    assert_eq!(again, second + 10);
    assert!((again + 901..again + 904).contains(&third), "{at:?}");
    assert_eq!(last, third + 10);
    assert!(is_gone(&world));
    let held = locked(&world);
    assert!(held.len() >= 6, "each look is under the lock: {held:?}");
}

#[test]
fn mg_18_a_silent_modem() {
    let mut world = World::default();
    assert_eq!(live("", &mut world), 1);
    let typed = typed(&world);
    let said: Vec<&[u8]> = typed.iter().map(|(_, said)| said.as_slice()).collect();
    assert_eq!(said, [&b"ATZ\r"[..], b"\x10\x03", b"+++", b"\r", b"ATQ0V1H0\r"]);
    let times: Vec<u128> = typed.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    // Every command has 50 ms before it, and force-init-chat half a second more.
    assert_eq!(times, [20_550, 1_500, 1_500, 500]);
    assert_eq!(logged(&world, "failed in mg_init_data, dev=ttyX, pid=1000"), Some(44));
    assert!(is_gone(&world));
}

#[test]
fn mg_19_a_word_that_ends_it_at_once() {
    let mut world = World::default().reply(b"ATZ\r", secs(1), b"\r\nERROR\r\n");
    assert_eq!(live("", &mut world), 1);
    assert_eq!(words(&world), [b"ATZ\r"]);
    assert_eq!(world.deeds().last().map(|(at, _)| at.0.as_secs()), Some(1));
    assert!(is_gone(&world));
}

#[test]
fn mg_91_the_last_answer_is_waited_for_too() {
    let config = "init-chat \"\" AT&F1 OK ATS0=0 OK AT#CID=1 OK";
    let mut world = World::default().reply(b"AT&F1\r", secs(1), OK).reply(b"ATS0=0\r", secs(1), OK);
    assert_eq!(live(config, &mut world), 1);
    let typed = typed(&world);
    let at = |wanted: &[u8]| typed.iter().find(|(_, said)| said == wanted).unwrap().0;
    assert_eq!(at(b"\x10\x03") - at(b"AT#CID=1\r"), 20_550);
    assert_eq!(logged(&world, "waiting..."), None);
    let mut world = World::default().reply(b"AT&F1\r", secs(1), OK).reply(b"ATS0=0\r", secs(1), OK).reply(
        b"AT#CID=1\r",
        secs(1),
        OK,
    );
    live(config, &mut world);
    assert_eq!(words(&world), [&b"AT&F1\r"[..], b"ATS0=0\r", b"AT#CID=1\r"]);
    assert_eq!(logged(&world, "waiting..."), Some(4));
    assert_eq!(locked(&world), [(true, 0), (false, 4)]);
}

#[test]
fn mg_35_a_call_that_is_too_short() {
    let mut world = rings_at(modem(), &[100]);
    live("rings 3", &mut world);
    let stopped = "phone stopped ringing (rings=1, dev=ttyX, pid=1000, caller='none')";
    assert_eq!(logged(&world, stopped), Some(110));
    assert!(world.waited_for_ever() && is_gone(&world));
    assert_eq!(locked(&world).get(2..), Some(&[(true, 100), (false, 110)][..]));
    // The next call counts anew.
    let mut world = rings_at(modem(), &[100, 200, 206, 212]);
    live("rings 3", &mut world);
    let answered = typed(&world).into_iter().find(|(_, said)| said == b"ATA\r").map(|(at, _)| at / 1000);
    assert_eq!(answered, Some(212));
}

#[test]
fn mg_36_a_shut_line() {
    let mut world = rings_at(modem(), &[100]).file(SHUT, b"");
    live("", &mut world);
    assert_eq!(logged(&world, "rejected, rings=1"), Some(110));
    assert_eq!(words(&world), [b"ATZ\r"]);
    assert!(world.waited_for_ever() && is_gone(&world));
}

#[test]
fn mg_38_who_comes_through_on_a_shut_line() {
    let connect = Happening::Bytes(b"\r\nCONNECT 9600\r\n".to_vec());
    let mut world = rings_at(modem(), &[100]).file(SHUT, b"").at(secs(103), connect);
    assert_eq!(live("", &mut world), 20);
    assert!(world.said().ends_with(b"\r\n\r\nSorry, no login allowed\r\n\r\nGoodbye...\r\n\r\n"));
    assert_eq!(world.deeds().last().map(|(at, _)| at.0.as_secs()), Some(108));
    assert!(is_gone(&world));
}

#[test]
fn mg_44_a_hang_up_while_it_rings() {
    let hang_up = |second, world: World| world.at(secs(second), Happening::Signal(Signal::Hup));
    let mut world = hang_up(103, rings_at(modem(), &[100]));
    assert_eq!(live("rings 3", &mut world), 10);
    assert_eq!(logged(&world, "failed dev=ttyX, pid=1000, got signal 1, exiting"), Some(103));
    let mut world = hang_up(90, rings_at(modem(), &[100]));
    live("rings 3", &mut world);
    assert!(world.waited_for_ever());
}

#[test]
fn an_init_that_counts_starts_sees_no_short_life_that_failed() {
    let plan = plan_in("", &Surroundings { under_init: true, ..Surroundings::default() });
    let no_carrier = b"\r\nNO CARRIER\r\n";
    let says = |world: World, second, bytes: &[u8]| world.at(secs(second), Happening::Bytes(bytes.to_vec()));
    let ring = |world| says(world, 3, RING);
    for (mut world, status) in [
        (World::default().without_line(), 30),
        (World::default().reply(b"ATZ\r", secs(1), b"\r\nERROR\r\n"), 1),
        (ring(modem()).reply(b"ATA\r", secs(1), no_carrier), 1),
        (says(modem(), 3, no_carrier), 20),
        (ring(modem()).at(Duration::from_millis(3_500), Happening::HangUp), 1),
    ] {
        assert_eq!(run(&plan, &mut world).status, status);
        let last = world.deeds().last().map(|(at, _)| at.0);
        assert!(last >= Some(secs(15)), "{status}: {last:?}");
        assert!(is_gone(&world));
    }
}

#[test]
fn nobody_is_hurried_at_a_terminal_on_a_cable() {
    let config = "direct y\nblocking y\nwait-for-cr y\nlogin-time 60\nlogin-prompt name:";
    let types = |world: World, second, bytes: &[u8]| world.at(secs(second), Happening::Bytes(bytes.to_vec()));
    // Woken at noon; a carriage return an hour later, and a name after another.
    let mut world = types(types(types(World::default(), 100, b" "), 3_700, b"\r"), 7_300, b"bob\r");
    let became = run(&plan(config), &mut world).became;
    assert_eq!(became.map(|became| became.program.arguments), Some(vec![b"login".to_vec(), b"bob".to_vec()]));
    // On a telephone line the time of one hour is nobody's.
    let mut world = types(types(World::default(), 100, b" "), 3_700, b"\r");
    assert_eq!(live(&config.replace("blocking y", "blocking n"), &mut world), 0);
    assert_eq!(logged(&world, "login time out"), Some(160));
}
