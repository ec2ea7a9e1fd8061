//! The keywords (§2.2): what each holds, and what it is where nobody sets it.

use super::chat::Script;
use super::config::{Config, Says};
use super::values::{Flow, Issue, ModemType, SYNTAX};
use crate::diag::Code;
use crate::plan::setting::{Origin, Setting};
use crate::site::Profile;
use crate::source::FilePath;
use std::ops::Range;
use std::time::Duration;

/// MC07: a keyword that is taken and does nothing.
pub const IDLE: Code = Code::mc(7);
/// MC08: a value that another one stands in for.
pub const REPLACED: Code = Code::mc(8);

/// The most words of a list: numbers, directories.
const MOST: usize = 64;
/// No time is longer: one year.
const LONGEST: u64 = 365 * 24 * 3600;
/// The shortest time between two looks at the modem.
const CHECK: i64 = 900;
/// The shortest time for a ringback.
const RINGBACK: i64 = 30;

/// What the original calls its default chats.
const INIT_UPSTREAM: &[u8] = br#""" \dATQ0V1H0 OK ATS0=0Q0&D3&C1 OK"#;
const INIT_DEBIAN: &[u8] = br#""" \dATQ0V1H0 OK AT OK"#;
const FORCE_INIT: &[u8] = br#""" \d\020\003\d\d\d+++\d\d\d\r\dATQ0V1H0 OK"#;
const ANSWER: &[u8] = br#""" ATA CONNECT \c \n"#;

/// A value as it was read.
pub(super) enum Held {
    Number(i64),
    Mode(u32),
    Yes(bool),
    Text(Vec<u8>),
    Chat(Script),
    Flow(Flow),
    Modem(ModemType),
    Format(bool),
}

/// How a value is written, and where it goes.
enum Form {
    Number(fn(&mut Config, i64, Origin)),
    /// A number; in place of those in the range stands the number behind it.
    AtLeast(Range<i64>, fn(&mut Config, i64, Origin)),
    Mode(fn(&mut Config) -> &mut Setting<u32>),
    Yes(fn(&mut Config) -> &mut Setting<bool>),
    Text(fn(&mut Config, Vec<u8>, Origin)),
    Chat(fn(&mut Config, Script, Origin)),
    Flow(fn(&mut Config) -> &mut Setting<Flow>),
    Modem,
    Format,
    /// It does nothing here.
    Idle,
}

/// A keyword.
pub(super) struct Keyword {
    pub(super) name: &'static str,
    form: Form,
}

const fn keyword(name: &'static str, form: Form) -> Keyword {
    Keyword { name, form }
}

fn ms(n: i64) -> Duration {
    Duration::from_millis(u64::try_from(n).unwrap_or(0).min(LONGEST * 1000))
}

fn secs(n: i64) -> Duration {
    Duration::from_secs(u64::try_from(n).unwrap_or(0).min(LONGEST))
}

fn count(n: i64) -> u32 {
    u32::try_from(n.max(0)).unwrap_or(u32::MAX)
}

fn some(text: Vec<u8>) -> Option<Vec<u8>> {
    Some(text).filter(|text| !text.is_empty())
}

fn words(text: &[u8], between: u8) -> Vec<Vec<u8>> {
    text.split(|byte| *byte == between)
        .filter(|word| !word.is_empty())
        .take(MOST)
        .map(<[u8]>::to_vec)
        .collect()
}

use Form::{AtLeast, Chat, Idle, Mode, Number, Text, Yes};

