use super::*;
use crate::surroundings::SystemFacts;

fn words(line: &str) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut words = line.split(' ').map(|word| word.as_bytes().to_vec());
    (words.next().unwrap_or_default(), words.collect())
}

fn chosen(line: &str, site: &str) -> Chosen {
    let (name, arguments) = words(line);
    let site =
        crate::site::parse("/etc/polygetty.toml".into(), site.as_bytes().to_vec(), &SystemFacts::default());
    assert_eq!(site.findings, [], "{site:?}");
    choose(&name, &arguments, &site).expect("a name of ours")
}

fn persona(line: &str, site: &str) -> Persona {
    chosen(line, site).persona.value
}

#[test]
fn a_name_that_is_one_programs_alone_decides() {
    for (name, wanted) in [
        ("getty_ps", Persona::Getty),
        ("agetty", Persona::Getty),
        ("sco_getty", Persona::Sco),
        ("sco_uugetty", Persona::ScoUugetty),
        ("mgetty", Persona::Mgetty),
        ("callback", Persona::Callback),
    ] {
        for options in ["L m", "-A -f -n L m", "-w RING L m"] {
            let line = format!("{name} {options}");
            let other = if wanted == Persona::Mgetty { "sco" } else { "mgetty" };
            let chosen = chosen(&line, &format!("persona = \"{other}\""));
            assert_eq!(chosen.persona, Setting::new(wanted, Origin::Rule("its name")), "{line}");
            assert_eq!(chosen.findings, []);
        }
    }
    assert_eq!(choose(b"polygetty", &[], &Site::default()), None);
    assert_eq!(choose(b"vgetty", &[], &Site::default()), None);
}

/// The lines of inittab that both manuals have, under bare names and without a site file.
#[test]
fn lines_of_old_inittabs() {
    use Persona::{Getty, Sco, ScoUugetty, Uugetty};
    for (line, wanted, by) in [
        // SCO's: what its letters tell, and what nothing tells
        ("getty -t60 tty2A 19200", Getty, None),
        ("getty -t60 tty1A m", Getty, None),
        ("getty tty1a m", Getty, None),
        ("getty console console", Getty, None),
        ("uugetty -r -t 60 tty12 1200", Uugetty, None),
        ("getty -f -s 30 -x 1 tty2A o", Sco, Some(1)),
        ("getty -hn -t60 L m", Sco, Some(1)),
        ("getty -h -t60 L m", Getty, None),
        ("getty -t 60 -A L m", Sco, Some(3)),
        ("getty -O L", Sco, Some(1)),
        ("getty -t60 -x1 L", Sco, Some(2)),
        ("uugetty -n L m", ScoUugetty, Some(1)),
        ("getty -c F", Getty, None),
        // getty_ps's
        ("getty tty1 VC linux", Getty, None),
        ("getty -d /etc/default/getty.ttyS1 ttyS1 F19200 vt100", Getty, Some(1)),
        ("getty -h -w RING ttyS1 F19200", Getty, Some(2)),
        ("uugetty -r1 -t60 ttyS1 F19200 vt100", Uugetty, None),
        ("uugetty -r 1 -H3 ttyS1", Uugetty, Some(3)),
        ("getty -a ttyS1 9600", Getty, Some(1)),
        ("getty -attyS0 ttyS1 9600", Getty, Some(1)),
        ("getty -C CONNECT -D 7 -R ttyS1", Getty, Some(1)),
        // a value is no letter, and what follows an operand no option
        ("getty -t -n L", Getty, None),
        ("getty -w -n L", Getty, Some(1)),
        ("getty L m -n", Getty, None),
        ("getty -- -n", Getty, None),
        // an unknown letter tells nothing
        ("getty -Q L m", Getty, None),
    ] {
        let chosen = chosen(line, "");
        let origin = by.map_or(Origin::BuiltIn, Origin::Argument);
        assert_eq!(chosen.persona, Setting::new(wanted, origin), "{line}");
        assert_eq!(chosen.findings, [], "{line}");
    }
}

