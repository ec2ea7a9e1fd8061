//! Operands that every getty has: line and label, in either order.

use crate::diag::{Code, Diagnostic, Severity};
use crate::plan::setting::Setting;
use crate::plan::stage::Device;
use crate::source::SourceReader;

/// LN02: label and line were given the other way round.
pub const SWAPPED: Code = Code::ln(2);

/// The name below `/dev` that an operand means; `None` if it can mean none.
pub fn line_name(word: &[u8]) -> Option<Vec<u8>> {
    let name = word.strip_prefix(b"/dev/").unwrap_or(word);
    let parts_fit =
        name.split(|byte| *byte == b'/').all(|part| !part.is_empty() && part != b"." && part != b"..");
    (parts_fit && !name.contains(&0)).then(|| name.to_vec())
}

/// Whether an operand names a device that is there.
pub fn exists(reader: &mut dyn SourceReader, word: Option<&Setting<Vec<u8>>>) -> bool {
    word.and_then(|word| line_name(&word.value))
        .is_some_and(|name| reader.device_exists(&Device::named(&name).path))
}

/// `9600 ttyS1` for `ttyS1 9600`, as other gettys have it, and inits that add the line at the end: if only the second
/// word is a device, the two change places.
pub fn put_right(
    words: &mut [Setting<Vec<u8>>],
    reader: &mut dyn SourceReader,
    findings: &mut Vec<Diagnostic>,
) {
    if exists(reader, words.first()) || !exists(reader, words.get(1)) {
        return;
    }
    if let [first, second, ..] = words {
        let (label, line) = (show(&first.value), show(&second.value));
        let message = format!("there is no /dev/{label}: \"{label} {line}\" is taken for \"{line} {label}\"");
        findings.push(
            Diagnostic::new(SWAPPED, Severity::Warning, message, None).write(format!("{line} {label}")),
        );
        std::mem::swap(first, second);
    }
}

fn show(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
