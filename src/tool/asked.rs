//! What a command line asks for: which program it is of, and what that one makes of it.

use crate::real::{FileReader, surroundings};
use polygetty_compat::persona::{Chosen, Family, Persona, choose};
use polygetty_compat::plan::{Compiled, Facility, LogSettings, Refusal};
use polygetty_compat::source::FilePath;
use polygetty_compat::{dialer, getty_ps, mgetty, sco, site};

/// A command line, understood as far as it can be.
pub(super) struct Asked {
    /// The program that it is of, and why.
    pub(super) chosen: Chosen,
    /// Where its log goes.
    pub(super) log: LogSettings,
    /// Who we are.
    pub(super) user: u32,
    /// Whether init started us.
    pub(super) under_init: bool,
    /// What it comes to.
    pub(super) compiled: Result<Compiled, Refusal>,
}

/// `argv[0]` without a path before it, nor the `-` of a login shell.
pub(super) fn name(argv: &[Vec<u8>]) -> Vec<u8> {
    let path = FilePath(argv.first().cloned().unwrap_or_default());
    let name = path.base_name();
    name.strip_prefix(b"-").unwrap_or(name).to_vec()
}

/// Reads the site file, chooses the program, and lets it read the rest. `None`: no program of ours has that name.
pub(super) fn ask(argv: &[Vec<u8>], reader: &mut FileReader) -> Option<Asked> {
    let mut surroundings = surroundings();
    surroundings.site = site::read(&surroundings.system, surroundings.user, reader);
    let site = &surroundings.site;
    let chosen = choose(&name(argv), argv.get(1..).unwrap_or(&[]), site)?;
    let facility = match chosen.persona.value.family() {
        Family::Sco => Facility::Daemon,
        Family::Dialer => Facility::Uucp,
        Family::GettyPs | Family::Mgetty => Facility::Auth,
    };
    let mut log = site.values(chosen.line.as_deref()).log(facility);
    let mut compiled = match chosen.persona.value.family() {
        Family::GettyPs => getty_ps::compile::compile(chosen.persona.value, argv, &surroundings, reader),
        Family::Sco => sco::compile::compile(chosen.persona.value, argv, &surroundings, reader),
        Family::Dialer => {
            dialer::compile::compile(argv, &surroundings, reader).map(|plan| Compiled::Plan(Box::new(plan)))
        }
        Family::Mgetty if chosen.persona.value == Persona::Callback => {
            mgetty::callback::compile::compile(argv, &surroundings, reader)
        }
        Family::Mgetty => mgetty::compile::compile(argv, &surroundings, reader),
    };
    if let Ok(Compiled::Plan(plan)) = &mut compiled {
        plan.persona = chosen.persona.clone();
        plan.findings.extend(chosen.findings.iter().cloned());
        log = plan.log.clone();
    }
    Some(Asked { chosen, log, user: surroundings.user, under_init: surroundings.under_init, compiled })
}
