//! Whether a component is part of every environment.

use super::choices::choice_fact;
use super::columns::{Column, column};
use super::fact::{Class, Fact, SUPPLIERS_DATE, TABLES_DATE};
use super::relationships::relationship;
use super::roles::role_named;
use super::suppliers::{supplier_fact, supplier_of_column};
use super::tables::table_fact;
use crate::model::{
    ComponentType, Evidence, Guid, Identity, LogicalName, comes_with_its_table, generating_columns,
};

const TABLE: u32 = 1;
const COLUMN: u32 = 2;
const CHOICE: u32 = 9;
const RELATIONSHIP: u32 = 10;
const ROLE: u32 = 20;
const WEB_RESOURCE: u32 = 61;

/// The data provider of virtual tables that call plug-ins, which the platform brings. Source: public packages with
/// virtual tables name it in every environment.
const VIRTUAL_ENTITY_PROVIDER: &str = "b2112a7e-b26c-42f7-9b63-9a809a9d716f";

/// What the names of the platform's own form libraries end with. Source: older packages name them without a folder, newer
/// ones in the folder of the solution that brings them, such as `AppCommon/Account/Account_main_system_library.js`.
const SYSTEM_LIBRARY: &str = "_main_system_library.js";

/// Whether a component is part of every environment, and how sure that is; `None` where it is not, or is not known to be.
///
/// What packages name as the supplier decides first, either way; then tables, columns, relationships and choices of the
/// platform, and columns and choices that follow from those.
///
/// ```
/// use solvet::catalog::held;
/// use solvet::model::{ComponentType, Identity};
/// let table = |name| Identity::of(ComponentType::Number(1)).named(name);
/// assert!(held(&table("account")).is_some());
/// assert!(held(&table("lead")).is_none());
/// ```
pub fn held(component: &Identity) -> Option<Fact> {
    known(component).filter(Fact::is_platform)
}

/// Which environments have a component, and how sure that is; `None` where nothing is known of it.
///
/// ```
/// use solvet::catalog::{Class, known};
/// use solvet::model::{ComponentType, Identity};
/// let table = |name| Identity::of(ComponentType::Number(1)).named(name);
/// assert_eq!(known(&table("lead")).unwrap().class, Class::Dynamics365Apps);
/// assert!(known(&table("cts_order")).is_none());
/// ```
pub fn known(component: &Identity) -> Option<Fact> {
    let supplied = supplier_fact(component);
    if supplied.is_some_and(|fact| fact.is_platform()) {
        return supplied;
    }
    let described = described(component);
    // What an installed solution supplies is not of the platform, whatever its table is.
    supplied
        .filter(|_| described.is_none_or(|fact| fact.is_platform()))
        .or(described)
}

/// What the descriptions of tables, columns and their like say of a component.
fn described(component: &Identity) -> Option<Fact> {
    let name = component.schema_name.as_ref().map(LogicalName::as_str);
    match component.kind {
        ComponentType::Number(TABLE) => table_fact(name?),
        ComponentType::Number(COLUMN) => {
            let table = component.table.as_ref()?;
            column_fact(table.as_str(), name?)
        }
        ComponentType::Number(RELATIONSHIP) => Some(relationship(name?)?.fact),
        ComponentType::Number(CHOICE) => fact_of_choice(name?),
        ComponentType::Number(WEB_RESOURCE) => {
            let name = name?;
            let start = name.len().checked_sub(SYSTEM_LIBRARY.len())?;
            let end = name.get(start..)?;
            (end.eq_ignore_ascii_case(SYSTEM_LIBRARY) && !name.contains('/'))
                .then_some(by_rule(SUPPLIERS_DATE))
        }
        ComponentType::Number(ROLE) => held_role(component.object_id?),
        ComponentType::Number(_) | ComponentType::Table(_) => {
            let id = component.object_id?;
            (VIRTUAL_ENTITY_PROVIDER.parse() == Ok(id)).then_some(by_rule(SUPPLIERS_DATE))
        }
    }
}

/// Whether nobody needs to bring a component: every environment has it, or has it as soon as it has the table.
pub fn is_everywhere(component: &Identity) -> bool {
    held(component).is_some() || comes_with_its_table(component)
}

/// The two roles that forms and apps name by the template they were made from, because their own identifiers differ from
/// one environment to the next. Source: of about 500 such references in public exports the platform lists none.
fn held_role(id: Guid) -> Option<Fact> {
    let made = ["System Administrator", "System Customizer"].into_iter();
    let mut made = made.filter_map(role_named);
    made.find(|role| role.template == Some(id))
        .map(|role| role.fact)
}

fn by_rule(date: &'static str) -> Fact {
    Fact {
        class: Class::Platform,
        strength: Evidence::Fair,
        date,
    }
}

/// A column, or one that the platform makes for one; of several that may be meant the one that most environments have.
fn column_fact(table: &str, name: &str) -> Option<Fact> {
    if let Some(known) = column(table, name) {
        return Some(known.fact);
    }
    let made = generating_columns(name).filter_map(|(source, suffix)| {
        let known = column(table, source).filter(|known| may_generate(known, suffix))?;
        let supplied = supplier_of_column(table, source);
        Some(supplied.unwrap_or(known.fact).by_rule())
    });
    made.min_by_key(|fact| fact.class)
}

