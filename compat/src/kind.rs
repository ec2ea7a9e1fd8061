//! Which kind of file somebody wants checked: by its name, else by what stands in it.

use crate::mgetty;
use crate::persona::Persona;
use crate::source::FilePath;

/// A kind of configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// gettydefs: labels, modes, prompts.
    Gettydefs,
    /// A defaults file, conf.getty or conf.uugetty, and the line that its name speaks of.
    Defaults(Persona, Option<Vec<u8>>),
    /// The site file.
    Site,
    /// A dialer's file.
    Dialer,
    /// gettyacts: programs that take calls over, of SCO's getty.
    Gettyacts,
    /// Devices: the lines of UUCP.
    Devices,
    /// mgetty.config
    MgettyConfig,
    /// login.config
    LoginConfig,
    /// dialin.config
    DialinConfig,
    /// callback.config
    CallbackConfig,
}

/// What this file is. None: neither name nor text tells.
pub fn kind(path: &FilePath, text: &[u8]) -> Option<Kind> {
    let name = path.base_name();
    if name.starts_with(b"gettydefs") {
        return Some(Kind::Gettydefs);
    }
    // Before the defaults files, whose names begin with getty, too.
    if name.starts_with(b"gettyacts") {
        return Some(Kind::Gettyacts);
    }
    if name.starts_with(b"Devices") {
        return Some(Kind::Devices);
    }
    if name.ends_with(b".toml") {
        return Some(Kind::Site);
    }
    for (begin, kind) in [
        (&b"mgetty.config"[..], Kind::MgettyConfig),
        (b"login.config", Kind::LoginConfig),
        (b"dialin.config", Kind::DialinConfig),
        (b"callback.config", Kind::CallbackConfig),
    ] {
        if name.starts_with(begin) {
            return Some(kind);
        }
    }
    let of_program = name.strip_prefix(b"conf.").or_else(|| {
        // /etc/default/uugetty.ttyS3
        [&b"getty"[..], b"uugetty"].iter().any(|program| name.starts_with(program)).then_some(name)
    });
    if let Some(rest) = of_program {
        let (program, line) = match rest.iter().position(|byte| *byte == b'.') {
            Some(dot) => {
                (rest.get(..dot).unwrap_or(rest), rest.get(dot + 1..).filter(|line| !line.is_empty()))
            }
            None => (rest, None),
        };
        let persona = if program == b"uugetty" { Persona::Uugetty } else { Persona::Getty };
        return Some(Kind::Defaults(persona, line.map(<[u8]>::to_vec)));
    }
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"))?;
    let hashes = first.iter().filter(|byte| **byte == b'#').count();
    let word = first.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    match first.get(word) {
        _ if hashes >= 2 => Some(Kind::Gettydefs),
        _ if first.starts_with(b"[") || first.starts_with(b"persona") => Some(Kind::Site),
        Some(b'=') if word > 0 && name.starts_with(b"dial") => Some(Kind::Dialer),
        Some(b'=') if word > 0 => Some(Kind::Defaults(Persona::Getty, None)),
        // Before gettyacts, whose entries have colons as well.
        _ if mgetty::callback::config::begins(first) => Some(Kind::CallbackConfig),
        _ if is_act(first) => Some(Kind::Gettyacts),
        _ if is_device(first) => Some(Kind::Devices),
        _ if mgetty::config::begins(first) => Some(Kind::MgettyConfig),
        _ if mgetty::login_config::begins(first) => Some(Kind::LoginConfig),
        _ if mgetty::dialin::begins(first) => Some(Kind::DialinConfig),
        _ => None,
    }
}

/// `PPP:/usr/sbin/pppd:modem:0x7e 0xff`: three colons, and a program behind the first.
fn is_act(line: &[u8]) -> bool {
    let mut fields = line.split(|byte| *byte == b':').skip(1);
    fields.next().is_some_and(|program| program.trim_ascii_start().starts_with(b"/")) && fields.count() == 2
}

