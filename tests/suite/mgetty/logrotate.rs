//! Rotating the log of a line with the system's own logrotate and the packaged rules: `cargo test -- --ignored root_`.

use std::fs;
use std::process::Command;

use polygetty_platforms::process;

use super::scene::Scene;
use crate::scene::skipped;

const RULES: &str = include_str!("../../../packaging/logrotate/mgetty");

#[test]
#[ignore = "root: runs logrotate, whose files are root's"]
fn root_mgetty_writes_to_the_new_log_after_a_rotation() {
    if !process::is_root() {
        return skipped("needs root");
    }
    if Command::new("logrotate").arg("--version").output().is_err() {
        return skipped("logrotate is not installed");
    }
    let mut scene = Scene::on_a_pty("");
    let getty = scene.wait();
    scene.log_rests(getty.pid());
    let old = scene.log();

    let logs = scene.root.path("var/log/mgetty");
    assert!(RULES.contains("/var/log/mgetty/"), "{RULES}");
    let rules = RULES.replace("/var/log/mgetty", logs.to_str().unwrap());
    let rules = scene.root.write("etc/logrotate.conf", rules);
    let state = scene.root.path("logrotate.state");
    let mut logrotate = Command::new("logrotate");
    let output = logrotate.args(["--force", "--state"]).arg(state).arg(rules).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(scene.log(), "", "the log has another name now");
    let rotated = fs::read_dir(&logs).unwrap().map(|entry| entry.unwrap().path());
    let rotated: Vec<_> = rotated.filter(|path| path.extension().is_some_and(|end| end == "1")).collect();
    let [rotated] = &rotated[..] else { panic!("not one rotated log: {rotated:?}") };

    scene.answer();
    scene.expect_log("send: ATA");
    assert_eq!(fs::read_to_string(rotated).unwrap(), old, "nothing more goes to the old log");
}
