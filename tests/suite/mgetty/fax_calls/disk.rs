//! Calls whose disk is full before they end: the spool is a small file system of its own, in a mount namespace that goes
//! with mgetty.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use polygetty_platforms::process;
use polygetty_rig::Spawned;

use super::call;
use super::played::Played;
use crate::mgetty::scene::{SPOOL, Scene};
use crate::scene::{PROGRAM, skipped};

/// How many disks are filled, and how much bigger each is than the one before, in KiB.
const DISKS: usize = 50;
const STEP: usize = 4;
const AT_ONCE: usize = 10;

/// Afterwards, what is in the file system comes to where the test sees it.
const ON_A_DISK: &str = r#"
mount -t tmpfs -o "size=${SIZE}k,mode=755" tmpfs "$SPOOL" || exit 99
"$@"
status=$?
mkdir "$SPOOL.kept" && cp -p "$SPOOL/".*.part "$SPOOL/"* "$SPOOL.kept/" 2>/dev/null
umount "$SPOOL" && rmdir "$SPOOL" && mv "$SPOOL.kept" "$SPOOL"
exit $status
"#;

/// The first directory is on a disk with room, but without an inode for a file.
const WITHOUT_INODES: &str = r#"
mkdir "$SPOOL.first" && mount -t tmpfs -o "size=${SIZE}k,nr_inodes=1,mode=755" tmpfs "$SPOOL.first" || exit 99
"$@"
status=$?
umount "$SPOOL.first"
exit $status
"#;

fn mounts() -> bool {
    let words = ["-m", "--propagation", "private", "mount", "-t", "tmpfs", "tmpfs", "/mnt"];
    let mut unshare = Command::new("unshare");
    unshare.args(words).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Plays a call whose mgetty is run by this script.
fn play_on(script: &str, size: usize, scene: Scene) -> Played {
    let dir = scene.root.dir().to_str().unwrap();
    let spool = scene.root.path(SPOOL);
    let size = size.to_string();
    let words = ["-m", "--propagation", "private", "/bin/sh", "-c", script, "sh", PROGRAM];
    let words = [&words[..], &["--root", dir, "as", "mgetty", "ttyX"]].concat();
    let environment = [
        ("PATH", "/usr/bin:/bin:/usr/sbin:/sbin"),
        ("SIZE", size.as_str()),
        ("SPOOL", spool.to_str().unwrap()),
    ];
    let mgetty = Spawned::start(Path::new("/usr/bin/unshare"), &words, &environment, &scene.root);
    let mut played = Played::begin_with(scene, mgetty, call(750));
    played.play();
    played
}

/// Plays a call onto a disk of so many KiB, and says how many pages lie there.
fn play(config: &str, size: usize) -> usize {
    let mut played = play_on(ON_A_DISK, size, Scene::for_faxes(config));
    played.check(&format!("{size} KiB"));
    let log = played.scene.log();
    let lost =
        ["cannot write the page", "cannot make a page", "stays partial"].iter().any(|why| log.contains(why));
    assert_eq!(lost, log.contains("+FHNG=-01"), "{log}");
    played.scene.spooled().iter().filter(|name| !name.starts_with('.')).count()
}

fn play_all(config: &str, sizes: &[usize]) -> Vec<usize> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let play_some = || {
            let mut there = Vec::new();
            while let Some(size) = sizes.get(next.fetch_add(1, Ordering::Relaxed)) {
                there.push(play(config, *size));
            }
            there
        };
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(play_some)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("every call is as it must be")).collect()
    })
}

#[test]
#[ignore = "root: mounts are root's"]
fn mg_89_root_however_full_the_disk_is_no_page_is_lost() {
    if !process::is_root() || !mounts() {
        return skipped("mounts are not allowed here");
    }
    let sizes: Vec<usize> = (1..=DISKS).map(|number| number * STEP).collect();
    let there = play_all("modem-type c2.0\ndiskspace 0\n", &sizes);
    for pages in 0..=3 {
        assert!(there.contains(&pages), "no disk took {pages} pages: {there:?}");
    }
}

#[test]
#[ignore = "root: mounts are root's"]
fn mg_90_root_however_full_the_disk_is_pages_stay_beside_no_tiff_file() {
    if !process::is_root() || !mounts() {
        return skipped("mounts are not allowed here");
    }
    let sizes: Vec<usize> = (1..=20).map(|number| number * STEP * 7).collect();
    let there = play_all("modem-type c2.0\ndiskspace 0\nfax-format tiff\n", &sizes);
    // One file, too, where there is room for all.
    assert!([1, 2, 3].iter().all(|files| there.contains(files)), "{there:?}");
}

#[test]
#[ignore = "root: mounts are root's"]
fn mg_89_root_a_disk_without_inodes_is_passed_over() {
    if !process::is_root() || !mounts() {
        return skipped("mounts are not allowed here");
    }
    let config = format!("modem-type c2.0\nfax-spool-in /{SPOOL}.first:/{SPOOL}\n");
    let mut played = play_on(WITHOUT_INODES, 9999, Scene::for_faxes(&config));
    played.check("a disk without inodes");
    let (log, spooled) = (played.scene.log(), played.scene.spooled());
    assert_eq!(spooled.len(), 3, "{spooled:?}\n{log}");
    assert_eq!(log.matches("cannot make a page in").count(), 1, "{log}");
    assert!(log.contains("+FHNG=000, pages=3/0"), "{log}");
}
