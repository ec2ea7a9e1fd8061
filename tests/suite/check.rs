//! `getty -c`: what it prints, where, and its exit status.

use polygetty_platforms::process;
use polygetty_platforms::symbols::Os;
use polygetty_rig::{Root, Spawned};
use std::os::unix::fs::PermissionsExt;

use crate::scene::{PROGRAM, skipped, start};

/// The file of GPS-62: one good entry.
pub const GOOD: &str = "9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #login: #9600\n";

struct Checked {
    status: i32,
    stdout: String,
    stderr: String,
}

impl Checked {
    /// The lines of stderr that name this code.
    fn told(&self, code: &str) -> Vec<&str> {
        self.stderr.lines().filter(|line| line.contains(&format!("[{code}]"))).collect()
    }

    #[track_caller]
    fn assert_at(&self, code: &str, line: usize, column: usize) {
        let place = format!(":{line}:{column}:");
        let told = self.told(code);
        assert!(told.iter().any(|line| line.contains(&place)), "{code} at {place} in {}", self.stderr);
    }
}

fn check(text: impl AsRef<[u8]>) -> Checked {
    let root = Root::new();
    root.write("etc/gettydefs", text);
    run(&root, "getty_ps", &["-c", "/etc/gettydefs"])
}

fn run(root: &Root, persona: &str, arguments: &[&str]) -> Checked {
    let mut checker = start(root, persona, arguments, &[]);
    let status = checker.exit_status();
    Checked { status, stdout: checker.stdout(), stderr: checker.stderr() }
}

#[test]
fn gps_62_a_good_file_is_listed() {
    let checked = check(GOOD);
    assert_eq!(checked.status, 0);
    assert_eq!(checked.stderr, "");
    assert!(checked.stdout.starts_with("*** First Entry ***\n9600# B9600"), "{}", checked.stdout);
    assert!(checked.stdout.ends_with("*** Check Complete ***\n"), "{}", checked.stdout);
    for line in ["id: \"9600\"", "login prompt: \"login: \"", "next id: \"9600\"", " line disc: 0"] {
        assert!(checked.stdout.lines().any(|have| have == line), "{line} in {}", checked.stdout);
    }
    if Os::HERE != Os::Linux {
        return skipped("the words are Linux's");
    }
    let words: Vec<&str> = checked.stdout.lines().filter(|line| line.starts_with(" iflag")).collect();
    let initial = " iflag: 0, oflag: 0, cflag: 75, lflag: 0";
    let last = " iflag: 6406, oflag: 5, cflag: 6275, lflag: 73";
    assert_eq!(words, [initial, last]);
}

#[test]
fn gps_63_all_errors_are_told_in_one_pass() {
    let text = "1200# B1200 CS8 NOSUCH # B1200 SANE #login: #1200\n\n\
                2400# B2400 CS8 # B2400 SANE\n\n\
                1200# B1200 CS8 # B1200 SANE #login: #1200\n\n\
                9600# B9600 CS8 # B9600 SANE #good login: #9600\n";
    let checked = check(text);
    assert_eq!(checked.status, 1);
    checked.assert_at("GD03", 1, 17);
    assert_eq!(checked.told("GD02").len(), 1, "{}", checked.stderr);
    assert!(checked.told("GD02")[0].contains(":3:"), "{}", checked.stderr);
    checked.assert_at("GD04", 5, 1);
    let carets: Vec<&str> =
        checked.stderr.lines().filter(|line| line.trim_start().starts_with('^')).collect();
    assert!(carets.len() >= 3, "{}", checked.stderr);
    assert!(checked.stderr.contains("^~~~~~\n"), "all of NOSUCH is marked: {}", checked.stderr);
    assert!(
        checked.stdout.contains("*** 3 errors found ***\n*** Check Complete ***\n"),
        "{}",
        checked.stdout
    );
    assert!(checked.stdout.contains("login prompt: \"good login: \"\n"), "{}", checked.stdout);
    assert!(!checked.stdout.contains("halted"));
}

#[test]
fn gps_64_a_missing_blank_line() {
    let checked = check(format!("{GOOD}2400# B2400 CS8 # B2400 SANE #login: #9600\n"));
    assert_eq!(checked.status, 1);
    checked.assert_at("GD05", 2, 1);
}

