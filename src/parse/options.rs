//! The values of choices, as far as they can be kept: a choice may have hundreds.

use std::fmt::Write as _;

use super::draft::Draft;
use crate::xml::Element;

/// Where the values of a choice stand; states and status reasons have elements of their own.
const PLACES: [&str; 3] = ["options/option", "states/state", "statuses/status"];

/// Keeps the values of a choice as ranges in their order (`Options`), and those that it has twice (`RepeatedOptions`).
pub(super) fn keep(draft: &mut Draft<'_>, choice: Element<'_, '_>) {
    let found = PLACES.iter().flat_map(|path| choice.all(path));
    let mut values: Vec<i64> = found
        .filter_map(|option| option.attribute("value")?.trim().parse().ok())
        .collect();
    values.sort_unstable();
    let mut repeated: Vec<i64> = values
        .windows(2)
        .filter(|pair| pair.first() == pair.last())
        .filter_map(|pair| pair.first().copied())
        .collect();
    repeated.dedup();
    values.dedup();
    draft.keep("Options", ranges(&values).as_deref());
    draft.keep("RepeatedOptions", ranges(&repeated).as_deref());
}

/// Sorted values, those that follow each other as `first..last`; nothing where there are none.
fn ranges(values: &[i64]) -> Option<String> {
    let mut text = String::new();
    let mut rest = values.iter().copied().peekable();
    while let Some(first) = rest.next() {
        let mut last = first;
        while let Some(next) = rest.next_if(|next| Some(*next) == last.checked_add(1)) {
            last = next;
        }
        let comma = if text.is_empty() { "" } else { "," };
        let _ = if first == last {
            write!(text, "{comma}{first}")
        } else {
            write!(text, "{comma}{first}..{last}")
        };
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn values_that_follow_each_other_are_one_range() {
        let text = ranges(&[i64::MIN, -1, 1, 2, 3, 7, i64::MAX]);
        let expected = format!("{},-1,1..3,7,{}", i64::MIN, i64::MAX);
        assert_eq!(text, Some(expected));
        assert_eq!(ranges(&[]), None);
    }
}
