//! Calls, played on a pty: the far end of the line here, the real getty at the other.

mod call;
mod callback;
mod dialer;
mod far_end;
mod fax;
mod files;
mod log;
mod login;
mod sco;
mod show;
mod wire;

pub(super) use login::login;

use super::{complain, exit, say};
use polygetty_compat::source::FilePath;
use polygetty_platforms::process;
use polygetty_platforms::scratch::Scratch;
use std::path::{Path, PathBuf};

/// What `demo` is asked.
pub(super) struct Options {
    /// Which program takes the call.
    pub(super) program: Program,
    /// The login program; /bin/login needs root.
    pub(super) login: Option<PathBuf>,
    /// Where to draw the pages of a fax.
    pub(super) png: Option<FilePath>,
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
    /// mgetty, which a fax machine calls.
    Fax,
    /// mgetty again, and who calls back from its line.
    Callback,
}

impl Program {
    /// What they are called here, for people who typed another name.
    pub(super) const NAMES: &str = "getty_ps, uugetty, sco, mgetty, mgetty --fax, callback";

    /// The program of this name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        match name {
            "getty" | "getty_ps" => Some(Self::GettyPs),
            "uugetty" => Some(Self::Uugetty),
            "sco" | "sco_getty" => Some(Self::Sco),
            "mgetty" => Some(Self::Mgetty),
            "callback" => Some(Self::Callback),
            _ => None,
        }
    }

    /// The persona's name.
    fn name(self) -> &'static str {
        match self {
            Self::GettyPs => "getty_ps",
            Self::Uugetty => "uugetty",
            Self::Sco => "sco_getty",
            Self::Mgetty | Self::Fax => "mgetty",
            Self::Callback => "callback",
        }
    }

    /// The command line of a program like it, as `explain` has it.
    fn example(self) -> &'static str {
        match self {
            Self::GettyPs => "getty ttyS1",
            Self::Uugetty => "uugetty ttyS1",
            Self::Sco => "sco_getty ttyS1",
            Self::Mgetty | Self::Fax => "mgetty ttyS1",
            Self::Callback => "callback 5551234",
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
    if options.program == Program::Callback && !process::is_root() {
        complain(
            "polygetty demo: callback is for root alone, and so is its demo:\n  \
             sudo polygetty demo callback\n  \
             unshare -r polygetty demo callback     on Linux: root of nothing but the demo",
        );
        return exit::SYSTEM;
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
    let example = options.program.example();
    say(&format!("Next: polygetty explain -- {example}     what a line of yours would do"));
    status
}

fn play(options: &Options) -> Result<(), Failed> {
    let root = Scratch::new("polygetty-demo.")?;
    files::furnish(root.path(), options.program, options.login.as_deref())?;
    #[cfg(debug_assertions)]
    if let Some(path) = &options.without {
        let path = root.path().join(path);
        std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir(&path))?;
    }
    let ours = options.login.is_none();
    match options.program {
        Program::Sco => sco::play(root.path(), ours),
        Program::Fax => fax::play(root.path(), options.png.clone()),
        Program::Callback => callback::play(root.path(), ours),
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
            say(&ran.told());
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
