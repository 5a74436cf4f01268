//! What is said to be there and not to be there.

use super::{Conflicts, Contradictions, Moments};
use crate::model::{Identity, IdentityMap};
use crate::target::answer::contradiction;
use crate::target::listed::{connector_identity, listed_identities};
use crate::target::manifest::{ColumnRow, KeyRow, TargetManifest};
use crate::target::read::Mistake;
use crate::target::rows::{Row, for_each_list};

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
    let stays = |identity: &Identity| gone.find(identity).is_none();
    for_each_list!(manifest, rows => {
        rows.retain(|row| row.component().is_none_or(|identity| stays(&identity)));
    });
    for table in &mut manifest.tables {
        let mut columns = std::mem::take(&mut table.columns);
        columns.retain(|ColumnRow(column)| stays(&table.column_identity(&column.name)));
        let mut keys = std::mem::take(&mut table.keys);
        keys.retain(|KeyRow(key)| stays(&table.key_identity(&key.name)));
        (table.columns, table.keys) = (columns, keys);
    }
    manifest
        .connectors
        .retain(|name| stays(&connector_identity(name)));
}
