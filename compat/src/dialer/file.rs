//! What is said to the modem: built in, and by `/etc/default/NAME` in the manner of conf.getty.

use super::command::Job;
use super::stages::Chats;
use crate::diag::Diagnostic;
use crate::getty_ps::chat::{read_for, read_word};
use crate::getty_ps::defaults::Defaults;
use crate::plan::chat::{Chat, Word};
use crate::plan::setting::Setting;
use crate::source::Span;

/// Every keyword of the file.
pub const KEYWORDS: &[&str] =
    &["INIT", "HANGUP", "AUTO", "CLASS", "RING", "ANSWER", "FAX", "DIAL", "LOCKED", "LOCKDIR"];

/// The first AT finds a modem that has not hung up by DTR in the middle of its call.
const INIT: &str = r#""" AT\r OK\T3-\d+++\d-OK\T3-AT\r-OK\T3 ATE0Q0V1H0X4&C1&D2S0=0\r OK\T5"#;
/// A modem that picks up by itself must not say RING and CONNECT to the getty that waits for a caller.
const AUTO: &str = r#""" ATS0=1\r OK\T5 ATQ1\r\p"#;
/// One after the other, until the modem knows it.
const CLASSES: [&str; 2] = [r#""" AT+FCLASS=2\r OK\T5"#, r#""" AT+FCLASS=2.0\r OK\T5"#];
const RING: &str = "RING";
const FAX: &str = r"+FCO CONNECT\sFAX";
/// With the line's speed locked, and not. What follows CONNECT is read to the line's end, for who comes after us
/// must not take it for the caller's.
const ANSWER: [&str; 2] = [r#""" ATA\r CONNECT\T60 "" \n\T3-"""#, r#""" ATA\r CONNECT\s\A\T60 "" \n\T3-"""#];
const DIAL: [&str; 2] =
    [r#""" ATDT\D\r CONNECT\T60 "" \n\T3-"""#, r#""" ATDT\D\r CONNECT\s\A\T60 "" \n\T3-"""#];

/// What a dialer says and waits for, for this job.
pub(super) fn chats(job: &Job, filed: &Defaults, findings: &mut Vec<Diagnostic>) -> Chats {
    let number = match job {
        Job::Dial(number) => number.value.as_slice(),
        Job::Ready | Job::Wait { .. } => b"",
    };
    let locked = filed.yes("LOCKED", findings).is_none_or(|locked| locked.value);
    let choose = |[when_locked, follows]: [&'static str; 2]| if locked { when_locked } else { follows };
    let mut file = File { number, filed, findings };
    let classes = if filed.text("CLASS").is_some() { 1 } else { CLASSES.len() };
    Chats {
        init: file.chat("INIT", INIT),
        hang_up: file.chat("HANGUP", ""),
        auto: file.chat("AUTO", AUTO),
        class: CLASSES.iter().take(classes).map(|text| file.chat("CLASS", text)).collect(),
        ring: file.text("RING", RING).map(|text| (file.word("RING", &text), text)),
        answer: file.chat("ANSWER", choose(ANSWER)),
        fax: file.text("FAX", FAX).map(|text| file.words("FAX", &text)),
        dial: file.chat("DIAL", choose(DIAL)),
    }
}

/// The file while it is read.
struct File<'a> {
    number: &'a [u8],
    filed: &'a Defaults,
    findings: &'a mut Vec<Diagnostic>,
}

impl File<'_> {
    fn text(&self, keyword: &'static str, built_in: &str) -> Setting<Vec<u8>> {
        self.filed.text(keyword).unwrap_or_else(|| Setting::built_in(built_in.into()))
    }

    fn chat(&mut self, keyword: &'static str, built_in: &str) -> Setting<Chat> {
        let number = (keyword == "DIAL").then_some(self.number);
        let span = self.filed.span(keyword);
        self.text(keyword, built_in).map(|text| read_for(number, &text, span, self.findings))
    }

    fn word(&mut self, keyword: &'static str, text: &[u8]) -> Word {
        read_word(text, self.filed.span(keyword), self.findings)
    }

    /// Words between blanks.
    fn words(&mut self, keyword: &'static str, text: &[u8]) -> Vec<Word> {
        let mut words = Vec::new();
        let mut at = 0;
        for part in text.split(u8::is_ascii_whitespace) {
            let span = self.filed.span(keyword);
            let span = span.map(|span| Span::new(span.file, span.start + at, span.start + at + part.len()));
            at += part.len() + 1;
            let word = read_word(part, span, self.findings);
            if !word.pattern.is_empty() {
                words.push(word);
            }
        }
        words
    }
}
