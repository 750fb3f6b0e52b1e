//! The relaxed forms of RFC 6376 §3.4, in which mail systems may change a mail without harm.

/// One header in relaxed form.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    value: String,
}

impl Field {
    /// Its line: `name:value` and the end of it.
    pub(super) fn write(&self, into: &mut Vec<u8>) {
        into.extend_from_slice(self.name.as_bytes());
        into.push(b':');
        into.extend_from_slice(self.value.as_bytes());
        into.extend_from_slice(b"\r\n");
    }
}

/// Header and body of a mail, without the empty line between them.
pub(super) fn parts(mail: &[u8]) -> (&[u8], &[u8]) {
    let between = b"\r\n\r\n";
    match mail.windows(between.len()).position(|four| four == between) {
        Some(at) => (&mail[..at + 2], &mail[at + between.len()..]),
        None => (mail, &[]),
    }
}

/// The headers of a mail, in relaxed form.
pub(super) fn headers(head: &[u8]) -> Vec<Field> {
    let text = String::from_utf8_lossy(head);
    let mut fields: Vec<String> = Vec::new();
    for line in text.split("\r\n").filter(|line| !line.is_empty()) {
        match fields.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => fields.push(line.to_owned()),
        }
    }
    fields.iter().map(|field| header(field)).collect()
}

/// One header, folded or not, in relaxed form.
pub(super) fn header(text: &str) -> Field {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    let words = value
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty());
    Field {
        name: name.trim_end().to_ascii_lowercase(),
        value: words.collect::<Vec<_>>().join(" "),
    }
}

/// A body in relaxed form: white space within a line is one space, at its end none, and there are
/// no empty lines at the end of the body.
pub(super) fn body(text: &[u8]) -> Vec<u8> {
    let mut relaxed = Vec::with_capacity(text.len() + 2);
    let lines = text.strip_suffix(b"\r\n").unwrap_or(text);
    for line in split_lines(lines) {
        let mut after_space = false;
        for byte in line {
            match byte {
                b' ' | b'\t' => after_space = true,
                byte => {
                    if after_space {
                        relaxed.push(b' ');
                    }
                    after_space = false;
                    relaxed.push(*byte);
                }
            }
        }
        relaxed.extend_from_slice(b"\r\n");
    }
    while relaxed.ends_with(b"\r\n\r\n") {
        relaxed.truncate(relaxed.len() - 2);
    }
    if relaxed == b"\r\n" {
        relaxed.clear();
    }
    relaxed
}

/// The lines of a text between CR LF; a line feed alone ends none.
fn split_lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = text.windows(2).position(|two| two == b"\r\n");
        rest = end.map(|end| &text[end + 2..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// An RSA public key (PKCS#1) as the DNS has it: within a SubjectPublicKeyInfo (RFC 5280).
pub(super) fn public_key_info(key: &[u8]) -> Vec<u8> {
    /// rsaEncryption, and no parameters.
    const ALGORITHM: [u8; 15] = [
        0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    ];
    // A bit string begins with the number of bits that it does not use.
    let bits = der(0x03, &[&[0], key].concat());
    der(0x30, &[&ALGORITHM, &bits[..]].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let bytes = length.to_be_bytes();
    let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let head = match length {
        0..0x80 => vec![tag, length as u8],
        _ => [&[tag, 0x80 | bytes.len() as u8], bytes].concat(),
    };
    [head, content.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 6376 §3.4.5.
    #[test]
    fn the_example_of_the_standard() {
        let mail = b"A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
        let (head, text) = parts(mail);
        let mut written = Vec::new();
        headers(head)
            .iter()
            .for_each(|field| field.write(&mut written));
        assert_eq!(written, b"a:X\r\nb:Y Z\r\n");
        assert_eq!(body(text), b" C\r\nD E\r\n");
    }

    #[track_caller]
    fn check(text: &str, relaxed: &str) {
        assert_eq!(
            String::from_utf8(body(text.as_bytes())).unwrap(),
            relaxed,
            "{text:?}"
        );
    }

    #[test]
    fn bodies_in_relaxed_form() {
        check("", "");
        check("\r\n", "");
        check("\r\n\r\n\r\n", "");
        check(" \t\r\n", "");
        check("a", "a\r\n");
        check("a\r\n", "a\r\n");
        check("a\r\n\r\n\r\nb \r\n \r\n", "a\r\n\r\n\r\nb\r\n");
        check("\r\na", "\r\na\r\n");
        check("a \t b\t\r\n\tc", "a b\r\n c\r\n");
        check("a\nb\rc", "a\nb\rc\r\n");
    }

    #[test]
    fn lengths_of_every_size() {
        assert_eq!(der(3, &[7]), [3, 1, 7]);
        assert_eq!(der(3, &[0; 127])[..2], [3, 127]);
        assert_eq!(der(3, &[0; 128])[..3], [3, 0x81, 128]);
        assert_eq!(der(3, &[0; 300])[..4], [3, 0x82, 1, 44]);
    }
}
