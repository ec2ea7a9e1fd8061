//! Stages of calls that we make, and that are handed over, in words.

use super::Value;
use super::words::{chat, duration};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{Candidate, ChooseLine, Stage};

/// Their settings, the one that matters most first.
pub(super) fn values(stage: &Stage) -> Vec<Value<'_>> {
    match stage {
        Stage::Delay(delay) => vec![
            Value::of("time", &delay.time, |time| duration(*time)),
            Value::of("spread", &delay.spread, |spread| format!("{spread} s")),
        ],
        Stage::ChooseLine(choose) => {
            let mut all = vec![
                Value::of("lines", &choose.candidates, |candidates| names(candidates)),
                Value::of("retry", &choose.retry, |time| duration(*time)),
                Value::of("in all", &choose.within, |time| duration(*time)),
            ];
            for candidate in &choose.candidates.value {
                all.push(Value::of("modem-init", &candidate.init.chat, chat));
                all.push(Value::of("prefix", &candidate.prefix, |prefix| prefix.escape_ascii().to_string()));
                all.push(Value::of("wait", &candidate.settle, |time| duration(*time)));
            }
            all
        }
        Stage::Dial(dial) => {
            let number = |number: &Vec<u8>| number.escape_ascii().to_string();
            dial.numbers.iter().map(|each| Value::of("number", each, number)).collect()
        }
        _ => Vec::new(),
    }
}

/// What such a plan does, in a sentence.
pub(super) fn answer(choose: &ChooseLine) -> String {
    format!("Calls somebody on {}, and hands the call to the mgetty there.", names(&choose.candidates.value))
}

/// The choice of lines, if the plan has one.
pub(super) fn choice(plan: &LinePlan) -> Option<&ChooseLine> {
    plan.stages.iter().find_map(|planned| match &planned.stage {
        Stage::ChooseLine(choose) => Some(choose),
        _ => None,
    })
}

fn names(candidates: &[Candidate]) -> String {
    let names = candidates.iter().map(|candidate| candidate.device.path.to_string());
    names.collect::<Vec<_>>().join(" or ")
}

/// What they do.
pub(super) fn sentence(stage: &Stage) -> String {
    match stage {
        Stage::Ask(ask) => format!("\"{}\" on standard output", ask.prompt.escape_ascii()),
        Stage::Detach(_) => "goes on in the background".into(),
        Stage::Delay(delay) => {
            let spread = delay.spread.value.saturating_sub(1);
            format!("{}, and up to {spread} s more", duration(delay.time.value.max(delay.least)))
        }
        Stage::ChooseLine(choose) => {
            let how = |candidate: &Candidate| {
                format!(
                    "; on {} with {} and {}",
                    candidate.device.path,
                    chat(&candidate.init.chat.value),
                    candidate.prefix.value.escape_ascii()
                )
            };
            format!(
                "{}, the first that is free and that an mgetty watches; looks every {}, for {}{}",
                names(&choose.candidates.value),
                duration(choose.retry.value),
                duration(choose.within.value),
                choose.candidates.value.iter().map(how).collect::<String>()
            )
        }
        Stage::Dial(dial) => {
            let numbers: Vec<String> =
                dial.numbers.iter().map(|number| number.value.escape_ascii().to_string()).collect();
            let numbers = match numbers.is_empty() {
                true => "the number that was asked for".into(),
                false => numbers.join(", then "),
            };
            format!(
                "{numbers}; {} for each, the next one {} later",
                duration(dial.patience),
                duration(dial.retry.value)
            )
        }
        Stage::HandOver(hand_over) => {
            format!("by SIGUSR1 to the mgetty, which has {} to answer", duration(hand_over.patience))
        }
        Stage::TakeCall(_) => "the lock becomes ours, and callback is told by SIGUSR1".into(),
        _ => String::new(),
    }
}
