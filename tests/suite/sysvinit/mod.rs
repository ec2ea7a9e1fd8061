//! The lines that old inittabs hold, run by the init that they were written for: `cargo test -- --ignored root_`.

mod calls;
mod machine;
mod mgetty;
mod sco;

use std::time::Duration;

use polygetty_rig::{Line, Root, until};

use machine::{Machine, root_folder};

/// sysvinit puts an entry aside for five minutes when it starts it eleven times within two: lives at least so long
/// are fewer than ten of them.
const LONG_ENOUGH: Duration = Duration::from_millis(120_000 / 9);

/// Longer than a hang-up and what a busy machine adds.
const PATIENT: Duration = Duration::from_secs(20);

/// uugetty looks every 30 seconds whether the line is free.
const LOOK: Duration = Duration::from_secs(45);

/// The labels that the inittab lines name. The prompt tells which one it was.
fn gettydefs() -> String {
    let entry = |(label, speed)| {
        format!("{label}# B{speed} CS8 CLOCAL # B{speed} SANE -ISTRIP CLOCAL #@S {label} login: #{label}\n\n")
    };
    let entries = [
        ("1st", 9600),
        ("VC", 38400),
        ("9600", 9600),
        ("1200", 1200),
        ("38400", 38400),
        ("M19200", 19200),
        ("F115200", 115_200),
    ];
    entries.map(entry).concat()
}

/// An inittab line and what a caller must see of it.
struct Case {
    line: &'static str,
    /// the run level that it is for
    level: char,
    device: &'static str,
    label: &'static str,
    /// what the session has for TERM, if the line says
    term: Option<&'static str>,
    /// what the far end must type before there is a prompt
    first: &'static [u8],
}

const PLAIN: Case = Case { line: "", level: '3', device: "tty1", label: "9600", term: None, first: b"" };

/// §1's table, but for the line that is a usage error. Those of simpleinit (identifier, terminal type, command) are
/// written as sysvinit's: TERM is all that the type was for.
const CASES: [Case; 8] = [
    Case { line: "1:23:respawn:/sbin/getty tty1 VC linux", label: "VC", term: Some("linux"), ..PLAIN },
    Case { line: "S2:3:respawn:/sbin/uugetty ttyS2 M19200", device: "ttyS2", label: "M19200", ..PLAIN },
    Case {
        line: "S3:456:respawn:/sbin/uugetty -d /etc/default/uugetty.ttyS3 ttyS3 F115200 vt100",
        level: '4',
        device: "ttyS3",
        label: "F115200",
        term: Some("vt100"),
        ..PLAIN
    },
    Case { line: "tty1:3:respawn:/bin/env TERM=vt100 /bin/getty tty1 9600", term: Some("vt100"), ..PLAIN },
    Case {
        line: "30:2:respawn:/usr/lib/uucp/uugetty -r -t 60 tty12 1200",
        level: '2',
        device: "tty12",
        label: "1200",
        first: b"\r",
        ..PLAIN
    },
    Case {
        line: "tty1:3:respawn:/bin/env TERM=console /etc/getty 9600 tty1",
        term: Some("console"),
        ..PLAIN
    },
    Case {
        line: "c1:1235:respawn:/sbin/agetty 38400 tty1 linux",
        level: '5',
        label: "38400",
        term: Some("linux"),
        ..PLAIN
    },
    Case { line: "1:2345:respawn:/sbin/getty 38400 tty1", level: '2', label: "38400", ..PLAIN },
];

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn gps_89_root_inittab_lines_under_sysvinit() {
    std::thread::scope(|scope| {
        for case in &CASES {
            let Some(root) = root_folder() else { return };
            std::thread::Builder::new()
                .name(case.line.to_owned())
                .spawn_scoped(scope, move || two_sessions(case, root))
                .unwrap();
        }
        let Some(root) = root_folder() else { return };
        scope.spawn(move || usage_error(root));
    });
}

