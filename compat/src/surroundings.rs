//! What a dialect may know of the process and the system while it compiles.

use crate::plan::modes::{Flag, Value};
use crate::site::Site;
use crate::source::FilePath;

/// The process that we are, as it was started.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The environment.
    pub environment: Vec<(Vec<u8>, Vec<u8>)>,
    /// Our effective user.
    pub user: u32,
    /// Whether process 1 is our parent.
    pub under_init: bool,
    /// The system.
    pub system: SystemFacts,
    /// What the site file says.
    pub site: Site,
}

impl Surroundings {
    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&[u8]> {
        self.environment.iter().find(|(n, _)| n == name.as_bytes()).map(|(_, v)| v.as_slice())
    }
}

/// What a system does when it is asked for a speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed {
    /// Its lines run at it.
    Fits,
    /// That depends on the hardware, for this reason.
    Perhaps(&'static str),
    /// It refuses, for this reason, and the line keeps the speed that it has.
    Refused(&'static str),
}

/// What the system we run on is like.
#[derive(Clone, Debug)]
pub struct SystemFacts {
    /// Its name, for people: `Linux`.
    pub name: &'static str,
    /// Flags without a bit or without effect here, with the reason.
    pub no_flag: Vec<(Flag, &'static str)>,
    /// Field values without bits or without effect here, with the reason.
    pub no_value: Vec<(Value, &'static str)>,
    /// What becomes of a speed in bit/s.
    pub speed: fn(u32) -> Speed,
    /// The name of a line's call-out device, if it has another one for that (FreeBSD's `ttyu0`: `cuau0`).
    pub call_out: fn(&[u8]) -> Option<Vec<u8>>,
    /// What login is told before the name of somebody on this line.
    pub login_options: fn(&[u8]) -> Vec<Vec<u8>>,
    /// Login makes variables of the words after the name itself.
    pub login_takes_words: bool,
    /// Whether a line is a screen of this machine.
    pub is_screen: fn(&[u8]) -> bool,
    /// Directories of configuration files, in the order in which they are looked in.
    pub config_dirs: Vec<FilePath>,
    /// The login program.
    pub login: FilePath,
    /// The directory of lock files.
    pub lock_dir: FilePath,
    /// Whether lock files are named by device numbers as well.
    pub numbered_locks: bool,
    /// The file that `@V` shows, if the system has one.
    pub version_file: Option<FilePath>,
}

/// The speeds of a plain system.
const NAMED: [u32; 20] = [
    50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200,
    230_400, 460_800, 921_600,
];

impl Default for SystemFacts {
    /// A plain system with every flag, for tests.
    fn default() -> Self {
        Self {
            name: "Linux",
            no_flag: Vec::new(),
            no_value: Vec::new(),
            speed: |bps| if NAMED.contains(&bps) { Speed::Fits } else { Speed::Refused("it has no name") },
            call_out: |_| None,
            login_options: |_| vec![b"-p".to_vec(), b"--".to_vec()],
            login_takes_words: false,
            is_screen: |line| line == b"console",
            config_dirs: vec!["/etc".into()],
            login: "/bin/login".into(),
            lock_dir: "/var/lock".into(),
            numbered_locks: false,
            version_file: Some("/proc/version".into()),
        }
    }
}
