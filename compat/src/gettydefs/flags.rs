//! A flag field: words to modes, left to right (getty_ps, §3.3), and what is odd about them.

use super::dialect::Dialect;
use super::quoted;
use super::symbols::{Symbol, signed, suggestion};
use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::modes::{Field, Flag, Modes, Value};
use crate::source::Span;
use crate::surroundings::{Speed, SystemFacts};

/// One flag field as the file says it, before a persona adds anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// The modes, starting from nothing. A speed of `Some(0)` is the symbol `B0`, which personas take for 9600 bit/s.
    pub modes: Modes,
    /// A speed symbol holds, `B0` included.
    pub speed_named: bool,
    /// A `CSx` symbol holds; the size that `SANE` brings is not named.
    pub size_named: bool,
    /// `PARENB`, `PARODD`, `CMSPAR` or `PAREXT` occurs, with or without `-`.
    pub parity_named: bool,
    /// The line discipline, if one is named.
    pub line_discipline: Option<u8>,
    /// Every word, in order, unknown ones included.
    pub words: Vec<(Vec<u8>, Span)>,
    /// The words that mean nothing; a run skips them.
    pub unknown: Vec<(Vec<u8>, Span)>,
    /// Where the speed that holds was named.
    pub speed_span: Option<Span>,
}

/// Reads one field. `field` is the place of its text or, if that is empty, of the `#` before it.
pub(super) fn read(
    words: Vec<(Vec<u8>, Span)>,
    field: Span,
    dialect: &Dialect,
    system: &SystemFacts,
    findings: &mut Vec<Diagnostic>,
) -> Flags {
    let mut reader =
        Reader { dialect, system, findings, flags: Flags::default(), size: None, said: Vec::new() };
    for (word, span) in &words {
        reader.word(word, *span);
    }
    reader.flags.words = words;
    reader.finish(field)
}

struct Reader<'a> {
    dialect: &'a Dialect,
    system: &'a SystemFacts,
    findings: &'a mut Vec<Diagnostic>,
    flags: Flags,
    /// The character size that a word of its own named.
    size: Option<(Value, Span)>,
    /// Flags that words of their own set or cleared, each once.
    said: Vec<Said>,
}

/// The last word of a flag.
struct Said {
    flag: Flag,
    on: bool,
    word: Span,
    /// the later `SANE` that undid it
    undone: Option<Span>,
}

