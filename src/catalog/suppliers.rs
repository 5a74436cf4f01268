//! Which of Microsoft's solutions supplies a component.
//!
//! Source: data/catalog/suppliers.tsv, read off the dependencies that public packages declare between 2019 and 2026.

use std::fmt::Write as _;

use super::fact::{Fact, SUPPLIERS_DATE};
use super::format::section;
use super::index::{Entry, Key, find};
use crate::model::{ComponentType, IdentifiedBy, Identity, LogicalName};

/// The solution that supplies a component.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KnownSupplier {
    /// Which environments have the component: those of the platform where the solution is built in.
    pub fact: Fact,
    /// The solution's unique name.
    pub solution: &'static str,
    /// Its versions that were seen, joined by commas.
    pub versions: &'static str,
}

/// The solution that packages name as this component's supplier. Where they name several, it is one that is built in,
/// else the one most often named.
///
/// ```
/// use solvet::catalog::supplier;
/// use solvet::model::{ComponentType, Identity};
/// let control = Identity::of(ComponentType::Number(66)).named("Microsoft.AddressInputUCI");
/// assert_eq!(supplier(&control).unwrap().solution, "BaseCustomControlsCore");
/// ```
pub fn supplier(component: &Identity) -> Option<KnownSupplier> {
    let entry = entry(component)?;
    let mut row = entry.row();
    Some(KnownSupplier {
        fact: entry.fact(SUPPLIERS_DATE),
        solution: row.field(),
        versions: row.field(),
    })
}

/// Whether the supplier of a component is built in, where one is known.
pub(super) fn supplier_fact(component: &Identity) -> Option<Fact> {
    Some(entry(component)?.fact(SUPPLIERS_DATE))
}

/// The same for a column.
pub(super) fn supplier_of_column(table: &str, column: &str) -> Option<Fact> {
    Some(find(section::SUPPLIER, &["2", table, column])?.fact(SUPPLIERS_DATE))
}

fn entry(component: &Identity) -> Option<Entry> {
    let mut digits = Key::empty();
    let kind = match &component.kind {
        ComponentType::Number(number) => {
            write!(digits, "{number}").ok()?;
            digits.text()?
        }
        ComponentType::Table(table) => table.as_str(),
    };
    let name = component.schema_name.as_ref().map(LogicalName::as_str);
    let table = component.table.as_ref().map(LogicalName::as_str);
    let by_id = || {
        let mut text = Key::empty();
        write!(text, "{}", component.object_id?).ok()?;
        find(section::SUPPLIER, &[kind, text.text()?])
    };
    let by_name = || find(section::SUPPLIER, &[kind, name?]);
    let in_table = || find(section::SUPPLIER, &[kind, table?, name?]);
    match component.kind.identified_by() {
        IdentifiedBy::Name => by_name(),
        IdentifiedBy::NameInTable => in_table(),
        IdentifiedBy::Id => by_id(),
        IdentifiedBy::IdOrName => by_id().or_else(in_table).or_else(by_name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Guid;

    fn of(kind: &str) -> Identity {
        Identity::of(ComponentType::parse(kind))
    }

    #[test]
    fn a_control_is_found_by_name_in_any_case() {
        let found = supplier(&of("66").named("MICROSOFT.AddressInputUCI")).unwrap();
        assert_eq!(found.solution, "BaseCustomControlsCore");
        assert!(found.versions.contains("9.0.2411.1009"));
        assert!(found.fact.is_platform());
    }

    #[test]
    fn a_view_is_found_by_identifier_in_braces() {
        let id: Guid = "{130EEA39-BA4D-4393-A23F-30ADED3A9ED7}".parse().unwrap();
        let found = supplier(&of("26").with_id(Some(id))).unwrap();
        assert_eq!(found.solution, "FieldService");
        assert!(!found.fact.is_platform());
    }

    #[test]
    fn a_setting_is_found_by_the_name_of_its_table() {
        let found = supplier(&of("SettingDefinition").named("AllowNotificationsEarlyAccess"));
        let found = found.unwrap();
        assert_eq!(found.solution, "AppNotifications");
        assert_eq!(found.versions, "10.0.0.16,10.0.0.17");
    }

    #[test]
    fn a_component_of_somebody_else_has_no_known_supplier() {
        assert_eq!(supplier(&of("61").named("cts_/main.js")), None);
    }
}
