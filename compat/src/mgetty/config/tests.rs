//! mgetty.config, value by value.

use super::*;
use crate::mgetty::options;
use crate::plan::chat::Field;
use crate::plan::stage::Device;
use crate::source::SourceMap;
use proptest::prelude::*;

struct Got {
    sources: SourceMap,
    read: Read,
}

fn got(text: &[u8], line: &str, arguments: &[&str]) -> Got {
    let mut sources = SourceMap::default();
    let file = sources.add("C".into(), text.to_vec());
    let arguments: Vec<Vec<u8>> =
        arguments.iter().chain(&[line]).map(|word| word.as_bytes().to_vec()).collect();
    let Ok(options::Asked::Wait(typed)) = options::read(&arguments) else { panic!("{arguments:?}") };
    let sections = Sections::Of(&typed.device.value.name);
    let read = read(Profile::Upstream, &typed.typed, Some((&sources, file)), sections);
    Got { sources, read }
}

fn config(text: &str) -> Config {
    got(text.as_bytes(), "ttyX", &[]).read.config
}

impl Got {
    fn told(&self) -> Vec<String> {
        let told = |d: &Diagnostic| {
            let place = d.span.map_or("-".into(), |span| self.sources.place(span).to_string());
            format!("{place} {}: {}", d.code, d.message)
        };
        self.read.findings.iter().map(told).collect()
    }
}

fn told(text: &str) -> Vec<String> {
    got(text.as_bytes(), "ttyX", &[]).told()
}

