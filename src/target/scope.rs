//! What a complete family is complete of.

use super::manifest::{CoverageDetails, CoverageOf};
use super::question::Question;
use crate::model::{ComponentType, Identity, LogicalName, SupplierOrigin};

/// Whether a complete family is complete of what is asked for.
pub(super) fn in_scope(coverage: &CoverageDetails, question: &Question<'_>) -> bool {
    let required = question.required;
    let supplier = question.supplier.map(|supplier| &supplier.solution);
    let unmanaged =
        supplier.is_some_and(|supplier| SupplierOrigin::of(supplier) == SupplierOrigin::Unmanaged);
    let of = match coverage.of {
        CoverageOf::All | CoverageOf::Visible => true,
        // Who supplies it may not be known, and then neither is whether it is managed.
        CoverageOf::Managed => supplier.is_some_and(|supplier| {
            matches!(
                SupplierOrigin::of(supplier),
                SupplierOrigin::Solution | SupplierOrigin::Platform
            )
        }),
        CoverageOf::Unmanaged => unmanaged,
        CoverageOf::NonMicrosoft => question.is_surely_foreign_to_microsoft(),
        CoverageOf::Metadata => is_shown_by_metadata(question.required),
    };
    let any = |names: &[String], test: &dyn Fn(&str) -> bool| {
        names.is_empty() || names.iter().any(|name| test(name))
    };
    of && any(&coverage.tables, &|name| {
        let table = required.table.as_ref().or(required.schema_name.as_ref());
        table.is_some_and(|table| table == name)
    }) && any(&coverage.solutions, &|name| {
        supplier.is_some_and(|supplier| supplier == name)
    }) && any(&coverage.prefixes, &|prefix| {
        let name = required.schema_name.as_ref();
        name.is_some_and(|name| name.starts_with(prefix))
    })
}

/// Whether `$metadata` would show a component if it were there: it leaves out columns of activity parties. It also
/// leaves out those that hold the names of what other columns point at; what is known of their columns has answered before.
fn is_shown_by_metadata(component: &Identity) -> bool {
    /// The columns that hold parties of an activity. Source: activitypointer in the table reference of Dataverse.
    const PARTIES: [&str; 11] = [
        "bcc",
        "cc",
        "customer",
        "customers",
        "from",
        "optionalattendees",
        "organizer",
        "partners",
        "requiredattendees",
        "resources",
        "to",
    ];
    const COLUMN: ComponentType = ComponentType::Number(2);
    let name = component.schema_name.as_ref();
    let is_party = |name: &LogicalName| PARTIES.iter().any(|party| *name == **party);
    name.is_some_and(|name| component.kind != COLUMN || !is_party(name))
}
