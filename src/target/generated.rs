//! Columns that exist because another column or the table does.

use crate::model::{ComponentType, Identity, generating_columns};

/// Columns every table of the usual sort has from the start.
///
/// Source: learn.microsoft.com/power-apps/maker/data-platform/create-edit-entities, "System columns"; which of them a
/// table has depends on its ownership, so they are never proof of absence here.
const STANDARD: &[&str] = &[
    "createdby",
    "createdbyname",
    "createdbyyominame",
    "createdon",
    "createdonbehalfby",
    "createdonbehalfbyname",
    "createdonbehalfbyyominame",
    "importsequencenumber",
    "modifiedby",
    "modifiedbyname",
    "modifiedbyyominame",
    "modifiedon",
    "modifiedonbehalfby",
    "modifiedonbehalfbyname",
    "modifiedonbehalfbyyominame",
    "organizationid",
    "organizationidname",
    "overriddencreatedon",
    "ownerid",
    "owneridname",
    "owneridtype",
    "owneridyominame",
    "owningbusinessunit",
    "owningbusinessunitname",
    "owningteam",
    "owninguser",
    "statecode",
    "statecodename",
    "statuscode",
    "statuscodename",
    "timezoneruleversionnumber",
    "utcconversiontimezonecode",
    "versionnumber",
];

/// Whether a component is a column that every table of the usual sort has, so that nobody can add or leave it out.
pub fn comes_with_its_table(component: &Identity) -> bool {
    let name = component.schema_name.as_ref();
    component.kind == ComponentType::Number(2)
        && name.is_some_and(|name| is_standard(name.as_str()))
}

/// Whether a column comes with its table.
pub(super) fn is_standard(column: &str) -> bool {
    STANDARD
        .binary_search(&&*column.to_ascii_lowercase())
        .is_ok()
}

/// Whether columns of this type, as metadata names types, bring others with them: names of what they point at, amounts
/// in the base currency.
pub(super) fn brings_others(kind: &str) -> bool {
    const KINDS: [&str; 9] = [
        "Lookup",
        "Customer",
        "Owner",
        "Picklist",
        "State",
        "Status",
        "Boolean",
        "MultiSelectPicklist",
        "Money",
    ];
    KINDS.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// The columns that may have generated this one, in lower case.
pub(super) fn sources(column: &str) -> impl Iterator<Item = String> {
    generating_columns(column).map(|(source, _)| source.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_columns_are_sorted_for_the_search() {
        assert!(STANDARD.is_sorted());
    }

    #[test]
    fn a_shadow_column_leads_to_its_lookup() {
        assert!(sources("cts_accountname").any(|source| source == "cts_account"));
    }
}
