//! Dialer programs: scripts that note how they were called and end with a byte.

use std::process::Command;
use std::time::Duration;

use polygetty_rig::{SOON, Spawned, until};

use super::{Desk, P, entry};

/// A shared line whose dialer does this; `$0` and so on are in `called`.
fn desk(script: &str, speed: &str) -> Desk {
    let desk = Desk::new();
    with_dialer(desk, script, speed)
}

fn with_dialer(desk: Desk, script: &str, speed: &str) -> Desk {
    let called = desk.root.path("called");
    let text =
        format!("#!/bin/sh\necho \"$0 $*\" >{0}.new\n/bin/mv {0}.new {0}\n{script}\n", called.display());
    desk.root.write_program("bin/dialX", text);
    desk.devices(&format!("ACU LINE - {speed} /bin/dialX\n"))
}

/// How the dialer was called.
#[track_caller]
fn called(desk: &Desk) -> Vec<String> {
    let text =
        until(SOON, || std::fs::read_to_string(desk.root.path("called")).ok()).expect("the dialer ran");
    text.split_whitespace().skip(1).map(str::to_owned).collect()
}

#[track_caller]
fn site(desk: &Desk, text: &str) {
    desk.root.write("etc/polygetty.toml", text);
}

#[test]
fn sco_50_the_dialer_prepares_the_modem() {
    let mut desk = desk("echo to the line; echo and errors >&2; exit 0", "2400-9600");
    let _getty = desk.start("-x 3 L m");
    let line = desk.line.name().to_owned();
    assert_eq!(called(&desk), ["-h", "-x", "3", &line, "2400-9600"]);
    desk.line.expect_waiting();
    until(SOON, || desk.locked().is_none().then_some(())).expect("waits for a byte without a lock");
    desk.line.expect_silence(Duration::from_millis(300));
    desk.root.expect_log(&["dialer: to the line"]);
    desk.root.expect_log(&["dialer: and errors"]);
    desk.line.send(b"\r");
    desk.line.expect(P);
}

#[test]
fn a_dialer_that_fails_is_said_with_the_way_to_see_why() {
    let desk = desk("exit 142", "9600");
    let _getty = desk.start("L m");
    let by_hand = format!("to see why: /bin/dialX -h -x 1 {} 9600", desk.line.name());
    desk.root.expect_log(&["err", "/bin/dialX failed: no carrier (0x8e, ", "Devices:1)", &by_hand]);

    let desk = Desk::new().devices("ACU LINE - 9600 /bin/none\n");
    let _getty = desk.start("L m");
    desk.root.expect_log(&[
        "err",
        "cannot run the dialer /bin/none: ",
        "Devices:1)",
        "calls are not answered",
    ]);
}

#[test]
fn fax_calls_without_a_dialer_are_said_to_go_unheard() {
    let desk = Desk::new().shared();
    let _getty = desk.start("-f L m");
    desk.root.expect_log(&["warning", "-f, and Devices has no dialer program for", "[LN12]"]);
}

#[test]
fn a_line_in_use_is_no_failure_of_the_dialer() {
    let desk = desk("exit 129", "9600");
    let _getty = desk.start("L m");
    desk.root.expect_log(&["notice", "/bin/dialX says that the line is in use (0x81)"]);
    assert_eq!(desk.root.log_lines(&["failed"]), Vec::<String>::new());
}

#[test]
fn sco_53_the_dialer_answers_at_a_speed() {
    let labels =
        entry("m|B9600|B9600 SANE|login: |m|STUB") + &entry("19200|B19200|B19200 SANE|fast: |m|STUB");
    for (gettydefs, prompt) in
        [(labels.as_str(), &b"\r\nfast: "[..]), (&labels[..labels.find("19200").unwrap()], P)]
    {
        let mut desk = with_dialer(Desk::with(gettydefs), "exit 14", "Any");
        site(&desk, "[sco]\ndialer_connect = true\n");
        let _getty = desk.start("-n L m");
        let line = desk.line.name().to_owned();
        assert_eq!(called(&desk), ["-h", "-c", &line, "9600"]);
        desk.line.expect(prompt);
        desk.line.attrs_when("19200", |attrs| attrs.speeds() == (19200, 19200));
        assert!(desk.locked().is_some(), "the call is up: the line is ours");
    }
}

#[test]
fn sco_54_a_fax_call_runs_the_fax_entry() {
    let mut desk = desk("exit 64", "9600").file("etc/gettyacts", "FAX:STUB:-l in:\n");
    let _getty = desk.start("-f L m");
    assert!(called(&desk).contains(&"-f".to_owned()));
    desk.expect_argv(&["stub", "-l", "in"]);
    let said = desk.line.rest(Duration::from_millis(100));
    assert_eq!(said, b"");
}

