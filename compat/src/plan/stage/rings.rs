//! What is heard of a call while it rings.

/// Words that begin a line of the modem's while it rings. One that ends in a carriage return is a whole line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RingWords {
    /// A fax machine calls.
    pub fax: &'static [&'static str],
    /// The call is over, or the modem in trouble.
    pub over: Vec<&'static str>,
}