#[test]
fn gps_65_two_symbols_glued_together() {
    let checked = check(
        "4800v23# B4800 CS7 PARENB -PARODD GLOBAL # B4800 ISTRIP CS7 CREAD HUPCLISIG ICANON \
         #@S login: #4800v23\n",
    );
    assert_eq!(checked.status, 1);
    checked.assert_at("GD03", 1, 35);
    let told = checked.told("GD03");
    assert!(told.iter().any(|line| line.contains("GLOBAL")), "{}", checked.stderr);
    assert!(told.iter().any(|line| line.contains("HUPCLISIG")), "{}", checked.stderr);
    assert!(checked.stderr.contains("HUPCL ISIG"), "{}", checked.stderr);
}

#[test]
fn gps_66_speed_rings_that_do_not_close() {
    let entry = |label: &str, next: &str| format!("{label}# B9600 CS8 # B9600 SANE #login: #{next}\n");
    let checked = check([entry("a", "b"), entry("b", "c"), entry("c", "b")].join("\n"));
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert_eq!(checked.told("GD07").len(), 1, "{}", checked.stderr);
    assert!(checked.told("GD07")[0].contains(":1:"), "{}", checked.stderr);

    let checked = check(entry("a", "zzz"));
    assert_eq!(checked.status, 1);
    assert_eq!(checked.told("GD06").len(), 1, "{}", checked.stderr);
    assert!(checked.told("GD06")[0].contains("zzz"), "{}", checked.stderr);
}

#[test]
fn gps_67_the_last_value_of_a_field_counts() {
    let checked =
        check("x# B9600 B2400 # B2400 SANE CS7 #login: #y\n\ny# B2400 CS8 # CS7 SANE B2400 #login: #x\n");
    assert_eq!(checked.status, 0, "{}", checked.stderr);
    assert!(!checked.told("GD09").is_empty(), "{}", checked.stderr);
    checked.assert_at("GD09", 1, 10);
    if Os::HERE != Os::Linux {
        return skipped("the words are Linux's");
    }
    let octal = |line: &str| {
        let word = line.split("cflag: ").nth(1)?.split(',').next()?;
        u32::from_str_radix(word, 8).ok()
    };
    let words: Vec<u32> = checked.stdout.lines().filter_map(octal).collect();
    // CBAUD 0o10017, CSIZE 0o60; B2400 is 0o13, CS7 0o40.
    assert_eq!(words[0], 0o13);
    assert_eq!((words[1] & 0o60, words[1] & 0o10017), (0o40, 0o13));
    assert_eq!(words[3] & 0o60, 0o40);
}

#[test]
fn gps_68_files_that_cannot_be_read_or_are_empty() {
    let root = Root::new();
    for name in ["/etc/none", "/etc"] {
        let checked = run(&root, "getty_ps", &["-c", name]);
        assert_eq!(checked.status, 2, "{name}");
        assert!(checked.stderr.contains(name), "{name}: {}", checked.stderr);
    }
    let checked = check("");
    assert_eq!(checked.status, 1);
    assert!(!checked.told("GD18").is_empty(), "{}", checked.stderr);
}

#[test]
fn gps_70_an_entry_goes_on_with_a_line_that_starts_with_a_hash() {
    let checked = check("9600# B9600 CS8\n# B9600 SANE -ISTRIP CLOCAL #login: #9600\n");
    assert_eq!((checked.status, checked.stderr.as_str()), (0, ""));
    assert!(checked.stdout.contains("login prompt: \"login: \"\nnext id: \"9600\"\n"), "{}", checked.stdout);
}

#[test]
fn gps_90_the_file_in_the_same_word_and_uugetty() {
    let root = Root::new();
    root.write("etc/gettydefs", GOOD);
    let apart = run(&root, "getty_ps", &["-c", "/etc/gettydefs"]);
    for (persona, arguments) in
        [("getty_ps", &["-c/etc/gettydefs"][..]), ("uugetty", &["-c", "/etc/gettydefs"][..])]
    {
        let checked = run(&root, persona, arguments);
        assert_eq!((checked.status, checked.stderr), (0, String::new()), "{persona}");
        assert_eq!(checked.stdout, apart.stdout);
    }
}