static KEYWORDS: &[Keyword] = &[
    keyword("speed", Number(|c, n, o| c.speed.overrule(count(n), o))),
    keyword("switchbd", Number(|c, n, o| c.switchbd.overrule(count(n), o))),
    keyword("direct", Yes(|c| &mut c.direct)),
    keyword("blocking", Yes(|c| &mut c.blocking)),
    keyword("port-owner", Text(|c, text, o| c.port_owner.overrule(some(text), o))),
    keyword("port-group", Text(|c, text, o| c.port_group.overrule(some(text), o))),
    keyword("port-mode", Mode(|c| &mut c.port_mode)),
    keyword("toggle-dtr", Yes(|c| &mut c.toggle_dtr)),
    keyword("toggle-dtr-waittime", Number(|c, n, o| c.toggle_dtr_waittime.overrule(ms(n), o))),
    keyword("open-delay", Number(|c, n, o| c.open_delay.overrule(Some(ms(n)), o))),
    keyword("need-dsr", Yes(|c| &mut c.need_dsr)),
    keyword("data-only", Yes(|c| &mut c.data_only)),
    keyword("fax-only", Yes(|c| &mut c.fax_only)),
    keyword("modem-type", Form::Modem),
    keyword("modem-quirks", Number(|c, n, o| c.modem_quirks.overrule(count(n), o))),
    keyword("init-chat", Chat(|c, chat, o| c.init_chat.overrule(chat, o))),
    keyword("force-init-chat", Chat(|c, chat, o| c.force_init_chat.overrule(chat, o))),
    keyword("post-init-chat", Chat(|c, chat, o| c.post_init_chat.overrule(Some(chat), o))),
    keyword("data-flow", Form::Flow(|c| &mut c.data_flow)),
    keyword("fax-rec-flow", Form::Flow(|c| &mut c.fax_rec_flow)),
    keyword("fax-send-flow", Idle),
    keyword("fax-min-speed", Idle),
    keyword(
        "modem-check-time",
        AtLeast(0..CHECK, |c, n, o| c.modem_check_time.overrule((n >= 0).then(|| secs(n)), o)),
    ),
    keyword("rings", Number(|c, n, o| c.rings.overrule(count(n).max(1), o))),
    keyword("msn-list", Text(|c, text, o| c.msn_list.overrule(words(&text, b' '), o))),
    keyword("get-cnd-chat", Chat(|c, chat, o| c.get_cnd_chat.overrule(Some(chat), o))),
    keyword("cid-program", Text(|c, text, o| c.cid_program.overrule(some(text), o))),
    keyword("cnd-program", Text(|c, text, o| c.cnd_program.overrule(some(text), o))),
    keyword("answer-chat", Chat(|c, chat, o| c.answer_chat.overrule(chat, o))),
    keyword("answer-chat-timeout", Number(|c, n, o| c.answer_chat_timeout.overrule(secs(n), o))),
    keyword("autobauding", Yes(|c| &mut c.autobauding)),
    keyword("ringback", Yes(|c| &mut c.ringback)),
    keyword("ringback-time", AtLeast(i64::MIN..RINGBACK, |c, n, o| c.ringback_time.overrule(secs(n), o))),
    keyword("ignore-carrier", Yes(|c| &mut c.ignore_carrier)),
    keyword("issue-file", Text(|c, text, o| c.issue_file.overrule(Issue::read(&text), o))),
    keyword("prompt-waittime", Number(|c, n, o| c.prompt_waittime.overrule(ms(n), o))),
    keyword("login-prompt", Text(|c, text, o| c.login_prompt.overrule(text, o))),
    keyword("login-time", Number(|c, n, o| c.login_time.overrule((n > 0).then(|| secs(n)), o))),
    keyword("fido-send-emsi", Yes(|c| &mut c.fido_send_emsi)),
    keyword("login-env-ttyprompt-hack", Yes(|c| &mut c.login_env_ttyprompt_hack)),
    keyword(
        "login-conf-file",
        Text(|c, text, o| {
            if let Some(name) = some(text) {
                c.login_conf_file.overrule(FilePath(name), o);
            }
        }),
    ),
    keyword("fax-id", Text(|c, text, o| c.fax_id.overrule(station(&text), o))),
    keyword("fax-max-speed", Number(|c, n, o| c.fax_max_speed.overrule(count(n), o))),
    keyword("diskspace", Number(|c, n, o| c.diskspace.overrule(u64::try_from(n).unwrap_or(0), o))),
    keyword("notify", Text(|c, text, o| c.notify.overrule(some(text).filter(|to| is_address(to)), o))),
    keyword("fax-owner", Text(|c, text, o| c.fax_owner.overrule(some(text), o))),
    keyword("fax-group", Text(|c, text, o| c.fax_group.overrule(some(text), o))),
    keyword("fax-mode", Mode(|c| &mut c.fax_mode)),
    keyword(
        "fax-spool-in",
        Text(|c, text, o| {
            c.fax_spool_in.overrule(words(&text, b':').into_iter().map(FilePath).collect(), o);
        }),
    ),
    keyword("debug", Number(|c, n, o| c.debug.overrule(count(n).min(9), o))),
    keyword("statistics-chat", Chat(|c, chat, o| c.statistics_chat.overrule(Some(chat), o))),
    keyword("statistics-file", Text(|c, text, o| c.statistics_file.overrule(some(text).map(FilePath), o))),
    keyword("gettydefs", Text(|c, text, o| c.gettydefs.overrule(text, o))),
    keyword("term", Text(|c, text, o| c.term.overrule(some(text), o))),
    keyword("fax-server-file", Idle),
    keyword("sms-handler", Idle),
    keyword("fax-format", Form::Format),
    keyword(
        "fax-notify-program",
        Text(|c, text, o| c.fax_notify_program.overrule(some(text).map(FilePath), o)),
    ),
    keyword("wait-for-cr", Yes(|c| &mut c.wait_for_cr)),
    keyword("use-gettydefs", Yes(|c| &mut c.use_gettydefs)),
];

