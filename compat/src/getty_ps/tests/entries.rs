//! Entries of gettydefs in the plan.

use super::*;

#[test]
fn entries_have_what_is_forced_and_lead_to_each_other() {
    let text = "a# B0 CS7 ICANON BRKINT # B0 SANE #@S a: #b\n\nb# PARENB # PARENB #b: #nosuch\n";
    let plan = plan("getty pts/3 b", world().file("/etc/gettydefs", text));
    let [a, b] = &plan.entries[..] else { panic!("{:?}", plan.entries) };
    assert_eq!((plan.start.value, a.next, b.next), (1, Some(1), Some(0)));
    assert_eq!((a.initial.speed, a.final_modes.speed, b.initial.speed), (Some(9600), Some(9600), Some(9600)));
    assert!(!a.initial.has(Flag::ICANON) && !a.initial.has(Flag::BRKINT) && a.initial.has(Flag::CREAD));
    assert!(a.initial.values().eq([Value::CS7]) && b.initial.values().eq([Value::CS8]));
    assert_eq!(a.initial.min_time, Some((1, 0)));
    assert_eq!(a.final_modes.char(Char::Erase), Some(Some(0x7f)));
    assert_eq!(a.final_modes.char(Char::Kill), Some(Some(0x15)));
    assert_eq!((a.final_names_size, b.final_names_size), (false, true));
    assert_eq!(a.prompt.pieces, [Piece::Param(Param::System), Piece::Bytes(b" a: ".to_vec())]);
}

#[test]
fn gps_20_a_first_entry_that_means_nothing_is_not_the_one_after_it() {
    let world = || {
        MapReader::default()
            .device("ttyS1")
            .file("/etc/gettydefs", "broken# B9600\n\n2400# B2400 # SANE #x #2400\n")
    };
    let first = plan("getty ttyS1", world());
    assert_eq!(first.entries[first.start.value].label, b"default");
    let named = plan("getty ttyS1 2400", world());
    assert_eq!(named.entries[named.start.value].label, b"2400");
    let none = plan(
        "getty ttyS1 2400",
        MapReader::default().device("ttyS1").file("/etc/gettydefs", "broken# B9600\n"),
    );
    assert_eq!(none.entries[none.start.value].label, b"default");
    assert!(none.findings.iter().any(|finding| finding.code == Code::ln(6)), "{:?}", none.findings);
}
