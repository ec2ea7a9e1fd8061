//! A faxmodem on a real line, as it hears mgetty.

use super::scene::Scene;

/// What the modem is told after its initialisation, if it says OK to all but these commands.
#[track_caller]
fn told(lines: &str, commands: &[&str], refused: &[&str]) {
    let mut scene = Scene::on_a_pty(&format!("data-only no\n{lines}"));
    let mut getty = scene.start();
    scene.initialise();
    for command in commands {
        scene.line.expect(format!("{command}\r").as_bytes());
        assert!(scene.lock_file().exists(), "{command}: the line is ours meanwhile");
        let answer = if refused.contains(command) { "ERROR" } else { "OK" };
        // A modem that echoes what it is told.
        scene.line.send(format!("{command}\r\r\n{answer}\r\n").as_bytes());
    }
    scene.expect_log("waiting...");
    assert_eq!(scene.line.rest(std::time::Duration::from_millis(100)), b"");
    assert!(getty.is_running() && scene.locks().is_empty());
    assert_eq!(scene.log().contains("no class 2/2.0 faxmodem"), commands.len() == refused.len());
}

#[test]
fn mg_24_a_modem_of_class_2_0_that_keeps_its_bit_order() {
    told(
        "modem-type c2.0\nfax-id +49 89 1234\n",
        &[
            "AT+FCLASS=2.0",
            "AT+FAA=1;+FCR=1",
            "AT+FBO=1",
            "AT+FBO=0",
            "AT+FNR=1,1,1,0",
            "AT+FLI=\"+49 89 1234\"",
            "AT+FCC=1,5,0,2,0,0,0,0",
        ],
        &["AT+FBO=1"],
    );
}

#[test]
fn mg_25_a_modem_of_class_2() {
    told(
        "modem-type cls2\n",
        &[
            "AT+FCLASS=2",
            "AT+FCLASS=0",
            "AT+FAA=1;+FCR=1",
            "AT+FBOR=0",
            "AT+FLID=\"\"",
            "AT+FDCC=1,5,0,2,0,0,0,0",
        ],
        &[],
    );
}

#[test]
fn mg_26_a_modem_without_faxes() {
    let commands = ["ATI", "AT+FCLASS=2.0", "AT+FCLASS=2"];
    told("", &commands, &commands);
}
