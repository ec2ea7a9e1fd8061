//! Calls, played on a pty: the far end of the line here, the real getty at the other.

mod call;
mod dialer;
mod far_end;
mod files;
mod login;
mod sco;
mod show;

pub(super) use login::login;

use super::{complain, exit, say};
use polygetty_platforms::scratch::Scratch;
use std::path::{Path, PathBuf};

/// What `demo` is asked.
pub(super) struct Options {
    /// Which program takes the call.
    pub(super) program: Program,
    /// The login program; /bin/login needs root.
    pub(super) login: Option<PathBuf>,
    /// Print the configuration that the demo uses, and end.
    pub(super) show_config: bool,
    /// For tests: this file is left out.
    #[cfg(debug_assertions)]
    pub(super) without: Option<PathBuf>,
}

/// A program that takes calls.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    GettyPs,
    Uugetty,
    Sco,
    Mgetty,
}

impl Program {
    /// What they are called here, for people who typed another name.
    pub(super) const NAMES: &str = "getty_ps, uugetty, sco, mgetty";

    /// The program of this name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        match name {
            "getty" | "getty_ps" => Some(Self::GettyPs),
            "uugetty" => Some(Self::Uugetty),
            "sco" | "sco_getty" => Some(Self::Sco),
            "mgetty" => Some(Self::Mgetty),
            _ => None,
        }
    }

    /// The persona's name.
    fn name(self) -> &'static str {
        match self {
            Self::GettyPs => "getty_ps",
            Self::Uugetty => "uugetty",
            Self::Sco => "sco_getty",
            Self::Mgetty => "mgetty",
        }
    }
}

/// Why a demo is no success.
enum Failed {
    /// An act did not end as it should.
    Act(String),
    /// The system refused.
    System(std::io::Error),
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}

/// Plays the call.
pub(super) fn demo(options: &Options) -> u8 {
    if options.show_config {
        for (path, text) in files::files(options.program) {
            say(&format!("==> {path} <==\n{text}"));
        }
        return 0;
    }
    if options.login.is_some() && !far_end::somebody_is_here() {
        complain("polygetty demo: --login asks for a password, so it needs a terminal with somebody at it");
        return exit::USAGE;
    }
    let status = match play(options) {
        Ok(()) => 0,
        Err(Failed::Act(why)) => {
            complain(&format!("polygetty demo: {why}"));
            exit::UNAVAILABLE
        }
        Err(Failed::System(error)) => {
            complain(&format!("polygetty demo: {error}"));
            return exit::SYSTEM;
        }
    };
    let persona = if options.program == Program::GettyPs { "getty" } else { options.program.name() };
    say(&format!("Next: polygetty explain -- {persona} ttyS1     what a line of yours would do"));
    status
}

fn play(options: &Options) -> Result<(), Failed> {
    let root = Scratch::new("polygetty-demo.")?;
    files::furnish(root.path(), options.program, options.login.as_deref())?;
    #[cfg(debug_assertions)]
    if let Some(path) = &options.without {
        std::fs::remove_file(root.path().join(path))?;
    }
    let ours = options.login.is_none();
    match options.program {
        Program::Sco => sco::play(root.path(), ours),
        Program::GettyPs | Program::Uugetty | Program::Mgetty => answered(options.program, root.path(), ours),
    }
}

/// Calls by modem: the login program must have got the name, and of mgetty's three the second must have ended in pppd.
fn answered(program: Program, root: &Path, ours: bool) -> Result<(), Failed> {
    let played = call::play(program, root, ours)?;
    let ppp = login::read_note(root, &files::PPPD).filter(|ran| ran.line == played.line);
    match login::read_note(root, &files::LOGIN) {
        Some(ran)
            if ran.line == played.line && played.name.as_deref().is_none_or(|name| name == ran.name()) =>
        {
            say(&format!(
                "\nLogin program ran as: demo-login {}  (/dev/{}, {} bit/s, TERM={})",
                ran.name(),
                ran.line,
                ran.speed,
                ran.term
            ));
            if program == Program::Mgetty {
                say(&format!("  {}", ran.call));
                let Some(ppp) = ppp else {
                    return Err(Failed::Act(format!(
                        "pppd did not run; mgetty ended with {}",
                        played.status
                    )));
                };
                say(&format!("PPP program ran as:   {}\n  {}", ppp.words.join(" "), ppp.call));
            }
            Ok(())
        }
        Some(ran) => Err(Failed::Act(format!("the login program got {} on {}", ran.name(), ran.line))),
        None if !ours && played.status == 0 => Ok(()),
        None => Err(Failed::Act(format!(
            "the login program did not run: {}; {} ended with {}",
            played.caller,
            program.name(),
            played.status
        ))),
    }
}
