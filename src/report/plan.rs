//! A plan as a person reads it, and as a program does.

use polygetty_compat::persona::Family;
use polygetty_compat::plan::setting::{Origin, Setting};
use polygetty_compat::plan::stage::{PlannedStage, Stage};
use polygetty_compat::plan::{LinePlan, Version};

mod by_entry;
mod callback;
mod calls;
mod json;
mod layout;
mod sentences;
mod settled;
#[cfg(test)]
mod tests;
mod values;
mod ways;
mod words;

pub use json::explain_json;
use layout::{fold, note, row};
use sentences::sentence;
use settled::settled_elsewhere;
use values::values;
use ways::{aside, way};
use words::{log_level, optional, text};

/// One value of a stage.
struct Value<'a> {
    name: &'static str,
    value: String,
    origin: &'a Origin,
    overrode: &'a [Origin],
}

impl<'a> Value<'a> {
    fn of<T>(name: &'static str, setting: &'a Setting<T>, show: impl FnOnce(&T) -> String) -> Self {
        Self { name, value: show(&setting.value), origin: &setting.origin, overrode: &setting.overrode }
    }
}

/// Says what a plan does: the answer, the stages with their values and where each comes from, what was overruled.
pub fn explain(plan: &LinePlan, invoked: &str) -> String {
    let mut out = String::new();
    fold(&mut out, 0, 4, invoked);
    fold(&mut out, 0, 0, &answer(plan));
    out.push('\n');
    let stages: Vec<(usize, &PlannedStage)> = plan.stages.iter().enumerate().collect();
    for (index, planned) in &stages {
        if let Some(when) = aside(plan, *index) {
            out.push('\n');
            note(&mut out, when);
        }
        let values = values(plan, planned);
        let says = by_entry::sentence(plan, *index).unwrap_or_else(|| sentence(plan, &planned.stage));
        let origin = values.first().map(|value| value.origin);
        let origin =
            by_entry::origin(plan, *index).unwrap_or(origin).map_or_else(String::new, |o| plan.origin(o));
        row(&mut out, index + 1, planned.stage.name(), &says, &origin);
        for (end, then) in &planned.ends {
            if let Some(text) = way(plan, &planned.stage, *end, then) {
                fold(&mut out, 22, 24, &text);
            }
        }
    }
    out.push('\n');
    entries(plan, &mut out);
    for line in settled_elsewhere(plan) {
        note(&mut out, &line);
    }
    let mut overruled: Vec<String> = Vec::new();
    let owned = plan.stages.iter().flat_map(|planned| {
        let stage = planned.stage.name();
        values(plan, planned).into_iter().map(move |value| (format!("{} of \"{stage}\"", value.name), value))
    });
    for (what, value) in owned.chain(facts(plan).into_iter().map(|value| (value.name.to_owned(), value))) {
        for loser in value.overrode {
            let by = plan.origin(value.origin);
            overruled.push(format!("Overruled: {what}, {}, by {by}", plan.origin(loser)));
        }
    }
    overruled.dedup();
    for line in &overruled {
        note(&mut out, line);
    }
    for finding in &plan.findings {
        note(&mut out, &format!("{}: {}", finding.severity, finding.one_line(&plan.sources)));
    }
    let printable =
        |c: char| if c.is_control() && c != '\n' { c.escape_default().to_string() } else { c.into() };
    out.chars().map(printable).collect()
}

/// What is known of the line beside its stages.
fn facts(plan: &LinePlan) -> Vec<Value<'_>> {
    let bytes = |text: &Option<Vec<u8>>, none: &str| {
        text.as_ref().map_or_else(|| none.to_owned(), |text| text.escape_ascii().to_string())
    };
    let label =
        |at: &usize| optional(plan.entries.get(*at).map(|entry| entry.label.escape_ascii().to_string()));
    vec![
        Value::of("persona", &plan.persona, |persona| persona.own_name().to_owned()),
        Value::of("log facility", &plan.log.facility, |facility| facility.name().to_owned()),
        Value::of("log level", &plan.log.level, |level| log_level(*level).to_owned()),
        Value::of("line", &plan.facts.device, |device| device.path.to_string()),
        Value::of("node name", &plan.facts.system, |name| bytes(name, "the system's")),
        Value::of("version", &plan.facts.version, |version| match version {
            Version::Text(text) => text.escape_ascii().to_string(),
            Version::File(path) => path.to_string(),
            Version::System => "the system's".into(),
        }),
        Value::of("terminal", &plan.facts.term, |term| bytes(term, "none")),
        Value::of("entry", &plan.start, label),
        Value::of("debug", &plan.debug, |mask| format!("{mask:o}")),
    ]
}

