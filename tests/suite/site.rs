//! The site file, `/etc/polygetty.toml`: what it decides about a line, and whom it may not decide for.

use std::os::unix::fs::PermissionsExt;

use polygetty_rig::{GETTYDEFS, Root, Spawned};

use crate::scene::{P, PROGRAM, Scene, start};

fn tool(root: &Root, words: &[&str]) -> (i32, String, String) {
    let words = [&["--root", root.dir().to_str().unwrap()], words].concat();
    let mut tool = Spawned::start(PROGRAM.as_ref(), &words, &[], root);
    (tool.exit_status(), tool.stdout(), tool.stderr())
}

/// A shared line without LOGIN, LOCKDIR and LOCKFMT of its own, and this site file.
fn scene(site: &str) -> Scene {
    let scene = Scene::shared("-LOGIN");
    std::fs::create_dir(scene.root.path("site-locks")).unwrap();
    scene.root.write("etc/polygetty.toml", site);
    scene
}

const SITE: &str =
    "[lock]\ndir = \"/site-locks\"\nformat = \"binary\"\n[login]\nprogram = \"/bin/recorder\"\n";

fn log_in(scene: &mut Scene) {
    let _getty = scene.start_uugetty("LINE 9600");
    scene.line.expect(P);
    scene.line.send(b"bob\r");
    scene.line.expect(b"bob\r\n");
    assert_eq!(scene.root.recorded().argv(), ["login", "bob"]);
}

#[test]
fn it_chooses_the_lock_directory_and_the_login_program_of_getty_ps() {
    let mut scene = scene(SITE);
    log_in(&mut scene);
    let lock = scene.root.path(&format!("site-locks/LCK..{}", scene.line.file_name()));
    assert_eq!(std::fs::read(&lock).unwrap().len(), 4, "a binary lock");
    assert_eq!(scene.locks(), Vec::<String>::new());
}

#[test]
fn a_lines_own_table_wins_and_the_personas_own_file_over_both() {
    let mut scene = Scene::shared("-LOGIN\nLOCKFMT=ASCII");
    for dir in ["all", "own"] {
        std::fs::create_dir(scene.root.path(dir)).unwrap();
    }
    let line = scene.line.name().to_owned();
    scene.root.write(
        "etc/polygetty.toml",
        format!(
            "lock = {{ dir = \"/all\", format = \"binary\" }}\nlogin.program = \"/bin/none\"\n\
             [line.\"{line}\"]\nlock.dir = \"/own\"\nlogin.program = \"/bin/recorder\"\n"
        ),
    );
    log_in(&mut scene);
    let lock = scene.root.path(&format!("own/LCK..{}", scene.line.file_name()));
    assert_eq!(std::fs::read(&lock).unwrap().len(), 11, "an ASCII lock");
    assert_eq!(std::fs::read_dir(scene.root.path("all")).unwrap().count(), 0);
}

#[test]
fn explain_shows_the_origins() {
    let root = Root::new();
    root.write("etc/gettydefs", GETTYDEFS);
    root.write(
        "etc/polygetty.toml",
        format!("{SITE}[log]\nfacility = \"local1\"\n[line.ttyS1]\npersona = \"getty_ps\"\n"),
    );
    root.write("etc/conf.uugetty.ttyS1", "LOGIN=/bin/own\n");
    let (status, said, _) = tool(&root, &["explain", "--", "uugetty", "-r", "-t60", "ttyS1", "9600"]);
    assert_eq!(status, 0, "{said}");
    for wanted in [
        "/site-locks",
        "Locks: in /site-locks (/etc/polygetty.toml:2), binary (/etc/polygetty.toml:3)",
        "Program: uugetty of getty_ps (/etc/polygetty.toml:9)",
        "Log: facility local1 (/etc/polygetty.toml:7), down to debug (built in)",
        "Overruled: program of \"login\", /etc/polygetty.toml:5, by /etc/conf.uugetty.ttyS1:1",
    ] {
        assert!(said.replace("\n    ", " ").contains(wanted), "no {wanted} in {said}");
    }
    let (_, json, _) = tool(&root, &["explain", "--json", "--", "uugetty", "ttyS1"]);
    for wanted in ["\"/etc/polygetty.toml:3\"", "\"/etc/polygetty.toml:9\"", "\"name\": \"persona\""] {
        assert!(json.contains(wanted), "no {wanted} in {json}");
    }
    let (_, said, _) = tool(&root, &["explain", "--", "getty", "-w", "RING", "ttyS2"]);
    assert!(said.contains("Program: getty_ps (argument 1)"), "{said}");
    assert!(!said.contains("Log: facility auth"), "{said}");
}

