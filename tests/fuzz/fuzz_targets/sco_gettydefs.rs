//! A gettydefs file of any bytes, read as SCO's getty reads it: listed, its mistakes shown, its entries compiled.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::gettydefs::check_sco;
use polygetty_compat::gettydefs::{SCO, parse, sixth};
use polygetty_compat::sco::{issue, modes};
use polygetty_compat::source::{FileText, MapReader, SourceMap};
use polygetty_compat::surroundings::SystemFacts;

fuzz_target!(|bytes: &[u8]| {
    let text = FileText { bytes: bytes.to_vec(), owner: 0, mode: 0o644 };
    let (mut reader, system) = (MapReader::default(), SystemFacts::default());
    let checked = check_sco(&"/etc/gettydefs".into(), Ok(text), &mut reader, &system, &|_| [0; 4], false);
    assert!(checked.status <= 1);
    assert!(checked.stdout.is_ascii());

    let mut sources = SourceMap::default();
    let file = sources.add("/etc/gettydefs".into(), bytes.to_vec());
    for entry in parse(&sources, file, &SCO, &system).entries.iter().filter(|entry| entry.whole) {
        assert!(entry.label.len() <= 63 && entry.next.len() <= 63 && entry.text.len() <= 4096);
        let sixth = sixth(entry).expect("a whole entry's sixth field can be read");
        assert!(sixth.program.is_none_or(|(path, _)| path.is_absolute()));
        assert!(modes::initial(&entry.initial, sixth.auto).speed.is_some());
        assert!(modes::last(&entry.last, &system).speed.is_some());
        assert!(issue::prompt(&entry.prompt).pieces.len() <= entry.prompt.len());
    }
});
