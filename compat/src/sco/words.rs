//! What a caller typed: the name, and the words after it (§9.3, §9.4, §10).
//!
//! None of it is trusted, and none of it is shown: a password typed at the wrong prompt must not end in a log.

use crate::escape::{system_v_bytes, system_v_words};

/// How many words are read; more are dropped.
pub const MOST_WORDS: usize = 64;
/// How many variables a caller may set.
pub const MOST_VARIABLES: usize = 63;
/// The longest value.
const LONGEST_VALUE: usize = 1024;
/// The longest name.
const LONGEST_NAME: usize = 64;

/// The words of a line, decoded. Blanks and tabs separate them unless a backslash stands before.
pub fn split(line: &[u8]) -> Vec<Vec<u8>> {
    let words = system_v_words(line).take(MOST_WORDS);
    words.map(|word| system_v_bytes(line.get(word).unwrap_or(&[]))).collect()
}

/// Why a name is refused. It is never shown itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadName {
    /// It has no bytes.
    Empty,
    /// It begins with `-`: login would take it for an option.
    Option,
    /// It holds `/`, `:` or a control byte.
    Byte,
    /// It is too long.
    Long,
}

impl BadName {
    /// For the log.
    pub fn why(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::Option => "it begins with -",
            Self::Byte => "it holds a byte that no name holds",
            Self::Long => "it is too long",
        }
    }
}

/// Whether this may be a login name.
pub fn check_name(name: &[u8]) -> Result<(), BadName> {
    let odd = |b: &u8| matches!(b, b'/' | b':' | 0x7f..=0x9f) || *b < 0x20;
    match name {
        [] => Err(BadName::Empty),
        [b'-', ..] => Err(BadName::Option),
        _ if name.len() > LONGEST_NAME => Err(BadName::Long),
        _ if name.iter().any(odd) => Err(BadName::Byte),
        _ => Ok(()),
    }
}

/// How a program takes the words after the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passed {
    /// In its environment: login of Linux and FreeBSD.
    AsVariables,
    /// As arguments: a login program of the entry's own, and login of illumos.
    AsArguments,
}

/// A word that may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// A plain one; a variable `L0`, `L1`… where words become variables.
    Plain(Vec<u8>),
    /// `NAME=value`.
    Variable(Vec<u8>, Vec<u8>),
}

/// Why a word is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// What stands before `=` is no name of a variable.
    NoName,
    /// A caller may never set it.
    Reserved,
    /// Its value could name a file or a format.
    Pointing,
    /// A value, or a plain word, is too long.
    Long,
    /// A value, or a plain word, holds bytes that cannot be printed.
    Unprintable,
    /// There are too many.
    TooMany,
    /// A program would take it for an option.
    Option,
}

/// A word that is not passed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub why: Why,
    /// The variable's name, if it is one that we know. Any other one may be half a password.
    pub name: Option<Vec<u8>>,
}

impl Refused {
    /// One line for the log.
    pub fn text(&self) -> String {
        let why = match self.why {
            Why::NoName => "what stands before = is no name of a variable",
            Why::Reserved => "a caller may not set it",
            Why::Pointing => "its value holds / or %",
            Why::Long => "it is too long",
            Why::Unprintable => "it cannot be printed",
            Why::TooMany => "there are too many",
            Why::Option => "it looks like an option",
        };
        match &self.name {
            Some(name) => format!("variable {} was not passed on: {why}", name.escape_ascii()),
            None => format!("a word after the name was not passed on: {why}"),
        }
    }
}

/// The words after the name, judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extras {
    /// What goes on, in order.
    pub words: Vec<Word>,
    /// What does not.
    pub refused: Vec<Refused>,
}

/// Judges the words after the name.
pub fn judge(words: &[Vec<u8>], passed: Passed) -> Extras {
    let mut extras = Extras::default();
    for word in words {
        let read = match word.iter().position(|b| *b == b'=') {
            Some(at) => variable(word, at),
            None => plain(word, passed),
        };
        match read {
            Ok(_) if extras.words.len() >= MOST_VARIABLES => {
                extras.refused.push(Refused { why: Why::TooMany, name: None });
            }
            Ok(word) => extras.words.push(word),
            Err(refused) => extras.refused.push(refused),
        }
    }
    extras
}

