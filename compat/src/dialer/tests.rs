use super::command::{Command, Job, Wrong, read};
use super::compile::compile;
use super::status;
use crate::plan::LinePlan;
use crate::plan::chat::{Field, SendPart};
use crate::plan::stage::{End, Stage, Then};
use crate::source::MapReader;
use crate::surroundings::{Surroundings, SystemFacts};
use proptest::prelude::*;

fn words(line: &str) -> Vec<Vec<u8>> {
    line.split(' ').filter(|word| !word.is_empty()).map(|word| word.as_bytes().to_vec()).collect()
}

fn command(line: &str) -> Result<Command, Wrong> {
    read(&words(line), &SystemFacts::default())
}

fn refused(line: &str) -> u8 {
    match command(line) {
        Err(Wrong(status, _)) => status,
        Ok(command) => panic!("{line}: {command:?}"),
    }
}

fn plan(file: &str, line: &str) -> LinePlan {
    let mut reader = MapReader::default().file("/etc/default/dialX", file);
    let argv = words(&format!("/usr/lib/uucp/dialX {line}"));
    compile(&argv, &Surroundings::default(), &mut reader).expect("a plan")
}

fn said(plan: &LinePlan) -> Vec<String> {
    plan.findings.iter().map(|finding| finding.one_line(&plan.sources)).collect()
}

#[test]
fn the_command_lines_of_the_contract() {
    assert_eq!(command("-h ttyS1 9600").unwrap().job, Job::Ready);
    assert_eq!(command("-h -c ttyS1 9600").unwrap().job, Job::Wait { fax: false });
    assert_eq!(command("-h -f -c -x 3 tty1A 1200-9600").unwrap().job, Job::Wait { fax: true });
    assert_eq!(command("-hf /dev/ttyS1 9600").unwrap().line.value, b"ttyS1");
    assert!(command("-h -x 9 ttyS1 9600").unwrap().trace.is_some());
    assert!(command("-h -x0 ttyS1 9600").unwrap().trace.is_none());
    for wrong in [
        "",
        "-h",
        "-h ttyS1",
        "-h ttyS1 5551212 9600",
        "ttyS1 9600",
        "ttyS1 1 2 9600",
        "-z ttyS1 1 9600",
        "-x",
        "-x a ttyS1 1 9600",
        "-x -1 ttyS1 1 9600",
        "-c ttyS1 1 9600",
        "-f ttyS1 1 9600",
        "-h ../ttyS1 9600",
        "-h /etc/passwd 9600",
        "--help",
    ] {
        assert_eq!(refused(wrong), status::ARGUMENTS, "{wrong}");
    }
}

#[test]
fn numbers_are_what_a_telephone_has() {
    let number = |text: &str| match command(&format!("ttyS1 {text} 9600")).map(|command| command.job) {
        Ok(Job::Dial(number)) => Ok(String::from_utf8(number.value).unwrap()),
        Ok(other) => panic!("{other:?}"),
        Err(Wrong(status, _)) => Err(status),
    };
    assert_eq!(number("5551212"), Ok("5551212".into()));
    assert_eq!(number("9=1-212,*67#@!wtTpP"), Ok("9W1,212,*67#@!WTTPP".into()));
    for wrong in ["555;ATZ", "555\r", "AB", "5\\5", "(212)555", "\u{e9}", "5\0"] {
        assert_eq!(number(wrong), Err(status::NUMBER), "{wrong:?}");
    }
    assert_eq!(number(&"5".repeat(64)).map(|number| number.len()), Ok(64));
    assert_eq!(number(&"5".repeat(65)), Err(status::NUMBER));
    let empty = [b"ttyS1".to_vec(), Vec::new(), b"9600".to_vec()];
    assert_eq!(read(&empty, &SystemFacts::default()).unwrap_err().0, status::NUMBER);
}

#[test]
fn speeds_are_one_a_range_or_any() {
    let speed = |text: &str| {
        command(&format!("-h ttyS1 {text}")).map(|c| (c.speed.value, c.exact)).map_err(|Wrong(s, _)| s)
    };
    assert_eq!(speed("2400"), Ok((2400, true)));
    assert_eq!(speed("115200"), Ok((115_200, true)));
    assert_eq!(speed("1200-9600"), Ok((9600, false)));
    assert_eq!(speed("2000-10000"), Ok((9600, false)));
    assert_eq!(speed("9600-115200"), Ok((38_400, false)));
    assert_eq!(speed("57600-115200"), Ok((115_200, false)));
    for any in ["Any", "ANY", "-"] {
        assert_eq!(speed(any), Ok((9600, false)), "{any}");
    }
    for wrong in ["fast", "0", "14400", "9600-1200", "1200-", "-9600x", "1-2", "99999999999", "1200-x"] {
        assert!(matches!(speed(wrong), Err(status::SPEED | status::ARGUMENTS)), "{wrong}");
    }
    assert_eq!(speed("14400"), Err(status::SPEED));
}

