//! Whatever a line says to the ears for mailers: calls by two bytes, and EMSI sequences in a name.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::mailer::{SyncEar, emsi};
use polygetty::engine::hear::name::{NameReader, Typed};

fuzz_target!(|input: (Vec<u8>, bool)| {
    let (said, strip) = input;
    let mut ear = SyncEar::default();
    let mut reader = NameReader::new(strip, true, 255);
    for (at, byte) in said.iter().enumerate() {
        let call = ear.feed(*byte);
        // A call is the second byte of its kind or a later one, and no other byte.
        let again = said[..at].contains(byte);
        assert_eq!(call.is_some(), SyncEar::concerns(*byte) && again);
        if !SyncEar::concerns(*byte)
            && let Typed::Line(line) = reader.feed(*byte)
        {
            heard(&line.name);
        }
    }
    heard(&said);
});

/// From the first star to the end, and with the word in it; or nothing of the kind is in the line.
fn heard(line: &[u8]) {
    let star = line.iter().position(|byte| *byte == b'*');
    let sequence = emsi(line);
    if let Some(sequence) = sequence {
        assert_eq!(Some(line.len() - sequence.len()), star);
    }
    let after_star = line[star.unwrap_or(line.len())..].to_ascii_uppercase();
    let says_emsi = String::from_utf8_lossy(&after_star).contains("EMSI_");
    assert_eq!(sequence.is_some(), says_emsi);
}