#[test]
fn every_keyword_has_a_value_where_nobody_sets_it() {
    let upstream = Config::built_in(Profile::Upstream);
    let debian = Config::built_in(Profile::Debian);
    assert_eq!(upstream.login_prompt.value, b"@!login: ");
    assert_eq!(debian.login_prompt.value, b"@ login: ");
    let owner = |config: &Config| {
        [&config.port_owner, &config.port_group, &config.fax_owner, &config.fax_group, &config.notify]
            .map(|name| String::from_utf8(name.value.clone().unwrap_or_default()).unwrap())
    };
    assert_eq!(owner(&upstream), ["uucp", "modem", "uucp", "", "faxadmin"]);
    assert_eq!(owner(&debian), ["root", "dialout", "root", "fax", "root"]);
    assert_eq!(upstream.init_chat.value.chat.written, br#""" \dATQ0V1H0 OK ATS0=0Q0&D3&C1 OK"#);
    assert_eq!(debian.init_chat.value.chat.written, br#""" \dATQ0V1H0 OK AT OK"#);
    assert_eq!(upstream.force_init_chat.value.chat.fields.len(), 3);
    assert!(matches!(upstream.answer_chat.value.chat.fields.last(), Some(Field::Expect(_))));
    assert!(!upstream.fido_send_emsi.value && !debian.fido_send_emsi.value);
    assert_eq!(upstream.speed, Setting::built_in(38_400));
    assert_eq!(upstream.modem_check_time.value, Some(Duration::from_secs(3600)));
    let Config { fax_spool_in, .. } = debian;
    assert_eq!(fax_spool_in.value, ["/var/spool/fax/incoming".into()]);
}

#[test]
fn every_keyword_is_read_and_keeps_its_place() {
    let text = "speed 115200\nswitchbd 0x4B00\ndirect y\nblocking yes\nport-owner a\nport-group b\nport-mode 0666\n\
        toggle-dtr n\ntoggle-dtr-waittime 200\nopen-delay 10\nneed-dsr y\ndata-only\nfax-only t\nmodem-type c2.0\n\
        modem-quirks 0x42\ninit-chat \"\" ATZ OK\nforce-init-chat \"\" A\npost-init-chat \"\" B\ndata-flow soft\n\
        fax-rec-flow none\nmodem-check-time -1\nrings 3\nmsn-list 1 22  333\nget-cnd-chat \"\" C\ncid-program /c -x\n\
        cnd-program /d\nanswer-chat \"\" ATA\nanswer-chat-timeout 70\nautobauding on\nringback true\nringback-time 60\n\
        ignore-carrier y\nissue-file !cat /x\nprompt-waittime 0\nlogin-prompt hi\\040\nlogin-time 0\n\
        fido-send-emsi y\nlogin-env-ttyprompt-hack y\nlogin-conf-file lc\nfax-id +49 89\nfax-max-speed 9600\n\
        diskspace 5\nnotify x@y\nfax-owner o\nfax-group g\nfax-mode 0600\nfax-spool-in /a:/b::\ndebug 7\n\
        statistics-chat \"\" D\nstatistics-file /s\ngettydefs m\nterm vt100\nfax-format tiff\n\
        fax-notify-program /n\nwait-for-cr y\nuse-gettydefs y\n";
    let got = got(text.as_bytes(), "ttyX", &[]);
    assert_eq!((got.told(), got.read.foul), (vec![], vec![]));
    // No field is left as it was built in.
    let shown = format!("{:?}", got.read.config);
    assert_eq!((shown.matches("origin: BuiltIn").count(), shown.matches("origin: File").count()), (0, 56));
    let config = got.read.config;
    assert_eq!((config.speed.value, config.switchbd.value, config.port_mode.value), (115_200, 19_200, 0o666));
    assert_eq!((config.modem_type.value, config.modem_quirks.value), (ModemType::Class20, 0x42));
    assert_eq!((config.data_flow.value, config.fax_rec_flow.value), (Flow::Soft, Flow::None));
    assert_eq!((config.modem_check_time.value, config.login_time.value), (None, None));
    assert_eq!(config.msn_list.value, [&b"1"[..], b"22", b"333"]);
    assert_eq!(config.issue_file.value, Issue::Command(b"cat /x".to_vec()));
    assert_eq!(config.fax_spool_in.value, ["/a".into(), "/b".into()]);
    let Origin::File(span) = config.rings.origin else { panic!("{:?}", config.rings) };
    assert_eq!((got.sources.slice(span), got.sources.place(span).line), (&b"rings 3"[..], 22));
}

#[test]
fn mg_09_a_section_of_another_line_is_not_read() {
    let got = got(b"rings 2\nport ttyZ\nrings 5\nbogus\nport ttyZ1\nrings 6\n", "ttyX", &[]);
    assert_eq!((got.read.config.rings.value, got.told(), got.read.foul), (2, vec![], vec![]));
}

#[test]
fn mg_10_a_question_mark_is_any_character_and_a_later_value_wins() {
    let got = got(b"port ttyX\nrings 3\nspeed 9600\nport tty?\nrings 4\n", "ttyX", &[]);
    assert_eq!((got.read.config.rings.value, got.read.config.speed.value), (4, 9600));
    let places: Vec<usize> = got
        .read
        .config
        .rings
        .overrode
        .iter()
        .map(|origin| {
            let Origin::File(span) = origin else { panic!("{origin:?}") };
            got.sources.place(*span).line
        })
        .collect();
    assert_eq!(places, [2]);
}

#[test]
fn mg_15_a_boolean_without_value_is_yes() {
    assert!(config("data-only").data_only.value);
    assert!(config("data-only \t\n").data_only.value);
}

#[test]
fn mg_16_the_modem_is_not_looked_at_more_often_than_each_quarter_of_an_hour() {
    for (text, seconds) in
        [("5", Some(900)), ("0", Some(900)), ("900", Some(900)), ("901", Some(901)), ("-1", None)]
    {
        let config = config(&format!("modem-check-time {text}"));
        assert_eq!(config.modem_check_time.value, seconds.map(Duration::from_secs), "{text}");
    }
    assert_eq!(told("modem-check-time 5"), ["C:1:18 MC08: modem-check-time 5 is too short"]);
    for (text, seconds) in [("3", 30), ("-3", 30), ("30", 30), ("31", 31)] {
        let config = config(&format!("ringback-time {text}"));
        assert_eq!(config.ringback_time.value, Duration::from_secs(seconds), "{text}");
    }
}

#[test]
fn the_strongest_source_wins() {
    let text = b"rings 1\nspeed 9600\nport ttyX\nrings 2\n";
    let got = got(text, "/dev/ttyX", &["-n", "5", "-R", "90", "-i", ""]);
    let config = got.read.config;
    assert_eq!((config.rings.value, &config.rings.origin), (5, &Origin::Argument(1)));
    assert_eq!(config.rings.overrode.len(), 2);
    assert_eq!(config.speed.value, 9600);
    assert_eq!((config.ringback.value, config.ringback_time.value), (true, Duration::from_secs(90)));
    assert_eq!(config.issue_file.value, Issue::Text(Vec::new()));
    let odd = self::got(b"", "ttyX", &["-C", "foo", "-m", "'' ATZ"]);
    assert_eq!(
        odd.told(),
        ["- MC02: argument 1: \"foo\" is no type of modem", "- MC06: argument 3: '' is no empty word"]
    );
    // A number that is none is 0, and 0 rings are 1.
    assert_eq!(self::got(b"rings 7", "ttyX", &["-n", "-r"]).read.config.rings.value, 1);
    assert_eq!(self::got(b"", "ttyX", &["-x", "12"]).read.config.debug.value, 9);
    assert_eq!(
        self::got(b"login-prompt x", "ttyX", &["-p", "a  b "]).read.config.login_prompt.value,
        b"a  b "
    );
}

#[test]
fn sections_are_matched_as_mgetty_did() {
    for (pattern, line, fits) in [
        ("ttyS1", "ttyS1", true),
        ("ttyS1", "ttyS10", false),
        ("ttyS10", "ttyS1", false),
        ("ttyS??", "ttyS1", true),
        ("ttyS??", "ttyS10", true),
        ("ttyS??", "ttyS100", false),
        ("?tyS1", "ttyS1", true),
        ("/dev/ttyS1", "ttyS1", true),
        ("pts/?", "pts/3", true),
        ("tty*", "ttyS1", false),
        ("TTYS1", "ttyS1", false),
        ("", "ttyS1", false),
        ("ttyS1 ttyS2", "ttyS1", false),
    ] {
        let got = got(format!("port {pattern}\nrings 2\n").as_bytes(), line, &[]);
        assert_eq!(got.read.config.rings.value == 2, fits, "{pattern} {line}");
    }
    assert_eq!(told("port\n"), ["C:1:1 MC10: this is no name of a line"]);
    assert_eq!(told("port tty*\n"), ["C:1:6 MC10: \"tty*\" is compared as it stands, but for ?"]);
}

#[test]
fn a_line_that_means_nothing_is_foul() {
    let got = got(b"bogus-keyword   7\nrings many\nrings\nringz 2\nrings 3\n", "ttyX", &[]);
    assert_eq!(
        got.told(),
        [
            "C:1:1 MC01: there is no keyword \"bogus-keyword\"",
            "C:2:7 MC02: rings wants a number",
            "C:3:1 MC02: rings wants a number",
            "C:4:1 MC01: there is no keyword \"ringz\"",
        ]
    );
    assert_eq!(got.read.findings.last().unwrap().write.as_deref(), Some("rings"));
    let log: Vec<[String; 2]> = got.read.foul.iter().map(Foul::log).collect();
    assert_eq!(
        log.first().unwrap(),
        &[
            "something foul in config line: 'bogus-keyword 7'".to_owned(),
            "    (keyword 'bogus-keyword' not found)".to_owned()
        ]
    );
    assert_eq!(
        log.get(1).unwrap(),
        &[
            "something foul in config line: 'rings many'".to_owned(),
            "    (most likely syntax error)".to_owned()
        ]
    );
    assert_eq!((log.len(), got.read.config.rings.value), (4, 3));
}

#[test]
fn lines_are_joined_trimmed_and_left_out() {
    let login = |text: &str| String::from_utf8(config(text).login_prompt.value).unwrap();
    assert_eq!(login("login-prompt a\\\nb@\\040\n"), "ab@\\040");
    assert_eq!(login("login-prompt a\\\r\nb\r\n"), "ab");
    assert_eq!(login(" \tlogin-prompt \t a\t b  \n"), "a b");
    assert_eq!(login("login-prompt a\\\n   b\n"), "a b");
    assert_eq!(login("login-prompt a # b\n"), "a # b");
    assert_eq!(login("login-prompt a\\"), "a");
    assert_eq!(login("# login-prompt a\n #login-prompt b\n\n"), "@!login: ");
    // As in 1.2.1, where a comment is joined before it is left out.
    assert_eq!(login("# x \\\nlogin-prompt a\n"), "@!login: ");
    assert_eq!(told("# x \\\nlogin-prompt a\n"), ["C:1:5 MC11: a comment that ends in a backslash"]);
    assert_eq!(told("# x \\\n# y\n"), [""; 0]);
    let long = format!("rings 2\nlogin-prompt {}\\\n more\nspeed 9600\n", "x".repeat(5000));
    assert_eq!(told(&long), ["C:2:1 MC09: this line is too long"]);
    assert_eq!(config(&long).speed.value, 9600);
}

#[test]
fn numbers_modes_and_yes_or_no() {
    for (text, value, findings) in [
        ("9600", 9600, 0),
        ("0x2580", 9600, 0),
        ("022600", 9600, 0),
        ("9600x", 9600, 1),
        ("9600 # x", 9600, 1),
    ] {
        let text = format!("speed {text}");
        assert_eq!((config(&text).speed.value, told(&text).len()), (value, findings), "{text}");
    }
    for (text, mode, findings) in [
        ("0660", 0o660, 0),
        ("640", 0o640, 1),
        ("777", 0o777, 1),
        ("680", 0o1250, 1),
        ("432", 0o432, 1),
        ("0", 0, 0),
        ("0999", 0o660, 1),
        ("99999", 0o660, 1),
        ("-1", 0o660, 1),
        ("rw", 0o660, 1),
    ] {
        let text = format!("port-mode {text}");
        assert_eq!((config(&text).port_mode.value, told(&text).len()), (mode, findings), "{text}");
    }
    for (text, yes, findings) in [
        ("y", true, 0),
        ("Yes", true, 0),
        ("true", true, 0),
        ("on", true, 0),
        ("n", false, 0),
        ("off", false, 0),
        ("FALSE", false, 0),
        ("1", false, 1),
        ("ON", false, 1),
        ("0", false, 1),
        ("yes # x", true, 1),
        ("one", true, 1),
    ] {
        let text = format!("blocking {text}");
        assert_eq!((config(&text).blocking.value, told(&text).len()), (yes, findings), "{text}");
    }
    assert_eq!(told("port-mode 640"), ["C:1:11 MC05: port-mode without a leading zero"]);
}

#[test]
fn what_does_nothing_here_is_said() {
    assert_eq!(
        told(
            "fax-server-file /x\nsms-handler-foo y\nmodem-type cls1\nmodem-type foo\ndata-flow x\nfax-format pdf"
        ),
        [
            "C:1:17 MC07: fax-server-file has no effect here",
            "C:2:17 MC07: sms-handler has no effect here",
            "C:3:12 MC02: faxes of class 1 are not received",
            "C:4:12 MC02: \"foo\" is no type of modem",
            "C:5:11 MC02: \"x\" is no kind of flow control",
            "C:6:12 MC02: \"pdf\" is no format of faxes",
        ]
    );
    assert_eq!(config("notify a\x1bb").notify.value, None);
    assert_eq!(config("login-conf-file").login_conf_file.value, "login.config".into());
    assert_eq!(config("fax-id \"a\"\x01b").fax_id.value, b"ab");
}

#[test]
fn directories_of_faxes_are_absolute_and_there_are_some() {
    assert_eq!(told("fax-spool-in /a:/b"), [""; 0]);
    assert_eq!(told("fax-spool-in /a:faxes"), ["C:1:14 MC02: \"faxes\" is no absolute path"]);
    assert_eq!(told("fax-spool-in :"), ["C:1:14 MC02: there is no directory for faxes"]);
    assert_eq!(told("fax-spool-in").len(), 1);
}

#[test]
fn a_speed_that_the_system_has_not_is_refused() {
    let system = SystemFacts::default();
    let refusal = |text: &str| config(text).refusal(&system).map(|(why, _)| why);
    assert_eq!(refusal(""), None);
    assert_eq!(refusal("speed 12345").as_deref(), Some("invalid port speed: 12345"));
    let any = SystemFacts { speed: |_| Speed::Perhaps("of the hardware"), ..SystemFacts::default() };
    assert!(config("speed 12345").refusal(&any).is_some());
    assert_eq!(config("speed 460800").refusal(&any), None);
    assert_eq!(refusal("speed 0").as_deref(), Some("invalid port speed: 0"));
    assert_eq!(refusal("speed 5000000").as_deref(), Some("invalid port speed: 5000000"));
    assert_eq!(refusal("switchbd 12345").as_deref(), Some("invalid fax reception switch speed: 12345"));
    assert_eq!(refusal("switchbd 12345\ndata-only"), None);
    assert_eq!(refusal("switchbd 19200"), None);
}

#[test]
fn a_check_reads_the_sections_of_all_lines() {
    let mut sources = SourceMap::default();
    let text = b"speed 9600\nport ttyS1\nspeed 12345\nport ttyS2\nbogus\nspeed 0\nswitchbd 0\nswitchbd 19200\nswitchbd 12346\n";
    let file = sources.add("C".into(), text.to_vec());
    let findings = check(&sources, file, &SystemFacts::default());
    let told = |d: &Diagnostic| format!("{} {}: {}", sources.place(d.span.unwrap()), d.code, d.message);
    assert_eq!(
        findings.iter().map(told).collect::<Vec<_>>(),
        [
            "C:3:1 MC12: 12345 bit/s is no speed of Linux",
            "C:5:1 MC01: there is no keyword \"bogus\"",
            "C:6:1 MC12: 0 bit/s is no speed of Linux",
            "C:9:1 MC12: 12346 bit/s is no speed of Linux",
        ]
    );
}

proptest! {
    #[test]
    fn any_file_is_read(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"\nport ttyX\n".to_vec()),
                Just(b"\nrings ".to_vec()),
                Just(b"\ninit-chat \"\" AT\\".to_vec()),
                Just(b"\nport-mode 7".to_vec()),
                Just(b"\ndebug -".to_vec()),
                Just(b"\\\n".to_vec()),
                Just(b"\r\n#".to_vec()),
                Just(b" 0x".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..9),
            ],
            0..120,
        ),
    ) {
        let bytes = pieces.concat();
        let mut sources = SourceMap::default();
        let file = sources.add("C".into(), bytes.clone());
        for sections in [Sections::All, Sections::Of(&Device::named(b"ttyX").name)] {
            let read = read(Profile::Debian, &[], Some((&sources, file)), sections);
            prop_assert!(read.findings.len() <= 51 && read.foul.len() <= bytes.len());
            for finding in &read.findings {
                let Some(span) = finding.span else { continue };
                prop_assert!(span.start < span.end && span.end <= bytes.len(), "{finding:?}");
                prop_assert!(finding.here.is_some() && finding.write.is_some());
            }
            prop_assert!(read.config.rings.value >= 1 && read.config.port_mode.value <= 0o7777);
            prop_assert!(read.config.debug.value <= 9);
        }
    }
}
