//! Configurations of people who run a dial-in of their own today: a USB modem, data alone, and PPP or a shell.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use polygetty_platforms::process;
use polygetty_rig::{Recorded, SOON, Spawned, until};

use super::scene::{Scene, node, text};
use crate::scene::skipped;
use crate::sco::PPPD;

/// mgetty.config as guides for small computers have it: with what is by now of no use, and blanks before a keyword.
const GUIDE: &str = "# global\ndebug 3\nfax-id\nspeed 115200\nissue-file /etc/issue.mgetty\n\
    login-prompt @ login:\\040\n\nport ttyACM0\n  port-group dialout\n  port-mode 0660\n  data-only yes\n  rings 1\n  \
    init-chat \"\" ATZ OK AT+VCID=0 OK AT+MS=V34,1,9600,33600 OK\n";
const LOGIN_CONFIG: &str = "# AutoPPP\n/AutoPPP/ - a_ppp /usr/sbin/pppd file /etc/ppp/options.ttyACM0 debug\n\n*\t-\t-\t/bin/login @\n";

/// A USB modem, the guide's files, and mgetty as a service has it.
struct Gateway {
    scene: Scene,
    mgetty: Spawned,
}

impl Gateway {
    /// Started with these words behind the line, up to where it waits for a call.
    #[track_caller]
    fn start(words: &[&str]) -> Self {
        Self::with_login_config(words, LOGIN_CONFIG)
    }

    #[track_caller]
    fn with_login_config(words: &[&str], login_config: &str) -> Self {
        let mut scene = Scene::on("ttyACM0");
        scene.root.write("etc/mgetty/mgetty.config", GUIDE);
        scene.root.write("etc/issue.mgetty", "Welcome on \\P\n");
        let path = scene.root.write("etc/mgetty/login.config", login_config);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::create_dir_all(scene.root.path("usr/sbin")).unwrap();
        scene.root.put_recorder("usr/sbin/pppd");
        let mgetty = scene.start_with(&[words, &["/dev/ttyACM0"]].concat());
        for command in [&b"ATZ\r"[..], b"AT+VCID=0\r", b"AT+MS=V34,1,9600,33600\r"] {
            scene.line.expect(command);
            scene.line.send(b"\r\nOK\r\n");
        }
        let gateway = Self { scene, mgetty };
        gateway.waits();
        gateway
    }

    fn pid_file(&self) -> Option<String> {
        text(self.scene.pid_file())
    }

    #[track_caller]
    fn waits(&self) {
        self.scene.waits();
        assert_eq!(self.pid_file(), Some(format!("{}\n", self.mgetty.pid())), "it forks");
    }

    /// A call is answered; `told` comes right behind CONNECT.
    #[track_caller]
    fn call(&mut self, told: &[u8]) {
        self.scene.answer();
        self.scene.line.send(&[b"\r\nCONNECT 33600/V34/LAPM/V42BIS\r\n", told].concat());
    }

    #[track_caller]
    fn expect_prompt(&mut self) {
        let prompt = format!("\rWelcome on ttyACM0\n\r\r\n{} login: ", node());
        self.scene.line.expect(prompt.as_bytes());
    }

    /// What every program finds: the line, and nothing of ours.
    #[track_caller]
    fn expect_terminal(&self, recorded: &Recorded) {
        assert_eq!(recorded.env("CONNECT").as_deref(), Some("33600/V34/LAPM/V42BIS"));
        let device = self.scene.line.device();
        for number in 0..3 {
            assert_eq!(
                recorded.text(&format!("fd.{number}")).as_deref(),
                device.to_str(),
                "descriptor {number}"
            );
            assert_eq!(recorded.text(&format!("waits.{number}")).as_deref(), Some("true"));
        }
        assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
        assert_eq!(recorded.number::<i32>("sid"), self.mgetty.pid());
        assert_eq!(recorded.number::<i32>("foreground"), self.mgetty.pid());
        assert_eq!(recorded.text("mask").as_deref(), Some(""));
        if polygetty_rig::caps().proc_self {
            assert_eq!(recorded.text("open").as_deref(), Some("0,1,2"));
            // The recorder itself ignores PIPE, and those from 32 on are the C library's.
            let ignored = u64::from_str_radix(&recorded.text("SigIgn").unwrap(), 16).unwrap();
            assert_eq!(ignored & 0x7fff_efff, 0, "{ignored:x}");
        }
    }

    /// What pppd was given.
    #[track_caller]
    fn pppd(&self) -> Recorded {
        let file = self.scene.root.path("usr/recorded");
        let text = until(SOON, || std::fs::read_to_string(&file).ok());
        let recorded =
            Recorded::parse(&text.unwrap_or_else(|| panic!("no pppd; log:\n{}", self.scene.log())));
        assert_eq!(recorded.argv(), ["pppd", "file", "/etc/ppp/options.ttyACM0", "debug"]);
        assert_eq!(recorded.number::<i32>("pid"), self.mgetty.pid());
        self.expect_terminal(&recorded);
        assert_eq!(recorded.env("DEVICE").as_deref(), Some("ttyACM0"));
        assert_eq!(recorded.flags_of(&["ICANON", "ECHO", "ISIG", "OPOST", "ICRNL", "IXON"]), [""; 0]);
        assert_eq!(recorded.speeds(), (115_200, 115_200));
        recorded
    }
}