#[test]
fn sco_55_a_data_call_needs_no_byte() {
    let mut desk = desk("exit 32", "9600");
    let _getty = desk.start("-f -n L m");
    desk.line.expect(P);

    let mut desk = self::desk("exit 32", "9600").file("etc/gettyacts", "PPP:STUB:-u nppp:0x7e 0xff\n");
    let began = std::time::Instant::now();
    let _getty = desk.start("-f -n -s 20 L m");
    desk.line.expect(P);
    assert!(began.elapsed() > Duration::from_millis(1900), "it listens first");
}

#[test]
fn sco_56_the_line_is_free_while_the_dialer_waits() {
    let mut desk = desk("kill -USR2 $PPID; echo $$ >dialer; exec /bin/sleep 1000", "9600");
    let script = std::fs::read_to_string(desk.root.path("bin/dialX")).unwrap();
    let noted = desk.root.path("dialer");
    desk.root.write_program("bin/dialX", script.replace(">dialer", &format!(">{}", noted.display())));
    let mut getty = desk.start("-f L m");
    let number = || std::fs::read_to_string(&noted).ok()?.strip_suffix('\n')?.parse::<i32>().ok();
    let dialer = until(SOON, || number().filter(|_| desk.locked().is_none())).expect("unlocked on USR2");
    let mut other = Command::new("/bin/sleep").arg("1000").spawn().unwrap();
    desk.lock_for(other.id());
    let gone =
        until(Duration::from_secs(15), || (!polygetty_platforms::process::is_alive(dialer)).then_some(()));
    assert!(gone.is_some(), "the dialer was ended");
    assert!(getty.is_running());
    std::fs::remove_file(desk.lock()).unwrap();
    assert_eq!(getty.exit_status_within(Duration::from_secs(15)), 0);
    desk.line.expect_silence(Duration::from_millis(100));
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_getty_that_ends_takes_its_dialer_along() {
    let desk = desk("exec /bin/sleep 1000", "9600");
    let mut getty: Spawned = desk.start("L m");
    called(&desk);
    let children = format!("/proc/{0}/task/{0}/children", getty.pid());
    let Some(dialer) = until(SOON, || std::fs::read_to_string(&children).ok()?.trim().parse::<i32>().ok())
    else {
        return crate::scene::skipped("no /proc tells whose child is who");
    };
    getty.signal(polygetty_platforms::Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 143);
    assert!(!polygetty_platforms::process::is_alive(dialer));
    assert_eq!(desk.locked(), None);
}

/// Our own dialer, under the name that Devices gives it.
fn with_ours(desk: Desk) -> Desk {
    let dir = desk.root.dir().to_str().unwrap().to_owned();
    let program = crate::scene::PROGRAM;
    desk.root
        .write_program("bin/dialHA", format!("#!/bin/sh\nexec {program} --root {dir} as dialHA \"$@\"\n"));
    desk.devices("ACU LINE - 9600 /bin/dialHA\n")
}

/// The modem: says OK to commands until one is `last`, which is left unanswered.
fn obeys(desk: &mut Desk, last: &[u8]) {
    let mut heard = Vec::new();
    // Both programs hang up first, and the dialer pauses between commands.
    let done = until(Duration::from_secs(60), || {
        heard.extend(desk.line.rest(Duration::from_millis(20)));
        while let Some(end) = heard.iter().position(|byte| *byte == b'\r') {
            let command: Vec<u8> = heard.drain(..=end).collect();
            if command == last {
                return Some(());
            }
            desk.line.send(b"\r\nOK\r\n");
        }
        None
    });
    assert!(done.is_some(), "no {last:?}, only {heard:?}");
}

#[test]
fn our_own_dialer_sets_the_modem_up_and_getty_waits_for_the_caller() {
    let mut desk = with_ours(Desk::new());
    let _getty = desk.start("-n L m");
    obeys(&mut desk, b"ATQ1\r");
    until(SOON, || desk.locked().is_none().then_some(())).expect("waits for a byte without a lock");
    desk.line.expect_waiting();
    desk.line.send(b"\r");
    desk.line.find(P);
    desk.line.send(b"joe\r");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn our_own_dialer_answers_a_call_that_getty_then_has() {
    let mut desk = with_ours(Desk::new());
    site(&desk, "[sco]\ndialer_connect = true\n");
    let getty = desk.start("-n L m");
    obeys(&mut desk, b"ATE0Q0V1H0X4&C1&D2S0=0\r");
    desk.line.send(b"\r\nOK\r\n");
    until(SOON, || desk.locked().is_none().then_some(())).expect("free while the dialer waits for a call");
    desk.line.expect_waiting();
    desk.line.send(b"\r\nRING\r\n");
    desk.line.find(b"ATA\r");
    assert!(desk.locked().is_some(), "the dialer has the line now");
    desk.line.send(b"\r\nCONNECT 9600\r\n");
    // The call is up: no byte is waited for, and nothing of the modem's words is taken for the caller's.
    desk.line.find(P);
    assert_eq!(desk.locked(), Some(format!("{:>10}\n", getty.pid()).into_bytes()));
    desk.line.send(b"joe\r");
    desk.expect_argv(&["stub", "joe"]);
}
