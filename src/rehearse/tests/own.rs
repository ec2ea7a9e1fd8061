//! Owner and mode of the node, the system's custom or what a file asks for.

use super::{plan, secs};
use crate::engine::run;
use crate::engine::world::{LineError, Ownership};
use crate::rehearse::world::{Happening, World};
use polygetty_compat::plan::LinePlan;
use polygetty_compat::plan::setting::{Origin, Setting};
use polygetty_compat::plan::stage::{Device, Level, Own, PlannedStage, Stage};

/// A plan whose owner and mode are these, the first of its stages.
fn with(own: Own) -> LinePlan {
    let mut plan = plan("", "ttyS1 9600");
    plan.debug.value = 0o777;
    plan.stages.retain(|planned| !matches!(planned.stage, Stage::Own(_)));
    plan.stages.insert(0, PlannedStage::new(Stage::Own(own)));
    plan
}

fn asked(owner: &[u8], groups: &[&[u8]]) -> Own {
    Own {
        device: Device::named(b"ttyS1"),
        owner: Some(Setting::new(owner.to_vec(), Origin::Argument(7))),
        groups: Setting::built_in(groups.iter().map(|group| group.to_vec()).collect()),
        mode: Setting::built_in(0o666),
    }
}

fn live(plan: &LinePlan, world: World) -> World {
    let mut world = world.at(secs(10), Happening::Bytes(b"bob\r".to_vec()));
    assert!(run(plan, &mut world).became.is_some(), "an owner never stops a life");
    world
}

fn told(world: &World) -> Vec<(Level, &str)> {
    let about = world.logged().iter().filter(|(_, _, text)| text.contains("owner and mode"));
    about.map(|(_, level, text)| (*level, text.as_str())).collect()
}

#[test]
fn what_is_asked_for_is_set() {
    let world = live(&with(asked(b"fax", &[b"modem"])), World::default());
    let fax = Ownership { owner: Some(b"fax".to_vec()), groups: vec![b"modem".to_vec()], mode: 0o666 };
    assert_eq!((world.owned.clone(), told(&world)), (vec![fax], Vec::new()));
    let own = Own::mode(Device::named(b"ttyS1"), Setting::built_in(0o600));
    let world = live(&with(own), World::default());
    assert_eq!(world.owned, [Ownership { owner: None, groups: Vec::new(), mode: 0o600 }]);
}

#[test]
fn what_fails_is_an_error_only_if_somebody_asked_for_it() {
    let refused = || World::default().fail(1, LineError::Refused("not permitted".into()));
    let own = Own::waiting(Device::named(b"ttyS1"), true);
    assert_eq!(own.owner.as_ref().unwrap().value, b"uucp");
    let world = live(&with(own), refused());
    assert!(matches!(told(&world).as_slice(), [(Level::Debug, text)] if text.contains("not permitted")));
    let world = live(&with(asked(b"fax", &[])), refused());
    let says = |text: &str| text.contains("not permitted") && text.contains("argument 7");
    assert!(matches!(told(&world).as_slice(), [(Level::Error, text)] if says(text)), "{:?}", told(&world));
}

#[test]
fn a_name_that_nobody_has_is_named() {
    let world = live(&with(asked(b"stranger1", &[])), World::default());
    let says = |text: &str| text.contains("user \"stranger1\"") && text.contains("/dev/ttyS1");
    assert!(matches!(told(&world).as_slice(), [(Level::Error, text)] if says(text)), "{:?}", told(&world));
}

#[test]
fn explain_shows_where_an_owner_comes_from_that_somebody_chose() {
    let row = |own: Own| {
        let text = crate::report::plan::explain(&with(own), "getty");
        text.lines()
            .find(|line| line.starts_with(" 1  own"))
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let device = || Device::named(b"ttyS1");
    assert_eq!(row(Own::waiting(device(), false)), "1 own root:tty 0620");
    assert_eq!(row(Own::waiting(device(), true)), "1 own uucp:dialout or uucp or tty 0660");
    assert_eq!(row(asked(b"fax", &[b"modem"])), "1 own fax:modem 0666 argument 7");
    assert_eq!(row(asked(b"fax", &[])), "1 own fax, with that user's group, 0666 argument 7");
    let mode = Own::mode(device(), Setting::new(0o600, Origin::Argument(3)));
    assert_eq!(row(mode), "1 own mode 0600 argument 3");
}
