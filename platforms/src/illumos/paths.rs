//! Where illumos keeps things.

use crate::Paths;

pub(crate) const UTMP: &str = "/var/adm/utmpx";
pub(crate) const WTMP: &str = "/var/adm/wtmpx";

const PATHS: Paths = Paths {
    login: "/usr/bin/login",
    utmp: UTMP,
    wtmp: WTMP,
    lock_dir: "/var/spool/locks",
    config_roots: &["/etc"],
    issue: "/etc/issue",
    version_text: Some("/etc/release"),
    nologin: &["/etc/nologin"],
    run_dir: "/var/run",
};

/// The system's own places.
pub fn paths() -> &'static Paths {
    &PATHS
}
