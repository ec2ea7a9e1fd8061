//! What SCO's `getty -c` prints.

use super::super::Checked;
use super::*;
use polygetty_compat::plan::modes::{Flag, Value, Word};
use polygetty_compat::source::{MapReader, ProgramFacts};
use proptest::prelude::*;

/// Linux's words for the modes that occur here.
fn linux(modes: &Modes) -> [u64; 4] {
    let bit = |flag| match flag {
        Flag::BRKINT => 0o2,
        Flag::IGNPAR => 0o4,
        Flag::ISTRIP => 0o40,
        Flag::ICRNL => 0o400,
        Flag::IXON => 0o2000,
        Flag::OPOST => 0o1,
        Flag::ONLCR => 0o4,
        Flag::CREAD => 0o200,
        Flag::HUPCL => 0o2000,
        Flag::ISIG => 0o1,
        Flag::ICANON => 0o2,
        Flag::ECHO => 0o10,
        Flag::ECHOE => 0o20,
        Flag::ECHOK => 0o40,
        other => panic!("no bit for {other:?} in this table"),
    };
    let word = |word| modes.flags().filter(|flag| flag.word() == word).map(bit).sum::<u64>();
    let [mut output, mut control] = [word(Word::Output), word(Word::Control)];
    for value in modes.values() {
        match value {
            Value::CS8 => control += 0o60,
            Value::TAB3 => output += 0o14000,
            other => panic!("no bits for {other:?} in this table"),
        }
    }
    control += match modes.speed {
        Some(9600) => 0o15,
        Some(19_200) => 0o16,
        other => panic!("no code for {other:?} in this table"),
    };
    [word(Word::Input), output, control, word(Word::Local)]
}

fn checked(text: &[u8]) -> Checked {
    let mut reader = MapReader::default().program("/bin/stub");
    let others = ProgramFacts { exists: true, executable: true, writable_by_others: true };
    reader.programs.insert(b"/bin/open".to_vec(), others);
    let text = FileText { bytes: text.to_vec(), owner: 0, mode: 0o644 };
    check_sco(&"g".into(), Ok(text), &mut reader, &SystemFacts::default(), &linux, false)
}

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).unwrap().lines().collect()
}

const G: &str =
    "m#B9600#B9600 SANE TAB3 ECHOE#login: #n#/bin/stub\n\nn#B19200#B19200 SANE#n2: #m#/bin/stub\n";

#[test]
fn sco_34_a_good_file_is_listed_with_what_getty_adds() {
    let good = checked(G.as_bytes());
    assert_eq!(
        lines(&good.stdout),
        [
            "entry \"m\" (line 1)",
            " initial flags: iflag 0, oflag 0, cflag 2275, lflag 0", // HUPCL CREAD CS8 B9600
            " final flags: iflag 2446, oflag 14005, cflag 275, lflag 73",
            " login prompt: \"login: \"",
            " next: \"n\"",
            " login program: /bin/stub",
            "entry \"n\" (line 3)",
            " initial flags: iflag 0, oflag 0, cflag 2276, lflag 0",
            " final flags: iflag 2446, oflag 5, cflag 276, lflag 53",
            " login prompt: \"n2: \"",
            " next: \"m\"",
            " login program: /bin/stub",
            "2 entries",
        ]
    );
    assert_eq!((good.stderr.as_slice(), good.status), (&b""[..], 0));
}

#[test]
fn sco_35_an_unknown_word_is_named_on_both_and_the_values_stay() {
    let bad = checked(b"m#B9600 FROB SANE#B9600 SANE#login: #m\n");
    assert_eq!(
        lines(&bad.stdout),
        [
            "entry \"m\" (line 1)",
            " initial flags: iflag 400, oflag 5, cflag 2275, lflag 0",
            " final flags: iflag 2446, oflag 5, cflag 275, lflag 53",
            " login prompt: \"login: \"",
            " next: \"m\"",
            " unrecognized: FROB",
            "1 entry, 1 error",
        ]
    );
    let err = lines(&bad.stderr);
    assert_eq!(err[0], "g:1:9: error[GD03]: undefined symbol \"FROB\"");
    let at = err[2].find('^').unwrap();
    assert_eq!(&err[1][at..at + 4], "FROB");
    assert_eq!(err[2].trim(), "^~~~");
    assert_eq!(bad.status, 1);
}

