//! SCO's getty on real lines: one function per case.

mod acts;
mod dialers;
mod files;
mod names;
mod personas;
mod prompts;
mod shared;
mod words;

use std::path::Path;

use polygetty_rig::{Line, Recorded, Root, Spawned};

use crate::scene::start;

/// What a real pppd (2.4.9) says first, as recorded on a line: a request for LCP, with address and control, all below
/// 0x20 escaped, a magic number and a checksum.
pub const PPPD: &[u8] = b"~\xff}#\xc0!}!}!} }4}\"}&} } } } \
    }%}&\xf8\x9f\xb0\xb6}'}\"}(}\"F\xf2~";

/// What a caller sees first at label m.
const P: &[u8] = b"\r\nlogin: ";

/// A gettydefs entry as the cases write it: `m|B9600|B9600 SANE|login: |n|STUB`. STUB is the recorder.
pub fn entry(text: &str) -> String {
    let fields: Vec<String> = text.split('|').map(|field| field.replace("STUB", "/bin/stub")).collect();
    format!("{}\n\n", fields.join("#"))
}

/// The standard file of the cases.
fn standard() -> String {
    entry("m|B9600|B9600 SANE TAB3 ECHOE|login: |n|STUB") + &entry("n|B19200|B19200 SANE|n2: |m|STUB")
}

/// A root, a line, and SCO's getty on it.
pub struct Desk {
    pub root: Root,
    pub line: Line,
}

impl Desk {
    /// With the standard gettydefs.
    pub fn new() -> Self {
        Self::with(&standard())
    }

    /// With these entries.
    pub fn with(gettydefs: &str) -> Self {
        let root = Root::new();
        root.write("etc/gettydefs", gettydefs);
        root.put_recorder("bin/stub");
        root.put_recorder("bin/login");
        root.write("etc/passwd", "root:x:0:0::/root:/bin/sh\njoe:x:100:100::/home/joe:/bin/sh\n");
        Self { root, line: Line::open() }
    }

    /// Dialers use the line too.
    pub fn shared(self) -> Self {
        let row = format!("Direct {} - 9600 direct\n", self.line.name());
        self.devices(&row)
    }

    pub fn devices(self, text: &str) -> Self {
        self.root.write("usr/lib/uucp/Devices", text.replace("LINE", self.line.name()));
        self
    }

    /// A file below the root.
    pub fn file(self, name: &str, text: &str) -> Self {
        self.root.write(name, text.replace("STUB", "/bin/stub"));
        self
    }

    /// Starts it; `L` among the words is the line.
    #[track_caller]
    pub fn start(&self, words: &str) -> Spawned {
        self.start_as("sco_getty", words, &[])
    }

    #[track_caller]
    pub fn start_as(&self, persona: &str, words: &str, environment: &[(&str, &str)]) -> Spawned {
        let words: Vec<&str> =
            words.split(' ').map(|word| if word == "L" { self.line.name() } else { word }).collect();
        start(&self.root, persona, &words, environment)
    }

    /// What the program was given that was run.
    #[track_caller]
    pub fn recorded(&self) -> Recorded {
        self.root.recorded()
    }

    /// A program ran, with these arguments.
    #[track_caller]
    pub fn expect_argv(&self, wanted: &[&str]) -> Recorded {
        let recorded = self.recorded();
        let wanted: Vec<&str> =
            wanted.iter().map(|word| if *word == "L" { self.line.name() } else { *word }).collect();
        assert_eq!(recorded.argv(), wanted);
        recorded
    }

    /// The line's lock.
    pub fn lock(&self) -> std::path::PathBuf {
        self.root.path(&format!("var/lock/LCK..{}", self.line.file_name()))
    }

    /// The lock's bytes; `None`: there is none.
    pub fn locked(&self) -> Option<Vec<u8>> {
        std::fs::read(self.lock()).ok()
    }

    /// A lock of this process is put there, as a dialer puts it: whole at once.
    pub fn lock_for(&self, pid: u32) {
        put_whole(&self.lock(), format!("{pid:>10}\n").as_bytes());
    }
}

/// Writes a file so that nobody sees half of it.
pub fn put_whole(path: &Path, bytes: &[u8]) {
    let unfinished = path.with_extension("unfinished");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&unfinished, bytes).unwrap();
    std::fs::rename(&unfinished, path).unwrap();
}