const SHARES: &str = "shares the line by lock files";

fn answer(plan: &LinePlan) -> String {
    let mut does: Vec<&str> = Vec::new();
    let mut call = "asks for a name";
    let start = plan.entries.get(plan.start.value);
    for planned in &plan.stages {
        match &planned.stage {
            Stage::AwaitFree(_) => does.push(SHARES),
            Stage::Chat(chat) if chat.name == "INIT" => does.push("sends INIT"),
            Stage::Chat(chat) if chat.name == "AUTO" => does.push("lets the modem pick up by itself"),
            Stage::AwaitText(text) if text.word.value.is_some() => does.push("waits for a call"),
            Stage::AwaitText(_) => does.push("waits for a character"),
            Stage::AwaitCarrier(_) => does.push("waits for carrier"),
            Stage::AwaitRing(_) => does.push("waits for a call"),
            Stage::Answer(answer) if answer.name == "DIAL" => does.push("calls a number"),
            Stage::Answer(_) => does.push("answers it"),
            Stage::Lock(_) if !does.contains(&SHARES) && plan.persona.value.family() == Family::Sco => {
                does.push(SHARES)
            }
            Stage::RunDialer(dialer) if dialer.limit.is_some() => does.push("has a dialer prepare the modem"),
            Stage::RunDialer(_) => does.push("has a dialer answer calls"),
            Stage::Detect(detect) if detect.window.is_some() => does.push("listens for programs that call"),
            Stage::ReadWords(_) if start.is_some_and(|entry| entry.auto) => call = "asks nobody",
            Stage::Login(login) => {
                does.push(call);
                let own = start.and_then(|entry| entry.program.as_ref()).filter(|_| login.words.is_some());
                let program = own.map_or(&login.program.value, |program| &program.path).to_string();
                return format!("On {}: {}, runs {program}.", plan.facts.device.value.path, does.join(", "));
            }
            Stage::ReadName(_) => call = "asks for a name",
            Stage::ChooseLine(choose) => return callback::answer(choose),
            _ => {}
        }
    }
    format!("On {}: {}.", plan.facts.device.value.path, does.join(", "))
}

/// The speed entries that BREAK leads through.
fn entries(plan: &LinePlan, out: &mut String) {
    if let Some(choose) = callback::choice(plan) {
        for (candidate, entry) in choose.candidates.value.iter().zip(&plan.entries) {
            let speed = entry.initial.speed.unwrap_or(0);
            let line = format!("{}: {speed} bit/s ({})", candidate.device.path, plan.origin(&entry.origin));
            note(out, &line);
        }
        return;
    }
    let mut ring = Vec::new();
    let mut next = Some(plan.start.value);
    while let Some((at, entry)) = next.and_then(|at| Some((at, plan.entries.get(at)?))) {
        if ring.contains(&at) {
            break;
        }
        ring.push(at);
        let speed = entry.initial.speed.unwrap_or(0);
        let asks = if entry.auto {
            "asks nobody".into()
        } else {
            format!("prompt \"{}\"", text(plan, &entry.prompt))
        };
        let runs =
            entry.program.as_ref().map(|program| format!(", runs {}", program.path)).unwrap_or_default();
        let line = format!(
            "Entry \"{}\": {speed} bit/s, {asks}{runs} ({})",
            entry.label.escape_ascii(),
            plan.origin(&entry.origin)
        );
        note(out, &line);
        next = entry.next;
    }
    let labels: Vec<String> = ring
        .iter()
        .chain(&next)
        .filter_map(|at| plan.entries.get(*at))
        .map(|e| e.label.escape_ascii().to_string())
        .collect();
    if labels.len() > 2 {
        note(out, &format!("BREAK leads {}", labels.join(" -> ")));
    }
}
