//! callback: a call that we make, and the mgetty that gets it.

mod calls;
mod debians;
mod end_to_end;

use std::fs;
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use polygetty_platforms::{Signal, process};
use polygetty_rig::{Line, Root, shown, until};

use crate::mgetty::scene::Scene;
use crate::scene::{Living, PROGRAM, skipped, start, stat};

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
    if let Some(session) = stat(Path::new("/proc"), child, 3) {
        let terminal = stat(Path::new("/proc"), child, 4);
        assert_eq!((session, terminal.as_deref()), (child.to_string(), Some("0")), "session and terminal");
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
