use super::*;
use crate::fax::Coding;
use crate::fax::chart::Chart;

/// A picture's chunks, each of which bears its sum.
fn chunks(picture: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut rest = picture.strip_prefix(b"\x89PNG\r\n\x1a\n").unwrap();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let sum = u32::from_be_bytes(rest[8 + length..12 + length].try_into().unwrap());
        assert_eq!(crc(&rest[4..8 + length]), sum);
        found.push((&rest[4..8], &rest[8..8 + length]));
        rest = &rest[12 + length..];
    }
    found
}

#[test]
fn sums_are_those_of_the_format() {
    // The check values that RFC 1952 and RFC 1950 are known by.
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
    assert!(packed(b"123456789").ends_with(&0x091e_01deu32.to_be_bytes()));
    // zlib makes the same of it.
    assert_eq!(packed(b"a"), [0x78, 0x01, 0x4b, 0x04, 0x00, 0x00, 0x62, 0x00, 0x62]);
}

#[test]
fn a_line_of_a_page_in_normal_resolution_stands_twice() {
    let chart = Chart::with_text(1728, 90, "A");
    let page = Page::read(&chart.sent(Coding::OneDimensional, true), 1728, Coding::OneDimensional);
    for (down, times) in [(98, 2), (196, 1), (391, 1)] {
        let picture = png(&page, down);
        let parts = chunks(&picture);
        let names: Vec<_> = parts.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, [b"IHDR", b"pHYs", b"IDAT", b"IEND"]);
        assert_eq!(parts[0].1[..8], [0, 0, 6, 192, 0, 0, 0, 90 * times]);
        assert_eq!(height(&page, down), 90 * u32::from(times));
        let lines = u32::from_be_bytes(parts[1].1[4..8].try_into().unwrap());
        assert_eq!(lines, if down == 391 { 15393 } else { 7716 });
        assert_eq!(differences(&page, times.into()).len(), 217 * 90 * usize::from(times));
    }
}
