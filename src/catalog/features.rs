//! Features of Microsoft's applications that nobody can install by hand.
//!
//! Source: data/catalog/features.tsv. A licence entitles to such a feature, a switch in the application or Microsoft's own
//! provisioning brings its solutions, and the admin centre offers no package of it for installation:
//! learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/missing-sales-dependency-on-solution-import.

use super::format::section;
use super::index::{Entry, find};

/// A feature that is switched on, not installed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Feature {
    /// What people call it.
    pub name: &'static str,
    /// The licences that it needs.
    pub licence: &'static str,
    /// How it is switched on, as a clause.
    pub switched_on: &'static str,
    /// The page that says so.
    pub source: &'static str,
}

impl Feature {
    /// How it gets into an environment, as a sentence without its full stop.
    pub fn enabling(&self) -> String {
        format!(
            "Enable {} (licence: {}), which cannot be installed by hand: {}",
            self.name, self.licence, self.switched_on
        )
    }
}

/// The feature that a solution or an application package belongs to, by its unique name in any case.
///
/// ```
/// let feature = solvet::catalog::feature("msdyn_AcceleratedSalesAnchor").unwrap();
/// assert_eq!(feature.name, "Sales accelerator");
/// assert_eq!(solvet::catalog::feature("msdynce_Sales"), None);
/// ```
pub fn feature(name: &str) -> Option<Feature> {
    if name.len() > LONGEST_NAME {
        return None;
    }
    let beginning = |end: usize| {
        let beginning = [&name[..end], ANY_ENDING].concat();
        find(section::FEATURE, &[&beginning])
    };
    let ends = name.char_indices().map(|(at, _)| at).rev();
    let mut ends = std::iter::once(name.len()).chain(ends);
    let found = find(section::FEATURE, &[name]).or_else(|| ends.find_map(beginning));
    found.map(read)
}

/// The feature that tables of this application belong to, by the name that [`Table::application`](super::Table) has.
///
/// ```
/// let table = solvet::catalog::table("msdyn_sequence").unwrap();
/// let feature = solvet::catalog::feature_of_application(table.application).unwrap();
/// assert_eq!(feature.name, "Sales accelerator");
/// ```
pub fn feature_of_application(application: &str) -> Option<Feature> {
    find(section::FEATURE_APPLICATION, &[application]).map(read)
}

/// What a name in the table ends with where any further characters may follow.
const ANY_ENDING: &str = "*";

/// The longest unique name of a solution that is looked up, in bytes; the platform takes 65 characters.
const LONGEST_NAME: usize = 128;

fn read(entry: Entry) -> Feature {
    let mut row = entry.row();
    Feature {
        name: row.field(),
        licence: row.field(),
        switched_on: row.field(),
        source: row.field(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(solution: &str) -> Option<&'static str> {
        feature(solution).map(|feature| feature.name)
    }

    #[test]
    fn a_solution_of_sales_accelerator_is_known_in_any_case() {
        assert_eq!(name_of("msdyn_Sequence"), Some("Sales accelerator"));
        assert_eq!(name_of("MSDYN_SEGMENT"), Some("Sales accelerator"));
    }

    #[test]
    fn the_beginning_of_a_name_is_enough_where_the_table_says_so() {
        for name in ["msdyn_acceleratedsales", "msdyn_AcceleratedSalesSettings"] {
            assert_eq!(name_of(name), Some("Sales accelerator"), "{name}");
        }
    }

    #[test]
    fn a_name_that_only_begins_like_a_feature_is_none() {
        assert_eq!(name_of("msdyn_sequence_contoso"), None);
    }

    #[test]
    fn packages_of_sales_insights_are_a_feature() {
        for name in ["msdynce_SalesInsightsAnchor", "SalesInsightsAddOn"] {
            assert_eq!(name_of(name), Some("Sales Insights"), "{name}");
        }
    }

    #[test]
    fn no_name_and_an_endless_name_are_no_feature() {
        assert_eq!(feature(""), None);
        assert_eq!(feature(&"é".repeat(10_000)), None);
    }
}
