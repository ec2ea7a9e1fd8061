//! What a scenario is made of: files, a command line, what the far end does, and where the two may differ.

use polygetty_platforms::Signal;

/// What is observed of a life, and may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// bytes on the line, from the first to the last
    Bytes,
    /// when they came, when the lock changed, when the life ended; all roughly
    Time,
    /// how it ended
    Status,
    /// what the lock file held, one after the other
    Lock,
    /// the audit entries of the line's log
    Audit,
    /// other texts of the log that the scenario names
    Log,
    /// what the login program was called and by
    Login,
    /// what the login program found in its environment
    Environment,
    /// the line's modes while it waits, and those the login program found
    Modes,
    /// owner and mode of the line's node, one after the other
    Node,
    /// what the programs that are told of a call were told
    Told,
    /// how mail was to be sent, and its header
    Mail,
    /// the pages of faxes: the names of their files, and every byte
    Pages,
    /// records in utmp and wtmp
    Records,
    /// its lock and its pid file, at the end
    Litter,
    /// other files left behind
    Files,
    /// what went to standard output and errors
    Said,
}

impl Fact {
    /// As the table names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Time => "time",
            Self::Status => "status",
            Self::Lock => "lock",
            Self::Audit => "audit",
            Self::Log => "log",
            Self::Login => "login",
            Self::Environment => "environment",
            Self::Modes => "modes",
            Self::Node => "node",
            Self::Told => "told",
            Self::Mail => "mail",
            Self::Pages => "pages",
            Self::Records => "records",
            Self::Litter => "litter",
            Self::Files => "files",
            Self::Said => "said",
        }
    }
}

/// Whose process the lock of another names, and how it is written.
#[derive(Clone, Copy, Debug)]
pub enum Foreign {
    /// ten digits of a living process
    Ascii,
    /// four bytes of a living process
    Binary,
    /// digits without padding, and what cu and uucp add
    Wordy,
    /// ten digits of a process that is no more
    Stale,
    /// nothing: somebody is about to write
    Empty,
}

/// What the far end, or somebody else on the machine, does.
#[derive(Clone, Debug)]
pub enum Step {
    /// waits for these bytes
    Hear(&'static [u8]),
    /// sends
    Send(&'static [u8]),
    /// listens for so many milliseconds
    Listen(u64),
    /// waits until the getty had the lock and has given it back
    Waiting,
    /// looks at the line's modes
    Modes,
    /// waits until a program has been told of the call
    Told,
    /// makes a lock of somebody else's
    Lock(Foreign),
    /// takes it away
    Unlock,
    /// writes a file
    Put(&'static str, &'static str),
    /// removes it
    Remove(&'static str),
    /// sends a signal
    Signal(Signal),
    /// waits until the life ends
    Ends,
}

/// A file of a scenario: path below the root, text, mode.
pub type File = (&'static str, &'static str, u32);

/// One scenario. In texts, `@DEV@` is the line's name (`pts/3`), `@DEVID@` the same with `-`, `@ROOT@` the root's path,
/// and `@AT@` what stands before the path of a login program.
#[derive(Clone, Debug)]
pub struct Scenario {
    pub name: &'static str,
    /// mgetty.config; None: there is none
    pub config: Option<String>,
    pub files: Vec<File>,
    /// None: the line's name alone
    pub arguments: Vec<&'static str>,
    pub steps: Vec<Step>,
    /// texts of the log that both have
    pub logs: &'static [&'static str],
    /// differences that are meant, and why
    pub differs: Vec<(Fact, &'static str)>,
    /// differences that are meant and may fail to show: Debian's mgetty goes by what its memory holds
    pub may_differ: Vec<(Fact, &'static str)>,
}

/// A line without fax whose modem is asked one thing.
const FIXTURE: &str = "\
toggle-dtr n
data-only y
init-chat \"\" ATZ OK
fido-send-emsi no
issue-file
";

/// A scenario of the fixture.
pub fn scenario(name: &'static str) -> Scenario {
    Scenario {
        name,
        config: Some(FIXTURE.to_owned()),
        files: vec![("etc/mgetty/login.config", "* - - @AT@/bin/recorder @\n", 0o600)],
        arguments: vec!["@DEV@"],
        steps: Vec::new(),
        logs: &[],
        differs: Vec::new(),
        may_differ: Vec::new(),
    }
}

impl Scenario {
    /// More lines of mgetty.config: later ones hold.
    pub fn config(mut self, lines: &str) -> Self {
        self.config = Some(format!("{}{lines}\n", self.config.unwrap_or_default()));
        self
    }

    /// mgetty.config is this alone.
    pub fn only(mut self, lines: &str) -> Self {
        self.config = Some(format!("{lines}\n"));
        self
    }

    /// A file that everybody can read.
    pub fn file(mut self, path: &'static str, text: &'static str) -> Self {
        self.files.push((path, text, 0o644));
        self
    }

    /// login.config.
    pub fn rules(mut self, text: &'static str) -> Self {
        self.files.push(("etc/mgetty/login.config", text, 0o600));
        self
    }

    /// A program.
    pub fn program(mut self, path: &'static str, text: &'static str) -> Self {
        self.files.push((path, text, 0o755));
        self
    }

    pub fn arguments(mut self, words: &[&'static str]) -> Self {
        self.arguments = words.to_vec();
        self
    }

    /// What happens next.
    pub fn then(mut self, steps: impl IntoIterator<Item = Step>) -> Self {
        self.steps.extend(steps);
        self
    }

    /// The modem is asked, and the line waits.
    pub fn up(self) -> Self {
        self.then([Step::Hear(b"ATZ\r"), Step::Send(b"\r\nOK\r\n"), Step::Waiting])
    }

    /// A call comes, and the caller is asked for a name.
    pub fn call(self) -> Self {
        self.up().then([
            Step::Send(b"\r\nRING\r\n"),
            Step::Hear(b"ATA\r"),
            Step::Send(b"\r\nCONNECT 9600\r\n"),
            Step::Hear(b"login: "),
        ])
    }

    /// What the caller types, up to the login program's end.
    pub fn types(self, name: &'static [u8]) -> Self {
        self.then([Step::Send(name), Step::Ends])
    }

    /// Ends without a login program, and leaves nothing.
    pub fn tidy(self) -> Self {
        self.differs(&[Fact::Litter], "FIX, §16: 1.2.1 leaves its pid file")
    }

    /// About how long it takes, in milliseconds.
    pub fn length(&self) -> u64 {
        let each = self.steps.iter().map(|step| match step {
            Step::Listen(time) => *time,
            Step::Ends => 5000,
            _ => 500,
        });
        each.sum()
    }

    pub fn logs(mut self, texts: &'static [&'static str]) -> Self {
        self.logs = texts;
        self
    }

    /// These facts differ, for this reason.
    pub fn differs(mut self, facts: &[Fact], why: &'static str) -> Self {
        self.differs.extend(facts.iter().map(|fact| (*fact, why)));
        self
    }

    /// The same, where the lock stays too.
    pub fn tidy_lock(self) -> Self {
        self.differs(&[Fact::Litter, Fact::Lock], "FIX, §16: 1.2.1 leaves its pid file and its lock")
    }

    /// These facts may differ.
    pub fn may_differ(mut self, facts: &[Fact], why: &'static str) -> Self {
        self.may_differ.extend(facts.iter().map(|fact| (*fact, why)));
        self
    }
}
