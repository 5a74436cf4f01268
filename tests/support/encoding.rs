//! A text in every encoding that sources come in.

use std::io::Write as _;

/// A text as every program writes it: UTF-8 with and without a mark, UTF-16 in both orders with and without one, with
/// Windows line ends, packed, and in colour.
pub fn encodings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>()
    };
    let marked = format!("\u{feff}{text}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    let mut all = vec![
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", marked.as_bytes().to_vec()),
        ("UTF-16 LE with a mark", utf16(&marked, u16::to_le_bytes)),
        ("UTF-16 LE", utf16(text, u16::to_le_bytes)),
        ("UTF-16 BE with a mark", utf16(&marked, u16::to_be_bytes)),
        ("Windows line ends", text.replace('\n', "\r\n").into_bytes()),
        ("gzip", packed.finish().unwrap()),
    ];
    if !text.trim_start().starts_with('<') {
        all.push((
            "colours",
            format!("\u{1b}[32mConnected\u{1b}[0m as a@contoso.example\n{text}").into_bytes(),
        ));
    }
    all
}
