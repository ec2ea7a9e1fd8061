//! The data of a page: no byte makes more than two, and behind the end there is nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::engine::hear::fax_page::FaxPage;

fuzz_target!(|input: (bool, &[u8])| {
    let (swapped, said) = input;
    let (mut ear, mut page) = (FaxPage::new(swapped), Vec::new());
    let mut over = false;
    for byte in said {
        let before = page.len();
        let now = ear.feed(*byte, &mut page);
        assert!(page.len() - before <= 2 && (!over || (now && page.len() == before)));
        over = now;
    }
    assert!(ear.stray.len() <= 64 && page.len() <= said.len());
});
