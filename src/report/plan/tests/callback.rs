//! What `explain` says of callback, and of an mgetty that a call is handed to.

use super::*;
use polygetty_compat::mgetty;

const CONFIG: &str = "dialout-devices ttyS1:ttyS2\ndelay 10\nport ttyS2\nspeed 9600\ndial-prefix ATDP\n";

fn told(line: &str) -> String {
    let argv: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let mut reader = MapReader::default().file("/etc/mgetty/callback.config", CONFIG);
    let surroundings = Surroundings::default();
    let compiled = match argv[0].as_slice() {
        b"callback" => mgetty::callback::compile::compile(&argv, &surroundings, &mut reader),
        _ => mgetty::compile::compile(&argv, &surroundings, &mut reader),
    };
    let Ok(Compiled::Plan(plan)) = compiled else { panic!("no plan: {compiled:?}") };
    let text = explain(&plan, line);
    assert!(text.lines().all(|row| row.chars().count() <= 80 && row == row.trim_end()), "{text}");
    text
}

#[test]
fn a_call_on_two_lines() {
    insta::assert_snapshot!(told("callback 111 222"));
}

#[test]
fn a_number_that_is_asked_for() {
    let shown = told("callback -d -l ttyS1");
    assert!(shown.contains("Telephone number for callback: "), "{shown}");
    assert!(shown.contains("the number that was asked for") && !shown.contains("detach"), "{shown}");
}

#[test]
fn an_mgetty_that_a_call_is_handed_to() {
    let shown = told("mgetty ttyS1");
    assert!(shown.contains("When callback hands a call over:"), "{shown}");
    assert_eq!(shown.matches("if who has the line hands a call over: goes to").count(), 2, "{shown}");
}
