//! With the system's own login and with root's rights: `cargo test -- --ignored root_`.

use std::io::Write;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use polygetty_platforms::{people, process};
use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::{P, PROGRAM, Scene, skipped};

const PASSWORD: &str = "correct horse 7";

/// An account that goes with this value.
struct Account(String);

impl Account {
    fn make() -> Result<Self, String> {
        let name = format!("pgtest{}", process::pid());
        run(Command::new("useradd").args([
            "--no-create-home",
            "--home-dir",
            "/",
            "--shell",
            "/bin/sh",
            &name,
        ]))?;
        let account = Self(name);
        let mut chpasswd = Command::new("chpasswd");
        let mut child =
            chpasswd.stdin(Stdio::piped()).spawn().map_err(|error| format!("chpasswd: {error}"))?;
        let mut input = child.stdin.take().unwrap();
        writeln!(input, "{}:{PASSWORD}", account.0).map_err(|error| error.to_string())?;
        drop(input);
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() { Ok(account) } else { Err(format!("chpasswd: {status}")) }
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // Not as long as a process of it has still to end.
        let gone = until(SOON, || run(Command::new("userdel").arg(&self.0)).ok());
        if gone.is_none() && !std::thread::panicking() {
            panic!("the account {} stays", self.0);
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("{shown}: {}", String::from_utf8_lossy(&output.stderr))),
        Err(error) => Err(format!("{shown}: {error}")),
    }
}

#[test]
#[ignore = "root: makes an account and logs in with the system's login"]
fn root_login_of_this_system_takes_the_line() {
    let login = Path::new(polygetty_platforms::paths().login);
    if !process::is_root() || !login.exists() {
        return skipped("needs root and a login program");
    }
    let account = match Account::make() {
        Ok(account) => account,
        Err(why) => return skipped(&why),
    };
    let root = Root::new();
    let conf = root.write("conf", "HANGUP=NO\nSYSTEM=host\nISSUE=Hi\\c\nCLEAR=NO\n");
    let mut line = Line::open();
    // As an inittab starts it: by its old name.
    let program = root.path("bin/getty");
    std::os::unix::fs::symlink(PROGRAM, &program).unwrap();
    let arguments = ["-d", conf.to_str().unwrap(), line.name(), "9600", "vt100"];
    let mut getty = Spawned::start(&program, &arguments, &[], &root);
    let patient = Duration::from_secs(20);

    // The system's gettydefs, if it has one, or the built-in entry: both end so.
    line.expect(b"\rHi");
    line.find(b": ");
    line.send(format!("{}\r", account.0).as_bytes());
    line.find_within(b"assword: ", patient);
    line.send(format!("{PASSWORD}\r").as_bytes());
    line.find_within(b"$ ", patient);
    // What is typed is echoed; the quotes keep the echo from being taken for the answer.
    line.send(b"tty; echo T=\"$TERM\"; stty -a; who; echo DO''NE\r");
    let said = String::from_utf8_lossy(&line.find_within(b"DONE\r\n", patient)).into_owned();

    assert!(said.contains(&format!("\n{}\r", line.device().display())), "tty: {said}");
    assert!(said.contains("T=vt100"), "TERM: {said}");
    assert!(said.contains("speed 9600 baud"), "speed: {said}");
    for word in ["icanon", "isig", "icrnl", "onlcr", "echo", "opost"] {
        assert!(said.split([' ', '\r', '\n']).any(|have| have == word), "{word}: {said}");
    }
    for place in ["/run/utmp", "/var/run/utmp"] {
        if Path::new(place).exists() {
            let here = |row: &str| row.starts_with(&account.0) && row.contains(line.name());
            assert!(said.lines().any(here), "who, with {place}: {said}");
        }
    }
    // A controlling terminal interrupts. What is interrupted says itself that it is there: the shell, just before it
    // starts something, keeps an interrupt for later.
    line.send(b"sh -c 'echo BE\"\"GUN; exec sleep 60'\r");
    line.find_within(b"BEGUN\r\n", patient);
    line.send(b"\x03");
    line.find_within(b"$ ", patient);
    line.send(b"exit\r");
    getty.exit_status_within(patient);
}

#[test]
#[ignore = "root: the line's owner and mode can be set by root alone"]
fn root_the_line_belongs_to_root_and_tty_at_the_prompt() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let mut scene = Scene::new();
    let device = scene.line.device();
    std::fs::set_permissions(&device, std::fs::Permissions::from_mode(0o666)).unwrap();
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    let is = std::fs::metadata(device).unwrap();
    assert_eq!((is.uid(), is.mode() & 0o7777), (0, 0o620));
    if let Ok(Some(tty)) = people::group(b"tty") {
        assert_eq!(is.gid(), tty);
    }
}

#[test]
#[ignore = "root: cutting others off a line takes root's rights"]
fn root_who_had_the_line_open_before_is_cut_off() {
    if !process::is_root() {
        return skipped("needs root");
    }
    let mut scene = Scene::new();
    let mut thief = std::fs::File::from(scene.line.keep_open());
    let _getty = scene.start("LINE 9600");
    scene.line.expect(P);
    assert!(thief.write(b"Password: ").is_err(), "an old descriptor still writes to the caller");
    scene.line.expect_silence(Duration::from_millis(50));
}
