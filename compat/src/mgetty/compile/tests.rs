use super::*;
use crate::plan::stage::Then;
use crate::source::MapReader;

fn plan(line: &str, config: &str) -> LinePlan {
    let argv: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let mut reader = MapReader::default().device("ttyS1");
    reader.files.insert(b"/etc/mgetty/mgetty.config".to_vec(), config.as_bytes().to_vec());
    match compile(&argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => *plan,
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn every_jump_leads_to_one_stage() {
    for line in ["ttyS1", "-r ttyS1", "-b ttyS1", "-b -r ttyS1", "-D -R 60 ttyS1", "-F -n 3 ttyS1"] {
        for config in
            ["", "need-dsr yes\nwait-for-cr yes\nstatistics-chat \"\" AT&V1 OK\n", "init-chat \"\" AT OK\n"]
        {
            let plan = plan(&format!("mgetty {line}"), config);
            for (_, then) in plan.stages.iter().flat_map(|stage| &stage.ends) {
                if let Then::At(mark, _) = then {
                    let marked = plan.stages.iter().filter(|stage| stage.mark == Some(*mark)).count();
                    assert_eq!(marked, 1, "{line}: {mark}");
                }
            }
        }
    }
}