impl Reader<'_> {
    fn word(&mut self, word: &[u8], span: Span) {
        let Some((symbol, on)) = signed(word) else { return self.undefined(word, span) };
        match symbol {
            Symbol::Flag(flag) => self.flag(flag, on, span),
            Symbol::Value(value) if on => self.value(value, span),
            Symbol::Value(value) => {
                if self.flags.modes.value(value.field()) == Some(value) {
                    self.forget(value.field());
                }
            }
            Symbol::Mask(field) if on => {
                if let Some(all) = field.values().last() {
                    self.value(*all, span);
                }
            }
            Symbol::Mask(field) => self.forget(field),
            Symbol::Speed(bps) if on => self.speed(bps, span),
            Symbol::Speed(bps) => {
                if self.flags.modes.speed == Some(bps) {
                    self.flags.modes.speed = None;
                    self.flags.speed_span = None;
                }
            }
            Symbol::Sane => self.sane(span),
            Symbol::Discipline(number) => self.flags.line_discipline = on.then_some(number),
            Symbol::Idle if on => self.idle(span, "it has no place among the modes of a login line"),
            Symbol::Idle => {}
        }
    }

    fn undefined(&mut self, word: &[u8], span: Span) {
        self.flags.unknown.push((word.to_vec(), span));
        if word.contains(&0) {
            return; // GD16 speaks of it
        }
        let (here, write) = match word {
            b"-" => ("getty skips it", "the flag to clear directly behind it, such as -ISTRIP".to_owned()),
            b"-SANE" => {
                ("getty skips it", "each flag that is to be cleared, such as -ISTRIP -IXON".to_owned())
            }
            _ => (
                "getty skips the word and logs a warning",
                suggestion(word).unwrap_or_else(|| "a symbol of gettydefs(5), or nothing".to_owned()),
            ),
        };
        let message = format!("undefined symbol {}", quoted(word));
        self.report(3, Severity::Error, message, span, |d| d.here(here).write(write));
    }

    fn flag(&mut self, flag: Flag, on: bool, span: Span) {
        self.flags.modes.set(flag, on);
        self.said.retain(|said| said.flag != flag);
        self.said.push(Said { flag, on, word: span, undone: None });
        if matches!(flag, Flag::PARENB | Flag::PARODD | Flag::CMSPAR | Flag::PAREXT) {
            self.flags.parity_named = true;
        }
        if let (true, Some((_, why))) = (on, self.system.no_flag.iter().find(|(f, _)| *f == flag)) {
            self.idle(span, why);
        }
    }

    fn value(&mut self, value: Value, span: Span) {
        if value.field() == Field::CharSize
            && let Some((before, at)) =
                self.size.replace((value, span)).filter(|(before, _)| *before != value)
        {
            let message = format!("two character sizes, {} and {}", before.name(), value.name());
            self.twice(message, span, at, value.name());
        }
        self.flags.modes.put(value);
        if let Some((_, why)) = self.system.no_value.iter().find(|(v, _)| *v == value) {
            self.idle(span, why);
        }
    }

    /// `-VALUE`: the field goes back to its lowest value.
    fn forget(&mut self, field: Field) {
        self.flags.modes.clear(field);
        if field == Field::CharSize {
            self.size = None;
        }
    }

    fn speed(&mut self, bps: u32, span: Span) {
        let before = self.flags.modes.speed.zip(self.flags.speed_span);
        if let Some((old, at)) = before.filter(|(old, _)| *old != bps) {
            self.twice(format!("two speeds, {old} and {bps} bit/s"), span, at, &format!("B{bps}"));
        }
        self.flags.modes.speed = Some(bps);
        self.flags.speed_span = Some(span);
        let system = self.system.name;
        match (self.system.speed)(bps) {
            Speed::Refused(why) if bps != 0 => {
                self.report(
                    11,
                    Severity::Warning,
                    format!("{bps} bit/s is no speed of {system}"),
                    span,
                    |d| {
                        d.here(format!("{why}; the line keeps the speed it has"))
                            .write("a speed that this system has, such as B9600 or B115200")
                    },
                );
            }
            Speed::Perhaps(why) => {
                let message = format!("{bps} bit/s depends on the hardware on {system}");
                self.report(11, Severity::Note, message, span, |d| d.here(why));
            }
            Speed::Fits | Speed::Refused(_) => {}
        }
    }

    /// The last named value holds. The original ORed them: B9600 B2400 made 38400 bit/s.
    fn twice(&mut self, message: String, span: Span, before: Span, holds: &str) {
        self.report(9, Severity::Warning, message, span, |d| {
            d.also(before, "named here before")
                .here(format!("the last one holds: {holds}"))
                .write(format!("{holds} alone"))
        });
    }

    fn sane(&mut self, span: Span) {
        let sane = self.dialect.sane;
        for (flags, on) in [(sane.set, true), (sane.clear, false)] {
            for flag in flags {
                self.flags.modes.set(*flag, on);
                if let Some(said) = self.said.iter_mut().find(|said| said.flag == *flag && said.on != on) {
                    said.undone = Some(span);
                }
            }
        }
        if sane.no_delays {
            for field in Field::ALL.iter().filter(|f| **f != Field::CharSize) {
                self.flags.modes.clear(*field);
            }
        }
        // An explicit size wins in either order.
        if let (None, Some(size)) = (self.size, sane.size) {
            self.flags.modes.put(size);
        }
    }

    fn idle(&mut self, span: Span, why: &str) {
        let message = format!("symbol without effect on {}", self.system.name);
        self.report(11, Severity::Warning, message, span, |d| {
            d.here(format!("it changes nothing: {why}"))
                .write("nothing in its place, unless other systems read this file too")
        });
    }

    fn finish(mut self, field: Span) -> Flags {
        self.flags.speed_named = self.flags.modes.speed.is_some();
        self.flags.size_named = self.size.is_some();
        let slow = match self.flags.modes.speed {
            None => Some(("no speed", field)),
            Some(0) => Some(("no speed but B0", self.flags.speed_span.unwrap_or(field))),
            Some(_) => None,
        };
        if let Some((message, span)) = slow {
            self.report(8, Severity::Warning, message.into(), span, |d| {
                d.here("the line runs at 9600 bit/s while this field holds")
                    .write("B9600, or the speed that is meant")
            });
        }
        let modes = &self.flags.modes;
        let odd = self.said.iter().find(|said| said.flag == Flag::PARODD).map(|said| said.word);
        if let (true, false, Some(span)) = (modes.has(Flag::PARODD), modes.has(Flag::PARENB), odd) {
            self.report(12, Severity::Warning, "PARODD without PARENB".into(), span, |d| {
                d.here("parity is off; PARODD only says which kind it would be").write("PARENB PARODD")
            });
        }
        let said = std::mem::take(&mut self.said);
        for flag in Flag::ALL {
            let Some(Said { word, undone: Some(sane), .. }) = said.iter().find(|said| said.flag == *flag)
            else {
                continue;
            };
            let on = self.flags.modes.has(*flag);
            let (sign, state) = if on { ("-", "set") } else { ("", "cleared") };
            let name = flag.name();
            self.report(12, Severity::Warning, format!("{sign}{name} before SANE"), *word, |d| {
                d.also(*sane, "SANE undoes it here")
                    .here(format!("words are applied left to right, so {name} ends up {state}"))
                    .write(format!("SANE {sign}{name}"))
            });
        }
        self.flags
    }

    fn report(
        &mut self,
        code: u8,
        severity: Severity,
        message: String,
        span: Span,
        add: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        self.findings.push(add(Diagnostic::new(Code::gd(code), severity, message, span)));
    }
}
