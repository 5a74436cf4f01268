//! Columns that the platform makes for another column or for a table.

use super::{ComponentType, Identity};

/// What the platform appends to a column's name for a column that it makes beside it.
///
/// Source: read off exported solutions and the reference of tables; `_base` holds amounts in the base currency, `_date`
/// and `_state` the time and outcome of a rollup, the others what a lookup or choice shows.
const SUFFIXES: [&str; 6] = ["yominame", "name", "type", "_base", "_date", "_state"];

/// The columns that may have generated this one, each with the suffix that this one has beyond it: `<lookup>name`,
/// `<lookup>yominame`, `<lookup>type`, `<money>_base`, `<rollup>_date` and `<rollup>_state`.
///
/// ```
/// let sources: Vec<_> = solvet::model::generating_columns("cts_Amount_Base").collect();
/// assert_eq!(sources, [("cts_Amount", "_base")]);
/// ```
pub fn generating_columns(column: &str) -> impl Iterator<Item = (&str, &'static str)> {
    SUFFIXES.into_iter().filter_map(move |suffix| {
        let at = column.len().checked_sub(suffix.len())?;
        let (source, end) = column.split_at_checked(at)?;
        (at > 0 && end.eq_ignore_ascii_case(suffix)).then_some((source, suffix))
    })
}

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
        && name.is_some_and(|name| is_standard_column(name.as_str()))
}

/// Whether a column comes with its table.
pub fn is_standard_column(column: &str) -> bool {
    STANDARD
        .binary_search(&&*column.to_ascii_lowercase())
        .is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_columns_are_sorted_for_the_search() {
        assert!(STANDARD.is_sorted());
    }
}
