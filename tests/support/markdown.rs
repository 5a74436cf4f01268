//! Writing the documents that derive from tables.

use std::fs;

use super::project;

/// Plain text as Markdown: file names in brackets are no links, and elements are no HTML.
pub fn markdown(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('<', "\\<")
        .replace('[', "\\[")
        .replace('*', "\\*");
    let words = escaped.split(' ').map(|word| {
        let address = word.trim_end_matches([',', ';', '.']);
        let end = &word[address.len()..];
        if address.starts_with("learn.microsoft.com/") {
            format!("<https://{address}>{end}")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The text with a capital first letter.
pub fn sentence_case(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Compares a document with what its table makes of it, or writes it where `UPDATE` is set.
pub fn is_made_from(name: &str, generated: &str, test: &str) {
    let path = project(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, generated).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == generated,
        "{name} is not what its table says; UPDATE=1 cargo test --test {test} writes it anew"
    );
}
