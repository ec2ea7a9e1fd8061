//! The stages that are about faxes (§13).

use super::audits::FAX;
use super::compile::Compiler;
use super::modes;
use super::ringing::{FAX_CALL, TELLS};
use super::values::ModemType;
use crate::plan::stage::{
    AccountHost, AccountKind, End, FaxClass, OnSignal, PlannedStage, PrepareFax, ReceiveFax, Signal, Stage,
    TakeTerminal, Then,
};
use std::time::Duration;

impl Compiler<'_> {
    pub(super) fn prepare_fax(&self) -> Option<PrepareFax> {
        let config = self.config;
        let class = match config.modem_type.value {
            _ if config.data_only.value => return None,
            ModemType::Data => return None,
            ModemType::Auto => FaxClass::ByModel,
            ModemType::AskClasses => FaxClass::Asked,
            ModemType::Class2 => FaxClass::Class2,
            ModemType::Class20 => FaxClass::Class20,
        };
        Some(PrepareFax {
            class: config.modem_type.as_mapped(|_| class),
            quirks: config.modem_quirks.clone(),
            fax_only: config.fax_only.clone(),
            station: config.fax_id.clone(),
            fastest: config.fax_max_speed.clone(),
            patience: Duration::from_secs(10),
        })
    }

    fn receive_fax(&self) -> ReceiveFax {
        let config = self.config;
        let program = config.fax_notify_program.clone().map(|path| path.unwrap_or_else(|| "new_fax".into()));
        ReceiveFax {
            quirks: config.modem_quirks.clone(),
            speed: config.switchbd.clone(),
            flow: config.fax_rec_flow.as_mapped(|flow| modes::of_pages(*flow)),
            patience: Duration::from_secs(120),
            page_patience: Duration::from_secs(60),
            spool: config.fax_spool_in.clone(),
            space: config.diskspace.clone(),
            owner: config.fax_owner.clone(),
            group: config.fax_group.clone(),
            mode: config.fax_mode.clone(),
            tiff: config.fax_tiff.clone(),
            record: self.account(AccountKind::User, "fax_inc", AccountHost::Sender),
            audit: FAX,
            mail_to: config.notify.clone(),
            mailer: "/usr/sbin/sendmail".into(),
            program: self.file(&program),
            environment: self.environment(),
            tells: TELLS,
        }
    }

    /// What becomes of a fax call that is up.
    pub(super) fn fax_call(&self) -> [PlannedStage; 2] {
        let busy = |stage| PlannedStage::new(stage).signal(Signal::Usr2, OnSignal::Drop);
        let receive = busy(Stage::ReceiveFax(Box::new(self.receive_fax())))
            .signal(Signal::Hup, OnSignal::End(End::HungUp))
            .end(End::Done, Then::Finish(0, Vec::new()))
            .end(End::HungUp, Then::Finish(5, Vec::new()));
        [busy(Stage::TakeTerminal(TakeTerminal { steal: true })).mark(FAX_CALL), receive]
    }
}
