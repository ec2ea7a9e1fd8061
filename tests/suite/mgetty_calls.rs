//! A line of mgetty from its start to CONNECT: its log, and what is told to programs. The test is the modem.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use polygetty_platforms::Signal;
use polygetty_rig::{Line, Root, SOON, Spawned, until};

use crate::scene::start;

/// The fixture of the acceptance cases.
const CONFIG: &str = "toggle-dtr n\ndata-only y\ninit-chat \"\" ATZ OK\nissue-file\nfido-send-emsi no\n";

struct Desk {
    root: Root,
    line: Line,
}

impl Desk {
    /// With these lines behind those of the fixture.
    fn new(config: &str) -> Self {
        let root = Root::new();
        root.write("etc/mgetty/mgetty.config", format!("{CONFIG}{config}\n"));
        fs::create_dir_all(root.path("var/run")).unwrap();
        Self { root, line: Line::open() }
    }

    /// Starts it; arguments are separated by blanks.
    #[track_caller]
    fn start(&self, arguments: &str) -> Spawned {
        let words = arguments.split(' ').filter(|word| !word.is_empty());
        let words: Vec<&str> = words.chain([self.line.name()]).collect();
        start(&self.root, "mgetty", &words, &[])
    }

    /// The line's log, where it is without a directory of logs.
    fn log_file(&self) -> PathBuf {
        self.root.path(&format!("var/log/mgetty.{}", self.line.name().replace('/', "-")))
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_file()).unwrap_or_default()).into_owned()
    }

    #[track_caller]
    fn expect_log(&self, text: &str) {
        until(SOON, || self.log().contains(text).then_some(()))
            .unwrap_or_else(|| panic!("no {text} in {}\n{}", self.log(), self.root.log()));
    }

    /// The modem is initialised, and the line waits.
    #[track_caller]
    fn ready(&mut self) {
        self.line.expect(b"ATZ\r");
        self.line.send(b"\r\nOK\r\n");
        let lock = self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()));
        until(SOON, || (!lock.exists()).then_some(())).expect("the lock goes");
    }

    /// The log, each record without its time and the line's name.
    fn records(&self) -> Vec<String> {
        let text = |line: &str| line.get(15..).unwrap_or(line).to_owned();
        self.log().lines().map(text).collect()
    }

    #[track_caller]
    fn has_record(&self, text: &str) {
        let name = self.line.name();
        let record = format!("{}  {text}", &name[name.len() - 3..]);
        let there = || self.records().contains(&record).then_some(());
        until(SOON, there).unwrap_or_else(|| panic!("no {record:?} in {:#?}", self.records()));
    }
}

