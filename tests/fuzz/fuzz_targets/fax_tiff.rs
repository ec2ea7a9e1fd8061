//! The file of a call: whatever the pages are and the modem says of them, they are in it as they came. And any bytes
//! taken for such a file: pages that are in it, or none.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::fax::tiff::{Sheet, TiffFax, strips};

type Said = (u8, u8, u8, Option<u32>);

fuzz_target!(|input: (&[u8], &[u8], Vec<(Said, &[u8])>, &[u8])| {
    let (sender, date, pages, file) = input;
    let mut fax = TiffFax::begin(sender, date);
    for ((vr, wd, df, lines), data) in &pages {
        assert!(fax.page(data, &Sheet { vr: *vr, wd: *wd, df: *df, lines: *lines }));
    }
    match fax.finish() {
        None => assert!(pages.is_empty()),
        Some(file) => {
            let found = strips(&file);
            assert_eq!(found.len(), pages.len());
            for (strip, (said, data)) in found.iter().zip(&pages) {
                assert_eq!(strip.data, *data);
                assert!(said.3.is_none_or(|lines| lines == strip.lines));
            }
        }
    }
    for strip in strips(file) {
        assert!(strip.data.len() <= file.len() && strip.width > 0);
    }
});