/// The keyword of this name, spelt exactly. SMS handlers have several.
pub(super) fn find(name: &[u8]) -> Option<&'static Keyword> {
    let name = if name.starts_with(b"sms-handler") { b"sms-handler" } else { name };
    KEYWORDS.iter().find(|keyword| keyword.name.as_bytes() == name)
}

/// All of them, and `port`.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|keyword| keyword.name).chain(std::iter::once("port"))
}

/// Whether mail can be sent to it: nothing in it would begin another header.
fn is_address(text: &[u8]) -> bool {
    !text.iter().any(u8::is_ascii_control)
}

/// What of a station's identification can be sent: printable, without quotes.
fn station(text: &[u8]) -> Vec<u8> {
    let useful = text.iter().copied().filter(|byte| matches!(byte, b' '..=b'~') && *byte != b'"');
    useful.take(40).collect()
}

impl Keyword {
    pub(super) fn is_number(&self) -> bool {
        matches!(self.form, Number(_) | AtLeast(..))
    }

    /// What a value says; none if it says nothing, and the finding has been made.
    pub(super) fn read(&self, text: &[u8], says: &mut Says<'_>) -> Option<Held> {
        Some(match self.form {
            Number(_) | AtLeast(..) => Held::Number(says.number(text)?),
            Mode(_) => Held::Mode(says.mode(text)?),
            Yes(_) => Held::Yes(says.yes(text)),
            Chat(_) => Held::Chat(says.script(text)),
            Text(_) | Idle => {
                if self.name == "fax-spool-in" {
                    says.directories(text);
                }
                Held::Text(text.to_vec())
            }
            Form::Flow(_) => Held::Flow(says.flow(text)?),
            Form::Modem => Held::Modem(says.modem_type(text)?),
            Form::Format => Held::Format(says.format(text)?),
        })
    }

    pub(super) fn assign(&self, config: &mut Config, held: Held, origin: Origin, says: &mut Says<'_>) {
        match (&self.form, held) {
            (Number(set), Held::Number(n)) => set(config, n, origin),
            (AtLeast(short, set), Held::Number(n)) => set(config, says.at_least(short, n), origin),
            (Mode(field), Held::Mode(mode)) => field(config).overrule(mode, origin),
            (Yes(field), Held::Yes(yes)) => field(config).overrule(yes, origin),
            (Chat(set), Held::Chat(chat)) => set(config, chat, origin),
            (Text(set), Held::Text(text)) => set(config, text, origin),
            (Form::Flow(field), Held::Flow(flow)) => field(config).overrule(flow, origin),
            (Form::Modem, Held::Modem(modem)) => config.modem_type.overrule(modem, origin),
            (Form::Format, Held::Format(tiff)) => config.fax_tiff.overrule(tiff, origin),
            (Idle, _) => {
                let message = format!("{} has no effect here", self.name);
                says.warn(IDLE, 0..says.length, message, "it is ignored", "nothing");
            }
            _ => {}
        }
    }
}

