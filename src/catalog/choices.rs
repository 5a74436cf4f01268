//! Choices (option sets) and their values.
//!
//! Source: data/catalog/choices.tsv. Listings of 2021 and 2022 show no more of a global choice than its name, so whether
//! one is global, and of the platform, is inferred: fit to say that a choice exists, never that it does not.

use super::fact::{CHOICES_DATE, Fact};
use super::format::section;
use super::index::{find, row};

/// A choice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// Which environments have it.
    pub fact: Fact,
    /// The table and the column whose choice it is; none for a global one.
    pub column: Option<(String, String)>,
    values: &'static str,
}

impl Choice {
    /// Whether any column may use it.
    pub fn is_global(&self) -> bool {
        self.column.is_none()
    }

    /// Its values with their labels, which were turned into identifiers: `PreferredCustomer`.
    pub fn values(&self) -> impl Iterator<Item = (i32, &'static str)> + use<> {
        self.values.split(';').filter_map(|pair| {
            let (value, label) = pair.split_once('=')?;
            Some((value.parse().ok()?, label))
        })
    }
}

/// The choice with this name, in any case; one of a column is named `<table>_<column>`.
///
/// ```
/// let choice = solvet::catalog::choice("account_accountcategorycode").unwrap();
/// assert!(choice.values().any(|value| value == (2, "Standard")));
/// ```
pub fn choice(name: &str) -> Option<Choice> {
    let entry = find(section::CHOICE, &[name])?;
    let split = entry.payload() & 0xFF;
    let (table, rest) = name.split_at_checked(split)?;
    let column = rest.get(1..).unwrap_or_default().to_ascii_lowercase();
    Some(Choice {
        fact: entry.fact(CHOICES_DATE),
        column: (split > 0).then(|| (table.to_ascii_lowercase(), column)),
        values: row(entry.payload() >> 8),
    })
}

/// Which environments have the choice.
pub(super) fn choice_fact(name: &str) -> Option<Fact> {
    Some(find(section::CHOICE, &[name])?.fact(CHOICES_DATE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;

    #[test]
    fn a_choice_of_a_column_names_its_table_and_column() {
        let choice = choice("Account_AccountCategoryCode").unwrap();
        let column = ("account".to_owned(), "accountcategorycode".to_owned());
        assert_eq!(choice.column, Some(column));
        assert_eq!(choice.fact.class, Class::Platform);
    }

    #[test]
    fn a_choice_has_its_values_in_order() {
        let values: Vec<_> = choice("account_accountcategorycode")
            .unwrap()
            .values()
            .collect();
        assert_eq!(values, [(1, "PreferredCustomer"), (2, "Standard")]);
    }

    #[test]
    fn a_global_choice_of_field_service_is_not_of_the_platform() {
        let choice = choice("msdyn_agreementsystemstatus").unwrap();
        assert!(choice.is_global() && !choice.fact.is_platform());
    }

    #[test]
    fn a_choice_of_a_lead_is_not_of_the_platform() {
        assert!(!choice("lead_leadsourcecode").unwrap().fact.is_platform());
    }
}