#[test]
fn the_old_names_are_the_old_programs() {
    let root = Root::new();
    let file = root.write("etc/gettydefs", GOOD);
    let apart = run(&root, "getty_ps", &["-c", "/etc/gettydefs"]);
    for name in ["getty", "uugetty"] {
        let program = root.path(name);
        std::os::unix::fs::symlink(PROGRAM, &program).unwrap();
        let mut checker = Spawned::start(&program, &["-c", file.to_str().unwrap()], &[], &root);
        assert_eq!((checker.exit_status(), checker.stderr()), (0, String::new()), "{name}");
        assert_eq!(checker.stdout(), apart.stdout);
        // The tool's own words are no business of theirs.
        let mut wrong = Spawned::start(&program, &["--root", "/"], &[], &root);
        assert_eq!(wrong.exit_status(), 2, "{name}");
    }
}

/// What a system does with flags and speeds that are not everybody's.
#[test]
fn a_file_is_checked_for_each_system() {
    let root = Root::new();
    root.write(
        "etc/gettydefs",
        "odd# B31250 CS8 # B31250 CS8 IUCLC XCASE OFILL LOBLK #login: #fast\n\n\
         fast# B230400 CS8 # B230400 CS8 #login: #odd\n",
    );
    let columns =
        [("B31250", [6, 19]), ("IUCLC", [30, 0]), ("XCASE", [36, 0]), ("OFILL", [42, 0]), ("LOBLK", [48, 0])];
    let stored = "the bit, and nothing there acts on it";
    for (os, wanted) in [
        (
            "linux",
            &[
                ("B31250", "note", "Linux sets it as a number"),
                ("XCASE", "warning", stored),
                ("OFILL", "warning", stored),
                ("LOBLK", "warning", "Linux never had"),
            ][..],
        ),
        (
            "freebsd",
            &[
                ("B31250", "note", "16550 driver refuses it"),
                ("IUCLC", "warning", "no upper-case mode"),
                ("XCASE", "warning", "no upper-case mode"),
                ("OFILL", "warning", "no fill characters"),
                ("LOBLK", "warning", "FreeBSD never had"),
                ("B230400", "note", "16550 driver refuses it"),
            ],
        ),
        (
            "illumos",
            &[("B31250", "warning", "illumos has no code for this speed"), ("LOBLK", "warning", stored)],
        ),
    ] {
        let words = ["--root", root.dir().to_str().unwrap(), "check", "--os", os, "/etc/gettydefs"];
        let mut checker = Spawned::start(PROGRAM.as_ref(), &words, &[], &root);
        assert_eq!(checker.exit_status(), 1, "{os}");
        let said = checker.stdout();
        let mut expected = 0;
        for (symbol, severity, reason) in wanted {
            let places = match columns.iter().find(|(name, _)| name == symbol) {
                Some((_, columns)) => columns.map(|column| (1, column)),
                None => [(3, 7), (3, 21)],
            };
            for (line, column) in places.into_iter().filter(|(_, column)| *column > 0) {
                expected += 1;
                let head = format!("/etc/gettydefs:{line}:{column}: {severity}[GD11]:");
                let finding = said.split_once(&head).unwrap_or_else(|| panic!("{os}: no {head} in {said}")).1;
                let finding = finding.split("[GD").next().unwrap();
                assert!(finding.contains(reason), "{os}: {symbol}: {finding}");
            }
        }
        assert_eq!(said.matches("[GD11]").count(), expected, "{os}: {said}");
    }
}