impl Extras {
    /// The words as variables; a later one replaces an earlier one of its name.
    pub fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut variables: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut plain = 0usize;
        for word in &self.words {
            let (name, value) = match word {
                Word::Plain(value) => {
                    plain += 1;
                    (format!("L{}", plain - 1).into_bytes(), value.clone())
                }
                Word::Variable(name, value) => (name.clone(), value.clone()),
            };
            match variables.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = value,
                None => variables.push((name, value)),
            }
        }
        variables
    }

    /// The words as arguments.
    pub fn arguments(&self) -> Vec<Vec<u8>> {
        let argument = |word: &Word| match word {
            Word::Plain(value) => value.clone(),
            Word::Variable(name, value) => [name.as_slice(), b"=", value].concat(),
        };
        self.words.iter().map(argument).collect()
    }
}

fn plain(word: &[u8], passed: Passed) -> Result<Word, Refused> {
    let refused = |why| Refused { why, name: None };
    // Where a program's options may stand behind its operands, `joe -f root` would ask for no password.
    if passed == Passed::AsArguments && word.starts_with(b"-") {
        return Err(refused(Why::Option));
    }
    printable(word).map_err(refused)?;
    Ok(Word::Plain(word.to_vec()))
}

fn variable(word: &[u8], at: usize) -> Result<Word, Refused> {
    let (name, value) = word.split_at(at);
    let value = value.strip_prefix(b"=").unwrap_or(value);
    let refused = |why| Refused { why, name: is_ours(name).then(|| name.to_vec()) };
    let first = name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    if !first || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
        return Err(Refused { why: Why::NoName, name: None });
    }
    if is_reserved(name) {
        return Err(refused(Why::Reserved));
    }
    if is_locale(name) && value.iter().any(|b| matches!(b, b'/' | b'%')) {
        return Err(refused(Why::Pointing));
    }
    printable(value).map_err(refused)?;
    Ok(Word::Variable(name.to_vec(), value.to_vec()))
}

fn printable(value: &[u8]) -> Result<(), Why> {
    if value.len() > LONGEST_VALUE {
        return Err(Why::Long);
    }
    if !value.iter().all(|b| matches!(b, b' '..=b'~')) {
        return Err(Why::Unprintable);
    }
    Ok(())
}

/// What makes a shell, a library or login itself do something else. TTYPROMPT makes illumos's login read the name
/// itself.
const RESERVED: &[&str] = &[
    "PATH",
    "SHELL",
    "HOME",
    "LOGNAME",
    "USER",
    "MAIL",
    "IFS",
    "CDPATH",
    "ENV",
    "BASH_ENV",
    "SHELLOPTS",
    "BASHOPTS",
    "PS4",
    "TMPDIR",
    "TZDIR",
    "NLSPATH",
    "LOCPATH",
    "LOCALDOMAIN",
    "RES_OPTIONS",
    "HOSTALIASES",
    "GCONV_PATH",
    "GLIBC_TUNABLES",
    "TERMINFO",
    "TERMINFO_DIRS",
    "TERMCAP",
    "TTYPROMPT",
];

const RESERVED_BEGINNINGS: &[&str] = &[
    "LD_",
    "_RLD",
    "LIBPATH",
    "SHLIB_PATH",
    "DYLD_",
    "BASH_FUNC_",
    "MALLOC_",
    "KRB5",
    "KRB_",
    "PERL",
    "PYTHON",
    "SMF_",
    "GETTY_",
];

fn is_reserved(name: &[u8]) -> bool {
    RESERVED.iter().any(|reserved| reserved.as_bytes() == name)
        || RESERVED_BEGINNINGS.iter().any(|begin| name.starts_with(begin.as_bytes()))
}

/// What libraries take for the name of a file if it holds `/`.
fn is_locale(name: &[u8]) -> bool {
    matches!(name, b"LANG" | b"LANGUAGE" | b"TZ" | b"TERM") || name.starts_with(b"LC_")
}

fn is_ours(name: &[u8]) -> bool {
    is_reserved(name) || is_locale(name)
}

/// Whether a line was typed in capitals: at least one upper-case letter, and no lower-case one.
pub fn is_upper(line: &[u8]) -> bool {
    line.iter().any(u8::is_ascii_uppercase) && !line.iter().any(u8::is_ascii_lowercase)
}

/// The words of a terminal that has no lower case: all lower-cased, but for what stands before `=` in the words
/// after the name.
pub fn lower(words: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let lowered = |(n, word): (usize, &Vec<u8>)| {
        let name = if n == 0 { None } else { word.iter().position(|b| *b == b'=') };
        let (name, rest) = word.split_at(name.unwrap_or(0));
        [name.to_ascii_uppercase(), rest.to_ascii_lowercase()].concat()
    };
    words.iter().enumerate().map(lowered).collect()
}

#[cfg(test)]
mod tests;
