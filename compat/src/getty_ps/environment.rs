//! The login program's environment (§6.1): what init gave us, less what could turn a program, and TERM.

use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::Variable;
use crate::surroundings::Surroundings;

/// Variables that make a program run something else; and what tells illumos's login to read the name itself, which
/// would take the password for it.
const DANGEROUS: &[&[u8]] =
    &[b"IFS", b"ENV", b"BASH_ENV", b"CDPATH", b"SHELLOPTS", b"BASHOPTS", b"TTYPROMPT"];
const PATH: &[u8] = b"/usr/sbin:/usr/bin:/sbin:/bin";

/// The value of TERM: the type operand, else what was inherited, else `unknown` (GPS-04).
pub(super) fn term(given: &Setting<Option<Vec<u8>>>, surroundings: &Surroundings) -> Setting<Vec<u8>> {
    match (&given.value, surroundings.variable("TERM").filter(|value| !value.is_empty())) {
        (Some(term), _) => Setting::new(term.clone(), given.origin.clone()),
        (None, Some(inherited)) => Setting::new(inherited.to_vec(), Origin::Environment("TERM")),
        (None, None) => Setting::built_in(b"unknown".to_vec()),
    }
}

/// The whole environment.
pub(super) fn environment(term: &[u8], surroundings: &Surroundings) -> Vec<Variable> {
    let harmless = |name: &[u8]| {
        !name.starts_with(b"LD_")
            && !name.starts_with(b"BASH_FUNC")
            && !DANGEROUS.contains(&name)
            && name != b"TERM"
    };
    let mut all: Vec<Variable> =
        surroundings.environment.iter().filter(|(name, _)| harmless(name)).cloned().collect();
    if !all.iter().any(|(name, _)| name == b"PATH") {
        all.push((b"PATH".to_vec(), PATH.to_vec()));
    }
    all.push((b"TERM".to_vec(), term.to_vec()));
    all
}
