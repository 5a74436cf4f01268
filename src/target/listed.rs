//! What a manifest lists, as identities.

use super::manifest::{ComponentRow, TargetManifest};
use crate::model::{ComponentType, Identity, LogicalName};

/// The identity that a row of a manifest gives.
pub(super) fn identity(
    kind: &ComponentType,
    name: Option<&str>,
    id: Option<&str>,
    parent: Option<&str>,
) -> Identity {
    let identity = Identity::of(kind.clone())
        .with_id(id.and_then(|id| id.parse().ok()))
        .in_table(parent.map(LogicalName::new));
    match name {
        Some(name) => identity.named(name),
        None => identity,
    }
}

/// Everything a manifest lists as present.
pub(super) fn listed_identities(manifest: &TargetManifest) -> Vec<Identity> {
    let named = |kind: &str, name: &str| Identity::of(ComponentType::parse(kind)).named(name);
    let mut rows = Vec::new();
    for table in &manifest.tables {
        rows.push(named("1", &table.name));
        let within = Some(LogicalName::new(&table.name));
        let columns = table.columns.iter().map(|column| ("2", &column.0.name));
        let keys = table.keys.iter().map(|key| ("14", key));
        rows.extend(
            columns
                .chain(keys)
                .map(|(kind, name)| named(kind, name).in_table(within.clone())),
        );
    }
    rows.extend(
        manifest
            .relationships
            .iter()
            .map(|row| named("10", &row.name)),
    );
    rows.extend(manifest.choices.iter().map(|row| named("9", &row.name)));
    rows.extend(
        manifest
            .connection_references
            .iter()
            .map(|row| named("connectionreference", &row.name)),
    );
    rows.extend(
        manifest
            .environment_variables
            .iter()
            .map(|row| named("environmentvariabledefinition", &row.name)),
    );
    rows.extend(manifest.connectors.iter().map(|name| named("372", name)));
    rows.extend(manifest.components.iter().map(|row| {
        let identity = identity(
            &row.kind.0,
            row.name.as_deref(),
            row.id.as_deref(),
            row.parent.as_deref(),
        );
        identity.with_keys(keys(row))
    }));
    rows
}

/// The alternate keys of a row.
pub(super) fn keys(row: &ComponentRow) -> Vec<(Box<str>, Box<str>)> {
    let keys = row.key.iter();
    keys.map(|(key, value)| (key.as_str().into(), value.as_str().into()))
        .collect()
}