fn two_sessions(case: &Case, root: Root) {
    root.write("etc/gettydefs", gettydefs());
    root.write("etc/default/uugetty.ttyS3", "SYSTEM=threes\n");
    root.write("etc/issue", "");
    let mut line = Line::open();
    let inittab = format!("id:{}:initdefault:\n{}\n", case.level, case.line);
    let machine = Machine::boot(root, &inittab, &[(case.device, &line)]);
    let id = case.line.split(':').next().unwrap();
    let mut last = None;
    for _ in 0..2 {
        if !case.first.is_empty() {
            line.expect_waiting();
            line.send(case.first);
        }
        let prompt = format!("{} login: ", case.label);
        let before = line.find_within(prompt.as_bytes(), PATIENT);
        assert_eq!(before.ends_with(b"threes "), case.device == "ttyS3", "the file that -d names");
        let getty = machine.getty(id, case.device);
        assert_ne!(Some(getty), last, "{}: init started no other", case.line);

        line.send(b"bob\r");
        line.find(b"$ ");
        line.send(b"echo I $PPID `tty` $TERM; echo DO''NE\r");
        line.find(b"\r\nI ");
        let said = String::from_utf8(line.find(b"\r\nDONE\r\n")).unwrap();
        let words: Vec<&str> = said.split(' ').collect();
        assert_eq!(words[..2], [&getty.to_string(), &format!("/dev/{}", case.device)], "{}", case.line);
        if let Some(term) = case.term {
            assert_eq!(words[2], term, "{}", case.line);
        }
        line.find(b"$ ");
        line.send(b"exit\r");
        line.find(b"exit\r\n");
        last = Some(getty);
    }
}

/// Debian's line for agetty. `-L` is no option of getty_ps.
fn usage_error(root: Root) {
    root.write("etc/gettydefs", gettydefs());
    let mut line = Line::open();
    let before = line.attrs();
    let inittab = "id:3:initdefault:\nT0:23:respawn:/sbin/getty -L ttyS0 9600 vt100\n";
    let machine = Machine::boot(root, inittab, &[("ttyS0", &line)]);
    expect_long_lives(&machine, "T0", &["getty[", "usage"]);
    line.expect_silence(Duration::ZERO);
    assert_eq!(line.attrs(), before);
}

#[test]
#[ignore = "root: runs sysvinit in a pid namespace"]
fn root_a_missing_device_makes_no_storm() {
    let Some(root) = root_folder() else { return };
    root.write("etc/gettydefs", gettydefs());
    // Beside it one that does make a storm, or init's silence would prove nothing.
    let inittab = "id:3:initdefault:\nS4:3:respawn:/sbin/uugetty ttyS4 M19200\nno:3:respawn:/bin/false\n";
    let machine = Machine::boot(root, inittab, &[]);
    machine.expect_log(&["init", "\"no\" respawning too fast"], 1, PATIENT);
    expect_long_lives(&machine, "S4", &["uugetty[", "ttyS4"]);
    eprintln!("{}", machine.log());
}

/// Two lives in a row each last so long that there are fewer than ten of them in two minutes, and init is content.
/// (It would take two minutes to see that itself: the shortest distance stands for all.)
#[track_caller]
fn expect_long_lives(machine: &Machine, id: &str, words: &[&str]) {
    let mut starts: Vec<(i32, Duration)> = Vec::new();
    let seen = until(Duration::from_secs(120), || {
        for (_, text) in machine.log_lines(words) {
            let pid = text.split_once('[').unwrap().1.split_once(']').unwrap().0.parse().unwrap();
            if starts.iter().all(|(other, _)| *other != pid) {
                // What it says comes early in its life, but at no fixed time of it: what counts is when it was started.
                let started = machine.started(pid);
                starts.push((pid, started.unwrap_or_else(|| panic!("{pid} is gone:\n{}", machine.log()))));
            }
        }
        (starts.len() >= 3).then_some(())
    });
    assert!(seen.is_some(), "{starts:?}\n{}", machine.log());
    for pair in starts.windows(2) {
        let life = pair[1].1 - pair[0].1;
        assert!(life > LONG_ENOUGH, "a life of {life:?}\n{}", machine.log());
    }
    assert!(machine.log_lines(&[&format!("\"{id}\" respawning too fast")]).is_empty(), "{}", machine.log());
}
