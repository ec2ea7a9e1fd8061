//! The places that differ between the systems.

/// Default paths of one system; every one can be overridden by a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paths {
    /// the login program
    pub login: &'static str,
    /// who is on now
    pub utmp: &'static str,
    /// who was on
    pub wtmp: &'static str,
    /// UUCP lock files
    pub lock_dir: &'static str,
    /// where configuration is looked for, first existing file wins
    pub config_roots: &'static [&'static str],
    /// what is printed before the prompt
    pub issue: &'static str,
    /// a file whose text describes the running system
    pub version_text: Option<&'static str>,
    /// files whose existence keeps users out
    pub nologin: &'static [&'static str],
    /// what does not outlive a boot
    pub run_dir: &'static str,
}
