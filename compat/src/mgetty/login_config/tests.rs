//! login.config, entry by entry.

use super::*;
use crate::source::SourceMap;
use proptest::prelude::*;

struct Read {
    sources: SourceMap,
    rules: Rules,
}

fn read(text: &[u8]) -> Read {
    let mut sources = SourceMap::default();
    let file = sources.add("L".into(), text.to_vec());
    let rules = parse(&sources, file);
    Read { sources, rules }
}

/// The accounts of these tests.
fn account(name: &[u8]) -> Option<u32> {
    match name {
        b"root" => Some(0),
        b"uucp" => Some(10),
        b"nobody" => Some(65_534),
        _ => None,
    }
}

impl Read {
    fn told(&self) -> Vec<String> {
        let told =
            |d: &Diagnostic| format!("{} {}: {}", self.sources.place(d.span.unwrap()), d.code, d.message);
        self.rules.findings.iter().map(told).collect()
    }

    fn decide(&self, visitor: &Visitor<'_>) -> Decision<u32> {
        rule(&self.rules.rules, visitor, &"/bin/login".into(), account)
    }

    /// `program: arguments; account; record`, or the reason of a refusal.
    fn run(&self, name: &[u8]) -> String {
        shown(&self.decide(&Visitor { name, ..Visitor::default() }))
    }
}

fn shown(decision: &Decision<u32>) -> String {
    match decision {
        Decision::Refuse(refused) => refused.text(),
        Decision::Run(run) => {
            let words = run.arguments.join(&b' ').escape_ascii().to_string();
            let account = run.account.map_or("as it is".into(), |account| format!("as {account}"));
            let record = run.record.as_deref().unwrap_or(b"-").escape_ascii().to_string();
            format!("{}: {words}; {account}; {record}", run.program)
        }
    }
}

#[test]
fn the_first_entry_that_fits_is_taken() {
    let file = read(
        b"# seeds\n/AutoPPP/ - a_ppp /usr/sbin/pppd debug require-chap\nguest nobody @ /bin/a\nguest - - /bin/b @\n\
          U* uucp @ /usr/lib/uucp/uucico -l -u @\n*net - - /bin/c \\I \\Y\n*slip* uucp sl /bin/d @ x@ @\n\
          * nobody @ /bin/false\n",
    );
    assert_eq!(file.told(), [""; 0]);
    for (name, wanted) in [
        ("/AutoPPP/", "/usr/sbin/pppd: pppd debug require-chap; as it is; a_ppp"),
        ("guest", "/bin/a: a; as 65534; guest"),
        ("Guest", "/bin/false: false; as 65534; Guest"),
        ("Ujoe", "/usr/lib/uucp/uucico: uucico -l -u Ujoe; as 10; Ujoe"),
        ("U", "/usr/lib/uucp/uucico: uucico -l -u U; as 10; U"),
        ("fidonet", "/bin/c: c ?? none; as it is; -"),
        ("net", "/bin/c: c ?? none; as it is; -"),
        ("xslipx", "/bin/d: d xslipx x@ xslipx; as 10; sl"),
        ("evil", "/bin/false: false; as 65534; evil"),
        ("", "/bin/false: false; as 65534; -"),
    ] {
        assert_eq!(file.run(name.as_bytes()), wanted, "{name}");
    }
    let visitor =
        Visitor { name: b"net", connect: Some(b"9600/ARQ"), caller: Some(b"0815"), called_back: false };
    assert_eq!(shown(&file.decide(&visitor)), "/bin/c: c 9600/ARQ 0815; as it is; -");
    let Decision::Run(run) = file.decide(&visitor) else { panic!() };
    assert_eq!(file.sources.slice(run.entry.unwrap()), b"*net - - /bin/c \\I \\Y");
}

#[test]
fn without_an_entry_the_name_goes_to_login() {
    for text in [&b""[..], b"# x\n", b"root - - /bin/sh\n", b"too few fields\n"] {
        let file = read(text);
        assert_eq!(file.run(b"joe"), "/bin/login: login joe; as it is; -");
        assert_eq!(file.run(b""), "/bin/login: login; as it is; -");
    }
    assert_eq!(read(b"* - - /bin/login @\n").run(b"joe"), "/bin/login: login joe; as it is; -");
}