impl Says<'_> {
    /// Directories, between colons: without one that works every fax is lost.
    fn directories(&mut self, text: &[u8]) {
        let all = words(text, b':');
        if all.is_empty() {
            let message = "there is no directory for faxes".to_owned();
            self.warn(SYNTAX, 0..text.len(), message, "no fax is received", "/var/spool/fax/incoming");
        }
        if let Some(odd) = all.iter().find(|dir| dir.first() != Some(&b'/')) {
            let message = format!("\"{}\" is no absolute path", odd.escape_ascii());
            self.warn(SYNTAX, 0..text.len(), message, "taken for one below /", "paths that begin with /");
        }
    }

    /// What stands in for a number that is too small.
    fn at_least(&mut self, short: &Range<i64>, n: i64) -> i64 {
        if !short.contains(&n) {
            return n;
        }
        let message = format!("{} {n} is too short", self.keyword);
        let here = format!("taken for {}", short.end);
        self.warn(REPLACED, 0..self.length, message, &here, &format!("{} or more", short.end));
        short.end
    }

    /// Whether faxes are kept as TIFF.
    fn format(&mut self, text: &[u8]) -> Option<bool> {
        match text {
            b"tiff" => Some(true),
            b"g3" => Some(false),
            _ => {
                let message = format!("\"{}\" is no format of faxes", text.escape_ascii());
                self.warn(SYNTAX, 0..text.len(), message, "it is ignored", "g3 or tiff");
                None
            }
        }
    }
}

fn script(text: &[u8]) -> Setting<Script> {
    Setting::built_in(super::chat::read(text, &|_| None, &mut Vec::new()))
}

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

pub(super) fn built_in(profile: Profile) -> Config {
    let debian = profile == Profile::Debian;
    let of = |upstream: &str, theirs: &str| Setting::built_in(text(if debian { theirs } else { upstream }));
    let name = |upstream: &str, theirs: &str| of(upstream, theirs).map(some);
    let is = Setting::<bool>::built_in;
    Config {
        speed: Setting::built_in(38_400),
        switchbd: Setting::built_in(0),
        direct: is(false),
        blocking: is(false),
        port_owner: name("uucp", "root"),
        port_group: name("modem", "dialout"),
        port_mode: Setting::built_in(0o660),
        toggle_dtr: is(true),
        toggle_dtr_waittime: Setting::built_in(ms(500)),
        open_delay: Setting::built_in(None),
        need_dsr: is(false),
        data_only: is(false),
        fax_only: is(false),
        modem_type: Setting::built_in(ModemType::Auto),
        modem_quirks: Setting::built_in(0),
        init_chat: script(if debian { INIT_DEBIAN } else { INIT_UPSTREAM }),
        force_init_chat: script(FORCE_INIT),
        post_init_chat: Setting::built_in(None),
        data_flow: Setting::built_in(Flow::Hard),
        fax_rec_flow: Setting::built_in(Flow::Both),
        modem_check_time: Setting::built_in(Some(secs(3600))),
        rings: Setting::built_in(1),
        msn_list: Setting::built_in(Vec::new()),
        get_cnd_chat: Setting::built_in(None),
        cid_program: Setting::built_in(None),
        cnd_program: Setting::built_in(None),
        answer_chat: script(ANSWER),
        answer_chat_timeout: Setting::built_in(secs(80)),
        autobauding: is(false),
        ringback: is(false),
        ringback_time: Setting::built_in(secs(RINGBACK)),
        ignore_carrier: is(false),
        issue_file: Setting::built_in(Issue::File("/etc/issue".into())),
        prompt_waittime: Setting::built_in(ms(500)),
        login_prompt: of("@!login: ", "@ login: "),
        login_time: Setting::built_in(Some(secs(240))),
        fido_send_emsi: is(false),
        login_env_ttyprompt_hack: is(false),
        login_conf_file: Setting::built_in("login.config".into()),
        fax_id: Setting::built_in(Vec::new()),
        fax_max_speed: Setting::built_in(14_400),
        diskspace: Setting::built_in(1024),
        notify: name("faxadmin", "root"),
        fax_owner: name("uucp", "root"),
        fax_group: name("", "fax"),
        fax_mode: Setting::built_in(0o660),
        fax_spool_in: Setting::built_in(vec!["/var/spool/fax/incoming".into()]),
        debug: Setting::built_in(4),
        statistics_chat: Setting::built_in(None),
        statistics_file: Setting::built_in(None),
        gettydefs: Setting::built_in(text("n")),
        term: Setting::built_in(None),
        fax_tiff: is(false),
        fax_notify_program: Setting::built_in(None),
        wait_for_cr: is(false),
        use_gettydefs: is(false),
    }
}
