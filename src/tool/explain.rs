//! What a line would do, without doing it.

use super::asked::ask;
use super::{complain_of, exit, say};
use crate::real::{FileReader, Root};
use crate::report::plan;
use polygetty_compat::plan::Compiled;

/// Prints the plan of this command line.
pub(super) fn explain(root: &Root, argv: &[Vec<u8>], json: bool) -> u8 {
    let Some(asked) = ask(argv, &mut FileReader::new(root.clone())) else { return exit::USAGE };
    match &asked.compiled {
        Ok(Compiled::Plan(plan)) => {
            let words: Vec<String> = argv.iter().map(|word| word.escape_ascii().to_string()).collect();
            let text = if json { plan::explain_json(plan) } else { plan::explain(plan, &words.join(" ")) };
            say(text.trim_end());
            0
        }
        Ok(Compiled::Check(path)) => {
            say(&format!(
                "Checks {path} as gettydefs, says what is wrong with it, and ends; no line is touched."
            ));
            0
        }
        Ok(Compiled::Say(status, texts)) => {
            for text in texts {
                say(text);
            }
            if *status == 2 { exit::USAGE } else { *status }
        }
        Err(refusal) => {
            // As the program itself would.
            let program = asked.chosen.persona.value.program();
            for text in &refusal.texts {
                complain_of(program, text);
            }
            match refusal.status {
                2 => exit::USAGE, // the program's own for that
                status => status,
            }
        }
    }
}
