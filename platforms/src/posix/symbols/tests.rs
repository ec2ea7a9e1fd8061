//! The table against the headers of the system, and its promises about all three.

use super::*;

fn flag(word: Word, mask: u64) -> Symbol {
    Symbol::Flag { word, mask }
}

/// On processors where Linux has other numbers the table's column is not in force.
#[cfg(not(all(
    target_os = "linux",
    any(
        target_arch = "powerpc",
        target_arch = "powerpc64",
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "sparc64"
    )
)))]
#[test]
fn the_table_has_the_numbers_of_the_systems_header() {
    for (name, number) in os::symbols::CONSTANTS {
        let row = find(name).unwrap_or_else(|| panic!("{name} is a constant here and not in the table"));
        match row.on(Os::HERE) {
            Cell::Flag(_, mask) => assert_eq!(mask, *number, "{name}"),
            Cell::Value(_, _, _, value) => assert_eq!(value, *number, "{name}"),
            other => panic!("{name} is a constant here, the table says {other:?}"),
        }
    }
}

/// A gap in the other direction: a bit that the table claims and the header does not know would be
/// set on somebody's line unchecked.
#[test]
fn every_bit_the_table_claims_here_lies_among_the_headers() {
    for row in ROWS {
        let (Cell::Flag(word, mask) | Cell::Value(word, _, mask, _)) = row.on(Os::HERE) else { continue };
        let known = os::symbols::CONSTANTS
            .iter()
            .filter(|(name, _)| {
                let cell = find(name).map(|row| row.on(Os::HERE));
                matches!(cell, Some(Cell::Flag(w, _) | Cell::Value(w, ..)) if w == word)
            })
            .fold(0, |all, (_, number)| all | number);
        assert_eq!(mask & !known, 0, "{}", row.name);
    }
}

#[test]
fn no_name_stands_twice_and_every_value_fits_its_field() {
    for (at, row) in ROWS.iter().enumerate() {
        assert!(ROWS[at + 1..].iter().all(|other| other.name != row.name), "{}", row.name);
        for system in [Os::Linux, Os::FreeBsd, Os::Illumos] {
            match row.on(system) {
                Cell::Value(_, _, mask, value) => assert_eq!(value & !mask, 0, "{} {system:?}", row.name),
                Cell::Flag(_, mask) => assert_ne!(mask, 0, "{} {system:?}", row.name),
                Cell::None(reason) => assert!(!reason.is_empty()),
                Cell::Discipline(_) | Cell::Composite => {}
            }
        }
    }
}

#[test]
fn flags_of_one_word_overlap_only_where_names_mean_the_same() {
    // Names that share bits on purpose: two words for one thing, or a field's own name.
    let alias = [
        "XTABS",
        "OXTABS",
        "PAREXT",
        "CRTSFL",
        "CTSFLOW",
        "RTSFLOW",
        "CRTSXOFF",
        "CCTS_OFLOW",
        "CRTS_IFLOW",
        "MDMBUF",
        "CRTSCTS",
        "CSIZE",
    ];
    for system in [Os::Linux, Os::FreeBsd, Os::Illumos] {
        let mut taken: Vec<(Word, u32, &str)> = Vec::new();
        for row in ROWS.iter().filter(|row| !alias.contains(&row.name) && !row.name.ends_with("DLY")) {
            let Cell::Flag(word, mask) = row.on(system) else { continue };
            for (other_word, other, name) in &taken {
                assert!(*other_word != word || other & mask == 0, "{system:?}: {} and {name}", row.name);
            }
            taken.push((word, mask, row.name));
        }
    }
}

#[test]
fn every_symbol_of_getty_ps_is_known_everywhere() {
    let all = "IGNBRK BRKINT IGNPAR PARMRK INPCK ISTRIP INLCR IGNCR ICRNL IUCLC IXON IXANY IXOFF IMAXBEL IUTF8 \
        OPOST OLCUC ONLCR OCRNL ONOCR ONLRET OFILL OFDEL NLDLY NL0 NL1 CRDLY CR0 CR1 CR2 CR3 TABDLY TAB0 TAB1 TAB2 \
        TAB3 XTABS BSDLY BS0 BS1 VTDLY VT0 VT1 FFDLY FF0 FF1 CS5 CS6 CS7 CS8 CSTOPB CREAD PARENB PARODD HUPCL CLOCAL \
        LOBLK CRTSCTS CMSPAR ISIG ICANON XCASE ECHO ECHOE ECHOK ECHONL NOFLSH XCLUDE TOSTOP ECHOCTL ECHOPRT ECHOKE \
        IEXTEN LDISC0 SANE RTSFLOW CTSFLOW ORTSFL SCANCODE B0 B50 B75 B110 B134 B150 B200 B300 B600 B1200 B1800 \
        B2400 B4800 B9600 B19200 B38400 EXTA EXTB B57600 B76800 B115200 B230400 B460800 B921600";
    for name in all.split_whitespace() {
        for system in [Os::Linux, Os::FreeBsd, Os::Illumos] {
            assert_ne!(symbol_on(system, name), Symbol::Unknown, "{name} {system:?}");
        }
    }
}

#[test]
fn linux_numbers_are_those_getty_ps_documents() {
    let value = |group, mask, value| Symbol::Value { word: Word::Output, group, mask, value };
    assert_eq!(symbol_on(Os::Linux, "IXOFF"), flag(Word::Input, 0o10000));
    assert_eq!(symbol_on(Os::Linux, "TAB3"), value("TABDLY", 0o14000, 0o14000));
    assert_eq!(symbol_on(Os::Linux, "CR2"), value("CRDLY", 0o3000, 0o2000));
    assert_eq!(symbol_on(Os::Linux, "CLOCAL"), flag(Word::Control, 0o4000));
    assert_eq!(symbol_on(Os::Linux, "IEXTEN"), flag(Word::Local, 0o100000));
}

