//! Answers in pages, over all sources of one run: which end, and which lead to pages that were not given.
//!
//! Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/query/page-results. The link to the next page holds
//! its number, encoded once or twice.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use rustc_hash::FxHashSet;

use super::{ImportOptions, Imported};
use crate::error::Error;
use crate::target::manifest::{Coverage, CoverageState};

/// The pages of one answer that a source has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::target) struct Pages {
    /// The entity set.
    pub(super) set: String,
    /// The links to next pages.
    pub(super) next: Vec<String>,
    /// How many pages have no link: each ends an answer.
    pub(super) ends: usize,
    /// Whether the pages follow each other as they stand.
    pub(super) in_order: bool,
}

impl Pages {
    /// Whether these are all pages of one answer, or of several that have one page each. Where links have no number, only
    /// pages of one source, which come in their order, are known to follow each other.
    fn is_whole(&self) -> bool {
        if self.next.is_empty() {
            return true;
        }
        let mut numbers: Vec<u32> = self.next.iter().filter_map(|link| number(link)).collect();
        numbers.sort_unstable();
        let follow = numbers
            .iter()
            .zip(2..)
            .all(|(number, expected)| *number == expected);
        let is_numbered = numbers.len() == self.next.len();
        self.ends == 1 && follow && (is_numbered || (numbers.is_empty() && self.in_order))
    }

    /// The pages of several sources together.
    fn all_of(pages: &[&Self]) -> Self {
        Self {
            set: String::new(),
            next: pages.iter().flat_map(|pages| pages.next.clone()).collect(),
            ends: pages.iter().map(|pages| pages.ends).sum(),
            in_order: false,
        }
    }
}

/// Lowers the coverage of answers that go on in pages which nobody gave. Fails where a page between two others is missing,
/// and where the user says that an answer is complete which goes on.
pub(super) fn join(imported: &mut [Imported], options: &ImportOptions) -> Result<(), Error> {
    let mut sets: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, one) in imported.iter().enumerate() {
        if let Some(pages) = &one.pages {
            sets.entry(pages.set.clone()).or_default().push(index);
        }
    }
    for sources in sets.into_values() {
        let of = |index: usize| {
            imported
                .get(index)
                .and_then(|one: &Imported| one.pages.as_ref())
        };
        let mut numbers: Vec<(u32, usize)> = Vec::new();
        for index in &sources {
            for link in of(*index).into_iter().flat_map(|pages| &pages.next) {
                numbers.extend(number(link).map(|number| (number, *index)));
            }
        }
        if let Some((missing, before)) = gap(&numbers) {
            return Err(fail(
                &imported[before],
                &format!("page {missing} of its answer was not given, and a later one was"),
            ));
        }
        let pages: Vec<&Pages> = sources.iter().filter_map(|index| of(*index)).collect();
        if pages.iter().all(|pages| pages.is_whole()) || Pages::all_of(&pages).is_whole() {
            continue;
        }
        for index in sources {
            leave_open(&mut imported[index], options)?;
        }
    }
    Ok(())
}

/// A page that was not given though the one after it was, with the source of that one.
fn gap(numbers: &[(u32, usize)]) -> Option<(u32, usize)> {
    // A page with a link to page 4 is page 3, and page 2 has a link to it.
    let given: FxHashSet<u32> = numbers.iter().map(|(number, _)| *number).collect();
    let mut late = numbers
        .iter()
        .filter(|(number, _)| *number > 2 && !given.contains(&(*number - 1)));
    late.next().map(|(number, index)| (*number - 2, *index))
}

fn leave_open(one: &mut Imported, options: &ImportOptions) -> Result<(), Error> {
    let is_open = one
        .pages
        .as_ref()
        .is_some_and(|pages| !pages.next.is_empty());
    let stated = one
        .manifest
        .coverage
        .keys()
        .any(|family| options.says_complete(family));
    if stated && is_open {
        return Err(fail(
            one,
            "its answer goes on in a page that was not given, so it is not complete",
        ));
    }
    for coverage in one.manifest.coverage.values_mut() {
        if coverage.0.state == CoverageState::Complete {
            *coverage = Coverage::partial();
        }
    }
    if is_open {
        one.notes.push(
            "its answer goes on in a page that was not given, so more may be there".to_owned(),
        );
    }
    Ok(())
}

fn fail(one: &Imported, what: &str) -> Error {
    Error::Target {
        path: one.path.clone(),
        what: what.to_owned(),
        remedy: "Follow @odata.nextLink and give all pages at once, or leave --complete out."
            .to_owned(),
    }
}

/// The number of the page that a link leads to.
fn number(link: &str) -> Option<u32> {
    let once = percent_decode_str(link).decode_utf8_lossy();
    let twice = percent_decode_str(&once).decode_utf8_lossy();
    let (_, after) = twice.rsplit_once("pagenumber=")?;
    let digits = after.trim_start_matches(['"', '\'', '\\']);
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_page_is_read_through_two_encodings() {
        let plain = r#"https://x/roles?$skiptoken=<cookie pagenumber="2" pagingcookie="…" />"#;
        let once = "https://x/roles?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E";
        let twice =
            "https://x/roles?$skiptoken=%253Ccookie%2520pagenumber%253D%25222%2522%2520/%253E";
        assert_eq!([plain, once, twice].map(number), [Some(2); 3]);
        assert_eq!(number("https://x/roles?$skiptoken=abc"), None);
    }

    #[test]
    fn many_pages_are_looked_through_in_linear_time() {
        let pages: Vec<_> = (2..200_000).map(|number| (number, 0)).collect();
        let start = std::time::Instant::now();
        assert_eq!(gap(&pages), None);
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn a_page_between_two_others_is_missed() {
        assert_eq!(gap(&[(2, 0), (4, 1)]), Some((2, 1)));
        assert_eq!(gap(&[(3, 1), (2, 0)]), None);
    }
}
