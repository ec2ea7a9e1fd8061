//! A command line as the getopt of its day read it: clusters, values glued or apart, `--`.

use crate::persona::{self, Family};

/// One thing found on a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A known letter, with its value if it takes one, and the argument it stands in.
    Option(u8, Option<Vec<u8>>, usize),
    /// A long option, without its dashes.
    Long(Vec<u8>, usize),
    /// An operand.
    Operand(Vec<u8>, usize),
    /// A letter that is not known.
    Unknown(u8, usize),
    /// A letter whose value is missing.
    ValueMissing(u8, usize),
}

impl Item {
    /// What a program of this family says that does not take it; if another program does, which one.
    pub fn refused(&self, by: Family) -> String {
        match self {
            Self::Option(letter, _, at) | Self::Unknown(letter, at) => {
                let no_option = || format!("no option \"-{}\"", letter.escape_ascii());
                format!("argument {at}: {}", persona::foreign(*letter, by).unwrap_or_else(no_option))
            }
            Self::Long(word, at) => format!("argument {at}: no option \"--{}\"", word.escape_ascii()),
            Self::Operand(word, at) => format!("argument {at}: \"{}\" is one too many", word.escape_ascii()),
            Self::ValueMissing(letter, at) => {
                format!("argument {at}: \"-{}\" needs a value", letter.escape_ascii())
            }
        }
    }
}

/// How a letter is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// It stands alone.
    Nothing,
    /// The rest of the argument, else the next one.
    Value,
    /// The rest of the argument, if there is any.
    GluedValue,
    /// As `Value`; but a next argument that begins with no digit is none, and the value is `0`: `-r -t 60` and
    /// `-r ttyS1` of System V's uugetty, where the letter stands alone (GPS-25).
    ValueOrZero,
}

/// Reads a command line. Options end at the first operand, as POSIX has it, or at `--`.
pub fn scan(arguments: &[Vec<u8>], takes: impl Fn(u8) -> Option<Takes>) -> Vec<Item> {
    scan_until(arguments, takes, false)
}

/// Reads a command line on which options may stand behind operands, as GNU has it. They end at `--`.
pub fn scan_all(arguments: &[Vec<u8>], takes: impl Fn(u8) -> Option<Takes>) -> Vec<Item> {
    scan_until(arguments, takes, true)
}

fn scan_until(arguments: &[Vec<u8>], takes: impl Fn(u8) -> Option<Takes>, past_operands: bool) -> Vec<Item> {
    let mut items = Vec::new();
    let mut words = arguments.iter().zip(1usize..).peekable();
    while let Some((word, at)) = words.peek().copied() {
        if word == b"--" {
            words.next();
            break;
        }
        let Some(cluster) = word.strip_prefix(b"-").filter(|rest| !rest.is_empty()) else {
            if past_operands {
                items.push(Item::Operand(word.clone(), at));
                words.next();
                continue;
            }
            break;
        };
        words.next();
        if let Some(long) = cluster.strip_prefix(b"-") {
            items.push(Item::Long(long.to_vec(), at));
            continue;
        }
        let mut rest = cluster;
        while let Some((letter, after)) = rest.split_first() {
            rest = after;
            let glued = (!after.is_empty()).then(|| after.to_vec());
            let item = match takes(*letter) {
                None => Item::Unknown(*letter, at),
                Some(Takes::Nothing) => Item::Option(*letter, None, at),
                Some(Takes::GluedValue) => {
                    rest = &[];
                    Item::Option(*letter, glued, at)
                }
                Some(how @ (Takes::Value | Takes::ValueOrZero)) => {
                    rest = &[];
                    let next = words.peek().map(|(word, _)| (*word).clone());
                    match (glued, next) {
                        (Some(value), _) => Item::Option(*letter, Some(value), at),
                        (None, Some(next))
                            if how == Takes::Value || next.first().is_some_and(u8::is_ascii_digit) =>
                        {
                            words.next();
                            Item::Option(*letter, Some(next), at)
                        }
                        (None, _) if how == Takes::ValueOrZero => {
                            Item::Option(*letter, Some(b"0".to_vec()), at)
                        }
                        (None, _) => Item::ValueMissing(*letter, at),
                    }
                }
            };
            items.push(item);
        }
    }
    items.extend(words.map(|(word, at)| Item::Operand(word.clone(), at)));
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn takes(letter: u8) -> Option<Takes> {
        Some(match letter {
            b'h' => Takes::Nothing,
            b't' => Takes::Value,
            b'r' => Takes::ValueOrZero,
            b'a' => Takes::GluedValue,
            _ => return None,
        })
    }

    fn read(line: &str) -> Vec<Item> {
        let words: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
        scan(&words, takes)
    }

    #[test]
    fn gps_25_a_value_that_is_no_number_is_none() {
        let zero = Item::Option(b'r', Some(b"0".to_vec()), 1);
        let sixty = Item::Option(b't', Some(b"60".to_vec()), 2);
        assert_eq!(read("-r -t 60 x"), [zero, sixty, Item::Operand(b"x".to_vec(), 4)]);
        let alone = Item::Option(b'r', Some(b"0".to_vec()), 1);
        assert_eq!(read("-r x"), [alone, Item::Operand(b"x".to_vec(), 2)]);
        assert_eq!(read("-r 2 x").first(), Some(&Item::Option(b'r', Some(b"2".to_vec()), 1)));
    }

    #[test]
    fn clusters_glued_values_and_the_end_of_options() {
        assert_eq!(read("-ht60"), [Item::Option(b'h', None, 1), Item::Option(b't', Some(b"60".to_vec()), 1)]);
        assert_eq!(read("-a x"), [Item::Option(b'a', None, 1), Item::Operand(b"x".to_vec(), 2)]);
        assert_eq!(read("-axy").first(), Some(&Item::Option(b'a', Some(b"xy".to_vec()), 1)));
        assert_eq!(read("-h -- -h"), [Item::Option(b'h', None, 1), Item::Operand(b"-h".to_vec(), 3)]);
        assert_eq!(read("x -h"), [Item::Operand(b"x".to_vec(), 1), Item::Operand(b"-h".to_vec(), 2)]);
        assert_eq!(read("-Z -t"), [Item::Unknown(b'Z', 1), Item::ValueMissing(b't', 2)]);
        assert_eq!(read("--help - x").first(), Some(&Item::Long(b"help".to_vec(), 1)));
    }

    #[test]
    fn options_may_stand_behind_operands() {
        let words: Vec<Vec<u8>> =
            ["-h", "x", "-t", "60", "-", "--", "-h"].iter().map(|word| word.as_bytes().to_vec()).collect();
        let operand = |word: &str, at| Item::Operand(word.as_bytes().to_vec(), at);
        assert_eq!(
            scan_all(&words, takes),
            [
                Item::Option(b'h', None, 1),
                operand("x", 2),
                Item::Option(b't', Some(b"60".to_vec()), 3),
                operand("-", 5),
                operand("-h", 7)
            ]
        );
    }

    proptest! {
        #[test]
        fn any_command_line_is_read(words in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..8), 0..8)) {
            let operands = scan(&words, takes).iter().filter(|item| matches!(item, Item::Operand(..))).count();
            prop_assert!(operands <= words.len());
            let operands = scan_all(&words, takes).iter().filter(|item| matches!(item, Item::Operand(..))).count();
            prop_assert!(operands <= words.len());
        }
    }
}
