//! Security roles of a plain environment, and the access rights that a table has.
//!
//! Source: data/catalog/roles.tsv and privileges.tsv, a listing of a plain environment (July 2026). Roles that come from
//! a solution have one identifier everywhere as far as seen; those made from a template have another per environment.

use super::fact::{Fact, ROLES_DATE};
use super::format::section;
use super::index::{Entry, find};
use crate::model::Guid;

/// A security role that comes with the platform.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Role {
    /// Which environments have it.
    pub fact: Fact,
    /// Its name in English.
    pub name: &'static str,
    /// Its identifier in the environment that was listed.
    pub id: Option<Guid>,
    /// The template it was made from: its identifier differs from one environment to the next.
    pub template: Option<Guid>,
}

/// The role with this identifier.
pub fn role(id: Guid) -> Option<Role> {
    find(section::ROLE_ID, &[&id.to_string()]).map(read)
}

/// The role with this English name, in any case.
pub fn role_named(name: &str) -> Option<Role> {
    find(section::ROLE_NAME, &[name]).map(read)
}

fn read(entry: Entry) -> Role {
    let mut row = entry.row();
    Role {
        fact: entry.fact(ROLES_DATE),
        name: row.field(),
        id: Guid::parse_used(row.field()),
        template: Guid::parse_used(row.field()),
    }
}

/// The access rights that a table has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Privileges {
    /// Which environments have the table.
    pub fact: Fact,
    rights: &'static str,
}

impl Privileges {
    /// Each right (`Read`, `Write`, `Assign`, …) with the depths that it may be given at, a letter each: `U` user, `B`
    /// business unit, `D` business unit and those below, `O` organization.
    pub fn rights(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.rights
            .split(';')
            .filter_map(|right| right.split_once(':'))
    }
}

/// The access rights of a table, by its logical name in any case.
///
/// ```
/// let privileges = solvet::catalog::privileges("account").unwrap();
/// assert!(privileges.rights().any(|right| right == ("Share", "UBDO")));
/// ```
pub fn privileges(table: &str) -> Option<Privileges> {
    let entry = find(section::PRIVILEGE, &[table])?;
    Some(Privileges {
        fact: entry.fact(ROLES_DATE),
        rights: entry.row().field(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_found_by_identifier_and_by_name() {
        let named = role_named("aib roles").unwrap();
        assert_eq!(role(named.id.unwrap()), Some(named));
        assert_eq!(named.template, None);
    }

    #[test]
    fn the_system_administrator_comes_from_a_template() {
        let found = role_named("System Administrator").unwrap();
        assert!(found.template.is_some());
    }

    #[test]
    fn a_table_of_the_organization_cannot_be_shared() {
        let mut rights = privileges("aaduser").unwrap().rights();
        assert!(rights.all(|(right, depths)| right != "Share" && depths == "O"));
    }
}
