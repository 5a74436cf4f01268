//! Columns of those tables.
//!
//! Source: data/catalog/columns.tsv. That a column exists is known of 2026, its type and targets of December 2024.

use std::fmt;

use super::fact::{Fact, TABLES_DATE};
use super::format::{COLUMN_TYPES, OFFSET_BYTES, section};
use super::index::{Entry, find, offset_at, row};

static COLUMNS: &[u8] = include_bytes!("../../data/catalog/embedded/columns.bin");

/// A column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Which environments have it.
    pub fact: Fact,
    /// The type as metadata names it: `String`, `Lookup`, `Money`; empty where unknown.
    pub kind: &'static str,
    /// The tables that a lookup may point at; empty where unknown.
    pub targets: Targets,
}

/// The tables that a lookup may point at, in the order of their names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Targets {
    offsets: &'static [u8],
}

impl Targets {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.offsets.len() / OFFSET_BYTES
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.offsets.is_empty()
    }

    /// Their logical names.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + use<> {
        let offsets = self.offsets.chunks_exact(OFFSET_BYTES);
        offsets.map(|offset| row(offset_at(offset, 0)))
    }
}

impl fmt::Debug for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The column of this table, names in any case.
///
/// A column that only environments with applications have is of their class even where its table is of the platform.
///
/// ```
/// let column = solvet::catalog::column("account", "PrimaryContactId").unwrap();
/// assert_eq!(column.kind, "Lookup");
/// assert!(column.targets.iter().eq(["contact"]));
/// ```
pub fn column(table: &str, column: &str) -> Option<Column> {
    find(section::COLUMN, &[table, column]).map(read)
}

fn read(entry: Entry) -> Column {
    let record = COLUMNS.get(entry.payload()..).unwrap_or_default();
    let (kind, count, rest) = match record {
        [kind, low, high, rest @ ..] => (*kind, u16::from_le_bytes([*low, *high]), rest),
        _ => (0, 0, record),
    };
    let length = usize::from(count) * OFFSET_BYTES;
    Column {
        fact: entry.fact(TABLES_DATE),
        kind: COLUMN_TYPES.get(usize::from(kind)).unwrap_or(&""),
        targets: Targets {
            offsets: rest.get(..length).unwrap_or_default(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
    use crate::model::Evidence;

    #[test]
    fn the_primary_contact_of_an_account_points_at_contacts() {
        let column = column("account", "primarycontactid").unwrap();
        assert!(column.targets.iter().eq(["contact"]));
        assert_eq!(column.fact.class, Class::Platform);
        assert_eq!(column.fact.strength, Evidence::Strong);
    }

    #[test]
    fn a_customer_points_at_two_tables() {
        let column = column("contact", "parentcustomerid").unwrap();
        assert!(column.targets.iter().eq(["account", "contact"]));
    }

    #[test]
    fn a_column_of_a_lead_is_as_rare_as_the_lead() {
        let column = column("lead", "estimatedamount").unwrap();
        assert_eq!(column.fact.class, Class::Dynamics365Apps);
        assert_eq!(column.kind, "Money");
    }

    #[test]
    fn a_column_that_an_application_adds_to_a_platform_table_is_not_of_the_platform() {
        let column = column("account", "msdyn_billingaccount").unwrap();
        assert_eq!(column.fact.class, Class::Dynamics365Apps);
    }

    #[test]
    fn a_column_of_another_table_is_unknown() {
        assert_eq!(column("contact", "primarycontactid"), None);
    }
}
