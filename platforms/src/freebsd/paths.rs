//! Where FreeBSD keeps things.

use crate::Paths;

const PATHS: Paths = Paths {
    login: "/usr/bin/login",
    utmp: "/var/run/utx.active",
    wtmp: "/var/log/utx.log",
    lock_dir: "/var/spool/lock",
    config_roots: &["/usr/local/etc", "/etc"],
    issue: "/etc/issue",
    version_text: None,
    nologin: &["/var/run/nologin"],
    run_dir: "/var/run",
};

/// The system's own places.
pub fn paths() -> &'static Paths {
    &PATHS
}
