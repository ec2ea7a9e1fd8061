//! What `explain` says of lines of SCO's getty.

use super::explain;
use polygetty_compat::persona::Persona;
use polygetty_compat::plan::Compiled;
use polygetty_compat::sco::compile::compile;
use polygetty_compat::source::MapReader;
use polygetty_compat::surroundings::Surroundings;

const GETTYDEFS: &str = "m# B9600 HUPCL # B9600 SANE HUPCL #\\r\\n@!login: #n

n# B2400 HUPCL # B2400 SANE HUPCL #\\r\\n@!login: #m

kiosk# B9600 SANE CLOCAL # B9600 ##kiosk#AUTO /usr/local/bin/kiosk -q
";
const DEVICES: &str = "ACU tty1A - 9600-19200 /usr/lib/uucp/dialHA\nDirect tty1A - 9600 direct\n";

fn explained(line: &str) -> String {
    let argv: Vec<Vec<u8>> = line.split(' ').map(|word| word.as_bytes().to_vec()).collect();
    let mut reader =
        MapReader::default().file("/etc/gettydefs", GETTYDEFS).file("/usr/lib/uucp/Devices", DEVICES);
    for device in ["tty1A", "tty2A"] {
        reader = reader.device(device);
    }
    let text = match compile(Persona::Sco, &argv, &Surroundings::default(), &mut reader) {
        Ok(Compiled::Plan(plan)) => explain(&plan, line),
        other => panic!("no plan from {line:?}: {other:?}"),
    };
    for row in text.lines() {
        assert!(row.chars().count() <= 80, "longer than a line: {row:?}");
        assert!(row.is_ascii() && row == row.trim_end(), "{row:?}");
    }
    // A row that can be reached by a jump alone has a head that says when.
    let rows: Vec<&str> = text.lines().collect();
    for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.ends_with(':') && !row.starts_with(' ')) {
        assert_eq!(rows.get(at.wrapping_sub(1)), Some(&""), "{row}");
    }
    text
}

#[test]
fn a_line_for_callers_alone() {
    insta::assert_snapshot!(explained("sco_getty -t60 tty2A m"));
}

#[test]
fn a_line_that_is_shared_and_has_a_dialer() {
    insta::assert_snapshot!(explained("sco_getty tty1A m"));
}

#[test]
fn calls_of_people_programs_and_fax_machines() {
    insta::assert_snapshot!(explained("sco_getty -A -f -s 30 -n tty1A m"));
}

#[test]
fn a_line_that_asks_nobody() {
    insta::assert_snapshot!(explained("sco_getty tty2A kiosk ansi"));
}
