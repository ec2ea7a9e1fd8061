//! Bytes in messages.

/// Bytes as a person reads them: printable ones as they are, the others as `<CR>`, `<LF>` or `<1b>`.
pub fn shown(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        match byte {
            b'\r' => text.push_str("<CR>"),
            b'\n' => text.push_str("<LF>"),
            b' '..=b'~' => text.push(char::from(*byte)),
            other => text.push_str(&format!("<{other:02x}>")),
        }
    }
    text
}

/// Bytes as one word that [`parsed`] turns back: for the recorder's file.
pub(crate) fn parsed(word: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = word.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        rest = more;
        if *first == b'%' && rest.len() >= 2 {
            let (digits, more) = rest.split_at(2);
            let digits = std::str::from_utf8(digits).expect("recorder writes ASCII");
            bytes.push(u8::from_str_radix(digits, 16).expect("recorder writes hex"));
            rest = more;
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_and_words_are_parsed() {
        assert_eq!(shown(b"a\r\n\x1b\xff "), "a<CR><LF><1b><ff> ");
        assert_eq!(parsed("bob%20%0a%25"), b"bob \n%");
    }
}
