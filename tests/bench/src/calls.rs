//! A call, answered by our mgetty and by Debian's in one run, with the same configuration: how long each takes from its
//! start to the first byte for the modem, from RING to ATA, and from CONNECT to the first byte for the caller; and how
//! often each wakes up while it waits. It prints, and judges nothing: most of these times are pauses that both make.

use polygetty_platforms::pty::Pty;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 7;
const WATCHED: Duration = Duration::from_secs(30);

const CONFIG: &str = "toggle-dtr n\ndata-only y\ninit-chat \"\" ATZ OK\nfido-send-emsi no\nissue-file Hello\n";

/// The program starts when a line is read: what makes its place is not measured.
const OURS: &str = r#"read go; exec "$@" </dev/null"#;
const DEBIANS: &str = r#"
mount --bind "$0/etc/mgetty" /etc/mgetty && mount --bind "$0/run" /run && mount --bind "$0/var/lock" /run/lock &&
mount --bind "$0/var/log" /var/log || exit 99
read go; exec "$@" </dev/null"#;

/// One that is being measured.
struct Mgetty {
    child: Child,
    pty: Pty,
}

impl Drop for Mgetty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Median times of one program, in milliseconds, and how often it wakes up in a minute.
struct Measured {
    start: f64,
    ring: f64,
    connect: f64,
    wakes: Option<u64>,
}

/// Below a directory of its own, which goes.
struct Place(PathBuf);

impl Place {
    fn make() -> std::io::Result<Self> {
        let place = Self(std::env::temp_dir().join(format!("polygetty-bench-{}", std::process::id())));
        for name in ["etc/mgetty", "run/lock", "var/lock", "var/log/mgetty"] {
            fs::create_dir_all(place.0.join(name))?;
        }
        fs::write(place.0.join("etc/mgetty/mgetty.config"), CONFIG)?;
        fs::write(place.0.join("etc/polygetty.toml"), "[mgetty]\nprofile = \"debian\"\n")?;
        Ok(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Mgetty {
    /// Starts one; answers how long its first byte took.
    fn start(program: &Path, place: &Place) -> Option<(Self, Duration)> {
        let pty = Pty::open().ok()?;
        let line = pty.slave_path().strip_prefix("/dev").ok()?.to_owned();
        let ours = program != Path::new(super::DEBIANS);
        let mut command = Command::new(if ours { "sh" } else { "unshare" });
        if ours {
            command.args(["-c", OURS, "sh"]).arg(program).arg("--root").arg(&place.0).args(["as", "mgetty"]);
        } else {
            command.args(["-m", "--propagation", "private", "sh", "-c", DEBIANS]).arg(&place.0).arg(program);
        }
        let command = command.arg(line).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().ok()?;
        let mut mgetty = Self { child, pty };
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        mgetty.child.stdin.take()?.write_all(b"go\n").ok()?;
        mgetty.hears(b"A")?;
        let took = began.elapsed();
        mgetty.hears(b"TZ\r")?;
        mgetty.pty.write(b"\r\nOK\r\n").ok()?;
        // Until it waits.
        std::thread::sleep(Duration::from_millis(1500));
        Some((mgetty, took))
    }

    /// Sends, and answers how long it takes until these bytes have come.
    fn answers(&mut self, said: &[u8], wanted: &[u8]) -> Option<Duration> {
        let began = Instant::now();
        self.pty.write(said).ok()?;
        self.hears(wanted)?;
        Some(began.elapsed())
    }

    fn hears(&mut self, wanted: &[u8]) -> Option<()> {
        let (end, mut heard) = (Instant::now() + Duration::from_secs(10), Vec::new());
        while Instant::now() < end {
            let mut byte = [0];
            match self.pty.read(&mut byte) {
                Ok(1) => heard.push(byte[0]),
                _ => std::thread::sleep(Duration::from_micros(200)),
            }
            if heard.ends_with(wanted) {
                return Some(());
            }
        }
        None
    }

    /// How often it has gone to sleep by itself.
    fn sleeps(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("voluntary_ctxt_switches"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Wake-ups in a minute of waiting.
    fn wakes(&self) -> Option<u64> {
        let before = self.sleeps()?;
        std::thread::sleep(WATCHED);
        Some((self.sleeps()? - before) * 60 / WATCHED.as_secs())
    }
}

fn median(mut times: Vec<Duration>) -> Option<f64> {
    times.sort();
    times.get(times.len() / 2).map(|time| time.as_secs_f64() * 1000.0)
}

fn measure(program: &Path, place: &Place) -> Option<Measured> {
    let (mut start, mut ring, mut connect) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (mut mgetty, took) = Mgetty::start(program, place)?;
        start.push(took);
        ring.push(mgetty.answers(b"\r\nRING\r\n", b"ATA\r")?);
        // Before the issue comes a CR.
        connect.push(mgetty.answers(b"\r\nCONNECT 9600\r\n", b"H")?);
    }
    let (mgetty, _) = Mgetty::start(program, place)?;
    Some(Measured {
        start: median(start)?,
        ring: median(ring)?,
        connect: median(connect)?,
        wakes: mgetty.wakes(),
    })
}

/// Measures both, one beside the other, and prints.
pub fn compare(binary: &Path) {
    let place = match Place::make() {
        Ok(place) => place,
        Err(error) => return println!("calls: {error}"),
    };
    let debians = Path::new(super::DEBIANS);
    let (ours, theirs) = std::thread::scope(|scope| {
        let theirs = scope.spawn(|| measure(debians, &place));
        (measure(binary, &place), theirs.join().ok().flatten())
    });
    println!("\n{:<10} {:>16} {:>14} {:>20} {:>16}", "a call, ms", "start, first AT", "RING, ATA", "CONNECT, issue", "wake-ups/min");
    let row = |name: &str, measured: &Measured| {
        let wakes = measured.wakes.map_or("-".to_owned(), |wakes| wakes.to_string());
        println!("{name:<10} {:>16.1} {:>14.1} {:>20.1} {wakes:>16}", measured.start, measured.ring, measured.connect);
    };
    if let Some(ours) = &ours {
        row("polygetty", ours);
    }
    if let Some(theirs) = &theirs {
        row("mgetty", theirs);
    }
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => println!(
            "{:<10} {:>16.2} {:>14.2} {:>20.2}",
            "ratio",
            ours.start / theirs.start,
            ours.ring / theirs.ring,
            ours.connect / theirs.connect
        ),
        _ => println!("one of them answers no call here: root, and Debian's mgetty 1.2.1, are needed"),
    }
}
