//! Words, names and variables that a caller may type.

use super::*;
use proptest::prelude::*;

fn words(line: &str) -> Vec<Vec<u8>> {
    split(line.as_bytes())
}

/// The words after the name of this line, judged.
fn extras(line: &str, passed: Passed) -> Extras {
    judge(words(line).get(1..).unwrap_or(&[]), passed)
}

fn environment(line: &str) -> Vec<String> {
    let variables = extras(line, Passed::AsVariables).environment();
    let shown = |(name, value): &(Vec<u8>, Vec<u8>)| [name.as_slice(), b"=", value].concat();
    variables.iter().map(|variable| String::from_utf8(shown(variable)).unwrap()).collect()
}

fn refused(line: &str) -> Vec<(Why, Option<String>)> {
    let name = |name: &Vec<u8>| String::from_utf8(name.clone()).unwrap();
    extras(line, Passed::AsVariables).refused.iter().map(|r| (r.why, r.name.as_ref().map(name))).collect()
}

#[test]
fn blanks_separate_words_and_a_backslash_keeps_them() {
    assert_eq!(words(" joe\t one  two\\ x \\\"y z\\"), [&b"joe"[..], b"one", b"two x", b"\"y", b"z"]);
    assert_eq!(words(r"joe A\040B=1 c\\d"), [&b"joe"[..], b"A B=1", br"c\d"]);
    assert_eq!(words("  \t"), [b""; 0]);
    assert_eq!(words(&"x ".repeat(100)).len(), 64);
}

#[test]
fn a_name_never_is_an_option_nor_a_path() {
    for (line, wanted) in [
        ("joe", Ok(())),
        ("j.o-e_1", Ok(())),
        ("-froot", Err(BadName::Option)),
        (" -f root", Err(BadName::Option)),
        (r"\055f", Err(BadName::Option)),
        ("a/b", Err(BadName::Byte)),
        ("a:b", Err(BadName::Byte)),
        (r"a\033b", Err(BadName::Byte)),
        (r"a\177", Err(BadName::Byte)),
        (r"a\233b", Err(BadName::Byte)),
        (r"a\000", Err(BadName::Byte)),
    ] {
        assert_eq!(check_name(&words(line)[0]), wanted, "{line}");
    }
    assert_eq!(check_name(b""), Err(BadName::Empty));
    assert_eq!((check_name(&[b'x'; 64]), check_name(&[b'x'; 65])), (Ok(()), Err(BadName::Long)));
}

#[test]
fn plain_words_are_numbered_and_variables_keep_their_names() {
    assert_eq!(
        environment("joe FOO=bar one two X=1 three"),
        ["FOO=bar", "L0=one", "L1=two", "X=1", "L2=three"]
    );
    assert_eq!(refused("joe FOO=bar one two X=1 three"), []);
    // A later one replaces an earlier one, and a number is used once.
    assert_eq!(environment("joe X=1 one L0=a X=2 two X="), ["X=", "L0=a", "L1=two"]);
    assert_eq!(environment("joe A=b=c"), ["A=b=c"]);
    assert_eq!(environment("joe"), [""; 0]);
    assert_eq!(environment(""), [""; 0]);
}

#[test]
fn what_could_turn_a_program_is_refused_by_name() {
    let line = "joe PATH=/e SHELL=/e IFS=: LD_PRELOAD=/x LC_ALL=/etc/x ENV=/e OK=1";
    assert_eq!(environment(line), ["OK=1"]);
    let names: Vec<String> = refused(line).into_iter().filter_map(|(_, name)| name).collect();
    assert_eq!(names, ["PATH", "SHELL", "IFS", "LD_PRELOAD", "LC_ALL", "ENV"]);
    for refused in extras(line, Passed::AsVariables).refused {
        assert!(
            !refused.text().contains("/e") || refused.text().contains("holds / or %"),
            "{}",
            refused.text()
        );
        assert!(!refused.text().contains("/x"), "{}", refused.text());
    }
    for name in RESERVED.iter().chain(RESERVED_BEGINNINGS) {
        assert_eq!(refused(&format!("joe {name}=1")), [(Why::Reserved, Some((*name).to_owned()))]);
        assert_eq!(environment(&format!("joe X{name}=1")).len(), 1);
    }
    assert_eq!(environment("joe LANG=de LC_ALL=C TZ=CET TERM=vt100").len(), 4);
    assert_eq!(environment("joe LANG=%x LC_X=a/b TZ=/x TERM=a%"), [""; 0]);
}

