use super::*;
use crate::fax::page::Page;

/// A page of which every line is another.
fn motley() -> Chart {
    let mut chart = Chart::with_text(1728, 300, "POLYGETTY\nQuick 0123456789 + - : . ,");
    let mut noise = 1u32;
    for down in 100..140 {
        for along in 0..1728 {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if noise >> 24 < 90 {
                chart.dot(along, down);
            }
        }
    }
    chart
}

#[test]
fn what_is_sent_is_what_is_read() {
    for chart in
        [motley(), Chart::blank(2048, 7), Chart::with_text(2432, 90, "A"), Chart::with_text(864, 90, "")]
    {
        for coding in [Coding::OneDimensional, Coding::TwoDimensional, Coding::T6] {
            for aligned in [true, false] {
                let data = chart.sent(coding, aligned);
                let page = Page::read(&data, chart.width, coding);
                assert_eq!((page.bad, page.lines as usize * page.line_bytes()), (0, chart.dots.len()));
                assert!(page.dots == chart.dots, "{coding:?}");
                if coding != Coding::T6 {
                    assert!(data.starts_with(if aligned { &[0, 1] } else { &[0, 0x10] }) || !aligned);
                    let found = Page::find(&data).unwrap();
                    assert!(found == page, "{} {:?} for {coding:?}", found.width, found.coding);
                }
            }
        }
    }
}

#[test]
fn a_page_of_any_dots_is_read_as_it_is_sent() {
    use proptest::prelude::*;
    proptest!(ProptestConfig::with_cases(64), |(dots in prop::collection::vec(any::<u8>(), 216 * 6), calm in any::<u8>())| {
        let dots = dots.iter().map(|byte| if *byte < calm { 0 } else { *byte }).collect();
        let chart = Chart { width: 1728, dots };
        for coding in [Coding::OneDimensional, Coding::TwoDimensional, Coding::T6] {
            let page = Page::read(&chart.sent(coding, false), 1728, coding);
            prop_assert!(page.dots == chart.dots && page.bad == 0);
        }
    });
}
