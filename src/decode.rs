//! Bytes to text: byte order marks, UTF-16, and the encoding that an XML declaration names.

use encoding_rs::{Encoding, UTF_8};

/// Decodes a text file: by its byte order mark, else by the encoding its XML declaration names, else as UTF-8.
///
/// The byte order mark is not part of the text. Fails, with a sentence fragment, when the bytes are not in that
/// encoding.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, String> {
    let (encoding, mark) = encoding_of(&bytes);
    if encoding == UTF_8 {
        let mut bytes = bytes;
        bytes.drain(..mark);
        return String::from_utf8(bytes)
            .map_err(|error| invalid(encoding, error.utf8_error().valid_up_to()));
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| format!("it is not valid {}", encoding.name()))
}

/// Decodes a text file as [`text`] does; bytes that are not in its encoding become replacement characters.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    let (encoding, mark) = encoding_of(&bytes);
    if encoding == UTF_8 && mark == 0 {
        return String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
    text.into_owned()
}

/// The encoding of a text, and the length of its byte order mark.
fn encoding_of(bytes: &[u8]) -> (&'static Encoding, usize) {
    Encoding::for_bom(bytes)
        .or_else(|| unmarked_utf16(bytes).map(|encoding| (encoding, 0)))
        .or_else(|| declared(bytes).map(|encoding| (encoding, 0)))
        .unwrap_or((UTF_8, 0))
}

fn invalid(encoding: &'static Encoding, at: usize) -> String {
    format!("it is not valid {} from byte {at} on", encoding.name())
}

/// UTF-16 without a mark shows in its first character: every XML, JSON and text file that we read begins with an ASCII one.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let is_first = |byte: u8| byte.is_ascii() && byte != 0;
    match bytes {
        [0, second, ..] if is_first(*second) => Some(encoding_rs::UTF_16BE),
        [first, 0, ..] if is_first(*first) => Some(encoding_rs::UTF_16LE),
        _ => None,
    }
}

/// The encoding named in `<?xml version="1.0" encoding="…"?>`.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200))?;
    let declaration = head.strip_prefix(b"<?xml")?;
    let declaration = &declaration[..declaration.iter().position(|byte| *byte == b'>')?];
    let at = memchr::memmem::find(declaration, b"encoding")?;
    let value = &declaration[at..];
    let open = value.iter().position(|byte| matches!(byte, b'"' | b'\''))?;
    let rest = &value[open + 1..];
    let label = &rest[..rest.iter().position(|byte| *byte == value[open])?];
    // A declaration read as ASCII cannot truly be in UTF-16; the label is then wrong and the bytes are UTF-8.
    Encoding::for_label(label).filter(|encoding| encoding.is_ascii_compatible())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_dropped_and_decides_the_encoding() {
        let utf16: Vec<u8> = "\u{feff}<a>ä</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(text(utf16).unwrap(), "<a>ä</a>");
        assert_eq!(text(b"\xef\xbb\xbf{}".to_vec()).unwrap(), "{}");
    }

    #[test]
    fn utf16_without_a_mark_is_recognised() {
        let bytes: Vec<u8> = "<a/>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(text(bytes).unwrap(), "<a/>");
    }

    #[test]
    fn the_declared_encoding_counts() {
        let bytes = b"<?xml version='1.0' encoding='windows-1252'?><a>\xe4</a>".to_vec();
        assert!(text(bytes).unwrap().ends_with("<a>ä</a>"));
    }

    #[test]
    fn a_wrong_utf16_label_does_not_matter() {
        let bytes = b"<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>".to_vec();
        assert!(text(bytes).unwrap().ends_with("<a/>"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_with_the_place() {
        assert_eq!(
            text(vec![b'a', 0xff]).unwrap_err(),
            "it is not valid UTF-8 from byte 1 on"
        );
    }
}
