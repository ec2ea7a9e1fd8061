//! The real host.

use super::child::RealChild;
use super::fault::{Failed, pass};
use super::line::{RealLine, did};
use super::line_log::OwnLog;
use super::reader::{read_private, read_text};
use super::root::Root;
use super::trace::Trace;
use super::{people, pid_file, program, system_names, user};
use crate::engine::world::{
    ChildIo, Did, FileError, Heard, Host, KeptPage, LineError, LocalTime, LockError, LockState, LogEntry,
    Moment, Note, Owned, Ownership, PageFile, Program, Record, Said, SystemNames, Taken, Unstarted, User,
    WallTime, Watch, Written,
};
use platforms::wait::Signals;
use platforms::{Errno, account, clock, lock, process};
use polygetty_compat::plan;
use polygetty_compat::plan::stage::{AccountKind, Device, Level, Lock, LockFiles, Signal};
use polygetty_compat::source::{FilePath, FileText};
use polygetty_platforms as platforms;
use std::convert::Infallible;
use std::os::fd::AsFd;
use std::time::Duration;

/// This machine.
pub struct RealHost {
    pub(super) root: Root,
    signals: Signals,
    start: Duration,
    /// the process that started us
    pub(super) parent: i32,
    /// the trace of the line, if one is wanted
    trace: Option<Trace>,
    /// the line's own log, if it has one
    line_log: Option<OwnLog>,
}

/// The signals that a life answers to.
const ANSWERED: &[platforms::Signal] = &[
    platforms::Signal::SIGHUP,
    platforms::Signal::SIGINT,
    platforms::Signal::SIGQUIT,
    platforms::Signal::SIGTERM,
    platforms::Signal::SIGUSR1,
    platforms::Signal::SIGUSR2,
    platforms::Signal::SIGCHLD,
];

impl RealHost {
    /// Begins a life: from here on signals arrive as values. Once per process.
    pub fn begin(root: Root) -> Result<Self, Errno> {
        let start = clock::now();
        let parent = process::parent();
        Ok(Self { root, signals: Signals::install(ANSWERED)?, start, parent, trace: None, line_log: None })
    }

    /// From here on the log has a debug entry for each line that is sent or heard.
    pub fn trace(&mut self) {
        self.trace = Some(Trace::default());
    }

    /// From here on the line has a log of its own; the system's has what matters beyond the line.
    pub fn keep_line_log(&mut self, settings: &plan::LineLog, line: &[u8]) {
        self.line_log = Some(OwnLog::new(&self.root, settings, line));
    }

    fn files(&self) -> account::Files {
        let below = |path: &str| self.root.dir().map(|_| self.root.file(&path.into()));
        let paths = platforms::paths();
        account::Files { utmp: below(paths.utmp), wtmp: below(paths.wtmp) }
    }
}

impl Host for RealHost {
    type Line = RealLine;
    type Locks = lock::Locks;
    type PidFile = platforms::pid_file::PidFile;
    type Child = RealChild;
    type Page = super::spool::RealPage;
    type Became = Infallible;

    fn now(&self) -> Moment {
        Moment(clock::now().saturating_sub(self.start))
    }

    fn wall(&self) -> WallTime {
        WallTime(clock::wall())
    }

    fn local(&self, at: WallTime) -> LocalTime {
        let clock::Local { year, month, day, weekday, hour, minute, second } = clock::local(at.0);
        LocalTime { year, month, day, weekday, hour, minute, second }
    }

    fn wait(&mut self, mut watch: Watch<'_, RealLine, RealChild>, until: Option<Moment>) -> Heard {
        let _ = pass(); // a wait cannot fail
        let until = until.map(|moment| self.start.saturating_add(moment.0));
        loop {
            // Asked every time: CHLD may have come while nobody waited for the child. Its last words come first.
            if let Some(news) = watch.child.as_mut().and_then(|child| child.news()) {
                return Heard::Child(news);
            }
            let heard = self.signals.wait(
                &platforms::wait::Watch {
                    line: watch.line.map(|line| line.open.as_fd()),
                    readable: watch.readable,
                    writable: watch.writable,
                    carrier: watch.carrier,
                    child_pipe: watch.child.as_ref().and_then(|child| child.pipe()),
                },
                until,
            );
            return match heard {
                platforms::wait::Heard::Signal(caught) => match user::caught(caught) {
                    Some(caught) => Heard::Signal(caught),
                    None => continue,
                },
                platforms::wait::Heard::Child => continue,
                platforms::wait::Heard::Readable => Heard::Readable,
                platforms::wait::Heard::HungUp => Heard::HungUp,
                platforms::wait::Heard::Carrier(up) => Heard::Carrier(up),
                platforms::wait::Heard::Writable => Heard::Writable,
                platforms::wait::Heard::Until => Heard::Until,
            };
        }
    }

