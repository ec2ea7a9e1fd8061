//! What getty adds to the flags of an entry (§4.3).

use crate::gettydefs::Flags;
use crate::plan::modes::{Field, Flag, Modes, Value, Word};
use crate::surroundings::SystemFacts;

/// What a line runs at whose entry names no speed, or only B0.
const SPEED: u32 = 9600;

/// The modes while a name is read: raw, eight bits, either parity. With AUTO, as the entry says.
pub fn initial(flags: &Flags, auto: bool) -> Modes {
    let mut modes = complete(flags, Value::CS8);
    if auto {
        return modes;
    }
    for flag in Flag::ALL.iter().filter(|flag| flag.word() == Word::Input) {
        modes.set(*flag, *flag == Flag::ICRNL && flags.modes.has(Flag::ICRNL));
    }
    modes.set(Flag::HUPCL, true);
    // getty echoes itself, so that what is thrown away is not seen; ECHO would double every letter.
    let gone = [Flag::ISIG, Flag::ICANON, Flag::XCASE, Flag::ECHO, Flag::ECHOE, Flag::ECHOK, Flag::IEXTEN];
    modes.set_all(&gone, false);
    modes.min_time = Some((1, 0));
    modes
}

/// The modes for the login program, before what the name's end and case add.
pub fn last(flags: &Flags, system: &SystemFacts) -> Modes {
    let size = if flags.modes.has(Flag::PARENB) { Value::CS7 } else { Value::CS8 };
    let mut modes = complete(flags, size);
    // Linux maps letters under IEXTEN alone.
    if modes.has(Flag::IUCLC) && system.name == "Linux" {
        modes.set(Flag::IEXTEN, true);
    }
    modes
}

fn complete(flags: &Flags, size: Value) -> Modes {
    let mut modes = flags.modes.clone();
    modes.set(Flag::CREAD, true);
    if modes.value(Field::CharSize).is_none() {
        modes.put(size);
    }
    if modes.speed.is_none_or(|bps| bps == 0) {
        modes.speed = Some(SPEED);
    }
    modes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gettydefs::{Entry, SCO, parse};
    use crate::source::SourceMap;

    fn entry(initial: &str, last: &str) -> Entry {
        let mut sources = SourceMap::default();
        let text = format!("m#{initial}#{last}#p#m\n");
        let file = sources.add("g".into(), text.into_bytes());
        parse(&sources, file, &SCO, &SystemFacts::default()).entries.remove(0)
    }

    fn last_of(words: &str, system: &'static str) -> Modes {
        last(&entry("B300", words).last, &SystemFacts { name: system, ..SystemFacts::default() })
    }

    #[test]
    fn a_name_is_read_raw_in_eight_bits_and_either_parity() {
        let raw = initial(&entry("B1200 SANE ECHOE XCASE IUCLC IEXTEN CLOCAL TAB3", "B9600").initial, false);
        let on: Vec<Flag> = raw.flags().collect();
        assert_eq!(on, [Flag::ICRNL, Flag::OPOST, Flag::ONLCR, Flag::CREAD, Flag::HUPCL, Flag::CLOCAL]);
        assert_eq!(raw.values().collect::<Vec<_>>(), [Value::CS8, Value::TAB3]);
        assert_eq!((raw.speed, raw.min_time), (Some(1200), Some((1, 0))));
        // A size and a parity that are written stay, and what is not written does not come.
        let seven = initial(&entry("B300 CS7 PARENB -ICRNL", "B9600").initial, false);
        assert!(seven.has(Flag::PARENB) && !seven.has(Flag::ICRNL));
        assert_eq!(seven.value(Field::CharSize), Some(Value::CS7));
        assert_eq!(initial(&entry("", "").initial, false).speed, Some(9600));
        assert_eq!(initial(&entry("B0", "").initial, false).speed, Some(9600));
    }

    #[test]
    fn auto_keeps_what_is_written_and_adds_a_receiver_and_a_size() {
        let written = entry("B9600 ISIG ICANON ECHO -HUPCL IXON", "B9600").initial;
        let auto = initial(&written, true);
        let mut wanted = written.modes;
        wanted.set(Flag::CREAD, true);
        wanted.put(Value::CS8);
        assert_eq!(auto, wanted);
    }

    #[test]
    fn the_session_has_the_size_that_its_parity_wants() {
        let size = |words: &str| last_of(words, "Linux").value(Field::CharSize);
        assert_eq!(size("B9600 SANE"), Some(Value::CS8));
        assert_eq!(size("B9600 PARENB"), Some(Value::CS7));
        assert_eq!(size("B9600 PARENB CS8"), Some(Value::CS8));
        assert_eq!(size("B9600 CS5"), Some(Value::CS5));
        assert!(last_of("B9600", "Linux").has(Flag::CREAD) && !last_of("B9600", "Linux").has(Flag::HUPCL));
    }

    #[test]
    fn only_linux_needs_iexten_for_capitals() {
        assert!(last_of("B9600 IUCLC", "Linux").has(Flag::IEXTEN));
        assert!(!last_of("B9600 IUCLC", "illumos").has(Flag::IEXTEN));
        assert!(!last_of("B9600", "Linux").has(Flag::IEXTEN));
    }
}
