//! login.config (§7): which program a name is for, who it runs as, and what it is told.
//!
//! The original ran a program as root whose account did not exist. Here nothing runs as root but what says so: an
//! account that is unknown is a refusal, and so is a program without its whole path.

mod parse;

use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::stage::Visitor;
use crate::source::{FilePath, FileText, Span};

pub(crate) use parse::begins;
pub use parse::parse;

/// LC01: others than root can change or read the file.
pub const TRUST: Code = Code::lc(1);
/// The name of a caller that speaks PPP.
pub const PPP: &[u8] = b"/AutoPPP/";
/// The name by which the file speaks of mailers.
pub const FIDO: &[u8] = b"/FIDO/";
/// What the name of a mailer begins with, which nobody can type.
pub const MAILER: u8 = 0xff;
/// The most entries of a file.
pub const MOST: usize = 1024;
/// The most arguments of a program, without its name for itself.
pub const MOST_ARGUMENTS: usize = 9;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// The entries, in the file's order.
    pub rules: Vec<Rule>,
    /// What is wrong with it.
    pub findings: Vec<Diagnostic>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The names that it is for.
    pub names: Names,
    /// The logins that it is for.
    pub logins: Logins,
    /// Who the program runs as.
    pub runs_as: RunsAs,
    /// What is written into the record of who is logged in.
    pub record: Record,
    /// The program; refused unless it is an absolute path.
    pub program: FilePath,
    /// What it is told, without its name for itself.
    pub arguments: Vec<Argument>,
    /// Where it stands.
    pub span: Span,
}

/// Which names an entry is for. Capital and small letters differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Names {
    /// `*`
    All,
    /// `x*`
    Beginning(Vec<u8>),
    /// `*x`
    Ending(Vec<u8>),
    /// `*x*`
    Holding(Vec<u8>),
    /// Anything else.
    Exactly(Vec<u8>),
}

/// Which logins an entry of version 2 is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logins {
    /// All.
    Any,
    /// `Y`: those that we called back.
    CalledBack,
    /// `N`: those that called.
    Calling,
}

/// Who a program runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunsAs {
    /// `-`: as root, as login wants it.
    Root,
    /// This account.
    Account(Vec<u8>),
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// `-`: nothing.
    Nothing,
    /// `@`: the name.
    Name,
    /// Anything else.
    Text(Vec<u8>),
}

/// One argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// `@`: the name, left out if there is none.
    Name,
    /// `\I`: what the modem said of the connection.
    Connect,
    /// `\Y`: the caller's number.
    Caller,
    /// Anything else, as it stands.
    Text(Vec<u8>),
}

/// What becomes of somebody. `A` is what the system calls an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision<A> {
    /// A program.
    Run(Run<A>),
    /// Nothing runs (exit 1), for this reason.
    Refuse(Refused),
}

/// A program that runs for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run<A> {
    /// The program.
    pub program: FilePath,
    /// Its arguments; the first is its name for itself.
    pub arguments: Vec<Vec<u8>>,
    /// The account, or root where the entry says so.
    pub account: Option<A>,
    /// The user to record, if one is to be.
    pub record: Option<Vec<u8>>,
    /// The entry; none: what runs where no entry fits.
    pub entry: Option<Span>,
}

/// Why nothing runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such account.
    NoAccount(Vec<u8>, Span),
    /// The program is no absolute path.
    Relative(FilePath, Span),
}

impl Refused {
    /// The log entry.
    pub fn text(&self) -> String {
        match self {
            Self::NoAccount(name, _) => {
                format!("there is no account \"{}\": nothing is run", name.escape_ascii())
            }
            Self::Relative(program, _) => {
                format!("cannot execute '{}': no absolute path", program.as_bytes().escape_ascii())
            }
        }
    }
}

