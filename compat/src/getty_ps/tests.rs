//! What a getty_ps command line and its files compile to.

use super::chat;
use super::compile::compile;
use super::defaults::{KEYWORDS, parse};
use crate::diag::{Code, Diagnostic, Severity};
use crate::persona::Persona;
use crate::plan::chat::{Atom, Expect, Field, SendPart, Word};
use crate::plan::modes::{Char, Flag, Value};
use crate::plan::setting::Origin;
use crate::plan::stage::{
    Answer, AwaitText, EmsiLine, End, Greet, Issue, LockFormat, Login, OnSignal, Parting, PlannedStage,
    ReadName, RunChat, Signal, Stage, Then,
};
use crate::plan::text::{Param, Piece, Text};
use crate::plan::{Compiled, LinePlan, Refusal, Version};
use crate::source::{FilePath, FileText, MapReader, ProgramFacts, ReadError, SourceMap, SourceReader};
use crate::surroundings::{Surroundings, SystemFacts};
use proptest::prelude::*;
use std::time::Duration;

macro_rules! stage {
    ($plan:expr, $kind:ident) => {
        $plan.stages.iter().find_map(|planned| match &planned.stage {
            Stage::$kind(found) => Some(found),
            _ => None,
        })
    };
}

mod chats;
mod command_line;
mod defaults_file;
mod entries;
mod stages;

const GETTYDEFS: &str = "# comment first
9600# B9600 CS8 # B9600 SANE -ISTRIP CLOCAL #@S login: #2400

2400# B2400 CS8 # B2400 CS8 OPOST ISIG ICANON ECHO #login2400: #9600
";

fn world() -> MapReader {
    MapReader::default().file("/etc/gettydefs", GETTYDEFS).device("pts/3").device("pts/4")
}

fn with_conf(conf: &str) -> MapReader {
    world().file("/etc/conf.getty", conf)
}

fn argv(line: &str) -> Vec<Vec<u8>> {
    line.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

fn compiled(
    line: &str,
    surroundings: &Surroundings,
    reader: &mut dyn SourceReader,
) -> Result<Compiled, Refusal> {
    let argv = argv(line);
    let persona = Persona::by_name(FilePath(argv[0].clone()).base_name()).expect("a program of ours");
    compile(persona, &argv, surroundings, reader)
}

fn plan_in(line: &str, surroundings: &Surroundings, reader: &mut dyn SourceReader) -> LinePlan {
    match compiled(line, surroundings, reader) {
        Ok(Compiled::Plan(plan)) => {
            assert_marks_exist(&plan);
            *plan
        }
        other => panic!("no plan from {line:?}: {other:?}"),
    }
}

fn plan(line: &str, mut reader: MapReader) -> LinePlan {
    plan_in(line, &Surroundings::default(), &mut reader)
}

fn refused(line: &str) -> Refusal {
    match compiled(line, &Surroundings::default(), &mut world()) {
        Err(refusal) => refusal,
        Ok(other) => panic!("{line:?} is taken: {other:?}"),
    }
}

/// Every way back or ahead leads to a stage, and no two stages have one mark.
fn assert_marks_exist(plan: &LinePlan) {
    for planned in &plan.stages {
        for (end, then) in &planned.ends {
            if let Then::At(mark, _) = then {
                let named = plan.stages.iter().filter(|stage| stage.mark == Some(*mark)).count();
                assert_eq!(named, 1, "{end:?} of {} leads to {mark:?}", planned.stage.name());
            }
        }
    }
    assert!(plan.entries.get(plan.start.value).is_some());
    assert!(plan.entries.iter().all(|entry| entry.next.is_some_and(|next| next < plan.entries.len())));
}

fn names(plan: &LinePlan) -> Vec<&'static str> {
    plan.stages.iter().map(|planned| planned.stage.name()).collect()
}

fn read_name(plan: &LinePlan) -> &ReadName {
    stage!(plan, ReadName).expect("a name is read")
}

fn greet(plan: &LinePlan) -> &Greet {
    stage!(plan, Greet).expect("a caller is greeted")
}

fn login(plan: &LinePlan) -> &Login {
    stage!(plan, Login).expect("login is run")
}

fn planned(plan: &LinePlan, choose: impl Fn(&Stage) -> bool) -> &PlannedStage {
    plan.stages.iter().find(|planned| choose(&planned.stage)).expect("the stage is there")
}

fn line_of(plan: &LinePlan, origin: &Origin) -> usize {
    match origin {
        Origin::File(span) => plan.sources.place(*span).line,
        other => panic!("{other:?} is no place in a file"),
    }
}

fn codes(findings: &[Diagnostic], code: Code) -> Vec<&Diagnostic> {
    findings.iter().filter(|finding| finding.code == code).collect()
}
