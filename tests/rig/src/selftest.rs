//! The rig without the program: what tests rely on, they may rely on.

use std::time::Duration;

use polygetty_platforms::line::OpenLine;

use crate::{Line, Root, Spawned, caps};

#[test]
fn a_line_tells_what_came_and_what_did_not() {
    let mut line = Line::open();
    let owner = OpenLine::open(&line.device()).unwrap();
    owner.set_attrs(&owner.attrs().unwrap().raw()).unwrap();
    assert_eq!(owner.write(b"junk P: ").unwrap(), 8);
    assert_eq!(line.find(b"P: "), b"junk ");
    owner.write(b"one").unwrap();
    line.expect(b"one");
    line.expect_silence(Duration::from_millis(10));
    let mistaken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        owner.write(b"two\r").unwrap();
        line.expect(b"three");
    }));
    let said = *mistaken.unwrap_err().downcast::<String>().unwrap();
    for part in ["other bytes came", "three", "two", "junk P: one"] {
        assert!(said.contains(part), "{part} in {said}");
    }
    line.send(b"abc");
    let mut bytes = [0; 8];
    owner.read(&mut bytes).unwrap();
    assert_eq!(&bytes[..3], b"abc");
}

#[test]
fn the_recorder_tells_what_it_was_given() {
    let root = Root::new();
    root.put_recorder("bin/login");
    let mut program = Spawned::start(&root.path("bin/login"), &["a b", "%"], &[("TERM", "x\ny")], &root);
    let recorded = root.recorded();
    assert_eq!(recorded.argv()[1..], ["a b", "%"]);
    assert_eq!(recorded.env("TERM").as_deref(), Some("x\ny"));
    assert_eq!(recorded.number::<i32>("pid"), program.pid());
    assert_eq!(recorded.text("fd.0"), None, "standard input is no terminal");
    if caps().proc_self {
        // Whoever runs the tests may have left it more than these.
        let open = recorded.text("open").unwrap();
        assert!(["0", "1", "2"].iter().all(|number| open.split(',').any(|fd| fd == *number)), "{open}");
    }
    assert_eq!(program.exit_status(), 0);
}

#[test]
fn what_is_started_ends_with_its_value() {
    let root = Root::new();
    let script = root.write_program("bin/sleeper", "#!/bin/sh\nexec sleep 1000\n");
    let sleeper = Spawned::start(&script, &[], &[("PATH", "/bin:/usr/bin")], &root);
    let pid = sleeper.pid();
    assert!(polygetty_platforms::process::is_alive(pid));
    drop(sleeper);
    assert!(!polygetty_platforms::process::is_alive(pid));
}

#[test]
fn a_line_waits_once_its_program_sleeps() {
    if !caps().proc_self {
        return eprintln!("skipped: this system does not tell who sleeps");
    }
    let root = Root::new();
    let mut line = Line::open();
    let busy =
        "#!/bin/sh\nexec <>\"$1\" >&0\nstty raw -echo\nuntil [ -e \"$2\" ]; do :; done\nexec sleep 1000\n";
    let busy = root.write_program("bin/busy", busy);
    let (device, enough) = (line.device(), root.path("enough"));
    let arguments = [&device, &enough].map(|path| path.to_str().unwrap());
    let _busy = Spawned::start(&busy, &arguments, &[("PATH", "/bin:/usr/bin")], &root);
    line.attrs_when("raw modes", |attrs| attrs.flag("ICANON") == Some(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(700));
            std::fs::write(&enough, "").unwrap();
        });
        line.expect_waiting();
        assert!(enough.exists(), "who is silent because it is busy was taken for one that waits");
    });
}