#[test]
fn the_tool_checks_files_by_name_and_by_text() {
    let root = Root::new();
    root.write("etc/gettydefs", GOOD);
    root.write("etc/conf.uugetty.ttyS3", "WAITFOR=RING\nWIATFOR=RING\n");
    root.write("etc/mine", GOOD);
    root.write("etc/hosts", "127.0.0.1 localhost\n");
    let run = |files: &[&str]| {
        let words = [&["--root", root.dir().to_str().unwrap(), "check"], files].concat();
        let mut checker = Spawned::start(PROGRAM.as_ref(), &words, &[], &root);
        (checker.exit_status(), checker.stdout(), checker.stderr())
    };
    let clean = "1 entry, read as getty_ps's, nothing to report\n";
    assert_eq!(run(&["/etc/gettydefs"]), (0, format!("/etc/gettydefs: {clean}"), String::new()));
    assert_eq!(run(&["/etc/mine"]), (0, format!("/etc/mine: {clean}"), String::new()));
    let (status, said, _) = run(&["/etc/gettydefs", "/etc/conf.uugetty.ttyS3"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/conf.uugetty.ttyS3:2:1: warning[CG02]: \"WIATFOR\" is no keyword"), "{said}");
    assert!(said.contains("= write: WAITFOR"), "{said}");
    root.write("etc/default/dialHA24", "INIT=\"\" ATZ\\r OK\nDAIL=\"\" ATDP\\D\\r CONNECT\nLOCKED=YES\n");
    let (status, said, _) = run(&["/etc/default/dialHA24"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/default/dialHA24:2:1: warning[CG02]: \"DAIL\" is no keyword"), "{said}");
    assert!(said.contains("= write: DIAL") && said.contains("1 warning"), "{said}");
    let (status, said, told) = run(&["/etc/hosts", "/etc/none", "/etc/mine"]);
    assert_eq!((status, said), (2, format!("/etc/mine: {clean}")));
    assert!(told.contains("/etc/hosts: neither its name nor its text"), "{told}");
    assert!(told.contains("/etc/none: no such file"), "{told}");
}

/// `polygetty check` below a root.
fn tool(root: &Root, words: &[&str]) -> (i32, String, String) {
    let words = [&["--root", root.dir().to_str().unwrap(), "check"], words].concat();
    let mut checker = Spawned::start(PROGRAM.as_ref(), &words, &[], root);
    (checker.exit_status(), checker.stdout(), checker.stderr())
}

#[test]
fn gettydefs_is_read_as_whose_it_is() {
    let root = Root::new();
    // A label of 14 bytes: getty_ps cut it. `SANE` of SCO leaves ECHOE out, and `\#` is a hash there alone.
    root.write("etc/gettydefs", "fourteen-bytes# B9600 # B9600 SANE #who\\# #fourteen-bytes\n");
    root.write("etc/six", "m# B9600 # B9600 SANE #login: #m#AUTO /bin/nobody\n");
    let (status, said, _) = tool(&root, &["--as", "sco", "/etc/gettydefs"]);
    assert_eq!((status, said.as_str()), (0, "/etc/gettydefs: 1 entry, nothing to report\n"));
    let (status, said, _) = tool(&root, &["--as", "getty_ps", "/etc/gettydefs"]);
    assert_eq!(status, 1);
    assert!(said.contains("[GD13]") && said.contains("[GD15]") && !said.contains("Read as"), "{said}");
    // Nobody says it: no sixth field, or one.
    let (status, said, _) = tool(&root, &["/etc/gettydefs"]);
    assert_eq!(status, 1);
    assert!(
        said.ends_with("\nRead as getty_ps's, for no entry has a sixth field; --as sco if it is SCO's.\n"),
        "{said}"
    );
    let (status, said, _) = tool(&root, &["/etc/six"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/six:1:34: warning[GD21]: there is no program \"/bin/nobody\""), "{said}");
    assert!(
        said.ends_with("\nRead as SCO's, for an entry has a sixth field; --as getty_ps if it is not.\n"),
        "{said}"
    );
    let program = root.write("bin/nobody", "");
    std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    let (status, said, _) = tool(&root, &["/etc/six"]);
    assert_eq!((status, said.as_str()), (0, "/etc/six: 1 entry, read as SCO's, nothing to report\n"));
    // The site file does.
    for (persona, wanted) in [("sco", 0), ("getty_ps", 1)] {
        root.write("etc/polygetty.toml", format!("persona = \"{persona}\"\n"));
        let (status, said, _) = tool(&root, &["/etc/gettydefs"]);
        assert_eq!((status, said.contains("ead as")), (wanted, false), "{persona}: {said}");
    }
    let (status, ..) = tool(&root, &["--as", "sco", "/etc/gettydefs"]);
    assert_eq!(status, 0, "the command line comes before the site file");
    let (status, _, told) = tool(&root, &["--as", "mgetty", "/etc/gettydefs"]);
    assert_eq!(status, 64, "{told}");
    assert!(told.contains("--as mgetty: getty_ps and sco are known"), "{told}");
}