/// Whether the platform may make a column with this suffix for a column of that type; an unknown type may be any. Columns
/// that people add have a prefix, so none of theirs is named for a column of the platform.
fn may_generate(column: &Column, suffix: &str) -> bool {
    let kinds: &[&str] = match suffix {
        "_base" => &["Money"],
        "_date" | "_state" => &["DateTime", "Decimal", "Double", "Integer", "Money"],
        "type" | "yominame" => &["Lookup", "Owner"],
        _ => &[
            "Boolean",
            "EntityName",
            "Lookup",
            "MultiSelectPicklist",
            "Owner",
            "Picklist",
            "State",
            "Status",
        ],
    };
    column.kind.is_empty() || kinds.contains(&column.kind)
}

/// A choice, or one named for a column.
fn fact_of_choice(name: &str) -> Option<Fact> {
    if let Some(fact) = choice_fact(name) {
        return Some(fact);
    }
    let splits = name.match_indices('_');
    let named = splits.filter_map(|(at, _)| {
        let (table, rest) = name.split_at(at);
        let known = column(table, &rest[1..])?;
        let supplied = supplier_of_column(table, &rest[1..]);
        let fact = supplied.unwrap_or(known.fact).by_rule();
        let date = TABLES_DATE;
        Some(Fact { date, ..fact })
    });
    named.min_by_key(|fact| fact.class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &str, name: &str) -> Identity {
        Identity::of(ComponentType::parse(kind)).named(name)
    }

    fn column_of(table: &str, name: &str) -> Identity {
        of("2", name).in_table(Some(table.into()))
    }

    fn is_held(component: &Identity) -> bool {
        held(component).is_some()
    }

    #[test]
    fn tables_of_the_platform_are_held_and_those_of_applications_are_not() {
        assert!(is_held(&of("1", "Account")));
        assert!(!is_held(&of("1", "lead")));
        assert!(!is_held(&of("1", "cts_order")));
    }

    #[test]
    fn a_column_is_held_where_its_table_is_of_the_platform() {
        assert!(is_held(&column_of("account", "Name")));
        assert!(!is_held(&column_of("lead", "subject")));
        assert!(!is_held(&of("2", "name")));
    }

    #[test]
    fn a_column_that_an_application_supplies_is_not_held_in_a_table_of_the_platform() {
        let column = column_of("account", "msdyn_billingaccount");
        assert_eq!(
            supplier_fact(&column).map(|fact| fact.is_platform()),
            Some(false)
        );
        assert!(!is_held(&column));
    }

    #[test]
    fn a_table_that_an_installed_solution_supplies_is_not_held() {
        assert!(!is_held(&of("1", "powerbimashupparameter")));
    }

    #[test]
    fn a_relationship_is_held_where_both_ends_are() {
        assert!(is_held(&of("10", "account_primary_contact")));
        assert!(!is_held(&of("10", "account_originating_lead")));
        assert!(!is_held(&of("10", "msdyn_account_account_BillingAccount")));
    }

    #[test]
    fn the_older_number_of_relationships_is_held_as_well() {
        assert!(is_held(&of("3", "account_primary_contact")));
    }

    #[test]
    fn a_choice_is_held_where_its_column_is() {
        assert!(is_held(&of("9", "account_accountcategorycode")));
        assert!(!is_held(&of("9", "lead_leadsourcecode")));
        assert!(!is_held(&of("9", "account_cts_size")));
    }

    #[test]
    fn a_choice_that_no_listing_shows_is_held_for_its_column() {
        let name = "workflow_modernflowtype";
        assert!(choice_fact(name).is_none());
        assert!(is_held(&of("9", name)));
    }

    #[test]
    fn what_a_built_in_solution_supplies_is_held() {
        assert!(is_held(&of(
            "66",
            "MscrmControls.FieldControls.ToggleControl"
        )));
        assert!(is_held(&of("SettingDefinition", "AppChannel")));
        assert!(is_held(&of(
            "61",
            "msdyn_/Images/AppModule_Default_Icon.png"
        )));
    }

    #[test]
    fn what_an_installed_solution_supplies_is_not_held() {
        assert!(!is_held(&of("61", "msdyn_/ActivityFeeds.Form.js")));
    }

    #[test]
    fn a_system_library_is_held_without_a_folder() {
        assert!(is_held(&of("61", "Account_main_system_library.js")));
        assert!(!is_held(&of("61", "cts_/Account_main_system_library.js")));
    }

    #[test]
    fn a_system_library_in_a_folder_is_held_where_its_solution_is_built_in() {
        let library = "AppCommon/Account/Account_main_system_library.js";
        assert!(is_held(&of("61", library)));
        let library = "LeadManagement/Lead/Lead_main_system_library.js";
        assert!(!is_held(&of("61", library)));
    }

    #[test]
    fn the_provider_of_virtual_tables_is_held() {
        let id = VIRTUAL_ENTITY_PROVIDER.parse().ok();
        let provider = Identity::of(ComponentType::parse("181")).with_id(id);
        assert!(is_held(&provider));
    }

    #[test]
    fn a_column_made_for_a_held_one_is_held() {
        assert_eq!(column("account", "transactioncurrencyidtype"), None);
        assert!(is_held(&column_of("account", "transactioncurrencyidtype")));
        assert!(!is_held(&column_of("account", "description_base")));
    }
}
