//! A page of any bytes: whole lines, no more of them than there can be, and a picture of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::fax::Coding;
use polygetty::fax::name::Name;
use polygetty::fax::page::{MOST_LINES, Page};
use polygetty::fax::png::png;

fuzz_target!(|input: (u16, &[u8])| {
    let (width, data) = input;
    let width = width % 4864 + 1;
    let read = [Coding::OneDimensional, Coding::TwoDimensional, Coding::T6]
        .map(|coding| Page::read(data, width, coding));
    for page in read.iter().chain(&Page::find(data)) {
        assert!(page.bad <= page.lines && page.lines <= MOST_LINES);
        assert_eq!(page.bad > 0, (1..=page.lines).contains(&page.first_bad));
        assert_eq!(page.dots.len(), page.lines as usize * page.line_bytes());
        // Each line takes a bit at least.
        assert!(page.lines as usize <= data.len() * 8);
        assert!(png(page, 98).ends_with(b"IEND\xae\x42\x60\x82"));
    }
    if let Some(name) = Name::read(data) {
        assert!(name.line.len() == 2 && name.page <= 9999);
    }
});
