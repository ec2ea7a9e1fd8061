//! What no row of the plan shows: which program it is, and what was decided about locks and log.

use super::words::{lock_format, log_level};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::setting::Origin;
use polygetty_compat::plan::stage::Stage;

/// A line for each.
pub(super) fn settled_elsewhere(plan: &LinePlan) -> Vec<String> {
    let open = |origin: &Origin| matches!(origin, Origin::BuiltIn | Origin::Platform);
    let persona = &plan.persona;
    let mut lines = vec![format!("Program: {} ({})", persona.value.own_name(), plan.origin(&persona.origin))];
    let lock = plan.stages.iter().find_map(|planned| match &planned.stage {
        Stage::Lock(lock) => Some(lock),
        _ => None,
    });
    if let Some(lock) = lock.filter(|lock| !open(&lock.files.dir.origin) || !open(&lock.format.origin)) {
        lines.push(format!(
            "Locks: in {} ({}), {} ({})",
            lock.files.dir.value,
            plan.origin(&lock.files.dir.origin),
            lock_format(lock.format.value),
            plan.origin(&lock.format.origin)
        ));
    }
    let (facility, level) = (&plan.log.facility, &plan.log.level);
    if !open(&facility.origin) || !open(&level.origin) {
        lines.push(format!(
            "Log: facility {} ({}), down to {} ({})",
            facility.value.name(),
            plan.origin(&facility.origin),
            log_level(level.value),
            plan.origin(&level.origin)
        ));
    }
    lines
}
