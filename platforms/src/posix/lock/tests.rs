use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::process::{Child, Command};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::*;
use crate::Os;

/// A process that lives until it is dropped, and was nobody of ours.
struct Living(Child);

impl Living {
    fn new() -> Self {
        Self(Command::new("sleep").arg("600").spawn().expect("start sleep"))
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).expect("a pid is an int")
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The number of a process that has ended.
fn dead() -> i32 {
    let mut child = Command::new("true").spawn().expect("start true");
    let pid = i32::try_from(child.id()).expect("a pid is an int");
    child.wait().expect("it ends");
    pid
}

fn name(text: &str) -> Vec<Vec<u8>> {
    vec![text.as_bytes().to_vec()]
}

fn dir() -> tempfile::TempDir {
    tempfile::tempdir().expect("make a directory")
}

fn taken(dir: &Path, names: &[Vec<u8>], format: Format) -> Locks {
    match take(dir, names, format, 0o444, None) {
        Ok(Taken::Ours(locks)) => locks,
        other => panic!("not ours: {other:?}"),
    }
}

fn make_old(path: &Path) {
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    File::options().append(true).open(path).and_then(|file| file.set_modified(hour_ago)).expect("set a time");
}

use std::fs::File;

#[test]
fn a_lock_is_eleven_bytes_and_goes_with_its_guard() {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    let locks = taken(dir.path(), &name("LCK..x"), Format::Ascii);
    assert_eq!(fs::read_to_string(&path).unwrap(), format!("{:>10}\n", process::pid()));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o7777, 0o444);
    assert!(locks.still_ours());
    assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Ours));
    drop(locks);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Free));
}

#[test]
fn the_lock_of_who_started_us_is_no_strangers() {
    let (dir, kin, stranger) = (dir(), Living::new(), Living::new());
    let names: Vec<Vec<u8>> = ["LCK..a", "LCK..b"].map(|name| name.as_bytes().to_vec()).into();
    let holds = |name: &str, pid: i32| fs::write(dir.path().join(name), Format::Ascii.contents(pid)).unwrap();
    let look = |kin: Option<i32>| look_besides(kin, dir.path(), &names).expect("it can be judged");
    let held = |name: &str, pid: i32| Holder { file: dir.path().join(name), pid: Some(pid), binary: false };
    let asked = Some(kin.pid());
    assert_eq!(look(asked), State::Free);
    holds("LCK..a", kin.pid());
    assert_eq!(look(asked), State::Kin(held("LCK..a", kin.pid())));
    assert_eq!(look(None), State::Held(held("LCK..a", kin.pid())));
    holds("LCK..b", process::pid());
    assert_eq!(look(asked), State::Kin(held("LCK..a", kin.pid())));
    holds("LCK..b", stranger.pid());
    assert_eq!(look(asked), State::Held(held("LCK..b", stranger.pid())));
    holds("LCK..b", dead());
    assert_eq!(look(asked), State::Kin(held("LCK..a", kin.pid())));
}

#[test]
fn a_binary_lock_is_four_bytes() {
    let dir = dir();
    let _locks = taken(dir.path(), &name("LCK..x"), Format::Binary);
    assert_eq!(fs::read(dir.path().join("LCK..x")).unwrap(), process::pid().to_ne_bytes());
    assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Ours));
}

#[test]
fn what_a_lock_may_say() {
    let native = |pid: i32| pid.to_ne_bytes();
    for (bytes, pid) in [
        (&b"      1234\n"[..], Some(1234)),
        (b"000001234", Some(1234)), // getty_ps itself
        (b"1234", Some(1234)),      // four bytes, and digits all the same
        (b" 12\n", Some(12)),
        (b"1234 cu root\n", Some(1234)),
        (&native(1234), Some(1234)),
        (&native(0x0020_2020), Some(0x0020_2020)),
        (b"", None),
        (b"\n", None),
        (b"cu", None),
        (b"         0\n", None),
        (b"         1\n", None),
        (b"        -5\n", None),
        (b"99999999999999999999\n", None),
        (&native(1), None),
        (&native(-7), None),
    ] {
        assert_eq!(parse(bytes), pid, "{:?}", bytes.escape_ascii().to_string());
    }
}

