//! What a line would do, without doing it.

use super::compile;
use super::{complain, exit, say};
use crate::real::{FileReader, Root, surroundings};
use crate::report::plan;
use polygetty_compat::getty_ps::compile::Compiled;
use polygetty_compat::persona::Persona;

/// Prints the plan of this command line.
pub(super) fn explain(root: &Root, persona: Persona, argv: &[Vec<u8>], json: bool) -> u8 {
    match compile(persona, argv, &surroundings(), &mut FileReader::new(root.clone())) {
        Ok(Compiled::Plan(plan)) => {
            let words: Vec<String> = argv.iter().map(|word| word.escape_ascii().to_string()).collect();
            let text = if json { plan::explain_json(&plan) } else { plan::explain(&plan, &words.join(" ")) };
            say(text.trim_end());
            0
        }
        Ok(Compiled::Check(path)) => {
            say(&format!(
                "Checks {path} as gettydefs, says what is wrong with it, and ends; no line is touched."
            ));
            0
        }
        Err(refusal) => {
            for text in &refusal.texts {
                complain(text);
            }
            if refusal.status == 0 { 0 } else { exit::USAGE }
        }
    }
}
