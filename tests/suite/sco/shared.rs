//! Lines that Devices names: dialers use them too.

use std::process::{Child, Command};
use std::time::Duration;

use polygetty_platforms::Signal;
use polygetty_platforms::people;
use polygetty_rig::{SOON, until};

use polygetty_platforms::account::codec::{INIT_PROCESS, LOGIN_PROCESS, USER_PROCESS};

use super::{Desk, P};
use crate::records::{Entry, known, read_records, user, write_utmp};
use crate::scene::skipped;

/// A process that lives until it is dropped.
struct Living(Child);

impl Living {
    fn new() -> Self {
        Self(Command::new("/bin/sleep").arg("1000").spawn().expect("run sleep"))
    }

    fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The number of a process that is dead.
fn dead() -> u32 {
    let mut child = Command::new("/bin/true").spawn().expect("run true");
    child.wait().unwrap();
    child.id()
}

/// It waits for a byte, and nobody has the lock.
#[track_caller]
fn waits(desk: &mut Desk) {
    desk.line.expect_waiting();
    until(SOON, || desk.locked().is_none().then_some(())).expect("unlocked while it waits");
}

#[test]
fn sco_42_nothing_is_said_before_a_byte() {
    let mut desk = Desk::new().shared();
    let _getty = desk.start("-n L m");
    waits(&mut desk);
    desk.line.expect_silence(Duration::from_secs(3));
    desk.line.send(b"\r");
    desk.line.expect(P);
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_43_rows_of_devices_that_name_nothing() {
    for row in [" Direct LINE - 9600 direct\n", "#Direct LINE - 9600 direct\n", "Direct LINE - 9600\n"] {
        let mut desk = Desk::new().devices(row);
        let _getty = desk.start("-hn L m");
        desk.line.expect(P);
        assert_eq!(desk.locked(), None, "{row}");
    }
}

#[test]
fn sco_44_silence_is_no_timeout() {
    let mut desk = Desk::new().shared();
    let mut getty = desk.start("-n -t 1 L m");
    waits(&mut desk);
    desk.line.expect_silence(Duration::from_secs(3));
    assert!(getty.is_running());
    desk.line.send(b"\r");
    desk.line.expect(P);
    assert_eq!(getty.exit_status(), 1);
}

#[test]
fn sco_46_a_lock_is_waited_for() {
    let holder = Living::new();
    let mut desk = Desk::new().shared();
    desk.lock_for(holder.pid());
    // The holder has the line as dialers have it: nothing echoes by itself.
    let held = polygetty_platforms::line::OpenLine::open(&desk.line.device()).unwrap();
    held.set_attrs(&held.attrs().unwrap().raw()).unwrap();
    let mut getty = desk.start("-n L m");
    desk.root.expect_log(&["in use", &holder.pid().to_string()]);
    desk.line.send(b"\r\r\r");
    desk.line.expect_silence(Duration::from_millis(300));
    std::fs::remove_file(desk.lock()).unwrap();
    assert_eq!(getty.exit_status_within(Duration::from_secs(15)), 0);
}

#[test]
fn sco_47_a_dead_lock_is_taken_over_and_the_program_has_it() {
    let mut desk = Desk::new().shared();
    desk.lock_for(dead());
    let getty = desk.start("-n L m");
    waits(&mut desk);
    desk.line.send(b"\r");
    desk.line.expect(P);
    let ours = format!("{:>10}\n", getty.pid()).into_bytes();
    assert_eq!(desk.locked(), Some(ours.clone()));
    desk.line.send(b"joe\r");
    let recorded = desk.expect_argv(&["stub", "joe"]);
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    assert_eq!(desk.locked(), Some(ours), "it is the program's now");
}

#[test]
fn sco_48_an_unshared_line_looks_at_no_lock() {
    let holder = Living::new();
    let mut desk = Desk::new();
    desk.lock_for(holder.pid());
    let _getty = desk.start("-hn L m");
    desk.line.expect(P);
}

#[test]
fn sco_49_both_names_of_a_port_are_locked() {
    for (node, device, locks) in
        [("tty1A", "tty1a", &["LCK..tty1A", "LCK..tty1a"][..]), ("ttyS0", "ttyS0", &["LCK..ttyS0"])]
    {
        let mut desk = Desk::new().devices(&format!("Direct {device} - 9600 direct\n"));
        std::fs::create_dir_all(desk.root.path("dev")).unwrap();
        std::os::unix::fs::symlink(desk.line.device(), desk.root.path(&format!("dev/{node}"))).unwrap();
        let _getty = desk.start(&format!("-n {node} m"));
        desk.line.expect_waiting();
        let there = || {
            let entries = std::fs::read_dir(desk.root.path("var/lock")).unwrap();
            let mut names: Vec<String> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            // The line is a link here; what it leads to is locked too.
            names.retain(|name| name.starts_with("LCK..tty"));
            names.sort();
            names
        };
        until(SOON, || there().is_empty().then_some(())).expect("unlocked while it waits");
        desk.line.send(b"\r");
        desk.line.expect(P);
        assert_eq!(there(), locks, "{node}");
    }
}

#[test]
fn sco_57_a_line_is_given_up_when_somebody_asks() {
    let mut desk = Desk::new().shared();
    let mut getty = desk.start("-n L m");
    waits(&mut desk);
    getty.signal(Signal::SIGUSR2); // means nothing here
    getty.signal(Signal::SIGUSR1);
    let fds = format!("/proc/{}/fd", getty.pid());
    let has_line = || {
        std::fs::read_dir(&fds)
            .unwrap()
            .flatten()
            .any(|fd| std::fs::read_link(fd.path()).is_ok_and(|target| target == desk.line.device()))
    };
    if std::path::Path::new(&fds).exists() {
        until(SOON, || (!has_line()).then_some(())).expect("closes the line");
    } else {
        skipped("no /proc tells who has a line open");
    }
    assert_eq!(desk.locked(), None);
    let dialer = Living::new();
    desk.lock_for(dialer.pid());
    desk.root.expect_log(&["in use", &dialer.pid().to_string()]);
    std::fs::remove_file(desk.lock()).unwrap();
    assert_eq!(getty.exit_status_within(Duration::from_secs(15)), 0);

    // Nobody shares this one.
    let mut desk = Desk::new();
    let mut getty = desk.start("-hn L m");
    desk.line.expect(P);
    getty.signal(Signal::SIGUSR1);
    getty.signal(Signal::SIGUSR2);
    desk.line.send(b"joe\r");
    desk.line.expect(b"joe\r\n");
    desk.expect_argv(&["stub", "joe"]);
    assert_eq!(getty.exit_status(), 0);
}

#[test]
fn sco_74_no_byte_of_a_dial_out_is_taken() {
    let dialer = Living::new();
    let desk = Desk::new().shared();
    // Under a living lock somebody has the line open before getty starts: who is not cut off.
    desk.lock_for(dialer.pid());
    let before = polygetty_platforms::line::OpenLine::open(&desk.line.device()).unwrap();
    let mut getty = desk.start("-n L m");
    desk.root.expect_log(&["in use"]);
    assert!(before.attrs().is_ok(), "the dialer's descriptor lives");
    std::fs::remove_file(desk.lock()).unwrap();
    assert_eq!(getty.exit_status_within(Duration::from_secs(15)), 0);
    drop(before);

    // It waits; a dialer comes, and the modem answers it.
    let mut desk = Desk::new().shared();
    let mut getty = desk.start("-n L m");
    waits(&mut desk);
    desk.lock_for(dialer.pid());
    let reader = polygetty_platforms::line::OpenLine::open(&desk.line.device()).unwrap();
    desk.line.send(b"X");
    desk.root.expect_log(&["in use", &dialer.pid().to_string()]);
    let mut got = [0; 8];
    let read = until(SOON, || match reader.read(&mut got) {
        Ok(polygetty_platforms::line::Got::Bytes(count)) => Some(count),
        _ => None,
    });
    assert_eq!((read, got[0]), (Some(1), b'X'));
    desk.line.expect_silence(Duration::from_millis(200));
    std::fs::remove_file(desk.lock()).unwrap();
    assert_eq!(getty.exit_status_within(Duration::from_secs(15)), 0);
}

#[test]
fn sco_75_who_had_the_line_is_cut_off() {
    // Root's right, and not everywhere: illumos has no such call, and emulators of Linux refuse it.
    let spare = polygetty_rig::Line::open();
    if polygetty_platforms::node::revoke(&spare.device()) != Ok(polygetty_platforms::Did::Done) {
        return skipped("others cannot be cut off a line here");
    }
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    for shared in [false, true] {
        let mut desk = Desk::new();
        if shared {
            desk = desk.shared();
        }
        let other = polygetty_platforms::line::OpenLine::open(&desk.line.device()).unwrap();
        let _getty = desk.start("-n L m");
        let ended = until(SOON, || {
            matches!(other.read(&mut [0; 8]), Ok(polygetty_platforms::line::Got::End) | Err(_)).then_some(())
        });
        assert!(ended.is_some(), "its read goes on");
        drop(other);
        if shared {
            waits(&mut desk);
        } else {
            desk.line.expect(P);
        }
        let facts = std::fs::metadata(desk.line.device()).unwrap();
        let owner = if shared { people::user(b"uucp").unwrap().map_or(0, |user| user.uid) } else { 0 };
        let mode = if shared { 0o660 } else { 0o620 };
        assert_eq!((facts.uid(), facts.permissions().mode() & 0o777), (owner, mode));
    }
}

#[test]
fn sco_81_the_caller_s_script_of_the_manual() {
    let mut desk = Desk::new().shared();
    let _getty = desk.start("-n L m");
    waits(&mut desk);
    // "" \r\d\r\d\r\d\r in:--in:  with the two seconds of each \d
    for _ in 0..3 {
        desk.line.send(b"\r");
        std::thread::sleep(Duration::from_secs(2));
    }
    desk.line.send(b"\r");
    desk.line.find(b"in: ");
    let _ = desk.line.rest(Duration::from_millis(300));
    desk.line.send(b"joe\r");
    desk.expect_argv(&["stub", "joe"]);
}

#[test]
fn sco_82_the_other_name_behaves_alike() {
    let mut desk = Desk::new();
    let _getty = desk.start_as("sco_uugetty", "-n L m", &[]);
    desk.line.expect(P);
    assert_eq!(desk.locked(), None);

    let mut desk = Desk::new().shared();
    let _getty = desk.start_as("sco_uugetty", "-n L m", &[]);
    waits(&mut desk);
    desk.line.expect_silence(Duration::from_millis(300));
    desk.line.send(b"\r");
    desk.line.expect(P);
}

#[test]
fn sco_71_the_record_that_init_made() {
    if !known() {
        return skipped("no utmp file of known shape here");
    }
    let mut desk = Desk::new();
    // init's record has the number of a process that it has just made: here a shell, which becomes the getty.
    let go = desk.root.path("go");
    let script = format!("while [ ! -e {} ]; do /bin/sleep 0.01; done; exec \"$@\"", go.display());
    let dir = desk.root.dir().to_str().unwrap().to_owned();
    let words = [
        "-c",
        &script,
        "sh",
        crate::scene::PROGRAM,
        "--root",
        &dir,
        "as",
        "sco_getty",
        "-hn",
        desk.line.name(),
        "m",
    ];
    let getty = polygetty_rig::Spawned::start(std::path::Path::new("/bin/sh"), &words, &[], &desk.root);
    let init = Entry { pid: getty.pid(), ..user(b"", INIT_PROCESS) };
    let other = user(b"other", USER_PROCESS);
    let id = init.id.clone();
    write_utmp(&desk.root, &[init, other]);
    desk.root.write("var/log/wtmp", "");
    std::fs::write(go, "").unwrap();
    desk.line.expect(P);
    let records = read_records(&desk.root, "run/utmp");
    assert_eq!(records.len(), 2, "{records:?}");
    let ours = &records[0];
    assert_eq!((ours.kind, ours.pid, &ours.id), (LOGIN_PROCESS, getty.pid(), &id));
    assert_eq!(ours.line, desk.line.name().as_bytes());
    assert_eq!(ours.user, b"LOGIN");
    assert_eq!(read_records(&desk.root, "var/log/wtmp").len(), 1);
}
