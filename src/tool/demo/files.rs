//! The demo's configuration: what is embedded, and what stands in for the programs that it names.

use super::Program;
use super::fax::SPOOL;
use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// A program that a getty becomes, and where its stand-in notes how it was called.
pub(super) struct StandIn {
    /// Below the root.
    pub(super) path: &'static str,
    /// Below the root too.
    pub(super) note: &'static str,
}

/// Takes a person's call.
pub(super) const LOGIN: StandIn = StandIn { path: "bin/login", note: "login-ran" };
/// Takes a program's call, for SCO's getty.
pub(super) const PPP: StandIn = StandIn { path: "usr/lib/ppp/ppp", note: "ppp-ran" };
/// The same for mgetty.
pub(super) const PPPD: StandIn = StandIn { path: "usr/sbin/pppd", note: "pppd-ran" };

const GETTYDEFS: &str = "\
# label # while a name is read # for the session            # prompt        # next
9600# B9600 CS8 CLOCAL # B9600 SANE -ISTRIP CLOCAL #demo login: #2400

2400# B2400 CS8 CLOCAL # B2400 SANE -ISTRIP CLOCAL #demo login: #1200

1200# B1200 CS8 CLOCAL # B1200 SANE -ISTRIP CLOCAL #demo login: #9600
";

const CONF: &str = r#"# wait for a call, answer it, take the speed that the modem tells
HANGUP=NO
CLEAR=NO
INIT="" ATE0&D2S0=0\r OK\r\n
WAITFOR=RING
CONNECT="" ATA\r CONNECT\s\A
TIMEOUT=60
DEBUG=0170
"#;

/// What a shared line has more: the telephone rings once, and only the call after that is for the computer.
const RINGBACK: &str = "\
# one ring, then the call that counts, 3 to 20 s later
RINGBACK=YES
MINRBTIME=3
MAXRBTIME=20
INTERRING=2
";

const ISSUE: &str = "Welcome to polygetty, on @L at @B bit/s.\n";

const SCO_GETTYDEFS: &str = "\
# label # while a name is read # for the session # prompt # next, by BREAK
m# B9600 CS8 CLOCAL # B9600 SANE -ISTRIP TAB3 ECHOE CLOCAL #demo login: #n

n# B2400 CS8 CLOCAL # B2400 SANE -ISTRIP TAB3 ECHOE CLOCAL #demo login: #m
";

const SCO_GETTYACTS: &str = "\
# a program that calls : what takes the call : its arguments : the first bytes
PPP:/usr/lib/ppp/ppp:-u nppp:0x7e 0xff 0x7d 0x23
";

const SCO_ISSUE: &str = "Welcome to polygetty, on %s %m.\n";

const MGETTY_CONFIG: &str = r#"# the modem answers when it is told to, and tells who calls
init-chat "" ATE0&D2 OK ATS0=0#CID=1 OK
data-only yes
toggle-dtr no
# one ring, and the caller's number in place of the second
rings 2
term vt100
issue-file Welcome to polygetty, on \P at \I bit/s.
login-prompt demo login:\040
"#;

const FAX_CONFIG: &str = r#"# the modem answers when it is told to, and tells who calls
init-chat "" ATE0&D2 OK ATS0=0#CID=1 OK
toggle-dtr no
# one ring, and the caller's number in place of the second
rings 2
# it receives faxes, by class 2.0; where the pages go, and no mail of them
modem-type c2.0
fax-id polygetty demo
fax-spool-in /var/spool/fax/incoming
notify
"#;

const CALLBACK_CONFIG: &str = "\
# seconds before the first number, and before the next one
delay 4
delay-randomize 1
retry-time 1
";

const CALLED_CONFIG: &str = r#"# the modem answers when it is told to
init-chat "" ATE0&D2 OK ATS0=0 OK
data-only yes
toggle-dtr no
term vt100
issue-file Welcome to polygetty, on \P.
login-prompt demo login:\040
"#;

