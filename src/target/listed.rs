//! What a manifest lists, as identities.

use super::manifest::{AbsentRow, ComponentRow, TargetManifest};
use crate::model::{ComponentType, Identity, LogicalName};

impl ComponentRow {
    /// The component it means.
    pub(super) fn identity(&self) -> Identity {
        let keys = self.key.iter();
        let keys = keys.map(|(key, value)| (key.as_str().into(), value.as_str().into()));
        identity(
            &self.kind.0,
            self.name.as_ref(),
            self.id.as_ref(),
            self.parent.as_ref(),
        )
        .with_keys(keys.collect())
    }
}

impl AbsentRow {
    /// The component it means.
    pub(super) fn identity(&self) -> Identity {
        identity(
            &self.kind.0,
            self.name.as_ref(),
            self.id.as_ref(),
            self.parent.as_ref(),
        )
    }
}

fn identity(
    kind: &ComponentType,
    name: Option<&String>,
    id: Option<&String>,
    parent: Option<&String>,
) -> Identity {
    let identity = Identity::of(kind.clone())
        .with_id(id.and_then(|id| id.parse().ok()))
        .in_table(parent.map(|parent| LogicalName::new(parent)));
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
    rows.extend(manifest.components.iter().map(ComponentRow::identity));
    rows
}
