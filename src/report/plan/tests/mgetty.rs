//! What `explain` says of mgetty's texts and of its chats with the modem.

use super::*;
use polygetty_compat::mgetty::config::Config;
use polygetty_compat::mgetty::modem::{self, READY, init};
use polygetty_compat::mgetty::texts;
use polygetty_compat::plan::setting::Setting;
use polygetty_compat::plan::stage::{End, Issue, ModemLines, PlannedStage, SetModes, Stage, Then};
use polygetty_compat::site::Profile;

#[test]
fn texts_are_shown_in_mgettys_letters() {
    let mut plan = plan("getty ttyS1 F9600", "");
    plan.persona = Setting::built_in(Persona::Mgetty);
    let written = br"@\S\T\P\N\m\s\R\V\C\D\Y\I\q\033";
    plan.entries.iter_mut().for_each(|entry| entry.prompt = texts::prompt(written));
    for planned in &mut plan.stages {
        if let Stage::Greet(greet) = &mut planned.stage {
            greet.issue = Setting::built_in(Issue::Text(texts::literal(br"on @, \L")));
        }
    }
    let shown = explain(&plan, "mgetty ttyS1");
    assert!(shown.contains(r#"prompt "@\S\T\L\U\m\s\R\V\C\D\Y\Iq\x1b""#), "{shown}");
    assert!(shown.contains(r#""on @, \L\r\n""#), "{shown}");
}

#[test]
fn every_way_from_the_init_chat_is_told() {
    let mut plan = plan("getty ttyS1 F9600", "");
    let init = init(&Config::built_in(Profile::Upstream), &Then::Finish(1, Vec::new()));
    let ready = PlannedStage::new(Stage::Modes(SetModes::default())).mark(READY);
    plan.stages = vec![init.first, ready.end(End::Done, Then::Finish(0, Vec::new()))];
    plan.stages.extend(init.aside);
    let shown = explain(&plan, "mgetty ttyS1");
    for line in [
        r#"init-chat: "" \dATQ0V1H0 OK ATS0=0Q0&D3&C1 OK"#,
        "When the modem does not answer as it should:",
        r"force-init-chat: ",
        "When the modem does not know a built-in command:",
        r#"init-chat: "" ATS0=0 OK"#,
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    assert!(shown.contains("goes to 3") && shown.contains("goes to 6"), "{shown}");
}

#[test]
fn what_a_chat_is_for_is_told() {
    let mut plan = plan("getty ttyS1 F9600", "");
    let mut config = Config::built_in(Profile::Upstream);
    config.autobauding = Setting::built_in(true);
    let mut chat = init(&config, &Then::GoOn).first;
    if let Stage::Chat(run) = &mut chat.stage {
        run.lines = ModemLines::Kept(Some(Setting::built_in("/var/log/statistics".into())));
    }
    chat.ends.clear();
    let answer = PlannedStage::new(Stage::Answer(modem::answer(&config)));
    plan.stages = vec![chat, answer];
    let shown = explain(&plan, "mgetty ttyS1");
    let shown = shown.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("OK, kept in /var/log/statistics") && shown.contains("what the modem says"),
        "{shown}"
    );
}
