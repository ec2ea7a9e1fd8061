//! Command lines, and which files they lead to.

use super::*;

#[test]
fn gps_17_the_file_overrules_the_option() {
    let plan = plan("getty -t 60 pts/3 9600", with_conf("TIMEOUT=3\n"));
    let timeout = &read_name(&plan).timeout;
    assert_eq!(timeout.value, Some(Duration::from_secs(3)));
    assert_eq!(plan.origin(&timeout.origin), "/etc/conf.getty:1");
    assert_eq!(timeout.overrode, [Origin::Argument(1)]);
    let ends = planned(&plan, |stage| matches!(stage, Stage::ReadName(_)));
    let Then::Finish(1, parting) = ends.then(End::Timeout) else { panic!("{:?}", ends.then(End::Timeout)) };
    assert_eq!(parting[0], Parting::Say(b"\r\nTimed out after 3 seconds.\r\n".to_vec()));
    assert_eq!(parting[parting.len() - 2..], [Parting::HangUp, Parting::Pause(Duration::from_secs(5))]);
}

#[test]
fn gps_18_a_wrong_command_line_is_status_2_with_the_usage() {
    for line in ["getty", "getty -Z pts/3", "getty -t", "getty ../sda", "getty /dev/", "getty -L pts/3 9600"]
    {
        let refusal = refused(line);
        assert_eq!(refusal.status, 2, "{line}");
        assert!(refusal.texts.iter().any(|text| text.starts_with("usage: getty ")), "{line}");
        assert_eq!(refusal.wait, Duration::from_secs(15), "{line}");
    }
    assert_eq!(refused("getty --help").status, 0);
    assert_eq!(refused("getty --version").status, 0);
}

#[test]
fn gps_19_an_unknown_label_is_the_first_entry_behind_the_comment() {
    let plan = plan("getty pts/3 nosuch", world());
    assert_eq!(plan.entries[plan.start.value].label, b"9600");
    let errors: Vec<_> = plan.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert_eq!(errors.len(), 1);
    let text = errors[0].one_line(&plan.sources);
    assert!(text.contains("/etc/gettydefs") && text.contains("nosuch"), "{text}");
}

#[test]
fn gps_20_without_gettydefs_there_is_an_entry_built_in() {
    let plan = plan("getty pts/3 9600", MapReader::default().device("pts/3"));
    let [entry] = &plan.entries[..] else { panic!("{:?}", plan.entries) };
    assert_eq!((entry.prompt.clone(), entry.next), (Text::bytes(*b"login: "), Some(0)));
    assert_eq!((entry.initial.speed, entry.final_modes.speed), (Some(9600), Some(9600)));
    let sane = crate::plan::modes::SANE;
    assert!(entry.final_modes.flags().eq(Flag::ALL.iter().copied().filter(|flag| sane.contains(flag))));
    assert_eq!(entry.final_modes.values().collect::<Vec<_>>(), [Value::CS8]);
}

#[test]
fn gps_21_one_defaults_file_is_read_the_nearest() {
    let files = world()
        .file("/etc/conf.getty.pts_3", "SYSTEM=line\n")
        .file("/etc/conf.getty", "SYSTEM=any\nTIMEOUT=9\n")
        .file("/etc/default/getty", "SYSTEM=default\n")
        .file("/etc/conf.alt", "SYSTEM=alt\n")
        .file("/abs", "SYSTEM=abs\n")
        .file("/etc/conf.uugetty", "SYSTEM=uu\n")
        .file("/etc/default/uugetty.pts_4", "SYSTEM=late\n");
    for (line, name) in [
        ("getty pts/3", "line"),
        ("getty pts/4", "any"),
        ("getty -d alt pts/3", "alt"),
        ("getty -d /abs pts/3", "abs"),
        ("uugetty pts/3", "uu"),
        ("uugetty pts/4", "uu"),
    ] {
        let plan = plan(line, files.clone());
        assert_eq!(plan.facts.system.value.as_deref(), Some(name.as_bytes()), "{line}");
    }
    assert_eq!(read_name(&plan("getty pts/3", files.clone())).timeout.value, None);
    assert_eq!(plan("getty -d none pts/3", files).facts.system.value, None);
}