    fn open(&mut self, device: &Device) -> Result<RealLine, LineError> {
        pass()?;
        RealLine::open(self.root.device(&device.path))
    }

    fn own(&mut self, device: &Device, to: &Ownership) -> Result<Owned, LineError> {
        pass()?;
        super::node::own(&self.root.device(&device.path), to)
    }

    fn look(&mut self, files: &LockFiles) -> Result<LockState, LockError> {
        pass().map_err(|Failed| LockError(Failed::WHY.into()))?;
        self.lock_state(files)
    }

    fn take(&mut self, lock: &Lock) -> Result<Taken<lock::Locks>, LockError> {
        pass().map_err(|Failed| LockError(Failed::WHY.into()))?;
        self.take_or_share(lock)
    }

    fn take_from(&mut self, lock: &Lock, from: i32) -> Result<Taken<lock::Locks>, LockError> {
        pass().map_err(|Failed| LockError(Failed::WHY.into()))?;
        self.take_as(lock, Some(from))
    }

    fn pid_file(&mut self, path: &FilePath) -> Result<Written<Self::PidFile>, FileError> {
        pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))?;
        pid_file::write(&self.root.file(path))
    }

    fn pid_in(&mut self, path: &FilePath) -> Result<Option<i32>, FileError> {
        pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))?;
        platforms::pid_file::read(&self.root.file(path)).map_err(pid_file::refused)
    }

    fn file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError> {
        pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))?;
        read_text(&self.root.file(path), limit).map_err(file_error)
    }

    fn private_file(&mut self, path: &FilePath, limit: usize) -> Result<FileText, FileError> {
        pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))?;
        read_private(&self.root.file(path), limit).map_err(file_error)
    }

    fn append(&mut self, path: &FilePath, bytes: &[u8]) -> Result<(), FileError> {
        pass().map_err(|Failed| FileError::Failed(Failed::WHY.into()))?;
        platforms::files::append(&self.root.file(path), bytes).map_err(pid_file::refused)
    }

    fn knows_user(&mut self, name: &[u8]) -> Result<bool, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        people::knows(&self.root, name)
    }

    fn user(&mut self, name: &[u8]) -> Result<Option<User>, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        people::user(&self.root, name)
    }

    fn users_on(&mut self) -> Option<u32> {
        pass().ok()?;
        platforms::people::users_on(self.files().utmp.as_deref())
    }

    fn system(&mut self, full: bool) -> SystemNames {
        system_names::system(&self.root, full)
    }

    fn account(&mut self, record: &Record) -> Result<Did, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        let record = account::Record {
            kind: match record.kind {
                AccountKind::Login => account::Kind::Login,
                AccountKind::User => account::Kind::User,
            },
            host: record.host.clone(),
            line: record.line.clone(),
            id: Some(record.id.clone()),
            user: record.user.clone(),
            pid: process::pid(),
            at: clock::wall(),
        };
        account::login_record(&record, &self.files()).map(did).map_err(|error| error.to_string())
    }

    fn tell_parent(&mut self) -> Result<Did, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        if self.parent < 2 || self.is_orphan() {
            return Ok(Did::Unsupported("init is our parent, or nobody is"));
        }
        process::send(self.parent, platforms::Signal::SIGUSR2)
            .map(|()| Did::Done)
            .map_err(|errno| errno.desc().to_owned())
    }

    fn signal(&mut self, pid: i32, signal: Signal) -> Result<(), String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        let signal = match signal {
            Signal::Hup => platforms::Signal::SIGHUP,
            Signal::Int => platforms::Signal::SIGINT,
            Signal::Quit => platforms::Signal::SIGQUIT,
            Signal::Term => platforms::Signal::SIGTERM,
            Signal::Usr1 => platforms::Signal::SIGUSR1,
            Signal::Usr2 => platforms::Signal::SIGUSR2,
        };
        process::send(pid, signal).map_err(|errno| errno.desc().to_owned())
    }

    fn random(&mut self, below: u32) -> u32 {
        platforms::random::random(below)
    }

    fn tell_user(&mut self, text: &[u8]) {
        user::tell(text);
    }

    fn warn_user(&mut self, why: &str) {
        user::warn(why);
    }

    fn hear_user(&mut self) -> Said {
        user::hear(&self.signals)
    }

    fn detach(&mut self) -> Result<(), String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        user::leave().map_err(|errno| errno.desc().to_owned())?;
        self.parent = process::parent();
        Ok(())
    }

    fn command_line(&self, pid: i32, most: usize) -> Option<Vec<u8>> {
        process::command_line(pid, most)
    }

    fn pid(&self) -> i32 {
        process::pid()
    }

    fn is_orphan(&self) -> bool {
        process::parent() != self.parent
    }

    fn speed_fits(&self, bps: u32) -> bool {
        // What a modem says is its speed on the telephone line, and 14400 there is no speed of ours (GPS-40): only
        // the speeds that have a name here count, though the system could be asked for any number.
        platforms::modes::speed_code(bps).is_some()
    }

    fn spawn(&mut self, program: &Program, io: ChildIo) -> Result<RealChild, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        // Below a root, the system's own console is somebody else's.
        let console = self.root.file(&"/dev/console".into());
        let output = match io {
            ChildIo::Nothing => process::Output::Nothing,
            ChildIo::Heard => process::Output::Heard,
            ChildIo::Console => process::Output::Console(&console),
        };
        RealChild::start(&self.root.file(&program.path), program, output)
    }

    fn spawn_with(&mut self, program: &Program, input: &[u8]) -> Result<RealChild, String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        RealChild::start_with(&self.root.file(&program.path), program, input)
    }

    fn let_go(&mut self, program: &Program) -> Result<(), String> {
        pass().map_err(|Failed| Failed::WHY.to_owned())?;
        super::child::let_go(&self.root.file(&program.path), program)
    }

    fn space(&mut self, dir: &FilePath) -> Result<u64, FileError> {
        super::spool::space(&self.root, dir)
    }

    fn page(&mut self, file: &PageFile) -> Result<(Self::Page, Vec<String>), FileError> {
        super::spool::page(&self.root, file)
    }

    fn bundle(&mut self, pages: &[KeptPage], sender: &[u8], at: WallTime) -> Result<Vec<u8>, FileError> {
        super::spool::bundle(&self.root, pages, sender, self.local(at))
    }

    fn remove_page(&mut self, path: &FilePath) -> Result<(), FileError> {
        super::spool::remove(&self.root, path)
    }

    fn start_on_line(
        &mut self,
        program: &Program,
        user: Option<&User>,
        line: &mut RealLine,
    ) -> Result<RealChild, (String, bool)> {
        program::start(&self.root, program, user, line)
    }

    fn become_program(
        &mut self,
        program: &Program,
        user: Option<&User>,
        line: RealLine,
        locks: Option<lock::Locks>,
    ) -> Result<Infallible, Unstarted<RealLine, lock::Locks>> {
        program::become_program(&self.root, program, user, line, locks)
    }

    fn rest_log(&mut self) {
        if let Some(log) = &mut self.line_log {
            log.rest();
        }
    }

    fn log(&mut self, entry: LogEntry<'_>) {
        let at = self.local(self.wall());
        if let Some(log) = &mut self.line_log
            && log.record(at, &entry)
            && entry.level > Level::Audit
        {
            return; // it matters beyond the line no more
        }
        log_line(entry);
    }

    fn note(&mut self, note: Note<'_>) {
        if let Some(log) = &mut self.line_log {
            match note {
                Note::Taken(byte) => log.stream(byte),
                Note::Behind(text) => log.add(text),
                Note::Line(name) => log.is_of(name),
                _ => {}
            }
        }
        if let Some(trace) = &mut self.trace {
            trace.take(note);
        }
    }
}

fn file_error(error: std::io::Error) -> FileError {
    match error.kind() {
        std::io::ErrorKind::NotFound => FileError::Absent,
        _ => FileError::Failed(error.to_string()),
    }
}

/// An entry on its way to the sinks; LOG_NOTICE has no level of its own in the `log` crate.
pub(crate) fn log_line(entry: LogEntry<'_>) {
    match entry.level {
        Level::Fatal => log::error!(target: platforms::sink::ALERT, "{}", entry.text),
        Level::Error => log::error!("{}", entry.text),
        Level::Warning => log::warn!("{}", entry.text),
        Level::Audit | Level::Notice => log::info!(target: platforms::sink::NOTICE, "{}", entry.text),
        Level::Info => log::info!("{}", entry.text),
        Level::Debug | Level::Trace => log::debug!("{}", entry.text),
    }
}
