//! Text of packages as Markdown that shows it as it is.
//!
//! A library that writes Markdown (`pulldown-cmark-to-cmark`) escapes what `CommonMark` takes for its own syntax. Forges take
//! more: bare addresses, `@name`, `#1`, `:word:`, formulas. A backslash does not stop all of that, because some of it is
//! looked for in the finished page; code does.

use crate::report::text::one_line;

/// Characters that begin something within a line.
const SYNTAX: &[char] = &[
    '\\', '`', '*', '_', '{', '}', '[', ']', '<', '>', '&', '#', '~', '$', '!', '^', '=',
];

/// Text in one line, for a paragraph, a heading, an item of a list or a cell of a table.
pub(super) fn escaped(text: &str) -> String {
    let text = one_line(text);
    let inner = text.trim_matches(' ');
    let start = text.len() - text.trim_start_matches(' ').len();
    let end = text.len() - start - inner.len();
    let blanks = |number| "&#32;".repeat(number);
    let mut out = blanks(start);
    for (number, word) in inner.split(' ').enumerate() {
        if number > 0 {
            out.push(' ');
        }
        if is_more_than_text(word) {
            code_parts(word, &mut out);
        } else {
            plain(word, number == 0, &mut out);
        }
    }
    out + &blanks(end)
}

/// A word of text; the first of a line may not look like the mark of a list or a rule.
fn plain(word: &str, is_first: bool, out: &mut String) {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let mark_at = word.len() - digits.len();
    for (at, character) in word.char_indices() {
        // Only the very first character, or the last behind a number.
        let could_be = if at == 0 { "-+" } else { ".)" };
        let is_alone = at == 0 || at + 1 == word.len();
        let is_mark = is_first && at == mark_at && is_alone && could_be.contains(character);
        if character == '|' {
            // A cell of a table ends at a bar, also within code and behind a backslash.
            out.push_str("&#124;");
            continue;
        }
        if is_mark || SYNTAX.contains(&character) {
            out.push('\\');
        }
        out.push(character);
    }
}

/// Whether a forge makes something of a word: an address, a person, another issue, a picture.
fn is_more_than_text(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_number = |mark: &str| {
        let mut behind = lower.split(mark).skip(1);
        behind.any(|behind| behind.starts_with(|c: char| c.is_ascii_digit()))
    };
    word.contains('@')
        || ["://", "www.", "mailto:", "xmpp:"]
            .iter()
            .any(|mark| lower.contains(mark))
        || is_number("#")
        || is_number("gh-")
        || word.matches(':').count() > 1
}

/// Text in one line as code.
pub(super) fn code(text: &str) -> String {
    let mut out = String::new();
    code_parts(&one_line(text), &mut out);
    out
}

/// Code between bars, which end a cell of a table also within code.
fn code_parts(text: &str, out: &mut String) {
    for (number, part) in text.split('|').enumerate() {
        if number > 0 {
            out.push_str("&#124;");
        }
        if part.is_empty() {
            continue;
        }
        let ticks = part.split(|c| c != '`').map(str::len).max();
        let fence = "`".repeat(ticks.unwrap_or_default() + 1);
        // A blank is taken away again where both sides have one.
        let is_padded = part.starts_with(['`', ' ']) || part.ends_with(['`', ' ']);
        let pad = if is_padded { " " } else { "" };
        out.push_str(&[&fence, pad, part, pad, &fence].concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_is_text() {
        for (text, markdown) in [
            ("a_b *c* <d>", "a\\_b \\*c\\* \\<d\\>"),
            ("- item", "\\- item"),
            ("1. item", "1\\. item"),
            ("12) item", "12\\) item"),
            ("a | b", "a &#124; b"),
            ("  a ", "&#32;&#32;a&#32;"),
            ("version 1.0.0.0", "version 1.0.0.0"),
        ] {
            assert_eq!(escaped(text), markdown);
        }
    }

    #[test]
    fn what_forges_make_links_of_is_code() {
        for (text, markdown) in [
            ("ask @octocat now", "ask `@octocat` now"),
            ("see https://x.example/?a", "see `https://x.example/?a`"),
            ("as #12 says", "as `#12` says"),
            (":smile:", "`:smile:`"),
            ("a@`|b", "`` a@` ``&#124;`b`"),
        ] {
            assert_eq!(escaped(text), markdown);
        }
    }

    #[test]
    fn code_has_longer_fences_than_what_it_holds() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
    }
}
