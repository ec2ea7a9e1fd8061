//! The names we answer to, and which program a name is that more than one system had.

use crate::diag::{Code, Diagnostic, Severity};
use crate::options::{Item, Takes, scan};
use crate::plan::setting::{Origin, Setting};
use crate::site::Site;

/// LN20: a command line with options of two programs.
pub const MIXED: Code = Code::ln(20);

/// A program that polygetty can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persona {
    /// getty of getty_ps.
    Getty,
    /// uugetty of getty_ps: getty, and the locks of UUCP.
    Uugetty,
    /// getty of SCO OpenServer.
    Sco,
    /// The same under its other name; it does nothing else.
    ScoUugetty,
    /// mgetty.
    Mgetty,
    /// callback of mgetty: it calls somebody, and hands the call to the mgetty of the line.
    Callback,
    /// A dialer for Devices lines, as SCO's getty and UUCP programs run one.
    Dialer,
}

/// Whose program it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// getty_ps
    GettyPs,
    /// SCO OpenServer
    Sco,
    /// mgetty+sendfax
    Mgetty,
    /// no getty: the dialer that one runs
    Dialer,
}

impl Family {
    /// The gettys.
    pub const ALL: [Self; 3] = [Self::GettyPs, Self::Sco, Self::Mgetty];

    /// Its name, as the site file has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GettyPs => "getty_ps",
            Self::Sco => "sco",
            Self::Mgetty => "mgetty",
            Self::Dialer => "dialer",
        }
    }

    /// The name that is nobody else's.
    fn called(self) -> &'static str {
        match self {
            Self::GettyPs => "getty_ps",
            Self::Sco => "sco_getty",
            Self::Mgetty => "mgetty",
            Self::Dialer => "dialer",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::GettyPs => "getty_ps",
            Self::Sco => "SCO's getty",
            Self::Mgetty => "mgetty",
            Self::Dialer => "the dialer",
        }
    }

    /// Its getty, or what it has in place of uugetty.
    fn persona(self, uucp: bool) -> Persona {
        match (self, uucp) {
            (Self::GettyPs, false) => Persona::Getty,
            (Self::GettyPs, true) => Persona::Uugetty,
            (Self::Sco, false) => Persona::Sco,
            (Self::Sco, true) => Persona::ScoUugetty,
            (Self::Mgetty, _) => Persona::Mgetty,
            (Self::Dialer, _) => Persona::Dialer,
        }
    }

    /// Its letters.
    fn letters(self) -> &'static [u8] {
        match self {
            Self::GettyPs => b"acdhHrtwCDR",
            Self::Sco => b"AcfhnrstxO",
            Self::Mgetty => b"abcCDFiIkmnprRsSVx",
            Self::Dialer => b"",
        }
    }
}

/// A name as `argv[0]` has it.
enum Name {
    /// One program's alone.
    Of(Persona),
    /// `getty`, or `uugetty`: of getty_ps and of SCO.
    Shared { uucp: bool },
}

fn name(name: &[u8]) -> Option<Name> {
    Some(match name {
        b"getty" => Name::Shared { uucp: false },
        b"uugetty" => Name::Shared { uucp: true },
        b"getty_ps" | b"agetty" => Name::Of(Persona::Getty),
        b"sco_getty" => Name::Of(Persona::Sco),
        b"sco_uugetty" => Name::Of(Persona::ScoUugetty),
        b"mgetty" => Name::Of(Persona::Mgetty),
        b"callback" => Name::Of(Persona::Callback),
        _ if name.starts_with(b"dial") => Name::Of(Persona::Dialer),
        _ => return None,
    })
}

impl Persona {
    /// The names, for people who typed another.
    pub const NAMES: &str = "getty, getty_ps, uugetty, sco_getty, sco_uugetty, mgetty, callback, dialer";

    /// The program of this name, without directory, where nothing says otherwise.
    pub fn by_name(word: &[u8]) -> Option<Self> {
        match name(word)? {
            Name::Of(persona) => Some(persona),
            Name::Shared { uucp } => Some(Family::GettyPs.persona(uucp)),
        }
    }

