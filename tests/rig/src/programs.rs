//! The programs that tests give to a getty or start themselves: the examples of this package.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// The directory of the build (`target/debug`): roots live in it, so that programs can be linked into them.
pub(crate) fn beside_programs() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let deps = test.parent().expect("a program has a directory");
    let build = deps.parent().expect("tests live in target/PROFILE/deps");
    build.to_owned()
}

/// An example of this package. `cargo test` of the whole workspace builds it beforehand, of one package it
/// does not: one that is missing, or older than the test and so perhaps made of older sources, is built.
pub(crate) fn program(name: &str) -> PathBuf {
    static LOOKED_AT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let program = beside_programs().join("examples").join(name);
    let mut looked_at = LOOKED_AT.lock().unwrap_or_else(PoisonError::into_inner);
    if looked_at.insert(name.to_owned()) && !is_of_this_build(&program) {
        build(name);
    }
    assert!(
        program.exists(),
        "the {name} is missing at {}: run `cargo build -p polygetty-rig --example {name}` \
         or test the whole workspace",
        program.display()
    );
    program
}

fn is_of_this_build(program: &Path) -> bool {
    let made = |path: &Path| path.metadata().and_then(|facts| facts.modified());
    let test = std::env::current_exe().expect("the test's own path");
    matches!((made(program), made(&test)), (Ok(program), Ok(test)) if program >= test)
}

/// Whether it succeeds shows in the program being there: where there is no cargo, an older one must do.
fn build(name: &str) {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet", "--package", "polygetty-rig", "--example", name]);
    if beside_programs().ends_with("release") {
        build.arg("--release");
    }
    build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let _ = build.status();
}