#[test]
fn what_others_can_write_chooses_no_program() {
    let scene = scene(&format!("persona = \"sco\"\n{SITE}"));
    let file = scene.root.path("etc/polygetty.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o666)).unwrap();
    let line = scene.line.name();
    let (status, said, told) = tool(&scene.root, &["explain", "--", "uugetty", line]);
    assert_eq!((status, told.as_str()), (0, ""), "{said}");
    assert!(said.contains("Program: uugetty of getty_ps (built in)"), "{said}");
    assert!(said.contains("/site-locks") && !said.contains("/bin/recorder"), "{said}");
    let (status, said, _) = tool(&scene.root, &["check", "/etc/polygetty.toml"]);
    assert_eq!((status, said.matches("[SF06]").count()), (1, 2), "{said}");
    let _getty = scene.start_uugetty("LINE 9600");
    scene.root.expect_log(&["[SF06]", "persona is ignored", "chmod go-w"]);
    scene.root.expect_log(&["[SF06]", "[login] program is ignored"]);
}

#[test]
fn a_typo_is_an_error_of_check_and_a_warning_of_a_run() {
    let mut scene = scene(&format!("{SITE}[lokc]\ndir = \"/x\"\n"));
    let (status, said, _) = tool(&scene.root, &["check", "/etc/polygetty.toml"]);
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("/etc/polygetty.toml:6:2: error[SF02]: \"lokc\" is no key"), "{said}");
    assert!(said.contains("= write: lock"), "{said}");
    log_in(&mut scene);
    scene.root.expect_log(&["warning", "/etc/polygetty.toml:6:2", "[SF02]"]);
}

#[test]
fn check_says_where_it_is_no_toml_and_when_it_is_fine() {
    let root = Root::new();
    root.write("etc/polygetty.toml", "[line.pts/3]\npersona = \"sco\"\n[lock]\ndir = /var/lock\n");
    let (status, said, _) = tool(&root, &["check", "/etc/polygetty.toml"]);
    assert_eq!(status, 1);
    assert!(said.contains("/etc/polygetty.toml:1:10: error[SF01]: no TOML: "), "{said}");
    assert!(said.contains("/etc/polygetty.toml:4:7: error[SF03]: "), "{said}");
    root.write("etc/polygetty.toml", include_str!("../../packaging/examples/polygetty.toml"));
    let clean = "/etc/polygetty.toml: nothing to report\n".to_owned();
    assert_eq!(tool(&root, &["check", "/etc/polygetty.toml"]), (0, clean, String::new()));
}

/// The example holds every key, behind a comment sign; without the signs it is a file that is right.
#[test]
fn the_example_is_right_with_every_key_in_force() {
    let example = include_str!("../../packaging/examples/polygetty.toml");
    let in_force: String = example
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
        .map(|line| format!("{line}\n"))
        .collect();
    let root = Root::new();
    root.write("etc/polygetty.toml", &in_force);
    let (status, said, _) = tool(&root, &["check", "--os", "illumos", "/etc/polygetty.toml"]);
    assert_eq!(status, 0, "{said}\n{in_force}");
    for key in [
        "persona",
        "dir",
        "format",
        "facility",
        "level",
        "program",
        "supervise",
        "fax_code",
        "data_code",
        "dialer_connect",
        "lock_fold",
        "issue_escapes",
        "intr",
        "profile",
    ] {
        assert!(in_force.contains(&format!("\n{key} = ")) || in_force.starts_with(key), "no {key}");
    }
}

#[test]
fn the_log_holds_what_its_level_admits() {
    let mut scene = scene(&format!("{SITE}[log]\nlevel = \"error\"\n[nosuch]\n"));
    log_in(&mut scene);
    assert!(!scene.root.log().contains("SF02"), "{}", scene.root.log());
}

#[test]
fn a_bare_name_is_the_program_that_the_site_file_says() {
    let root = Root::new();
    root.write("etc/gettydefs", GETTYDEFS);
    root.write("etc/polygetty.toml", "[line.ttyS2]\npersona = \"mgetty\"\n");
    let (status, said, told) = tool(&root, &["explain", "--", "getty", "ttyS2"]);
    assert_eq!((status, told.as_str()), (0, ""));
    assert!(
        said.contains("Program: mgetty (/etc/polygetty.toml:2)") && said.contains("count rings"),
        "{said}"
    );
    // Another line is not meant.
    let (_, said, _) = tool(&root, &["explain", "--", "getty", "ttyS1"]);
    assert!(!said.contains("mgetty"), "{said}");
    // Letters of two programs: SCO's, which has no line of that name here.
    let mut getty = start(&root, "getty", &["-A", "-w", "RING", "no/such/line"], &[]);
    assert_eq!(getty.exit_status(), 1);
    root.expect_log(&["error", "usage: -A of argument 1", "[LN20]"]);
}

#[test]
fn an_option_of_another_program_is_named_with_that_program() {
    let root = Root::new();
    let mut getty = start(&root, "getty_ps", &["-A", "ttyS1"], &[]);
    assert_eq!(getty.exit_status(), 2);
    let told = getty.stderr();
    for wanted in ["-A is an option of SCO's getty", "\"polygetty as sco_getty\"", "persona = \"sco\""] {
        assert!(told.contains(wanted), "no {wanted} in {told}");
    }
    root.expect_log(&["error", "-A is an option of SCO's getty"]);
}
