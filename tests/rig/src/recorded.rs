//! What the recorder wrote down.

use std::collections::BTreeMap;

use crate::bytes::parsed;

/// Everything a login program was given. See `examples/recorder.rs` for who writes it.
#[derive(Clone, Debug)]
pub struct Recorded {
    values: BTreeMap<String, Vec<u8>>,
}

impl Recorded {
    /// From the recorder's file: one `key value` per line.
    pub fn parse(text: &str) -> Self {
        let split = |line: &str| line.split_once(' ').map(|(key, value)| (key.to_owned(), parsed(value)));
        Self { values: text.lines().filter_map(split).collect() }
    }

    /// The arguments, the program's name first.
    pub fn argv(&self) -> Vec<String> {
        (0..).map_while(|number| self.text(&format!("argv.{number}"))).collect()
    }

    /// A variable of the environment.
    pub fn env(&self, name: &str) -> Option<String> {
        self.text(&format!("env.{name}"))
    }

    /// A flag of the line's modes. Fails if the system has no such flag.
    #[track_caller]
    pub fn flag(&self, name: &str) -> bool {
        self.text(&format!("flag.{name}")).unwrap_or_else(|| panic!("no flag {name} here")) == "on"
    }

    /// Those of `names` that are set.
    pub fn flags_of<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().copied().filter(|name| self.flag(name)).collect()
    }

    /// Input and output speed, bit/s.
    pub fn speeds(&self) -> (u32, u32) {
        (self.number("speed.input"), self.number("speed.output"))
    }

    /// A control character; None if it is off.
    pub fn char(&self, name: &str) -> Option<u8> {
        self.text(&format!("char.{name}")).and_then(|value| u8::from_str_radix(&value, 16).ok())
    }

    /// A value as text; None: not recorded on this system.
    pub fn text(&self, key: &str) -> Option<String> {
        self.values.get(key).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    /// The names of all values, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// A value as bytes.
    pub fn bytes(&self, key: &str) -> Option<&[u8]> {
        self.values.get(key).map(Vec::as_slice)
    }

    /// A value as a number.
    #[track_caller]
    pub fn number<T: std::str::FromStr>(&self, key: &str) -> T {
        let value = self.text(key).unwrap_or_else(|| panic!("{key} was not recorded"));
        value.parse().unwrap_or_else(|_| panic!("{key} is {value:?}, no number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_read_back() {
        let recorded = Recorded::parse("argv.0 login\nargv.1 a%20b\nflag.ECHO on\nflag.IXON off\npid 12\n");
        assert_eq!(recorded.argv(), ["login", "a b"]);
        assert_eq!(recorded.flags_of(&["ECHO", "IXON"]), ["ECHO"]);
        assert_eq!(recorded.number::<i32>("pid"), 12);
    }
}
