//! What is odd about a prompt's escapes (GD17).

use super::dialect::Escapes;
use super::quoted;
use crate::escape::{Escape, after_backslash, parameter, system_v};
use std::ops::Range;

/// One oddity: where in the prompt, what it is, what a run types, what to write.
pub(super) struct Odd {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) here: String,
    pub(super) write: String,
}

/// Goes through a raw prompt.
pub(super) fn oddities(raw: &[u8], escapes: Escapes) -> Vec<Odd> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = raw.get(at).copied() {
        let start = at;
        at += 1;
        let rest = raw.get(at..).unwrap_or(&[]);
        match byte {
            b'\\' => {
                let (escape, used) = match escapes {
                    Escapes::GettyPs => after_backslash(rest),
                    Escapes::SystemV => system_v(rest),
                };
                at += used;
                if let Some((message, here, write)) = backslash(escape, raw, start..at, escapes) {
                    found.push(Odd { at: start..at, message, here, write });
                }
            }
            b'@' if escapes == Escapes::GettyPs => match rest.first().copied() {
                Some(b'@') => at += 1,
                Some(letter) if parameter(letter).is_some() => at += 1,
                Some(letter) => found.push(Odd {
                    at: start..at + 1,
                    message: format!("unknown parameter {}", quoted(&[b'@', letter])),
                    here: "both bytes are typed as they are".into(),
                    write: "@@ for an at-sign, or one of @B @D @F @L @M @O @R @S @T @U @V @u".into(),
                }),
                None => {}
            },
            _ => {}
        }
    }
    found
}

fn backslash(
    escape: Escape,
    raw: &[u8],
    at: Range<usize>,
    escapes: Escapes,
) -> Option<(String, String, String)> {
    match escape {
        Escape::Lone => Some((
            "backslash at the prompt's end".into(),
            "it types nothing, and the \"#\" behind it ends the prompt".into(),
            match escapes {
                Escapes::GettyPs => r"\\ for a backslash, \35 for a #".into(),
                Escapes::SystemV => r"\\ for a backslash, \# for a #".into(),
            },
        )),
        Escape::Wrapped(byte) => Some((
            format!("{} is no byte: above 255", quoted(raw.get(at).unwrap_or(&[])).replace(r"\\", r"\")),
            format!("the number is taken modulo 256: it types byte {byte}"),
            match escapes {
                Escapes::GettyPs => {
                    format!("\\{byte} if that byte is meant; numbers are decimal, with a leading 0 octal")
                }
                Escapes::SystemV => format!("\\{byte:03o} if that byte is meant"),
            },
        )),
        _ => None,
    }
}
