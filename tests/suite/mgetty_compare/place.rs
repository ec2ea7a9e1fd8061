//! The two mgettys, each in a place of its own: ours below a root, Debian's where that root is mounted over the
//! system's directories, in a mount namespace that goes with the process.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use polygetty_platforms::account::codec::{INIT_PROCESS, LOGIN_PROCESS, USER_PROCESS};
use polygetty_rig::{Line, Root, Spawned, shown};

use super::scenario::Scenario;
use crate::records::{Entry, read_records, write_utmp};
use crate::scene::PROGRAM;

/// Debian's.
pub const THEIRS: &str = "/sbin/mgetty";

/// Where faxes are kept.
const SPOOL: &str = "var/spool/fax/incoming";

/// Whose mgetty it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Debian,
    Ours,
}

/// A root, a line, and the names that stand for them in texts.
pub struct Place {
    pub whose: Whose,
    pub root: Root,
    pub line: Line,
}

/// Debian's is started when its record is written, as init would do it; what makes its place takes its time before.
const START: &str = r#"
mount --bind "$ROOT/etc" /etc &&
mount --bind "$ROOT/run" /run &&
mount --bind "$ROOT/var/lock" /run/lock &&
mount --bind "$ROOT/var/log" /var/log &&
mount --bind "$ROOT/var/spool" /var/spool || exit 99
cp -p /sbin/mgetty "$ROOT/usr/sbin" &&
mount --bind "$ROOT/usr/sbin" /usr/sbin &&
mount --bind "$ROOT/bin/login" /bin/login || exit 99
: >"$ROOT/ready"
while [ ! -s "$ROOT/run/utmp" ]; do sleep 0.01; done
exec /usr/bin/env --default-signal -i PATH=/usr/bin:/bin LANG=C "$@"
"#;

const START_OURS: &str = r#"
: >"$ROOT/ready"
while [ ! -s "$ROOT/run/utmp" ]; do sleep 0.01; done
exec /usr/bin/env --default-signal -i PATH=/usr/bin:/bin LANG=C "$@"
"#;

impl Place {
    /// Makes the files of a scenario.
    pub fn new(whose: Whose, scenario: &Scenario) -> Self {
        let place = Self { whose, root: Root::new(), line: Line::open() };
        let root = &place.root;
        for name in ["etc/mgetty", "var/log/mgetty", SPOOL, "run/lock", "tmp"] {
            fs::create_dir_all(root.path(name)).unwrap();
        }
        for name in ["passwd", "group", "nsswitch.conf", "hosts"] {
            if let Ok(bytes) = fs::read(Path::new("/etc").join(name)) {
                root.write(&format!("etc/{name}"), bytes);
            }
        }
        std::os::unix::fs::symlink("../run", root.path("var/run")).unwrap();
        root.write("var/log/wtmp", "");
        root.write("etc/polygetty.toml", "[mgetty]\nprofile = \"debian\"\n");
        // Commands of the configuration are the shell's.
        std::os::unix::fs::symlink("/bin/sh", root.path("bin/sh")).unwrap();
        // Who logs in writes its recording.
        fs::set_permissions(root.dir(), fs::Permissions::from_mode(0o777)).unwrap();
        root.put_recorder("bin/recorder");
        // The system's own would read accounts.
        place.put("bin/login", "#!/bin/sh\necho \"/bin/login $*\" >@ROOT@/tmp/told\n", 0o755);
        // Nobody gets mail of this.
        place.put("usr/sbin/sendmail", "#!/bin/sh\n", 0o755);
        if let Some(config) = &scenario.config {
            root.write("etc/mgetty/mgetty.config", place.meant(config));
        }
        for (path, text, mode) in &scenario.files {
            place.put(path, text, *mode);
        }
        place
    }

    /// Writes a file of the root, names put in.
    pub fn put(&self, path: &str, text: &str, mode: u32) {
        let (path, text) = (self.meant(path), self.meant(text));
        let path = match mode & 0o111 {
            0 => self.root.write(&path, text),
            _ => self.root.write_program(&path, text),
        };
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A text with this place's names in it.
    pub fn meant(&self, text: &str) -> String {
        let root = self.root.dir().to_str().unwrap();
        let at = if self.whose == Whose::Debian { root } else { "" };
        text.replace("@DEV@", self.line.name())
            .replace("@DEVID@", &self.id())
            .replace("@ROOT@", root)
            .replace("@AT@", at)
    }

    /// A text without the names of this place.
    pub fn masked(&self, text: &str) -> String {
        text.replace(self.root.dir().to_str().unwrap(), "")
            .replace(self.line.name(), "DEV")
            .replace(&self.id(), "DEVID")
            .replace(&self.line.file_name(), "DEV_")
    }

    /// The same without what the files of faxes are named by: when the call came, and on which line.
    pub fn masked_names(&self, text: &str) -> String {
        let (mut masked, mut rest) = (String::new(), text);
        while let Some(at) = ["/f", "/.f"].iter().filter_map(|before| rest.find(before)).min() {
            let (before, name) = rest.split_at(at + rest[at..].find('f').unwrap_or(0));
            masked.push_str(before);
            let is_page = matches!(name.as_bytes(), [b'f', b'n' | b'f', time @ ..]
                if time.len() >= 9 && time[..7].iter().all(u8::is_ascii_hexdigit));
            let (known, length) = if is_page { (2, 11) } else { (1, 1) };
            masked.push_str(&name[..known]);
            masked.push_str(if is_page { "-TIME-DD" } else { "" });
            rest = &name[length..];
        }
        self.masked(&(masked + rest))
    }

    /// The files of faxes, by name, with every byte or what stands for it.
    pub fn pages(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root.path(SPOOL)).unwrap().map(Result::unwrap);
        let mut pages: Vec<String> = entries
            .map(|entry| {
                let name = format!("/{}", entry.file_name().to_string_lossy());
                format!("{} {}", self.masked_names(&name), told(&fs::read(entry.path()).unwrap()))
            })
            .collect();
        pages.sort();
        pages
    }

