//! login.config, and what its programs are given.

use super::scenario::Fact::{Audit, Environment, Litter, Lock, Login, Modes, Status};
use super::scenario::{Scenario, scenario};

fn ruled(name: &'static str, rules: &'static str, typed: &'static [u8]) -> Scenario {
    scenario(name).rules(rules).call().types(typed)
}

/// A login under another account, which must get at its program and write its recording.
pub const OTHER_ACCOUNT: &str = "login.config: an account";

pub fn all() -> Vec<Scenario> {
    vec![
        ruled(
            "login.config: a prefix",
            "a* - - /nonexistent\nb* - b_user @AT@/bin/recorder pre @\n",
            b"bob\r",
        ),
        ruled("login.config: a suffix", "*x - - /nonexistent\n*ob - @ @AT@/bin/recorder suf @\n", b"bob\r"),
        ruled("login.config: inside", "*zz* - - /nonexistent\n*o* - - @AT@/bin/recorder in @\n", b"bob\r"),
        ruled(
            "login.config: the upper of two",
            "* - - @AT@/bin/recorder upper\nbob - - @AT@/bin/recorder\n",
            b"bob\r",
        ),
        ruled("login.config: case counts", "BOB - - /nonexistent\n* - - @AT@/bin/recorder @\n", b"bob\r"),
        ruled("login.config: \\I and \\Y", "* - - @AT@/bin/recorder -h \\I \\Y \\@ @x @\n", b"bob\r"),
        ruled(
            "login.config: eleven arguments",
            "* - - @AT@/bin/recorder 1 2 3 4 5 6 7 8 9 10 11\n",
            b"bob\r",
        ),
        ruled("login.config: comments, continuation", "# x\n* - - \\\n@AT@/bin/recorder c @\n", b"bob\r"),
        ruled(
            "login.config: version 2",
            "!version 2\n* Y - - /nonexistent\n* N - - @AT@/bin/recorder @\n",
            b"bob\r",
        ),
        ruled("login.config: too few fields", "bob - -\n* - - @AT@/bin/recorder @\n", b"bob\r"),
        ruled(OTHER_ACCOUNT, "* nobody @ @AT@/bin/recorder @\n", b"bob\r")
            .differs(&[Login], "FIX, §7.2: an account has its own groups; 1.2.1 leaves root's"),
        ruled("login.config: an unknown account", "* nosuchuser - @AT@/bin/recorder @\n", b"bob\r").differs(
            &[Status, Audit, Login, Environment, Modes, Lock, Litter],
            "FIX, §7.2: 1.2.1 runs it as root",
        ),
        ruled("login.config: a program that is not there", "* - - /nonexistent @\n", b"bob\r")
            .differs(&[Lock, Litter], "FIX, §7.2: the lock goes"),
        ruled("login.config: no line fits", "amy - - @AT@/bin/recorder @\n", b"bob\r"),
        scenario("login.config: others can read it")
            .file("etc/mgetty/login.config", "* - - @AT@/bin/recorder @\n")
            .call()
            .types(b"bob\r"),
        scenario("login.config: another file").config("login-conf-file other.config").call().types(b"bob\r"),
        scenario("login: TERM, ignore-carrier")
            .config("term vt320\nignore-carrier y\ndata-flow none\nspeed 19200")
            .call()
            .types(b"bob\r")
            .differs(&[Modes], "FIX, §2.2: data-flow is obeyed"),
    ]
}
