//! A value and where it came from.

use crate::source::{SourceMap, Span};

/// Where a value came from. `explain` prints it, diagnostics point at it, tests assert it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The program's own default.
    BuiltIn,
    /// The default of the operating system we run on.
    Platform,
    /// An argument, counted from 1 (the program's name is 0).
    Argument(usize),
    /// An environment variable that we were started with.
    Environment(&'static str),
    /// Bytes of a file.
    File(Span),
    /// A rule of the persona that follows from other settings, in a few words.
    Rule(&'static str),
}

impl Origin {
    /// In words: `built in`, `argument 3`, `/etc/conf.getty:4`.
    pub fn in_words(&self, sources: &SourceMap) -> String {
        match self {
            Self::BuiltIn => "built in".into(),
            Self::Platform => "this system's default".into(),
            Self::Argument(n) => format!("argument {n}"),
            Self::Environment(name) => format!("environment, {name}"),
            Self::File(span) => {
                let place = sources.place(*span);
                format!("{}:{}", place.path, place.line)
            }
            Self::Rule(rule) => format!("rule: {rule}"),
        }
    }
}

/// A value, its origin, and the origins of the values it overruled (nearest first, built-in ones left out).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value that holds.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
    /// What it overruled.
    pub overrode: Vec<Origin>,
}

impl<T> Setting<T> {
    /// A value of this origin that overruled nothing.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, origin, overrode: Vec::new() }
    }

    /// The program's default.
    pub fn built_in(value: T) -> Self {
        Self::new(value, Origin::BuiltIn)
    }

    /// Lets a stronger source speak.
    pub fn overrule(&mut self, value: T, origin: Origin) {
        let old = std::mem::replace(&mut self.origin, origin);
        if !matches!(old, Origin::BuiltIn | Origin::Platform) {
            self.overrode.insert(0, old);
        }
        self.value = value;
    }

    /// The same origin with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: f(self.value), origin: self.origin, overrode: self.overrode }
    }

    /// The same origin with a value made from a reference.
    pub fn as_mapped<U>(&self, f: impl FnOnce(&T) -> U) -> Setting<U> {
        Setting { value: f(&self.value), origin: self.origin.clone(), overrode: self.overrode.clone() }
    }
}