    fn id(&self) -> String {
        self.line.name().replace('/', "-")
    }

    /// The line's lock file.
    pub fn lock(&self) -> std::path::PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()))
    }

    /// Starts this place's mgetty, up to where it waits for its record.
    pub fn start(&self, scenario: &Scenario) -> Spawned {
        let root = self.root.dir().to_str().unwrap();
        let mut words: Vec<String> = match self.whose {
            Whose::Debian => ["-m", "--propagation", "private", "/bin/sh", "-c", START, "sh", THEIRS]
                .map(str::to_owned)
                .to_vec(),
            Whose::Ours => {
                ["-c", START_OURS, "sh", PROGRAM, "--root", root, "as", "mgetty"].map(str::to_owned).to_vec()
            }
        };
        words.extend(scenario.arguments.iter().map(|word| self.meant(word)));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let program = match self.whose {
            Whose::Debian => "/usr/bin/unshare",
            Whose::Ours => "/bin/sh",
        };
        let environment = [("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"), ("ROOT", root)];
        Spawned::start(Path::new(program), &words, &environment, &self.root)
    }

    /// Writes the record that init makes of it, and thereby lets it go on.
    pub fn let_go(&self, process: &Spawned) {
        let record = Entry {
            kind: INIT_PROCESS,
            pid: process.pid(),
            line: Vec::new(),
            id: b"S1".to_vec(),
            user: Vec::new(),
            host: Vec::new(),
        };
        write_utmp(&self.root, &[record]);
    }

    /// The records of a file.
    pub fn records(&self, file: &str) -> Vec<String> {
        let shown = |entry: &Entry| {
            let kind = match entry.kind {
                INIT_PROCESS => "INIT".to_owned(),
                LOGIN_PROCESS => "LOGIN".to_owned(),
                USER_PROCESS => "USER".to_owned(),
                other => other.to_string(),
            };
            let words = [&entry.id, &entry.line, &entry.user, &entry.host]
                .map(|word| self.masked(&String::from_utf8_lossy(word)));
            format!("{file}: {kind} {}", words.map(|word| format!("'{word}'")).join(" "))
        };
        read_records(&self.root, file).iter().map(shown).collect()
    }

    /// Files below some of the root's directories, with owner, group and mode: first locks and pid files, then others.
    /// Modes of records and logs are the site's. Ours has a second lock, by the other name that programs know a line of
    /// this kind by; and a log that stands for syslog.
    pub fn files(&self) -> (Vec<String>, Vec<String>) {
        let (mut litter, mut others, mut open) = (Vec::new(), Vec::new(), Vec::new());
        open.extend(["run", "var", "tmp"].map(|name| self.root.path(name)));
        let second = format!("var/lock/LCK..{}", self.line.name().rsplit('/').next().unwrap());
        let passed = ["run/utmp", "var/log/wtmp", "var/log/polygetty.log", "tmp/told", "tmp/mail", &second];
        while let Some(dir) = open.pop() {
            for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
                let (path, Ok(is)) = (entry.path(), entry.metadata()) else { continue };
                let name = path.strip_prefix(self.root.dir()).unwrap().to_str().unwrap().to_owned();
                let shown = format!(
                    "{} {}:{} {:04o}",
                    self.masked_names(&name),
                    is.uid(),
                    is.gid(),
                    is.mode() & 0o7777
                );
                if is.is_dir() {
                    open.push(path);
                } else if is.is_symlink() || passed.contains(&name.as_str()) {
                } else if name.starts_with("var/log/mgetty") {
                    others.push(self.masked(&name));
                } else if name.contains("LCK..") || name.contains("mgetty.pid") {
                    litter.push(shown);
                } else {
                    others.push(shown);
                }
            }
        }
        litter.sort();
        others.sort();
        (litter, others)
    }

    /// The log of the line.
    pub fn log(&self) -> String {
        let log =
            fs::read(self.root.path(&format!("var/log/mgetty/mg_{}.log", self.id()))).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }
}

/// A page as a text: its length, and its bytes or, of a long one, the ends and a sum of all.
fn told(page: &[u8]) -> String {
    const SHORT: usize = 64;
    let length = page.len();
    if length <= SHORT {
        return format!("{length} bytes {}", shown(page));
    }
    // FNV-1a, which tells any two pages apart that differ by chance.
    let sum = page
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{length} bytes {} to {} sum {sum:016x}", shown(&page[..8]), shown(&page[length - 8..]))
}