#[test]
fn an_unknown_account_runs_nothing() {
    let file =
        read(b"a* nosuchuser - /bin/prog @\nb* uucp bb /bin/prog @\nc* 0 - /bin/prog\n* - - /bin/login @\n");
    assert_eq!(file.run(b"alice"), "there is no account \"nosuchuser\": nothing is run");
    assert_eq!(file.run(b"bob"), "/bin/prog: prog bob; as 10; bb");
    assert_eq!(file.run(b"carl"), "there is no account \"0\": nothing is run");
    let relative = read(b"a - - bin/prog\n* - - /bin/login @\n");
    assert_eq!(relative.run(b"a"), "cannot execute 'bin/prog': no absolute path");
    assert_eq!(relative.told(), ["L:1:7 LC03: the program is no absolute path"]);
}

#[test]
fn mg_72_entries_of_version_2_are_for_one_kind_of_login() {
    let file = read(
        b"!version 2\ncback N - - /usr/sbin/callback -S 5551212\n* Y - - /bin/login @\n* - - - /bin/false\n",
    );
    assert_eq!(file.told(), [""; 0]);
    let run = |name: &str, called_back| {
        shown(&file.decide(&Visitor { name: name.as_bytes(), called_back, ..Visitor::default() }))
    };
    assert_eq!(run("cback", false), "/usr/sbin/callback: callback -S 5551212; as it is; -");
    assert_eq!(run("cback", true), "/bin/login: login cback; as it is; -");
    assert_eq!(run("joe", true), "/bin/login: login joe; as it is; -");
    assert_eq!(run("joe", false), "/bin/false: false; as it is; -");
    assert_eq!(
        read(b"!version 3\n!version 2\na Yes - - /x\nb - - /x\nc maybe - - /x\n!version 1\nd - - /x\n")
            .told(),
        [
            "L:1:1 LC05: there is no version \"3\"",
            "L:3:3 LC07: \"Yes\" is no flag",
            "L:4:1 LC02: an entry of version 2 has at least five fields",
            "L:5:3 LC07: \"maybe\" is no flag",
        ]
    );
}

#[test]
fn mailers_have_a_mark_that_no_program_sees() {
    let file = read(b"/FIDO/ uucp fido /usr/lib/ifcico @\n* - - /bin/login @\n");
    assert_eq!(file.run(b"\xfftsync"), "/usr/lib/ifcico: ifcico tsync; as 10; fido");
    assert_eq!(file.run(b"\xff**EMSI_INQC816"), "/usr/lib/ifcico: ifcico **EMSI_INQC816; as 10; fido");
    assert_eq!(file.run(b"tsync"), "/bin/login: login tsync; as it is; -");
    assert_eq!(read(b"").run(b"\xfftsync"), "/bin/login: login tsync; as it is; -");
    let rules = |text: &str| read(text.as_bytes()).rules.rules;
    assert!(listens(&rules("/FIDO/ - - /x\n"), FIDO, false));
    assert!(!listens(&rules("/FIDO/ - - /x\n"), PPP, false));
    assert!(!listens(&rules("* - - /x\n"), PPP, false));
    assert!(!listens(&rules("!version 2\n/AutoPPP/ Y - - /x\n"), PPP, false));
    assert!(listens(&rules("!version 2\n/AutoPPP/ Y - - /x\n"), PPP, true));
}

#[test]
fn no_name_begins_like_an_option() {
    let file = read(b"x* - - /bin/prog @\n");
    assert_eq!(file.run(b"-froot"), "/bin/login: login froot; as it is; -");
    assert_eq!(file.run(b" --root"), "/bin/login: login root; as it is; -");
    assert_eq!(file.run(b"\xff-x"), "/bin/login: login x; as it is; -");
    assert_eq!(file.run(b"-"), "/bin/login: login; as it is; -");
}

#[test]
fn only_root_may_have_had_the_file() {
    let path = FilePath::from("/etc/mgetty/login.config");
    let text = |owner, mode| FileText { bytes: Vec::new(), owner, mode };
    for (owner, mode, trusted) in [
        (0, 0o600, true),
        (0, 0o400, true),
        (0, 0o700, true),
        (0, 0o640, false),
        (0, 0o602, false),
        (0, 0o644, false),
        (1000, 0o600, false),
        (0, 0o100_600, true),
    ] {
        assert_eq!(distrust(&path, &text(owner, mode)).is_none(), trusted, "{owner} {mode:o}");
    }
    let finding = distrust(&path, &text(0, 0o644)).unwrap();
    assert_eq!(finding.message, "/etc/mgetty/login.config ignored, wrong permissions: owner 0, mode 644");
    assert_eq!(finding.severity, Severity::Error);
}

