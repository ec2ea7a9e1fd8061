//! A line of mgetty from its start to CONNECT: its log, and what is told to programs. The test is the modem.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use polygetty_platforms::Signal;
use polygetty_rig::{SOON, until};

use super::scene::Scene;

/// A line by its own name, whose log lies beside the others.
fn logged(lines: &str) -> Scene {
    Scene::on_a_pty(lines).without_directory_of_logs()
}

impl Scene {
    /// The log, each record without its time and the line's name.
    fn records(&self) -> Vec<String> {
        let text = |line: &str| line.get(15..).unwrap_or(line).to_owned();
        self.log().lines().map(text).collect()
    }

    #[track_caller]
    fn has_record(&self, text: &str) {
        let name = self.name();
        let record = format!("{}  {text}", &name[name.len() - 3..]);
        let there = || self.records().contains(&record).then_some(());
        until(SOON, there).unwrap_or_else(|| panic!("no {record:?} in {:#?}", self.records()));
    }
}

#[test]
fn mg_05_records_of_what_is_done() {
    let mut scene = logged("");
    let mut mgetty = scene.wait();
    for text in ["check for lockfiles", "send: ATZ[0d]", "waiting for ``OK'' ** found **", "waiting..."] {
        scene.has_record(text);
    }
    assert!(scene.log().starts_with("\n--\n"), "{}", scene.log());
    assert_eq!(fs::metadata(scene.log_file()).unwrap().permissions().mode() & 0o777 & !0o640, 0);
    scene.log_rests(mgetty.pid());
    fs::rename(scene.log_file(), scene.root.path("var/log/old")).unwrap();
    scene.answer();
    scene.has_record("locking the line");
    scene.has_record("wfr: waiting for ``RING''");
    scene.line.send(b"\r\nNO CARRIER\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    assert!(!scene.log().contains("--"), "{}", scene.log());
    let audit = format!(
        " ##### failed A_FAIL dev={}, pid={}, caller='none', conn='', name=''\n",
        scene.name(),
        mgetty.pid()
    );
    assert!(scene.log().contains(&audit), "{audit} in {}", scene.log());
    // The system's log has the audit, and nothing of what is done.
    let log = scene.root.log();
    assert!(log.contains("notice failed A_FAIL dev=") && !log.contains("waiting for"), "{log}");
}

#[test]
fn what_the_modem_says_follows_its_record() {
    let mut scene = logged("debug 5");
    let mut mgetty = scene.wait();
    scene.has_record("waiting for ``OK''");
    scene.has_record(" got: [0d][0a]OK ** found **");
    scene.expect_log("   waiting for line to clear (VTIME=3), read: ");
    scene.call();
    scene.has_record(" got: [0a][0d][0a]CONNECT ** found **");
    scene.has_record("waiting for ``_''");
    scene.has_record(" got:  9600[0d][0a] ** found **");
    mgetty.signal(Signal::SIGTERM);
    let _ = mgetty.exit_status();
}

#[test]
fn mg_39_no_carrier() {
    let mut scene = logged("");
    let mut mgetty = scene.wait();
    scene.answer();
    scene.line.send(b"\r\nNO CARRIER\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    scene.expect_log("##### failed A_FAIL dev=");
    assert_eq!(scene.locks(), [""; 0]);
}

#[test]
fn mg_48_a_program_refuses_a_call() {
    let mut scene = logged("");
    let told = scene.root.path("told");
    let program = scene.root.path("cnd");
    scene.root.write_program(
        "cnd",
        format!(
            "#!/bin/sh\nfor word; do printf '[%s]' \"$word\" >>{0}; done\necho \" $CALLER_ID $CALLED_ID $TERM\" >>{0}\n\
             echo to the console\nexit 1\n",
            told.display()
        ),
    );
    scene.configure(&format!("cnd-program {}\nterm dumb\n", program.display()));
    // Commands run below the root's own shell.
    fs::create_dir_all(scene.root.path("dev")).unwrap();
    fs::write(scene.root.path("dev/console"), "").unwrap();
    symlink("/bin/sh", scene.root.path("bin/sh")).unwrap();
    let mut mgetty = scene.wait();
    scene.line.send(b"\r\nRING;0815;4711\r\n");
    let device = scene.name().to_owned();
    scene.expect_log("##### denied caller dev=");
    assert_eq!(fs::read_to_string(told).unwrap(), format!("[{device}][0815][][0][4711] 0815 4711 dumb\n"));
    assert_eq!(fs::read_to_string(scene.root.path("dev/console")).unwrap(), "to the console\n");
    assert!(!scene.line.hears(b"ATA") && mgetty.is_running());
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 10);
    scene.expect_log(", got signal 15, exiting");
}

#[test]
fn mg_50_a_hostile_name_is_one_word() {
    let mut scene = logged("");
    // Of a name no more than 80 bytes are kept: a root's path may be longer than that.
    let short = tempfile::tempdir().unwrap();
    let (told, made) = (scene.root.path("told"), short.path().join("m"));
    let program = scene.root.path("cnd");
    let script = format!("#!/bin/sh\nprintf '<%s>' \"$@\" >{}\n", told.display());
    scene.root.write_program("cnd", script);
    scene.configure(&format!("rings 2\ncnd-program {}\n", program.display()));
    symlink("/bin/sh", scene.root.path("bin/sh")).unwrap();
    let mut mgetty = scene.wait();
    let hostile = format!("\r\nRING\r\nNAME = $(touch {0})`touch {0}`;x\r\nRING\r\n", made.display());
    scene.line.send(hostile.as_bytes());
    scene.line.expect(b"ATA\r");
    let told = fs::read_to_string(told).unwrap();
    assert!(told.contains(&format!("<none>< (touch {}", made.display()).replace("< ", "<")), "{told}");
    assert_eq!(told.matches('<').count(), 5, "{told}");
    assert!(!made.exists());
    scene.line.send(b"\r\nBUSY\r\n");
    assert_eq!(mgetty.exit_status(), 1);
}

#[test]
fn what_the_modem_says_of_itself_goes_to_a_file() {
    let mut scene = logged("statistics-chat \"\" ATI6 OK\nstatistics-file /var/log/statistics");
    let mut mgetty = scene.start();
    scene.initialise();
    scene.line.expect(b"ATI6\r");
    scene.line.send(b"\r\nLast rate 33600\r\nOK\r\n");
    let file = scene.root.path("var/log/statistics");
    let text = until(SOON, || fs::read_to_string(&file).ok().filter(|text| text.contains("OK"))).unwrap();
    assert!(text.starts_with("--- ") && text.ends_with(" ---\nLast rate 33600\nOK\n"), "{text}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777 & !0o640, 0);
    mgetty.signal(Signal::SIGTERM);
    assert_eq!(mgetty.exit_status(), 10);
}

#[test]
fn mg_93_how_much_is_logged() {
    let port = |scene: &Scene, global: u32, own: u32| {
        scene.configure(&format!("debug {global}\nport {}\ndebug {own}\n", scene.name()));
    };
    // The line's own level.
    let mut scene = logged("");
    port(&scene, 0, 7);
    let mgetty = scene.wait();
    scene.has_record(" got: [0d][0a]OK ** found **");
    drop(mgetty);
    // The command line's, whatever the files say.
    let mut scene = logged("debug 0");
    let mgetty = scene.start_with(&["-x", "7", scene.name()]);
    scene.init();
    scene.has_record("check for lockfiles");
    scene.has_record(" got: [0d][0a]OK ** found **");
    drop(mgetty);
    // Nobody's: 4.
    let mut scene = logged("");
    let mgetty = scene.wait();
    scene.has_record("waiting...");
    assert!(!scene.log().contains("got: "), "{}", scene.log());
    drop(mgetty);
    // None at all: but for what ends a life.
    let mut scene = logged("debug 0");
    let mut mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    scene.line.send(b"\r\nERROR\r\n");
    assert_eq!(mgetty.exit_status(), 1);
    scene.has_record("init chat failed, exiting...");
    assert_eq!(scene.log().lines().count(), 3, "{}", scene.log()); // an empty one, `--`, and that record
    assert!(scene.root.log().contains("failed in mg_init_data"), "{}", scene.root.log());
}

#[test]
fn mg_95_where_the_log_is() {
    let mut scene = Scene::on_a_pty("");
    let mgetty = scene.wait();
    let name = scene.name().replace('/', "-");
    assert!(scene.root.path(&format!("var/log/mgetty/mg_{name}.log")).exists());
    assert!(!scene.root.path(&format!("var/log/mgetty.{name}")).exists());
    drop(mgetty);
    // Nobody leads it elsewhere by a link: all of it goes to the system's log.
    let mut scene = logged("");
    let aim = scene.root.write("tmp/aim", "");
    symlink(&aim, scene.log_file()).unwrap();
    let mgetty = scene.start();
    scene.init();
    scene.root.expect_log(&["cannot write the log of the line"]);
    scene.root.expect_log(&["send: ATZ[0d]"]);
    assert_eq!(fs::read(&aim).unwrap(), b"");
    drop(mgetty);
}

#[test]
fn a_modem_that_answers_in_digits_is_told_of() {
    // The first one must last until we have answered. The second one need not be answered.
    let mut scene = logged("init-chat TIMEOUT 5 \"\" ATZ OK\nforce-init-chat TIMEOUT 1 \"\" AT OK");
    let mut mgetty = scene.start();
    scene.line.expect(b"ATZ\r");
    scene.line.send(b"ATZ\r0\r");
    scene.line.expect_within(b"AT\r", SOON + SOON);
    assert_eq!(mgetty.exit_status(), 1);
    scene.expect_log("the modem answers in digits: ATV1");
    scene.expect_log("timeout in chat script, waiting for `OK'");
}