#[test]
fn gps_22_the_first_of_two_holds_and_a_bad_line_stops_nothing() {
    let plan = plan("getty pts/3 9600", with_conf("SYSTEM=a\nSYSTEM=b\ngarbage\nISSUE=X\\c"));
    assert_eq!(plan.facts.system.value.as_deref(), Some(&b"a"[..]));
    assert_eq!(greet(&plan).issue.value, Issue::Text(Text::bytes(*b"X")));
    let bad = codes(&plan.findings, Code::cg(1));
    assert_eq!(bad.len(), 1);
    assert!(bad[0].message.starts_with("bad defaults line 3: garbage"), "{}", bad[0].message);
}

#[test]
fn gps_23_gps_80_who_hangs_up_and_for_how_long() {
    let time = |line: &str, conf: &str| {
        let plan = plan(line, with_conf(conf));
        stage!(plan, HangUp).map(|hang_up| hang_up.time.value.as_secs())
    };
    assert_eq!(time("getty pts/3", ""), Some(2));
    assert_eq!(time("getty -h pts/3", ""), None);
    assert_eq!(time("getty -h pts/3", "HANGUP=YES\n"), Some(2));
    assert_eq!(time("getty -H 5 pts/3", ""), Some(5));
    assert_eq!(time("getty -H5 pts/3", "HANGUPSECS=1\n"), Some(1));
    assert_eq!(time("getty -H 5 pts/3", "HANGUP=no\n"), None);
    // HUPCL is forced on the initial modes only where the line hangs up anyway
    let hupcl = |line: &str| plan(line, world()).entries[0].initial.has(Flag::HUPCL);
    assert!(hupcl("getty pts/3") && !hupcl("getty -h pts/3"));
}