/// What speaks against the file's owner and mode: only root may read and write it. It is ignored then.
pub fn distrust(path: &FilePath, file: &FileText) -> Option<Diagnostic> {
    if file.owner == 0 && file.mode & 0o077 == 0 {
        return None;
    }
    let message =
        format!("{path} ignored, wrong permissions: owner {}, mode {:03o}", file.owner, file.mode & 0o7777);
    Some(
        Diagnostic::new(TRUST, Severity::Error, message, None)
            .here("every name goes to the login program, as if there were no such file")
            .write(format!("chown root {path}; chmod 600 {path}")),
    )
}

/// Decides what becomes of somebody: the first entry that fits, else `login` as root with the name. `account` looks
/// an account up, at most once.
pub fn rule<A>(
    rules: &[Rule],
    visitor: &Visitor<'_>,
    login: &FilePath,
    account: impl FnOnce(&[u8]) -> Option<A>,
) -> Decision<A> {
    let name = shown(visitor.name);
    let Some(rule) = rules.iter().find(|rule| rule.fits(visitor)) else {
        let arguments = [login.base_name().to_vec()].into_iter().chain(name.map(<[u8]>::to_vec)).collect();
        return Decision::Run(Run {
            program: login.clone(),
            arguments,
            account: None,
            record: None,
            entry: None,
        });
    };
    if !rule.program.is_absolute() {
        return Decision::Refuse(Refused::Relative(rule.program.clone(), rule.span));
    }
    let account = match &rule.runs_as {
        RunsAs::Root => None,
        RunsAs::Account(wanted) => match account(wanted) {
            Some(account) => Some(account),
            None => return Decision::Refuse(Refused::NoAccount(wanted.clone(), rule.span)),
        },
    };
    let mut arguments = vec![rule.program.base_name().to_vec()];
    arguments.extend(rule.arguments.iter().filter_map(|argument| match argument {
        Argument::Name => name.map(<[u8]>::to_vec),
        Argument::Connect => Some(visitor.connect.filter(|c| !c.is_empty()).unwrap_or(b"??").to_vec()),
        Argument::Caller => Some(visitor.caller.unwrap_or(b"none").to_vec()),
        Argument::Text(text) => Some(text.clone()),
    }));
    let record = match &rule.record {
        Record::Nothing => None,
        Record::Name => name.map(<[u8]>::to_vec),
        Record::Text(text) => Some(text.clone()),
    };
    Decision::Run(Run { program: rule.program.clone(), arguments, account, record, entry: Some(rule.span) })
}

/// Whether a caller of this name that no person types is listened for: the file must have its own entry.
pub fn listens(rules: &[Rule], name: &[u8], called_back: bool) -> bool {
    rules.iter().any(|rule| rule.names == Names::Exactly(name.to_vec()) && rule.logins.are(called_back))
}

/// The name as programs and records get it: a mailer's without its mark, and never one that begins like an option.
fn shown(name: &[u8]) -> Option<&[u8]> {
    let name = name.strip_prefix(&[MAILER]).unwrap_or(name);
    let lead = name.iter().take_while(|byte| matches!(byte, b'-' | b' ')).count();
    name.get(lead..).filter(|name| !name.is_empty())
}

impl Rule {
    fn fits(&self, visitor: &Visitor<'_>) -> bool {
        self.logins.are(visitor.called_back) && self.names.are(visitor.name)
    }
}

impl Logins {
    fn are(self, called_back: bool) -> bool {
        match self {
            Self::Any => true,
            Self::CalledBack => called_back,
            Self::Calling => !called_back,
        }
    }
}

impl Names {
    fn are(&self, name: &[u8]) -> bool {
        match self {
            Self::All => true,
            Self::Beginning(begin) => name.starts_with(begin),
            Self::Ending(end) => name.ends_with(end),
            Self::Holding(part) => part.is_empty() || name.windows(part.len()).any(|window| window == part),
            Self::Exactly(whole) => whole == name || (whole == FIDO && name.first() == Some(&MAILER)),
        }
    }
}

#[cfg(test)]
mod tests;
