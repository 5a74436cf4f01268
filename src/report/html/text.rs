//! Texts of packages as a page may show them.

use std::borrow::Cow;

use maud::{Markup, html};

use crate::diff::cut;
use crate::report::harmless::harmless_lines;
use crate::report::text::is_unsafe;

/// Characters of a sentence that are shown.
const SENTENCE: usize = 4_000;
/// Characters of a name that are shown; a longer one is no name that anybody reads.
const NAME: usize = 300;

/// A sentence, with its direction kept to itself. What is markup in it is shown as it is written.
pub(super) fn said(text: &str) -> Markup {
    html! { bdi { (shown(text, SENTENCE)) } }
}

/// A name or a path, with its direction kept to itself; a long one is cut.
pub(super) fn named(text: &str) -> Markup {
    html! { bdi { (shown(text, NAME)) } }
}

/// A text without what could move, hide or turn what stands around it, or command a pipeline that prints the page; cut where
/// it is long.
pub(super) fn shown(text: &str, limit: usize) -> Cow<'_, str> {
    let is_unsafe = |c: char| is_unsafe(c) && !matches!(c, '\n' | '\t');
    let mut shown = cut(text, limit);
    if shown.contains(is_unsafe) {
        shown = Cow::Owned(shown.replace(is_unsafe, "\u{fffd}"));
    }
    match shown {
        Cow::Borrowed(text) => harmless_lines(text),
        Cow::Owned(text) => Cow::Owned(harmless_lines(&text).into_owned()),
    }
}

/// `1 error`, `2 errors` with a number that a stylesheet may show larger.
pub(super) fn figure(number: usize, noun: &str, tone: &str) -> Markup {
    let text = crate::report::text::count(number, noun);
    let (_, word) = text.split_once(' ').unwrap_or(("", noun));
    let tone = if number == 0 { "plain" } else { tone };
    html! {
        li class={ "figure " (tone) } { span .number { (number) } " " span .of { (word) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_text_is_text() {
        let markup = said("</bdi><script>alert(1)</script>").into_string();
        assert_eq!(
            markup,
            "<bdi>&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"
        );
    }

    #[test]
    fn what_turns_the_direction_is_shown_as_a_mark() {
        assert_eq!(shown("a\u{202e}b", 9), "a\u{fffd}b");
    }

    #[test]
    fn a_long_text_is_cut_at_a_character() {
        assert_eq!(shown("äöüß", 3), "äöü…");
    }
}
