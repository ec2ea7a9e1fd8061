use super::*;
use crate::fax::chart::Chart;

fn chart() -> Chart {
    Chart::with_text(1728, 200, "POLYGETTY")
}

/// The places of its EOLs.
fn eols(data: &[u8]) -> Vec<usize> {
    (0..data.len() - 1).filter(|at| data[*at] & 0x0f == 0 && data[*at + 1] == 1).collect()
}

#[test]
fn a_line_that_is_damaged_costs_itself() {
    let chart = chart();
    let mut data = chart.sent(Coding::OneDimensional, true);
    let at = eols(&data);
    data[at[50] + 2] ^= 0xff;
    let page = Page::find(&data).unwrap();
    assert_eq!((page.lines, page.bad, page.first_bad), (200, 1, 51));
    let (before, rest) = (216 * 50, 216 * 51);
    assert_eq!(page.dots[..before], chart.dots[..before]);
    assert_eq!(page.dots[before..rest], chart.dots[before - 216..before], "as the one before");
    assert_eq!(page.dots[rest..], chart.dots[rest..]);
}

#[test]
fn what_depends_on_a_damaged_line_is_lost_with_it() {
    let chart = chart();
    let mut data = chart.sent(Coding::TwoDimensional, false);
    let mut bits = Bits::new(&data);
    for _ in 0..101 {
        bits.before_eol().unwrap();
    }
    // Line 101 stands by itself (101 = 4 * 25 + 1), and three are told by it.
    let place = bits.at() + 3;
    data[place / 8] ^= 0x80 >> (place % 8);
    let page = Page::find(&data).unwrap();
    assert_eq!((page.coding, page.lines, page.bad, page.first_bad), (Coding::TwoDimensional, 200, 4, 101));
    assert_eq!(page.dots[216 * 104..], chart.dots[216 * 104..]);
}

#[test]
fn bits_in_reverse_order_are_found_out() {
    let chart = chart();
    let data: Vec<u8> =
        chart.sent(Coding::OneDimensional, true).iter().map(|byte| byte.reverse_bits()).collect();
    let page = Page::find(&data).unwrap();
    assert!(page.reversed && page.bad == 0 && page.dots == chart.dots);
}

#[test]
fn a_page_that_is_cut_keeps_what_came() {
    let chart = chart();
    let data = chart.sent(Coding::OneDimensional, true);
    let at = eols(&data);
    let page = Page::find(&data[..at[120] + 3]).unwrap();
    assert_eq!((page.lines, page.bad, page.first_bad), (121, 1, 121));
    // Without the six EOLs, and with fill.
    let page = Page::find(&[&data[..at[200]], &[0; 40]].concat()).unwrap();
    assert_eq!((page.lines, page.bad), (200, 0));
}

#[test]
fn an_eol_more_or_other_bytes_before_the_first_do_no_harm() {
    let chart = chart();
    let data = chart.sent(Coding::OneDimensional, true);
    for before in [&b"zz"[..], &[0, 1], &[0, 1, 0, 1, 0, 1], &[0; 9]] {
        let page = Page::find(&[before, &data].concat()).unwrap();
        assert_eq!((page.lines, page.bad), (200, 0), "{before:?}");
    }
    // Two in the middle: a line of nothing between them.
    let at = eols(&data)[100] + 2;
    let page = Page::find(&[&data[..at], &[0, 1], &data[at..]].concat()).unwrap();
    assert_eq!((page.lines, page.bad, page.first_bad), (201, 1, 101));
}

#[test]
fn what_is_no_page_is_none() {
    for data in
        [&b""[..], b"\0", b"\0\x01", b"\0\x01\0\x01\0\x01", b"Not a fax at all.\n", &[0; 999], &[0xff; 999]]
    {
        assert_eq!(Page::find(data), None, "{data:?}");
    }
}

#[test]
fn a_line_of_zero_runs_without_end_is_bad() {
    // White and black of no dots, and no more.
    let mut out = crate::fax::bits::Written::default();
    out.code(0b1_0000_0000_0001);
    for _ in 0..50_000 {
        out.code(0b1_0011_0101);
        out.code(0b100_0011_0111);
    }
    let page = Page::read(&out.into_bytes(), 1728, Coding::OneDimensional);
    assert_eq!((page.lines, page.bad), (1, 1));
}

#[test]
fn any_bytes_make_some_page_of_whole_lines() {
    use proptest::prelude::*;
    proptest!(|(data in prop::collection::vec(any::<u8>(), 0..600), width in 1u16..4864)| {
        for coding in [Coding::OneDimensional, Coding::TwoDimensional, Coding::T6] {
            let page = Page::read(&data, width, coding);
            prop_assert!(page.bad <= page.lines && (page.bad > 0) == (page.first_bad > 0));
            prop_assert_eq!(page.dots.len(), page.lines as usize * page.line_bytes());
        }
    });
}

#[test]
fn lines_behind_a_bad_one_are_missing_where_nothing_else_tells() {
    let chart = Chart::with_text(1728, 80, "PAGE");
    let data = chart.sent(Coding::T6, false);
    let mut whole = Page::read(&data, 1728, Coding::T6);
    whole.complete(80);
    assert_eq!((whole.lines, whole.bad), (80, 0));
    assert!(whole.dots == chart.dots);
    let mut cut = Page::read(&data[..data.len() / 2], 1728, Coding::T6);
    let came = cut.lines;
    assert!(came < 80);
    cut.complete(80);
    assert_eq!((cut.lines, cut.dots.len()), (80, chart.dots.len()));
    assert!(cut.bad >= 80 - came && cut.first_bad <= came + 1, "{} from {}", cut.bad, cut.first_bad);
    // Where a line's end is told, what came is all there was.
    let mut counted = Page::read(&chart.sent(Coding::OneDimensional, true), 1728, Coding::OneDimensional);
    counted.complete(90);
    assert_eq!((counted.lines, counted.bad), (80, 0));
}