#[test]
fn what_is_hardly_meant_is_said() {
    for (text, wanted) in [
        ("joe - -", "L:1:1 LC02: an entry has at least four fields"),
        ("a - - /x 1 2 3 4 5 6 7 8 9 10 11", "L:1:28 LC04: more than 9 arguments"),
        ("* - - /x\nb - - /y", "L:2:1 LC06: no name comes to this entry"),
        ("a?b - - /x", "L:1:1 LC09: \"a?b\" is compared as it stands"),
        ("a*b - - /x", "L:1:1 LC09: \"a*b\" is compared as it stands"),
        ("/AUTOPPP/ - - /x", "L:1:1 LC09: \"/AUTOPPP/\" is compared as it stands"),
        ("AutoPPP - - /x", "L:1:1 LC09: \"AutoPPP\" is compared as it stands"),
        ("a - - /x \"b", "L:1:10 LC10: \"\\\"b\" stands for nothing"),
        ("a - - /x con=\\I", "L:1:10 LC10: \"con=\\\\I\" stands for nothing"),
        ("a - - /x \\@", "L:1:10 LC10: \"\\\\@\" stands for nothing"),
        ("# a \\\nb - - /x", "L:1:5 LC11: a comment that ends in a backslash"),
    ] {
        assert_eq!(read(text.as_bytes()).told(), [wanted], "{text}");
    }
    assert_eq!(read(b"a - - /x 1 2 3 4 5 6 7 8 9 10 11").run(b"a"), "/x: x 1 2 3 4 5 6 7 8 9; as it is; -");
    assert_eq!(read(b"!version 2\n* Y - - /x\n* N - - /y\nz N - - /z\n").told().len(), 1);
    assert_eq!(read(b"!version 2\n* Y - - /x\nz - - - /z\n").told(), [""; 0]);
    let many = "a - - /x\n".repeat(MOST + 2);
    let many = read(many.as_bytes());
    assert_eq!((many.rules.rules.len(), many.told().len()), (MOST, 1));
}

proptest! {
    #[test]
    fn any_file_and_any_name_decide(
        pieces in proptest::collection::vec(
            prop_oneof![
                Just(b"\n* - - /x @\n".to_vec()),
                Just(b"\n!version 2\n".to_vec()),
                Just(b"\n/FIDO/ - ".to_vec()),
                Just(b" uucp".to_vec()),
                Just(b" /bin/x ".to_vec()),
                Just(b"a*".to_vec()),
                Just(b" \\Y \\I".to_vec()),
                Just(b"\\\n".to_vec()),
                proptest::collection::vec(any::<u8>(), 0..9),
            ],
            0..80,
        ),
        name in proptest::collection::vec(any::<u8>(), 0..9),
        called_back in any::<bool>(),
    ) {
        let bytes = pieces.concat();
        let file = read(&bytes);
        for finding in &file.rules.findings {
            let Some(span) = finding.span else { continue };
            prop_assert!(span.start < span.end && span.end <= bytes.len(), "{finding:?}");
            prop_assert!(finding.here.is_some() && finding.write.is_some());
        }
        let visitor = Visitor { name: &name, called_back, ..Visitor::default() };
        if let Decision::Run(run) = file.decide(&visitor) {
            prop_assert!(run.program.is_absolute());
            prop_assert!((1..=MOST_ARGUMENTS + 1).contains(&run.arguments.len()));
            // Root only where the entry says so, or where there is none.
            let entry = run.entry.and_then(|span| file.rules.rules.iter().find(|rule| rule.span == span));
            prop_assert_eq!(run.account.is_none(), entry.is_none_or(|rule| rule.runs_as == RunsAs::Root));
            if run.entry.is_none() {
                prop_assert!(run.arguments.get(1).is_none_or(|name| !name.starts_with(b"-")));
            }
        }
    }
}
