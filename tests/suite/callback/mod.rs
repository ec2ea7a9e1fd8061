//! callback: a call that we make, and the mgetty that gets it.

mod end_to_end;

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use polygetty_platforms::{Signal, process};
use polygetty_rig::{Line, Root, SOON, Spawned, shown, until};

use crate::mgetty::scene::Scene;
use crate::scene::{Living, PROGRAM, ascii, skipped, start};

/// The shortest delay before a call, and what else may take a while.
const DIALS: Duration = Duration::from_secs(20);
const OK: &[u8] = b"\r\nOK\r\n";

/// Whether somebody else than root runs the tests: callback refuses.
fn is_ordinary() -> bool {
    let is_ordinary = !process::is_root();
    if is_ordinary {
        skipped("callback is for root alone");
    }
    is_ordinary
}

/// The fixture with these lines of callback.config.
fn with(config: &str) -> Scene {
    let scene = Scene::on_a_pty("issue-file\nlogin-prompt login:\\040\n");
    scene.root.write("etc/mgetty/callback.config", format!("delay 0\n{config}"));
    scene
}

/// Makes a living process the mgetty of a line.
fn watch(scene: &Scene, by: i32) {
    fs::write(scene.pid_file(), format!("{by}\n")).unwrap();
}

fn command(root: &Root, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.arg("--root").arg(root.dir()).args(["as", "callback"]).args(arguments).env_clear();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end, with this on its standard input.
fn run(root: &Root, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = command(root, arguments).stdin(Stdio::piped()).spawn().expect("start callback");
    child.stdin.take().expect("its input").write_all(input).expect("write to it");
    child.wait_with_output().expect("its end")
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn log(root: &Root) -> String {
    said(&fs::read(root.path("var/log/mgetty/mg_callback.log")).unwrap_or_default())
}

/// The modem takes modem-init.
#[track_caller]
fn prepare(scene: &mut Scene) {
    scene.line.expect_within(b"ATQ0V1H0\r", DIALS);
    scene.line.send(OK);
    scene.line.expect(b"AT+FCLASS=0\r");
    scene.line.send(OK);
}

#[test]
fn mg_78_somebody_else_than_root_is_told_on_standard_output() {
    let root = Root::new();
    let mut command = command(&root, &["-l", "ttyX", "111"]);
    if process::is_root() {
        command.uid(65534).gid(65534);
    }
    let Ok(output) = command.stdin(Stdio::null()).output() else {
        return skipped("another account cannot run the program");
    };
    assert_eq!(output.status.code(), Some(2), "{}", said(&output.stderr));
    assert!(said(&output.stdout).contains("only root may run it"), "{}", said(&output.stdout));
}

#[test]
fn mg_78_a_bad_option_is_told_on_standard_output() {
    let output = run(&Root::new(), &["-z", "111"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stdout).contains("usage: callback"), "{}", said(&output.stdout));
    assert_eq!(said(&output.stderr), "");
}

#[test]
fn mg_79_and_80_lines_and_numbers_that_are_none() {
    if !process::is_root() {
        return skipped("callback refuses others than root before it looks at lines and numbers");
    }
    let root = Root::new();
    let output = run(&root, &["-l", "/tmp/x", "111"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stderr).contains("/tmp/x"), "{}", said(&output.stderr));
    let number = "5".repeat(41);
    for number in ["555;x", "", " ", "5\r", number.as_str()] {
        let output = run(&root, &["-l", "ttyX", number], b"");
        assert_eq!((output.status.code(), said(&output.stdout).as_str()), (Some(2), ""), "{number:?}");
        assert!(said(&output.stderr).contains("number"), "{}", said(&output.stderr));
    }
}

#[test]
fn mg_104_the_version() {
    let output = run(&Root::new(), &["-V"], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(said(&output.stdout).starts_with("callback (polygetty) "), "{}", said(&output.stdout));
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_81_root_a_call_is_made_and_the_mgetty_of_the_line_gets_it() {
    if is_ordinary() {
        return;
    }
    // Also MG-72: a Y entry is for those whom we called.
    let mut scene = with("retry-time 2\n");
    scene.root.put_recorder("bin/prog");
    let rules = "!version 2\nbob N - - /bin/login wrong\n* Y - - /bin/prog @\n* - - - /bin/login @\n";
    let rules = scene.root.write("etc/mgetty/login.config", rules);
    fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
    let mut getty = scene.wait();
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-l", &name, "111", "222"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(callback.pid()));
    scene.line.send(b"\r\nBUSY\r\n");
    scene.line.expect(b"ATD222\r");
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n");
    scene.line.expect(b"...ok\r\n");
    assert_eq!(callback.exit_status(), 0);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    assert!(
        log(&scene.root).contains(&format!("callback: success, device=/dev/{name}, mgetty={}", getty.pid()))
    );
    scene.line.find(b"login: ");
    scene.line.send(b"bob\r");
    let recorded = scene.root.recorded();
    assert_eq!(recorded.argv(), ["prog", "bob"]);
    assert_eq!(recorded.number::<i32>("pid"), getty.pid());
    assert_eq!(recorded.text("controlling").as_deref(), Some("true"));
    getty.ended();
}

#[test]
#[ignore = "root: callback is for root alone"]
fn root_an_mgetty_that_starts_while_the_call_is_made_gets_it_too() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("");
    let other = Living::new();
    watch(&scene, other.pid());
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-x0", "-l", &name, "111"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    let getty = scene.start();
    scene.expect_log("is in use");
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
    assert_eq!(callback.exit_status(), 0);
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
    scene.line.find(b"login: ");
    // MG-104: all went well, and level 0 has nothing of that.
    assert_eq!(log(&scene.root), "");
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_72_root_who_calls_in_to_be_called_back_is_called_back_on_that_line() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("retry-time 1\n");
    let script =
        format!("#!/bin/sh\nexec {PROGRAM} --root {} as callback \"$@\"\n", scene.root.dir().display());
    scene.root.write_program("usr/sbin/callback", script);
    let rules =
        "!version 2\ncback N - - /usr/sbin/callback -S 5551212\n* Y - - /bin/login @\n* - - - /bin/false\n";
    let rules = scene.root.write("etc/mgetty/login.config", rules);
    fs::set_permissions(rules, fs::Permissions::from_mode(0o600)).unwrap();
    let mut first = scene.wait();
    scene.call();
    scene.line.find(b"login: ");
    scene.line.send(b"cback\r");
    scene.line.find(b"callback goes on in the background");
    scene.line.find(b"mgetty.callback.\r\n");
    assert_eq!(first.exit_status(), 0);
    // Init starts the next one, which has the line first.
    let second = scene.start();
    scene.initialise();
    prepare(&mut scene);
    scene.line.expect(b"ATD5551212\r");
    scene.line.send(b"\r\nCONNECT 9600\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
    scene.line.find(b"login: ");
    scene.line.send(b"cback\r");
    let recorded = scene.root.recorded();
    assert_eq!(
        (recorded.argv(), recorded.number::<i32>("pid")),
        (vec!["login".into(), "cback".into()], second.pid())
    );
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_82_root_a_line_without_an_mgetty_is_not_called_on() {
    if is_ordinary() {
        return;
    }
    let scene = with("");
    let name = scene.name().to_owned();
    let mut callback = start(&scene.root, "callback", &["-d", "-l", &name, "111"], &[]);
    assert_eq!(callback.exit_status_within(DIALS), 2);
    assert_eq!(scene.locks(), [""; 0]);
    assert!(log(&scene.root).contains("nobody watches"), "{}", log(&scene.root));
}

#[test]
fn mg_83_a_signal_of_somebody_who_has_not_the_line_is_ignored() {
    let mut scene = Scene::on_a_pty("");
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let mut getty = scene.start();
    scene.expect_log("is in use");
    getty.signal(Signal::SIGUSR1);
    scene.line.expect_silence(Duration::from_millis(500));
    assert!(getty.is_running());
    assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(dialer.pid()));
    assert!(!scene.log().contains("hands a call over"), "{}", scene.log());
    getty.signal(Signal::SIGTERM);
    assert_eq!(getty.exit_status(), 10);
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_102_root_a_number_is_asked_for() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("");
    let living = Living::new();
    watch(&scene, living.pid());
    let name = scene.name().to_owned();
    for input in [&b"\n"[..], b"", b"555;x\n"] {
        let output = run(&scene.root, &["-d", "-l", &name], input);
        assert_eq!(output.status.code(), Some(2), "{}", shown(input));
        assert_eq!(said(&output.stdout), "Telephone number for callback: ");
    }
    scene.line.expect_silence(Duration::ZERO);
    let mut child =
        command(&scene.root, &["-d", "-l", &name]).stdin(Stdio::piped()).spawn().expect("start callback");
    child.stdin.take().unwrap().write_all(b"5551234\n").unwrap();
    prepare(&mut scene);
    scene.line.expect(b"ATD5551234\r");
    process::send(i32::try_from(child.id()).unwrap(), Signal::SIGTERM).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(10));
    assert_eq!(said(&output.stdout), "Telephone number for callback: ");
    assert_eq!(scene.locks(), [""; 0]);
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_103_root_it_goes_into_the_background() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("retry-time 1\nmax-time 2\n");
    let living = Living::new();
    watch(&scene, living.pid());
    let name = scene.name().to_owned();
    let mut terminal = Line::open();
    let mut parent = command(&scene.root, &["-l", &name, "111"])
        .stdin(terminal.keep_open())
        .stdout(terminal.keep_open())
        .stderr(terminal.keep_open())
        .spawn()
        .expect("start callback");
    terminal.find(b"mg_callback.log,\r\n");
    terminal.find(b"mgetty.callback.\r\n");
    assert_eq!(parent.wait().unwrap().code(), Some(0));
    let parent = i32::try_from(parent.id()).unwrap();
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    let lock = said(&fs::read(scene.lock_file()).unwrap());
    let child: i32 = lock.trim().parse().unwrap();
    assert_ne!(child, parent);
    if let Ok(stat) = fs::read_to_string(format!("/proc/{child}/stat")) {
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        assert_eq!((fields[3], fields[4]), (child.to_string().as_str(), "0"), "session and terminal: {stat}");
        for fd in 0..3 {
            let to = fs::read_link(format!("/proc/{child}/fd/{fd}")).unwrap();
            assert_eq!(to, Path::new("/dev/null"));
        }
    }
    scene.line.send(b"\r\nBUSY\r\n");
    let lock = scene.lock_file();
    let ended = || (!lock.exists()).then_some(());
    while until(Duration::from_secs(4), ended).is_none() {
        scene.line.send(b"\r\nBUSY\r\n");
    }
    assert_eq!(said(&terminal.rest(Duration::ZERO)), "");
    let log = log(&scene.root);
    assert!(log.contains("no connection: BUSY") && log.contains("gives up"), "{log}");
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_105_root_options_are_stronger_than_the_file_and_the_log_has_it() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("modem-init \"\" ATZ9 OK\nspeed 2400\nretry-time 1\nmax-time 1\n");
    let living = Living::new();
    watch(&scene, living.pid());
    let name = scene.name().to_owned();
    let arguments = ["-d", "-x5", "-m", "\"\" ATX3 OK", "-s", "19200", "-l", &name, "111"];
    let mut callback = start(&scene.root, "callback", &arguments, &[]);
    scene.line.expect_within(b"ATX3\r", DIALS);
    assert_eq!(scene.line.attrs().speeds(), (19200, 19200));
    scene.line.send(OK);
    scene.line.expect(b"ATD111\r");
    scene.line.send(b"\r\nNO CARRIER\r\n");
    assert_eq!(callback.exit_status(), 10);
    // MG-104: the number and the modem's answers.
    let log = log(&scene.root);
    assert!(log.contains("ATD111") && log.contains("NO CARRIER[0d]"), "{log}");
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_106_root_a_line_in_use_is_passed_over() {
    if is_ordinary() {
        return;
    }
    let scene = with("");
    let mut second = scene.beside();
    let living = Living::new();
    watch(&scene, living.pid());
    watch(&second, living.pid());
    let dialer = Living::new();
    fs::write(scene.lock_file(), ascii(dialer.pid())).unwrap();
    let lines = format!("{}:/dev/{}", scene.name(), second.name());
    let _callback = start(&scene.root, "callback", &["-d", "-l", &lines, "111"], &[]);
    prepare(&mut second);
    second.line.expect(b"ATD111\r");
    assert!(second.lock().is_some());
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_106_root_the_line_that_it_was_called_on() {
    if is_ordinary() {
        return;
    }
    let mut scene = Scene::on_a_pty("");
    let mut second = scene.beside();
    let config = format!("delay 0\ndialout-devices {}\n", scene.name());
    scene.root.write("etc/mgetty/callback.config", config);
    let living = Living::new();
    watch(&scene, living.pid());
    watch(&second, living.pid());
    let mut child = command(&scene.root, &["-d", "-S", "111"])
        .stdin(second.line.keep_open())
        .spawn()
        .expect("start callback");
    prepare(&mut second);
    second.line.expect(b"ATD111\r");
    scene.line.expect_silence(Duration::ZERO);
    assert_eq!(scene.open_in(i32::try_from(child.id()).unwrap()).unwrap_or(0), 0);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[ignore = "root: callback is for root alone"]
fn mg_107_root_an_mgetty_that_does_not_answer() {
    if is_ordinary() {
        return;
    }
    let mut scene = with("");
    let getty = scene.wait();
    getty.signal(Signal::SIGSTOP);
    let name = scene.name().to_owned();
    let mut callback: Spawned = start(&scene.root, "callback", &["-d", "-l", &name, "111"], &[]);
    prepare(&mut scene);
    scene.line.expect(b"ATD111\r");
    scene.line.send(b"\r\nCONNECT\r\n");
    scene.line.expect(b"Connection established, please wait...\r\n");
    scene.line.expect_within(b"\r\nSorry, nobody takes the call over. Goodbye.\r\n", Duration::from_secs(40));
    assert_eq!(callback.exit_status_within(Duration::from_secs(15)), 5);
    assert_eq!(scene.locks(), [""; 0]);
}

/// Debian's programs, with the root's files in place of the system's.
const THEIRS: &str = r#"
mount --bind "$ROOT/etc" /etc &&
mount --bind "$ROOT/var/run" /run &&
mount --bind "$ROOT/var/lock" /run/lock &&
mount --bind "$ROOT/var/log" /var/log || exit 99
exec "$@"
"#;

fn start_theirs(root: &Root, program: &str, arguments: &[&str]) -> Spawned {
    let dir = root.dir().to_str().unwrap();
    let head = ["-m", "--propagation", "private", "/bin/sh", "-c", THEIRS, "sh", program];
    let environment = [("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"), ("ROOT", dir)];
    Spawned::start(Path::new("/usr/bin/unshare"), &[&head, arguments].concat(), &environment, root)
}

#[test]
#[ignore = "root: callback is for root alone, and mounts are root's"]
fn mg_81_root_a_call_changes_hands_between_ours_and_debians() {
    if is_ordinary() {
        return;
    }
    let (mgetty, callback) = ("/usr/sbin/mgetty", "/usr/sbin/callback");
    // The names may be ours.
    let is_theirs = |path: &str| {
        Path::new(path).exists() && !fs::read_link(path).is_ok_and(|to| to.ends_with("polygetty"))
    };
    if !is_theirs(mgetty) || !is_theirs(callback) {
        return skipped("Debian's mgetty (package mgetty) is not installed");
    }
    let mut mounts = Command::new("unshare");
    mounts.args(["-m", "--propagation", "private", "mount", "--bind", "/etc", "/etc"]);
    if !mounts.stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return skipped("mounts are not allowed here");
    }
    for is_our_callback in [true, false] {
        let mut scene = with("delay-randomize 1\nretry-time 2\n");
        fs::create_dir_all(scene.root.path("var/run/lock")).unwrap();
        let name = scene.name().to_owned();
        let getty = match is_our_callback {
            true => start_theirs(&scene.root, mgetty, &[&name]),
            false => scene.start(),
        };
        scene.initialise();
        scene.expect_log("waiting...");
        let arguments = ["-d", "-l", &name, "111", "222"];
        let mut caller = match is_our_callback {
            true => start(&scene.root, "callback", &arguments, &[]),
            false => start_theirs(&scene.root, callback, &arguments),
        };
        prepare(&mut scene);
        scene.line.expect(b"ATD111\r");
        // Debian's takes the signal for a ring while it has not seen the lock, and looks at that when it hears
        // something that callback has left it.
        let sees_the_lock = until(SOON, || {
            scene.line.send(b"\r\n");
            let log = scene.log();
            (log.contains("lock not made") || log.contains("waits until it is free")).then_some(())
        });
        assert!(sees_the_lock.is_some(), "{}", scene.log());
        scene.line.send(b"\r\nBUSY\r\n");
        scene.line.expect(b"ATD222\r");
        scene.line.send(b"\r\nCONNECT 9600\r\n");
        scene.line.expect(b"Connection established, please wait...\r\n...ok\r\n");
        assert_eq!(caller.exit_status(), 0);
        scene.line.find(b"login: ");
        assert_eq!(fs::read(scene.lock_file()).unwrap(), ascii(getty.pid()));
        let success = format!("callback: success, device=/dev/{name}, mgetty={}", getty.pid());
        assert!(log(&scene.root).contains(&success), "{}", log(&scene.root));
    }
}
