//! Stages of lines that take calls, in words.

use super::words::{duration, optional};
use super::{Value, text};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::stage::{
    AdmitCall, AskName, FaxClass, LoginByRule, PlannedStage, PrepareFax, ReceiveFax, Stage,
};
use polygetty_compat::source::FilePath;

/// Their settings, the one that matters most first.
pub(super) fn values<'p>(plan: &'p LinePlan, planned: &'p PlannedStage) -> Vec<Value<'p>> {
    match &planned.stage {
        Stage::AwaitModem(wait) => vec![Value::of("because", &wait.because, |()| "asked for".into())],
        Stage::PrepareFax(fax) => vec![
            Value::of("class", &fax.class, |class| of_class(*class).into()),
            Value::of("quirks", &fax.quirks, |quirks| format!("0x{quirks:02x}")),
            Value::of("faxes alone", &fax.fax_only, ToString::to_string),
            Value::of("station", &fax.station, |name| name.escape_ascii().to_string()),
            Value::of("fastest", &fax.fastest, |bps| format!("{bps} bit/s")),
        ],
        Stage::ReceiveFax(fax) => receive_values(fax),
        Stage::AdmitCall(admit) => {
            let program = admit.program.as_ref().map(|program| {
                Value::of("program", &program.command, |command| command.escape_ascii().to_string())
            });
            [Value::of("callers", &admit.callers, ToString::to_string)].into_iter().chain(program).collect()
        }
        Stage::Listen(listen) => vec![Value::of("file", &listen.file, ToString::to_string)],
        Stage::AskName(ask) => {
            let mut all = vec![Value::of("timeout", &ask.timeout, |time| optional(time.map(duration)))];
            all.extend(
                ask.mailers_asked.as_ref().map(|asked| Value::of("mailers", asked, |_| "asked".into())),
            );
            all.extend(ask.untold.as_ref().map(|name| Value::of("variable", name, |name| (*name).into())));
            all
        }
        Stage::LoginByRule(login) => {
            let mut all = vec![
                Value::of("rules", &login.file, ToString::to_string),
                Value::of("program", &login.login, ToString::to_string),
                Value::of("stay", &login.supervise, ToString::to_string),
            ];
            let term = &plan.facts.term;
            all.push(Value::of("TERM", term, |term| {
                optional(term.as_ref().map(|term| term.escape_ascii().to_string()))
            }));
            all
        }
        _ => Vec::new(),
    }
}

/// What they do.
pub(super) fn sentence(plan: &LinePlan, stage: &Stage) -> String {
    match stage {
        Stage::AwaitModem(wait) => {
            format!("by DSR or CTS; looks every {}", duration(wait.look_every))
        }
        Stage::PrepareFax(fax) => prepare(fax),
        Stage::ReceiveFax(fax) => receive(fax),
        Stage::Connected(what) => format!("without a modem: {}", what.escape_ascii()),
        Stage::AdmitCall(admit) => asks(admit),
        Stage::Listen(listen) => format!("for programs that {} has a place for", listen.file.value),
        Stage::AskName(ask) => ask_name(plan, ask),
        Stage::LoginByRule(login) => by_rule(login),
        _ => String::new(),
    }
}

fn of_class(class: FaxClass) -> &'static str {
    match class {
        FaxClass::ByModel => "by the modem's model",
        FaxClass::Asked => "the modem is asked",
        FaxClass::Class2 => "2",
        FaxClass::Class20 => "2.0",
    }
}

fn prepare(fax: &PrepareFax) -> String {
    let only = if fax.fax_only.value { ", no data calls" } else { "" };
    format!("class: {}{only}", of_class(fax.class.value))
}

fn receive_values(fax: &ReceiveFax) -> Vec<Value<'_>> {
    let name = |name: &Option<Vec<u8>>| optional(name.as_ref().map(|name| name.escape_ascii().to_string()));
    vec![
        Value::of("spool", &fax.spool, |dirs| directories(dirs)),
        Value::of("space", &fax.space, |kib| format!("{kib} KB")),
        Value::of("owner", &fax.owner, name),
        Value::of("group", &fax.group, name),
        Value::of("mode", &fax.mode, |mode| format!("{mode:04o}")),
        Value::of("format", &fax.tiff, |tiff| if *tiff { "tiff" } else { "g3" }.into()),
        Value::of("speed", &fax.speed, |bps| match bps {
            0 => "as it is".into(),
            bps => format!("{bps} bit/s"),
        }),
        Value::of("flow", &fax.flow, |flow| {
            let on: Vec<String> =
                flow.iter().filter(|(_, on)| *on).map(|(flag, _)| format!("{flag:?}")).collect();
            optional(Some(on.join(" ")).filter(|on| !on.is_empty()))
        }),
        Value::of("mail", &fax.mail_to, name),
        Value::of("program", &fax.program, ToString::to_string),
    ]
}

fn directories(dirs: &[FilePath]) -> String {
    dirs.iter().map(ToString::to_string).collect::<Vec<_>>().join(":")
}

fn receive(fax: &ReceiveFax) -> String {
    let mail = match &fax.mail_to.value {
        Some(to) => format!("; mail to {}", to.escape_ascii()),
        None => String::new(),
    };
    format!("into {}{mail}, then {}", directories(&fax.spool.value), fax.program.value)
}

fn asks(admit: &AdmitCall) -> String {
    let program = admit
        .program
        .as_ref()
        .map(|program| format!(", and if {} does not end with 1", program.command.value.escape_ascii()));
    format!("if {} lets the caller in{}", admit.callers.value, program.unwrap_or_default())
}

fn ask_name(plan: &LinePlan, ask: &AskName) -> String {
    if let Some(name) = &ask.untold {
        return format!("asks nobody: the prompt is in {}", name.value);
    }
    let prompt =
        plan.entries.get(plan.start.value).map(|entry| text(plan, &entry.prompt)).unwrap_or_default();
    let time = match ask.timeout.value {
        Some(time) => format!("within {}, and {} more", duration(time), duration(ask.grace)),
        None => "takes as long as it takes".into(),
    };
    format!("\"{prompt}\", {time}")
}

fn by_rule(login: &LoginByRule) -> String {
    let stay = if login.supervise.value { ", and stays until it ends" } else { "" };
    format!("as {} says, else {} NAME{stay}", login.file.value, login.login.value)
}
