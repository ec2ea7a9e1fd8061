//! Modes between the plan's names and the system's bits.

use polygetty_compat::plan::modes::{Char, Field, Flag, Modes, Value};
use polygetty_compat::surroundings::{Speed, SystemFacts};
use polygetty_platforms::lock;
use polygetty_platforms::modes::Attrs;
use polygetty_platforms::symbols::{self, Fits, Os, Symbol};

/// The system's words for these modes. What they do not name is as on a line nobody has touched.
pub(super) fn to_attrs(modes: &Modes) -> Attrs {
    let mut attrs = Attrs::zero();
    // A name without a bit here is a finding of the plan already (GD11).
    for flag in modes.flags() {
        let _ = attrs.set_flag(flag.name(), true);
    }
    for value in modes.values() {
        let _ = attrs.set_field(value.name());
    }
    for (which, byte) in modes.chars() {
        let _ = attrs.set_char(which.name(), byte);
    }
    if let Some((min, time)) = modes.min_time {
        attrs.set_min_time(min, time);
    }
    if let Some(bps) = modes.speed {
        let _ = attrs.set_speeds(bps, bps);
    }
    attrs
}

/// The names for the system's words.
pub(super) fn from_attrs(attrs: &Attrs) -> Modes {
    let mut modes = Modes::default();
    for flag in Flag::ALL {
        modes.set(*flag, attrs.flag(flag.name()) == Some(true));
    }
    for field in Field::ALL {
        let held = field.values().iter().find(|value| attrs.flag(value.name()) == Some(true));
        if let Some(value) = held {
            modes.put(*value);
        }
    }
    for which in [
        Char::Intr,
        Char::Quit,
        Char::Erase,
        Char::Kill,
        Char::Eof,
        Char::Eol,
        Char::Start,
        Char::Stop,
        Char::Susp,
    ] {
        modes.put_char(which, attrs.char(which.name()));
    }
    modes.speed = Some(attrs.speeds().1);
    modes.min_time = Some(attrs.min_time());
    modes
}

/// The input, output, control and local words that this system would get, as `getty -c` prints them.
pub fn words(modes: &Modes) -> [u64; 4] {
    to_attrs(modes).words()
}

/// What the dialects may know of this system.
pub fn system_facts() -> SystemFacts {
    facts_on(Os::HERE)
}

/// The same of another system, as far as terminals go; places of files are those of this one.
pub fn facts_on(system: Os) -> SystemFacts {
    let paths = polygetty_platforms::paths();
    // Here a name counts as the C library knows it; the table has the other systems, and the usual processors.
    let find =
        |name| if system == Os::HERE { symbols::symbol(name) } else { symbols::symbol_on(system, name) };
    let idle = |name| match find(name) {
        Symbol::NoBit(reason) => Some(reason),
        _ => symbols::without_effect(system, name),
    };
    SystemFacts {
        name: system.name(),
        no_flag: Flag::ALL.iter().filter_map(|flag| Some((*flag, idle(flag.name())?))).collect(),
        no_value: Value::ALL.iter().filter_map(|value| Some((*value, idle(value.name())?))).collect(),
        speed: match system {
            Os::Linux => |bps| speed(Os::Linux, bps),
            Os::FreeBsd => |bps| speed(Os::FreeBsd, bps),
            Os::Illumos => |bps| speed(Os::Illumos, bps),
        },
        call_out: match system {
            Os::Linux => |_| None,
            Os::FreeBsd => |line| lock::call_out(Os::FreeBsd, line),
            Os::Illumos => |line| lock::call_out(Os::Illumos, line),
        },
        login_options: match system {
            Os::Linux => |_| vec![b"-p".to_vec(), b"--".to_vec()],
            Os::FreeBsd => |_| vec![b"-p".to_vec()],
            Os::Illumos => |line| vec![b"-d".to_vec(), [b"/dev/", line].concat()],
        },
        login_takes_words: system == Os::Illumos,
        is_screen: match system {
            Os::Linux => |line| line == b"console" || numbered(line, b"tty"),
            Os::FreeBsd => |line| line == b"console" || line.starts_with(b"ttyv"),
            Os::Illumos => |line| line == b"console" || line.starts_with(b"vt/"),
        },
        config_dirs: paths.config_roots.iter().map(|dir| (*dir).into()).collect(),
        login: paths.login.into(),
        lock_dir: paths.lock_dir.into(),
        numbered_locks: system == Os::Illumos,
        version_file: paths.version_text.map(Into::into),
    }
}

/// Whether a name is this word and digits.
fn numbered(name: &[u8], word: &[u8]) -> bool {
    name.strip_prefix(word).is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

fn speed(system: Os, bps: u32) -> Speed {
    match symbols::speed_on(system, bps) {
        Fits::Yes => Speed::Fits,
        Fits::Perhaps(why) => Speed::Perhaps(why),
        Fits::No(why) => Speed::Refused(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_survive_the_way_there_and_back() {
        let mut modes = Modes::default();
        modes.set_all(&[Flag::ICRNL, Flag::OPOST, Flag::ONLCR, Flag::CREAD, Flag::ICANON, Flag::ECHO], true);
        modes.put(Value::CS8);
        modes.put_char(Char::Erase, Some(8));
        modes.speed = Some(2400);
        let back = from_attrs(&to_attrs(&modes));
        assert!(back.flags().eq(modes.flags()));
        assert_eq!(back.value(Field::CharSize), Some(Value::CS8));
        assert_eq!(back.char(Char::Erase), Some(Some(8)));
        assert_eq!(back.speed, Some(2400));
    }
}
