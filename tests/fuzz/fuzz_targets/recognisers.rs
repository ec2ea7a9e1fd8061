//! Whatever a line says: the name reader, the finder of chat words, and texts that are typed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::name::{NameReader, Typed};
use polygetty::engine::hear::word::WordFinder;
use polygetty_compat::escape::text;
use polygetty_compat::getty_ps::chat;
use polygetty_compat::mgetty::texts;

fuzz_target!(|input: (Vec<u8>, Vec<u8>, bool)| {
    let (pattern, said, strip) = input;
    let word = chat::read_word(&pattern, None, &mut Vec::new());
    let mut finder = WordFinder::new(&word);
    let mut reader = NameReader::new(strip, true, 255);
    for byte in &said {
        if !finder.is_empty() {
            let _ = finder.feed(*byte);
        }
        if let Typed::Line(line) = reader.feed(*byte) {
            assert!(line.name.len() <= 256 && !line.name.contains(&0));
        }
    }
    let _ = chat::read(&said, None, &mut Vec::new());
    let _ = text(&said);
    let lines = said.split_inclusive(|byte| *byte == b'\n').count();
    assert_eq!(texts::issue(&said).pieces.len(), 2 * lines);
    let _ = (texts::prompt(&said), texts::literal(&said));
});
