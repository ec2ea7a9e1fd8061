//! Stages of lines that take faxes.

use super::{Account, AuditPiece, CallFact, Variable};
use crate::plan::modes::Flag;
use crate::plan::setting::Setting;
use crate::source::FilePath;
use std::time::Duration;

/// [`Stage::PrepareFax`](super::Stage::PrepareFax)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareFax {
    /// How the modem's class is found.
    pub class: Setting<FaxClass>,
    /// Bits that say what is odd about the modem, from the file; what its model is known for is added.
    pub quirks: Setting<u32>,
    /// Data calls are not taken.
    pub fax_only: Setting<bool>,
    /// What the modem calls itself on faxes: printable, without quotes.
    pub station: Setting<Vec<u8>>,
    /// The fastest that faxes may come, in bit/s.
    pub fastest: Setting<u32>,
    /// How long the modem has for each command.
    pub patience: Duration,
}

/// How the modem's fax class is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaxClass {
    /// It is asked which model it is, then tried.
    ByModel,
    /// It is asked which classes it has.
    Asked,
    /// Class 2.
    Class2,
    /// Class 2.0.
    Class20,
}

/// [`Stage::ReceiveFax`](super::Stage::ReceiveFax)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiveFax {
    /// The modem's quirks where nobody has asked it.
    pub quirks: Setting<u32>,
    /// The speed between computer and modem once a fax was found; 0: as it is.
    pub speed: Setting<u32>,
    /// What holds the modem back: flags that are set and taken.
    pub flow: Setting<Vec<(Flag, bool)>>,
    /// How long the modem has each time that it is waited for.
    pub patience: Duration,
    /// How long a page may stand still.
    pub page_patience: Duration,
    /// Where pages are kept: the first directory with twice the space, else the last one.
    pub spool: Setting<Vec<FilePath>>,
    /// What must stay free, in KiB.
    pub space: Setting<u64>,
    /// Who owns them; None: we.
    pub owner: Setting<Option<Vec<u8>>>,
    /// Their group; None: the owner's first.
    pub group: Setting<Option<Vec<u8>>>,
    /// Their mode.
    pub mode: Setting<u32>,
    /// The pages of a call become one TIFF file.
    pub tiff: Setting<bool>,
    /// The record that says that a fax comes, and from whom.
    pub record: Account,
    /// The entry of the log for those who count faxes.
    pub audit: &'static [AuditPiece],
    /// Who is sent mail about it; None: nobody.
    pub mail_to: Setting<Option<Vec<u8>>>,
    /// The program that sends mail.
    pub mailer: FilePath,
    /// The program that is told of it, if it can be run.
    pub program: Setting<FilePath>,
    /// The environment of both, to which what is known of the call is added.
    pub environment: Vec<Variable>,
    /// The variables for that.
    pub tells: &'static [(&'static str, CallFact)],
}