#[test]
fn gps_24_the_order_of_another_getty_is_put_right() {
    let swapped = plan("getty 9600 pts/3 vt100", world());
    assert_eq!(swapped.facts.device.value.name, b"pts/3");
    assert_eq!(swapped.entries[swapped.start.value].label, b"9600");
    assert_eq!(codes(&swapped.findings, Code::ln(2))[0].severity, Severity::Warning);

    let apart = plan("getty -a pts/4 pts/3 9600", with_conf("WAITFOR=RING\n"));
    assert_eq!(apart.facts.device.value.name, b"pts/3");
    let opened: Vec<_> = apart
        .stages
        .iter()
        .filter_map(|planned| match &planned.stage {
            Stage::Open(open) => Some(open.device.value.name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(opened, [b"pts/3".to_vec(), b"pts/4".to_vec(), b"pts/3".to_vec()]);

    let plain = plan("getty -a pts/3 9600", world());
    assert_eq!(plain.facts.device.value.name, b"pts/3");
    assert!(plain.findings.is_empty(), "{:?}", plain.findings);
}

#[test]
fn gps_24_a_label_that_is_also_a_device_stays_a_label() {
    let files =
        world().device("console").file("/etc/gettydefs", "console# B9600 # B9600 SANE #c: #console\n");
    let plan = plan("getty -a pts/3 console", files);
    assert_eq!(plan.facts.device.value.name, b"pts/3");
    assert_eq!(plan.entries[plan.start.value].label, b"console");
}

#[test]
fn gps_25_r_before_an_option_has_no_delay() {
    let waits = plan("getty -r -t 60 pts/3 9600", world());
    assert!(names(&waits).contains(&"wait for a byte"), "{:?}", names(&waits));
    assert!(stage!(waits, Settle).is_none());
    assert_eq!(read_name(&waits).timeout.value, Some(Duration::from_secs(60)));
}

#[test]
fn gps_75_programs_are_whole_paths() {
    let plan = plan("getty pts/3", with_conf("LOGIN=login\nFIDO=ifcico\n"));
    assert_eq!(login(&plan).program.value, FilePath::from("/bin/login"));
    assert!(login(&plan).mailer.is_none());
    let errors = codes(&plan.findings, Code::cg(6));
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.severity == Severity::Error));
}

#[test]
fn gps_76_operands_that_are_missing_or_unknown() {
    let bare = plan("getty pts/3", world());
    assert_eq!(bare.entries[bare.start.value].label, b"9600");
    assert!(bare.findings.is_empty(), "{:?}", bare.findings);
    let twice = format!("{GETTYDEFS}\n9600# B1200 # B1200 #second: #9600\n");
    let upper = plan("getty pts/3 9600", world().file("/etc/gettydefs", &twice));
    assert_eq!(upper.entries[upper.start.value].initial.speed, Some(9600));
    assert!(plan("getty pts/3 9600 vt100 LDISC0", world()).findings.is_empty());
    let odd = plan("getty pts/3 9600 vt100 LDISC9 and more", world());
    assert_eq!(codes(&odd.findings, Code::ln(4))[0].severity, Severity::Warning);
}

#[test]
fn gps_04_term_is_the_operand_else_what_was_inherited() {
    let mut surroundings = Surroundings::default();
    let term = |surroundings: &Surroundings, line: &str| {
        login(&plan_in(line, surroundings, &mut world())).term.value.clone()
    };
    assert_eq!(term(&surroundings, "getty pts/3"), b"unknown");
    surroundings.environment.push((b"TERM".to_vec(), b"linux".to_vec()));
    assert_eq!(term(&surroundings, "getty pts/3"), b"linux");
    assert_eq!(term(&surroundings, "getty pts/3 9600 vt100"), b"vt100");
    let typed = world().file("/etc/ttytype", "vt52 pts/4\nwyse50\tpts/3\n");
    let plan = plan_in("getty pts/3", &surroundings, &mut typed.clone());
    assert_eq!(login(&plan).term.value, b"wyse50");
    assert_eq!(plan.origin(&plan.facts.term.origin), "/etc/ttytype:2");
}

#[test]
fn gps_31_gps_77_only_a_known_type_clears_the_screen() {
    let mut files = world();
    files.terminals.insert(b"vt100".to_vec(), b"\x1b[H\x1b[J".to_vec());
    let clear = |line: &str, files: &MapReader| greet(&plan(line, files.clone())).clear.value.clone();
    assert_eq!(clear("getty pts/3 9600 vt100", &files).as_deref(), Some(&b"\x1b[H\x1b[J"[..]));
    assert_eq!(clear("getty pts/3 9600", &files), None);
    assert_eq!(clear("getty pts/3 9600 nosuchterm", &files), None);
    assert_eq!(clear("getty pts/3 9600 vt100", &files.clone().file("/etc/conf.getty", "CLEAR=NO\n")), None);
    assert_eq!(login(&plan("getty pts/3 9600 nosuchterm", files)).term.value, b"nosuchterm");
}

#[test]
fn gps_03_login_gets_an_environment_that_turns_no_program() {
    let mut surroundings = Surroundings::default();
    for (name, value) in [
        ("LD_PRELOAD", "/tmp/x.so"),
        ("IFS", "/"),
        ("BASH_ENV", "/tmp/x"),
        ("TTYPROMPT", "login: "),
        ("TZ", "CET"),
    ] {
        surroundings.environment.push((name.into(), value.into()));
    }
    let plan = plan_in("getty pts/3 9600 vt100", &surroundings, &mut world());
    let names: Vec<_> = login(&plan).environment.iter().map(|(name, _)| name.as_slice()).collect();
    assert_eq!(names, [&b"TZ"[..], b"PATH", b"TERM"]);
}

#[test]
fn gps_90_a_check_is_asked_for_in_every_spelling() {
    for line in ["getty -cF", "uugetty -c F", "getty -hc F pts/3"] {
        match compiled(line, &Surroundings::default(), &mut world()) {
            Ok(Compiled::Check(path)) => assert_eq!(path, FilePath::from("F"), "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn inittab_lines_of_the_field_find_their_device() {
    let files = MapReader::default()
        .device("tty1")
        .device("ttyS2")
        .device("ttyS3")
        .device("tty12")
        .file("/etc/gettydefs", GETTYDEFS);
    for (line, device) in [
        ("getty tty1 VC linux", "tty1"),
        ("uugetty ttyS2 M19200", "ttyS2"),
        ("uugetty -d /etc/default/uugetty.ttyS3 ttyS3 F115200 vt100", "ttyS3"),
        ("uugetty -r -t 60 tty12 1200", "tty12"),
        ("getty 9600 tty1", "tty1"),
        ("getty 38400 tty1 linux", "tty1"),
        ("getty /dev/tty1 9600", "tty1"),
    ] {
        assert_eq!(plan(line, files.clone()).facts.device.value.name, device.as_bytes(), "{line}");
    }
}