/// The greatest process number of any system we run on (Linux's).
const LARGEST: i32 = 1 << 22;

proptest! {
    #[test]
    fn whatever_a_lock_says_it_names_a_process_or_nobody(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(parse(&bytes).is_none_or(|pid| pid > 1));
    }

    #[test]
    fn blanks_and_digits_name_a_process_or_nobody(text in "[ \t\r\n0-9-]{0,16}") {
        prop_assert!(parse(text.as_bytes()).is_none_or(|pid| pid > 1));
    }

    #[test]
    fn what_is_written_is_read(pid in 2..=LARGEST) {
        for format in [Format::Ascii, Format::Binary] {
            prop_assert_eq!(parse(&format.contents(pid)), Some(pid), "{:?}", format);
        }
    }

    #[test]
    fn what_stands_around_a_number_does_not_matter(
        before in "[ \t\n]{0,12}",
        pid in 2..=i32::MAX,
        after in "([^0-9].{0,20})?",
    ) {
        let text = format!("{before}{pid}{after}");
        // Four bytes that are not all digits and blanks are a number of another kind.
        prop_assume!(text.len() != 4);
        prop_assert_eq!(parse(text.as_bytes()), Some(pid));
    }
}

#[test]
fn the_living_hold_and_the_dead_do_not() {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    let living = Living::new();
    let (living_pid, dead_pid) = (living.pid(), dead());
    let formats: [fn(i32) -> Vec<u8>; 3] = [
        |pid| format!("{pid:>10}\n").into_bytes(),
        |pid| pid.to_ne_bytes().to_vec(),
        |pid| format!("{pid} minicom root\n").into_bytes(),
    ];
    for format in formats {
        fs::write(&path, format(living_pid)).unwrap();
        let binary = format(living_pid).len() == 4;
        let held = Holder { file: path.clone(), pid: Some(living_pid), binary };
        assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Held(held.clone())));
        let Ok(Taken::Held(holder)) = take(dir.path(), &name("LCK..x"), Format::Ascii, 0o444, None) else {
            panic!("taken from the living")
        };
        assert_eq!(holder, held);
        assert_eq!(fs::read(&path).unwrap(), format(living_pid));

        fs::write(&path, format(dead_pid)).unwrap();
        assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Free));
        let locks = taken(dir.path(), &name("LCK..x"), Format::Ascii);
        assert_eq!(locks.stale, [Stale { file: path.clone(), pid: Some(dead_pid) }]);
        drop(locks);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}

#[test]
fn another_users_process_is_alive() {
    let dir = dir();
    // Process 2 is the kernel's on Linux and FreeBSD, and not to be signalled without rights.
    if !process::is_alive(2) {
        return;
    }
    fs::write(dir.path().join("LCK..x"), "         2\n").unwrap();
    assert!(matches!(look(dir.path(), &name("LCK..x")), Ok(State::Held(_))));
}

#[test]
fn what_cannot_be_read_is_held_while_it_is_young() {
    for rubbish in [&b""[..], b"cu\n", b"         1\n", &[0; 4096]] {
        let dir = dir();
        let path = dir.path().join("LCK..x");
        fs::write(&path, rubbish).unwrap();
        let held = Holder { file: path.clone(), pid: None, binary: false };
        assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Held(held)));
        assert!(matches!(take(dir.path(), &name("LCK..x"), Format::Ascii, 0o444, None), Ok(Taken::Held(_))));
        make_old(&path);
        assert_eq!(look(dir.path(), &name("LCK..x")), Ok(State::Free));
        let locks = taken(dir.path(), &name("LCK..x"), Format::Ascii);
        assert_eq!(locks.stale, [Stale { file: path, pid: None }]);
    }
}