#[test]
fn mg_05_records_of_what_is_done() {
    let mut desk = Desk::new("");
    let mut mgetty = desk.start("");
    desk.ready();
    for text in ["check for lockfiles", "send: ATZ[0d]", "waiting for ``OK'' ** found **", "waiting..."] {
        desk.has_record(text);
    }
    assert!(desk.log().starts_with("\n--\n"), "{}", desk.log());
    assert_eq!(fs::metadata(desk.log_file()).unwrap().permissions().mode() & 0o777 & !0o640, 0);
    // What waits has it closed: it may be rotated away.
    let fds = fs::read_dir(format!("/proc/{}/fd", mgetty.pid()));
    if let Ok(fds) = fds {
        let open = fds.filter_map(|fd| fs::read_link(fd.ok()?.path()).ok());
        assert!(!open.into_iter().any(|path| path == desk.log_file()));
    }
    fs::rename(desk.log_file(), desk.root.path("var/log/old")).unwrap();
    desk.line.send(b"\r\nRING\r\n");
    desk.line.expect(b"ATA\r");
    desk.has_record("locking the line");
    desk.has_record("wfr: waiting for ``RING''");
    desk.line.send(b"\r\nNO CARRIER\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    assert!(!desk.log().contains("--"), "{}", desk.log());
    let audit = format!(
        " ##### failed A_FAIL dev={}, pid={}, caller='none', conn='', name=''\n",
        desk.line.name(),
        mgetty.pid()
    );
    assert!(desk.log().contains(&audit), "{audit} in {}", desk.log());
    // The system's log has the audit, and nothing of what is done.
    let log = desk.root.log();
    assert!(log.contains("notice failed A_FAIL dev=") && !log.contains("waiting for"), "{log}");
}

#[test]
fn what_the_modem_says_follows_its_record() {
    let mut desk = Desk::new("debug 5");
    let mut mgetty = desk.start("");
    desk.ready();
    desk.has_record("waiting for ``OK''");
    desk.has_record(" got: [0d][0a]OK ** found **");
    desk.expect_log("   waiting for line to clear (VTIME=3), read: ");
    desk.line.send(b"\r\nRING\r\n");
    desk.line.expect(b"ATA\r");
    desk.line.send(b"\r\nCONNECT 9600\r\n");
    desk.has_record(" got: [0a][0d][0a]CONNECT ** found **");
    desk.has_record("waiting for ``_''");
    desk.has_record(" got:  9600[0d][0a] ** found **");
    mgetty.signal(Signal::SIGTERM);
    let _ = mgetty.exit_status();
}

#[test]
fn mg_39_no_carrier() {
    let mut desk = Desk::new("");
    let mut mgetty = desk.start("");
    desk.ready();
    desk.line.send(b"\r\nRING\r\n");
    desk.line.expect(b"ATA\r");
    desk.line.send(b"\r\nNO CARRIER\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    desk.expect_log("##### failed A_FAIL dev=");
    assert_eq!(fs::read_dir(desk.root.path("var/lock")).unwrap().count(), 0);
}

#[test]
fn mg_48_a_program_refuses_a_call() {
    let mut desk = Desk::new("");
    let told = desk.root.path("told");
    let program = desk.root.path("cnd");
    desk.root.write_program(
        "cnd",
        format!(
            "#!/bin/sh\nfor word; do printf '[%s]' \"$word\" >>{0}; done\necho \" $CALLER_ID $CALLED_ID $TERM\" >>{0}\n\
             echo to the console\nexit 1\n",
            told.display()
        ),
    );
    let config = format!("{CONFIG}cnd-program {}\nterm dumb\n", program.display());
    desk.root.write("etc/mgetty/mgetty.config", config);
    // Commands run below the root's own shell.
    fs::create_dir_all(desk.root.path("dev")).unwrap();
    fs::write(desk.root.path("dev/console"), "").unwrap();
    symlink("/bin/sh", desk.root.path("bin/sh")).unwrap();
    let mut mgetty = desk.start("");
    desk.ready();
    desk.line.send(b"\r\nRING;0815;4711\r\n");
    let device = desk.line.name().to_owned();
    desk.expect_log("##### denied caller dev=");
    assert_eq!(fs::read_to_string(told).unwrap(), format!("[{device}][0815][][0][4711] 0815 4711 dumb\n"));
    assert_eq!(fs::read_to_string(desk.root.path("dev/console")).unwrap(), "to the console\n");
    assert!(!desk.line.hears(b"ATA") && mgetty.is_running());
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 10);
    desk.expect_log(", got signal 15, exiting");
}

#[test]
fn mg_50_a_hostile_name_is_one_word() {
    let mut desk = Desk::new("");
    // Of a name no more than 80 bytes are kept: a root's path may be longer than that.
    let short = tempfile::tempdir().unwrap();
    let (told, made) = (desk.root.path("told"), short.path().join("m"));
    let program = desk.root.path("cnd");
    let script = format!("#!/bin/sh\nprintf '<%s>' \"$@\" >{}\n", told.display());
    desk.root.write_program("cnd", script);
    desk.root
        .write("etc/mgetty/mgetty.config", format!("{CONFIG}rings 2\ncnd-program {}\n", program.display()));
    symlink("/bin/sh", desk.root.path("bin/sh")).unwrap();
    let mut mgetty = desk.start("");
    desk.ready();
    let hostile = format!("\r\nRING\r\nNAME = $(touch {0})`touch {0}`;x\r\nRING\r\n", made.display());
    desk.line.send(hostile.as_bytes());
    desk.line.expect(b"ATA\r");
    let told = fs::read_to_string(told).unwrap();
    assert!(told.contains(&format!("<none>< (touch {}", made.display()).replace("< ", "<")), "{told}");
    assert_eq!(told.matches('<').count(), 5, "{told}");
    assert!(!made.exists());
    desk.line.send(b"\r\nBUSY\r\n");
    assert_eq!(mgetty.exit_status(), 1);
}

#[test]
fn what_the_modem_says_of_itself_goes_to_a_file() {
    let mut desk = Desk::new("statistics-chat \"\" ATI6 OK\nstatistics-file /var/log/statistics");
    let mut mgetty = desk.start("");
    desk.line.expect(b"ATZ\r");
    desk.line.send(b"\r\nOK\r\n");
    desk.line.expect(b"ATI6\r");
    desk.line.send(b"\r\nLast rate 33600\r\nOK\r\n");
    let file = desk.root.path("var/log/statistics");
    let text = until(SOON, || fs::read_to_string(&file).ok().filter(|text| text.contains("OK"))).unwrap();
    assert!(text.starts_with("--- ") && text.ends_with(" ---\nLast rate 33600\nOK\n"), "{text}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777 & !0o640, 0);
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 10);
}

#[test]
fn mg_93_how_much_is_logged() {
    let port = |desk: &Desk, global: u32, own: u32| {
        let text = format!("{CONFIG}debug {global}\nport {}\ndebug {own}\n", desk.line.name());
        desk.root.write("etc/mgetty/mgetty.config", text);
    };
    // The line's own level.
    let mut desk = Desk::new("");
    port(&desk, 0, 7);
    let mgetty = desk.start("");
    desk.ready();
    desk.has_record(" got: [0d][0a]OK ** found **");
    drop(mgetty);
    // The command line's, whatever the files say.
    let mut desk = Desk::new("debug 0");
    let mgetty = desk.start("-x 7");
    desk.ready();
    desk.has_record("check for lockfiles");
    desk.has_record(" got: [0d][0a]OK ** found **");
    drop(mgetty);
    // Nobody's: 4.
    let mut desk = Desk::new("");
    let mgetty = desk.start("");
    desk.ready();
    desk.has_record("waiting...");
    assert!(!desk.log().contains("got: "), "{}", desk.log());
    drop(mgetty);
    // None at all: but for what ends a life.
    let mut desk = Desk::new("debug 0");
    let mut mgetty = desk.start("");
    desk.line.expect(b"ATZ\r");
    desk.line.send(b"\r\nERROR\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    desk.has_record("init chat failed, exiting...");
    assert_eq!(desk.log().lines().count(), 3, "{}", desk.log()); // an empty one, `--`, and that record
    assert!(desk.root.log().contains("failed in mg_init_data"), "{}", desk.root.log());
}

#[test]
fn mg_95_where_the_log_is() {
    let mut desk = Desk::new("");
    fs::create_dir(desk.root.path("var/log/mgetty")).unwrap();
    let mgetty = desk.start("");
    desk.ready();
    let file = format!("var/log/mgetty/mg_{}.log", desk.line.name().replace('/', "-"));
    assert!(desk.root.path(&file).exists() && !desk.log_file().exists());
    drop(mgetty);
    // Nobody leads it elsewhere by a link: all of it goes to the system's log.
    let mut desk = Desk::new("");
    let aim = desk.root.write("tmp/aim", "");
    symlink(&aim, desk.log_file()).unwrap();
    let mgetty = desk.start("");
    desk.ready();
    desk.root.expect_log(&["cannot write the log of the line"]);
    desk.root.expect_log(&["send: ATZ[0d]"]);
    assert_eq!(fs::read(&aim).unwrap(), b"");
    drop(mgetty);
}

#[test]
fn a_modem_that_answers_in_digits_is_told_of() {
    let mut desk = Desk::new("init-chat TIMEOUT 1 \"\" ATZ OK\nforce-init-chat TIMEOUT 1 \"\" AT OK");
    let mut mgetty = desk.start("");
    desk.line.expect(b"ATZ\r");
    desk.line.send(b"ATZ\r0\r");
    desk.line.expect(b"AT\r");
    desk.line.send(b"AT\r0\r");
    assert_eq!(mgetty.exit_status(), 1);
    desk.expect_log("the modem answers in digits: ATV1");
    desk.expect_log("timeout in chat script, waiting for `OK'");
}
