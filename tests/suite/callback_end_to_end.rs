//! A caller is called back: two lines, a modem on each, and what the three logs say of it afterwards.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_platforms::process;
use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::{PROGRAM, skipped, start};

const CONFIG: &str = "toggle-dtr n
data-only y
init-chat \"\" ATZ OK
issue-file Welcome
login-prompt login:\\040
";
const OK: &[u8] = b"\r\nOK\r\n";
/// The shortest delay before a call, and what else may take a while.
const DIALS: Duration = Duration::from_secs(20);

/// A root that two mgettys and callback share.
struct Site(Root);

impl Site {
    /// Line A is called on, line B calls back.
    fn new(a: &Line, b: &Line) -> Self {
        let root = Root::new();
        for name in ["var/run", "var/log/mgetty"] {
            fs::create_dir_all(root.path(name)).unwrap();
        }
        root.write("etc/mgetty/mgetty.config", CONFIG);
        root.write("etc/mgetty/callback.config", "delay 0\ndelay-randomize 0\nretry-time 2\n");
        root.put_recorder("bin/login");
        let dir = root.dir().display().to_string();
        root.write_program(
            "bin/callback",
            format!("#!/bin/sh\nexec {PROGRAM} --root {dir} as callback \"$@\"\n"),
        );
        let rules = format!(
            "!version 2\ncback N - - /bin/callback -x 4 -l {}:{} 5551212\n* Y - - /bin/login @\n* - - - /bin/false\n",
            b.name(),
            a.name()
        );
        let rules = root.write("etc/mgetty/login.config", rules);
        fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
        Self(root)
    }

    fn read(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.0.path(name)).unwrap_or_default()).into_owned()
    }

    /// The log of a line.
    fn log(&self, line: &Line) -> String {
        self.read(&format!("var/log/mgetty/mg_{}.log", line.name().replace('/', "-")))
    }

    fn callback_log(&self) -> String {
        self.read("var/log/mgetty/mg_callback.log")
    }

    /// Who has the line; None: nobody.
    fn holder(&self, line: &Line) -> Option<i32> {
        self.read(&format!("var/lock/LCK..{}", line.file_name())).trim().parse().ok()
    }

    /// Init starts an mgetty; the modem takes its initialisation, and it waits for a call.
    #[track_caller]
    fn watch(&self, line: &mut Line) -> Spawned {
        let told = self.log(line).matches("waiting...").count();
        let getty = start(&self.0, "mgetty", &[line.name()], &[]);
        line.find(b"ATZ\r");
        line.send(OK);
        let waits = until(SOON, || (self.log(line).matches("waiting...").count() > told).then_some(()));
        assert!(waits.is_some(), "it does not wait for a call:\n{}", self.log(line));
        getty
    }
}

/// All of these stand in a log, one behind the other.
#[track_caller]
fn assert_told(whose: &str, log: &str, story: &[&str]) {
    let mut rest = log;
    for part in story {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => panic!("{whose} does not say {part:?} where it should:\n{log}"),
        }
    }
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_a_caller_is_called_back_on_another_line_and_three_logs_tell_of_it() {
    if !process::is_root() {
        return skipped("callback is for root alone");
    }
    let (mut a, mut b) = (Line::open(), Line::open());
    // Bytes and modes outlive the one process that has the line.
    let _spare = [a.keep_open(), b.keep_open()];
    let site = Site::new(&a, &b);
    let mut first = site.watch(&mut a);
    let mut second = site.watch(&mut b);

    // The call comes in on A.
    a.send(b"\r\nRING\r\n");
    a.expect(b"ATA\r");
    a.send(b"\r\nCONNECT 9600\r\n");
    a.find(b"Welcome\r\n");
    a.find(b"login: ");
    a.send(b"cback\r");
    a.find(b"callback goes on in the background");
    assert_eq!(first.exit_status(), 0, "the line is free when callback is in the background");
    // Its modem hears no more; init starts the next one on A.
    a.rest(Duration::ZERO);
    let mut third = site.watch(&mut a);

    // The call goes out on B.
    b.expect_within(b"ATQ0V1H0\r", DIALS);
    b.send(OK);
    b.expect(b"AT+FCLASS=0\r");
    b.send(OK);
    b.expect(b"ATD5551212\r");
    let callback = site.holder(&b).expect("callback has the line");
    // The mgetty sees that the line is in use if it looks before callback has read what woke both.
    let is_told = until(SOON, || {
        b.send(b"\r\n");
        site.log(&b).contains("waits until it is free").then_some(())
    });
    assert!(is_told.is_some(), "the mgetty of B does not see who has the line:\n{}", site.log(&b));
    b.send(b"\r\nBUSY\r\n");
    b.expect_within(b"ATD5551212\r", DIALS);
    assert_eq!(site.holder(&b), Some(callback));
    b.send(b"\r\nCONNECT 14400/LAPM\r\n");
    b.expect(b"Connection established, please wait...\r\n");
    b.expect(b"...ok\r\n");
    b.find(b"Welcome\r\n");
    b.find(b"login: ");
    assert_eq!(site.holder(&b), Some(second.pid()), "the line is the mgetty's now");
    b.send(b"bob\r");
    let recorded = site.0.recorded();
    assert_eq!(recorded.argv(), ["login", "bob"]);
    assert_eq!(recorded.number::<i32>("pid"), second.pid());
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    for (name, value) in [("CALLER_ID", Some("none")), ("CONNECT", Some("")), ("DEVICE", Some(b.name()))] {
        assert_eq!(recorded.env(name).as_deref(), value, "{name}");
    }
    second.ended();
    assert!(third.is_running(), "A waits for the next call");
    assert_eq!(site.holder(&a), None);

    let (pid_a, pid_b) = (first.pid(), second.pid());
    let (name_a, name_b) = (a.name(), b.name());
    assert_told(
        "the log of A",
        &site.log(&a),
        &[
            "waiting...",
            "send: ATA",
            &format!(
                "##### data dev={name_a}, pid={pid_a}, caller='none', conn='9600', name='', cmd='/bin/callback', user='cback'"
            ),
            "waiting...",
        ],
    );
    assert_told(
        "the log of callback",
        &site.callback_log(),
        &[
            &format!("calls on {name_b} (process {callback})"),
            "send: ATD5551212",
            "no connection: BUSY",
            "tries again in 2 s",
            "send: ATD5551212",
            "the call is up: CONNECT 14400/LAPM",
            &format!("hands the call over to process {pid_b}"),
            &format!("##### callback: success, device=/dev/{name_b}, mgetty={pid_b}\n"),
        ],
    );
    assert_told(
        "the log of B",
        &site.log(&b),
        &[
            "waiting...",
            &format!("names process {callback} "),
            "waits until it is free",
            &format!("process {callback} hands a call over to us"),
            &format!("takes the call over that process {callback} has made"),
            &format!(
                "##### data dev={name_b}, pid={pid_b}, caller='none', conn='', name='', cmd='/bin/login', user='bob'"
            ),
        ],
    );
    third.signal(polygetty_platforms::Signal::SIGTERM);
    assert_eq!(third.exit_status(), 10);
}