/// `ACU tty1A - 9600 hayes`: a type that Devices has, and something behind it.
fn is_device(line: &[u8]) -> bool {
    let mut words = line.split(|byte| byte.is_ascii_whitespace()).filter(|word| !word.is_empty());
    let word = words.next().and_then(|word| word.split(|byte| *byte == b',').next()).unwrap_or(&[]);
    (word == b"ACU" || word.eq_ignore_ascii_case(b"direct")) && words.count() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_and_then_texts_do() {
        let defaults = |persona, line: Option<&str>| {
            Some(Kind::Defaults(persona, line.map(|line| line.as_bytes().to_vec())))
        };
        for (path, text, wanted) in [
            ("/etc/gettydefs", "", Some(Kind::Gettydefs)),
            ("/etc/gettydefs.old", "A=B", Some(Kind::Gettydefs)),
            ("/etc/conf.getty", "", defaults(Persona::Getty, None)),
            ("/etc/conf.uugetty.ttyS1", "", defaults(Persona::Uugetty, Some("ttyS1"))),
            ("/etc/default/uugetty.ttyS3", "", defaults(Persona::Uugetty, Some("ttyS3"))),
            ("/etc/conf.modem", "", defaults(Persona::Getty, None)),
            ("x", "# modems\n\n9600# B9600 # B9600 SANE #login: #9600\n", Some(Kind::Gettydefs)),
            ("/etc/default/dialHA24", "# old\nINIT=\"\" ATZ\n", Some(Kind::Dialer)),
            ("/etc/mgetty/dialin.config", "", Some(Kind::DialinConfig)),
            ("/etc/mgetty/callback.config", "", Some(Kind::CallbackConfig)),
            ("x", "# ours\n!5551234, 49\tall\n", Some(Kind::DialinConfig)),
            ("x", "!all\n", Some(Kind::DialinConfig)),
            ("x", "12 months\n", None),
            ("x", "# ours\ndialout-devices ttyS1:/dev/ttyS2:/dev/x:y\n", Some(Kind::CallbackConfig)),
            ("x", "delay\t10\n", Some(Kind::CallbackConfig)),
            ("x", "delay of mails\n", None),
            ("x", "retry-time\n", None),
            ("/etc/mgetty/mgetty.config.old", "", Some(Kind::MgettyConfig)),
            ("x", "# ours\n debug\t4\n", Some(Kind::MgettyConfig)),
            ("x", "port ttyS0\n", Some(Kind::MgettyConfig)),
            ("x", "port of call\n", None),
            ("x", "speed limits\n", None),
            ("x", "direct y\n", Some(Kind::MgettyConfig)),
            ("/etc/mgetty/login.config", "", Some(Kind::LoginConfig)),
            ("x", "/AutoPPP/ - a_ppp /usr/sbin/pppd\n", Some(Kind::LoginConfig)),
            ("x", "!version 2\n", Some(Kind::LoginConfig)),
            ("x", "*\t- - /bin/login @ a b\n", Some(Kind::LoginConfig)),
            ("x", "Direct tty1A - 9600 /usr/lib/uucp/atdial\n", Some(Kind::Devices)),
            ("x", "/dev/sda1 / ext4 /x\n", None),
            ("x", "\nWAITFOR=RING\n", defaults(Persona::Getty, None)),
            ("/etc/polygetty.toml", "", Some(Kind::Site)),
            ("x", "# ours\n[lock]\n", Some(Kind::Site)),
            ("x", "persona = \"sco\"\n", Some(Kind::Site)),
            ("x", "root:x:0:0:root:/root:/bin/sh\n", None),
            ("x", "", None),
            ("x", "=", None),
            ("/etc/gettyacts", "", Some(Kind::Gettyacts)),
            ("gettyacts.new", "A=B", Some(Kind::Gettyacts)),
            ("x", "# PPP\nPPP:/usr/sbin/pppd:modem:0x7e 0xff\n", Some(Kind::Gettyacts)),
            ("x", "PPP:pppd:modem:0x7e 0xff\n", None),
            ("/usr/lib/uucp/Devices", "", Some(Kind::Devices)),
            ("x", "ACU,eg tty1A - 9600 hayes\n", Some(Kind::Devices)),
            ("x", "# all\ndirect tty1a - 9600 direct\n", Some(Kind::Devices)),
            ("x", "direct costs\n", None),
        ] {
            assert_eq!(kind(&path.into(), text.as_bytes()), wanted, "{path} {text}");
        }
    }
}
