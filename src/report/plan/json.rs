//! The same plan for programs: one object, whose keys stay.

use super::ways::to;
use super::{Value, facts, sentence, text, values};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{OnSignal, PlannedStage};
use serde::Serialize;

#[derive(Serialize)]
struct JsonPlan {
    program: &'static str,
    line: String,
    device: String,
    facts: Vec<JsonSetting>,
    entries: Vec<JsonEntry>,
    start: usize,
    stages: Vec<JsonStage>,
    signals: Vec<JsonEnd>,
    findings: Vec<JsonFinding>,
}

#[derive(Serialize)]
struct JsonEntry {
    label: String,
    speed: Option<u32>,
    prompt: String,
    next: Option<usize>,
    origin: String,
}

#[derive(Serialize)]
struct JsonStage {
    number: usize,
    mark: Option<&'static str>,
    stage: &'static str,
    says: String,
    settings: Vec<JsonSetting>,
    ends: Vec<JsonEnd>,
}

#[derive(Serialize)]
struct JsonSetting {
    name: &'static str,
    value: String,
    origin: String,
    overrode: Vec<String>,
}

#[derive(Serialize)]
struct JsonEnd {
    end: String,
    then: String,
}

#[derive(Serialize)]
struct JsonFinding {
    code: String,
    severity: String,
    text: String,
}

/// The plan as one JSON object.
pub fn explain_json(plan: &LinePlan) -> String {
    let setting = |value: &Value<'_>| JsonSetting {
        name: value.name,
        value: value.value.clone(),
        origin: plan.origin(value.origin),
        overrode: value.overrode.iter().map(|origin| plan.origin(origin)).collect(),
    };
    let stage = |(index, planned): (usize, &PlannedStage)| JsonStage {
        number: index + 1,
        mark: planned.mark,
        stage: planned.stage.name(),
        says: sentence(plan, &planned.stage),
        settings: values(plan, planned).iter().map(setting).collect(),
        ends: planned
            .ends
            .iter()
            .map(|(end, then)| JsonEnd { end: format!("{end:?}").to_ascii_lowercase(), then: to(plan, then) })
            .collect(),
    };
    let json = JsonPlan {
        program: plan.program,
        line: plan.facts.device.value.name.escape_ascii().to_string(),
        device: plan.facts.device.value.path.to_string(),
        facts: facts(plan).iter().map(setting).collect(),
        entries: plan
            .entries
            .iter()
            .map(|entry| JsonEntry {
                label: entry.label.escape_ascii().to_string(),
                speed: entry.initial.speed,
                prompt: text(plan, &entry.prompt),
                next: entry.next,
                origin: plan.origin(&entry.origin),
            })
            .collect(),
        start: plan.start.value,
        stages: plan.stages.iter().enumerate().map(stage).collect(),
        signals: plan
            .signals
            .iter()
            .map(|(signal, does)| JsonEnd {
                end: signal.name().to_owned(),
                then: match does {
                    OnSignal::Drop => "dropped".into(),
                    OnSignal::End(end) => format!("the stage ends: {end:?}").to_ascii_lowercase(),
                    OnSignal::PickUp => "a call is picked up".into(),
                    OnSignal::HandOver(..) => "a call is taken over from who has the line".into(),
                    OnSignal::Finish(status, _) => format!("ends with {status}"),
                },
            })
            .collect(),
        findings: plan
            .findings
            .iter()
            .map(|finding| JsonFinding {
                code: finding.code.to_string(),
                severity: finding.severity.to_string(),
                text: finding.one_line(&plan.sources),
            })
            .collect(),
    };
    serde_json::to_string_pretty(&json).unwrap_or_default()
}