#[test]
fn freebsd_and_illumos_differ_where_the_systems_do() {
    for name in ["IUCLC", "OLCUC", "XCASE", "OFILL", "OFDEL", "NL1", "CR3", "TAB1", "FF1", "BSDLY", "CMSPAR"]
    {
        assert!(
            matches!(symbol_on(Os::FreeBsd, name), Symbol::NoBit(reason) if reason.contains("FreeBSD")),
            "{name}"
        );
        assert!(!matches!(symbol_on(Os::Illumos, name), Symbol::NoBit(_)), "{name}");
    }
    assert_eq!(symbol_on(Os::FreeBsd, "IXANY"), flag(Word::Input, 0x800));
    assert_eq!(symbol_on(Os::FreeBsd, "CTSFLOW"), flag(Word::Control, 0x10000));
    assert_eq!(symbol_on(Os::FreeBsd, "CRTSCTS"), flag(Word::Control, 0x30000));
    assert_eq!(symbol_on(Os::Illumos, "RTSFLOW"), flag(Word::Control, 0o10000000000));
    assert_eq!(symbol_on(Os::Illumos, "CRTSFL"), flag(Word::Control, 0o30000000000));
    assert_eq!(symbol_on(Os::Illumos, "FLUSHO"), flag(Word::Local, 0o20000));
}

#[test]
fn speeds_are_integers_and_only_constants_are_symbols() {
    for system in [Os::Linux, Os::FreeBsd, Os::Illumos] {
        assert_eq!(symbol_on(system, "B0"), Symbol::Speed(0));
        assert_eq!(symbol_on(system, "B134"), Symbol::Speed(134));
        assert_eq!(symbol_on(system, "EXTA"), Symbol::Speed(19200));
        assert_eq!(symbol_on(system, "EXTB"), Symbol::Speed(38400));
        for unknown in
            ["B", "B050", "B00", "B+50", "B-1", "B99999999999999999999", "b9600", "9600", "", "BS2", "NOSUCH"]
        {
            assert_eq!(symbol_on(system, unknown), Symbol::Unknown, "{unknown}");
        }
    }
    assert_eq!(symbol_on(Os::Linux, "B7200"), Symbol::Speed(7200));
    assert_eq!(symbol_on(Os::Illumos, "B76800"), Symbol::Speed(76800));
    assert!(matches!(symbol_on(Os::Illumos, "B7200"), Symbol::NoBit(_)));
    assert_eq!(symbol_on(Os::Linux, "B31250"), Symbol::Speed(31250));
    assert!(matches!(symbol_on(Os::Illumos, "B31250"), Symbol::NoBit(_)));
    assert!(SPEEDS.is_sorted() && ILLUMOS_SPEEDS.is_sorted());
    assert!(ILLUMOS_SPEEDS.iter().all(|speed| SPEEDS.contains(speed)));
}

#[test]
fn what_the_running_system_says_is_what_the_table_says_of_it() {
    for name in names().chain(["B9600", "B7200", "NOSUCH"]) {
        if let (Symbol::Flag { word, .. }, Symbol::Flag { word: table, .. }) =
            (symbol(name), symbol_on(Os::HERE, name))
        {
            assert_eq!(word, table, "{name}");
        } else {
            assert_eq!(
                std::mem::discriminant(&symbol(name)),
                std::mem::discriminant(&symbol_on(Os::HERE, name)),
                "{name}"
            );
        }
    }
}

#[test]
fn what_speeds_come_to_on_each_system() {
    let perhaps = |system, speed| matches!(speed_on(system, speed), Fits::Perhaps(_));
    for system in Os::ALL {
        for speed in [0, 50, 110, 300, 1200, 2400, 9600, 19200, 38400, 57600, 115_200] {
            assert_eq!(speed_on(system, speed), Fits::Yes, "{speed} on {}", system.name());
        }
        assert_ne!(speed_on(system, 4_000_001), Fits::Yes, "{}", system.name());
    }
    assert_eq!(speed_on(Os::Linux, 230_400), Fits::Yes);
    assert!(perhaps(Os::Linux, 31250) && perhaps(Os::Linux, 12345));
    // As observed on its 16550 driver: the divisor's grid up to 115200, else EINVAL.
    for refused in [1, 12345, 31250, 230_400, 250_000] {
        assert!(perhaps(Os::FreeBsd, refused), "{refused}");
    }
    assert!([7200, 14400, 28800].into_iter().all(|speed| speed_on(Os::FreeBsd, speed) == Fits::Yes));
    assert_eq!(speed_on(Os::Illumos, 230_400), Fits::Yes);
    assert!(matches!(speed_on(Os::Illumos, 31250), Fits::No(_)));
}

#[test]
fn a_symbol_that_is_only_stored_has_a_bit_to_be_stored_in() {
    for system in Os::ALL {
        for name in names().filter(|name| without_effect(system, name).is_some()) {
            let symbol = symbol_on(system, name);
            assert!(
                matches!(symbol, Symbol::Flag { .. } | Symbol::Value { .. }),
                "{name} on {}",
                system.name()
            );
        }
    }
    assert!(without_effect(Os::Linux, "XCASE").is_some() && without_effect(Os::Linux, "OFILL").is_some());
    assert!(without_effect(Os::Illumos, "LOBLK").is_some() && without_effect(Os::Illumos, "XCASE").is_none());
    assert_eq!(without_effect(Os::FreeBsd, "ICANON"), None);
    let stored = [table::LINUX_STORES, table::ILLUMOS_STORES].concat();
    assert!(stored.iter().all(|name| names().any(|known| known == *name)), "each is a name of the table");
}