#[test]
fn a_blank_in_a_name_is_refused_and_a_backslash_is_a_word() {
    let line = r"joe A\040B=1 c\\d";
    assert_eq!(environment(line), [r"L0=c\d"]);
    assert_eq!(refused(line), [(Why::NoName, None)]);
}

#[test]
fn what_may_be_half_a_password_is_not_told() {
    for line in
        ["joe pass word=secret", "joe 1secret=x", "joe =secret", "joe s\\303\\244cret=1", "joe -secret=1"]
    {
        let all = extras(line, Passed::AsVariables).refused;
        assert_eq!(all.iter().filter(|refused| refused.text().contains("secret")).count(), 0, "{all:?}");
    }
    assert_eq!(refused("joe secret=\\033[2J"), [(Why::Unprintable, None)]);
    assert_eq!(refused("joe LANG=\\033[2J"), [(Why::Unprintable, Some("LANG".into()))]);
    assert_eq!(refused("joe \\377"), [(Why::Unprintable, None)]);
}

#[test]
fn values_and_their_number_are_bounded() {
    let long = |n: usize| [b"A=".to_vec(), vec![b'x'; n]].concat();
    assert_eq!(judge(&[long(1024)], Passed::AsVariables).words.len(), 1);
    assert_eq!(judge(&[long(1025)], Passed::AsVariables).refused, [Refused { why: Why::Long, name: None }]);
    let many = judge(&vec![b"x".to_vec(); 70], Passed::AsVariables);
    assert_eq!((many.words.len(), many.refused.len()), (63, 7));
    assert_eq!(many.refused[0].why, Why::TooMany);
}

#[test]
fn arguments_are_the_words_as_they_were_but_no_options() {
    let read = extras("joe one X=1 PATH=/e -f root --", Passed::AsArguments);
    assert_eq!(read.arguments(), [&b"one"[..], b"X=1", b"root"]);
    let why: Vec<Why> = read.refused.iter().map(|refused| refused.why).collect();
    assert_eq!(why, [Why::Reserved, Why::Option, Why::Option]);
    // In an environment nobody takes it for one.
    assert_eq!(environment("joe -f"), ["L0=-f"]);
}

#[test]
fn a_line_in_capitals_is_made_small() {
    for (line, upper) in
        [("JOE", true), ("JOE X=1", true), ("Joe", false), ("joe", false), ("123", false), ("", false)]
    {
        assert_eq!(is_upper(line.as_bytes()), upper, "{line}");
    }
    let small = lower(&words("JOE ONE Foo=BAR X=Y=Z =A"));
    assert_eq!(small, [&b"joe"[..], b"one", b"FOO=bar", b"X=y=z", b"=a"]);
    // The name is a name, also with = in it.
    assert_eq!(lower(&words("A=B C=D")), [&b"a=b"[..], b"C=d"]);
}

proptest! {
    #[test]
    fn whatever_is_typed_stays_bounded_and_clean(
        line in proptest::collection::vec(
            prop_oneof![
                Just(b' '), Just(b'\\'), Just(b'='), Just(b'-'), Just(b'0'), Just(b'L'), Just(b'_'), any::<u8>(),
            ],
            0..300,
        ),
        arguments in any::<bool>(),
    ) {
        let words = split(&line);
        prop_assert!(words.len() <= MOST_WORDS);
        prop_assert_eq!(lower(&words).len(), words.len());
        let Some((name, rest)) = words.split_first() else { return Ok(()) };
        if check_name(name).is_ok() {
            prop_assert!((1..=64).contains(&name.len()) && !name.starts_with(b"-") && !name.contains(&b'/'));
        }
        let passed = if arguments { Passed::AsArguments } else { Passed::AsVariables };
        let extras = judge(rest, passed);
        prop_assert_eq!(extras.words.len() + extras.refused.len(), rest.len());
        let environment = extras.environment();
        prop_assert!(environment.len() <= MOST_VARIABLES);
        for (n, (name, value)) in environment.iter().enumerate() {
            prop_assert!(name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') && !is_reserved(name));
            prop_assert!(!name.first().is_none_or(u8::is_ascii_digit));
            prop_assert!(value.iter().all(|b| matches!(b, b' '..=b'~')));
            prop_assert!(environment.iter().skip(n + 1).all(|(other, _)| other != name));
        }
        prop_assert!(!arguments || extras.arguments().iter().all(|word| !word.starts_with(b"-")));
        prop_assert!(extras.refused.iter().all(|refused| refused.name.as_deref().is_none_or(is_ours)));
    }
}
