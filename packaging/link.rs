//! Has the linker pack relocations, which are a thirtieth of the program, where that is known to work.

// A build script is told what it needs by its environment.
#![allow(clippy::disallowed_methods)]

use std::env::var;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=packaging/link.rs");
    // A linker that does not know the option warns and goes on. One that does makes a program which needs the glibc
    // of 2.36, and some (Ubuntu 22.04) come with an older glibc: only when building for this machine, with its own
    // linker, can it be asked. Packagers who cross-compile may add the option themselves.
    let is = |name: &str, wanted: &str| var(name).is_ok_and(|value| value == wanted);
    let native = var("HOST").is_ok_and(|host| is("TARGET", &host));
    let flags = var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let own_linker = var("RUSTC_LINKER").is_err() && !flags.contains("linker=");
    let glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if native && own_linker && glibc && glibc_here().is_some_and(|version| version >= (2, 36)) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of this machine's glibc, which says `glibc 2.36`.
fn glibc_here() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?.stdout;
    let said = String::from_utf8(said).ok()?;
    let (major, rest) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
}
