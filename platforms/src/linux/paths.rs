//! Where Linux keeps things.

use crate::Paths;

pub(crate) const UTMP: &str = "/run/utmp";
pub(crate) const WTMP: &str = "/var/log/wtmp";

const PATHS: Paths = Paths {
    login: "/bin/login",
    utmp: UTMP,
    wtmp: WTMP,
    lock_dir: "/var/lock",
    config_roots: &["/etc"],
    issue: "/etc/issue",
    version_text: Some("/proc/version"),
    nologin: &["/etc/nologin", "/run/nologin"],
    run_dir: "/run",
};

/// The system's own places.
pub fn paths() -> &'static Paths {
    &PATHS
}
