//! What dialin.config and login.config decide, read anew for each call.

use super::{dialin, login_config};
use crate::plan::stage::{CallEars, CallJudged, Ruled, RuledProgram, Visitor};
use crate::source::{FilePath, FileText, SourceMap};

pub(super) fn judge(path: &FilePath, text: &FileText, caller: Option<&[u8]>) -> CallJudged {
    let mut sources = SourceMap::default();
    let file = sources.add(path.clone(), text.bytes.clone());
    let (patterns, findings) = dialin::parse(&sources, file);
    let (refused, span) = match dialin::decide(&patterns, caller) {
        dialin::Decision::Accept(span) => (false, span),
        dialin::Decision::Refuse(span) => (true, Some(span)),
    };
    CallJudged {
        refused,
        place: span.map(|span| sources.place(span).to_string()).unwrap_or_default(),
        findings: findings.iter().map(|finding| finding.one_line(&sources)).collect(),
    }
}

/// A file that others than root can write has no say.
fn rules(path: &FilePath, text: &FileText, sources: &mut SourceMap) -> (login_config::Rules, Option<String>) {
    if let Some(finding) = login_config::distrust(path, text) {
        return (login_config::Rules::default(), Some(finding.one_line(sources)));
    }
    let file = sources.add(path.clone(), text.bytes.clone());
    (login_config::parse(sources, file), None)
}

pub(super) fn ears(path: &FilePath, text: &FileText, called_back: bool) -> CallEars {
    let (rules, _) = rules(path, text, &mut SourceMap::default());
    let listens = |name| login_config::listens(&rules.rules, name, called_back);
    CallEars { ppp: listens(login_config::PPP), mailers: listens(login_config::FIDO) }
}

pub(super) fn rule(
    path: &FilePath,
    text: Option<&FileText>,
    visitor: &Visitor<'_>,
    login: &FilePath,
) -> Ruled {
    let mut sources = SourceMap::default();
    let (rules, distrust) = match text {
        Some(text) => rules(path, text, &mut sources),
        None => Default::default(),
    };
    let findings = rules.findings.iter().map(|finding| finding.one_line(&sources));
    let findings = findings.collect();
    let decision = login_config::rule(&rules.rules, visitor, login, |account| Some(account.to_vec()));
    let (program, span) = match decision {
        login_config::Decision::Run(run) => {
            let program = RuledProgram {
                path: run.program,
                arguments: run.arguments,
                account: run.account,
                record: run.record,
            };
            (Ok(program), run.entry)
        }
        login_config::Decision::Refuse(refused) => {
            let span = match &refused {
                login_config::Refused::NoAccount(_, span) | login_config::Refused::Relative(_, span) => *span,
            };
            (Err(refused.text()), Some(span))
        }
    };
    let place = span.map(|span| sources.place(span).to_string()).unwrap_or_default();
    Ruled { program, place, distrust, findings }
}
