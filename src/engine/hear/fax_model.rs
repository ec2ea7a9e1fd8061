//! Which faxmodem it is, by the number that it answers to `ATI` (mgetty, 13.1).

/// The language that a modem speaks with us about faxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Class 2, after the draft of the standard.
    Two,
    /// Class 2.0, after the standard.
    TwoZero,
}

/// It loses its fax class when it is told to wait for data calls: it stays in it.
pub const STAYS: u32 = 0x01;
/// The bits of each byte come the other way round than from other modems.
pub const SWAPPED: u32 = 0x02;
/// Its counts of bad lines mean nothing.
pub const NO_COUNTS: u32 = 0x04;
/// It may be asked what else the sender can do.
pub const ASK_NSF: u32 = 0x40;
/// Its counts of lines are decimal in class 2.0 as well.
pub const DECIMAL: u32 = 0x80;

/// What a model is known for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Faxes, in this class, with these oddities.
    Fax(Class, u32),
    /// No faxes.
    Data,
}

/// A row: numbers, in which an `x` stands for any digit, and what they mean.
type Row = (&'static [&'static str], Model);

const MODELS: &[Row] = &[
    (
        &[
            "1496", "2864", "28641", "28642", "33604", "1500", "1501", "1503", "1507", "643", "645", "282",
            "140", "247",
        ],
        Model::Fax(Class::TwoZero, 0),
    ),
    (&["249", "14400", "28800", "33600", "56000"], Model::Fax(Class::Two, NO_COUNTS)),
    (&["2886", "336x", "560x", "6401"], Model::Fax(Class::TwoZero, DECIMAL)),
    (&["1445"], Model::Fax(Class::TwoZero, DECIMAL | 0x20)),
    (&["962", "932", "144", "288"], Model::Fax(Class::Two, STAYS)),
    (&["1444", "641", "1281", "1291", "1293"], Model::Data),
];

/// The model that says this of itself; None: an unknown one.
pub fn model(said: &[u8]) -> Option<Model> {
    let said = said.trim_ascii();
    for (numbers, model) in MODELS {
        if numbers.iter().any(|number| fits(number.as_bytes(), said)) {
            return Some(*model);
        }
    }
    None
}

fn fits(number: &[u8], said: &[u8]) -> bool {
    let same = |(want, is): (&u8, &u8)| if *want == b'x' { is.is_ascii_digit() } else { want == is };
    number.len() == said.len() && number.iter().zip(said).all(same)
}

/// Whether a modem that lists its classes (`0,1,2,2.0`) has this one.
pub fn lists(list: &[u8], class: Class) -> bool {
    let wanted: &[u8] = match class {
        Class::Two => b"2",
        Class::TwoZero => b"2.0",
    };
    list.split(|byte| !byte.is_ascii_digit() && *byte != b'.').any(|number| number == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_told_by_whole_numbers() {
        let two = |quirks| Some(Model::Fax(Class::Two, quirks));
        let two_zero = |quirks| Some(Model::Fax(Class::TwoZero, quirks));
        assert_eq!(model(b"1496"), two_zero(0));
        assert_eq!(model(b" 2864 "), two_zero(0));
        assert_eq!(model(b"28642"), two_zero(0));
        assert_eq!(model(b"28643"), None);
        assert_eq!(model(b"33604"), two_zero(0));
        assert_eq!(model(b"33600"), two(NO_COUNTS));
        assert_eq!(model(b"3361"), two_zero(DECIMAL));
        assert_eq!(model(b"5601"), two_zero(DECIMAL));
        assert_eq!(model(b"336x"), None);
        assert_eq!(model(b"1445"), two_zero(0xa0));
        assert_eq!(model(b"144"), two(STAYS));
        assert_eq!(model(b"1444"), Some(Model::Data));
        for unknown in [&b""[..], b"56000/33600", b"14", b"14961", b"ERROR"] {
            assert_eq!(model(unknown), None, "{}", unknown.escape_ascii());
        }
    }

    #[test]
    fn no_number_stands_twice() {
        let all: Vec<&str> = MODELS.iter().flat_map(|(numbers, _)| numbers.iter().copied()).collect();
        for (at, number) in all.iter().enumerate() {
            let others = all.iter().skip(at + 1);
            assert!(others.clone().all(|other| !fits(other.as_bytes(), number.as_bytes())), "{number}");
        }
    }

    #[test]
    fn classes_are_listed_in_several_ways() {
        for (list, two, two_zero) in [
            ("0,1,2,2.0,8", true, true),
            ("(0,1,2.0)", false, true),
            ("0,2", true, false),
            ("(0-2,8)", true, false),
            ("0-1,8", false, false),
            ("0,1,1.0,2.1", false, false),
            ("+FCLASS: 0,1,2", true, false),
            ("", false, false),
            ("12,22,2.00", false, false),
        ] {
            let has = (lists(list.as_bytes(), Class::Two), lists(list.as_bytes(), Class::TwoZero));
            assert_eq!(has, (two, two_zero), "{list}");
        }
    }
}
