//! Type numbers that an environment gave to the tables whose rows travel in solutions. They mean nothing elsewhere, but a
//! package tells what its own mean: the row of the manifest and the component have one identifier. Roots keep theirs, for
//! exports never list such.

use rustc_hash::FxHashMap;

use crate::model::{ComponentType, Guid, Identity, Solution};

/// Writes such numbers in the rows of missing dependencies as the tables that they stand for, where the package shows which.
pub(super) fn name_tables(solution: &mut Solution) {
    let tables = tables(solution);
    if tables.is_empty() {
        return;
    }
    let rows = solution.manifest.missing_dependencies.iter_mut();
    for identity in rows.flat_map(|row| [&mut row.required, &mut row.dependent]) {
        if let Some(table) = identity
            .kind
            .environment_number()
            .and_then(|number| tables.get(&number))
        {
            identity.kind = table.clone();
        }
    }
}

/// The tables by the numbers that the manifest has for them.
fn tables(solution: &Solution) -> FxHashMap<u32, ComponentType> {
    let is_asked =
        identities(solution).any(|identity| identity.kind.environment_number().is_some());
    if !is_asked {
        return FxHashMap::default();
    }
    let components = solution.components.iter();
    let rows: FxHashMap<Guid, ComponentType> = components
        .filter(|component| matches!(component.identity.kind, ComponentType::Table(_)))
        .filter_map(|row| Some((row.identity.object_id?, row.identity.kind.clone())))
        .collect();
    let mut tables: FxHashMap<u32, Option<ComponentType>> = FxHashMap::default();
    for identity in identities(solution) {
        let Some(number) = identity.kind.environment_number() else {
            continue;
        };
        let Some(table) = identity.object_id.and_then(|id| rows.get(&id)) else {
            continue;
        };
        let known = tables.entry(number).or_insert_with(|| Some(table.clone()));
        // One number for two tables is none of theirs.
        if known.as_ref() != Some(table) {
            *known = None;
        }
    }
    let tables = tables.into_iter();
    tables
        .filter_map(|(number, table)| Some((number, table?)))
        .collect()
}

/// What the manifest names.
fn identities(solution: &Solution) -> impl Iterator<Item = &Identity> {
    let roots = solution.manifest.roots.iter();
    let rows = solution.manifest.missing_dependencies.iter();
    let of_rows = rows.flat_map(|row| [&row.required, &row.dependent]);
    roots.map(|root| &root.identity).chain(of_rows)
}
