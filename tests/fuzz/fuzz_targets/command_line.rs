//! A command line, a defaults file and a gettydefs file of any bytes: a plan or a refusal, and the plan explained. A
//! dialer's command line and file as well.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::plan::{explain, explain_json};
use polygetty_compat::dialer;
use polygetty_compat::getty_ps::compile::compile;
use polygetty_compat::plan::Compiled;
use polygetty_compat::persona::Persona;
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;

fuzz_target!(|input: (Vec<Vec<u8>>, Vec<u8>, Vec<u8>, bool)| {
    let (words, conf, gettydefs, uucp) = input;
    let mut reader = MapReader::default().device("ttyS1");
    reader.files.insert(b"/etc/conf.getty".to_vec(), conf.clone());
    reader.files.insert(b"/etc/conf.uugetty".to_vec(), conf.clone());
    reader.files.insert(b"/etc/default/getty".to_vec(), conf);
    reader.files.insert(b"/etc/gettydefs".to_vec(), gettydefs);
    let mut argv = vec![b"getty".to_vec()];
    argv.extend(words);
    if let Ok(plan) = dialer::compile::compile(&argv, &Surroundings::default(), &mut reader) {
        assert!(!explain(&plan, "dialer").is_empty());
    }
    argv.push(b"ttyS1".to_vec());
    let persona = if uucp { Persona::Uugetty } else { Persona::Getty };
    if let Ok(Compiled::Plan(plan)) = compile(persona, &argv, &Surroundings::default(), &mut reader) {
        assert!(!plan.entries.is_empty());
        assert!(!explain(&plan, "getty").is_empty());
        assert!(!explain_json(&plan).is_empty());
    }
});
