//! A call of three pages that is damaged at many places: between the words of modem and mgetty, in them, and in the
//! pages.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::call;
use super::played::{Damage, Played};

const G3: &str = "modem-type c2.0\n";
/// How many calls are up at once: most of their time they wait.
const AT_ONCE: usize = 10;
/// How many places there are in words, and in data.
const PLACES: [usize; 2] = [30, 20];

/// Where there are words, and data: from a call without damage.
fn places() -> &'static [Vec<usize>; 2] {
    static PLACES: OnceLock<[Vec<usize>; 2]> = OnceLock::new();
    PLACES.get_or_init(|| {
        let mut whole = Played::begin(G3, call(100));
        whole.play();
        whole.check("without damage");
        assert_eq!(whole.status(), Some(0));
        let all = |is_data: bool| {
            let places = whole.data.iter().enumerate().filter(|(_, data)| **data == is_data);
            places.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let [words, data] = [all(false), all(true)];
        assert!(words.len() > 200 && data.len() > 10_000, "{} and {}", words.len(), data.len());
        [words, data]
    })
}

/// So many of the places, the first and the last among them.
fn some(places: &[usize], count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |number| places[number * (places.len() - 1) / (count - 1)])
}

/// Plays a call for each place, some at once.
fn play(config: &str, damages: &[(usize, Damage)]) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((at, damage)) = damages.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut played = Played::begin(config, call(100)).with(*at, *damage);
                    played.play();
                    played.check(&format!("{damage:?} at {at}"));
                }
            });
        }
    });
}

/// A damage for each place in words and in data, by its number.
fn everywhere(damage: impl Fn(usize) -> Damage) -> Vec<(usize, Damage)> {
    let [words, data] = places();
    let all = some(words, PLACES[0]).chain(some(data, PLACES[1]));
    all.enumerate().map(|(number, at)| (at, damage(number))).collect()
}

#[test]
fn mg_84_whenever_it_is_killed_no_page_is_lost() {
    play(G3, &everywhere(|_| Damage::Killed));
}

#[test]
fn mg_84_whenever_the_line_is_cut_no_page_is_lost() {
    // Within a page the modem cannot say so; the first place in data is behind all those in words.
    let is_said = |number: usize| number < PLACES[0] && number % 2 == 1;
    play(G3, &everywhere(|number| if is_said(number) { Damage::NoCarrier } else { Damage::Closed }));
}

#[test]
fn mg_84_whatever_garbage_comes_a_page_is_what_came() {
    let garbage = |number: usize| match number % 5 {
        0 => Damage::Changed(1 << (number / 5 % 8)),
        1 => Damage::Missing,
        2 => Damage::Added(b"\x7e\xff}#\x10"),
        3 => Damage::Added(b"\r\n\x10\x03\0"),
        _ => Damage::Changed(0xff),
    };
    play(G3, &everywhere(garbage));
}

#[test]
fn mg_90_whatever_happens_no_page_of_a_tiff_file_is_lost() {
    let [words, data] = places();
    let all = some(words, 9).chain(some(data, 9)).enumerate();
    let which = |number: usize| [Damage::Killed, Damage::Closed, Damage::Missing][number % 3];
    let damages: Vec<(usize, Damage)> = all.map(|(number, at)| (at, which(number))).collect();
    play("modem-type c2.0\nfax-format tiff\n", &damages);
}
