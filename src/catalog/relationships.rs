//! Relationships of those tables.
//!
//! Source: data/catalog/relationships.tsv. A relationship is as rare as the rarer of its tables, or as its column.

use std::cmp::Ordering;
use std::sync::LazyLock;

use fst::Map;

use super::fact::{Fact, TABLES_DATE};
use super::format::{MANY_TO_MANY, OFFSET_BYTES, RECORD_BYTES};
use super::index::{Key, offset_at, row};

static NAMES: &[u8] = include_bytes!("../../data/catalog/embedded/relationships.fst");
static RECORDS: &[u8] = include_bytes!("../../data/catalog/embedded/relationships.bin");

/// How many rows of one table a row of the other may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RelationshipKind {
    /// A lookup column of the referencing table points at the referenced one.
    OneToMany,
    /// Rows of an intersect table tie both sides.
    ManyToMany,
}

/// A relationship.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relationship {
    /// Which environments have it.
    pub fact: Fact,
    /// Its kind.
    pub kind: RelationshipKind,
    /// The table with the lookup column; empty where unknown and for many to many.
    pub referencing: &'static str,
    /// The lookup column; empty where unknown and for many to many.
    pub column: &'static str,
    /// The table that it points at; empty where unknown and for many to many.
    pub referenced: &'static str,
    /// The lookup's navigation property; empty where unknown.
    pub navigation_property: &'static str,
    /// For many to many, the tables known to take part, joined by commas: both sides, and often the intersect table.
    pub sides: &'static str,
    /// For many to many, the intersect table where it is known for sure.
    pub intersect: &'static str,
}

/// The relationship with this schema name, in any case.
///
/// ```
/// let relationship = solvet::catalog::relationship("account_primary_contact").unwrap();
/// assert_eq!(relationship.referenced, "contact");
/// ```
pub fn relationship(schema_name: &str) -> Option<Relationship> {
    let mut key = Key::empty();
    key.push_lower(schema_name);
    let number = names()?.get(key.bytes()?)?;
    read(record(usize::try_from(number).ok()?)?)
}

/// Every relationship whose lookup is this column of this table, names in any case: each one's schema name in lower case
/// and the rest.
///
/// ```
/// use solvet::catalog::relationships_of;
/// let (name, relationship) = &relationships_of("account", "primarycontactid")[0];
/// assert_eq!((name.as_str(), relationship.referenced), ("account_primary_contact", "contact"));
/// ```
pub fn relationships_of(table: &str, column: &str) -> Vec<(String, Relationship)> {
    let (table, column) = (table.to_ascii_lowercase(), column.to_ascii_lowercase());
    let Some(order) = order() else {
        return Vec::new();
    };
    let place = |position: usize| -> Option<Ordering> {
        let record = record(usize::from(u16::from_le_bytes(*order.get(position)?)))?;
        let ends = (field(record, 0), field(record, 1));
        Some(ends.cmp(&(&*table, &*column)))
    };
    let (mut low, mut high) = (0, order.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if place(middle) == Some(Ordering::Less) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let equal = (low..).take_while(|position| place(*position) == Some(Ordering::Equal));
    equal
        .filter_map(|position| {
            let number = u16::from_le_bytes(*order.get(position)?);
            let name = names()?.as_fst().get_key(u64::from(number))?;
            let relationship = read(record(usize::from(number))?)?;
            Some((String::from_utf8(name).ok()?, relationship))
        })
        .collect()
}

/// The map from names to numbers of records.
fn names() -> Option<&'static Map<&'static [u8]>> {
    static MAP: LazyLock<Option<Map<&[u8]>>> = LazyLock::new(|| Map::new(NAMES).ok());
    MAP.as_ref()
}

/// The numbers of all records, sorted by referencing table and column.
fn order() -> Option<&'static [[u8; 2]]> {
    let count = names()?.len();
    let numbers = RECORDS.get(count * RECORD_BYTES..count * (RECORD_BYTES + 2))?;
    Some(numbers.as_chunks().0)
}

fn record(number: usize) -> Option<&'static [u8]> {
    let start = number * RECORD_BYTES;
    RECORDS.get(start..start + RECORD_BYTES)
}

/// The name whose number stands at this position in the record.
fn field(record: &[u8], position: usize) -> &'static str {
    let number = |number: &[u8; 2]| usize::from(u16::from_le_bytes(*number));
    let number = record.as_chunks().0.get(position).map_or(0, number);
    let offsets = names().map_or(0, |names| names.len() * (RECORD_BYTES + 2));
    row(offset_at(RECORDS, offsets + number * OFFSET_BYTES))
}

fn read(record: &[u8]) -> Option<Relationship> {
    let last = *record.last()?;
    let many = last & MANY_TO_MANY != 0;
    let end = field(record, 2);
    let (sides, intersect) = end.split_once('\t').unwrap_or((end, ""));
    Some(Relationship {
        fact: Fact::unpack(u64::from(last), TABLES_DATE),
        kind: if many {
            RelationshipKind::ManyToMany
        } else {
            RelationshipKind::OneToMany
        },
        referencing: field(record, 0),
        column: field(record, 1),
        referenced: if many { "" } else { end },
        navigation_property: field(record, 3),
        sides: if many { sides } else { "" },
        intersect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;

    #[test]
    fn the_primary_contact_of_an_account_is_a_relationship_of_the_platform() {
        let found = relationship("Account_Primary_Contact").unwrap();
        assert_eq!(found.fact.class, Class::Platform);
        assert_eq!(found.kind, RelationshipKind::OneToMany);
        assert_eq!(
            (found.referencing, found.column),
            ("account", "primarycontactid")
        );
        assert_eq!(found.navigation_property, "primarycontactid");
    }

    #[test]
    fn a_relationship_with_a_lead_is_as_rare_as_the_lead() {
        let found = relationship("account_originating_lead").unwrap();
        assert_eq!(found.fact.class, Class::Dynamics365Apps);
    }

    #[test]
    fn a_relationship_whose_ends_are_unknown_is_not_said_to_be_of_the_platform() {
        let found = relationship("CatalogAssignments").unwrap();
        assert_eq!((found.referencing, found.referenced), ("", ""));
        assert!(!found.fact.is_platform());
    }

    #[test]
    fn many_to_many_with_a_rare_side_is_as_rare_as_that() {
        let found = relationship("accountleads_association").unwrap();
        assert_eq!(found.kind, RelationshipKind::ManyToMany);
        assert_eq!(found.sides, "account,accountleads,lead");
        assert_eq!(found.fact.class, Class::Dynamics365Apps);
    }

    #[test]
    fn many_to_many_between_platform_tables_is_of_the_platform() {
        let found = relationship("systemuserroles_association").unwrap();
        assert!(found.fact.is_platform());
    }

    #[test]
    fn a_lookup_of_several_tables_has_a_relationship_with_each() {
        let found = relationships_of("Contact", "ParentCustomerId");
        let mut ends: Vec<_> = found.iter().map(|(_, found)| found.referenced).collect();
        ends.sort_unstable();
        assert_eq!(ends, ["account", "contact"]);
    }

    #[test]
    fn names_from_the_lookup_lead_back_to_the_same_relationship() {
        for (name, found) in relationships_of("task", "regardingobjectid") {
            assert_eq!(relationship(&name), Some(found));
        }
    }

    #[test]
    fn an_unknown_lookup_has_no_relationship() {
        assert!(relationships_of("account", "cts_partner").is_empty());
        assert!(relationships_of("zzz", "zzz").is_empty());
    }
}
