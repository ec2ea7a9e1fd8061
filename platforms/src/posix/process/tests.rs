//! Becoming another program, in a child: this test binary once more, with one test.

use std::os::fd::AsRawFd;
use std::process::{Command, Output};

use super::*;

const WHAT: &str = "POLYGETTY_TEST_WHAT";

fn child(what: &str) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "posix::process::tests::child_becomes", "--ignored", "--nocapture"])
        .env(WHAT, what)
        .output()
        .unwrap()
}

fn bytes(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.as_bytes().to_vec()).collect()
}

/// As bad a state as a getty can be in: signals blocked and ignored, a descriptor to inherit.
fn spoil() -> i32 {
    let mut blocked = nix::sys::signal::SigSet::empty();
    blocked.add(Signal::SIGTERM);
    nix::sys::signal::sigprocmask(nix::sys::signal::SigmaskHow::SIG_BLOCK, Some(&blocked), None).unwrap();
    for signal in [Signal::SIGPIPE, Signal::SIGHUP, Signal::SIGUSR1] {
        // SAFETY: ignoring a signal is safe.
        unsafe { nix::sys::signal::signal(signal, nix::sys::signal::SigHandler::SigIgn) }.unwrap();
    }
    let file = std::fs::File::open("/dev/null").unwrap();
    // SAFETY: F_DUPFD takes integers; the new descriptor is left open on purpose.
    unsafe { libc::fcntl(file.as_raw_fd(), libc::F_DUPFD, 200) }
}

#[test]
#[ignore = "run by the tests below, in a process of its own"]
fn child_becomes() {
    match std::env::var(WHAT).unwrap().as_str() {
        "shell" => {
            let fd = spoil();
            let script = format!(
                "for s in PIPE HUP USR1 TERM; do trap \"echo got $s\" $s; kill -$s $$; done; \
                 test -e /dev/fd/{fd} || test -e /proc/self/fd/{fd} && echo inherited; \
                 echo \"argv0 $0\"; /usr/bin/env | grep -v '^PWD=\\|^_=\\|^SHLVL=\\|^OLDPWD='"
            );
            let env = [(b"TERM".to_vec(), b"vt100".to_vec()), (b"A".to_vec(), b"b=c".to_vec())];
            let errno = become_program(Path::new("/bin/sh"), &bytes(&["sh", "-c", &script, "-login"]), &env);
            panic!("still here: {errno}");
        }
        "missing" => {
            let fd = spoil();
            assert_eq!(become_program(Path::new("/no/such/login"), &bytes(&["login"]), &[]), Errno::ENOENT);
            let blocked = nix::sys::signal::SigSet::thread_get_mask().unwrap();
            assert!(blocked.contains(Signal::SIGTERM), "the mask is as before");
            send(pid(), Signal::SIGUSR1).unwrap(); // ignored again, or this ends us
            // SAFETY: F_GETFD takes integers.
            assert!(unsafe { libc::fcntl(fd, libc::F_GETFD) } >= 0, "the line is still open");
        }
        "detach" => {
            let parent = pid();
            detach().unwrap();
            // In the session of the parent its end would hang up on us.
            let leads = nix::unistd::getsid(None).is_ok_and(|session| session.as_raw() == pid());
            let word = if pid() == parent || !leads { "same" } else { "detached" };
            nix::unistd::write(std::io::stdout(), word.as_bytes()).unwrap();
            // SAFETY: _exit takes an integer; the harness's threads are not in this process.
            unsafe { libc::_exit(7) };
        }
        "session" => {
            assert_eq!(make_session(), Ok(true));
            assert_eq!(make_session(), Ok(false));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn the_program_starts_with_clean_signals_descriptors_and_environment() {
    let out = child("shell");
    let text = String::from_utf8(out.stdout).unwrap();
    let told = text.split_once("got PIPE").map(|(_, rest)| format!("got PIPE{rest}")).unwrap_or(text);
    let mut lines: Vec<_> = told.lines().collect();
    lines[5..].sort_unstable();
    assert_eq!(lines, ["got PIPE", "got HUP", "got USR1", "got TERM", "argv0 -login", "A=b=c", "TERM=vt100"]);
}

#[test]
fn a_failed_exec_leaves_everything_as_it_was() {
    let out = child("missing");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn detaching_ends_the_parent_with_0_and_goes_on() {
    let out = child("detach");
    assert!(out.status.success());
    assert!(String::from_utf8_lossy(&out.stdout).ends_with("detached"));
}

#[test]
fn a_session_is_made_once() {
    let out = child("session");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout));
}

#[test]
fn strings_no_program_can_get_are_refused() {
    let sh = Path::new("/bin/sh");
    assert_eq!(become_program(sh, &bytes(&["a\0b"]), &[]), Errno::EINVAL);
    assert_eq!(become_program(sh, &[], &[(b"A".to_vec(), b"\0".to_vec())]), Errno::EINVAL);
    assert_eq!(become_program(Path::new("/bin/s\0h"), &[], &[]), Errno::EINVAL);
}

#[test]
fn signals_go_to_single_processes_only() {
    for pid in [-1, 0, 1, i32::MIN] {
        assert_eq!(send(pid, Signal::SIGTERM), Err(Errno::EINVAL), "{pid}");
    }
    let mut child = Command::new("/bin/sleep").arg("60").spawn().unwrap();
    let number = child.id() as i32;
    assert!(is_alive(number));
    send(number, Signal::SIGTERM).unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(!is_alive(number));
    assert!(is_alive(1) && is_alive(pid()) && !is_alive(0) && !is_alive(-1));
}

#[test]
fn the_system_has_names() {
    let names = system_names().unwrap();
    let kernel = if crate::Os::HERE == crate::Os::Illumos { "SunOS" } else { crate::Os::HERE.name() };
    assert_eq!(names.sysname, kernel);
    assert!(!names.node.is_empty() && !names.release.is_empty() && !names.version.is_empty());
    assert!(version_text_path().is_none_or(Path::is_absolute));
}

#[test]
fn a_process_has_a_command_line() {
    if crate::Os::HERE != crate::Os::Linux {
        return; // only ps(1) tells it
    }
    let mut child = Command::new("/bin/sleep").args(["60", "0.5"]).spawn().unwrap();
    let number = child.id() as i32;
    // Until it has begun its program it may still have our name.
    while command_line(number, 59).is_none_or(|line| !line.starts_with(b"/bin/sleep")) {
        std::thread::yield_now();
    }
    let told = |most| command_line(number, most).map(|line| String::from_utf8(line).unwrap());
    assert_eq!(told(59).as_deref(), Some("/bin/sleep 60 0.5"));
    assert_eq!(told(13).as_deref(), Some("/bin/sleep 60"));
    assert_eq!(told(11).as_deref(), Some("/bin/sleep"), "no blank at its end");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(told(59), None);
}
