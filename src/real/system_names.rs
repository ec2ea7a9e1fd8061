//! What this machine is called.

use super::reader::read_regular;
use super::root::Root;
use crate::engine::world::SystemNames;
use polygetty_platforms::process;

/// What the system says of itself; its full name only if `full` asks for it.
pub(super) fn system(root: &Root, full: bool) -> SystemNames {
    let Ok(names) = process::system_names() else { return SystemNames::default() };
    SystemNames {
        full: if full { full_name(root, &names.node) } else { Vec::new() },
        node: names.node.into_bytes(),
        name: names.sysname.into_bytes(),
        release: names.release.into_bytes(),
        version: names.version.into_bytes(),
        machine: names.machine.into_bytes(),
    }
}

/// The node's full name as the hosts file has it, else the node's name.
fn full_name(root: &Root, node: &str) -> Vec<u8> {
    let hosts = read_regular(&root.file(&"/etc/hosts".into()), 1 << 20).unwrap_or_default();
    let hosts = String::from_utf8_lossy(&hosts);
    let full = hosts.lines().find_map(|line| {
        let mut words = line.split('#').next()?.split_whitespace().skip(1);
        let prefix = format!("{node}.");
        let names: Vec<&str> = words.by_ref().collect();
        let ours = names.iter().any(|name| *name == node || name.starts_with(&prefix));
        ours.then(|| names.into_iter().find(|name| name.contains('.'))).flatten().map(str::to_owned)
    });
    full.unwrap_or_else(|| node.to_owned()).into_bytes()
}