#[test]
fn the_number_is_dialled_and_never_read_as_a_script() {
    let plan = plan("DIAL=\"\" ATD\\D\\\\D\\r CONNECT\n", "ttyS1 9=5-1 9600");
    let Some(Stage::Answer(dial)) =
        plan.stages.iter().map(|planned| &planned.stage).find(|stage| matches!(stage, Stage::Answer(_)))
    else {
        panic!("nothing is dialled")
    };
    let Some(Field::Send(send)) = dial.chat.value.fields.get(1) else { panic!("nothing is sent") };
    assert_eq!(send.parts, [SendPart::Bytes(b"ATD9W5,1\\D\r".to_vec())]);
    assert_eq!(said(&plan), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_the_file_is_said_with_its_place() {
    let plan = plan(
        "# a modem\nLOCKED=MAYBE\nINIT=\"\" AT\\T\\r OK\nDAIL=x\nRING\nFAX=+FCO  CON\\pX\n",
        "-h ttyS1 9600",
    );
    let said = said(&plan);
    for place in [
        "/etc/default/dialX:2:8: ",
        "/etc/default/dialX:3:11: ",
        "/etc/default/dialX:4:1: \"DAIL\" is no keyword",
        "/etc/default/dialX:5:1: ",
        "/etc/default/dialX:6:14: ",
    ] {
        assert!(said.iter().any(|line| line.starts_with(place)), "{place} in {said:#?}");
    }
    assert!(said.iter().any(|line| line.ends_with("write: DIAL")), "{said:#?}");
}

#[test]
fn a_file_that_is_too_long_or_rubbish_leaves_what_is_built_in() {
    for file in ["x".repeat(65 << 10), "\0\u{1}\n=\n==\nINIT\n".repeat(100), "\\\n".repeat(1000)] {
        let plan = plan(&file, "-h ttyS1 9600");
        assert!(plan.findings.len() <= 51);
        let init = plan.stages.iter().find_map(|planned| match &planned.stage {
            Stage::Chat(chat) if chat.name == "INIT" => Some(chat),
            _ => None,
        });
        assert!(init.expect("INIT is there").chat.value.written.starts_with(b"\"\" AT"));
    }
}

#[test]
fn a_line_of_two_names_is_locked_by_both() {
    let lines = |tty: &str| {
        let plan = plan("", &format!("-h {tty} 9600"));
        let Some(Stage::Lock(lock)) = plan.stages.first().map(|planned| &planned.stage) else { panic!() };
        assert!(lock.files.of_parent);
        lock.files
            .lines
            .value
            .iter()
            .map(|line| String::from_utf8_lossy(line).into_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(lines("tty1A"), ["tty1A", "tty1a"]);
    assert_eq!(lines("tty1a"), ["tty1a"]);
    assert_eq!(lines("tty12B3"), ["tty12B3", "tty12b3"]);
    for single in ["ttyS0", "ttyUSB0", "tty1", "term/a", "cuaa", "tty1AB"] {
        assert_eq!(lines(single), [single]);
    }
}

#[test]
fn the_line_is_touched_under_its_lock_alone() {
    for line in ["-h ttyS1 9600", "-hc ttyS1 9600", "-hf ttyS1 9600", "ttyS1 5 9600"] {
        let plan = plan("HANGUP=\"\" +++\n", line);
        let (mut locked, mut waited) = (false, false);
        for planned in &plan.stages {
            // The ring leads here while the lock is held; noise leads back to the wait.
            locked |= planned.mark == Some("answer");
            match &planned.stage {
                Stage::Lock(_) => locked = true,
                Stage::Unlock => locked = false,
                Stage::TellParent => assert!(!locked),
                Stage::AwaitByte(wait) => {
                    waited = true;
                    assert!(!locked && !wait.discard_first && wait.look.is_some());
                    assert_eq!(planned.signals.len(), 4, "a signal may mean that somebody else has the line");
                }
                stage => assert!(locked, "{} of {line}", stage.name()),
            }
        }
        assert_eq!(waited, line.contains('c') || line.contains('f'));
    }
}

#[test]
fn every_way_out_of_a_call_has_a_status() {
    let plan = plan("", "ttyS1 5551212 9600");
    let dial = plan.stages.iter().find(|planned| matches!(planned.stage, Stage::Answer(_))).unwrap();
    for (end, wanted) in [
        (End::Engaged, 0x8d),
        (End::NoCarrier, 0x8e),
        (End::NoAnswer, 0x8f),
        (End::NoDialTone, 0x89),
        (End::Failed, 0x88),
        (End::Refused, 0x80),
        (End::HungUp, 0x80),
    ] {
        assert!(matches!(dial.then(end), Then::Finish(status, _) if *status == wanted), "{end:?}");
    }
    // A command knows nothing of calls, and every mark that something leads to is there.
    let init = plan.stages.iter().find(|planned| matches!(planned.stage, Stage::Chat(_))).unwrap();
    assert_eq!(*init.then(End::Engaged), Then::GoOn);
    for line in ["-h ttyS1 9600", "-hc ttyS1 9600", "-hf ttyS1 9600", "ttyS1 5 9600"] {
        let plan = self::plan("HANGUP=\"\" +++\n", line);
        for (_, then) in plan.stages.iter().flat_map(|planned| &planned.ends) {
            if let Then::At(mark, _) = then {
                assert!(plan.stages.iter().any(|planned| planned.mark == Some(mark)), "{line}: {mark}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_command_line_and_any_file_are_read(
        line in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..12), 0..6),
        file in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut reader = MapReader::default();
        reader.files.insert(b"/etc/default/dialX".to_vec(), file);
        let mut argv = vec![b"dialX".to_vec()];
        argv.extend(line);
        if let Err(refusal) = compile(&argv, &Surroundings::default(), &mut reader) {
            prop_assert!((0x83..=0x85).contains(&refusal.status));
        }
        let argv = words("dialX ttyS1 5551212 9600");
        prop_assert!(compile(&argv, &Surroundings::default(), &mut reader).is_ok());
    }
}
