//! The tool's own command line: `polygetty [--root DIR] VERB ...`. Those of the old programs are read by their dialects.

use super::{check, demo, fax};
use crate::real::Root;
#[cfg(debug_assertions)]
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};
use lexopt::{Error, Parser};
use polygetty_compat::source::FilePath;
use polygetty_platforms::symbols::Os;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// What `--help` says.
pub(super) const HELP: &str = "\
One getty for the lines of getty_ps, SCO OpenServer getty and mgetty.

polygetty [--root DIR] as NAME [ARGUMENT ...]
        be one of the old programs: polygetty as getty_ps ttyS1 9600 vt100
polygetty [--root DIR] check [--os SYSTEM] [--as PROGRAM] FILE ...
        say what is wrong with configuration files, and what to write instead
polygetty [--root DIR] explain [--json] -- NAME [ARGUMENT ...]
        say what such a line would do, stage by stage, and where each value
        comes from
polygetty [--root DIR] fax [--png OUT] [--json] FILE ...
        say what received pages are, and draw them
polygetty demo [NAME] [--login PROGRAM] [--show-config]
        play a call: a simulated line, the real program, and you as the caller;
        NAME is getty_ps (or none), uugetty, sco, mgetty or callback
polygetty demo mgetty --fax [--png OUT] [--show-config]
        play a fax call of two pages
polygetty --help | --version

--root DIR      every file that is read or written lies below DIR; devices too
                if they exist there
--os SYSTEM     linux, freebsd or illumos: judge the files for that system
--as PROGRAM    getty_ps or sco: whose gettydefs the files are
--json          for programs: one JSON object
--png OUT       draw as this picture; further pages as OUT-2.png and so on
--login PROGRAM the login program of the demo; /bin/login needs root
--show-config   print the configuration that the demo uses, and end";

/// The usage, a line for each verb.
pub(super) fn usage() -> String {
    let lines = HELP.lines().filter(|line| line.starts_with("polygetty "));
    lines.map(|line| format!("usage: {line}\n")).collect::<String>().trim_end().to_owned()
}

/// What is asked for.
pub(super) enum Verb {
    /// To be one of the old programs, with this argv.
    As(Vec<Vec<u8>>),
    /// To check files.
    Check(check::Options),
    /// To explain such a line.
    Explain {
        /// As JSON.
        json: bool,
        /// The program's argv.
        argv: Vec<Vec<u8>>,
    },
    /// To look at pages of faxes.
    Fax(fax::Options),
    /// To play a call.
    Demo(demo::Options),
    /// To be what the demo's calls end in.
    DemoLogin {
        /// Where to note that it ran.
        note: PathBuf,
        /// The name and the arguments of the program that it stands in for.
        words: Vec<OsString>,
    },
    /// To say what there is.
    Help,
    /// To say which release this is.
    Version,
}

/// A command line of the tool.
pub(super) struct Command {
    /// Where files are.
    pub(super) root: Root,
    /// For tests: the n-th call of line or system fails.
    #[cfg(debug_assertions)]
    pub(super) fail_call: Option<u64>,
    /// For tests: the process is killed at the n-th call of line or system.
    #[cfg(debug_assertions)]
    pub(super) die_at_call: Option<u64>,
    /// What is asked for.
    pub(super) verb: Verb,
}

/// Reads it.
///
/// # Errors
/// In words, what is wrong.
pub(super) fn read(argv: Vec<Vec<u8>>) -> Result<Command, Error> {
    let mut words = Parser::from_iter(argv.into_iter().map(OsString::from_vec));
    let mut command = Command {
        root: Root::default(),
        #[cfg(debug_assertions)]
        fail_call: None,
        #[cfg(debug_assertions)]
        die_at_call: None,
        verb: Verb::Help,
    };
    while let Some(word) = words.next()? {
        match word {
            Long("root") => command.root = Root::below(words.value()?),
            #[cfg(debug_assertions)]
            Long("fail-call") => command.fail_call = Some(words.value()?.parse()?),
            #[cfg(debug_assertions)]
            Long("die-at-call") => command.die_at_call = Some(words.value()?.parse()?),
            Long("help") | Short('h') => return Ok(command),
            Long("version") | Short('V') => {
                command.verb = Verb::Version;
                return Ok(command);
            }
            Value(verb) => {
                command.verb = read_verb(&verb, &mut words)?;
                return Ok(command);
            }
            other => return Err(other.unexpected()),
        }
    }
    Err("a verb is missing: as, check, explain, fax or demo".into())
}