    /// Its name in the log and in the names of its files.
    pub fn program(self) -> &'static str {
        match self {
            Self::Getty | Self::Sco => "getty",
            Self::Uugetty | Self::ScoUugetty => "uugetty",
            Self::Mgetty => "mgetty",
            Self::Callback => "callback",
            Self::Dialer => "dialer",
        }
    }

    /// Its own name, which tells it from programs of the same name.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Getty => "getty_ps",
            Self::Uugetty => "uugetty of getty_ps",
            Self::Sco => "sco_getty",
            Self::ScoUugetty => "sco_uugetty",
            Self::Mgetty => "mgetty",
            Self::Callback => "callback",
            Self::Dialer => "dialer",
        }
    }

    /// Whose program it is.
    pub fn family(self) -> Family {
        match self {
            Self::Getty | Self::Uugetty => Family::GettyPs,
            Self::Sco | Self::ScoUugetty => Family::Sco,
            Self::Mgetty | Self::Callback => Family::Mgetty,
            Self::Dialer => Family::Dialer,
        }
    }
}

/// Who we are, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// The program, and what decided.
    pub persona: Setting<Persona>,
    /// What looks most like the line among the operands.
    pub line: Option<Vec<u8>>,
    /// What is odd about it.
    pub findings: Vec<Diagnostic>,
}

/// Chooses the program by its name, without directory; and where that is a name of several, by the first of: the
/// site file for this line, the site file, the letters that one program alone has, getty_ps.
pub fn choose(word: &[u8], arguments: &[Vec<u8>], site: &Site) -> Option<Chosen> {
    let items = scan(arguments, takes);
    let operands = items.iter().filter_map(|item| match item {
        Item::Operand(word, _) => Some(word),
        _ => None,
    });
    // Some gettys have the line behind the speed: of the two, the one that the site file knows.
    let line = operands.clone().take(2).find(|word| site.names(word)).or_else(|| operands.clone().next());
    let line = line.cloned();
    let mut findings = Vec::new();
    let persona = match name(word)? {
        Name::Of(persona) => Setting::new(persona, Origin::Rule("its name")),
        Name::Shared { uucp } => match site.values(line.as_deref()).persona() {
            Some(said) => said.map(|family| family.persona(uucp)),
            None => by_letters(&items, &mut findings).map(|family| family.persona(uucp)),
        },
    };
    Some(Chosen { persona, line, findings })
}

/// Letters that one of the two alone has, among those by which a shared name is judged.
const ONLY_SCO: &[u8] = b"AfnsxO";
const ONLY_GETTY_PS: &[u8] = b"dHwaCDR";

fn by_letters(items: &[Item], findings: &mut Vec<Diagnostic>) -> Setting<Family> {
    let first = |letters: &[u8]| {
        items.iter().find_map(|item| match item {
            Item::Option(letter, _, at) | Item::ValueMissing(letter, at) if letters.contains(letter) => {
                Some((char::from(*letter), *at))
            }
            _ => None,
        })
    };
    match (first(ONLY_SCO), first(ONLY_GETTY_PS)) {
        (Some((sco, at)), Some((other, elsewhere))) => {
            let message = format!(
                "usage: -{sco} of argument {at} is SCO's getty's alone, -{other} of argument {elsewhere} is \
                 getty_ps's"
            );
            findings.push(
                Diagnostic::new(MIXED, Severity::Error, message, None)
                    .here("taken for SCO's getty")
                    .write("the options of one program, under the name sco_getty or getty_ps"),
            );
            Setting::new(Family::Sco, Origin::Argument(at))
        }
        (Some((_, at)), None) => Setting::new(Family::Sco, Origin::Argument(at)),
        (None, Some((_, at))) => Setting::new(Family::GettyPs, Origin::Argument(at)),
        (None, None) => Setting::built_in(Family::GettyPs),
    }
}

/// Every letter of the two programs: no letter takes a value in one of them and none in the other, but `-r`, which
/// is told by what follows.
fn takes(letter: u8) -> Option<Takes> {
    Some(match letter {
        b'A' | b'f' | b'h' | b'n' | b'O' | b'R' => Takes::Nothing,
        b'a' => Takes::GluedValue,
        b'r' => Takes::ValueOrZero,
        b'c' | b'd' | b'H' | b's' | b't' | b'w' | b'x' | b'C' | b'D' => Takes::Value,
        _ => return None,
    })
}

/// Another program that has this letter.
pub fn knows(letter: u8, asks: Family) -> Option<Family> {
    Family::ALL.into_iter().find(|family| *family != asks && family.letters().contains(&letter))
}

/// What to say of a letter that another program has: whose it is, and how to choose that one.
pub fn foreign(letter: u8, asks: Family) -> Option<String> {
    let family = knows(letter, asks)?;
    let whose = format!("-{} is an option of {}", char::from(letter), family.title());
    let (called, name) = (family.called(), family.name());
    Some(format!(
        "{whose}: call it {called}, or \"polygetty as {called}\", or write persona = \"{name}\" in \
         /etc/polygetty.toml"
    ))
}

#[cfg(test)]
mod tests;
