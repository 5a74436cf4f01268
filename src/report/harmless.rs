//! What a pipeline would take for a command, made text again.
//!
//! Pipelines read what a step prints. Azure's agent takes `##vso[` for a command wherever it stands in a line, GitHub's
//! runner takes `##[` so, and `::` at the start of a line (its `ActionCommand.cs`, the agent's `Command.cs`). Both compare
//! as people would, so characters without a width count for nothing. Names of packages are untrusted, so no report may
//! hold any of these as it is: neither inside a pipeline nor outside, for the same input gives the same bytes, and reports
//! are printed again by others.

use std::borrow::Cow;

/// Whether a comparison passes over a character: controls, joiners, marks of direction, selectors.
fn counts_for_nothing(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a bracket behind this text would begin a command.
fn begins_command(before: &str) -> bool {
    // That of a colour is no text.
    if before.ends_with('\u{1b}') {
        return false;
    }
    let mut last = before.chars().rev().filter(|c| !counts_for_nothing(*c));
    let first = last.next();
    let mut word = [first, last.next(), last.next()];
    if word[..2] == [Some('#'); 2] {
        return true;
    }
    for character in word.iter_mut().flatten() {
        character.make_ascii_lowercase();
    }
    word == [Some('o'), Some('s'), Some('v')]
        && last.next() == Some('#')
        && last.next() == Some('#')
}

/// The text with another word for every bracket that would begin a command.
pub(super) fn without_brackets<'a>(text: &'a str, instead: &str) -> Cow<'a, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut kept = 0;
    for (at, _) in text.match_indices('[') {
        if begins_command(&text[..at]) {
            out.push_str(&text[kept..at]);
            out.push_str(instead);
            kept = at + 1;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// JSON that means the same: outside of texts it has no `#`, and within them a bracket may be written by its number.
pub fn harmless_json(text: &str) -> Cow<'_, str> {
    without_brackets(text, "\\u005b")
}

/// Lines for people. `##vso[` becomes `##vso(`, and `::` at the start of a line becomes `: :`.
pub fn harmless_lines(text: &str) -> Cow<'_, str> {
    let text = without_brackets(text, "(");
    if !text.contains(':') {
        return text;
    }
    let mut out = String::new();
    let mut kept = 0;
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        if let Some(colon) = opening(line) {
            out.push_str(&text[kept..=start + colon]);
            out.push(' ');
            kept = start + colon + 1;
        }
        start += line.len();
    }
    if kept == 0 {
        return text;
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// Where the first colon of a line that would be a command stands.
fn opening(line: &str) -> Option<usize> {
    let mut seen = line
        .char_indices()
        .filter(|(_, c)| !counts_for_nothing(*c))
        .skip_while(|(_, c)| c.is_whitespace());
    let (first, ':') = seen.next()? else {
        return None;
    };
    seen.next()
        .is_some_and(|(_, character)| character == ':')
        .then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_azure_are_text_wherever_they_stand() {
        for (text, harmless) in [
            ("x ##vso[task.complete]", "x ##vso(task.complete]"),
            ("##VSO[a.b]##vso[c.d]", "##VSO(a.b]##vso(c.d]"),
            (
                "#\u{200b}#v\u{ad}so\u{0}[a.b]",
                "#\u{200b}#v\u{ad}so\u{0}(a.b]",
            ),
        ] {
            assert_eq!(harmless_lines(text), harmless);
        }
    }

    #[test]
    fn commands_of_github_are_text_at_the_start_of_any_line() {
        assert_eq!(
            harmless_lines("a ::b\n  ::error::c"),
            "a ::b\n  : :error::c"
        );
        assert_eq!(
            harmless_lines("\u{feff}:\u{200d}:x"),
            "\u{feff}: \u{200d}:x"
        );
        assert_eq!(harmless_lines("##[error]x"), "##(error]x");
    }

    #[test]
    fn other_brackets_and_colons_stay() {
        for text in ["# [a] vso[b] #[c]", "a::b: ::", ": :a", "##\u{1b}[1mx"] {
            assert_eq!(harmless_lines(text), text);
        }
    }

    #[test]
    fn json_keeps_its_values() {
        assert_eq!(harmless_json("[\"##vso[x]\"]"), "[\"##vso\\u005bx]\"]");
    }
}