fn read_verb(verb: &OsString, words: &mut Parser) -> Result<Verb, Error> {
    Ok(match verb.to_str() {
        Some("as") => Verb::As(program(words, "as")?),
        Some("explain") => {
            let mut json = false;
            // What belongs to the program is not looked at, whatever it looks like.
            while words.try_raw_args().and_then(|mut raw| raw.next_if(|word| word == "--json")).is_some() {
                json = true;
            }
            Verb::Explain { json, argv: program(words, "explain")? }
        }
        Some("check") => read_check(words)?,
        Some("fax") => read_fax(words)?,
        Some("demo") => read_demo(words)?,
        Some("demo-login") => {
            let note = words.value()?.into();
            Verb::DemoLogin { note, words: words.raw_args()?.collect() }
        }
        Some("help") => Verb::Help,
        _ => {
            let verb = verb.to_string_lossy();
            return Err(format!("\"{verb}\" is no verb: as, check, explain, fax and demo are").into());
        }
    })
}

/// All that follows: a program's name and its own options and operands, after `--` or not.
fn program(words: &mut Parser, verb: &str) -> Result<Vec<Vec<u8>>, Error> {
    let mut argv: Vec<Vec<u8>> = words.raw_args()?.map(OsString::into_vec).collect();
    if argv.first().is_some_and(|word| word == b"--") {
        argv.remove(0);
    }
    match argv.first() {
        Some(_) => Ok(argv),
        None => Err(format!("{verb} wants the name of a program, such as getty_ps").into()),
    }
}

fn read_check(words: &mut Parser) -> Result<Verb, Error> {
    let mut options = check::Options { os: Os::HERE, of: None, files: Vec::new() };
    while let Some(word) = words.next()? {
        match word {
            Long("os") => {
                let name = words.value()?;
                let known = |os: &&Os| name.to_str().is_some_and(|name| os.name().eq_ignore_ascii_case(name));
                options.os = *Os::ALL.iter().find(known).ok_or_else(|| {
                    format!("--os {}: linux, freebsd and illumos are known", name.to_string_lossy())
                })?;
            }
            Long("as") => {
                let name = words.value()?;
                let whose = name.to_str().and_then(check::Whose::named);
                let known = || format!("--as {}: getty_ps and sco are known", name.to_string_lossy());
                options.of = Some(whose.ok_or_else(known)?);
            }
            Value(file) => options.files.push(file.into()),
            other => return Err(other.unexpected()),
        }
    }
    if options.files.is_empty() {
        return Err("check wants a file, such as /etc/gettydefs".into());
    }
    Ok(Verb::Check(options))
}

fn read_fax(words: &mut Parser) -> Result<Verb, Error> {
    let mut options = fax::Options { png: None, json: false, files: Vec::new() };
    while let Some(word) = words.next()? {
        match word {
            Long("png") => options.png = Some(FilePath(words.value()?.into_vec())),
            Long("json") => options.json = true,
            Value(file) => options.files.push(FilePath(file.into_vec())),
            other => return Err(other.unexpected()),
        }
    }
    if options.files.is_empty() {
        return Err("fax wants a file, such as /var/spool/fax/incoming/ff5f00d5fS1.01".into());
    }
    Ok(Verb::Fax(options))
}

fn read_demo(words: &mut Parser) -> Result<Verb, Error> {
    let mut options = demo::Options {
        program: demo::Program::GettyPs,
        login: None,
        png: None,
        show_config: false,
        #[cfg(debug_assertions)]
        without: None,
    };
    let mut fax = false;
    while let Some(word) = words.next()? {
        match word {
            Long("login") => options.login = Some(words.value()?.into()),
            Long("fax") => fax = true,
            Long("png") => options.png = Some(FilePath(words.value()?.into_vec())),
            Long("show-config") => options.show_config = true,
            #[cfg(debug_assertions)]
            Long("without") => options.without = Some(words.value()?.into()),
            Value(name) => match name.to_str().and_then(demo::Program::by_name) {
                Some(program) => options.program = program,
                None => {
                    let (name, known) = (name.to_string_lossy(), demo::Program::NAMES);
                    return Err(format!("there is no demo of \"{name}\": {known}").into());
                }
            },
            other => return Err(other.unexpected()),
        }
    }
    match (fax, options.program) {
        (false, _) if options.png.is_some() => {
            Err("--png draws the pages of a fax: demo mgetty --fax --png OUT".into())
        }
        (false, _) => Ok(Verb::Demo(options)),
        (true, demo::Program::Mgetty) if options.login.is_some() => {
            Err("a fax machine does not log in: demo mgetty --fax, without --login".into())
        }
        (true, demo::Program::Mgetty) => {
            options.program = demo::Program::Fax;
            Ok(Verb::Demo(options))
        }
        (true, _) => Err("only mgetty receives faxes: demo mgetty --fax".into()),
    }
}
