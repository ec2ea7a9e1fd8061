//! How the lines of `explain` lie on a terminal of 80 columns.

/// A line that begins in column `first` and is broken at blanks before the 80th; what follows begins in `later`.
pub(super) fn fold(out: &mut String, first: usize, later: usize, text: &str) {
    let mut column = first;
    let mut begins = true;
    out.push_str(&" ".repeat(first));
    // A number stays with its unit.
    let text = ["s", "ms", "bit/s"].iter().fold(text.to_owned(), |text, unit| with_unit(&text, unit));
    for word in text.split(' ') {
        let width = word.chars().count();
        if !begins && column + 1 + width > 79 {
            out.push('\n');
            out.push_str(&" ".repeat(later));
            column = later;
        } else if !begins {
            out.push(' ');
            column += 1;
        }
        begins = false;
        out.push_str(&word.replace(TIED, " "));
        column += width;
    }
    out.push('\n');
}

/// A blank at which no line is broken.
const TIED: char = '\u{a0}';

fn with_unit(text: &str, unit: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let number = words.last().is_some_and(|last| last.ends_with(|c: char| c.is_ascii_digit()));
        match words.last_mut().filter(|_| number && word.trim_end_matches([',', ';', '.']) == unit) {
            Some(last) => last.push_str(&format!("{TIED}{word}")),
            None => words.push(word.to_owned()),
        }
    }
    words.join(" ")
}

pub(super) fn note(out: &mut String, text: &str) {
    fold(out, 0, 4, text);
}

/// One stage as a row: number, what, how, and where that comes from; long ones go on below.
pub(super) fn row(out: &mut String, number: usize, name: &str, says: &str, origin: &str) {
    let head = format!("{number:2}  {name:<17} ");
    let room = 56usize;
    if says.chars().count() <= 33 && origin.chars().count() <= 22 {
        out.push_str(format!("{head}{says:<33} {origin}").trim_end());
        out.push('\n');
        return;
    }
    let mut line = String::new();
    let mut lead = head;
    for word in says.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            out.push_str(&format!("{lead}{line}\n"));
            lead = " ".repeat(22);
            line.clear();
        }
        if !line.is_empty() && !word.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.push_str(format!("{lead}{line}").trim_end());
    out.push('\n');
    if !origin.is_empty() {
        out.push_str(&format!("{:22}from {origin}\n", ""));
    }
}
