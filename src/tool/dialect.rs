//! Which dialect reads a persona's command line.

use polygetty_compat::persona::Persona;
use polygetty_compat::plan::{Compiled, Refusal};
use polygetty_compat::source::SourceReader;
use polygetty_compat::surroundings::Surroundings;
use polygetty_compat::{getty_ps, sco};

/// Compiles a command line as its persona does.
pub(super) fn compile(
    persona: Persona,
    argv: &[Vec<u8>],
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    match persona {
        Persona::Getty | Persona::Uugetty => getty_ps::compile::compile(persona, argv, surroundings, reader),
        Persona::Sco | Persona::ScoUugetty => {
            let knobs = sco::compile::Knobs::of(surroundings);
            sco::compile::compile(persona.program(), argv, surroundings, &knobs, reader)
        }
    }
}
