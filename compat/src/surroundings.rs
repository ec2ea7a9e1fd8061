//! What a dialect may know of the process and the system while it compiles.

use crate::plan::modes::{Flag, Value};
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
}

impl Surroundings {
    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&[u8]> {
        self.environment.iter().find(|(n, _)| n == name.as_bytes()).map(|(_, v)| v.as_slice())
    }
}

/// What the system we run on is like.
#[derive(Clone, Debug)]
pub struct SystemFacts {
    /// Its name, for people: `Linux`.
    pub name: &'static str,
    /// Flags without a bit here, with the reason.
    pub no_flag: Vec<(Flag, &'static str)>,
    /// Field values without bits here, with the reason.
    pub no_value: Vec<(Value, &'static str)>,
    /// Speeds of which hardware here can be told, in bit/s.
    pub speed_fits: fn(u32) -> bool,
    /// Directories of configuration files, in the order in which they are looked in.
    pub config_dirs: Vec<FilePath>,
    /// The login program.
    pub login: FilePath,
    /// The directory of lock files.
    pub lock_dir: FilePath,
    /// The file that `@V` shows, if the system has one.
    pub version_file: Option<FilePath>,
}

impl Default for SystemFacts {
    /// A plain system with every flag, for tests.
    fn default() -> Self {
        Self {
            name: "Linux",
            no_flag: Vec::new(),
            no_value: Vec::new(),
            speed_fits: |bps| {
                matches!(
                    bps,
                    50 | 75
                        | 110
                        | 134
                        | 150
                        | 200
                        | 300
                        | 600
                        | 1200
                        | 1800
                        | 2400
                        | 4800
                        | 9600
                        | 19200
                        | 38400
                        | 57600
                        | 115_200
                        | 230_400
                        | 460_800
                        | 921_600
                )
            },
            config_dirs: vec!["/etc".into()],
            login: "/bin/login".into(),
            lock_dir: "/var/lock".into(),
            version_file: Some("/proc/version".into()),
        }
    }
}