/// The first two are busy or not as the demo has it; nobody else gets in but who is called back.
const CALLED_LOGIN_CONFIG: &str = "\
!version 2
# name  called back?  as record  program             its arguments
cback   N             -  -       /usr/sbin/callback  -S 5550000 5551234
*       Y             -  -       /bin/login          @
*       -             -  -       /bin/false
";

const LOGIN_CONFIG: &str = "\
# name     as record  program         its arguments
/AutoPPP/  -  a_ppp   /usr/sbin/pppd  auth require-chap
*          -  -       /bin/login      @
";

const DIALIN_CONFIG: &str = "\
# whose calls are not answered
!5550000
";

/// The files, by path.
pub(super) fn files(program: Program) -> Vec<(&'static str, String)> {
    let mgetty = |config: &str| ("/etc/mgetty/mgetty.config", config.to_owned());
    let login = |config: &str| ("/etc/mgetty/login.config", config.to_owned());
    let of_getty = |gettydefs: &str, path, second: String, issue: &str| {
        vec![("/etc/gettydefs", gettydefs.to_owned()), (path, second), ("/etc/issue", issue.to_owned())]
    };
    match program {
        Program::GettyPs => of_getty(GETTYDEFS, "/etc/conf.getty", CONF.to_owned(), ISSUE),
        Program::Uugetty => of_getty(GETTYDEFS, "/etc/conf.uugetty", format!("{CONF}{RINGBACK}"), ISSUE),
        Program::Sco => of_getty(SCO_GETTYDEFS, "/etc/gettyacts", SCO_GETTYACTS.to_owned(), SCO_ISSUE),
        Program::Mgetty => vec![
            mgetty(MGETTY_CONFIG),
            login(LOGIN_CONFIG),
            ("/etc/mgetty/dialin.config", DIALIN_CONFIG.to_owned()),
        ],
        Program::Fax => vec![mgetty(FAX_CONFIG)],
        Program::Callback => vec![
            mgetty(CALLED_CONFIG),
            login(CALLED_LOGIN_CONFIG),
            ("/etc/mgetty/callback.config", CALLBACK_CONFIG.to_owned()),
        ],
    }
}

/// Writes the embedded configuration, and programs that tell us how they were called.
pub(super) fn furnish(root: &Path, program: Program, login: Option<&Path>) -> std::io::Result<()> {
    let dirs = ["etc/mgetty", "bin", "usr/lib/ppp", "usr/sbin", "var/log", "var/lock", "var/run", SPOOL];
    for dir in dirs {
        std::fs::create_dir_all(root.join(dir))?;
    }
    for (path, text) in files(program) {
        let path = root.join(path.trim_start_matches('/'));
        put(&path, &text)?;
        // Whatever the umask: what others can write is not trusted, and login.config not if they can read it.
        let mode = if path.starts_with(root.join("etc/mgetty")) { 0o600 } else { 0o644 };
        std::fs::set_permissions(path, Permissions::from_mode(mode))?;
    }
    match program {
        Program::Sco => stand_in(root, &PPP)?,
        Program::Mgetty => stand_in(root, &PPPD)?,
        Program::Callback => {
            let callback = format!("--root {} as callback \"$@\"", quoted(root));
            script(&root.join("usr/sbin/callback"), &callback)?;
        }
        Program::GettyPs | Program::Uugetty | Program::Fax => {}
    }
    match login {
        Some(login) => symlink(login, root.join(LOGIN.path)),
        None => stand_in(root, &LOGIN),
    }
}

fn stand_in(root: &Path, program: &StandIn) -> std::io::Result<()> {
    let (path, note) = (root.join(program.path), root.join(program.note));
    let words = r#""${0##*/}" "$@""#;
    script(&path, &format!("demo-login {} {words}", quoted(&note)))
}

/// Makes a program of ours with these words, in the shell's language.
fn script(path: &Path, words: &str) -> std::io::Result<()> {
    let tool = std::env::current_exe()?;
    put(path, &format!("#!/bin/sh\nexec {} {words}\n", quoted(&tool)))?;
    std::fs::set_permissions(path, Permissions::from_mode(0o755))
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[allow(clippy::disallowed_methods)] // into a directory that was made for it a moment ago
pub(super) fn put(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}