#[test]
fn hobby_a_call_with_a_name() {
    let mut gateway = Gateway::start(&[]);
    gateway.call(b"");
    gateway.expect_prompt();
    gateway.scene.line.send(b"bob\r");
    gateway.scene.line.expect(b"bob\r\n");
    let recorded = gateway.scene.root.recorded();
    assert_eq!(recorded.argv(), ["login", "bob"]);
    assert_eq!(recorded.env("CALLER_ID").as_deref(), Some("none"));
    gateway.expect_terminal(&recorded);
    assert_eq!(gateway.mgetty.exit_status(), 0);
    let audit = "conn='33600/V34/LAPM/V42BIS', name='', cmd='/bin/login', user='bob'\n";
    assert!(gateway.scene.log().contains(audit), "{}", gateway.scene.log());
    assert!(
        !gateway.scene.log().contains("waiting..."),
        "debug 3 has warnings and no more: {}",
        gateway.scene.log()
    );
}

#[test]
fn hobby_n_swallows_the_r_that_follows_it() {
    // As one unit has it: an init is done all the same, and one ring answered.
    let mut gateway = Gateway::start(&["-n", "-r"]);
    gateway.call(b"");
    gateway.expect_prompt();
}

#[test]
fn hobby_a_service_s_pid_file_names_the_process_that_was_started() {
    let mut gateway = Gateway::start(&[]);
    gateway.call(b"");
    gateway.expect_prompt();
    assert_eq!(gateway.pid_file(), Some(format!("{}\n", gateway.mgetty.pid())));
    // A service that is stopped: TERM.
    gateway.mgetty.signal(polygetty_platforms::Signal::SIGTERM);
    assert_eq!(gateway.mgetty.exit_status(), 10);
    assert_eq!((gateway.pid_file(), gateway.scene.lock()), (None, None));
}

/// login.config must be root's.
fn needs_root() -> bool {
    if !process::is_root() {
        skipped("login.config counts only if it is root's");
    }
    !process::is_root()
}

#[test]
#[ignore = "root: login.config must be root's"]
fn hobby_root_pppd_at_the_prompt() {
    if needs_root() {
        return;
    }
    let mut gateway = Gateway::start(&[]);
    gateway.call(b"");
    gateway.expect_prompt();
    gateway.scene.line.send(PPPD);
    gateway.pppd();
    assert_eq!(gateway.scene.line.rest(Duration::from_millis(300)), b"", "not a byte of a frame is echoed");
    assert_eq!(gateway.mgetty.exit_status(), 0);
    let audit = "cmd='/usr/sbin/pppd', user='/AutoPPP/'\n";
    assert!(gateway.scene.log().contains(audit), "{}", gateway.scene.log());
    assert_eq!(gateway.scene.lock(), Some(format!("{:>10}\n", gateway.mgetty.pid())));
}

#[test]
#[ignore = "root: login.config must be root's"]
fn hobby_root_pppd_right_behind_connect() {
    if needs_root() {
        return;
    }
    let mut gateway = Gateway::start(&[]);
    gateway.call(PPPD);
    gateway.pppd();
    let said = gateway.scene.line.rest(Duration::from_millis(300));
    assert!(said.is_empty(), "{}", polygetty_rig::shown(&said));
}

#[test]
#[ignore = "root: login.config must be root's"]
fn hobby_root_what_pppd_ends_with_reaches_the_service() {
    if needs_root() {
        return;
    }
    let rules = LOGIN_CONFIG.replace("/usr/sbin/pppd", "/usr/sbin/hung-up");
    let mut gateway = Gateway::with_login_config(&[], &rules);
    gateway.scene.root.write_program("usr/sbin/hung-up", "#!/bin/sh\nexit 16\n");
    gateway.call(PPPD);
    assert_eq!(gateway.mgetty.exit_status(), 16);
}

#[test]
fn hobby_without_a_line_for_it_a_frame_starts_no_pppd() {
    let mut gateway = Gateway::with_login_config(&[], "# /AutoPPP/ - a_ppp /usr/sbin/pppd\n");
    gateway.call(b"");
    gateway.expect_prompt();
    gateway.scene.line.send(PPPD);
    gateway.scene.line.rest(Duration::from_millis(500));
    assert!(gateway.mgetty.is_running() && !gateway.scene.root.was_logged_in(), "{}", gateway.scene.log());
    assert!(!gateway.scene.root.path("usr/recorded").exists());
}

#[test]
fn hobby_a_terminal_on_a_cable() {
    // As an inittab has it for a console or a terminal; a pty has no carrier to wait for.
    for words in [&["-r", "-s", "9600", "ttyX"][..], &["-b", "-r", "-s", "9600", "ttyX", "vt100"]] {
        let mut scene = Scene::with("");
        let mut mgetty = scene.start_with(words);
        if words[0] == "-r" {
            scene.expect_log("waiting...");
            scene.line.expect_silence(Duration::from_millis(200));
            scene.line.send(b"\r");
        }
        // With -b, who is there when the line is open need not type anything first.
        scene.expect_prompt();
        assert_eq!(scene.line.attrs().speeds(), (9600, 9600));
        assert_eq!(scene.log_in("bob").env("CONNECT").as_deref(), Some("DIRECT"), "{words:?}");
        assert_eq!(mgetty.exit_status(), 0);
    }
}

#[test]
fn hobby_a_modem_that_echoes() {
    let mut scene = Scene::with("init-chat \"\" ATE1 OK AT&C1 OK");
    let _mgetty = scene.start();
    for command in ["ATE1\r", "AT&C1\r"] {
        scene.line.expect(command.as_bytes());
        scene.line.send(format!("{command}\r\nOK\r\n").as_bytes());
    }
    scene.waits();
    scene.answer();
    scene.line.send(b"ATA\r");
    scene.line.expect_silence(Duration::from_millis(1500));
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.expect_prompt();
    assert_eq!(scene.log_in("bob").env("CONNECT").as_deref(), Some("9600"));
}
