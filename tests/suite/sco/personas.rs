//! Which of the programs of one name it is, and every inittab form that the manual shows.

use serde_json::Value;

use polygetty_rig::{Root, Spawned};

use super::{Desk, P};
use crate::scene::{PROGRAM, start};

#[test]
fn sco_72_letters_and_files_say_which_getty_it_is() {
    let mut desk = Desk::new();
    let _getty = desk.start_as("getty", "-hn L m", &[]);
    desk.line.expect(P);

    // A letter of getty_ps: WAITFOR, and its own built-in prompt afterwards.
    let mut desk = Desk::new();
    desk.root.write("etc/gettydefs", "m# B9600 # B9600 SANE #mine: #m\n");
    desk.root.write("etc/conf.getty", "HANGUP=NO\nCLEAR=NO\nISSUE=Hi\\c\n");
    let _getty = desk.start_as("getty", "-w RING L m", &[]);
    desk.line.expect_waiting();
    desk.line.send(b"RING");
    desk.line.expect(b"\rHimine: ");

    // A check is getty_ps's, unless it is asked for otherwise.
    let root = Root::new();
    root.put_recorder("bin/stub");
    root.write("etc/gettydefs", super::standard());
    let listed = |persona: &str| {
        let mut checker = start(&root, persona, &["-c", "/etc/gettydefs"], &[]);
        checker.exit_status();
        checker.stdout()
    };
    assert!(listed("getty").starts_with("*** First Entry ***"));
    assert!(listed("sco_getty").contains(" login program: /bin/stub\n"));
}

#[test]
fn sco_73_uugetty_of_sco_by_the_site_file() {
    let mut desk = Desk::new().file("etc/polygetty.toml", "persona = \"sco\"\n");
    let mut getty = desk.start_as("uugetty", "-n -r -t 1 L m", &[]);
    desk.line.expect_waiting();
    desk.line.expect_silence(std::time::Duration::from_millis(1500));
    assert!(getty.is_running(), "a byte is waited for without a limit");
    desk.line.send(b"\r");
    desk.line.expect(P);
    assert_eq!(getty.exit_status(), 1, "then a second for the name");
    let explained =
        explain(&Root::new(), &["uugetty", "-r", "-t", "60", "tty12", "1200"], "persona = \"sco\"\n");
    assert_eq!(setting(&explained, "read name", "timeout").as_deref(), Some("60 s"));
    assert!(stage(&explained, "wait for a byte").is_some());
}

/// The plan of a command line, with this site file.
fn explain(root: &Root, argv: &[&str], site: &str) -> Value {
    root.write("etc/polygetty.toml", site);
    root.write("etc/gettydefs", labels());
    root.write("usr/lib/uucp/Devices", "ACU tty2A - 9600 /usr/lib/uucp/dialHA\n");
    let words = [&["--root", root.dir().to_str().unwrap(), "explain", "--json", "--"], argv].concat();
    let mut explainer = Spawned::start(PROGRAM.as_ref(), &words, &[], root);
    assert_eq!(explainer.exit_status(), 0, "{argv:?}: {}", explainer.stderr());
    serde_json::from_str(&explainer.stdout()).unwrap()
}

fn labels() -> String {
    let entry = |label: &str| super::entry(&format!("{label}|B9600|B9600 SANE|login: |{label}|"));
    ["first", "19200", "m", "console", "1200", "o"].map(entry).concat()
}

fn stage<'a>(plan: &'a Value, name: &str) -> Option<&'a Value> {
    plan["stages"].as_array()?.iter().find(|stage| stage["stage"] == name)
}

fn setting(plan: &Value, of: &str, name: &str) -> Option<String> {
    let settings = stage(plan, of)?["settings"].as_array()?;
    let found = settings.iter().find(|setting| setting["name"] == name)?;
    found["value"].as_str().map(str::to_owned)
}

#[test]
fn sco_83_every_form_of_the_inittab() {
    let root = Root::new();
    for (line, wanted) in [
        ("getty -t60 tty2A 19200", ("tty2A", "19200", Some("60 s"))),
        ("getty -t60 tty1A m", ("tty1A", "m", Some("60 s"))),
        ("getty tty1a m", ("tty1a", "m", None)),
        ("getty console console", ("console", "console", None)),
        ("uugetty -r -t 60 tty12 1200", ("tty12", "1200", Some("60 s"))),
        ("getty -f -s 30 -x 1 tty2A o", ("tty2A", "o", None)),
    ] {
        let argv: Vec<&str> = line.split(' ').collect();
        let plan = explain(&root, &argv, "persona = \"sco\"\n");
        let (device, label, timeout) = wanted;
        assert_eq!(plan["line"], device, "{line}");
        let start = plan["start"].as_u64().unwrap() as usize;
        assert_eq!(plan["entries"][start]["label"], label, "{line}");
        let time = setting(&plan, "read name", "timeout");
        assert_eq!(time.as_deref(), Some(timeout.unwrap_or("none")), "{line}");
        // Nothing in it is odd: no usage error, no finding about an argument.
        let findings = plan["findings"].as_array().unwrap();
        assert!(findings.is_empty(), "{line}: {findings:?}");
        let waits = stage(&plan, "wait for a byte").is_some();
        assert_eq!(waits, line.contains("-r") || device == "tty2A", "{line}");
        let dialer = stage(&plan, "run dialer").map(|stage| stage["says"].as_str().unwrap().to_owned());
        assert_eq!(dialer.is_some(), device == "tty2A", "{line}");
        if line.contains("-f") {
            let dialer = dialer.unwrap();
            assert!(dialer.contains(" -h -f -x 1 tty2A 9600"), "{dialer}");
            assert_eq!(setting(&plan, "detect", "window").as_deref(), Some("3 s"));
        } else {
            assert_eq!(setting(&plan, "detect", "window"), None, "{line}");
        }
    }
}