#[test]
fn what_is_no_file_is_left_alone() {
    let dir = dir();
    let victim = dir.path().join("victim");
    fs::write(&victim, format!("{:>10}\n", dead())).unwrap();
    let path = dir.path().join("LCK..x");
    let both = |what: &'static str| {
        let odd = LockError::Odd { file: path.clone(), what };
        assert_eq!(look(dir.path(), &name("LCK..x")), Err(odd.clone()));
        assert_eq!(take(dir.path(), &name("LCK..x"), Format::Ascii, 0o444, None).unwrap_err(), odd);
        assert!(!dir.path().join(format!("LTMP.{}", process::pid())).exists());
    };
    symlink(&victim, &path).unwrap();
    both("a symbolic link");
    fs::remove_file(&path).unwrap();
    symlink("/no/such/file", &path).unwrap();
    both("a symbolic link");
    assert!(victim.exists());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    both("a directory");
    fs::remove_dir(&path).unwrap();
    nix::unistd::mkfifo(&path, nix::sys::stat::Mode::S_IRWXU).unwrap();
    both("a FIFO");
}

#[test]
fn all_names_or_none() {
    let dir = dir();
    let living = Living::new();
    fs::write(dir.path().join("LCK..b"), format!("{:>10}\n", living.pid())).unwrap();
    let both: Vec<Vec<u8>> = vec![b"LCK..b".to_vec(), b"LCK..a".to_vec(), b"LCK..a".to_vec()];
    assert!(matches!(take(dir.path(), &both, Format::Ascii, 0o444, None), Ok(Taken::Held(_))));
    assert!(!dir.path().join("LCK..a").exists());
    fs::remove_file(dir.path().join("LCK..b")).unwrap();
    let locks = taken(dir.path(), &both, Format::Ascii);
    assert_eq!(locks.files().count(), 2);
    drop(locks);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_lock_that_is_no_longer_ours_stays() {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    let locks = taken(dir.path(), &name("LCK..x"), Format::Ascii);
    fs::remove_file(&path).unwrap();
    fs::write(&path, "     99999\n").unwrap();
    assert!(!locks.still_ours());
    drop(locks);
    assert_eq!(fs::read_to_string(&path).unwrap(), "     99999\n");
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let dir = dir();
    let missing = dir.path().join("none");
    assert_eq!(look(&missing, &name("LCK..x")), Ok(State::Free));
    assert_eq!(
        take(&missing, &name("LCK..x"), Format::Ascii, 0o444, None).unwrap_err(),
        LockError::System { path: missing, errno: Errno::ENOENT }
    );
}

#[test]
fn what_was_left_by_one_who_was_killed_in_between_is_no_obstacle() {
    let dir = dir();
    fs::write(dir.path().join(format!("LTMP.{}", process::pid())), "").unwrap();
    drop(taken(dir.path(), &name("LCK..x"), Format::Ascii));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// An old empty lock, found and judged; then `change` happens to it. Whether it is removed.
fn removed_after(change: impl FnOnce(&Path)) -> bool {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    fs::write(&path, "").unwrap();
    make_old(&path);
    let found = file::read(&path).unwrap().unwrap();
    assert_eq!(found.judge(), Verdict::Stale(None));
    change(&path);
    let removed = found.remove(&path).unwrap();
    assert!(!removed || !path.exists());
    removed
}

#[test]
fn what_is_stale_no_longer_is_not_removed() {
    assert!(removed_after(|_| {}));
    // By a slow program that is about to write its number.
    let touch = |path: &Path| {
        File::options().append(true).open(path).unwrap().set_modified(SystemTime::now()).unwrap();
    };
    assert!(!removed_after(touch));
    assert!(!removed_after(|path| fs::write(path, format!("{:>10}\n", process::pid())).unwrap()));
    // Another has done all of it and taken the place.
    let replace = |path: &Path| {
        fs::rename(path, path.with_extension("away")).unwrap();
        fs::write(path, "").unwrap();
        make_old(path);
    };
    assert!(!removed_after(replace));
    assert!(!removed_after(|path| fs::remove_file(path).unwrap()));
}

#[test]
fn one_at_a_time_removes_a_file_and_no_file_is_kept_for_ever() {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    fs::write(&path, "").unwrap();
    let (one, other) = (File::open(&path).unwrap(), File::open(&path).unwrap());
    assert!(file::is_alone(&one));
    assert!(!file::is_alone(&other));
    // As on a file system without such locks: the kernel answers, but not that another has it.
    #[cfg(target_os = "linux")]
    {
        // Not through File: to musl O_PATH is a way of access, which custom_flags leaves out.
        use nix::fcntl::{OFlag, open};
        let path_only = open(&path, OFlag::O_PATH, nix::sys::stat::Mode::empty()).unwrap();
        assert!(file::is_alone(&path_only));
    }
}

#[test]
fn a_name_that_another_gives_our_file_takes_nothing() {
    let dir = dir();
    let path = dir.path().join("LCK..x");
    let living = Living::new();
    let temporary = Temporary::create(dir.path(), Format::Ascii, 0o444).unwrap();
    // Anybody may do that where the system lets people link what is not theirs.
    fs::hard_link(dir.path().join(format!("LTMP.{}", process::pid())), dir.path().join("snatched")).unwrap();
    fs::write(&path, format!("{:>10}\n", living.pid())).unwrap();
    let held = temporary.acquire(&path, None, &mut Vec::new()).unwrap();
    assert!(matches!(held, Acquired::Held(Holder { pid: Some(pid), .. }) if pid == living.pid()));
    fs::remove_file(&path).unwrap();
    assert!(matches!(temporary.acquire(&path, None, &mut Vec::new()), Ok(Acquired::Ours(_))));
}

fn texts(names: Vec<Vec<u8>>) -> Vec<String> {
    names.into_iter().map(|name| String::from_utf8(name).unwrap()).collect()
}

#[test]
fn names_on_each_system() {
    let nodes = [Node { home: 102, major: 29, minor: 0 }, Node { home: 102, major: 29, minor: 131_072 }];
    for (os, line, nodes, wanted) in [
        (Os::Linux, "ttyS1", &[][..], &["LCK..ttyS1"][..]),
        (Os::Linux, "pts/3", &[], &["LCK..pts_3", "LCK..3"]),
        (Os::FreeBsd, "ttyu1", &[], &["LCK..ttyu1", "LCK..cuau1"]),
        (Os::FreeBsd, "cuaU0", &[], &["LCK..cuaU0", "LCK..ttyU0"]),
        (Os::FreeBsd, "ttyv0", &[], &["LCK..ttyv0"]),
        (
            Os::Illumos,
            "term/a",
            &nodes,
            &["LK.102.029.000", "LK.102.029.131072", "LCK..term_a", "LCK..a", "LCK..cua_a"],
        ),
        (Os::Illumos, "a-rather-long-name", &[], &["LCK..a-rather-"]),
    ] {
        assert_eq!(texts(names(os, line.as_bytes(), nodes)), wanted, "{os:?} {line}");
    }
}

#[test]
fn the_call_out_device_of_a_line() {
    for (os, line, wanted) in [
        (Os::Linux, "ttyS1", None),
        (Os::FreeBsd, "ttyu1", Some("cuau1")),
        (Os::FreeBsd, "ttyU0", Some("cuaU0")),
        (Os::FreeBsd, "cuau1", None),
        (Os::FreeBsd, "ttyv0", None),
        (Os::Illumos, "term/a", Some("cua/a")),
        (Os::Illumos, "console", None),
    ] {
        let wanted = wanted.map(|name| name.as_bytes().to_vec());
        assert_eq!(call_out(os, line.as_bytes()), wanted, "{os:?} {line}");
    }
}

#[test]
fn a_link_brings_the_locks_of_what_it_leads_to() {
    let pty = crate::pty::Pty::open().unwrap();
    let dir = dir();
    let modem = dir.path().join("modem");
    symlink(pty.slave_path(), &modem).unwrap();
    let names = texts(names_here(b"modem", &modem));
    let target = pty.slave_path().strip_prefix("/dev").unwrap().to_str().unwrap().replace('/', "_");
    assert!(names.contains(&"LCK..modem".to_owned()), "{names:?}");
    assert!(names.contains(&format!("LCK..{target}")), "{names:?}");
    assert_eq!(texts(names_here(b"x", pty.slave_path())).first().map(String::as_str), Some("LCK..x"));
}
