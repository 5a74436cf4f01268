//! Words and characters that human reports share.

use std::borrow::Cow;

/// Text from a package as a terminal may show it: names are untrusted, and control characters move cursors.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    let is_control = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
    if text.contains(is_control) {
        Cow::Owned(text.replace(is_control, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
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
        () if noun.ends_with("ss") || noun.ends_with('x') || noun.ends_with("ch") => {
            format!("{noun}es")
        }
        () if noun.ends_with('s') => noun.to_owned(),
        () => format!("{noun}s"),
    }
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
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(safe("a\u{1b}[31mb"), "a\u{fffd}[31mb");
    }
}