#[test]
fn gettyacts_and_devices_are_checked() {
    let root = Root::new();
    let acts = root.write(
        "etc/gettyacts",
        "PPP:/usr/sbin/pppd:modem:0x7e 0xff\nP:pppd:modem:0x7d\nFAX:/usr/sbin/faxrecv:-l:\n",
    );
    std::fs::set_permissions(&acts, PermissionsExt::from_mode(0o644)).unwrap();
    let (status, said, _) = tool(&root, &["/etc/gettyacts"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/gettyacts:2:3: error[GA04]: the program is no absolute path"), "{said}");
    assert!(said.ends_with("\n1 error in 1 file\n"), "{said}");
    root.write("etc/gettyacts", "PPP:/usr/sbin/pppd:modem:0x7e 0xff\n");
    let (status, said, _) = tool(&root, &["/etc/gettyacts"]);
    assert_eq!((status, said.as_str()), (0, "/etc/gettyacts: nothing to report\n"));
    std::fs::set_permissions(&acts, PermissionsExt::from_mode(0o666)).unwrap();
    let (status, said, _) = tool(&root, &["/etc/gettyacts"]);
    assert_eq!(status, 1);
    assert!(said.contains("error[GA01]: mode 0666 lets others than root write /etc/gettyacts"), "{said}");
    assert!(said.contains("chmod go-w /etc/gettyacts"), "{said}");

    root.write("etc/uucp/Devices", "ACU tty1A - 9600 /x/dialHA\nDirect tty1A - 9600\n ACU tty2A - 300 x\n");
    let (status, said, _) = tool(&root, &["/etc/uucp/Devices"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/uucp/Devices:2:1: warning[DV01]: 4 fields"), "{said}");
    assert!(said.contains("/etc/uucp/Devices:3:1: warning[DV02]: this entry begins with a blank"), "{said}");
    root.write("etc/uucp/Devices", "ACU tty1A - 9600 /x/dialHA\n");
    let (status, said, _) = tool(&root, &["/etc/uucp/Devices"]);
    assert_eq!((status, said.as_str()), (0, "/etc/uucp/Devices: nothing to report\n"));
}

#[test]
fn the_packaged_files_are_in_order() {
    let root = Root::new();
    for (name, text) in [
        ("gettydefs", include_str!("../../packaging/examples/gettydefs.sco")),
        ("gettyacts", include_str!("../../packaging/examples/gettyacts")),
        ("uucp/Devices", include_str!("../../packaging/examples/Devices")),
    ] {
        let file = root.write(&format!("etc/{name}"), text);
        std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
        // As they come, and with all that stands there as an example.
        let examples: String = text
            .lines()
            .map(|line| {
                line.strip_prefix('#').filter(|line| !line.starts_with(' ')).unwrap_or(line).to_owned() + "\n"
            })
            .collect();
        for text in [text, &examples] {
            std::fs::write(&file, text).unwrap();
            let (status, said, told) = tool(&root, &["--as", "sco", &format!("/etc/{name}")]);
            assert_eq!((status, told.as_str()), (0, ""), "{name}: {said}");
            assert!(said.ends_with("nothing to report\n"), "{name}: {said}");
        }
    }
}

#[test]
fn the_sample_of_a_usb_modem_is_in_order() {
    macro_rules! sample {
        ($name:literal) => {
            include_str!(concat!("../../packaging/samples/usb-modem-ppp/", $name))
        };
    }
    let root = Root::new();
    root.write("etc/mgetty/mgetty.config", sample!("mgetty.config"));
    let rules = root.write("etc/mgetty/login.config", sample!("login.config"));
    std::fs::set_permissions(rules, PermissionsExt::from_mode(0o600)).unwrap();
    let clean = |name: &str, rest: &str| {
        let path = format!("/etc/mgetty/{name}");
        let (_, said, told) = tool(&root, &[&path]);
        // Who is not root cannot give the file to root.
        let foreign = said.contains("[LC01]") && !process::is_root();
        assert!(foreign || said == format!("{path}: {rest}nothing to report\n"), "{said}{told}");
        assert_eq!(said.matches("error[").count() + said.matches("warning[").count(), usize::from(foreign));
    };
    clean("mgetty.config", "");
    clean("login.config", "2 entries, ");
    // The unit runs the line that the configuration is about.
    let unit = sample!("mgetty-ttyACM0.service");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/sbin/")).expect("a command");
    let words = ["--root", root.dir().to_str().unwrap(), "explain", "--"].into_iter().chain(line.split(' '));
    let mut explained = Spawned::start(PROGRAM.as_ref(), &words.collect::<Vec<_>>(), &[], &root);
    assert_eq!(explained.exit_status(), 0);
    let said = explained.stdout();
    for wanted in
        ["/dev/ttyACM0", "115200", "AT&C1&D2", "types /etc/issue.mgetty", "/var/run/mgetty.pid.ttyACM0"]
    {
        assert!(said.contains(wanted), "no {wanted} in {said}");
    }
    assert!(!said.contains("warning[") || !process::is_root(), "{said}");
    // pppd is told to ask, and to notice who is gone; the steps name every file.
    assert!(sample!("login.config").contains("/usr/sbin/pppd   auth"));
    let options = sample!("options.ttyACM0");
    assert!(options.contains("\nlcp-echo-interval 30\n") && options.contains("\nlcp-echo-failure 4\n"));
    let steps = sample!("README");
    for name in ["mgetty.config", "login.config", "options.ttyACM0", "mgetty-ttyACM0.service"] {
        assert!(steps.contains(&format!(" {name} /etc/")), "no step for {name}");
    }
}

/// callback, and who is told of a fax, outlive mgetty: a service manager must not end them with it.
#[test]
fn what_a_call_leaves_behind_outlives_its_unit() {
    for unit in [
        include_str!("../../packaging/systemd/mgetty@.service"),
        include_str!("../../packaging/samples/usb-modem-ppp/mgetty-ttyACM0.service"),
    ] {
        assert!(unit.lines().any(|line| line == "KillMode=process"), "{unit}");
    }
}

/// What holds a log while it is rotated: it is renamed, nothing is copied, and nobody is sent a signal.
#[test]
fn logs_are_rotated_by_renaming() {
    let rotates = include_str!("../../packaging/logrotate/mgetty");
    let words = rotates.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
    let words: Vec<&str> = words.collect();
    assert_eq!(words.first(), Some(&"/var/log/mgetty/*.log"));
    assert!(!words.contains(&"copytruncate") && !words.contains(&"postrotate"), "{rotates}");
    assert!(words.contains(&"delaycompress"), "a call that is up still writes to the old name");
}

#[test]
fn the_tool_checks_the_files_of_mgetty() {
    let root = Root::new();
    root.write("etc/mgetty/mgetty.config", "debug 4\nport ttyS1\n  dbug 7\nport ttyS2\n  speed 12345\n");
    root.write("etc/mgetty/dialin.config", "!123, 55 # ours\n");
    root.write("etc/mgetty/login.config", "/AutoPPP/ - a_ppp pppd\n* - - /bin/login @\njoe - - /bin/sh\n");
    root.write("etc/mgetty/callback.config", "delay soon\nport ttyS1\n  dialout-devices ttyS1\n");
    root.write("etc/mine", "!all\n");
    let run = |file: &str| {
        let words = ["--root", root.dir().to_str().unwrap(), "check", file];
        let mut checker = Spawned::start(PROGRAM.as_ref(), &words, &[], &root);
        (checker.exit_status(), checker.stdout())
    };
    for (file, wanted) in [
        ("mgetty.config", &[":3:3: warning[MC01]: there is no keyword \"dbug\"", ":5:3: error[MC12]:"][..]),
        ("dialin.config", &[":1:10: warning[DC02]:", ":1:12: warning[DC02]:"]),
        ("callback.config", &[":1:7: warning[MC02]:", ":3:3: warning[MC02]:"]),
        ("login.config", &["[LC01]", ":1:19: error[LC03]:", ":3:1: warning[LC06]:"]),
    ] {
        let (status, said) = run(&format!("/etc/mgetty/{file}"));
        assert_eq!(status, 1, "{said}");
        for head in wanted {
            assert!(said.contains(head), "{file}: no {head} in {said}");
        }
    }
    assert_eq!(run("/etc/mine"), (0, "/etc/mine: nothing to report\n".into()));
}