#[test]
fn sco_36_a_missing_prompt_is_the_first_field_that_is_wrong() {
    let bad = checked(b"x # B9600 # B9600\n\nm#B9600#B9600 SANE#login: #m\n");
    assert_eq!(
        lines(&bad.stdout),
        [
            "entry \"x\" (line 1)",
            " initial flags: iflag 0, oflag 0, cflag 2275, lflag 0",
            " final flags: iflag 0, oflag 0, cflag 275, lflag 0",
            " invalid: login prompt",
            "entry \"m\" (line 3)",
            " initial flags: iflag 0, oflag 0, cflag 2275, lflag 0",
            " final flags: iflag 2446, oflag 5, cflag 275, lflag 53",
            " login prompt: \"login: \"",
            " next: \"m\"",
            "2 entries, 1 error",
        ]
    );
    assert_eq!(lines(&bad.stderr)[0], "g:1:1: error[GD02]: no login prompt: 2 # where an entry has four");
    assert_eq!(bad.status, 1);
}

#[test]
fn sco_40_two_entries_without_an_empty_line_are_an_error() {
    let bad = checked(b"m#B9600#B9600#l#n\nn#B9600#B9600#l#m\n");
    assert_eq!(lines(&bad.stderr)[0], "g:2:1: error[GD05]: no blank line before this entry");
    assert_eq!((lines(&bad.stdout).last(), bad.status), (Some(&"1 entry, 1 error"), 1));
}

#[test]
fn the_sixth_field_and_its_program_are_listed() {
    let list = |field: &str| {
        let checked = checked(format!("m#B9600#B9600#p#m#{field}\n").as_bytes());
        let lines: Vec<String> =
            lines(&checked.stdout).iter().skip(5).map(|line| (*line).to_owned()).collect();
        (lines.join("|"), checked.status)
    };
    assert_eq!(list("AUTO"), (" auto: yes|1 entry".into(), 0));
    assert_eq!(list("AUTO /bin/stub"), (" login program: /bin/stub| auto: yes|1 entry".into(), 0));
    assert_eq!(list("/bin/open x"), (" login program: /bin/open|1 entry, 1 warning".into(), 0));
    assert_eq!(list("/bin/none"), (" login program: /bin/none|1 entry, 1 warning".into(), 0));
    assert_eq!(list("stub"), (" invalid: login program|1 entry, 1 error".into(), 1));
}

#[test]
fn initial_flags_stay_as_they_are_for_auto() {
    let initial = |field: &str| {
        let checked = checked(format!("m#B9600 SANE ECHOE#B9600#p#m#{field}\n").as_bytes());
        lines(&checked.stdout)[1].to_owned()
    };
    assert_eq!(initial("AUTO"), " initial flags: iflag 2446, oflag 5, cflag 275, lflag 73");
    assert_eq!(initial(""), " initial flags: iflag 400, oflag 5, cflag 2275, lflag 0");
}

#[test]
fn a_prompt_is_shown_as_it_will_be_sent() {
    let checked = checked(b"m#B9600#B9600#\\r\\n\\007\\101\\\\\\#@!\\@\xe9 #m\n");
    assert_eq!(lines(&checked.stdout)[3], r#" login prompt: "\015\012\007A\\#@!\@\351 ""#);
}

#[test]
fn a_file_that_cannot_be_read_is_no_file() {
    let mut reader = MapReader::default();
    let absent = Err(ReadError::Absent);
    let checked = check_sco(&"/no".into(), absent, &mut reader, &SystemFacts::default(), &linux, false);
    assert_eq!((checked.stdout.as_slice(), checked.status), (&b""[..], 2));
    assert_eq!(lines(&checked.stderr), ["getty: /no: no such file"]);
}

proptest! {
    #[test]
    fn any_file_is_listed(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"#".to_vec()),
                Just(b"\n\n".to_vec()),
                Just(b"m#B9600 FOO#B9600#@\\".to_vec()),
                Just(b"#n#AUTO /bin/x".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..6),
            ],
            0..30,
        ),
    ) {
        let text = FileText { bytes: pieces.concat(), owner: 0, mode: 0o644 };
        let mut reader = MapReader::default();
        let system = SystemFacts::default();
        let checked = check_sco(&"g".into(), Ok(text), &mut reader, &system, &|_| [0; 4], false);
        let last = lines(&checked.stdout).pop().unwrap_or_default().to_owned();
        prop_assert!(last.contains(" entr"), "{last}");
        prop_assert_eq!(checked.status == 1, last.contains(" error"));
        prop_assert!(checked.stdout.iter().all(|b| matches!(b, b'\n' | b' '..=b'~')));
    }
}
