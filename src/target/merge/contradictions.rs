//! What is said to be there and not to be there.

use super::{Conflicts, Contradictions, Moments};
use crate::model::{ComponentType, Identity, IdentityMap, LogicalName};
use crate::target::answer::contradiction;
use crate::target::listed::listed_identities;
use crate::target::manifest::{ColumnRow, TargetManifest};
use crate::target::read::Mistake;

/// Nothing is there and not there: the newer of both counts, or nobody knows.
pub(super) fn settle_contradictions(
    manifest: &mut TargetManifest,
    contradictions: Contradictions,
    conflicts: &mut Conflicts,
) -> Result<(), Mistake> {
    let Some(first) = contradiction(manifest) else {
        return Ok(());
    };
    if contradictions == Contradictions::Refused {
        return Err(Mistake::new(
            format!("after it {first} would be listed both as present and as absent"),
            "Remove from the manifest what is no longer so, or say --newer to keep what was captured last; \
             without --captured that is the date of each file.",
        ));
    }
    let moments = Moments::of(manifest);
    let mut present = IdentityMap::default();
    for (identity, src) in listed_identities(manifest) {
        present.insert(&identity, moments.at(src));
    }
    let mut kept = Vec::new();
    let mut gone = IdentityMap::default();
    for row in std::mem::take(&mut manifest.absent) {
        let identity = row.identity();
        let Some(seen) = present.find(&identity).copied() else {
            kept.push(row);
            continue;
        };
        let missed = moments.at(row.src.as_deref());
        match (seen, missed) {
            (Some(seen), Some(missed)) if seen > missed => {
                conflicts.push(format!(
                    "{identity} is there, as captured last, and no longer absent"
                ));
            }
            (Some(seen), Some(missed)) if seen < missed => {
                conflicts.push(format!(
                    "{identity} is absent, as captured last, and no longer there"
                ));
                gone.insert(&identity, ());
                kept.push(row);
            }
            _ => {
                return Err(Mistake::new(
                    format!(
                        "{identity} is listed both as present and as absent, and nothing tells which is newer"
                    ),
                    "Remove one of the two, or say in captured.sources[].at when each source was captured.",
                ));
            }
        }
    }
    manifest.absent = kept;
    remove(manifest, &gone);
    Ok(())
}

/// Removes components that are no longer there.
fn remove(manifest: &mut TargetManifest, gone: &IdentityMap<()>) {
    let is_gone = |identity: &Identity| gone.find(identity).is_some();
    let named = |kind: u32, name: &str| Identity::of(ComponentType::number(kind)).named(name);
    manifest.tables.retain(|row| !is_gone(&named(1, &row.name)));
    for table in &mut manifest.tables {
        let within = Some(LogicalName::new(&table.name));
        let in_table = |kind, name: &str| named(kind, name).in_table(within.clone());
        table
            .columns
            .retain(|ColumnRow(column)| !is_gone(&in_table(2, &column.name)));
        table.keys.retain(|key| !is_gone(&in_table(14, key)));
    }
    manifest
        .relationships
        .retain(|row| !is_gone(&named(10, &row.name)));
    manifest
        .choices
        .retain(|row| !is_gone(&named(9, &row.name)));
    let of_table = |table: &str, name: &str| Identity::of(ComponentType::table(table)).named(name);
    manifest
        .connection_references
        .retain(|row| !is_gone(&of_table("connectionreference", &row.name)));
    manifest
        .environment_variables
        .retain(|row| !is_gone(&of_table("environmentvariabledefinition", &row.name)));
    manifest
        .connectors
        .retain(|name| !is_gone(&named(372, name)));
    manifest.components.retain(|row| !is_gone(&row.identity()));
}
