//! The stage that counts rings (§4.8, §5): what of the configuration it needs, and what comes after it.

use super::audits::{MISSED, REJECTED, RING_FAILED, STOPPED};
use super::chat::{FAILURES, FAX, HANG_UPS};
use super::compile::GUARD;
use super::config::Config;
use crate::plan::setting::{Origin, Setting};
use crate::plan::stage::{
    AskRings, AwaitRing, CallFact, CallProgram, End, Level, OnSignal, Parting, PlannedStage, RingWords,
    SecondCall, Signal, Stage, Then, Variable,
};
use crate::source::FilePath;
use std::time::Duration;

/// The mark of the stages that wait for a call.
pub const IDLE: &str = "idle";
/// The mark of those for a call that is up.
pub const UP: &str = "up";
/// The mark of those for a fax.
pub const FAX_CALL: &str = "fax";

/// What programs are told of a call by variables (§7.3).
pub const TELLS: &[(&str, CallFact)] = &[
    ("CALLER_ID", CallFact::Caller),
    ("CALLER_NAME", CallFact::Name),
    ("CALL_DATE", CallFact::Date),
    ("CALL_TIME", CallFact::Time),
    ("CALLED_ID", CallFact::Called),
    ("CONNECT", CallFact::Connection),
];

/// A call is over so long after its last ring.
const GAP: Duration = Duration::from_secs(10);
/// The same for a first call that is only a sign.
const SILENCE: Duration = Duration::from_secs(17);
/// How long a program may take that is told of a call.
const LIMIT: Duration = Duration::from_secs(30);

const SORRY: &[u8] = b"\r\n\r\nSorry, no login allowed\r\n\r\nGoodbye...\r\n\r\n";

/// Counts the rings of a call on the line of this name. `environment`: that of the programs that are told of it.
pub fn stage(config: &Config, line: &[u8], environment: &[Variable]) -> PlannedStage {
    let mut shut = b"/etc/nologin.".to_vec();
    shut.extend(line.iter().map(|byte| if *byte == b'/' { b'-' } else { *byte }));
    let again = |audit| Then::At(IDLE, vec![Parting::Audit(audit)]);
    let wait = AwaitRing {
        rings: config.rings.clone(),
        gap: GAP,
        numbers: config.msn_list.clone(),
        words: RingWords { fax: FAX, over: FAILURES.iter().chain(HANG_UPS).copied().collect() },
        second_call: config
            .ringback
            .value
            .then(|| SecondCall { silence: SILENCE, within: config.ringback_time.clone() }),
        ask: ask(config, environment),
        speed_from_call: config.autobauding.clone(),
        shut: Setting::new(vec![FilePath(shut)], Origin::BuiltIn),
    };
    let silent = if config.ringback.value {
        (End::Missed, again(MISSED))
    } else {
        (End::Junk, Then::Finish(0, vec![Parting::Log(Level::Warning, "huh? Junk on the line?")]))
    };
    let dead = Then::Finish(30, vec![Parting::Pause(GAP), GUARD]);
    PlannedStage::new(Stage::AwaitRing(wait))
        .says(Level::Info, "wfr: waiting for ``RING''")
        .signal(Signal::Usr1, OnSignal::PickUp)
        .end(End::Few, again(STOPPED))
        .end(End::Shut, again(REJECTED))
        .end(silent.0, silent.1)
        .end(End::HungUp, dead.clone())
        .end(End::Gone, dead)
        .end(End::Connected, Then::At(UP, Vec::new()))
        .end(End::Fax, Then::At(FAX_CALL, Vec::new()))
        .end(End::Aborted, Then::Finish(20, vec![Parting::Audit(RING_FAILED), GUARD]))
        .end(
            End::Refused,
            Then::Finish(20, vec![Parting::Say(SORRY.to_vec()), Parting::Pause(Duration::from_secs(5))]),
        )
}

fn ask(config: &Config, environment: &[Variable]) -> Option<AskRings> {
    let command = config.cid_program.clone().map(Option::unwrap_or_default);
    let program = CallProgram {
        command,
        shell: "/bin/sh".into(),
        limit: LIMIT,
        environment: environment.to_vec(),
        tells: TELLS,
    };
    config.cid_program.value.as_ref().map(|_| AskRings { latest: 3, above: 10, program })
}
