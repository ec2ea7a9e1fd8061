//! What was seen of one life, and how two compare.

use std::collections::BTreeMap;
use std::time::Duration;

use super::scenario::Fact;

/// So far two moments may lie apart: of a machine that is busy, and a twentieth of what has passed.
const APART: Duration = Duration::from_millis(1200);

/// One life.
pub struct Observed {
    facts: BTreeMap<Fact, String>,
    /// when each byte came
    pub heard: Vec<Duration>,
    /// when the lock changed
    pub locks: Vec<Duration>,
    pub ended: Option<Duration>,
    /// the step that never came true
    pub stuck: Option<String>,
    /// the log of the line, for who looks into a difference
    pub log: String,
}

/// A fact that differs: what it was with Debian's, and with ours.
pub struct Difference {
    pub fact: Fact,
    pub theirs: String,
    pub ours: String,
}

impl Observed {
    pub fn new(stuck: Option<String>) -> Self {
        Self {
            facts: BTreeMap::new(),
            heard: Vec::new(),
            locks: Vec::new(),
            ended: None,
            stuck,
            log: String::new(),
        }
    }

    pub fn put(&mut self, fact: Fact, is: String) {
        self.facts.insert(fact, is);
    }

    fn get(&self, fact: Fact) -> &str {
        self.facts.get(&fact).map_or("", String::as_str)
    }
}

/// What differs between Debian's and ours.
pub fn differences(theirs: &Observed, ours: &Observed) -> Vec<Difference> {
    let mut found: Vec<Difference> = theirs
        .facts
        .keys()
        .filter(|fact| theirs.get(**fact) != ours.get(**fact))
        .map(|fact| Difference {
            fact: *fact,
            theirs: theirs.get(*fact).to_owned(),
            ours: ours.get(*fact).to_owned(),
        })
        .collect();
    found.extend(time(theirs, ours));
    found.sort_by_key(|difference| difference.fact);
    found
}

/// The first moment that lies apart, of those that both had.
fn time(theirs: &Observed, ours: &Observed) -> Option<Difference> {
    let differs = |same: bool, what: &str, a: &[Duration], b: &[Duration]| {
        let pairs = a.iter().zip(b).enumerate().filter(|_| same);
        let mut apart = pairs.filter(|(_, (a, b))| a.abs_diff(**b) > APART + **a / 20);
        apart.next().map(|(index, (a, b))| Difference {
            fact: Fact::Time,
            theirs: format!("{what} {index} after {a:.1?}"),
            ours: format!("{what} {index} after {b:.1?}"),
        })
    };
    let same = |fact| theirs.get(fact) == ours.get(fact);
    let ends = [theirs.ended, ours.ended].map(|end| end.into_iter().collect::<Vec<_>>());
    differs(same(Fact::Bytes), "byte", &theirs.heard, &ours.heard)
        .or_else(|| differs(same(Fact::Lock), "lock", &theirs.locks, &ours.locks))
        .or_else(|| differs(true, "end", &ends[0], &ends[1]))
}

impl std::fmt::Display for Observed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(stuck) = &self.stuck {
            writeln!(f, "stuck at {stuck}")?;
        }
        self.facts.iter().try_for_each(|(fact, is)| writeln!(f, "{:<12} {is}", fact.name()))
    }
}
