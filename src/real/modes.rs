//! Modes between the plan's names and the system's bits.

use polygetty_compat::plan::modes::{Char, Field, Flag, Modes, Value};
use polygetty_compat::surroundings::SystemFacts;
use polygetty_platforms::modes::{Attrs, speed_fits};
use polygetty_platforms::symbols::{Os, Symbol, symbol};

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
    let paths = polygetty_platforms::paths();
    let no_bit = |name| match symbol(name) {
        Symbol::NoBit(reason) => Some(reason),
        _ => None,
    };
    SystemFacts {
        name: Os::HERE.name(),
        no_flag: Flag::ALL.iter().filter_map(|flag| Some((*flag, no_bit(flag.name())?))).collect(),
        no_value: Value::ALL.iter().filter_map(|value| Some((*value, no_bit(value.name())?))).collect(),
        speed_fits,
        config_dirs: paths.config_roots.iter().map(|dir| (*dir).into()).collect(),
        login: paths.login.into(),
        lock_dir: paths.lock_dir.into(),
        version_file: paths.version_text.map(Into::into),
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
