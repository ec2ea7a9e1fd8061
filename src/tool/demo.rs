//! A call, played on a pty: the simulated modem at one end, the real getty at the other.

mod call;
mod dialer;
mod login;
mod show;

pub(super) use login::login;

use super::{complain, exit, say};
use std::path::{Path, PathBuf};

/// The programs that can take the call.
pub(super) const NAMES: [&str; 3] = ["getty", "getty_ps", "uugetty"];

/// What `demo` is asked.
pub(super) struct Options {
    /// Which program takes the call; one of [`NAMES`].
    pub(super) name: String,
    /// The login program; /bin/login needs root.
    pub(super) login: Option<PathBuf>,
    /// Print the configuration that the demo uses, and end.
    pub(super) show_config: bool,
}

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

/// The files of the demo, by path.
fn files(name: &str) -> [(&'static str, String); 3] {
    let conf = match name {
        "uugetty" => ("/etc/conf.uugetty", format!("{CONF}{RINGBACK}")),
        _ => ("/etc/conf.getty", CONF.to_owned()),
    };
    [("/etc/gettydefs", GETTYDEFS.to_owned()), conf, ("/etc/issue", ISSUE.to_owned())]
}

/// Plays the call.
pub(super) fn demo(options: &Options) -> u8 {
    if options.show_config {
        for (path, text) in files(&options.name) {
            say(&format!("==> {path} <==\n{text}"));
        }
        return 0;
    }
    if options.login.is_some() && !call::somebody_is_here() {
        complain("polygetty demo: --login asks for a password, so it needs a terminal with somebody at it");
        return exit::USAGE;
    }
    match play(options) {
        Ok(true) => 0,
        Ok(false) => exit::UNAVAILABLE,
        Err(error) => {
            complain(&format!("polygetty demo: {error}"));
            exit::SYSTEM
        }
    }
}

fn play(options: &Options) -> std::io::Result<bool> {
    let root = tempfile::Builder::new().prefix("polygetty-demo.").tempdir()?;
    let note = root.path().join("login-ran");
    furnish(root.path(), &options.name, &note, options.login.as_deref())?;
    let played = call::play(&options.name, root.path(), options.login.is_none())?;
    let heading = match (&played.caller, login::read_note(&note)) {
        (_, Some(ran))
            if ran.line == played.line && played.name.as_deref().is_none_or(|name| name == ran.name) =>
        {
            say(&format!(
                "\nLogin program ran as: demo-login {}  (/dev/{}, {} bit/s, TERM={})",
                ran.name, ran.line, ran.speed, ran.term
            ));
            true
        }
        (_, Some(ran)) => {
            complain(&format!("polygetty demo: the login program got {} on {}", ran.name, ran.line));
            false
        }
        (_, None) if options.login.is_some() => played.status == 0,
        (why, None) => {
            complain(&format!(
                "polygetty demo: the login program did not run: {why}; {} ended with {}",
                options.name, played.status
            ));
            false
        }
    };
    let persona = if options.name == "uugetty" { "uugetty" } else { "getty" };
    say(&format!("Next: polygetty explain -- {persona} ttyS1     what a line of yours would do"));
    Ok(heading)
}

/// Writes the embedded configuration, and a login program that tells us how it was called.
fn furnish(root: &Path, name: &str, note: &Path, login: Option<&Path>) -> std::io::Result<()> {
    use std::os::unix::fs::{PermissionsExt, symlink};
    for dir in ["etc", "bin", "var/log", "var/lock"] {
        std::fs::create_dir_all(root.join(dir))?;
    }
    for (path, text) in files(name) {
        put(&root.join(path.trim_start_matches('/')), &text)?;
    }
    let program = root.join("bin/login");
    if let Some(login) = login {
        return symlink(login, program);
    }
    let tool = std::env::current_exe()?;
    put(&program, &format!("#!/bin/sh\nexec {} demo-login {} \"$1\"\n", quoted(&tool), quoted(note)))?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', r"'\''"))
}

#[allow(clippy::disallowed_methods)] // into a directory that was made for it a moment ago
fn put(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}
