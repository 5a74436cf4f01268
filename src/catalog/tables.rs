//! Tables of the platform and of Microsoft's applications.
//!
//! Source: data/catalog/tables.tsv, from the reference of tables and listings of environments (data/catalog/README.md).

use std::fmt::Write as _;

use super::fact::{Fact, TABLES_DATE};
use super::format::section;
use super::index::{Entry, Key, Row, find, row};

/// A table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    /// Which environments have it.
    pub fact: Fact,
    /// The logical name.
    pub name: &'static str,
    /// The schema name; empty where unknown.
    pub schema_name: &'static str,
    /// The entity set's name in the Web API; empty where unknown.
    pub entity_set: &'static str,
    /// The type code, for tables whose code is the same in every environment (below 10000).
    pub type_code: Option<u32>,
    /// The column that identifies a row; empty where unknown.
    pub primary_id: &'static str,
    /// The column that names a row; empty where unknown or none.
    pub primary_name: &'static str,
    /// `UserOwned`, `OrganizationOwned`, `BusinessOwned`; empty where unknown.
    pub ownership: &'static str,
    /// `Standard`, `Virtual`, `Elastic`; empty where unknown.
    pub table_type: &'static str,
    /// The solution that packages name as its supplier; empty where none was seen.
    pub solution_seen: &'static str,
    /// The application that brings it; empty where unknown.
    pub application: &'static str,
}

/// The table with this logical name, in any case.
///
/// ```
/// use solvet::catalog::{Class, table};
/// assert_eq!(table("Account").unwrap().fact.class, Class::Platform);
/// assert_eq!(table("lead").unwrap().fact.class, Class::Dynamics365Apps);
/// ```
pub fn table(name: &str) -> Option<Table> {
    find(section::TABLE, &[name]).map(read)
}

/// Which environments have the table.
pub(super) fn table_fact(name: &str) -> Option<Fact> {
    Some(find(section::TABLE, &[name])?.fact(TABLES_DATE))
}

/// The logical name of the table with this entity set.
pub fn table_of_entity_set(set: &str) -> Option<&'static str> {
    Some(names(&mut find(section::ENTITY_SET, &[set])?.row()).0)
}

/// The logical name of the table with this type code, below 10000: codes above differ between environments.
pub fn table_of_type_code(code: u32) -> Option<&'static str> {
    let mut text = Key::empty();
    write!(text, "{code}").ok()?;
    Some(names(&mut find(section::TYPE_CODE, &[text.text()?])?.row()).0)
}

/// The names of a table and of its primary id.
fn names(row: &mut Row) -> (&'static str, &'static str) {
    let id = row.field();
    match row.field() {
        "" => (id.strip_suffix("id").unwrap_or(id), id),
        name => (name, id),
    }
}

fn read(entry: Entry) -> Table {
    let mut fields = entry.row();
    let (name, primary_id) = names(&mut fields);
    Table {
        fact: entry.fact(TABLES_DATE),
        name,
        primary_id,
        schema_name: match fields.field() {
            "=" => name,
            schema_name => schema_name,
        },
        entity_set: fields.field(),
        type_code: fields.field().parse().ok(),
        primary_name: fields.field(),
        ownership: match fields.field() {
            "U" => "UserOwned",
            "O" => "OrganizationOwned",
            "B" => "BusinessOwned",
            _ => "",
        },
        table_type: match fields.field() {
            "S" => "Standard",
            "V" => "Virtual",
            "E" => "Elastic",
            _ => "",
        },
        solution_seen: fields.field(),
        application: fields.field().parse().map_or("", row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
    use crate::model::Evidence;

    #[test]
    fn lead_belongs_to_dynamics_365_apps_and_account_to_the_platform() {
        assert_eq!(table("lead").unwrap().fact.class, Class::Dynamics365Apps);
        assert_eq!(table("account").unwrap().fact.class, Class::Platform);
    }

    #[test]
    fn a_sequence_belongs_to_dynamics_365_apps() {
        let fact = table("msdyn_sequence").unwrap().fact;
        assert_eq!(fact.class, Class::Dynamics365Apps);
        assert_eq!(fact.strength, Evidence::Weak);
    }

    #[test]
    fn a_table_that_two_current_sources_show_is_strong() {
        assert_eq!(table("contact").unwrap().fact.strength, Evidence::Strong);
    }

    #[test]
    fn the_entity_set_accounts_leads_to_account() {
        assert_eq!(table_of_entity_set("Accounts"), Some("account"));
        assert_eq!(table_of_entity_set("account"), None);
    }

    #[test]
    fn type_code_1_is_account() {
        assert_eq!(table_of_type_code(1), Some("account"));
        assert_eq!(table("account").unwrap().type_code, Some(1));
    }

    #[test]
    fn a_table_has_its_key_name_and_ownership() {
        let account = table("account").unwrap();
        assert_eq!(account.primary_id, "accountid");
        assert_eq!(account.primary_name, "name");
        assert_eq!(account.ownership, "UserOwned");
        assert_eq!(account.schema_name, "Account");
    }

    #[test]
    fn no_name_and_an_endless_name_are_no_table() {
        assert_eq!(table(""), None);
        assert_eq!(table(&"a".repeat(10_000)), None);
    }
}
