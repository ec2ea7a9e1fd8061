//! What a stage does that the speed entry decides, or a program that has called: SCO's sixth field and gettyacts.

use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::speed::SpeedEntry;
use polygetty_compat::plan::stage::{Login, Stage};

/// The entry that the line begins with.
pub(super) fn entry(plan: &LinePlan) -> Option<&SpeedEntry> {
    plan.entries.get(plan.start.value)
}

/// The stage in words, where its own settings do not tell.
pub(super) fn sentence(plan: &LinePlan, index: usize) -> Option<String> {
    let entry = entry(plan)?;
    match &plan.stages.get(index)?.stage {
        Stage::ReadWords(_) if entry.auto => Some("asks nobody: the entry says AUTO".into()),
        Stage::Login(login) if login.words.is_some() => Some(match has_called(plan, index) {
            true => "the program that gettyacts names".into(),
            false => program(login, entry),
        }),
        _ => None,
    }
}

/// Where that comes from, where it is not the stage's own setting: `Some(None)`, it is no setting at all.
pub(super) fn origin(plan: &LinePlan, index: usize) -> Option<Option<&Origin>> {
    let entry = entry(plan)?;
    match &plan.stages.get(index)?.stage {
        Stage::Login(login) if login.words.is_some() && has_called(plan, index) => Some(None),
        Stage::Login(login) if login.words.is_some() && entry.program.is_some() => Some(Some(&entry.origin)),
        Stage::ReadWords(_) if entry.auto => Some(Some(&entry.origin)),
        _ => None,
    }
}

/// Whether a program has called, or a fax machine, when the plan comes here.
fn has_called(plan: &LinePlan, index: usize) -> bool {
    let before = index.checked_sub(1).and_then(|index| plan.stages.get(index));
    plan.stages.get(index).is_some_and(|planned| planned.mark == Some("machine"))
        || before
            .is_some_and(|before| matches!(&before.stage, Stage::Detect(detect) if detect.window.is_none()))
}

fn program(login: &Login, entry: &SpeedEntry) -> String {
    let shown =
        |words: &[Vec<u8>]| words.iter().map(|word| format!(" {}", word.escape_ascii())).collect::<String>();
    let name = if entry.auto { "LINE" } else { "NAME" };
    let term = match login.term.value.as_slice() {
        [] => String::new(),
        term => format!(", TERM={}", term.escape_ascii()),
    };
    if let Some(program) = &entry.program {
        return format!("{}{} {name}{term}", program.path, shown(&program.arguments));
    }
    let words = login.words.as_ref();
    let before = words.map(|words| shown(&words.before)).unwrap_or_default();
    let stranger = words.and_then(|words| words.stranger.as_ref()).filter(|_| !entry.auto);
    let stranger =
        stranger.map(|name| format!("; an unknown name becomes {}", name.escape_ascii())).unwrap_or_default();
    format!("{}{before} {name}{term}{stranger}", login.program.value)
}
