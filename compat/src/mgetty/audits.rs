//! The entries that mgetty's log has for scripts, byte for byte.

use super::compile::Audit;
use crate::plan::stage::AuditFact::{
    Caller, CallerName, Connection, HangUpCode, Line, Pages, Process, Program, Rings, Sender, Took, Typed,
};
use crate::plan::stage::AuditPiece::{Fact, Text};

/// Entries of one line and process; behind that, what each tells.
macro_rules! entries {
    ($($name:ident = $begin:literal $(, $text:literal $fact:ident)* $(; $end:literal)?)*) => {
        $(pub(super) const $name: Audit = &[
            Text($begin),
            Fact(Line),
            Text(", pid="),
            Fact(Process),
            $(Text($text), Fact($fact),)*
            $(Text($end),)?
        ];)*
    };
}

entries! {
    GOT_HUP = "failed dev="; ", got signal 1, exiting"
    GOT_INT = "failed dev="; ", got signal 2, exiting"
    GOT_QUIT = "failed dev="; ", got signal 3, exiting"
    GOT_TERM = "failed dev="; ", got signal 15, exiting"
    GOT_USR2 = "exit dev="; ", got signal USR2, exiting"
    NO_INIT = "failed in mg_init_data, dev="
    TOO_LATE = "failed dev="; ", login time out"
    MODEM_ERROR = "failed dev=", ", got modem error '" Typed; "'"
    REFUSED = "denied caller dev=", ", caller='" Caller; "'"
    RING_FAILED = "failed A_FAIL dev=", ", caller='" Caller; "'"
    NO_ANSWER = "failed timeout dev=", ", caller='" Caller, "', conn='" Connection, "', name='" CallerName; "'"
    ANSWER_FAILED = "failed A_FAIL dev=", ", caller='" Caller, "', conn='" Connection, "', name='" CallerName; "'"
    DATA = "data dev=", ", caller='" Caller, "', conn='" Connection, "', name='" CallerName,
        "', cmd='" Program, "', user='" Typed; "'"
    FAX = "fax dev=", ", caller='" Caller, "', name='" CallerName, "', id='" Sender,
        "', +FHNG=" HangUpCode, ", pages=" Pages, "/0, time=" Took
}

pub(super) const STOPPED: Audit = &[
    Text("phone stopped ringing (rings="),
    Fact(Rings),
    Text(", dev="),
    Fact(Line),
    Text(", pid="),
    Fact(Process),
    Text(", caller='"),
    Fact(Caller),
    Text("')"),
];
pub(super) const REJECTED: Audit = &[Text("rejected, rings="), Fact(Rings)];
pub(super) const MISSED: Audit = &[Text("missed ringback!")];
