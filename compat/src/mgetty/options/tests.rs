//! The command line, case by case.

use super::*;
use proptest::prelude::*;

fn words(line: &[&str]) -> Vec<Vec<u8>> {
    line.iter().map(|word| word.as_bytes().to_vec()).collect()
}

fn typed(line: &[&str]) -> Invocation {
    match read(&words(line)) {
        Ok(Asked::Wait(typed)) => *typed,
        other => panic!("{line:?}: {other:?}"),
    }
}

/// Each option's keyword, value and argument.
fn settings(typed: &Invocation) -> Vec<String> {
    let shown = |(keyword, value): &Typed| {
        let Origin::Argument(at) = value.origin else { panic!("{value:?}") };
        format!("{keyword}={}@{at}", value.value.escape_ascii())
    };
    typed.typed.iter().map(shown).collect()
}

#[test]
fn each_option_sets_its_keyword() {
    let all = [
        "-x",
        "5",
        "-s",
        "115200",
        "-p",
        "a b ",
        "-m",
        "\"\" ATZ OK",
        "-I",
        "49 89",
        "-k",
        "100",
        "-a",
        "-r",
        "-b",
        "-i",
        "",
        "-n",
        "3",
        "-R",
        "20",
        "-DF",
        "-Ccls2",
        "-S",
        "/f",
        "ttyS3",
    ];
    assert_eq!(
        settings(&typed(&all)),
        [
            "debug=5@1",
            "speed=115200@3",
            "login-prompt=a b @5",
            "init-chat=\\\"\\\" ATZ OK@7",
            "fax-id=49 89@9",
            "diskspace=100@11",
            "autobauding=@13",
            "direct=@14",
            "blocking=@15",
            "issue-file=@16",
            "rings=3@18",
            "ringback=@20",
            "ringback-time=20@20",
            "data-only=@22",
            "fax-only=@22",
            "modem-type=cls2@23",
            "fax-server-file=/f@24",
        ]
    );
}

#[test]
fn options_may_follow_the_line() {
    let typed = typed(&["-D", "/dev/ttyACM0", "-m", "\"\" ATM0 OK", "-x", "5"]);
    assert_eq!(
        (typed.device.value.name.as_slice(), &typed.device.origin),
        (&b"ttyACM0"[..], &Origin::Argument(2))
    );
    assert_eq!(typed.device.value.path, "/dev/ttyACM0".into());
    assert_eq!(settings(&typed), ["data-only=@1", "init-chat=\\\"\\\" ATM0 OK@3", "debug=5@5"]);
    assert_eq!(typed.debug, Some(Setting::new(5, Origin::Argument(5))));
    let ended = self::typed(&["--", "-x"]);
    assert_eq!((ended.device.value.name.as_slice(), ended.typed.len()), (&b"-x"[..], 0));
}

#[test]
fn a_second_operand_is_a_tag_and_a_third_too_many() {
    let two = typed(&["ttyS1", "m"]);
    assert_eq!((two.tag, two.findings.len()), (Some(Setting::new(b"m".to_vec(), Origin::Argument(2))), 0));
    let three = typed(&["ttyS1", "m", "vt100"]);
    assert_eq!(three.findings[0].message, "argument 3: \"vt100\" is one operand too many");
}

#[test]
fn devices_are_below_dev() {
    for (word, name) in
        [("ttyS1", "ttyS1"), ("/dev/ttyS1", "ttyS1"), ("term/a", "term/a"), ("/dev/pts/3", "pts/3")]
    {
        assert_eq!(typed(&[word]).device.value.name, name.as_bytes());
    }
    for word in ["", "/etc/passwd", "../etc/x", "/dev/../etc/x", "a/../b", "/dev/", "/dev//dev/x", "a//b"] {
        assert!(matches!(read(&words(&[word])), Err(Misuse::NoLine(_))), "{word}");
    }
}

#[test]
fn what_cannot_be_understood_is_refused() {
    let wrong = |line: &[&str]| match read(&words(line)) {
        Err(Misuse::Wrong(why)) => why,
        other => panic!("{line:?}: {other:?}"),
    };
    assert_eq!(wrong(&[]), "the line is missing");
    assert_eq!(wrong(&["-Q", "ttyS1"]), "argument 1: no option \"-Q\"");
    assert_eq!(wrong(&["ttyS1", "-x"]), "argument 2: \"-x\" needs a value");
    assert_eq!(wrong(&["--foo", "ttyS1"]), "argument 1: no option \"--foo\"");
    assert!(wrong(&["-t", "60", "ttyS1"]).contains("getty_ps"));
    assert_eq!(read(&words(&["--help"])), Err(Misuse::Help));
    assert_eq!(read(&words(&["--version"])), Err(Misuse::Version));
    // Questions count where they stand.
    assert_eq!(read(&words(&["-V", "-Q"])), Ok(Asked::Version));
    assert_eq!(read(&words(&["ttyS1", "-V"])), Ok(Asked::Version));
    assert!(read(&words(&["-Q", "-V"])).is_err());
    assert_eq!(read(&words(&["-c", "/etc/gettydefs"])), Ok(Asked::Check("/etc/gettydefs".into())));
}

#[test]
fn numbers_are_read_as_atoi_reads_them() {
    for (text, value, findings) in [
        ("3", "3", 0),
        ("010", "10", 0),
        ("0", "0", 0),
        ("-r", "0", 1),
        ("many", "0", 1),
        ("3x", "3", 1),
        ("0x5", "0", 1),
        ("-5", "-5", 0),
        (" 7 ", "7", 0),
        ("", "0", 1),
    ] {
        let typed = typed(&["-n", text, "ttyS1"]);
        assert_eq!(
            (settings(&typed), typed.findings.len()),
            (vec![format!("rings={value}@1")], findings),
            "{text}"
        );
    }
    for (text, level) in [("0", 0), ("7", 7), ("12", 9), ("-3", 0), ("x", 0)] {
        assert_eq!(typed(&["-x", text, "ttyS1"]).debug.unwrap().value, level, "{text}");
    }
}

proptest! {
    #[test]
    fn any_command_line_is_read(line in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..6), 0..9)) {
        if let Ok(Asked::Wait(typed)) = read(&line) {
            prop_assert!(line_name(&typed.device.value.name).is_some());
            prop_assert!(typed.typed.len() <= line.iter().map(Vec::len).sum::<usize>() * 2);
            prop_assert!(typed.findings.len() <= line.len());
        }
    }
}
