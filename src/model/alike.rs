//! Names that are nearly what somebody wrote.

use std::cmp::Reverse;

/// Names to suggest at most.
const SUGGESTED: usize = 3;
/// How alike two names must be to be suggested, in percent.
const ALIKE: usize = 50;

/// Those of some names that are most like a text, in any case, the likest first.
///
/// ```
/// let names = ["table", "column", "view"];
/// assert_eq!(solvet::model::alike("tabel", names.into_iter()), ["table"]);
/// ```
pub fn alike<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> Vec<&'n str> {
    let what = what.to_ascii_lowercase();
    let mut near: Vec<_> = names
        .map(|name| (likeness(&what, &name.to_ascii_lowercase()), name))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .collect();
    near.sort_by_key(|(likeness, _)| Reverse(*likeness));
    let near = near.into_iter().take(SUGGESTED);
    near.map(|(_, name)| name).collect()
}

/// How alike two names are, in percent: the share of pairs of neighbouring letters that both have (Dice's coefficient).
/// A text of some length that is part of a name is alike enough.
fn likeness(what: &str, name: &str) -> usize {
    let mut unmatched: Vec<_> = name.as_bytes().windows(2).collect();
    let pairs = what.as_bytes().windows(2);
    let total = unmatched.len() + pairs.len();
    let mut shared = 0_usize;
    for pair in pairs {
        if let Some(place) = unmatched.iter().position(|other| *other == pair) {
            unmatched.swap_remove(place);
            shared += 1;
        }
    }
    let alike = (200 * shared).checked_div(total).unwrap_or_default();
    let is_part = what.len() >= 4 && name.contains(what);
    if is_part { alike.max(ALIKE) } else { alike }
}
