//! callback (§12): it calls somebody on a line that an mgetty watches, and hands the call over to that.

pub mod compile;
pub mod config;
pub mod options;
mod stages;

#[cfg(test)]
mod tests;

/// Exit statuses.
pub mod status {
    /// An absolute path that is no line.
    pub const NO_LINE: u8 = 1;
    /// The command line is wrong, a number is none, somebody else than root, no line to call on.
    pub const MISUSE: u8 = 2;
    /// It cannot go into the background.
    pub const FORK: u8 = 4;
    /// mgetty did not take the call.
    pub const HAND_OVER: u8 = 5;
    /// There was no connection, or a signal came.
    pub const NO_CALL: u8 = 10;
}

/// The most bytes of a number.
pub const LONGEST: usize = 40;

/// What is dialled, if that is all dialling: nothing in it can end or extend the modem's command.
///
/// # Errors
/// What is wrong with it, in words.
pub fn number(text: &[u8]) -> Result<Vec<u8>, String> {
    let first = text.iter().position(|byte| *byte != b' ').unwrap_or(text.len());
    let last = text.iter().rposition(|byte| *byte != b' ').map_or(first, |last| last + 1);
    let number = text.get(first..last).unwrap_or_default();
    let dials = |byte: &u8| byte.is_ascii_digit() || b" *#+,wWpPtT!-.()/".contains(byte);
    if number.is_empty() {
        return Err("there is no number".into());
    }
    if number.len() > LONGEST {
        return Err(format!("\"{}\" is too long for a number", number.escape_ascii()));
    }
    if !number.iter().all(dials) {
        return Err(format!(
            "\"{}\" is no number: digits, * # + , w p t ! - . ( ) / alone",
            number.escape_ascii()
        ));
    }
    Ok(number.to_vec())
}
