//! How the modem's chats become stages.

use super::*;
use crate::mgetty::config::{Read, Sections, read as read_config};
use crate::site::Profile;
use crate::source::SourceMap;

fn config(text: &str) -> Config {
    let mut sources = SourceMap::default();
    let file = sources.add("C".into(), text.as_bytes().to_vec());
    let Read { config, findings, .. } =
        read_config(Profile::Upstream, &[], Some((&sources, file)), Sections::Of(b"ttyS1"));
    assert_eq!(findings, []);
    config
}

fn failed() -> Then {
    Then::Finish(1, vec![Parting::Log(Level::Notice, "failed in mg_init_data")])
}

fn run(stage: &PlannedStage) -> &RunChat {
    match &stage.stage {
        Stage::Chat(run) => run,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_jump_has_its_stage_and_every_end_its_way() {
    for (text, count) in [("", 4), ("init-chat \"\" ATZ OK\n", 3)] {
        let Init { first, aside } = init(&config(text), &failed());
        assert_eq!(aside.len(), count, "{text}");
        let marks: Vec<Mark> = aside.iter().filter_map(|stage| stage.mark).chain([READY]).collect();
        for stage in aside.iter().chain([&first]) {
            for (end, then) in &stage.ends {
                assert_eq!(stage.ends.iter().filter(|(other, _)| other == end).count(), 1, "{end:?}");
                if let Then::At(mark, _) = then {
                    assert!(marks.contains(mark), "{mark}");
                }
            }
            let Stage::Chat(chat) = &stage.stage else { continue };
            for end in chat.verdicts.iter().map(|verdict| verdict.end).chain([End::Failed, End::HungUp]) {
                assert_ne!(stage.then(end), &Then::GoOn, "{} {end:?}", chat.name);
            }
        }
        // Only the first silence is rescued.
        let rescued = |stage: &PlannedStage| matches!(stage.then(End::Failed), Then::At(RESCUE, _));
        assert!(rescued(&first) && !aside.iter().any(rescued));
        assert_eq!(first.then(End::Refused), &failed());
        assert_eq!(aside.last().unwrap().then(End::Done), &Then::At(READY, Vec::new()));
    }
}

#[test]
fn a_word_of_the_file_ends_its_chat_from_its_place_on() {
    let text = "init-chat ABORT NOPE \"\" ATZ ABORT \"NO LINE\" OK ATX3 OK\n";
    let Init { first, .. } = init(&config(text), &failed());
    let theirs: Vec<usize> =
        run(&first).verdicts.iter().skip(FAILURES.len()).map(|verdict| verdict.from).collect();
    assert_eq!(theirs, [0, 2]);
    assert!(run(&first).verdicts.iter().all(|verdict| verdict.word.exact && verdict.end == End::Refused));
    assert_eq!(run(&first).patience, Duration::from_secs(20));
}

#[test]
fn what_ends_the_answer() {
    let answer = answer(&config("answer-chat-timeout 5\nanswer-chat ABORT VCON \"\" ATA CONNECT\n"));
    assert_eq!((answer.patience, answer.chat.value.fields.len()), (Duration::from_secs(5), 3));
    let of = |end| answer.verdicts.iter().filter(|verdict| verdict.end == end).count();
    assert_eq!((of(End::NoCarrier), of(End::Fax)), (FAILURES.len() + HANG_UPS.len() + 1, FAX.len()));
}

#[test]
fn what_does_not_matter_has_ten_seconds_a_step() {
    let config = config("post-init-chat \"\" ATM0 OK\n");
    assert_eq!(unheeded("get-cnd-chat", &config.get_cnd_chat), None);
    let run = unheeded("post-init-chat", &config.post_init_chat).unwrap();
    assert_eq!((run.patience, run.verdicts.len()), (Duration::from_secs(10), 0));
}
