//! Words and characters that human reports share.

use std::borrow::Cow;

use super::harmless::without_brackets;
use crate::diff::cut;
use crate::error::Error;

/// The longest text from a package that is shown in one piece, in characters.
const SHOWN: usize = 400;

/// Text from a package as one line of a terminal may show it: names are untrusted, control characters move cursors, and
/// line breaks could forge lines of the report. Very long text is cut.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    bounded(text, SHOWN)
}

/// The same, cut after so many characters.
pub(super) fn bounded(text: &str, limit: usize) -> Cow<'_, str> {
    let kept = cut(text, limit);
    if kept.contains(is_unsafe) {
        Cow::Owned(kept.replace(is_unsafe, "\u{fffd}"))
    } else {
        kept
    }
}

/// Text from a package in one line, whole: what [`safe`] replaces is replaced, and what a pipeline would take for a command
/// within a line is text.
pub(super) fn one_line(text: &str) -> String {
    without_brackets(&text.replace(is_unsafe, "\u{fffd}"), "(").into_owned()
}

/// Whether a character may do something to a terminal or a page: controls, other line breaks, and marks that turn the
/// direction of what follows. What is no character cannot stand in XML.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{fffe}' | '\u{ffff}'
        )
}

/// What went wrong, and what to do.
pub(super) fn sentence(error: &Error) -> String {
    format!("{error}. {}", error.remedy())
}

/// Lines of a file as a terminal may show them; every place in them stays where it is.
pub(super) fn safe_lines(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' | '\t' => character,
        // One character of one byte, and one of two, for control characters of one and of two.
        '\0'..='\x7f' if character.is_control() => '?',
        _ if character.is_control() => '¿',
        _ => character,
    };
    text.chars().map(harmless).collect()
}

/// A report with the signs that it is written with in ASCII, for whoever can show no others. What a package calls its
/// components stays as it is, but for these signs.
///
/// ```
/// use solvet::report::in_ascii;
///
/// assert_eq!(in_ascii("a → b, … and 2 more"), "a -> b, ... and 2 more");
/// assert_eq!(in_ascii("Größe"), "Größe");
/// ```
pub fn in_ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '…' => plain.push_str("..."),
            '→' => plain.push_str("->"),
            '←' => plain.push_str("<-"),
            '–' => plain.push('-'),
            '’' => plain.push('\''),
            '\u{fffd}' | '¿' => plain.push('?'),
            _ => plain.push(character),
        }
    }
    plain
}

/// A package's path as people read it.
pub(super) fn shown_path(path: &str) -> &str {
    if path == "-" { "standard input" } else { path }
}

/// `1 error`, `2 errors`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 {
        format!("1 {noun}")
    } else {
        format!("{number} {}", plural(noun))
    }
}

fn plural(noun: &str) -> String {
    let stem = |suffix: &str| noun.strip_suffix(suffix);
    match () {
        () if noun.starts_with("component of type ") => noun.replacen("component", "components", 1),
        () if stem("y").is_some_and(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) => {
            format!("{}ies", stem("y").unwrap_or_default())
        }
        // A table's name stays as it is.
        () if noun.contains('_') => noun.to_owned(),
        () if noun.ends_with("ss") || noun.ends_with('x') || noun.ends_with("ch") => {
            format!("{noun}es")
        }
        () if noun.ends_with('s') => noun.to_owned(),
        () => format!("{noun}s"),
    }
}

/// Breaks a text into lines at blanks.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_have_their_plurals() {
        for (noun, plural) in [
            ("property", "2 properties"),
            ("key", "2 keys"),
            ("process", "2 processes"),
            ("error", "2 errors"),
        ] {
            assert_eq!(count(2, noun), plural);
        }
    }

    #[test]
    fn lines_keep_their_length_in_bytes() {
        let text = "a\u{1b}b\u{9b}c\n";
        assert_eq!(safe_lines(text), "a?b¿c\n");
        assert_eq!(safe_lines(text).len(), text.len());
    }

    #[test]
    fn a_name_cannot_forge_a_line_of_the_report() {
        assert_eq!(
            safe("x\n1 package: 0 errors"),
            "x\u{fffd}1 package: 0 errors"
        );
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
