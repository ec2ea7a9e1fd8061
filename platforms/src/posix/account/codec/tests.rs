//! Records as bytes, in every layout, whatever system this runs on.

use proptest::prelude::*;

use super::*;

const ORDERS: [Order; 2] = [Order::Little, Order::Big];
const SHAPES: [Shape; 3] = [Shape::Seconds32, Shape::Seconds64, Shape::Seconds64Short];

fn layouts() -> impl Iterator<Item = Layout> {
    ORDERS.into_iter().flat_map(|order| SHAPES.map(|shape| Layout { order, shape }))
}

fn anna() -> Entry {
    Entry {
        kind: USER_PROCESS,
        pid: 0x0102_0304,
        line: field(b"ttyS1"),
        id: field(b"S1"),
        user: field(b"anna"),
        host: field(b"far.example"),
        exit: [0x0506, 0x0708],
        session: 0x090a_0b0c,
        seconds: 0x8d0e_0f10,
        micros: 0x000a_1112,
        address: *b"0123456789abcdef",
    }
}

/// The bytes that differ from zero, by place; written down from the structures of glibc's and musl's headers.
fn golden(layout: Layout) -> Vec<(usize, Vec<u8>)> {
    let number = |bytes: &[u8]| match layout.order {
        Order::Big => bytes.to_vec(),
        Order::Little => bytes.iter().rev().copied().collect(),
    };
    let mut parts = vec![
        (0, number(&[0, 7])),
        (4, number(&[1, 2, 3, 4])),
        (8, b"ttyS1".to_vec()),
        (40, b"S1".to_vec()),
        (44, b"anna".to_vec()),
        (76, b"far.example".to_vec()),
        (332, number(&[5, 6])),
        (334, number(&[7, 8])),
    ];
    parts.extend(match layout.shape {
        Shape::Seconds32 => vec![
            (336, number(&[9, 0xa, 0xb, 0xc])),
            (340, number(&[0x8d, 0xe, 0xf, 0x10])),
            (344, number(&[0, 0xa, 0x11, 0x12])),
            (348, b"0123456789abcdef".to_vec()),
        ],
        Shape::Seconds64 | Shape::Seconds64Short => vec![
            (336, number(&[0, 0, 0, 0, 9, 0xa, 0xb, 0xc])),
            (344, number(&[0, 0, 0, 0, 0x8d, 0xe, 0xf, 0x10])),
            (352, number(&[0, 0, 0, 0, 0, 0xa, 0x11, 0x12])),
            (360, b"0123456789abcdef".to_vec()),
        ],
    });
    parts
}

#[test]
fn every_field_has_its_place() {
    for layout in layouts() {
        let mut wanted = vec![0; layout.size()];
        for (at, bytes) in golden(layout) {
            wanted[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        assert_eq!(layout.encode(&anna()), wanted, "{layout:?}");
        assert_eq!(layout.decode(&wanted), Some(anna()), "{layout:?}");
    }
}

#[test]
fn short_seconds_end_in_2106_and_stay_there() {
    let written = |layout: Layout, seconds| {
        layout.decode(&layout.encode(&Entry { seconds, ..anna() })).unwrap().seconds
    };
    for order in ORDERS {
        let short = Layout { order, shape: Shape::Seconds32 };
        assert_eq!(written(short, 1 << 31), 1 << 31, "2038 is no end");
        assert_eq!(written(short, i64::MAX), 0xffff_ffff);
        assert_eq!(written(short, -1), 0);
        assert_eq!(written(Layout { order, shape: Shape::Seconds64 }, 1 << 40), 1 << 40);
    }
}

#[test]
fn fields_are_cut_not_spilt() {
    assert_eq!(field::<4>(b"ttyS1"), *b"ttyS");
    assert_eq!(field::<4>(b"a\0bc"), *b"a\0\0\0");
    assert_eq!(text(b"ab\0cd"), b"ab");
    assert_eq!((text(b"abcd"), text(b""), text(b"\0")), (&b"abcd"[..], &b""[..], &b""[..]));
}

#[test]
fn a_torn_record_is_not_told() {
    for layout in layouts() {
        let mut file = layout.encode(&anna());
        file.extend(layout.encode(&anna()));
        for length in 0..file.len() {
            assert_eq!(layout.entries(&file[..length]).count(), length / layout.size());
            assert_eq!(layout.decode(&file[..length]).is_some(), length >= layout.size());
        }
    }
}

#[test]
fn a_file_tells_its_layout() {
    for layout in layouts() {
        let other = SHAPES.map(|shape| Layout { shape, ..layout });
        // Among these are lengths that several layouts fill (12672, 9600, 39600), and torn last records.
        for count in 1..120 {
            let file = layout.encode(&anna()).repeat(count);
            let torn = file.len() - 4;
            for usual in other {
                assert_eq!(usual.or_that_of(file.len() as u64, &file), layout, "{count} whole ones");
                // One whole record looks the same in all of them.
                if count > 2 && !other.iter().any(|layout| torn.is_multiple_of(layout.size())) {
                    assert_eq!(
                        usual.or_that_of(torn as u64, &file[..torn]),
                        layout,
                        "{count}, the last torn"
                    );
                }
            }
        }
        assert_eq!(layout.or_that_of(0, &[]), layout, "an empty file tells nothing");
    }
}

fn entries() -> impl Strategy<Value = Entry> {
    let numbers = (any::<i16>(), any::<i32>(), any::<[i16; 2]>(), any::<i32>(), any::<u32>(), any::<i32>());
    let texts = (any::<[u8; 32]>(), any::<[u8; 4]>(), any::<[u8; 32]>(), any::<[u8; 16]>());
    let host = proptest::collection::vec(any::<u8>(), 256).prop_map(|bytes| bytes.try_into().unwrap());
    (numbers, texts, host).prop_map(|(numbers, texts, host)| Entry {
        kind: numbers.0,
        pid: numbers.1,
        line: texts.0,
        id: texts.1,
        user: texts.2,
        host,
        exit: numbers.2,
        session: numbers.3,
        seconds: i64::from(numbers.4),
        micros: numbers.5,
        address: texts.3,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(entry in entries()) {
        for layout in layouts() {
            let bytes = layout.encode(&entry);
            prop_assert_eq!(bytes.len(), layout.size());
            prop_assert_eq!(layout.decode(&bytes), Some(entry.clone()));
        }
    }

    #[test]
    fn any_bytes_are_read(file in proptest::collection::vec(any::<u8>(), 0..1300)) {
        for layout in layouts() {
            let told = layout.or_that_of(file.len() as u64, &file);
            prop_assert_eq!(told.order, layout.order);
            prop_assert_eq!(told.entries(&file).count(), file.len() / told.size());
            for entry in told.entries(&file) {
                // All but the padding and the upper halves of numbers that have no use for them.
                prop_assert_eq!(told.decode(&told.encode(&entry)), Some(entry));
            }
        }
    }
}
