use super::*;
use crate::fax::chart::Chart;

const SHEET: Sheet = Sheet { vr: 1, wd: 0, df: 0, lines: None };

#[test]
fn a_file_has_its_pages_as_they_came() {
    let mut fax = TiffFax::begin(b"+49 89 1234\x07", b"2026:11:21 12:00:00");
    let mut sent = Vec::new();
    for (wd, df, lines) in [(0, 0, None), (1, 1, Some(77)), (2, 3, None)] {
        let chart = Chart::with_text(width_of_session(wd), 80, "PAGE");
        let coding = Coding::of_session(df);
        let data = chart.sent(coding, true);
        assert!(fax.page(&data, &Sheet { vr: df, wd, df, lines }));
        sent.push((chart, coding, data, lines.unwrap_or(80)));
    }
    let file = fax.finish().unwrap();
    assert!(is_tiff(&file));
    let found = strips(&file);
    assert_eq!(found.len(), 3);
    for (strip, (chart, coding, data, lines)) in found.iter().zip(&sent) {
        assert_eq!((strip.width, strip.lines, strip.coding), (chart.width, *lines, *coding));
        assert!(strip.data == data);
        assert!(Page::read(strip.data, strip.width, strip.coding).dots == chart.dots);
    }
    assert_eq!(found.iter().map(|strip| strip.down).collect::<Vec<_>>(), [98, 196, 196]);
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("+49 89 1234\0") && text.contains("2026:11:21 12:00:00\0"));
}

#[test]
fn a_file_without_pages_is_none() {
    assert_eq!(TiffFax::begin(b"", b"").finish(), None);
}

#[test]
fn texts_that_are_missing_or_short_are_no_harm() {
    for text in [&b""[..], b"1", b"12345", &[b'x'; 300]] {
        let mut fax = TiffFax::begin(text, text);
        assert!(fax.page(b"\0\x01odd", &SHEET) && fax.page(b"", &SHEET));
        let file = fax.finish().unwrap();
        let data: Vec<_> = strips(&file).iter().map(|strip| strip.data).collect();
        assert_eq!(data, [&b"\0\x01odd"[..], b""]);
    }
}

#[test]
fn a_page_that_is_lost_is_told_of() {
    let mut fax = TiffFax::begin(b"", b"");
    for data in [b"first", b"other", b"third"] {
        assert!(fax.page(data, &SHEET));
    }
    let file = fax.finish().unwrap();
    let had = |file: &[u8]| pages(file).iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(had(&file), [true, true, true]);
    let third = file.windows(5).position(|part| part == b"third").unwrap();
    assert_eq!(had(&file[..third]), [true, true, false]);
    // The second page's coding (entry 259 of its directory) is another's.
    let places = file.windows(4).enumerate().filter(|(_, part)| *part == [3, 1, 3, 0]).map(|(at, _)| at);
    let mut other = file.clone();
    other[places.collect::<Vec<_>>()[1] + 8] = 5;
    assert_eq!(had(&other), [true, false, true]);
    // A way back is the way to nothing.
    let first = number(&file, 4, 4).unwrap() as usize;
    let link = first + 2 + 12 * number(&file, first, 2).unwrap() as usize;
    let mut circle = file.clone();
    circle[link..link + 4].copy_from_slice(&(first as u32).to_le_bytes());
    assert_eq!(had(&circle), [true, false]);
}

#[test]
fn any_file_has_some_pages_or_none() {
    use proptest::prelude::*;
    let mut fax = TiffFax::begin(b"me", b"");
    assert!(fax.page(&[0; 9], &SHEET) && fax.page(&[1; 8], &SHEET));
    let file = fax.finish().unwrap();
    proptest!(|(changes in prop::collection::vec((0..file.len(), any::<u8>()), 0..6), cut in 0..file.len())| {
        let mut file = file.clone();
        changes.iter().for_each(|(at, byte)| file[*at] = *byte);
        for strip in strips(&file).into_iter().chain(strips(&file[..cut])) {
            prop_assert!(strip.data.len() <= file.len() && strip.width > 0);
        }
    });
}

#[test]
fn a_byte_is_one_page_s_alone() {
    let mut fax = TiffFax::begin(b"", b"");
    let data = [0x55; 4000];
    for data in [&data[..], b"a", b"b"] {
        assert!(fax.page(data, &SHEET));
    }
    let mut file = fax.finish().unwrap();
    let had = |file: &[u8]| pages(file).iter().map(Option::is_some).collect::<Vec<_>>();
    assert_eq!(had(&file), [true, true, true]);
    // The second and the third page's strip is the first one's.
    let entry = |tag: u8| [tag, 1, 4, 0, 1, 0, 0, 0];
    let value = |file: &[u8], tag: u8, page: usize| {
        let mut places = file.windows(8).enumerate().filter(|(_, part)| *part == entry(tag));
        places.nth(page).unwrap().0 + 8
    };
    for tag in [17, 23] {
        let first = value(&file, tag, 0);
        let is = file[first..first + 4].to_vec();
        for page in [1, 2] {
            let place = value(&file, tag, page);
            file[place..place + 4].copy_from_slice(&is);
        }
    }
    assert_eq!(had(&file), [true, false, false]);
}
