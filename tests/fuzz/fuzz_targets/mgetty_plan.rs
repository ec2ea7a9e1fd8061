//! A command line of mgetty's and a file of any bytes: a plan or a refusal, and the plan explained. Every jump leads
//! somewhere.
#![no_main]

use libfuzzer_sys::fuzz_target;
use polygetty::report::plan::{explain, explain_json};
use polygetty_compat::mgetty::compile::compile;
use polygetty_compat::plan::Compiled;
use polygetty_compat::plan::stage::Then;
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;

fuzz_target!(|input: (Vec<Vec<u8>>, Vec<u8>, Vec<u8>)| {
    let (words, config, gettydefs) = input;
    let mut reader = MapReader::default().device("ttyS1");
    reader.files.insert(b"/etc/mgetty/mgetty.config".to_vec(), config);
    reader.files.insert(b"/etc/gettydefs".to_vec(), gettydefs);
    let argv = [vec![b"mgetty".to_vec()], words, vec![b"ttyS1".to_vec()]].concat();
    if let Ok(Compiled::Plan(plan)) = compile(&argv, &Surroundings::default(), &mut reader) {
        assert_eq!(plan.entries.len(), 1);
        for stage in &plan.stages {
            for (_, then) in &stage.ends {
                if let Then::At(mark, _) = then {
                    assert!(plan.stages.iter().any(|stage| stage.mark == Some(*mark)), "{mark}");
                }
            }
        }
        assert!(!explain(&plan, "mgetty").is_empty());
        assert!(!explain_json(&plan).is_empty());
    }
});