#[test]
fn r_takes_a_delay_or_stands_alone() {
    for (line, operand) in [
        ("uugetty -r -t 60 tty12 1200", "tty12"),
        ("uugetty -r tty12 1200", "tty12"),
        ("uugetty -r 60 tty12 1200", "tty12"),
        ("uugetty -r60 tty12 1200", "tty12"),
        ("uugetty -hr -t60 tty12", "tty12"),
    ] {
        assert_eq!(chosen(line, "").line.as_deref(), Some(operand.as_bytes()), "{line}");
    }
}

#[test]
fn letters_of_both_are_an_error_and_scos() {
    for line in ["getty -A -w RING L m", "getty -R -n L m", "getty -Rn L m"] {
        let chosen = chosen(line, "");
        assert_eq!(chosen.persona.value, Persona::Sco, "{line}");
        let finding = &chosen.findings[0];
        assert_eq!((finding.code, finding.severity), (MIXED, Severity::Error));
        assert!(finding.message.starts_with("usage: "), "{}", finding.message);
    }
}

#[test]
fn the_site_file_comes_before_letters_and_its_line_before_all_lines() {
    let site = "persona = \"sco\"\n[line.ttyS1]\npersona = \"getty_ps\"\n[line.\"pts/3\"]\npersona = \"mgetty\"\n\
                [line.ttyS2.lock]\ndir = \"/x\"\n";
    for (line, wanted) in [
        ("getty -h -t60 L m", Persona::Sco),
        ("getty -w RING L m", Persona::Sco),
        ("uugetty -r -t 60 tty12 1200", Persona::ScoUugetty),
        ("getty -n ttyS1 m", Persona::Getty),
        ("getty -n /dev/ttyS1 m", Persona::Getty),
        ("getty 9600 ttyS1", Persona::Getty),
        ("uugetty ttyS1", Persona::Uugetty),
        ("getty pts/3", Persona::Mgetty),
        ("getty ttyS2", Persona::Sco),
        ("getty -c F", Persona::Sco),
    ] {
        assert_eq!(persona(line, site), wanted, "{line}");
    }
    let chosen = chosen("getty -n ttyS1 m", site);
    let Origin::File(_) = chosen.persona.origin else { panic!("{:?}", chosen.persona) };
    assert_eq!(chosen.persona.overrode.len(), 1);
}

#[test]
fn a_foreign_letter_names_its_program_and_how_to_choose_it() {
    for letter in ONLY_SCO {
        assert_eq!(knows(*letter, Family::GettyPs), Some(Family::Sco), "{}", char::from(*letter));
        assert_eq!(knows(*letter, Family::Sco).filter(|family| *family != Family::Mgetty), None);
    }
    for letter in ONLY_GETTY_PS {
        assert_eq!(knows(*letter, Family::Sco), Some(Family::GettyPs), "{}", char::from(*letter));
    }
    assert_eq!(knows(b'm', Family::Sco), Some(Family::Mgetty));
    assert_eq!(knows(b'Q', Family::Sco), None);
    assert_eq!(
        foreign(b'A', Family::GettyPs).as_deref(),
        Some(
            "-A is an option of SCO's getty: call it sco_getty, or \"polygetty as sco_getty\", or write persona \
             = \"sco\" in /etc/polygetty.toml"
        )
    );
    assert!(foreign(b'w', Family::Sco).is_some_and(|text| text.contains("persona = \"getty_ps\"")));
    assert!(foreign(b'm', Family::Sco).is_some_and(|text| text.contains("mgetty")));
}

#[test]
fn every_letter_is_scanned_as_its_programs_scan_it() {
    for family in [Family::GettyPs, Family::Sco] {
        assert!(family.letters().iter().all(|letter| takes(*letter).is_some()), "{family:?}");
    }
}
