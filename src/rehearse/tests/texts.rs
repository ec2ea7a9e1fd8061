//! Issues and prompts of mgetty, as a caller sees them.

use super::*;
use polygetty_compat::mgetty::texts;
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::text::Text;

/// What a caller sees of an issue and a prompt.
fn greets(issue: Text, prompt: Text) -> World {
    let mut world = World::default().clock(WallTime(1_772_852_706), 3600);
    world = world.users(2).at(secs(3), Happening::Bytes(b"bob\r".to_vec()));
    let mut plan = plan("", "ttyS1 9600");
    for planned in &mut plan.stages {
        if let Stage::Greet(greet) = &mut planned.stage {
            greet.issue = Setting::built_in(Issue::Text(issue.clone()));
            greet.lead = b"\r".to_vec();
        }
    }
    plan.entries.iter_mut().for_each(|entry| entry.prompt = prompt.clone());
    run(&plan, &mut world);
    world
}

#[test]
fn what_stands_for_values_in_an_issue_and_a_prompt() {
    let world = greets(texts::issue(b"Hi \\P\n"), texts::prompt(br"\033|\65|\0x41|\q|\@|@"));
    let shown = world.said().escape_ascii().to_string();
    assert!(shown.starts_with(r"\rHi ttyS1\n\r\x1b|A|A|q|@|host"), "{shown}"); // MG-54, MG-55
    let world = greets(texts::literal(br"\C|\D|\T|\U|\S|\Y|\I|"), texts::prompt(b""));
    let shown = world.said().escape_ascii().to_string();
    assert!(shown.starts_with(r"\rSat Mar  7 04:05:06 2026|3/7/2026|04:05:06|2|9600|none||\r\n"), "{shown}");
}

#[test]
fn a_line_that_is_too_long_is_cut_with_its_values() {
    let long = [&b"@".repeat(200)[..], b"\nshort\n"].concat();
    let world = greets(texts::issue(&long), texts::prompt(b"> "));
    let wanted = ["\r", &"host".repeat(74), "\rshort\n\r> "].concat();
    let said = world.said();
    assert!(said.starts_with(wanted.as_bytes()), "{}", said.escape_ascii());
    let cut = |text: &str| text.contains("a line of 801 bytes is cut to 296");
    assert!(world.logged().iter().any(|(_, level, text)| *level == Level::Warning && cut(text)));
}
